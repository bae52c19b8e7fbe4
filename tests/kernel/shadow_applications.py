"""What must be true of applications whatever happens, from their events alone and from the state beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tanpan.application_events import (
    AgreementOpened,
    ApplicationAmended,
    ApplicationApproved,
    ApplicationClaimed,
    ApplicationDrafted,
    ApplicationExpired,
    ApplicationFailed,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationTakenBack,
    ApplicationTookEffect,
    ApplicationUnclaimed,
    ApplicationWithdrawn,
    EffectScheduled,
    FactStated,
    MaterialAttached,
    MaterialDetached,
    PaperReceived,
    ReviewPassed,
)
from tanpan.applications import OF_APPLICATIONS
from tanpan.exchange import Exchange
from tanpan.kinds import DRAFT, RETURNED
from tanpan.messages import Event

CLOSING = (
    ApplicationTookEffect,
    ApplicationRejected,
    ApplicationWithdrawn,
    ApplicationExpired,
    ApplicationFailed,
)


class Shadow:
    """Follows the events of an exchange and asks after every one what must hold."""

    def __init__(self) -> None:
        self.makers: dict[int, list[str]] = {}
        self.passed: dict[int, list[str]] = {}
        self.stated: dict[int, list[str]] = {}
        self.sets: Counter[int] = Counter()
        self.approved: list[int] = []
        self.due: dict[int, int] = {}
        self.closed: list[int] = []
        self.booked: list[tuple[str, str]] = []
        self.claims: dict[int, str] = {}

    def on(self, exchange: Exchange) -> None:
        """Follow an exchange from now on."""
        self.exchange = exchange
        exchange.watch(self._after)

    def _after(self, event: Event) -> None:
        if type(event) not in OF_APPLICATIONS:
            return
        number: int = event.application  # type: ignore[attr-defined]
        assert number not in self.closed, "nothing happens to what is closed"
        self._follow(number, event)
        if isinstance(event, CLOSING):
            self.closed.append(number)
            assert number not in self.exchange.applications.live
        else:
            self._signatures(number)

    def _follow(self, number: int, event: Any) -> None:
        makers = self.makers.setdefault(number, [])
        if hasattr(event, "actor") and not isinstance(event, (FactStated, PaperReceived, AgreementOpened)):
            makers.append(event.actor)
        self._claim(number, event)
        if isinstance(event, (ApplicationAmended, MaterialAttached, MaterialDetached)):
            state = self.exchange.applications.live[number].state
            assert state in (DRAFT, RETURNED), "nothing changes under a reviewer's eyes"
        if isinstance(event, ApplicationDrafted):
            assert number == len(self.makers)
        elif isinstance(event, (ApplicationSubmitted, ApplicationReturned)):
            self.passed[number] = []
        elif isinstance(event, ReviewPassed):
            assert event.reviewer not in makers, "nobody reviews his own"
            assert event.reviewer not in self.passed[number], "nobody reviews twice"
            self.passed[number].append(event.reviewer)
        elif isinstance(event, FactStated):
            assert (event.fact, event.reference) not in self.booked, "a reference is booked once"
            self.booked.append((event.fact, event.reference))
            self.stated.setdefault(number, []).append(event.fact)
        elif isinstance(event, PaperReceived):
            self.sets[number] += event.sets
        elif isinstance(event, ApplicationApproved):
            self._approved(number, event)
        elif isinstance(event, EffectScheduled):
            self.due[number] = event.effective_us
        elif isinstance(event, ApplicationTookEffect):
            self._took_effect(number, event)

    def _claim(self, number: int, event: Any) -> None:
        """Who decides has taken it up, and nothing came in between."""
        if isinstance(event, ApplicationClaimed):
            assert self.claims.setdefault(number, event.reviewer) == event.reviewer
        elif isinstance(event, (ReviewPassed, ApplicationReturned)) or getattr(event, "reason", ""):
            decider = getattr(event, "reviewer", "")
            assert not decider or self.claims[number] == decider, "only who took it up decides"
        if isinstance(event, (ApplicationUnclaimed, ReviewPassed, ApplicationReturned, ApplicationTakenBack)):
            self.claims.pop(number, None)

    def _approved(self, number: int, event: ApplicationApproved) -> None:
        kind = self.exchange.applications.kinds[event.kind]
        assert len(self.passed.get(number, [])) == len(kind.reviews), "every review was passed"
        if kind.paper is not None:
            assert self.sets[number] >= kind.paper.sets, "no approval without paper"
        self.approved.append(number)

    def _took_effect(self, number: int, event: ApplicationTookEffect) -> None:
        assert self.approved.count(number) == 1
        assert self.exchange.now >= self.due.get(number, 0), "no effect before its day"
        if event.kind == "neutral_market.opening":
            assert "payment" in self.stated[number], "never an account before the fee"
            assert "test" in self.stated[number]

    def _signatures(self, number: int) -> None:
        application = self.exchange.applications.live[number]
        for _, digest in application.signatures.values():
            assert digest == application.digest(), "what is signed is what stands"

    def agrees(self) -> None:
        """Assert what must be true of the whole state between two commands."""
        applications = self.exchange.applications
        keys: dict[tuple[str, str], int] = {}
        counts: Counter[tuple[str, str, str]] = Counter()
        timers = []
        for number, one in applications.live.items():
            counts[one.kind.name, one.applicant, one.account] += 1
            for key in one.keys:
                assert keys.setdefault(key, number) == number, "one live application per key"
                assert not applications.kept(*key)
            timers += [(due, timer) for due, timer in one.timers.values()]
            assert bool(one.claimed_by) is ("claim" in one.timers)
            if one.state in (DRAFT, RETURNED):
                assert not one.claimed_by
        assert keys == {(lock, key): n for lock, held in applications.keys.items() for key, n in held.items()}
        assert counts == applications.counts
        assert applications.concerning == _by_whom(
            (who, number)
            for number, one in applications.live.items()
            for who in (one.applicant, *one.parties.values())
        )
        assert applications.claims == _by_whom(
            (one.claimed_by, number) for number, one in applications.live.items()
        )
        pending = [
            (timer.due, timer.number)
            for timer in self.exchange.timers.pending
            if timer.kind.startswith(("core.application_", "core.claim_"))
        ]
        assert sorted(timers) == pending, "what falls due is of what is live"


def _by_whom(pairs: Iterable[tuple[str, int]]) -> dict[str, dict[int, None]]:
    found: dict[str, dict[int, None]] = {}
    for who, number in pairs:
        if who:
            found.setdefault(who, {})[number] = None
    return found
