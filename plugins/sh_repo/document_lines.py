"""What the repo's paper forms are made of: lines of one side, ticks, the underlying, who seals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sh_repo.agreement import REFERENCE
from tanpan.documents import SEALED, DocumentData, Line, Signature, ticked, tonnes_told

Value = Callable[[DocumentData], str]
GAP: Final = "    "
"""Between two boxes of one line."""
LEGAL_REPRESENTATIVE: Final = (
    ("单位公章", "unit seal"),
    ("法定代表人（签字或签章）", "legal representative (signature or seal)"),
    ("日期", "date"),
)
"""The lines of what only the legal representative signs."""
THE_BUYER: Final = Signature("初始买入方", "initial buyer", SEALED)
THE_SELLER: Final = Signature("初始卖出方", "initial seller", SEALED)
THE_APPLICANT: Final = Signature("申请人", "applicant", SEALED)
TRUE_ZH: Final = "承诺所填内容和所附材料真实、准确、完整、合法、有效，遵守交易所业务规则，并对其后果负责。"
TRUE_EN: Final = (
    "that what is filled in and attached is true, accurate, complete, lawful and valid, follow the exchange's "
    "rules, and answer for the consequences."
)
"""What every form declares (annexes 2, 3 and 7), after who declares it."""


def account(side: str) -> Value:
    """A side's account; where one side applies alone, its own only."""

    def of(data: DocumentData) -> str:
        if side in data.parties:
            return data.parties[side]
        whose = data.extra.get("participants", {}).get("applicant", "")
        return data.parties["applicant"] if whose and whose == data.content.get(f"{side}_name") else ""

    return of


def own(name: str) -> Value:
    """What the party it is made for filled in of itself."""
    return lambda data: str(data.content[f"{data.party}_{name}"])


def tick(name: str, zh: str = "", en: str = "") -> Value:
    """A box that is ticked where a field is true."""
    return lambda data: ticked(data.content.get(name), zh, en)


def yes_or_no(name: str) -> Value:
    """Two boxes: neither is ticked before something is said."""

    def of(data: DocumentData) -> str:
        said = data.content.get(name)
        return f"{ticked(said is True, '是', 'yes')}{GAP}{ticked(said is False, '否', 'no')}"

    return of


def of_side(side: str, *names: str) -> tuple[Line, ...]:
    """Lines of what a side says of itself."""
    return tuple(
        Line(*_OF_SIDE[name], account(side) if name == "account" else f"{side}_{name}") for name in names
    )


_OF_SIDE: Final = {
    "name": ("全称", "full name"),
    "account": ("交易账号", "trading account"),
    "legal_representative": ("法定代表人", "legal representative"),
    "domicile": ("住所", "domicile"),
    "contact": ("联系人", "contact"),
    "phone": ("电话", "phone"),
    "mail": ("电子邮箱", "e-mail"),
    "fax": ("传真", "fax"),
    "post": ("邮寄地址", "posting address"),
}


# --- the underlying and its measures ---------------------------------------------------------------------------


def tonnes_of(name: str) -> Callable[[Mapping[str, Any]], str]:
    """The tonnes that stand in a row."""
    return lambda row: tonnes_told(row[name])


def tonnes(name: str) -> Value:
    """The tonnes that stand in a field."""
    return lambda data: tonnes_told(data.content[name])


def frozen_products(data: DocumentData) -> str:
    """The codes of what is frozen: every row's, but for those of which nothing is stated to be."""
    if data.content.get("freezes") is not True:
        return ""
    return "\n".join(row["instrument"] for row in data.content["underlying"] if row.get("frozen_tonnes") != 0)


def frozen_tonnes(data: DocumentData) -> str:
    """How much is frozen, where the parties state it."""
    if data.content.get("freezes") is not True:
        return ""
    rows = data.content["underlying"]
    return "\n".join(f"{tonnes_told(row['frozen_tonnes'])} 吨 t" for row in rows if row.get("frozen_tonnes"))


def stated(data: DocumentData, name: str) -> bool:
    """Whether an amount or a ratio is stated that isn't nothing."""
    return str(data.content.get(name, "")).strip("0.,") != ""


def has_margin(data: DocumentData) -> str:
    """Whether a margin is frozen, as a box."""
    return ticked(stated(data, "margin"), "冻结初始卖出方资金账户内的保证金", "of the seller's cash")


def has_freeze(data: DocumentData) -> str:
    """Whether products are frozen, as a box."""
    words = ("按比例冻结初始买入方账户内的产品", "a share of the buyer's units")
    return f"{ticked(data.content.get('freezes'), *words)}\n{_MUST}"


_MUST: Final = "（纳管单位卖出配额的必选 a must for managed sellers）"


def is_monitored(data: DocumentData) -> str:
    """Whether the collateral ratio is monitored, as a box; which formula, and the alarm."""
    content = data.content
    told = [ticked(content.get("monitored"), "收盘后监控履约保障比例", "monitored after each close")]
    if content.get("monitored") is True:
        reference = content.get("monitoring_formula") == REFERENCE
        told.append(ticked(reference, "采用交易所参考公式", "by the exchange's reference formula"))
        if content.get("alarm_ratio"):
            told.append(f"预警线 alarm at {content['alarm_ratio']}%")
    return "\n".join(told)


MEASURES: Final = (
    Line("冻结产品", "product freeze", has_freeze),
    Line("冻结品种", "frozen product", frozen_products),
    Line("冻结比例", "freeze ratio", "freeze_ratio"),
    Line("冻结数量", "frozen quantity", frozen_tonnes),
    Line("冻结保证金", "margin", has_margin),
    Line("冻结金额（元）", "margin (yuan)", "margin"),
    Line("履约保障比例", "collateral ratio", is_monitored),
)
"""The three measures that the exchange offers; an empty ratio or quantity is computed on the initial day."""
