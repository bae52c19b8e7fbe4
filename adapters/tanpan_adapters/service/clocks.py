"""Clocks: the machine's, and simulated ones for demonstrations and tests. All times are UTC microseconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

log = logging.getLogger("tanpan.clock")

LEAP_US: Final = 15 * 60 * 1_000_000
"""How far the machine's clock may be put right at once."""
_RUNNING: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """What time it is for an exchange, and how long until an instant."""

    simulated: bool

    def now(self) -> int:
        """UTC microseconds; never backwards."""
        ...

    def seconds_until(self, at: int) -> float | None:
        """Real seconds until an instant; None when it comes only by `advance_to`."""
        ...


class SystemClock:
    """The machine's clock; should it be set back, time stands still until it has caught up.

    Should it leap ahead it isn't believed: days would be opened and closed that haven't come, and nothing undoes
    that. Time goes on as it did, until the machine's clock is right again or the process is started anew.
    """

    simulated = False

    def __init__(self) -> None:
        self._last = 0
        self._believed = _machine()
        self._doubted = False

    def now(self) -> int:
        wall, elapsed = _machine()
        before, then = self._believed
        expected = before + elapsed - then
        if abs(wall - expected) <= LEAP_US:
            self._believed = wall, elapsed
            self._doubted = False
        elif wall > expected:
            if not self._doubted:
                log.error(
                    "the machine's clock has leapt ahead and isn't believed", extra={"by_us": wall - expected}
                )
            self._doubted = True
            wall = expected
        self._last = max(self._last, wall)
        return self._last

    def seconds_until(self, at: int) -> float | None:
        return max(0.0, (at - self.now()) / 1_000_000)


def _machine() -> tuple[int, int]:
    """What the machine's clock says, and how long it has been running, asleep or not."""
    return time.time_ns() // 1_000, time.clock_gettime_ns(_RUNNING) // 1_000


class SimulatedClock:
    """Begins at an instant and runs `rate` times as fast as the real one; a rate of 0 moves by `advance_to` only."""

    simulated = True

    def __init__(self, start: int, rate: int = 0) -> None:
        self._lock = threading.Lock()
        self._rate = rate
        self._start = start
        self._from = time.monotonic_ns()
        self._wakers: list[Callable[[], None]] = []

    def now(self) -> int:
        return self._start + (time.monotonic_ns() - self._from) // 1_000 * self._rate

    def seconds_until(self, at: int) -> float | None:
        left = at - self.now()
        if left <= 0:
            return 0.0
        return left / self._rate / 1_000_000 if self._rate else None

    def on_move(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever the clock is moved by hand."""
        self._wakers.append(wake)

    def advance_to(self, at: int) -> bool:
        """Move the clock on to an instant; False, and nothing moves, for one that has passed."""
        with self._lock:
            now = self.now()
            if at < now:
                return False
            self._start, self._from = at, time.monotonic_ns()
        for wake in self._wakers:
            wake()
        return True
