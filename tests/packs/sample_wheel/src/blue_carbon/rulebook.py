"""One small market with numbers of its own: a session of an hour, a band of 5 %, 2 per mille from each side."""

from datetime import date

from tanpan import rules
from tanpan.market import Market
from tanpan.rulebook import dated
from tanpan.taking import BestLevelInTime

START = date(2021, 1, 1)

_VALUES: dict[str, object] = {
    "products": ["BLUE"],
    "methods_known": ["listed", "block", "auction"],
    "settlement_confirmers": ["exchange", "registry"],
    "methods_open": ["listed"],
    "listed_sessions": [["10:00", "11:00"]],
    "block_sessions": [["10:00", "11:00"]],
    "cancel_window": [["10:00", "11:00"]],
    "tick_fen": 1,
    "step_tonnes": 1,
    "listed_band_ppm": 50_000,
    "block_band_ppm": 50_000,
    "block_from_tonnes": 1_000,
    "listed_fee_ppm": 2_000,
    "block_fee_ppm": 2_000,
    "resale_gap_trading_days": 1,
    "first_listing": "operator",
    "open_requires_settlement": False,
    "suspension_causes": ["force_majeure"],
    "measures": [["warning", "", False]],
}

BLUE = Market(
    "blue",
    "蓝碳",
    "blue carbon",
    tuple(dated(name, name, name, (START, value, "BLUE")) for name, value in _VALUES.items()),
    BestLevelInTime(),
    rules.LISTED,
    rules.BLOCK,
)
