"""Other people's matching engines from PyPI, each behind the same three methods.

Every adapter builds the engine's own order object inside the clock and counts the engine's own trades;
which postings met is looked up afterwards, from the objects the engine handed out.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, ClassVar

from benchmarks.harness import Result, timed, verified
from benchmarks.reference import POST, Command, Trade


class Peer(ABC):
    """One engine: build it, run the flow through it, say which postings met."""

    name: ClassVar[str]
    note: ClassVar[str]

    @abstractmethod
    def build(self, instruments: int) -> None:
        """Import the package and make empty books."""

    @abstractmethod
    def run(self, commands: Sequence[Command], kept: list[Any] | None = None) -> int:
        """Count the trades of the commands; keep what the engine reported of them when asked to."""

    @abstractmethod
    def identify(self, kept: list[Any]) -> Iterator[tuple[int, int, int, int]]:
        """Posting that took, posting that rested, price in fen, tonnes: of each report kept."""


class PyOrderBook(Peer):
    name = "pyorderbook"
    note = "pure Python, Decimal prices, a UUID per order; matching only, no ledger, no rules, no owners"

    def build(self, instruments: int) -> None:
        from pyorderbook import Book, Order, Side

        self._book = Book()
        self._order = Order
        self._bid, self._ask = Side.BID, Side.ASK
        self._symbols = [f"I{number}" for number in range(instruments)]
        self._placed: dict[int, Any] = {}

    def run(self, commands: Sequence[Command], kept: list[Any] | None = None) -> int:
        make, match, cancel = self._order, self._book.match, self._book.cancel
        bid, ask, symbols, placed = self._bid, self._ask, self._symbols, self._placed
        count = 0
        for kind, no, _, instrument, buy, price_fen, tonnes in commands:
            if kind != POST:
                cancel(placed[no])
                continue
            order = placed[no] = make(bid if buy else ask, symbols[instrument], price_fen, tonnes)
            trades = match(order).trades
            if trades:
                count += len(trades)
                if kept is not None:
                    kept.extend(trades)
        return count

    def identify(self, kept: list[Any]) -> Iterator[tuple[int, int, int, int]]:
        numbers = {order.id: no for no, order in self._placed.items()}
        for trade in kept:
            taker, maker = numbers[trade.incoming_order_id], numbers[trade.standing_order_id]
            yield taker, maker, int(trade.fill_price), trade.fill_quantity


class MatchingEngine(Peer):
    name = "matching-engine"
    note = "pure Python with msgspec, needs Python 3.12 or newer; matching and events, no ledger, no encoding"

    def build(self, instruments: int) -> None:
        from matching_engine import CancelOrder, NewOrder, SequencedCommand, Side
        from matching_engine import engine as package
        from matching_engine.events import Trade as Fill

        self._engines = [package.MatchingEngine() for _ in range(instruments)]
        self._messages = NewOrder, CancelOrder, SequencedCommand, Fill
        self._buy, self._sell = Side.BUY, Side.SELL

    def run(self, commands: Sequence[Command], kept: list[Any] | None = None) -> int:
        new, cancel, sequenced, fill = self._messages
        processes = [engine.process for engine in self._engines]
        buys, sells = self._buy, self._sell
        count = sequence = 0
        for kind, no, participant, instrument, buy, price_fen, tonnes in commands:
            sequence += 1
            if kind != POST:
                processes[instrument](sequenced(sequence, sequence, cancel(no, participant)))
                continue
            order = new(no, participant, buys if buy else sells, price_fen, tonnes)
            events = processes[instrument](sequenced(sequence, sequence, order))
            if len(events) > 1:
                trades = [event for event in events if type(event) is fill]
                count += len(trades)
                if kept is not None:
                    kept.extend(trades)
        return count

    def identify(self, kept: list[Any]) -> Iterator[tuple[int, int, int, int]]:
        for trade in kept:
            yield trade.taker_order_id, trade.maker_order_id, trade.price, trade.qty


class LightMatchingEngine(Peer):
    name = "lightmatchingengine"
    note = "pure Python; reports the taker once per price level, so the resting side's reports are counted"

    def build(self, instruments: int) -> None:
        from lightmatchingengine.lightmatchingengine import LightMatchingEngine as Engine
        from lightmatchingengine.lightmatchingengine import Side

        self._engine = Engine()
        self._buy, self._sell = Side.BUY, Side.SELL
        self._symbols = [f"I{number}" for number in range(instruments)]
        self._ids: dict[int, int] = {}

    def run(self, commands: Sequence[Command], kept: list[Any] | None = None) -> int:
        add, cancel = self._engine.add_order, self._engine.cancel_order
        buys, sells, symbols, ids = self._buy, self._sell, self._symbols, self._ids
        count = 0
        for kind, no, _, instrument, buy, price_fen, tonnes in commands:
            if kind != POST:
                cancel(ids[no], symbols[instrument])
                continue
            order, reports = add(symbols[instrument], price_fen, tonnes, buys if buy else sells)
            taker = ids[no] = order.order_id
            if reports:
                trades = [report for report in reports if report.order_id != taker]
                count += len(trades)
                if kept is not None:
                    kept.extend((taker, trade) for trade in trades)
        return count

    def identify(self, kept: list[Any]) -> Iterator[tuple[int, int, int, int]]:
        numbers = {order_id: no for no, order_id in self._ids.items()}
        for taker, trade in kept:
            yield numbers[taker], numbers[trade.order_id], trade.trade_price, trade.trade_qty


class OrderMatching(Peer):
    name = "order-matching"
    note = "pure Python; scans the whole book for each order, so only the first commands; its log is off"

    def build(self, instruments: int) -> None:
        from loguru import logger
        from order_matching.enums import Side
        from order_matching.matching_engine import MatchingEngine as Engine
        from order_matching.order import LimitOrder
        from order_matching.orders import Orders

        logger.disable("order_matching")
        self._engines = [Engine(seed=1) for _ in range(instruments)]
        self._order, self._orders = LimitOrder, Orders
        self._buy, self._sell = Side.BUY, Side.SELL

    def run(self, commands: Sequence[Command], kept: list[Any] | None = None) -> int:
        now, tick = datetime(2026, 11, 20), timedelta(microseconds=1)
        make, orders, engines = self._order, self._orders, self._engines
        buys, sells = self._buy, self._sell
        count = 0
        for kind, no, participant, instrument, buy, price_fen, tonnes in commands:
            engine = engines[instrument]
            if kind != POST:
                engine.cancel_order(str(no))
                continue
            now += tick
            order = make(
                side=buys if buy else sells,
                price=price_fen,
                size=tonnes,
                timestamp=now,
                order_id=str(no),
                trader_id=str(participant),
            )
            engine.place(orders([order]))
            trades = engine.match(timestamp=now).trades
            count += len(trades)
            if kept is not None:
                kept.extend(trades)
        return count

    def identify(self, kept: list[Any]) -> Iterator[tuple[int, int, int, int]]:
        for trade in kept:
            yield int(trade.incoming_order_id), int(trade.book_order_id), int(trade.price), int(trade.size)


class Bourse(Peer):
    name = "bourse"
    note = (
        "Rust behind PyO3; trades are read once at the end, not per command; its clock must be set for each "
        "order (orders of one instant overwrite each other); a book per instrument, so over several the "
        "trades are put in sequence by us"
    )

    def build(self, instruments: int) -> None:
        from bourse.core import OrderBook

        self._books = [OrderBook(0, 1) for _ in range(instruments)]
        self._ids: dict[int, int] = {}
        self._numbers: list[dict[int, int]] = [{} for _ in range(instruments)]

    def run(self, commands: Sequence[Command], kept: list[Any] | None = None) -> int:
        books, ids = self._books, self._ids
        for kind, no, participant, instrument, buy, price_fen, tonnes in commands:
            book = books[instrument]
            if kind != POST:
                book.cancel_order(ids[no])
                continue
            book.set_time(no)
            ids[no] = book.place_order(buy, tonnes, participant, price=price_fen)
            if kept is not None:
                self._numbers[instrument][ids[no]] = no
        trades = [book.get_trades() for book in books]
        if kept is not None:
            kept.extend(trades)
        return sum(map(len, trades))

    def identify(self, kept: list[Any]) -> Iterator[tuple[int, int, int, int]]:
        met = [
            (numbers[taker], numbers[maker], price_fen, tonnes)
            for numbers, trades in zip(self._numbers, kept, strict=True)
            for _, _, price_fen, tonnes, taker, maker in trades
        ]
        yield from sorted(met, key=itemgetter(0))


PEERS: dict[str, type[Peer]] = {
    peer.name: peer for peer in (PyOrderBook, MatchingEngine, LightMatchingEngine, OrderMatching, Bourse)
}


def measure(name: str, commands: Sequence[Command], *, instruments: int, verify: bool) -> Result:
    """Time one engine over the commands; with `verify`, run it again and compare trade by trade."""
    peer = PEERS[name]()
    peer.build(instruments)
    seconds, count = timed(lambda: peer.run(commands))
    if not verify:
        return Result(len(commands), seconds, count)
    found = _identified(PEERS[name](), commands, instruments)
    return verified(commands, instruments, seconds=seconds, count=count, found=found)


def _identified(peer: Peer, commands: Sequence[Command], instruments: int) -> list[Trade]:
    peer.build(instruments)
    kept: list[Any] = []
    peer.run(commands, kept)
    buys = {command[1]: command[4] for command in commands}
    return [
        (taker, maker, price_fen, tonnes) if buys[taker] else (maker, taker, price_fen, tonnes)
        for taker, maker, price_fen, tonnes in peer.identify(kept)
    ]
