"""Repeated failures: counted before a password is looked at, so that trying many at once gains nothing."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from tanpan_adapters.insertion import insert_new

from .objections import Objection
from .settings import DAY, SECOND, IdentitySettings
from .tables import failures


class Failures:
    """Consecutive failures of a name, and the lock they lead to."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._settings = settings

    def reserve(self, connection: Connection, exchange: str, name: str, now: int) -> bool:
        """Counts an attempt as failed until `clear` says otherwise; False while the name is locked.

        The attempt that reaches the limit locks at once and may still succeed.
        """
        key = {"exchange": exchange, "name": name}
        insert_new(connection, failures, key | {"failures": 0, "locks": 0, "locked_until": 0, "last_at": now})
        row = connection.execute(select(failures).where(_of(exchange, name)).with_for_update()).one()
        if row.locked_until > now:
            return False
        count, locks, until = row.failures + 1, row.locks, 0
        if count >= self._settings.failures_until_lock:
            until = now + min(self._settings.lock_us << min(locks, 16), self._settings.longest_lock_us)
            count, locks = 0, locks + 1
        values = {"failures": count, "locks": locks, "locked_until": until, "last_at": now}
        connection.execute(update(failures).where(_of(exchange, name)).values(**values))
        return True

    def give_back(self, connection: Connection, exchange: str, name: str) -> None:
        """Takes back one attempt that was neither a success nor a failure: the first of two factors."""
        row = connection.execute(select(failures).where(_of(exchange, name)).with_for_update()).one_or_none()
        if row is None:
            return
        count, locks = row.failures - 1, row.locks
        if row.failures == 0:  # this attempt was the one that locked
            count, locks = self._settings.failures_until_lock - 1, max(0, row.locks - 1)
        values = {"failures": count, "locks": locks, "locked_until": 0}
        connection.execute(update(failures).where(_of(exchange, name)).values(**values))

    def clear(self, connection: Connection, exchange: str, name: str) -> None:
        """Forgets what failed: the person has proved who he is."""
        connection.execute(delete(failures).where(_of(exchange, name)))

    def locked(self, connection: Connection, exchange: str, name: str, now: int) -> Objection:
        """The objection to an attempt while the name is locked."""
        until = connection.execute(select(failures.c.locked_until).where(_of(exchange, name))).scalar() or now
        return Objection("USER_LOCKED", retry_after_s=max(1, -(-(until - now) // SECOND)))

    def tidy(self, connection: Connection, now: int) -> None:
        """Drops what is a day old and no longer locked."""
        old = and_(failures.c.last_at < now - DAY, failures.c.locked_until < now - DAY)
        connection.execute(delete(failures).where(old))


def _of(exchange: str, name: str) -> ColumnElement[bool]:
    return and_(failures.c.exchange == exchange, failures.c.name == name)
