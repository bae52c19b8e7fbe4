"""Clocks: the machine's, and simulated ones for demonstrations and tests. All times are UTC microseconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol


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
    """The machine's clock; should it be set back, time stands still until it has caught up."""

    simulated = False

    def __init__(self) -> None:
        self._last = 0

    def now(self) -> int:
        self._last = max(self._last, time.time_ns() // 1_000)
        return self._last

    def seconds_until(self, at: int) -> float | None:
        return max(0.0, (at - self.now()) / 1_000_000)


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
