"""The arithmetic of the risk measures, exact: what is frozen of each row (REPO-A6-21), and the collateral ratio.

Freeze ratio = 1 - initial price / volume-weighted mean price of the window. It is kept as the quotient of two whole
numbers: it is rounded where it is shown, and never before tonnes are counted (AMB-52). Both ratios are shown in
hundredths of a per cent, which is their four decimals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from sh_repo.contract import NOT_STATED, Agreed, Reference, Row
from sh_repo.reference import Window, listed_days_of
from sh_repo.rulebook import own
from tanpan.quantities import half_up
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

WHOLE: Final = 10_000
"""All of it, in hundredths of a per cent."""
NO_RATIO: Final = -1
"""There is nothing to be repurchased, so there is no ratio to it."""
HIGHEST: Final = 10**18
"""A ratio is told up to here, as high as a threshold may be: beyond, a journal and its views could not keep it."""
_CLAUSE: Final = "REPO-A6-21"


def plan(exchange: Exchange, agreed: Agreed) -> tuple[list[int], Reference | None]:
    """Tonnes of each row that are pledged once the initial trade is done, and what a computed ratio rests on.

    A stated ratio governs (AMB-54), then a stated quantity; only what states neither is computed. Refuses BAD_RATIO,
    FREEZE_EXCEEDS_QTY, FREEZE_MISMATCH, NO_REFERENCE_VWAP, and a computed nothing (FREEZE_REQUIRED, AMB-53).
    """
    if not agreed.freezes:
        return [0] * len(agreed.rows), None
    ratio = agreed.ratio_hundredths
    if ratio != NOT_STATED or all(row.frozen_tonnes != NOT_STATED for row in agreed.rows):
        return [stated(row, ratio) for row in agreed.rows], None
    quotient = _computed(exchange, agreed)
    return [quotient.of(row.quantity_tonnes) for row in agreed.rows], quotient.shown()


def stated(row: Row, ratio_hundredths: int) -> int:
    """Tonnes of a row to freeze by what the parties state, ratio or quantity or both (-1: not stated)."""
    tonnes, quantity = row.frozen_tonnes, row.quantity_tonnes
    if ratio_hundredths != NOT_STATED and not 0 <= ratio_hundredths <= WHOLE:
        raise Refusal("BAD_RATIO", _CLAUSE, ratio_hundredths=ratio_hundredths)
    if tonnes > quantity:
        raise Refusal("FREEZE_EXCEEDS_QTY", quantity_tonnes=quantity, frozen_tonnes=tonnes)
    if tonnes == NOT_STATED:
        return _rounded_up(quantity * ratio_hundredths, WHOLE)
    apart = abs(tonnes * WHOLE - quantity * ratio_hundredths)
    if ratio_hundredths != NOT_STATED and apart >= WHOLE:
        raise Refusal("FREEZE_MISMATCH", ratio_hundredths=ratio_hundredths, frozen_tonnes=tonnes)
    return tonnes


@frozen
class Quotient:
    """An initial price (fen) over the mean price of a window in which something was traded."""

    initial_fen: int
    window: Window

    @property
    def _priced_fen(self) -> int:
        """The window's volume at the initial price: over its turnover, this is the discount factor."""
        return self.initial_fen * self.window.volume_tonnes

    @property
    def _above_fen(self) -> int:
        """What the window's turnover is above that, never below nothing: over the turnover, the freeze ratio."""
        return max(0, self.window.turnover_fen - self._priced_fen)

    def of(self, tonnes: int) -> int:
        """The freeze ratio of so many tonnes, rounded up to whole ones and never above them."""
        return _rounded_up(tonnes * self._above_fen, self.window.turnover_fen)

    def shown(self) -> Reference:
        """What it was computed from, factor and ratio half up to four decimals."""
        turnover = self.window.turnover_fen
        return Reference(
            turnover,
            self.window.volume_tonnes,
            self.window.days,
            half_up(self._priced_fen * WHOLE, turnover),
            half_up(self._above_fen * WHOLE, turnover),
        )


def _computed(exchange: Exchange, agreed: Agreed) -> Quotient:
    """The quotient by the window before the initial day; only one row of allowances has such a price (AMB-63)."""
    parameters = own(exchange)
    code = agreed.rows[0].instrument
    product = exchange.instruments.by_code[code].product
    if len(agreed.rows) != 1 or product not in parameters["allowance_products"]:
        raise Refusal("NO_REFERENCE_VWAP", _CLAUSE, instrument=code, product=product)
    window = listed_days_of(exchange).window(code, agreed.initial_day, parameters["vwap_trading_days"])
    if not window.volume_tonnes:
        raise Refusal("NO_REFERENCE_VWAP", _CLAUSE, instrument=code, window_days=window.days)
    quotient = Quotient(agreed.initial_fen, window)
    if not quotient.of(agreed.rows[0].quantity_tonnes):
        factor = quotient.shown().factor_hundredths
        raise Refusal("FREEZE_REQUIRED", _CLAUSE, instrument=code, factor_hundredths=factor)
    return quotient


def collateral(assets_fen: int, underlying_fen: int) -> int:
    """The collateral ratio (REPO-A6-1.17-b) in hundredths of a per cent, half up; -1 for a denominator of nothing."""
    return min(half_up(assets_fen * WHOLE, underlying_fen), HIGHEST) if underlying_fen > 0 else NO_RATIO


def _rounded_up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
