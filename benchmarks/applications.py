"""Applications through their whole life in the kernel, journaled: openings of accounts, all of them live at once.

Visitor, draft, agreement, form, identity card, submission, test, two reviews by two persons, fee; the last step
opens the account. Step after step over all of them, so that as many wait as there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import time
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks import ours
from benchmarks.harness import Result, timed
from tanpan.applicants import RegisterApplicant
from tanpan.calendar import instant
from tanpan.filing import (
    AmendApplication,
    AttachMaterial,
    DraftApplication,
    OpenAgreement,
    SubmitApplication,
)
from tanpan.messages import CHANNEL, DOOR, Command, Envelope
from tanpan.personal import token
from tanpan.reviewing import ApproveApplication, ClaimApplication, StateFact
from tanpan_adapters.calendars import published
from tanpan_adapters.runner import Runner

OPENING: Final = "neutral_market.opening"
AGREED: Final = "2026-1"
CLEAR: Final = "11010519491231002X"
"""The identity number of the rules' own example; its bearers differ by their fingerprints."""
PER_COMMIT: Final = 1_000
BEGIN: Final = instant(ours.DAY, time(9, 0))
STEP_US: Final = 1_000
FEW_TIMES: Final = 3
"""How often the few are lived before the many, and after: they take so little time that once would tell little."""

Sent = tuple[str, Command]
Step = Callable[[int], Sent]


def applicant(number: int) -> str:
    """Who files the application of a number."""
    return f"visitor{number}"


def account(number: int) -> str:
    """The account that he asks for."""
    return f"P{number}"


def identity(number: int) -> str:
    """The token of his identity number."""
    return token("identity", f"identity-of-the-visitor-{number}", CLEAR, fingerprint(number))


def fingerprint(number: int) -> str:
    """What stands for his identity number wherever it is said."""
    return sha256(f"identity {number}".encode()).hexdigest()[:32]


def form(number: int) -> dict[str, Any]:
    """What he fills in, the agreement apart."""
    return {
        "account": account(number),
        "participant": f"participant {number}",
        "sort": "person",
        "real_name": token("name", f"name-of-the-visitor-{number}", "李四"),
        "identity": identity(number),
        "mobile": token("mobile", f"mobile-of-the-visitor-{number}", "13800138000"),
        "mail": token("mail", f"mail-of-the-visitor-{number}", "desk@example.com"),
    }


def card(number: int) -> AttachMaterial:
    """His identity card, in colour, valid for long."""
    digest = sha256(f"card {number}".encode()).hexdigest()
    size = 200_000 + number % 1_000
    return AttachMaterial(
        number, "identity_card", digest, size, "image/png", colour=True, valid_until="long_term"
    )


def _paid(number: int) -> StateFact:
    said = {"amount": "200.00", "identity": identity(number)}
    return StateFact(number, "payment", f"P-{number}", said, applicant(number))


LIFE: Final[Sequence[Step]] = (
    lambda number: (DOOR, RegisterApplicant(applicant(number))),
    lambda number: (applicant(number), DraftApplication(OPENING, form(number))),
    lambda number: (applicant(number), OpenAgreement(number, "risks", AGREED)),
    lambda number: (applicant(number), AmendApplication(number, {"risks": AGREED})),
    lambda number: (applicant(number), card(number)),
    lambda number: (applicant(number), SubmitApplication(number)),
    lambda number: ("admin", StateFact(number, "test", f"T-{number}", {"score": 80})),
    lambda number: ("admin", ClaimApplication(number)),
    lambda number: ("admin", ApproveApplication(number)),
    lambda number: ("admin2", ClaimApplication(number)),
    lambda number: ("admin2", ApproveApplication(number)),
    lambda number: (CHANNEL, _paid(number)),
)
"""Every step, in order, as who sends what for the application of a number."""


def lives(order: dict[str, Any]) -> Result:
    """So many applications, and a tenth as many at an exchange of their own: what one costs at each."""
    scratch, count = Path(order["scratch"]), int(order["count"])
    few = count // 10
    before = [_lived(scratch, few)[0] for _ in range(FEW_TIMES)]
    seconds, events = _lived(scratch, count)
    few_seconds = median(before + [_lived(scratch, few)[0] for _ in range(FEW_TIMES)])
    extra = {"few": float(few), "few_seconds": few_seconds, "events": float(events)}
    return Result(count, seconds, extra=extra)


def _lived(scratch: Path, count: int) -> tuple[float, int]:
    """Seconds for so many lives and the number of their events; afterwards everyone has his account."""
    path = scratch / f"lives-{count}.db"
    for leftover in scratch.glob(f"{path.name}*"):
        leftover.unlink()
    with runner(f"sqlite:///{path}") as made:
        groups = list(_groups(count))
        seconds, events = timed(lambda: sum(_sent(made, place, one) for place, one in enumerate(groups)))
        opened = made.exchange.ledger.accounts
        if made.exchange.applications.live or any(account(number) not in opened for number in (1, count)):
            raise RuntimeError("not every application took effect")
    return seconds, events


def runner(url: str) -> Runner:
    """A founded exchange of the neutral pack, with somebody at the door; takes no snapshot by itself."""
    made = Runner(url, "bench", ours.assembly(), published(), snapshot_every=1 << 60)
    made.found(BEGIN, ours.INSTITUTIONS)
    return made


def _groups(count: int) -> Iterator[list[Envelope]]:
    """All commands, in groups that are committed together."""
    for place, step in enumerate(LIFE):
        for first in range(1, count + 1, PER_COMMIT):
            numbers = range(first, min(first + PER_COMMIT, count + 1))
            yield [Envelope(f"{place} {number}", *step(number)) for number in numbers]


def _sent(made: Runner, place: int, group: Sequence[Envelope]) -> int:
    """Carry a group out and commit it; how many events came of it."""
    outcomes = made.submit_all(group, BEGIN + (place + 1) * STEP_US)
    refused = next((one for one in outcomes if isinstance(one, Exception)), None)
    if refused is not None:
        raise RuntimeError(f"an application was refused: {refused!r}")
    return sum(len(record.events) for record in made.commit())
