"""The journal of one exchange: what was acknowledged, in order; beside it, refusals and snapshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from types import TracebackType
from typing import Any, cast

from attrs import asdict, frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPICursor

from .chain import EMPTY, Batch, ChainRow, Head, Verified, Walk, link
from .engine import is_sqlite, writing
from .errors import JournalBroken, JournalConflict, StoreError, driver_errors, reported
from .office import SELECT_EPOCH, Office, check_epoch_of, epoch_key
from .outbox import INSERT_MESSAGE, Message, message_row
from .schema import JOURNAL_SCHEMA, audit, journal, meta, prepare, snapshots
from .writer import Writer

_PAGE_ROWS = 128
_LOWEST = -(2**63)  # below every sequence a tampered row may carry


@frozen
class RefusalRow:
    """A refusal for the audit log: `at` in UTC microseconds, `details` JSON text, `id` given by the store."""

    at: int
    request_id: str
    actor: str
    channel: str
    command: str
    code: str
    clause: str
    details: str
    id: int = 0


@frozen
class SnapshotInfo:
    """A snapshot without its payload: taken after sequence `seq`, at `at` in UTC microseconds."""

    seq: int
    at: int
    fingerprint: str
    state_hash: str


@frozen
class Snapshot:
    """A state as the kernel encoded it, the fingerprint of the code's state shape, and the state's hash."""

    seq: int
    at: int
    fingerprint: str
    state_hash: str
    payload: bytes


_SELECT_PAGE = (
    select(journal)
    .where(journal.c.exchange == bindparam("of"), journal.c.first_seq > bindparam("position"))
    .order_by(journal.c.first_seq)
    .limit(bindparam("limit"))
)
_SELECT_LAST_AT = (
    select(journal.c.last_seq)
    .where(journal.c.exchange == bindparam("of"), journal.c.at <= bindparam("until"))
    .order_by(journal.c.first_seq.desc())
    .limit(1)
)
_SELECT_START = (
    select(journal.c.first_seq, journal.c.previous)
    .where(journal.c.exchange == bindparam("of"), journal.c.first_seq <= bindparam("seq"))
    .order_by(journal.c.first_seq.desc())
    .limit(1)
)
_SELECT_DIGEST = select(journal.c.digest).where(
    journal.c.exchange == bindparam("of"),
    journal.c.last_seq == bindparam("seq"),
    journal.c.first_seq
    == select(func.max(journal.c.first_seq))
    .where(journal.c.exchange == bindparam("of"), journal.c.first_seq <= bindparam("seq"))
    .scalar_subquery(),
)
_SELECT_META = select(meta.c.value).where(meta.c.key == bindparam("its_key"))
_HOLD_META = _SELECT_META.with_for_update()
_INSERT_ROW = insert(journal)
# The database numbers the row, and isn't asked for the number.
_INSERT_REFUSAL = (
    insert(audit).inline().values({one.name: bindparam(one.name) for one in audit.c if one.name != "id"})
)
_INSERT_META = insert(meta)
_MOVE_META = (
    update(meta)
    .where(meta.c.key == bindparam("its_key"), meta.c.value == bindparam("before"))
    .values(value=bindparam("after"))
)


class Journal:
    """Appends to and reads the journal of `exchange`; makes the tables when the database is empty.

    One thread appends, over one connection that is held until `close`; any thread may read. With an `office`
    it appends on the office's connection and only as long as that office is the present one. `epoch` is the
    writer's term of office, kept with each row: the office's, where there is one.
    """

    def __init__(
        self, engine: Engine, exchange: str, *, office: Office | None = None, epoch: int = 0
    ) -> None:
        if office is not None and office.exchange != exchange:
            raise ValueError(f"the office of {office.exchange} doesn't write the journal of {exchange}")
        prepare(engine, JOURNAL_SCHEMA)
        self._engine = engine
        self._exchange = exchange
        self._office = office
        self._epoch = office.epoch if office is not None else epoch
        self._head_key = f"head:{exchange}"
        self._head: Head | None = None
        self._writer: Writer | None = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the writer's connection back; the next append opens another."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def head(self) -> Head:
        """The committed head, read now; the next append has to continue it."""
        self._head = self.recorded_head()
        return self._head

    def recorded_head(self) -> Head:
        """The committed head as the database has it; unlike `head` it may be asked beside the thread that appends."""
        with self._reading() as connection:
            return self._read_head(connection)

    def settle(self) -> None:
        """Wait until an append whose connection was lost is over; StoreError where that takes too long.

        A server may still be committing it, unheard: only then the head says what became of it.
        """
        if is_sqlite(self._engine):
            return  # what isn't committed when its connection fails never will be
        with reported(f"the journal of {self._exchange} isn't settled"), writing(self._engine) as connection:
            connection.execute(_HOLD_META, {"its_key": self._head_key})

    def append(
        self,
        batches: Sequence[Batch],
        refusals: Sequence[RefusalRow] = (),
        messages: Sequence[Message] = (),
    ) -> Head:
        """Commits the batches, the refusals and the messages in one transaction and returns the new head.

        Raises JournalConflict, and writes nothing, when the batches leave a gap, overlap what is there, another
        writer was there since this one last looked, or the office was taken by another. Raises OfficeLost, a
        StoreError, when the office's connection is gone. Raises StoreError when the database refuses: what
        became of the call is then for `head` to say.
        """
        before = self._head or self.head()
        after, rows = link(self._exchange, self._epoch, before, batches)
        with reported(f"the journal of {self._exchange} can't be appended to"):
            writer = self._held_writer()
            with writer.transaction():
                self._write(writer, before, after, rows, refusals, messages)
        self._head = after
        return after

    def read(self, after_seq: int = 0) -> Iterator[Batch]:
        """The batches that hold records after `after_seq`, in order; the first of them may begin before it.

        Checks the chain on its way and raises JournalBroken at the first bad row, or at the end when the
        journal is cut short. Holds no transaction between batches: it may be slow, or left early.
        """
        walk = Walk(self._exchange, self._start(after_seq), [self.recorded_head()])
        for row in self._rows(walk):
            if row.last_seq > after_seq:
                yield Batch(row.first_seq, row.last_seq, row.at, row.records, row.payload)
        walk.finish(self.recorded_head())
        if walk.head.seq < after_seq:
            raise JournalBroken(walk.head.seq + 1, f"the journal is cut short: it should reach {after_seq}")

    def batch_of(self, seq: int) -> Batch:
        """The batch that holds a record, checked by itself; JournalBroken where there is none."""
        start = self._start(seq - 1)
        walk = Walk(self._exchange, start, ())
        for row in self._page(start.seq if start.seq else _LOWEST, walk, limit=1):
            walk.step(row)
            if row.last_seq >= seq:
                return Batch(row.first_seq, row.last_seq, row.at, row.records, row.payload)
        raise JournalBroken(seq, "no row holds this record")

    def links(self, after_seq: int, limit: int) -> list[ChainRow]:
        """At most `limit` rows that hold records after `after_seq`, as they lie, with their digests; checked on the way."""
        walk = Walk(self._exchange, self._start(after_seq), [])
        return list(islice((row for row in self._rows(walk) if row.last_seq > after_seq), limit))

    def head_of(self, digest: bytes) -> Head | None:
        """The head a row's digest once was, by the rows' own word; None where no row has it."""
        query = select(journal.c.last_seq).where(
            journal.c.exchange == self._exchange, journal.c.digest == digest
        )
        with self._reading() as connection:
            seq = connection.execute(query.limit(1)).scalar()
        return None if seq is None else Head(seq, digest)

    def last_seq_at(self, at: int) -> int:
        """The last sequence committed up to an instant (UTC microseconds); 0 when there is none."""
        with self._reading() as connection:
            return connection.execute(_SELECT_LAST_AT, {"of": self._exchange, "until": at}).scalar() or 0

    def head_at(self, seq: int) -> Head | None:
        """The head there was when the journal ended at a sequence; None where no batch ends there."""
        if not seq:
            return EMPTY
        with self._reading() as connection:
            digest = connection.execute(_SELECT_DIGEST, {"of": self._exchange, "seq": seq}).scalar()
        return None if digest is None else Head(seq, digest)

    def verify(
        self, on_progress: Callable[[int, int], None] | None = None, *, expected: Head | None = None
    ) -> Verified:
        """Walks the whole chain to the recorded head; raises JournalBroken naming the first bad row.

        `expected` is a head noted elsewhere, which must lie on the chain: it shows up a journal that was cut
        or rewritten together with its recorded head. `on_progress` gets the sequence reached and the last one
        there was at the start.
        """
        recorded = self.recorded_head()
        walk = Walk(self._exchange, EMPTY, [recorded, expected] if expected else [recorded])
        for row in self._rows(walk):
            if on_progress is not None:
                on_progress(row.last_seq, recorded.seq)
        return walk.finish(self.recorded_head())

    def refusals(self, limit: int, before_id: int | None = None) -> list[RefusalRow]:
        """At most `limit` refusals, newest first; `before_id` goes on after a page that ended there."""
        query = select(audit).where(audit.c.exchange == self._exchange)
        if before_id is not None:
            query = query.where(audit.c.id < before_id)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(audit.c.id.desc()).limit(limit)).mappings()
            return [_refusal(row) for row in rows]

    def write_snapshot(self, snapshot: Snapshot) -> None:
        """Keeps a snapshot of committed state, in place of an earlier one of the same sequence."""
        with reported(f"the snapshot at {snapshot.seq} can't be kept"), writing(self._engine) as connection:
            committed = self._read_head(connection).seq
            if snapshot.seq > committed:
                raise JournalConflict(
                    f"the journal ends at {committed}; a snapshot at {snapshot.seq} is beyond it"
                )
            connection.execute(delete(snapshots).where(self._snapshot(snapshot.seq)))
            row = {
                "exchange": self._exchange,
                "digest": sha256(snapshot.payload).digest(),
                **asdict(snapshot),
            }
            connection.execute(insert(snapshots), row)

    def snapshots(self) -> list[SnapshotInfo]:
        """What snapshots there are, newest first; whether one is sound, `read_snapshot` says."""
        columns = (snapshots.c[name] for name in ("seq", "at", "fingerprint", "state_hash"))
        query = (
            select(*columns).where(snapshots.c.exchange == self._exchange).order_by(snapshots.c.seq.desc())
        )
        with self._reading() as connection:
            return [SnapshotInfo(*row) for row in connection.execute(query)]

    def read_snapshot(self, seq: int) -> tuple[Snapshot | None, str]:
        """The snapshot at `seq` and ""; or None and the reason, when it is missing or damaged."""
        try:
            with self._reading() as connection:
                row = connection.execute(select(snapshots).where(self._snapshot(seq))).one_or_none()
        except StoreError as error:
            return None, str(error)
        if row is None:
            return None, f"there is no snapshot at {seq}"
        if not isinstance(row.payload, bytes) or sha256(row.payload).digest() != row.digest:
            return None, f"the snapshot at {seq} is damaged: its digest doesn't fit its content"
        return Snapshot(row.seq, row.at, row.fingerprint, row.state_hash, row.payload), ""

    def prune_snapshots(self, keep: int) -> int:
        """Removes all snapshots but the newest `keep`; returns how many were removed."""
        removed = [info.seq for info in self.snapshots()][keep:]
        with reported("snapshots can't be removed"), writing(self._engine) as connection:
            for seq in removed:
                connection.execute(delete(snapshots).where(self._snapshot(seq)))
        return len(removed)

    def _held_writer(self) -> Writer:
        if self._office is not None:
            return self._office.writer
        if self._writer is not None and self._writer.broken:
            self.close()
        if self._writer is None:
            self._writer = Writer(self._engine)
        return self._writer

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with reported(f"the journal of {self._exchange} can't be read"), self._engine.connect() as connection:
            yield connection

    def _write(
        self,
        writer: Writer,
        before: Head,
        after: Head,
        rows: Sequence[Mapping[str, Any]],
        refusals: Sequence[RefusalRow],
        messages: Sequence[Message],
    ) -> None:
        """Everything at once, to a server in one round trip; then what it says of the office and of the head."""
        epoch = None
        try:
            with writer.together():
                if self._office is not None:
                    epoch = writer.execute(SELECT_EPOCH, {"its_key": epoch_key(self._exchange)})
                head = self._move_head(writer, before, after)
                writer.execute_many(_INSERT_ROW, rows)
                writer.execute_many(_INSERT_REFUSAL, [self._audit_row(refusal) for refusal in refusals])
                writer.execute_many(INSERT_MESSAGE, [self._message_row(message) for message in messages])
        except driver_errors("IntegrityError") as error:
            if _table_of(error) in (journal.name, meta.name):
                raise JournalConflict(self._deposed(before)) from error
            raise
        # The transaction is still open: what doesn't fit undoes all of it.
        if epoch is not None:
            check_epoch_of(epoch, self._exchange, self._epoch)
        if not _was_there(head, before, after):
            raise JournalConflict(self._deposed(before))

    def _move_head(self, writer: Writer, before: Head, after: Head) -> DBAPICursor:
        """Replaces the recorded head where it still is `before`: this fences a writer that was deposed."""
        if before == after:
            return writer.execute(_SELECT_META, {"its_key": self._head_key})
        if before == EMPTY:
            return writer.execute(_INSERT_META, {"key": self._head_key, "value": _head_text(after)})
        values = {"its_key": self._head_key, "before": _head_text(before), "after": _head_text(after)}
        return writer.execute(_MOVE_META, values)

    def _deposed(self, before: Head) -> str:
        return f"the journal of {self._exchange} no longer ends at {before.seq}: another writer has appended"

    def _read_head(self, connection: Connection) -> Head:
        text = connection.execute(_SELECT_META, {"its_key": self._head_key}).scalar()
        return EMPTY if text is None else _head(text)

    def _start(self, after_seq: int) -> Head:
        """What the row that holds the record after `after_seq` follows, by its own word."""
        with self._reading() as connection:
            row = connection.execute(
                _SELECT_START, {"of": self._exchange, "seq": after_seq + 1}
            ).one_or_none()
        return EMPTY if row is None else Head(row.first_seq - 1, row.previous)

    def _rows(self, walk: Walk) -> Iterator[ChainRow]:
        """The rows after the walk's head, checked by it; by the page, so that no transaction stays open."""
        position = walk.head.seq if walk.head.seq else _LOWEST
        while page := self._page(position, walk):
            for row in page:
                walk.step(row)
                yield row
            position = page[-1].first_seq

    def _page(self, position: int, walk: Walk, limit: int = _PAGE_ROWS) -> Sequence[ChainRow]:
        values = {"of": self._exchange, "position": position, "limit": limit}
        try:
            with self._reading() as connection:
                return cast("Sequence[ChainRow]", connection.execute(_SELECT_PAGE, values).all())
        except StoreError as error:
            if limit > 1:
                return self._page(position, walk, limit=1)  # reaches the row that can't be read
            raise JournalBroken(walk.head.seq + 1, str(error)) from error

    def _audit_row(self, refusal: RefusalRow) -> dict[str, Any]:
        return {**asdict(refusal), "exchange": self._exchange}

    def _message_row(self, message: Message) -> dict[str, Any]:
        if message.exchange != self._exchange:
            raise ValueError(
                f"a message of {message.exchange} doesn't belong to the journal of {self._exchange}"
            )
        return message_row(message)

    def _snapshot(self, seq: int) -> ColumnElement[bool]:
        return and_(snapshots.c.exchange == self._exchange, snapshots.c.seq == seq)


def _table_of(error: BaseException) -> str:
    """The table whose constraint an error is about: PostgreSQL names it, SQLite says it in words."""
    named = getattr(getattr(error, "diag", None), "table_name", None)
    return str(named or str(error).rpartition(": ")[2].partition(".")[0])


def _was_there(moved: DBAPICursor, before: Head, after: Head) -> bool:
    """Whether the head was `before`, by the cursor of what moved it."""
    if before != after:
        return before == EMPTY or moved.rowcount == 1
    found = moved.fetchone()
    return (_head(found[0]) if found else EMPTY) == before


def _refusal(row: RowMapping) -> RefusalRow:
    return RefusalRow(**{name: row[name] for name in row if name != "exchange"})


def _head_text(head: Head) -> str:
    return f"{head.seq} {head.digest.hex()}"


def _head(text: str) -> Head:
    try:
        seq, digest = text.split()
        return Head(int(seq), bytes.fromhex(digest))
    except ValueError as error:
        raise JournalBroken(0, f"the recorded head {text!r} can't be read") from error
