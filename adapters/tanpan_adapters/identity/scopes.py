"""Which scope of a key a command or a query needs: a function of the declaration alone."""

from __future__ import annotations

from typing import Final

from tanpan.messages import Command

from .principal import Principal

QUERY_SCOPE: Final = "read"


def scope_of(command: type[Command] | None) -> str:
    """The scope a command type needs; None stands for any query."""
    if command is None:
        return QUERY_SCOPE
    return "trade" if command.permission == "trade" else "manage"


def may(principal: Principal, command: type[Command] | None) -> bool:
    """Whether a principal's scopes cover a command (None: a query)."""
    return scope_of(command) in principal.scopes
