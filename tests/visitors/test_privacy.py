"""What people fill in stands nowhere in clear: not in the journal, a view, a snapshot, a log or what waits to be sent."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from tanpan_adapters.service.founding import restored
from visitors.lobby import (
    HOME,
    IDENTITY,
    IN_CLEAR,
    MAIL,
    MOBILE,
    OTHER_MOBILE,
    REAL_NAME,
    Lobby,
    command,
    content_of,
    done,
    drafted,
    lobby,
    refused,
    submitted,
)

BAD = {
    "identity": ("110105194912310021", "BAD_IDENTITY_NUMBER"),
    "mobile": ("12812341234", "BAD_MOBILE"),
    "mail": ("nobody", "BAD_EMAIL"),
    "real_name": ("甲", "BAD_NAME"),
    "landline": ("0123-45", "BAD_PHONE"),
    "home": (["北京市", "", "东城区", "某街一号"], "ADDRESS_INCOMPLETE"),
}


@pytest.mark.parametrize("field", BAD)
def test_what_is_of_no_form_is_refused_at_the_door(house: Lobby, field: str) -> None:
    browser = house.signed_in("p.one") if "p.one" in known(house) else house.registered("p.one")
    value, code = BAD[field]
    answer = command(
        browser,
        "core.draft_application",
        kind="neutral_market.opening",
        content=content_of(**{field: value}),
    )
    problem = refused(answer, 422, code)
    assert problem["details"]["field"] == field
    assert str(value) not in msgspec.json.encode(problem).decode()


def known(house: Lobby) -> dict[str, object]:
    found: dict[str, object] = house.hosted.writer.exchange.parties.actors
    return found


def test_a_token_is_nobodys_to_hand_in(house: Lobby) -> None:
    browser = house.registered("p.two")
    number = drafted(browser)
    token = house.hosted.writer.exchange.applications.live[number].content["identity"]
    other = house.registered("p.three")
    answer = command(
        other, "core.draft_application", kind="neutral_market.opening", content=content_of(identity=token)
    )
    refused(answer, 422, "BAD_IDENTITY_NUMBER")


def test_what_staff_state_about_somebody_is_kept_as_his(house: Lobby) -> None:
    browser = house.registered("p.four")
    number = submitted(browser, identity="110101199003074514")
    fields = {
        "application": number,
        "fact": "payment",
        "reference": "pay p.four",
        "content": {"amount": "200.00", "identity": "110101199003074514"},
    }
    refused(house.send("admin", "core.state_fact", **fields), 422, "FIELD_MISSING")
    refused(house.send("admin", "core.state_fact", **fields, user="wang"), 422, "BAD_FIELD")
    house.do("admin", "core.state_fact", **fields, user="p.four")
    application = house.hosted.writer.exchange.applications.live[number]
    token = application.facts["payment"]["identity"]
    assert token == application.content["identity"], "the same text of the same person"
    house.host.vault.forget("venue/p.four")
    done(browser, "core.withdraw_application", application=number)


def test_nothing_is_in_clear_anywhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with lobby(tmp_path) as house:
        browser = house.registered("open.book")
        number = submitted(browser)
        browser.post(f"/applications/{number}/mobile-code")
        browser.post(f"/applications/{number}/mobile-proof", json={"code": house.next_code()})
        done(browser, "core.amend_application", application=number, content={"mobile": OTHER_MOBILE})
        done(browser, "core.submit_application", application=number)
        house.tested(number)
        house.do("admin", "core.claim_application", application=number)
        reveal = f"applications/{number}/reveal"
        assert house.get("admin", reveal, field="identity").json()["text"] == IDENTITY
        house.do(
            "admin",
            "core.return_application",
            application=number,
            opinion="资料不清晰",
            reasons={"identity": "与证件不符"},
        )
        # Also what is refused, and what comes in a batch.
        command(browser, "core.amend_application", application=number, content={"identity": IDENTITY + "1"})
        command(browser, "core.amend_application", application=9_999, content={"mail": MAIL})
        entry = {
            "command": "core.amend_application",
            "fields": {"application": number, "content": {"mail": MAIL, "real_name": REAL_NAME}},
        }
        answers = browser.post("/batch", json={"commands": [entry]}).json()["answers"]
        assert [one["status"] for one in answers] == [200]
        house.letter(MAIL, "退回")
        for query in ("core.applications", "core.application_steps"):
            text = str(house.rows("admin", query))
            assert not [clear for clear in IN_CLEAR if clear in text]
        text = str(house.rows("admin", "core.application", application=number))
        assert not [clear for clear in IN_CLEAR if clear in text]
        table, url = house.hosted.table, house.host.settings.database.url
    with restored(url, "venue", table) as runner:
        runner.snapshot()
        assert runner.journal.snapshots()
    files = house.everything()
    assert any(path.endswith(".db") for path in files)
    for clear in (*IN_CLEAR, "".join(HOME), MOBILE[3:]):
        written = [path for path, data in files.items() if clear.encode() in data]
        assert not written, f"{clear} is in {written}"
        escaped = clear.encode("unicode_escape")
        assert not [path for path, data in files.items() if escaped in data]
        told = [record for record in caplog.records if clear in f"{record.getMessage()} {vars(record)}"]
        theirs = ("mail.log", "httpx", "httpcore", "asyncio")  # the test's own mail server and client
        assert not [one for one in told if not one.name.startswith(theirs)], clear
