"""Who a request comes from, once that is known."""

from __future__ import annotations

from typing import Final

from attrs import frozen

SCOPES: Final = ("read", "trade", "manage")


@frozen
class Principal:
    """A user of one exchange, by a session or by a key."""

    exchange: str
    user: str
    """The kernel's name of the actor."""
    kind: str
    """`session` or `key`."""
    scopes: tuple[str, ...] = SCOPES
    session: str = ""
    """The session's public id; empty for keys."""
    must_change: bool = False
    """Whether nothing but the routes of passwords and second factors is open yet."""
    owes: str = ""
    """What opens the rest: `password` or `second_factor`."""
