"""tanpan itself, measured by the full path of a command.

That is: request id, authority, session, band, lot, funds or units, freeze, match, postings, fees, lots and
encoded events, on the neutral market, which takes automatically in price-time order.

Each function builds its exchange first, with participants endowed so that nothing is ever refused, then
starts the clock through `harness.timed`, which applies the collector's policy of all engines. A participant
with an odd index buys only, one with an even index sells only.
"""

import sys
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Literal

from benchmarks.flow import extent
from benchmarks.harness import Result, resident_bytes, settle_collector, timed
from benchmarks.reference import WITHDRAW, Command, Trade, digest
from tanpan.calendar import Calendar, instant
from tanpan.custody import Deposit, TransferIn
from tanpan.exchange import Exchange
from tanpan.four_eyes import ConfirmProposal
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.listings import PostListing, TradeDone, WithdrawListing
from tanpan.messages import Envelope
from tanpan.packs import Assembly, assemble, load
from tanpan.parties import AppointStaff, OpenAccount
from tanpan.trading_day import OpenDay

PACKS = Path(__file__).parent.parent / "tests" / "packs"
DAY = date(2026, 3, 2)
BATCH = 1_000
CASH_FEN = 10**14
TONNES = 10**6


def _calendar() -> Calendar:
    days = tuple(DAY + timedelta(days=number) for number in range(5))
    return Calendar(days, days, days[0], days[-1])


def assembly() -> Assembly:
    """The neutral pack, which lives with the tests."""
    if str(PACKS) not in sys.path:
        sys.path.insert(0, str(PACKS))
    return assemble(load(["neutral_market"]))


class Bench:
    """An exchange with its day open, and the clock of its commands."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.at = instant(DAY, time(9, 0))
        self._requests = 0

    def prepare(self, instruments: int, participants: int) -> None:
        """Accounts with cash and units, instruments listed, the session begun."""
        self.exchange.found(self.at)
        self._do("admin", AppointStaff("channel", "channel"))
        self._do("admin", AppointStaff("registry", "registry"))
        for number in range(instruments):
            self._do("admin", RegisterInstrument(f"U{number}", "auto", "UNIT"))
            self._do("admin", ListInstrument(f"U{number}", DAY, 5_000))
            self._do("admin2", ConfirmProposal(number + 1))
        for index in range(participants):
            self._do("admin", OpenAccount(f"A{index}", f"participant {index}", "other", f"O{index}", True))
            if index % 2:
                self._do("channel", Deposit(f"A{index}", CASH_FEN))
            else:
                for number in range(instruments):
                    self._do("registry", TransferIn(f"A{index}", f"U{number}", TONNES))
        self._do("admin", OpenDay("auto", DAY))
        self.at = instant(DAY, time(9, 30))
        self.exchange.advance(self.at)

    def _do(self, actor: str, command: Any) -> None:
        self._requests += 1
        self.exchange.execute(Envelope(f"prepare {self._requests}", actor, command), self.at)

    def orders(self, flow: Sequence[Command]) -> list[tuple[str, str, str, str]]:
        """Request id, operator, account and instrument of every command: strings that a client would send."""
        return [(f"r{place}", f"O{one[2]}", f"A{one[2]}", f"U{one[3]}") for place, one in enumerate(flow)]


def memory(flow: Sequence[Command], *, instruments: int, participants: int) -> Result:
    """The flow in memory: commands decided and evolved, events encoded in batches, nothing written."""
    bench = Bench(Exchange("bench", assembly(), _calendar()))
    bench.prepare(instruments, participants)
    exchange = bench.exchange
    exchange.drain()
    orders = bench.orders(flow)
    payloads: list[bytes] = []

    def work() -> None:
        execute, encode, drain = exchange.execute, exchange.encode_records, exchange.drain
        at = bench.at
        for place, (kind, no, _, _, buy, price, tonnes) in enumerate(flow):
            request, operator, account, instrument = orders[place]
            if kind == WITHDRAW:
                execute(Envelope(request, operator, WithdrawListing(account, no)), at + place)
            else:
                side = "buy" if buy else "sell"
                posting = PostListing(account, instrument, side, price, tonnes)
                execute(Envelope(request, operator, posting), at + place)
            if place % BATCH == BATCH - 1:
                payloads.append(encode(drain()))
        payloads.append(encode(drain()))

    seconds, _ = timed(work)
    trades = _trades(exchange, payloads)
    exchange.ledger.audit()
    return Result(len(flow), seconds, len(trades), digest(trades), {"bytes": sum(map(len, payloads))})


def _trades(exchange: Exchange, payloads: Sequence[bytes]) -> list[Trade]:
    return [
        (event.taker, event.maker, event.price_fen, event.quantity_tonnes)
        if event.taker_buys
        else (event.maker, event.taker, event.price_fen, event.quantity_tonnes)
        for payload in payloads
        for record in exchange.decode_records(payload)
        for event in record.events
        if isinstance(event, TradeDone)
    ]


def footprint(kind: Literal["listings", "trades"], *, count: int) -> Result:
    """Resident memory that `count` of a kind have added; trades as what stays of them in the live state.

    Request ids are dropped first: they are a window of time, not a part of the book.
    """
    bench = Bench(Exchange("bench", assembly(), _calendar()))
    bench.prepare(1, 10)
    exchange = bench.exchange
    exchange.drain()
    settle_collector()
    before = resident_bytes()
    for place in range(count):
        seller = (place % 5) * 2
        price = 5_000 + (place % 400 if kind == "listings" else 0)
        _post(exchange, bench.at, f"s{place}", seller, "sell", price)
        if kind == "trades":
            _post(exchange, bench.at, f"b{place}", seller + 1, "buy", price)
        if place % BATCH == 0:
            exchange.drain()
            exchange.requests.clear()
    exchange.drain()
    exchange.requests.clear()
    if kind == "trades":
        exchange.listings.by_number.clear()
    return Result(count, 1.0, extra={"bytes": resident_bytes() - before})


def _post(exchange: Exchange, at: int, request: str, index: int, side: str, price: int) -> None:
    posting = PostListing(f"A{index}", "U0", side, price, 1)
    exchange.execute(Envelope(request, f"O{index}", posting), at)


__all__ = ["Bench", "assembly", "extent", "footprint", "memory"]
