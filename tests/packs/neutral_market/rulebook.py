"""Two neutral markets with plain numbers: 5 per mille, 10 % and 30 % bands, a gap of one trading day."""

from datetime import date

from tanpan import rules
from tanpan.market import Market
from tanpan.rulebook import Parameter, dated
from tanpan.taking import AutomaticPriceTime, BestLevelInTime

START = date(2021, 1, 1)


def _parameters(**own: object) -> tuple[Parameter, ...]:
    values: dict[str, object] = {
        "products": ["UNIT"],
        "methods_known": ["listed", "block", "auction"],
        "settlement_confirmers": ["exchange", "registry"],
        "methods_open": ["listed", "block"],
        "listed_sessions": [["09:30", "11:30"], ["13:00", "15:00"]],
        "block_sessions": [["13:00", "15:00"]],
        "cancel_window": [["09:30", "15:00"]],
        "tick_fen": 1,
        "step_tonnes": 1,
        "listed_band_ppm": 100_000,
        "block_band_ppm": 300_000,
        "block_from_tonnes": 1_000,
        "listed_fee_ppm": 5_000,
        "block_fee_ppm": 1_000,
        "resale_gap_trading_days": 1,
        "first_listing": "operator",
        "open_requires_settlement": False,
        "suspension_causes": ["force_majeure", "accident", "technical_failure"],
        "measures": [
            ["warning", "", False],
            ["restrict_trading", "trade", True],
            ["restrict_cash", "cash", False],
        ],
    }
    values.update(own)
    return tuple(dated(name, name, name, (START, value, "NEUTRAL")) for name, value in values.items())


AUTO = Market(
    "auto", "自动撮合", "automatic matching", _parameters(), AutomaticPriceTime(), rules.LISTED, rules.BLOCK
)
BOARD = Market(
    "board", "申报大厅", "post and take", _parameters(), BestLevelInTime(), rules.LISTED, rules.BLOCK
)
