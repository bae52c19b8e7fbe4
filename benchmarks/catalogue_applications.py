"""What is measured of applications: their lives, reviewers' queues, and orders beside uploads and a quiz."""

from benchmarks.declared import DATABASES, Measurement, Row, Sizes, cost_us, event_rate, extra, rate
from benchmarks.harness import Result

SECTION = "applications"
FLAT_COST_MARK = 1.5
FLAT_PAGE_MARK = 1.5
SLOWEST_PAGE_MARK = 2.0
BESIDE_MARK = 10.0
MANY = 100_000
"""From so many applications on the databases are filled once only: that takes longer than measuring."""
BESIDE = {"uploads": "20 uploads of 5 MB at a time", "quizzes": "20 applicants who sit the quiz at a time"}


def application_measurements(sizes: Sizes) -> list[Measurement]:
    """In the order of one round."""
    queue = {"few": sizes.queue_few, "count": sizes.queue_many}
    once = 1 if sizes.queue_many >= MANY else None
    seconds = {"seconds": sizes.beside_seconds}
    return [
        Measurement("lives", "lives", {"count": sizes.lives}),
        *(
            Measurement(f"queues-{kind}", "queues", {"database": kind, **queue}, most_rounds=once)
            for kind in DATABASES
        ),
        *(
            Measurement(f"{case}-{kind}", "service", {"case": case, "database": kind, **seconds})
            for kind in DATABASES
            for case in BESIDE
        ),
    ]


def application_rows(sizes: Sizes) -> list[Row]:
    """Every row that compares has its mark; what is compared comes of one process each time."""
    few = f"{sizes.lives // 10:,}"
    told = [
        Row(SECTION, f"whole lives of {sizes.lives:,} applications", "lives", "lives/s", rate),
        Row(SECTION, f"events of {sizes.lives:,} whole lives", "lives", "events/s", event_rate),
        Row(
            SECTION,
            f"cost of a whole life, {sizes.lives:,} at once vs {few}",
            "lives",
            "µs",
            cost_us,
            "lives",
            None,
            _few_cost_us,
            FLAT_COST_MARK,
        ),
    ]
    for kind, title in DATABASES.items():
        told += _queue_rows(sizes, f"queues-{kind}", title)
    for kind, title in DATABASES.items():
        for case, label in BESIDE.items():
            told += _beside_rows(f"{case}-{kind}", label, title)
    return told


def _queue_rows(sizes: Sizes, key: str, title: str) -> list[Row]:
    few, many = f"{sizes.queue_few:,}", f"{sizes.queue_many:,}"
    slowest = f"the slowest of 42 kinds of queue page at its best, {title}, {many} vs {few}"
    return [
        Row(SECTION, f"page of a queue, {title}, {few} applications", key, "ms", extra("few_ms")),
        Row(
            SECTION,
            f"page of a queue, {title}, {many} vs {few}",
            key,
            "ms",
            extra("many_ms"),
            key,
            None,
            extra("few_ms"),
            FLAT_PAGE_MARK,
        ),
        Row(
            SECTION,
            slowest,
            key,
            "ms",
            extra("slowest_many_ms"),
            key,
            None,
            extra("slowest_few_ms"),
            SLOWEST_PAGE_MARK,
        ),
    ]


def _beside_rows(key: str, label: str, title: str) -> list[Row]:
    told = []
    for share in ("p50", "p99"):
        quiet, beside = extra(f"{share}_ms"), extra(f"beside_{share}_ms")
        name = f"an order beside {label}, {title}, {share} vs alone"
        told.append(Row(SECTION, name, key, "ms", beside, key, None, quiet, BESIDE_MARK))
    done = ("uploads/s", "uploads_per_second") if "uploads" in key else ("papers/s", "papers_per_second")
    told.append(Row(SECTION, f"{label} meanwhile, {title}", key, done[0], extra(done[1])))
    return told


def _few_cost_us(result: Result) -> float:
    return 1e6 * result.extra["few_seconds"] / result.extra["few"]
