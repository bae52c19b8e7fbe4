"""What the rules rule out: undoing a trade, editing one, bringing one in from outside, bidding where no auction is open.

These can be asked for by name, so that the answer is the rule and its clause, never "unknown command".
"""

from __future__ import annotations

from typing import ClassVar

from tanpan.component import Component, decides
from tanpan.messages import OPERATOR, STAFF, Command
from tanpan.parties import Actor
from tanpan.quantities import Fen, Tonnes
from tanpan.refusals import Refusal


class CancelTrade(Command, frozen=True, tag="core.cancel_trade"):
    """Ask to undo a trade: it was final when it was made."""

    zh: ClassVar = "申请撤销成交"
    roles: ClassVar = (OPERATOR, STAFF)
    market: str
    trade: int


class AmendTrade(Command, frozen=True, tag="core.amend_trade"):
    """Ask to edit a trade's record: the record is the authoritative result."""

    zh: ClassVar = "申请修改成交记录"
    roles: ClassVar = (STAFF,)
    market: str
    trade: int
    reason: str = ""


class ImportTrade(Command, frozen=True, tag="core.import_trade"):
    """Ask to enter a trade that was made elsewhere."""

    zh: ClassVar = "申请录入场外成交"
    roles: ClassVar = (OPERATOR, STAFF)
    market: str
    instrument: str
    price_fen: Fen
    quantity_tonnes: Tonnes


class Bid(Command, frozen=True, tag="core.bid"):
    """Bid in a one-way auction: known to the rules, not open yet."""

    zh: ClassVar = "单向竞价出价"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    instrument: str
    price_fen: Fen
    quantity_tonnes: Tonnes


class Finality(Component):
    """Owns no state: it only says no."""

    name = "finality"

    @decides(CancelTrade)
    def _cancel(self, actor: Actor, command: CancelTrade) -> None:
        self._made(command.market, command.trade)
        raise Refusal("TRADE_FINAL", trade=command.trade)

    @decides(AmendTrade)
    def _amend(self, actor: Actor, command: AmendTrade) -> None:
        self._made(command.market, command.trade)
        raise Refusal("IMMUTABLE", trade=command.trade)

    @decides(ImportTrade)
    def _import(self, actor: Actor, command: ImportTrade) -> None:
        self.exchange.days.of(command.market)
        self.exchange.instruments.known(command.instrument)
        raise Refusal("OFF_SYSTEM_TRADE", instrument=command.instrument)

    @decides(Bid)
    def _bid(self, actor: Actor, command: Bid) -> None:
        self.exchange.parties.trading(actor, command.account)
        self.exchange.instruments.listed(command.instrument)
        raise Refusal("METHOD_NOT_OPEN", method="auction")

    def _made(self, market: str, trade: int) -> None:
        self.exchange.days.of(market)
        if not 0 < trade < self.exchange.listings.next_trade:
            raise Refusal("UNKNOWN_TRADE", trade=trade)
