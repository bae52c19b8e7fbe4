"""The CEA market's parameters, dated and cited, and the market composed of them.

Where the announcement is silent the reason names our decision (AMB-…).
"""

from datetime import date

from tanpan import rules
from tanpan.market import Market
from tanpan.rulebook import dated
from tanpan.taking import BestLevelsFreeChoice

NOTICE = date(2021, 6, 22)
"""The day of the announcement; before it the pack is not in force (CEA-0-a)."""

PARAMETERS = (
    dated("products", "交易产品", "products", (NOTICE, ["CEA"], "CEA-2-a")),
    dated(
        "methods_known",
        "规则中的交易方式",
        "methods known",
        (NOTICE, ["listed", "block", "auction"], "CEA-2-b"),
    ),
    dated(
        "methods_open",
        "现已开放的交易方式",
        "methods open",
        (NOTICE, ["listed", "block"], "CEA-2-b", "CEA-2.3: the auction follows rules published separately"),
    ),
    dated(
        "listed_sessions",
        "挂牌协议交易时段",
        "listed sessions",
        (NOTICE, [["09:30", "11:30"], ["13:00", "15:00"]], "CEA-3-a"),
    ),
    dated("block_sessions", "大宗协议交易时段", "block sessions", (NOTICE, [["13:00", "15:00"]], "CEA-3-b")),
    dated(
        "cancel_window",
        "撤销时间",
        "when a listing may be withdrawn",
        (NOTICE, [["09:30", "15:00"]], "CEA-3-a", "AMB-21: the lunch break included; the source is silent"),
    ),
    dated("tick_fen", "最小变动价位", "price tick", (NOTICE, 1, "CEA-2.1-f", "bulletins quote to 0.01 yuan")),
    dated(
        "step_tonnes",
        "最小变动计量",
        "quantity step",
        (NOTICE, 1, "CEA-2.4-a", "bulletins count whole tonnes"),
    ),
    dated("listed_band_ppm", "挂牌涨跌幅", "listed price band", (NOTICE, 100_000, "CEA-2.1-g")),
    dated("block_band_ppm", "大宗涨跌幅", "block price band", (NOTICE, 300_000, "CEA-2.2-d")),
    dated("listed_below_tonnes", "挂牌数量须小于", "listed quantity below", (NOTICE, 100_000, "CEA-2.1-a")),
    dated("block_from_tonnes", "大宗数量不小于", "block quantity from", (NOTICE, 100_000, "CEA-2.2-a")),
    dated("take_levels", "可摘价位数", "levels a taker reaches", (NOTICE, 5, "CEA-2.1-b")),
    dated(
        "listed_fee_ppm",
        "挂牌手续费（双向）",
        "listed fee, each side",
        (NOTICE, 0, "CEA-2-a", "no rate in the sources: the exchange sets it by notice"),
    ),
    dated(
        "block_fee_ppm",
        "大宗手续费（双向）",
        "block fee, each side",
        (NOTICE, 0, "CEA-2-a", "no rate in the sources: the exchange sets it by notice"),
    ),
    dated(
        "fee_in_freeze",
        "买入冻结含手续费",
        "a buyer's freeze includes the fee",
        (NOTICE, True, "CEA-2.1-b", "AMB-07, as in the CCER market"),
    ),
    dated(
        "resale_gap_trading_days",
        "买卖间隔（交易日）",
        "resale gap",
        (NOTICE, 1, "CEA-2-a", "AMB-29: not again on the day of purchase; the announcement is silent"),
    ),
    dated(
        "resale_gap_directions",
        "间隔的方向",
        "directions of the gap",
        (NOTICE, "buy_then_sell", "CEA-2-a", "AMB-29"),
    ),
    dated("resale_gap_scope", "间隔的范围", "scope of the gap", (NOTICE, "lot", "CEA-2-a", "AMB-27")),
    dated(
        "locked_units_may_leave",
        "锁定数量可否转出",
        "locked units may leave",
        (NOTICE, False, "CEA-2-a", "AMB-28"),
    ),
    dated(
        "first_listing",
        "首次上市方式",
        "who sets the first listing",
        (NOTICE, "operator", "CEA-2.1-g", "AMB-11: the exchange sets the initial reference price"),
    ),
    dated(
        "trade_no_required",
        "申报须带交易编号",
        "declarations carry a trade number",
        (NOTICE, True, "CEA-2.4-a"),
    ),
    dated(
        "settlement_confirmers",
        "清算结果确认方",
        "who confirms the clearing",
        (
            NOTICE,
            ["exchange", "registry"],
            "CEA-5-d",
            "AMB-43: the registry settles; the exchange confirms its trades",
        ),
    ),
    dated(
        "open_requires_settlement",
        "交收后方可开市",
        "a day opens only after settlement",
        (NOTICE, False, "CEA-5-d", "AMB-82"),
    ),
    dated(
        "largest_operators",
        "操作员数量上限",
        "operators per account, at most",
        (NOTICE, 5, "CEA-4-a", "AMB-46: the source says several, the client manual five"),
    ),
    dated(
        "suspension_causes",
        "暂停交易的原因",
        "causes of a suspension",
        (
            NOTICE,
            ["force_majeure", "accident", "technical_failure"],
            "CEA-5-b",
            "the announcement is silent: as in the CCER market",
        ),
    ),
    dated(
        "measures",
        "处理措施（名称、限制范围、是否须立案）",
        "measures (name, what it restricts, needs a case)",
        (
            NOTICE,
            [
                ["telephone_reminder", "", False],
                ["demand_report", "", False],
                ["demand_written_commitment", "", False],
                ["interview", "", False],
                ["public_warning", "public", False],
                ["restrict_cash", "cash", False],
                ["restrict_units", "units", False],
                ["restrict_trading", "trade", False],
                ["restrict_account", "account", False],
            ],
            "CEA-5-b",
            "the sixth measure of the source, split by what it restricts",
        ),
    ),
    dated(
        "registered_capital_fen",
        "交易机构注册资本",
        "the exchange's registered capital",
        (
            NOTICE,
            0,
            "CEA-5-c",
            "not in the sources: the exchange sets its own figure; until then nothing is drawn",
        ),
    ),
)

CLAUSES = {
    "RULE_NOT_IN_FORCE": "CEA-0-a",
    "OFF_SYSTEM_TRADE": "CEA-2-a",
    "UNKNOWN_PRODUCT": "CEA-2-a",
    "METHOD_NOT_OPEN": "CEA-2-b",
    "QTY_ABOVE_LISTED_MAX": "CEA-2.1-a",
    "BEYOND_FIVE_LEVELS": "CEA-2.1-b",
    "NOT_BEST_PRICE": "CEA-2.1-b",
    "ORDER_CLOSED": "CEA-2.1-c",
    "ORDER_FILLED": "CEA-2.1-c",
    "QTY_EXCEEDS_LISTING": "CEA-2.1-d",
    "PRICE_OUT_OF_BAND": "CEA-2.1-g",
    "PRICE_OUT_OF_BAND block": "CEA-2.2-d",
    "QTY_BELOW_BLOCK_MIN": "CEA-2.2-a",
    "SELF_TRADE": "CEA-2.1-b",
    "SELF_TRADE block": "CEA-2.2-b",
    "ORDER_CLOSED block": "CEA-2.2-b",
    "UNKNOWN_ORDER": "CEA-2.1-c",
    "UNKNOWN_ORDER block": "CEA-2.2-b",
    "CONFIRMATION_MISSING": "CEA-5-d",
    "TERMS_MISMATCH": "CEA-2.1-b",
    "TERMS_MISMATCH block": "CEA-2.2-c",
    "FIELD_MISSING": "CEA-2.4-a",
    "DUPLICATE_TRADE_NO": "CEA-2.4-a",
    "BAD_SIDE": "CEA-2.4-a",
    "UNKNOWN_INSTRUMENT": "CEA-2.4-a",
    "OUTSIDE_SESSION": "CEA-3-a",
    "OUTSIDE_SESSION block": "CEA-3-b",
    "NOT_TRADING_DAY": "CEA-3-c",
    "DUPLICATE_ACCOUNT": "CEA-4-a",
    "DECLARATION_MISSING": "CEA-4-b",
    "ACCOUNT_RESTRICTED": "CEA-5-b",
    "NO_REFERENCE_PRICE": "CEA-2.1-g",
    "RESALE_FREEZE": "CEA-2-a",
}

CEA = Market(
    name="cea",
    zh="碳排放配额",
    en="carbon emission allowances",
    parameters=PARAMETERS,
    taking=BestLevelsFreeChoice(),
    listed_rules=rules.LISTED,
    block_rules=rules.BLOCK,
    clauses=CLAUSES,
)
