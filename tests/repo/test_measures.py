"""What is frozen, by the worked examples and published days; and the collateral ratio after each close."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kernel.helpers import FIRST
from repo.houses import ALPHA, BETA, GAMMA, SECURED, SHEA, House, agreed, house
from sh_repo.collateral import CollateralAlarmed, CollateralComputed, collateral_of
from sh_repo.contract import Agreed, Reference, Row
from sh_repo.events import InitialSubmitted
from sh_repo.measures import NO_RATIO, Quotient, collateral, plan, stated
from sh_repo.reference import KEPT_DAYS, ListedDays, Window
from sh_repo.rulebook import MARKET, PARAMETERS
from sh_repo.rulebook import SHEA as THE_MARKET
from tanpan.custody import Deposit, TransferIn, Withdraw
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.quantities import half_up, parse_yuan
from tanpan.refusals import Refusal
from tanpan.trading_day import ClosingPrice, DayClosed
from tanpan_adapters.calendars import published

DATA = Path(__file__).parents[1] / "data" / "cea_bulletins_2021q3.csv"
CODE = "SHEA25"
INITIAL_DAY = date(2026, 3, 2)
SECOND = date(2026, 3, 4)
EXAMPLE = Window(64_162_154_083, 14_920_837, 20)
"""Worked example 5: the national market's listed trades of 2021-11-22 to 2021-12-17 as a stand-in."""


def closed(day: date, turnover_fen: int, tonnes: int, code: str = CODE, market: str = MARKET) -> DayClosed:
    """A day's close. Blocks and repos were traded too, at a price that would change every mean."""
    price = ClosingPrice(code, 100, 100, 100, 100, 100, tonnes, turnover_fen, 7_000, 7, 0, 0, 9_000, 9)
    return DayClosed(market, day, [price])


def listed_days(*closes: DayClosed) -> ListedDays:
    """The listed days after some closes."""
    made = ListedDays(SimpleNamespace(calendar=published(), emit=None))  # type: ignore[arg-type]
    for one in closes:
        made._closed(one)
    return made


def exchange_with(days: ListedDays, product: str = "SHEA") -> Any:
    """As much of an exchange as the plan asks: the parameters of the manual, two instruments, the closed days."""
    day = SimpleNamespace(terms=None, opened_on=date.min, terms_on=THE_MARKET.terms)
    return SimpleNamespace(
        components={ListedDays.name: days},
        instruments=SimpleNamespace(
            by_code={CODE: SimpleNamespace(product=product), "CCER1": SimpleNamespace(product="CCER")}
        ),
        days=SimpleNamespace(by_market={MARKET: day}),
        today=lambda: INITIAL_DAY,
    )


def agreement(rows: Sequence[Row], **more: Any) -> Agreed:
    """An agreement of worked example 5 but for what is said."""
    elements: dict[str, Any] = {
        "agreement_no": "1",
        "seller": "A",
        "buyer": "B",
        "rows": list(rows),
        "freezes": True,
        "initial_day": INITIAL_DAY,
        "initial_fen": 3_440,
        "repurchase_day": INITIAL_DAY + timedelta(days=29),
        "repurchase_fen": 3_500,
    }
    return Agreed(**{**elements, **more})


ONE_ROW = (Row(CODE, 50_000),)


def the_example() -> Any:
    """An exchange on whose last twenty days the listed trades of example 5 were done, the last of them on one day."""
    calendar = published()
    days = [calendar.trading_day_before(INITIAL_DAY, count) for count in range(20, 0, -1)]
    closes = [closed(day, 0, 0) for day in days[:-2]]
    closes += [closed(days[-2], 60_000_000_000, 13_900_837), closed(days[-1], 4_162_154_083, 1_020_000)]
    return exchange_with(listed_days(*closes))


# --- the reference price -------------------------------------------------------------------------------


def test_the_published_window_has_the_published_mean_and_not_the_mean_of_its_closes() -> None:
    """AMB-50: 2021-07-19 to 2021-08-13 of the national market is 54.14, while its closes average 54.36."""
    with DATA.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    closes = [
        closed(date.fromisoformat(row["date"]), parse_yuan(row["listed_turnover"]), int(row["listed_volume"]))
        for row in rows
    ]
    window = listed_days(*closes).window(CODE, date(2021, 8, 16), 20)
    assert window.days == 20
    assert half_up(window.turnover_fen, window.volume_tonnes) == 5_414
    inside = [parse_yuan(row["close"]) for row in rows if "2021-07-19" <= row["date"] <= "2021-08-13"]
    assert half_up(sum(inside), len(inside)) == 5_436


def test_the_window_ends_before_the_initial_day_and_begins_twenty_trading_days_earlier() -> None:
    calendar = published()
    first, before = (calendar.trading_day_before(INITIAL_DAY, count) for count in (20, 21))
    days = listed_days(closed(before, 1, 1), closed(first, 20, 2), closed(INITIAL_DAY, 300, 3))
    assert days.window(CODE, INITIAL_DAY, 20) == Window(20, 2, 1)


def test_days_without_trades_count_as_days_and_add_nothing() -> None:
    calendar = published()
    one, two = (calendar.trading_day_before(INITIAL_DAY, count) for count in (2, 1))
    assert listed_days(closed(one, 500, 10), closed(two, 0, 0)).window(CODE, INITIAL_DAY, 20) == Window(
        500, 10, 2
    )


def test_another_market_s_close_and_another_instrument_s_are_not_in_the_window() -> None:
    yesterday = published().trading_day_before(INITIAL_DAY)
    days = listed_days(closed(yesterday, 5, 5, market="cea"), closed(yesterday, 7, 7, code="SHEA24"))
    assert days.window(CODE, INITIAL_DAY, 20) == Window(0, 0, 0)


def test_as_many_days_are_kept_as_the_window_may_ever_have() -> None:
    first = date(2025, 1, 2)
    days = listed_days(*(closed(first + timedelta(days=count), 1, 1) for count in range(KEPT_DAYS + 5)))
    assert len(days.by_instrument[CODE]) == KEPT_DAYS
    (parameter,) = [one for one in PARAMETERS if one.name == "vwap_trading_days"]
    assert parameter.check is not None
    assert parameter.check(KEPT_DAYS)
    assert not parameter.check(KEPT_DAYS + 1)


def test_the_kept_days_come_back_from_a_snapshot() -> None:
    days = listed_days(closed(date(2026, 2, 27), 500, 10))
    again = listed_days()
    again.load(days.dump())
    assert again.dump() == days.dump()
    assert again.window(CODE, INITIAL_DAY, 20) == Window(500, 10, 1)


# --- what is frozen --------------------------------------------------------------------------------------


def test_example_5_freezes_10_002_tonnes_and_shows_what_it_rests_on() -> None:
    assert plan(the_example(), agreement(ONE_ROW)) == (
        [10_002],
        Reference(64_162_154_083, 14_920_837, 20, 8_000, 2_000),
    )


def test_example_11_a_stated_ratio_governs() -> None:
    assert plan(the_example(), agreement(ONE_ROW, ratio_hundredths=2_000)) == ([10_000], None)


@pytest.mark.parametrize(
    ("tonnes", "frozen"), [(1, 1), (5, 2), (4_999, 1_000), (50_000, 10_002), (100_000_000, 20_003_186)]
)
def test_a_computed_freeze_is_rounded_up_from_the_exact_ratio_and_is_never_above_the_quantity(
    tonnes: int, frozen: int
) -> None:
    """The ratio of example 5 is 12,834,474,803 / 64,162,154,083 = 0.20003186; the shown 0.2000 is not used."""
    assert Quotient(3_440, EXAMPLE).of(tonnes) == frozen


@pytest.mark.parametrize(
    ("row", "ratio", "frozen"),
    [
        (Row(CODE, 50_000), 2_000, 10_000),
        (Row(CODE, 50_001), 2_000, 10_001),
        (Row(CODE, 50_000), 0, 0),
        (Row(CODE, 50_000), 10_000, 50_000),
        (Row(CODE, 50_000, 12_345), -1, 12_345),
        (Row(CODE, 50_001, 10_000), 2_000, 10_000),
        (Row(CODE, 50_001, 10_001), 2_000, 10_001),
        (Row(CODE, 50_000, 0), -1, 0),
    ],
)
def test_what_the_parties_state_is_frozen(row: Row, ratio: int, frozen: int) -> None:
    assert stated(row, ratio) == frozen


@pytest.mark.parametrize(
    ("row", "ratio", "code"),
    [
        (Row(CODE, 50_000), 10_001, "BAD_RATIO"),
        (Row(CODE, 50_000), -2, "BAD_RATIO"),
        (Row(CODE, 50_000, 50_001), -1, "FREEZE_EXCEEDS_QTY"),
        (Row(CODE, 50_000, 10_001), 2_000, "FREEZE_MISMATCH"),
        (Row(CODE, 50_000, 9_999), 2_000, "FREEZE_MISMATCH"),
    ],
)
def test_what_contradicts_itself_is_refused(row: Row, ratio: int, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        stated(row, ratio)


def test_without_a_product_freeze_nothing_is_frozen_and_no_price_is_asked() -> None:
    rows = (Row("CCER1", 100), Row(CODE, 100))
    assert plan(exchange_with(listed_days()), agreement(rows, freezes=False)) == ([0, 0], None)


def test_without_any_listed_trade_the_ratio_must_be_stated() -> None:
    yesterday = published().trading_day_before(INITIAL_DAY)
    exchange = exchange_with(listed_days(closed(yesterday, 0, 0)))
    with pytest.raises(Refusal, match="NO_REFERENCE_VWAP") as refused:
        plan(exchange, agreement(ONE_ROW))
    assert refused.value.details["window_days"] == 1
    assert plan(exchange, agreement(ONE_ROW, ratio_hundredths=1)) == ([5], None)


def test_fewer_days_than_the_window_are_used_and_told() -> None:
    yesterday = published().trading_day_before(INITIAL_DAY)
    frozen, reference = plan(exchange_with(listed_days(closed(yesterday, 43_000, 10))), agreement(ONE_ROW))
    # 34.40 / 43.00 = 0.8 exactly.
    assert (frozen, reference) == ([10_000], Reference(43_000, 10, 1, 8_000, 2_000))


@pytest.mark.parametrize("initial_fen", [4_300, 4_301, 9_000])
def test_a_factor_of_one_or_more_needs_a_stated_ratio(initial_fen: int) -> None:
    """AMB-53: the ratio's floor is 0, and 0 is allowed by explicit agreement only."""
    yesterday = published().trading_day_before(INITIAL_DAY)
    exchange = exchange_with(listed_days(closed(yesterday, 43_000, 10)))
    with pytest.raises(Refusal, match="FREEZE_REQUIRED"):
        plan(exchange, agreement(ONE_ROW, initial_fen=initial_fen))
    assert plan(exchange, agreement(ONE_ROW, initial_fen=initial_fen, ratio_hundredths=0)) == ([0], None)


def test_only_allowances_have_a_reference_price() -> None:
    exchange = exchange_with(listed_days(closed(date(2026, 2, 27), 43_000, 10)), product="CCER")
    with pytest.raises(Refusal, match="NO_REFERENCE_VWAP"):
        plan(exchange, agreement(ONE_ROW))


def test_rows_of_reductions_are_frozen_each_by_what_is_stated() -> None:
    rows = (Row("CCER1", 101, 51), Row(CODE, 11))
    exchange = exchange_with(listed_days(), product="CCER")
    assert plan(exchange, agreement(rows, ratio_hundredths=5_000)) == ([51, 6], None)
    with pytest.raises(Refusal, match="NO_REFERENCE_VWAP"):
        plan(exchange, agreement(rows))


# --- the collateral ratio ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assets_fen", "underlying_fen", "hundredths"),
    [
        (490_000_000, 220_000_000, 22_273),
        (0, 100, 0),
        (100, 100, 10_000),
        (1, 20_000, 1),
        (1, 20_001, 0),
        (5, 0, NO_RATIO),
    ],
)
def test_the_collateral_ratio_has_four_decimals_half_up(
    assets_fen: int, underlying_fen: int, hundredths: int
) -> None:
    """The first is worked example 6: 4,900,000 over 2,200,000 is 2.2273."""
    assert collateral(assets_fen, underlying_fen) == hundredths


# --- on a house of the pack ------------------------------------------------------------------------------


MONITORED: dict[str, Any] = {"monitored": True, "alarm_hundredths": 15_000}


def ratios(record: Any) -> list[tuple[str, int, int, bool]]:
    """Contract, account's ratio, contract's ratio, alarm of each row that a run computed."""
    return [
        (row.contract, row.account_hundredths, row.contract_hundredths, row.alarmed)
        for event in record.events
        if isinstance(event, CollateralComputed)
        for row in event.rows
    ]


def runs(venue: House) -> list[Any]:
    """The records of the runs so far."""
    return [record for record in venue.drained() if record.command == "sh_repo.collateral"]


def alarms(record: Any) -> list[CollateralAlarmed]:
    """The alarms of a run."""
    return [event for event in record.events if isinstance(event, CollateralAlarmed)]


def close_at(venue: House, day: date, price_fen: int) -> None:
    """A day on which a tonne was traded at a price, and its close."""
    if day != FIRST:
        venue.open(SHEA, day)
    venue.post(ALPHA, "SHEA", "sell", price_fen, 1)
    venue.take(GAMMA, "SHEA", "buy", 1, price_fen)
    venue.until(day, "15:30")


def test_example_5_end_to_end_the_seller_s_submission_fixes_10_002_tonnes() -> None:
    """Two listed trades that add up to the published turnover; a repo of the same day makes no price."""
    venue = House().parties()
    venue.send("admin", RegisterInstrument("SHEA", SHEA, "SHEA"))
    venue.send("registry", TransferIn(ALPHA, "SHEA", 15_000_000))
    venue.send("channel", Deposit(GAMMA, 70_000_000_000))
    venue.two(ListInstrument("SHEA", FIRST, 4_300))
    venue.open(SHEA)
    # 12,365,854 x 43.00 + 2,554,983 x 43.01 = 641,621,540.83
    for price, tonnes in ((4_300, 12_365_854), (4_301, 2_554_983)):
        venue.post(ALPHA, "SHEA", "sell", price, tonnes)
        venue.take(GAMMA, "SHEA", "buy", tonnes, price)
    venue.outstanding(agreed(rows=[Row("SHEA", 10_000)]))
    venue.until(FIRST, "15:30")
    contract = venue.file(agreed(initial_day=SECOND, freezes=True))
    venue.open(SHEA, SECOND)
    (event,) = venue.submit(contract).events
    assert isinstance(event, InitialSubmitted)
    assert event.pledging == [10_002]
    assert event.reference == Reference(64_162_154_083, 14_920_837, 1, 8_000, 2_000)
    venue.confirm(contract)
    venue.complete(contract)
    assert venue.units(BETA) == {"available": 10_000 + 39_998, "pledged": 10_002}
    venue.replayed()


def test_example_6_after_a_close_of_44_the_ratio_is_2_2273() -> None:
    """Beta holds 100,000 t and 500,000.00 in cash; 50,000 t are to be repurchased."""
    venue = house()
    venue.send("registry", TransferIn(BETA, "SHEA", 50_000))
    contract = venue.outstanding(agreed(**MONITORED, **SECURED))
    # 10,000,000.00 less 1,720,000.00 and the fee of 1,376.00: 8,278,624.00, of which 500,000.00 are left.
    venue.send(BETA, Withdraw(BETA, 777_862_400))
    close_at(venue, FIRST, 4_500)
    close_at(venue, SECOND, 4_400)
    # The day before at 45.00: (4,500,000 + 500,000) / 2,250,000 = 2.2222.
    assert [ratios(record) for record in runs(venue)] == [
        [(contract, 22_222, 22_222, False)],
        [(contract, 22_273, 22_273, False)],
    ]
    venue.replayed()


def test_the_alarm_rings_below_the_threshold_and_not_at_it() -> None:
    """Beta has 50,000 t and 500,000.00: at 50.00 that is 3,000,000 over 2,500,000, 1.2000."""
    for alarm, rings in ((12_000, False), (12_001, True), (0, False)):
        venue = house()
        contract = venue.outstanding(agreed(monitored=True, alarm_hundredths=alarm))
        venue.send(BETA, Withdraw(BETA, 777_862_400))
        venue.until(FIRST, "15:30")
        (run,) = runs(venue)
        assert ratios(run) == [(contract, 12_000, 12_000, rings)]
        told = [CollateralAlarmed(contract, ALPHA, BETA, FIRST, 12_000, alarm)] if rings else []
        assert alarms(run) == told
        assert collateral_of(venue.exchange).alarmed == ({contract: 12_000} if rings else {})
        venue.replayed()


def test_several_monitored_repos_of_one_buyer_share_their_denominator() -> None:
    """AMB-56: at 50.00, 60,000 t and 500,000.00 over 50,000 t and 10,000 t: 3,500,000 / 3,000,000 = 1.1667."""
    venue = house()
    one = venue.outstanding(agreed(**MONITORED))
    two = venue.outstanding(agreed(rows=[Row("SHEA", 10_000)], monitored=True))
    unmonitored = venue.file(agreed(rows=[Row("SHEA", 10_000)]))
    # The second sale brought 344,000.00 and the fee of 275.20 more.
    venue.send(BETA, Withdraw(BETA, 777_862_400 - 34_427_520))
    venue.until(FIRST, "15:30")
    (run,) = runs(venue)
    # Each for information: 3,500,000 over 2,500,000 and over 500,000.
    assert ratios(run) == [(one, 11_667, 14_000, True), (two, 11_667, 70_000, False)]
    assert unmonitored not in [row[0] for row in ratios(run)]


def test_pledged_frozen_and_undelivered_units_and_all_cash_count() -> None:
    """AMB-55: available and frozen. Whatever Beta does with what it has, the ratio at a close stays."""
    venue = house()
    contract = venue.outstanding(agreed(**MONITORED, **SECURED))
    venue.send(BETA, Withdraw(BETA, 777_862_400))
    venue.post(BETA, "SHEA", "sell", 5_500, 30_000)
    venue.until(FIRST, "15:30")
    assert [ratios(record) for record in runs(venue)] == [[(contract, 12_000, 12_000, True)]]


def test_monitoring_ends_with_the_repurchase() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**MONITORED, repurchase_day=SECOND))
    assert collateral_of(venue.exchange).monitors(venue.contracts.live[contract])
    venue.open(SHEA, SECOND)
    venue.repurchase(contract, ALPHA)
    venue.until(SECOND, "15:30")
    assert len(runs(venue)) == 1
    assert collateral_of(venue.exchange).by_buyer == {}


def test_an_overdue_contract_is_still_monitored() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**MONITORED, repurchase_day=SECOND))
    venue.open(SHEA, SECOND)
    venue.until(SECOND, "15:30")
    assert venue.state(contract) == "overdue"
    assert [row[0] for record in runs(venue) for row in ratios(record)] == [contract, contract]


def test_a_large_run_tells_a_thousand_contracts_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sh_repo.collateral.MOST_ROWS", 2)
    venue = house()
    numbers = [venue.outstanding(agreed(rows=[Row("SHEA", 10)], monitored=True)) for _ in range(5)]
    venue.until(FIRST, "15:30")
    (run,) = runs(venue)
    chunks = [len(event.rows) for event in run.events if isinstance(event, CollateralComputed)]
    assert chunks == [2, 2, 1]
    assert [row[0] for row in ratios(run)] == numbers


def test_without_a_monitored_contract_no_run_is_recorded() -> None:
    venue = house()
    venue.outstanding()
    venue.until(FIRST, "15:30")
    assert runs(venue) == []
