"""Queues are read page by page: every row once, in either order, and each page is entered where it begins.

The view is that of applications, as reviewers ask it: by kind, stage and age.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from databases import only
from tanpan.application_views import APPLICATIONS
from tanpan_adapters.store import ViewStore, position

COUNT = 3_000
TOGETHER = 40
"""So many share their instant: what falls due at midnight, or is imported."""
QUEUES: list[dict[str, str]] = [
    {"kind": "pack.opening", "stage": "first_review"},
    {"kind": "pack.opening", "state": "in_review"},
    {"kind": "pack.change"},
    {"stage": "re_review"},
    {"state": "in_review"},
    {},
]
AGES: list[dict[str, tuple[int | None, int | None]]] = [{}, {"since_us": (10, 30)}, {"since_us": (None, 12)}]
ORDERS = ["since_us", "-since_us"]
PAGE = 20


def application(number: int) -> dict[str, Any]:
    """An application that waits in one of two stages, or is closed; every 50th has been nowhere yet."""
    stage = ("first_review", "re_review", "")[number % 3]
    return {
        "application": number,
        "kind": "pack.change" if number % 4 == 0 else "pack.opening",
        "applicant": f"visitor{number}",
        "account": "",
        "counterparty": "",
        "state": "in_review" if stage else "effective",
        "stage": stage,
        "drafted_us": number,
        "submitted_us": number,
        "since_us": None if number % 50 == 0 else (number * 7 % COUNT) // TOGETHER,
        "claimed_by": "",
        "effective_us": 0,
        "paper": 0,
        **{name: {} for name in ("signed", "outcome", "content", "materials", "facts")},
    }


ROWS = [application(number) for number in range(1, COUNT + 1)]


@pytest.fixture
def views(engine: Engine) -> ViewStore:
    views = ViewStore(engine)
    views.ensure(APPLICATIONS)
    views.apply(APPLICATIONS, [("put", row) for row in ROWS], cursor=1)
    return views


def expected(where: dict[str, str], ages: dict[str, tuple[Any, Any]], order: str) -> list[int]:
    """The numbers of a queue: by age, of equal age by number, falling all the way round; None is before all."""

    def within(since_us: int | None) -> bool:
        return all(
            since_us is not None
            and (lowest is None or since_us >= lowest)
            and (highest is None or since_us <= highest)
            for lowest, highest in ages.values()
        )

    found = [
        (row["since_us"] is not None, row["since_us"] or 0, row["application"])
        for row in ROWS
        if all(row[name] == value for name, value in where.items()) and within(row["since_us"])
    ]
    return [number for _, _, number in sorted(found, reverse=order.startswith("-"))]


def paged(
    views: ViewStore, where: dict[str, str], ages: dict[str, tuple[Any, Any]], order: str, size: int
) -> Iterator[list[dict[str, Any]]]:
    """A queue's pages, each after the last row of the one before."""
    after = None
    while page := views.rows(APPLICATIONS, where, (order,), after, size, ranges=ages):
        yield page
        after = position(APPLICATIONS, page[-1], (order,))


@pytest.mark.parametrize("order", ORDERS)
def test_every_page_of_every_queue_has_its_rows_and_none_twice(views: ViewStore, order: str) -> None:
    for where in QUEUES:
        for ages in AGES:
            pages = list(paged(views, where, ages, order, 97))
            assert [row["application"] for page in pages for row in page] == expected(where, ages, order)
            assert {len(page) for page in pages[:-1]} <= {97}


def test_a_falling_queue_is_the_rising_one_backwards(views: ViewStore) -> None:
    rising, falling = ([row for page in paged(views, {}, {}, order, 500) for row in page] for order in ORDERS)
    assert falling == rising[::-1]


def test_a_page_may_begin_outside_of_the_ages_asked_for(views: ViewStore) -> None:
    """A place that was told once stands, whatever ages are asked for afterwards."""
    ages = {"since_us": (10, 30)}
    for order, place in (("since_us", (3, 1)), ("-since_us", (70, 1)), ("since_us", (None, 1))):
        rows = views.rows(APPLICATIONS, {}, (order,), place, ranges=ages)
        assert [row["application"] for row in rows] == expected({}, ages, order)
    for order, place in (("since_us", (70, 1)), ("-since_us", (3, 1)), ("-since_us", (None, 1))):
        assert views.rows(APPLICATIONS, {}, (order,), place, ranges=ages) == []


# --- how they are read -------------------------------------------------------------------------------


@contextmanager
def plans(engine: Engine, explain: str) -> Iterator[list[str]]:
    """What the database says of how it carries out each reading of rows, once it is left."""
    asked: list[tuple[str, Any]] = []
    told: list[str] = []

    def hear(_: Any, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    with engine.connect() as connection:
        for statement, values in asked:
            if statement.startswith("SELECT"):
                lines = connection.exec_driver_sql(f"{explain} {statement}", values)
                told.append("\n".join(str(line[-1]) for line in lines))


def read_deep(views: ViewStore, order: str) -> None:
    """A page in the middle of each queue, and the last one."""
    for where in QUEUES:
        for ages in AGES:
            ranks = expected(where, ages, order)
            for begin in (len(ranks) // 2, len(ranks) - 5):
                after = position(APPLICATIONS, ROWS[ranks[begin] - 1], (order,))
                views.rows(APPLICATIONS, where, (order,), after, PAGE, ranges=ages)


@only("sqlite")
@pytest.mark.parametrize("order", ORDERS)
def test_on_sqlite_a_page_is_searched_in_an_index_and_never_sorted(
    engine: Engine, views: ViewStore, order: str
) -> None:
    with plans(engine, "EXPLAIN QUERY PLAN") as told:
        read_deep(views, order)
    assert len(told) >= len(QUEUES) * len(AGES) * 2
    for plan in told:
        assert plan.startswith("SEARCH") and "since_us" in plan, plan
        assert "\n" not in plan, plan


@only("postgresql")
@pytest.mark.parametrize("order", ORDERS)
def test_on_postgresql_a_page_is_entered_by_an_index_and_reads_few_rows(
    engine: Engine, views: ViewStore, order: str
) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE view_core_applications")
    with plans(engine, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)") as told:
        read_deep(views, order)
    assert len(told) >= len(QUEUES) * len(AGES) * 2
    for plan in told:
        read = re.findall(r"(?:actual rows=|Rows Removed by Filter: )([0-9.]+)", plan)
        # Of a table as small as this it may take another index than of a large one; what counts is that it is entered.
        assert "Index" in plan and all(float(rows) < COUNT / 10 for rows in read), plan
