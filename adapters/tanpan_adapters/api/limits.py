"""Token buckets: how often each caller may ask, in a table that never grows beyond its bound."""

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
