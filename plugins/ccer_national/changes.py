"""Changes of a participant's data (CCER-Q21-c to Q24): which are made in the registry, which in the trading system.

What the registry keeps (name, legal representative, account type) is applied for there and arrives whole, with its
documents; nobody edits it here. The trading representative is changed here, and old data stay until approval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import msgspec

from ccer_national.onboarding import ACCOUNT_TYPE, LEGAL_REPRESENTATIVE, PARTICIPANT, REPRESENTATIVE
from ccer_national.participants import ChangeParticipant, participants
from tanpan import forms, materials
from tanpan.application import Application
from tanpan.application_events import ApplicationDrafted, ApplicationSubmitted, MaterialAttached
from tanpan.component import Component, decides, evolves
from tanpan.deadlines import due_in
from tanpan.kinds import (
    DRAFT,
    FIRST_REVIEW,
    IN_REVIEW,
    RE_REVIEW,
    REGISTRY_REVIEW,
    SUBMISSION,
    Condition,
    Content,
    Field,
    Kind,
    Lock,
    Material,
    Paper,
)
from tanpan.materials import Attached
from tanpan.messages import OPERATOR, REGISTRY, STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.personal import Form
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

_LICENCE: Final = Material("business_licence", "营业执照复印件", "copy of the business licence", stamped=True)
_CHANGE_FORM: Final = Material(
    "change_form", "企业资料变更申请表", "form for a change of the entity's data", stamped=True
)
_PAPER: Final = Paper(sets=2, working_days=20)


def _change(exchange: Exchange, application: Application) -> Sequence[Command]:
    return (ChangeParticipant(application.number),)


def _unknown(exchange: Exchange, application: Application) -> Refusal | None:
    known = application.account in participants(exchange).by_account
    return None if known else Refusal("UNKNOWN_ACCOUNT", account=application.account)


_KNOWN: Final = Condition(
    "participant", "账户经申请开立", "the account was opened by an application", SUBMISSION, _unknown
)


def _says_something(exchange: Exchange, application: Application, content: Content) -> None:
    if not content:
        raise Refusal("FIELD_MISSING", "CCER-Q24-c", field="content")


def _papers(question: str) -> dict[str, str]:
    return {
        "PAPER_NOT_RECEIVED": f"{question}-c",
        **dict.fromkeys(("DOC_MISSING", "NOT_STAMPED", "SIGNATURE_MISSING"), f"{question}-b"),
    }


NAME_CHANGE: Final = Kind(
    "ccer_national.name_change",
    "名称变更",
    "change of name",
    form=(PARTICIPANT,),
    applicants=(REGISTRY,),
    permission="",
    materials=(
        _LICENCE,
        Material(
            "name_change_certificate",
            "单位名称变更证明",
            "certificate of the change of name",
            stamped=True,
        ),
        _CHANGE_FORM,
    ),
    reviews=(FIRST_REVIEW, REGISTRY_REVIEW),
    paper=_PAPER,
    conditions=(_KNOWN,),
    consequence=_change,
    most_live=1,
    clauses={**_papers("CCER-Q22"), "PERMISSION_DENIED": "CCER-Q22-a", "REVIEW_ORDER": "CCER-Q22-c"},
)
LEGAL_REPRESENTATIVE_CHANGE: Final = Kind(
    "ccer_national.legal_representative_change",
    "法定代表人变更",
    "change of legal representative",
    form=LEGAL_REPRESENTATIVE,
    applicants=(REGISTRY,),
    permission="",
    materials=(
        _LICENCE,
        Material(
            "legal_representative_identity_copy",
            "法定代表人身份证明",
            "identity document of the legal representative",
            stamped=True,
        ),
        Material(
            "power_of_attorney",
            "账户代表授权委托书",
            "power of attorney for the account's representatives",
            stamped=True,
            hand_signed=True,
        ),
        _CHANGE_FORM,
    ),
    reviews=(FIRST_REVIEW, REGISTRY_REVIEW),
    paper=_PAPER,
    conditions=(_KNOWN,),
    consequence=_change,
    most_live=1,
    clauses={**_papers("CCER-Q23"), "PERMISSION_DENIED": "CCER-Q23-a", "REVIEW_ORDER": "CCER-Q23-c"},
)
TYPE_CHANGE: Final = Kind(
    "ccer_national.type_change",
    "账户类型变更",
    "change of account type",
    form=(ACCOUNT_TYPE,),
    applicants=(REGISTRY,),
    permission="",
    reviews=(REGISTRY_REVIEW,),
    conditions=(_KNOWN,),
    consequence=_change,
    most_live=1,
    clauses={"PERMISSION_DENIED": "CCER-Q21-c", "BAD_ACCOUNT_TYPE": "CCER-Q21-a"},
)
REPRESENTATIVE_CHANGE: Final = Kind(
    "ccer_national.representative_change",
    "交易代表变更",
    "change of trading representative",
    form=REPRESENTATIVE,
    applicants=(OPERATOR,),
    materials=(
        _CHANGE_FORM,
        Material("recommendation_letter", "交易代表推荐函", "letter of recommendation", stamped=True),
        Material(
            "representative_identity_copy",
            "交易代表身份证明",
            "identity document of the trading representative",
            stamped=True,
        ),
    ),
    # The institution alone, on the uploads first and with the paper again (AMB-79).
    reviews=(FIRST_REVIEW, RE_REVIEW),
    paper=Paper(sets=2, before=RE_REVIEW.name),
    conditions=(_KNOWN,),
    locks=(Lock("ccer_national.representative", of=lambda exchange, application: application.account),),
    consequence=_change,
    clauses={
        "PAPER_NOT_RECEIVED": "CCER-Q24-b",
        "MAKER_CHECKER_SAME": "CCER-Q24-b",
        **dict.fromkeys(("DOC_MISSING", "NOT_STAMPED", "FIELD_MISSING"), "CCER-Q24-a"),
    },
)
REPRESENTATIVE_DATA: Final = Kind(
    "ccer_national.representative_data",
    "交易代表基本信息变更",
    "change of the trading representative's data",
    form=tuple(
        Field(one.name, one.zh, one.en, one.shape, required=False)
        for one in REPRESENTATIVE
        if one.name not in ("representative", "representative_identity")
    ),
    applicants=(OPERATOR,),
    materials=(
        Material(
            "information_change_form",
            "《交易系统信息变更申请表》",
            "form for a change of data in the trading system",
            stamped=True,
        ),
    ),
    reviews=(FIRST_REVIEW,),
    paper=Paper(sets=1),
    conditions=(_KNOWN,),
    locks=(Lock("ccer_national.representative", of=lambda exchange, application: application.account),),
    checks=(_says_something,),
    consequence=_change,
    clauses=dict.fromkeys(
        ("DOC_MISSING", "NOT_STAMPED", "PAPER_NOT_RECEIVED", "BAD_EMAIL", "DUPLICATE_APPLICATION"),
        "CCER-Q24-c",
    ),
)
IN_REGISTRY: Final = {
    "name": (NAME_CHANGE, "CCER-Q22-a"),
    "legal_representative": (LEGAL_REPRESENTATIVE_CHANGE, "CCER-Q23-a"),
    "account_type": (TYPE_CHANGE, "CCER-Q21-c"),
}
IN_TRADING_SYSTEM: Final = {"representative": "CCER-Q24-a", "representative_data": "CCER-Q24-c"}
CHANGES: Final = (
    NAME_CHANGE,
    LEGAL_REPRESENTATIVE_CHANGE,
    TYPE_CHANGE,
    REPRESENTATIVE_CHANGE,
    REPRESENTATIVE_DATA,
)

# --- what arrives from the registry --------------------------------------------------------------------


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document that comes with a change, by the digest (SHA-256) of its bytes, and what is declared of it."""

    material: str
    digest: str
    size: int
    media_type: str = "application/pdf"
    pages: int = 0
    copies: int = 1
    stamps: int = 0
    colour: bool = False
    hand_signed: bool = False


class ChangeRegisteredData(Command, frozen=True, tag="ccer_national.change_registered_data"):
    """Bring a change that was applied for in the registry into the trading system, whole, with its documents.

    `what` is name, legal_representative or account_type; `documents` are {material, digest, size, stamps, …};
    `reference` is the registry's number of the case, taken once.
    """

    zh: ClassVar = "同步注册登记系统的变更申请"
    roles: ClassVar = (REGISTRY, OPERATOR, STAFF)
    account: str
    what: Annotated[str, msgspec.Meta(examples=["name"])]
    reference: str
    content: Form = msgspec.field(default_factory=dict)
    documents: Annotated[Any, msgspec.Meta(examples=[[]])] = None


class ChangeSynchronised(Event, frozen=True, tag="ccer_national.change_synchronised"):
    """A change that was applied for in the registry has arrived as an application."""

    application: int
    account: str
    what: str
    reference: str


class Synchronised(Component):
    """Takes the registry's changes in; a case of the registry's is taken once."""

    name = "ccer_national.synchronised"

    def reset(self) -> None:
        self.cases: dict[str, int] = {}

    @decides(ChangeRegisteredData)
    def _take_in(self, actor: Actor, command: ChangeRegisteredData) -> None:
        kind = self._kind(actor, command)
        applications = self.exchange.applications
        account = participants(self.exchange).of(command.account).account
        self.exchange.packs.files_new(kind.pack)
        if not command.reference:
            raise Refusal("FIELD_MISSING", field="reference")
        if command.reference in self.cases:
            raise Refusal("ALREADY_BOOKED", reference=command.reference)
        if applications.open_of(kind, "", account):
            raise Refusal("DUPLICATE_APPLICATION", account=account)
        parties = {kind.parties[0].name: account}
        made = Application(applications.next_number, kind, "", account, parties)
        made.content = {
            name: value for name, value in forms.filled(kind.form, command.content).items() if value != ""
        }
        made.materials = [_attached(kind, one) for one in _documents(command.documents)]
        for refusal in self.exchange.filing.lacking(made):
            raise Refusal(refusal.code, refusal.clause or kind.clause(refusal), **refusal.details)
        self._file(made, command)

    def _kind(self, actor: Actor, command: ChangeRegisteredData) -> Kind:
        """The kind of a change; refuses whoever makes one in the wrong place, and another's operator."""
        self.exchange.parties.acting(actor, command.account)
        if command.what in IN_TRADING_SYSTEM:
            raise Refusal("CHANGE_IN_TRADING_SYSTEM", IN_TRADING_SYSTEM[command.what], value=command.what)
        if command.what not in IN_REGISTRY:
            raise Refusal("BAD_FIELD", field="what", value=command.what, known=list(IN_REGISTRY))
        kind, clause = IN_REGISTRY[command.what]
        if actor.role != REGISTRY:
            raise Refusal("CHANGE_IN_REGISTRY", clause, value=command.what)
        return kind

    def _file(self, made: Application, command: ChangeRegisteredData) -> None:
        """As the participant's own, filed in the registry: who brings it may still be its reviewer there."""
        number, account = made.number, made.account
        drafted_due = due_in(self.exchange, made, DRAFT)
        due = due_in(self.exchange, made, IN_REVIEW)
        whose = (made.kind.name, "", account)
        self.emit(ChangeSynchronised(number, account, command.what, command.reference))
        self.emit(ApplicationDrafted(number, *whose, made.parties, made.content, account, drafted_due))
        for file in made.materials:
            self.emit(MaterialAttached(number, file, "", account))
        self.emit(ApplicationSubmitted(number, *whose, account, made.digest(), [], due))

    @evolves(ChangeSynchronised)
    def _synchronised(self, event: ChangeSynchronised) -> None:
        self.cases[event.reference] = event.application

    def dump(self) -> Any:
        return list(self.cases.items())

    def load(self, data: Any) -> None:
        self.cases = dict(data)


def _documents(said: Any) -> list[Document]:
    """Documents as they were told; refuses what is no list of them, or two of one name."""
    try:
        if isinstance(said, str):
            said = msgspec.json.decode(said or "[]")
        found = msgspec.convert([] if said is None else said, list[Document])
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise Refusal("BAD_FIELD", field="documents", why="a list of documents is expected") from None
    names = [one.material for one in found]
    if len(names) != len(dict.fromkeys(names)):
        raise Refusal("BAD_FIELD", field="documents", why="one file for each document is expected")
    return found


def _attached(kind: Kind, told: Document) -> Attached:
    file = Attached(
        *(told.material, "", told.digest, told.size, told.media_type, told.pages, told.copies),
        *(told.stamps, told.colour, told.hand_signed),
    )
    materials.well_formed(kind, file)
    return file
