"""Sessions of people: kept on the server, ended by idleness, by age, by signing out, by a change of password."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from .principal import Principal
from .settings import MINUTE, IdentitySettings
from .tables import sessions
from .tokens import Tokens, digest_of


@frozen
class Session:
    """A session that is good, and until when it is without being used again."""

    principal: Principal
    until: int


class Sessions:
    """The sessions of one database."""

    def __init__(self, tokens: Tokens, settings: IdentitySettings) -> None:
        self._tokens = tokens
        self._idle_us = settings.idle_us
        self._session_us = settings.session_us
        self._touch_us = min(MINUTE, settings.idle_us // 4)

    def begin(
        self, connection: Connection, exchange: str, name: str, address: str, owes: str, now: int
    ) -> tuple[str, Session]:
        """A new session and the secret of its cookie."""
        token = self._tokens.make()
        row = {
            "digest": digest_of(token.encode()),
            "id": self._tokens.short_name(),
            "exchange": exchange,
            "name": name,
            "created_at": now,
            "seen_at": now,
            "expires_at": now + self._session_us,
            "address": address,
            "owes": owes,
        }
        connection.execute(insert(sessions).values(**row))
        return token, self._session(**row)

    def find(self, connection: Connection, digest: bytes, now: int) -> Session | None:
        """The good session of a secret, or None."""
        row = connection.execute(select(sessions).where(sessions.c.digest == digest)).one_or_none()
        if row is None:
            return None
        session = self._session(**row._mapping)
        return session if now < session.until else None

    def wants_touch(self, session: Session, now: int) -> bool:
        """Whether its last use is worth writing down."""
        return session.until - self._idle_us + self._touch_us <= now

    def touch(self, connection: Connection, digest: bytes, now: int) -> None:
        """Writes down that a session is in use."""
        connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now))

    def settle(self, connection: Connection, session_id: str, owed: str) -> None:
        """A session no longer owes this; what else it owes, it does."""
        mine = and_(sessions.c.id == session_id, sessions.c.owes == owed)
        connection.execute(update(sessions).where(mine).values(owes=""))

    def end(self, connection: Connection, exchange: str, name: str, session_id: str = "") -> int:
        """Ends one session of a user, or all of them; says how many."""
        mine = and_(sessions.c.exchange == exchange, sessions.c.name == name)
        if session_id:
            mine = and_(mine, sessions.c.id == session_id)
        return int(connection.execute(delete(sessions).where(mine)).rowcount)

    def tidy(self, connection: Connection, now: int) -> None:
        """Drops what has ended by itself."""
        over = or_(sessions.c.expires_at <= now, sessions.c.seen_at <= now - self._idle_us)
        connection.execute(delete(sessions).where(over))

    def _session(self, **row: Any) -> Session:
        owes = row["owes"]
        principal = Principal(
            row["exchange"], row["name"], "session", session=row["id"], must_change=bool(owes), owes=owes
        )
        return Session(principal, min(row["expires_at"], row["seen_at"] + self._idle_us))
