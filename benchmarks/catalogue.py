"""What is measured, on how much, and the rows that are told of it."""

from benchmarks.catalogue_applications import application_measurements, application_rows
from benchmarks.catalogue_repo import repo_measurements, repo_rows
from benchmarks.declared import (
    DATABASES,
    FlowKey,
    Measurement,
    Row,
    Sizes,
    bytes_each,
    cost_us,
    event_rate,
    extra,
    rate,
)

PYORDERBOOK_MARK = 1.5
MATCHING_ENGINE_MARK = 1.0
JOURNALED_MARK = 0.7
ORM_MARK = 200.0
RECOVERY_MARK = 1.0
SINGLE_ORDERS_MARK = 0.5
BATCHES_MARK = 0.4
READERS_MARK = 0.7
FOLDING_MARK = 1.0

SECTIONS = ("memory", "journal", "orm", "recovery", "footprint", "scale", "service", "applications", "repo")
GROUPS = (1000, 100, 1)
READERS = 1_000


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
        *_service(sizes),
        *application_measurements(sizes),
        *repo_measurements(sizes),
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
        *_service_rows(sizes),
        *application_rows(sizes),
        *repo_rows(sizes),
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


def _service(sizes: Sizes) -> list[Measurement]:
    seconds = {"seconds": sizes.service_seconds}
    batched = {"count": sizes.batched}
    start = {"events": sizes.journal}
    return [
        Measurement("service-bare", "service", {"case": "bare", **seconds}),
        *(
            Measurement(f"service-orders-{kind}", "service", {"case": "orders", "database": kind, **seconds})
            for kind in DATABASES
        ),
        Measurement("service-memory", "service", {"case": "memory", **batched}),
        *(
            Measurement(
                f"service-batches-{kind}", "service", {"case": "batches", "database": kind, **batched}
            )
            for kind in DATABASES
        ),
        Measurement("service-readers", "service", {"case": "readers", "readers": READERS, **seconds}),
        *(
            Measurement(
                f"service-fold-{kind}", "service", {"case": "fold", "database": kind, "count": sizes.folded}
            )
            for kind in DATABASES
        ),
        *(
            Measurement(
                f"service-start-{how}", "service", {"case": "start", "how": how, **start}, most_rounds=3
            )
            for how in ("empty", "journal", "snapshot")
        ),
        *(
            Measurement(
                f"service-takeover-{kind}", "service", {"case": "takeover", "database": kind}, most_rounds=3
            )
            for kind in DATABASES
        ),
    ]


def _service_rows(sizes: Sizes) -> list[Row]:
    section = "service"
    told = [
        Row(section, "one order per request: a handler that does nothing", "service-bare", "orders/s", rate)
    ]
    told += [Row(section, "the same at half its rate, p99", "service-bare", "ms", extra("half_p99_ms"))]
    for kind, title in DATABASES.items():
        ours = f"service-orders-{kind}"
        label = f"one order per request, {title}"
        told += [
            Row(
                section,
                f"{label}, vs that handler",
                ours,
                "orders/s",
                rate,
                "service-bare",
                SINGLE_ORDERS_MARK,
            ),
            Row(section, f"{label}, 64 waiting, p50", ours, "ms", extra("p50_ms")),
            Row(section, f"{label}, 64 waiting, p99", ours, "ms", extra("p99_ms")),
            Row(section, f"{label}, the stated load: half of its rate", ours, "orders/s", extra("half_rate")),
            Row(section, f"{label}, at that load, p50", ours, "ms", extra("half_p50_ms")),
            Row(section, f"{label}, at that load, p99", ours, "ms", extra("half_p99_ms")),
            Row(
                section, f"views behind at full load, {title}, at most", ours, "records", extra("lag_records")
            ),
            Row(section, f"views behind at full load, {title}, in time", ours, "s", extra("lag_seconds")),
            Row(section, f"views complete after the load, {title}", ours, "s", extra("catch_up_seconds")),
        ]
    told.append(Row(section, "the same batches in memory", "service-memory", "orders/s", rate))
    for kind, title in DATABASES.items():
        label = f"batches of 100, {title}, vs in memory"
        ours = f"service-batches-{kind}"
        told.append(Row(section, label, ours, "orders/s", rate, "service-memory", BATCHES_MARK))
    told += [
        Row(
            section,
            f"one order per request with {READERS:,} readers of streams, vs without",
            "service-readers",
            "orders/s",
            rate,
            "service-readers",
            READERS_MARK,
            extra("rate_without"),
        ),
        Row(section, "memory per reader", "service-readers", "bytes", extra("bytes_per_reader")),
    ]
    for kind, title in DATABASES.items():
        label = f"folding views, {title}, vs one order per request"
        ours, other = f"service-fold-{kind}", f"service-orders-{kind}"
        told.append(Row(section, label, ours, "records/s", rate, other, FOLDING_MARK))
    events = f"{sizes.journal:,} events"
    for how, label in (
        ("empty", "start to ready, no journal to speak of"),
        ("journal", f"start to ready, {events}, no snapshot"),
        ("snapshot", f"start to ready, {events}, snapshot"),
    ):
        told.append(Row(section, label, f"service-start-{how}", "s", lambda result: result.seconds))
    for kind, title in DATABASES.items():
        label = f"kill -9 of the writer to an order answered by the stand-by, {title}"
        told.append(Row(section, label, f"service-takeover-{kind}", "s", lambda result: result.seconds))
    return told
