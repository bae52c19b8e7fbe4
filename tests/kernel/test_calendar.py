"""The two calendars, with the financial holidays of Shanghai (package `holidays`, XSHG) as oracle."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from kernel.helpers import CALENDAR, at
from tanpan.calendar import local, local_day, parse_windows, time_of_day, within
from tanpan.refusals import Refusal

MAKE_UP = [date(2021, 9, 18), date(2021, 9, 26), date(2021, 10, 9), date(2022, 10, 8), date(2022, 10, 9)]


@pytest.mark.parametrize("year", range(2020, 2027))
def test_trading_days_are_those_of_the_financial_calendar(year: int) -> None:
    closed = holidays.financial_holidays("XSHG", years=year)
    first = date(year, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    expected = [day for day in days if day.weekday() < 5 and day not in closed]
    assert [day for day in days if CALENDAR.is_trading_day(day)] == expected


@pytest.mark.parametrize("day", MAKE_UP, ids=str)
def test_a_make_up_weekend_is_worked_and_not_traded(day: date) -> None:
    assert CALENDAR.is_working_day(day)
    assert not CALENDAR.is_trading_day(day)


def test_every_trading_day_is_a_working_day() -> None:
    assert set(CALENDAR.trading_days) <= set(CALENDAR.working_days)


@pytest.mark.parametrize("day", [date(2027, 1, 4), date(2019, 12, 31)], ids=str)
def test_a_day_that_is_not_published_is_refused(day: date) -> None:
    for ask in (
        CALENDAR.is_trading_day,
        CALENDAR.is_working_day,
        CALENDAR.trading_day_after,
        CALENDAR.working_day_after,
        CALENDAR.trading_day_before,
        CALENDAR.working_day_before,
    ):
        with pytest.raises(Refusal, match="CALENDAR_NOT_PUBLISHED"):
            ask(day)


def test_counting_past_the_published_days_is_refused() -> None:
    assert CALENDAR.trading_day_after(date(2026, 12, 30)) == date(2026, 12, 31)
    with pytest.raises(Refusal, match="CALENDAR_NOT_PUBLISHED"):
        CALENDAR.trading_day_after(date(2026, 12, 31))


def test_counting_back_before_the_published_days_is_refused() -> None:
    assert CALENDAR.trading_day_before(date(2020, 1, 3)) == date(2020, 1, 2)
    with pytest.raises(Refusal, match="CALENDAR_NOT_PUBLISHED"):
        CALENDAR.trading_day_before(date(2020, 1, 2))
    with pytest.raises(Refusal, match="CALENDAR_NOT_PUBLISHED"):
        CALENDAR.working_day_before(date(2020, 1, 6), 3)


def test_three_trading_days_before_one_after_the_national_day_skip_the_holiday() -> None:
    days = [CALENDAR.trading_day_before(date(2025, 10, 10), count) for count in range(1, 4)]
    assert [day.isoformat()[5:] for day in days] == ["10-09", "09-30", "09-29"]


def test_a_make_up_weekend_is_the_working_day_before_and_not_the_trading_day() -> None:
    monday = date(2022, 10, 10)
    assert CALENDAR.working_day_before(monday) == date(2022, 10, 9)
    assert CALENDAR.trading_day_before(monday) == date(2022, 9, 30)


def test_the_day_before_is_asked_of_days_on_which_nobody_works_too() -> None:
    sunday = date(2026, 3, 8)
    assert CALENDAR.trading_day_before(sunday) == CALENDAR.working_day_before(sunday) == date(2026, 3, 6)


def test_five_trading_days_after_a_purchase_before_the_national_day_is_the_13th() -> None:
    days = [CALENDAR.trading_day_after(date(2025, 9, 26), count) for count in range(1, 6)]
    assert [day.isoformat()[5:] for day in days] == ["09-29", "09-30", "10-09", "10-10", "10-13"]


def test_the_next_trading_day_of_a_sunday_is_monday() -> None:
    assert CALENDAR.trading_day_after(date(2026, 3, 1)) == date(2026, 3, 2)


def test_instants_are_utc_and_clocks_are_eight_hours_ahead() -> None:
    moment = at(date(2021, 7, 16), "09:00")
    assert moment == 1_626_397_200_000_000
    assert local(moment).isoformat() == "2021-07-16T09:00:00+08:00"
    assert local_day(at(date(2021, 7, 16), "00:00")) == local_day(at(date(2021, 7, 16), "23:59:59"))
    assert time_of_day(moment) == 9 * 3_600_000_000


@pytest.mark.parametrize(
    ("clock", "inside"),
    [("09:29:59", False), ("09:30", True), ("11:29:59.999999", True), ("11:30", False), ("13:00", True)],
)
def test_a_window_starts_inclusive_and_ends_exclusive(clock: str, inside: bool) -> None:
    windows = parse_windows([("09:30", "11:30"), ("13:00", "15:00")])
    assert within(windows, at(date(2026, 3, 2), clock)) is inside
