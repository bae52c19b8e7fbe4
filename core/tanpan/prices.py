"""Prices of an instrument's day: bands around the reference price, the closing price, the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanpan.quantities import MILLION, half_up

if TYPE_CHECKING:
    from tanpan.instruments import Instrument


def band(reference_fen: int, width_ppm: int, tick_fen: int) -> tuple[int, int]:
    """Lowest and highest price allowed, both inclusive, each edge rounded half up to the tick (AMB-10)."""
    scale = MILLION * tick_fen
    lower = half_up(reference_fen * (MILLION - width_ppm), scale) * tick_fen
    upper = half_up(reference_fen * (MILLION + width_ppm), scale) * tick_fen
    return max(lower, tick_fen), upper


def volume_weighted_mean(instrument: Instrument) -> int:
    """The mean price of the day's listed trades, rounded half up to the tick; without trades the reference price."""
    if not instrument.listed_tonnes:
        return instrument.reference_fen
    tick: int = instrument.day.terms.tick_fen
    return half_up(instrument.listed_fen, instrument.listed_tonnes * tick) * tick
