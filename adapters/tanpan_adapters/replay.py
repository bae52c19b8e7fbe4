"""Replays published market days through the kernel: every row a real declaration and a real counterparty.

Day after day: participants are endowed with what the day needs (cash by the settlement channel, units by the
registry), the day opens, each row is posted and taken (or offered as a block and agreed) inside the sessions
of the market's own terms, the clock closes the day, the exchange and the registry confirm the clearing, the
day settles. Then the day's figures as the kernel published them are laid beside the bulletin.

Published results enter the kernel in three places only: an instrument's first reference price and the running
totals reached before its first day; and, where a bulletin says that its blocks are not among the trades, its
block figures of that day, stated before the close with the line they come from. Those are marked in the
comparison as taken from the bulletin. Running totals are the kernel's own on all days, so a wrong one is found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, time
from itertools import count, groupby
from typing import Any, Final

from attrs import frozen

from tanpan.blocks import AcceptBlock, ConfirmBlock, OfferBlock, OpenDialogue
from tanpan.calendar import SECOND_US, Window, instant, parse_windows
from tanpan.clearing import ClearDay, ConfirmClearing, SettleDay
from tanpan.custody import Deposit, TransferIn
from tanpan.four_eyes import ConfirmProposal
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.listings import PostListing, TakeListing
from tanpan.market import Market
from tanpan.messages import CHANNEL, REGISTRY, AnyRecord, Command, Envelope
from tanpan.parties import OpenAccount
from tanpan.quantities import change_ppm100, share
from tanpan.refusals import Refusal
from tanpan.rulebook import Terms
from tanpan.trading_day import ClosingPrice, DayClosed, OpenDay, StateBlockFigures
from tanpan_adapters.market_days import BLOCK, FIGURES, LISTED, Bulletin, MarketDays, TradeRow, carried
from tanpan_adapters.runner import Runner

PAIRS: Final = 4
"""How many sellers and buyers take turns."""
CHANNEL_NAME: Final = "replay"
_HALF_HOUR_US: Final = 1_800 * SECOND_US
_MIDNIGHT: Final = time(0, 0)
_BLOCK_FIGURES: Final = ("block_volume", "block_turnover")


@frozen
class Figure:
    """One published figure and ours; `from_bulletin` says that ours was taken from the bulletin."""

    name: str
    ours: int
    published: int
    from_bulletin: bool = False

    @property
    def equal(self) -> bool:
        """Whether they agree."""
        return self.ours == self.published


@frozen
class Comparison:
    """One instrument's day: all figures, ours beside the published ones."""

    day: date
    instrument: str
    figures: tuple[Figure, ...]

    @property
    def equal(self) -> bool:
        """Whether every figure agrees."""
        return all(figure.equal for figure in self.figures)


class RowRefused(Exception):
    """The market refuses a line of the trades or of the bulletins; whole days before it are kept."""

    def __init__(self, row: TradeRow | Bulletin, refusal: Refusal) -> None:
        super().__init__(f"line {row.line}: {refusal}")
        self.row = row
        self.refusal = refusal


class Replay:
    """Drives one market's days on a new exchange, one commit per day."""

    def __init__(self, runner: Runner, market: Market, days: MarketDays) -> None:
        self._runner = runner
        self._market = market
        self._days = days
        self._at = 0
        self._numbers = count(1)
        self._blocks = count()

    def run(self) -> Iterator[Comparison]:
        """Replay day after day; each comparison comes when its day is committed. Raises RowRefused."""
        trades = {day: list(rows) for day, rows in groupby(self._days.trades, key=lambda row: row.day)}
        first = self._days.days()[0]
        self._at = instant(first, _MIDNIGHT)
        self._runner.found(self._at, institutions=(REGISTRY, CHANNEL))
        self._parties()
        listed: set[str] = set()
        for day in self._days.days():
            bulletins = [row for row in self._days.bulletins if row.day == day]
            closing = self._day(day, trades.get(day, []), bulletins, listed)
            self._runner.commit()
            yield from (self._compare(row, closing[self._code(row)]) for row in bulletins)

    # --- the day -----------------------------------------------------------------------------------

    def _day(
        self, day: date, trades: list[TradeRow], bulletins: list[Bulletin], listed: set[str]
    ) -> dict[str, ClosingPrice]:
        terms = self._terms(day, bulletins[0])
        windows = {LISTED: parse_windows(terms.listed_sessions), BLOCK: parse_windows(terms.block_sessions)}
        edges = [edge for windows_of in windows.values() for window in windows_of for edge in window]
        midnight = instant(day, _MIDNIGHT)
        self._at = max(self._at, midnight + max(0, min(edges) - _HALF_HOUR_US))
        for bulletin in bulletins:
            if self._code(bulletin) not in listed:
                self._list(bulletin, terms)
                listed.add(self._code(bulletin))
        self._endow(trades, terms, bulletins[0])
        self._send("admin", OpenDay(self._market.name, day), bulletins[0])
        for at, row in _scheduled(midnight, windows, trades):
            self._at = at
            self._trade(row)
        for bulletin in bulletins:
            self._state_blocks(bulletin)
        self._at = midnight + max(edges)
        self._runner.exchange.advance(self._at)
        closing = self._closing()
        self._at += _HALF_HOUR_US
        self._settle(day, terms, bulletins[0])
        return closing

    def _terms(self, day: date, row: Bulletin) -> Terms:
        try:
            return self._runner.exchange.days.of(self._market.name).terms_on(day)
        except Refusal as refusal:
            refusal.clause = refusal.clause or self._market.clauses.get(refusal.code, "")
            raise RowRefused(row, refusal) from refusal

    def _closing(self) -> dict[str, ClosingPrice]:
        """What the kernel published at the close, by instrument."""
        events = (event for record in reversed(self._runner.exchange.records) for event in record.events)
        closed = next(event for event in events if isinstance(event, DayClosed))
        return {price.instrument: price for price in closed.prices}

    def _settle(self, day: date, terms: Terms, row: Bulletin) -> None:
        market = self._market.name
        cleared = self._send("admin", ClearDay(market, day), row).events[-1]
        for party in terms.settlement_confirmers:
            actor = "admin" if party == "exchange" else party
            self._send(actor, ConfirmClearing(market, day, cleared.digest), row)
        self._send("admin", SettleDay(market, day), row)

    # --- setting -----------------------------------------------------------------------------------

    def _parties(self) -> None:
        first = self._days.bulletins[0]
        for number in range(PAIRS):
            for name in (_seller(number), _buyer(number)):
                self._send("admin", OpenAccount(name, f"participant {name}", "other", name, True), first)

    def _list(self, row: Bulletin, terms: Terms) -> None:
        code = self._code(row)
        product = code if code in terms.products else terms.products[0]
        self._send("registry", RegisterInstrument(code, self._market.name, product), row)
        price = row.figures["previous_close"]
        self._two(ListInstrument(code, row.day, price, *carried(row)), row)

    def _two(self, command: Command, row: Bulletin) -> None:
        """A command that a second person must confirm."""
        made = self._send("admin", command, row).events[0]
        self._send("admin2", ConfirmProposal(made.proposal), row)

    def _endow(self, trades: Sequence[TradeRow], terms: Terms, bulletin: Bulletin) -> None:
        cash: dict[str, int] = defaultdict(int)
        units: dict[tuple[str, str], int] = defaultdict(int)
        for row in trades:
            fee_ppm = terms.block_fee_ppm if row.method == BLOCK else terms.listed_fee_ppm
            turnover = row.price_fen * row.quantity_tonnes
            cash[_buyer(row.seq)] += turnover + share(turnover, fee_ppm)
            units[_seller(row.seq), self._code(row)] += row.quantity_tonnes
        for account, fen in cash.items():
            self._send("channel", Deposit(account, fen), bulletin)
        for (account, code), tonnes in units.items():
            self._send("registry", TransferIn(account, code, tonnes), bulletin)

    # --- trades ------------------------------------------------------------------------------------

    def _trade(self, row: TradeRow) -> None:
        if row.method == BLOCK:
            self._block(row)
        elif self._market.taking.automatic:
            self._post(row, _seller(row.seq), "sell")
            self._post(row, _buyer(row.seq), "buy")
        else:
            listing = self._post(row, _seller(row.seq), "sell").events[0].listing
            buyer, code, price = _buyer(row.seq), self._code(row), row.price_fen
            take = TakeListing(buyer, code, "buy", row.quantity_tonnes, price, listing, _number(row))
            self._send(buyer, take, row)

    def _post(self, row: TradeRow, account: str, side: str) -> AnyRecord:
        post = PostListing(account, self._code(row), side, row.price_fen, row.quantity_tonnes, _number(row))
        return self._send(account, post, row)

    def _block(self, row: TradeRow) -> None:
        """A block, in turn: taken as offered, or agreed in a dialogue and confirmed by both."""
        seller, buyer, code = _seller(row.seq), _buyer(row.seq), self._code(row)
        price, tonnes, number = row.price_fen, row.quantity_tonnes, _number(row)
        offer = (
            self._send(seller, OfferBlock(seller, code, "sell", price, tonnes, number), row).events[0].offer
        )
        if next(self._blocks) % 2 == 0:
            self._send(buyer, AcceptBlock(buyer, offer, number), row)
            return
        dialogue = self._send(buyer, OpenDialogue(buyer, offer), row).events[0].dialogue
        for party in (buyer, seller):
            confirm = ConfirmBlock(party, dialogue, price, tonnes, "", f"{number} confirmed")
            self._send(party, confirm, row)

    def _send(self, actor: str, command: Command, row: TradeRow | Bulletin) -> AnyRecord:
        envelope = Envelope(f"replay {next(self._numbers)}", actor, command, CHANNEL_NAME)
        try:
            return self._runner.submit(envelope, self._at)
        except Refusal as refusal:
            raise RowRefused(row, refusal) from refusal

    def _code(self, row: TradeRow | Bulletin) -> str:
        """The row's instrument; files without that column are of the market's first product."""
        return row.instrument or str(self._products[0])

    @property
    def _products(self) -> Any:
        parameter = self._market.parameter("products")
        assert parameter is not None
        return parameter.steps[0].value

    def _state_blocks(self, row: Bulletin) -> None:
        """Block figures that only the bulletin has, as a fact with its source."""
        tonnes, fen = (row.figures[name] for name in _BLOCK_FIGURES)
        if row.blocks_in_trades or not (tonnes or fen):
            return
        source = f"daily bulletin of {row.day}, {self._days.bulletins_path.name} line {row.line}"
        command = StateBlockFigures(self._market.name, self._code(row), row.day, tonnes, fen, source)
        self._two(command, row)

    # --- comparing ---------------------------------------------------------------------------------

    def _compare(self, row: Bulletin, ours: ClosingPrice) -> Comparison:
        values = _figures(ours)
        figures = (
            Figure(
                name,
                values[name],
                row.figures[name],
                not row.blocks_in_trades and name in _BLOCK_FIGURES,
            )
            for name in FIGURES
        )
        return Comparison(row.day, ours.instrument, tuple(figures))


def _figures(price: ClosingPrice) -> dict[str, int]:
    """A closing price under the bulletins' names."""
    return {
        "previous_close": price.reference_fen,
        "open": price.open_fen,
        "high": price.high_fen,
        "low": price.low_fen,
        "close": price.close_fen,
        "change_pct": change_ppm100(price.close_fen, price.reference_fen),
        "listed_volume": price.listed_tonnes,
        "listed_turnover": price.listed_fen,
        "block_volume": price.block_tonnes,
        "block_turnover": price.block_fen,
        "cumulative_volume": price.total_tonnes,
        "cumulative_turnover": price.total_fen,
    }


def _scheduled(
    midnight: int, windows: dict[str, tuple[Window, ...]], trades: list[TradeRow]
) -> list[tuple[int, TradeRow]]:
    """Each row with its instant: a method's rows are spread evenly, in order, over that method's sessions."""
    timed = []
    for method in (LISTED, BLOCK):
        rows = [row for row in trades if row.method == method]
        # A method without sessions is left to the market to refuse.
        sessions = windows[method] or windows[LISTED]
        timed += list(zip(_spread(sessions, len(rows)), rows, strict=True))
    return [(midnight + at, row) for at, row in sorted(timed, key=lambda one: (one[0], one[1].seq))]


def _spread(windows: Sequence[Window], number: int) -> Iterator[int]:
    """Instants of the day, evenly inside the windows, never on an edge."""
    length = sum(end - start for start, end in windows)
    for index in range(number):
        into = length * (index + 1) // (number + 1)
        for start, end in windows:
            if into < end - start:
                yield start + into
                break
            into -= end - start


def _number(row: TradeRow) -> str:
    return f"{row.day:%Y%m%d}-{row.seq}"


def _seller(number: int) -> str:
    return f"S{number % PAIRS + 1:02d}"


def _buyer(number: int) -> str:
    return f"B{number % PAIRS + 1:02d}"
