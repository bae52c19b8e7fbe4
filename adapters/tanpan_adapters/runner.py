"""One exchange on its journal: decide in memory, commit in groups, recover from snapshot and tail.

What `submit` returns is not acknowledged before `commit` has returned. When anything but a refusal goes
wrong memory is thrown away and rebuilt from the journal; that request is set aside, nothing else is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec

from tanpan.calendar import Calendar
from tanpan.exchange import REQUEST_WINDOW_US, Exchange
from tanpan.messages import AnyRecord, Envelope, name_of
from tanpan.packs import Assembly
from tanpan.refusals import Refusal
from tanpan_adapters.store import Batch, Journal, RefusalRow, Snapshot, StoreError, open_engine

if TYPE_CHECKING:
    from tanpan_adapters.store import Office

log = logging.getLogger("tanpan.runner")
Progress = Callable[[int, int], None]
SNAPSHOT_EVERY = 200_000
SNAPSHOTS_KEPT = 3
LONGEST = 200


class SetAside(Exception):
    """A request broke a promise of the kernel's own: it was set aside and memory was rebuilt."""


Outcome = AnyRecord | Refusal | SetAside
MessagesOf = Callable[[Exchange, Sequence[AnyRecord]], Sequence[Any]]
"""What of a group has to be told by mail or text message: written with it, in the same transaction."""


class Runner:
    """The one writer of an exchange. `epoch` is its term of office."""

    exchange: Exchange

    def __init__(
        self,
        url: str,
        name: str,
        assembly: Assembly,
        calendar: Calendar,
        *,
        epoch: int = 0,
        snapshot_every: int = SNAPSHOT_EVERY,
        snapshots_by_itself: bool = True,
        snapshots_kept: int = SNAPSHOTS_KEPT,
        on_progress: Progress | None = None,
    ) -> None:
        self._name = name
        self._assembly = assembly
        self._calendar = calendar
        self._snapshot_every = snapshot_every
        self.engine = open_engine(url)
        self.journal = Journal(self.engine, name, epoch=epoch)
        self.messages_of: MessagesOf = _no_messages
        self._office: Office | None = None
        self._snapshots_by_itself = snapshots_by_itself
        self._snapshots_kept = snapshots_kept
        self._committed: list[AnyRecord] = []
        self._refusals: list[RefusalRow] = []
        self._settled = True
        self._recalled: tuple[int, list[msgspec.Raw]] = (1, [])
        self._recover(on_progress)

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the office and connections back; what was not committed is not kept."""
        self.leave()
        self.journal.close()
        self.engine.dispose()

    def found(self, at: int, institutions: Sequence[str] = ()) -> None:
        """Found the exchange if its journal is empty (UTC microseconds), with a first user of each institution."""
        if not self.exchange.seq:
            self.exchange.found(at, institutions=institutions)
            self.commit()

    def execute(self, envelope: Envelope, at: int) -> AnyRecord:
        """Carry out and commit one command; raises its Refusal, which is kept in the audit log."""
        try:
            return self.submit(envelope, at)
        finally:
            self.commit()

    def submit(self, envelope: Envelope, at: int) -> AnyRecord:
        """Carry out a command in memory; it is acknowledged by the next `commit`."""
        outcome = self.submit_all((envelope,), at)[0]
        if isinstance(outcome, (Refusal, SetAside)):
            raise outcome
        return outcome

    def submit_all(self, envelopes: Sequence[Envelope], at: int) -> list[Outcome]:
        """Carry out commands in order in memory; each has its record or Refusal, true after the next `commit`.

        A request that breaks a promise of the kernel's own is set aside; the others of its group are not lost.
        """
        self._make_whole()
        try:
            if not _are_plain(envelopes):
                return [self._alone(envelope, at) for envelope in envelopes]
            outcomes: list[Outcome] = [*self.exchange.execute_all(envelopes, at)]
        except Exception as error:
            self._rebuild()
            if len(envelopes) == 1:
                log.error("request %r was set aside", envelopes[0].request_id, exc_info=error)
                return [SetAside(f"request {envelopes[0].request_id!r} was set aside: {error!r}")]
            # What was done before the fault is kept, and answered again by its request id.
            return [self.submit_all((envelope,), at)[0] for envelope in envelopes]
        self._refusals += [
            self._audit(envelope, outcome)
            for envelope, outcome in zip(envelopes, outcomes, strict=True)
            if isinstance(outcome, Refusal)
        ]
        return outcomes

    def refuse(self, request_id: str, actor: str, channel: str, command: str, refusal: Refusal) -> None:
        """Keep the refusal of a request that didn't even become a command; written by the next `commit`."""
        self._refusals.append(self._line(request_id, actor, channel, command, refusal))

    def _alone(self, envelope: Envelope, at: int) -> Outcome:
        if _are_plain((envelope,)):
            return self.submit_all((envelope,), at)[0]
        refusal = Refusal("BAD_FIELD", field="request_id, actor or channel", value=_kept(envelope.request_id))
        self._refusals.append(self._audit(envelope, refusal))
        return refusal

    def advance(self, at: int) -> None:
        """Let the clock come to an instant and commit what fell due."""
        self.pass_time(at)
        self.commit()

    def pass_time(self, at: int) -> None:
        """Let the clock come to an instant in memory; what fell due is true after the next `commit`."""
        self._make_whole()
        try:
            self.exchange.advance(at)
        except Exception as error:
            self._rebuild()
            raise SetAside(f"what fell due until {at} was set aside: {error!r}") from error

    def take(self, office: Office) -> None:
        """Begin to write under a term of office: memory comes to the head first."""
        self.leave()
        self.journal = Journal(self.engine, self._name, office=office)
        self._office = office
        self._make_whole()
        self.follow()

    @property
    def office(self) -> Office | None:
        """The term of office under which it writes."""
        return self._office

    def leave(self) -> None:
        """Give the office back; reading goes on."""
        if self._office is not None:
            self.journal.close()
            self._office.close()
            self._office = None
            self.journal = Journal(self.engine, self._name)

    def commit(self) -> list[AnyRecord]:
        """Write everything since the last commit in one transaction; what was committed since this was last called."""
        self._make_whole()
        self._append()
        committed, self._committed = self._committed, []
        if self._snapshots_by_itself:
            self.snapshot_if_due()
        return committed

    def snapshot_if_due(self, records: int = 0) -> None:
        """Take a snapshot when so many records, or the usual interval, have been committed since the last one."""
        if self.exchange.seq - self._snapshot_seq >= (records or self._snapshot_every):
            self._snapshot_if_possible()

    def _append(self) -> None:
        records = self.exchange.drain()
        refusals, self._refusals = self._refusals, []
        if not records and not refusals:
            return
        try:
            messages = self.messages_of(self.exchange, records)
            self.journal.append([self._batch(records)] if records else [], refusals, messages)
        except Exception:
            # What became of it is for the journal to say: memory is rebuilt from there, now or before its next use.
            self._whole, self._settled = False, False
            with suppress(StoreError):
                self._recover(None)
            raise
        self._committed += records

    def follow(self) -> int:
        """Apply what somebody else committed; the sequence that was reached."""
        self._make_whole()
        for batch in self.journal.read(self.exchange.seq):
            records = self.exchange.decode_records(batch.payload)
            self.exchange.apply(record for record in records if record.seq > self.exchange.seq)
        return self.exchange.seq

    def make_whole(self) -> None:
        """Rebuild memory from the journal where a commit failed; StoreError while that is not possible."""
        self._make_whole()

    def _rebuild(self) -> None:
        """Keep the records that were whole before a fault, throw memory away, and rebuild it from the journal."""
        self._append()
        self._recover(None)

    def _snapshot_if_possible(self) -> None:
        """A snapshot only saves time: one that can't be written is tried again later, and nothing is lost."""
        try:
            self.snapshot()
        except StoreError as error:
            log.warning("no snapshot of %s at %d: %s", self._name, self.exchange.seq, error)
            self._snapshot_seq = self.exchange.seq

    def snapshot(self) -> None:
        """Write a snapshot of the committed state."""
        exchange = self.exchange
        exchange.forget_requests(self.journal.last_seq_at(exchange.at - REQUEST_WINDOW_US))
        payload = exchange.snapshot()
        state_hash = sha256(payload).hexdigest()
        self.journal.write_snapshot(
            Snapshot(exchange.seq, exchange.at, exchange.fingerprint(), state_hash, payload)
        )
        self._snapshot_seq = exchange.seq
        self.journal.prune_snapshots(self._snapshots_kept)

    def _batch(self, records: list[AnyRecord]) -> Batch:
        payload = self.exchange.encode_records(records)
        return Batch(records[0].seq, records[-1].seq, records[-1].at, len(records), payload)

    def _audit(self, envelope: Envelope, refusal: Refusal) -> RefusalRow:
        command = name_of(type(envelope.command))
        return self._line(envelope.request_id, envelope.actor, envelope.channel, command, refusal)

    def _line(self, request_id: str, actor: str, channel: str, command: str, refusal: Refusal) -> RefusalRow:
        try:
            details = msgspec.json.encode(refusal.details).decode()
        except (UnicodeEncodeError, TypeError, OverflowError):
            # Words that are no text, or no JSON, are kept as their escapes: an audit line is never lost.
            details = msgspec.json.encode(
                {key: ascii(value) for key, value in refusal.details.items()}
            ).decode()
        return RefusalRow(
            self.exchange.now,
            _kept(request_id),
            _kept(actor),
            _kept(channel),
            _kept(command),
            refusal.code,
            refusal.clause,
            details,
        )

    def _recover(self, on_progress: Progress | None) -> None:
        """Rebuild memory: the newest snapshot that fits, request ids of its window, then the tail."""
        self._whole = False
        if not self._settled:
            self.journal.settle()
            self._settled = True
        head = self.journal.head()
        self.exchange = self._restored()
        self._snapshot_seq = self.exchange.seq
        for batch in self.journal.read(self.exchange.seq):
            records = self.exchange.decode_records(batch.payload)
            self.exchange.apply(record for record in records if record.seq > self.exchange.seq)
            if on_progress is not None:
                on_progress(self.exchange.seq, head.seq)
        self._whole = True

    def _make_whole(self) -> None:
        """Rebuild memory where that failed before: what a fault left half applied is never used again."""
        if not self._whole:
            self._recover(None)

    def _new(self) -> Exchange:
        exchange = Exchange(self._name, self._assembly, self._calendar)
        exchange.recall = self._recall
        self._recalled = (1, [])
        return exchange

    def _recall(self, seq: int) -> AnyRecord:
        """A committed record, read from the journal; of the last batch that was asked for without reading it again."""
        first, raws = self._recalled
        if not first <= seq < first + len(raws):
            batch = self.journal.batch_of(seq)
            first, raws = self._recalled = batch.first_seq, self.exchange.split_records(batch.payload)
        return self.exchange.decode_records(msgspec.msgpack.encode([raws[seq - first]]))[0]

    def _restored(self) -> Exchange:
        wanted = self._new().fingerprint()
        for info in self.journal.snapshots():
            if info.fingerprint != wanted:
                continue
            snapshot, _ = self.journal.read_snapshot(info.seq)
            if snapshot is None:
                continue
            exchange = self._new()
            try:
                exchange.restore(snapshot.payload)
            except Exception as error:
                log.warning("snapshot %d of %s is discarded: %r", info.seq, self._name, error)
                continue
            if exchange.state_hash() == info.state_hash:
                self._remember(exchange)
                return exchange
        return self._new()

    def _remember(self, exchange: Exchange) -> None:
        oldest = self.journal.last_seq_at(exchange.at - REQUEST_WINDOW_US)
        for batch in self.journal.read(oldest):
            if batch.first_seq > exchange.seq:
                return
            records = exchange.decode_records(batch.payload)
            exchange.remember(record for record in records if record.seq <= exchange.seq)


def _no_messages(exchange: Exchange, records: Sequence[AnyRecord]) -> Sequence[Any]:
    return ()


def _are_plain(envelopes: Sequence[Envelope]) -> bool:
    """Whether what names the requests can be written: a journal keeps it for twenty years."""
    # Of senders and channels there are few.
    names = [envelope.request_id for envelope in envelopes]
    names += {envelope.actor for envelope in envelopes}
    names += {envelope.channel for envelope in envelopes}
    return max(map(len, names), default=0) <= LONGEST and _is_text("".join(names))


def _kept(name: str) -> str:
    """A name as the audit log keeps it: one that can't be written is escaped and cut."""
    return name if len(name) <= LONGEST and _is_text(name) else ascii(name)[:LONGEST]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in name  # which PostgreSQL keeps in no text
