"""Naive books beside a journal: every declaration and take of it is asked again, and must make the same trades."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.naive_book import NaiveBook
from tanpan.exchange import Exchange
from tanpan.instruments import InstrumentRegistered
from tanpan.listings import ListingPosted, ListingWithdrawn, PostListing, TakeListing, TradeDone
from tanpan.messages import AnyRecord
from tanpan.trading_day import DayOpened

POLICIES = {"auto": "automatic", "board": "best", "ccer": "best", "cea": "five"}


class ShadowBooks:
    """One naive book per instrument and day; `local` and `world` translate between its numbers and the exchange's."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.markets: dict[str, str] = {}
        self.books: dict[str, NaiveBook] = {}
        self.local: dict[int, int] = {}
        self.world: dict[tuple[str, int], int] = {}
        self.trades = 0

    def follow(self, records: Iterable[AnyRecord]) -> None:
        for record in records:
            if record.command == "core.post_listing":
                self.posted(record)
            elif record.command == "core.take_listing":
                self.taken(record)
            for event in record.events:
                self.note(event)

    def note(self, event: object) -> None:
        if isinstance(event, InstrumentRegistered):
            self.markets[event.instrument] = event.market
        elif isinstance(event, DayOpened):
            for price in event.prices:
                self.books[price.instrument] = NaiveBook(POLICIES[event.market])
        elif isinstance(event, ListingWithdrawn):
            code = next(code for (code, _), number in self.world.items() if number == event.listing)
            entry = self.books[code].entries[self.local[event.listing] - 1]
            entry.rest, entry.state = 0, "withdrawn"

    def posted(self, record: AnyRecord) -> None:
        command = self.exchange.decode_command(record.body)
        assert isinstance(command, PostListing)
        book = self.books[command.instrument]
        before = len(book.trades)
        event = next(one for one in record.events if isinstance(one, ListingPosted))
        book.post(command.account, command.side == "buy", command.price_fen, command.quantity_tonnes)
        self.local[event.listing] = len(book.entries)
        self.world[command.instrument, len(book.entries)] = event.listing
        self.agree(record, command.instrument, before)

    def taken(self, record: AnyRecord) -> None:
        command = self.exchange.decode_command(record.body)
        assert isinstance(command, TakeListing)
        book = self.books[command.instrument]
        before = len(book.trades)
        number = self.local[command.listing] if command.listing else 0
        book.take(command.account, command.side == "buy", command.quantity_tonnes, command.price_fen, number)
        self.agree(record, command.instrument, before)

    def agree(self, record: AnyRecord, code: str, before: int) -> None:
        done = [one for one in record.events if isinstance(one, TradeDone)]
        ours = [(one.buyer, one.seller, one.price_fen, one.quantity_tonnes, one.maker) for one in done]
        theirs = [(*trade[:4], self.world[code, trade[4]]) for trade in self.books[code].trades[before:]]
        assert ours == theirs, f"record {record.seq}"
        self.trades += len(ours)
