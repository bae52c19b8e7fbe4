"""What both parties file (annexes 3 to 6): the fields of their form, and the agreement that stands in them.

A field of one side bears its name in front (`seller_phone`, `buyer_phone`). What a check refuses with a code of the
pack's own is not asked for by the form: it is the check that says what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sh_repo.contract import BUYER, NOT_STATED, SELLER, Agreed, Authority, Case, Row
from tanpan.kinds import (
    ADDRESS,
    BOOL,
    CHOICE,
    DATE,
    IDENTITY,
    MAIL,
    NAME,
    PERCENT,
    PHONE,
    ROWS,
    WHOLE,
    YUAN,
    Choice,
    Content,
    Field,
    fen_in,
    hundredths_in,
)
from tanpan.quantities import LARGEST_AMOUNT_FEN, LARGEST_PRICE_FEN, LARGEST_TONNES

SIDE_NAMES: Final = {SELLER: ("初始卖出方", "initial seller"), BUYER: ("初始买入方", "initial buyer")}
LONG: Final = 2_000
REFERENCE: Final = "reference"
OTHER: Final = "other"
BOTH: Final = "both"

# --- what a power of attorney may cover (annex 5) ---------------------------------------------------------
INITIAL_TRADE: Final = "initial"
MEASURES: Final = "measures"
EARLY_DEFERRED: Final = "early_deferred"
RELEASE: Final = "release"
SCOPES: Final = {
    INITIAL_TRADE: ("初始交易申请", "application for the initial trade"),
    MEASURES: ("风险管理措施申请", "application for risk measures"),
    EARLY_DEFERRED: ("提前或延期购回申请", "application for an early or deferred repurchase"),
    RELEASE: ("解除风险管理措施申请", "application for the release of measures"),
}

DECLARATIONS: Final = {
    "eligible": ("具备主体资格，无禁止或限制情形", "eligible, nothing forbids or limits it"),
    "compliant": ("自愿遵守法律法规和业务规则", "complies with laws and rules of its own will"),
    "clean_title": ("标的和资金来源合法，无担保或争议", "units and cash lawful, unencumbered, undisputed"),
    "account_care": ("妥善保管账户，账户内的交易代表真实意愿", "keeps its account with care, answers for it"),
    "self_assessed": (
        "已审慎评估需求和风险，理解全部条款",
        "assessed needs and risks, understands every clause",
    ),
    "no_litigation": ("无影响履约的诉讼、仲裁或事件", "no litigation, arbitration or event that hinders it"),
    "approvals": ("授权、审批和内部决策均已取得", "has every authority, approval and internal decision"),
    "accepts_measures": ("同意交易所依规采取监管措施", "accepts the exchange's measures under the rules"),
}
"""The eight declarations of each party (articles 2 and 3)."""

OTHER_TEXTS: Final = {
    "other_measures": ("其他风险管理措施（第二十二条）", "other risk measures (article 22)"),
    "termination_cases": (
        "终止交易的情形及处理措施（第二十五条）",
        "termination and its handling (article 25)",
    ),
    "abnormal_cases": ("异常情况及处理方式（第二十六条）", "abnormal cases and their handling (article 26)"),
    "seller_default": (
        "甲方违约情形及处理方式（第二十七条）",
        "party A's default and its handling (article 27)",
    ),
    "buyer_default": (
        "乙方违约情形及处理方式（第二十七条）",
        "party B's default and its handling (article 27)",
    ),
}
CONTACTS: Final = ("contact", "phone", "mail", "fax", "post")


def _of_side(side: str) -> tuple[Field, ...]:
    zh, en = SIDE_NAMES[side]

    def said(name: str, zh_of: str, en_of: str, shape: str = "text", **more: Any) -> Field:
        return Field(f"{side}_{name}", f"{zh}{zh_of}", f"{en}: {en_of}", shape, **more)

    identity_card = (Choice("identity_card", "居民身份证", "identity card"),)
    return (
        said("name", "全称", "full name"),
        said("legal_representative", "法定代表人", "legal representative", NAME),
        said("domicile", "住所", "domicile"),
        said("contact", "联系人", "contact", NAME),
        said("phone", "录音电话", "recorded phone", PHONE),
        said("mail", "电子邮箱", "mailbox", MAIL),
        said("fax", "传真", "fax", PHONE, required=False),
        said("post", "邮寄地址", "posting address", ADDRESS),
        said("signed_on", "签署协议日期", "signed the agreement on", DATE, required=False),
        # the power of attorney (annex 5)
        said("agent", "受托人", "agent", NAME),
        said(
            "agent_id_kind", "受托人证件类型", "kind of the agent's document", CHOICE, choices=identity_card
        ),
        said("agent_identity", "受托人证件号码", "agent's identity number", IDENTITY),
        said("handler_identity", "经办人身份证号码", "identity number on the handler's copy", IDENTITY),
        said("authority_from", "委托期限起", "authority from", DATE),
        said("authority_until", "委托期限止", "authority until", DATE),
        *(
            said(f"may_{name}", f"委托权限：{scope[0]}", f"authority for: {scope[1]}", BOOL, required=False)
            for name, scope in SCOPES.items()
        ),
        # the risk disclosure (annex 4)
        said("disclosure", "所签风险揭示书版本", "version of the risk disclosure signed", required=False),
        said("copied", "抄写的确认文字", "sentence copied by hand", longest=500, required=False),
        *(
            said(f"declares_{name}", f"声明：{one[0]}", f"declares: {one[1]}", BOOL, required=False)
            for name, one in DECLARATIONS.items()
        ),
    )


def _monitored(content: Content) -> bool:
    return content.get("monitored") is True


ROW_FORM: Final = (
    Field("instrument", "品种代码", "instrument"),
    Field("quantity_tonnes", "数量（吨）", "quantity (t)", WHOLE),
    Field("frozen_tonnes", "冻结数量（吨）", "frozen quantity (t)", WHOLE, required=False),
)
_PRICE: Final[dict[str, Any]] = {"shape": YUAN, "least": 1, "most": LARGEST_PRICE_FEN}
_AMOUNT: Final[dict[str, Any]] = {"shape": YUAN, "least": 1, "most": LARGEST_AMOUNT_FEN}

ELEMENTS: Final = (
    Field("agreement_no", "回购交易协议编号", "number of the repo agreement", longest=64),
    Field("manual", "所依据的操作手册版本", "version of the manual relied on", DATE),
    Field("seller_managed", "初始卖出方为上海市纳管单位", "the initial seller is a managed unit", BOOL),
    Field("underlying", "交易标的", "underlying", ROWS, form=ROW_FORM),
    Field("initial_day", "初始交易日", "initial day", DATE),
    Field("initial_price", "初始交易价格（元/吨）", "initial price (yuan/t)", **_PRICE),
    Field("initial_amount", "初始成交金额（元）", "initial amount (yuan)", **_AMOUNT),
    Field("repurchase_quantity", "购回成交数量（吨）", "repurchase quantity (t)", WHOLE, most=LARGEST_TONNES),
    Field("repurchase_day", "购回交易日", "repurchase day", DATE),
    Field("repurchase_price", "购回交易价格（元/吨）", "repurchase price (yuan/t)", **_PRICE),
    Field("repurchase_amount", "购回成交金额（元）", "repurchase amount (yuan)", **_AMOUNT),
    Field("term_days", "回购期限（天）", "term (days)", WHOLE),
    Field("for_surrender", "标的为当年用于履约的配额", "allowances for this year's surrender", BOOL),
)
MEASURE_FIELDS: Final = (
    Field("freezes", "冻结初始买入方的产品", "the initial buyer's units are frozen", BOOL),
    Field(
        "freeze_ratio",
        "冻结比例（%）",
        "freeze ratio (per cent)",
        PERCENT,
        required=False,
        least=0,
        most=10_000,
        code="BAD_RATIO",
    ),
    Field(
        "margin",
        "冻结初始卖出方的保证金（元）",
        "the initial seller's margin (yuan)",
        YUAN,
        required=False,
        least=0,
        most=LARGEST_AMOUNT_FEN,
    ),
    Field("monitored", "监控履约保障比例", "the collateral ratio is monitored", BOOL),
    Field(
        "monitoring_formula",
        "履约保障比例公式",
        "formula of the collateral ratio",
        CHOICE,
        choices=(
            Choice(REFERENCE, "交易所参考公式", "the exchange's reference formula"),
            Choice(OTHER, "双方另行约定", "the parties' own"),
        ),
        needed=_monitored,
    ),
    Field("alarm_ratio", "预警线（%）", "alarm ratio (per cent)", PERCENT, required=False, least=0),
)
CASES: Final = {"early": ("提前购回", "early repurchase"), "deferred": ("延期购回", "deferred repurchase")}
CASE_PARTS: Final = {
    "conditions": ("适用条件", "conditions"),
    "price": ("交易价格", "price"),
    "day": ("交易日", "day"),
}
CASE_FIELDS: Final = tuple(
    Field(f"{case}_{part}", f"{zh}{of[0]}", f"{en}: {of[1]}", required=False, longest=LONG)
    for case, (zh, en) in CASES.items()
    for part, of in CASE_PARTS.items()
)
REST: Final = (
    Field(
        "release_conditions",
        "解除风险管理措施的情形",
        "when measures are released",
        required=False,
        longest=LONG,
    ),
    Field(
        "release_by",
        "解除申请由谁提交",
        "who applies for the release",
        CHOICE,
        choices=(
            Choice(BOTH, "双方共同", "both together"),
            Choice(SELLER, "初始卖出方", "the initial seller"),
            Choice(BUYER, "初始买入方", "the initial buyer"),
        ),
        required=False,
    ),
    *(Field(name, zh, en, required=False, longest=LONG) for name, (zh, en) in OTHER_TEXTS.items()),
    Field("agreement_copies", "协议份数", "copies of the agreement", WHOLE, least=2, required=False),
    Field(
        "declared_true",
        "双方承诺材料真实准确完整合法有效并遵守业务规则",
        "both declare it true, accurate, complete, lawful and valid, and follow the rules",
        BOOL,
        required=False,
    ),
)
FORM: Final = (*ELEMENTS, *MEASURE_FIELDS, *CASE_FIELDS, *REST, *_of_side(SELLER), *_of_side(BUYER))

# --- what stands in it --------------------------------------------------------------------------------------


def rows_in(content: Content) -> list[Row]:
    """The rows of the underlying."""
    return [
        Row(one["instrument"], one["quantity_tonnes"], one.get("frozen_tonnes", NOT_STATED))
        for one in content["underlying"]
    ]


def ratio_in(content: Content) -> int:
    """The freeze ratio as it is stated, in hundredths of a per cent; -1 where it is not."""
    return hundredths_in(content, "freeze_ratio") if content.get("freeze_ratio") else NOT_STATED


def cases_in(content: Content) -> dict[str, Case]:
    """What was agreed of an early and a deferred repurchase; nothing of what was not (articles 23 and 24)."""
    said = {case: [content.get(f"{case}_{part}", "") for part in CASE_PARTS] for case in CASES}
    return {case: Case(*parts) for case, parts in said.items() if any(parts)}


def authority_in(content: Content, side: str) -> Authority:
    """A side's power of attorney."""
    scope = [name for name in SCOPES if content.get(f"{side}_may_{name}") is True]
    days = [date.fromisoformat(content[f"{side}_authority_{edge}"]) for edge in ("from", "until")]
    return Authority(scope, *days)


def contacts_in(content: Content, side: str) -> dict[str, str]:
    """How a side is reached: tokens."""
    return {name: content[f"{side}_{name}"] for name in CONTACTS if content.get(f"{side}_{name}")}


def agreed_from(content: Content, parties: Mapping[str, str]) -> Agreed:
    """The agreement that stands in a whole form between two accounts."""
    texts = {name: content[name] for name in OTHER_TEXTS if content.get(name)}
    return Agreed(
        agreement_no=content["agreement_no"],
        seller=parties[SELLER],
        buyer=parties[BUYER],
        rows=rows_in(content),
        initial_day=date.fromisoformat(content["initial_day"]),
        initial_fen=fen_in(content, "initial_price"),
        repurchase_day=date.fromisoformat(content["repurchase_day"]),
        repurchase_fen=fen_in(content, "repurchase_price"),
        freezes=content["freezes"],
        ratio_hundredths=ratio_in(content),
        margin_fen=fen_in(content, "margin"),
        monitored=content["monitored"],
        alarm_hundredths=hundredths_in(content, "alarm_ratio"),
        for_surrender=content["for_surrender"],
        cases=cases_in(content),
        release_conditions=content.get("release_conditions", ""),
        release_by=content.get("release_by", BOTH),
        texts=texts,
        authorities={side: authority_in(content, side) for side in (SELLER, BUYER)},
        contacts={side: contacts_in(content, side) for side in (SELLER, BUYER)},
    )
