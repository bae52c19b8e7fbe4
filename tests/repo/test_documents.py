"""The paper forms of the annexes tell every element of a known contract, each side's own, masked where they must be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sh_repo
from documents.papers import NINE, close_up, pages_of, text_of
from repo import samples
from repo.test_filing import FILED, founded, replaced
from sh_repo.disclosure import disclosures_of
from sh_repo.documents import DOCUMENTS
from tanpan.documents import Document, DocumentData, Reviewed
from tanpan.kinds import Kind
from tanpan.packs import assemble
from tanpan_adapters.documents.glyphs import printable
from tanpan_adapters.documents.making import content_of
from tanpan_adapters.documents.press import Press, printed
from tanpan_adapters.documents.sheet import sheet_of
from visitors.lobby import Lobby, lobby

KINDS: dict[str, Kind] = {one.name: one for one in assemble([sh_repo]).kinds}
BY_NAME: dict[str, Document] = {one.name: one for one in DOCUMENTS}
FILING = samples.filing(date(2026, 3, 2), date(2026, 3, 31), date(2026, 2, 9))
"""2 to 31 March 2026, signed on 9 February."""
LATER = {
    "contract": "HG00000042",
    "agreement_no": "R-2026-001",
    "seller_name": "Alpha Ltd",
    "buyer_name": "Beta Ltd",
    "seller_signed_by": "agent",
    "buyer_signed_by": "legal_representative",
    **{
        name: FILING[name]
        for side in ("seller", "buyer")
        for name in (f"{side}_legal_representative", f"{side}_contact", f"{side}_phone", f"{side}_mail")
    },
}
ENDING = {
    "contract": "HG00000042",
    "application_form_no": 12345,
    "seller_name": "Alpha Ltd",
    "buyer_name": "Beta Ltd",
    "effective_day": "2026-03-20",
    "settled_off_exchange": True,
    "release_measures": False,
}
SELLERS_OWN = ("张一", "李二", "13800138001", "seller@example.com")
BUYERS_OWN = ("赵四", "孙五", "13800138002", "buyer@example.com")
BUSINESS = (
    "初始交易 initial trade",
    "风险管理措施 risk measures",
    "提前购回 early repurchase",
    "延期购回 deferred repurchase",
    "解除风险管理措施 release of the risk measures",
)


def told(name: str, kind: str, content: dict[str, Any], **other: Any) -> DocumentData:
    """An application of Alpha's with Beta, as a document tells it."""
    both = {"seller": "Alpha", "buyer": "Beta"}
    parties = both if len(KINDS[f"sh_repo.{kind}"].parties) == 2 else {"applicant": "Alpha"}
    said = {"parties": parties, "exchange_zh": "样例交易所", **other}
    said["extra"] = {"participants": {party: f"{account} Ltd" for party, account in said["parties"].items()}}
    return DocumentData(number=77, kind=f"sh_repo.{kind}", content=content, **said)


def paper(name: str, kind: str, content: dict[str, Any], **other: Any) -> bytes:
    """A document of an annex as PDF."""
    legal, text = other.pop("legal", ()), other.pop("text", ())
    document = BY_NAME[f"sh_repo.{name}"]
    data = told(name, kind, content, **other)
    sheet = sheet_of(
        document,
        KINDS[data.kind],
        data,
        produced_us=NINE,
        legal=legal,
        text=text,
        printable=printable,
    )
    return printed(sheet, NINE)


def text(name: str, kind: str, content: dict[str, Any], **other: Any) -> str:
    """What stands on it, closed up."""
    return text_of(paper(name, kind, content, **other))


def stands(found: str, *said: str) -> None:
    """All of it stands there."""
    missing = [one for one in said if close_up(one) not in found]
    assert not missing, missing


def ticked(found: str, choices: tuple[str, ...], *chosen: str) -> None:
    """Of these boxes, all of which are printed, exactly the chosen are ticked."""
    boxes = {one: close_up(f"☑{one}") in found for one in choices}
    assert [one for one, yes in boxes.items() if yes] == list(chosen)
    stands(found, *(f"☐{one}" for one in choices if one not in chosen))


# --- annex 2 ------------------------------------------------------------------------------------------------------


def test_the_qualification_form_tells_the_buyer() -> None:
    found = text("annex_2", "qualification", samples.qualification(), parties={"applicant": "Beta"})
    stands(
        found,
        "上海碳市场回购交易业务资格申请表",
        "编号 form no. 77",
        "申请人全称 applicant's full name Beta Ltd",
        "交易账号 trading account Beta",
        "unified credit code 91350100M000100Y43",
        "paid-in capital (yuan) 50,000,000.00",
        "联系人 contact 孙五",
        "contact's phone 13800138002",
        "contact's e-mail buyer@example.com",
        "法定代表人（签字或签章）",
        "☐ 材料完整，具备开通条件",
    )


def test_who_handled_and_who_reviewed_it_stand_there_once_they_have() -> None:
    by = {"handling": Reviewed("lin", NINE), "checking": Reviewed("gao", NINE + 86_400_000_000)}
    first = text("annex_2", "qualification", samples.qualification(), reviewers={"handling": by["handling"]})
    stands(first, "☐ 材料完整", "经办人 handler lin 复核人 reviewer 经办日期")
    both = text("annex_2", "qualification", samples.qualification(), reviewers=by)
    stands(both, "☑ 材料完整", "经办人 handler lin", "复核人 reviewer gao")
    stands(both, "handled on 2026年3月2日 2026-03-02", "reviewed on 2026年3月3日 2026-03-03")
    # Of a review whose instant isn't known any more only the name is told.
    old = text(
        "annex_2", "qualification", samples.qualification(), reviewers=dict.fromkeys(by, Reviewed("lin"))
    )
    stands(old, "☑ 材料完整", "经办日期 handled on 复核日期 reviewed on")


def test_the_qualification_form_is_one_page() -> None:
    assert len(pages_of(paper("annex_2", "qualification", samples.qualification()))) == 1


# --- annex 3 ------------------------------------------------------------------------------------------------------


def test_the_application_form_of_a_filing_tells_the_initial_trade_and_its_measures() -> None:
    found = text("annex_3", "filing", FILING)
    stands(
        found,
        "编号 form no. 77",
        "number of the repo agreement R-2026-001",
        "全称 full name Beta Ltd",
        "全称 full name Alpha Ltd",
        "trading account Alpha",
        "trading account Beta",
        "上海市纳管单位 managed unit ☑ 是 yes ☐ 否 no",
        "initial day 2026年3月2日 2026-03-02",
        "price (yuan/t) 34.40",
        "1 SHEA 50,000",
        "☑ 按比例冻结初始买入方账户内的产品",
        "冻结品种 frozen product SHEA",
        "冻结比例 freeze ratio 20.00%",
        "冻结数量 frozen quantity 10,000 吨",
        "☑ 冻结初始卖出方资金账户内的保证金",
        "margin (yuan) 100,000.00",
        "☑ 收盘后监控履约保障比例",
        "☑ 采用交易所参考公式",
        "预警线 alarm at 150.00%",
        *SELLERS_OWN,
        *BUYERS_OWN,
    )
    ticked(found, BUSINESS, BUSINESS[0], BUSINESS[1])


def test_without_measures_none_is_ticked_or_told() -> None:
    plain = {**FILING, "freezes": False, "monitored": False, "margin": "0.00", "seller_managed": False}
    found = text("annex_3", "filing", plain)
    ticked(found, BUSINESS, BUSINESS[0])
    stands(found, "☐ 按比例冻结", "☐ 冻结初始卖出方", "☐ 收盘后监控", "☐ 是 yes ☑ 否 no")
    stands(found, "冻结品种 frozen product 冻结比例", "冻结数量 frozen quantity 冻结保证金")
    assert "参考公式" not in found


@pytest.mark.parametrize(
    ("kind", "business"),
    [("early_repurchase", BUSINESS[2]), ("deferred_repurchase", BUSINESS[3]), ("release", BUSINESS[4])],
)
def test_the_application_form_ticks_what_it_is_made_for(kind: str, business: str) -> None:
    moved = {"new_repurchase_day": "2026-03-20", "new_repurchase_price": "1034.80"}
    found = text("annex_3", kind, LATER if kind == "release" else {**LATER, **moved})
    ticked(found, BUSINESS, business)
    stands(found, "R-2026-001", "合同编号 contract HG00000042", *SELLERS_OWN, *BUYERS_OWN)
    stands(found, "for the initial seller 授权代表人", "for the initial buyer 法定代表人")
    stands(found, "初始买入方 initial buyer 单位公章", "初始卖出方 initial seller 单位公章")
    if kind == "release":
        stands(found, "该合同的全部风险管理措施")
    else:
        stands(found, "repurchase day 2026年3月20日 2026-03-20", "repurchase price (yuan/t) 1,034.80")
    assert "纳管单位" not in found and "交易标的" not in found


def test_one_side_alone_seals_alone_and_only_its_own_account_is_known() -> None:
    found = text("annex_3_alone", "release_alone", LATER)
    ticked(found, BUSINESS, BUSINESS[4])
    stands(found, "申请人 applicant 单位公章", "trading account Alpha", "交易账号 trading account 联系人")
    assert found.count("单位公章") == 1


# --- annexes 4 and 5 ------------------------------------------------------------------------------------------------


def disclosed(venue: Any, party: str, content: dict[str, Any]) -> str:
    """The risk disclosure of a party as it is made of an exchange's state."""
    find = BY_NAME["sh_repo.annex_4"].text
    assert find is not None
    data = told("annex_4", "filing", content, party=party)
    return text("annex_4", "filing", content, party=party, text=find(venue.exchange, data))


@pytest.mark.parametrize(("party", "name"), [("seller", "Alpha Ltd"), ("buyer", "Beta Ltd")])
def test_each_side_has_the_disclosure_with_all_its_risks_and_room_for_the_sentence(
    party: str, name: str
) -> None:
    found = disclosed(founded(), party, FILING)
    stands(
        found,
        "版本 2025-12-31",
        "1. 【宏观经济风险】",
        "2. 【政策风险】",
        "3. 【法律风险】",
        "4. 【适当性风险】",
        "5. 【市场风险】",
        "6. 【信用风险】",
        "7. 【违规风险】",
        "8. 【标的价值变动风险】",
        "9. 【异常情况风险】",
        "10. 【操作风险】",
        "11. 【不可抗力风险】",
        "12. 【技术风险】",
        "12. Technical risk. Failing systems",
        "交易所提示：以上只是举例",
        "本单位已逐条阅读并理解以上风险揭示，同意全部内容，自愿承担参与回购交易的风险和损失。",
        "We have read and understood every item of the above disclosure",
        "the above sentence, copied by hand 单位名称",
        f"the unit's name {name}",
    )
    # Only once: the copy is written by hand.
    assert found.count(close_up("本单位已逐条阅读并理解以上风险揭示")) == 1
    assert not any(one in found for one in (*SELLERS_OWN, *BUYERS_OWN))


def test_the_disclosure_is_the_version_that_a_party_signs_else_the_one_in_force() -> None:
    venue = founded()
    venue.two(replaced("2026-02", date(2026, 2, 12)))
    mixed = {**FILING, "buyer_disclosure": "2026-02"}
    for reloaded in (False, True):
        if reloaded:
            disclosures = disclosures_of(venue.exchange)
            disclosures.load(disclosures.dump())
        stands(disclosed(venue, "buyer", mixed), "版本 2026-02")
        stands(disclosed(venue, "seller", mixed), "版本 2025-12-31")
        stands(disclosed(venue, "seller", {}), "版本 2025-12-31")
    assert venue.exchange.today() == FILED
    venue.until(date(2026, 2, 12), "09:00")
    stands(disclosed(venue, "seller", {}), "版本 2026-02")
    stands(disclosed(venue, "seller", {"seller_disclosure": "1999"}), "版本 2026-02")


SCOPES = (
    "初始交易申请 application for the initial trade",
    "风险管理措施申请 application for risk measures",
    "提前或延期购回申请 application for an early or deferred repurchase",
    "解除风险管理措施申请 application for the release of measures",
)


@pytest.mark.parametrize(
    ("party", "account", "agent", "identity"),
    [("seller", "Alpha", "王三", "11010519491231002X"), ("buyer", "Beta", "周六", "440524188001010014")],
)
def test_each_side_has_its_own_power_of_attorney(party: str, account: str, agent: str, identity: str) -> None:
    content = {**FILING, f"{party}_may_release": False}
    found = text("annex_5", "filing", content, party=party)
    stands(
        found,
        f"the unit's name {account} Ltd",
        f"trading account {account}",
        f"agent's name {agent}",
        "居民身份证 identity card",
        f"its number {identity}",
        "from 2026年2月9日 2026-02-09",
        "until 2026年3月31日 2026-03-31",
    )
    ticked(found, SCOPES, *SCOPES[:3])
    others = ("王三", "11010519491231002X") if party == "buyer" else ("周六", "440524188001010014")
    assert not any(one in found for one in others)


# --- annex 6 ------------------------------------------------------------------------------------------------------


def test_the_agreement_tells_every_element_and_the_operators_text_between() -> None:
    found = text("annex_6", "filing", FILING, legal=["第一条 定义……", "第四条 权利义务……"])
    stands(
        found,
        "number of the agreement R-2026-001",
        "甲方（初始卖出方） party A, the initial seller 全称 full name Alpha Ltd",
        "乙方（初始买入方） party B, the initial buyer 全称 full name Beta Ltd",
        "住所 domicile 上海市浦东新区某路1号",
        "1 SHEA 50,000 10,000",
        "initial day (8) 2026年3月2日 2026-03-02",
        "price (9) 34.40",
        "amount (10) 1,720,000.00",
        "quantity (11) 50,000",
        "repurchase day (12) 2026年3月31日 2026-03-31",
        "price (13) 35.00",
        "amount (14) 1,750,000.00",
        "term (15) 30",
        "for surrender (12) ☐ 是 yes ☑ 否 no",
        "version of the manual 2025年12月31日 2025-12-31",
        "risk disclosure signed by party A 2025-12-31",
        "risk disclosure signed by party B 2025-12-31",
        "freeze ratio 20.00%",
        "margin (yuan) 100,000.00",
        "other measures 无",
        "when measures are released 购回前双方一致同意",
        "who applies for the release 双方共同",
        "适用条件（第二十三条） conditions 双方协商一致",
        "交易价格（第二十三条） price 按实际天数折算",
        "交易日（第二十三条） day 双方商定的交易日",
        "termination and its handling 双方一致同意",
        "abnormal cases and their handling 账户被司法冻结",
        "party A's default, its handling 到期不购回",
        "party B's default, its handling 到期不交付",
        "邮寄地址 posting address 上海市浦东新区某路1号 收发室",
        "协议份数 copies 2 双方各执份数 copies for each 1",
        "party A signed on 2026年2月9日 2026-02-09",
        "party B signed on 2026年2月9日 2026-02-09",
        "articles 1, 4, 5, 19 and 29 to 37 第一条 定义…… 第四条 权利义务…… 声明",
        *SELLERS_OWN,
        *BUYERS_OWN,
    )
    assert found.count(close_up("☑ 甲方 party A ☑ 乙方 party B")) == 8
    # A deferred repurchase is not agreed: the lines stay empty.
    stands(found, "适用条件（第二十四条） conditions 交易价格（第二十四条） price 交易日（第二十四条） day")


def test_what_one_side_did_not_declare_is_not_ticked() -> None:
    found = text("annex_6", "filing", {**FILING, "buyer_declares_approvals": False})
    assert found.count(close_up("☑ 甲方 party A ☑ 乙方 party B")) == 7
    stands(found, "has every authority, approval and internal decision ☑ 甲方 party A ☐ 乙方 party B")


# --- annex 7 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "seals"),
    [("annex_7", "termination", 2), ("annex_7_alone", "termination_by_ruling", 1)],
)
def test_the_statement_on_a_termination_tells_which_contract_ends_and_when(
    name: str, kind: str, seals: int
) -> None:
    found = text(name, kind, ENDING)
    stands(
        found,
        "致 to 样例交易所",
        "effective day 2026年3月20日 2026-03-20",
        "settled off the exchange ☑ 是 yes ☐ 否 no",
        "measures released with it ☐ 是 yes ☑ 否 no",
        "合同编号 contract HG00000042",
        # A number, not an amount: nothing is set apart in it.
        "number of the application form 12345",
        "初始买入方 initial buyer Beta Ltd",
        "初始卖出方 initial seller Alpha Ltd",
    )
    assert found.count("单位公章") == seals


# --- drafts, masks, the service -----------------------------------------------------------------------------------

MADE = [
    (document.name.removeprefix("sh_repo."), kind.removeprefix("sh_repo."), party)
    for document in DOCUMENTS
    for kind in document.kinds
    for party in document.per_party or ("",)
]


@pytest.mark.parametrize(("name", "kind", "party"), MADE)
def test_of_an_empty_draft_the_form_is_there_with_nothing_in_it(name: str, kind: str, party: str) -> None:
    one = KINDS[f"sh_repo.{kind}"].parties[0].name
    found = text(name, kind, {}, party=party, parties={one: "Alpha"})
    stands(found, BY_NAME[f"sh_repo.{name}"].zh, "单位公章")
    chosen = found.count("☑")
    # Only the business that is applied for is known.
    assert chosen == (1 if name.startswith("annex_3") else 0)


def test_whoever_may_not_read_them_has_masks() -> None:
    kind = KINDS["sh_repo.filing"]
    masked = content_of(kind, samples.tokens(FILING), None)
    for name, party in (("annex_3", ""), ("annex_5", "seller"), ("annex_5", "buyer"), ("annex_6", "")):
        found = text(name, "filing", masked, party=party)
        clear = (*SELLERS_OWN, *BUYERS_OWN, "王三", "周六", "11010519491231002X", "440524188001010014")
        assert not any(one in found for one in clear), name
        assert "*" in found
    stands(text("annex_5", "filing", masked, party="seller"), "its number 1***X")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """The pack's exchange, served, with a seller and a buyer."""
    with lobby(tmp_path_factory.mktemp("papers"), packs=("sh_repo",)) as made:
        for account in ("Alpha", "Beta"):
            made.do(
                "admin",
                "core.open_account",
                account=account,
                participant=f"{account} Ltd",
                kind="enterprise",
                operator=account,
                data_declared_true=True,
            )
        made.host.press.throttle = Press(per_minute=10_000).throttle
        yield made


@pytest.fixture(scope="module")
def filing(house: Lobby) -> int:
    """A filing that Alpha has begun with Beta; its number."""
    made = house.do(
        "Alpha", "core.draft_application", kind="sh_repo.filing", content=FILING, parties={"buyer": "Beta"}
    )
    number: int = made["events"][0]["application"]
    return number


def served(house: Lobby, who: str, number: int, name: str, **words: str) -> str:
    """The text of a document that somebody is given."""
    answer = house.get(who, f"applications/{number}/documents/sh_repo.{name}", None, **words)
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


def test_the_service_makes_each_of_a_filings_papers(house: Lobby, filing: int) -> None:
    listed = house.get("Beta", f"applications/{filing}/documents").json()["documents"]
    assert [(one["name"], len(one["parties"])) for one in listed] == [
        ("sh_repo.annex_3", 0),
        ("sh_repo.annex_4", 2),
        ("sh_repo.annex_5", 2),
        ("sh_repo.annex_6", 0),
    ]
    stands(served(house, "Alpha", filing, "annex_3"), "1 SHEA 50,000", *SELLERS_OWN)
    stands(served(house, "Alpha", filing, "annex_6"), "1,720,000.00", "not supplied")


def test_the_service_prints_the_disclosure_out_of_the_exchanges_state(house: Lobby, filing: int) -> None:
    for who, party in (("Alpha", "seller"), ("Beta", "buyer"), ("admin", "buyer")):
        found = served(house, who, filing, "annex_4", party=party)
        stands(found, "版本 2025-12-31", "12. 【技术风险】", "copied by hand")


def test_a_side_has_its_own_paper_in_clear_and_the_others_masked(house: Lobby, filing: int) -> None:
    stands(served(house, "Beta", filing, "annex_5", party="buyer"), "周六", "440524188001010014")
    for who, party in (("Beta", "seller"), ("Alpha", "buyer"), ("admin", "buyer")):
        found = served(house, who, filing, "annex_5", party=party)
        assert "王三" not in found and "周六" not in found and "***" in found


def test_the_operators_agreement_stands_between(house: Lobby, filing: int, tmp_path: Path) -> None:
    (tmp_path / "sh_repo_agreement.txt").write_text("第一条 释义\n\n第四条 权利", encoding="utf-8")
    house.host.press.folder, kept = str(tmp_path), house.host.press.folder
    try:
        stands(served(house, "Alpha", filing, "annex_6"), "29 to 37 第一条 释义 第四条 权利 声明")
    finally:
        house.host.press.folder = kept
