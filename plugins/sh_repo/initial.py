"""The initial trade (4.2): the seller submits, the buyer confirms or declines, the exchange completes or refuses."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Final

import msgspec

from sh_repo import measures
from sh_repo.contract import (
    BUYER,
    CONFIRMED,
    OPEN_TO_SUBMISSION,
    SELLER,
    SUBMITTED,
    Agreed,
    Contract,
)
from sh_repo.contracts import contracts_of
from sh_repo.entries import SaidRow, as_agreed, as_planned
from sh_repo.events import (
    InitialCompleted,
    InitialConfirmed,
    InitialDeclined,
    InitialRefused,
    InitialSubmitted,
    InitialWithdrawn,
    MeasuresSet,
    ResultTold,
)
from sh_repo.legs import (
    fees,
    in_session,
    reductions_only,
    trade,
    units_of,
    unrestricted,
    within_largest_holding,
)
from sh_repo.rulebook import MARKET
from sh_repo.standings import standings_of
from tanpan.component import Component, decides
from tanpan.messages import OPERATOR, STAFF, Command
from tanpan.parties import Actor
from tanpan.personal import Mobile
from tanpan.quantities import Fen
from tanpan.refusals import Refusal

_SUBMITTING: Final = "REPO-4.2.1-c"
_CONFIRMING: Final = "REPO-4.2.2-a"
_COMPLETING: Final = "REPO-4.2.3-a"
Number = Annotated[str, msgspec.Meta(examples=["HG00000001"])]
Reason = Annotated[str, msgspec.Meta(examples=["价格与协议不符"])]
_ROWS: Final = [{"instrument": "SHEA", "quantity": 50_000, "frozen": 10_000}]


class TellResult(Command, frozen=True, tag="sh_repo.tell_result"):
    """Record the day on which both parties were told, off-line, that their filing was approved."""

    zh: ClassVar = "登记审核结果通知"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    contract: Number
    told_on: Annotated[date, msgspec.Meta(examples=["2026-02-26"])]


class SubmitInitial(Command, frozen=True, tag="sh_repo.submit_initial"):
    """Submit the initial trade as its seller, on its day, with the elements of the agreement; the units are frozen.

    `rows` are {instrument, quantity, frozen}; `frozen` may be left out where the agreement states no quantity.
    """

    zh: ClassVar = "期初回购申请"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: Number
    account: str
    rows: Annotated[list[SaidRow], msgspec.Meta(examples=[_ROWS])]
    initial_price_fen: Annotated[Fen, msgspec.Meta(examples=["34.40"])]
    initial_amount_fen: Annotated[Fen, msgspec.Meta(examples=["1720000.00"])]
    repurchase_price_fen: Annotated[Fen, msgspec.Meta(examples=["35.00"])]
    repurchase_day: Annotated[date, msgspec.Meta(examples=["2026-03-31"])]
    margin_fen: Annotated[Fen, msgspec.Meta(examples=["100000.00"])] = 0
    monitored: Annotated[bool, msgspec.Meta(examples=[True])] = False


class WithdrawInitial(Command, frozen=True, tag="sh_repo.withdraw_initial"):
    """Withdraw a submitted initial trade before the buyer confirms it; it may be changed and submitted again."""

    zh: ClassVar = "撤回期初回购申请"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    urgent: ClassVar = True
    contract: Number
    account: str


class ConfirmInitial(Command, frozen=True, tag="sh_repo.confirm_initial"):
    """Confirm a submitted initial trade as its buyer, with a mobile number; the cash and the fee are frozen."""

    zh: ClassVar = "期初回购确认"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: Number
    account: str
    mobile: Mobile = ""


class DeclineInitial(Command, frozen=True, tag="sh_repo.decline_initial"):
    """Decline a submitted initial trade as its buyer; the seller may change and submit it again."""

    zh: ClassVar = "期初回购否决"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    urgent: ClassVar = True
    contract: Number
    account: str
    reason: Reason


class CompleteInitial(Command, frozen=True, tag="sh_repo.complete_initial"):
    """Complete a confirmed initial trade after its review against the documents: units, cash, fees and measures."""

    zh: ClassVar = "初始交易审核通过"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    contract: Number


class RefuseInitial(Command, frozen=True, tag="sh_repo.refuse_initial"):
    """Refuse a confirmed initial trade after its review; the seller may change and submit it again."""

    zh: ClassVar = "初始交易审核不通过"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    contract: Number
    reason: Reason


class Initial(Component):
    """Decides about initial trades; the contracts themselves stand with their component."""

    name = "sh_repo.initial"

    # --- the seller ------------------------------------------------------------------------------

    @decides(SubmitInitial)
    def _submit(self, actor: Actor, command: SubmitInitial) -> None:
        contract = self._to_submit(actor, command)
        agreed = contract.agreed
        self._both_may(agreed)
        self.exchange.packs.takes_new(MARKET)
        self._on_its_day(agreed, _SUBMITTING)
        in_session(self.exchange, agreed, _SUBMITTING)
        fees(self.exchange, agreed, agreed.initial_fen)
        as_agreed(agreed, command)
        pledging, reference = measures.plan(self.exchange, agreed)
        as_planned(command.rows, pledging)
        tonnes = [row.quantity_tonnes for row in agreed.rows]
        units_of(self.exchange, agreed, agreed.seller, tonnes, "REPO-4.2.3-b")
        self.emit(InitialSubmitted(*contract.whose, pledging, reference))

    def _to_submit(self, actor: Actor, command: SubmitInitial) -> Contract:
        contract, side = contracts_of(self.exchange).of_party(actor, command.contract, command.account)
        if contract.state not in OPEN_TO_SUBMISSION:
            raise Refusal("BAD_STATE", _SUBMITTING, contract=contract.number, state=contract.state)
        if side != SELLER:
            raise _not_the("SELLER", _SUBMITTING, contract)
        return contract

    @decides(WithdrawInitial)
    def _withdraw(self, actor: Actor, command: WithdrawInitial) -> None:
        contract, side = contracts_of(self.exchange).of_party(actor, command.contract, command.account)
        if side != SELLER:
            raise _not_the("SELLER", "REPO-4.2.1-d", contract)
        if contract.state != SUBMITTED:
            raise Refusal("BAD_STATE", "REPO-4.2.1-d", contract=contract.number, state=contract.state)
        self.emit(InitialWithdrawn(*contract.whose))

    # --- the buyer -------------------------------------------------------------------------------

    @decides(ConfirmInitial)
    def _confirm(self, actor: Actor, command: ConfirmInitial) -> None:
        contract = self._to_answer(actor, command.contract, command.account)
        agreed = contract.agreed
        self._both_may(agreed)
        self._on_its_day(agreed, _CONFIRMING)
        in_session(self.exchange, agreed, _CONFIRMING)
        if not command.mobile:
            raise Refusal("FIELD_MISSING", "REPO-4.2.2-c", field="mobile")
        standings = standings_of(self.exchange)
        standings.eligible(agreed.buyer, reductions_only(self.exchange, agreed))
        standings.qualified(agreed.buyer)
        within_largest_holding(self.exchange, agreed)
        fee = sum(fees(self.exchange, agreed, agreed.initial_fen))
        needed, buyer = agreed.initial_amount_fen + fee, self.exchange.ledger.accounts[agreed.buyer]
        if buyer.tradable < needed:
            raise Refusal(
                "INSUFFICIENT_FUNDS",
                "REPO-4.2.3-b",
                needed_fen=needed,
                of_which_fee_fen=fee,
                available_fen=buyer.tradable,
            )
        self.emit(InitialConfirmed(*contract.whose, command.mobile, needed, fee))

    @decides(DeclineInitial)
    def _decline(self, actor: Actor, command: DeclineInitial) -> None:
        contract = self._to_answer(actor, command.contract, command.account)
        if not command.reason.strip():
            raise Refusal("FIELD_MISSING", "REPO-4.2.2-b", field="reason")
        self.emit(InitialDeclined(*contract.whose, command.reason))

    def _to_answer(self, actor: Actor, number: str, account: str) -> Contract:
        """A contract whose submission waits for this buyer."""
        contract, side = contracts_of(self.exchange).of_party(actor, number, account)
        if contract.state in OPEN_TO_SUBMISSION:
            raise Refusal("NOTHING_TO_CONFIRM", _CONFIRMING, contract=number, state=contract.state)
        if side != BUYER:
            raise _not_the("BUYER", _CONFIRMING, contract)
        if contract.state != SUBMITTED:
            raise Refusal("BAD_STATE", _CONFIRMING, contract=number, state=contract.state)
        return contract

    # --- the exchange ----------------------------------------------------------------------------

    @decides(TellResult)
    def _tell(self, actor: Actor, command: TellResult) -> None:
        contract = contracts_of(self.exchange).of(command.contract)
        if contract.told_on is not None:
            raise Refusal("ALREADY_STATED", "REPO-4.2.1-a", contract=contract.number, day=contract.told_on)
        today = self.exchange.today()
        if not contract.filed_on <= command.told_on <= today:
            raise Refusal("BAD_FIELD", "REPO-4.2.1-a", field="told_on", since=contract.filed_on, today=today)
        self.emit(ResultTold(*contract.whose, command.told_on))

    @decides(CompleteInitial)
    def _complete(self, actor: Actor, command: CompleteInitial) -> None:
        contract = self._to_review(command.contract)
        agreed = contract.agreed
        self._on_its_day(agreed, _COMPLETING)
        in_session(self.exchange, agreed, _COMPLETING)
        self._both_may(agreed)
        within_largest_holding(self.exchange, agreed)
        fees_fen = fees(self.exchange, agreed, agreed.initial_fen)
        self._margin_covered(agreed, agreed.initial_amount_fen - sum(fees_fen))
        pledging = list(contract.pledging)
        self.emit(InitialCompleted(*contract.whose, agreed.repurchase_day))
        trade(self.exchange, contract.number, agreed, agreed.initial_fen, fees_fen)
        self.emit(MeasuresSet(*contract.whose, pledging, agreed.margin_fen))

    def _margin_covered(self, agreed: Agreed, net_fen: int) -> None:
        """Refuse a seller who lacks the margin, what this sale brings included; proceeds of listed sales don't count."""
        available = self.exchange.ledger.accounts[agreed.seller].available + net_fen
        if available < agreed.margin_fen:
            raise Refusal(
                "INSUFFICIENT_FUNDS",
                "REPO-A6-1.16",
                needed_fen=agreed.margin_fen,
                available_fen=available,
            )

    @decides(RefuseInitial)
    def _refuse(self, actor: Actor, command: RefuseInitial) -> None:
        contract = self._to_review(command.contract)
        if not command.reason.strip():
            raise Refusal("FIELD_MISSING", "REPO-4.2.3-c", field="reason")
        self.emit(InitialRefused(*contract.whose, command.reason))

    def _to_review(self, number: str) -> Contract:
        """A contract that both sides have confirmed."""
        contract = contracts_of(self.exchange).of(number)
        if contract.state in (*OPEN_TO_SUBMISSION, SUBMITTED):
            missing = [SELLER, BUYER] if contract.state != SUBMITTED else [BUYER]
            raise Refusal("CONFIRMATION_MISSING", _COMPLETING, contract=number, missing=missing)
        if contract.state != CONFIRMED:
            raise Refusal("BAD_STATE", _COMPLETING, contract=number, state=contract.state)
        return contract

    # --- what all ask ----------------------------------------------------------------------------

    def _both_may(self, agreed: Agreed) -> None:
        """Refuse while a side is restricted, or its repos are suspended."""
        unrestricted(self.exchange, agreed)
        for account in (agreed.seller, agreed.buyer):
            standings_of(self.exchange).may_repo(account)

    def _on_its_day(self, agreed: Agreed, clause: str) -> None:
        today = self.exchange.today()
        if today != agreed.initial_day:
            raise Refusal("WRONG_TRADE_DATE", clause, initial_day=agreed.initial_day, today=today)


def _not_the(side: str, clause: str, contract: Contract) -> Refusal:
    return Refusal(f"NOT_INITIAL_{side}", clause, contract=contract.number)
