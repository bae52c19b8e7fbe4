"""Decide, record, evolve: what the exchange promises of every command, whatever it is about."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from attrs import evolve
from neutral_market.rulebook import BOARD, START

from kernel.helpers import CALENDAR, FIRST, SETUP, Venue, at, venue
from kernel.odd_pack import Odd, Rang, Ring, RingSet, Stumble, pack
from tanpan.amendments import ChangeParameter
from tanpan.custody import Deposit
from tanpan.exchange import Exchange
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.listings import PostListing, WithdrawListing
from tanpan.messages import Command, Envelope, Event
from tanpan.oversight import LiftMeasure, TakeMeasure
from tanpan.packs import PackError, assemble
from tanpan.parties import AddOperator, FreezeOperator, OpenAccount, SetPermissions, UnfreezeOperator
from tanpan.refusals import KernelFault, Refusal
from tanpan.rulebook import dated
from tanpan.wire import command_from

CLERK = OpenAccount("A-1", "Clerk Ltd", "enterprise", "clerk", True)
OTHER = OpenAccount("A-2", "Other Ltd", "enterprise", "other", True)
NINE = at(SETUP, "09:00")


@pytest.fixture
def odd() -> Exchange:
    exchange = Exchange("odd", assemble([pack()]), CALENDAR)
    exchange.found(NINE)
    return exchange


def send(
    exchange: Exchange, command: Command, request: str = "", moment: int = NINE, actor: str = "admin"
) -> Any:
    return exchange.execute(Envelope(request or f"r{len(exchange.requests)}", actor, command), moment)


def rang(exchange: Exchange) -> list[str]:
    component = exchange.components["odd.odd"]
    assert isinstance(component, Odd)
    return component.rang


# --- decide ----------------------------------------------------------------------------------------


def test_a_refusal_after_the_first_event_is_a_fault_of_the_kernel(odd: Exchange) -> None:
    with pytest.raises(KernelFault, match="ODD came after the first event of Stumble"):
        send(odd, Stumble())


def test_nobody_acts_without_a_name_and_nobody_acts_under_an_unknown_one(odd: Exchange) -> None:
    for actor, code in (("", "AUTH_REQUIRED"), ("nobody", "UNKNOWN_ACTOR")):
        with pytest.raises(Refusal, match=code):
            send(odd, Ring([]), actor=actor)


def test_a_command_of_a_pack_that_is_not_there_is_refused() -> None:
    bare = Exchange("bare", assemble([]), CALENDAR)
    bare.found(NINE)
    with pytest.raises(Refusal, match="UNKNOWN_COMMAND"):
        send(bare, Stumble())


def test_who_may_is_asked_anew_after_every_change_of_rights() -> None:
    here = venue("board")
    here.post("Beta", "X", "buy", 5_000, 1)
    for change, code in (
        (FreezeOperator("Beta", "Beta"), "OPERATOR_FROZEN"),
        (UnfreezeOperator("Beta", "Beta"), ""),
        (SetPermissions("Beta", "Beta", ["cash"]), "PERMISSION_DENIED"),
    ):
        here.send("admin", change)
        assert here.refusal("Beta", here.posting("Beta", "X", "buy", 5_000, 1)) == code


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Deposit, {"account": "Alpha", "amount": "5.00", "reference": "a\udfffb"}),
        (Deposit, {"account": "Alpha", "amount": "\ud800"}),
        (WithdrawListing, {"account": "Alpha", "listing": 2**70}),
        (WithdrawListing, {"account": "Alpha", "listing": str(2**70)}),
        (PostListing, {"\ud800": 1}),
        (ChangeParameter, {"value": [[2**70]]}),
    ],
)
def test_what_can_not_be_written_down_is_refused_at_the_door(
    kind: type[Command], fields: dict[str, Any]
) -> None:
    with pytest.raises(Refusal, match="BAD_FIELD") as refused:
        command_from(kind, fields)
    msgspec.json.encode(refused.value.details)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *(("listed_fee_ppm", 1_000_001), ("listed_band_ppm", 2**62), ("resale_gap_trading_days", 2**63)),
        *(("tick_fen", 0), ("step_tonnes", -1), ("largest_operators", "five"), ("fee_in_freeze", 1)),
        *(("listed_sessions", [["15:00", "09:30"]]), ("listed_sessions", [["9", "late"]])),
        *(("methods_open", ["auction"]), ("first_listing", "anyone")),
    ],
)
def test_a_parameter_that_would_break_the_books_is_refused(parameter: str, value: object) -> None:
    here = Venue("ccer_national")
    assert (
        here.refusal("admin", ChangeParameter("ccer", parameter, value, FIRST, "notice")) == "BAD_PARAMETER"
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [(0, ""), (12, ""), (13, "BAD_PARAMETER"), (-1, "BAD_PARAMETER"), ("5", "BAD_PARAMETER")],
)
def test_a_packs_own_parameter_is_changed_to_what_its_check_lets_through(value: object, code: str) -> None:
    steps = (START, -1, "NEUTRAL")
    unset = dated("own_days", "天数", "days", steps, check=lambda days: days <= 12)
    market = evolve(BOARD, name="own", parameters=(*BOARD.parameters, unset))
    here = Venue(modules=[pack("own", markets=(market,))])
    assert here.refusal("admin", ChangeParameter("own", "own_days", value, FIRST, "notice")) == code


def test_totals_carried_over_stay_within_what_can_be_written_down() -> None:
    here = Venue("neutral_market").people(0)
    here.send("admin", RegisterInstrument("X", "board", "UNIT"))
    for tonnes, fen in ((2**63, 0), (0, 2**64 - 1), (-1, 0)):
        assert here.refusal("admin", ListInstrument("X", FIRST, 5_000, tonnes, fen)) == "BAD_AMOUNT"


def test_an_exchange_without_a_market_has_accounts_and_operators() -> None:
    bare = Venue().people(5)
    assert bare.send("Alpha", AddOperator("Alpha", "Alpha-2", ["cash"])).events


# --- the same request --------------------------------------------------------------------------------


def test_a_request_sent_again_acts_once_and_another_body_under_its_id_is_refused() -> None:
    here = Venue("neutral_market").people(0)
    first = here.send("channel", Deposit("Alpha", 5), "r")
    assert here.send("channel", Deposit("Alpha", 5), "r") is first
    with pytest.raises(Refusal, match="REQUEST_REUSED"):
        here.send("channel", Deposit("Alpha", 6), "r")
    with pytest.raises(Refusal, match="PERMISSION_DENIED"):
        here.send("admin", Deposit("Alpha", 5), "r")
    with pytest.raises(Refusal, match="FIELD_MISSING"):
        here.exchange.execute(Envelope("", "channel", Deposit("Alpha", 5)), here.exchange.now)
    assert here.exchange.ledger.accounts["Alpha"].available == 5


def test_a_request_refused_once_may_be_sent_again_under_its_id() -> None:
    here = Venue("neutral_market").people(0)
    with pytest.raises(Refusal):
        here.send("channel", Deposit("Nobody", 5), "r")
    assert here.send("channel", Deposit("Alpha", 5), "r").events


def test_a_request_is_remembered_for_its_window_and_no_longer(odd: Exchange) -> None:
    record = send(odd, CLERK, "r")
    odd.forget_requests(record.seq - 1)
    assert send(odd, CLERK, "r") is record
    odd.forget_requests(record.seq)
    with pytest.raises(Refusal, match="DUPLICATE_ACCOUNT"):
        send(odd, CLERK, "r")
    odd.remember([record])
    assert send(odd, CLERK, "r") is record


def test_a_request_answered_before_a_restart_is_answered_the_same_after_it(odd: Exchange) -> None:
    record = send(odd, CLERK, "r")
    again = Exchange("odd", odd.assembly, CALENDAR)
    journal = again.decode_records(odd.encode_records(odd.drain()))
    again.recall = lambda seq: journal[seq - 1]
    again.apply(journal)
    answer = send(again, CLERK, "r")
    assert (answer.seq, answer.events) == (record.seq, record.events)
    with pytest.raises(Refusal, match="REQUEST_REUSED"):
        send(again, OTHER, "r")


# --- time ----------------------------------------------------------------------------------------------


def test_the_clock_never_runs_backwards(odd: Exchange) -> None:
    assert send(odd, Ring([]), moment=NINE + 5).at == NINE + 5
    assert send(odd, Ring([]), moment=NINE).at == NINE + 5
    odd.advance(NINE + 2)
    assert odd.now == NINE + 5


def test_due_timers_fire_at_their_instants_in_order_before_a_later_command(odd: Exchange) -> None:
    send(odd, Ring([(NINE + 20, "c"), (NINE + 10, "a"), (NINE + 10, "b"), (NINE + 99, "never")]))
    odd.drain()
    send(odd, Ring([]), moment=NINE + 50)
    records = odd.drain()
    assert rang(odd) == ["a", "b", "c"]
    assert [record.at - NINE for record in records] == [10, 10, 20, 50]
    assert [record.seq for record in records] == list(range(records[0].seq, records[0].seq + 4))


def test_what_a_timer_sets_fires_in_its_own_turn(odd: Exchange) -> None:
    send(odd, Ring([(NINE + 10, "chain"), (NINE + 11, "b"), (NINE + 12, "c")]))
    odd.advance(NINE + 50)
    assert rang(odd) == ["chain", "b", "chained", "c"]


def test_outcomes_do_not_depend_on_when_the_clock_was_looked_at(odd: Exchange) -> None:
    often = Exchange("odd", odd.assembly, CALENDAR)
    often.found(NINE)
    for exchange in (odd, often):
        send(exchange, Ring([(NINE + 10, "chain"), (NINE + 30, "b")]))
    for moment in range(NINE, NINE + 41):
        often.advance(moment)
    odd.advance(NINE + 40)
    assert often.state_hash() == odd.state_hash()
    assert often.drain() == odd.drain()


def test_timers_live_in_the_snapshot(odd: Exchange) -> None:
    send(odd, Ring([(NINE + 10, "a")]))
    again = Exchange("odd", odd.assembly, CALENDAR)
    again.restore(odd.snapshot())
    again.advance(NINE + 10)
    assert rang(again) == ["a"]


def test_a_measure_that_was_lifted_does_not_end_again_by_its_term() -> None:
    here = Venue("neutral_market").people(0)
    until_us = here.exchange.now + 60_000_000
    here.send("admin", TakeMeasure("board", "Alpha", "warning", "reason", 0, until_us))
    here.send("admin", LiftMeasure(1, "reason"))
    here.exchange.advance(until_us)
    assert not here.exchange.timers.pending


# --- the journal -----------------------------------------------------------------------------------------


def test_an_event_nobody_knows_is_named_with_its_pack(odd: Exchange) -> None:
    send(odd, Ring([(NINE + 10, "a")]))
    payload = odd.encode_records(odd.drain())
    bare = Exchange("odd", assemble([]), CALENDAR)
    with pytest.raises(PackError, match=r"'odd\.ring_set': rule pack 'odd'"):
        bare.decode_records(payload)


class Clanged(Event, frozen=True, tag="odd.clanged"):
    """How a bell's ring was recorded at first."""

    how_often: int


class RangTwice(Event, frozen=True, tag="odd.rang_twice"):
    """How it was recorded later."""

    first: str
    second: str


def test_old_events_are_lifted_step_by_step_to_what_is_known_today(
    odd: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = send(odd, Ring([]))
    first, *_ = odd.drain()
    old = msgspec.structs.replace(record, events=[Rang("now"), Clanged(3)])
    payload = odd.encode_records([first, old])
    with pytest.raises(PackError, match=r"the journal holds 'odd\.clanged'"):
        odd.decode_records(payload)
    monkeypatch.setitem(Exchange.upcasters, Clanged, lambda event: RangTwice("clang", f"x{event.how_often}"))
    monkeypatch.setitem(Exchange.upcasters, RangTwice, lambda event: Rang(f"{event.first} {event.second}"))
    newer = Exchange("odd", odd.assembly, CALENDAR)
    records = newer.decode_records(payload)
    assert records[1].events == [Rang("now"), Rang("clang x3")]
    newer.apply(records)
    assert rang(newer) == ["now", "clang x3"]
    # What it says from now on is in today's words.
    assert newer.decode_records(newer.encode_records(records)) == records


def test_an_old_event_may_not_bear_the_name_of_one_of_today(
    odd: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Rang1(Event, frozen=True, tag="odd.rang"):
        pass

    monkeypatch.setitem(Exchange.upcasters, Rang1, lambda event: Rang(""))
    with pytest.raises(PackError, match="two event types have one name"):
        Exchange("odd", odd.assembly, CALENDAR)


def test_a_journal_that_needs_a_pack_names_it() -> None:
    journal = Venue("neutral_market").drained()
    bare = Exchange("venue", assemble([]), CALENDAR)
    with pytest.raises(PackError, match=r"needs rule pack neutral_market 1\.0"):
        bare.apply(journal)


def test_a_gap_in_the_journal_and_another_exchange_are_refused(odd: Exchange) -> None:
    send(odd, Ring([]))
    records = odd.drain()
    with pytest.raises(KernelFault, match="record 2 follows 0"):
        Exchange("odd", odd.assembly, CALENDAR).apply(records[1:])
    with pytest.raises(PackError, match="of exchange 'odd', not of 'even'"):
        Exchange("even", odd.assembly, CALENDAR).apply(records)


def test_a_snapshot_is_taken_back_whole_by_a_new_exchange_of_the_same_kind_only(odd: Exchange) -> None:
    snapshot = odd.snapshot()
    for other in (odd, Exchange("even", odd.assembly, CALENDAR), Exchange("odd", assemble([]), CALENDAR)):
        with pytest.raises(KernelFault):
            other.restore(snapshot)


def test_an_event_type_is_recorded_with_its_fields(odd: Exchange) -> None:
    record = send(odd, Ring([(NINE, "a")]))
    odd.advance(NINE)
    decoded = odd.decode_records(odd.encode_records(odd.drain()))
    assert decoded[-2].events == record.events == [RingSet(NINE, "a")]
    assert decoded[-1].events[-1] == Rang("a")


def test_two_days_of_two_markets_close_by_themselves() -> None:
    here = Venue("neutral_market").people().instrument("auto", "A").instrument("board", "B")
    here.open("auto").open("board", clock="09:30")
    here.post("Alpha", "A", "sell", 5_000, 10)
    here.exchange.advance(at(CALENDAR.trading_day_after(FIRST), "09:00"))
    assert all(day.today is None for day in here.exchange.days.by_market.values())
    assert here.exchange.ledger.accounts["Alpha"].holdings["A"].frozen == 0
