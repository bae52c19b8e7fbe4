"""Live answers about applications: one as it stands and what it still lacks, and the kinds there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tanpan.application_views import files, masked, masked_facts
from tanpan.kinds import DRAFT, RETURNED, ROWS, Fact, Field, Kind, Material
from tanpan.messages import APPLICANT, OPERATOR
from tanpan.refusals import Refusal
from tanpan.views import whole_number
from tanpan.wire import told_details

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange
    from tanpan.parties import Actor

Rows = list[dict[str, Any]]


def applications(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    """The application asked for; without a number one's own, for reviewers those they have taken up."""
    if "application" in where:
        found = exchange.applications.of(whole_number("application", where["application"]))
        if not _may_read(actor, found):
            raise Refusal("PERMISSION_DENIED", actor=actor.name, application=found.number)
        return [_row(exchange, found)]
    live = exchange.applications.live
    concerning = [live[number] for number in _concerning(exchange, actor)]
    return [_row(exchange, one) for one in concerning if _may_read(actor, one)]


def _may_read(actor: Actor, application: Application) -> bool:
    if actor.role == APPLICANT:
        return actor.name == application.applicant
    if actor.role == OPERATOR:
        return actor.name == application.applicant or actor.account in application.parties.values()
    return True


def _concerning(exchange: Exchange, actor: Actor) -> list[int]:
    """The numbers of one's own, for reviewers of those they have taken up: of however many there are, only these."""
    applications = exchange.applications
    if actor.role not in (APPLICANT, OPERATOR):
        return sorted(applications.claims.get(actor.name, {}))
    own = applications.concerning
    return sorted({**own.get(actor.name, {}), **own.get(actor.account, {})})


def _row(exchange: Exchange, application: Application) -> dict[str, Any]:
    in_hand = application.state in (DRAFT, RETURNED)
    lacking = exchange.filing.lacking(application) if in_hand else ()
    return {
        "application": application.number,
        "kind": application.kind.name,
        "applicant": application.applicant,
        "account": application.account,
        "parties": application.parties,
        "state": application.state,
        "stage": application.stage_name,
        "claimed_by": application.claimed_by,
        "submitted_us": application.submitted_us,
        "since_us": application.since_us,
        "effective_us": max(application.effective_us, 0),
        "due": {name: due_us for name, (due_us, _) in application.timers.items()},
        "digest": application.digest(),
        "content": masked(application.kind.form, application.content),
        "opened": application.opened,
        "materials": files(application),
        "signatures": {party: list(signed) for party, signed in application.signatures.items()},
        "reviewers": application.reviewers,
        "paper": application.paper,
        "facts": masked_facts(application),
        "missing": [{"code": one.code, "details": told_details(one)} for one in lacking],
    }


def kinds(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    """The kinds of application that may be filed here, with their forms as data."""
    known = exchange.applications.kinds
    wanted = [exchange.applications.kind(where["kind"])] if "kind" in where else list(known.values())
    return [_kind(exchange, kind) for kind in wanted]


def _kind(exchange: Exchange, kind: Kind) -> dict[str, Any]:
    paper = kind.paper
    return {
        "kind": kind.name,
        "zh": kind.zh,
        "en": kind.en,
        "applicants": list(kind.applicants),
        "parties": [_named(party) for party in kind.parties],
        "form": [_field(exchange, one) for one in kind.form],
        "materials": [_material(one) for one in kind.materials],
        "reviews": [{**_named(one), "role": one.role} for one in kind.reviews],
        "facts": [_fact(exchange, one) for one in kind.facts],
        "conditions": [{**_named(one), "before": one.before} for one in kind.conditions],
        "paper": {"sets": paper.sets, "working_days": paper.working_days} if paper is not None else {},
        "effect": kind.effect.when,
    }


def _named(one: Any) -> dict[str, Any]:
    return {"name": one.name, "zh": one.zh, "en": one.en}


def _field(exchange: Exchange, field: Field) -> dict[str, Any]:
    return {
        **_named(field),
        "shape": field.shape,
        "personal": field.personal,
        "required": field.required,
        "depends": field.needed is not None,
        "choices": [{"value": one.value, "zh": one.zh, "en": one.en} for one in field.choices],
        "longest": field.longest,
        "least": field.least,
        "most": field.most_rows if field.shape == ROWS else field.most,
        "same_as": field.same_as,
        "version": field.version_at(exchange),
        "form": [_field(exchange, one) for one in field.form],
    }


def _material(material: Material) -> dict[str, Any]:
    return {
        **_named(material),
        "formats": list(material.formats),
        "parties": list(material.parties),
        "stamped": material.stamped,
        "both_stamped": material.both_stamped,
        "colour": material.colour,
        "hand_signed": material.hand_signed,
        "copies": material.copies,
        "files": material.files,
        "expires": material.expires,
        "required": not material.optional,
        "depends": material.needed is not None,
    }


def _fact(exchange: Exchange, fact: Fact) -> dict[str, Any]:
    return {**_named(fact), "by": list(fact.by), "form": [_field(exchange, one) for one in fact.form]}
