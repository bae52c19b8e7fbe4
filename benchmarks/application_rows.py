"""Rows of `core.applications` as many as are wanted, made without a journal; and the lives that would lead to them.

A test lives a few of them and compares. What becomes of an application goes by its number, ten of them at a time
share their instants: so does what is handed in together, or falls due at midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from benchmarks.applications import (
    AGREED,
    BEGIN,
    LIFE,
    OPENING,
    STEP_US,
    Sent,
    account,
    applicant,
    card,
    form,
)
from tanpan.filing import DraftApplication, SubmitApplication
from tanpan.parties import OpenAccount
from tanpan.personal import shown
from tanpan.reviewing import ApproveApplication, ClaimApplication, RejectApplication, ReturnApplication

REMARK: Final = "neutral_market.remark"
PARTICIPANTS: Final = 10
TOGETHER: Final = 10
APART_US: Final = 1_000_000
FATES: Final = 50
"""How many fates there are, in turn; most applications are closed."""
_WAITING: Final = {0: 7, 1: 7, 2: 8, 3: 9, 4: 9, 5: 10, 6: 5, 7: 11}
"""How many steps of an opening that is still open were done, by its fate."""
_RETURNED, _REJECTED = 8, 9
_REMARKS_WAIT: Final = (10, 11)
_REMARKS_DONE: Final = (12, 13, 14)
_OPINION: Final = "the card can't be read"
_REASONS: Final = {"identity_card": "unreadable"}


def participants() -> Iterator[Sent]:
    """Those for whom staff file remarks."""
    for index in range(PARTICIPANTS):
        yield (
            "admin",
            OpenAccount(f"A{index}", f"participant of the house {index}", "other", f"O{index}", True),
        )


def steps(number: int) -> list[Sent]:
    """Everything that was done about the application of a number."""
    fate = number % FATES
    if fate in (*_REMARKS_WAIT, *_REMARKS_DONE):
        filed: list[Sent] = [
            ("admin", DraftApplication(REMARK, {"title": f"matter {number}"}, account=_holder(number))),
            ("admin", SubmitApplication(number)),
        ]
        closing: list[Sent] = [
            ("admin2", ClaimApplication(number)),
            ("admin2", ApproveApplication(number)),
        ]
        return filed if fate in _REMARKS_WAIT else filed + closing
    if fate == _RETURNED:
        return [*_lived(number, 8), ("admin", ReturnApplication(number, _OPINION, _REASONS))]
    if fate == _REJECTED:
        return [*_lived(number, 8), ("admin", RejectApplication(number, _OPINION))]
    return _lived(number, _WAITING.get(fate, len(LIFE)))


def instants(number: int) -> int:
    """When the first step of an application is done (UTC microseconds); each further one is STEP_US later."""
    return BEGIN + (1 + number // TOGETHER) * APART_US


def row(number: int) -> dict[str, Any]:
    """The row that the projection would make of an application."""
    fate = number % FATES
    return _remark(number, fate) if fate in (*_REMARKS_WAIT, *_REMARKS_DONE) else _opening(number, fate)


def _lived(number: int, count: int) -> list[Sent]:
    return [step(number) for step in LIFE[:count]]


def _holder(number: int) -> str:
    return f"A{number // FATES % PARTICIPANTS}"


def _opening(number: int, fate: int) -> dict[str, Any]:
    done = 8 if fate in (_RETURNED, _REJECTED) else _WAITING.get(fate, len(LIFE))
    state, stage, since = _where(done)
    outcome: dict[str, Any] = {}
    if fate == _RETURNED:
        state, stage, since, outcome = "returned", "", 8, {"opinion": _OPINION, "reasons": _REASONS}
    elif fate == _REJECTED:
        state, stage, since, outcome = "rejected", "", 8, {"opinion": _OPINION, "deadline": ""}
    claimed = {8: "admin", 10: "admin2"}.get(done, "") if state == "in_review" else ""
    made = _row(number, OPENING, state, stage, since)
    return made | {
        "applicant": applicant(number),
        "account": account(number) if state == "effective" else "",
        "drafted_us": _at(number, 1),
        "submitted_us": _at(number, 5) if done > 5 else 0,
        "claimed_by": claimed,
        "outcome": outcome,
        "content": {
            "account": account(number),
            "participant": f"participant {number}",
            "sort": "person",
            **_MASKS,
            **({"risks": AGREED} if done > 3 else {}),
        },
        "materials": [_file(number)] if done > 4 else [],
        "facts": _facts(number, done),
    }


def _where(done: int) -> tuple[str, str, int]:
    """State, stage and the step since which it is there, of an opening of which so many steps were done."""
    if done < 6:
        return "draft", "", 1
    if done < 9:
        return "in_review", "first_review", 5
    if done < 11:
        return "in_review", "re_review", 8
    return ("approved", "", 10) if done == 11 else ("effective", "", 11)


def _remark(number: int, fate: int) -> dict[str, Any]:
    waits = fate in _REMARKS_WAIT
    state = "in_review" if waits else "effective"
    made = _row(number, REMARK, state, "first_review" if waits else "", 1 if waits else 3)
    return made | {
        "account": _holder(number),
        "drafted_us": _at(number, 0),
        "submitted_us": _at(number, 1),
        "content": {"title": f"matter {number}"},
    }


def _row(number: int, kind: str, state: str, stage: str, since: int) -> dict[str, Any]:
    return {
        "application": number,
        "kind": kind,
        "applicant": "",
        "account": "",
        "counterparty": "",
        "state": state,
        "stage": stage,
        "drafted_us": 0,
        "submitted_us": 0,
        "since_us": _at(number, since),
        "claimed_by": "",
        "effective_us": 0,
        "signed": [],
        "paper": 0,
        "outcome": {},
        "content": {},
        "materials": [],
        "facts": {},
    }


def _at(number: int, step: int) -> int:
    return instants(number) + step * STEP_US


_PERSONAL: Final = ("real_name", "identity", "mobile", "mail")
_MASKS: Final = {name: shown(form(1)[name]) for name in _PERSONAL}
"""What is shown of what is personal: the same of everyone, since all clear texts are."""


def _file(number: int) -> dict[str, Any]:
    handed = card(number)
    names = ("material", "party", "digest", "size", "media_type", "pages", "copies", "stamps")
    return {name: getattr(handed, name) for name in (*names, "colour", "hand_signed", "valid_until")}


def _facts(number: int, done: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if done > 6:
        found["test"] = {"score": 80, "reference": f"T-{number}", "by": "admin", "at_us": _at(number, 6)}
    if done > 11:
        paid = {"amount": "200.00", "identity": _MASKS["identity"]}
        found["payment"] = {
            **paid,
            "reference": f"P-{number}",
            "by": "channel",
            "at_us": _at(number, 11),
        }
    return found
