"""Clearing and settlement: gross, trade by trade, delivery versus payment, after everyone has confirmed.

A day is cleared once it is closed; exchange and registry (whoever the market's terms name) confirm the
same digest; then each trade's units and cash are delivered in one event of at most a thousand trades.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, ClassVar, Final

from tanpan.component import Component, decides, evolves
from tanpan.messages import CLOCK, REGISTRY, STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.trading_day import CLEARED, OPEN, DayBook, MarketDay

CHUNK: Final = 1_000


class ClearDay(Command, frozen=True, tag="core.clear_day"):
    """Clear a closed day: every trade in full, no netting."""

    zh: ClassVar = "清算"
    roles: ClassVar = (STAFF, CLOCK)
    permission: ClassVar = "clearing"
    urgent: ClassVar = True
    market: str
    day: date


class ConfirmClearing(Command, frozen=True, tag="core.confirm_clearing"):
    """Confirm a cleared day's result by its digest, for the exchange (its staff) or for the registry."""

    zh: ClassVar = "确认清算结果"
    roles: ClassVar = (STAFF, REGISTRY)
    permission: ClassVar = "clearing"
    market: str
    day: date
    digest: str


class SettleDay(Command, frozen=True, tag="core.settle_day"):
    """Deliver a confirmed day's units and cash."""

    zh: ClassVar = "交收"
    roles: ClassVar = (STAFF, CLOCK)
    permission: ClassVar = "clearing"
    urgent: ClassVar = True
    market: str
    day: date


class DayCleared(Event, frozen=True, tag="core.day_cleared"):
    """A day was cleared; the digest stands for the list of its trades."""

    market: str
    day: date
    trades: int
    quantity_tonnes: int
    turnover_fen: int
    fees_fen: int
    digest: str


class ClearingConfirmed(Event, frozen=True, tag="core.clearing_confirmed"):
    """The exchange or the registry confirmed a cleared day."""

    market: str
    day: date
    party: str


class TradesSettled(Event, frozen=True, tag="core.trades_settled"):
    """Trades of a day, counted from `first`, were delivered; their units are sellable from ordinal `release_on`."""

    market: str
    day: date
    first: int
    count: int
    release_on: int


class DaySettled(Event, frozen=True, tag="core.day_settled"):
    """A day is settled; the next may be."""

    market: str
    day: date


def digest_of(book: DayBook) -> str:
    """SHA-256 over the day's trades, one line each, in the order in which they were made."""
    lines = hashlib.sha256()
    for trade in book.trades:
        line = (
            f"{trade.trade}|{trade.instrument}|{trade.buyer}|{trade.seller}|{trade.price_fen}"
            f"|{trade.quantity_tonnes}|{trade.buyer_fee_fen}|{trade.seller_fee_fen}\n"
        )
        lines.update(line.encode())
    return lines.hexdigest()


class Clearing(Component):
    """What becomes of a closed day; the days themselves stand with the market."""

    name = "clearing"

    # --- decisions -------------------------------------------------------------------------------

    @decides(ClearDay)
    def _clear(self, actor: Actor, command: ClearDay) -> None:
        _, book = self._book(command.market, command.day)
        if book.state == OPEN:
            raise Refusal("MARKET_OPEN", day=command.day)
        if book.state == CLEARED:
            raise Refusal("ALREADY_CLEARED", day=command.day)
        self.exchange.timetable.lets(actor, command.market, "clearing")
        self.emit(
            DayCleared(
                command.market,
                command.day,
                len(book.trades),
                sum(trade.quantity_tonnes for trade in book.trades),
                sum(trade.price_fen * trade.quantity_tonnes for trade in book.trades),
                sum(trade.buyer_fee_fen + trade.seller_fee_fen for trade in book.trades),
                digest_of(book),
            )
        )

    @decides(ConfirmClearing)
    def _confirm(self, actor: Actor, command: ConfirmClearing) -> None:
        _, book = self._cleared(command.market, command.day)
        party = "registry" if actor.role == REGISTRY else "exchange"
        if party not in book.confirmers:
            raise Refusal("PERMISSION_DENIED", party=party, confirmers=book.confirmers)
        if party in book.confirmed:
            raise Refusal("ALREADY_CONFIRMED", day=command.day, party=party)
        if command.digest != book.digest:
            raise Refusal(
                "RECONCILIATION_BREAK", day=command.day, confirmed=command.digest, cleared=book.digest
            )
        self.emit(ClearingConfirmed(command.market, command.day, party))

    @decides(SettleDay)
    def _settle(self, actor: Actor, command: SettleDay) -> None:
        day, book = self._cleared(command.market, command.day)
        missing = [party for party in book.confirmers if party not in book.confirmed]
        if missing:
            raise Refusal("CONFIRMATION_MISSING", day=command.day, missing=missing)
        if day.books[0] is not book:
            raise Refusal("SETTLEMENT_ORDER", day=command.day, first=day.books[0].day)
        self.exchange.timetable.lets(actor, command.market, "settlement")
        for first in range(0, len(book.trades), CHUNK):
            count = min(CHUNK, len(book.trades) - first)
            self.emit(TradesSettled(command.market, command.day, first, count, book.ordinal + book.gap))
        self.emit(DaySettled(command.market, command.day))

    def _book(self, market: str, day: date) -> tuple[MarketDay, DayBook]:
        where = self.exchange.days.of(market)
        for book in where.books:
            if book.day == day:
                return where, book
        settled = day <= where.opened_on
        raise Refusal("ALREADY_CLEARED" if settled else "NOT_TRADING_DAY", day=day)

    def _cleared(self, market: str, day: date) -> tuple[MarketDay, DayBook]:
        where, book = self._book(market, day)
        if book.state != CLEARED:
            raise Refusal("NOT_CLEARED", day=day)
        return where, book

    # --- evolution -------------------------------------------------------------------------------

    def _of(self, event: Any) -> DayBook:
        books = self.exchange.days.by_market[event.market].books
        return next(book for book in books if book.day == event.day)

    @evolves(DayCleared)
    def _day_cleared(self, event: DayCleared) -> None:
        book = self._of(event)
        book.state = CLEARED
        book.digest = event.digest

    @evolves(ClearingConfirmed)
    def _confirmed(self, event: ClearingConfirmed) -> None:
        self._of(event).confirmed.append(event.party)

    @evolves(TradesSettled)
    def _trades_settled(self, event: TradesSettled) -> None:
        ledger = self.exchange.ledger
        now = self.exchange.days.by_market[event.market].ordinal
        for trade in self._of(event).trades[event.first : event.first + event.count]:
            turnover = trade.price_fen * trade.quantity_tonnes
            ledger.settle_sale(ledger.accounts[trade.seller], turnover - trade.seller_fee_fen)
            holding = ledger.accounts[trade.buyer].holdings[trade.instrument]
            ledger.settle_purchase(holding, trade.quantity_tonnes, event.market, event.release_on, now)

    @evolves(DaySettled)
    def _day_settled(self, event: DaySettled) -> None:
        day = self.exchange.days.by_market[event.market]
        day.books.pop(0)
        day.refresh()
