"""Money in integer fen, units in integer tonnes, and the one way to round.

Nothing near money is a float. On the wire yuan are decimal strings and tonnes are integers;
inside, everything is an integer and its unit stands last in its name (`price_fen`, `quantity_tonnes`).
"""

import re
from math import gcd
from typing import Annotated, Final

from msgspec import Meta

Fen = Annotated[int, Meta(title="fen", description="hundredths of a yuan")]
Tonnes = Annotated[int, Meta(title="tonnes", description="tonnes of CO2 equivalent")]

MILLION: Final = 1_000_000
LARGEST_PRICE_FEN: Final = 10**8
LARGEST_TONNES: Final = 10**10
LARGEST_AMOUNT_FEN: Final = 10**15

# Commas group thousands and nothing else: 50,00 is not guessed to be 50.00 or 5000.
_YUAN = re.compile(r"(-?)([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,2}))?")
_TONNES = re.compile(r"-?(?:[0-9]{1,18}|[0-9]{1,3}(?:,[0-9]{3}){1,5})")


def half_up(numerator: int, denominator: int) -> int:
    """Round a quotient to the nearest integer, halves away from zero (四舍五入).

    The denominator is positive.
    """
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def share(amount: int, ppm: int) -> int:
    """Parts per million of an amount, rounded half up: 6 per mille of 101.22 yuan is 61 fen."""
    return (amount * ppm * 2 + MILLION) // (2 * MILLION)


def fee_rate(ppm: int) -> tuple[int, int, int]:
    """A rate as small integers (m, a, d): `(amount * m + a) // d` is the share, rounded half up."""
    divisor = gcd(2 * ppm, 2 * MILLION) or 1
    multiply, divide = 2 * ppm // divisor, 2 * MILLION // divisor
    # The half is exact only while the denominator is even.
    if divide % 2:
        multiply, divide = 2 * multiply, 2 * divide
    return multiply, divide // 2, divide


def change_ppm100(close_fen: int, base_fen: int) -> int:
    """The change of a price in hundredths of a per cent, rounded half up (AMB-15)."""
    return half_up((close_fen - base_fen) * 10_000, base_fen)


def parse_yuan(text: str) -> int:
    """Fen of a decimal string such as `63.51`; ValueError for more than two decimals or anything else."""
    match = _YUAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an amount in yuan with at most two decimals: {text!r}")
    sign, whole, cents = match.groups()
    fen = int(whole.replace(",", "")) * 100 + int((cents or "").ljust(2, "0"))
    return -fen if sign else fen


def parse_percent(text: str) -> int:
    """Hundredths of a per cent of a text such as `12.5`; ValueError for more than two decimals or anything else."""
    try:
        return parse_yuan(text)
    except ValueError:
        raise ValueError(f"not a ratio in per cent with at most two decimals: {text!r}") from None


def parse_tonnes(text: str) -> int:
    """Whole tonnes of a string such as `1,000`; ValueError for anything else."""
    if _TONNES.fullmatch(text.strip()) is None:
        raise ValueError(f"not a whole number of tonnes: {text!r}")
    return int(text.strip().replace(",", ""))


def yuan(fen: int, separator: str = "") -> str:
    """The decimal string of an amount: 6351 is `63.51`; with `,` as separator 1,234.50."""
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}{whole:{separator}}.{cents:02d}" if separator else f"{sign}{whole}.{cents:02d}"


def percent(hundredths: int) -> str:
    """Hundredths of a per cent as text: -441 is `-4.41`."""
    return yuan(hundredths)
