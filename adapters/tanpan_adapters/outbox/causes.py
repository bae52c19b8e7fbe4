"""Which events cause which message: written with the records they come from, without any secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from tanpan.applicants import ApplicantRegistered
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
from tanpan.closing import AccountClosed
from tanpan.exchange import Exchange
from tanpan.messages import OPERATOR, AnyRecord, Event
from tanpan.oversight import MeasureTaken
from tanpan.parties import OperatorAdded, OperatorFrozen, OperatorModified, OperatorUnfrozen
from tanpan_adapters.identity import system_now
from tanpan_adapters.store import Message

from . import application_causes
from .pack_causes import Cause, pack_cause

Told = tuple[str, str, Mapping[str, str]]
"""The kind of a message, the token of where it goes (empty: nowhere, it only has an effect), and its words."""


def messages_of(exchange: Exchange, records: Sequence[AnyRecord]) -> list[Message]:
    """The messages of records that are about to be committed."""
    # Hardly a record causes one, and this looks at every record there is.
    found = [record for record in records for event in record.events if cause_of(event.__class__)]
    if not found:
        return []
    caused = {record.seq: record for record in found}
    return [message for record in caused.values() for message in messages_for(record, exchange)]


def messages_for(record: AnyRecord, exchange: Exchange) -> list[Message]:
    """The messages of one record, numbered in the order of its events."""
    found: list[Message] = []
    at = 0
    for event in record.events:
        cause = cause_of(type(event))
        if cause is None:
            continue
        # A simulated clock may be ahead of the one by which messages are due.
        at = at or min(record.at, system_now())
        for kind, to, words in cause(event, exchange, record):
            told = msgspec.json.encode(words).decode()
            found.append(Message(exchange.name, record.seq, len(found), kind, to, told, at))
    return found


def _added(event: OperatorAdded, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    words = {"user": event.operator, "account": event.account, "mail": event.mail, "mobile": event.mobile}
    yield "operator_added", event.mail, words


def _modified(event: OperatorModified, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    words = {"user": event.operator, "account": event.account, "mail": event.mail, "mobile": event.mobile}
    yield "operator_modified", event.mail, words


def _frozen(event: OperatorFrozen, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    yield "operator_frozen", _mail(exchange, event.operator), {"user": event.operator}


def _unfrozen(event: OperatorUnfrozen, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    yield "operator_unfrozen", _mail(exchange, event.operator), {"user": event.operator}


def _measure(event: MeasureTaken, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    words = {"account": event.account, "measure": event.measure, "reason": event.reason}
    for actor in exchange.parties.actors.values():
        if actor.role == OPERATOR and actor.account == event.account and actor.mail:
            yield "measure_taken", actor.mail, {"user": actor.name, **words}


def _closed(event: AccountClosed, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    words = {"account": event.account, "participant": event.participant, "reason": event.reason}
    for actor in exchange.parties.actors.values():
        if actor.role == OPERATOR and actor.account == event.account and actor.mail:
            yield "account_closed", actor.mail, {"user": actor.name, **words}


def _mail(exchange: Exchange, user: str) -> str:
    actor = exchange.parties.actors.get(user)
    return "" if actor is None else actor.mail


CAUSES: Final[Mapping[type[Event], Cause]] = {
    OperatorAdded: _added,
    OperatorModified: _modified,
    OperatorFrozen: _frozen,
    OperatorUnfrozen: _unfrozen,
    MeasureTaken: _measure,
    AccountClosed: _closed,
    ApplicantRegistered: application_causes.registered,
    ApplicationSubmitted: application_causes.submitted,
    ApplicationReturned: application_causes.returned,
    ApplicationApproved: application_causes.approved,
    ApplicationTookEffect: application_causes.took_effect,
    ApplicationRejected: application_causes.rejected,
    ApplicationWithdrawn: application_causes.withdrawn,
    ApplicationExpired: application_causes.expired,
    ApplicationFailed: application_causes.failed,
}
_known: dict[type[Event], Cause | None] = dict(CAUSES)


def cause_of(kind: type[Event]) -> Cause | None:
    """How events of a type are told; None for those that nobody is told of."""
    try:
        return _known[kind]
    except KeyError:
        found = _known[kind] = pack_cause(kind)
        return found
