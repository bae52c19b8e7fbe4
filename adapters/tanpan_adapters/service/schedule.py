"""What the clock does by itself: opening, clearing and settling each market's days, in the order in which they fall due.

Session edges and the close are timers of the kernel. A step that fell due while nothing ran is caught up at the
instant at which it was due; one that is held, or needs a person (a confirmation, a notice, a resumption), is never
taken.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, time, timedelta

from attrs import field, frozen, mutable

from tanpan.calendar import instant, local_day
from tanpan.clearing import ClearDay, SettleDay
from tanpan.exchange import Exchange
from tanpan.messages import CLOCK, Command, Envelope, name_of
from tanpan.refusals import Refusal
from tanpan.timetable import CLEARING, OPENING, SETTLEMENT
from tanpan.trading_day import CLEARED, CLOSED, DayBook, MarketDay, OpenDay
from tanpan_adapters.service.configuration import Timetable

log = logging.getLogger("tanpan.schedule")

FIRST_PAUSE_US = 60_000_000
LONGEST_PAUSE_US = 900_000_000


@frozen(order=True)
class Step:
    """A command of the clock and the instant at which it is due (UTC microseconds)."""

    at: int
    market: str
    command: Command = field(order=False)

    @property
    def envelope(self) -> Envelope:
        """Always under the same request id, so that a step acts once however often it is tried.

        No caller can give that id (the door takes ASCII only): who took it first would hold the step up for good.
        """
        command = self.command
        day: date = command.day  # type: ignore[attr-defined]
        return Envelope(f"⏱ {name_of(type(command))} {self.market} {day}", CLOCK, command, "clock")


@mutable
class _Pause:
    until: int
    length: int


class Schedule:
    """The timetable of one exchange's markets."""

    def __init__(self, timetable: Timetable) -> None:
        self._automatic = timetable.automatic
        self._open = time.fromisoformat(timetable.open)
        self._clear = time.fromisoformat(timetable.clear)
        self._settle = time.fromisoformat(timetable.settle)
        self._pauses: dict[str, _Pause] = {}

    def next(self, exchange: Exchange) -> Step | None:
        """The earliest step that can be taken without a person, whether it is due yet or not."""
        if not self._automatic:
            return None
        return min(self._steps(exchange), default=None)

    def refused(self, step: Step, refusal: Refusal, now: int) -> None:
        """Try a step that was refused again later, each time after twice as long, at most every quarter of an hour."""
        key = step.envelope.request_id
        before = self._pauses.get(key)
        length = FIRST_PAUSE_US if before is None else min(2 * before.length, LONGEST_PAUSE_US)
        self._pauses[key] = _Pause(now + length, length)
        log.warning("the clock's step was refused", extra={"step": key, "code": refusal.code})

    def done(self, step: Step) -> None:
        """Forget what was noted about a step."""
        self._pauses.pop(step.envelope.request_id, None)

    def _steps(self, exchange: Exchange) -> Iterator[Step]:
        for day in exchange.days.by_market.values():
            yield from (self._put_off(step) for step in self._of_market(exchange, day))

    def _put_off(self, step: Step) -> Step:
        pause = self._pauses.get(step.envelope.request_id) if self._pauses else None
        return step if pause is None else Step(max(step.at, pause.until), step.market, step.command)

    def _of_market(self, exchange: Exchange, day: MarketDay) -> Iterator[Step]:
        market = day.market.name
        held = exchange.timetable.held[market]
        closed = next((book for book in day.books if book.state == CLOSED), None)
        if closed is not None and CLEARING not in held:
            yield Step(instant(closed.day, self._clear), market, ClearDay(market, closed.day))
        first = day.books[0] if day.books else None
        if first is not None and _is_confirmed(first) and SETTLEMENT not in held:
            yield Step(instant(first.day, self._settle), market, SettleDay(market, first.day))
        following = _day_to_open(exchange, day) if OPENING not in held else None
        if following is not None:
            yield Step(instant(following, self._open), market, OpenDay(market, following))


def _is_confirmed(book: DayBook) -> bool:
    return book.state == CLEARED and all(party in book.confirmed for party in book.confirmers)


def _day_to_open(exchange: Exchange, day: MarketDay) -> date | None:
    """The first trading day that was not opened yet and is not over; None where the calendar ends or a day is open."""
    if day.today is not None:
        return None
    earliest = max(day.opened_on + timedelta(days=1), local_day(exchange.now))
    try:
        if exchange.calendar.is_trading_day(earliest):
            return earliest
        return exchange.calendar.trading_day_after(earliest)
    except Refusal:
        return None
