"""Money and units are integers; there is one way to round, and one way to read and write an amount."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanpan.quantities import change_ppm100, fee_rate, half_up, parse_yuan, percent, share, yuan


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**12))
def test_half_up_is_the_nearest_integer_and_halves_go_away_from_zero(
    numerator: int, denominator: int
) -> None:
    size = floor(Fraction(abs(numerator), denominator) + Fraction(1, 2))
    assert half_up(numerator, denominator) == (size if numerator >= 0 else -size)


@pytest.mark.parametrize(("numerator", "rounded"), [(1, 1), (3, 2), (-1, -1), (-3, -2), (0, 0)])
def test_a_tie_is_rounded_away_from_zero(numerator: int, rounded: int) -> None:
    assert half_up(numerator, 2) == rounded


@given(st.integers(0, 10**18), st.integers(0, 1_000_000))
def test_a_share_is_the_product_rounded_half_up(amount: int, ppm: int) -> None:
    assert share(amount, ppm) == half_up(amount * ppm, 1_000_000)


@given(st.integers(0, 10**18), st.integers(0, 1_000_000))
def test_a_fee_rate_in_small_integers_gives_the_same_share(amount: int, ppm: int) -> None:
    multiply, add, divide = fee_rate(ppm)
    assert (amount * multiply + add) // divide == share(amount, ppm)


@given(st.integers(-(10**16), 10**16))
def test_an_amount_reads_back_as_it_was_written(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == parse_yuan(yuan(fen, ",")) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("63.51", 6351),
        ("0.01", 1),
        ("7", 700),
        ("7.1", 710),
        ("-4.41", -441),
        ("1,234.50", 123_450),
        (" 2 ", 200),
    ],
)
def test_yuan_are_read_to_the_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", "1.234", "1.", ".5", "1e3", "abc", "+1", "--1", "1.2.3", "NaN", "inf", "9" * 16, "1 2", "¥1"]
)
def test_what_is_not_an_amount_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(text)


@pytest.mark.parametrize(
    ("close", "base", "change"), [(5123, 4800, "6.73"), (4800, 4800, "0.00"), (9559, 10_000, "-4.41")]
)
def test_a_change_is_rounded_half_up_to_hundredths_of_a_per_cent(close: int, base: int, change: str) -> None:
    assert percent(change_ppm100(close, base)) == change
