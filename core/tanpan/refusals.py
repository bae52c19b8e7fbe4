"""Refusals: one code for one reason, in the order in which they are asked, in Chinese and in English.

The order of `CATALOGUE` is the order of precedence: where several reasons apply, the first is given.
A pack adds codes of its own through its hook; it never gives an existing code a second meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from attrs import frozen

from tanpan.detail_words import told_key


@frozen
class Reason:
    """What a code means, in both languages."""

    code: str
    zh: str
    en: str


class Refusal(Exception):
    """An objection to a command: a code, the clause it rests on and the numbers that decided it.

    Raised before the first event of a decision, so nothing has changed. Keys of `details` end in their
    unit (`price_fen`, `quantity_tonnes`); days are dates.
    """

    def __init__(self, code: str, clause: str = "", /, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.clause = clause
        self.details: dict[str, Any] = details
        self.titles: Mapping[str, tuple[str, str]] = {}
        """What people call the values of some details, in Chinese and in English."""

    def __str__(self) -> str:
        return self.text()

    def text(self, language: str = "en", catalogue: Mapping[str, Reason] | None = None) -> str:
        """One line for a person: the reason, what decided it and the clause."""
        reason = (catalogue or BY_CODE).get(self.code) or BY_CODE.get(self.code)
        words = self.code if reason is None else reason.zh if language == "zh" else reason.en
        details = "".join(
            f"{'；' if language == 'zh' else '; '}{_told(key, value, language, self.titles.get(key))}"
            for key, value in self.details.items()
            if value not in ("", [], ())
        )
        cited = f" [{self.clause}]" if self.clause else ""
        return f"{self.code}: {words}{details}{cited}"


class KernelFault(AssertionError):
    """A promise of the kernel's own is broken; memory can't be trusted and is rebuilt from the journal."""


UNITS: Final = {"_fen": ("元", "yuan"), "_tonnes": ("吨", "t"), "_ppm": ("ppm", "ppm")}
"""The units in which keys end, as people see them."""


def unitless(key: str) -> str:
    """A key without the unit at its end."""
    for suffix in UNITS:
        key = key.removesuffix(suffix)
    return key


def _told(key: str, value: Any, language: str, title: tuple[str, str] | None) -> str:
    """A detail under its plain name, its unit after it; what has a title is told by it, its name behind."""
    if title is not None:
        called = f"{title[0]}（{value}）" if language == "zh" else f"{title[1]} ({value})"
        return f"{told_key(key, key, language)} {called}"
    zh, en = next((units for suffix, units in UNITS.items() if key.endswith(suffix)), ("", ""))
    unit = (zh if language == "zh" else en) if isinstance(value, int) else ""
    return f"{told_key(key, unitless(key), language)} {show(key, value)} {unit}".rstrip()


def show(key: str, value: Any) -> str:
    """A detail for people: fen as yuan, everything else as it is."""
    if key.endswith("_fen") and isinstance(value, int):
        whole, cents = divmod(abs(value), 100)
        return f"{'-' if value < 0 else ''}{whole}.{cents:02d}"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return value.isoformat() if isinstance(value, date) else str(value)


CATALOGUE: Final = (
    # the request
    Reason("REQUEST_REUSED", "请求编号已用于另一内容的请求", "the request id was used for another request"),
    Reason("UNKNOWN_COMMAND", "没有这个指令", "there is no such command"),
    Reason("FIELD_MISSING", "缺少必填要素", "a mandatory field is missing"),
    Reason("BAD_FIELD", "要素的格式不正确", "a field is not of its form"),
    Reason("BAD_EMAIL", "缺少邮箱或邮箱格式不正确", "the mail address is missing or not of its form"),
    Reason("BAD_MOBILE", "手机号格式不正确", "the mobile number is not of its form"),
    Reason("BAD_ADDRESS", "地址格式不正确", "the postal address is not of its form"),
    Reason("BAD_IDENTITY_NUMBER", "身份证号码不正确", "the identity number is not a valid one"),
    Reason(
        "ADDRESS_INCOMPLETE", "地址须写明省、市、区县和详细地址", "the address lacks one of its four parts"
    ),
    Reason("BAD_NAME", "姓名格式不正确", "the personal name is not of its form"),
    Reason("BAD_PHONE", "联系电话格式不正确", "the telephone number is not of its form"),
    Reason("BAD_CREDIT_CODE", "统一社会信用代码不正确", "the unified social credit code is not a valid one"),
    # who asks
    Reason("AUTH_REQUIRED", "须先登录", "sign in first"),
    Reason("UNKNOWN_ACTOR", "没有这个用户", "there is no such user"),
    Reason("OPERATOR_FROZEN", "操作员已被冻结", "the operator is frozen"),
    Reason("ACCOUNT_NOT_OPENED", "尚未开立交易账户", "no trading account has been opened"),
    Reason("PERMISSION_DENIED", "没有权限", "the actor may not do this"),
    Reason("UNKNOWN_ACCOUNT", "没有这个交易账户", "there is no such trading account"),
    Reason("ACCOUNT_CLOSED", "交易账户已注销", "the trading account is closed"),
    Reason("ACCOUNT_RESTRICTED", "交易账户已被限制", "the trading account is restricted"),
    # a second person
    Reason("UNKNOWN_PROPOSAL", "没有这个待复核事项", "there is no such proposal"),
    Reason("PROPOSAL_CLOSED", "该事项已复核完毕", "the proposal has been decided"),
    Reason("SAME_PERSON", "经办人与复核人不得为同一人", "the second person must be another person"),
    # who may become what
    Reason(
        "DECLARATION_MISSING",
        "未声明开户资料真实、完整、准确、有效",
        "the declaration of true data is missing",
    ),
    Reason("DUPLICATE_ACCOUNT", "每个交易主体只能开设一个交易账户", "the participant has a trading account"),
    Reason(
        "ACCOUNT_NOT_EMPTY",
        "账户内尚有产品、资金、欠费或未了事项，不能注销",
        "the account holds units or cash, owes fees or has something in progress",
    ),
    Reason("OPERATOR_EXISTS", "用户名已存在", "the user name is taken"),
    Reason("TOO_MANY_OPERATORS", "操作员数量已达上限", "the account has its largest number of operators"),
    # applications: which, whose, in which state
    Reason("UNKNOWN_KIND", "没有这种申请", "there is no such kind of application"),
    Reason("UNKNOWN_APPLICATION", "没有这件申请", "there is no such application"),
    Reason(
        "CASE_REJECTED", "该申请已被驳回，须重新申请", "the application was rejected; a fresh one is needed"
    ),
    Reason("APPLICATION_CLOSED", "该申请已办结", "the application is closed"),
    Reason("TOO_MANY_APPLICATIONS", "未办结的申请已达上限", "too many applications of one owner are open"),
    # applications: who reviews, in which order
    Reason("REVIEW_ORDER", "须按顺序审核", "an earlier review comes first"),
    Reason(
        "MAKER_CHECKER_SAME",
        "经办、初审和复审不得为同一人",
        "the same person does not file and review, nor review twice",
    ),
    Reason("ALREADY_CLAIMED", "该申请已由他人领取", "another reviewer has taken the application"),
    Reason("CLAIM_REQUIRED", "须先领取该申请", "take the application first"),
    Reason("STEP_ORDER", "尚有前置步骤未完成", "an earlier step is not done"),
    # applications: what was filled in and handed in
    Reason("AGREEMENT_NOT_READ", "协议尚未打开阅读", "the agreement was not opened"),
    Reason("AGREEMENT_NOT_ACCEPTED", "协议尚未同意", "the agreement was not accepted"),
    Reason("DOUBLE_ENTRY_MISMATCH", "两次填写不一致", "the two entries differ"),
    Reason("UNKNOWN_DOCUMENT", "该申请不需要这份材料", "the application has no such document"),
    Reason("BAD_FILE_TYPE", "文件格式不符合要求", "the file is not of an accepted format"),
    Reason("DOC_MISSING", "缺少材料", "a document is missing"),
    Reason("NOT_ENOUGH_COPIES", "材料份数不足", "there are too few copies of a document"),
    Reason("NOT_STAMPED", "材料未加盖公章", "a document is not stamped"),
    Reason("SINGLE_STAMP_ONLY", "材料须由各方加盖公章", "a document lacks a party's stamp"),
    Reason("NOT_COLOUR", "材料须为彩色扫描件", "a document is not scanned in colour"),
    Reason("SIGNATURE_MISSING", "缺少签字", "a signature is missing"),
    Reason("DATE_MISSING", "缺少有效期截止日", "the last day of validity is missing"),
    Reason("DOC_EXPIRED", "材料已过有效期", "a document has expired"),
    Reason("DIGEST_MISMATCH", "内容已变更，与所签不一致", "the content is not the one that was read"),
    Reason("DUPLICATE_APPLICATION", "已有同一主体的申请在办理中", "another application has the same key"),
    # applications: what comes from outside, and when
    Reason("DEADLINE_PASSED", "已过期限", "the deadline has passed"),
    Reason("PAPER_NOT_RECEIVED", "尚未收到纸质原件", "the originals have not been received"),
    Reason("UNKNOWN_FACT", "该申请没有这一事项", "the application knows no such fact"),
    Reason("ALREADY_STATED", "该事项已登记", "the fact has been stated"),
    # what is asked for
    Reason("BAD_SIDE", "买卖方向只能是买入或卖出", "the side is neither buy nor sell"),
    Reason("UNKNOWN_MARKET", "没有这个市场", "there is no such market"),
    Reason("UNKNOWN_PACK", "没有安装这个规则包", "there is no such rule pack"),
    Reason("PACK_DRAINING", "规则包已停止受理新业务", "the rule pack takes nothing new"),
    Reason("UNKNOWN_PRODUCT", "本市场不交易该产品", "the market does not trade the product"),
    Reason("UNKNOWN_INSTRUMENT", "没有这个交易标的", "there is no such instrument"),
    Reason("ALREADY_REGISTERED", "交易标的已登记", "the instrument is registered"),
    Reason(
        "ALREADY_LISTED", "交易标的已上市或已申请上市", "the instrument is listed or its listing is declared"
    ),
    Reason("NOT_LISTED", "交易标的尚未上市", "the instrument is not listed"),
    Reason("NO_REFERENCE_PRICE", "没有初始基准价", "there is no initial reference price"),
    Reason(
        "NOT_FIRST_HOLDER",
        "只有首个划入该标的的主体可以申请上市",
        "only the first holder may declare the listing",
    ),
    Reason(
        "LISTING_TOO_EARLY", "上市日期不得早于下一交易日", "the listing day is before the next trading day"
    ),
    Reason("UNKNOWN_TRADE", "没有这笔成交", "there is no such trade"),
    Reason("OFF_SYSTEM_TRADE", "交易只能通过交易系统进行", "trades are made in the trading system only"),
    Reason("IMMUTABLE", "成交结果以系统记录为准，不得修改", "a trade record can't be edited"),
    Reason("TRADE_FINAL", "交易成立即生效，不得撤销", "a trade is final"),
    Reason(
        "BAD_QUANTITY",
        "数量须为正整数吨且为最小变动计量的整数倍",
        "the quantity is not a positive multiple of the step",
    ),
    Reason(
        "BAD_PRICE_TICK",
        "价格须为正且为最小变动价位的整数倍",
        "the price is not a positive multiple of the tick",
    ),
    Reason("BAD_UNIT", "计价单位须为元/吨", "the price is not in yuan per tonne"),
    Reason("ALREADY_BOOKED", "该凭证号已入账", "the reference has been booked"),
    Reason("BAD_AMOUNT", "金额须为正且在允许范围内", "the amount is not positive or too large"),
    Reason("METHOD_NOT_OPEN", "该交易方式尚未开放", "the trading method is not open"),
    # when
    Reason("CALENDAR_NOT_PUBLISHED", "该日期的日历尚未公布", "the calendar of that day is not published"),
    Reason("RULE_NOT_IN_FORCE", "规则在该日尚未生效", "the rule is not in force on that day"),
    Reason("NOT_TRADING_DAY", "当前不是交易日或当日尚未开市", "not a trading day, or the day is not open"),
    Reason("WRONG_DAY", "只能在当日办理", "this is done on the day itself"),
    Reason("DAY_ALREADY_OPENED", "该交易日已经开市", "the day has been opened"),
    Reason("SETTLEMENT_PENDING", "上一交易日尚未交收", "an earlier day is not settled"),
    Reason("MARKET_SUSPENDED", "交易已暂停", "trading is suspended"),
    Reason("OUTSIDE_SESSION", "不在交易时段内", "outside the trading session"),
    Reason("MARKET_OPEN", "当日尚未收市", "the day is not closed"),
    Reason("ALREADY_CLEARED", "当日已清算", "the day has been cleared"),
    Reason("NOT_CLEARED", "当日尚未清算", "the day is not cleared"),
    Reason(
        "RECONCILIATION_BREAK", "确认的结果与清算结果不一致", "the confirmed result is not the cleared one"
    ),
    Reason("ALREADY_CONFIRMED", "该方已确认", "this party has confirmed"),
    Reason("CONFIRMATION_MISSING", "尚缺确认", "a confirmation is missing"),
    Reason("SETTLEMENT_ORDER", "须按交易日先后交收", "an earlier day is to be settled first"),
    Reason("STEP_HELD", "该环节已被人工暂缓，不自动进行", "the step is held and does not happen by itself"),
    # terms of a declaration
    Reason(
        "QTY_ABOVE_LISTED_MAX", "挂牌申报数量须小于上限", "the quantity is above the largest for a listing"
    ),
    Reason(
        "QTY_BELOW_BLOCK_MIN", "大宗申报数量不得低于下限", "the quantity is below the smallest for a block"
    ),
    Reason("PRICE_OUT_OF_BAND", "价格超出涨跌幅", "the price is outside its band"),
    Reason("DUPLICATE_TRADE_NO", "交易编号重复", "the trade number was used"),
    Reason("UNKNOWN_ORDER", "没有这笔申报", "there is no such declaration"),
    Reason("ORDER_FILLED", "申报已全部成交", "the declaration is filled"),
    Reason("ORDER_CLOSED", "申报已撤销或失效", "the declaration is withdrawn or expired"),
    Reason("SELF_TRADE", "不得与自己成交", "nobody trades with himself"),
    Reason("NOT_BEST_PRICE", "须按价格优先摘牌", "a better price stands"),
    Reason("BEYOND_FIVE_LEVELS", "超出对手方最优五个价位", "beyond the best five price levels"),
    Reason("NOT_FIRST_IN_TIME", "同价位须按申报时间依次摘牌", "an earlier listing stands at this price"),
    Reason("QTY_EXCEEDS_LEVEL", "数量超出该价位可摘数量", "the quantity exceeds what stands at the level"),
    Reason("QTY_EXCEEDS_LISTING", "数量超出可摘挂牌数量", "the quantity exceeds the listings within reach"),
    Reason("UNKNOWN_DIALOGUE", "没有这个议价对话", "there is no such dialogue"),
    Reason("DIALOGUE_CLOSED", "议价对话已结束", "the dialogue is closed"),
    Reason("TERMS_MISMATCH", "双方确认的要素不一致", "the terms confirmed differ"),
    # means
    Reason("RESALE_FREEZE", "买入后未满规定间隔，尚不可卖出", "within the resale gap"),
    Reason("INSUFFICIENT_POSITION", "可用数量不足", "not enough units are available"),
    Reason("INSUFFICIENT_FUNDS", "可用资金不足", "not enough cash is available"),
    Reason("INSUFFICIENT_WITHDRAWABLE", "可出资金不足", "not enough cash is withdrawable"),
    # state, oversight, parameters
    Reason("BAD_STATE", "当前状态不允许该操作", "the present state does not allow this"),
    Reason("NOTICE_REQUIRED", "须有原因、公告与报告", "a cause, a notice and a report are required"),
    Reason("UNKNOWN_MEASURE", "没有这种监管措施", "there is no such measure"),
    Reason("UNKNOWN_CASE", "没有这个案件", "there is no such case"),
    Reason("CASE_REQUIRED", "采取该措施须先立案", "the measure needs a case"),
    Reason("UNKNOWN_PARAMETER", "没有这个参数", "there is no such parameter"),
    Reason("BAD_PARAMETER", "参数值不合规格", "the value does not fit the parameter"),
    Reason(
        "PARAMETER_NOT_FUTURE",
        "参数只能自将来的交易日起变更",
        "a parameter changes from a future trading day on",
    ),
    # queries
    Reason("UNKNOWN_QUERY", "没有这个查询", "there is no such query"),
)

BY_CODE: Final[dict[str, Reason]] = {reason.code: reason for reason in CATALOGUE}
