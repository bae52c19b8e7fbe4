"""Views of applications: one row each with what became of it, and one row for every step of its life."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from tanpan.application import Application
from tanpan.application_events import (
    ApplicationExpired,
    ApplicationFailed,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationWithdrawn,
)
from tanpan.applications import OF_APPLICATIONS
from tanpan.kinds import Content, Field
from tanpan.messages import APPLICANT, OPERATOR, REGISTRY, REGULATOR, STAFF, name_of
from tanpan.personal import is_token, shown
from tanpan.views import INT, JSON, TEXT, Change, Row, View, column

READERS: Final = (OPERATOR, STAFF, REGULATOR, REGISTRY, APPLICANT)


def masked(form: Iterable[Field], content: Content) -> dict[str, Any]:
    """What was filled in, masks in place of tokens."""
    personal = {one.name: one.shape for one in form if one.personal}
    return {
        name: shown(value) if name in personal and is_token(personal[name], value) else value
        for name, value in content.items()
    }


def masked_facts(application: Application) -> dict[str, Any]:
    """What was stated about an application, masks in place of tokens."""
    forms = {fact.name: fact.form for fact in application.kind.facts}
    return {name: masked(forms.get(name, ()), said) for name, said in application.facts.items()}


def files(application: Application) -> list[dict[str, Any]]:
    """What was handed in, by the names of its facts."""
    return [msgspec.structs.asdict(one) for one in application.materials]


def _counterparty(application: Application) -> str:
    """The account of the second party, where there is one."""
    others = [application.parties.get(party.name, "") for party in application.kind.parties[1:]]
    return others[0] if others else ""


def _account(change: Change, application: Application) -> str:
    """Whose account it is: once it is opened, the one that the applicant got."""
    applicant = change.exchange.parties.actors.get(application.applicant)
    return application.account or (applicant.account if applicant is not None else "")


def _outcome(event: Any) -> dict[str, Any] | None:
    """What the applicant is told of the last decision; None where an event is none."""
    if isinstance(event, ApplicationReturned):
        return {"opinion": event.opinion, "reasons": event.reasons}
    if isinstance(event, ApplicationRejected):
        return {"opinion": event.reason, "deadline": event.deadline}
    if isinstance(event, ApplicationWithdrawn):
        return {"opinion": event.reason}
    if isinstance(event, ApplicationExpired):
        return {"deadline": event.deadline}
    if isinstance(event, ApplicationFailed):
        return {"code": event.code, "details": event.details}
    return None


def _application(change: Change) -> Iterable[Row]:
    application = change.exchange.applications.behind(change.event.application)
    if application is None:
        return
    outcome = _outcome(change.event)
    if outcome is None:
        before = change.get((application.number,))
        outcome = before["outcome"] if before is not None else {}
    yield {
        "application": application.number,
        "kind": application.kind.name,
        "applicant": application.applicant,
        "account": _account(change, application),
        "counterparty": _counterparty(application),
        "state": application.state,
        "stage": application.stage_name if application.state == "in_review" else "",
        "drafted_us": application.drafted_us,
        "submitted_us": application.submitted_us,
        "since_us": application.since_us,
        "claimed_by": application.claimed_by,
        "effective_us": max(application.effective_us, 0),
        "signed": list(application.signatures),
        "paper": sum(application.paper.values()),
        "outcome": outcome,
        "content": masked(application.kind.form, application.content),
        "materials": files(application),
        "facts": masked_facts(application),
    }


APPLICATIONS: Final = View(
    "core.applications",
    "申请",
    "applications",
    (
        column("application", INT, "申请编号", "application"),
        column("kind", TEXT, "申请种类", "kind"),
        column("applicant", TEXT, "申请人", "applicant"),
        column("account", TEXT, "交易账户", "account"),
        column("counterparty", TEXT, "对方账户", "counterparty"),
        column("state", TEXT, "状态", "state"),
        column("stage", TEXT, "审核环节", "stage"),
        column("drafted_us", INT, "起草时间", "drafted at"),
        column("submitted_us", INT, "首次提交时间", "first submitted at"),
        column("since_us", INT, "进入该环节时间", "in this stage since"),
        column("claimed_by", TEXT, "领取人", "claimed by"),
        column("effective_us", INT, "生效时间", "takes effect at"),
        column("signed", JSON, "已签署方", "signed by"),
        column("paper", INT, "收到原件套数", "sets of originals received"),
        column("outcome", JSON, "审核意见", "outcome"),
        column("content", JSON, "申请内容", "content"),
        column("materials", JSON, "申请材料", "materials"),
        column("facts", JSON, "登记事项", "facts"),
    ),
    ("application",),
    dict.fromkeys(OF_APPLICATIONS, _application),
    indexes=(
        # Reviewers' queues by age: what is in a stage is under review, so the state is asked beside the kind only.
        ("since_us",),
        ("kind", "since_us"),
        ("stage", "since_us"),
        ("state", "since_us"),
        ("kind", "stage", "since_us"),
        ("kind", "state", "since_us"),
        ("claimed_by", "since_us"),
        ("applicant", "since_us"),
        ("account", "since_us"),
        ("counterparty", "since_us"),
    ),
    own=("account", "counterparty"),
    applicant="applicant",
    readers=READERS,
    doc="Every application with its state, stage and content; what is personal shows its mask.",
)


def _told(change: Change, application: Application) -> dict[str, Any]:
    """What an event says beside whose it is, masks in place of tokens."""
    told = msgspec.to_builtins(msgspec.structs.asdict(change.event))
    for name in ("application", "kind", "applicant", "account", "due", "keys"):
        told.pop(name, None)
    if "content" in told:
        told["content"] = masked(application.kind.fields(), told["content"])
    return dict(told)


def _step(change: Change) -> Iterable[Row]:
    event, record = change.event, change.record
    application = change.exchange.applications.behind(event.application)
    if application is None:
        return
    place = next(place for place, one in enumerate(record.events) if one is event)
    yield {
        "application": application.number,
        "seq": record.seq,
        "place": place,
        "at_us": record.at,
        "applicant": application.applicant,
        "account": _account(change, application),
        "counterparty": _counterparty(application),
        "actor": record.actor,
        "step": name_of(type(event)).removeprefix("core."),
        "state": application.state,
        "stage": getattr(event, "stage", ""),
        "details": _told(change, application),
    }


APPLICATION_STEPS: Final = View(
    "core.application_steps",
    "申请办理记录",
    "steps of applications",
    (
        column("application", INT, "申请编号", "application"),
        column("seq", INT, "记录序号", "record"),
        column("place", INT, "次序", "place"),
        column("at_us", INT, "时间", "at"),
        column("applicant", TEXT, "申请人", "applicant"),
        column("account", TEXT, "交易账户", "account"),
        column("counterparty", TEXT, "对方账户", "counterparty"),
        column("actor", TEXT, "行为人", "actor"),
        column("step", TEXT, "步骤", "step"),
        column("state", TEXT, "状态", "state"),
        column("stage", TEXT, "审核环节", "stage"),
        column("details", JSON, "内容", "details"),
    ),
    ("application", "seq", "place"),
    dict.fromkeys(OF_APPLICATIONS, _step),
    indexes=(("applicant", "seq"), ("account", "seq"), ("counterparty", "seq")),
    own=("account", "counterparty"),
    applicant="applicant",
    readers=READERS,
    doc="Every step of every application: when, by whom, and what it said.",
)
