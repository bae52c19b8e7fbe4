"""The CCER market's parameters, dated and cited, and the market composed of them.

Where the questions and answers are silent the reason names our decision (AMB-…).
"""

from datetime import date

from ccer_national.binding import registry_bound
from tanpan import rules
from tanpan.market import Market
from tanpan.rulebook import dated
from tanpan.taking import BestLevelInTime

RULES = date(2023, 11, 16)
"""The trading and settlement rules (trial) were issued on this day."""

SESSIONS = [["09:30", "11:30"], ["13:00", "15:00"]]

PARAMETERS = (
    dated("products", "交易产品", "products", (RULES, ["CCER"], "CCER-Q5")),
    dated(
        "methods_known",
        "规则中的交易方式",
        "methods known",
        (RULES, ["listed", "block", "auction"], "CCER-Q6-a"),
    ),
    dated("methods_open", "现已开放的交易方式", "methods open", (RULES, ["listed"], "CCER-Q6-b")),
    dated("listed_sessions", "挂牌协议交易时段", "listed sessions", (RULES, SESSIONS, "CCER-Q7-a")),
    dated("block_sessions", "大宗协议交易时段", "block sessions", (RULES, SESSIONS, "CCER-Q7-a")),
    dated(
        "cancel_window",
        "撤销时间",
        "when a listing may be withdrawn",
        (RULES, [["09:30", "15:00"]], "CCER-Q33", "AMB-21: the lunch break included; sources are silent"),
    ),
    dated("tick_fen", "最小变动价位", "price tick", (RULES, 1, "CCER-Q13")),
    dated("step_tonnes", "最小变动计量", "quantity step", (RULES, 1, "CCER-Q12")),
    dated("listed_band_ppm", "挂牌涨跌幅", "listed price band", (RULES, 100_000, "CCER-Q27")),
    dated(
        "block_band_ppm",
        "大宗涨跌幅",
        "block price band",
        (RULES, 300_000, "CCER-Q6-a", "public rule 16 of the trial rules; blocks are not open yet"),
    ),
    dated(
        "listed_below_tonnes",
        "挂牌数量上限",
        "listed quantity limit",
        (RULES, 0, "CCER-Q25-a", "no limit in the sources"),
    ),
    dated(
        "block_from_tonnes",
        "大宗数量下限",
        "block minimum",
        (RULES, 0, "CCER-Q6-a", "AMB-17: to be announced when blocks open"),
    ),
    dated("listed_fee_ppm", "挂牌手续费（双向）", "listed fee, each side", (RULES, 6_000, "CCER-Q32")),
    dated(
        "block_fee_ppm",
        "大宗手续费（双向）",
        "block fee, each side",
        (RULES, 6_000, "CCER-Q32", "to be announced when blocks open; the listed rate until then"),
    ),
    dated(
        "fee_in_freeze",
        "买入冻结含手续费",
        "a buyer's freeze includes the fee",
        (RULES, True, "CCER-Q31", "AMB-07: the corresponding cash is price times quantity and the fee"),
    ),
    dated("resale_gap_trading_days", "买卖间隔（交易日）", "resale gap", (RULES, 5, "CCER-Q61-b")),
    dated(
        "resale_gap_directions",
        "间隔的方向",
        "directions of the gap",
        (RULES, "buy_then_sell", "CCER-Q61-b", "AMB-26: `both` for an operator bound by article 29"),
    ),
    dated(
        "resale_gap_scope",
        "间隔的范围",
        "scope of the gap",
        (RULES, "lot", "CCER-Q61-b", "AMB-27: by lot; `product` locks everything"),
    ),
    dated(
        "locked_units_may_leave",
        "锁定数量可否转出",
        "locked units may leave",
        (RULES, False, "CCER-Q61-b", "AMB-28: out and in again would dodge the gap"),
    ),
    dated(
        "first_listing",
        "首次上市方式",
        "who sets the first listing",
        (
            RULES,
            "declared",
            "CCER-Q26",
            "AMB-12: declared by the first entity that moves units in, then confirmed",
        ),
    ),
    dated(
        "trade_no_required",
        "申报须带交易编号",
        "declarations carry a trade number",
        (RULES, False, "CCER-Q25-a", "no such element in the sources"),
    ),
    dated(
        "settlement_confirmers",
        "清算结果确认方",
        "who confirms the clearing",
        (RULES, ["exchange", "registry"], "CCER-Q38-b"),
    ),
    dated(
        "open_requires_settlement",
        "交收后方可开市",
        "a day opens only after settlement",
        (RULES, False, "CCER-Q38-a", "AMB-82: several days may be pending and settle in order"),
    ),
    dated(
        "largest_operators",
        "操作员数量上限",
        "operators per account, at most",
        (RULES, 5, "CCER-Q19-b", "AMB-46: the source says several, the client manual five"),
    ),
    dated(
        "operator_mail_required",
        "新增操作员须填邮箱",
        "a new operator needs a mail address",
        (RULES, True, "CCER-Q76"),
    ),
    dated(
        "suspension_causes",
        "暂停交易的原因",
        "causes of a suspension",
        (
            RULES,
            ["force_majeure", "accident", "technical_failure"],
            "CCER-Q55",
            "the source names three and ends in 等: the exchange may add",
        ),
    ),
    dated(
        "measures",
        "监管措施（名称、限制范围、是否须立案）",
        "measures (name, what it restricts, needs a case)",
        (
            RULES,
            [
                ["require_report", "", False],
                ["written_warning", "", False],
                ["risk_notice", "", False],
                ["restrict_trading_for_risk", "trade", False],
                ["require_written_explanation", "", True],
                ["restrict_trading", "trade", True],
            ],
            "CCER-Q54",
            "the last two are CCER-Q57: against abnormal behaviour, hence with a case",
        ),
    ),
    dated(
        "entity_kinds_open",
        "现可开户的主体",
        "kinds of entity that may open an account",
        (RULES, ["legal_person", "other_organisation"], "CCER-Q14-a"),
    ),
    dated(
        "barred_bodies",
        "限制交易的机构",
        "bodies that may not trade",
        (
            RULES,
            ["ecology_authority", "market_supervision", "registry", "exchange", "verification_body"],
            "CCER-Q14-b",
        ),
    ),
    dated(
        "barred_credit_codes",
        "限制交易的主体（统一社会信用代码）",
        "entities that may not trade, by credit code",
        (RULES, [], "CCER-Q14-b", "the sources name kinds of bodies; the exchange adds those it knows"),
    ),
    dated(
        "opening_documents",
        "开户申请材料清单",
        "documents of an opening",
        (
            RULES,
            [
                "business_licence",
                "opening_form",
                "legal_representative_identity_copy",
                "power_of_attorney",
                "representative_identity_copy",
            ],
            "CCER-Q15-c",
            "the list is published on the exchange's site; the exchange replaces it",
        ),
    ),
    dated("opening_fee_fen", "开户费", "opening fee", (RULES, 200_000, "CCER-Q20-a")),
    dated("yearly_fee_fen", "年费", "yearly fee", (RULES, 100_000, "CCER-Q20-a")),
    dated(
        "yearly_fee_from_year",
        "自开户后第几年起收年费",
        "years after opening from which the yearly fee is due",
        (RULES, 1, "CCER-Q20-a", "the source is silent: on 1 January of the year after opening"),
    ),
    dated(
        "fee_exempt_types",
        "暂免收费的账户类型",
        "account types exempt from both fees",
        (RULES, ["national_key_emitter", "local_key_emitter"], "CCER-Q20-b"),
    ),
    dated(
        "account_prefix",
        "交易账号前缀",
        "prefix of trading accounts",
        (RULES, "CCER", "CCER-Q19-a", "the source shows no number: a series of our own, eight digits"),
    ),
    dated(
        "binding_required_of",
        "须先绑定注册登记账户方可划转的账户",
        "accounts that are bound before units move",
        (
            RULES,
            "applied",
            "CCER-Q58-b",
            "`applied`: accounts opened by an application; staff may have opened others by hand. `all`, `none`",
        ),
    ),
)

CLAUSES = {
    "UNKNOWN_PRODUCT": "CCER-Q5",
    "METHOD_NOT_OPEN": "CCER-Q6-b",
    "OUTSIDE_SESSION": "CCER-Q7-a",
    "NOT_TRADING_DAY": "CCER-Q7-a",
    "TRADE_FINAL": "CCER-Q8",
    "INSUFFICIENT_FUNDS": "CCER-Q9",
    "INSUFFICIENT_POSITION": "CCER-Q10",
    "BAD_UNIT": "CCER-Q11",
    "BAD_QUANTITY": "CCER-Q12",
    "BAD_PRICE_TICK": "CCER-Q13",
    "NOT_BEST_PRICE": "CCER-Q25-a",
    "QTY_EXCEEDS_LEVEL": "CCER-Q25-a",
    "NOT_FIRST_IN_TIME": "CCER-Q25-b",
    "UNKNOWN_INSTRUMENT": "CCER-Q26",
    "NOT_LISTED": "CCER-Q26",
    "PRICE_OUT_OF_BAND": "CCER-Q27",
    "NO_REFERENCE_PRICE": "CCER-Q28-b",
    "ORDER_FILLED": "CCER-Q33",
    "ORDER_CLOSED": "CCER-Q33",
    "MARKET_OPEN": "CCER-Q38-a",
    "ALREADY_CLEARED": "CCER-Q38-a",
    "CONFIRMATION_MISSING": "CCER-Q38-b",
    "RECONCILIATION_BREAK": "CCER-Q38-b",
    "ACCOUNT_RESTRICTED": "CCER-Q54",
    "MARKET_SUSPENDED": "CCER-Q55",
    "NOTICE_REQUIRED core.suspend": "CCER-Q55",
    "NOTICE_REQUIRED core.resume": "CCER-Q56",
    "NOTICE_REQUIRED core.change_parameter": "CCER-Q6-b",
    "BAD_STATE core.suspend": "CCER-Q55",
    "BAD_STATE core.resume": "CCER-Q56",
    "CASE_REQUIRED": "CCER-Q57",
    "RESALE_FREEZE": "CCER-Q61-b",
    "IMMUTABLE": "CCER-Q37",
    "DUPLICATE_ACCOUNT": "CCER-Q19-a",
    "PERMISSION_DENIED core.withdraw_listing": "CCER-Q33",
    "PERMISSION_DENIED core.set_permissions": "CCER-Q19-b",
    "PERMISSION_DENIED core.add_operator": "CCER-Q19-b",
    "PERMISSION_DENIED core.modify_operator": "CCER-Q75",
    "TOO_MANY_OPERATORS": "CCER-Q19-b",
    "OPERATOR_EXISTS": "CCER-Q75",
    "OPERATOR_FROZEN": "CCER-Q75",
    "BAD_STATE core.unfreeze_operator": "CCER-Q75",
    "BAD_STATE core.freeze_operator": "CCER-Q75",
    "BAD_EMAIL": "CCER-Q76",
    "ALREADY_REGISTERED": "CCER-Q26",
    "ALREADY_LISTED": "CCER-Q26",
    "NOT_FIRST_HOLDER": "CCER-Q26",
    "LISTING_TOO_EARLY": "CCER-Q26",
    "SELF_TRADE": "CCER-Q25-a",
    "UNKNOWN_ORDER": "CCER-Q25-a",
    "INSUFFICIENT_WITHDRAWABLE": "CCER-Q48",
    "NOT_CLEARED": "CCER-Q38-b",
    "ALREADY_CONFIRMED": "CCER-Q38-b",
    "SETTLEMENT_ORDER": "CCER-Q38-b",
    "UNKNOWN_MEASURE": "CCER-Q54",
    "UNKNOWN_CASE": "CCER-Q57",
    "ACCOUNT_NOT_OPENED": "CCER-Q16",
    "REGISTRY_NOT_BOUND": "CCER-Q58-b",
    "BAD_ACCOUNT_TYPE": "CCER-Q21-a",
}

CCER = Market(
    name="ccer",
    zh="核证自愿减排量",
    en="certified emission reductions",
    parameters=PARAMETERS,
    taking=BestLevelInTime(),
    listed_rules=rules.LISTED,
    block_rules=rules.BLOCK,
    clauses=CLAUSES,
    transfer_rules=(registry_bound,),
)
