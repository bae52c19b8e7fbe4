"""What a measurement and a row of the report are declared with, and how much one run takes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.harness import Result

Reading = Callable[[Result], float]
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much one run takes; `scanned` is for the peer whose cost grows with its book."""

    rounds: int
    commands: int
    single_commits: int
    group_commits: int
    orm: int
    scanned: int
    footprint: int
    service_seconds: float
    batched: int
    folded: int
    journal: int
    lives: int
    queue_few: int
    queue_many: int
    beside_seconds: float
    contracts: int


QUICK = Sizes(
    *(3, 30_000, 1_000, 50, 500, 1_000, 50_000, 1.0, 20_000, 20_000, 50_000),
    *(2_000, 2_000, 20_000, 3.0, 10_000),
)
USUAL = Sizes(
    *(5, 200_000, 3_000, 200, 1_000, 2_000, 200_000, 2.0, 100_000, 30_000, 200_000),
    *(2_000, 2_000, 20_000, 5.0, 10_000),
)
FULL = Sizes(
    *(5, 1_000_000, 10_000, 1_000, 2_000, 4_000, 1_000_000, 10.0, 1_000_000, 500_000, 1_000_000),
    *(10_000, 10_000, 1_000_000, 20.0, 100_000),
)


@dataclass(frozen=True, slots=True)
class FlowKey:
    """Which generated flow, and how many of its first commands."""

    generated: int
    instruments: int
    participants: int
    first: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """One task in a process of its own, and the measurement that must have run just before it."""

    key: str
    task: str
    arguments: dict[str, Any] = field(default_factory=dict)
    flow: FlowKey | None = None
    after: str | None = None
    most_rounds: int | None = None
    """In how many of the rounds it is measured, where starting it takes longer than measuring it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report: a reading of one measurement, and its ratio to another's."""

    section: str
    name: str
    of: str
    unit: str
    reading: Reading
    against: str | None = None
    mark: float | None = None
    against_reading: Reading | None = None
    """How the other is read, where that isn't the same way."""
    at_most: float | None = None
    """A mark for what is better the smaller it is: the ratio must not be above it."""


def rate(result: Result) -> float:
    return result.commands / result.seconds


def event_rate(result: Result) -> float:
    return result.extra["events"] / result.seconds


def cost_us(result: Result) -> float:
    return 1e6 * result.seconds / result.commands


def bytes_each(result: Result) -> float:
    return result.extra["bytes"] / result.commands


def extra(name: str) -> Reading:
    """The reading of what is particular to a measurement."""
    return lambda result: result.extra[name]
