"""Fees are per trade and side, half up to the fen, and a buyer's freeze covers what he declared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.helpers import FIRST, REFERENCE, Venue
from tanpan.custody import Deposit
from tanpan.listings import WithdrawListing
from tanpan.quantities import share

SIX = 6_000


def test_the_fees_of_worked_example_2() -> None:
    fees = [share(100 * 6351, SIX), share(250 * 6400, SIX), share(33 * 6299, SIX)]
    assert fees == [3811, 9600, 1247]
    assert sum(fees) == share(2_442_967, SIX) == 14_658


def test_the_order_of_magnitude_of_worked_example_3() -> None:
    assert share(2_383_528_000, SIX) == 14_301_168


def test_fees_of_worked_example_10_are_rounded_trade_by_trade() -> None:
    assert 3 * share(10_122, SIX) == 183
    assert share(30_366, SIX) == 182


@pytest.mark.parametrize(
    ("turnover", "fee"), [(0, 0), (83, 0), (84, 1), (249, 1), (250, 2), (416, 2), (417, 3)]
)
def test_a_fee_of_half_a_fen_is_a_fen(turnover: int, fee: int) -> None:
    assert share(turnover, SIX) == fee


def _bidder(market: str, cash_fen: int) -> Venue:
    pack = {"ccer": "ccer_national"}.get(market, "neutral_market")
    venue = Venue(pack).people(0).instrument(market, "X")
    venue.send("channel", Deposit("Beta", cash_fen))
    return venue.open(market)


parts = st.lists(st.integers(1, 9), min_size=1, max_size=12)
offsets = st.lists(st.integers(-40, 0), min_size=12, max_size=12)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(("auto", "board", "ccer")), parts, offsets, st.integers(0, 5), st.integers(0, 3))
def test_the_freeze_always_covers_what_a_bid_buys(
    market: str, parts: list[int], offsets: list[int], withdrawn: int, spare: int
) -> None:
    """With not a fen to spare: many small fees may exceed the one frozen; that excess is a fee due, nothing else."""
    price, tonnes = REFERENCE + 3, sum(parts) + withdrawn
    ppm = SIX if market == "ccer" else 5_000
    venue = _bidder(market, price * tonnes + share(price * tonnes, ppm) + spare)
    fees = paid = 0
    if market == "auto":
        for part, offset in zip(parts, offsets, strict=False):
            venue.post("Alpha", "X", "sell", price + offset, part)
            fees, paid = fees + share((price + offset) * part, ppm), paid + (price + offset) * part
        # Best price first: the fee of each trade is of its own price and quantity, whatever the order.
        bid = venue.post("Beta", "X", "buy", price, tonnes)
    else:
        bid = venue.post("Beta", "X", "buy", price, tonnes)
        for part in parts:
            venue.take("Gamma", "X", "sell", part, price)
            fees, paid = fees + share(price * part, ppm), paid + price * part
            account = venue.exchange.ledger.accounts["Beta"]
            assert account.frozen >= price * venue.exchange.listings.by_number[bid].rest_tonnes
    if withdrawn:
        venue.send("Beta", WithdrawListing("Beta", bid))
    account = venue.exchange.ledger.accounts["Beta"]
    start = price * tonnes + share(price * tonnes, ppm) + spare
    assert account.frozen == 0
    assert account.available - account.fees_due == start - paid - fees
    assert account.fees_due <= len(parts)
    venue.until(FIRST, "15:00")
