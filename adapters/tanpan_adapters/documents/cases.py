"""Cases: an application as documents tell it, out of the live exchange, or out of views and journal once it is closed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from tanpan.application import Application
from tanpan.application_events import ApplicationAmended, ApplicationDrafted
from tanpan.application_views import masked_facts
from tanpan.documents import Document, Reviewed
from tanpan.exchange import Exchange
from tanpan.filing import acts_for
from tanpan.messages import APPLICANT, OPERATOR, STAFF
from tanpan.parties import Actor
from tanpan.queries import QUERIES, ask
from tanpan.refusals import Refusal
from tanpan_adapters.identity.objections import Objection

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Hosted

READERS: Final = (OPERATOR, APPLICANT, STAFF)
APPLICATION: Final = "core.application"
APPLICATIONS: Final = "core.applications"
STEPS: Final = "core.application_steps"
PATIENCE_S: Final = 5.0
PAGE: Final = 1_000


@frozen
class Case:
    """An application apart from the exchange's state, and who asks. Its content holds tokens, its facts masks."""

    actor: Actor
    application: Application
    facts: Mapping[str, Mapping[str, Any]]
    digest: str
    reviewed: Mapping[str, Reviewed] = field(factory=dict)
    names: Mapping[str, str] = field(factory=dict)
    """The participant behind each party, where it has an account."""

    def documents(self, declared: Iterable[Document]) -> list[Document]:
        """Those of the documents that are made from it."""
        return [one for one in declared if self.application.kind.name in one.kinds]

    def in_clear(self, party: str) -> bool:
        """Whether who asks has the personal texts of a document for a party (or for none) in clear.

        Who acts for this party (of one that is made for none: for the applicant), since it is his own paper. Of
        the staff: who has taken the application up, as where he reveals field by field, and who wrote it.
        Everybody else who may have the document has masks on it.
        """
        actor, application = self.actor, self.application
        if actor.role == STAFF:
            return actor.name == application.claimed_by or actor.name in application.makers
        return acts_for(actor, application, party or application.kind.parties[0].name)


async def case_of(hosted: Hosted, user: str, number: int) -> Case:
    """The application of a number, for who may read its papers; refuses others, and a number there never was."""
    case = await hosted.writer.ask(lambda one: _live(one, user, number))
    if not isinstance(case, Case):
        case = await _closed(hosted, case, number)
    reviewed = case.reviewed
    if case.application.reviewers:
        steps = await _steps(hosted, number)
        reviewed = {name: one for name, one in _reviewed(steps).items() if name in case.application.reviewers}
    holders = dict(case.application.parties)
    names = await hosted.writer.ask(lambda one: _names(one, holders))
    return Case(case.actor, case.application, case.facts, case.digest, reviewed, names)


def _live(exchange: Exchange, user: str, number: int) -> Case | Actor:
    """The case of a live application, in the writer's thread; of a closed one only who asks."""
    known = exchange.actor(user)
    if known.frozen:
        raise Refusal("OPERATOR_FROZEN", operator=user)
    if known.role not in READERS:
        raise Refusal("PERMISSION_DENIED", actor=user, application=number)
    if not 0 < number < exchange.applications.next_number:
        raise Objection("NO_SUCH_DOCUMENT", application=number)
    actor = Actor(known.name, known.role, known.account, tuple(known.permissions))
    found = exchange.applications.live.get(number)
    if found is None:
        return actor
    # Who may read it, as everywhere else: refuses.
    ask(exchange, QUERIES[APPLICATION], known, {"application": str(number)})
    application = Application(number, found.kind, found.applicant, found.account, dict(found.parties))
    application.content = dict(found.content)
    application.makers = list(found.makers)
    application.reviewers = dict(found.reviewers)
    application.claimed_by = found.claimed_by
    application.submitted_us = found.submitted_us
    return Case(actor, application, masked_facts(found), found.digest())


async def _closed(hosted: Hosted, actor: Actor, number: int) -> Case:
    """The case of an application that is closed: its row says who may read it, the journal what was filled in."""
    view = hosted.views[APPLICATIONS]
    where = view.for_actor(actor, {"application": number})
    await _caught_up(hosted)
    rows = await hosted.projection.rows(view, {"application": number}, limit=1)
    if not rows:
        raise Objection("NO_SUCH_DOCUMENT", application=number)
    row = rows[0]
    if not view.may_see(actor, row) or any(row[name] != value for name, value in where.items()):
        raise Refusal("PERMISSION_DENIED", actor=actor.name, application=number)
    kind = next((one for one in hosted.assembly.kinds if one.name == row["kind"]), None)
    if kind is None:
        raise Objection("NO_SUCH_DOCUMENT", application=number)
    account = "" if row["applicant"] else row["account"]
    application = Application(number, kind, row["applicant"], account, {}, submitted_us=row["submitted_us"])
    steps = await _steps(hosted, number)
    written = [step["seq"] for step in steps if step["step"] in _WRITTEN]
    await asyncio.to_thread(_fill, hosted, application, written)
    application.makers = list(
        dict.fromkeys(step["actor"] for step in steps if step["step"] in _BY_ITS_MAKERS)
    )
    reviewed = _reviewed(steps)
    application.reviewers = {name: one.user for name, one in reviewed.items()}
    submitted = [step["details"]["digest"] for step in steps if step["step"] == "application_submitted"]
    return Case(actor, application, row["facts"], submitted[-1] if submitted else "", reviewed)


_WRITTEN: Final = ("application_drafted", "application_amended")
_BY_ITS_MAKERS: Final = (*_WRITTEN, "material_attached", "application_signed", "application_submitted")


def _fill(hosted: Hosted, application: Application, seqs: list[int]) -> None:
    """What was filled in, record by record. Reads the database."""
    exchange = hosted.writer.exchange
    for seq in dict.fromkeys(seqs):
        records = exchange.decode_records(hosted.audit.batch_of(seq).payload)
        events = next(record.events for record in records if record.seq == seq)
        for event in events:
            if not isinstance(event, ApplicationDrafted | ApplicationAmended):
                continue
            if event.application == application.number:
                application.parties.update(event.parties)
                application.content.update(event.content)
    application.content = {name: said for name, said in application.content.items() if said != ""}


def _reviewed(steps: Iterable[Mapping[str, Any]]) -> dict[str, Reviewed]:
    """Who passed which review since the last submission, and when."""
    found: dict[str, Reviewed] = {}
    for step in steps:
        if step["step"] in ("application_submitted", "application_taken_back"):
            found.clear()
        elif step["step"] == "review_passed":
            found[step["stage"]] = Reviewed(step["details"]["reviewer"], step["at_us"])
    return found


async def _steps(hosted: Hosted, number: int) -> list[Mapping[str, Any]]:
    """Every step of an application, in their order."""
    view = hosted.views[STEPS]
    await _caught_up(hosted)
    found: list[Mapping[str, Any]] = []
    after: tuple[Any, ...] | None = None
    while True:
        page = await hosted.projection.rows(view, {"application": number}, after=after, limit=PAGE)
        found += page
        if len(page) < PAGE:
            return found
        after = tuple(page[-1][name] for name in view.key)


async def _caught_up(hosted: Hosted) -> None:
    seq = hosted.writer.committed_seq
    if not await hosted.projection.until(seq, PATIENCE_S):
        raise Objection("LAGGING", retry_after_s=1, seq=hosted.projection.seq, at_least=seq)


def _names(exchange: Exchange, holders: Mapping[str, str]) -> dict[str, str]:
    accounts = exchange.ledger.accounts
    return {party: accounts[holder].name for party, holder in holders.items() if holder in accounts}
