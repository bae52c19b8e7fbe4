"""From the first knock to the account, over HTTP alone: with real pictures, two reviewers, and the mail at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from attachments import samples
from hubei_retail.phrases import CONTENT, FEE, PROOF, answers_of
from hubei_retail.rulebook import AGREEMENTS
from visitors.lobby import (
    IDENTITY,
    MAIL,
    Lobby,
    command,
    done,
    drafted,
    handed_in,
    lobby,
    refused,
)

NEUTRAL = "neutral_market.opening"


def missing(house: Lobby, browser: Any, number: int) -> list[str]:
    """What still stands against submission, as the applicant is told."""
    rows = browser.get("/queries/core.application", params={"application": number}).json()["rows"]
    return [one["code"] for one in rows[0]["missing"]]


def test_an_opening_at_the_neutral_market(tmp_path: Path) -> None:
    with lobby(tmp_path) as house:
        browser = house.registered("wang")
        forms = browser.get("/queries/core.kinds", params={"kind": NEUTRAL}).json()["rows"][0]["form"]
        assert {one["name"] for one in forms if one["personal"]} >= {"identity", "mobile", "mail"}
        number = drafted(browser)
        assert missing(house, browser, number) == ["AGREEMENT_NOT_ACCEPTED", "DOC_MISSING"]
        refused(
            command(browser, "core.submit_application", application=number), 422, "AGREEMENT_NOT_ACCEPTED"
        )
        accept = {"application": number, "content": {"risks": "2026-1"}}
        refused(command(browser, "core.amend_application", **accept), 422, "AGREEMENT_NOT_READ")
        done(browser, "core.open_agreement", application=number, field="risks", version="2026-1")
        done(browser, "core.amend_application", **accept)
        digest = handed_in(
            browser, number, "identity_card", samples.image(), colour=True, valid_until="long_term"
        )
        assert browser.post(f"/applications/{number}/mobile-code").status_code == 202
        code = house.next_code()
        assert browser.post(f"/applications/{number}/mobile-proof", json={"code": code}).status_code == 200
        assert missing(house, browser, number) == []
        done(browser, "core.submit_application", application=number)
        house.letter(MAIL, "申请已提交")

        house.tested(number)
        house.do("admin", "core.claim_application", application=number)
        assert house.get("admin", f"attachments/{digest}").content == samples.image()
        assert (
            house.get("admin", f"applications/{number}/reveal", field="identity").json()["text"] == IDENTITY
        )
        house.do("admin", "core.approve_application", application=number, opinion="齐全")
        again = house.send("admin", "core.claim_application", application=number)
        refused(again, 422, "MAKER_CHECKER_SAME")
        house.do("admin2", "core.claim_application", application=number)
        house.do("admin2", "core.approve_application", application=number)
        refused(browser.get("/queries/core.accounts"), 403, "PERMISSION_DENIED")
        house.do(
            "admin",
            "core.state_fact",
            application=number,
            fact="payment",
            reference="bank 1",
            content={"amount": "200.00", "identity": IDENTITY},
            user="wang",
        )
        assert "交易账户：P1" in house.letter(MAIL, "申请已生效")
        who = browser.get("/session").json()
        assert (who["role"], who["account"]) == ("operator", "P1")
        row = house.rows("wang", "core.applications", application=number)[0]
        assert (row["state"], row["account"]) == ("effective", "P1")


def test_the_whole_path_of_an_individual_in_hubei(tmp_path: Path) -> None:
    mail, mobile = CONTENT["mail"], CONTENT["mobile"]
    with lobby(tmp_path, ("hubei_retail",)) as house:
        browser = house.registered("zhang", mobile)
        done(browser, "hubei_retail.enter_quiz", seed="0" * 32)
        seen = house.hosted.writer.committed_seq
        papers = browser.get("/queries/hubei_retail.papers", params={"at_least": seen}).json()["rows"]
        words = {word for question in papers[-1]["questions"] for word in question}
        assert words == {"id", "kind", "zh", "en", "options"}
        answers = answers_of(papers[-1], len(papers[-1]["questions"]))
        done(browser, "hubei_retail.answer_quiz", paper=papers[-1]["paper"], answers=answers)

        content = {**CONTENT, "user_name": "zhang"}
        made = done(browser, "core.draft_application", kind="hubei_retail.personal_opening", content=content)
        number = made["events"][0]["application"]
        handed_in(browser, number, "identity_image", samples.image())
        proof = handed_in(browser, number, "asset_proof", samples.image(colour="blue"))
        form = browser.get("/queries/core.kinds").json()["rows"][0]["form"]
        versions = {one["name"]: one["version"] for one in form if one["name"] in AGREEMENTS}
        for name, version in versions.items():
            accept = {"application": number, "content": {name: version}}
            refused(command(browser, "core.amend_application", **accept), 422, "AGREEMENT_NOT_READ")
            done(browser, "core.open_agreement", application=number, field=name, version=version)
            done(browser, "core.amend_application", **accept)
        refused(command(browser, "core.submit_application", application=number), 422, "MOBILE_NOT_PROVED")
        browser.post(f"/applications/{number}/mobile-code")
        right = {"code": house.next_code()}
        assert browser.post(f"/applications/{number}/mobile-proof", json=right).status_code == 200
        done(browser, "core.submit_application", application=number)
        house.letter(mail, "申请已提交")

        house.do("admin", "core.claim_application", application=number)
        text = house.get("admin", f"applications/{number}/reveal", field="identity_number").json()["text"]
        assert text == CONTENT["identity_number"]
        checked = {"proof_digest": proof, "owner_shown": "name", "owner_is_applicant": True}
        for fact, said in (("proof_checked", checked), ("opening_fee", FEE)):
            house.do(
                "admin",
                "core.state_fact",
                application=number,
                fact=fact,
                reference=fact,
                content=said,
                user="zhang",
            )
        house.do("admin", "core.approve_application", application=number)
        house.letter(mail, "申请已审核通过")
        booked = {"application": number, "fact": "payment_proof", "reference": "mail 1", "user": "zhang"}
        other = {**PROOF, "identity_number": IDENTITY}
        refused(house.send("admin", "core.state_fact", **booked, content=other), 422, "IDENTITY_MISMATCH")
        house.do("admin", "core.state_fact", **booked, content=PROOF)
        house.letter(mail, "交易账号：HBP00000001")
        assert browser.get("/session").json()["account"] == "HBP00000001"
    personal = [PROOF["identity_number"], PROOF["real_name"], mail, mobile, IDENTITY]
    for clear in personal:
        assert not [path for path, data in house.everything().items() if clear.encode() in data], clear


@pytest.mark.parametrize("packs", [("cea_shanghai",)])
def test_where_nothing_is_applied_for_without_an_account_nobody_comes_in(
    tmp_path: Path, packs: tuple[str, ...]
) -> None:
    with lobby(tmp_path, packs) as house:
        browser = house.browser()
        answer = browser.post("/visitors", json={"user": "wang", "mobile": "13812341234"})
        refused(answer, 403, "PERMISSION_DENIED")
