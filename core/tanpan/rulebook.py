"""Dated, cited parameters: what a rule says, since when, and where it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

import msgspec
from attrs import field, frozen

from tanpan.calendar import parse_windows
from tanpan.quantities import LARGEST_AMOUNT_FEN, MILLION
from tanpan.refusals import Refusal


@frozen
class Since:
    """A value in force from a day on, the clause that says so and, where the sources are silent, the reason."""

    day: date
    value: Any
    clause: str
    reason: str = ""


def _by_day(steps: Iterable[Since]) -> tuple[Since, ...]:
    return tuple(sorted(steps, key=lambda step: step.day))


@frozen
class Parameter:
    """One named number (or list) of a market; its unit is the end of its name.

    `check` says of a pack's own parameter whether a value may be put in place; a stated -1 means that it is not set.
    """

    name: str
    zh: str
    en: str
    steps: tuple[Since, ...] = field(converter=_by_day)
    check: Callable[[Any], bool] | None = None

    def on(self, day: date, changes: tuple[Since, ...] = ()) -> Since:
        """The step in force on a day, the operator's changes included; refuses a day before the first."""
        # An operator's change prevails from its day on over what was in force, and yields to a later clause.
        in_force = [step for step in (*self.steps, *changes) if step.day <= day]
        if not in_force:
            raise Refusal("RULE_NOT_IN_FORCE", parameter=self.name, day=day)
        return max(enumerate(in_force), key=lambda numbered: (numbered[1].day, numbered[0]))[1]


def dated(
    name: str,
    zh: str,
    en: str,
    *steps: tuple[date, Any, str] | tuple[date, Any, str, str],
    check: Callable[[Any], bool] | None = None,
) -> Parameter:
    """A parameter from `(since, value, clause[, reason])` rows, the way a pack's rulebook writes it."""
    return Parameter(name, zh, en, tuple(Since(*step) for step in steps), check)


Windows = list[tuple[str, str]]


class Terms(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A market's parameters as they are on one day. The day's event carries them; a replay never looks them up.

    Ratios are parts per million, prices fen, quantities tonnes, gaps trading days, windows local times.
    A largest or smallest quantity of 0 means there is none; no suspension causes named means any.
    """

    products: list[str]
    methods_open: list[str]
    methods_known: list[str] = []
    listed_sessions: Windows
    block_sessions: Windows
    cancel_window: Windows
    tick_fen: int
    step_tonnes: int
    listed_band_ppm: int
    block_band_ppm: int
    listed_below_tonnes: int = 0
    block_from_tonnes: int = 0
    take_levels: int = 1
    listed_fee_ppm: int = 0
    block_fee_ppm: int = 0
    fee_in_freeze: bool = True
    resale_gap_trading_days: int = 0
    resale_gap_directions: str = "buy_then_sell"
    resale_gap_scope: str = "lot"
    locked_units_may_leave: bool = False
    first_listing: str = "operator"
    trade_no_required: bool = False
    settlement_confirmers: list[str]
    open_requires_settlement: bool = False
    largest_operators: int = 5
    operator_mail_required: bool = False
    suspension_causes: list[str] = []
    measures: list[tuple[str, str, bool]] = []
    own: dict[str, Any] = {}


FIELDS: Final = {field.name: field for field in msgspec.structs.fields(Terms)}
CONFIRMERS: Final = (["exchange"], ["registry"], ["exchange", "registry"], ["registry", "exchange"])
CHOICES: Final = {
    "resale_gap_directions": ("buy_then_sell", "both"),
    "resale_gap_scope": ("lot", "product"),
    "first_listing": ("operator", "declared"),
}


def checked(name: str, value: Any) -> Any:
    """A parameter's value in its type; refuses one that does not fit. A pack's own parameters are its own."""
    if name not in FIELDS:
        return value
    try:
        value = msgspec.convert(value, FIELDS[name].type)
    except msgspec.ValidationError as error:
        raise Refusal("BAD_PARAMETER", parameter=name, value=value, why=str(error)) from None
    least = 1 if name in ("tick_fen", "step_tonnes") else 0
    most = MILLION if name.endswith("_ppm") else LARGEST_AMOUNT_FEN
    if (isinstance(value, int) and not least <= value <= most) or value not in CHOICES.get(name, (value,)):
        raise Refusal("BAD_PARAMETER", parameter=name, value=value)
    if name.endswith(("_sessions", "_window")):
        _check_windows(name, value)
    if name == "settlement_confirmers" and value not in CONFIRMERS:
        raise Refusal("BAD_PARAMETER", parameter=name, value=value)
    return value


def _check_windows(name: str, windows: Windows) -> None:
    try:
        parsed = parse_windows(windows)
    except ValueError:
        raise Refusal("BAD_PARAMETER", parameter=name, value=windows) from None
    edges = [edge for window in parsed for edge in window]
    if edges != sorted(edges) or len(edges) != len(dict.fromkeys(edges)):
        raise Refusal("BAD_PARAMETER", parameter=name, value=windows)
