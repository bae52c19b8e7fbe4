"""Two calendars and the clock's arithmetic: trading days, working days, session windows.

A make-up weekend is worked and not traded (AMB-23). A day beyond what has been published is refused,
never guessed. Instants are UTC microseconds; the exchange's zone (+08:00) is applied here and nowhere else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from attrs import evolve, field, frozen

from tanpan.refusals import Refusal

ZONE: Final = timezone(timedelta(hours=8))
SECOND_US: Final = 1_000_000
DAY_US: Final = 86_400 * SECOND_US
OFFSET_US: Final = 8 * 3_600 * SECOND_US
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Window = tuple[int, int]


def instant(day: date, at: time) -> int:
    """UTC microseconds of a local date and time of the exchange."""
    return (datetime.combine(day, at, ZONE) - _EPOCH) // timedelta(microseconds=1)


def local(at: int) -> datetime:
    """Local date and time of an instant."""
    return (_EPOCH + timedelta(microseconds=at)).astimezone(ZONE)


def local_day(at: int) -> date:
    """Local date of an instant."""
    return local(at).date()


def time_of_day(at: int) -> int:
    """Microseconds since local midnight."""
    return (at + OFFSET_US) % DAY_US


def parse_windows(windows: Sequence[Sequence[str]]) -> tuple[Window, ...]:
    """Windows of the day in microseconds since midnight; start inclusive, end exclusive (AMB-20)."""
    return tuple((_clock(start), _clock(end)) for start, end in windows)


def _clock(text: str) -> int:
    at = time.fromisoformat(text)
    return (at.hour * 3600 + at.minute * 60 + at.second) * SECOND_US


def within(windows: Sequence[Window], at: int) -> bool:
    """Whether an instant lies in one of the windows of its day."""
    clock = time_of_day(at)
    return any(start <= clock < end for start, end in windows)


def _sorted(days: Sequence[date]) -> tuple[date, ...]:
    return tuple(sorted(days))


@frozen
class Calendar:
    """The published trading days and working days from `valid_from` through `valid_through`."""

    trading_days: tuple[date, ...] = field(converter=_sorted)
    working_days: tuple[date, ...] = field(converter=_sorted)
    valid_from: date
    valid_through: date

    def without(self, closures: Sequence[date]) -> Calendar:
        """The same calendar with days on which the exchange has announced that it is closed."""
        return evolve(self, trading_days=tuple(day for day in self.trading_days if day not in closures))

    def is_trading_day(self, day: date) -> bool:
        """Whether the market trades on a day; refuses a day that isn't published."""
        self._published(day)
        return _contains(self.trading_days, day)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on a day (make-up weekends do); refuses a day that isn't published."""
        self._published(day)
        return _contains(self.working_days, day)

    def trading_day_after(self, day: date, count: int = 1) -> date:
        """The count-th trading day after a day."""
        return self._after(self.trading_days, day, count)

    def working_day_after(self, day: date, count: int = 1) -> date:
        """The count-th working day after a day."""
        return self._after(self.working_days, day, count)

    def trading_day_before(self, day: date, count: int = 1) -> date:
        """The count-th trading day before a day."""
        return self._before(self.trading_days, day, count)

    def working_day_before(self, day: date, count: int = 1) -> date:
        """The count-th working day before a day."""
        return self._before(self.working_days, day, count)

    def _after(self, days: tuple[date, ...], day: date, count: int) -> date:
        self._published(day)
        index = bisect_right(days, day) + count - 1
        if index >= len(days):
            raise Refusal("CALENDAR_NOT_PUBLISHED", day=day, published_through=self.valid_through)
        return days[index]

    def _before(self, days: tuple[date, ...], day: date, count: int) -> date:
        self._published(day)
        index = bisect_left(days, day) - count
        if index < 0:
            raise Refusal("CALENDAR_NOT_PUBLISHED", day=day, published_from=self.valid_from)
        return days[index]

    def _published(self, day: date) -> None:
        if not self.valid_from <= day <= self.valid_through:
            raise Refusal("CALENDAR_NOT_PUBLISHED", day=day, published_through=self.valid_through)


def _contains(days: tuple[date, ...], day: date) -> bool:
    index = bisect_left(days, day)
    return index < len(days) and days[index] == day
