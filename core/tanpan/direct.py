"""Trades that two parties agreed outside the book, settled on completion, delivery versus payment (AMB-83).

No command of the kernel's own makes one: a pack's component decides that a contract is due and completes it
here, in one event. It counts as the day's volume and turnover and makes no price.
"""

from __future__ import annotations

from tanpan.component import Component, evolves
from tanpan.means import short_of_cash, short_of_units
from tanpan.messages import Event
from tanpan.refusals import Refusal
from tanpan.trading_day import MarketDay


class DirectTraded(Event, frozen=True, tag="core.direct_traded"):
    """A trade agreed outside the book, final and settled as of now.

    `method` says which kind of agreement it is (text such as `repo`), `reference` which contract.
    """

    trade: int
    method: str
    reference: str
    market: str
    instrument: str
    buyer: str
    seller: str
    price_fen: int
    quantity_tonnes: int
    buyer_fee_fen: int
    seller_fee_fen: int


class Direct(Component):
    """Completes such trades for the components that decide them; owns no state."""

    name = "direct"

    # --- for the decisions of other components -----------------------------------------------------

    def means(
        self,
        instrument: str,
        buyer: str,
        seller: str,
        price_fen: int,
        quantity_tonnes: int,
        buyer_fee_fen: int = 0,
        *,
        freed_fen: int = 0,
        freed_tonnes: int = 0,
    ) -> None:
        """Refuse one party for both sides, a buyer without the cash, a seller without the units.

        What the caller frees for the trade before it is completed counts too: `freed_fen` of the buyer's cash,
        `freed_tonnes` of the seller's units. The seller's own fee comes out of what he is paid.
        """
        if buyer == seller:
            raise Refusal("SELF_TRADE", method="direct", account=buyer)
        accounts = self.exchange.ledger.accounts
        one = self.exchange.instruments.listed(instrument)
        paying, holding = accounts[buyer], accounts[seller].holdings.get(instrument)
        missing = quantity_tonnes - freed_tonnes
        if (holding.available if holding is not None else 0) < missing:
            raise short_of_units(one.day, holding, one, missing)
        turnover = price_fen * quantity_tonnes
        if paying.tradable + freed_fen < turnover + buyer_fee_fen:
            raise short_of_cash(paying, turnover, buyer_fee_fen)

    def complete(
        self,
        method: str,
        reference: str,
        instrument: str,
        buyer: str,
        seller: str,
        price_fen: int,
        quantity_tonnes: int,
        buyer_fee_fen: int = 0,
        seller_fee_fen: int = 0,
    ) -> int:
        """Complete a trade whose means were asked for (part of another decision); returns its number.

        Refuses outside the market's day, whose figures it belongs to: ask `open_on` before the first event.
        """
        self.open_on(instrument)
        trade = self.exchange.listings.next_trade
        one = self.exchange.instruments.by_code[instrument]
        self.emit(
            DirectTraded(
                trade,
                method,
                reference,
                one.market,
                instrument,
                buyer,
                seller,
                price_fen,
                quantity_tonnes,
                buyer_fee_fen,
                seller_fee_fen,
            )
        )
        day: MarketDay = one.day
        if day.gap_reaches_further:
            accounts = self.exchange.ledger.accounts
            self.exchange.listings.gap_begins(day, instrument, accounts[buyer], True, [accounts[seller]])
        return trade

    def open_on(self, instrument: str) -> None:
        """Refuse while the day of an instrument's market is not open."""
        day: MarketDay = self.exchange.instruments.listed(instrument).day
        if day.today is None:
            code = "OUTSIDE_SESSION" if day.opened_on == self.exchange.today() else "NOT_TRADING_DAY"
            raise Refusal(code, market=day.market.name, method="direct")

    # --- evolution -------------------------------------------------------------------------------

    @evolves(DirectTraded)
    def _traded(self, event: DirectTraded) -> None:
        exchange = self.exchange
        accounts = exchange.ledger.accounts
        given = accounts[event.seller].holding(event.instrument)
        received = accounts[event.buyer].holding(event.instrument)
        turnover = event.price_fen * event.quantity_tonnes
        exchange.ledger.deliver(
            given, received, turnover, event.quantity_tonnes, event.buyer_fee_fen, event.seller_fee_fen
        )
        instrument = exchange.instruments.by_code[event.instrument]
        received.bought_on = given.sold_on = instrument.day.ordinal
        instrument.other_tonnes += event.quantity_tonnes
        instrument.other_fen += turnover
        exchange.listings.next_trade = event.trade + 1
