"""The paper says what the data says, whatever is written in them, and the same again as the same bytes."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from documents.papers import CONTENT, LOTS, NINE, REPO, close_up, data, pages_of, paper, text_of
from tanpan.documents import (
    IN_PAIRS,
    IN_STATEMENTS,
    Document,
    DocumentData,
    Line,
    Part,
    Reviewed,
    Table,
    day_told,
    ticked,
    tonnes_told,
    yuan_told,
)
from tanpan_adapters.documents.glyphs import printable
from tanpan_adapters.documents.legal import paragraphs_of
from tanpan_adapters.documents.press import Press, pictured, printed
from tanpan_adapters.documents.sheet import sheet_of
from tanpan_adapters.identity.objections import Objection

INJECTIONS = (
    "#panic()",
    '#read("/etc/passwd")',
    "#let x = 1; #x",
    "$ a^2 $ *strong* _emph_ `raw` ~ -- --- ...",
    "\\ \\u{41} @ref <label> // comment /* more */",
    "= heading",
    "- item + item / term: x",
    "[x] {y} (z) \"q\" 'q' “引号”",
    '","zh":"x"}',
    "<script>alert(1)</script>",
)


def made(content: dict[str, Any] | None = None, document: Document | None = None, **other: Any) -> bytes:
    """The paper of a repurchase as PDF."""
    legal, text = other.pop("legal", ()), other.pop("text", ())
    sheet = sheet_of(
        document or paper(LOTS),
        REPO,
        data(content, **other),
        produced_us=NINE,
        legal=legal,
        text=text,
        printable=printable,
    )
    return printed(sheet, NINE)


def telling(*texts: str) -> Document:
    """A document that tells texts, one to a line."""

    def of(text: str) -> Line:
        return Line("内容", "content", lambda _: text)

    lines = tuple(of(text) for text in texts)
    return paper(parts=(Part("内容", "content", lines),))


def test_every_line_stands_on_the_paper_in_both_languages() -> None:
    text = text_of(made())
    for said in (
        "回购交易协议",
        "Agreement on a repurchase",
        "编号form no.42",
        "价格（元/吨）price (yuan per tonne)50.00",
        "利率rate4.35%",
        "加急urgent是 yes",
        "类别sort现货 spot",
        "通讯地址postal address北京市 北京市 东城区 某街一号/二层",
        "备注remark如约",
        "单位公章unit seal",
        "样例交易所 Sample exchange",
        "2026-03-02 09:00:00+08:00",
        f"SHA-256 {'ab' * 32}",
    ):
        assert close_up(said) in text, said


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_is_ever_markup(text: str) -> None:
    changed = {**CONTENT, "remark": text, "lots": [{"code": text, "tonnes": 1}]}
    assert text_of(made(changed, exchange_zh=text)).count(close_up(text)) == 3
    document = paper(declaration_zh=text, declaration_en=text, legal="terms")
    assert text_of(made(document=document, legal=[text])).count(close_up(text)) == 3


def test_what_is_not_filled_in_stays_empty_for_the_pen() -> None:
    text = text_of(made({}))
    assert close_up("备注remark产品明细products") in text
    assert close_up("quantity (t)123单位公章") in text.replace("买方buyer", "").replace("卖方seller", "")


def test_values_in_lines_of_their_own_long_words_and_blanks_lose_nothing() -> None:
    word, mail = "W" * 300, f"{'long.' * 20}name@example.com"
    text = text_of(
        made(document=telling("第一行\n第二行\r\n第三行", word, mail, "长" * 2_000, "a\tb\u3000c"))
    )
    for said in ("第一行第二行第三行", word, mail, "abc"):
        assert said in text
    assert text.count("长") == 2_000


def test_what_deceives_or_is_not_seen_is_left_out() -> None:
    text = text_of(made(document=telling("付给\u202e甲方\u200b乙方\x00\x07丙方")))
    assert "付给甲方乙方丙方" in text


def test_rare_characters_are_printed_and_what_no_font_has_is_named() -> None:
    text = text_of(made(document=telling("喆堃镕龘 CO₂ é 𠮷野 😀")))
    assert close_up("喆堃镕龘 CO₂ é 〔U+20BB7〕野 〔U+1F600〕") in text


def test_a_table_goes_on_over_the_page_under_its_head_again() -> None:
    rows = [{"code": f"CEA-{number:03}", "tonnes": number} for number in range(1, 81)]
    pages = pages_of(made({**CONTENT, "lots": rows}))
    assert len(pages) > 2
    text = close_up("".join(pages))
    for number in range(1, 81):
        assert f"{number}CEA-{number:03}{number}" in text
    for page in pages[:3]:
        assert "产品代码" in page
    assert [f"{place} / {len(pages)}" in page for place, page in enumerate(pages, 1)] == [True] * len(pages)


def test_what_rests_on_something_not_yet_filled_in_is_an_empty_line_or_no_part() -> None:
    def doubled(one: DocumentData) -> str:
        return str(2 * one.content["lots"][0]["tonnes"])

    line = Line("两倍", "twice", doubled)
    parts = (
        Part("一", "one", (line,)),
        Part("二", "two", (line,), lambda one: one.content["urgent"] is True),
    )
    document = paper(parts=parts)
    assert close_up("一 one 两倍 twice 买方 buyer") in text_of(made({}, document))
    filled = text_of(made({"urgent": True, "lots": [{"tonnes": 21}]}, document))
    assert close_up("一 one 两倍 twice 42 二 two 两倍 twice 42") in filled


@pytest.mark.parametrize("count", range(8, 40, 3))
def test_what_is_signed_stands_on_the_page_on_which_it_is_signed(count: int) -> None:
    document = paper(LOTS, declaration_zh="本单位承诺。", declaration_en="We declare it.")
    rows = [{"code": "CEA", "tonnes": number} for number in range(count)]
    last = pages_of(made({**CONTENT, "lots": rows}, document))[-1]
    assert "本单位承诺。" in last and "We declare it." in last and last.count("unit seal") == 2


def test_a_long_declaration_and_a_long_text_take_the_pages_they_need() -> None:
    document = paper(legal="terms", declaration_zh="承诺" * 3_000)
    text = text_of(made(document=document, legal=[f"第{number}条" + "义务" * 100 for number in range(60)]))
    assert (text.count("诺"), text.count("务"), text.count("unitseal")) == (3_000, 6_000, 2)


def test_a_part_stands_there_only_when_it_should() -> None:
    part = Part(
        "加急", "in haste", (Line("原因", "why", lambda data: ""),), lambda data: data.party == "buyer"
    )
    document = paper(part, per_party=("buyer", "seller"))
    for party, stands in (("buyer", True), ("seller", False)):
        assert ("inhaste" in text_of(made(document=document, party=party))) is stands


def test_what_the_state_says_and_what_stands_around_the_signatures_is_in_its_place() -> None:
    def part(name: str) -> Part:
        return Part(name, name, (Line("内容", "content", lambda _: f"of {name}"),))

    document = paper(
        parts=(part("first"),),
        declaration_zh="声明如上",
        before_signing=(part("before"),),
        after_signing=(part("after"),),
    )
    text = text_of(made(document=document, text=[("第一段", "one"), ("第二段", "two")]))
    order = ("offirst", "第一段one第二段two", "声明如上", "ofbefore", "unitseal", "ofafter")
    assert sorted(order, key=text.index) == list(order)


@pytest.mark.parametrize("layout", [IN_PAIRS, IN_STATEMENTS])
def test_however_lines_are_laid_out_they_are_told_in_their_order(layout: str) -> None:
    wide = (1, 4, 5)
    lines = tuple(Line(f"第{at}行", "", lambda _, at=at: f"v{at}", 1, at in wide) for at in range(8))
    text = text_of(made(document=paper(parts=(Part("一", "one", lines, layout=layout),))))
    assert "".join(f"第{at}行v{at}" for at in range(8)) in text


def test_there_is_room_to_write_until_something_stands_there() -> None:
    def pages(value: str) -> int:
        lines = tuple(Line("内容", "content", lambda _: value, room=10) for _ in range(6))
        return len(pages_of(made(document=paper(parts=(Part("一", "one", lines),)))))

    # Six times ten lines of 8 mm are 48 cm.
    assert (pages(""), pages("x")) == (3, 1)


def test_a_table_stands_there_only_when_it_should_and_its_columns_may_be_found() -> None:
    columns = (("code", "代码", "code"), (lambda row: tonnes_told(row["tonnes"]), "数量", "tonnes"))
    rows = [{"code": "CEA", "tonnes": 1_234_567}, {"code": "CCER"}]
    for stands in (True, False):
        table = Table("产品", "products", columns, "lots", lambda data, stands=stands: stands)
        text = text_of(made({"lots": rows}, paper(parts=(table,))))
        assert ("1CEA1,234,5672CCER" in text) is stands


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (day_told("2026-03-02"), "2026年3月2日 2026-03-02"),
        (day_told("tomorrow"), "tomorrow"),
        (yuan_told("1720000.5"), "1,720,000.50"),
        (yuan_told("-1234.56"), "-1,234.56"),
        (yuan_told("999"), "999.00"),
        (yuan_told("*"), "*"),
        (tonnes_told(50_000), "50,000"),
        (tonnes_told("many"), "many"),
        (ticked(True, "是", "yes"), "☑ 是 yes"),
        (ticked("true", "是"), "☐ 是"),
        (ticked(None, "是"), "☐ 是"),
    ],
)
def test_days_amounts_tonnes_and_boxes_are_told_as_on_paper(told: str, expected: str) -> None:
    assert told == expected


def test_it_names_the_party_it_is_made_for() -> None:
    document = paper(per_party=("seller",))
    extra = {"participants": {"seller": "乙公司"}}
    assert close_up("卖方seller：乙公司 B1") in text_of(made(document=document, party="seller", extra=extra))


def test_a_value_is_found_in_the_data() -> None:
    def reviewed(one: DocumentData) -> str:
        return f"{one.reviewers['first_review'].user} {one.facts['payment']['amount']}"

    document = paper(parts=(Part("审核", "review", (Line("初审", "by", reviewed),)),))
    facts = {"payment": {"amount": "200.00"}}
    text = text_of(made(document=document, reviewers={"first_review": Reviewed("admin", 1)}, facts=facts))
    assert "byadmin200.00" in text


def test_the_same_paper_is_the_same_bytes() -> None:
    assert made() == made()
    assert made() != made({**CONTENT, "price": "50.01"})


def test_two_papers_at_once_are_two_papers() -> None:
    press = Press()

    async def both() -> list[bytes]:
        jobs = [press.make(made, {**CONTENT, "price": price}) for price in ("1.00", "2.00")]
        return await asyncio.gather(*jobs)

    first, second = asyncio.run(both())
    press.close()
    assert first == made({**CONTENT, "price": "1.00"})
    assert second == made({**CONTENT, "price": "2.00"})


def test_only_so_many_wait_and_nobody_has_too_many() -> None:
    press = Press(per_minute=5)

    async def one(who: str) -> str:
        try:
            with press.admitted(who):
                return "made" if await press.make(made) else ""
        except Objection as objection:
            return objection.code

    async def many(*who: str) -> list[str]:
        return await asyncio.gather(*(one(name) for name in who))

    assert asyncio.run(many("a", "a", "a")) == ["made", "made", "RATE_LIMITED"]
    assert asyncio.run(many(*map(str, range(17)))) == ["made"] * 16 + ["BUSY"]
    assert [asyncio.run(many("a")) for _ in range(4)] == [["made"]] * 3 + [["RATE_LIMITED"]]
    assert asyncio.run(many("b")) == ["made"]
    press.close()


def test_pages_can_be_looked_at() -> None:
    sheet = sheet_of(paper(LOTS), REPO, data(), produced_us=NINE, printable=printable)
    assert all(page.startswith(b"\x89PNG") for page in pictured(sheet, NINE))


# --- the operator's text -------------------------------------------------------------------------------


def test_the_operators_text_stands_there_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("\ufeff第一条 #a\n仍是第一条\n\n \n第二条 $b$\n", encoding="utf-8")
    found = paragraphs_of(str(tmp_path), "terms")
    assert found == ("第一条 #a\n仍是第一条", "第二条 $b$")
    text = text_of(made(document=paper(legal="terms"), legal=found))
    assert "第一条#a仍是第一条第二条$b$" in text


@pytest.mark.parametrize("folder", ["", "here", "absent"])
def test_where_there_is_no_text_the_paper_says_so(tmp_path: Path, folder: str) -> None:
    where = {"": "", "here": str(tmp_path), "absent": str(tmp_path / "absent")}[folder]
    assert paragraphs_of(where, "terms") == ()
    text = text_of(made(document=paper(legal="terms")))
    assert close_up("（运营机构尚未提供本文本）(the operator's text is not supplied)") in text
    assert "notsupplied" not in text_of(made())


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a" * 262_145])
def test_a_text_that_cannot_be_read_is_told_in_the_log(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "terms.txt").write_bytes(content)
    with caplog.at_level(logging.ERROR, "tanpan.documents"):
        assert paragraphs_of(str(tmp_path), "terms") == ()
    assert len(caplog.records) == 1
