"""The clock of a demonstration jumps over idle times, waits for people a while, and stops where the calendar does."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from tanpan.timers import NEVER
from tanpan_adapters.demo.idle import LEAD_US, Idle, Standing
from tanpan_adapters.service.clocks import SimulatedClock, SystemClock
from tanpan_adapters.service.configuration import Timetable

HOUR_US = 3_600_000_000


class Scene:
    """A host whose one exchange stands as it is told to."""

    def __init__(self, clock: Any = None, patience_s: float = 0.0) -> None:
        self.clock = clock or SimulatedClock(HOUR_US)
        self.standing = Standing(False, (), NEVER)
        self.ends = 0

        async def ask(question: Any) -> Standing:
            return self.standing

        hosted = SimpleNamespace(
            name="one",
            clock=self.clock,
            table=SimpleNamespace(timetable=Timetable()),
            writer=SimpleNamespace(ask=ask),
        )
        host: Any = SimpleNamespace(exchanges={"one": hosted})
        self.idle = Idle(host, patience_s, self._end)

    def _end(self) -> None:
        self.ends += 1

    def look(self, standing: Standing) -> int:
        self.standing = standing
        asyncio.run(self.idle.look())
        now: int = self.clock.now()
        return now


def test_it_jumps_to_shortly_before_what_is_due() -> None:
    scene = Scene()
    assert scene.look(Standing(False, (), 5 * HOUR_US)) == 5 * HOUR_US - LEAD_US
    assert scene.look(Standing(False, (), 5 * HOUR_US)) == 5 * HOUR_US - LEAD_US, "never back"


def test_it_never_jumps_while_somebody_trades() -> None:
    assert Scene().look(Standing(True, (), 5 * HOUR_US)) == HOUR_US


@pytest.mark.parametrize(("patience_s", "now"), [(60.0, HOUR_US), (0.0, 5 * HOUR_US - LEAD_US)])
def test_it_waits_for_confirmations_but_not_for_ever(patience_s: float, now: int) -> None:
    scene = Scene(patience_s=patience_s)
    assert scene.look(Standing(False, ("board 2026-03-02",), 5 * HOUR_US)) == now


def test_it_says_once_that_the_calendar_ends() -> None:
    scene = Scene()
    assert scene.look(Standing(False, (), NEVER)) == HOUR_US
    assert scene.look(Standing(False, (), NEVER)) == HOUR_US
    assert scene.ends == 1


def test_the_real_clock_is_never_touched() -> None:
    clock = SystemClock()
    scene = Scene(clock)
    before = clock.now()
    assert before <= scene.look(Standing(False, (), before + HOUR_US)) < before + HOUR_US - LEAD_US
