"""Fees of accounts (CCER-Q20): the opening fee with the application, the yearly fee on 1 January, due or exempt."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

import msgspec

from ccer_national.participants import ParticipantRegistered, exempt, own, participants
from tanpan.component import Component, decides, evolves, fires, follows
from tanpan.deadlines import begin
from tanpan.messages import CHANNEL, STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.quantities import Fen
from tanpan.refusals import Refusal


class RecordYearlyFee(Command, frozen=True, tag="ccer_national.record_yearly_fee"):
    """Record that an account's fee of a year was paid."""

    zh: ClassVar = "登记年费到账"
    roles: ClassVar = (CHANNEL, STAFF)
    permission: ClassVar = "clearing"
    account: str
    year: Annotated[int, msgspec.Meta(examples=[2027])]
    amount_fen: Fen
    reference: str


class YearlyFeeFellDue(Event, frozen=True, tag="ccer_national.yearly_fee_fell_due"):
    """The fee of a year fell due; 0 fen: the account is exempt."""

    account: str
    year: int
    fee_fen: int


class YearlyFeePaid(Event, frozen=True, tag="ccer_national.yearly_fee_paid"):
    """The fee of a year was paid."""

    account: str
    year: int
    amount_fen: int
    reference: str


class AccountFees(Component):
    """What is due and what was paid: by account and year."""

    name = "ccer_national.account_fees"

    def reset(self) -> None:
        self.due: dict[str, dict[int, int]] = {}
        self.paid: dict[str, dict[int, int]] = {}
        self.references: dict[str, int] = {}
        self.exchange.parties.engaged.append(self._owing)

    def _owing(self, account: str) -> str:
        """The first year whose fee an account owes: it isn't closed before that is paid (AMB-80)."""
        paid = self.paid.get(account, {})
        owed = [year for year, fee in self.due.get(account, {}).items() if fee and year not in paid]
        return f"yearly_fee_{owed[0]}" if owed else ""

    @follows(ParticipantRegistered)
    def _opened(self, event: ParticipantRegistered) -> None:
        self._schedule(event.account, event.first_fee_year)

    def _schedule(self, account: str, year: int) -> None:
        self.exchange.timers.schedule(begin(date(year, 1, 1)), "ccer_national.yearly_fee", account, year)

    @fires("ccer_national.yearly_fee")
    def _fall_due(self, account: str, year: int) -> None:
        parties = self.exchange.parties
        if parties.closed(parties.account(account)):
            return
        free = exempt(self.exchange, participants(self.exchange).of(account).account_type)
        self.emit(YearlyFeeFellDue(account, year, 0 if free else own(self.exchange, "yearly_fee_fen")))

    @decides(RecordYearlyFee)
    def _record(self, actor: Actor, command: RecordYearlyFee) -> None:
        account = participants(self.exchange).of(command.account).account
        if not command.reference:
            raise Refusal("FIELD_MISSING", field="reference")
        due = self.due.get(account, {}).get(command.year)
        if due is None:
            raise Refusal("STEP_ORDER", "CCER-Q20-a", account=account, missing=f"{command.year}")
        if command.year in self.paid.get(account, {}):
            raise Refusal("ALREADY_PAID", "CCER-Q20-a", account=account)
        if command.amount_fen != due:
            clause = "CCER-Q20-a" if due else "CCER-Q20-b"
            raise Refusal("FEE_MISMATCH", clause, amount_fen=command.amount_fen, fee_fen=due)
        if command.reference in self.references:
            raise Refusal("ALREADY_BOOKED", reference=command.reference)
        self.emit(YearlyFeePaid(account, command.year, command.amount_fen, command.reference))

    @evolves(YearlyFeeFellDue)
    def _fell_due(self, event: YearlyFeeFellDue) -> None:
        self.due.setdefault(event.account, {})[event.year] = event.fee_fen
        self._schedule(event.account, event.year + 1)

    @evolves(YearlyFeePaid)
    def _paid(self, event: YearlyFeePaid) -> None:
        self.paid.setdefault(event.account, {})[event.year] = event.amount_fen
        self.references[event.reference] = event.year

    def dump(self) -> Any:
        return [
            [[account, list(years.items())] for account, years in table.items()]
            for table in (self.due, self.paid)
        ] + [list(self.references.items())]

    def load(self, data: Any) -> None:
        due, paid, references = data
        self.due = {account: dict(years) for account, years in due}
        self.paid = {account: dict(years) for account, years in paid}
        self.references = dict(references)
