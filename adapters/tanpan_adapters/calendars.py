"""The published calendar: statutory days of the `chinesecalendar` package, exchanges' own closures as data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib import resources

import chinese_calendar
from chinese_calendar.constants import holidays, workdays

from tanpan.calendar import Calendar


@cache
def published() -> Calendar:
    """Trading and working days as far as the statutory days are published.

    Exchanges never trade on weekends, make-up working weekends included (AMB-23).
    """
    first, last = date(2020, 1, 1), date(max(_years()), 12, 31)
    closures = _closures()
    working = [day for day in _days(first, last) if chinese_calendar.is_workday(day)]
    trading = [day for day in working if day.weekday() < 5 and day not in closures]
    return Calendar(trading, working, first, last)


def _years() -> Iterator[int]:
    return (day.year for day in (*holidays, *workdays))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _closures() -> frozenset[date]:
    text = resources.files("tanpan_adapters").joinpath("closures.toml").read_text(encoding="utf-8")
    return frozenset(row["day"] for row in tomllib.loads(text)["closure"])
