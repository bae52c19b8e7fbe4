"""Views: tables for queries and reports, folded from events and rebuildable from the journal at will.

A view declares its columns, its key, who may read it and, per event type, which rows an event puts or
deletes. Where the rows are kept (memory, a database) is the business of `Tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import field, frozen, mutable

from tanpan.messages import APPLICANT, OPERATOR, REGULATOR, STAFF, AnyRecord, Event
from tanpan.refusals import KernelFault, Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan.ledger import Leg
    from tanpan.parties import Actor

Row = dict[str, Any]
Key = tuple[Any, ...]


@frozen
class Column:
    """A column: `int` (fen, tonnes, microseconds: the unit ends its name), `text` or `json`; in live queries also `bool`."""

    name: str
    kind: str
    zh: str
    en: str


@mutable  # only because a frozen one takes several times as long to make, and one is made per event and view
class Change:
    """One event as a view sees it: its record, the state right after it, its postings, and the view's own rows."""

    record: AnyRecord
    event: Any
    exchange: Exchange
    postings: tuple[Leg, ...]
    get: Callable[[Key], Row | None]


Fold = Callable[[Change], Iterable[Row]]


@frozen
class View:
    """A table of facts, `doc` in one sentence. `own` names the columns that hold an account: its operators may
    read such rows. `applicant` names the column that holds an applicant, who may read his."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    folds: Mapping[type[Event], Fold]
    indexes: tuple[tuple[str, ...], ...] = ()
    own: tuple[str, ...] = ("account",)
    readers: tuple[str, ...] = (OPERATOR, STAFF, REGULATOR)
    every: Fold | None = field(default=None)
    doc: str = ""
    applicant: str = ""
    between: bool = False
    """Whether an operator who names the account on the other side asks for what both have in common."""

    def fold(self, event: type[Event]) -> Fold | None:
        """What an event type does to the view."""
        return self.folds.get(event) or self.every

    def for_actor(self, actor: Actor | None, where: Mapping[str, Any]) -> dict[str, Any]:
        """The filter an actor may use; refuses another's rows and who may not read at all."""
        if actor is None:
            raise Refusal("AUTH_REQUIRED", view=self.name)
        if actor.role not in self.readers or actor.frozen:
            raise Refusal(
                "OPERATOR_FROZEN" if actor.frozen else "PERMISSION_DENIED", actor=actor.name, view=self.name
            )
        where = self._filter(where)
        if actor.role == APPLICANT and (self.applicant or self.own):
            if where.get(self.applicant, actor.name) != actor.name:
                raise Refusal("PERMISSION_DENIED", actor=actor.name, view=self.name)
            return {**where, self.applicant: actor.name}
        if actor.role != OPERATOR or not self.own:
            return where
        if "query" not in actor.permissions:
            raise Refusal("PERMISSION_DENIED", actor=actor.name, view=self.name)
        asked = [where[column] for column in self.own if column in where]
        if not asked:
            return {**where, self.own[0]: actor.account} if len(self.own) == 1 else where
        if actor.account in asked:
            return where
        left = [column for column in self.own if column not in where]
        if not self.between or len(left) != 1:
            raise Refusal("PERMISSION_DENIED", actor=actor.name, view=self.name)
        return {**where, left[0]: actor.account}

    def any_of(self, actor: Actor, where: Mapping[str, Any]) -> dict[str, Any]:
        """Columns of which one must hold its value, beside a filter of `for_actor`.

        Where an operator's account may stand in one of several columns he reads the rows in which it does.
        """
        if actor.role != OPERATOR or len(self.own) < 2 or any(column in where for column in self.own):
            return {}
        return dict.fromkeys(self.own, actor.account)

    def _filter(self, where: Mapping[str, Any]) -> dict[str, Any]:
        """A filter in the columns' own types; refuses a column there is not and a number that is none."""
        kinds = {column.name: column.kind for column in self.columns}
        found: dict[str, Any] = {}
        for name, value in where.items():
            if name not in kinds:
                raise Refusal("BAD_FIELD", field=name, known=list(kinds))
            found[name] = whole_number(name, value) if kinds[name] == INT else value
        return found

    def may_see(self, actor: Actor, row: Row) -> bool:
        """Whether a row is the actor's to see."""
        if actor.role == APPLICANT and (self.applicant or self.own):
            return bool(self.applicant) and row[self.applicant] == actor.name
        return actor.role != OPERATOR or not self.own or actor.account in [row[column] for column in self.own]


class Tables(Protocol):
    """Where rows are kept."""

    def get(self, view: View, key: Key) -> Row | None:
        """A row by its key."""
        ...

    def put(self, view: View, row: Row) -> None:
        """Write a row; one of the same key is replaced."""
        ...

    def rows(self, view: View, where: Mapping[str, Any]) -> list[Row]:
        """The rows whose columns equal the filter's values, in key order."""
        ...


class MemoryTables:
    """Tables in memory, for one process and its tests."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[Key, Row]] = {}

    def get(self, view: View, key: Key) -> Row | None:
        return self._rows.get(view.name, {}).get(key)

    def put(self, view: View, row: Row) -> None:
        self._rows.setdefault(view.name, {})[tuple(row[column] for column in view.key)] = row

    def rows(
        self, view: View, where: Mapping[str, Any], any_of: Mapping[str, Any] | None = None
    ) -> list[Row]:
        table = self._rows.get(view.name, {})
        found = [row for row in table.values() if all(row[name] == value for name, value in where.items())]
        if any_of:
            found = [row for row in found if any(row[name] == value for name, value in any_of.items())]
        return sorted(found, key=lambda row: tuple(row[column] for column in view.key))


class Projector:
    """Replays records through an exchange of its own and folds every event into the views."""

    def __init__(self, exchange: Exchange, views: Iterable[View], tables: Tables) -> None:
        self.exchange = exchange
        self.views = tuple(views)
        self.tables = tables
        self._legs: list[Leg] = []
        self._folds: dict[type[Event], list[tuple[View, Fold, Callable[[Key], Row | None]]]] = {}
        self._record: AnyRecord | None = None
        exchange.ledger.on_posting = self._legs.extend
        exchange.watch(self._after)

    def project(self, records: Iterable[AnyRecord]) -> None:
        """Take records of the journal, in order."""
        for record in records:
            self._record = record
            self.exchange.apply((record,))

    def _after(self, event: Event) -> None:
        assert self._record is not None
        legs = tuple([leg for leg in self._legs if leg[3]])
        self._legs.clear()
        if sum_per_asset(legs):
            raise KernelFault(f"postings of {event!r} do not sum to zero: {sum_per_asset(legs)}")
        put = self.tables.put
        for view, fold, get in self._folds_of(type(event)):
            for row in fold(Change(self._record, event, self.exchange, legs, get)):
                put(view, row)

    def _folds_of(self, kind: type[Event]) -> list[tuple[View, Fold, Callable[[Key], Row | None]]]:
        """The views that an event type concerns, found once per type."""
        found = self._folds.get(kind)
        if found is None:
            folds = ((view, view.fold(kind), partial(self.tables.get, view)) for view in self.views)
            found = self._folds[kind] = [(view, fold, get) for view, fold, get in folds if fold is not None]
        return found


def sum_per_asset(legs: Iterable[Leg]) -> dict[str, int]:
    """What is left over per asset; empty when all legs balance."""
    sums: dict[str, int] = {}
    for _, asset, _, amount in legs:
        sums[asset] = sums.get(asset, 0) + amount
    return {asset: amount for asset, amount in sums.items() if amount}


def whole_number(name: str, value: Any) -> int:
    """What a filter or a page says in figures; refuses anything but a whole number."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Refusal("BAD_FIELD", field=name, value=str(value)) from None


def column(name: str, kind: str, zh: str, en: str) -> Column:
    """A column of a view."""
    return Column(name, kind, zh, en)


INT: Final = "int"
TEXT: Final = "text"
JSON: Final = "json"
BOOL: Final = "bool"
