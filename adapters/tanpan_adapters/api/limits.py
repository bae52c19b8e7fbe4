"""How often each caller may ask, in a table that never grows beyond its bound, and how fast refusals go out."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

CALLERS: Final = 20_000
"""How many buckets are kept; the one that was used longest ago makes room, and begins full again."""


class Buckets:
    """One bucket per caller: `burst` requests at once, `per_second` more every second."""

    __slots__ = ("_burst", "_clock", "_left", "_most", "_rate")

    def __init__(
        self,
        per_second: int,
        burst: int,
        most: int = CALLERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = per_second
        self._burst = float(max(burst, 1))
        self._most = most
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def wait_s(self, caller: str, count: int = 1) -> int:
        """Take `count` from a caller's bucket: 0 when they were there, else after how many seconds to come again.

        A count beyond the burst empties the bucket and goes through, so that nothing is refused for ever.
        """
        now = self._clock()
        left, then = self._left.get(caller, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        wanted = min(float(count), self._burst)
        if left < wanted:
            self._left[caller] = (left, now)
            return max(1, math.ceil((wanted - left) / self._rate))
        self._left[caller] = (left - wanted, now)
        self._left.move_to_end(caller)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0


class Pace:
    """How fast refusals go out: `at_once` without delay, then `per_second`, none later than `longest_s`."""

    __slots__ = ("_apart_s", "_clock", "_longest_s", "_next", "_spare_s")

    def __init__(
        self,
        per_second: int,
        at_once: int,
        longest_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._apart_s = 1 / per_second
        self._spare_s = at_once / per_second
        self._longest_s = longest_s
        self._clock = clock
        self._next = -math.inf

    def hold_s(self) -> float:
        """Take the next turn: how many seconds are left until it comes, 0.0 when it has come."""
        now = self._clock()
        turn = max(self._next, now - self._spare_s) + self._apart_s
        self._next = min(turn, now + self._longest_s)
        return max(0.0, self._next - now)
