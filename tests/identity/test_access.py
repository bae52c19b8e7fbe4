"""Signing in over HTTP: cookies, the header against forgery, who may what before and after."""

from __future__ import annotations

import email
import email.policy
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pyotp
import pytest
from aiosmtpd.controller import Controller
from argon2.profiles import CHEAPEST
from attrs import evolve

from api.callers import NAME, PLENTY, settings_of
from identity.hands import MAIL, OTHER, PASSWORD
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import served
from tanpan_adapters.identity import Identity
from tanpan_adapters.identity.settings import strictness
from tanpan_adapters.service.configuration import Http, Mail, Settings, changed
from tanpan_adapters.service.host import Host
from tanpan_adapters.vault import person_of

TRADER = "li.trader"
THIRD = "a third phrase to pass"


def cheap(engine: Any, vault: Any, settings: Settings) -> Identity:
    return Identity(engine, vault, evolve(strictness(settings), argon2=CHEAPEST, attempts_per_minute=10_000))


class Door:
    """A served exchange with an operator who has a password, and browsers that keep their cookies."""

    def __init__(self, host: Host, address: str) -> None:
        self.host = host
        self.address = address
        self.browsers: list[httpx.Client] = []

    def browser(self, **headers: str) -> httpx.Client:
        made = httpx.Client(base_url=f"{self.address}/api/{NAME}", timeout=20, headers=headers)
        self.browsers.append(made)
        return made

    def signed_in(self, user: str = TRADER, password: str = PASSWORD, **more: str) -> httpx.Client:
        browser = self.browser()
        answer = browser.post("/session", json={"user": user, "password": password, **more})
        assert answer.status_code == 200, answer.text
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return browser

    def program(self, user: str, *scopes: str) -> httpx.Client:
        key = self.host.identity.issue_key(NAME, user, scopes or ("read", "trade", "manage"))
        return self.browser(Authorization=f"Bearer {key}")


@pytest.fixture(scope="module")
def host_and_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, str]]:
    settings = settings_of(tmp_path_factory.mktemp("access"), Http(secure_cookies=False), PLENTY)
    host = Host(settings, own_process=False, identity=cheap)
    host.start()
    assert host.wait_until_writing(20)
    try:
        with served(create_edge(host), host.settings.http) as address:
            yield host, address
    finally:
        host.stop()


@pytest.fixture
def door(host_and_address: tuple[Host, str], request: pytest.FixtureRequest) -> Iterator[Door]:
    door = Door(*host_and_address)
    staff = door.program("admin")
    if TRADER not in door.host.exchanges[NAME].writer.exchange.parties.actors:
        opening = {"account": "Alpha", "participant": "Alpha Ltd", "kind": "enterprise", "operator": TRADER}
        answer = staff.post("/commands/core.open_account", json=opening | {"data_declared_true": True})
        assert answer.status_code == 200, answer.text
    door.host.identity.set_password(NAME, TRADER, PASSWORD, must_change=False)
    yield door
    for browser in door.browsers:
        browser.close()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_signing_in_tells_who_one_is_and_sets_a_cookie_no_script_reads(door: Door) -> None:
    answer = door.browser().post("/session", json={"user": TRADER, "password": PASSWORD})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["user"], told["role"], told["account"]) == (TRADER, "operator", "Alpha")
    assert "trade" in told["permissions"]
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower() and "Path=/" in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_the_cookie_is_secure_unless_the_configuration_says_otherwise(tmp_path: Path) -> None:
    host = Host(settings_of(tmp_path, Http(), PLENTY), own_process=False, identity=cheap)
    host.start()
    try:
        assert host.wait_until_writing(20)
        host.identity.set_password(NAME, "admin", PASSWORD)
        with served(create_edge(host), host.settings.http) as address:
            answer = httpx.post(
                f"{address}/api/{NAME}/session", json={"user": "admin", "password": PASSWORD}, timeout=20
            )
        assert "Secure" in answer.headers["set-cookie"]
    finally:
        host.stop()


@pytest.mark.parametrize(
    ("language", "title"), [("zh", "用户名或密码不正确"), ("en", "the user name or the password is wrong")]
)
def test_a_failed_sign_in_is_a_problem_in_either_language(door: Door, language: str, title: str) -> None:
    browser = door.browser(**{"Accept-Language": language})
    for user in (TRADER, "nobody"):
        answer = browser.post("/session", json={"user": user, "password": "wrong password"})
        assert code_of(answer) == (401, "SIGN_IN_FAILED")
        assert answer.json()["title"] == title


def test_without_signing_in_nothing_is_open(door: Door) -> None:
    browser = door.browser()
    for method, path in (
        ("GET", "/session"),
        ("DELETE", "/session"),
        ("GET", "/keys"),
        ("GET", "/sign-ins"),
        ("DELETE", "/keys/x"),
    ):
        assert code_of(browser.request(method, path)) == (401, "AUTH_REQUIRED")
    for path, body in (
        ("/password", {"old": "a", "new": "b"}),
        ("/codes", {}),
        ("/totp", {"password": "a"}),
        ("/totp/confirm", {"code": "1"}),
        ("/totp/remove", {"code": "1"}),
        ("/keys", {}),
    ):
        assert code_of(browser.post(path, json=body)) == (401, "AUTH_REQUIRED")


def test_an_exchange_that_is_not_here_has_no_door(door: Door) -> None:
    for path in ("session", "password/reset", "password/reset-code"):
        body = {"user": TRADER, "password": "x", "code": "1", "new": "x"}
        wanted = {"session": ("user", "password"), "password/reset-code": ("user",)}.get(
            path, ("user", "code", "new")
        )
        answer = httpx.post(f"{door.address}/api/nowhere/{path}", json={key: body[key] for key in wanted})
        assert code_of(answer)[0] == 404


def test_a_session_acts_with_the_header_against_forgery_only(door: Door) -> None:
    browser = door.signed_in()
    told = browser.get("/session").json()
    assert told["csrf"] == browser.headers["X-CSRF-Token"]
    del browser.headers["X-CSRF-Token"]
    assert browser.get("/session").status_code == 200
    assert code_of(browser.delete("/session")) == (403, "CSRF_FAILED")
    assert code_of(browser.post("/commands/core.freeze_operator", json={})) == (403, "CSRF_FAILED")
    browser.headers["X-CSRF-Token"] = told["csrf"]
    assert code_of(browser.post("/commands/core.freeze_operator", json={}))[0] == 422


def test_signing_in_takes_json_only(door: Door) -> None:
    body = f'{{"user": "{TRADER}", "password": "{PASSWORD}"}}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = door.browser().post("/session", content=body, headers={"Content-Type": kind})
        assert code_of(answer) == (415, "NOT_JSON")


def test_a_malformed_sign_in_does_not_repeat_the_password(door: Door) -> None:
    for body in (
        {"user": TRADER, "password": ["my secret"]},
        {"user": TRADER, "pasword": "my secret"},
        {"password": "my secret"},
    ):
        answer = door.browser().post("/session", json=body)
        assert code_of(answer) == (400, "MALFORMED")
        assert "my secret" not in answer.text


def test_after_signing_out_the_cookie_is_worth_nothing(door: Door) -> None:
    browser = door.signed_in()
    stolen = dict(browser.cookies)
    assert browser.delete("/session").status_code == 204
    assert not browser.cookies
    thief = door.browser()
    thief.cookies.update(stolen)
    assert code_of(thief.get("/session")) == (401, "SESSION_REVOKED")


def test_a_change_of_password_ends_every_session(door: Door) -> None:
    one, two = door.signed_in(), door.signed_in()
    assert two.get("/session").status_code == 200
    assert code_of(one.post("/password", json={"old": "wrong", "new": OTHER})) == (422, "OLD_PASSWORD_WRONG")
    weak = one.post("/password", json={"old": PASSWORD, "new": "short"})
    assert code_of(weak) == (422, "PASSWORD_TOO_WEAK")
    assert "10" in weak.json()["details"]["why"]
    assert one.post("/password", json={"old": PASSWORD, "new": OTHER}).status_code == 204
    assert code_of(two.get("/session")) == (401, "SESSION_REVOKED")
    assert code_of(one.get("/session"))[0] == 401
    door.signed_in(password=OTHER)


def test_who_must_change_his_password_can_do_nothing_else(door: Door) -> None:
    door.host.identity.set_password(NAME, TRADER, PASSWORD)
    browser = door.signed_in()
    assert browser.get("/session").json()["owes"] == "password"
    for answer in (
        browser.get("/keys"),
        browser.post("/keys", json={}),
        browser.get("/sign-ins"),
        browser.get("/queries/core.cash"),
        browser.post("/commands/core.add_operator", json={}),
    ):
        assert code_of(answer) == (403, "MUST_CHANGE_PASSWORD")
    assert browser.post("/password", json={"old": PASSWORD, "new": THIRD}).status_code == 204
    assert door.signed_in(password=THIRD).get("/keys").status_code == 200


def test_a_new_operator_activates_himself_and_a_reset_answers_alike_for_nobody(door: Door) -> None:
    browser = door.browser()
    code = door.host.identity.invite(NAME, "admin2")
    body = {"user": "admin2", "code": code, "new": OTHER}
    assert browser.post("/password/reset", json=body).status_code == 204
    assert code_of(browser.post("/password/reset", json=body)) == (422, "OTP_WRONG")
    answers = [browser.post("/password/reset-code", json={"user": user}) for user in (TRADER, "nobody")]
    assert {(one.status_code, one.text) for one in answers} == {(202, "{}")}


def test_staff_set_up_a_second_factor_before_they_act(door: Door) -> None:
    door.host.identity.set_password(NAME, "admin", PASSWORD, must_change=False)
    browser = door.signed_in("admin")
    assert code_of(browser.get("/sign-ins")) == (403, "MUST_ENROL")
    assert code_of(browser.post("/totp", json={"password": "wrong"})) == (422, "OLD_PASSWORD_WRONG")
    generator = pyotp.TOTP(browser.post("/totp", json={"password": PASSWORD}).json()["secret"])
    assert browser.post("/totp/confirm", json={"code": generator.now()}).status_code == 204
    everybody = browser.get("/sign-ins", params={"limit": 3}).json()
    assert len(everybody["rows"]) == 3
    older = browser.get("/sign-ins", params={"limit": 500, "after": everybody["next"]}).json()
    assert older["rows"][0]["id"] < everybody["rows"][-1]["id"]
    assert {row["user"] for row in older["rows"]} >= {"admin"}
    assert code_of(door.browser().post("/session", json={"user": "admin", "password": PASSWORD})) == (
        401,
        "OTP_REQUIRED",
    )


def test_one_sees_ones_own_sign_ins_only(door: Door) -> None:
    browser = door.signed_in()
    rows = browser.get("/sign-ins").json()["rows"]
    assert {row["user"] for row in rows} == {TRADER}
    assert rows[0]["what"] == "sign_in" and rows[0]["address"] == "127.0.0.1"
    assert (rows[0]["role"], rows[0]["account"]) == ("operator", "Alpha")
    assert code_of(browser.get("/sign-ins", params={"user": "admin"})) == (403, "PERMISSION_DENIED")
    everybody = door.program("regulator", "read").get("/sign-ins", params={"limit": 500}).json()["rows"]
    assert {row["user"] for row in everybody} >= {TRADER}


def test_a_person_issues_keys_for_his_programs_and_ends_them(door: Door) -> None:
    browser = door.signed_in()
    made = browser.post("/keys", json={"scopes": ["read"], "label": "reports", "days": 30})
    assert made.status_code == 201
    program = door.browser(Authorization=f"Bearer {made.json()['key']}")
    assert program.get("/session").json()["scopes"] == ["read"]
    listed = program.get("/keys").json()["rows"][0]
    assert (listed["id"], listed["label"]) == (made.json()["id"], "reports")
    assert "key" not in listed
    assert code_of(program.post("/keys", json={})) == (403, "SCOPE_MISSING")
    assert code_of(door.program(TRADER).post("/keys", json={})) == (403, "SESSION_NEEDED")
    assert browser.delete(f"/keys/{made.json()['id']}").status_code == 204
    assert code_of(program.get("/session")) == (401, "AUTH_REQUIRED")
    assert code_of(browser.delete(f"/keys/{made.json()['id']}")) == (404, "UNKNOWN_KEY")
    assert code_of(browser.post("/keys", json={"scopes": ["all"]})) == (422, "UNKNOWN_SCOPE")
    assert code_of(browser.post("/keys", json={"addresses": ["here"]})) == (422, "BAD_ADDRESS_LIST")


def test_a_code_goes_to_the_masked_place_and_not_twice_in_a_minute(door: Door) -> None:
    mail = door.host.vault.keep(person_of(NAME, TRADER), "mail", MAIL)
    browser = door.signed_in()
    assert code_of(browser.post("/codes", json={})) == (422, "NO_SECOND_FACTOR")
    door.host.identity.reach(NAME, TRADER, mail=mail)
    answer = browser.post("/codes", json={"purpose": "password"})
    assert (answer.status_code, answer.json()) == (202, {"sent_to": "t***@example.cn"})
    again = browser.post("/codes", json={"purpose": "password"})
    assert code_of(again) == (429, "RATE_LIMITED")
    assert 0 < int(again.headers["Retry-After"]) <= 60


def test_a_frozen_operator_neither_signs_in_nor_goes_on(door: Door) -> None:
    staff = door.program("admin")
    assert (
        staff.post("/commands/core.add_operator", json={"account": "Alpha", "operator": "wang"}).status_code
        == 200
    )
    door.host.identity.set_password(NAME, "wang", PASSWORD, must_change=False)
    browser = door.signed_in("wang")
    frozen = staff.post("/commands/core.freeze_operator", json={"account": "Alpha", "operator": "wang"})
    assert frozen.status_code == 200
    answer = door.browser().post("/session", json={"user": "wang", "password": PASSWORD})
    assert code_of(answer) == (403, "OPERATOR_FROZEN")
    assert code_of(browser.get("/session"))[1] in ("OPERATOR_FROZEN", "SESSION_REVOKED")


def test_a_new_operators_mail_reaches_him_and_nothing_but_the_vault_knows_it(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    letters: list[bytes] = []
    taker = SimpleNamespace(handle_DATA=take_into(letters))
    server = Controller(taker, hostname="127.0.0.1", port=port)
    server.start()
    settings = changed(
        settings_of(tmp_path, Http(secure_cookies=False), PLENTY),
        mail=Mail(host="127.0.0.1", port=port, sender="desk@exchange.example", tls="none"),
    )
    host = Host(settings, own_process=False, identity=cheap)
    host.start()
    try:
        assert host.wait_until_writing(20)
        with served(create_edge(host), host.settings.http) as address:
            door = Door(host, address)
            opening = {
                "account": "Alpha",
                "participant": "Alpha Ltd",
                "kind": "enterprise",
                "operator": "chief",
            }
            opening |= {"data_declared_true": True, "mail": MAIL}
            staff = door.program("admin")
            bad = staff.post("/commands/core.open_account", json=opening | {"mail": "no mail"})
            assert code_of(bad) == (422, "BAD_EMAIL")
            answer = staff.post("/commands/core.open_account", json=opening)
            assert answer.status_code == 200
            assert "t***@example.cn" in answer.text and MAIL not in answer.text
            deadline = time.monotonic() + 20
            while not letters and time.monotonic() < deadline:
                time.sleep(0.02)
            letter = email.message_from_bytes(letters[0], policy=email.policy.default)
            assert letter["To"] == MAIL
            assert isinstance(letter, EmailMessage)
            part = letter.get_body()
            assert part is not None
            code = part.get_content().partition("Activation code: ")[2].split()[0]
            browser = door.browser()
            new = {"user": "chief", "code": code, "new": PASSWORD}
            assert browser.post("/password/reset", json=new).status_code == 204
            assert door.signed_in("chief").get("/session").json()["account"] == "Alpha"
            for one in door.browsers:
                one.close()
    finally:
        host.stop()
        server.stop()
    for path in tmp_path.iterdir():
        assert MAIL.encode() not in path.read_bytes(), path


def take_into(letters: list[bytes]) -> Any:
    async def handle(server: Any, session: Any, envelope: Any) -> str:
        letters.append(envelope.content)
        return "250 OK"

    return handle
