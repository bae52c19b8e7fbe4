"""The office of an exchange's writer: one process holds it at a time, and each holding has a number of its own."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, bindparam, func, insert, select, update

from .engine import is_sqlite, lock_key, sqlite_path
from .errors import JournalConflict, OfficeLost, StoreError, reported
from .schema import JOURNAL_SCHEMA, meta, prepare
from .writer import Writer

_PLAIN = re.compile(r"[\w.-]{1,60}")

# The row is locked until the transaction ends, so that no office is taken between the check and the commit.
SELECT_EPOCH = select(meta.c.value).where(meta.c.key == bindparam("its_key")).with_for_update(read=True)
_TAKE_LOCK = select(func.pg_try_advisory_lock(bindparam("lock")))
_LAY_DOWN = select(func.pg_advisory_unlock(bindparam("lock")))
_INSERT_EPOCH = insert(meta)
_MOVE_EPOCH = update(meta).where(meta.c.key == bindparam("its_key")).values(value=bindparam("after"))


class Office:
    """Held from `try_office` until `close`, or until what holds it is lost: a connection, or this process.

    On PostgreSQL a session's advisory lock on the very connection that appends holds it: a connection that is
    lost takes the office with it, and nothing here connects again. On SQLite a lock on a file beside the
    database holds it, which the kernel releases however the process ends; a child of this process must be
    spawned, not forked, or it holds the lock too.
    """

    def __init__(self, exchange: str, epoch: int, writer: Writer, lock_file: int | None) -> None:
        self.exchange = exchange
        self.epoch = epoch
        self._writer = writer
        self._lock_file = lock_file
        self._closed = False

    @property
    def writer(self) -> Writer:
        """The connection that appends; raises OfficeLost when it is gone."""
        if self._closed or self._writer.broken:
            raise OfficeLost(f"the office {self.epoch} of the writer of {self.exchange} is lost")
        return self._writer

    def held(self) -> bool:
        """Whether the office is still held, asked of the database; for the thread that appends."""
        try:
            with reported("the office can't be checked"):
                writer = self.writer
                with writer.transaction():
                    check_epoch(writer, self.exchange, self.epoch)
        except (OfficeLost, JournalConflict):
            return False
        except StoreError:
            return not self._writer.broken  # a file that is locked or a disk that is full takes no office
        return True

    def close(self) -> None:
        """Lays the office down; another may take it at once."""
        if self._closed:
            return
        self._closed = True
        with suppress(Exception):  # a connection that is gone has no lock and can't be ended any more
            if self._lock_file is None:
                _unlock(self._writer, self.exchange)
        with suppress(Exception):
            self._writer.end()
        if self._lock_file is not None:
            os.close(self._lock_file)


def try_office(engine: Engine, exchange: str) -> Office | None:
    """The office of the exchange's writer, or None while another holds it. Its epoch is one more than the last."""
    prepare(engine, JOURNAL_SCHEMA)
    with reported(f"the office of the writer of {exchange} can't be taken"):
        lock_file = None
        if is_sqlite(engine):
            lock_file = _lock_file(engine, exchange)
            if lock_file is None:
                return None
        writer = None
        try:
            writer = Writer(engine)
            if lock_file is None and not _lock(writer, exchange):
                writer.end()
                return None
            return Office(exchange, _next_epoch(writer, exchange), writer, lock_file)
        except BaseException:
            if writer is not None:
                writer.end()
            if lock_file is not None:
                os.close(lock_file)
            raise


def check_epoch(executor: Any, exchange: str, epoch: int) -> None:
    """Raises JournalConflict unless the recorded epoch is `epoch`; it then stays so until the transaction ends."""
    check_epoch_of(executor.execute(SELECT_EPOCH, {"its_key": epoch_key(exchange)}), exchange, epoch)


def check_epoch_of(found: Any, exchange: str, epoch: int) -> None:
    """The same for the cursor of SELECT_EPOCH."""
    row = found.fetchone()
    recorded = int(row[0]) if row else 0
    if recorded != epoch:
        raise JournalConflict(
            f"the writer of {exchange} was deposed: its office is {epoch}, the present one {recorded}"
        )


def epoch_key(exchange: str) -> str:
    """Where among the small facts the epoch of an exchange's present office stands."""
    return f"epoch:{exchange}"


def _next_epoch(writer: Writer, exchange: str) -> int:
    key = epoch_key(exchange)
    with writer.transaction():
        row = writer.execute(SELECT_EPOCH, {"its_key": key}).fetchone()
        epoch = int(row[0]) + 1 if row else 1
        if row:
            writer.execute(_MOVE_EPOCH, {"its_key": key, "after": str(epoch)})
        else:
            writer.execute(_INSERT_EPOCH, {"key": key, "value": "1"})
    return epoch


def _lock(writer: Writer, exchange: str) -> bool:
    with writer.transaction():
        row = writer.execute(_TAKE_LOCK, {"lock": lock_key(f"office {exchange}")}).fetchone()
    return bool(row and row[0])


def _unlock(writer: Writer, exchange: str) -> None:
    """Free at once: the server notices the end of a session a moment later."""
    with writer.transaction():
        writer.execute(_LAY_DOWN, {"lock": lock_key(f"office {exchange}")})


def _lock_file(engine: Engine, exchange: str) -> int | None:
    """The open file whose lock is the office; None while another holds it."""
    import fcntl  # not on every system, and only needed here

    path = sqlite_path(engine.url.render_as_string())
    name = exchange if _PLAIN.fullmatch(exchange) else sha256(exchange.encode()).hexdigest()[:32]
    path = path.with_name(f"{path.name}.{name}.office")
    file = _open_lock(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    except OSError as error:
        os.close(file)
        raise StoreError(f"{path} can't be locked: {error.strerror}") from error
    return file


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"the lock file {path} can't be opened: {error.strerror}") from error
