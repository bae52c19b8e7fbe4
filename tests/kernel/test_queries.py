"""Queries and views declare what they answer: rows have the declared columns, and every hold is told."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kernel.helpers import FIRST, Venue, at, venue
from kernel.scripted_days import scripted
from tanpan.blocks import ConfirmBlock, OfferBlock, OpenDialogue
from tanpan.calendar import DAY_US
from tanpan.clearing import ClearDay
from tanpan.messages import Envelope
from tanpan.queries import QUERIES, Query, ask
from tanpan.refusals import Refusal
from tanpan.reports import CORE_VIEWS, TRADES
from tanpan.reviewing import ClaimApplication
from tanpan.timetable import HoldStep
from tanpan.trading_day import OpenDay
from tanpan.views import BOOL, INT, JSON, TEXT, MemoryTables

TYPES: dict[str, tuple[type, ...]] = {
    INT: (int,),
    TEXT: (str,),
    JSON: (list, dict),
    BOOL: (bool,),
}


def rows(of: Venue, name: str, actor: str = "admin", **where: Any) -> list[dict[str, Any]]:
    return ask(of.exchange, QUERIES[name], of.exchange.actor(actor), where)


def busy() -> Venue:
    """A board with listings, a block, a dialogue, a proposal, a hold and a day that waits."""
    of = scripted("board")
    day = of.exchange.calendar.trading_day_after(of.exchange.today())
    of.open("board", day, "13:30")
    of.post("Gamma", "X", "sell", of.exchange.instruments.by_code["X"].reference_fen, 30)
    of.post("Beta" if not of.exchange.parties.account("Beta").no_trade else "Alpha", "Y", "buy", 4_990, 7)
    price = of.exchange.instruments.by_code["X"].reference_fen
    of.send("Gamma", OfferBlock("Gamma", "X", "sell", price, 2_000))
    of.send("Alpha", OpenDialogue("Alpha", of.exchange.blocks.next_offer - 1))
    number = of.exchange.blocks.next_dialogue - 1
    of.send("Alpha", ConfirmBlock("Alpha", number, price, 2_000))
    of.send("admin", HoldStep("board", "closing", "reason"))
    of.send("admin2", ClaimApplication(of.exchange.applications.next_number - 1))
    return of


@pytest.fixture(scope="module")
def board() -> Venue:
    return busy()


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_rows_of_a_query_have_the_columns_it_declares(board: Venue, query: Query) -> None:
    found = rows(board, query.name, "admin2")
    if query.name != "core.proposals":
        assert found
    kinds = {column.name: column.kind for column in query.columns}
    for row in found:
        assert list(row) == list(kinds)
        for name, value in row.items():
            assert isinstance(value, TYPES[kinds[name]]), f"{name}: {value!r}"
            assert isinstance(value, bool) is (kinds[name] == BOOL), f"{name}: {value!r}"


@pytest.mark.parametrize("asked", [*QUERIES.values(), *CORE_VIEWS], ids=lambda asked: asked.name)
def test_what_can_be_asked_says_what_it_tells_in_one_sentence(asked: Any) -> None:
    assert asked.doc.endswith(".")
    assert ". " not in asked.doc
    assert asked.columns


def test_all_that_is_frozen_is_told_with_its_cause(board: Venue) -> None:
    fen: Counter[str] = Counter()
    tonnes: Counter[tuple[str, str]] = Counter()
    for row in rows(board, "core.holds"):
        fen[row["account"]] += row["frozen_fen"]
        tonnes[row["account"], row["instrument"]] += row["frozen_tonnes"]
    for account in board.exchange.ledger.accounts.values():
        assert fen[account.number] == account.frozen
        for holding in account.holdings.values():
            assert tonnes[account.number, holding.instrument] == holding.frozen
    assert {row["cause"] for row in rows(board, "core.holds")} == {"listing", "block", "dialogue"}


def test_the_holds_of_one_account_and_instrument_are_asked_for(board: Venue) -> None:
    mine = rows(board, "core.holds", account="Gamma", instrument="X")
    assert {(row["account"], row["instrument"]) for row in mine} == {("Gamma", "X")}
    assert rows(board, "core.holds", account="Gamma", instrument="Y") == []


def test_an_operator_reads_rows_in_which_his_account_stands_in_any_own_column() -> None:
    of = venue("board")
    actor = of.exchange.actor("Alpha")
    assert TRADES.for_actor(actor, {}) == {}
    assert TRADES.any_of(actor, {}) == {"buyer": "Alpha", "seller": "Alpha"}
    assert TRADES.any_of(actor, {"buyer": "Alpha"}) == {}
    assert TRADES.any_of(of.exchange.actor("admin"), {}) == {}
    tables = MemoryTables()
    for number, (buyer, seller) in enumerate((("Alpha", "Beta"), ("Beta", "Gamma"), ("Gamma", "Alpha"))):
        tables.put(TRADES, {"trade": number, "buyer": buyer, "seller": seller})
    found = tables.rows(TRADES, {}, TRADES.any_of(actor, {}))
    assert [row["trade"] for row in found] == [0, 2]


def test_whoever_names_the_other_side_reads_what_they_have_in_common() -> None:
    of = venue("board")
    actor = of.exchange.actor("Alpha")
    assert TRADES.for_actor(actor, {"seller": "Beta"}) == {"seller": "Beta", "buyer": "Alpha"}
    assert TRADES.for_actor(actor, {"buyer": "Beta"}) == {"buyer": "Beta", "seller": "Alpha"}
    with pytest.raises(Refusal) as refused:
        TRADES.for_actor(actor, {"buyer": "Beta", "seller": "Gamma"})
    assert refused.value.code == "PERMISSION_DENIED"


def test_a_day_is_opened_and_goes_through_its_steps_at_its_own_instants_however_late_it_really_is() -> None:
    """What fell due while nothing ran is caught up at the instants at which it was due."""
    late = Venue("neutral_market").people().instrument("board", "X")
    on_time = Venue("neutral_market").people().instrument("board", "X")
    for of in (late, on_time):
        of.exchange.execute(Envelope("open", "admin", OpenDay("board", FIRST)), at(FIRST, "09:00"))
        if of is on_time:
            of.until(FIRST, "11:00")
            of.until(FIRST, "15:00")
        of.exchange.execute(Envelope("clear", "admin", ClearDay("board", FIRST)), at(FIRST, "15:30"))
    assert late.exchange.state_hash() == on_time.exchange.state_hash()
    assert [record.at for record in late.drained()] == [record.at for record in on_time.drained()]
    # Once the clock has come to the next day, the day before is over.
    of = Venue("neutral_market").people().instrument("board", "X")
    of.exchange.advance(at(FIRST, "09:00") + DAY_US)
    with pytest.raises(Refusal, match="WRONG_DAY"):
        of.exchange.execute(Envelope("open", "admin", OpenDay("board", FIRST)), at(FIRST, "09:00"))


def test_locked_units_say_on_which_day_they_come_free() -> None:
    board = venue("board")
    board.post("Alpha", "X", "sell", 5_000, 60)
    board.take("Beta", "X", "buy", 60, 5_000)
    board.until(FIRST, "16:00")
    board.settle("board")
    (held,) = [row for row in rows(board, "core.units", account="Beta") if row["instrument"] == "X"]
    assert held["locked_tonnes"] == 60
    assert held["lots"] == [{"release_day": "2026-03-04", "quantity_tonnes": 60}]
