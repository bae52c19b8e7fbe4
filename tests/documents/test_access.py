"""Who has which paper: parties print their own in clear, staff masked unless they review it, nobody else anything."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from documents.papers import close_up, text_of
from tanpan_adapters.documents.press import Press
from visitors.lobby import HOME, IDENTITY, MAIL, MOBILE, REAL_NAME, Lobby, drafted, lobby, refused, submitted

FORM = "neutral_market.opening_form"
FILING = "neutral_market.filing_form"
DISCLOSURE = "neutral_market.disclosure"
CLEAR = (REAL_NAME, IDENTITY, MOBILE, MAIL, "".join(HOME))
MASKED = ("测***", "1***X", "138****1234", "w***@example.cn", "北***")
STRANGERS = ("regulator", "registry", "channel", "clock", "Gamma", "chen")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """A venue with two participants and a third, and somebody who has only just come in."""
    with lobby(tmp_path_factory.mktemp("documents")) as made:
        for account in ("Alpha", "Beta", "Gamma"):
            made.do(
                "admin",
                "core.open_account",
                account=account,
                participant=f"{account} Ltd",
                kind="enterprise",
                operator=account,
                data_declared_true=True,
            )
        made.do("Alpha", "core.add_operator", account="Alpha", operator="alpha.reader", permissions=["query"])
        made.do("Alpha", "core.add_operator", account="Alpha", operator="alpha.idle", permissions=[])
        made.registered("chen", "13712341234")
        made.host.press.throttle = Press(per_minute=10_000).throttle
        yield made


@pytest.fixture(scope="module")
def opening(house: Lobby) -> int:
    """An opening that waits for its review; its number."""
    return submitted(house.registered("wang"), "P1")


@pytest.fixture(scope="module")
def filing(house: Lobby) -> int:
    """A joint filing that is begun; its number."""
    made = house.do(
        "Alpha",
        "core.draft_application",
        kind="neutral_market.pledge",
        content={"starts": "2026-03-04", "quantity": 100},
        parties={"seller": "Beta"},
    )
    number: int = made["events"][0]["application"]
    return number


def paper(house: Lobby, who: str, number: int, name: str = FORM, **words: str) -> Any:
    """The answer to somebody who asks for a document."""
    return house.get(who, f"applications/{number}/documents/{name}", None, **words)


def printed(house: Lobby, who: str, number: int, name: str = FORM, **words: str) -> str:
    """The text of a document that somebody is given."""
    answer = paper(house, who, number, name, **words)
    assert answer.status_code == 200, answer.text
    return text_of(answer.content)


def in_clear(text: str) -> list[bool]:
    """Which of the applicant's texts stand there in clear; one or the other does of each."""
    for clear, mask in zip(CLEAR, MASKED, strict=True):
        assert (clear in text) != (mask in text), (clear, mask)
    return [clear in text for clear in CLEAR]


def trail(house: Lobby, number: int) -> list[tuple[str, str, str]]:
    """Who made which document of an application, with which outcome, in the order of time."""
    lines = house.get("admin", "sign-ins", limit=500).json()["rows"]
    found = [one for one in lines if one["what"].startswith(f"document {number} ")]
    assert all(one["at"] and one["address"] for one in found)
    return [(one["user"], one["what"], one["outcome"]) for one in reversed(found)]


def test_what_can_be_made_is_listed_with_its_parties(house: Lobby, opening: int, filing: int) -> None:
    found = house.get("wang", f"applications/{opening}/documents").json()
    assert found["application"] == opening
    titles = {"zh": "交易账户开立申请表", "en": "Application for a trading account"}
    assert found["documents"] == [{"name": FORM, **titles, "clause": "N-9", "parties": []}]
    both = house.get("Beta", f"applications/{filing}/documents").json()["documents"]
    assert [one["name"] for one in both] == [FILING, DISCLOSURE]
    parties = [("buyer", "买方", "buyer"), ("seller", "卖方", "seller")]
    assert [tuple(one.values()) for one in both[1]["parties"]] == parties


def test_an_applicant_prints_his_own_in_clear(house: Lobby, opening: int) -> None:
    answer = paper(house, "wang", opening)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    head = answer.headers["content-disposition"]
    assert head.startswith("attachment; ") and f"-{opening}.pdf" in head and head.isascii()
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == (
        "no-store",
        "nosniff",
    )
    text = text_of(answer.content)
    assert all(in_clear(text))
    assert close_up(f"编号 form no. {opening}") in text
    assert "样例交易所" in text
    digest = house.get("wang", "queries/core.application", application=opening).json()["rows"][0]["digest"]
    assert f"SHA-256{digest}" in text
    assert trail(house, opening)[-1] == ("wang", f"document {opening} {FORM} in clear", "ok")


def test_staff_have_masks_until_they_take_it_up(house: Lobby, opening: int) -> None:
    assert not any(in_clear(printed(house, "admin", opening)))
    house.tested(opening)
    house.do("admin", "core.claim_application", application=opening)
    assert all(in_clear(printed(house, "admin", opening)))
    assert not any(in_clear(printed(house, "admin2", opening)))
    house.do("admin", "core.unclaim_application", application=opening)
    assert not any(in_clear(printed(house, "admin", opening)))
    what = f"document {opening} {FORM}"
    assert trail(house, opening)[-4:] == [
        ("admin", f"{what} masked", "ok"),
        ("admin", f"{what} in clear", "ok"),
        ("admin2", f"{what} masked", "ok"),
        ("admin", f"{what} masked", "ok"),
    ]


@pytest.mark.parametrize("who", [*STRANGERS, "Alpha"])
def test_nobody_else_has_anything_and_the_try_is_on_record(house: Lobby, opening: int, who: str) -> None:
    refused(house.get(who, f"applications/{opening}/documents"), 403, "PERMISSION_DENIED")
    refused(paper(house, who, opening), 403, "PERMISSION_DENIED")
    assert trail(house, opening)[-1] == (who, f"document {opening} {FORM}", "PERMISSION_DENIED")


def test_an_operator_needs_to_be_one_of_a_party_and_may_read(house: Lobby, filing: int) -> None:
    for who in ("Alpha", "Beta", "alpha.reader", "admin"):
        assert close_up("数量（吨） quantity (t) 100") in printed(house, who, filing, FILING)
        assert paper(house, who, filing, DISCLOSURE, party="seller").status_code == 200
    for who in (*STRANGERS, "alpha.idle", "wang"):
        refused(paper(house, who, filing, FILING), 403, "PERMISSION_DENIED")


def test_whoever_is_not_signed_in_or_has_a_key_to_read_only_has_none(house: Lobby, opening: int) -> None:
    refused(paper(house, "", opening), 401, "AUTH_REQUIRED")
    refused(house.get("", f"applications/{opening}/documents"), 401, "AUTH_REQUIRED")
    path = f"/api/venue/applications/{opening}/documents"
    reader = house.head("wang", "read")
    assert house.client.get(path, headers=reader).status_code == 200
    refused(house.client.get(f"{path}/{FORM}", headers=reader), 403, "SCOPE_MISSING")


@pytest.mark.parametrize("number", [9_999, 2**53])
def test_what_is_not_there_is_not_found(house: Lobby, opening: int, number: int) -> None:
    refused(house.get("wang", f"applications/{number}/documents"), 404, "NO_SUCH_DOCUMENT")
    refused(paper(house, "wang", number), 404, "NO_SUCH_DOCUMENT")
    for name in ("neutral_market.nothing", "..", FILING):
        assert paper(house, "wang", opening, name).status_code == 404
    refused(paper(house, "wang", opening, "..%2F..%2Fvault.key"), 404, "NOT_FOUND")


def test_it_is_made_for_a_party_or_for_none_as_it_is_declared(
    house: Lobby, filing: int, opening: int
) -> None:
    assert close_up("买方 buyer：Alpha Ltd Alpha") in printed(
        house, "Alpha", filing, DISCLOSURE, party="buyer"
    )
    assert close_up("卖方 seller：Beta Ltd Beta") in printed(
        house, "Beta", filing, DISCLOSURE, party="seller"
    )
    head = paper(house, "Beta", filing, DISCLOSURE, party="seller").headers["content-disposition"]
    assert unquote(head).endswith(f"风险揭示书-{filing}-卖方.pdf")
    for name, words in ((DISCLOSURE, {}), (DISCLOSURE, {"party": "broker"}), (FILING, {"party": "buyer"})):
        refused(paper(house, "Alpha", filing, name, **words), 422, "BAD_FIELD")
    what = f"document {filing} {DISCLOSURE}"
    outcomes = {line[:2] for line in trail(house, filing)}
    # Each may have the other's paper too, but without what is the other's own.
    printed(house, "Alpha", filing, DISCLOSURE, party="seller")
    printed(house, "alpha.reader", filing, DISCLOSURE, party="buyer")
    assert trail(house, filing)[-2:] == [
        ("Alpha", f"{what} seller masked", "ok"),
        ("alpha.reader", f"{what} buyer masked", "ok"),
    ]
    assert {("Alpha", f"{what} buyer in clear"), ("Beta", f"{what} seller in clear")} <= outcomes


def test_a_draft_is_printed_with_empty_lines(house: Lobby) -> None:
    house.registered("zhao", "13612341234")
    made = house.send(
        "zhao", "core.draft_application", kind="neutral_market.opening", content={"sort": "person"}
    )
    number = made.json()["events"][0]["application"]
    text = printed(house, "zhao", number)
    assert close_up("真实姓名 real name 身份证号码 identity number 手机号 mobile 邮箱 mail") in text
    assert "个人person" in text and "thecompany" not in text
    house.do("zhao", "core.amend_application", application=number, content={"sort": "company"})
    assert "thecompany" in printed(house, "zhao", number)


def test_a_token_that_somebody_writes_into_a_text_opens_nothing(house: Lobby, opening: int) -> None:
    events = house.get("admin", "journal", limit=1_000).json()["rows"]
    token = next(
        event["content"]["identity"]
        for record in events
        for event in record["events"]
        if event.get("application") == opening and "identity" in event.get("content", {})
    )
    house.registered("thief", "13512341234")
    made = house.do(
        "thief", "core.draft_application", kind="neutral_market.opening", content={"account": token}
    )
    text = printed(house, "thief", made["events"][0]["application"])
    assert IDENTITY not in text and token[:40] in text


def test_the_operators_text_is_read_anew_for_every_paper(house: Lobby, opening: int, tmp_path: Path) -> None:
    assert "notsupplied" in printed(house, "wang", opening)
    house.host.press.folder = str(tmp_path)
    try:
        (tmp_path / "opening_terms.txt").write_text("第一条 本协议……\n\n第二条 #x", encoding="utf-8")
        text = printed(house, "wang", opening)
        assert "第一条本协议……第二条#x" in text and "notsupplied" not in text
    finally:
        house.host.press.folder = ""


def test_what_is_not_made_is_not_on_record_as_made(house: Lobby, opening: int) -> None:
    press, before = house.host.press, trail(house, opening)
    press.throttle, kept = Press(per_minute=1).throttle, press.throttle
    try:
        assert paper(house, "wang", opening).status_code == 200
        answer = paper(house, "wang", opening)
        refused(answer, 429, "RATE_LIMITED")
        assert int(answer.headers["retry-after"]) > 1
    finally:
        press.throttle = kept
    assert len(trail(house, opening)) == len(before) + 1


def test_two_people_at_once_have_each_his_own(house: Lobby, opening: int, filing: int) -> None:
    asked = [("wang", opening, FORM), ("Alpha", filing, FILING)] * 4
    for who, _, _ in asked:
        house.head(who)
    with ThreadPoolExecutor(2) as people:
        texts = list(people.map(lambda one: printed(house, *one), asked))
    assert all((IDENTITY in text) == (name == FORM) for text, (_, _, name) in zip(texts, asked, strict=True))


def test_it_is_made_from_what_is_closed_too(house: Lobby) -> None:
    browser = house.registered("li", "13412341234")
    identity = "110105194912310046"
    number = submitted(browser, "P7", identity=identity)
    house.tested(number)
    live = house.get("li", "queries/core.application", application=number).json()["rows"][0]
    for reviewer in ("admin", "admin2"):
        house.do(reviewer, "core.claim_application", application=number)
        house.do(reviewer, "core.approve_application", application=number)
    approved = printed(house, "li", number)
    assert "firstreviewadmin" in approved and identity in approved
    house.do(
        "admin",
        "core.state_fact",
        application=number,
        fact="payment",
        reference=f"bank {number}",
        content={"amount": "200.00", "identity": identity},
        user="li",
    )
    assert house.rows("li", "core.applications", application=number)[0]["state"] == "effective"
    text = printed(house, "li", number)
    assert identity in text and MAIL in text and REAL_NAME in text
    assert f"SHA-256{live['digest']}" in text and "firstreviewadmin" in text
    masked = printed(house, "admin", number)
    assert identity not in masked and "1***6" in masked
    for who in ("regulator", "chen", "Alpha"):
        refused(paper(house, who, number), 403, "PERMISSION_DENIED")
    assert [
        one["name"] for one in house.get("li", f"applications/{number}/documents").json()["documents"]
    ] == [FORM]


def test_of_who_was_forgotten_only_the_mask_is_left(house: Lobby) -> None:
    browser = house.registered("qian", "13312341234")
    number = drafted(browser, "P8")
    assert all(in_clear(printed(house, "qian", number)))
    house.host.vault.forget("venue/qian")
    assert not any(in_clear(printed(house, "qian", number)))


def test_nothing_of_it_is_kept(house: Lobby, opening: int) -> None:
    printed(house, "wang", opening)
    kept = house.everything()
    assert not [path for path, data in kept.items() if b"%PDF" in data]
    assert not [path for path, data in kept.items() if IDENTITY.encode() in data]


@pytest.mark.parametrize("number", ["0", "x", "-1"])
def test_its_number_is_a_number(house: Lobby, number: str) -> None:
    assert house.get("wang", f"applications/{number}/documents").status_code in (400, 404)
