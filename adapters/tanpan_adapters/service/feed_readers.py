"""The readers of a feed, on the event loop: who gets which chunk, and who is too slow to get any more.

Nobody is waited for: a chunk is put on a reader's backlog, and a reader whose backlog is full is dropped. Where the
server lends the connection itself, its own buffer is the backlog and a chunk costs one write, its framing shared by
all who get it; with any other server a task passes chunks on by ASGI.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import cached_property
from typing import Any, Final, Protocol

from tanpan_adapters.service.feed_frames import Selection, Tick, notice_of_stream, ping

log = logging.getLogger("tanpan.feed")

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
StillAllowed = Callable[[], Awaitable[bool]]

MOST_CHUNKS: Final = 64
AT_ONCE: Final = 64
"""To how many readers a tick goes before the loop sees to others."""
MOST_BYTES: Final = 1_048_576
PING_S: Final = 15.0
STALLED_S: Final = 10.0
SWEEP_S: Final = 1.0
CHECK_S: Final = 3.0
STUCK_S: Final = 1.0
INTERRUPTED_S: Final = 5.0
RETRY_MS: Final = (500, 3_000)
"""Readers that were ended come again after different times, not all at once."""


class Connection(Protocol):
    """What is needed of the transport below a response."""

    def write(self, data: bytes) -> None:
        """Write without waiting."""

    def get_write_buffer_size(self) -> int:
        """How many bytes wait to be taken."""

    def abort(self) -> None:
        """Close at once; what waits is thrown away."""


class Chunk:
    """Some frames for everyone who gets the same."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def framed(self) -> bytes:
        """As a chunk of HTTP/1.1's chunked encoding."""
        return b"%x\r\n%b\r\n" % (len(self.data), self.data)


class Reader:
    """One open stream: its backlog, and the task that writes it while there is something to write."""

    __slots__ = (
        "admitted",
        "after",
        "allowed",
        "backlog",
        "backlog_bytes",
        "connection",
        "credential",
        "done",
        "ending",
        "gone",
        "loop",
        "quiet_since",
        "readers",
        "send",
        "sending_since",
        "user",
        "wanted",
        "writing",
    )

    def __init__(self, readers: Readers, user: str, credential: object, allowed: StillAllowed) -> None:
        self.readers = readers
        self.credential = credential
        self.loop = asyncio.get_running_loop()
        self.user = user
        self.allowed = allowed
        self.wanted: Selection | None = None
        self.after = 0
        self.backlog: list[bytes] = []
        self.backlog_bytes = 0
        self.send: Send | None = None
        self.connection: Connection | None = None
        self.writing: asyncio.Task[None] | None = None
        self.sending_since = 0.0
        self.quiet_since = self.loop.time()
        self.ending = False
        self.gone = False
        self.admitted = False
        self.done: Callable[[], None] | None = None

    def start(self, send: Send, connection: Connection | None, done: Callable[[], None]) -> None:
        """Begin to write: `send` as in ASGI, or past it to the `connection` below; `done` is called if that breaks."""
        self.send, self.connection, self.done = send, connection, done
        if connection is not None:
            for chunk in self.backlog:
                self._write_through(connection, Chunk(chunk))
            self.backlog.clear()
            self.backlog_bytes = 0
        self._write_soon()

    @property
    def waiting_bytes(self) -> int:
        """How much waits for the reader to take it."""
        return self.backlog_bytes if self.connection is None or self.gone else self._buffered(self.connection)

    def push(self, chunk: Chunk) -> None:
        """Put a chunk on the backlog, or drop the reader where it is full."""
        if self.gone or self.ending:
            return
        if self.connection is not None:
            self._write_through(self.connection, chunk)
            return
        size = self.backlog_bytes + len(chunk.data)
        if self.backlog and (size > MOST_BYTES or len(self.backlog) >= MOST_CHUNKS):
            self.readers.drop(self)
            return
        self.backlog.append(chunk.data)
        self.backlog_bytes = size
        self._write_soon()

    def _write_through(self, connection: Connection, chunk: Chunk) -> None:
        try:
            if connection.get_write_buffer_size() > MOST_BYTES:
                self.readers.drop(self)
                return
            connection.write(chunk.framed)
        except (OSError, RuntimeError):
            # It was closed this very moment; whoever serves it is about to hear of it.
            self.gone = True
        self.quiet_since = self.loop.time()

    def _buffered(self, connection: Connection) -> int:
        try:
            return connection.get_write_buffer_size()
        except (OSError, RuntimeError):
            return 0

    def stalled(self, now: float) -> bool:
        """Whether nothing of what waits has been taken for long; asked again and again."""
        if self.connection is not None:
            if not self._buffered(self.connection):
                self.sending_since = 0.0
            elif not self.sending_since:
                self.sending_since = now
        return bool(self.sending_since) and now - self.sending_since > STALLED_S

    def end(self, why: str) -> None:
        """Say goodbye after what is on the backlog, and close."""
        if self.gone or self.ending:
            return
        if self.sending_since and self.loop.time() - self.sending_since > STUCK_S:
            self.readers.drop(self)
            return
        retry = random.randint(*RETRY_MS)
        self.push(Chunk(notice_of_stream("bye", retry, reason=why)))
        self.ending = True
        self._write_soon()

    def _write_soon(self) -> None:
        if self.writing is None and self.send is not None and (self.backlog or self.ending):
            self.writing = self.loop.create_task(self._write())

    async def _write(self) -> None:
        send = self.send
        assert send is not None
        try:
            while self.backlog:
                body = self.backlog[0] if len(self.backlog) == 1 else b"".join(self.backlog)
                self.backlog.clear()
                self.backlog_bytes = 0
                self.sending_since = self.loop.time()
                await send({"type": "http.response.body", "body": body, "more_body": True})
            self.quiet_since = self.loop.time()
            self.sending_since = 0.0
            if self.ending and not self.gone:
                self.gone = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, RuntimeError) as error:
            log.debug("a reader's connection is gone: %r", error)
            self.gone = True
            self.broken()
        finally:
            self.writing = None

    def broken(self) -> None:
        """Nothing more can be written: break the connection, or let whoever serves it return."""
        if self.connection is not None:
            self.connection.abort()
        elif self.done is not None:
            self.done()


class Readers:
    """Who reads a feed. All of it runs on the event loop."""

    def __init__(self, exchange: str, left: Callable[[Selection], None]) -> None:
        self.exchange = exchange
        self.dropped = 0
        self._left = left
        self._all: dict[Reader, None] = {}
        self._groups: dict[Selection, dict[Reader, None]] = {}
        self._new: dict[Reader, None] = {}
        self._by_user: Counter[str] = Counter()
        self._pouring: deque[tuple[Reader, Chunk]] = deque()
        self._seq = 0
        self._interrupted_at = 0.0
        self._sweeper: asyncio.TimerHandle | None = None
        self._checked_at = 0.0
        self._checking: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._all)

    def of_user(self, user: str) -> int:
        """How many streams a user has open."""
        return self._by_user[user]

    def enter(self, user: str, credential: object, allowed: StillAllowed) -> Reader:
        """A new reader, who must `leave`; `allowed` is asked every few seconds whether his credential still counts."""
        reader = Reader(self, user, credential, allowed)
        self._all[reader] = None
        self._by_user[user] += 1
        if self._sweeper is None:
            self._sweeper = reader.loop.call_later(SWEEP_S, self._sweep, reader.loop)
        return reader

    def leave(self, reader: Reader) -> None:
        """A reader's stream is over."""
        if reader not in self._all:
            return
        del self._all[reader]
        self._by_user[reader.user] -= 1
        if not self._by_user[reader.user]:
            del self._by_user[reader.user]
        reader.gone = True
        reader.backlog.clear()
        if reader.writing is not None:
            reader.writing.cancel()
        self._remove(reader)
        if not self._all and self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def join(self, reader: Reader, wanted: Selection, seq: int, chunk: bytes) -> None:
        """A reader was admitted at a sequence and begins with a chunk; every tick after that is his too."""
        reader.wanted, reader.after, reader.admitted = wanted, seq, True
        if reader.gone:
            self._remove(reader)
            return
        self._seq = max(self._seq, seq)
        self._new[reader] = None
        reader.push(Chunk(chunk))

    def deliver(self, tick: Tick) -> None:
        """Put a tick on everyone's backlog, each as he wants it."""
        self._seq = tick.seq
        self._interrupted_at = 0.0
        since = (tick.since, tick.since, tick.since)
        for wanted, group in self._groups.items():
            chunk = self._chunk(tick, wanted, since)
            if chunk is not None:
                self._pouring.extend((reader, chunk) for reader in group)
        for reader in self._new:
            assert reader.wanted is not None
            own = max(tick.since, reader.after)
            self._groups.setdefault(reader.wanted, {})[reader] = None
            chunk = self._chunk(tick, reader.wanted, (own, own, own))
            if chunk is not None:
                self._pouring.append((reader, chunk))
        self._new.clear()
        for user in tick.users:
            for reader in [one for one in self._all if one.user == user]:
                reader.end("rights_changed")
        self._pour()

    def _pour(self) -> None:
        """Write to some readers, and see to the rest after the loop has seen to others."""
        pouring = self._pouring
        for _ in range(min(AT_ONCE, len(pouring))):
            reader, chunk = pouring.popleft()
            reader.push(chunk)
        if pouring:
            asyncio.get_running_loop().call_soon(self._pour)

    def _chunk(self, tick: Tick, wanted: Selection, since: tuple[int, int, int]) -> Chunk | None:
        header = b""
        if tick.reset:
            header = notice_of_stream("reset", seq=tick.seq, topics=sorted(wanted.topics))
        data = tick.chunk(wanted, since, header)
        return Chunk(data) if data else None

    def drop(self, reader: Reader) -> None:
        """Break with a reader who does not keep up; what he missed he can ask for when he comes again."""
        self.dropped += 1
        log.info("a slow reader was dropped", extra={"exchange": self.exchange, "user": reader.user})
        reader.gone = True
        reader.backlog.clear()
        if reader.writing is not None:
            reader.writing.cancel()
        reader.broken()
        self.leave(reader)

    def interrupted(self) -> None:
        """No tick comes until the writer is back; if that takes long, readers are sent away."""
        self._interrupted_at = asyncio.get_running_loop().time()

    def end_all(self, why: str) -> None:
        """End every stream: its reader is told to come again."""
        for reader in list(self._all):
            reader.end(why)

    def gauges(self) -> Iterable[tuple[str, str, str, float]]:
        """What is measured when somebody looks."""
        yield "tanpan_stream_readers", "Open event streams.", self.exchange, len(self._all)
        yield "tanpan_stream_dropped", "Readers dropped because they were slow.", self.exchange, self.dropped
        waiting = sum(reader.waiting_bytes for reader in self._all)
        yield "tanpan_stream_backlog_bytes", "Bytes that wait for readers.", self.exchange, waiting

    def _remove(self, reader: Reader) -> None:
        if not reader.admitted or reader.wanted is None:
            return
        wanted, reader.wanted = reader.wanted, None
        self._new.pop(reader, None)
        group = self._groups.get(wanted)
        if group is not None:
            group.pop(reader, None)
            if not group:
                del self._groups[wanted]
        self._left(wanted)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """Ping the quiet, drop the stalled, end those who may no longer read."""
        now = loop.time()
        if self._checking is None and now - self._checked_at > CHECK_S:
            self._checking = loop.create_task(self._check(loop))
        if self._interrupted_at and now - self._interrupted_at > INTERRUPTED_S:
            self._interrupted_at = 0.0
            self.end_all("interrupted")
        for reader in list(self._all):
            if reader.stalled(now):
                self.drop(reader)
            elif reader.admitted and not reader.sending_since and now - reader.quiet_since > PING_S:
                reader.push(Chunk(ping(max(self._seq, reader.after))))
        if self._all:
            self._sweeper = loop.call_later(SWEEP_S, self._sweep, loop)

    async def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the streams of every credential that no longer counts; each is asked about once."""
        try:
            by_credential: dict[object, list[Reader]] = {}
            for reader in self._all:
                by_credential.setdefault(reader.credential, []).append(reader)
            for readers in by_credential.values():
                if not await readers[0].allowed():
                    for reader in readers:
                        reader.end("signed_out")
        except Exception as error:
            log.warning("credentials of readers can't be checked", exc_info=error)
        finally:
            self._checked_at = loop.time()
            self._checking = None
