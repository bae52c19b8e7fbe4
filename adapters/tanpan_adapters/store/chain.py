"""The hash chain: each batch is bound to the one before, so no row is changed, moved or removed unseen."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Protocol

from attrs import frozen

from .errors import JournalBroken, JournalConflict

GENESIS = bytes(32)  # what the first batch follows
_FORMAT = b"tanpan journal 1\0"
_NUMBERS = struct.Struct(">qqqqqq")
_LENGTH = struct.Struct(">q")


@frozen
class Head:
    """Where a journal ends: the sequence of its last record, and the digest of its last row."""

    seq: int
    digest: bytes


EMPTY = Head(0, GENESIS)


@frozen
class Batch:
    """Records `first_seq` to `last_seq`, encoded by the kernel; `at`: of the last one, in UTC microseconds."""

    first_seq: int
    last_seq: int
    at: int
    records: int
    payload: bytes


@frozen
class Verified:
    """A chain that was walked from the first row to the last, and holds."""

    batches: int
    records: int
    head: Head


class ChainRow(Protocol):
    """A batch as it lies in the table."""

    first_seq: int
    last_seq: int
    epoch: int
    at: int
    records: int
    previous: bytes
    digest: bytes
    payload: bytes


def digest_of(exchange: str, epoch: int, previous: bytes, batch: Batch | ChainRow) -> bytes:
    """sha256 over the previous digest, the header with every length in front, and the payload."""
    name = exchange.encode()
    sizes = (batch.records, len(batch.payload))
    numbers = _NUMBERS.pack(batch.first_seq, batch.last_seq, epoch, batch.at, *sizes)
    digest = sha256(_FORMAT + previous + _LENGTH.pack(len(name)) + name + numbers)
    digest.update(batch.payload)
    return digest.digest()


def link(
    exchange: str, epoch: int, head: Head, batches: Sequence[Batch]
) -> tuple[Head, list[dict[str, Any]]]:
    """The head after `batches`, and their rows; raises JournalConflict unless each continues the last."""
    rows = []
    for batch in batches:
        _check_continues(head, batch)
        digest = digest_of(exchange, epoch, head.digest, batch)
        rows.append(
            {
                "exchange": exchange,
                "first_seq": batch.first_seq,
                "last_seq": batch.last_seq,
                "epoch": epoch,
                "at": batch.at,
                "records": batch.records,
                "previous": head.digest,
                "digest": digest,
                "payload": batch.payload,
            }
        )
        head = Head(batch.last_seq, digest)
    return head, rows


def _check_continues(head: Head, batch: Batch) -> None:
    if batch.last_seq < batch.first_seq or batch.records < 1:
        raise ValueError(f"batch {batch.first_seq} to {batch.last_seq} holds {batch.records} records")
    if batch.first_seq == head.seq + 1:
        return
    what = "a gap" if batch.first_seq > head.seq else "an overlap"
    raise JournalConflict(
        f"the journal ends at {head.seq}; a batch that begins at {batch.first_seq} leaves {what}"
    )


class Walk:
    """Follows rows in order from `start` and raises JournalBroken at the first that isn't what was appended.

    `landmarks` are heads known from elsewhere: each must be met on the way.
    """

    def __init__(self, exchange: str, start: Head, landmarks: Sequence[Head]) -> None:
        self._exchange = exchange
        self._ahead = {head for head in landmarks if head.seq > start.seq}
        self.head = start
        self.batches = 0
        self.records = 0

    def step(self, row: ChainRow) -> None:
        """Checks one row: it begins where the last one ended, follows its digest, and digests to its own."""
        if row.first_seq != self.head.seq + 1:
            raise JournalBroken(
                self.head.seq + 1, f"a row is missing: the next one begins at {row.first_seq}"
            )
        if row.previous != self.head.digest:
            raise JournalBroken(row.first_seq, "the row doesn't follow the one before")
        if row.digest != self._digest(row):
            raise JournalBroken(row.first_seq, "the row was changed: its digest doesn't fit its content")
        self.head = Head(row.last_seq, row.digest)
        self.batches += 1
        self.records += row.records
        self._pass_landmarks(row.first_seq)

    def finish(self, recorded: Head) -> Verified:
        """Checks the end: every landmark was met, and no row lies beyond the recorded head."""
        for seq in sorted(head.seq for head in self._ahead):
            if seq > self.head.seq:
                raise JournalBroken(
                    self.head.seq + 1, f"the journal is cut short: it should reach sequence {seq}"
                )
            raise JournalBroken(seq, "no row ends at this sequence, which was recorded as the head")
        if self.head.seq > recorded.seq:
            raise JournalBroken(recorded.seq + 1, "rows lie beyond the recorded head")
        return Verified(self.batches, self.records, self.head)

    def _digest(self, row: ChainRow) -> bytes:
        try:
            return digest_of(self._exchange, row.epoch, row.previous, row)
        except (TypeError, struct.error) as error:
            raise JournalBroken(row.first_seq, "the row was changed: a value is of the wrong kind") from error

    def _pass_landmarks(self, first_seq: int) -> None:
        here = {head for head in self._ahead if head.seq == self.head.seq}
        if here - {self.head}:
            raise JournalBroken(first_seq, "the row isn't the one that was recorded as the head")
        self._ahead -= here
