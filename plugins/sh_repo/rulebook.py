"""The Shanghai spot market and the parameters of its repos, dated and cited.

Where the manual is silent the reason names our decision (AMB-…) or the public rule (REPO-PUB-…).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sh_repo.cited import CLAUSES
from tanpan import rules
from tanpan.calendar import parse_windows
from tanpan.market import Market
from tanpan.quantities import MILLION
from tanpan.rulebook import dated
from tanpan.taking import BestLevelInTime

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

MANUAL: Final = date(2025, 12, 31)
"""The manual's first revision; the pack is not in force before it (REPO-1-a)."""
MARKET: Final = "shea"
NOT_SET: Final = -1

SILENT: Final = "the manual is about repos only and silent on listed trading: the operator sets its own"
_SESSIONS: Final = [["09:30", "11:30"], ["13:00", "15:00"]]


def _is_day(value: Any) -> bool:
    """Whether a text is a day, or empty."""
    if value == "":
        return True
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except ValueError:
        return False


def _is_a_day(value: Any) -> bool:
    return value != "" and _is_day(value)


def _texts(value: Any) -> bool:
    """Whether a list holds texts, each once."""
    return all(isinstance(one, str) and one for one in value) and len(value) == len(dict.fromkeys(value))


def _windows(value: Any) -> bool:
    """Whether a list holds windows of the day, one after the other."""
    try:
        edges = [edge for window in parse_windows(value) for edge in window]
    except (TypeError, ValueError):
        return False
    return bool(edges) and edges == sorted(dict.fromkeys(edges))


def _within(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: least <= value <= most


LISTED_TRADING = (
    dated(
        "products",
        "交易产品",
        "products",
        (MANUAL, ["SHEA", "SHCER", "CCER"], "REPO-A6-1.4", "allowances, and the reductions of the system"),
    ),
    dated("methods_known", "规则中的交易方式", "methods known", (MANUAL, ["listed"], "REPO-1-a", SILENT)),
    dated("methods_open", "现已开放的交易方式", "methods open", (MANUAL, ["listed"], "REPO-1-a", SILENT)),
    dated(
        "listed_sessions",
        "挂牌交易时段",
        "listed sessions",
        (MANUAL, _SESSIONS, "REPO-PUB-1", "the hours of every trading day"),
    ),
    dated(
        "block_sessions",
        "大宗交易时段",
        "block sessions",
        (MANUAL, [["13:00", "15:00"]], "REPO-1-a", "not open: an operator who opens blocks sets its hours"),
    ),
    dated(
        "cancel_window",
        "撤销时间",
        "when a listing may be withdrawn",
        (MANUAL, [["09:30", "15:00"]], "REPO-PUB-1", "AMB-21: the lunch break included"),
    ),
    dated("tick_fen", "最小变动价位", "price tick", (MANUAL, 1, "REPO-A6-1.5-9", SILENT)),
    dated("step_tonnes", "最小变动计量", "quantity step", (MANUAL, 1, "REPO-A6-1.5-9", SILENT)),
    dated("listed_band_ppm", "挂牌涨跌幅", "listed price band", (MANUAL, 100_000, "REPO-1-a", SILENT)),
    dated("block_band_ppm", "大宗涨跌幅", "block price band", (MANUAL, 100_000, "REPO-1-a", SILENT)),
    dated(
        "listed_fee_ppm",
        "挂牌手续费（双向）",
        "listed fee, each side",
        (MANUAL, 800, "REPO-1-a", "0.08% as published in 2014; the operator sets his own"),
    ),
    dated(
        "resale_gap_trading_days",
        "买卖间隔（交易日）",
        "resale gap",
        (MANUAL, 0, "REPO-A4-3", "tradable as soon as it is settled; in a repo that is at once"),
    ),
    dated(
        "first_listing",
        "首次上市方式",
        "who sets the first listing",
        (MANUAL, "operator", "REPO-1-a", SILENT),
    ),
    dated(
        "settlement_confirmers",
        "清算结果确认方",
        "who confirms the clearing",
        (MANUAL, ["exchange"], "REPO-A6-19", "the exchange clears and settles by its trade data"),
    ),
    dated(
        "measures",
        "处理措施（名称、限制范围、是否须立案）",
        "measures (name, what it restricts, needs a case)",
        (
            MANUAL,
            [
                ["demand_report", "", False],
                ["written_warning", "", False],
                ["suspend_repo", "", False],
                ["restrict_trading", "trade", False],
                ["restrict_cash", "cash", False],
                ["freeze_account", "account", False],
            ],
            "REPO-A4-2",
        ),
    ),
)

REPOS = (
    dated(
        "allowance_products",
        "属于配额的产品",
        "products that are allowances",
        (MANUAL, ["SHEA"], "REPO-A6-1.4"),
        check=_texts,
    ),
    dated(
        "reduction_products",
        "属于减排量的产品",
        "products that are reductions",
        (MANUAL, ["SHCER", "CCER"], "REPO-A6-1.4", "the manual's screen shows CCER; SHCER of the city's own"),
        check=_texts,
    ),
    dated(
        "repo_sessions",
        "回购交易时段",
        "repo sessions",
        (MANUAL, _SESSIONS, "REPO-PUB-1", "the manual says opening hours only"),
        check=_windows,
    ),
    dated(
        "repo_fee_ppm",
        "回购手续费（双向，初始与购回各一次）",
        "repo fee, each side, both legs",
        (MANUAL, NOT_SET, "REPO-A6-4.2.4", "by the exchange's schedule, which is not published: not set"),
        check=_within(0, MILLION),
    ),
    dated(
        "several_rows_for_reductions",
        "减排量可填多行",
        "several rows for reductions",
        (MANUAL, False, "REPO-4.2.2-d", "AMB-63: the forms know one product, the screen shows a grid"),
    ),
    dated(
        "repo_minimum_tonnes",
        "回购数量下限",
        "smallest quantity of a repo",
        (MANUAL, 0, "REPO-PUB-2", "AMB-60: the public rules of 2023 say 10,000 t, the manual nothing: none"),
    ),
    dated(
        "repo_indivisible",
        "回购数量不可拆分",
        "a repo is indivisible",
        (MANUAL, False, "REPO-PUB-2", "AMB-60: a public rule of 2023, off; on: one row only"),
    ),
    dated(
        "largest_holding_tonnes",
        "最大持有量",
        "largest holding",
        (MANUAL, 0, "REPO-PUB-3", "the exchange's own figure; 0: none"),
    ),
    dated(
        "filing_trading_days",
        "申请须早于初始交易日（交易日）",
        "trading days that a filing precedes its day",
        (MANUAL, 3, "REPO-4.2.1-b"),
        check=_within(1, 100),
    ),
    dated(
        "filing_working_days",
        "申请须早于初始交易日（工作日）",
        "working days that a filing precedes its day",
        (MANUAL, 3, "REPO-A6-16", "AMB-31: both must hold"),
        check=_within(1, 100),
    ),
    dated(
        "vwap_trading_days",
        "均价窗口（交易日）",
        "trading days of the reference price",
        (MANUAL, 20, "REPO-A6-21"),
        check=_within(1, 250),
    ),
    dated(
        "surrender_deadline",
        "当年清缴截止日",
        "this year's surrender deadline",
        (MANUAL, "", "REPO-A6-12", "set every year by the authority; empty: not set"),
        check=_is_day,
    ),
    dated(
        "surrender_vintages",
        "当年用于履约的配额年度",
        "vintages surrendered this year",
        (MANUAL, [], "REPO-A6-12", "beside what the parties say themselves"),
        check=_texts,
    ),
    dated(
        "cutoff_trading_days",
        "购回须早于清缴截止日（交易日）",
        "trading days that a repurchase precedes the deadline",
        (MANUAL, 3, "REPO-A6-12", "AMB-32"),
        check=_within(0, 100),
    ),
    dated(
        "manual_version",
        "操作手册版本（发布日）",
        "version of the manual, its day of publication",
        (MANUAL, MANUAL.isoformat(), "REPO-1-a"),
        check=_is_a_day,
    ),
    dated(
        "trial_months",
        "手册试行期（月）",
        "months that a manual is on trial",
        (MANUAL, 1, "REPO-5-b"),
        check=_within(0, 120),
    ),
    dated(
        "post_delivery_days",
        "邮寄视为送达（日）",
        "days after which a posted letter counts as delivered",
        (MANUAL, 5, "REPO-A6-28.3"),
        check=_within(0, 100),
    ),
    dated(
        "document_notice_working_days",
        "资料变更通知期限（工作日）",
        "working days to tell of changed documents",
        (MANUAL, 3, "REPO-A6-4.2.1"),
        check=_within(1, 100),
    ),
)

PARAMETERS: Final = (*LISTED_TRADING, *REPOS)

SHEA: Final = Market(
    name=MARKET,
    zh="上海碳排放现货",
    en="Shanghai carbon spot market",
    parameters=PARAMETERS,
    taking=BestLevelInTime(),
    listed_rules=rules.LISTED,
    block_rules=rules.BLOCK,
    clauses=CLAUSES,
)


def own(exchange: Exchange) -> Mapping[str, Any]:
    """The repo parameters in force today."""
    day, today = exchange.days.by_market[MARKET], exchange.today()
    if day.terms is not None and day.opened_on == today:
        return day.terms.own
    return day.terms_on(today).own


def trial_ends(published: date, months: int) -> date:
    """The last day of a manual's trial: the same day of a later month, or that month's last day (Civil Code 201, 202)."""
    year, month = divmod(published.year * 12 + published.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    after = date(year + 1, 1, 1) if month == 11 else date(year, month + 2, 1)
    return first.replace(day=min(published.day, (after - timedelta(days=1)).day))
