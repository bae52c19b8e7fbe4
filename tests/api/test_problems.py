"""Everything that goes wrong has one form, in two languages."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from api.callers import House
from api.test_commands import POST
from tanpan_adapters.api.problems import EDGE, language_of

MEMBERS = {"type", "title", "status", "detail", "code", "clause", "details", "instance"}


def check(response: httpx.Response, status: int, code: str) -> dict[str, object]:
    """A problem document as promised."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, object] = response.json()
    assert set(found) >= MEMBERS
    assert (found["status"], found["code"], found["type"]) == (status, code, f"/problems/{code}")
    return found


def test_a_refusal_says_its_code_clause_and_what_decided_it_in_both_languages(house: House) -> None:
    bad = {**POST, "price": "99.00"}
    chinese = check(house.send("Alpha", "core.post_listing", **bad), 422, "PRICE_OUT_OF_BAND")
    english = check(
        house.send("Alpha", "core.post_listing", {"Accept-Language": "en-GB,zh;q=0.5"}, **bad),
        422,
        "PRICE_OUT_OF_BAND",
    )
    assert chinese["title"] == "价格超出涨跌幅"
    assert english["title"] == "the price is outside its band"
    assert chinese["details"] == english["details"]
    assert isinstance(chinese["details"], dict) and chinese["details"]["price"] == "99.00"


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("zh;q=0.1, en;q=0.2", "en"),
        ("fr, de;q=0.5", "zh"),
        ("en;q=0", "zh"),
        ("en;q=nonsense", "zh"),
        ("*", "zh"),
    ],
)
def test_the_language_is_the_one_that_is_preferred(accept: str, language: str) -> None:
    assert language_of(accept) == language


def test_nobody_is_asked_to_sign_in_and_strangers_names_are_not_known(house: House) -> None:
    found = house.send("", "core.post_listing", **POST)
    check(found, 401, "AUTH_REQUIRED")
    assert found.headers["www-authenticate"] == "Bearer"
    check(house.send("nobody", "core.post_listing", **POST), 422, "UNKNOWN_ACTOR")


def test_what_is_not_there_is_not_found(house: House) -> None:
    check(house.client.get("/nowhere"), 404, "NOT_FOUND")
    check(house.client.get("/api/atlantis/queries/core.board"), 404, "UNKNOWN_EXCHANGE")
    check(house.get("Alpha", "queries/core.nothing"), 404, "UNKNOWN_QUERY")
    check(house.send("Alpha", "core.nothing"), 404, "UNKNOWN_COMMAND")
    check(house.client.delete("/api/venue/queries/core.board"), 405, "METHOD_NOT_ALLOWED")
    wrong = house.client.put("/api/venue/commands/core.post_listing", headers=house.head("Alpha"))
    check(wrong, 405, "METHOD_NOT_ALLOWED")
    assert "POST" in wrong.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b'{"account": "\xed\xa0\x80"}', b"[" * 100_000],
)
def test_what_is_no_json_object_is_malformed(house: House, body: bytes) -> None:
    response = house.client.post(
        "/api/venue/commands/core.post_listing", content=body, headers=house.head("Alpha")
    )
    check(response, 400, "MALFORMED")
    response = house.client.post("/api/venue/batch", content=body, headers=house.head("Alpha"))
    check(response, 400, "MALFORMED")


@pytest.mark.parametrize(
    "fields",
    [
        {"price": 50.0},
        {"price": []},
        {"quantity": "much"},
        {"quantity": 10**30},
        {"account": {"deep": 1}},
        {"extra": 1},
        {"side": 7},
    ],
)
def test_a_field_of_another_type_is_refused(house: House, fields: dict[str, object]) -> None:
    response = house.send("Alpha", "core.post_listing", **{**POST, **fields})
    assert response.status_code == 422, response.text


@pytest.mark.parametrize("request_id", ["", "x" * 201, "\x7f"])
def test_a_request_id_that_is_none_is_malformed(house: House, request_id: str) -> None:
    response = house.send("Alpha", "core.post_listing", {"Idempotency-Key": request_id}, **POST)
    assert response.status_code == 400, response.text


def test_a_defect_tells_nothing_but_that_it_is_recorded(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*args: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(house.hosted.writer, "ask", broken)
    response = house.get("Alpha", "queries/core.board")
    found = check(response, 500, "INTERNAL")
    assert "secret" not in response.text
    number = str(found["instance"]).removeprefix("/requests/")
    assert number == response.headers["x-request-id"]
    assert any(getattr(record, "request_id", "") == number for record in caplog.records)


def test_every_code_is_described_in_both_languages(house: House) -> None:
    for _, reason in EDGE:
        found = house.client.get(f"/problems/{reason.code}").json()
        assert (found["zh"], found["en"]) == (reason.zh, reason.en)
    assert house.client.get("/problems/PRICE_OUT_OF_BAND").json()["status"] == 422
    check(house.client.get("/problems/NONE_SUCH"), 404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["session", "password", "keys", "clock"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"\xff",
        b"[" * 100_000,
        b'{"user":' * 50_000,
        b'{"user": "\xed\xa0\x80"}',
        b'{"x": 1}',
    ],
    ids=range(9),
)
def test_the_other_routes_take_malformed_bodies_alike(house: House, path: str, body: bytes) -> None:
    headers = {**house.head("admin"), "Content-Type": "application/json"}
    response = house.client.post(f"/api/venue/{path}", content=body, headers=headers)
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == "application/problem+json"


def test_a_large_body_is_refused_by_the_other_routes_too(house: House) -> None:
    large = b'{"user": "' + b"x" * 2_000_000 + b'"}'
    response = house.client.post(
        "/api/venue/session", content=large, headers={"Content-Type": "application/json"}
    )
    check(response, 413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    "path",
    [
        "/api/%ff/queries/core.board",
        "/api/venue/queries/%ff%fe",
        "/api/venue/queries/core.orders?account=%ff",
        "/api/venue/queries/core.orders?%ff=1",
        "/api/venue/queries/core.orders?account=a&account=b",
        "/api/venue/queries/core.board?levels=-1",
        "/api/venue/queries/core.board?levels=9999999999999999999999",
        "/api/venue/queries/core.board?levels=nan",
        "/api/venue/calendar?after=9999-12-31",
        "/api/venue/calendar?after=0001-01-01&count=5",
        "/api/venue/calendar?count=1e3",
        "/api/venue/rules/board/nothing",
        "/api/venue/rules/%00/tick_fen",
        "/api/venue/rules/board/tick_fen?day=2026-02-30",
        "/api/venue/refusals?after=x",
        "/api/venue/queries/core.orders?at_least=-1",
        "/api/venue/../../etc/passwd",
        "/schema/ui/../../../../etc/passwd",
        "/schema/ui/%2e%2e/%2e%2e/pyproject.toml",
        "//api//venue",
        "/problems/%ff",
    ],
)
def test_odd_addresses_are_the_clients_fault(house: House, path: str) -> None:
    where = urlsplit(house.address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        key = house.head("admin")["Authorization"]
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {key}\r\n\r\n"
        connection.sendall(head.encode())
        answer = b""
        while part := connection.recv(65_536):
            answer += part
    status = int(answer.split()[1])
    assert status in (200, 400, 404, 422), answer[:300]
    assert status == 200 or b"application/problem+json" in answer
    assert b"root:" not in answer and b"[project]" not in answer
