"""The trail of identity: a line for everything that happened to a user's access, without secrets."""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import Connection, insert, select

from .tables import audit


@frozen
class Happening:
    """One line: when, on which exchange, who, from where, what, and with which outcome ("ok" or a code)."""

    id: int
    at: int
    exchange: str
    name: str
    address: str
    what: str
    outcome: str


def write(
    connection: Connection, at: int, exchange: str, name: str, address: str, what: str, outcome: str = "ok"
) -> None:
    """Adds a line."""
    line = {
        "at": at,
        "exchange": exchange,
        "name": name,
        "address": address,
        "what": what,
        "outcome": outcome,
    }
    connection.execute(insert(audit).values(**line))


def read(
    connection: Connection, exchange: str, *, name: str = "", before: int = 0, limit: int = 50
) -> list[Happening]:
    """Lines of an exchange, of one user if named, newest first; `before` is the id the last page ended with."""
    wanted = select(audit).where(audit.c.exchange == exchange).order_by(audit.c.id.desc()).limit(limit)
    if name:
        wanted = wanted.where(audit.c.name == name)
    if before:
        wanted = wanted.where(audit.c.id < before)
    return [Happening(**row._mapping) for row in connection.execute(wanted)]
