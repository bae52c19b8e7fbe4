"""A component owns one slice of state, decides the commands about it and evolves its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from tanpan.messages import Command, Event

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

F = TypeVar("F", bound=Callable[..., Any])


def decides(command: type[Command]) -> Callable[[F], F]:
    """Mark the method `(actor, command)` that objects to a command or emits its events."""
    return _mark("decides", command)


def evolves(event: type[Event]) -> Callable[[F], F]:
    """Mark the one method `(event)` that applies an event to state; it asks no rule."""
    return _mark("evolves", event)


def follows(event: type[Event]) -> Callable[[F], F]:
    """Mark a method `(event)` that keeps this component's slice in step with another's event."""
    return _mark("follows", event)


def fires(kind: str) -> Callable[[F], F]:
    """Mark the method `(*args)` that a due timer of this kind calls; it never refuses."""
    return _mark("fires", kind)


def _mark(role: str, subject: Any) -> Callable[[F], F]:
    def mark(function: F) -> F:
        marks = getattr(function, "tanpan_marks", ())
        function.tanpan_marks = (*marks, (role, subject))  # type: ignore[attr-defined]
        return function

    return mark


class Component:
    """Base of everything that lives in an exchange, core's parts and the packs' alike.

    `dump` gives the slice as plain data (lists, strings, integers), `load` takes it back; order is kept.
    """

    name: ClassVar[str]

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.emit = exchange.emit
        self.reset()

    def reset(self) -> None:
        """Set the slice to what it is before the first event."""

    def dump(self) -> Any:
        """The slice as plain data."""
        return None

    def load(self, data: Any) -> None:
        """Take the slice back from plain data."""

    def marked(self) -> list[tuple[str, Any, Callable[..., Any]]]:
        """(role, subject, bound method) of every marked method, in the order of definition."""
        found = []
        for cls in reversed(type(self).__mro__):
            for attribute, value in vars(cls).items():
                for role, subject in getattr(value, "tanpan_marks", ()):
                    found.append((role, subject, getattr(self, attribute)))
        return found
