"""The mobile in a form is proved by a code sent to it: by its applicant, for that mobile, once."""

from __future__ import annotations

import pytest

from visitors.lobby import MOBILE, OTHER_MOBILE, Lobby, done, drafted, refused


def facts_of(house: Lobby, number: int) -> dict[str, dict[str, object]]:
    """What is stated of an application."""
    found: dict[str, dict[str, object]] = house.rows("admin", "core.application", application=number)[0][
        "facts"
    ]
    return found


def test_the_door_states_what_the_code_proved(house: Lobby) -> None:
    browser = house.registered("m.one")
    number = drafted(browser)
    answer = browser.post(f"/applications/{number}/mobile-code")
    assert (answer.status_code, answer.json()) == (202, {"sent_to": "138****1234"})
    code = house.next_code()
    proved = browser.post(f"/applications/{number}/mobile-proof", json={"code": code})
    assert proved.status_code == 200, proved.text
    assert proved.json()["fact"] == "mobile_proved"
    fact = facts_of(house, number)["mobile_proved"]
    assert (fact["mobile"], fact["by"]) == ("138****1234", "door")
    refused(browser.post(f"/applications/{number}/mobile-proof", json={"code": code}), 422, "OTP_WRONG")


def test_a_mobile_that_was_changed_needs_a_code_of_its_own(house: Lobby) -> None:
    browser = house.registered("m.two")
    number = drafted(browser)
    browser.post(f"/applications/{number}/mobile-code")
    code = house.next_code()
    done(browser, "core.amend_application", application=number, content={"mobile": OTHER_MOBILE})
    refused(browser.post(f"/applications/{number}/mobile-proof", json={"code": code}), 422, "OTP_WRONG")
    assert "mobile_proved" not in facts_of(house, number)
    assert browser.post(f"/applications/{number}/mobile-code").json() == {"sent_to": "139****1234"}
    right = {"code": house.next_code()}
    assert browser.post(f"/applications/{number}/mobile-proof", json=right).status_code == 200
    assert facts_of(house, number)["mobile_proved"]["mobile"] == "139****1234"
    # And once more: the last one counts.
    done(browser, "core.amend_application", application=number, content={"mobile": MOBILE})
    browser.post(f"/applications/{number}/mobile-code")
    right = {"code": house.next_code()}
    assert browser.post(f"/applications/{number}/mobile-proof", json=right).status_code == 200
    assert facts_of(house, number)["mobile_proved"]["mobile"] == "138****1234"


def test_a_code_is_for_one_application_of_ones_own(house: Lobby) -> None:
    browser = house.registered("m.three")
    other = house.registered("m.four")
    number, another = drafted(browser), drafted(browser, "P2")
    browser.post(f"/applications/{number}/mobile-code")
    code = house.next_code()
    refused(browser.post(f"/applications/{another}/mobile-proof", json={"code": code}), 422, "OTP_WRONG")
    for path, body in (("mobile-code", None), ("mobile-proof", {"code": code})):
        answer = other.post(f"/applications/{number}/{path}", json=body)
        refused(answer, 403, "PERMISSION_DENIED")
        refused(other.post(f"/applications/9999/{path}", json=body), 422, "UNKNOWN_APPLICATION")
        stranger = house.client.post(f"/api/venue/applications/{number}/{path}", json=body or {})
        refused(stranger, 401, "AUTH_REQUIRED")
    assert browser.post(f"/applications/{number}/mobile-proof", json={"code": code}).status_code == 200


def test_guessing_ends_after_a_few_tries(house: Lobby) -> None:
    browser = house.registered("m.five")
    number = drafted(browser)
    browser.post(f"/applications/{number}/mobile-code")
    code = house.next_code()
    for step in range(5):
        wrong = {"code": f"{(int(code) + 1 + step) % 1_000_000:06}"}
        refused(browser.post(f"/applications/{number}/mobile-proof", json=wrong), 422, "OTP_WRONG")
    refused(browser.post(f"/applications/{number}/mobile-proof", json={"code": code}), 422, "OTP_WRONG")
    assert "mobile_proved" not in facts_of(house, number)


def test_nobody_states_it_himself(house: Lobby) -> None:
    browser = house.registered("m.six")
    number = drafted(browser)
    fields = {
        "application": number,
        "fact": "mobile_proved",
        "reference": "mine",
        "content": {"mobile": MOBILE},
        "user": "m.six",
    }
    refused(browser.post("/commands/core.state_fact", json=fields), 403, "PERMISSION_DENIED")
    refused(house.send("admin", "core.state_fact", **fields), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("kind", ["neutral_market.opening"])
def test_without_a_mobile_there_is_nothing_to_prove(house: Lobby, kind: str) -> None:
    browser = house.registered("m.seven")
    number = done(browser, "core.draft_application", kind=kind)["events"][0]["application"]
    refused(browser.post(f"/applications/{number}/mobile-code"), 422, "FIELD_MISSING")
