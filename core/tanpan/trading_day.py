"""The trading day of each market: opened, in session, closed; what is open decides what may be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec
from attrs import define, field

from tanpan.calendar import instant, local_day, parse_windows
from tanpan.component import Component, decides, evolves, fires
from tanpan.instruments import ADMITTED, LISTED, Instrument
from tanpan.market import Check, Market, Rule
from tanpan.messages import CLOCK, STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.prices import band
from tanpan.quantities import LARGEST_AMOUNT_FEN, LARGEST_TONNES, Fen, Tonnes, fee_rate
from tanpan.refusals import Refusal
from tanpan.rulebook import Since, Terms

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

LISTED_METHOD: Final = "listed"
BLOCK_METHOD: Final = "block"
OPEN: Final = "open"
CLOSED: Final = "closed"
CLEARED: Final = "cleared"


@define(eq=False)
class DayBook:
    """One market day until it is settled: its trades (the events themselves), its clearing, its confirmations."""

    day: date
    ordinal: int
    gap: int
    confirmers: list[str]
    state: str = OPEN
    digest: str = ""
    confirmed: list[str] = field(factory=list)
    trades: list[Any] = field(factory=list)


class MarketDay:
    """One market and where its day stands. `why_not_listed` and `why_not_block` are the code of what stops them."""

    __slots__ = (
        "block_checks",
        "books",
        "cancel_window",
        "changes",
        "exchange",
        "fee",
        "fee_in_freeze",
        "gap_reaches_further",
        "halted",
        "listed_checks",
        "market",
        "meet",
        "most_plain_tonnes",
        "numbered",
        "open_sessions",
        "opened_on",
        "ordinal",
        "some_halted",
        "terms",
        "trade_nos",
        "trades",
        "why_not_block",
        "why_not_listed",
    )

    def __init__(self, market: Market, exchange: Exchange) -> None:
        self.market = market
        self.exchange = exchange
        self.terms: Terms | None = None
        self.opened_on = date.min
        self.ordinal = 0
        self.books: list[DayBook] = []
        self.open_sessions: list[str] = []
        self.halted = False
        self.some_halted = False
        self.changes: list[tuple[str, Since]] = []
        self.trade_nos: dict[str, int] = {}
        self.refresh()

    @property
    def today(self) -> DayBook | None:
        """The book of the day that is open, or None."""
        return self.books[-1] if self.books and self.books[-1].state == OPEN else None

    def closed_to(self, method: str) -> Refusal:
        """The refusal of a declaration while a method does not trade; after the close the day is still a trading day."""
        code = self.why_not_listed if method == LISTED_METHOD else self.why_not_block
        if code == "NOT_TRADING_DAY" and self.opened_on == self.exchange.today():
            code = "OUTSIDE_SESSION"
        return Refusal(code, market=self.market.name, method=method)

    def trading_day_ahead(self, count: int) -> date | str:
        """The date of the count-th trading day after the present one, or `+count` where it isn't published yet."""
        try:
            return self.exchange.calendar.trading_day_after(self.opened_on, count)
        except Refusal:
            return f"+{count}"

    def terms_on(self, day: date) -> Terms:
        """The market's terms on a day, the operator's changes included."""
        return self.market.terms(day, self.changes)

    def refresh(self) -> None:
        """Work out anew what may be done; called when the day, a session, a halt or the terms change."""
        self.most_plain_tonnes = 0
        self.listed_checks: tuple[Check, ...] = (self._resolve_listed,)
        self.block_checks: tuple[Check, ...] = (self._resolve_block,)
        taking = self.market.taking
        self.meet = taking.meet if taking.automatic else None
        self.trades = self.books[-1].trades if self.books else []
        terms = self.terms
        self.fee = fee_rate(terms.listed_fee_ppm if terms is not None else 0)
        self.cancel_window = parse_windows(terms.cancel_window) if terms is not None else ()
        self.fee_in_freeze = terms is not None and terms.fee_in_freeze
        self.gap_reaches_further = (
            terms is not None
            and terms.resale_gap_trading_days > 0
            and (terms.resale_gap_scope == "product" or terms.resale_gap_directions == "both")
        )
        self.numbered = terms is not None and terms.trade_no_required
        self.why_not_listed = self._why_not(LISTED_METHOD)
        self.why_not_block = self._why_not(BLOCK_METHOD)

    def _why_not(self, method: str) -> str:
        if self.terms is not None and method not in self.terms.methods_open:
            return "METHOD_NOT_OPEN"
        if self.today is None:
            return "NOT_TRADING_DAY"
        if self.halted:
            return "MARKET_SUSPENDED"
        return "" if method in self.open_sessions else "OUTSIDE_SESSION"

    def _resolve_listed(self, *order: Any) -> None:
        """Stands in for the day's listed checks until the first order asks: a replay never resolves a rule."""
        self.listed_checks = self._resolve(self.market.listed_rules)
        if self.terms is not None and all(getattr(check, "plain", False) for check in self.listed_checks):
            self.most_plain_tonnes = (self.terms.listed_below_tonnes or LARGEST_TONNES + 1) - 1
        for check in self.listed_checks:
            check(*order)

    def _resolve_block(self, *order: Any) -> None:
        self.block_checks = self._resolve(self.market.block_rules)
        for check in self.block_checks:
            check(*order)

    def _resolve(self, rules: tuple[Rule, ...]) -> tuple[Check, ...]:
        if self.terms is None:
            raise Refusal("NOT_TRADING_DAY", market=self.market.name)
        checks = (rule(self) for rule in rules)
        return tuple(check for check in checks if check is not None)


class OpenDay(Command, frozen=True, tag="core.open_day"):
    """Open a market's trading day: its rules and prices of the day are fixed and announced."""

    zh: ClassVar = "开市"
    roles: ClassVar = (STAFF, CLOCK)
    permission: ClassVar = "market"
    urgent: ClassVar = True
    market: str
    day: date


class AnnounceClosure(Command, frozen=True, tag="core.announce_closure"):
    """Announce that the exchange is closed on a coming trading day."""

    zh: ClassVar = "公告休市"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    day: date
    notice: str


class StateBlockFigures(Command, frozen=True, tag="core.state_block_figures"):
    """State block figures of the day that is open, with their source, where the blocks are not among its trades.

    Statistics only: they count in the day's figures and the running totals, so that bulletins are complete.
    No trade and no posting comes of them, since nobody's cash or units are known to have moved here.
    """

    zh: ClassVar = "录入大宗成交数据"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    four_eyes: ClassVar = True
    market: str
    instrument: str
    day: date
    quantity_tonnes: Tonnes
    turnover_fen: Fen
    source: str


class OpeningPrice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An instrument's reference price and bands of the day, in fen."""

    instrument: str
    reference_fen: int
    lower_fen: int
    upper_fen: int
    block_lower_fen: int
    block_upper_fen: int


class DayOpened(Event, frozen=True, tag="core.day_opened"):
    """A market's day opened with these terms and prices; the ordinal counts its trading days."""

    market: str
    day: date
    ordinal: int
    terms: Terms
    prices: list[OpeningPrice]


class ClosureAnnounced(Event, frozen=True, tag="core.closure_announced"):
    """A coming trading day will be none; days are counted as they open, so dates move and rules don't."""

    day: date
    notice: str


class BlockFiguresStated(Event, frozen=True, tag="core.block_figures_stated"):
    """Block figures from a source outside were added to the day's statistics: neither a trade nor a posting."""

    market: str
    instrument: str
    day: date
    quantity_tonnes: int
    turnover_fen: int
    source: str


class SessionOpened(Event, frozen=True, tag="core.session_opened"):
    """A session of a trading method began."""

    market: str
    method: str


class SessionClosed(Event, frozen=True, tag="core.session_closed"):
    """A session of a trading method ended."""

    market: str
    method: str


class ClosingPrice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An instrument's day in figures: prices and turnover in fen, volumes in tonnes, high and low 0 without trades.

    `other` is what was traded by other methods; the totals hold it, no price does.
    """

    instrument: str
    reference_fen: int
    open_fen: int
    high_fen: int
    low_fen: int
    close_fen: int
    listed_tonnes: int
    listed_fen: int
    block_tonnes: int
    block_fen: int
    total_tonnes: int
    total_fen: int
    other_tonnes: int = 0
    other_fen: int = 0


class DayClosed(Event, frozen=True, tag="core.day_closed"):
    """A market's day closed with these prices."""

    market: str
    day: date
    prices: list[ClosingPrice]


class Days(Component):
    """The market days of the exchange."""

    name = "days"

    def reset(self) -> None:
        self.by_market: dict[str, MarketDay] = {
            market.name: MarketDay(market, self.exchange) for market in self.exchange.markets
        }
        self.before_close: list[Callable[[str], None]] = []
        self.published = self.exchange.calendar
        self.closures: list[date] = []

    def of(self, market: str) -> MarketDay:
        """Where a market stands; refuses an unknown one."""
        day = self.by_market.get(market)
        if day is None:
            raise Refusal("UNKNOWN_MARKET", market=market)
        return day

    # --- decisions -------------------------------------------------------------------------------

    @decides(OpenDay)
    def _open(self, actor: Actor, command: OpenDay) -> None:
        day = self.of(command.market)
        draining = self.exchange.packs.draining(command.market)
        if not self.exchange.calendar.is_trading_day(command.day):
            raise Refusal("NOT_TRADING_DAY", day=command.day)
        if local_day(self.exchange.now) != command.day:
            raise Refusal("WRONG_DAY", day=command.day, today=local_day(self.exchange.now))
        if day.opened_on >= command.day:
            raise Refusal("DAY_ALREADY_OPENED", day=command.day)
        terms = day.terms_on(command.day)
        if draining:
            # Days go on being counted, so that locked units come free; nothing is traded any more.
            terms = msgspec.structs.replace(terms, methods_open=[])
        if terms.open_requires_settlement and day.books:
            raise Refusal("SETTLEMENT_PENDING", day=day.books[0].day)
        if day.today is not None:
            # Its close was held; what stands in it must expire before anything of the next day.
            raise Refusal("MARKET_OPEN", day=day.today.day)
        self.exchange.timetable.lets(actor, command.market, "opening")
        prices = [
            self._opening(one, terms)
            for one in self.exchange.instruments.of_market(command.market)
            if one.state == LISTED or (one.state == ADMITTED and _due(one.listing_day, command.day))
        ]
        self.emit(DayOpened(command.market, command.day, day.ordinal + 1, terms, prices))

    @decides(AnnounceClosure)
    def _announce_closure(self, actor: Actor, command: AnnounceClosure) -> None:
        if not command.notice:
            raise Refusal("NOTICE_REQUIRED", day=command.day)
        if not self.exchange.calendar.is_trading_day(command.day):
            raise Refusal("NOT_TRADING_DAY", day=command.day)
        if command.day <= self.exchange.today():
            raise Refusal("PARAMETER_NOT_FUTURE", day=command.day, today=self.exchange.today())
        self.emit(ClosureAnnounced(command.day, command.notice))

    @decides(StateBlockFigures)
    def _state_block_figures(self, actor: Actor, command: StateBlockFigures) -> None:
        day = self.of(command.market)
        if not command.source:
            raise Refusal("FIELD_MISSING", field="source")
        one = self.exchange.instruments.listed(command.instrument)
        if one.market != command.market:
            raise Refusal("UNKNOWN_INSTRUMENT", instrument=one.code, market=command.market)
        if not 0 < command.quantity_tonnes <= LARGEST_TONNES:
            raise Refusal("BAD_QUANTITY", quantity_tonnes=command.quantity_tonnes)
        if not 0 < command.turnover_fen <= LARGEST_AMOUNT_FEN:
            raise Refusal("BAD_AMOUNT", turnover_fen=command.turnover_fen)
        if day.today is None:
            raise Refusal("NOT_TRADING_DAY", market=command.market, day=command.day)
        if day.today.day != command.day:
            raise Refusal("WRONG_DAY", day=command.day, today=day.today.day)
        self.emit(
            BlockFiguresStated(
                command.market,
                one.code,
                command.day,
                command.quantity_tonnes,
                command.turnover_fen,
                command.source,
            )
        )

    def _opening(self, one: Instrument, terms: Terms) -> OpeningPrice:
        reference = one.next_reference_fen
        listed = band(reference, terms.listed_band_ppm, terms.tick_fen)
        block = band(reference, terms.block_band_ppm, terms.tick_fen)
        return OpeningPrice(one.code, reference, *listed, *block)

    # --- what falls due --------------------------------------------------------------------------

    # A timer whose step was done by hand finds nothing left to do.

    @fires("session_opens")
    def session_opens(self, market: str, method: str) -> None:
        """A session's start has come."""
        day = self.of(market)
        if day.today is None or method in day.open_sessions:
            return
        if not self.exchange.timetable.holds_back(market, f"{method}_session", "session_opens"):
            self.emit(SessionOpened(market, method))

    @fires("session_closes")
    def session_closes(self, market: str, method: str) -> None:
        """A session's end has come."""
        step = f"{method}_session"
        if method not in self.of(market).open_sessions and not self.exchange.timetable.waits(market, step):
            return
        if not self.exchange.timetable.holds_back(market, step, "session_closes"):
            self.emit(SessionClosed(market, method))

    @fires("market_closes")
    def market_closes(self, market: str) -> None:
        """The end of the last session has come."""
        if self.of(market).today is None:
            return
        if not self.exchange.timetable.holds_back(market, "closing", "market_closes"):
            self.close(market)

    def close(self, market: str) -> None:
        """Close a market's day: sessions still open end, what stands expires, the closing prices are fixed."""
        day = self.of(market)
        today = day.today
        assert today is not None
        for method in list(day.open_sessions):
            self.emit(SessionClosed(market, method))
        for expire in self.before_close:
            expire(market)
        prices = [
            self._closing(day.market, one)
            for one in self.exchange.instruments.of_market(market)
            if one.state == LISTED
        ]
        self.emit(DayClosed(market, today.day, prices))

    def _closing(self, market: Market, one: Instrument) -> ClosingPrice:
        return ClosingPrice(
            one.code,
            one.reference_fen,
            one.open_fen or one.reference_fen,
            one.high_fen,
            one.low_fen,
            market.closing(one),
            one.listed_tonnes,
            one.listed_fen,
            one.block_tonnes,
            one.block_fen,
            one.total_tonnes + one.listed_tonnes + one.block_tonnes + one.other_tonnes,
            one.total_fen + one.listed_fen + one.block_fen + one.other_fen,
            one.other_tonnes,
            one.other_fen,
        )

    # --- evolution -------------------------------------------------------------------------------

    @evolves(DayOpened)
    def _opened(self, event: DayOpened) -> None:
        day = self.by_market[event.market]
        terms = event.terms
        day.terms = terms
        day.opened_on = event.day
        day.ordinal = event.ordinal
        day.open_sessions = []
        day.trade_nos = {}
        day.books.append(
            DayBook(event.day, event.ordinal, terms.resale_gap_trading_days, terms.settlement_confirmers)
        )
        for price in event.prices:
            one = self.exchange.instruments.by_code[price.instrument]
            one.state = LISTED
            one.start_day(price.reference_fen)
            one.lower_fen, one.upper_fen = price.lower_fen, price.upper_fen
            one.block_lower_fen, one.block_upper_fen = price.block_lower_fen, price.block_upper_fen
        self.exchange.ledger.unlock(event.market, event.ordinal)
        self._schedule(event.market, event.day, terms)
        day.refresh()

    def _schedule(self, market: str, day: date, terms: Terms) -> None:
        schedule = self.exchange.timers.schedule
        midnight = instant(day, _MIDNIGHT)
        last = 0
        for method, sessions in (
            (LISTED_METHOD, terms.listed_sessions),
            (BLOCK_METHOD, terms.block_sessions),
        ):
            for start, end in parse_windows(sessions):
                schedule(midnight + start, "session_opens", market, method)
                schedule(midnight + end, "session_closes", market, method)
                last = max(last, end)
        schedule(midnight + last, "market_closes", market)

    @evolves(ClosureAnnounced)
    def _closure_announced(self, event: ClosureAnnounced) -> None:
        self.closures.append(event.day)
        self.exchange.calendar = self.published.without(self.closures)

    @evolves(BlockFiguresStated)
    def _block_figures_stated(self, event: BlockFiguresStated) -> None:
        one = self.exchange.instruments.by_code[event.instrument]
        one.block_tonnes += event.quantity_tonnes
        one.block_fen += event.turnover_fen

    @evolves(SessionOpened)
    def _session_opened(self, event: SessionOpened) -> None:
        day = self.by_market[event.market]
        day.open_sessions.append(event.method)
        day.refresh()

    @evolves(SessionClosed)
    def _session_closed(self, event: SessionClosed) -> None:
        day = self.by_market[event.market]
        day.open_sessions.remove(event.method)
        day.refresh()

    @evolves(DayClosed)
    def _closed(self, event: DayClosed) -> None:
        day = self.by_market[event.market]
        day.books[-1].state = CLOSED
        for price in event.prices:
            one = self.exchange.instruments.by_code[price.instrument]
            one.next_reference_fen = price.close_fen
            one.open_fen = price.open_fen
            one.total_tonnes, one.total_fen = price.total_tonnes, price.total_fen
        day.refresh()

    def dump(self) -> Any:
        return [[day.isoformat() for day in self.closures], self._dump_markets()]

    def _dump_markets(self) -> Any:
        return [
            [
                name,
                msgspec.to_builtins(day.terms),
                day.opened_on.isoformat(),
                day.ordinal,
                [msgspec.to_builtins(book) for book in day.books],
                day.open_sessions,
                day.halted,
                day.some_halted,
                [[name, msgspec.to_builtins(_plain(step))] for name, step in day.changes],
                day.trade_nos,
            ]
            for name, day in self.by_market.items()
        ]

    def load(self, data: Any) -> None:
        self.closures = [date.fromisoformat(day) for day in data[0]]
        self.exchange.calendar = self.published.without(self.closures)
        for name, terms, opened_on, ordinal, books, sessions, halted, some_halted, changes, trade_nos in data[
            1
        ]:
            day = self.by_market[name]
            day.terms = None if terms is None else msgspec.convert(terms, Terms)
            day.opened_on = date.fromisoformat(opened_on)
            day.ordinal = ordinal
            day.books = [self._book(book) for book in books]
            day.open_sessions, day.halted, day.some_halted = sessions, halted, some_halted
            day.changes = [
                (parameter, Since(date.fromisoformat(since), value, clause, reason))
                for parameter, (since, value, clause, reason) in changes
            ]
            day.trade_nos = trade_nos
            day.refresh()

    def _book(self, data: Any) -> DayBook:
        trades = data.pop("trades")
        book = msgspec.convert(data, DayBook)
        book.trades = [self.exchange.event_from(trade) for trade in trades]
        return book


def _plain(step: Since) -> list[Any]:
    return [step.day, step.value, step.clause, step.reason]


def _due(listing_day: date | None, day: date) -> bool:
    return listing_day is not None and listing_day <= day


_MIDNIGHT: Final = time(0, 0)
