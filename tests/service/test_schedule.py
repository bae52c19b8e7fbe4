"""The clock runs the market day by itself, catches up in order and once, and never does what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.helpers import SETUP, at
from service.desk import Desk
from tanpan.calendar import local
from tanpan.messages import AnyRecord
from tanpan_adapters.service.configuration import Timetable

TIMETABLE = Timetable(open="09:00", clear="15:30", settle="16:00")
MONDAY, TUESDAY, THURSDAY = SETUP, date(2026, 3, 3), date(2026, 3, 5)
STEPS = ("core.open_day", "core.clear_day", "core.settle_day")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tanpan.db"


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    with Desk(url, timetable=TIMETABLE, start=at(MONDAY, "08:30")) as desk:
        yield desk.writing()


def goes_on(desk: Desk, day: date, clock: str) -> None:
    assert desk.clock.advance_to(at(day, clock))
    desk.ask(lambda exchange: None)


def steps(records: list[AnyRecord], market: str = "board") -> list[tuple[str, str]]:
    """What the clock did for a market: the step and when, in the exchange's time."""
    return [
        (record.command, f"{local(record.at):%m-%d %H:%M}")
        for record in records
        if record.command in STEPS and record.actor == "clock" and record.events[0].market == market
    ]


def confirm(desk: Desk, market: str = "board") -> None:
    (state,) = [row for row in desk.ask(_markets) if row["market"] == market]
    for actor in ("admin", "registry"):
        desk.do(actor, "core.confirm_clearing", market=market, day=state["to_settle"], digest=state["digest"])


def _markets(exchange: Any) -> list[dict[str, Any]]:
    from tanpan.queries import QUERIES, ask

    return ask(exchange, QUERIES["core.markets"], exchange.actor("admin"), {})


def test_a_day_runs_by_itself_until_it_needs_a_person(desk: Desk) -> None:
    goes_on(desk, MONDAY, "23:00")
    assert steps(desk.journaled()) == [("core.open_day", "03-02 09:00"), ("core.clear_day", "03-02 15:30")]
    kinds = [record.command for record in desk.journaled() if record.channel == "clock"]
    assert kinds.count("market_closes") == 2 and kinds.count("session_opens") == 6


def test_it_is_settled_once_everyone_has_confirmed_and_not_before_its_hour(desk: Desk) -> None:
    goes_on(desk, MONDAY, "15:40")
    confirm(desk)
    goes_on(desk, MONDAY, "15:59")
    assert "core.settle_day" not in dict(steps(desk.journaled()))
    goes_on(desk, MONDAY, "16:00")
    assert dict(steps(desk.journaled()))["core.settle_day"] == "03-02 16:00"


def test_a_late_confirmation_settles_at_once(desk: Desk) -> None:
    goes_on(desk, MONDAY, "20:00")
    confirm(desk)
    desk.ask(lambda exchange: None)
    assert dict(steps(desk.journaled()))["core.settle_day"] == "03-02 20:00"


def test_what_fell_due_during_a_downtime_is_caught_up_in_order_at_its_own_time_and_once(url: str) -> None:
    with Desk(url, timetable=TIMETABLE, start=at(MONDAY, "08:30")) as desk:
        goes_on(desk.writing(), MONDAY, "10:00")
    for _ in range(2):
        with Desk(url, timetable=TIMETABLE, start=at(THURSDAY, "10:00")) as desk:
            desk.writing()
            desk.ask(lambda exchange: None)
            records = desk.journaled()
            assert steps(records) == [
                ("core.open_day", "03-02 09:00"),
                ("core.clear_day", "03-02 15:30"),
                ("core.open_day", "03-03 09:00"),
                ("core.clear_day", "03-03 15:30"),
                ("core.open_day", "03-04 09:00"),
                ("core.clear_day", "03-04 15:30"),
                ("core.open_day", "03-05 09:00"),
            ]
            assert [record.at for record in records] == sorted(record.at for record in records)
            ordinals = desk.ask(lambda exchange: exchange.days.of("board").ordinal)
            assert ordinals == 4


def test_no_day_is_opened_on_a_weekend_or_twice(desk: Desk) -> None:
    goes_on(desk, date(2026, 3, 9), "09:30")
    opened = [when for step, when in steps(desk.journaled()) if step == "core.open_day"]
    assert opened == [f"03-0{day} 09:00" for day in (2, 3, 4, 5, 6, 9)]


def test_staff_may_be_faster_than_the_clock(desk: Desk) -> None:
    goes_on(desk, MONDAY, "08:45")
    desk.do("admin", "core.open_day", market="board", day=MONDAY.isoformat())
    goes_on(desk, MONDAY, "15:10")
    desk.do("admin", "core.clear_day", market="board", day=MONDAY.isoformat())
    goes_on(desk, TUESDAY, "09:00")
    assert steps(desk.journaled()) == [("core.open_day", "03-03 09:00")]
    assert len(steps(desk.journaled(), "auto")) == 3


def test_without_the_automatic_clock_nothing_opens(url: str) -> None:
    with Desk(url, start=at(MONDAY, "08:30")) as desk:
        goes_on(desk.writing(), TUESDAY, "12:00")
        assert not steps(desk.journaled())


def test_the_calendars_end_stops_the_clock_and_not_the_exchange(url: str) -> None:
    with Desk(url, timetable=TIMETABLE, start=at(date(2026, 12, 31), "08:00")) as desk:
        goes_on(desk.writing(), date(2027, 1, 5), "12:00")
        assert dict(steps(desk.journaled()))["core.open_day"] == "12-31 09:00"
        assert desk.do("admin", "faulty.count", steps=1)


def test_a_held_step_is_left_alone_until_it_is_released(desk: Desk) -> None:
    desk.do("admin", "core.hold_step", market="board", step="opening", reason="a network change")
    goes_on(desk, MONDAY, "11:00")
    assert not steps(desk.journaled()) and steps(desk.journaled(), "auto")
    assert not desk.runners[0].journal.refusals(10)
    desk.do("admin", "core.release_step", market="board", step="opening", reason="it is done")
    desk.ask(lambda exchange: None)
    assert steps(desk.journaled()) == [("core.open_day", "03-02 11:00")]


def test_staff_do_a_held_step_by_hand(desk: Desk) -> None:
    goes_on(desk, MONDAY, "14:00")
    desk.do("admin", "core.hold_step", market="board", step="closing", reason="a late correction")
    goes_on(desk, MONDAY, "17:00")
    assert dict(steps(desk.journaled())) == {"core.open_day": "03-02 09:00"}
    desk.do("admin", "core.close_day", market="board", day=MONDAY.isoformat())
    desk.ask(lambda exchange: None)
    assert dict(steps(desk.journaled()))["core.clear_day"] == "03-02 17:00"
