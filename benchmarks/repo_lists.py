"""The list of repo contracts (回购委托) page by page, with the manual's filters: first pages, deep ones and the last.

Two databases stand side by side, of few contracts and of many; each page is read of both in turn, and is what it
must be. The rows are those that the projection folds, and written as it writes them.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from attrs import field, frozen

from benchmarks.harness import Result, settle_collector
from benchmarks.repo_contracts import CODE, House, calendar, day_of, made, seller
from benchmarks.service_database import database
from sh_repo.contract import number_of
from sh_repo.views import CONTRACTS
from tanpan.exchange import Exchange
from tanpan.views import MemoryTables, Projector
from tanpan_adapters.store import ViewStore, open_engine, open_views, views_url

EXCHANGE: Final = "bench"
PAGE: Final = 26
"""A page of 25, and the row that tells whether another follows."""
CHUNK: Final = 20_000
TIMES: Final = 15
PLACES: Final = ("first", "deep", "last")
BY_NUMBER: Final = ("contract", "-contract")
BY_DAY: Final = ("initial_day", "-initial_day")
NUMBERED: Final = 7
"""The contract and the parties that some of the lists are about."""
Row = dict[str, Any]


@frozen
class Listed:
    """One list that is asked for: the columns and what they hold, `own` an account on either side, the orders."""

    name: str
    where: Mapping[str, Any] = field(factory=dict)
    own: str = ""
    orders: tuple[str, ...] = BY_NUMBER

    def holds(self, row: Row) -> bool:
        """Whether a row belongs to it."""
        mine = not self.own or self.own in (row["seller"], row["buyer"])
        return mine and all(row[name] == value for name, value in self.where.items())


LISTS: Final = (
    Listed("all"),
    Listed("all by initial day", orders=BY_DAY),
    Listed("contract", {"contract": number_of(NUMBERED)}),
    Listed("state", {"state": "outstanding"}),
    Listed("rare state", {"state": "overdue"}),
    Listed("stage", {"stage": "repurchase"}),
    Listed("monitored", {"monitored": 1}),
    Listed("instrument", {"instrument": CODE}),
    Listed("initial seller", {"seller": seller(NUMBERED)}),
    Listed("initial buyer", {"buyer": "B7"}),
    Listed("initial day", {"initial_day": day_of(NUMBERED).isoformat()}),
    Listed("state and monitored", {"state": "outstanding", "monitored": 1}),
    Listed("state and seller", {"state": "outstanding", "seller": seller(NUMBERED)}),
    Listed("a seller's own", own=seller(NUMBERED)),
    Listed("a seller's own, outstanding", {"state": "outstanding"}, own=seller(NUMBERED)),
    Listed("a buyer's own", own="B7"),
)


@frozen
class Filled:
    """A database of so many contracts, and the rows of each list in rising order."""

    store: ViewStore
    lists: dict[tuple[str, str], list[Row]] = field(factory=dict)

    def ranks(self, listed: Listed, order: str, first: int, end: int) -> list[Row]:
        """The rows of a list from one to another, counted in an order."""
        rows, first = self.lists[listed.name, order.removeprefix("-")], max(first, 0)
        if not order.startswith("-"):
            return rows[first:end]
        return rows[max(len(rows) - end, 0) : len(rows) - first][::-1]

    def read(self, listed: Listed, order: str, place: str, share: float) -> float:
        """The seconds a page takes; RuntimeError where it isn't what it must be."""
        length = len(self.lists[listed.name, order.removeprefix("-")])
        last = max(length - PAGE, 0)
        begin = {"first": 0, "deep": min(int(length * share), last), "last": last}[place]
        ranks = self.ranks(listed, order, begin - 1, begin + PAGE)
        before = ranks.pop(0) if begin else None
        after = (
            None
            if before is None
            else (*([before["initial_day"]] if "day" in order else []), before["contract"])
        )
        own = dict.fromkeys(("seller", "buyer"), listed.own) if listed.own else None
        begun = perf_counter()
        found = self.store.rows(CONTRACTS, listed.where, (order,), after, PAGE, any_of=own)
        taken = perf_counter() - begun
        if found != ranks:
            raise RuntimeError(f"not the page it must be: {listed.name}, {order}, {place}")
        return taken


def lists(order: dict[str, Any]) -> Result:
    """What a page takes of few contracts and of many: the median of all, and the slowest kind of page at its best.

    At its best, because of so many kinds one meets the machine's slow moments more often than not.
    """
    kinds = [(listed, way, place) for listed in LISTS for way in listed.orders for place in PLACES]
    with ExitStack() as stack:
        sides = [stack.enter_context(filled(order["database"], order[which])) for which in ("few", "count")]
        settle_collector()
        begun = perf_counter()
        rounds = [[_read(sides, *kind, number) for kind in kinds] for number in range(TIMES)]
        seconds = perf_counter() - begun
    by_kind = [tuple(map(min, zip(*times, strict=True))) for times in zip(*rounds, strict=True)]
    slowest = max(by_kind, key=lambda both: both[1])
    few, many = (median(both[side] for times in rounds for both in times) for side in (0, 1))
    extra = {
        "few_ms": 1e3 * few,
        "many_ms": 1e3 * many,
        "slowest_few_ms": 1e3 * slowest[0],
        "slowest_many_ms": 1e3 * slowest[1],
    }
    return Result(2 * TIMES * len(kinds), seconds, extra=extra)


def _read(sides: list[Filled], listed: Listed, order: str, place: str, number: int) -> tuple[float, ...]:
    """The seconds that a page of a kind takes on each side, at the same share of the way."""
    share = random.Random(f"{listed.name} {order} {number}").uniform(0.5, 0.9)
    return tuple(side.read(listed, order, place, share) for side in sides)


@contextmanager
def filled(kind: str, count: int) -> Iterator[Filled]:
    """A database of its own with so many contracts."""
    with (
        tempfile.TemporaryDirectory(dir=Path(__file__).parent, prefix=".scratch-") as folder,
        database(kind, Path(folder)) as url,
        closing(open_views(url, EXCHANGE)) as store,
    ):
        made = Filled(store)
        rows = folded(count)
        store.ensure(CONTRACTS)
        for first in range(0, count, CHUNK):
            store.apply(CONTRACTS, [("put", row) for row in rows[first : first + CHUNK]], cursor=first + 1)
        for listed in LISTS:
            mine = [row for row in rows if listed.holds(row)]
            made.lists[listed.name, "contract"] = mine
            made.lists[listed.name, "initial_day"] = sorted(mine, key=lambda row: row["initial_day"])
        _settle(url)
        yield made


def folded(count: int) -> list[Row]:
    """The rows of so many contracts as the projection makes them, by number."""
    house = House(count)
    tables = MemoryTables()
    projector = Projector(Exchange("bench", house.exchange.assembly, calendar()), (CONTRACTS,), tables)
    projector.project(house.exchange.drain())
    projector.project(made(house.exchange, count, alike=False))
    return tables.rows(CONTRACTS, {})


def _settle(url: str) -> None:
    """What a database does by itself some minutes later: write back, and look at what its tables hold."""
    engine = open_engine(views_url(url, EXCHANGE))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM ANALYZE view_sh_repo_contracts")
        else:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
