"""The feed of one exchange: what is committed, told to its readers in ticks. Nothing else is ever told.

writer's thread                                        event loop
committed ─► touched ─► tick: rows, encoded once ────► readers: one chunk per selection, to all who share it

A reader comes in through the writer's thread too: the state he begins with and the ticks he gets after it leave
nothing out and overlap in nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from attrs import evolve

from tanpan.exchange import Exchange
from tanpan.messages import AnyRecord
from tanpan.parties import Actor
from tanpan.queries import QUERIES, ask
from tanpan.refusals import Refusal
from tanpan.reports import NOTICES as NOTICES_VIEW
from tanpan_adapters.service import feed_rows as rows
from tanpan_adapters.service.feed_frames import (
    ACCOUNT,
    DEPTH,
    EXACT,
    MOST_ROWS,
    NOTICES,
    QUOTES,
    TRADES,
    AccountPiece,
    Positions,
    Selection,
    Tick,
    notice_of_stream,
    positions_from,
)
from tanpan_adapters.service.feed_readers import Reader, Readers
from tanpan_adapters.service.feed_touched import Touched, Trade, after

log = logging.getLogger("tanpan.feed")

INTERVAL_S: Final = 0.25
PER_READER_S: Final = 0.00025
"""How much longer a tick waits for each reader there is: what they cost stays a small share of the whole."""
HISTORY: Final = 20_000
LINGER_S: Final = 60.0
MOST_CAUGHT_UP: Final = 1_000
RETRY_MS: Final = 1_000


def _no_rows(exchange: Exchange, actor: Actor, where: Any) -> list[dict[str, Any]]:
    return []


_RIGHTS: Final = {
    topic: tuple(evolve(QUERIES[name], answer=_no_rows) for name in names)
    for topic, names in {
        QUOTES: ("core.quotes",),
        DEPTH: ("core.board",),
        TRADES: ("core.quotes",),
        NOTICES: (),
        ACCOUNT: ("core.cash", "core.units", "core.listings"),
    }.items()
}
"""Who may read a topic: whoever may ask these queries; the kernel says who that is. Notices are a view."""


class Feed:
    """What an exchange tells its readers.

    `committed`, `seconds_until_tick`, `tick`, `interrupted` and `admit` are called in the writer's thread, at points
    where everything in memory is committed; `readers` belongs to the event loop; `close` may be called anywhere.
    """

    def __init__(self, exchange_name: str, *, interval_s: float = INTERVAL_S, history: int = HISTORY) -> None:
        self.name = exchange_name
        self.readers = Readers(exchange_name, self._left)
        self._interval_s = interval_s
        self._touched = Touched(history)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gone: deque[Selection] = deque()
        self._wants: dict[tuple[str, str], int] = {}
        self._count = 0
        self._on = False
        self._off_at = 0.0
        self._changed = False
        self._broken = False
        self._next = 0.0
        self._seen = 0
        self._since = 0
        self._exchange: Exchange | None = None
        self._rows: dict[tuple[str, str], bytes] = {}
        self._marks: dict[str, int] = {}

    # --- the writer's thread ---------------------------------------------------------------------

    def committed(self, records: Sequence[AnyRecord], exchange: Exchange) -> None:
        """These records were committed; the exchange stands right after them."""
        if not self._on:
            return
        if self._gone:
            self._let_go()
        if not self._count and time.monotonic() > self._off_at:
            self._turn_off()
            return
        self._check(exchange, records[0].seq - 1)
        touched = self._touched
        for record in records:
            touched.take(record, exchange)
        self._seen = exchange.seq
        self._changed = True

    def seconds_until_tick(self) -> float | None:
        """How long until readers are due something; None when nothing waits for them."""
        if not self._changed or not self._count:
            return None
        return max(0.0, self._next - time.monotonic())

    def tick(self, exchange: Exchange) -> None:
        """Tell readers what changed since the last tick."""
        if self._gone:
            self._let_go()
        self._changed = False
        if not self._count:
            return
        self._next = time.monotonic() + self._interval_s + self._count * PER_READER_S
        self._check(exchange, exchange.seq)
        broken = self._broken or self._touched.floor > self._since
        tick = self._whole(exchange) if broken else self._news(exchange)
        self._touched.clear()
        self._broken = False
        self._since = exchange.seq
        self._on_loop(partial(self.readers.deliver, tick))

    def interrupted(self) -> None:
        """The writer throws its memory away: readers wait until it is back, or come again elsewhere."""
        if self._on:
            self._changed = True
            self._on_loop(self.readers.interrupted)

    def admit(
        self, exchange: Exchange, reader: Reader, user: str, wanted: Selection, last_event_id: str
    ) -> None:
        """Let a reader in: ask the kernel for his rights, tell him where he stands, and join him to the ticks to come.

        Raises the kernel's Refusal for what he may not read.
        """
        wanted = self._allowed(exchange, exchange.actor(user), wanted)
        if reader.gone:
            return
        if self._gone:
            self._let_go()
        self._begin(exchange, reader.loop)
        self._want(wanted, 1)
        asked = positions_from(last_event_id) if last_event_id else None
        seq = exchange.seq
        here: Positions = (seq, seq, seq)
        if not last_event_id:
            chunk = self._state(exchange, wanted, here).chunk(
                wanted, here, self._header("opened", seq, wanted)
            )
        elif asked is None or self._lost(asked, wanted, seq):
            chunk = self._state(exchange, wanted, here).chunk(
                wanted, here, self._header("reset", seq, wanted)
            )
        else:
            state = self._state(exchange, wanted, asked)
            chunk = state.chunk(wanted, asked, self._header("resumed", seq, wanted))
        self._on_loop(partial(self.readers.join, reader, wanted, seq, chunk))

    # --- anywhere --------------------------------------------------------------------------------

    def close(self, why: str = "stopping") -> None:
        """End all streams: readers are told to come again."""
        self._on_loop(partial(self.readers.end_all, why))

    # --- coming and going ------------------------------------------------------------------------

    def _begin(self, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        if not self._on:
            self._on = True
            self._touched.clear()
            self._touched.forget(exchange.seq)
            self._rows.clear()
            self._seen = self._since = exchange.seq
            self._exchange = exchange
        self._check(exchange, exchange.seq)
        if not self._count:
            self._since = exchange.seq
            self._changed = self._broken = False

    def _turn_off(self) -> None:
        self._on = self._changed = False
        self._touched.clear()
        self._touched.forget(0)
        self._rows.clear()
        self._exchange = None

    def _left(self, wanted: Selection) -> None:
        """Called on the loop: somebody who was admitted has gone."""
        self._gone.append(wanted)

    def _let_go(self) -> None:
        while self._gone:
            self._want(self._gone.popleft(), -1)
        if not self._count:
            self._off_at = time.monotonic() + LINGER_S

    def _want(self, wanted: Selection, by: int) -> None:
        self._count += by
        for topic in wanted.topics & {QUOTES, DEPTH}:
            for code in wanted.instruments or ("",):
                _add(self._wants, (topic, code), by)
        if ACCOUNT in wanted.topics:
            _add(self._touched.wanted, wanted.account, by)
            if wanted.account not in self._touched.wanted:
                self._marks.pop(wanted.account, None)
            if not self._touched.wanted:
                self._touched.standing = None

    def _check(self, exchange: Exchange, before: int) -> None:
        """Notice what was never told here: another exchange in memory, or records between the last and these."""
        if exchange is not self._exchange:
            self._exchange = exchange
            self._touched.standing = None
            self._rows.clear()
            self._touched.everything()
        if before != self._seen:
            self._touched.clear()
            self._touched.everything()
            self._touched.forget(before)
            self._seen = before
            self._broken = True

    def _lost(self, asked: Positions, wanted: Selection, seq: int) -> bool:
        floor = self._touched.floor
        places = [place for topic, place in zip(EXACT, asked, strict=True) if topic in wanted.topics]
        return max(asked) > seq or any(place < floor for place in places)

    def _header(self, event: str, seq: int, wanted: Selection) -> bytes:
        said: dict[str, Any] = {"seq": seq, "topics": sorted(wanted.topics)}
        if wanted.instruments:
            said["instruments"] = wanted.instruments
        if wanted.account:
            said["account"] = wanted.account
        return notice_of_stream(event, RETRY_MS, **said)

    def _allowed(self, exchange: Exchange, actor: Actor, wanted: Selection) -> Selection:
        for code in wanted.instruments:
            exchange.instruments.known(code)
        account = wanted.account or actor.account
        for topic in wanted.topics:
            where = {"account": account} if topic == ACCOUNT else {}
            for query in _RIGHTS[topic]:
                ask(exchange, query, actor, where)
            if topic == NOTICES:
                NOTICES_VIEW.for_actor(actor, {})
        if ACCOUNT not in wanted.topics:
            return evolve(wanted, account="")
        if not account:
            raise Refusal("FIELD_MISSING", field="account")
        exchange.parties.account(account)
        return evolve(wanted, account=account)

    def _on_loop(self, call: Any) -> None:
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(call)
        except RuntimeError:
            log.debug("the loop of the readers is closed")

    # --- ticks -----------------------------------------------------------------------------------

    def _news(self, exchange: Exchange) -> Tick:
        """What changed since the last tick."""
        touched = self._touched
        codes = exchange.instruments.by_code if touched.every_code else touched.codes
        numbers = touched.wanted if touched.every_account else touched.accounts
        tick = Tick(exchange.seq, exchange.at, self._since)
        for code in codes:
            self._instrument(exchange, tick, code)
        tick.notices = tuple(reversed([*after(touched.notices, self._since)]))
        recent = [*after(touched.trades, self._since)]
        if recent:
            tick.trades, tick.omitted = _public(recent, (), MOST_ROWS)
        own = _own_trades(recent, touched.wanted) if numbers else {}
        for number in numbers:
            if number in touched.wanted:
                self._put_account(exchange, tick, number, own.get(number, ()))
        tick.users = tuple(touched.users)
        return tick

    def _instrument(self, exchange: Exchange, tick: Tick, code: str) -> None:
        """Put an instrument's quote and depth into a tick where they differ from what was told last."""
        for topic, told, make in ((QUOTES, tick.quotes, rows.quote), (DEPTH, tick.depth, rows.depth)):
            if (topic, "") not in self._wants and (topic, code) not in self._wants:
                self._rows.pop((topic, code), None)
                continue
            row = make(exchange, code)
            if self._rows.get((topic, code)) != row:
                self._rows[topic, code] = told[code] = row

    def _put_account(self, exchange: Exchange, tick: Tick, number: str, trades: Sequence[Trade]) -> None:
        """Put what changed in an account into a tick; all of it where nobody knows what did."""
        touched = self._touched
        changed = touched.listings.get(number, {})
        if touched.every_account or len(changed) > rows.MOST_LISTINGS:
            piece = self._whole_account(exchange, number, trades)
            mark = hash(piece.state)
            if trades or self._marks.get(number) != mark:
                tick.accounts[number] = piece
            self._marks[number] = mark
            return
        self._marks.pop(number, None)
        by_number = exchange.listings.by_number
        found = [by_number[one] for one in changed if one in by_number]
        state = rows.account_state(exchange, number, found, complete=False)
        tick.accounts[number] = _piece(state, number, trades)

    def _whole_account(self, exchange: Exchange, number: str, trades: Sequence[Trade] = ()) -> AccountPiece:
        standing = list(self._touched.standing_of(exchange, number).values())
        return _piece(rows.account_state(exchange, number, standing, complete=True), number, trades)

    def _whole(self, exchange: Exchange) -> Tick:
        """The whole state, for all readers: what was told before may not lead up to it."""
        tick = Tick(exchange.seq, exchange.at, exchange.seq, complete=True, reset=True)
        for code in exchange.instruments.by_code:
            if self._wanted(QUOTES, code):
                tick.quotes[code] = self._row(exchange, QUOTES, code)
            if self._wanted(DEPTH, code):
                tick.depth[code] = self._row(exchange, DEPTH, code)
        for number in self._touched.wanted:
            tick.accounts[number] = self._whole_account(exchange, number)
        tick.users = tuple(self._touched.users)
        return tick

    def _wanted(self, topic: str, code: str) -> bool:
        return (topic, "") in self._wants or (topic, code) in self._wants

    def _state(self, exchange: Exchange, wanted: Selection, positions: Positions) -> Tick:
        """The state a reader begins with, and what he missed since the places he had come to."""
        touched = self._touched
        tick = Tick(exchange.seq, exchange.at, exchange.seq, complete=True)
        codes = wanted.instruments or tuple(exchange.instruments.by_code)
        for topic, told in ((QUOTES, tick.quotes), (DEPTH, tick.depth)):
            if topic in wanted.topics:
                for code in codes:
                    told[code] = self._row(exchange, topic, code)
        notices, trades, account = positions
        if NOTICES in wanted.topics:
            tick.notices = tuple(reversed([*after(touched.notices, notices)]))
        if TRADES in wanted.topics:
            missed = [*after(touched.trades, trades)]
            tick.trades, tick.omitted = _public(missed, wanted.instruments, MOST_CAUGHT_UP)
        if ACCOUNT in wanted.topics:
            missed = [*after(touched.trades, account)]
            mine = _own_trades(missed, (wanted.account,)).get(wanted.account, ())
            tick.accounts[wanted.account] = self._whole_account(exchange, wanted.account, mine)
        return tick

    def _row(self, exchange: Exchange, topic: str, code: str) -> bytes:
        """An instrument's row as it stands; one that was told and not touched since still holds."""
        touched = self._touched
        key = (topic, code)
        row = self._rows.get(key)
        if row is None or touched.every_code or code in touched.codes:
            row = (rows.quote if topic == QUOTES else rows.depth)(exchange, code)
            if not touched.every_code and code not in touched.codes:
                self._rows[key] = row
        return row


def _public(newest_first: Sequence[Trade], codes: Sequence[str], most: int) -> Any:
    """Trades as everyone sees them, in order: the newest `most` of each instrument; which have older ones."""
    counts: dict[str, int] = {}
    found: list[tuple[int, str, bytes]] = []
    for trade in newest_first:
        code = trade[2].instrument
        if codes and code not in codes:
            continue
        count = counts[code] = counts.get(code, 0) + 1
        if count <= most:
            found.append((trade[0], code, rows.public_trade(trade)))
    found.reverse()
    return found, frozenset(code for code, count in counts.items() if count > most)


def _own_trades(newest_first: Sequence[Trade], wanted: Any) -> dict[str, list[Trade]]:
    found: dict[str, list[Trade]] = {}
    for trade in newest_first:
        for party in (trade[2].buyer, trade[2].seller):
            if party in wanted:
                found.setdefault(party, []).append(trade)
    return found


def _piece(state: bytes, number: str, newest_first: Sequence[Trade]) -> AccountPiece:
    shown = newest_first[:MOST_CAUGHT_UP]
    told = [(trade[0], rows.own_trade(trade, number)) for trade in reversed(shown)]
    return AccountPiece(state, told, len(newest_first) > len(shown))


def _add(counts: dict[Any, int], key: Any, by: int) -> None:
    count = counts.get(key, 0) + by
    if count:
        counts[key] = count
    else:
        counts.pop(key, None)
