"""What happens to an application. Forms hold tokens only; `due` says what falls due when (UTC microseconds).

What its applicant is told of also says of what kind and whose the application is.
"""

from __future__ import annotations

from typing import Any

from tanpan.materials import Attached
from tanpan.messages import Event

Due = list[tuple[str, int]]


class ApplicationDrafted(Event, frozen=True, tag="core.application_drafted"):
    """An application was begun."""

    application: int
    kind: str
    applicant: str
    account: str
    parties: dict[str, str]
    content: dict[str, Any]
    actor: str
    due: Due


class ApplicationTakenBack(Event, frozen=True, tag="core.application_taken_back"):
    """Its applicant changes what he had submitted: it is a draft again, and its reviews start anew."""

    application: int
    due: Due


class ApplicationAmended(Event, frozen=True, tag="core.application_amended"):
    """Fields were filled in or cleared (empty); what was signed is void."""

    application: int
    content: dict[str, Any]
    parties: dict[str, str]
    actor: str


class AgreementOpened(Event, frozen=True, tag="core.agreement_opened"):
    """An agreement was opened in this version, before it could be accepted."""

    application: int
    field: str
    version: str


class MaterialAttached(Event, frozen=True, tag="core.material_attached"):
    """A file was handed in, in place of the one named; what was signed is void."""

    application: int
    file: Attached
    replaces: str
    actor: str


class MaterialDetached(Event, frozen=True, tag="core.material_detached"):
    """A file was taken back; what was signed is void."""

    application: int
    material: str
    party: str
    digest: str
    actor: str


class ApplicationSigned(Event, frozen=True, tag="core.application_signed"):
    """A party signed the content of this digest."""

    application: int
    party: str
    actor: str
    digest: str


class ApplicationSubmitted(Event, frozen=True, tag="core.application_submitted"):
    """An application was submitted, whole, with the keys it locks."""

    application: int
    kind: str
    applicant: str
    account: str
    actor: str
    digest: str
    keys: list[tuple[str, str]]
    due: Due


class ApplicationClaimed(Event, frozen=True, tag="core.application_claimed"):
    """A reviewer took an application up."""

    application: int
    reviewer: str
    until_us: int


class ApplicationUnclaimed(Event, frozen=True, tag="core.application_unclaimed"):
    """A reviewer gave an application back, or his claim lapsed."""

    application: int
    reviewer: str
    lapsed: bool


class ReviewPassed(Event, frozen=True, tag="core.review_passed"):
    """A review found nothing wanting."""

    application: int
    stage: str
    reviewer: str
    opinion: str


class ApplicationReturned(Event, frozen=True, tag="core.application_returned"):
    """A reviewer returned an application for correction, with reasons by field and document."""

    application: int
    kind: str
    applicant: str
    account: str
    stage: str
    reviewer: str
    opinion: str
    reasons: dict[str, str]
    due: Due


class PaperReceived(Event, frozen=True, tag="core.paper_received"):
    """Sets of originals arrived."""

    application: int
    by: str
    actor: str
    sets: int


class FactStated(Event, frozen=True, tag="core.fact_stated"):
    """Something was stated about an application, under a reference that is booked once."""

    application: int
    fact: str
    content: dict[str, Any]
    reference: str
    actor: str


class ApplicationApproved(Event, frozen=True, tag="core.application_approved"):
    """Every review is passed; it takes effect when its day has come and its conditions hold."""

    application: int
    kind: str
    applicant: str
    account: str
    due: Due


class EffectScheduled(Event, frozen=True, tag="core.effect_scheduled"):
    """An approved application takes effect at this instant."""

    application: int
    effective_us: int


class ApplicationTookEffect(Event, frozen=True, tag="core.application_took_effect"):
    """An application took effect; what it brought about are the events before this one."""

    application: int
    kind: str
    applicant: str
    account: str


class ApplicationRejected(Event, frozen=True, tag="core.application_rejected"):
    """An application was rejected, by a reviewer or because a deadline passed."""

    application: int
    kind: str
    applicant: str
    account: str
    stage: str
    reviewer: str
    reason: str
    deadline: str


class ApplicationWithdrawn(Event, frozen=True, tag="core.application_withdrawn"):
    """An application was withdrawn by whose it is."""

    application: int
    kind: str
    applicant: str
    account: str
    reason: str


class ApplicationExpired(Event, frozen=True, tag="core.application_expired"):
    """A deadline passed and the application is void."""

    application: int
    kind: str
    applicant: str
    account: str
    deadline: str


class ApplicationFailed(Event, frozen=True, tag="core.application_failed"):
    """An approved application could not take effect on its day: what it should have brought about was refused."""

    application: int
    kind: str
    applicant: str
    account: str
    code: str
    details: dict[str, str]
