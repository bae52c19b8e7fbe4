"""Which events of applications cause which letter, and to whom: its applicant, or who acts for the accounts in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tanpan.applicants import ApplicantRegistered
from tanpan.application import Application
from tanpan.application_events import (
    ApplicationApproved,
    ApplicationExpired,
    ApplicationFailed,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationTookEffect,
    ApplicationWithdrawn,
)
from tanpan.calendar import local
from tanpan.exchange import Exchange
from tanpan.kinds import MAIL, Kind
from tanpan.messages import OPERATOR, AnyRecord, name_of
from tanpan.parties import AccountOpened
from tanpan.personal import is_token

from .letters import has_letter

Told = tuple[str, str, Mapping[str, str]]
NOTHING: Final = "—"


def registered(event: ApplicantRegistered, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """No letter: where an applicant's codes go, should the door have had no time to say so."""
    yield "applicant_registered", "", {"user": event.user, "mail": event.mail, "mobile": event.mobile}


def submitted(event: ApplicationSubmitted, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """It was submitted."""
    yield from _letters("application_submitted", event, exchange)


def returned(event: ApplicationReturned, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """It was returned, with reasons."""
    kind = exchange.applications.kinds.get(event.kind)
    until = min((due_us for _, due_us in event.due), default=0)
    words = {
        "opinion": event.opinion,
        "reasons_zh": _reasons(kind, event.reasons, "zh"),
        "reasons_en": _reasons(kind, event.reasons, "en"),
        "until": local(until).strftime("%Y-%m-%d %H:%M") if until else NOTHING,
    }
    yield from _letters("application_returned", event, exchange, **words)


def approved(event: ApplicationApproved, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """It was approved; where that was all it waited for, only its effect is told."""
    if not any(
        isinstance(one, ApplicationTookEffect) and one.application == event.application
        for one in record.events
    ):
        yield from _letters("application_approved", event, exchange)


def took_effect(event: ApplicationTookEffect, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """It took effect; an account that it opened is named. A pack's event beside it may have a letter of its own."""
    opened = [one.account for one in record.events if isinstance(one, AccountOpened)]
    account = opened[-1] if opened else event.account
    yield from _letters("application_took_effect", event, exchange, account=account or NOTHING)
    for one in record.events:
        name = name_of(type(one))
        if not name.startswith("core.") and has_letter(name):
            words = {field: str(getattr(one, field)) for field in one.__struct_fields__ if field != "mail"}
            for user, mail in _reached(event, exchange):
                yield name, mail, {"user": user, **words}


def rejected(event: ApplicationRejected, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """It was rejected, by somebody or because a deadline passed."""
    words = {
        "reason_zh": event.reason or f"逾期（{event.deadline}）",
        "reason_en": event.reason or f"its time ran out ({event.deadline})",
    }
    yield from _letters("application_rejected", event, exchange, **words)


def withdrawn(event: ApplicationWithdrawn, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """Its applicant, or who acts for him, withdrew it."""
    yield from _letters("application_withdrawn", event, exchange, reason=event.reason or NOTHING)


def expired(event: ApplicationExpired, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """Its time ran out."""
    yield from _letters("application_expired", event, exchange)


def failed(event: ApplicationFailed, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """It could not take effect."""
    yield from _letters("application_failed", event, exchange, code=event.code)


def _letters(letter: str, event: Any, exchange: Exchange, **more: str) -> Iterator[Told]:
    kind = exchange.applications.kinds.get(event.kind)
    words = {
        "number": str(event.application),
        "kind_zh": kind.zh if kind is not None else event.kind,
        "kind_en": kind.en if kind is not None else event.kind,
        **more,
    }
    for user, mail in _reached(event, exchange):
        yield letter, mail, {"user": user, **words}


def _reached(event: Any, exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Who is told, and the token of his mailbox, each mailbox once.

    What an applicant filled in goes before where he registered; an account's operators are told who may file.
    """
    application = exchange.applications.behind(event.application)
    actors = exchange.parties.actors
    found: dict[str, str] = {}
    if event.applicant:
        known = actors.get(event.applicant)
        mail = _filled_in(application) or (known.mail if known is not None else "")
        found[mail] = event.applicant
    accounts = {event.account, *(application.parties.values() if application is not None else ())}
    accounts -= {"", event.applicant}
    permission = application.kind.permission if application is not None else ""
    for actor in actors.values() if accounts else ():
        if actor.role != OPERATOR or actor.account not in accounts or actor.name == event.applicant:
            continue
        if not permission or permission in actor.permissions:
            found.setdefault(actor.mail, actor.name)
    for mail, user in found.items():
        if mail:
            yield user, mail


def _filled_in(application: Application | None) -> str:
    """The first mailbox in an application's form."""
    if application is None:
        return ""
    for field in application.kind.form:
        said = application.content.get(field.name, "")
        if field.shape == MAIL and is_token(MAIL, said):
            return str(said)
    return ""


def _reasons(kind: Kind | None, reasons: Mapping[str, str], language: str) -> str:
    """Reasons by what fields and documents are called."""
    told = []
    for name, text in reasons.items():
        one = (kind.named(name) or kind.material(name)) if kind is not None else None
        title = name if one is None else one.zh if language == "zh" else one.en
        told.append(f"{title}：{text}" if language == "zh" else f"{title}: {text}")
    return ("；" if language == "zh" else "; ").join(told) or NOTHING
