"""Visitors become applicants: by a code that is sent, throttled, good once, and telling nothing of who is there."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.callers import NAME
from tanpan_adapters.identity import SECOND
from visitors.lobby import MAIL, MOBILE, PASSWORD, Lobby, lobby, refused

AGAIN = {"password": PASSWORD, "password_again": PASSWORD}


def test_a_visitor_comes_in_by_mobile_and_signs_in(house: Lobby) -> None:
    browser = house.registered("wang")
    who = browser.get("/session").json()
    assert (who["user"], who["role"], who["account"], who["owes"]) == ("wang", "applicant", "", "")
    assert house.text_messages()[-1]["to"] == "138****1234"
    actor = house.hosted.writer.exchange.parties.actors["wang"]
    assert actor.mobile.startswith("mobile:") and MOBILE not in actor.mobile
    assert house.host.vault.reveal(actor.mobile) == MOBILE


def test_a_visitor_comes_in_by_mail_and_can_reset_his_password(house: Lobby) -> None:
    browser = house.browser()
    answer = browser.post("/visitors", json={"user": "li", "mail": "li@example.cn"})
    assert answer.json() == {"sent_to": "l***@example.cn"}
    code = house.letter("li@example.cn", "验证码").partition("验证码：")[2][:6]
    assert browser.post("/visitors/confirm", json={"user": "li", "code": code, **AGAIN}).status_code == 201
    house.signed_in("li")
    assert browser.post("/password/reset-code", json={"user": "li"}).status_code == 202
    house.letter("li@example.cn", "重置密码")


def test_what_is_of_no_form_is_refused_before_anything_is_sent(house: Lobby) -> None:
    browser = house.browser()
    count = len(house.text_messages())
    refused(browser.post("/visitors", json={"user": "x1"}), 422, "FIELD_MISSING")
    both = {"user": "x1", "mobile": MOBILE, "mail": MAIL}
    refused(browser.post("/visitors", json=both), 422, "BAD_FIELD")
    refused(browser.post("/visitors", json={"user": "a b", "mobile": MOBILE}), 422, "BAD_FIELD")
    refused(browser.post("/visitors", json={"user": "x1", "mobile": "12812341234"}), 422, "BAD_MOBILE")
    refused(browser.post("/visitors", json={"user": "x1", "mail": "nobody"}), 422, "BAD_EMAIL")
    refused(browser.post("/visitors", content=b"user=x1"), 415, "NOT_JSON")
    elsewhere = f"{house.address}/api/nowhere/visitors"
    refused(browser.post(elsewhere, json={"user": "x1", "mobile": MOBILE}), 404, "UNKNOWN_EXCHANGE")
    assert len(house.text_messages()) == count


def test_passwords_are_checked_before_the_code_is_tried(house: Lobby) -> None:
    browser = house.browser()
    browser.post("/visitors", json={"user": "zhao", "mobile": MOBILE})
    code = house.next_code()
    other = {"user": "zhao", "code": code, "password": PASSWORD, "password_again": PASSWORD + "x"}
    weak = {"user": "zhao", "code": code, "password": "short", "password_again": "short"}
    for _ in range(7):
        refused(browser.post("/visitors/confirm", json=other), 422, "PASSWORD_MISMATCH")
        refused(browser.post("/visitors/confirm", json=weak), 422, "PASSWORD_TOO_WEAK")
    good = {"user": "zhao", "code": code, **AGAIN}
    assert browser.post("/visitors/confirm", json=good).status_code == 201
    refused(browser.post("/visitors/confirm", json=good), 422, "OTP_WRONG")


def test_nobody_learns_by_asking_who_is_there(house: Lobby) -> None:
    browser = house.browser()
    answers = [
        browser.post("/visitors", json={"user": user, "mobile": MOBILE}) for user in ("admin", "nobody.yet")
    ]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    codes = [house.next_code(), house.next_code()]
    for user in ("admin", "nobody.yet", "never.asked"):
        wrong = {"user": user, "code": "000000", **AGAIN}
        found = refused(browser.post("/visitors/confirm", json=wrong), 422, "OTP_WRONG")
        assert found["details"] == {}
    # Who has the code of a place learns that the name is taken, and nothing is touched of who bears it.
    refused(
        browser.post("/visitors/confirm", json={"user": "admin", "code": codes[0], **AGAIN}),
        422,
        "DUPLICATE_USERNAME",
    )
    assert house.host.identity.find(NAME, "admin") is None
    refused(browser.post("/session", json={"user": "admin", "password": PASSWORD}), 401, "SIGN_IN_FAILED")


def test_the_password_of_who_bears_the_name_stays(house: Lobby) -> None:
    house.registered("chen")
    browser = house.browser()
    browser.post("/visitors", json={"user": "chen", "mobile": "13700000000"})
    other = "another long password"
    body = {"user": "chen", "code": house.next_code(), "password": other, "password_again": other}
    refused(browser.post("/visitors/confirm", json=body), 422, "DUPLICATE_USERNAME")
    house.signed_in("chen")
    refused(browser.post("/session", json={"user": "chen", "password": other}), 401, "SIGN_IN_FAILED")
    mobile = house.hosted.writer.exchange.parties.actors["chen"].mobile
    assert house.host.vault.reveal(mobile) == MOBILE


def test_a_code_is_guessed_a_few_times_only(house: Lobby) -> None:
    browser = house.browser()
    browser.post("/visitors", json={"user": "guessed", "mobile": MOBILE})
    code = house.next_code()
    for number in range(5):
        wrong = f"{(int(code) + 1 + number) % 1_000_000:06}"
        refused(
            browser.post("/visitors/confirm", json={"user": "guessed", "code": wrong, **AGAIN}),
            422,
            "OTP_WRONG",
        )
    right = {"user": "guessed", "code": code, **AGAIN}
    refused(browser.post("/visitors/confirm", json=right), 422, "OTP_WRONG")


def test_a_code_is_good_for_its_name_and_until_the_next_one(house: Lobby) -> None:
    browser = house.browser()
    browser.post("/visitors", json={"user": "first", "mobile": MOBILE})
    old = house.next_code()
    refused(
        browser.post("/visitors/confirm", json={"user": "second", "code": old, **AGAIN}), 422, "OTP_WRONG"
    )
    browser.post("/visitors", json={"user": "first", "mobile": MOBILE})
    new = house.next_code()
    if old != new:
        refused(
            browser.post("/visitors/confirm", json={"user": "first", "code": old, **AGAIN}), 422, "OTP_WRONG"
        )
    right = {"user": "first", "code": new, **AGAIN}
    assert browser.post("/visitors/confirm", json=right).status_code == 201


def test_the_same_code_at_the_same_time_lets_one_in(house: Lobby) -> None:
    browser = house.browser()
    browser.post("/visitors", json={"user": "twice", "mobile": MOBILE})
    code = house.next_code()
    passwords = [f"a password of number {number}" for number in range(4)]

    def come(password: str) -> int:
        body = {"user": "twice", "code": code, "password": password, "password_again": password}
        return house.client.post(f"/api/{NAME}/visitors/confirm", json=body).status_code

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(come, passwords))
    assert sorted(answers) == [201, 422, 422, 422]
    winner = passwords[answers.index(201)]
    answer = browser.post("/session", json={"user": "twice", "password": winner})
    assert answer.status_code == 200


def test_codes_are_throttled_by_mobile_and_by_address_and_expire(tmp_path: Path) -> None:
    with lobby(tmp_path, code_pause_us=60 * SECOND, codes_per_address=5, code_us=2 * SECOND) as house:
        browser = house.browser()
        assert browser.post("/visitors", json={"user": "a1", "mobile": MOBILE}).status_code == 202
        code = house.next_code()
        again = browser.post("/visitors", json={"user": "a2", "mobile": MOBILE})
        assert 0 < int(again.headers["retry-after"]) <= 60
        refused(again, 429, "RATE_LIMITED")
        for number in range(3):
            other = {"user": "a3", "mobile": f"1370000000{number}"}
            assert browser.post("/visitors", json=other).status_code == 202
        late = browser.post("/visitors", json={"user": "a4", "mobile": "13700000009"})
        assert int(late.headers["retry-after"]) > 0
        refused(late, 429, "RATE_LIMITED")
        time.sleep(2.1)
        refused(
            browser.post("/visitors/confirm", json={"user": "a1", "code": code, **AGAIN}), 422, "OTP_WRONG"
        )


def test_one_whose_password_could_not_be_kept_sets_it_later(
    house: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = house.browser()
    browser.post("/visitors", json={"user": "late", "mobile": MOBILE})

    def broken(*_: object, **__: object) -> None:
        raise OSError("the machine stopped")

    monkeypatch.setattr(house.host.identity, "set_password", broken)
    body = {"user": "late", "code": house.next_code(), **AGAIN}
    refused(browser.post("/visitors/confirm", json=body), 500, "INTERNAL")
    monkeypatch.undo()
    until = time.monotonic() + 10
    while house.host.identity.find(NAME, "late") is None and time.monotonic() < until:
        time.sleep(0.05)
    browser.post("/password/reset-code", json={"user": "late"})
    new = {"user": "late", "code": house.next_code(), "new": PASSWORD}
    assert browser.post("/password/reset", json=new).status_code == 204
    house.signed_in("late")


def test_the_door_never_signs_in_and_has_no_key(house: Lobby) -> None:
    identity = house.host.identity
    for act in (identity.issue_key, identity.invite, identity.reach):
        with pytest.raises(ValueError, match="does not sign in"):
            act(NAME, "door")
    with pytest.raises(ValueError, match="does not sign in"):
        identity.set_password(NAME, "door", PASSWORD)
    browser = house.browser()
    refused(browser.post("/session", json={"user": "door", "password": PASSWORD}), 401, "SIGN_IN_FAILED")
    browser.post("/visitors", json={"user": "door", "mobile": MOBILE})
    taken = {"user": "door", "code": house.next_code(), **AGAIN}
    refused(browser.post("/visitors/confirm", json=taken), 422, "DUPLICATE_USERNAME")
    # Another that staff appoint to the same role does not sign in either.
    made = house.do("admin", "core.appoint_staff", user="door2", role="door")
    house.do("admin2", "core.confirm_proposal", proposal=made["events"][0]["proposal"])
    identity.set_password(NAME, "door2", PASSWORD, must_change=False)
    refused(browser.post("/session", json={"user": "door2", "password": PASSWORD}), 401, "SIGN_IN_FAILED")


def test_applicants_and_staff_do_not_register_anybody(house: Lobby) -> None:
    for actor in ("admin", "registry", "regulator"):
        answer = house.send(actor, "core.register_applicant", user="friend")
        refused(answer, 403, "PERMISSION_DENIED")
