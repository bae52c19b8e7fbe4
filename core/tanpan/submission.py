"""Submission: what stands against it, and the keys that it locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tanpan import forms, materials
from tanpan.effects import missing
from tanpan.kinds import CONSENT, SUBMISSION, Lock
from tanpan.personal import fingerprint, is_token
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange


def lacking(exchange: Exchange, application: Application) -> Iterator[Refusal]:
    """Everything that stands against a submission, in the order in which it is asked.

    The kind's own checks and conditions look at whole forms only.
    """
    kind, whole = application.kind, True
    for refusal in forms.objections(kind.form, application.content, exchange):
        whole = False
        yield refusal
    for check in kind.checks if whole else ():
        try:
            check(exchange, application, application.content)
        except Refusal as refusal:
            yield refusal
    for party in kind.parties:
        if not application.parties.get(party.name):
            yield Refusal("FIELD_MISSING", field="parties", party=party.name)
    yield from materials.lacking(application, exchange.today())
    objection = missing(exchange, application, SUBMISSION) if whole else None
    if objection is not None:
        yield objection
    for party in kind.parties if len(kind.parties) > 1 else ():
        if party.name not in application.signatures:
            yield Refusal(kind.unsigned, party=party.name)


def consents(exchange: Exchange, application: Application, content: Mapping[str, Any]) -> None:
    """Refuse an agreement to a version that is not in force or was not opened before."""
    for field in application.kind.form:
        version = content.get(field.name, "")
        if field.shape != CONSENT or version == "":
            continue
        if version != field.version_at(exchange):
            raise Refusal("BAD_FIELD", field=field.name, version=field.version_at(exchange))
        if field.opened_before(exchange) and application.opened.get(field.name) != version:
            raise Refusal("AGREEMENT_NOT_READ", field=field.name)


def keys(exchange: Exchange, application: Application) -> list[tuple[str, str]]:
    """The keys that an application locks; refuses one that another has, or that is taken for good."""
    found: dict[tuple[str, str], None] = {}
    for lock in application.kind.locks:
        key = _key(exchange, lock, application)
        if not key:
            continue
        if exchange.applications.kept(lock.name, key):
            raise Refusal(lock.taken, lock=lock.name)
        if exchange.applications.locked(lock.name, key) not in (0, application.number):
            raise Refusal(lock.code, lock=lock.name)
        found[lock.name, key] = None
    return list(found)


def _key(exchange: Exchange, lock: Lock, application: Application) -> str:
    if lock.of is not None:
        return lock.of(exchange, application)
    value = application.content.get(lock.field, "")
    field = application.kind.named(lock.field)
    if field is not None and field.personal and is_token(field.shape, value):
        return fingerprint(value)
    return str(value)
