"""A regulator computes a freeze, a collateral ratio and a contract's balances anew out of the views (docs/regulators.md)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from kernel.helpers import FIRST
from repo.houses import ALPHA, BETA, GAMMA, SHEA, House, agreed
from sh_repo.contract import Row
from sh_repo.repurchase import ConfirmRepurchase
from tanpan.custody import Deposit, TransferIn
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.reports import CORE_VIEWS
from tanpan.views import MemoryTables, Projector

SECOND = date(2026, 3, 4)
BACK = date(2026, 3, 10)
MONITORED: dict[str, Any] = {"monitored": True, "alarm_hundredths": 15_000}


def traded_first_day() -> House:
    """On the first day 1,000 t at 43.00 and 500 t at 44.00: a turnover of 65,000.00, and a close of 43.33."""
    made = House().parties()
    made.send("admin", RegisterInstrument("SHEA", SHEA, "SHEA"))
    made.send("registry", TransferIn(ALPHA, "SHEA", 150_000))
    made.send("channel", Deposit(GAMMA, 10**8))
    made.two(ListInstrument("SHEA", FIRST, 4_300))
    made.open(SHEA)
    for price, tonnes in ((4_300, 1_000), (4_400, 500)):
        made.post(ALPHA, "SHEA", "sell", price, tonnes)
        made.take(GAMMA, "SHEA", "buy", tonnes, price)
    made.settle_day_of(FIRST)
    return made


class Desk:
    """The views of an exchange, folded from its journal and from nothing else."""

    def __init__(self, house: House) -> None:
        self.views = {one.name: one for one in (*CORE_VIEWS, *house.assembly.views)}
        self.tables = MemoryTables()
        records = house.drained()
        Projector(house.fresh(), self.views.values(), self.tables).project(records)

    def rows(self, view: str, **where: Any) -> list[Any]:
        """The rows of a view."""
        return self.tables.rows(self.views[view], where)

    def row(self, view: str, **where: Any) -> Any:
        """The one row there is."""
        (found,) = self.rows(view, **where)
        return found


def rounded_up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def monitored() -> tuple[House, str]:
    """A monitored contract whose freeze was computed, after the close of its initial day."""
    house = traded_first_day()
    contract = house.file(
        agreed(
            rows=[Row("SHEA", 10_000)],
            initial_day=SECOND,
            repurchase_day=BACK,
            freezes=True,
            margin_fen=500_000,
            **MONITORED,
        )
    )
    house.open(SHEA, SECOND)
    house.submit(contract)
    house.confirm(contract)
    house.complete(contract)
    house.settle_day_of(SECOND)
    return house, contract


def test_a_computed_freeze_is_found_again_from_the_days_before() -> None:
    house, contract = monitored()
    desk = Desk(house)
    said = desk.row("sh_repo.contracts", contract=contract)
    assert (said["ratio_hundredths"], said["rows"][0]["frozen_tonnes"]) == (-1, -1)
    window = [
        row
        for row in desk.rows("core.day_prices", instrument=said["instrument"])
        if row["day"] < said["initial_day"]
    ]
    turnover, volume = sum(row["listed_fen"] for row in window), sum(row["listed_tonnes"] for row in window)
    assert (turnover, volume) == (6_500_000, 1_500)
    frozen = rounded_up(said["quantity_tonnes"] * (turnover - said["initial_fen"] * volume), turnover)
    # 10,000 x (65,000 - 34.40 x 1,500) / 65,000 = 10,000 x 13,400 / 65,000 = 2,061.5
    assert frozen == 2_062
    assert desk.row("sh_repo.measures", contract=contract)["pledged_tonnes"] == frozen


def test_a_collateral_ratio_is_found_again_from_the_statements_of_the_day() -> None:
    house, contract = monitored()
    desk = Desk(house)
    told = desk.row("sh_repo.collateral", contract=contract)
    on = {"account": told["buyer"], "day": told["day"]}
    closes = {row["instrument"]: row["close_fen"] for row in desk.rows("core.day_prices", day=told["day"])}
    assets = desk.row("core.cash_statements", **on)["closing_fen"]
    for row in desk.rows("core.unit_statements", **on):
        assets += row["closing_tonnes"] * closes[row["instrument"]]
    owed = sum(row["underlying_fen"] for row in desk.rows("sh_repo.collateral", **on_buyer(told)))
    # Cash 10,000,000.00 - 344,000.00 - 275.20, and 10,000 t at the close of 43.33: 433,300.00 to be repurchased.
    assert (assets, owed) == (965_572_480 + 43_330_000, 43_330_000)
    assert half_up(assets * 10_000, owed) == told["account_hundredths"] == 232_842
    assert half_up(assets * 10_000, told["underlying_fen"]) == told["contract_hundredths"]


def on_buyer(row: Any) -> dict[str, Any]:
    """All the buyer's rows of the same day."""
    return {"buyer": row["buyer"], "day": row["day"]}


def frozen_by_steps(desk: Desk, contract: str) -> Counter[tuple[str, str]]:
    """What the steps of a contract add up to, by who holds it and why; each step adds up to nothing."""
    found: Counter[tuple[str, str]] = Counter()
    for step in desk.rows("sh_repo.steps", contract=contract):
        sums: Counter[str] = Counter()
        for line in step["moved"]:
            sums[line["asset"]] += line["amount"]
            found[line["holder"], line["phase"]] += line["amount"]
        assert not any(sums.values()), step
    return found


def test_the_steps_of_a_contract_add_up_to_what_it_holds_and_to_nothing_once_it_is_done() -> None:
    house, contract = monitored()
    desk = Desk(house)
    said, steps = desk.row("sh_repo.contracts", contract=contract), frozen_by_steps(desk, contract)
    assert steps[BETA, "pledged"] == said["pledged_tonnes"] == 2_062
    assert steps[ALPHA, "margin"] == said["margin_fen"] == 500_000
    assert steps[ALPHA, "frozen"] == steps[BETA, "frozen"] == said["frozen_tonnes"] == said["frozen_fen"] == 0
    house.open(SHEA, BACK)
    house.repurchase(contract, BETA, confirmed=False)
    desk = Desk(house)
    said, steps = desk.row("sh_repo.contracts", contract=contract), frozen_by_steps(desk, contract)
    assert steps[BETA, "frozen"] == said["frozen_tonnes"] == 10_000 - 2_062
    house.send(ALPHA, ConfirmRepurchase(contract, ALPHA))
    desk = Desk(house)
    said, steps = desk.row("sh_repo.contracts", contract=contract), frozen_by_steps(desk, contract)
    assert {steps[who, phase] for who in (ALPHA, BETA) for phase in ("frozen", "pledged", "margin")} == {0}
    assert (said["state"], said["pledged_tonnes"], said["margin_fen"]) == ("repurchased", 0, 0)
    # Every line of it is a posting of the exchange as well.
    lines = {
        (row["seq"], row["event"], row["holder"], row["asset"], row["phase"], row["amount"])
        for row in desk.rows("core.postings")
    }
    for step in desk.rows("sh_repo.steps", contract=contract):
        for line in step["moved"]:
            key = (step["seq"], step["event"], line["holder"], line["asset"], line["phase"], line["amount"])
            assert key in lines
