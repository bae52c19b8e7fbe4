"""The common rules a market composes: each is asked once, when the day opens, what to check on every order.

A rule takes the market's day and returns a check of `(account, instrument, buy, price_fen, quantity_tonnes)`.
What a rule needs of the day's terms it reads once; the check itself is plain integers.

A check marked `plain` objects to nothing within the instrument's band and the day's plain quantities
(`MarketDay.most_plain_tonnes`): where all are plain, an order within both is not asked one by one.
"""

from __future__ import annotations

from typing import Final

from tanpan.instruments import Instrument
from tanpan.ledger import Account
from tanpan.market import Check
from tanpan.quantities import LARGEST_PRICE_FEN, LARGEST_TONNES
from tanpan.refusals import Refusal
from tanpan.rulebook import Terms
from tanpan.trading_day import MarketDay


def _terms(day: MarketDay) -> Terms:
    assert day.terms is not None
    return day.terms


def plain(check: Check) -> Check:
    """Mark a check that objects to nothing in the plain range."""
    check.plain = True  # type: ignore[attr-defined]
    return check


def whole_steps_and_ticks(day: MarketDay) -> Check:
    """A positive quantity in whole steps, a positive price in whole ticks."""
    terms = _terms(day)
    step, tick = terms.step_tonnes, terms.tick_fen

    def check(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        if tonnes <= 0 or tonnes > LARGEST_TONNES or tonnes % step:
            raise Refusal("BAD_QUANTITY", quantity_tonnes=tonnes, step_tonnes=step)
        if price_fen <= 0 or price_fen > LARGEST_PRICE_FEN or price_fen % tick:
            raise Refusal("BAD_PRICE_TICK", price_fen=price_fen, tick_fen=tick)

    return plain(check) if step == tick == 1 else check


def listed_in_session(day: MarketDay) -> Check | None:
    """Listed trading is open: method, day, no halt, session."""
    return _in_session(day, "listed", day.why_not_listed)


def block_in_session(day: MarketDay) -> Check | None:
    """Block trading is open: method, day, no halt, session."""
    return _in_session(day, "block", day.why_not_block)


def _in_session(day: MarketDay, method: str, why_not: str) -> Check | None:
    """Sessions and halts resolve the rules anew, so that in session there is nothing to ask."""

    def closed(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        raise day.closed_to(method)

    def running(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        if instrument.halted:
            raise Refusal("MARKET_SUSPENDED", instrument=instrument.code)

    return closed if why_not else running if day.some_halted else None


def below_listed_limit(day: MarketDay) -> Check | None:
    """A listed declaration stays strictly below the market's limit, where there is one."""
    limit = _terms(day).listed_below_tonnes

    def check(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        if tonnes >= limit:
            raise Refusal("QTY_ABOVE_LISTED_MAX", quantity_tonnes=tonnes, below_tonnes=limit)

    return plain(check) if limit else None


def from_block_minimum(day: MarketDay) -> Check | None:
    """A block is at least the market's minimum."""
    least = _terms(day).block_from_tonnes

    def check(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        if tonnes < least:
            raise Refusal("QTY_BELOW_BLOCK_MIN", quantity_tonnes=tonnes, from_tonnes=least)

    return check if least else None


def within_listed_band(day: MarketDay) -> Check:
    """A listed price within the day's band, edges included."""

    def check(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        if price_fen < instrument.lower_fen or price_fen > instrument.upper_fen:
            raise Refusal(
                "PRICE_OUT_OF_BAND",
                price_fen=price_fen,
                lower_fen=instrument.lower_fen,
                upper_fen=instrument.upper_fen,
                reference_fen=instrument.reference_fen,
            )

    return plain(check)


def within_block_band(day: MarketDay) -> Check:
    """A block price within the day's block band, edges included."""

    def check(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        if price_fen < instrument.block_lower_fen or price_fen > instrument.block_upper_fen:
            raise Refusal(
                "PRICE_OUT_OF_BAND",
                method="block",
                price_fen=price_fen,
                lower_fen=instrument.block_lower_fen,
                upper_fen=instrument.block_upper_fen,
                reference_fen=instrument.reference_fen,
            )

    return check


def resale_gap(day: MarketDay) -> Check | None:
    """The interval between buying and selling one product; by lot it needs no check here but the units' own phase.

    Directions `both` also stops buying after a sale; scope `product` stops every sale after a purchase.
    """
    terms = _terms(day)
    gap, today = terms.resale_gap_trading_days, day.ordinal
    sales_too = terms.resale_gap_scope == "product"
    purchases_too = terms.resale_gap_directions == "both"

    def check(account: Account, instrument: Instrument, buy: bool, price_fen: int, tonnes: int) -> None:
        holding = account.holdings.get(instrument.code)
        if holding is None:
            return
        last = holding.sold_on if buy else holding.bought_on
        wanted = purchases_too if buy else sales_too
        if wanted and last >= 0 and today - last < gap:
            days_left = gap - (today - last)
            raise Refusal(
                "RESALE_FREEZE",
                instrument=instrument.code,
                trading_days_left=days_left,
                first_day=day.trading_day_ahead(days_left),
            )

    return check if gap and (sales_too or purchases_too) else None


LISTED: Final = (
    whole_steps_and_ticks,
    listed_in_session,
    below_listed_limit,
    within_listed_band,
    resale_gap,
)
"""What the national markets ask of a listed declaration, in this order."""

BLOCK: Final = (
    whole_steps_and_ticks,
    block_in_session,
    from_block_minimum,
    within_block_band,
    resale_gap,
)
"""What they ask of a block declaration, in this order."""
