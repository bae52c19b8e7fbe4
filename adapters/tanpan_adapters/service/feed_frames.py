"""Frames of the feed: what one tick says, as server-sent events, put together once for all who want the same.

The id of a frame is the committed sequence up to which its reader has everything. Within one tick several frames
follow each other; until the last of them an id says for notices, trades and account apart how far each has come
(`120.130.120`), so that a reader who breaks off in between misses nothing and sees nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from attrs import define, field, frozen

NOTICES: Final = "notices"
TRADES: Final = "trades"
ACCOUNT: Final = "account"
QUOTES: Final = "quotes"
DEPTH: Final = "depth"
TOPICS: Final = (QUOTES, DEPTH, NOTICES, TRADES, ACCOUNT)
EXACT: Final = (NOTICES, TRADES, ACCOUNT)
"""Topics whose rows all come once; of the others only the newest state counts."""

Positions = tuple[int, int, int]
"""How far a reader has come with notices, trades and account: sequences."""

MOST_ROWS: Final = 100
_encode: Final = msgspec.json.Encoder().encode


@frozen(cache_hash=True)
class Selection:
    """What a reader wants: topics, instruments (none: all of them), the account if that is among the topics."""

    topics: frozenset[str]
    instruments: tuple[str, ...] = ()
    account: str = ""


@define
class AccountPiece:
    """One account in a tick: its state, its trades (sequence, row) in order, whether older ones are left out."""

    state: bytes
    trades: Sequence[tuple[int, bytes]] = ()
    omitted: bool = False


@define
class Tick:
    """What is told at one committed point: rows already encoded. `since` is the sequence of the tick before."""

    seq: int
    at_us: int
    since: int
    complete: bool = False
    """Whether quotes, depth and account are whole states and not what changed."""
    reset: bool = False
    """Whether what was told before may not lead up to it: readers forget it and reload."""
    quotes: dict[str, bytes] = field(factory=dict)
    depth: dict[str, bytes] = field(factory=dict)
    notices: Sequence[tuple[int, bytes]] = ()
    trades: Sequence[tuple[int, str, bytes]] = ()
    """(sequence, instrument, row) in order."""
    omitted: frozenset[str] = frozenset()
    """Instruments of which older trades of this tick are left out."""
    accounts: dict[str, AccountPiece] = field(factory=dict)
    users: tuple[str, ...] = ()
    """Users whose rights may have changed."""
    _shared: dict[Any, bytes] = field(factory=dict, init=False)

    def chunk(self, wanted: Selection, positions: Positions, header: bytes = b"") -> bytes:
        """Everything for readers of one selection who stand at one place, with its ids; empty when there is nothing."""
        frames: list[tuple[str, bytes]] = [
            (topic, data)
            for topic in TOPICS
            if topic in wanted.topics and (data := self._data(topic, wanted, positions))
        ]
        if header:
            frames.insert(0, ("", header))
        if not frames:
            return b""
        parts: list[bytes] = []
        now = list(positions)
        last = len(frames) - 1
        for place, (topic, data) in enumerate(frames):
            if topic in EXACT:
                now[EXACT.index(topic)] = self.seq
            if place == last:
                parts.append(b"id: %d\n" % self.seq)
            elif topic in EXACT:
                parts.append(b"id: %d.%d.%d\n" % tuple(now))
            parts.append(data)
        return b"".join(parts)

    def _data(self, topic: str, wanted: Selection, positions: Positions) -> bytes:
        if topic == ACCOUNT:
            return self._account(wanted.account, positions[2])
        after = positions[EXACT.index(topic)] if topic in EXACT else 0
        key = (topic, wanted.instruments if topic != NOTICES else (), after)
        data = self._shared.get(key)
        if data is None:
            data = self._shared[key] = self._public(topic, wanted.instruments, after)
        return data

    def _public(self, topic: str, codes: tuple[str, ...], after: int) -> bytes:
        if topic == NOTICES:
            return self._frame(topic, [row for seq, row in self.notices if seq > after])
        if topic == TRADES:
            rows = [row for seq, code, row in self.trades if seq > after and (not codes or code in codes)]
            omitted = bool(self.omitted if not codes else self.omitted.intersection(codes))
            return self._frame(topic, rows, b',"omitted":true' if omitted else b"")
        state = self.quotes if topic == QUOTES else self.depth
        rows = list(state.values()) if not codes else [state[code] for code in codes if code in state]
        return self._frame(topic, rows, b',"complete":true' if self.complete else b"", empty=self.complete)

    def _frame(self, topic: str, rows: Iterable[bytes], more: bytes = b"", *, empty: bool = False) -> bytes:
        inside = b",".join(rows)
        if not inside and not more and not empty:
            return b""
        name = topic.encode()
        return b'event: %s\ndata: {"seq":%d,"at_us":%d%s,"%s":[%s]}\n\n' % (
            name,
            self.seq,
            self.at_us,
            more,
            name,
            inside,
        )

    def _account(self, account: str, after: int) -> bytes:
        piece = self.accounts.get(account)
        if piece is None:
            return b""
        trades = b",".join(row for seq, row in piece.trades if seq > after)
        return b'event: account\ndata: {"seq":%d,"at_us":%d,%s,"omitted":%s,"trades":[%s]}\n\n' % (
            self.seq,
            self.at_us,
            piece.state,
            b"true" if piece.omitted else b"false",
            trades,
        )


def notice_of_stream(event: str, retry_ms: int = 0, **said: Any) -> bytes:
    """A frame about the stream itself: `opened`, `resumed`, `reset`, `bye`."""
    retry = b"retry: %d\n" % retry_ms if retry_ms else b""
    return b"%sevent: %s\ndata: %s\n\n" % (retry, event.encode(), _encode(said))


def ping(seq: int) -> bytes:
    """Keeps a quiet connection open; an id without data moves the reader's place and is shown to nobody."""
    return b": ping\nid: %d\n\n" % seq


def positions_from(last_event_id: str) -> Positions | None:
    """The places an id speaks of; None for what is no id of ours."""
    parts = last_event_id.split(".")
    if len(parts) not in (1, 3) or not all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in parts
    ):
        return None
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return numbers[0], numbers[0], numbers[0]
    return numbers[0], numbers[1], numbers[2]
