"""The listing book and its three policies against a second, naive implementation: trades, rests, refusals, prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.helpers import ACCOUNTS, FIRST, REFERENCE, Venue, venue
from kernel.naive_book import NaiveBook, No
from tanpan.listings import WithdrawListing
from tanpan.refusals import Refusal

POLICIES = {"auto": "automatic", "board": "best", "cea": "five"}
SHORT = settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(SHORT, max_examples=3_000, derandomize=False)

who = st.sampled_from(ACCOUNTS)
buy = st.booleans()
price = st.integers(REFERENCE - 5, REFERENCE + 5)
tonnes = st.integers(1, 30)
number = st.integers(1, 40)
posts = st.tuples(st.just("post"), who, buy, price, tonnes, st.just(0))
sweeps = st.tuples(st.just("take"), who, buy, st.one_of(price, st.just(0)), tonnes, st.just(0))
picks = st.tuples(st.just("take"), who, buy, st.just(0), tonnes, number)
slips = st.tuples(st.just("take"), who, buy, price, tonnes, number)
withdrawals = st.tuples(st.just("withdraw"), who, buy, st.just(0), st.just(0), number)
acts = st.one_of(posts, posts, posts, sweeps, picks, slips, withdrawals)
days = st.one_of(st.lists(acts, max_size=40), st.lists(acts, min_size=40, max_size=80))


def both(venue: Venue, naive: NaiveBook, act: tuple[Any, ...]) -> tuple[str, str]:
    """Let both do it; the codes they refuse it with."""
    kind, who, buy, price, tonnes, number = act
    side = "buy" if buy else "sell"
    if kind == "post":
        command: Any = venue.posting(who, "X", side, price, tonnes)
        ask: Callable[[], None] = lambda: naive.post(who, buy, price, tonnes)  # noqa: E731
    elif kind == "take":
        command = venue.taking(who, "X", side, tonnes, price, number)
        ask = lambda: naive.take(who, buy, tonnes, price, number)  # noqa: E731
    else:
        command = WithdrawListing(who, number)
        ask = lambda: naive.withdraw(who, number)  # noqa: E731
    ours = theirs = ""
    try:
        venue.send(who, command)
    except Refusal as refusal:
        ours = refusal.code
    try:
        ask()
    except No as no:
        theirs = str(no)
    return ours, theirs


def agree(market: str, acts: list[tuple[Any, ...]]) -> None:
    here = venue(market)
    naive = NaiveBook(POLICIES[market])
    day = here.exchange.days.of(market)
    for act in acts:
        ours, theirs = both(here, naive, act)
        assert ours == theirs, act
    made = [(one.buyer, one.seller, one.price_fen, one.quantity_tonnes, one.maker) for one in day.trades]
    assert made == naive.trades
    listings = here.exchange.listings.by_number.values()
    assert [(one.number, one.state) for one in listings] == [(one.number, one.state) for one in naive.entries]
    standing = [(one.number, one.rest_tonnes) for one in listings if one.state == "live"]
    assert standing == [(one.number, one.rest) for one in naive.entries if one.state == "live"]
    here.until(FIRST, "15:00")
    figures = here.exchange.drain()[-1].events[-1].prices[0]
    ours = (figures.open_fen, figures.high_fen, figures.low_fen, figures.close_fen)
    assert ours == naive.day(REFERENCE)
    assert all(account.frozen == 0 for account in here.exchange.ledger.accounts.values())


@pytest.mark.parametrize("market", POLICIES)
def test_a_naive_book_makes_the_same_trades_rests_and_refusals(market: str) -> None:
    SHORT(given(days)(lambda acts: agree(market, acts)))()


@pytest.mark.soak
@pytest.mark.parametrize("market", POLICIES)
def test_a_naive_book_makes_the_same_of_many_more_days(market: str) -> None:
    LONG(given(days)(lambda acts: agree(market, acts)))()
