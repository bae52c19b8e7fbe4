"""The repo agreement (annex 6): every article's data under headings of our own, the operator's legal text after them."""

from __future__ import annotations

from typing import Final

from sh_repo.agreement import CASE_PARTS, DECLARATIONS
from sh_repo.contract import BUYER, SELLER
from sh_repo.document_lines import GAP, MEASURES, Value, of_side, tonnes, tonnes_of, yes_or_no
from sh_repo.filing import FILING
from tanpan.documents import (
    IN_PAIRS,
    IN_STATEMENTS,
    SEALED,
    Document,
    DocumentData,
    Line,
    Part,
    Signature,
    Table,
    ticked,
)

_WRITING: Final = 3
"""The lines of handwriting where the parties agree something in their own words."""


def _both(name: str) -> Value:
    """What each party declares of itself."""

    def told(data: DocumentData) -> str:
        seller, buyer = (data.content.get(f"{side}_declares_{name}") for side in (SELLER, BUYER))
        return f"{ticked(seller, '甲方', 'party A')}{GAP}{ticked(buyer, '乙方', 'party B')}"

    return told


def _case(case: str, article: str) -> tuple[Line, ...]:
    """What is agreed of an early or a deferred repurchase."""
    return tuple(
        Line(f"{zh}（{article}）", en, f"{case}_{part}", room=_WRITING if part == "conditions" else 1)
        for part, (zh, en) in CASE_PARTS.items()
    )


def _each(data: DocumentData) -> str:
    """How many copies each party keeps; what can't be halved is for the pen."""
    copies = data.content["agreement_copies"]
    return "" if copies % 2 else str(copies // 2)


_PARTY: Final = ("name", "legal_representative", "domicile", "account")
_CONTACTS: Final = ("contact", "phone", "mail", "fax", "post")
_PARTIES: Final = (
    Part("甲方（初始卖出方）", "party A, the initial seller", of_side(SELLER, *_PARTY), layout=IN_PAIRS),
    Part("乙方（初始买入方）", "party B, the initial buyer", of_side(BUYER, *_PARTY), layout=IN_PAIRS),
)
_DECLARED: Final = Part(
    "第二章　声明与保证（第二条、第三条）",
    "chapter 2, declarations (articles 2 and 3)",
    tuple(Line(zh, en, _both(name)) for name, (zh, en) in DECLARATIONS.items()),
    layout=IN_STATEMENTS,
)
_ELEMENTS: Final = (
    Table(
        "第四章　交易要素：交易标的（第六条、第七条）",
        "chapter 4, the underlying (articles 6 and 7)",
        (
            ("instrument", "名称和代码", "product"),
            (tonnes_of("quantity_tonnes"), "初始成交数量（吨）", "initial quantity (t)"),
            (tonnes_of("frozen_tonnes"), "其中冻结（吨）", "of it frozen (t)"),
        ),
        "underlying",
    ),
    Part(
        "第四章　交易要素：初始交易与购回交易（第八条至第十五条）",
        "chapter 4 (articles in brackets)",
        (
            Line("初始交易日", "initial day (8)", "initial_day"),
            Line("购回交易日", "repurchase day (12)", "repurchase_day"),
            Line("初始交易价格（元/吨）", "price (9)", "initial_price"),
            Line("购回交易价格（元/吨）", "price (13)", "repurchase_price"),
            Line("初始成交金额（元）", "amount (10)", "initial_amount"),
            Line("购回成交金额（元）", "amount (14)", "repurchase_amount"),
            Line("购回成交数量（吨）", "quantity (11)", tonnes("repurchase_quantity")),
            Line("回购期限（天）", "term (15)", "term_days"),
            Line("当年用于履约", "for surrender (12)", yes_or_no("for_surrender")),
            Line("甲方为纳管单位", "party A is managed (21)", yes_or_no("seller_managed")),
        ),
        layout=IN_PAIRS,
    ),
)
_PROCEDURE: Final = (
    Part(
        "第五章第一节　交易申请（第十六条至第十八条）",
        "chapter 5.1, application (articles 16 to 18)",
        (
            Line("所依据的操作手册", "version of the manual", "manual"),
            Line("甲方所签风险揭示书版本", "risk disclosure signed by party A", "seller_disclosure"),
            Line("乙方所签风险揭示书版本", "risk disclosure signed by party B", "buyer_disclosure"),
        ),
    ),
    Part(
        "第五章第三节　风险管理措施（第二十条至第二十二条）",
        "chapter 5.3, risk measures (articles 20 to 22)",
        MEASURES,
    ),
    Part(
        "第五章第三节　其他措施与解除（第二十二条）",
        "chapter 5.3, other measures and release",
        (
            Line("其他措施", "other measures", "other_measures", room=_WRITING),
            Line("解除措施的情形", "when measures are released", "release_conditions", room=_WRITING),
            Line("解除申请由谁提交", "who applies for the release", "release_by"),
        ),
    ),
    Part(
        "第五章第四节　提前购回（第二十三条，不填写即为不允许）",
        "chapter 5.4 (else not allowed)",
        _case("early", "第二十三条"),
    ),
    Part(
        "第五章第五节　延期购回（第二十四条，不填写即为不允许）",
        "chapter 5.5 (else not allowed)",
        _case("deferred", "第二十四条"),
    ),
)
_ELSE: Final = (
    Part(
        "第五章第六节至第七章　终止、异常与违约（第二十五条至第二十七条）",
        "articles 25 to 27",
        (
            Line(
                "终止及处理（第二十五条）",
                "termination and its handling",
                "termination_cases",
                room=_WRITING,
            ),
            Line(
                "异常及处理（第二十六条）",
                "abnormal cases and their handling",
                "abnormal_cases",
                room=_WRITING,
            ),
            Line(
                "甲方违约（第二十七条）",
                "party A's default, its handling",
                "seller_default",
                room=_WRITING,
            ),
            Line(
                "乙方违约（第二十七条）",
                "party B's default, its handling",
                "buyer_default",
                room=_WRITING,
            ),
        ),
    ),
    Part(
        "第八章　通知与送达：甲方联络方式（第二十八条）",
        "chapter 8, notices: party A's contacts (article 28)",
        of_side(SELLER, *_CONTACTS),
        layout=IN_PAIRS,
    ),
    Part(
        "第八章　通知与送达：乙方联络方式（第二十八条）",
        "chapter 8, notices: party B's contacts (article 28)",
        of_side(BUYER, *_CONTACTS),
        layout=IN_PAIRS,
    ),
    Part(
        "第十二章　生效与份数（第三十八条）",
        "chapter 12, entry into force, copies (article 38)",
        (
            Line("协议份数", "copies", "agreement_copies"),
            Line("双方各执份数", "copies for each", _each),
            Line("甲方签署日期", "party A signed on", "seller_signed_on"),
            Line("乙方签署日期", "party B signed on", "buyer_signed_on"),
        ),
        layout=IN_PAIRS,
    ),
    Part(
        "其余条款",
        "the other articles",
        (
            Line(
                "见后附正文",
                "in the text that follows",
                lambda data: (
                    "第一条、第四条、第五条、第十九条、第二十九条至第三十七条\narticles 1, 4, 5, 19 and 29 to 37"
                ),
            ),
        ),
    ),
)
AGREEMENT: Final = Document(
    "sh_repo.annex_6",
    "上海碳市场回购交易协议",
    "Repo agreement in the Shanghai carbon market",
    kinds=(FILING.name,),
    parts=(
        Part("协议编号", "agreement", (Line("回购交易协议编号", "number of the agreement", "agreement_no"),)),
        *_PARTIES,
        _DECLARED,
        *_ELEMENTS,
        *_PROCEDURE,
        *_ELSE,
    ),
    declaration_zh="双方确认：以上填写内容和正文共同构成双方的回购交易协议。",
    declaration_en="Both parties confirm that what is filled in above and the text together are their repo agreement.",
    signatures=(
        Signature("甲方（初始卖出方）", "party A, the initial seller", SEALED),
        Signature("乙方（初始买入方）", "party B, the initial buyer", SEALED),
    ),
    legal="sh_repo_agreement",
    clause="REPO-A6-P",
)
