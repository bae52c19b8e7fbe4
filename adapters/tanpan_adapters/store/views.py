"""Tables for read models, made from their declarations, apart from the journal: they can always be rebuilt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Any, Literal, Protocol, TypeAlias

import msgspec
from attrs import asdict, frozen
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from .engine import beside, is_sqlite, open_engine, take_turns, writing
from .errors import StoreError, reported
from .schema import Schema, meta_table, prepare

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_LAYOUT = 3  # raise it when a declaration leads to another table than before: every view is then rebuilt


class ViewColumn(Protocol):
    """A column of a view; every column but those of the key may hold None."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str:
        """One of "int" (64 bits), "text", "json"."""


class ViewDeclaration(Protocol):
    """What a read model declares: dotted name, columns, the columns of its key, and of each further index."""

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Sequence[ViewColumn]: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def indexes(self) -> tuple[tuple[str, ...], ...]: ...


Put: TypeAlias = tuple[Literal["put"], Mapping[str, Any]]
Delete: TypeAlias = tuple[Literal["delete"], tuple[Any, ...]]
Change: TypeAlias = Put | Delete


class _Text(TypeDecorator[str]):
    """Text in the order of its code points on every database; NUL, which PostgreSQL keeps in no text, is shown as ␀."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(_plain_text(value))


def _plain_text(value: Any) -> Any:
    return value.replace("\0", "␀") if isinstance(value, str) and "\0" in value else value


class _Json(TypeDecorator[Any]):
    """Any JSON value as text; None is the database's NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)


_TYPES: dict[str, type[TypeEngine[Any]]] = {"int": BigInteger, "text": _Text, "json": _Json}

_POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_LONGEST_NAME = 63  # bytes of an index's name
_FOLLOWER = "follower"

_TABLES = MetaData()
_META = meta_table(_TABLES)
_CATALOGUE = Table(
    "views",
    _TABLES,
    Column("name", Text, primary_key=True),
    Column("table_name", Text, nullable=False, unique=True),
    Column("fingerprint", Text, nullable=False),
    Column("cursor", BigInteger, nullable=False),
)
_STATE = Table(
    "state",
    _TABLES,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("state_hash", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
VIEWS_SCHEMA = Schema("views", 2, _TABLES, rebuildable=True)


@frozen
class KeptState:
    """The state of an exchange after `seq`, where the journal's digest was `digest`; what a follower begins with."""

    seq: int
    digest: bytes
    fingerprint: str
    state_hash: str
    payload: bytes


def views_url(url: str, exchange: str = "") -> str:
    """The URL of an exchange's views: `b.NAME.views.db` beside SQLite's `b.db`, or PostgreSQL's schema `views_NAME`.

    Views know no exchange: where a database hosts several, each has tables of its own.
    """
    return beside(url, "views", exchange)


def position(view: ViewDeclaration, row: Mapping[str, Any], order: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """Where `row` stands in `ViewStore.rows(view, order=order)`: the `after_key` of the page after it."""
    return tuple(row[column] for column, _ in full_order(view, order))


def full_order(view: ViewDeclaration, order: Sequence[str]) -> list[tuple[str, bool]]:
    """Columns to order by, each with whether it falls: `order`, then the rest of the key, so no rows tie.

    The key goes in the direction of the last column before it: a falling order is the rising one backwards, and
    one index serves both.
    """
    asked = [(name.removeprefix("-"), name.startswith("-")) for name in order]
    falls = bool(asked) and asked[-1][1]
    named = {name for name, _ in asked}
    return asked + [(name, falls) for name in view.key if name not in named]


def open_views(url: str, exchange: str = "") -> ViewStore:
    """The views of an exchange whose journal is in the database `url`; made where there are none."""
    return ViewStore(open_engine(views_url(url, exchange), durable=False))


class ViewStore:
    """The views of one database: each a table, with the sequence up to which events are folded into it."""

    def __init__(self, engine: Engine) -> None:
        prepare(engine, VIEWS_SCHEMA)
        self._engine = engine
        self._tables: dict[str, Table] = {}

    def close(self) -> None:
        """Gives the connections back."""
        self._engine.dispose()

    def ensure(self, view: ViewDeclaration) -> None:
        """Makes the view's table; replaces one made from another declaration, and its cursor is 0 again.

        Raises StoreError for a declaration that makes no table, or one whose table belongs to another view.
        """
        table = _table(view, self._engine)
        with reported(f"the view {view.name} can't be made"):
            with self._engine.connect() as connection:
                fits = _stored_fingerprint(connection, view) == _fingerprint(view)
            if not fits:
                self._make(view, table)
        self._tables[view.name] = table

    def _make(self, view: ViewDeclaration, table: Table) -> None:
        with writing(self._engine) as connection:
            take_turns(connection, "make a view")
            if _stored_fingerprint(connection, view) != _fingerprint(view):
                _make(connection, view, table)

    def cursor(self, view_name: str) -> int:
        """The sequence up to which the view is complete; 0 for one that is empty or unknown."""
        query = select(_CATALOGUE.c.cursor).where(_CATALOGUE.c.name == view_name)
        with reported(f"the view {view_name} can't be read"), self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def apply(
        self, view: ViewDeclaration, changes: Iterable[Change], cursor: int, *, since: int | None = None
    ) -> None:
        """Makes the changes in their order and moves the cursor, in one transaction.

        A put replaces the whole row of its key. Raises StoreError, changing nothing, for a row that doesn't
        have exactly the view's columns, for a cursor before the one that is stored, and where the stored one
        isn't `since`: somebody else changed the rows from which these changes were made.
        """
        table = self._known(view)
        puts = _last_by_key(view, changes)
        rows = [row for row in puts.values() if row is not None]
        gone = [dict(zip(view.key, key, strict=True)) for key, row in puts.items() if row is None]
        with reported(f"the view {view.name} can't be changed"), writing(self._engine) as connection:
            _move_cursor(connection, view, since, cursor)
            if gone:
                _delete(connection, view, table, gone)
            if rows:
                _upsert(connection, view, table, rows)

    def rows(
        self,
        view: ViewDeclaration,
        where: Mapping[str, Any] | None = None,
        order: tuple[str, ...] = (),
        after_key: tuple[Any, ...] | None = None,
        limit: int | None = None,
        *,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        any_of: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """The rows that equal `where` in its columns, in `order` ("-name" falls), then in that of the key (`full_order`).

        `ranges` gives the lowest and the highest value of a column, None for none; a row without a value is in
        no range but (None, None). `any_of` wants one of its columns to equal its value. None sorts before every
        value. `after_key` is the `position` of the last row of the page before.
        """
        table = self._known(view)
        bounds = {name: pair for name, pair in (ranges or {}).items() if pair != (None, None)}
        full = [
            _Ordered(_column(view, table, name), falling, bool(table.c[name].nullable) and name not in bounds)
            for name, falling in full_order(view, order)
        ]
        query = select(table)
        for name, value in (where or {}).items():
            query = query.where(_column(view, table, name) == value)
        for name, pair in bounds.items():
            column = _column(view, table, name)
            lowest, highest = _still_to_say(full[0], after_key, pair) if column is full[0].column else pair
            query = query if lowest is None else query.where(column >= lowest)
            query = query if highest is None else query.where(column <= highest)
        # One by one: asked with `or` beside another filter, a database goes along that one's index and looks at all.
        either = [_column(view, table, name) == value for name, value in (any_of or {}).items()] or [true()]
        query = query.order_by(*(one.clause() for one in full))
        found: list[dict[str, Any]] = []
        with reported(f"the view {view.name} can't be read"), self._engine.connect() as connection:
            for part in _beyond(full, after_key):
                missing = None if limit is None else limit - len(found)
                if missing == 0:
                    break
                pages = [connection.execute(query.where(part, one).limit(missing)) for one in either]
                found += _merged(view, full, [dict(row) for read in pages for row in read.mappings()])[
                    :missing
                ]
        return found

    def clear(self, view: ViewDeclaration) -> None:
        """Removes all rows and sets the cursor to 0, to fold the view from the journal's beginning again."""
        table = self._known(view)
        with reported(f"the view {view.name} can't be cleared"), writing(self._engine) as connection:
            connection.execute(delete(table))
            connection.execute(update(_CATALOGUE).where(_CATALOGUE.c.name == view.name).values(cursor=0))

    def note(self, key: str, value: str) -> None:
        """Keeps a small fact beside the views; one of the same key is replaced."""
        with reported(f"the note {key} can't be kept"), writing(self._engine) as connection:
            connection.execute(
                _upserting(connection, _META, ("key",)), {"key": f"note:{key}", "value": value}
            )

    def noted(self, key: str) -> str:
        """A fact that was kept; "" when there is none."""
        query = select(_META.c.value).where(_META.c.key == f"note:{key}")
        with reported(f"the note {key} can't be read"), self._engine.connect() as connection:
            return str(connection.execute(query).scalar() or "")

    def keep_state(self, state: KeptState) -> None:
        """Keeps the follower's state, in place of the one before."""
        row = {"name": _FOLLOWER, **asdict(state)}
        with reported(f"the state at {state.seq} can't be kept"), writing(self._engine) as connection:
            connection.execute(_upserting(connection, _STATE, ("name",)), row)

    def state(self) -> KeptState | None:
        """The follower's state as it was kept; None when there is none."""
        query = select(_STATE).where(_STATE.c.name == _FOLLOWER)
        with reported("the follower's state can't be read"), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else KeptState(*row[1:])

    def forget_state(self) -> None:
        """Removes the follower's state."""
        with reported("the follower's state can't be removed"), writing(self._engine) as connection:
            connection.execute(delete(_STATE))

    def _known(self, view: ViewDeclaration) -> Table:
        if view.name not in self._tables:
            raise StoreError(f"the view {view.name} has no table yet: `ensure` comes first")
        return self._tables[view.name]


def _merged(
    view: ViewDeclaration, full: Sequence[_Ordered], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of several pages in their common order, each of them once."""
    key_of = row_key(view)
    rows = list({key_of(row): row for row in rows}.values())
    for one in reversed(full):
        name = one.column.name
        rows.sort(key=lambda row, name=name: (row[name] is not None, row[name]), reverse=one.falling)  # type: ignore[misc]
    return rows


def _table(view: ViewDeclaration, engine: Engine) -> Table:
    """The table a declaration makes, with its indexes; raises StoreError where the declaration is wrong."""
    _check(view)
    # SQLite sorts NULL first by itself; PostgreSQL uses an index for that order only if it was made in it.
    nulls_first = not is_sqlite(engine)
    name = "view_" + view.name.replace(".", "_")
    columns = [Column(c.name, _TYPES[c.kind], nullable=c.name not in view.key) for c in view.columns]
    table = Table(name, MetaData(), *columns, PrimaryKeyConstraint(*view.key))
    for number, index in enumerate(view.indexes, 1):
        # With the key behind it an index has no two equal entries: a page begins anywhere among many of one value.
        parts = (table.c[column] for column in (*index, *(name for name in view.key if name not in index)))
        Index(
            f"{name}_index_{number}"[-_LONGEST_NAME:],
            *(part.asc().nulls_first() if nulls_first and part.nullable else part for part in parts),
        )
    return table


def _check(view: ViewDeclaration) -> None:
    names = [column.name for column in view.columns]
    wrong = [name for name in [view.name, *names] if not _NAME.fullmatch(name)]
    wrong += [name for name in names if "." in name or names.count(name) > 1]
    wrong += [f"{column.name}: {column.kind}" for column in view.columns if column.kind not in _TYPES]
    wrong += [name for part in (view.key, *view.indexes) for name in part if name not in names]
    if wrong:
        raise StoreError(f"the view {view.name!r} is declared wrong: {', '.join(map(repr, wrong))}")
    if not view.key or not all(view.indexes):
        raise StoreError(f"the view {view.name!r} is declared wrong: a key or an index has no columns")


def _fingerprint(view: ViewDeclaration) -> str:
    columns = [(column.name, column.kind) for column in view.columns]
    return sha256(msgspec.json.encode((_LAYOUT, view.name, columns, view.key, view.indexes))).hexdigest()


def _stored_fingerprint(connection: Connection, view: ViewDeclaration) -> str | None:
    query = select(_CATALOGUE.c.fingerprint).where(_CATALOGUE.c.name == view.name)
    return connection.execute(query).scalar()


def _make(connection: Connection, view: ViewDeclaration, table: Table) -> None:
    owner = select(_CATALOGUE.c.name).where(_CATALOGUE.c.table_name == table.name)
    if connection.execute(owner).scalar() not in (None, view.name):
        raise StoreError(
            f"the view {view.name} can't be made: its table {table.name} belongs to another view"
        )
    connection.execute(delete(_CATALOGUE).where(_CATALOGUE.c.name == view.name))
    table.drop(connection, checkfirst=True)
    table.create(connection)
    row = {"name": view.name, "table_name": table.name, "fingerprint": _fingerprint(view), "cursor": 0}
    connection.execute(insert(_CATALOGUE), row)


def _last_by_key(
    view: ViewDeclaration, changes: Iterable[Change]
) -> dict[tuple[Any, ...], Mapping[str, Any] | None]:
    """What the changes leave of each key they touch: its row, or None where it was deleted last."""
    columns = {column.name for column in view.columns}
    left: dict[tuple[Any, ...], Mapping[str, Any] | None] = {}
    key_of = row_key(view)
    for change in changes:
        if change[0] == "delete":
            left[_plain(_whole_key(view, change[1]))] = None
            continue
        row = change[1]
        if row.keys() != columns:
            odd = ", ".join(sorted(row.keys() ^ columns))
            raise StoreError(f"a row of the view {view.name} has other columns than declared: {odd}")
        left[_plain(key_of(row))] = row
    return left


def row_key(view: ViewDeclaration) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What takes the key out of a row."""
    # An itemgetter takes all names at once, but gives no tuple for a single one.
    if len(view.key) > 1:
        return itemgetter(*view.key)
    name = view.key[0]
    return lambda row: (row[name],)


def _plain(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """The key as it is written: no two rows of one statement may have the same."""
    for part in key:
        if part.__class__ is str and "\0" in part:
            return tuple(map(_plain_text, key))
    return key


def _whole_key(view: ViewDeclaration, key: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(key) != len(view.key):
        raise StoreError(f"the view {view.name} has the key {view.key}, which {key} doesn't fit")
    return key


def _move_cursor(connection: Connection, view: ViewDeclaration, since: int | None, cursor: int) -> None:
    mine = and_(_CATALOGUE.c.name == view.name, _CATALOGUE.c.cursor <= cursor)
    if since is not None:
        mine = and_(mine, _CATALOGUE.c.cursor == since)
    if connection.execute(update(_CATALOGUE).where(mine).values(cursor=cursor)).rowcount != 1:
        raise StoreError(f"the view {view.name} is past the cursor {cursor}: somebody else folds it too")


def _delete(connection: Connection, view: ViewDeclaration, table: Table, keys: list[dict[str, Any]]) -> None:
    mine = (table.c[name] == bindparam(f"key_{name}") for name in view.key)
    values = [{f"key_{name}": part for name, part in key.items()} for key in keys]
    connection.execute(delete(table).where(*mine), values)


def _upsert(connection: Connection, view: ViewDeclaration, table: Table, rows: Sequence[Any]) -> None:
    """Writes rows column by column: what SQLAlchemy does for each value of each row would be half of folding."""
    columns = {column.name: _written(column, rows) for column in table.columns}
    if is_sqlite(connection.engine):
        connection.exec_driver_sql(_sql(connection, view, table), list(zip(*columns.values(), strict=True)))
        return
    # One statement with an array for each column takes a fraction of the time of one statement for each row.
    values = {f"all_{name}": written for name, written in columns.items()}
    connection.execute(_from_arrays(view, table), values)


def _sql(connection: Connection, view: ViewDeclaration, table: Table) -> str:
    """The text of SQLite's statement for a row, its values in the order of the columns; made once for each table."""
    if "upsert" not in table.info:
        table.info["upsert"] = str(_upserting(connection, table, view.key).compile(connection.engine))
    return str(table.info["upsert"])


def _from_arrays(view: ViewDeclaration, table: Table) -> Any:
    """PostgreSQL's statement for all rows, of an array for each column; made once for each table."""
    if "upsert" not in table.info:
        given = (
            bindparam(f"all_{column.name}", type_=ARRAY(_array_type(column))) for column in table.columns
        )
        source = select(text("*")).select_from(func.unnest(*given).alias("given"))
        insertion = postgresql.insert(table).from_select([column.name for column in table.columns], source)
        table.info["upsert"] = _or_update(insertion, table, view.key)
    return table.info["upsert"]


def _array_type(column: Column[Any]) -> TypeEngine[Any]:
    return Text() if isinstance(column.type, TypeDecorator) else column.type


def _written(column: Column[Any], rows: Sequence[Any]) -> list[Any]:
    """A column's values as the database takes them."""
    values = list(map(itemgetter(column.name), rows))
    if not isinstance(column.type, TypeDecorator):
        return values
    if isinstance(column.type, _Text) and set(map(type, values)) == {str} and "\0" not in "".join(values):
        return values
    bind = column.type.process_bind_param
    return [bind(value, _POSTGRESQL) for value in values]


def _upserting(connection: Connection, table: Table, key: Sequence[str]) -> Any:
    """Writes a row, in place of the one of its key."""
    dialect = sqlite if is_sqlite(connection.engine) else postgresql
    return _or_update(dialect.insert(table), table, key)


def _or_update(insertion: Any, table: Table, key: Sequence[str]) -> Any:
    rest = {column.name: insertion.excluded[column.name] for column in table.c if column.name not in key}
    if not rest:
        return insertion.on_conflict_do_nothing(index_elements=list(key))
    return insertion.on_conflict_do_update(index_elements=list(key), set_=rest)


def _column(view: ViewDeclaration, table: Table, name: str) -> Column[Any]:
    if name not in table.c:
        raise StoreError(f"the view {view.name} has no column {name!r}")
    return table.c[name]


@frozen
class _Ordered:
    """A column of an order: whether it falls, and whether there may be rows without a value in it."""

    column: Column[Any]
    falling: bool
    nullable: bool

    def clause(self) -> ColumnElement[Any]:
        """What the order says of it: None sorts before every value."""
        if not self.column.nullable:
            return self.column.desc() if self.falling else self.column.asc()
        return self.column.desc().nulls_last() if self.falling else self.column.asc().nulls_first()


def _still_to_say(first: _Ordered, place: tuple[Any, ...] | None, bounds: tuple[Any, Any]) -> tuple[Any, Any]:
    """The bounds of the first column, but the one that the place implies: of two a database may enter at the wrong one."""
    lowest, highest = bounds
    if place is None or place[0] is None:
        return bounds
    if first.falling:
        return lowest, None if highest is not None and place[0] <= _plain_text(highest) else highest
    return None if lowest is not None and place[0] >= _plain_text(lowest) else lowest, highest


def _beyond(order: Sequence[_Ordered], place: tuple[Any, ...] | None) -> Iterator[ColumnElement[bool]]:
    """What is true of the rows after `place`: parts one behind the other, each one range of an index of the order.

    One condition for them all would have an alternative in it, for which a database reads what it needn't.
    """
    if place is None:
        yield true()
        return
    for first, end in reversed(_runs(order)):
        before = [one.column == value for one, value in zip(order[:first], place, strict=False)]
        for later in _later(order[first:end], place[first:end]):
            yield and_(*before, later)


def _runs(order: Sequence[_Ordered]) -> list[tuple[int, int]]:
    """Where columns that can be compared as one value begin and end: of one direction, None in the first at most."""
    begins = [
        place
        for place, one in enumerate(order)
        if place == 0 or one.nullable or one.falling != order[place - 1].falling
    ]
    return list(zip(begins, [*begins[1:], len(order)], strict=True))


def _later(run: Sequence[_Ordered], values: tuple[Any, ...]) -> Iterator[ColumnElement[bool]]:
    """The parts of what comes later than a run's values, of rows that are equal in the columns before it."""
    first, *rest = run
    if values[0] is not None:
        yield _past(run, values)
        if first.falling and first.nullable:
            yield first.column.is_(None)
        return
    if rest:
        yield and_(first.column.is_(None), _past(rest, values[1:]))
    if not first.falling:
        yield first.column.is_not(None)


def _past(run: Sequence[_Ordered], values: tuple[Any, ...]) -> ColumnElement[bool]:
    ours: ColumnElement[Any] = run[0].column
    place = values[0]
    if len(run) > 1:
        ours = tuple_(*(one.column for one in run))
        place = tuple_(*values, types=[one.column.type for one in run])
    later: ColumnElement[bool] = ours < place if run[0].falling else ours > place
    return later
