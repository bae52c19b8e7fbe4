"""The views of one exchange apart from its journal, folded from what was committed, rebuilt at will."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any

from tanpan.calendar import Calendar
from tanpan.exchange import Exchange
from tanpan.packs import Assembly
from tanpan.reports import CORE_VIEWS
from tanpan.views import Key, Projector, Row, View
from tanpan_adapters.store import Journal, KeptState, StoreError, ViewStore, open_views, row_key

log = logging.getLogger("tanpan.projection")
Progress = Callable[[int, int], None]
FLUSH_RECORDS = 5_000
KEEP_RECORDS = 100_000
FOLLOWED = "followed"


class StoredTables:
    """Rows in the views' tables; what is not flushed yet is kept at hand.

    Beside the rows stands which journal they are of: its digest at a sequence no view is beyond.
    """

    def __init__(self, store: ViewStore, views: tuple[View, ...], journal: Journal) -> None:
        self._store = store
        self._views = views
        self._journal = journal
        self.seq = 0
        for view in views:
            store.ensure(view)
        self.look()
        self._pending: dict[str, dict[Key, Row]] = {view.name: {} for view in views}
        self._key_of = {view.name: row_key(view) for view in views}
        self._noted_seq = 0

    def look(self) -> None:
        """See how far each view is."""
        self._cursors = {view.name: self._store.cursor(view.name) for view in self._views}

    def get(self, view: View, key: Key) -> Row | None:
        row = self._pending[view.name].get(key)
        if row is None:
            found = self._store.rows(view, dict(zip(view.key, key, strict=True)), limit=1)
            row = found[0] if found else None
        return row

    def put(self, view: View, row: Row) -> None:
        # A view that was folded further than this record already has its rows.
        if self.seq > self._cursors[view.name]:
            self._pending[view.name][self._key_of[view.name](row)] = row

    def rows(self, view: View, where: Mapping[str, Any]) -> list[Row]:
        self.flush()
        return self._store.rows(view, dict(where))

    def are_of_journal(self) -> bool:
        """Whether the rows were folded from this very journal; a backup that was restored is another history."""
        noted = self._store.noted(FOLLOWED)
        self._noted_seq = int(noted.partition(" ")[0] or 0)
        return bool(noted) and noted == self._note(self._noted_seq)

    @property
    def complete(self) -> int:
        """The sequence up to which every view is complete."""
        return min(self._cursors.values(), default=0)

    def clear(self) -> None:
        """Remove all rows and begin anew."""
        self.seq = self._noted_seq = 0
        self._store.forget_state()
        for view in self._views:
            self._store.clear(view)
            self._cursors[view.name] = 0
            self._pending[view.name].clear()
        self._store.note(FOLLOWED, self._note(0))

    def drop_pending(self) -> None:
        """Forget what is not flushed, to fold it again."""
        for pending in self._pending.values():
            pending.clear()

    def flush(self) -> None:
        """Write what is pending, each view with its cursor in one transaction; before it, of which journal it is."""
        if self.seq > self._noted_seq:
            self._store.note(FOLLOWED, self._note(self.seq))
            self._noted_seq = self.seq
        for view in self._views:
            pending = self._pending[view.name]
            if self.seq > self._cursors[view.name]:
                # Rows are made from the rows before: whoever else folded meanwhile has the right of way.
                since = self._cursors[view.name]
                self._store.apply(view, [("put", row) for row in pending.values()], self.seq, since=since)
                self._cursors[view.name] = self.seq
            pending.clear()

    def _note(self, seq: int) -> str:
        head = self._journal.head_at(seq)
        return "" if head is None else f"{head.seq} {head.digest.hex()}"


class Projection:
    """Follows an exchange's journal and keeps its views; the state it has reached is kept beside them at times."""

    def __init__(
        self,
        url: str,
        name: str,
        assembly: Assembly,
        calendar: Calendar,
        journal: Journal,
        *,
        keep_every: int = KEEP_RECORDS,
    ) -> None:
        self._journal = journal
        self.views = {view.name: view for view in (*CORE_VIEWS, *assembly.views)}
        self._store = open_views(url, name)
        self._new = partial(Exchange, name, assembly, calendar)
        self._keep_every = keep_every
        self._kept_seq = 0
        self._flushed_seq = 0
        self._projector: Projector | None = None
        try:
            self._tables = StoredTables(self._store, tuple(self.views.values()), journal)
        except BaseException:
            self._store.close()
            raise

    def __enter__(self) -> Projection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Keep the state that was reached and give connections back."""
        try:
            self._keep_state()
        finally:
            self._store.close()

    @property
    def exchange(self) -> Exchange:
        """The exchange as of the last committed record that was followed."""
        return self._begun().exchange

    def clear(self) -> None:
        """Remove all rows, to be folded anew from the beginning by a new projection."""
        self._projector = None
        self._store.forget_state()
        for view in self.views.values():
            self._store.clear(view)

    def follow(self, on_progress: Progress | None = None) -> None:
        """Take what was committed since the last call; after an error the next call begins at the kept state."""
        try:
            self._follow(on_progress)
        except BaseException:
            # Memory may be in the middle of a record: it is thrown away with the rows that came of it.
            self._projector = None
            self._tables.drop_pending()
            raise

    def _follow(self, on_progress: Progress | None) -> None:
        head = self._journal.head()
        if not self._tables.are_of_journal():
            self._tables.clear()
            self._begin(self._new())
        projector = self._begun()
        exchange = projector.exchange
        flushed = exchange.seq
        for batch in self._journal.read(exchange.seq):
            for record in exchange.decode_records(batch.payload):
                if record.seq > exchange.seq:
                    self._tables.seq = record.seq
                    projector.project((record,))
            if exchange.seq - flushed >= FLUSH_RECORDS:
                self._flush()
                flushed = exchange.seq
                if on_progress is not None:
                    on_progress(exchange.seq, head.seq)
        self._flush()

    def rows(self, view: str, where: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a view that equal a filter, in key order."""
        return self._tables.rows(self.views[view], where or {})

    def _flush(self) -> None:
        self._tables.flush()
        self._flushed_seq = self.exchange.seq
        if self._flushed_seq - self._kept_seq >= self._keep_every:
            self._keep_state()

    def _keep_state(self) -> None:
        """A kept state only saves time: one that can't be written is tried again later, and nothing is lost.

        It is of a place where every view is complete: whatever happened since, following goes on from there.
        """
        if self._projector is None or not self._kept_seq < self.exchange.seq == self._flushed_seq:
            return
        exchange = self.exchange
        self._kept_seq = exchange.seq
        try:
            head = self._journal.head_at(exchange.seq)
            if head is not None:
                state = KeptState(
                    exchange.seq,
                    head.digest,
                    exchange.fingerprint(),
                    exchange.state_hash(),
                    exchange.snapshot(),
                )
                self._store.keep_state(state)
        except StoreError as error:
            log.warning("the state of the views at %d isn't kept: %s", exchange.seq, error)

    def _begun(self) -> Projector:
        if self._projector is None:
            self._tables.look()
            return self._begin(self._restored() or self._new())
        return self._projector

    def _begin(self, exchange: Exchange) -> Projector:
        self._tables.seq = self._kept_seq = self._flushed_seq = exchange.seq
        self._projector = Projector(exchange, self.views.values(), self._tables)
        return self._projector

    def _restored(self) -> Exchange | None:
        """The exchange of the kept state; None where that is of another journal, other code, or ahead of a view."""
        state = self._store.state()
        if state is None or state.seq > self._tables.complete:
            return None
        exchange = self._new()
        head = self._journal.head_at(state.seq)
        if state.fingerprint != exchange.fingerprint() or head is None or head.digest != state.digest:
            return None
        try:
            exchange.restore(state.payload)
        except Exception as error:
            log.warning("the state of the views at %d is discarded: %r", state.seq, error)
            return None
        return exchange if exchange.state_hash() == state.state_hash else None
