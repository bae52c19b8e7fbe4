"""The means of a declaration: the objections to a buyer without the cash and to a seller without the units."""

from __future__ import annotations

from datetime import date
from typing import Any

from tanpan.instruments import Instrument
from tanpan.ledger import Account, Holding
from tanpan.refusals import Refusal
from tanpan.trading_day import MarketDay


def short_of_cash(account: Account, turnover: int, fee: int) -> Refusal:
    """The objection to a buyer whose tradable cash does not cover turnover and fee (both in fen)."""
    return Refusal(
        "INSUFFICIENT_FUNDS",
        needed_fen=turnover + fee,
        of_which_fee_fen=fee,
        available_fen=account.proceeds + account.available,
    )


def short_of_units(day: MarketDay, holding: Holding | None, instrument: Instrument, tonnes: int) -> Refusal:
    """The objection to a seller who lacks available units: still in the resale gap, or not there at all."""
    if holding is None:
        holding = Holding("", instrument.code)
    waiting = holding.available + holding.locked + holding.undelivered
    details = {"quantity_tonnes": tonnes, "available_tonnes": holding.available}
    if waiting < tonnes:
        return Refusal("INSUFFICIENT_POSITION", instrument=instrument.code, **details)
    first_day = _first_day(day, holding, instrument, tonnes - holding.available)
    return Refusal("RESALE_FREEZE", instrument=instrument.code, **details, first_day=first_day)


def locked_lots(day: MarketDay, holding: Holding) -> list[dict[str, Any]]:
    """The lots inside their resale gap, each with the trading day on which it comes free."""
    return [
        {
            "release_day": str(day.trading_day_ahead(max(1, release_on - day.ordinal))),
            "quantity_tonnes": tonnes,
        }
        for release_on, tonnes in holding.lots
    ]


def _first_day(day: MarketDay, holding: Holding, instrument: Instrument, missing: int) -> date | str:
    """The first day on which enough lots are free, if the calendar is published that far."""
    lots = list(holding.lots)
    unsettled = [] if holding.locked >= missing else day.books
    if len(unsettled) == 1:
        # All that is undelivered was bought on the one day that is not settled.
        lots.append((unsettled[0].ordinal + unsettled[0].gap, holding.undelivered))
        unsettled = []
    for book in unsettled:
        bought = sum(
            trade.quantity_tonnes
            for trade in book.trades
            if trade.buyer == holding.account and trade.instrument == instrument.code
        )
        lots.append((book.ordinal + book.gap, bought))
    first = day.ordinal
    for release_on, tonnes in sorted(lots):
        first = release_on
        missing -= tonnes
        if missing <= 0:
            break
    return day.trading_day_ahead(max(1, first - day.ordinal))
