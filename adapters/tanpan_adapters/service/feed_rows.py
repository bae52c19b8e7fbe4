"""What readers of the feed are shown: rows of quotes, depth, trades and accounts, in wire form."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

import msgspec

from tanpan.book import Listing, Side
from tanpan.exchange import Exchange
from tanpan.listings import TradeDone
from tanpan.messages import REGULATOR
from tanpan.parties import Actor
from tanpan.queries import QUERIES
from tanpan.reports import method_of
from tanpan.wire import told
from tanpan_adapters.service.feed_touched import Trade

LEVELS: Final = 5
MOST_LISTINGS: Final = 500
_SEES_ALL: Final = Actor("", REGULATOR)
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode


def quote(exchange: Exchange, code: str) -> bytes:
    """An instrument's quote: the row of the query `core.quotes`."""
    return _encode(told(QUERIES["core.quotes"].answer(exchange, _SEES_ALL, {"instrument": code})[0]))


def depth(exchange: Exchange, code: str) -> bytes:
    """The best five levels of both sides, and what stands on each side in all (委比, 委差)."""
    book = exchange.instruments.by_code[code].book
    return _encode(
        told(
            {
                "instrument": code,
                "crossed": book.crossed,
                "bids": _levels(book.bids),
                "asks": _levels(book.asks),
                "bid_total_tonnes": book.bids.total_tonnes,
                "ask_total_tonnes": book.asks.total_tonnes,
            }
        )
    )


def _levels(side: Side) -> list[dict[str, int]]:
    return [
        {"price_fen": level.price_fen, "quantity_tonnes": level.rest_tonnes}
        for level in islice(side.best_first(), LEVELS)
    ]


def public_trade(trade: Trade) -> bytes:
    """A trade as everyone sees it (分笔成交): no party is named."""
    _, at_us, event = trade
    return _encode(
        told(
            {
                "trade": event.trade,
                "at_us": at_us,
                "method": method_of(event),
                "instrument": event.instrument,
                "taker_side": _side(event.taker_buys) if isinstance(event, TradeDone) else "",
                "price_fen": event.price_fen,
                "quantity_tonnes": event.quantity_tonnes,
                "turnover_fen": event.price_fen * event.quantity_tonnes,
            }
        )
    )


def own_trade(trade: Trade, account: str) -> bytes:
    """A trade as one of its parties sees it, with his side, his fee and his own listing (0: he took)."""
    _, at_us, event = trade
    buys = event.buyer == account
    listing = 0
    if isinstance(event, TradeDone):
        listing = event.taker if event.taker_buys is buys else event.maker
    return _encode(
        told(
            {
                "trade": event.trade,
                "at_us": at_us,
                "method": method_of(event),
                "instrument": event.instrument,
                "side": _side(buys),
                "listing": listing,
                "price_fen": event.price_fen,
                "quantity_tonnes": event.quantity_tonnes,
                "turnover_fen": event.price_fen * event.quantity_tonnes,
                "fee_fen": event.buyer_fee_fen if buys else event.seller_fee_fen,
            }
        )
    )


def _side(buys: bool) -> str:
    return "buy" if buys else "sell"


def account_state(exchange: Exchange, number: str, listings: list[Listing], *, complete: bool) -> bytes:
    """The inside of an account's object: cash, units, and listings: all that stand, or those that changed."""
    where = {"account": number}
    state = {
        "account": number,
        "cash": told(QUERIES["core.cash"].answer(exchange, _SEES_ALL, where)[0]),
        "units": [told(row) for row in QUERIES["core.units"].answer(exchange, _SEES_ALL, where)],
        "complete": complete,
        "listings": [told(_listing(one)) for one in listings[:MOST_LISTINGS]],
        "more_listings": max(0, len(listings) - MOST_LISTINGS),
    }
    return _encode(state)[1:-1]


def _listing(one: Listing) -> dict[str, Any]:
    return {
        "listing": one.number,
        "instrument": one.instrument,
        "side": _side(one.buy),
        "price_fen": one.price_fen,
        "quantity_tonnes": one.quantity_tonnes,
        "rest_tonnes": one.rest_tonnes if one.state == "live" else 0,
        "state": one.state,
    }
