"""Trades agreed outside the book: settled on completion, figures of the day but of no price, secured by pledges."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from neutral_market.rulebook import BOARD, START

from kernel.contracts_pack import Complete, Secure, pack
from kernel.helpers import CALENDAR, FIRST, REFERENCE, Venue
from tanpan.custody import Deposit, Withdraw
from tanpan.direct import DirectTraded
from tanpan.exchange import Exchange
from tanpan.queries import QUERIES, ask
from tanpan.refusals import KernelFault, Refusal
from tanpan.reports import CASH_STATEMENTS, CORE_VIEWS, DAY_PRICES, TRADES, UNIT_STATEMENTS
from tanpan.rulebook import dated
from tanpan.trading_day import ClosingPrice, DayClosed
from tanpan.views import MemoryTables, Projector, View
from tanpan_adapters.service.feed_rows import own_trade, public_trade
from tanpan_adapters.service.feed_touched import Touched

SECOND = date(2026, 3, 4)
CASH = 100_000_000
"""1,000,000.00 yuan each, and 1,000,000 t of X."""
UNITS = 1_000_000


@pytest.fixture
def board() -> Venue:
    """A market of post and take (a fee of 5 per mille, a gap of one day) with contracts beside it, in session."""
    made = Venue("neutral_market", modules=[pack()]).people(CASH).instrument("board", "X", UNITS)
    return made.open("board")


def complete(of: Venue, buyer: str = "Beta", seller: str = "Alpha", **said: Any) -> DirectTraded:
    """100 t at 60.00, far from the reference price of 50.00, with fees of 6.00 and 4.00."""
    values = {"price_fen": 6_000, "quantity_tonnes": 100, "buyer_fee_fen": 600, "seller_fee_fen": 400}
    command = Complete("R-1", "X", buyer, seller, **{**values, **said})
    found = [one for one in of.send("admin", command).events if isinstance(one, DirectTraded)]
    assert len(found) == 1
    return found[0]


def rows(of: Venue, view: View) -> list[dict[str, Any]]:
    """A view of all that has happened."""
    tables = MemoryTables()
    Projector(of.fresh(), CORE_VIEWS, tables).project(of.drained())
    return tables.rows(view, {})


def of_account(found: list[dict[str, Any]], account: str) -> dict[str, Any]:
    (row,) = [row for row in found if row["account"] == account]
    return row


# --- cash and units ------------------------------------------------------------------------------


def test_cash_and_units_change_hands_at_once_with_the_fee_of_each_side(board: Venue) -> None:
    complete(board)
    ledger = board.exchange.ledger
    alpha, beta = ledger.accounts["Alpha"], ledger.accounts["Beta"]
    assert beta.available == CASH - 600_000 - 600
    assert alpha.available == alpha.withdrawable == CASH + 600_000 - 400
    assert (alpha.proceeds, alpha.unsettled, beta.frozen) == (0, 0, 0)
    assert (alpha.holdings["X"].available, beta.holdings["X"].available) == (UNITS - 100, UNITS + 100)
    assert beta.holdings["X"].undelivered == 0
    assert ledger.contra.fee_income == 1_000
    board.watch.agrees()


def test_the_seller_withdraws_what_he_was_paid_the_same_day(board: Venue) -> None:
    complete(board)
    board.send("Alpha", Withdraw("Alpha", CASH + 599_600))
    assert board.exchange.ledger.accounts["Alpha"].total == 0


def test_todays_proceeds_pay_first_and_the_day_settles_all_the_same(board: Venue) -> None:
    # Beta has nothing but what a listed sale of 100 t at 50.00 earned: 5,000.00 less 25.00.
    board.send("Beta", Withdraw("Beta", CASH))
    board.post("Beta", "X", "sell", 5_000, 100)
    board.take("Gamma", "X", "buy", 100, 5_000)
    beta = board.exchange.ledger.accounts["Beta"]
    assert (beta.available, beta.proceeds) == (0, 497_500)
    complete(board, price_fen=4_900, buyer_fee_fen=0)
    assert (beta.available, beta.proceeds, beta.unsettled) == (0, 7_500, 497_500)
    assert beta.withdrawable == 0
    board.until(FIRST, "16:00")
    board.settle("board")
    assert (beta.available, beta.proceeds, beta.unsettled) == (7_500, 0, 0)
    board.watch.agrees()


def test_it_is_no_trade_of_the_days_clearing(board: Venue) -> None:
    complete(board)
    assert board.exchange.days.of("board").books[-1].trades == []
    board.until(FIRST, "16:00")
    before = board.exchange.ledger.accounts["Alpha"].available
    board.settle("board")
    assert board.exchange.ledger.accounts["Alpha"].available == before


def test_what_was_bought_may_be_sold_at_once_where_the_gap_is_one_of_lots(board: Venue) -> None:
    complete(board)
    holding = board.exchange.ledger.accounts["Beta"].holdings["X"]
    assert (holding.bought_on, board.exchange.ledger.accounts["Alpha"].holdings["X"].sold_on) == (1, 1)
    assert board.post("Beta", "X", "sell", REFERENCE, UNITS + 100)


def test_where_the_gap_is_one_of_the_product_a_purchase_withdraws_the_buyers_sales() -> None:
    scope = dated("resale_gap_scope", "间隔范围", "scope of the gap", (START, "product", "NEUTRAL"))
    strict = evolve(BOARD, name="strict", parameters=(*BOARD.parameters, scope))
    of = Venue(modules=[pack(strict)]).people(CASH).instrument("strict", "X", UNITS).open("strict")
    mine, other = of.post("Beta", "X", "sell", 5_100, 10), of.post("Gamma", "X", "sell", 5_100, 10)
    complete(of)
    listings = of.exchange.listings.by_number
    assert (listings[mine].state, listings[other].state) == ("withdrawn", "live")
    posting = of.posting("Beta", "X", "sell", 5_100, 10)
    assert of.refusal("Beta", posting) == "RESALE_FREEZE"


# --- means -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"buyer": "Alpha"}, "SELF_TRADE"),
        ({"quantity_tonnes": UNITS + 1, "price_fen": 1}, "INSUFFICIENT_POSITION"),
        ({"quantity_tonnes": 10_000, "price_fen": 10_000, "buyer_fee_fen": 1}, "INSUFFICIENT_FUNDS"),
        ({"quantity_tonnes": 10_000, "price_fen": 10_000, "buyer_fee_fen": 0}, ""),
        ({"instrument": "Z"}, "UNKNOWN_INSTRUMENT"),
    ],
)
def test_who_lacks_the_means_is_refused_to_the_fen_and_the_tonne(
    board: Venue, changed: dict[str, Any], code: str
) -> None:
    said = {"instrument": "X", "buyer": "Beta", "seller": "Alpha", "price_fen": 5_000, "quantity_tonnes": 1}
    assert board.refusal("admin", Complete("R-1", **{**said, **changed})) == code


def test_what_is_freed_for_the_trade_counts_as_means(board: Venue) -> None:
    board.send("admin", Secure("R-1", "Alpha", "X", UNITS))
    board.send("admin", Secure("R-2", "Beta", "X", 0, CASH))
    everything = {"price_fen": 100, "quantity_tonnes": UNITS}
    assert board.refusal("admin", Complete("R-3", "X", "Gamma", "Alpha", **everything)) == (
        "INSUFFICIENT_POSITION"
    )
    assert board.refusal("admin", Complete("R-3", "X", "Beta", "Gamma", **everything)) == "INSUFFICIENT_FUNDS"
    assert board.refusal("admin", Complete("R-1", "X", "Gamma", "Alpha", **everything)) == ""
    assert board.refusal("admin", Complete("R-2", "X", "Beta", "Gamma", **everything)) == ""
    board.watch.agrees()


def test_it_is_completed_on_an_open_day_only(board: Venue) -> None:
    order = Complete("R-1", "X", "Beta", "Alpha", 5_000, 1)
    board.until(FIRST, "16:00")
    assert board.refusal("admin", order) == "OUTSIDE_SESSION"
    board.until(SECOND, "09:00")
    assert board.refusal("admin", order) == "NOT_TRADING_DAY"
    with pytest.raises(Refusal, match="NOT_TRADING_DAY"):
        board.exchange.direct.complete("repo", "R-1", "X", "Beta", "Alpha", 5_000, 1)


# --- figures, views, feed ----------------------------------------------------------------------------


def closed(of: Venue) -> ClosingPrice:
    """The closing figures of X."""
    of.until(FIRST, "16:00")
    (event,) = [event for record in of.drained() for event in record.events if isinstance(event, DayClosed)]
    return event.prices[0]


def test_it_counts_in_volume_and_turnover_and_makes_no_price(board: Venue) -> None:
    board.post("Alpha", "X", "sell", 5_200, 50)
    board.take("Gamma", "X", "buy", 50, 5_200)
    complete(board)
    price = closed(board)
    assert (price.open_fen, price.high_fen, price.low_fen, price.close_fen) == (5_200, 5_200, 5_200, 5_200)
    assert (price.listed_tonnes, price.listed_fen) == (50, 260_000)
    assert (price.block_tonnes, price.block_fen) == (0, 0)
    assert (price.other_tonnes, price.other_fen) == (100, 600_000)
    assert (price.total_tonnes, price.total_fen) == (150, 860_000)
    (row,) = rows(board, DAY_PRICES)
    assert (row["other_tonnes"], row["other_fen"], row["total_tonnes"]) == (100, 600_000, 150)


def test_a_day_with_no_other_trade_closes_at_its_reference_price_and_the_next_begins_at_nothing(
    board: Venue,
) -> None:
    complete(board)
    price = closed(board)
    assert (price.open_fen, price.high_fen, price.low_fen) == (REFERENCE, 0, 0)
    assert (price.close_fen, price.other_tonnes, price.total_tonnes) == (REFERENCE, 100, 100)
    board.settle("board")
    board.open("board", SECOND)
    one = board.exchange.instruments.by_code["X"]
    assert (one.reference_fen, one.other_tonnes, one.other_fen) == (REFERENCE, 0, 0)
    assert (one.total_tonnes, one.total_fen) == (100, 600_000)


def test_the_quotes_tell_its_volume_apart(board: Venue) -> None:
    complete(board)
    exchange = board.exchange
    (row,) = ask(exchange, QUERIES["core.quotes"], exchange.actor("admin"), {})
    assert (row["listed_tonnes"], row["block_tonnes"]) == (0, 0)
    assert (row["other_tonnes"], row["other_fen"], row["last_fen"]) == (100, 600_000, 0)


def test_it_stands_among_the_trades_with_its_method_and_its_contract_and_is_settled(board: Venue) -> None:
    board.post("Alpha", "X", "sell", 5_200, 50)
    board.take("Gamma", "X", "buy", 50, 5_200)
    assert complete(board).trade == 2
    board.post("Alpha", "X", "sell", 5_200, 50)
    board.take("Gamma", "X", "buy", 50, 5_200)
    listed, direct, after = rows(board, TRADES)
    assert (listed["method"], listed["reference"], listed["settled"], after["trade"]) == ("listed", "", 0, 3)
    assert direct["day"] == FIRST.isoformat()
    told = ("method", "reference", "settled", "listing", "taker_side", "buyer", "seller")
    assert [direct[name] for name in told] == ["repo", "R-1", 1, 0, "", "Beta", "Alpha"]
    figures = ("price_fen", "quantity_tonnes", "turnover_fen", "buyer_fee_fen", "seller_fee_fen")
    assert [direct[name] for name in figures] == [6_000, 100, 600_000, 600, 400]


def test_it_stays_settled_when_the_days_own_trades_are(board: Venue) -> None:
    complete(board)
    board.post("Alpha", "X", "sell", 5_200, 50)
    board.take("Gamma", "X", "buy", 50, 5_200)
    board.until(FIRST, "16:00")
    board.settle("board")
    assert [(row["method"], row["settled"]) for row in rows(board, TRADES)] == [("repo", 1), ("listed", 1)]


def test_the_statements_of_both_parties_hold_it(board: Venue) -> None:
    complete(board)
    board.until(FIRST, "16:00")
    cash, units = rows(board, CASH_STATEMENTS), rows(board, UNIT_STATEMENTS)
    cash, units = ([row for row in found if row["day"] == "2026-03-03"] for found in (cash, units))
    beta, alpha = of_account(cash, "Beta"), of_account(cash, "Alpha")
    told = ("opening_fen", "bought_fen", "sold_fen", "fees_fen", "closing_fen")
    assert [beta[name] for name in told] == [CASH, 600_000, 0, 600, CASH - 600_600]
    assert [alpha[name] for name in told] == [CASH, 0, 600_000, 400, CASH + 599_600]
    assert alpha["withdrawable_fen"] == CASH + 599_600
    told = ("opening_tonnes", "bought_tonnes", "sold_tonnes", "closing_tonnes", "available_tonnes")
    assert [of_account(units, "Beta")[name] for name in told] == [UNITS, 100, 0, UNITS + 100, UNITS + 100]
    assert [of_account(units, "Alpha")[name] for name in told] == [UNITS, 0, 100, UNITS - 100, UNITS - 100]


def test_the_feed_tells_everyone_the_trade_and_each_party_his_side(board: Venue) -> None:
    touched = Touched(10)
    touched.wanted = {"Alpha": 1, "Beta": 1, "Gamma": 1}
    complete(board)
    touched.take(board.drained()[-1], board.exchange)
    assert (list(touched.codes), sorted(touched.accounts)) == (["X"], ["Alpha", "Beta"])
    (trade,) = touched.trades
    public, mine = json.loads(public_trade(trade)), json.loads(own_trade(trade, "Alpha"))
    assert (public["method"], public["taker_side"], "buyer" in public) == ("repo", "", False)
    assert (mine["method"], mine["side"], mine["listing"], mine["fee"]) == ("repo", "sell", 0, "4.00")


# --- pledges -------------------------------------------------------------------------------------------


def test_what_is_put_up_is_neither_tradable_nor_withdrawable_and_keeps_its_owner(board: Venue) -> None:
    board.send("admin", Secure("R-1", "Alpha", "X", 30, 1_000))
    account = board.exchange.ledger.accounts["Alpha"]
    holding = account.holdings["X"]
    assert (account.margin, account.tradable, account.withdrawable) == (1_000, CASH - 1_000, CASH - 1_000)
    assert (account.total, holding.total) == (CASH, UNITS)
    assert (holding.pledged, holding.available) == (30, UNITS - 30)
    board.watch.agrees()
    board.exchange.components["contracts.contracts"].pledges.clear()
    with pytest.raises(KernelFault, match="margin of Alpha has no owner"):
        board.exchange.ledger.audit()


def test_a_pledge_comes_free_in_full_when_its_contract_is_completed(board: Venue) -> None:
    board.send("admin", Secure("R-1", "Alpha", "X", 30, 1_000))
    complete(board)
    account = board.exchange.ledger.accounts["Alpha"]
    assert (account.margin, account.holdings["X"].pledged) == (0, 0)
    assert account.available == CASH + 599_600
    assert list(board.exchange.ledger.pledges()) == []
    board.watch.agrees()


def test_a_statement_tells_margin_and_pledged_units_apart(board: Venue) -> None:
    board.send("admin", Secure("R-1", "Alpha", "X", 30, 1_000))
    board.until(FIRST, "16:00")
    today = [row for row in rows(board, CASH_STATEMENTS) if row["day"] == "2026-03-03"]
    assert (of_account(today, "Alpha")["margin_fen"], of_account(today, "Alpha")["frozen_fen"]) == (1_000, 0)
    assert of_account(today, "Alpha")["closing_fen"] == CASH
    units = [row for row in rows(board, UNIT_STATEMENTS) if row["day"] == "2026-03-03"]
    assert of_account(units, "Alpha")["pledged_tonnes"] == 30


def test_what_a_component_ends_before_the_close_is_free_when_the_day_has_closed(board: Venue) -> None:
    board.send("admin", Secure("R-1", "Alpha", "X", 30, lapses=True))
    board.send("admin", Secure("R-2", "Alpha", "X", 40))
    board.until(FIRST, "16:00")
    assert board.exchange.ledger.accounts["Alpha"].holdings["X"].pledged == 40


def test_a_pledge_outlasts_the_day_and_survives_snapshot_and_replay(board: Venue) -> None:
    board.send("admin", Secure("R-1", "Alpha", "X", 30, 1_000))
    board.send("admin", Secure("R-2", "Beta", "X", 5, 7))
    complete(board)
    board.send("channel", Deposit("Gamma", 1))
    board.until(SECOND, "09:00")
    exchange = board.exchange
    restored = board.fresh()
    restored.restore(exchange.snapshot())
    replayed = board.fresh()
    replayed.apply(replayed.decode_records(exchange.encode_records(board.drained())))
    for other in (restored, replayed):
        assert other.state_hash() == exchange.state_hash()
        other.ledger.audit()
        assert [(one.account.number, one.tonnes, one.margin_fen) for one in other.ledger.pledges()] == [
            ("Beta", 5, 7)
        ]
        assert other.listings.next_trade == 2


def test_an_exchange_knows_the_event_without_any_pack() -> None:
    assert "core.direct_traded" in Exchange("bare", Venue().assembly, CALENDAR).event_types
