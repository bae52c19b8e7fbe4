"""Filing: what an applicant does with his application, from the first draft until he has submitted it or not.

His own it is if he began it, or if it is his account's and he has the kind's permission. Whatever he changes after
submission takes it back: it is a draft again, nothing signed or reviewed stands (CCER-Q17).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

import msgspec

from tanpan import forms, materials, submission
from tanpan.application import Application
from tanpan.application_events import (
    AgreementOpened,
    ApplicationAmended,
    ApplicationApproved,
    ApplicationDrafted,
    ApplicationSigned,
    ApplicationSubmitted,
    ApplicationTakenBack,
    ApplicationWithdrawn,
    MaterialAttached,
    MaterialDetached,
)
from tanpan.component import Component, decides
from tanpan.deadlines import due_in
from tanpan.effects import missing, prepared, take_effect
from tanpan.kinds import APPROVED, CONSENT, DRAFT, EFFECT, IN_REVIEW, RETURNED, Kind
from tanpan.materials import Attached
from tanpan.messages import APPLICANT, OPERATOR, STAFF, Command
from tanpan.parties import Actor
from tanpan.personal import Form
from tanpan.refusals import Refusal

FILERS: Final = (OPERATOR, APPLICANT, STAFF)
DESK: Final = "parties"
"""The permission of staff who file for a participant."""
_LONGEST_REASON: Final = 2_000


class DraftApplication(Command, frozen=True, tag="core.draft_application"):
    """Begin an application of a kind; staff who file for a participant name his account."""

    zh: ClassVar = "起草申请"
    roles: ClassVar = FILERS
    kind: str
    content: Form = msgspec.field(default_factory=dict)
    parties: dict[str, str] = msgspec.field(default_factory=dict)
    account: str = ""


class AmendApplication(Command, frozen=True, tag="core.amend_application"):
    """Fill in or clear fields of an application, or with `whole` all of them anew; what was signed is void."""

    zh: ClassVar = "修改申请"
    roles: ClassVar = FILERS
    application: int
    content: Form = msgspec.field(default_factory=dict)
    parties: dict[str, str] = msgspec.field(default_factory=dict)
    whole: bool = False


class OpenAgreement(Command, frozen=True, tag="core.open_agreement"):
    """Open an agreement of an application's form; only then can this version of it be accepted."""

    zh: ClassVar = "打开协议"
    roles: ClassVar = FILERS
    application: int
    field: str
    version: str


class AttachMaterial(Command, frozen=True, tag="core.attach_material"):
    """Hand in a file by the digest of its bytes, with what is declared of it; the only file of a document is replaced."""

    zh: ClassVar = "提交材料"
    roles: ClassVar = FILERS
    application: int
    material: str
    digest: str
    size: int
    media_type: str
    party: str = ""
    pages: int = 0
    copies: int = 1
    stamps: int = 0
    colour: bool = False
    hand_signed: bool = False
    valid_until: str = ""


class DetachMaterial(Command, frozen=True, tag="core.detach_material"):
    """Take a file back; what was signed is void."""

    zh: ClassVar = "撤回材料"
    roles: ClassVar = FILERS
    application: int
    material: str
    digest: str
    party: str = ""


class SignApplication(Command, frozen=True, tag="core.sign_application"):
    """Sign, for one of its parties, the content of an application that has this digest."""

    zh: ClassVar = "签署申请"
    roles: ClassVar = FILERS
    application: int
    party: str
    digest: str


class SubmitApplication(Command, frozen=True, tag="core.submit_application"):
    """Submit an application that is whole."""

    zh: ClassVar = "提交申请"
    roles: ClassVar = FILERS
    application: int


class WithdrawApplication(Command, frozen=True, tag="core.withdraw_application"):
    """Withdraw an application that has not taken effect."""

    zh: ClassVar = "撤回申请"
    roles: ClassVar = FILERS
    application: int
    reason: str = ""


class Filing(Component):
    """Decides what applicants do; the applications themselves are another component's."""

    name = "filing"

    # --- decisions ---------------------------------------------------------------------------------

    @decides(DraftApplication)
    def _draft(self, actor: Actor, command: DraftApplication) -> None:
        applications = self.exchange.applications
        account = self._account(actor, command.account)
        kind = applications.kind(command.kind)
        may_file(actor, kind)
        self.exchange.packs.files_new(kind.pack)
        applicant = actor.name if actor.role == APPLICANT else ""
        if applications.open_of(kind, applicant, account) >= kind.most_live:
            raise Refusal("TOO_MANY_APPLICATIONS", kind=kind.name, most=kind.most_live)
        content = forms.filled(kind.form, command.content)
        drafted = Application(applications.next_number, kind, applicant, account, {})
        submission.consents(self.exchange, drafted, content)
        drafted.content = {name: value for name, value in content.items() if value != ""}
        parties = {kind.parties[0].name: drafted.owner} | self._parties(drafted, command.parties)
        due = due_in(self.exchange, drafted, DRAFT)
        whose = (kind.name, applicant, account)
        self.emit(ApplicationDrafted(drafted.number, *whose, parties, drafted.content, actor.name, due))

    @decides(AmendApplication)
    def _amend(self, actor: Actor, command: AmendApplication) -> None:
        application = self._changeable(actor, command.application)
        content = forms.filled(application.kind.form, command.content)
        submission.consents(self.exchange, application, content)
        parties = self._parties(application, command.parties)
        if command.whole:
            content = {name: "" for name in application.content if name not in content} | content
        if not content and not parties:
            raise Refusal("FIELD_MISSING", field="content")
        self._take_back(application)
        self._give_back(application, parties, actor)
        self.emit(ApplicationAmended(application.number, content, parties, actor.name))

    @decides(OpenAgreement)
    def _open_agreement(self, actor: Actor, command: OpenAgreement) -> None:
        application = self.own(actor, command.application)
        field = application.kind.named(command.field)
        if field is None or field.shape != CONSENT:
            raise Refusal("BAD_FIELD", field="field", value=command.field)
        version = field.version_at(self.exchange)
        if command.version != version:
            raise Refusal("BAD_FIELD", field="version", value=command.version, version=version)
        self.emit(AgreementOpened(application.number, field.name, version))

    @decides(AttachMaterial)
    def _attach(self, actor: Actor, command: AttachMaterial) -> None:
        application = self._changeable(actor, command.application, command.party)
        file = Attached(*(getattr(command, name) for name in Attached.__struct_fields__))
        material = materials.well_formed(application.kind, file)
        there = application.attached(file.material, file.party)
        replaces = next((one.digest for one in there if one.digest == file.digest), "")
        if not replaces and len(there) >= material.files:
            if material.files > 1:
                raise Refusal("BAD_STATE", document=material.name, most=material.files)
            replaces = there[0].digest
        self._take_back(application)
        self.emit(MaterialAttached(application.number, file, replaces, actor.name))

    @decides(DetachMaterial)
    def _detach(self, actor: Actor, command: DetachMaterial) -> None:
        application = self._changeable(actor, command.application, command.party)
        there = application.attached(command.material, command.party)
        if command.digest not in [one.digest for one in there]:
            raise Refusal("UNKNOWN_DOCUMENT", document=command.material, party=command.party)
        self._take_back(application)
        which = (command.material, command.party, command.digest)
        self.emit(MaterialDetached(application.number, *which, actor.name))

    @decides(SignApplication)
    def _sign(self, actor: Actor, command: SignApplication) -> None:
        application = self.exchange.applications.of(command.application)
        if command.party not in [party.name for party in application.kind.parties]:
            raise Refusal("BAD_FIELD", field="party", value=command.party)
        if not acts_for(actor, application, command.party):
            raise denied(actor, application)
        self._in_hand(application)
        if command.digest != application.digest():
            raise Refusal("DIGEST_MISMATCH", application=application.number)
        self.emit(ApplicationSigned(application.number, command.party, actor.name, command.digest))

    @decides(SubmitApplication)
    def _submit(self, actor: Actor, command: SubmitApplication) -> None:
        application = self.own(actor, command.application)
        self._in_hand(application)
        for refusal in self.lacking(application):
            raise refusal
        keys = submission.keys(self.exchange, application)
        due = due_in(self.exchange, application, IN_REVIEW)
        whose = (application.kind.name, application.applicant, application.account)
        submitted = ApplicationSubmitted(
            application.number, *whose, actor.name, application.digest(), keys, due
        )
        if application.kind.reviews:
            self.emit(submitted)
            return
        approved = ApplicationApproved(
            application.number, *whose, due_in(self.exchange, application, APPROVED)
        )
        waits = missing(self.exchange, application, EFFECT) is not None
        plan = None if waits else prepared(self.exchange, actor, application)
        self.emit(submitted)
        self.emit(approved)
        if plan is not None:
            take_effect(self.exchange, actor, application, plan)

    @decides(WithdrawApplication)
    def _withdraw(self, actor: Actor, command: WithdrawApplication) -> None:
        application = self.own(actor, command.application)
        reason = said_why(command.reason, "reason", required=False)
        whose = (application.kind.name, application.applicant, application.account)
        self.emit(ApplicationWithdrawn(application.number, *whose, reason))

    # --- what it rests on ------------------------------------------------------------------------------

    def own(self, actor: Actor, number: int) -> Application:
        """An application that is the actor's own; refuses another's."""
        application = self.exchange.applications.of(number)
        if not acts_for(actor, application, application.kind.parties[0].name):
            raise denied(actor, application)
        return application

    def lacking(self, application: Application) -> Iterator[Refusal]:
        """Everything that stands against the submission of an application, in the order in which it is asked."""
        return submission.lacking(self.exchange, application)

    def _account(self, actor: Actor, account: str) -> str:
        """The account that files: an operator's own, the one that staff name, none of an applicant's."""
        if actor.role == APPLICANT:
            if account:
                raise Refusal("BAD_FIELD", field="account", value=account)
            return ""
        number = account or actor.account
        if not number:
            raise Refusal("FIELD_MISSING", field="account")
        return self.exchange.parties.acting(actor, number).number

    def _parties(self, application: Application, said: Any) -> dict[str, str]:
        """The accounts of the parties beside the applicant; refuses unknown ones, and one that is two of them."""
        if not isinstance(said, Mapping):
            raise Refusal("BAD_FIELD", field="parties", why="accounts by party are expected")
        others = [party.name for party in application.kind.parties[1:]]
        for party, account in said.items():
            if party not in others:
                raise Refusal("BAD_FIELD", field="parties", value=party, known=others)
            self.exchange.parties.active(account)
        together = {**application.parties, **said}
        held = [application.owner, *(together[name] for name in others if together.get(name))]
        if len(held) > len(dict.fromkeys(held)):
            raise Refusal("BAD_FIELD", field="parties", why="every party is another account")
        return dict(said)

    def _changeable(self, actor: Actor, number: int, party: str = "") -> Application:
        """An application that the actor may change: his own, or for its own materials a party's; not once approved."""
        application = self.exchange.applications.of(number)
        own = acts_for(actor, application, application.kind.parties[0].name)
        if not own and not (party and acts_for(actor, application, party)):
            raise denied(actor, application)
        if application.state == APPROVED:
            raise Refusal("BAD_STATE", application=number, state=application.state)
        return application

    def _in_hand(self, application: Application) -> None:
        """Refuse what is not in its applicant's hand."""
        if application.state not in (DRAFT, RETURNED):
            raise Refusal("BAD_STATE", application=application.number, state=application.state)

    def _give_back(self, application: Application, parties: Mapping[str, str], actor: Actor) -> None:
        """What a party handed in does not become that of the one who takes its place."""
        for file in tuple(application.materials):
            before = application.parties.get(file.party, "")
            if file.party in parties and before and parties[file.party] != before:
                which = (file.material, file.party, file.digest)
                self.emit(MaterialDetached(application.number, *which, actor.name))

    def _take_back(self, application: Application) -> None:
        if application.state == IN_REVIEW:
            due = due_in(self.exchange, application, DRAFT)
            self.emit(ApplicationTakenBack(application.number, due))


def may_file(actor: Actor, kind: Kind) -> None:
    """Refuse whose role does not file a kind, operators without its permission, and staff without the desk's."""
    needs = {OPERATOR: kind.permission, STAFF: DESK}.get(actor.role)
    if actor.role not in kind.applicants or (needs is not None and needs not in actor.permissions):
        raise Refusal("PERMISSION_DENIED", actor=actor.name, kind=kind.name)


def acts_for(actor: Actor, application: Application, party: str) -> bool:
    """Whether somebody acts for a party of an application: it is himself, or he may for its account.

    Staff of the desk act for an account's own application where their filing it is foreseen.
    """
    kind = application.kind
    if party == kind.parties[0].name and application.applicant:
        return actor.name == application.applicant
    holder = application.parties.get(party, "")
    if actor.role == STAFF:
        foreseen = party == kind.parties[0].name and STAFF in kind.applicants
        return foreseen and DESK in actor.permissions
    return actor.role == OPERATOR and actor.account == holder != "" and kind.permission in actor.permissions


def denied(actor: Actor, application: Application) -> Refusal:
    """The refusal of another's application."""
    return Refusal("PERMISSION_DENIED", actor=actor.name, application=application.number)


def said_why(text: Any, field: str, required: bool = True) -> str:
    """A reason as it is kept; refuses one that is missing or endless."""
    reason = str(text).strip()
    if required and not reason:
        raise Refusal("FIELD_MISSING", field=field)
    if len(reason) > _LONGEST_REASON:
        raise Refusal("BAD_FIELD", field=field, longest=_LONGEST_REASON)
    return reason
