"""Users: one row per exchange and name of an actor, with how they prove who they are."""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from tanpan_adapters.insertion import insert_new

from .tables import passwords, users

LONGEST_NAME: Final = 64


@frozen
class User:
    """Who may sign in. `second` is the second factor: "", "totp" or "code"; mail and mobile are vault tokens."""

    exchange: str
    name: str
    password: str
    must_change: bool
    second: str
    totp: bytes | None
    totp_pending: bytes | None
    totp_counter: int
    mail: str
    mobile: str
    created_at: int
    changed_at: int

    @property
    def reachable(self) -> bool:
        """Whether a code can be sent."""
        return bool(self.mail or self.mobile)


def nameable(name: str) -> bool:
    """Whether a name can be a user's at all: what isn't never reaches the database."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable()


def find(connection: Connection, exchange: str, name: str, *, hold: bool = False) -> User | None:
    """The user of a name, or None; `hold` keeps others from changing him until the transaction ends."""
    wanted = select(users).where(_of(exchange, name))
    row = connection.execute(wanted.with_for_update() if hold else wanted).one_or_none()
    return None if row is None else User(**row._mapping)


def make(connection: Connection, exchange: str, name: str, now: int) -> None:
    """Makes a user who can't sign in yet; nothing happens where he exists."""
    values = {"password": "", "must_change": False, "second": "", "totp_counter": 0, "mail": "", "mobile": ""}
    key = {"exchange": exchange, "name": name, "created_at": now, "changed_at": 0}
    insert_new(connection, users, key | values)


def change(connection: Connection, exchange: str, name: str, **values: Any) -> None:
    """Writes some columns of a user."""
    connection.execute(update(users).where(_of(exchange, name)).values(**values))


def take_counter(connection: Connection, exchange: str, name: str, counter: int) -> bool:
    """Marks a counter of the code generator as used; False when it, or a later one, was used before."""
    later = and_(_of(exchange, name), users.c.totp_counter < counter)
    return connection.execute(update(users).where(later).values(totp_counter=counter)).rowcount == 1


def remember_password(connection: Connection, user: User, stored: str, keep: int) -> None:
    """Adds a password to the last `keep` ones."""
    table, key = passwords, {"exchange": user.exchange, "name": user.name}
    connection.execute(insert(table).values(**key, password=stored))
    newest = [row.id for row in connection.execute(_earlier(user.exchange, user.name).limit(keep))]
    mine = and_(table.c.exchange == user.exchange, table.c.name == user.name)
    connection.execute(delete(table).where(mine, table.c.id.not_in(newest)))


def forget_passwords(connection: Connection, exchange: str, name: str) -> None:
    """Drops every password of a user that is remembered."""
    mine = and_(passwords.c.exchange == exchange, passwords.c.name == name)
    connection.execute(delete(passwords).where(mine))


def earlier_passwords(connection: Connection, user: User) -> list[str]:
    """The last passwords as stored, newest first."""
    return [row.password for row in connection.execute(_earlier(user.exchange, user.name))]


def _earlier(exchange: str, name: str) -> Any:
    mine = and_(passwords.c.exchange == exchange, passwords.c.name == name)
    return select(passwords.c.id, passwords.c.password).where(mine).order_by(passwords.c.id.desc())


def _of(exchange: str, name: str) -> ColumnElement[bool]:
    return and_(users.c.exchange == exchange, users.c.name == name)
