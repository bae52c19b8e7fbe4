"""A pack for tests: contracts that two accounts agreed outside the book, secured until they are completed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

from tanpan.component import Component, decides, evolves
from tanpan.hookspecs import CONTRACT, hookimpl
from tanpan.ledger import Pledge
from tanpan.market import Market
from tanpan.messages import STAFF, Command, Event
from tanpan.packs import Pack
from tanpan.quantities import Fen, Tonnes


class Secure(Command, frozen=True, tag="contracts.secure"):
    """Put up units and cash of an account for a contract; one that `lapses` ends at the close."""

    roles: ClassVar = (STAFF,)
    contract: str
    account: str
    instrument: str
    quantity_tonnes: Tonnes = 0
    margin_fen: Fen = 0
    lapses: bool = False


class Complete(Command, frozen=True, tag="contracts.complete"):
    """Complete a contract's trade; what was put up for it is freed first."""

    roles: ClassVar = (STAFF,)
    contract: str
    instrument: str
    buyer: str
    seller: str
    price_fen: Fen
    quantity_tonnes: Tonnes
    buyer_fee_fen: Fen = 0
    seller_fee_fen: Fen = 0


class Secured(Event, frozen=True, tag="contracts.secured"):
    """Units and cash were put up."""

    contract: str
    account: str
    instrument: str
    quantity_tonnes: int
    margin_fen: int
    lapses: bool


class Ended(Event, frozen=True, tag="contracts.ended"):
    """What was put up is free again."""

    contract: str


class Contracts(Component):
    """The pledges of contracts that are not completed."""

    name = "contracts.contracts"

    def reset(self) -> None:
        self.pledges: dict[str, tuple[Pledge, bool]] = {}
        self.exchange.ledger.pledgers.append(self._all)
        self.exchange.days.before_close.append(self._lapse)

    def _all(self) -> Iterator[Pledge]:
        return (pledge for pledge, _ in self.pledges.values())

    def _lapse(self, market: str) -> None:
        for contract in [name for name, (_, lapses) in self.pledges.items() if lapses]:
            self.emit(Ended(contract))

    @decides(Secure)
    def _secure(self, actor: Any, command: Secure) -> None:
        self.emit(
            Secured(
                command.contract,
                command.account,
                command.instrument,
                command.quantity_tonnes,
                command.margin_fen,
                command.lapses,
            )
        )

    @decides(Complete)
    def _complete(self, actor: Any, command: Complete) -> None:
        pledge, _ = self.pledges.get(command.contract, (None, False))
        freed_fen = pledge.margin_fen if pledge and pledge.account.number == command.buyer else 0
        freed_tonnes = pledge.tonnes if pledge and pledge.account.number == command.seller else 0
        direct = self.exchange.direct
        direct.open_on(command.instrument)
        trade = (
            command.instrument,
            command.buyer,
            command.seller,
            command.price_fen,
            command.quantity_tonnes,
            command.buyer_fee_fen,
        )
        direct.means(*trade, freed_fen=freed_fen, freed_tonnes=freed_tonnes)
        if pledge:
            self.emit(Ended(command.contract))
        direct.complete("repo", command.contract, *trade, command.seller_fee_fen)

    @evolves(Secured)
    def _secured(self, event: Secured) -> None:
        account = self.exchange.ledger.accounts[event.account]
        pledge = Pledge(account, account.holding(event.instrument))
        self.exchange.ledger.pledge_units(pledge, event.quantity_tonnes)
        self.exchange.ledger.hold_margin(pledge, event.margin_fen)
        self.pledges[event.contract] = (pledge, event.lapses)

    @evolves(Ended)
    def _ended(self, event: Ended) -> None:
        pledge, _ = self.pledges.pop(event.contract)
        self.exchange.ledger.release_pledge(pledge)

    def dump(self) -> Any:
        return [
            [name, one.account.number, one.holding.instrument, one.tonnes, one.margin_fen, lapses]
            for name, (one, lapses) in self.pledges.items()
        ]

    def load(self, data: Any) -> None:
        for name, number, code, tonnes, fen, lapses in data:
            account = self.exchange.ledger.accounts[number]
            self.pledges[name] = (Pledge(account, account.holding(code), tonnes, fen), lapses)


def pack(*markets: Market) -> Any:
    """A module-like pack of the component, and of markets where some are given."""

    @hookimpl
    def tanpan_pack() -> Pack:
        return Pack("contracts", "1.0", CONTRACT, "合同", "Contracts", "nobody", markets)

    @hookimpl
    def tanpan_components() -> Sequence[type[Component]]:
        return (Contracts,)

    return SimpleNamespace(__name__="contracts", tanpan_pack=tanpan_pack, tanpan_components=tanpan_components)
