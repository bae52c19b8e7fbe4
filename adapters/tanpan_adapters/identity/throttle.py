"""Token buckets in memory, of a bounded number: who tries too often waits."""

from __future__ import annotations

import math
import threading

from tanpan_adapters.keyring import NowUs

from .objections import Objection
from .settings import SECOND


class Throttle:
    """A bucket per name: `burst` at once, then `per_minute`."""

    def __init__(self, per_minute: int, burst: int, now_us: NowUs, *, size: int = 20_000) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._now_us = now_us
        self._size = size
        self._buckets: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Takes one; refuses with RATE_LIMITED when the bucket is empty."""
        with self._lock:
            now = self._now_us()
            level, since = self._buckets.pop(name, (float(self._burst), now))
            level = min(self._burst, level + self._rate * max(0, now - since) / SECOND)
            refused = level < 1
            self._buckets[name] = (level if refused else level - 1, now)
            if len(self._buckets) > self._size:  # the one that was idle longest is probably full again
                del self._buckets[next(iter(self._buckets))]
        if refused:
            raise Objection("RATE_LIMITED", retry_after_s=max(1, math.ceil((1 - level) / self._rate)))

    def __len__(self) -> int:
        return len(self._buckets)
