"""Bands and closing prices against the worked examples and the published touches (AMB-10)."""

from types import SimpleNamespace
from typing import Any

import pytest

from tanpan.prices import band, volume_weighted_mean
from tanpan.quantities import parse_yuan

TEN, THIRTY = 100_000, 300_000


def test_the_band_of_worked_example_1() -> None:
    assert band(6351, TEN, 1) == (5716, 6986)


UPPER = [
    *(("55.52", "61.07"), ("52.96", "58.26"), ("45.62", "50.18"), ("44.08", "48.49"), ("46.66", "51.33")),
    *(("48.13", "52.94"), ("51.69", "56.86"), ("64.11", "70.52"), ("64.84", "71.32"), ("63.97", "70.37")),
]


@pytest.mark.parametrize(("base", "upper"), UPPER)
def test_an_upper_edge_that_was_touched_is_rounded_half_up(base: str, upper: str) -> None:
    assert band(parse_yuan(base), TEN, 1)[1] == parse_yuan(upper)


def test_the_lower_edge_of_the_block_of_2021_11_19_is_rounded_half_up() -> None:
    assert band(4316, THIRTY, 1)[0] == 3021


@pytest.mark.parametrize(
    ("base", "width", "edges"), [(5, TEN, (5, 6)), (1, TEN, (1, 1)), (4, 999_999, (1, 8))]
)
def test_a_tie_goes_up_and_no_edge_is_below_one_tick(base: int, width: int, edges: tuple[int, int]) -> None:
    assert band(base, width, 1) == edges


def test_edges_are_whole_ticks() -> None:
    assert band(6351, TEN, 5) == (5715, 6985)


def _day(*trades: tuple[int, int]) -> Any:
    turnover = sum(price * tonnes for price, tonnes in trades)
    volume = sum(tonnes for _, tonnes in trades)
    day = SimpleNamespace(terms=SimpleNamespace(tick_fen=1))
    return SimpleNamespace(listed_tonnes=volume, listed_fen=turnover, reference_fen=7_222, day=day)


def test_the_close_of_worked_example_2_is_the_mean_by_volume() -> None:
    day = _day((6351, 100), (6400, 250), (6299, 33))
    assert (day.listed_tonnes, day.listed_fen) == (383, 2_442_967)
    assert volume_weighted_mean(day) == 6379


def test_a_day_without_listed_trades_closes_at_its_reference_price() -> None:
    assert volume_weighted_mean(_day()) == 7_222
