"""Reviewers' queues page by page: by kind, stage and age, rising and falling; first pages, deep ones and the last.

Two databases stand side by side, of few applications and of many; each page is read of both in turn, and is what it
must be. Rows are made, not lived (`application_rows`), and written as the projection writes them.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from attrs import field, frozen
from sqlalchemy import make_url

from benchmarks.application_rows import APART_US, REMARK, TOGETHER, row
from benchmarks.applications import BEGIN, OPENING
from benchmarks.harness import Result, settle_collector
from benchmarks.service_database import database
from tanpan.application_views import APPLICATIONS
from tanpan_adapters.store import ViewStore, open_engine, open_views, views_url

EXCHANGE: Final = "bench"
PAGE: Final = 26
"""A page of 25, and the row that tells whether another follows."""
CHUNK: Final = 20_000
TIMES: Final = 15
ORDERS: Final = ("since_us", "-since_us")
PLACES: Final = ("first", "deep", "last")

_TABLE: Final = "view_core_applications"
_INDEXES: Final = {
    "sqlite": f"SELECT name, sql FROM sqlite_master WHERE tbl_name = '{_TABLE}' AND type = 'index' AND sql > ''",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes "
    f"WHERE tablename = '{_TABLE}' AND indexname LIKE '%index%'",
}

SUSPECTS: Final = 6
TIMES_AGAIN: Final = 51

Seconds = tuple[float, float]
"""Of few applications, and of many."""
Place = tuple[int, int]
"""Where an application stands in a queue: since when, and its number."""


@frozen
class Queue:
    """What a reviewer asks for: columns and what they hold; `aged` of the middle of the time."""

    name: str
    where: Mapping[str, str]
    aged: bool = False

    def ranges(self, count: int) -> dict[str, tuple[int, int]]:
        """What is asked of the age, of so many applications."""
        span = count // TOGETHER * APART_US
        return {"since_us": (BEGIN + span // 5, BEGIN + span * 4 // 5)} if self.aged else {}


QUEUES: Final = (
    Queue("kind and stage", {"kind": OPENING, "stage": "first_review"}),
    Queue("kind, stage and age", {"kind": OPENING, "stage": "first_review"}, aged=True),
    Queue("kind and state", {"kind": OPENING, "state": "in_review"}),
    Queue("kind", {"kind": REMARK}),
    Queue("stage", {"stage": "re_review"}),
    Queue("state", {"state": "returned"}),
    Queue("age", {}, aged=True),
)


@frozen
class Filled:
    """A database of so many applications, and the places of each queue's, in rising order."""

    store: ViewStore
    count: int
    places: dict[str, list[Place]] = field(factory=lambda: {queue.name: [] for queue in QUEUES})

    def ranks(self, queue: Queue, order: str, first: int, end: int) -> list[Place]:
        """The places of a queue from one to another, counted in an order."""
        places, first = self.places[queue.name], max(first, 0)
        if not order.startswith("-"):
            return places[first:end]
        return places[max(len(places) - end, 0) : len(places) - first][::-1]


@frozen
class Page:
    """One page that is asked for, and where in the queue it begins."""

    queue: Queue
    order: str
    begin: int

    def read(self, filled: Filled) -> float:
        """The seconds a page takes; RuntimeError where it isn't what it must be."""
        ranks = filled.ranks(self.queue, self.order, self.begin - 1, self.begin + PAGE)
        after = ranks.pop(0) if self.begin else None
        begun = perf_counter()
        found = filled.store.rows(
            APPLICATIONS,
            self.queue.where,
            (self.order,),
            after,
            PAGE,
            ranges=self.queue.ranges(filled.count),
        )
        taken = perf_counter() - begun
        if [one["application"] for one in found] != [number for _, number in ranks]:
            raise RuntimeError(f"not the page it must be: {self}")
        return taken


def queues(order: dict[str, Any]) -> Result:
    """What a page takes of few applications and of many: the median of all kinds, and the slowest kind at its best.

    Of so many kinds some always meet the machine's slow moments: those that seem slowest are read again, oftener,
    and the best of that is what the page itself takes.
    """
    kinds = [(queue, way, place) for queue in QUEUES for way in ORDERS for place in PLACES]
    with ExitStack() as stack:
        sides = [stack.enter_context(filled(order["database"], order[which])) for which in ("few", "count")]
        settle_collector()
        begun = perf_counter()
        # Round after round, so that a slow moment of the machine falls on all kinds and on both sides.
        rounds = [[_read(sides, *kind, number) for kind in kinds] for number in range(TIMES)]
        seconds = perf_counter() - begun
        best = [min(many for _, many in times) for times in zip(*rounds, strict=True)]
        suspects = [kinds[place] for place in sorted(range(len(kinds)), key=best.__getitem__)[-SUSPECTS:]]
        again = [[_read(sides, *kind, number) for kind in suspects] for number in range(TIMES_AGAIN)]
    slowest = max((_each(min, times) for times in zip(*again, strict=True)), key=lambda both: both[1])
    few, many = _each(median, (both for times in rounds for both in times))
    extra = {
        "few_ms": 1e3 * few,
        "many_ms": 1e3 * many,
        "slowest_few_ms": 1e3 * slowest[0],
        "slowest_many_ms": 1e3 * slowest[1],
    }
    return Result(2 * TIMES * len(kinds), seconds, extra=extra)


def _each(of: Callable[[Iterable[float]], float], times: Iterable[Seconds]) -> Seconds:
    """What a function finds on each side."""
    few, many = map(of, zip(*times, strict=True))
    return few, many


def _read(sides: list[Filled], queue: Queue, order: str, place: str, number: int) -> Seconds:
    """The seconds that a page of a kind takes on each side, at the same share of the way."""
    share = random.Random(f"{queue.name} {order} {number}").uniform(0.5, 0.9)
    few, many = (Page(queue, order, _begin(side, queue, place, share)).read(side) for side in sides)
    return few, many


def _begin(side: Filled, queue: Queue, place: str, share: float) -> int:
    length = len(side.places[queue.name])
    return {
        "first": 0,
        "deep": min(int(length * share), max(length - PAGE, 0)),
        "last": max(length - PAGE, 0),
    }[place]


@contextmanager
def filled(kind: str, count: int) -> Iterator[Filled]:
    """A database of its own with so many applications."""
    with (
        tempfile.TemporaryDirectory(dir=Path(__file__).parent, prefix=".scratch-") as folder,
        database(kind, Path(folder)) as url,
        closing(open_views(url, EXCHANGE)) as store,
    ):
        made = Filled(store, count)
        store.ensure(APPLICATIONS)
        with _without_indexes(url):
            _fill(made)
        _settle(url)
        yield made


def _fill(made: Filled) -> None:
    for first in range(1, made.count + 1, CHUNK):
        rows = [row(number) for number in range(first, min(first + CHUNK, made.count + 1))]
        made.store.apply(APPLICATIONS, [("put", one) for one in rows], cursor=first)
        for queue in QUEUES:
            (lowest, highest) = queue.ranges(made.count).get("since_us", (0, 1 << 62))
            made.places[queue.name].extend(
                (one["since_us"], one["application"])
                for one in rows
                if lowest <= one["since_us"] <= highest
                and all(one[name] == value for name, value in queue.where.items())
            )
    for places in made.places.values():
        places.sort()


@contextmanager
def _without_indexes(url: str) -> Iterator[None]:
    """The table's indexes are dropped and made again afterwards: a million rows are filled in at a third of the time."""
    found = _carried_out(url, _INDEXES[make_url(url).get_backend_name()])
    _carried_out(url, *(f"DROP INDEX {name}" for name, _ in found))
    yield
    _carried_out(url, *(statement for _, statement in found))


def _settle(url: str) -> None:
    """What a database does by itself some minutes later: write back, and look at what its tables hold."""
    sqlite = url.startswith("sqlite")
    _carried_out(url, "PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else f"VACUUM ANALYZE {_TABLE}")


def _carried_out(url: str, *statements: str) -> list[Any]:
    """Carry out statements on the views, each a transaction of its own; what the last one answers."""
    engine = open_engine(views_url(url, EXCHANGE))
    connection = engine.raw_connection()
    if not url.startswith("sqlite"):
        connection.driver_connection.autocommit = True  # type: ignore[union-attr]
    cursor = connection.cursor()
    try:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()
        engine.dispose()
