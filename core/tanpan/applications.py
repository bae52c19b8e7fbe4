"""Applications: the live ones, what they lock, what falls due of them. Who may do what stands in filing and reviewing.

What is closed leaves the state, but for the keys that stay taken, the references booked, and the numbers of
cases rejected for want of which paper may still arrive. The views keep the rest.
"""

from __future__ import annotations

from typing import Any, Final

from tanpan.application import NOT_SET, PAPER, Application, count_by_owner
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
    ApplicationSigned,
    ApplicationSubmitted,
    ApplicationTakenBack,
    ApplicationTookEffect,
    ApplicationUnclaimed,
    ApplicationWithdrawn,
    Due,
    EffectScheduled,
    FactStated,
    MaterialAttached,
    MaterialDetached,
    PaperReceived,
    ReviewPassed,
)
from tanpan.component import Component, evolves, fires
from tanpan.effects import bring_about, failure, prepared
from tanpan.kinds import APPROVED, DRAFT, IN_REVIEW, REJECTED, RETURNED, Kind
from tanpan.messages import CLOCK, Event
from tanpan.parties import Actor
from tanpan.refusals import KernelFault, Refusal

THE_CLOCK: Final = Actor(CLOCK, CLOCK)
CLAIM: Final = "claim"
EFFECT: Final = "effect"
LATELY: Final = 1_000
"""How many closed ones are remembered: more than what one step closes and tells."""
Closing = (
    ApplicationTookEffect
    | ApplicationRejected
    | ApplicationWithdrawn
    | ApplicationExpired
    | ApplicationFailed
)


class Applications(Component):
    """Everything that is applied for and not yet closed."""

    name = "applications"

    def reset(self) -> None:
        self.kinds: dict[str, Kind] = {kind.name: kind for kind in self.exchange.assembly.kinds}
        self.next_number = 1
        self.live: dict[int, Application] = {}
        self.keys: dict[str, dict[str, int]] = {}
        self.lasting: dict[str, dict[str, int]] = {}
        self.references: dict[str, dict[str, int]] = {}
        self.rejected: dict[int, str] = {}
        self.counts: dict[tuple[str, str, str], int] = {}
        self.concerning: dict[str, dict[int, None]] = {}
        """The numbers of live applications by whom they concern: an applicant's name, a party's account."""
        self.claims: dict[str, dict[int, None]] = {}
        """The numbers of those that each reviewer has taken up."""
        self.closed: dict[int, Application] = {}
        """Those closed lately, for the views and for letters; no part of the state."""

    # --- what others ask ---------------------------------------------------------------------------

    def kind(self, name: str) -> Kind:
        """The kind of a name; refuses an unknown one."""
        kind = self.kinds.get(name)
        if kind is None:
            raise Refusal("UNKNOWN_KIND", kind=name)
        return kind

    def of(self, number: int) -> Application:
        """The live application of a number; refuses a closed one and one there never was."""
        application = self.live.get(number)
        if application is None:
            closed = 0 < number < self.next_number
            raise Refusal("APPLICATION_CLOSED" if closed else "UNKNOWN_APPLICATION", application=number)
        return application

    def behind(self, number: int) -> Application | None:
        """The application of a number, even if it was closed lately."""
        return self.live.get(number) or self.closed.get(number)

    def locked(self, lock: str, key: str) -> int:
        """The live application that has a key; 0 where none has."""
        return self.keys.get(lock, {}).get(key, 0)

    def kept(self, lock: str, key: str) -> int:
        """The application that took a key for good; 0 where none did."""
        return self.lasting.get(lock, {}).get(key, 0)

    def free(self, lock: str, key: str) -> None:
        """Let a key that was taken for good be taken anew (called by evolvers only)."""
        self.lasting.get(lock, {}).pop(key, None)

    def open_of(self, kind: Kind, applicant: str, account: str) -> int:
        """How many applications of a kind are open whose these are."""
        return self.counts.get((kind.name, applicant, account), 0)

    def of_pack(self, pack: str) -> Application | None:
        """A live application of a pack's kinds, or None."""
        return next((one for one in self.live.values() if one.kind.pack == pack), None)

    # --- what falls due ------------------------------------------------------------------------------

    @fires("core.application_due")
    def _due(self, number: int, name: str) -> None:
        application = self.live[number]
        whose = (number, application.kind.name, application.applicant, application.account)
        then = next((one.then for one in application.kind.deadlines if one.name == name), REJECTED)
        if then == REJECTED:
            self.emit(ApplicationRejected(*whose, application.stage_name, "", "", name))
        else:
            self.emit(ApplicationExpired(*whose, name))

    @fires("core.claim_lapses")
    def _lapses(self, number: int) -> None:
        self.emit(ApplicationUnclaimed(number, self.live[number].claimed_by, True))

    @fires("core.application_effect")
    def _effect_due(self, number: int) -> None:
        application = self.live[number]
        try:
            plan = prepared(self.exchange, THE_CLOCK, application)
        except Refusal as refusal:
            self.emit(failure(application, refusal))
            return
        bring_about(self.exchange, THE_CLOCK, application, plan.commands)

    # --- evolution: filing -----------------------------------------------------------------------------

    @evolves(ApplicationDrafted)
    def _drafted(self, event: ApplicationDrafted) -> None:
        kind, now = self.kinds[event.kind], self.exchange.now
        made = Application(event.application, kind, event.applicant, event.account, dict(event.parties))
        made.content = {name: value for name, value in event.content.items() if value != ""}
        made.makers.append(event.actor)
        made.drafted_us = made.since_us = now
        self.live[made.number] = made
        self.next_number = made.number + 1
        self._count(made, 1)
        self._concern(made)
        self._schedule(made, event.due)

    @evolves(ApplicationTakenBack)
    def _taken_back(self, event: ApplicationTakenBack) -> None:
        application = self.live[event.application]
        self._enter(application, DRAFT, event.due)
        application.stage = 0
        application.reviewers.clear()

    @evolves(ApplicationAmended)
    def _amended(self, event: ApplicationAmended) -> None:
        application = self._touched(event.application, event.actor)
        for name, value in event.content.items():
            if value == "":
                application.content.pop(name, None)
            else:
                application.content[name] = value
        self._concern_no_more(application)
        application.parties.update(event.parties)
        self._concern(application)

    @evolves(AgreementOpened)
    def _opened(self, event: AgreementOpened) -> None:
        self.live[event.application].opened[event.field] = event.version

    @evolves(MaterialAttached)
    def _attached(self, event: MaterialAttached) -> None:
        application = self._touched(event.application, event.actor)
        file = event.file
        self._drop(application, file.material, file.party, event.replaces)
        application.materials.append(file)

    @evolves(MaterialDetached)
    def _detached(self, event: MaterialDetached) -> None:
        application = self._touched(event.application, event.actor)
        self._drop(application, event.material, event.party, event.digest)

    def _drop(self, application: Application, material: str, party: str, digest: str) -> None:
        which = (material, party, digest)
        application.materials = [
            one for one in application.materials if (one.material, one.party, one.digest) != which
        ]

    def _touched(self, number: int, actor: str) -> Application:
        """An application whose content changes: nothing that was signed or found by comparing it stands."""
        application = self.live[number]
        self._made_by(application, actor)
        application.signatures.clear()
        for fact in application.kind.facts:
            if fact.of_content:
                application.facts.pop(fact.name, None)
        if application.kind.paper is not None and application.kind.paper.anew:
            application.paper.clear()
        return application

    def _made_by(self, application: Application, actor: str) -> None:
        if actor not in application.makers:
            application.makers.append(actor)

    @evolves(ApplicationSigned)
    def _signed(self, event: ApplicationSigned) -> None:
        application = self.live[event.application]
        self._made_by(application, event.actor)
        application.signatures[event.party] = (event.actor, event.digest)

    @evolves(ApplicationSubmitted)
    def _submitted(self, event: ApplicationSubmitted) -> None:
        application = self.live[event.application]
        self._made_by(application, event.actor)
        self._release(application)
        application.keys = [(lock, key) for lock, key in event.keys]
        for lock, key in application.keys:
            self.keys.setdefault(lock, {})[key] = application.number
        application.submitted_us = application.submitted_us or self.exchange.now
        application.stage = 0
        application.reviewers.clear()
        self._enter(application, IN_REVIEW, event.due)

    # --- evolution: reviewing ----------------------------------------------------------------------------

    @evolves(ApplicationClaimed)
    def _claimed(self, event: ApplicationClaimed) -> None:
        application = self.live[event.application]
        self._let_go(application)
        application.claimed_by = event.reviewer
        self.claims.setdefault(event.reviewer, {})[application.number] = None
        number = self.exchange.timers.schedule(event.until_us, "core.claim_lapses", application.number)
        application.timers[CLAIM] = (event.until_us, number)

    @evolves(ApplicationUnclaimed)
    def _unclaimed(self, event: ApplicationUnclaimed) -> None:
        self._let_go(self.live[event.application])

    def _let_go(self, application: Application) -> None:
        self._cancel(application, CLAIM)
        _without(self.claims, application.claimed_by, application.number)
        application.claimed_by = ""

    @evolves(ReviewPassed)
    def _passed(self, event: ReviewPassed) -> None:
        application = self.live[event.application]
        self._let_go(application)
        application.reviewers[event.stage] = event.reviewer
        application.stage += 1
        application.since_us = self.exchange.now

    @evolves(ApplicationReturned)
    def _returned(self, event: ApplicationReturned) -> None:
        self._enter(self.live[event.application], RETURNED, event.due)

    @evolves(PaperReceived)
    def _paper(self, event: PaperReceived) -> None:
        application = self.live[event.application]
        paper = application.kind.paper
        application.paper[event.by] = application.paper.get(event.by, 0) + event.sets
        if paper is not None and all(application.paper.get(role, 0) >= paper.sets for role in paper.by):
            self._cancel(application, PAPER)

    @evolves(FactStated)
    def _stated(self, event: FactStated) -> None:
        application = self.live[event.application]
        said = {"reference": event.reference, "by": event.actor, "at_us": self.exchange.now}
        application.facts[event.fact] = {**event.content, **said}
        self.references.setdefault(event.fact, {})[event.reference] = application.number

    @evolves(ApplicationApproved)
    def _approved(self, event: ApplicationApproved) -> None:
        self._enter(self.live[event.application], APPROVED, event.due)

    @evolves(EffectScheduled)
    def _scheduled(self, event: EffectScheduled) -> None:
        application = self.live[event.application]
        for name in list(application.timers):
            self._cancel(application, name)
        application.effective_us = event.effective_us
        number = self.exchange.timers.schedule(
            event.effective_us, "core.application_effect", application.number
        )
        application.timers[EFFECT] = (event.effective_us, number)

    # --- evolution: closing ------------------------------------------------------------------------------

    @evolves(ApplicationTookEffect)
    def _took_effect(self, event: ApplicationTookEffect) -> None:
        application = self.live[event.application]
        for lock, key in application.lasting():
            self.lasting.setdefault(lock, {})[key] = application.number
        self._close(application, "effective")

    @evolves(ApplicationRejected)
    def _rejected(self, event: ApplicationRejected) -> None:
        application = self.live[event.application]
        if application.kind.paper is not None:
            self.rejected[application.number] = application.kind.name
        self._close(application, REJECTED)

    @evolves(ApplicationWithdrawn)
    def _withdrawn(self, event: ApplicationWithdrawn) -> None:
        self._close(self.live[event.application], "withdrawn")

    @evolves(ApplicationExpired)
    def _expired(self, event: ApplicationExpired) -> None:
        self._close(self.live[event.application], "expired")

    @evolves(ApplicationFailed)
    def _failed(self, event: ApplicationFailed) -> None:
        self._close(self.live[event.application], "failed")

    def _close(self, application: Application, state: str) -> None:
        for name in list(application.timers):
            self._cancel(application, name)
        self._release(application)
        self._count(application, -1)
        self._concern_no_more(application)
        self._let_go(application)
        application.state, application.since_us = state, self.exchange.now
        self.closed[application.number] = self.live.pop(application.number)
        if len(self.closed) > LATELY:
            del self.closed[next(iter(self.closed))]

    # --- timers, keys, counts ------------------------------------------------------------------------------

    def _enter(self, application: Application, state: str, due: Due) -> None:
        """Come into a state: what fell due in the one before does so no more, but for the paper."""
        for name in [one for one in application.timers if one != PAPER]:
            self._cancel(application, name)
        self._let_go(application)
        application.effective_us = NOT_SET
        application.state, application.since_us = state, self.exchange.now
        self._schedule(application, due)

    def _schedule(self, application: Application, due: Due) -> None:
        for name, due_us in due:
            number = self.exchange.timers.schedule(due_us, "core.application_due", application.number, name)
            application.timers[name] = (due_us, number)

    def _cancel(self, application: Application, name: str) -> None:
        timer = application.timers.pop(name, None)
        if timer is not None:
            self.exchange.timers.cancel(timer[1], timer[0])

    def _release(self, application: Application) -> None:
        for lock, key in application.keys:
            del self.keys[lock][key]
        application.keys = []

    def _concern(self, application: Application) -> None:
        for one in (application.applicant, *application.parties.values()):
            if one:
                self.concerning.setdefault(one, {})[application.number] = None

    def _concern_no_more(self, application: Application) -> None:
        for one in (application.applicant, *application.parties.values()):
            _without(self.concerning, one, application.number)

    def _count(self, application: Application, more: int) -> None:
        whose = (application.kind.name, application.applicant, application.account)
        count = self.counts.get(whose, 0) + more
        if count:
            self.counts[whose] = count
        else:
            del self.counts[whose]

    # --- snapshots -----------------------------------------------------------------------------------------

    def dump(self) -> Any:
        live = [application.dump() for application in self.live.values()]
        rejected = [[number, kind] for number, kind in self.rejected.items()]
        return [self.next_number, live, self.keys, self.lasting, self.references, rejected]

    def load(self, data: Any) -> None:
        self.next_number, live, self.keys, self.lasting, self.references, rejected = data
        for row in live:
            kind = self.kinds.get(row[0])
            if kind is None:
                raise KernelFault(f"the snapshot holds an application of {row[0]!r}, a kind nobody declares")
            self.live[row[1]] = Application.loaded(row, kind)
        self.rejected = dict(rejected)
        self.counts = count_by_owner(self.live.values())
        for application in self.live.values():
            self._concern(application)
            if application.claimed_by:
                self.claims.setdefault(application.claimed_by, {})[application.number] = None


def _without(numbers: dict[str, dict[int, None]], name: str, number: int) -> None:
    """Drop a number that may stand under a name, and the name with its last one."""
    found = numbers.get(name)
    if found is not None:
        found.pop(number, None)
        if not found:
            del numbers[name]


OF_APPLICATIONS: Final[tuple[type[Event], ...]] = (
    *(ApplicationDrafted, ApplicationTakenBack, ApplicationAmended, AgreementOpened),
    *(MaterialAttached, MaterialDetached, ApplicationSigned, ApplicationSubmitted, ApplicationClaimed),
    *(ApplicationUnclaimed, ReviewPassed, ApplicationReturned, PaperReceived, FactStated),
    *(ApplicationApproved, EffectScheduled, ApplicationTookEffect, ApplicationRejected),
    *(ApplicationWithdrawn, ApplicationExpired, ApplicationFailed),
)
"""Every event of an application, in the order of its life."""
