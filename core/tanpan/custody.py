"""Cash and units in and out: facts of the settlement channel and of the registry, and what participants ask for.

Windows, bindings and passwords around these movements are a later pack's business; the movements are here.
"""

from __future__ import annotations

from typing import Any, ClassVar

from tanpan.component import Component, decides, evolves
from tanpan.instruments import Instrument
from tanpan.ledger import Account, Holding
from tanpan.messages import CHANNEL, OPERATOR, REGISTRY, Command, Event
from tanpan.parties import Actor
from tanpan.quantities import LARGEST_AMOUNT_FEN, LARGEST_TONNES, Fen, Tonnes
from tanpan.refusals import Refusal


class Deposit(Command, frozen=True, tag="core.deposit"):
    """Cash of a participant has arrived at the settlement channel."""

    zh: ClassVar = "入金"
    roles: ClassVar = (CHANNEL,)
    account: str
    amount_fen: Fen
    reference: str = ""


class Withdraw(Command, frozen=True, tag="core.withdraw"):
    """Pay withdrawable cash out through the settlement channel."""

    zh: ClassVar = "出金"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "cash"
    account: str
    amount_fen: Fen


class TransferIn(Command, frozen=True, tag="core.transfer_in"):
    """Units of a participant have arrived from the registry."""

    zh: ClassVar = "转入"
    roles: ClassVar = (REGISTRY,)
    account: str
    instrument: str
    quantity_tonnes: Tonnes
    reference: str = ""


class TransferOut(Command, frozen=True, tag="core.transfer_out"):
    """Return units to one's registry account."""

    zh: ClassVar = "转出"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "units"
    account: str
    instrument: str
    quantity_tonnes: Tonnes


class CashDeposited(Event, frozen=True, tag="core.cash_deposited"):
    """Cash came in."""

    account: str
    amount_fen: int
    reference: str


class FeesCollected(Event, frozen=True, tag="core.fees_collected"):
    """Fees due were collected from available cash."""

    account: str
    amount_fen: int


class CashWithdrawn(Event, frozen=True, tag="core.cash_withdrawn"):
    """Cash left."""

    account: str
    amount_fen: int


class UnitsTransferredIn(Event, frozen=True, tag="core.units_transferred_in"):
    """Units came in from the registry."""

    account: str
    instrument: str
    quantity_tonnes: int
    reference: str


class UnitsTransferredOut(Event, frozen=True, tag="core.units_transferred_out"):
    """Units left to the registry, some of them locked ones where the market lets them."""

    account: str
    instrument: str
    quantity_tonnes: int
    locked_tonnes: int


class Custody(Component):
    """The doors of the ledger."""

    name = "custody"

    def reset(self) -> None:
        self.booked: dict[str, int] = {}

    def _not_booked(self, door: str, reference: str) -> None:
        """Refuse a bank's or the registry's reference that has been booked: one arrival is credited once."""
        if reference and f"{door} {reference}" in self.booked:
            raise Refusal("ALREADY_BOOKED", reference=reference)

    def _book(self, door: str, reference: str) -> None:
        if reference:
            self.booked[f"{door} {reference}"] = 1

    def dump(self) -> Any:
        return list(self.booked)

    def load(self, data: Any) -> None:
        self.booked = dict.fromkeys(data, 1)

    @decides(Deposit)
    def _deposit(self, actor: Actor, command: Deposit) -> None:
        account = self.exchange.parties.active(command.account)
        _positive_amount(command.amount_fen)
        self._not_booked("channel", command.reference)
        if account.total + command.amount_fen > 10 * LARGEST_AMOUNT_FEN:
            raise Refusal("BAD_AMOUNT", amount_fen=command.amount_fen, balance_fen=account.total)
        self.emit(CashDeposited(account.number, command.amount_fen, command.reference))
        due = min(account.fees_due, account.available)
        if due:
            self.emit(FeesCollected(account.number, due))

    @decides(Withdraw)
    def _withdraw(self, actor: Actor, command: Withdraw) -> None:
        account = self.exchange.parties.acting(actor, command.account)
        if account.no_cash:
            raise Refusal("ACCOUNT_RESTRICTED", account=account.number, scope="cash")
        _positive_amount(command.amount_fen)
        if command.amount_fen > account.withdrawable:
            raise Refusal(
                "INSUFFICIENT_WITHDRAWABLE",
                amount_fen=command.amount_fen,
                withdrawable_fen=account.withdrawable,
            )
        self.emit(CashWithdrawn(account.number, command.amount_fen))

    @decides(TransferIn)
    def _transfer_in(self, actor: Actor, command: TransferIn) -> None:
        account = self.exchange.parties.active(command.account)
        instrument = self.exchange.instruments.known(command.instrument)
        self.exchange.packs.takes_new(instrument.market)
        self._may_move(account, instrument)
        _positive_tonnes(command.quantity_tonnes)
        self._not_booked("registry", command.reference)
        registry = self.exchange.ledger.contra.registry
        if command.quantity_tonnes - registry.get(command.instrument, 0) > LARGEST_TONNES:
            raise Refusal("BAD_QUANTITY", quantity_tonnes=command.quantity_tonnes)
        self.emit(
            UnitsTransferredIn(account.number, command.instrument, command.quantity_tonnes, command.reference)
        )

    @decides(TransferOut)
    def _transfer_out(self, actor: Actor, command: TransferOut) -> None:
        account = self.exchange.parties.acting(actor, command.account)
        instrument = self.exchange.instruments.known(command.instrument)
        if account.no_units:
            raise Refusal("ACCOUNT_RESTRICTED", account=account.number, scope="units")
        self._may_move(account, instrument)
        _positive_tonnes(command.quantity_tonnes)
        holding = account.holdings.get(command.instrument) or Holding(account.number, command.instrument)
        terms = self.exchange.days.of(instrument.market).terms
        locked = holding.locked if terms is not None and terms.locked_units_may_leave else 0
        if command.quantity_tonnes > holding.available + locked:
            raise Refusal(
                "INSUFFICIENT_POSITION",
                quantity_tonnes=command.quantity_tonnes,
                transferable_tonnes=holding.available + locked,
            )
        from_locked = max(0, command.quantity_tonnes - holding.available)
        self.emit(
            UnitsTransferredOut(account.number, command.instrument, command.quantity_tonnes, from_locked)
        )

    def _may_move(self, account: Account, instrument: Instrument) -> None:
        """Ask the market's own rules on transfers."""
        for rule in self.exchange.days.of(instrument.market).market.transfer_rules:
            rule(self.exchange, account, instrument)

    def _account(self, number: str) -> Account:
        return self.exchange.ledger.accounts[number]

    @evolves(CashDeposited)
    def _deposited(self, event: CashDeposited) -> None:
        self.exchange.ledger.deposit(self._account(event.account), event.amount_fen)
        self._book("channel", event.reference)

    @evolves(FeesCollected)
    def _collected(self, event: FeesCollected) -> None:
        self.exchange.ledger.collect_fees(self._account(event.account), event.amount_fen)

    @evolves(CashWithdrawn)
    def _withdrawn(self, event: CashWithdrawn) -> None:
        self.exchange.ledger.withdraw(self._account(event.account), event.amount_fen)

    @evolves(UnitsTransferredIn)
    def _transferred_in(self, event: UnitsTransferredIn) -> None:
        holding = self._account(event.account).holding(event.instrument)
        self.exchange.ledger.transfer_in(holding, event.quantity_tonnes)
        self.exchange.instruments.arrived(event.instrument, event.account)
        self._book("registry", event.reference)

    @evolves(UnitsTransferredOut)
    def _transferred_out(self, event: UnitsTransferredOut) -> None:
        holding = self._account(event.account).holding(event.instrument)
        self.exchange.ledger.transfer_out(holding, event.quantity_tonnes, event.locked_tonnes)


def _positive_amount(fen: int) -> None:
    if not 0 < fen <= LARGEST_AMOUNT_FEN:
        raise Refusal("BAD_AMOUNT", amount_fen=fen)


def _positive_tonnes(tonnes: int) -> None:
    if not 0 < tonnes <= LARGEST_TONNES:
        raise Refusal("BAD_QUANTITY", quantity_tonnes=tonnes)
