"""The collateral ratio (履约保障比例) of the contracts that the exchange monitors, after each close (REPO-A6-1.17).

Ratio = the initial buyer's products at the day's close and all of its cash, over the value at the same close of
what is still to be repurchased: of all its monitored contracts together, and of each for information (AMB-55, 56).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sh_repo.contract import Contract
from sh_repo.contracts import contracts_of
from sh_repo.events import (
    ContractEnded,
    InitialCompleted,
    MeasuresReleased,
    RepurchaseCompleted,
)
from sh_repo.measures import collateral
from sh_repo.rulebook import MARKET
from tanpan.component import Component, evolves, fires, follows
from tanpan.instruments import LISTED
from tanpan.messages import Event
from tanpan.trading_day import DayClosed
from tanpan.views import INT, TEXT, Change, Row, View, column

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

TIMER: Final = "sh_repo.collateral"
MOST_ROWS: Final = 1_000
"""So many contracts in one event; a large run makes several."""


class CollateralRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One contract's ratios on a day, in hundredths of a per cent, -1 where there is nothing to be repurchased.

    `account_hundredths` is of the buyer's whole account and the one that the alarm goes by; `contract_hundredths`
    as if this were its only monitored contract. `alarm_hundredths` is 0 where no threshold was agreed.
    """

    contract: str
    seller: str
    buyer: str
    underlying_fen: int
    account_hundredths: int
    contract_hundredths: int
    alarm_hundredths: int

    @property
    def alarmed(self) -> bool:
        """Whether the account's ratio is below what was agreed; equal is not below (AMB-39)."""
        return 0 <= self.account_hundredths < self.alarm_hundredths


class CollateralComputed(Event, frozen=True, tag="sh_repo.collateral_computed"):
    """The collateral ratios after a day's close."""

    day: date
    rows: list[CollateralRow]


class CollateralAlarmed(Event, frozen=True, tag="sh_repo.collateral_alarmed"):
    """After a day's close the collateral ratio of the buyer's account was below what the contract says."""

    contract: str
    seller: str
    buyer: str
    day: date
    ratio_hundredths: int
    alarm_hundredths: int


class Collateral(Component):
    """Which contracts are monitored, and the run after each close; a release of the measures ends it."""

    name = "sh_repo.collateral"

    def reset(self) -> None:
        self.by_buyer: dict[str, dict[str, None]] = {}
        """The monitored contracts of each buyer, in the order in which they began."""
        self.alarmed: dict[str, int] = {}
        """The ratio of those below their threshold at the last close."""

    def monitors(self, contract: Contract) -> bool:
        """Whether a contract is monitored now."""
        return contract.number in self.by_buyer.get(contract.agreed.buyer, {})

    # --- the run ---------------------------------------------------------------------------------------

    @fires(TIMER)
    def _run(self, day: str) -> None:
        closes = {
            one.code: one.next_reference_fen
            for one in self.exchange.instruments.of_market(MARKET)
            if one.state == LISTED
        }
        on = date.fromisoformat(day)
        rows: list[CollateralRow] = []
        for buyer, contracts in self.by_buyer.items():
            rows += self._of_account(buyer, contracts, closes)
            while len(rows) >= MOST_ROWS:
                self._tell(on, rows[:MOST_ROWS])
                del rows[:MOST_ROWS]
        if rows:
            self._tell(on, rows)

    def _of_account(
        self, buyer: str, numbers: Iterable[str], closes: dict[str, int]
    ) -> Iterator[CollateralRow]:
        account = self.exchange.ledger.accounts[buyer]
        assets = account.total + sum(
            holding.total * closes.get(code, 0) for code, holding in account.holdings.items()
        )
        live = contracts_of(self.exchange).live
        contracts = [live[number] for number in numbers]
        worth = [_underlying_fen(one, closes) for one in contracts]
        of_account = collateral(assets, sum(worth))
        for one, underlying in zip(contracts, worth, strict=True):
            agreed = one.agreed
            yield CollateralRow(
                *(one.number, agreed.seller, buyer, underlying, of_account),
                collateral(assets, underlying),
                agreed.alarm_hundredths,
            )

    def _tell(self, day: date, rows: list[CollateralRow]) -> None:
        self.emit(CollateralComputed(day, rows))
        for row in rows:
            if row.alarmed:
                figures = (row.account_hundredths, row.alarm_hundredths)
                self.emit(CollateralAlarmed(row.contract, row.seller, row.buyer, day, *figures))

    # --- evolution -------------------------------------------------------------------------------------

    @follows(DayClosed)
    def _closed(self, event: DayClosed) -> None:
        # A timer of its own, so that the close is recorded whatever the run takes.
        if event.market == MARKET and self.by_buyer:
            self.exchange.timers.schedule(self.exchange.now, TIMER, event.day.isoformat())

    @evolves(CollateralComputed)
    def _computed(self, event: CollateralComputed) -> None:
        for row in event.rows:
            self.alarmed.pop(row.contract, None)

    @evolves(CollateralAlarmed)
    def _alarmed(self, event: CollateralAlarmed) -> None:
        self.alarmed[event.contract] = event.ratio_hundredths

    @follows(InitialCompleted)
    def _begins(self, event: InitialCompleted) -> None:
        if contracts_of(self.exchange).live[event.contract].agreed.monitored:
            self.by_buyer.setdefault(event.buyer, {})[event.contract] = None

    @follows(RepurchaseCompleted)
    def _repurchased(self, event: RepurchaseCompleted) -> None:
        self._ends(event.contract, event.buyer)

    @follows(MeasuresReleased)
    def _released(self, event: MeasuresReleased) -> None:
        self._ends(event.contract, event.buyer)

    @follows(ContractEnded)
    def _ended(self, event: ContractEnded) -> None:
        self._ends(event.contract, event.buyer)

    def _ends(self, contract: str, buyer: str) -> None:
        self.alarmed.pop(contract, None)
        monitored = self.by_buyer.get(buyer, {})
        monitored.pop(contract, None)
        if not monitored:
            self.by_buyer.pop(buyer, None)

    def dump(self) -> Any:
        return [[[buyer, list(numbers)] for buyer, numbers in self.by_buyer.items()], self.alarmed]

    def load(self, data: Any) -> None:
        by_buyer, self.alarmed = data
        self.by_buyer = {buyer: dict.fromkeys(numbers) for buyer, numbers in by_buyer}


def _underlying_fen(contract: Contract, closes: dict[str, int]) -> int:
    """What is to be repurchased, at the day's close."""
    return sum(row.quantity_tonnes * closes.get(row.instrument, 0) for row in contract.agreed.rows)


def collateral_of(exchange: Exchange) -> Collateral:
    """The monitoring of an exchange that runs this pack."""
    found = exchange.components[Collateral.name]
    assert isinstance(found, Collateral)
    return found


# --- the view ----------------------------------------------------------------------------------------------


def _history(change: Change) -> Iterator[Row]:
    for row in change.event.rows:
        yield {
            "contract": row.contract,
            "day": str(change.event.day),
            "seller": row.seller,
            "buyer": row.buyer,
            "underlying_fen": row.underlying_fen,
            "account_hundredths": row.account_hundredths,
            "contract_hundredths": row.contract_hundredths,
            "alarm_hundredths": row.alarm_hundredths,
            "alarmed": int(row.alarmed),
        }


COLLATERAL: Final = View(
    "sh_repo.collateral",
    "履约保障比例",
    "collateral ratios",
    (
        column("contract", TEXT, "合同编号", "contract"),
        column("day", TEXT, "日期", "day"),
        column("seller", TEXT, "初始卖出方", "initial seller"),
        column("buyer", TEXT, "初始买入方", "initial buyer"),
        column("underlying_fen", INT, "待购回标的市值", "value to be repurchased"),
        column("account_hundredths", INT, "账户履约保障比例（万分之一）", "ratio of the account (1/100 %)"),
        column(
            "contract_hundredths", INT, "本合同履约保障比例（万分之一）", "ratio of the contract (1/100 %)"
        ),
        column("alarm_hundredths", INT, "预警线（万分之一）", "alarm threshold (1/100 %)"),
        column("alarmed", INT, "是否预警", "below the threshold"),
    ),
    key=("contract", "day"),
    folds={CollateralComputed: _history},
    indexes=(("day", "alarmed"), ("seller", "day"), ("buyer", "day")),
    own=("seller", "buyer"),
    between=True,
    doc="The collateral ratio of every monitored contract after each close; -1 where there is nothing to repurchase.",
)
