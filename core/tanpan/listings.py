"""Listings: posting (挂牌), taking (摘牌), withdrawing and expiring. The busiest page of the kernel.

The order in which a declaration is questioned: who (parties), what (instrument), the market's rules in
their order, the trade number, the counterparties it meets, and last the means. Then the first event.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from tanpan.book import EXPIRED, FILLED, INCOMING, LIVE, WITHDRAWN, Book, Listing
from tanpan.calendar import within
from tanpan.component import Component, decides, evolves, follows
from tanpan.instruments import LISTED, Instrument
from tanpan.ledger import Account, Hold
from tanpan.market import Fill
from tanpan.means import short_of_cash, short_of_units
from tanpan.messages import OPERATOR, Command, Event
from tanpan.parties import Actor
from tanpan.quantities import Fen, Tonnes, share
from tanpan.refusals import Refusal
from tanpan.trading_day import DayOpened, MarketDay

SIDES: Final = {"buy": True, "sell": False}
CHUNK: Final = 1_000


class PostListing(Command, frozen=True, tag="core.post_listing"):
    """Post a declaration to buy or sell at a price; cash or units are frozen at once."""

    zh: ClassVar = "挂牌"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    instrument: str
    side: str
    price_fen: Fen
    quantity_tonnes: Tonnes
    trade_no: str = ""


class TakeListing(Command, frozen=True, tag="core.take_listing"):
    """Take what stands on the other side: at a price (or down to it), or one listing by its number.

    `side` is the taker's own.
    """

    zh: ClassVar = "摘牌"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    account: str
    instrument: str
    side: str
    quantity_tonnes: Tonnes
    price_fen: Fen = 0
    listing: int = 0
    trade_no: str = ""


class WithdrawListing(Command, frozen=True, tag="core.withdraw_listing"):
    """Withdraw what is left of one's own declaration; what was frozen for it is released."""

    zh: ClassVar = "撤销挂牌"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    urgent: ClassVar = True
    account: str
    listing: int


class ListingPosted(Event, frozen=True, tag="core.listing_posted"):
    """A declaration stands; `frozen_fen` is what a buyer's freeze took. `resting_tonnes` is what does not meet
    a counterparty at once."""

    listing: int
    account: str
    instrument: str
    buy: bool
    price_fen: int
    quantity_tonnes: int
    resting_tonnes: int
    frozen_fen: int
    trade_no: str


class TradeDone(Event, frozen=True, tag="core.trade_done"):
    """A listed trade, final as of now.

    `maker` is the listing that stood; `taker` the automatic counterpart's listing number, 0 for an explicit take.
    `topup_fen` is frozen in addition just before (fees rounded per trade), `unpaid_fen` the part of the buyer's
    fee nothing covers, `release_fen` what returns to the buyer because he bought below his price.
    """

    trade: int
    instrument: str
    maker: int
    taker: int
    taker_buys: bool
    buyer: str
    seller: str
    price_fen: int
    quantity_tonnes: int
    buyer_fee_fen: int
    seller_fee_fen: int
    topup_fen: int
    unpaid_fen: int
    release_fen: int
    trade_no: str = ""


class ListingWithdrawn(Event, frozen=True, tag="core.listing_withdrawn"):
    """A declaration was withdrawn by its owner; the rest was released."""

    listing: int


class ListingsExpired(Event, frozen=True, tag="core.listings_expired"):
    """Declarations neither filled nor withdrawn at the end of the day's trading expired; the rests were released."""

    market: str
    listings: list[int]


class Listings(Component):
    """All declarations of the day."""

    name = "listings"

    def reset(self) -> None:
        exchange = self.exchange
        self.next_listing = 1
        self.next_trade = 1
        self.by_number: dict[int, Listing] = {}
        self._evolvers = exchange.evolvers
        self._ledger = exchange.ledger
        self._accounts = exchange.ledger.accounts
        self._instruments = exchange.instruments.by_code
        exchange.ledger.holders.append(self._holds)
        exchange.days.before_close.append(self._expire)

    def _holds(self) -> Iterator[Hold]:
        return iter(self.by_number.values())

    # --- posting ---------------------------------------------------------------------------------

    @decides(PostListing)
    def _post(self, actor: Actor, command: PostListing) -> None:
        account = actor.home
        if account is None or account.number != command.account or account.no_trade:
            account = self.exchange.parties.trading(actor, command.account)
        side = command.side
        buy = side == "buy"
        if not buy and side != "sell":
            raise Refusal("BAD_SIDE", side=side)
        code = command.instrument
        instrument = self._instruments.get(code)
        if instrument is None or instrument.state != LISTED:
            instrument = self.exchange.instruments.listed(code)
        day: MarketDay = instrument.day
        price, tonnes = command.price_fen, command.quantity_tonnes
        if not (
            0 < tonnes <= day.most_plain_tonnes and instrument.lower_fen <= price <= instrument.upper_fen
        ):
            for check in day.listed_checks:
                check(account, instrument, buy, price, tonnes)
        if command.trade_no or day.numbered:
            self.numbered(day, account, command.trade_no)
        fills: list[Fill] | None = None
        if day.meet is not None:
            book: Book = instrument.book
            # Only a declaration that crosses the best price of the other side meets anybody.
            keys = book.asks.keys if buy else book.bids.keys
            if keys and keys[-1] >= (-price if buy else price):
                fills = day.meet(book, account, buy, price, tonnes)
        frozen = 0
        if buy:
            turnover = price * tonnes
            multiply, add, divide = day.fee
            frozen = turnover + (turnover * multiply + add) // divide
            if account.proceeds + account.available < frozen:
                raise short_of_cash(account, turnover, frozen - turnover)
            if not day.fee_in_freeze:
                frozen = turnover
        else:
            holding = account.holdings.get(code)
            if holding is None or holding.available < tonnes:
                raise short_of_units(day, holding, instrument, tonnes)
        number = self.next_listing
        resting = tonnes
        if fills is not None:
            for _, part in fills:
                resting -= part
        event = ListingPosted(
            number, account.number, code, buy, price, tonnes, resting, frozen, command.trade_no
        )
        self.exchange.append(event)
        self._evolvers[ListingPosted](event)
        if fills is None:
            return
        taker = self.by_number[number]
        for maker, part in fills:
            self._trade(day, code, maker, taker, account, part, "")
        if day.gap_reaches_further:
            self.gap_begins(day, code, account, buy, [maker.account for maker, _ in fills])

    def _trade(
        self,
        day: MarketDay,
        code: str,
        maker: Listing,
        taker: Listing | None,
        account: Account,
        tonnes: int,
        trade_no: str,
    ) -> None:
        price = maker.price_fen
        turnover = price * tonnes
        multiply, add, divide = day.fee
        fee = (turnover * multiply + add) // divide
        if maker.buy:
            bid: Listing | None = maker
            buyer, seller = maker.account.number, account.number
        else:
            bid = taker
            buyer, seller = account.number, maker.account.number
        topup = unpaid = release = 0
        if bid is not None:
            # What a buyer's freeze still has to cover is the rest at his own price, and its fee.
            rest = bid.rest_tonnes - tonnes
            principal = bid.price_fen * rest
            release = bid.fen - turnover - fee - principal
            if release < 0:
                topup = min(-release, bid.account.available + bid.account.proceeds)
                unpaid = -release - topup
                release = 0
            elif rest and release:
                release -= (principal * multiply + add) // divide
                if release < 0:
                    release = 0
        event = TradeDone(
            self.next_trade,
            code,
            maker.number,
            0 if taker is None else taker.number,
            not maker.buy,
            buyer,
            seller,
            price,
            tonnes,
            fee,
            fee,
            topup,
            unpaid,
            release,
            trade_no,
        )
        self.exchange.append(event)
        self._evolvers[TradeDone](event)

    # --- taking ----------------------------------------------------------------------------------

    @decides(TakeListing)
    def _take(self, actor: Actor, command: TakeListing) -> None:
        exchange = self.exchange
        account = exchange.parties.trading(actor, command.account)
        buy = SIDES.get(command.side)
        if buy is None:
            raise Refusal("BAD_SIDE", side=command.side)
        instrument = exchange.instruments.listed(command.instrument)
        day: MarketDay = instrument.day
        listing = self.by_number.get(command.listing) if command.listing else None
        price = command.price_fen or (listing.price_fen if listing is not None else instrument.reference_fen)
        for check in day.listed_checks:
            check(account, instrument, buy, price, command.quantity_tonnes)
        terms = day.terms
        assert terms is not None
        self.numbered(day, account, command.trade_no)
        if command.listing:
            self._takeable(listing, command, account, buy)
        elif not command.price_fen:
            raise Refusal("FIELD_MISSING", field="price")
        fills = day.market.taking.plan(
            instrument.book, account, buy, price, command.quantity_tonnes, listing, terms.take_levels
        )
        self._can_take(day, account, instrument, buy, fills)
        for maker, part in fills:
            self._trade(day, instrument.code, maker, None, account, part, command.trade_no)
        if day.gap_reaches_further:
            self.gap_begins(day, instrument.code, account, buy, [maker.account for maker, _ in fills])

    def _takeable(self, listing: Listing | None, command: TakeListing, account: Account, buy: bool) -> None:
        number = command.listing
        if listing is None or listing.state in (WITHDRAWN, EXPIRED):
            raise Refusal(
                "ORDER_CLOSED" if 0 < number < self.next_listing else "UNKNOWN_ORDER", listing=number
            )
        if listing.account is account:
            raise Refusal("SELF_TRADE", listing=number)
        if listing.instrument != command.instrument:
            raise Refusal("UNKNOWN_ORDER", listing=number, instrument=command.instrument)
        if listing.buy is buy:
            raise Refusal("BAD_SIDE", listing=number, side=command.side)
        if listing.state == FILLED:
            raise Refusal("ORDER_FILLED", listing=number)
        if command.price_fen and command.price_fen != listing.price_fen:
            raise Refusal("TERMS_MISMATCH", price_fen=command.price_fen, listing_fen=listing.price_fen)

    def _can_take(
        self, day: MarketDay, account: Account, instrument: Instrument, buy: bool, fills: list[Fill]
    ) -> None:
        assert day.terms is not None
        ppm = day.terms.listed_fee_ppm
        if buy:
            turnover = sum(maker.price_fen * part for maker, part in fills)
            fees = sum(share(maker.price_fen * part, ppm) for maker, part in fills)
            if account.tradable < turnover + fees:
                raise short_of_cash(account, turnover, fees)
            return
        holding = account.holdings.get(instrument.code)
        tonnes = sum(part for _, part in fills)
        if holding is None or holding.available < tonnes:
            raise short_of_units(day, holding, instrument, tonnes)

    # --- withdrawing and expiring ------------------------------------------------------------------

    @decides(WithdrawListing)
    def _withdraw(self, actor: Actor, command: WithdrawListing) -> None:
        account = self.exchange.parties.acting(actor, command.account)
        number = command.listing
        listing = self.by_number.get(number)
        if listing is None:
            raise Refusal(
                "ORDER_CLOSED" if 0 < number < self.next_listing else "UNKNOWN_ORDER", listing=number
            )
        if listing.account is not account:
            raise Refusal("PERMISSION_DENIED", listing=number, account=account.number)
        if listing.state == FILLED:
            raise Refusal("ORDER_FILLED", listing=number)
        if not listing.rest_tonnes:
            raise Refusal("ORDER_CLOSED", listing=number, state=listing.state)
        day: MarketDay = self.exchange.instruments.by_code[listing.instrument].day
        assert day.terms is not None
        if not within(day.cancel_window, self.exchange.now):
            raise Refusal("OUTSIDE_SESSION", listing=number, method="withdraw")
        self.emit(ListingWithdrawn(number))

    def gap_begins(
        self, day: MarketDay, code: str, taker: Account, taker_buys: bool, makers: list[Account]
    ) -> None:
        """Withdraw what the resale gap forbids from now on, where it forbids more than selling the lot itself.

        A declaration that stood before would otherwise be filled within the gap.
        """
        assert day.terms is not None
        buyers, sellers = ([taker], makers) if taker_buys else (makers, [taker])
        if day.terms.resale_gap_scope == "product":
            self._withdraw_side(code, buyers, buy=False)
        if day.terms.resale_gap_directions == "both":
            self._withdraw_side(code, sellers, buy=True)

    def _withdraw_side(self, code: str, accounts: list[Account], *, buy: bool) -> None:
        for listing in list(self.by_number.values()):
            mine = any(listing.account is account for account in accounts)
            if mine and listing.rest_tonnes and listing.instrument == code and listing.buy is buy:
                self.emit(ListingWithdrawn(listing.number))
        self.exchange.blocks.withdraw_side(code, accounts, buy=buy)

    def withdraw_all(self, account: Account) -> None:
        """Withdraw everything an account has standing (part of another decision)."""
        for listing in [one for one in self.by_number.values() if one.account is account and one.rest_tonnes]:
            self.emit(ListingWithdrawn(listing.number))

    def _expire(self, market: str) -> None:
        of_market = [
            listing.number
            for listing in self.by_number.values()
            if listing.rest_tonnes and self._market_of(listing) == market
        ]
        for start in range(0, len(of_market), CHUNK):
            self.emit(ListingsExpired(market, of_market[start : start + CHUNK]))

    def _market_of(self, listing: Listing) -> str:
        return self.exchange.instruments.by_code[listing.instrument].market

    # --- objections ------------------------------------------------------------------------------

    def numbered(self, day: MarketDay, account: Account, trade_no: str) -> None:
        """Refuse a trade number that is missing where the market wants one, or that was used today."""
        assert day.terms is not None
        if trade_no:
            if f"{account.number} {trade_no}" in day.trade_nos:
                raise Refusal("DUPLICATE_TRADE_NO", trade_no=trade_no)
        elif day.terms.trade_no_required:
            raise Refusal("FIELD_MISSING", field="trade_no")

    # --- evolution -------------------------------------------------------------------------------

    @evolves(ListingPosted)
    def _posted(self, event: ListingPosted) -> None:
        account = self._accounts[event.account]
        code = event.instrument
        holding = account.holdings.get(code)
        if holding is None:
            holding = account.holding(code)
        number = event.listing
        buy = event.buy
        tonnes = event.quantity_tonnes
        fen = event.frozen_fen
        if buy:
            from_proceeds = self._ledger.freeze_cash(account, fen)
            frozen = 0
        else:
            from_proceeds = 0
            frozen = self._ledger.freeze_units(holding, tonnes)
        listing = Listing(
            account,
            holding,
            fen,
            from_proceeds,
            frozen,
            number,
            code,
            buy,
            event.price_fen,
            tonnes,
            tonnes,
            event.resting_tonnes,
        )
        self.by_number[number] = listing
        self.next_listing = number + 1
        instrument = self._instruments[code]
        if event.trade_no:
            instrument.day.trade_nos[f"{event.account} {event.trade_no}"] = number
        if event.resting_tonnes == tonnes:
            book = instrument.book
            (book.bids if buy else book.asks).add(listing)
        else:
            listing.state = INCOMING

    @evolves(TradeDone)
    def _traded(self, event: TradeDone) -> None:
        ledger = self._ledger
        instrument = self._instruments[event.instrument]
        day: MarketDay = instrument.day
        book: Book = instrument.book
        price = event.price_fen
        tonnes = event.quantity_tonnes
        turnover = price * tonnes
        maker = self.by_number[event.maker]
        incoming = self.by_number[event.taker] if event.taker else None
        taker = incoming or self._direct(event, turnover, day)
        buy, sell = (taker, maker) if event.taker_buys else (maker, taker)
        if event.topup_fen:
            ledger.hold_cash(buy, event.topup_fen)
        ledger.trade(
            buy,
            sell,
            turnover,
            tonnes,
            event.buyer_fee_fen,
            event.seller_fee_fen,
            event.unpaid_fen,
            event.release_fen,
        )
        buy.holding.bought_on = sell.holding.sold_on = day.ordinal
        (book.bids if maker.buy else book.asks).reduce(maker, tonnes)
        if not maker.rest_tonnes:
            maker.state = FILLED
        if incoming is not None:
            rest = incoming.rest_tonnes - tonnes
            incoming.rest_tonnes = rest
            if not rest:
                incoming.state = FILLED
            elif rest == incoming.resting_tonnes:
                incoming.state = LIVE
                (book.bids if incoming.buy else book.asks).add(incoming)
        instrument.traded(price, tonnes, turnover)
        day.trades.append(event)
        self.next_trade = event.trade + 1

    def _direct(self, event: TradeDone, turnover: int, day: MarketDay) -> Hold:
        """An explicit taker's side of a trade: frozen and used up in the same breath."""
        ledger = self._ledger
        account = self._accounts[event.buyer if event.taker_buys else event.seller]
        if event.trade_no:
            day.trade_nos[f"{account.number} {event.trade_no}"] = event.trade
        hold = Hold(account, account.holding(event.instrument))
        if event.taker_buys:
            ledger.hold_cash(hold, turnover + event.buyer_fee_fen)
        else:
            ledger.hold_units(hold, event.quantity_tonnes)
        return hold

    @evolves(ListingWithdrawn)
    def _withdrawn(self, event: ListingWithdrawn) -> None:
        self._close(self.by_number[event.listing], WITHDRAWN)

    @evolves(ListingsExpired)
    def _expired(self, event: ListingsExpired) -> None:
        for number in event.listings:
            self._close(self.by_number[number], EXPIRED)

    def _close(self, listing: Listing, state: str) -> None:
        self.exchange.ledger.release(listing)
        instrument = self.exchange.instruments.by_code[listing.instrument]
        instrument.book.side(listing.buy).reduce(listing, listing.rest_tonnes)
        listing.state = state

    @follows(DayOpened)
    def _forget(self, event: DayOpened) -> None:
        """Drop the closed day's declarations; views keep them."""
        self.by_number = {
            number: listing
            for number, listing in self.by_number.items()
            if self._market_of(listing) != event.market
        }

    def dump(self) -> Any:
        return [
            self.next_listing,
            self.next_trade,
            [
                [
                    one.account.number,
                    one.fen,
                    one.proceeds_fen,
                    one.tonnes,
                    one.number,
                    one.instrument,
                    one.buy,
                    one.price_fen,
                    one.quantity_tonnes,
                    one.rest_tonnes,
                    one.resting_tonnes,
                    one.state,
                ]
                for one in self.by_number.values()
            ],
        ]

    def load(self, data: Any) -> None:
        self.next_listing, self.next_trade, rows = data
        for number, fen, proceeds, tonnes, listing, code, buy, price, quantity, rest, resting, state in rows:
            account = self.exchange.ledger.accounts[number]
            holding = account.holding(code)
            one = Listing(
                account,
                holding,
                fen,
                proceeds,
                tonnes,
                listing,
                code,
                buy,
                price,
                quantity,
                rest,
                resting,
                state,
            )
            self.by_number[listing] = one
            if rest:
                # Within a level numbers are in time order, and a listing never changes its place.
                self.exchange.instruments.by_code[code].book.side(buy).add(one)
