"""Moves a simulated clock over the times in which nothing happens: lunch, evenings, days without trading.

Only a clock that is simulated is ever moved. What falls due on the way is done by the writers, in its order.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from attrs import frozen

from tanpan.timers import NEVER
from tanpan.trading_day import CLEARED
from tanpan_adapters.service.clocks import SimulatedClock
from tanpan_adapters.service.requests import Busy, Unavailable
from tanpan_adapters.service.schedule import Schedule

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan_adapters.service.host import Host, Hosted

log = logging.getLogger("tanpan.demo.idle")

LOOK_S: Final = 0.5
PATIENCE_S: Final = 20.0
LEAD_US: Final = 20 * 1_000_000
"""How long before what is due the clock arrives."""


@frozen
class Standing:
    """Where an exchange stands: whether it trades, which clearings wait for persons, and what is due next."""

    trading: bool
    unconfirmed: tuple[str, ...]
    due: int


def standing(exchange: Exchange, schedule: Schedule) -> Standing:
    """Where an exchange stands, as its writer sees it."""
    days = exchange.days.by_market.values()
    step = schedule.next(exchange)
    return Standing(
        any(day.open_sessions for day in days),
        tuple(
            f"{day.market.name} {book.day}"
            for day in days
            for book in day.books
            if book.state == CLEARED and any(party not in book.confirmed for party in book.confirmers)
        ),
        min(exchange.next_due, NEVER if step is None else step.at),
    )


class Idle:
    """Looks twice a second whether all exchanges of a simulated clock are idle, and moves it on if so."""

    def __init__(
        self, host: Host, patience_s: float = PATIENCE_S, at_the_end: Callable[[], None] | None = None
    ) -> None:
        self._host = host
        self._at_the_end = at_the_end
        self._patience_s = patience_s
        self._since: dict[str, float] = {}
        self._schedules: dict[str, Schedule] = {}
        self._ended = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="idle", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no further. Blocks."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                asyncio.run(self.look())
            except (Busy, Unavailable):
                continue

    async def look(self) -> None:
        """Look once at every exchange that has a simulated clock."""
        clocks: dict[int, list[Hosted]] = {}
        for hosted in list(self._host.exchanges.values()):
            clocks.setdefault(id(hosted.clock), []).append(hosted)
        for group in clocks.values():
            clock = group[0].clock
            if isinstance(clock, SimulatedClock):
                self._move(clock, [await self._standing(hosted) for hosted in group])

    async def _standing(self, hosted: Hosted) -> Standing:
        schedule = self._schedules.setdefault(hosted.name, Schedule(hosted.table.timetable))
        return await hosted.writer.ask(lambda exchange: standing(exchange, schedule))

    def _move(self, clock: SimulatedClock, found: Iterable[Standing]) -> None:
        found = list(found)
        if any(one.trading for one in found) or self._wait_for_persons(found):
            return
        due = min(one.due for one in found)
        if due >= NEVER:
            self._end()
            return
        if due - LEAD_US > clock.now():
            clock.advance_to(due - LEAD_US)

    def _end(self) -> None:
        """The calendar is published no further: said once, and the clock just runs."""
        if not self._ended:
            log.info("the published calendar ends here: nothing more falls due")
            if self._at_the_end is not None:
                self._at_the_end()
        self._ended = True

    def _wait_for_persons(self, found: Iterable[Standing]) -> bool:
        """Whether some clearing waits for its confirmations and hasn't done so for too long yet."""
        now = time.monotonic()
        names = [f"{number} {name}" for number, one in enumerate(found) for name in one.unconfirmed]
        for name in names:
            self._since.setdefault(name, now)
        return any(now - self._since[name] < self._patience_s for name in names)
