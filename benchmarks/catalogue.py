"""What is measured, on how much, and the rows that are told of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.harness import Result

Reading = Callable[[Result], float]

PYORDERBOOK_MARK = 1.5
MATCHING_ENGINE_MARK = 1.0
JOURNALED_MARK = 0.7
ORM_MARK = 200.0
RECOVERY_MARK = 1.0

SECTIONS = ("memory", "journal", "orm", "recovery", "footprint", "scale")
GROUPS = (1000, 100, 1)


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


QUICK = Sizes(3, 30_000, 1_000, 50, 500, 1_000, 50_000)
USUAL = Sizes(5, 200_000, 3_000, 200, 1_000, 2_000, 200_000)
FULL = Sizes(5, 1_000_000, 10_000, 1_000, 2_000, 4_000, 1_000_000)


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


def rate(result: Result) -> float:
    return result.commands / result.seconds


def event_rate(result: Result) -> float:
    return result.extra["events"] / result.seconds


def cost_us(result: Result) -> float:
    return 1e6 * result.seconds / result.commands


def bytes_each(result: Result) -> float:
    return result.extra["bytes"] / result.commands


def measurements(sizes: Sizes) -> list[Measurement]:
    """In the order of one round: what is compared stands close together."""
    return [
        *_in_memory(sizes),
        *_peers(sizes),
        *_journaled(sizes),
        Measurement("recovery", "recovery", {"journal": "journaled-1000"}, after="journaled-1000"),
        *_bare(sizes),
        Measurement("orm", "orm", flow=FlowKey(sizes.commands, 1, 10, sizes.orm)),
        *(_footprint(kind, sizes) for kind in ("listings", "trades")),
    ]


def rows(sizes: Sizes) -> list[Row]:
    return [
        *_memory_rows(1, "", sizes),
        *_memory_rows(200, "-200", sizes),
        *_journal_rows(),
        *_orm_rows(sizes),
        *_recovery_rows(),
        Row("footprint", "memory per live listing", "listings", "bytes", bytes_each),
        Row("footprint", "memory per trade", "trades", "bytes", bytes_each),
        *_scale_rows(),
    ]


def _in_memory(sizes: Sizes) -> list[Measurement]:
    extents = {"-200-10k": (200, 10_000), "-10k": (1, 10_000), "-200": (200, 10), "": (1, 10)}
    return [
        Measurement(f"memory{suffix}", "memory", flow=FlowKey(sizes.commands, *extent, sizes.commands))
        for suffix, extent in extents.items()
    ]


def _peers(sizes: Sizes) -> list[Measurement]:
    one = FlowKey(sizes.commands, 1, 10, sizes.commands)
    many = FlowKey(sizes.commands, 200, 10, sizes.commands)
    few = FlowKey(sizes.commands, 1, 10, sizes.scanned)
    flows = [
        ("pyorderbook", "", one),
        ("matching-engine", "", one),
        ("pyorderbook", "-200", many),
        ("matching-engine", "-200", many),
        ("lightmatchingengine", "", one),
        ("order-matching", "", few),
        ("bourse", "", one),
    ]
    return [Measurement(peer + suffix, "peer", {"name": peer}, flow) for peer, suffix, flow in flows]


def _journaled(sizes: Sizes) -> list[Measurement]:
    return [
        Measurement(
            f"journaled-{group}",
            "journaled",
            {"per_commit": group, "journal": f"journaled-{group}"},
            FlowKey(sizes.commands, 1, 10, sizes.single_commits if group == 1 else sizes.commands),
        )
        for group in reversed(GROUPS)
    ]


def _bare(sizes: Sizes) -> list[Measurement]:
    return [
        Measurement(
            f"bare-{'blob' if blob else 'row'}-{group}",
            "bare",
            {
                "per_commit": group,
                "commits": sizes.single_commits if group == 1 else sizes.group_commits,
                "blob": blob,
            },
        )
        for group in GROUPS
        for blob in (False, True)
    ]


def _footprint(kind: str, sizes: Sizes) -> Measurement:
    return Measurement(kind, "footprint", {"kind": kind, "count": sizes.footprint})


def _memory_rows(instruments: int, suffix: str, sizes: Sizes) -> list[Row]:
    where = "1 instrument" if instruments == 1 else f"{instruments} instruments"
    ours = f"memory{suffix}"
    compared: list[tuple[str, float | None]] = [
        ("pyorderbook", PYORDERBOOK_MARK),
        ("matching-engine", MATCHING_ENGINE_MARK),
    ]
    if instruments == 1:
        compared += [("lightmatchingengine", None), ("order-matching", None), ("bourse", None)]
    told = [Row("memory", f"in memory, {where}", ours, "commands/s", rate)]
    for peer, mark in compared:
        key = peer + suffix
        extent = f"first {sizes.scanned:,} commands" if peer == "order-matching" else where
        label = f"{peer}, {extent}"
        told.append(Row("memory", label, key, "commands/s", rate))
        told.append(Row("memory", f"in memory vs {label}", ours, "commands/s", rate, key, mark))
    return told


def _journal_rows() -> list[Row]:
    told = []
    for group in GROUPS:
        at = f"at {group:,} per commit"
        ours = f"journaled-{group}"
        mark = JOURNALED_MARK if group == 1000 else None
        told += [
            Row("journal", f"journaled {at} vs in memory", ours, "commands/s", rate, "memory", mark),
            Row("journal", f"bare inserts {at}, row per record", f"bare-row-{group}", "records/s", rate),
            Row("journal", f"bare inserts {at}, one blob", f"bare-blob-{group}", "records/s", rate),
        ]
    return told


def _orm_rows(sizes: Sizes) -> list[Row]:
    label = f"ORM exchange, first {sizes.orm:,} commands"
    ours = "journaled-1000"
    return [
        Row("orm", label, "orm", "commands/s", rate),
        Row("orm", f"journaled at 1,000 per commit vs {label}", ours, "commands/s", rate, "orm", ORM_MARK),
    ]


def _recovery_rows() -> list[Row]:
    ours = "journaled-1000"
    return [
        Row("recovery", "production, journaled at 1,000 per commit", ours, "events/s", event_rate),
        Row("recovery", "recovery vs production", "recovery", "events/s", event_rate, ours, RECOVERY_MARK),
    ]


def _scale_rows() -> list[Row]:
    extents = {
        "memory": "1 instrument, 10 participants",
        "memory-200": "200 instruments, 10 participants",
        "memory-10k": "1 instrument, 10,000 participants",
        "memory-200-10k": "200 instruments, 10,000 participants",
    }
    return [
        Row("scale", f"cost per order, {extent}", key, "µs", cost_us, None if key == "memory" else "memory")
        for key, extent in extents.items()
    ]
