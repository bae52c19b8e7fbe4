"""tanpan itself, measured by the full path of a command.

That is: request id, authority, session, band, lot, funds or units, freeze, match, postings, fees, lots and
encoded events, on the neutral market, which takes automatically in price-time order.

Each function builds its exchange first, with participants endowed so that nothing is ever refused, then
starts the clock through `harness.timed`, which applies the collector's policy of all engines. A participant
with an odd index buys only, one with an even index sells only.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Literal

from benchmarks.flow import extent
from benchmarks.harness import Result, resident_bytes, settle_collector, timed
from benchmarks.reference import POST, Command, Trade, digest
from tanpan.calendar import Calendar, instant
from tanpan.custody import Deposit, TransferIn
from tanpan.exchange import Exchange
from tanpan.four_eyes import ConfirmProposal
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.listings import PostListing, TradeDone, WithdrawListing
from tanpan.messages import CHANNEL, CLOCK, DOOR, REGISTRY, REGULATOR, AnyRecord, Envelope
from tanpan.packs import Assembly, assemble, load
from tanpan.parties import OpenAccount
from tanpan.trading_day import OpenDay
from tanpan_adapters.runner import Runner

INSTITUTIONS = (REGISTRY, CHANNEL, REGULATOR, CLOCK, DOOR)
NEUTRAL = ("neutral_market",)
PACKS = Path(__file__).parent.parent / "tests" / "packs"
DAY = date(2026, 3, 2)
SESSION = time(9, 30)
BATCH = 1_000
Order = tuple[int, int, int, int, str, str, str, str, str]
CASH_FEN = 10**14
TONNES = 10**6


def _calendar() -> Calendar:
    days = tuple(DAY + timedelta(days=number) for number in range(5))
    return Calendar(days, days, days[0], days[-1])


def assembly(packs: Sequence[str] = NEUTRAL) -> Assembly:
    """The neutral pack, which lives with the tests, and others on demand."""
    if str(PACKS) not in sys.path:
        sys.path.insert(0, str(PACKS))
    return assemble(load(packs))


class Bench:
    """An exchange with its day open, and the clock of its commands."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.at = instant(DAY, time(9, 0))
        self._requests = 0

    def prepare(self, instruments: int, participants: int) -> None:
        """Accounts with cash and units, instruments listed, the session begun."""
        self.exchange.found(self.at, institutions=INSTITUTIONS)
        for number in range(instruments):
            self._do("admin", RegisterInstrument(f"U{number}", "auto", "UNIT"))
            self._two(ListInstrument(f"U{number}", DAY, 5_000))
        for index in range(participants):
            self._do("admin", OpenAccount(f"A{index}", f"participant {index}", "other", f"O{index}", True))
            if index % 2:
                self._do("channel", Deposit(f"A{index}", CASH_FEN))
            else:
                for number in range(instruments):
                    self._do("registry", TransferIn(f"A{index}", f"U{number}", TONNES))
        self._do("admin", OpenDay("auto", DAY))
        self.at = instant(DAY, SESSION)
        self.exchange.advance(self.at)

    def _two(self, command: Any) -> None:
        """A command that a second person must confirm."""
        made = self._do("admin", command)
        self._do("admin2", ConfirmProposal(made.events[0].proposal))

    def _do(self, actor: str, command: Any) -> AnyRecord:
        self._requests += 1
        return self.exchange.execute(Envelope(f"prepare {self._requests}", actor, command), self.at)

    def orders(self, flow: Sequence[Command]) -> list[Order]:
        """Every command with who and what as the strings a client would send."""
        return [
            (kind, no, price, tonnes, f"r{place}", f"O{who}", f"A{who}", f"U{what}", "buy" if buy else "sell")
            for place, (kind, no, who, what, buy, price, tonnes) in enumerate(flow)
        ]


def memory(flow: Sequence[Command], *, instruments: int, participants: int) -> Result:
    """The flow in memory: commands decided and evolved, events encoded in batches, nothing written."""
    bench = Bench(Exchange("bench", assembly(), _calendar()))
    bench.prepare(instruments, participants)
    exchange = bench.exchange
    exchange.drain()
    payloads: list[bytes] = []

    def commit() -> None:
        payloads.append(exchange.encode_records(exchange.drain()))

    seconds = _drive(bench, flow, exchange.execute_all, commit, BATCH)
    trades, events = _written(exchange, payloads)
    exchange.ledger.audit()
    extra = {"bytes": float(sum(map(len, payloads))), "events": float(events)}
    return Result(len(flow), seconds, len(trades), digest(trades), extra)


def journaled(flow: Sequence[Command], *, per_commit: int, path: Path) -> Result:
    """The flow with every `per_commit` commands committed to a SQLite journal at `path`, synchronous=FULL."""
    instruments, participants = extent(list(flow))
    runner = _runner(path)
    bench = Bench(runner.exchange)
    bench.prepare(instruments, participants)
    runner.commit()
    head = runner.journal.head()
    seconds = _drive(bench, flow, runner.submit_all, runner.commit, per_commit)
    payloads = [batch.payload for batch in runner.journal.read(head.seq)]
    trades, events = _written(runner.exchange, payloads)
    path.with_suffix(".hash").write_text(runner.exchange.state_hash())
    runner.close()
    return Result(len(flow), seconds, len(trades), digest(trades), {"events": float(events)})


def recovery(path: Path) -> Result:
    """The journal that `journaled` left at `path`, read, checked and applied to an empty exchange."""
    runners: list[Runner] = []
    seconds, _ = timed(lambda: runners.append(_runner(path)))
    runner = runners[0]
    assert runner.exchange.state_hash() == path.with_suffix(".hash").read_text(), (
        "another state was recovered"
    )
    payloads = [batch.payload for batch in runner.journal.read()]
    _, events = _written(runner.exchange, payloads)
    runner.close()
    return Result(runner.exchange.seq, seconds, extra={"events": float(events)})


def _runner(path: Path) -> Runner:
    """A runner that takes no snapshot: what is measured is the journal."""
    return Runner(f"sqlite:///{path}", "bench", assembly(), _calendar(), snapshot_every=1 << 60)


def _drive(
    bench: Bench,
    flow: Sequence[Command],
    send: Callable[[Sequence[Envelope], int], Any],
    commit: Callable[[], Any],
    per_commit: int,
) -> float:
    """Seconds to send the flow, in groups of so many commands, each followed by its commit."""
    orders = bench.orders(flow)

    def work() -> None:
        for start in range(0, len(orders), per_commit):
            group = [
                Envelope(request, operator, PostListing(account, instrument, side, price, tonnes))
                if kind == POST
                else Envelope(request, operator, WithdrawListing(account, no))
                for kind, no, price, tonnes, request, operator, account, instrument, side in orders[
                    start : start + per_commit
                ]
            ]
            send(group, bench.at + start)
            commit()

    seconds, _ = timed(work)
    return seconds


def _written(exchange: Exchange, payloads: Sequence[bytes]) -> tuple[list[Trade], int]:
    """The trades that were written, in order, and the number of all events."""
    trades: list[Trade] = []
    events = 0
    for payload in payloads:
        for record in exchange.decode_records(payload):
            events += len(record.events)
            for event in record.events:
                if isinstance(event, TradeDone):
                    pair = (event.taker, event.maker) if event.taker_buys else (event.maker, event.taker)
                    trades.append((*pair, event.price_fen, event.quantity_tonnes))
    return trades, events


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
