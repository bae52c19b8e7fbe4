"""The application form (annex 3) in our own words: a filing, an early or deferred repurchase, or a release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sh_repo.changes import DEFERRED_REPURCHASE, EARLY_REPURCHASE
from sh_repo.contract import BUYER, SELLER
from sh_repo.document_lines import (
    MEASURES,
    THE_APPLICANT,
    THE_BUYER,
    THE_SELLER,
    TRUE_EN,
    TRUE_ZH,
    of_side,
    stated,
    tonnes_of,
    yes_or_no,
)
from sh_repo.filing import FILING
from sh_repo.release import RELEASE, RELEASE_ALONE
from tanpan.documents import IN_PAIRS, Document, DocumentData, Line, Part, Table, ticked

_RELEASES: Final = (RELEASE.name, RELEASE_ALONE.name)
_MOVES: Final = (EARLY_REPURCHASE.name, DEFERRED_REPURCHASE.name)


def _of(*kinds: str) -> Callable[[DocumentData], bool]:
    return lambda data: data.kind in kinds


def _measures(data: DocumentData) -> bool:
    """Whether a filing asks for any of the exchange's measures."""
    asked = [data.content.get(name) is True for name in ("freezes", "monitored")]
    return data.kind == FILING.name and (any(asked) or stated(data, "margin"))


def _business(data: DocumentData) -> str:
    """Every type of business of the form, ticked as the application is."""
    return "\n".join(
        (
            ticked(data.kind == FILING.name, "初始交易", "initial trade"),
            ticked(_measures(data), "风险管理措施", "risk measures"),
            ticked(data.kind == EARLY_REPURCHASE.name, "提前购回", "early repurchase"),
            ticked(data.kind == DEFERRED_REPURCHASE.name, "延期购回", "deferred repurchase"),
            ticked(data.kind in _RELEASES, "解除风险管理措施", "release of the risk measures"),
        )
    )


_SIDE: Final = ("name", "legal_representative", "account", "contact", "phone", "mail")
_MANAGED: Final = Line("上海市纳管单位", "managed unit", yes_or_no("seller_managed"))
_SELLER: Final = Part(
    "初始卖出方", "initial seller", of_side(SELLER, *_SIDE), _of(*_MOVES, *_RELEASES), layout=IN_PAIRS
)
_BEGINNING: Final = (
    Part(
        "申请业务",
        "what is applied for",
        (
            Line("回购交易协议编号", "number of the repo agreement", "agreement_no"),
            Line("业务类型", "type of business", _business),
        ),
    ),
    Part("初始买入方", "initial buyer", of_side(BUYER, *_SIDE), layout=IN_PAIRS),
)
_BY_BOTH: Final = (
    # Only a filing says whether the seller is a managed unit; the contract has it ever after.
    Part(
        "初始卖出方",
        "initial seller",
        (*of_side(SELLER, *_SIDE), _MANAGED),
        _of(FILING.name),
        layout=IN_PAIRS,
    ),
    _SELLER,
    Part(
        "初始交易",
        "initial trade",
        (
            Line("初始交易日期", "initial day", "initial_day"),
            Line("初始交易价格（元/吨）", "price (yuan/t)", "initial_price"),
        ),
        _of(FILING.name),
        layout=IN_PAIRS,
    ),
    Table(
        "交易标的",
        "underlying",
        (
            ("instrument", "交易品种", "product"),
            (tonnes_of("quantity_tonnes"), "交易数量（吨）", "quantity (t)"),
        ),
        "underlying",
        _of(FILING.name),
    ),
    Part(
        "风险管理措施",
        "risk measures",
        MEASURES,
        _of(FILING.name),
    ),
    Part(
        "变更后的购回交易",
        "the repurchase as changed",
        (
            Line("合同编号", "contract", "contract"),
            Line("购回交易日", "repurchase day", "new_repurchase_day"),
            Line("购回交易价格（元/吨）", "repurchase price (yuan/t)", "new_repurchase_price"),
        ),
        _of(*_MOVES),
    ),
)
_ENDING: Final = (
    Part(
        "解除风险管理措施",
        "release of the risk measures",
        (
            Line("合同编号", "contract", "contract"),
            Line(
                "解除范围",
                "what is released",
                lambda data: "该合同的全部风险管理措施 all measures of the contract",
            ),
        ),
        _of(*_RELEASES),
    ),
    Part(
        "签署人",
        "who signs",
        (
            Line("初始买入方签署人", "for the initial buyer", "buyer_signed_by"),
            Line("初始卖出方签署人", "for the initial seller", "seller_signed_by"),
        ),
        _of(*_MOVES, *_RELEASES),
    ),
)
APPLICATION_FORM: Final = Document(
    "sh_repo.annex_3",
    "上海碳市场回购交易业务申请表",
    "Application form for repos in the Shanghai carbon market",
    kinds=(FILING.name, *_MOVES, RELEASE.name),
    parts=(*_BEGINNING, *_BY_BOTH, *_ENDING),
    declaration_zh=f"双方共同提出上述申请，{TRUE_ZH}",
    declaration_en=f"Both parties make this application together, declare {TRUE_EN}",
    signatures=(THE_BUYER, THE_SELLER),
    form_no=True,
    clause="REPO-A3-1",
)
APPLICATION_FORM_ALONE: Final = Document(
    "sh_repo.annex_3_alone",
    "上海碳市场回购交易业务申请表（单方）",
    "Application form for repos in the Shanghai carbon market, by one side",
    kinds=(RELEASE_ALONE.name,),
    parts=(*_BEGINNING, _SELLER, *_ENDING),
    declaration_zh=f"申请人提出上述申请，{TRUE_ZH}",
    declaration_en=f"We make this application, declare {TRUE_EN}",
    signatures=(THE_APPLICANT,),
    form_no=True,
    clause="REPO-A3-1",
)
