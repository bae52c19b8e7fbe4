"""A served exchange with a mail server and recorded text messages, and people who come in from outside."""

from __future__ import annotations

import email
import email.policy
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import msgspec
from aiosmtpd.controller import Controller
from argon2.profiles import CHEAPEST
from attrs import evolve

from api.callers import NAME, PLENTY, House, settings_of
from attachments import samples
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import served
from tanpan_adapters.identity import Identity
from tanpan_adapters.identity.settings import strictness
from tanpan_adapters.service.configuration import (
    ExchangeTable,
    Http,
    Mail,
    Settings,
    Sms,
    Timetable,
    changed,
)
from tanpan_adapters.service.host import Host

PASSWORD = "correct horse battery"
MOBILE = "13812341234"
OTHER_MOBILE = "13912341234"
MAIL = "wang@example.cn"
IDENTITY = "11010519491231002X"
REAL_NAME = "测试甲"
HOME = ["北京市", "北京市", "东城区", "某街一号"]
IN_CLEAR = (MOBILE, OTHER_MOBILE, MAIL, IDENTITY, REAL_NAME, "某街一号")
PATIENCE_S = 20


class Letters:
    """What the mail server took: to whom, and what."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        self.taken += [(to, found) for to in envelope.rcpt_tos]
        return "250 OK"

    def said(self, to: str) -> list[str]:
        """Subject and text of every letter to somebody."""
        return [f"{letter['Subject']}\n{letter.get_content()}" for whom, letter in self.taken if whom == to]


class Lobby(House):
    """A house into which visitors come."""

    def __init__(self, host: Any, address: str, folder: Path, letters: Letters) -> None:
        super().__init__(host, address)
        self.folder = folder
        self.letters = letters
        self.codes = 0
        self.browsers: list[httpx.Client] = []

    def browser(self) -> httpx.Client:
        """A browser that keeps its cookies."""
        made = httpx.Client(base_url=f"{self.address}/api/{NAME}", timeout=20)
        self.browsers.append(made)
        return made

    def text_messages(self) -> list[dict[str, str]]:
        """The text messages that were recorded."""
        path = self.folder / "sms.jsonl"
        return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    def next_code(self) -> str:
        """The code of the next text message."""
        until = time.monotonic() + PATIENCE_S
        while len(self.text_messages()) <= self.codes:
            assert time.monotonic() < until, "no text message came"
            time.sleep(0.05)
        self.codes += 1
        return self.text_messages()[self.codes - 1]["text"].partition("验证码 ")[2][:6]

    def letter(self, to: str, word: str) -> str:
        """The letter to somebody with a word in it, once it came."""
        until = time.monotonic() + PATIENCE_S
        while not (found := [one for one in self.letters.said(to) if word in one]):
            assert time.monotonic() < until, f"no letter with {word!r} came: {self.letters.said(to)}"
            time.sleep(0.05)
        return found[-1]

    def registered(self, user: str, mobile: str = MOBILE) -> httpx.Client:
        """A visitor who became an applicant and has signed in."""
        browser = self.browser()
        asked = browser.post("/visitors", json={"user": user, "mobile": mobile})
        assert asked.status_code == 202, asked.text
        confirmation = {"user": user, "password": PASSWORD, "password_again": PASSWORD}
        answer = browser.post("/visitors/confirm", json={**confirmation, "code": self.next_code()})
        assert answer.status_code == 201, answer.text
        return self.signed_in(user, browser)

    def signed_in(self, user: str, browser: httpx.Client | None = None) -> httpx.Client:
        """A browser of somebody with a password."""
        browser = browser or self.browser()
        answer = browser.post("/session", json={"user": user, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return browser

    def tested(self, number: int) -> None:
        """Staff state that the test was taken: only then is it reviewed."""
        self.do(
            "admin",
            "core.state_fact",
            application=number,
            fact="test",
            reference=f"test {number}",
            content={"score": 80},
        )

    def everything(self) -> dict[str, bytes]:
        """Every file of the database's folder, and what else the service wrote."""
        return {
            str(path): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != "vault.key"
        }


def command(browser: httpx.Client, name: str, **fields: Any) -> httpx.Response:
    """A command of somebody who has signed in."""
    return browser.post(f"/commands/{name}", json=fields)


def done(browser: httpx.Client, name: str, **fields: Any) -> dict[str, Any]:
    """A command that is accepted."""
    answer = command(browser, name, **fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A problem as expected."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    found: dict[str, Any] = answer.json()
    return found


def content_of(account: str = "P1", **other: Any) -> dict[str, Any]:
    """A form of the neutral opening, as a person fills it in."""
    said = {
        "account": account,
        "participant": "某某",
        "sort": "person",
        "real_name": REAL_NAME,
        "identity": IDENTITY,
        "mobile": MOBILE,
        "mail": MAIL,
        "home": HOME,
    }
    return {**said, **other}


def drafted(browser: httpx.Client, account: str = "P1", **other: Any) -> int:
    """An opening that is begun; its number."""
    made = done(
        browser,
        "core.draft_application",
        kind="neutral_market.opening",
        content=content_of(account, **other),
    )
    number: int = made["events"][0]["application"]
    return number


def handed_in(browser: httpx.Client, number: int, material: str, data: bytes, **facts: Any) -> str:
    """A picture that is handed in for an application; its digest."""
    answer = browser.post("/attachments", files={"file": ("a.png", data, "image/png")})
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    done(
        browser,
        "core.attach_material",
        application=number,
        material=material,
        digest=kept["digest"],
        size=kept["size"],
        media_type=kept["media_type"],
        **facts,
    )
    return str(kept["digest"])


def submitted(browser: httpx.Client, account: str = "P1", **other: Any) -> int:
    """An opening that is whole and submitted; its number."""
    number = drafted(browser, account, **other)
    handed_in(browser, number, "identity_card", samples.image(), colour=True, valid_until="long_term")
    done(browser, "core.open_agreement", application=number, field="risks", version="2026-1")
    done(browser, "core.amend_application", application=number, content={"risks": "2026-1"})
    done(browser, "core.submit_application", application=number)
    return number


@contextmanager
def lobby(folder: Path, packs: tuple[str, ...] = ("neutral_market",), **limits: Any) -> Iterator[Lobby]:
    """A served exchange; `limits` are settings of identity."""

    def identity(engine: Any, vault: Any, settings: Settings) -> Identity:
        strict = {
            "attempts_per_minute": 10_000,
            "code_pause_us": 0,
            "codes_per_address": 10_000,
            "codes_per_day": 10_000,
        }
        return Identity(engine, vault, evolve(strictness(settings), argon2=CHEAPEST, **{**strict, **limits}))

    letters = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    table = ExchangeTable(packs=list(packs), timetable=Timetable(automatic=False))
    settings = changed(
        settings_of(folder, Http(secure_cookies=False), PLENTY),
        mail=Mail(host="127.0.0.1", port=port, sender="desk@exchange.example", tls="none"),
        sms=Sms(record=str(folder / "sms.jsonl")),
        exchanges={NAME: table},
    )
    host = Host(settings, own_process=False, identity=identity)
    host.start()
    assert host.wait_until_writing(PATIENCE_S)
    try:
        with served(create_edge(host), host.settings.http) as address:
            house = Lobby(host, address, folder, letters)
            try:
                yield house
            finally:
                for browser in (house.client, *house.browsers):
                    browser.close()
    finally:
        host.stop()
        controller.stop()
