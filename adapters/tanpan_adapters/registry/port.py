"""What an exchange asks of a registry, and what a registry brings in by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from attrs import field, frozen


@frozen
class Case:
    """An application that waits for the registry. Personal values are masks: the registry has its own papers."""

    application: int
    kind: str
    account: str
    """The trading account whose application it is; empty before there is one."""
    content: Mapping[str, Any]


@frozen
class Passed:
    """The re-review found nothing wanting."""

    opinion: str = ""


@frozen
class Returned:
    """The application goes back for correction."""

    opinion: str


@frozen
class Rejected:
    """The application is rejected for good."""

    reason: str


Verdict = Passed | Returned | Rejected


@frozen
class Opened:
    """What the registry says of a case, such as the account it has opened or knows: fields by their names."""

    reference: str
    """The registry's own, which is booked once."""
    content: Mapping[str, Any]


@frozen
class Change:
    """Something the registry brings in by itself: a command of its own, acting once under its reference."""

    reference: str
    command: str
    fields: Mapping[str, Any] = field(factory=dict)
    account: str = ""
    """Whose personal data are in it."""


class Registry(Protocol):
    """A registry. It may be asked the same again, after a crash or an error, and then answers the same."""

    def review(self, case: Case) -> Verdict | None:
        """The re-review of an application; None while there is no answer yet."""
        ...

    def tell(self, case: Case, fact: str) -> Opened | None:
        """What the registry says under a fact's name; None while it says nothing yet."""
        ...

    def changes(self) -> Sequence[Change]:
        """What is to be brought in, oldest first, until it is said to have been."""
        ...

    def brought_in(self, reference: str, refused: str) -> None:
        """What became of a change: accepted, or refused with a code."""
        ...
