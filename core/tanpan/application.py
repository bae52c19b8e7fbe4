"""One application as it stands: what was filled in and handed in, who signed and reviewed, what it waits for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from attrs import define, field

from tanpan.kinds import DRAFT, Kind, Review
from tanpan.materials import Attached

NOT_SET: Final = -1
PAPER: Final = "paper"
"""The name of the deadline for originals, which runs from the first submission whatever the state."""


@define(eq=False)
class Application:
    """A live application. `applicant` is the actor of an applicant, `account` the account of a participant; one of
    them is empty. Instants are UTC microseconds."""

    number: int
    kind: Kind
    applicant: str
    account: str
    parties: dict[str, str]
    content: dict[str, Any] = field(factory=dict)
    materials: list[Attached] = field(factory=list)
    opened: dict[str, str] = field(factory=dict)
    """The version of each agreement that was opened."""
    signatures: dict[str, tuple[str, str]] = field(factory=dict)
    """By party: who signed, and the digest of what he signed."""
    state: str = DRAFT
    stage: int = 0
    """Which of the kind's reviews is next."""
    makers: list[str] = field(factory=list)
    """Everyone who filled in, handed in, signed or submitted."""
    reviewers: dict[str, str] = field(factory=dict)
    """Who passed which review since the last submission."""
    claimed_by: str = ""
    facts: dict[str, dict[str, Any]] = field(factory=dict)
    paper: dict[str, int] = field(factory=dict)
    """Sets of originals received, by the role of the receiver."""
    keys: list[tuple[str, str]] = field(factory=list)
    """The keys it has locked."""
    drafted_us: int = 0
    submitted_us: int = 0
    """When it was first submitted; 0 before."""
    since_us: int = 0
    """Since when it is in its state and stage."""
    effective_us: int = NOT_SET
    timers: dict[str, tuple[int, int]] = field(factory=dict)
    """What falls due: instant and number of its timer, by the deadline's name; `claim` and `effect` too."""

    @property
    def owner(self) -> str:
        """Whose it is: an account or an applicant."""
        return self.account or self.applicant

    @property
    def review(self) -> Review | None:
        """The review that is next, or None."""
        reviews = self.kind.reviews
        return reviews[self.stage] if self.stage < len(reviews) else None

    @property
    def stage_name(self) -> str:
        """The name of the review that is next; empty where there is none."""
        return self.review.name if self.review is not None else ""

    def digest(self) -> str:
        """SHA-256 over everything a party signs: kind, parties, form and materials. Never over what came later."""
        files = sorted(msgspec.to_builtins(one) for one in self.materials)
        signed = [
            self.kind.name,
            self.owner,
            sorted(self.parties.items()),
            sorted(self.content.items()),
            files,
        ]
        return hashlib.sha256(msgspec.msgpack.encode(signed)).hexdigest()

    def attached(self, material: str, party: str) -> list[Attached]:
        """What is handed in for a material and party."""
        return [one for one in self.materials if (one.material, one.party) == (material, party)]

    def lasting(self) -> list[tuple[str, str]]:
        """The keys that stay taken once it took effect."""
        stay = [lock.name for lock in self.kind.locks if lock.stays]
        return [key for key in self.keys if key[0] in stay]

    def dump(self) -> list[Any]:
        """The application as plain data."""
        return [
            self.kind.name,
            *(getattr(self, name) for name in _PLAIN),
            [msgspec.to_builtins(one) for one in self.materials],
        ]

    @classmethod
    def loaded(cls, row: list[Any], kind: Kind) -> Application:
        """An application from plain data."""
        application = cls(row[1], kind, *row[2:5])
        for name, value in zip(_PLAIN[4:], row[5:-1], strict=True):
            setattr(application, name, value)
        application.signatures = {
            party: (by, digest) for party, (by, digest) in application.signatures.items()
        }
        application.keys = [(lock, key) for lock, key in application.keys]
        application.timers = {name: (due, number) for name, (due, number) in application.timers.items()}
        application.materials = [msgspec.convert(one, Attached) for one in row[-1]]
        return application


_PLAIN: Final[tuple[str, ...]] = (
    *("number", "applicant", "account", "parties", "content", "opened", "signatures", "state", "stage"),
    *(
        "makers",
        "reviewers",
        "claimed_by",
        "facts",
        "paper",
        "keys",
        "drafted_us",
        "submitted_us",
        "since_us",
    ),
    *("effective_us", "timers"),
)


def count_by_owner(applications: Iterable[Application]) -> dict[tuple[str, str, str], int]:
    """How many live applications of a kind each owner has: (kind, applicant, account) -> count."""
    counted: dict[tuple[str, str, str], int] = {}
    for one in applications:
        whose = (one.kind.name, one.applicant, one.account)
        counted[whose] = counted.get(whose, 0) + 1
    return counted
