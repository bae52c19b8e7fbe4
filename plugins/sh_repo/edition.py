"""The manual's editions (REPO-5-b, REPO-5-c): published, on trial for a month, formal after it, superseding the one before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sh_repo.rulebook import MANUAL, MARKET, trial_ends
from tanpan.amendments import ParameterChanged
from tanpan.messages import APPLICANT, OPERATOR, REGULATOR, STAFF
from tanpan.packs import PackEnabled
from tanpan.views import TEXT, Change, Row, View, column

FIRST: Final = MANUAL.isoformat()
BEFORE_FIRST: Final = "earlier"
"""What the first revision superseded: a manual of no known date."""


def edition(version: str, since: date, months: int, supersedes: str) -> Row:
    """The row of an edition: its trial runs from its publication, and it is formal from the day after (Civil Code 201)."""
    ends = trial_ends(date.fromisoformat(version), months)
    return {
        "version": version,
        "trial_through": ends.isoformat(),
        "formal_from": (ends + timedelta(days=1)).isoformat(),
        "relied_on_from": since.isoformat(),
        "supersedes": supersedes,
    }


def _months(change: Change, day: date) -> int:
    terms = change.exchange.days.by_market[MARKET].terms_on(day)
    return int(terms.own["trial_months"])


def _own(change: Change) -> Iterable[Row]:
    event: PackEnabled = change.event
    if event.pack == "sh_repo":
        yield edition(FIRST, MANUAL, _months(change, MANUAL), BEFORE_FIRST)


def _published(change: Change) -> Iterable[Row]:
    event: ParameterChanged = change.event
    if (event.market, event.parameter) != (MARKET, "manual_version"):
        return
    before = change.exchange.days.by_market[MARKET].terms_on(event.since - timedelta(days=1))
    # An edition published anew is still the one it was.
    known = change.get((event.value,))
    superseded = before.own["manual_version"] if known is None else known["supersedes"]
    yield edition(event.value, event.since, _months(change, event.since), superseded)


EDITION_ROWS: Final = View(
    "sh_repo.edition",
    "操作手册版本",
    "editions of the manual",
    (
        column("version", TEXT, "版本（发布日）", "version (day of publication)"),
        column("trial_through", TEXT, "试行截止日", "on trial through"),
        column("formal_from", TEXT, "正式施行日", "formally in force from"),
        column("relied_on_from", TEXT, "自何日起适用", "to be relied on from"),
        column("supersedes", TEXT, "所废止的版本", "supersedes"),
    ),
    ("version",),
    {PackEnabled: _own, ParameterChanged: _published},
    own=(),
    readers=(APPLICANT, OPERATOR, STAFF, REGULATOR),
    doc="The editions of the manual: on trial through which day, formal from which, and which one each supersedes.",
)
