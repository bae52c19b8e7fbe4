"""Reviewing: who takes an application up, compares, returns, approves or rejects it, and what is stated from outside.

A reviewer decides only what he has taken up: of two at once the second is refused, and nothing is approved that
changed under his eyes. Nobody reviews what he filed, nor twice where another person is demanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import msgspec

from tanpan import forms, materials
from tanpan.application import Application
from tanpan.application_events import (
    ApplicationApproved,
    ApplicationClaimed,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationUnclaimed,
    FactStated,
    PaperReceived,
    ReviewPassed,
)
from tanpan.component import Component, decides
from tanpan.deadlines import claim_until, due_in, paper_lacks
from tanpan.effects import Plan, hold, missing, prepared, take_effect
from tanpan.filing import denied, said_why
from tanpan.kinds import APPROVAL, APPROVED, EFFECT, IN_REVIEW, RETURNED, REVIEW, Fact, Review
from tanpan.messages import CHANNEL, DOOR, REGISTRY, STAFF, Command
from tanpan.parties import Actor
from tanpan.personal import Form
from tanpan.refusals import Refusal

_LONGEST_REFERENCE: Final = 200


class ClaimApplication(Command, frozen=True, tag="core.claim_application"):
    """Take an application up for the review that is next; a claim lapses by itself."""

    zh: ClassVar = "领取申请"
    roles: ClassVar = (STAFF, REGISTRY)
    application: int


class UnclaimApplication(Command, frozen=True, tag="core.unclaim_application"):
    """Give an application back that one has taken up."""

    zh: ClassVar = "退回领取"
    roles: ClassVar = (STAFF, REGISTRY)
    application: int


class ReturnApplication(Command, frozen=True, tag="core.return_application"):
    """Return an application for correction, with reasons by field and document."""

    zh: ClassVar = "退回补正"
    roles: ClassVar = (STAFF, REGISTRY)
    application: int
    opinion: str
    reasons: dict[str, str] = msgspec.field(default_factory=dict)


class ApproveApplication(Command, frozen=True, tag="core.approve_application"):
    """Pass the review of an application; after the last one it is approved."""

    zh: ClassVar = "审核通过"
    roles: ClassVar = (STAFF, REGISTRY)
    application: int
    opinion: str = ""


class RejectApplication(Command, frozen=True, tag="core.reject_application"):
    """Reject an application for good."""

    zh: ClassVar = "驳回申请"
    roles: ClassVar = (STAFF, REGISTRY)
    application: int
    reason: str


class ReceivePaper(Command, frozen=True, tag="core.receive_paper"):
    """Record that sets of an application's originals arrived."""

    zh: ClassVar = "登记收到原件"
    roles: ClassVar = (STAFF, REGISTRY)
    application: int
    sets: int


class StateFact(Command, frozen=True, tag="core.state_fact"):
    """State something about an application from outside, such as a payment, under a reference that is booked once.

    `user` names the applicant where what is stated holds personal data of his.
    """

    zh: ClassVar = "登记事项"
    roles: ClassVar = (STAFF, CHANNEL, REGISTRY, DOOR)
    application: int
    fact: str
    reference: str
    content: Form = msgspec.field(default_factory=dict)
    user: str = ""


class EffectApplication(Command, frozen=True, tag="core.effect_application"):
    """Let an approved application take effect, once what it waited for has come to hold."""

    zh: ClassVar = "办理生效"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    application: int


class Reviewing(Component):
    """Decides what reviewers do; the applications themselves are another component's."""

    name = "reviewing"

    # --- reviews -----------------------------------------------------------------------------------

    @decides(ClaimApplication)
    def _claim(self, actor: Actor, command: ClaimApplication) -> None:
        application, review = self._under_review(actor, command.application)
        self._other_person(actor, application, review)
        hold(self.exchange, application, REVIEW)
        until_us = claim_until(self.exchange, review)
        self.emit(ApplicationClaimed(application.number, actor.name, until_us))

    @decides(UnclaimApplication)
    def _unclaim(self, actor: Actor, command: UnclaimApplication) -> None:
        application, _ = self._taken_up(actor, command.application)
        self.emit(ApplicationUnclaimed(application.number, actor.name, False))

    @decides(ReturnApplication)
    def _return(self, actor: Actor, command: ReturnApplication) -> None:
        application, review = self._taken_up(actor, command.application)
        opinion = said_why(command.opinion, "opinion")
        reasons = self._reasons(application, command.reasons)
        due = due_in(self.exchange, application, RETURNED)
        whose = (application.kind.name, application.applicant, application.account)
        self.emit(
            ApplicationReturned(application.number, *whose, review.name, actor.name, opinion, reasons, due)
        )

    @decides(ApproveApplication)
    def _approve(self, actor: Actor, command: ApproveApplication) -> None:
        application, review = self._taken_up(actor, command.application)
        self._other_person(actor, application, review)
        opinion = said_why(command.opinion, "opinion", required=False)
        for refusal in materials.lacking(application, self.exchange.today()):
            raise refusal
        hold(self.exchange, application, REVIEW)
        hold(self.exchange, application, APPROVAL)
        self._paper_is_there(application)
        passed = ReviewPassed(application.number, review.name, actor.name, opinion)
        if application.stage + 1 < len(application.kind.reviews):
            self.emit(passed)
            return
        due = due_in(self.exchange, application, APPROVED)
        whose = (application.kind.name, application.applicant, application.account)
        plan = self._plan(actor, application)
        self.emit(passed)
        self.emit(ApplicationApproved(application.number, *whose, due))
        if plan is not None:
            take_effect(self.exchange, actor, application, plan)

    @decides(RejectApplication)
    def _reject(self, actor: Actor, command: RejectApplication) -> None:
        application, review = self._taken_up(actor, command.application)
        reason = said_why(command.reason, "reason")
        whose = (application.kind.name, application.applicant, application.account)
        self.emit(ApplicationRejected(application.number, *whose, review.name, actor.name, reason, ""))

    # --- what comes from outside -------------------------------------------------------------------------

    @decides(ReceivePaper)
    def _receive(self, actor: Actor, command: ReceivePaper) -> None:
        if command.application in self.exchange.applications.rejected:
            raise Refusal("CASE_REJECTED", application=command.application)
        application = self.exchange.applications.of(command.application)
        paper = application.kind.paper
        if paper is None:
            raise Refusal("UNKNOWN_DOCUMENT", application=application.number)
        if actor.role not in paper.by or not _permitted(actor, paper.permission):
            raise denied(actor, application)
        if not application.submitted_us:
            raise Refusal("STEP_ORDER", application=application.number, state=application.state)
        if not 0 < command.sets <= 1_000:
            raise Refusal("BAD_FIELD", field="sets", value=command.sets)
        self.emit(PaperReceived(application.number, actor.role, actor.name, command.sets))

    @decides(StateFact)
    def _state(self, actor: Actor, command: StateFact) -> None:
        application = self.exchange.applications.of(command.application)
        fact = application.kind.fact(command.fact)
        if fact is None:
            raise Refusal("UNKNOWN_FACT", fact=command.fact)
        if actor.role not in fact.by or not _permitted(actor, fact.permission):
            raise denied(actor, application)
        if fact.again and fact.name in application.facts:
            raise Refusal(fact.again, fact=fact.name)
        reference = _reference(command.reference)
        content = self._stated(application, fact, command)
        if reference in self.exchange.applications.references.get(fact.name, {}):
            raise Refusal("ALREADY_BOOKED", reference=reference)
        self.emit(FactStated(application.number, fact.name, content, reference, actor.name))
        self._go_on(actor, application)

    @decides(EffectApplication)
    def _effect(self, actor: Actor, command: EffectApplication) -> None:
        application = self.exchange.applications.of(command.application)
        if application.state != APPROVED or application.effective_us > 0:
            raise Refusal("STEP_ORDER", application=application.number, state=application.state)
        take_effect(self.exchange, actor, application, prepared(self.exchange, actor, application))

    # --- what it rests on ------------------------------------------------------------------------------

    def _under_review(self, actor: Actor, number: int) -> tuple[Application, Review]:
        """An application whose next review is the actor's to do, and which nobody else has taken up."""
        application = self.exchange.applications.of(number)
        reviews = application.kind.reviews
        if not any(reviews_as(actor, one) for one in reviews):
            raise denied(actor, application)
        review = application.review
        if application.state != IN_REVIEW or review is None:
            raise Refusal("BAD_STATE", application=number, state=application.state)
        if not reviews_as(actor, review):
            raise Refusal("REVIEW_ORDER", application=number, stage=review.name)
        if application.claimed_by not in ("", actor.name):
            raise Refusal("ALREADY_CLAIMED", application=number, reviewer=application.claimed_by)
        return application, review

    def _taken_up(self, actor: Actor, number: int) -> tuple[Application, Review]:
        application, review = self._under_review(actor, number)
        if application.claimed_by != actor.name:
            raise Refusal("CLAIM_REQUIRED", application=number, stage=review.name)
        return application, review

    def _other_person(self, actor: Actor, application: Application, review: Review) -> None:
        if actor.name in application.makers:
            raise Refusal("MAKER_CHECKER_SAME", application=application.number, actor=actor.name)
        if review.another and actor.name in application.reviewers.values():
            raise Refusal("MAKER_CHECKER_SAME", application=application.number, actor=actor.name)

    def _paper_is_there(self, application: Application) -> None:
        paper = application.kind.paper
        if paper is None or not paper_lacks(application):
            return
        names = [review.name for review in application.kind.reviews]
        if not paper.before or application.stage >= names.index(paper.before):
            raise Refusal("PAPER_NOT_RECEIVED", application=application.number, sets=paper.sets)

    def _plan(self, actor: Actor, application: Application) -> Plan | None:
        """What its effect will be; None while it waits for a condition."""
        if missing(self.exchange, application, EFFECT) is not None:
            return None
        return prepared(self.exchange, actor, application)

    def _go_on(self, actor: Actor, application: Application) -> None:
        """Let what waited for this take effect. What else stands against it is told to whoever asks for the effect."""
        if application.state != APPROVED or application.effective_us > 0:
            return
        try:
            plan = self._plan(actor, application)
        except Refusal:
            return
        if plan is not None:
            take_effect(self.exchange, actor, application, plan)

    def _reasons(self, application: Application, said: Any) -> dict[str, str]:
        """Reasons by field and document; refuses what the application does not have."""
        if not isinstance(said, Mapping):
            raise Refusal("BAD_FIELD", field="reasons", why="reasons by field or document are expected")
        kind = application.kind
        for name in said:
            if kind.named(name) is None and kind.material(name) is None:
                raise Refusal("BAD_FIELD", field="reasons", value=name)
        return {name: said_why(text, "reasons") for name, text in said.items()}

    def _stated(self, application: Application, fact: Fact, command: StateFact) -> dict[str, Any]:
        """What is stated, whole and of its form; it must fit the application."""
        if command.user and command.user != application.applicant:
            raise Refusal("BAD_FIELD", field="user", value=command.user)
        content = forms.filled(fact.form, command.content)
        for refusal in forms.objections(fact.form, content, self.exchange):
            raise refusal
        personal = any(one.personal and content.get(one.name) for one in fact.form)
        if personal and application.applicant and not command.user:
            raise Refusal("FIELD_MISSING", field="user")
        if fact.check is not None:
            fact.check(self.exchange, application, content)
        return content


def reviews_as(actor: Actor, review: Review) -> bool:
    """Whether a review is one of those that somebody does."""
    return actor.role == review.role and _permitted(actor, review.permission)


def _reference(said: str) -> str:
    """A reference as it is booked, without the spaces around it: one is not booked a second time by adding some."""
    reference = said.strip()
    if not reference:
        raise Refusal("FIELD_MISSING", field="reference")
    if len(reference) > _LONGEST_REFERENCE or not reference.isprintable():
        raise Refusal("BAD_FIELD", field="reference", longest=_LONGEST_REFERENCE)
    return reference


def _permitted(actor: Actor, permission: str) -> bool:
    return actor.role != STAFF or not permission or permission in actor.permissions
