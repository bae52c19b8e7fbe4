"""What every measurement shares: its result, the collector's policy, the clock."""

import gc
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from benchmarks.reference import Command, Trade, digest, expected_trades, first_difference

COLLECTOR_THRESHOLDS = (100_000, 20, 20)
COLLECTOR_POLICY = (
    "gc.collect() and gc.freeze() after building, then gc.set_threshold"
    f"{COLLECTOR_THRESHOLDS}; the same for all"
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement; `extra` holds what is particular to it, `difference` which trade is wrong."""

    commands: int
    seconds: float
    trades: int = 0
    digest: str = ""
    extra: dict[str, float] = field(default_factory=dict)
    difference: str = ""


def settle_collector() -> None:
    """Apply the collector's policy: called after building, before the clock starts."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds the work took, and what it returned."""
    settle_collector()
    started = perf_counter()
    outcome = work()
    return perf_counter() - started, outcome


def verified(
    commands: Sequence[Command], instruments: int, *, seconds: float, count: int, found: Sequence[Trade]
) -> Result:
    """The result of a run that counted so many trades, with those found compared one by one."""
    difference = first_difference(expected_trades(commands, instruments), found)
    return Result(len(commands), seconds, count, digest(found), difference=difference)


def resident_bytes() -> int:
    """The memory this process holds now, as the system counts it (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
