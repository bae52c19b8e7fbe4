"""Read models are kept as declared, by key, together with the cursor that says how far they are folded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key, partial
from typing import Any

import pytest
from attrs import evolve, frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect

from tanpan_adapters.store import Change, KeptState, StoreError, ViewStore, position, views_url
from tanpan_adapters.store.engine import writing


@frozen
class Column:
    name: str
    kind: str


@frozen
class View:
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()


PRICES = View(
    "kernel.day_prices",
    (Column("instrument", "text"), Column("day", "int"), Column("close_fen", "int"), Column("more", "json")),
    key=("day", "instrument"),
    indexes=(("instrument", "day"), ("close_fen",)),
)


def price(
    day: int, instrument: str = "CEA", close_fen: int | None = 4800, more: Any = None
) -> dict[str, Any]:
    return {"instrument": instrument, "day": day, "close_fen": close_fen, "more": more}


@pytest.fixture
def views(engine: Engine) -> ViewStore:
    views = ViewStore(engine)
    views.ensure(PRICES)
    return views


def test_the_views_file_lies_beside_the_journal() -> None:
    assert views_url("sqlite:///tanpan.db") == "sqlite:///tanpan.views.db"
    assert views_url("sqlite:////srv/beijing/tanpan.db") == "sqlite:////srv/beijing/tanpan.views.db"
    assert views_url("sqlite:///tanpan") == "sqlite:///tanpan.views.db"


def test_a_view_has_the_table_it_declares_and_the_key_behind_each_index(
    engine: Engine, views: ViewStore
) -> None:
    inspector = inspect(engine)
    table = "view_kernel_day_prices"
    assert [column["name"] for column in inspector.get_columns(table)] == [
        "instrument",
        "day",
        "close_fen",
        "more",
    ]
    assert inspector.get_pk_constraint(table)["constrained_columns"] == ["day", "instrument"]
    assert [index["column_names"] for index in inspector.get_indexes(table)] == [
        ["instrument", "day"],
        ["close_fen", "day", "instrument"],
    ]


def test_a_new_view_is_empty_and_its_cursor_at_the_beginning(views: ViewStore) -> None:
    assert views.rows(PRICES) == []
    assert views.cursor(PRICES.name) == 0
    assert views.cursor("never.heard_of") == 0


def test_a_put_is_read_back_with_its_cursor(views: ViewStore) -> None:
    row = price(1, more={"名称": ["配额", 2, None, True]})
    views.apply(PRICES, [("put", row)], cursor=17)
    assert views.rows(PRICES) == [row]
    assert views.cursor(PRICES.name) == 17


def test_a_put_replaces_the_row_of_its_key(views: ViewStore) -> None:
    views.apply(PRICES, [("put", price(1)), ("put", price(2))], cursor=1)
    views.apply(PRICES, [("put", price(1, close_fen=None))], cursor=2)
    assert views.rows(PRICES) == [price(1, close_fen=None), price(2)]


def test_a_delete_removes_the_row_of_its_key_if_there_is_one(views: ViewStore) -> None:
    views.apply(PRICES, [("put", price(1)), ("put", price(2))], cursor=1)
    views.apply(PRICES, [("delete", (1, "CEA")), ("delete", (9, "CEA"))], cursor=2)
    assert views.rows(PRICES) == [price(2)]


def test_changes_of_one_key_count_in_their_order(views: ViewStore) -> None:
    first, second = price(1, close_fen=1), price(2, close_fen=2)
    changes: list[Change] = [
        ("put", first),
        ("delete", (1, "CEA")),
        ("delete", (2, "CEA")),
        ("put", second),
        ("put", evolve_row(second, close_fen=3)),
    ]
    views.apply(PRICES, changes, cursor=1)
    assert views.rows(PRICES) == [evolve_row(second, close_fen=3)]


def evolve_row(row: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {**row, **values}


def test_a_cursor_may_move_without_changes_and_never_back(views: ViewStore) -> None:
    views.apply(PRICES, [], cursor=5)
    with pytest.raises(StoreError, match=r"view kernel\.day_prices is past the cursor 4"):
        views.apply(PRICES, [("put", price(1))], cursor=4)
    views.apply(PRICES, [], cursor=5)
    assert views.cursor(PRICES.name) == 5
    assert views.rows(PRICES) == []


def test_rows_and_cursor_change_together_or_not_at_all(views: ViewStore) -> None:
    views.apply(PRICES, [("put", price(1))], cursor=1)
    with pytest.raises(StoreError, match=r"can't be changed: an integer needs more than 64 bits"):
        views.apply(PRICES, [("delete", (1, "CEA")), ("put", price(2, close_fen=2**63))], cursor=2)
    assert views.rows(PRICES) == [price(1)]
    assert views.cursor(PRICES.name) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("put", {"day": 1, "instrument": "CEA"}), "other columns than declared: close_fen, more"),
        (("put", {**price(1), "open_fen": 1}), "other columns than declared: open_fen"),
        (("delete", (1,)), r"has the key \('day', 'instrument'\), which \(1,\) doesn't fit"),
    ],
)
def test_a_change_that_does_not_fit_the_declaration_is_refused(
    views: ViewStore, change: Change, reason: str
) -> None:
    with pytest.raises(StoreError, match=reason):
        views.apply(PRICES, [change], cursor=1)


def test_a_key_column_may_not_be_none(views: ViewStore) -> None:
    with pytest.raises(StoreError, match=r"(?i:not.null constraint)"):
        views.apply(PRICES, [("put", evolve_row(price(1), day=None))], cursor=1)


def test_rows_are_filtered_ordered_and_limited(views: ViewStore) -> None:
    rows = [
        price(day, name, close)
        for day, name, close in [(1, "A", 5), (2, "A", None), (3, "A", 4), (1, "B", 5)]
    ]
    views.apply(PRICES, [("put", row) for row in rows], cursor=1)
    assert views.rows(PRICES, {"instrument": "A"}) == rows[:3]
    assert views.rows(PRICES, {"close_fen": None}) == [rows[1]]
    assert views.rows(PRICES, order=("close_fen",)) == [rows[1], rows[2], rows[0], rows[3]]
    assert views.rows(PRICES, order=("-close_fen",)) == [rows[3], rows[0], rows[2], rows[1]]
    assert views.rows(PRICES, order=("-day",), limit=2) == [rows[2], rows[1]]


@pytest.mark.parametrize(
    ("ranges", "days"),
    [
        ({"day": (2, 3)}, [2, 3]),
        ({"day": (None, 2)}, [0, 1, 2]),
        ({"day": (3, None)}, [3, 4]),
        ({"day": (None, None)}, [0, 1, 2, 3, 4]),
        ({"close_fen": (5, 6)}, [3]),
        ({"close_fen": (5, None), "day": (None, 3)}, [1, 3]),
        ({"instrument": ("A", "B")}, []),
    ],
)
def test_rows_are_kept_to_ranges(views: ViewStore, ranges: Any, days: list[int]) -> None:
    closes = [None, 7, None, 5, 7]
    views.apply(PRICES, [("put", price(day, close_fen=close)) for day, close in enumerate(closes)], cursor=1)
    assert [row["day"] for row in views.rows(PRICES, ranges=ranges)] == days


def test_rows_may_equal_any_of_some_values(views: ViewStore) -> None:
    views.apply(PRICES, [("put", price(day, close_fen=10 - day)) for day in range(8)], cursor=1)
    found = views.rows(PRICES, any_of={"day": 3, "close_fen": 9})
    assert [row["day"] for row in found] == [1, 3]
    assert [row["day"] for row in views.rows(PRICES, {"day": 3}, any_of={"day": 3, "close_fen": 9})] == [3]
    assert views.rows(PRICES, any_of={"day": 99, "close_fen": 99}) == []


def test_text_sorts_by_code_point_and_nul_is_shown(views: ViewStore) -> None:
    names = ["", "B", "a", "b", "é", "上", "北", "😀"]
    views.apply(PRICES, [("put", price(1, name)) for name in reversed(names)], cursor=1)
    assert [row["instrument"] for row in views.rows(PRICES)] == names
    puts: list[Change] = [("put", price(2, "a\0", 1)), ("put", price(2, "a␀", 2, {"x": "\0"}))]
    views.apply(PRICES, puts, cursor=2)
    assert views.rows(PRICES, {"instrument": "a\0"}) == [price(2, "a␀", 2, {"x": "\0"})]


def test_many_rows_are_put_and_put_again(views: ViewStore) -> None:
    rows = [price(day, close_fen=None if day % 3 else day, more=[day, None]) for day in range(2_000)]
    views.apply(PRICES, [("put", row) for row in rows], cursor=1)
    assert views.rows(PRICES) == rows
    changed = [evolve_row(row, close_fen=1, more=None) for row in rows[::2]]
    views.apply(PRICES, [("put", row) for row in changed], cursor=2)
    assert views.rows(PRICES, ranges={"close_fen": (1, 1)}) == changed


def test_a_view_of_nothing_but_its_key(views: ViewStore) -> None:
    view = View("pairs", (Column("a", "int"), Column("b", "text")), key=("a", "b"))
    views.ensure(view)
    for cursor in (1, 2):
        views.apply(view, [("put", {"a": 1, "b": "x"}), ("put", {"a": cursor, "b": "y"})], cursor)
    assert views.rows(view) == [{"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "y"}]


def test_a_state_is_kept_in_place_of_the_one_before(engine: Engine, views: ViewStore) -> None:
    assert views.state() is None
    for seq in (3, 9):
        kept = KeptState(seq, bytes(32), "shape", "hash", b"\0state")
        views.keep_state(kept)
        assert ViewStore(engine).state() == kept
    views.forget_state()
    assert views.state() is None


def test_views_of_an_older_version_are_made_anew(engine: Engine, views: ViewStore) -> None:
    views.apply(PRICES, [("put", price(1))], cursor=9)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE meta SET value = 'views 1' WHERE key = 'schema'")
        connection.exec_driver_sql("DROP TABLE state")
    again = ViewStore(engine)
    again.ensure(PRICES)
    assert (again.rows(PRICES), again.cursor(PRICES.name), again.state()) == ([], 0, None)


def test_views_of_a_newer_version_are_refused(engine: Engine, views: ViewStore) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE meta SET value = 'views 9' WHERE key = 'schema'")
    with pytest.raises(StoreError, match="a newer database needs a newer tanpan"):
        ViewStore(engine)


@pytest.mark.parametrize(
    "order", [("close_fen",), ("-close_fen",), ("close_fen", "-day"), ("-close_fen", "-day")]
)
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_join_without_a_gap_where_a_column_is_none(
    views: ViewStore, order: tuple[str, ...], size: int
) -> None:
    closes = [None, 7, None, 5, 7]
    views.apply(PRICES, [("put", price(day, close_fen=close)) for day, close in enumerate(closes)], cursor=1)
    assert list(_paged(views, order, size)) == views.rows(PRICES, order=order)
    assert len(views.rows(PRICES, order=order)) == 5


@pytest.mark.parametrize("asked", [{"where": {"volume": 1}}, {"order": ("volume",)}, {"order": ("-volume",)}])
def test_an_unknown_column_is_named(views: ViewStore, asked: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match=r"view kernel\.day_prices has no column 'volume'"):
        views.rows(PRICES, **asked)


def test_a_cleared_view_begins_again(views: ViewStore) -> None:
    views.apply(PRICES, [("put", price(1))], cursor=9)
    views.clear(PRICES)
    assert views.rows(PRICES) == []
    assert views.cursor(PRICES.name) == 0
    views.apply(PRICES, [("put", price(1))], cursor=1)


def test_a_view_declared_as_before_keeps_its_rows(engine: Engine, views: ViewStore) -> None:
    views.apply(PRICES, [("put", price(1))], cursor=9)
    again = ViewStore(engine)
    again.ensure(PRICES)
    assert again.rows(PRICES) == [price(1)]
    assert again.cursor(PRICES.name) == 9


@pytest.mark.parametrize(
    "changed",
    [
        evolve(PRICES, columns=(*PRICES.columns, Column("open_fen", "int"))),
        evolve(PRICES, columns=(PRICES.columns[0], PRICES.columns[1], Column("close_fen", "text"))),
        evolve(PRICES, key=("instrument", "day")),
        evolve(PRICES, indexes=()),
    ],
)
def test_a_view_declared_otherwise_is_made_anew(engine: Engine, views: ViewStore, changed: View) -> None:
    views.apply(PRICES, [("put", price(1))], cursor=9)
    unfit = evolve(changed, columns=changed.columns[:3]) if changed.indexes else changed
    again = ViewStore(engine)
    again.ensure(unfit)
    assert again.rows(unfit) == []
    assert again.cursor(PRICES.name) == 0
    names = [column["name"] for column in inspect(engine).get_columns("view_kernel_day_prices")]
    assert names == [column.name for column in unfit.columns]


def test_a_view_is_used_only_after_it_was_ensured(engine: Engine) -> None:
    with pytest.raises(StoreError, match=r"view kernel\.day_prices has no table yet"):
        ViewStore(engine).rows(PRICES)


def test_two_views_may_not_share_a_table(views: ViewStore) -> None:
    with pytest.raises(StoreError, match="its table view_kernel_day_prices belongs to another view"):
        views.ensure(evolve(PRICES, name="kernel.day.prices"))
    views.apply(PRICES, [("put", price(1))], cursor=1)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (evolve(PRICES, name="Day Prices; DROP TABLE meta"), "'Day Prices; DROP TABLE meta'"),
        (evolve(PRICES, columns=(*PRICES.columns, Column("day", "int"))), "'day'"),
        (evolve(PRICES, columns=(*PRICES.columns, Column("a.b", "int"))), r"'a\.b'"),
        (evolve(PRICES, columns=(*PRICES.columns, Column("ratio", "float"))), "'ratio: float'"),
        (evolve(PRICES, key=("date",)), "'date'"),
        (evolve(PRICES, indexes=(("volume",),)), "'volume'"),
        (evolve(PRICES, key=()), "has no columns"),
        (evolve(PRICES, indexes=((),)), "has no columns"),
    ],
)
def test_a_wrong_declaration_is_refused(engine: Engine, wrong: View, reason: str) -> None:
    with pytest.raises(StoreError, match=f"is declared wrong: .*{reason}"):
        ViewStore(engine).ensure(wrong)


def test_columns_may_be_named_like_words_of_sql(views: ViewStore) -> None:
    view = View(
        "odd", (Column("select", "int"), Column("order", "text")), key=("select",), indexes=(("order",),)
    )
    views.ensure(view)
    views.apply(view, [("put", {"select": 1, "order": "x"}), ("delete", (2,))], cursor=1)
    assert views.rows(view, {"order": "x"}, order=("-order",)) == [{"select": 1, "order": "x"}]


def test_a_locked_or_broken_views_file_is_reported(engine: Engine, views: ViewStore) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE view_kernel_day_prices")
    with pytest.raises(StoreError, match=r"view kernel\.day_prices can't be read: .*view_kernel_day_prices"):
        views.rows(PRICES)


# Properties: whatever the changes and however the rows are paged, the view equals a dictionary.

SMALL = st.integers(0, 3)
ROWS = st.builds(price, day=SMALL, instrument=st.sampled_from("aB"), close_fen=st.none() | SMALL)
CHANGES = st.tuples(st.just("put"), ROWS) | st.tuples(
    st.just("delete"), st.tuples(SMALL, st.sampled_from("aB"))
)
ORDERS = st.lists(
    st.sampled_from(["day", "-day", "close_fen", "-close_fen", "instrument"]),
    unique_by=lambda name: name.removeprefix("-"),
    max_size=3,
).map(tuple)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(CHANGES, max_size=8), max_size=4), order=ORDERS, size=st.integers(1, 4))
def test_a_view_equals_a_dictionary_however_it_is_changed_and_paged(
    views: ViewStore, batches: list[list[Change]], order: tuple[str, ...], size: int
) -> None:
    views.clear(PRICES)
    expected: dict[tuple[Any, ...], dict[str, Any]] = {}
    for cursor, changes in enumerate(batches):
        views.apply(PRICES, changes, cursor)
        for change in changes:
            fold(expected, change)
    wanted = sorted(expected.values(), key=cmp_to_key(partial(_compare, order)))
    assert views.rows(PRICES, order=order) == wanted
    assert list(_paged(views, order, size)) == wanted
    asked = {"ranges": {"day": (1, 2)}, "any_of": {"instrument": "a", "close_fen": 2}}
    fits = [
        row for row in wanted if 1 <= row["day"] <= 2 and (row["instrument"] == "a" or row["close_fen"] == 2)
    ]
    assert list(_paged(views, order, size, **asked)) == fits


def fold(rows: dict[tuple[Any, ...], dict[str, Any]], change: Change) -> None:
    if change[0] == "put":
        rows[change[1]["day"], change[1]["instrument"]] = dict(change[1])
    else:
        rows.pop(change[1], None)


def _paged(views: ViewStore, order: tuple[str, ...], size: int, **asked: Any) -> Iterator[dict[str, Any]]:
    place = None
    while page := views.rows(PRICES, order=order, after_key=place, limit=size, **asked):
        yield from page
        place = position(PRICES, page[-1], order)


def _compare(order: tuple[str, ...], one: dict[str, Any], other: dict[str, Any]) -> int:
    falls = bool(order) and order[-1].startswith("-")
    for name in (*order, *(f"-{name}" if falls else name for name in PRICES.key)):
        left, right = (_rank(row[name.removeprefix("-")]) for row in (one, other))
        if left != right:
            return (1 if left > right else -1) * (-1 if name.startswith("-") else 1)
    return 0


def _rank(value: Any) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, value)
