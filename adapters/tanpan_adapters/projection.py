"""The views of one exchange in a file of their own, folded from the committed journal, rebuilt at will."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any

from tanpan.calendar import Calendar
from tanpan.exchange import Exchange
from tanpan.packs import Assembly
from tanpan.reports import CORE_VIEWS
from tanpan.views import Key, Projector, Row, View
from tanpan_adapters.store import Journal, ViewStore, open_engine, views_url

Progress = Callable[[int, int], None]
FLUSH_RECORDS = 5_000
FOLLOWED = "followed"


class StoredTables:
    """Rows in the views' file; what is not flushed yet is kept at hand.

    Beside the rows stands which journal they are of: its digest at a sequence no view is beyond.
    """

    def __init__(self, store: ViewStore, views: tuple[View, ...], journal: Journal) -> None:
        self._store = store
        self._views = views
        self._journal = journal
        self.seq = 0
        for view in views:
            store.ensure(view)
        self._cursors = {view.name: store.cursor(view.name) for view in views}
        self._pending: dict[str, dict[Key, Row]] = {view.name: {} for view in views}
        self._noted_seq = 0

    def get(self, view: View, key: Key) -> Row | None:
        row = self._pending[view.name].get(key)
        if row is None:
            found = self._store.rows(view, dict(zip(view.key, key, strict=True)), limit=1)
            row = found[0] if found else None
        return row

    def put(self, view: View, row: Row) -> None:
        # A view that was folded further than this record already has its rows.
        if self.seq > self._cursors[view.name]:
            self._pending[view.name][tuple(row[name] for name in view.key)] = row

    def rows(self, view: View, where: Mapping[str, Any]) -> list[Row]:
        self.flush()
        return self._store.rows(view, dict(where))

    def are_of_journal(self) -> bool:
        """Whether the rows were folded from this very journal; a backup that was restored is another history."""
        noted = self._store.noted(FOLLOWED)
        self._noted_seq = int(noted.partition(" ")[0] or 0)
        return bool(noted) and noted == self._note(self._noted_seq)

    def clear(self) -> None:
        """Remove all rows and begin anew."""
        self.seq = self._noted_seq = 0
        for view in self._views:
            self._store.clear(view)
            self._cursors[view.name] = 0
            self._pending[view.name].clear()
        self._store.note(FOLLOWED, self._note(0))

    def flush(self) -> None:
        """Write what is pending, each view with its cursor in one transaction; before it, of which journal it is."""
        if self.seq > self._noted_seq:
            self._store.note(FOLLOWED, self._note(self.seq))
            self._noted_seq = self.seq
        for view in self._views:
            pending = self._pending[view.name]
            if self.seq > self._cursors[view.name]:
                self._store.apply(view, [("put", row) for row in pending.values()], self.seq)
                self._cursors[view.name] = self.seq
            pending.clear()

    def _note(self, seq: int) -> str:
        head = self._journal.head_at(seq)
        return "" if head is None else f"{head.seq} {head.digest.hex()}"


class Projection:
    """Follows an exchange's journal and keeps its views."""

    def __init__(self, url: str, name: str, assembly: Assembly, calendar: Calendar, journal: Journal) -> None:
        self._journal = journal
        self._engine = open_engine(views_url(url, name), durable=False)
        self.views = {view.name: view for view in (*CORE_VIEWS, *assembly.views)}
        self._store = ViewStore(self._engine)
        self._tables = StoredTables(self._store, tuple(self.views.values()), journal)
        self._new = partial(Exchange, name, assembly, calendar)
        self._projector = Projector(self._new(), self.views.values(), self._tables)

    def __enter__(self) -> Projection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    @property
    def exchange(self) -> Exchange:
        """The exchange as of the last committed record that was followed."""
        return self._projector.exchange

    def clear(self) -> None:
        """Remove all rows, to be folded anew from the beginning by a new projection."""
        for view in self.views.values():
            self._store.clear(view)

    def follow(self, on_progress: Progress | None = None) -> None:
        """Take what was committed since the last call."""
        head = self._journal.head()
        if not self._tables.are_of_journal():
            self._tables.clear()
            self._projector = Projector(self._new(), self.views.values(), self._tables)
        exchange = self.exchange
        flushed = exchange.seq
        for batch in self._journal.read(exchange.seq):
            for record in exchange.decode_records(batch.payload):
                if record.seq > exchange.seq:
                    self._tables.seq = record.seq
                    self._projector.project((record,))
            if exchange.seq - flushed >= FLUSH_RECORDS:
                self._tables.flush()
                flushed = exchange.seq
                if on_progress is not None:
                    on_progress(exchange.seq, head.seq)
        self._tables.flush()

    def rows(self, view: str, where: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a view that equal a filter, in key order."""
        return self._tables.rows(self.views[view], where or {})
