"""The repurchase (4.3): either side submits, the other confirms or declines; it is done on confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Final

import msgspec

from sh_repo.contract import (
    BUYER,
    OUTSTANDING,
    OVERDUE,
    REPURCHASE_SUBMITTED,
    SELLER,
    Agreed,
    Contract,
)
from sh_repo.contracts import contracts_of
from sh_repo.events import (
    RepurchaseCompleted,
    RepurchaseDeclined,
    RepurchaseSubmitted,
    RepurchaseWithdrawn,
)
from sh_repo.frozen import margin_fen, pledged_tonnes
from sh_repo.initial import Number
from sh_repo.legs import fees, in_session, trade, units_of, unrestricted
from tanpan.component import Component, decides
from tanpan.messages import OPERATOR, Command
from tanpan.parties import Actor
from tanpan.refusals import Refusal

_SUBMITTING: Final = "REPO-4.3-a"
_CONFIRMING: Final = "REPO-4.3-b"
_DECLINING: Final = "REPO-4.3-c"


class SubmitRepurchase(Command, frozen=True, tag="sh_repo.submit_repurchase"):
    """Submit the repurchase of a contract on its day, as either side; what this side lacks for it is frozen."""

    zh: ClassVar = "期末回购申请"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: Number
    account: str


class WithdrawRepurchase(Command, frozen=True, tag="sh_repo.withdraw_repurchase"):
    """Withdraw the repurchase that one submitted oneself, before the other side confirms it."""

    zh: ClassVar = "撤回期末回购申请"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    urgent: ClassVar = True
    contract: Number
    account: str


class ConfirmRepurchase(Command, frozen=True, tag="sh_repo.confirm_repurchase"):
    """Confirm the repurchase that the other side submitted: it is done at once, and all measures are released."""

    zh: ClassVar = "期末回购确认"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: Number
    account: str


class DeclineRepurchase(Command, frozen=True, tag="sh_repo.decline_repurchase"):
    """Decline the repurchase that the other side submitted; either side may submit it again."""

    zh: ClassVar = "期末回购否决"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    urgent: ClassVar = True
    contract: Number
    account: str
    reason: Annotated[str, msgspec.Meta(examples=["款项尚未备足"])]


class Repurchase(Component):
    """Decides about repurchases. Neither a draining pack nor a suspension of new repos stands in their way:

    what is outstanding can be undone. Who may not trade at all can't repurchase either.
    """

    name = "sh_repo.repurchase"

    @decides(SubmitRepurchase)
    def _submit(self, actor: Actor, command: SubmitRepurchase) -> None:
        contract, side = contracts_of(self.exchange).of_party(actor, command.contract, command.account)
        if contract.state not in (OUTSTANDING, OVERDUE):
            raise Refusal("BAD_STATE", _SUBMITTING, contract=contract.number, state=contract.state)
        fees_fen = self._may_be_done(contract, _SUBMITTING)
        agreed = contract.agreed
        cash = self._cash_lacking(contract, fees_fen) if side == SELLER else 0
        tonnes = self._units_lacking(contract) if side == BUYER else [0] * len(agreed.rows)
        self.emit(RepurchaseSubmitted(*contract.whose, side, cash, tonnes))

    @decides(WithdrawRepurchase)
    def _withdraw(self, actor: Actor, command: WithdrawRepurchase) -> None:
        contract, side = contracts_of(self.exchange).of_party(actor, command.contract, command.account)
        if contract.state != REPURCHASE_SUBMITTED:
            raise Refusal("BAD_STATE", _SUBMITTING, contract=contract.number, state=contract.state)
        if contract.submitted_by != side:
            raise Refusal("PERMISSION_DENIED", _SUBMITTING, contract=contract.number, account=command.account)
        self.emit(RepurchaseWithdrawn(*contract.whose, side))

    @decides(ConfirmRepurchase)
    def _confirm(self, actor: Actor, command: ConfirmRepurchase) -> None:
        contract, side = self._to_answer(actor, command.contract, command.account)
        fees_fen = self._may_be_done(contract, _CONFIRMING)
        if side == SELLER:
            self._cash_lacking(contract, fees_fen)
        else:
            self._units_lacking(contract)
        agreed = contract.agreed
        self.emit(RepurchaseCompleted(*contract.whose))
        trade(self.exchange, contract.number, agreed, agreed.repurchase_fen, fees_fen, back=True)

    @decides(DeclineRepurchase)
    def _decline(self, actor: Actor, command: DeclineRepurchase) -> None:
        contract, side = self._to_answer(actor, command.contract, command.account)
        if not command.reason.strip():
            raise Refusal("FIELD_MISSING", _DECLINING, field="reason")
        self.emit(RepurchaseDeclined(*contract.whose, side, command.reason))

    def _to_answer(self, actor: Actor, number: str, account: str) -> tuple[Contract, str]:
        """A contract whose repurchase was submitted by the other side than the one that acts."""
        contract, side = contracts_of(self.exchange).of_party(actor, number, account)
        if contract.state in (OUTSTANDING, OVERDUE):
            raise Refusal("NOTHING_TO_CONFIRM", _CONFIRMING, contract=number, state=contract.state)
        if contract.state != REPURCHASE_SUBMITTED:
            raise Refusal("BAD_STATE", _CONFIRMING, contract=number, state=contract.state)
        if contract.submitted_by == side:
            raise Refusal("SELF_CONFIRM", _CONFIRMING, contract=number, account=account)
        return contract, side

    def _may_be_done(self, contract: Contract, clause: str) -> list[int]:
        """The fee of each row's trade; refuses on another day, outside the hours, with a side restricted."""
        today, agreed = self.exchange.today(), contract.agreed
        # Where nothing traded since it fell due it waits: the first close makes it overdue.
        if contract.state == OVERDUE and today == contract.due:
            raise Refusal("BAD_STATE", clause, contract=contract.number, state=contract.state)
        if contract.state == OVERDUE or today < contract.due:
            raise Refusal("WRONG_TRADE_DATE", clause, due=contract.due, today=today, state=contract.state)
        unrestricted(self.exchange, agreed)
        in_session(self.exchange, agreed, clause)
        return fees(self.exchange, agreed, agreed.repurchase_fen)

    def _cash_lacking(self, contract: Contract, fees_fen: Sequence[int]) -> int:
        """What the seller needs beside its margin of this contract; refuses where it isn't there."""
        agreed, fee = contract.agreed, sum(fees_fen)
        seller = self.exchange.ledger.accounts[agreed.seller]
        margin, needed = margin_fen(contract), agreed.repurchase_amount_fen + fee
        if seller.tradable + margin < needed:
            raise Refusal(
                "INSUFFICIENT_FUNDS",
                _CONFIRMING,
                needed_fen=needed,
                of_which_fee_fen=fee,
                margin_fen=margin,
                available_fen=seller.tradable,
            )
        return max(0, needed - margin)

    def _units_lacking(self, contract: Contract) -> list[int]:
        """What the buyer needs of each row beside what it has pledged for this contract."""
        agreed: Agreed = contract.agreed
        pledged: dict[str, int] = {}
        lacking = []
        for row in agreed.rows:
            left = pledged.setdefault(row.instrument, pledged_tonnes(contract, row.instrument))
            used = min(left, row.quantity_tonnes)
            pledged[row.instrument] = left - used
            lacking.append(row.quantity_tonnes - used)
        units_of(self.exchange, agreed, agreed.buyer, lacking, _CONFIRMING)
        return lacking
