"""Stored views: they follow the journal, begin where they stopped, and know whether it is the one they followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve

from kernel.helpers import ACCOUNTS, CALENDAR, FIRST, PACK_OF, Venue
from kernel.scripted_days import scripted
from tanpan.calendar import local_day
from tanpan.clearing import DaySettled
from tanpan.custody import Deposit, TransferIn, TransferOut, Withdraw
from tanpan.exchange import Exchange
from tanpan.listings import TradeDone
from tanpan.messages import AnyRecord, Command
from tanpan.refusals import Refusal
from tanpan.reports import CORE_VIEWS
from tanpan.views import MemoryTables, Projector, Row
from tanpan_adapters.projection import Projection
from tanpan_adapters.store import (
    EMPTY,
    Batch,
    Journal,
    StoreError,
    ViewStore,
    open_engine,
    open_views,
    views_url,
)

NAME = "venue"
Views = dict[str, list[Row]]


@cache
def board() -> tuple[Venue, tuple[AnyRecord, ...]]:
    """Some days of the board, and their records."""
    venue = scripted("board")
    return venue, tuple(venue.drained())


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    engine = open_engine(url)
    with Journal(engine, NAME) as journal:
        yield journal
    engine.dispose()


def append(journal: Journal, records: Iterable[AnyRecord], size: int = 7) -> None:
    """Append records as batches of some size."""
    encode = board()[0].exchange.encode_records
    records = list(records)
    for first in range(0, len(records), size):
        part = records[first : first + size]
        batch = Batch(part[0].seq, part[-1].seq, part[-1].at, len(part), encode(part))
        journal.append([batch])


def followed(url: str, journal: Journal) -> Views:
    """What a new projection shows after it has followed the journal."""
    with Projection(url, NAME, board()[0].assembly, CALENDAR, journal) as projection:
        projection.follow()
        return shown(projection)


def shown(projection: Projection) -> Views:
    return {name: projection.rows(name) for name in projection.views}


def expected(venue: Venue, records: Iterable[AnyRecord]) -> Views:
    """The same rows, folded in memory from the beginning."""
    projector = Projector(Exchange(NAME, venue.assembly, CALENDAR), CORE_VIEWS, MemoryTables())
    projector.project(venue.exchange.decode_records(venue.exchange.encode_records(list(records))))
    return {view.name: projector.tables.rows(view, {}) for view in CORE_VIEWS}


def test_the_views_follow_the_journal(url: str, journal: Journal) -> None:
    venue, records = board()
    cuts = sorted(Random(7).sample(range(len(records)), 6))
    with Projection(url, NAME, venue.assembly, CALENDAR, journal) as projection:
        projection.follow()
        assert not any(shown(projection).values())
        for first, last in zip([0, *cuts], [*cuts, len(records)], strict=True):
            append(journal, records[first:last])
            projection.follow()
            assert projection.exchange.seq == last
            assert shown(projection) == expected(venue, records[:last])
    assert all(expected(venue, records).values())


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_restart_in_the_middle_goes_on_where_the_views_stopped(
    url: str, journal: Journal, cut: int
) -> None:
    venue, records = board()
    append(journal, records[:cut])
    followed(url, journal)
    append(journal, records[cut:])
    assert followed(url, journal) == expected(venue, records)
    assert followed(url, journal) == expected(venue, records)


def test_views_rebuilt_from_the_journal_equal_those_that_followed(url: str, journal: Journal) -> None:
    venue, records = board()
    for first in range(0, len(records), 60):
        append(journal, records[first : first + 60])
        before = followed(url, journal)
    with Projection(url, NAME, venue.assembly, CALENDAR, journal) as projection:
        projection.clear()
    assert followed(url, journal) == before == expected(venue, records)


def test_a_flush_that_stopped_half_way_is_made_good(url: str, journal: Journal) -> None:
    venue, records = board()
    append(journal, records[:100])
    followed(url, journal)
    append(journal, records[100:])
    with Projection(url, NAME, venue.assembly, CALENDAR, journal) as projection:
        apply, applied = projection._store.apply, []

        def dies(*args: object, **named: object) -> None:
            if len(applied) == 4:
                raise KeyboardInterrupt
            applied.append(args)
            apply(*args, **named)  # type: ignore[arg-type]

        projection._store.apply = dies  # type: ignore[method-assign, assignment]
        with pytest.raises(KeyboardInterrupt):
            projection.follow()
    assert followed(url, journal) == expected(venue, records)


def test_of_two_followers_at_once_one_gives_way_and_no_row_is_changed_twice(
    url: str, journal: Journal
) -> None:
    venue, records = board()
    append(journal, records[:100])
    engine = open_engine(url)
    with (
        Journal(engine, NAME) as other_journal,
        Projection(url, NAME, venue.assembly, CALENDAR, journal) as one,
        Projection(url, NAME, venue.assembly, CALENDAR, other_journal) as other,
    ):
        one.follow()
        other.follow()
        append(journal, records[100:])
        one.follow()
        with pytest.raises(StoreError, match="somebody else folds it too"):
            other.follow()
        other.follow()
        assert shown(other) == shown(one) == expected(venue, records)
    engine.dispose()


def test_views_of_a_journal_that_was_cut_are_emptied(tmp_path: Path, url: str, journal: Journal) -> None:
    venue, records = board()
    append(journal, records)
    followed(url, journal)
    engine = open_engine(f"sqlite:///{tmp_path}/restored.db")
    with Journal(engine, NAME) as restored:
        append(restored, records[:105])
        assert followed(url, restored) == expected(venue, records[:105])
    engine.dispose()


@pytest.mark.parametrize("longer", [0, 40], ids=["as long", "longer"])
def test_views_of_another_history_are_emptied(
    tmp_path: Path, url: str, journal: Journal, longer: int
) -> None:
    _, records = board()
    append(journal, records[:105])
    followed(url, journal)
    other = Venue("neutral_market").people(cash_fen=3)
    while len(other.drained()) < 105 + longer:
        other.send("channel", Deposit("Alpha", 1))
    engine = open_engine(f"sqlite:///{tmp_path}/restored.db")
    with Journal(engine, NAME) as restored:
        append(restored, other.drained())
        assert followed(url, restored) == expected(other, other.drained())
    engine.dispose()


def test_a_projection_that_runs_notices_another_history_too(
    tmp_path: Path, url: str, journal: Journal
) -> None:
    venue, records = board()
    append(journal, records)
    with Projection(url, NAME, venue.assembly, CALENDAR, journal) as projection:
        projection.follow()
        engine = open_engine(f"sqlite:///{tmp_path}/restored.db")
        with Journal(engine, NAME) as restored:
            append(restored, records[:105], size=5)
            projection._journal = projection._tables._journal = restored
            projection.follow()
            assert projection.exchange.seq == 105
            assert shown(projection) == expected(venue, records[:105])
        engine.dispose()


def test_the_same_journal_is_not_folded_again(url: str, journal: Journal) -> None:
    venue, records = board()
    append(journal, records)
    followed(url, journal)
    views = open_views(url, NAME)
    with Projection(url, NAME, venue.assembly, CALENDAR, journal) as projection:
        projection._tables.clear = lambda: pytest.fail("cleared")  # type: ignore[method-assign]
        projection.follow()
    for view in CORE_VIEWS:
        assert views.cursor(view.name) == len(records)
    views.close()


# --- the state that is kept beside the views -------------------------------------------------------------


def replayed(url: str, journal: Journal) -> tuple[int, Views]:
    """How many records a new projection replays, and what it shows then."""
    with Projection(url, NAME, board()[0].assembly, CALENDAR, journal) as projection:
        first = projection.exchange.seq
        projection.follow()
        assert projection.exchange.state_hash() == _state_hash(projection.exchange.seq)
        return projection.exchange.seq - first, shown(projection)


@cache
def _state_hash(seq: int) -> str:
    venue, records = board()
    exchange = Exchange(NAME, venue.assembly, CALENDAR)
    exchange.apply(records[:seq])
    return exchange.state_hash()


def test_a_projection_goes_on_from_the_state_it_kept(url: str, journal: Journal) -> None:
    venue, records = board()
    append(journal, records[:105])
    assert replayed(url, journal)[0] == 105
    append(journal, records[105:])
    assert replayed(url, journal) == (len(records) - 105, expected(venue, records))
    assert replayed(url, journal) == (0, expected(venue, records))


def test_a_state_is_kept_at_times_while_a_projection_runs(url: str, journal: Journal) -> None:
    venue, records = board()
    projection = Projection(url, NAME, venue.assembly, CALENDAR, journal, keep_every=50)
    for first, last in ((0, 49), (49, 105), (105, 126)):
        append(journal, records[first:last])
        projection.follow()
    projection._store.close()  # as if it was killed
    append(journal, records[126:])
    assert replayed(url, journal) == (len(records) - 105, expected(venue, records))


def keep_changed(url: str, **changes: Any) -> None:
    views = open_views(url, NAME)
    state = views.state()
    assert state is not None
    views.keep_state(evolve(state, **changes))
    views.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"fingerprint": "of other code"},
        {"state_hash": "another"},
        {"payload": b"damaged"},
        {"digest": bytes(32)},
        {"seq": 104},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_kept_state_that_does_not_fit_is_not_used(
    url: str, journal: Journal, changes: dict[str, Any]
) -> None:
    venue, records = board()
    append(journal, records[:105])
    replayed(url, journal)
    append(journal, records[105:])
    keep_changed(url, **changes)
    assert replayed(url, journal) == (len(records), expected(venue, records))


def test_a_kept_state_ahead_of_a_view_is_not_used(url: str, journal: Journal) -> None:
    venue, records = board()
    append(journal, records)
    replayed(url, journal)
    views = open_views(url, NAME)
    views.ensure(CORE_VIEWS[0])
    views.clear(CORE_VIEWS[0])
    views.close()
    assert replayed(url, journal) == (len(records), expected(venue, records))


def test_what_stopped_half_way_keeps_no_state(url: str, journal: Journal) -> None:
    venue, records = board()
    append(journal, records)
    projection = Projection(url, NAME, venue.assembly, CALENDAR, journal)
    projection._tables.flush = lambda: pytest.fail("stopped")  # type: ignore[method-assign]
    with pytest.raises(pytest.fail.Exception), projection:
        projection.follow()
    assert replayed(url, journal) == (len(records), expected(venue, records))


def test_after_an_error_a_projection_begins_again_at_what_is_flushed(url: str, journal: Journal) -> None:
    venue, records = board()
    append(journal, records[:105])
    with Projection(url, NAME, venue.assembly, CALENDAR, journal) as projection:
        projection.follow()
        append(journal, records[105:])
        get = projection._tables.get
        projection._tables.get = lambda *_: 1 // 0  # type: ignore[method-assign]
        with pytest.raises(ZeroDivisionError):
            projection.follow()
        projection._tables.get = get  # type: ignore[method-assign]
        projection.follow()
        assert shown(projection) == expected(venue, records)


def test_the_head_at_a_sequence_is_the_one_there_was(journal: Journal) -> None:
    _, records = board()
    append(journal, records[:7])
    first = journal.head()
    append(journal, records[7:21])
    assert journal.head_at(7) == first
    assert journal.head_at(21) == journal.head()
    assert journal.head_at(0) == EMPTY
    assert [journal.head_at(seq) for seq in (6, 8, 20, 22)] == [None] * 4


def test_a_note_beside_the_views_is_replaced(url: str) -> None:
    engine = open_engine(views_url(url, NAME))
    views = ViewStore(engine)
    assert views.noted("x") == ""
    for value in ("one", "two"):
        views.note("x", value)
        assert ViewStore(engine).noted("x") == value
    engine.dispose()


# --- statements ------------------------------------------------------------------------------------------

SCRIPTED = tuple(PACK_OF)
SEEDS = range(6)


def random_days(market: str, seed: int, days: int = 7) -> Venue:
    """Random days: trades, money and units in and out at any hour, days settled late or early, weekends."""
    random = Random(f"{market} {seed}")
    venue = Venue(PACK_OF[market]).people(10**8).instrument(market, "X", 5_000).instrument(market, "Y", 500)
    day = FIRST
    for _ in range(days):
        _move(venue, random)
        venue.open(market, day)
        for clock in ("10:00", "13:30", "14:59"):
            venue.until(day, clock)
            _trade(venue, random)
            _move(venue, random)
            if random.random() < 0.3:
                venue.settle(market)
        venue.until(day, random.choice(("15:00", "20:00", "23:59:59")))
        _move(venue, random)
        if random.random() < 0.4:
            venue.settle(market)
        day = CALENDAR.trading_day_after(day)
        if random.random() < 0.5:
            venue.until(day, "00:00:01")
            _move(venue, random)
    while venue.settle(market):
        _move(venue, random)
    return venue


def _attempt(venue: Venue, who: str, command: Command) -> None:
    try:
        venue.send(who, command)
    except Refusal:
        return


def _move(venue: Venue, random: Random) -> None:
    for _ in range(random.randint(0, 3)):
        who, code, fen = random.choice(ACCOUNTS), random.choice("XY"), random.randint(1, 10**7)
        movements: tuple[tuple[str, Command], ...] = (
            ("channel", Deposit(who, fen)),
            (who, Withdraw(who, fen)),
            ("registry", TransferIn(who, code, 1 + fen % 300)),
            (who, TransferOut(who, code, 1 + fen % 900)),
        )
        _attempt(venue, *random.choice(movements))


def _trade(venue: Venue, random: Random) -> None:
    for _ in range(25):
        who, code, side = random.choice(ACCOUNTS), random.choice("XY"), random.choice(("buy", "sell"))
        price = venue.exchange.instruments.by_code[code].reference_fen + random.randint(-3, 3)
        tonnes = random.randint(1, 200)
        if random.random() < 0.5:
            _attempt(venue, who, venue.posting(who, code, side, price, tonnes))
        else:
            _attempt(venue, who, venue.taking(who, code, side, tonnes, price))


def adds_up(venue: Venue) -> None:
    """Opening and flows give the closing of each row, which is the opening of the next; the last is the ledger's."""
    views = expected(venue, venue.drained())
    cash: dict[str, int] = {}
    for row in views["core.cash_statements"]:
        flows = row["deposited_fen"] - row["withdrawn_fen"]
        flows += row["sold_fen"] - row["bought_fen"] - row["fees_fen"]
        assert row["opening_fen"] == cash.get(row["account"], 0), row
        assert row["opening_fen"] + flows == row["closing_fen"], row
        cash[row["account"]] = row["closing_fen"]
    units: dict[tuple[str, str], int] = {}
    for row in views["core.unit_statements"]:
        key = row["account"], row["instrument"]
        flows = row["in_tonnes"] - row["out_tonnes"] + row["bought_tonnes"] - row["sold_tonnes"]
        phases = ("available", "frozen", "undelivered", "locked", "pledged")
        assert row["opening_tonnes"] == units.get(key, 0), row
        assert row["opening_tonnes"] + flows == row["closing_tonnes"], row
        assert sum(row[f"{phase}_tonnes"] for phase in phases) == row["closing_tonnes"], row
        assert sum(lot["quantity_tonnes"] for lot in row["lots"]) == row["locked_tonnes"], row
        assert all(date.fromisoformat(lot["release_day"]).isoformat() >= row["day"] for lot in row["lots"]), (
            row
        )
        units[key] = row["closing_tonnes"]
    accounts = venue.exchange.ledger.accounts
    # An account that never had cash has no statement.
    assert cash == {
        name: account.total for name, account in accounts.items() if name in cash or account.total
    }
    assert units == {key: accounts[key[0]].holdings[key[1]].total for key in units}


@pytest.mark.parametrize("market", SCRIPTED)
def test_statements_of_scripted_days_add_up(market: str) -> None:
    adds_up(scripted(market))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("market", SCRIPTED)
def test_statements_of_random_days_add_up(market: str, seed: int) -> None:
    venue = random_days(market, seed)
    events = [(record, event) for record in venue.drained() for event in record.events]
    assert any(isinstance(event, TradeDone) for _, event in events)
    assert any(isinstance(event, DaySettled) and local_day(one.at) > event.day for one, event in events)
    adds_up(venue)


@pytest.mark.soak
@pytest.mark.parametrize("market", SCRIPTED)
def test_statements_of_many_random_days_add_up(market: str) -> None:
    for seed in range(100):
        adds_up(random_days(market, 1_000 + seed, days=12))
