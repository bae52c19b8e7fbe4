"""The flow is what it is said to be, and the reference matcher does what a price-time market does."""

import pytest

from benchmarks.flow import HIGHEST_FEN, LOWEST_FEN, extent, generate
from benchmarks.reference import POST, WITHDRAW, Book, Command, expected_trades

EXTENTS = [(1, 10), (200, 10), (1, 10_000), (200, 10_000)]


@pytest.fixture(params=EXTENTS, ids=lambda extent: f"{extent[0]}-instruments-{extent[1]}-participants")
def flow(request: pytest.FixtureRequest) -> list[Command]:
    instruments, participants = request.param
    return generate(40_000, instruments=instruments, participants=participants)


def test_about_43_percent_of_the_orders_cross(flow: list[Command]) -> None:
    posted = sum(command[0] == POST for command in flow)
    taking = {max(buyer, seller) for buyer, seller, _, _ in expected_trades(flow, extent(flow)[0])}
    assert len(taking) / posted == pytest.approx(0.43, abs=0.025)


def test_one_command_in_ten_withdraws(flow: list[Command]) -> None:
    assert sum(command[0] == WITHDRAW for command in flow) / len(flow) == pytest.approx(0.10, abs=0.01)


def test_a_withdrawal_repeats_the_posting_of_its_owner(flow: list[Command]) -> None:
    posted = {command[1]: command[2:] for command in flow if command[0] == POST}
    assert all(posted[command[1]] == command[2:] for command in flow)


def test_prices_stay_inside_the_band_and_quantities_are_positive(flow: list[Command]) -> None:
    assert all(LOWEST_FEN <= command[5] <= HIGHEST_FEN and command[6] >= 1 for command in flow)


def test_odd_participants_only_buy_and_even_ones_only_sell(flow: list[Command]) -> None:
    assert all(buy == (participant % 2 == 1) for _, _, participant, _, buy, _, _ in flow)


def test_the_same_seed_gives_the_same_flow() -> None:
    assert generate(500, seed=7) == generate(500, seed=7)
    assert generate(500, seed=7) != generate(500, seed=8)


def test_the_best_price_goes_first_then_the_oldest_posting_at_the_resting_price() -> None:
    book = Book()
    for no, price_fen in ((1, 5001), (2, 5000), (3, 5000)):
        assert book.post(no, False, price_fen, 10) == []
    assert book.post(4, True, 5001, 25) == [(4, 2, 5000, 10), (4, 3, 5000, 10), (4, 1, 5001, 5)]
    assert book.open_tonnes == {1: 5}


def test_what_is_left_over_rests_and_can_be_withdrawn_once() -> None:
    book = Book()
    book.post(1, True, 4990, 10)
    assert book.post(2, False, 4990, 15) == [(1, 2, 4990, 10)]
    book.withdraw(2, False, 4990)
    with pytest.raises(KeyError):
        book.withdraw(2, False, 4990)
    assert book.best(False) is None
