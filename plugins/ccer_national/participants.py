"""Participants (交易主体) as the market knows them: credit code, account type, representatives, registry account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import msgspec

from tanpan.closing import AccountClosed
from tanpan.component import Component, decides, evolves, follows
from tanpan.kinds import fen_in
from tanpan.messages import CLOCK, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

DIGITS: Final = 8
ENTITY: Final = "ccer_national.entity"
"""The lock on an entity's credit code, for good once it has an account."""
Number = Annotated[int, msgspec.Meta(examples=[1])]


class Participant(msgspec.Struct, frozen=True, array_like=True):
    """One participant. Names and ways to reach persons are tokens; `registry_account` is the bound one, or empty."""

    account: str
    participant: str
    credit_code: str
    account_type: str
    opened_us: int
    registry_account: str = ""
    legal_representative: str = ""
    legal_representative_identity: str = ""
    representative: str = ""
    representative_identity: str = ""
    mobile: str = ""
    mail: str = ""
    address: str = ""
    phone: str = ""


COPIED: Final = tuple(
    name for name in Participant.__struct_fields__ if name not in ("account", "opened_us", "registry_account")
)
"""What an opening's form fills in."""


class RegisterParticipant(Command, frozen=True, tag="ccer_national.register_participant"):
    """Note the participant of an account that is opened; comes about by an opening's effect, from nobody else."""

    zh: ClassVar = "登记交易主体"
    roles: ClassVar = (CLOCK,)
    application: Number
    account: str


class ChangeParticipant(Command, frozen=True, tag="ccer_national.change_participant"):
    """Change a participant's data as an application says; comes about by its effect, from nobody else."""

    zh: ClassVar = "变更交易主体资料"
    roles: ClassVar = (CLOCK,)
    application: Number


class ParticipantRegistered(Event, frozen=True, tag="ccer_national.participant_registered"):
    """A trading account was opened: its participant, the registry account known of it, the opening fee paid (0: exempt),
    and the first year for which a yearly fee falls due.

    `mail` is the token of the trading representative's mailbox, to which the account's data are sent.
    """

    application: int
    kind: str
    applicant: str
    account: str
    mail: str
    participant: Participant
    known_registry_account: str
    opening_fee_fen: int
    first_fee_year: int


class ParticipantChanged(Event, frozen=True, tag="ccer_national.participant_changed"):
    """A participant's data were changed; personal ones are tokens."""

    application: int
    account: str
    changes: dict[str, str]


class Participants(Component):
    """Who takes part, by account."""

    name = "ccer_national.participants"

    def reset(self) -> None:
        self.by_account: dict[str, Participant] = {}
        self.registry_accounts: dict[str, str] = {}
        """Whose (credit code) the registry says an account of its own is."""
        self.issued = 0

    def of(self, account: str) -> Participant:
        """The participant of an account; refuses an account that no application opened."""
        found = self.by_account.get(account)
        if found is None:
            raise Refusal("UNKNOWN_ACCOUNT", account=account)
        return found

    def next_account(self) -> str:
        """The next account number of the series that nobody has."""
        prefix, number = own(self.exchange, "account_prefix"), self.issued + 1
        while f"{prefix}{number:0{DIGITS}}" in self.exchange.ledger.accounts:
            number += 1
        return f"{prefix}{number:0{DIGITS}}"

    # --- decisions ---------------------------------------------------------------------------------

    @decides(RegisterParticipant)
    def _register(self, actor: Actor, command: RegisterParticipant) -> None:
        application = self.exchange.applications.of(command.application)
        told = application.facts.get("registry_account", {})
        joint = "registry_account" not in application.content
        said = {name: application.content[name] for name in COPIED if name in application.content}
        number = told.get("registry_account", "")
        if self.registry_accounts.get(number, said["credit_code"]) != said["credit_code"]:
            raise Refusal("BIND_OWNER_MISMATCH", "CCER-Q58-b", value=number)
        participant = Participant(
            account=command.account,
            opened_us=self.exchange.now,
            registry_account=number if joint else "",
            **said,
        )
        self.emit(
            ParticipantRegistered(
                *(application.number, application.kind.name, application.applicant, command.account),
                participant.mail,
                participant,
                number,
                fen_in(application.facts.get("opening_fee", {}), "fee_amount"),
                self.exchange.today().year + own(self.exchange, "yearly_fee_from_year"),
            )
        )

    @decides(ChangeParticipant)
    def _change(self, actor: Actor, command: ChangeParticipant) -> None:
        application = self.exchange.applications.of(command.application)
        known = self.of(application.account)
        said = application.content
        # Another person's data are that person's, also where nothing is said; of the same one it stays.
        anew = "representative" in said or "legal_representative" in said
        asked = [one.name for one in application.kind.form if anew or one.name in said]
        told = {name: said.get(name, "") for name in asked if name in COPIED}
        changes = {name: value for name, value in told.items() if value != getattr(known, name)}
        taken = self.exchange.parties.participants.get(changes.get("participant", ""), application.account)
        if taken != application.account:
            raise Refusal("DUPLICATE_ACCOUNT", "CCER-Q22-a", account=taken)
        self.emit(ParticipantChanged(application.number, application.account, changes))

    # --- evolution ---------------------------------------------------------------------------------

    @evolves(ParticipantRegistered)
    def _registered(self, event: ParticipantRegistered) -> None:
        self.by_account[event.account] = event.participant
        if event.known_registry_account:
            self.registry_accounts[event.known_registry_account] = event.participant.credit_code
        self.issued = max(self.issued, int(event.account[-DIGITS:]))

    @evolves(ParticipantChanged)
    def _changed(self, event: ParticipantChanged) -> None:
        self.by_account[event.account] = msgspec.structs.replace(
            self.by_account[event.account], **event.changes
        )
        account = self.exchange.ledger.accounts[event.account]
        account.kind = event.changes.get("account_type", account.kind)
        name = event.changes.get("participant")
        if name is not None:
            # Whatever was traded before keeps the name it was traded under (AMB-78).
            self.exchange.parties.participants.pop(account.name, None)
            self.exchange.parties.participants[name] = event.account
            account.name = name

    @follows(AccountClosed)
    def _closed(self, event: AccountClosed) -> None:
        # One account per entity (CCER-Q19-a): it has none now, and may apply for another.
        known = self.by_account.get(event.account)
        if known is not None:
            self.exchange.applications.free(ENTITY, known.credit_code)

    def bind(self, account: str, registry_account: str) -> None:
        """Note that the two accounts are bound (called by evolvers only)."""
        self.by_account[account] = msgspec.structs.replace(
            self.by_account[account], registry_account=registry_account
        )

    def dump(self) -> Any:
        rows = [list(msgspec.structs.astuple(one)) for one in self.by_account.values()]
        return [rows, self.registry_accounts, self.issued]

    def load(self, data: Any) -> None:
        rows, self.registry_accounts, self.issued = data
        self.by_account = {row[0]: Participant(*row) for row in rows}


def participants(exchange: Exchange) -> Participants:
    """The participants of an exchange that runs this pack."""
    found = exchange.components[Participants.name]
    assert isinstance(found, Participants)
    return found


def own(exchange: Exchange, name: str) -> Any:
    """One of the pack's own parameters, in force today."""
    terms: Mapping[str, Any] = exchange.days.of("ccer").terms_on(exchange.today()).own
    return terms[name]


def exempt(exchange: Exchange, account_type: str) -> bool:
    """Whether accounts of a type pay neither fee today (CCER-Q20-b)."""
    return account_type in own(exchange, "fee_exempt_types")


def opening_fee(exchange: Exchange, account_type: str) -> int:
    """The opening fee of an account type today, in fen; 0 where it is exempt."""
    return 0 if exempt(exchange, account_type) else own(exchange, "opening_fee_fen")
