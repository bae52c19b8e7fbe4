"""The listing book and its three policies against a second, naive implementation: trades, rests, refusals, prices."""

from __future__ import annotations

from collections import Counter
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
SHORT = settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(SHORT, max_examples=3_000, derandomize=False)

KINDS = (
    "post",
    "post",
    "best",
    "best",
    "sweep",
    "sweep",
    "near",
    "near",
    "pick",
    "slip",
    "withdraw",
    "withdraw",
)
REST = (
    st.sampled_from(ACCOUNTS),
    st.booleans(),
    st.integers(REFERENCE - 6, REFERENCE + 6),
    st.integers(1, 30),
    st.integers(1, 30),
)
posts = st.tuples(st.just("post"), *REST)
acts = st.tuples(st.sampled_from(KINDS), *REST)
days = st.tuples(st.lists(posts, max_size=25), st.lists(acts, max_size=40)).map(lambda two: two[0] + two[1])
days |= st.tuples(st.lists(posts, min_size=20, max_size=25), st.lists(acts, min_size=15, max_size=40)).map(
    lambda two: two[0] + two[1]
)


seen: dict[str, Counter[str]] = {market: Counter() for market in POLICIES}


def both(venue: Venue, naive: NaiveBook, act: tuple[Any, ...]) -> tuple[str, str]:
    """Let both do it; the codes they refuse it with."""
    kind, who, buy, price, tonnes, number = act
    others = [one for one in naive.across(buy) if one.who != who]
    if kind in ("best", "near") and others:
        # At the best price, or one of the first listings in the order in which they can be met.
        near = others[number % min(len(others), 8)]
        price, number = (others[0].price, 0) if kind == "best" else (0, near.number)
    else:
        number = 0 if kind == "sweep" else 1 + number % (len(naive.entries) + 1)
    if kind == "sweep" and tonnes % 2:
        tonnes *= 5
    if kind == "withdraw" and tonnes % 4 and number <= len(naive.entries):
        who = naive.entries[number - 1].who
    price = 0 if kind == "pick" or (kind == "sweep" and tonnes == 13) else price
    side = "buy" if buy else "sell"
    if kind == "post":
        command: Any = venue.posting(who, "X", side, price, tonnes)
        ask: Callable[[], None] = lambda: naive.post(who, buy, price, tonnes)  # noqa: E731
    elif kind != "withdraw":
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
        seen[market][ours] += 1
    made = [(one.buyer, one.seller, one.price_fen, one.quantity_tonnes, one.maker) for one in day.trades]
    assert made == naive.trades
    seen[market].update(["TRADE"] * len(made))
    listings = here.exchange.listings.by_number.values()
    assert [(one.number, one.state) for one in listings] == [(one.number, one.state) for one in naive.entries]
    standing = [(one.number, one.rest_tonnes) for one in listings if one.state == "live"]
    assert standing == [(one.number, one.rest) for one in naive.entries if one.state == "live"]
    here.until(FIRST, "15:00")
    figures = here.exchange.drain()[-1].events[-1].prices[0]
    ours = (figures.open_fen, figures.high_fen, figures.low_fen, figures.close_fen)
    assert ours == naive.day(REFERENCE)
    assert all(account.frozen == 0 for account in here.exchange.ledger.accounts.values())


MET = {
    "auto": {"TRADE", "SELF_TRADE", "METHOD_NOT_OPEN"},
    "board": {"TRADE", "NOT_BEST_PRICE", "QTY_EXCEEDS_LEVEL"},
    "cea": {"TRADE", "NOT_BEST_PRICE", "BEYOND_FIVE_LEVELS", "QTY_EXCEEDS_LISTING"},
}


@pytest.mark.parametrize("market", POLICIES)
def test_a_naive_book_makes_the_same_trades_rests_and_refusals(market: str) -> None:
    SHORT(given(days)(lambda acts: agree(market, acts)))()
    assert MET[market] - seen[market].keys() == set(), "the days are too quiet"


@pytest.mark.soak
@pytest.mark.parametrize("market", POLICIES)
def test_a_naive_book_makes_the_same_of_many_more_days(market: str) -> None:
    LONG(given(days)(lambda acts: agree(market, acts)))()
