"""Clients that send too much, too often, too slowly or too deep."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.callers import House, opened
from api.test_commands import POST
from tanpan_adapters.api.edge import DEPTH, check_depth
from tanpan_adapters.api.limits import Buckets, Pace
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.service.configuration import Http, Limits

SLOW = Http(header_seconds=1, body_seconds=1, command_bytes=20_000, batch_bytes=50_000, connections=20)


def connected(house: House) -> socket.socket:
    """A bare connection."""
    where = urlsplit(house.address)
    return socket.create_connection((where.hostname, where.port), timeout=10)


def told(connection: socket.socket) -> bytes:
    """Everything until the other end closes."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def test_a_body_that_says_it_is_too_large_is_refused_unread(house: House) -> None:
    with connected(house) as connection:
        key = house.head("Alpha")["Authorization"]
        connection.sendall(
            b"POST /api/venue/commands/core.post_listing HTTP/1.1\r\nHost: x\r\n"
            b"Authorization: %s\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n" % key.encode()
        )
        assert b"413" in connection.recv(1_000).splitlines()[0]


def test_a_body_that_turns_out_too_large_is_refused_while_it_is_read(house: House) -> None:
    def endless() -> object:
        for _ in range(3_000):
            yield b" " * 1_000

    try:
        response = house.client.post(
            "/api/venue/commands/core.post_listing",
            content=endless(),  # type: ignore[arg-type]
            headers=house.head("Alpha"),
        )
    except httpx.TransportError:
        return  # Refused and closed before all was sent.
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_deep_nesting_is_malformed_and_text_is_no_nesting() -> None:
    check_depth(b'{"a":"' + b"[" * 10_000 + b'"}')
    check_depth(b'{"a":"\\"' + b"[{" * 5_000)
    check_depth(b"[" * DEPTH + b"]" * DEPTH)
    check_depth(b"[]," * 5_000)
    for body in (
        b"[" * (DEPTH + 1),
        b'{"a":' * (DEPTH + 1),
        b"[]" * 100_000,
        b'"' + b'\\"' * 3 + b'"' + b"[" * 99,
    ):
        with pytest.raises(Problem):
            check_depth(body)


def test_unterminated_text_is_looked_through_in_one_pass() -> None:
    begun = time.perf_counter()
    check_depth(b'["' + b'\\"[' * 15_000 + b'"[]' * 20)
    assert time.perf_counter() - begun < 1


def test_one_who_sends_his_head_or_body_slowly_is_cut_off_and_others_are_served(tmp_path: Path) -> None:
    with opened(tmp_path, SLOW) as house:
        begun = time.monotonic()
        with connected(house) as idle, connected(house) as head, connected(house) as body:
            head.sendall(b"POST /api/venue/commands/core.post_listing HTTP/1.1\r\nHost: x\r\n")
            key = house.head("Alpha")["Authorization"].encode()
            body.sendall(
                b"POST /api/venue/commands/core.post_listing HTTP/1.1\r\nHost: x\r\n"
                b"Authorization: %s\r\nContent-Length: 100\r\n\r\n{" % key
            )
            assert house.send("Alpha", "core.post_listing", **POST).status_code == 200
            for slow in (idle, head, body):
                assert b"408" in told(slow).splitlines()[0]
        assert time.monotonic() - begun < 5


def test_connections_that_are_held_and_not_used_keep_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanpan_adapters.api.edge.IDLE_S", 0.2)
    with opened(tmp_path, http=SLOW, bare=True) as house, ExitStack() as held:
        for _ in range(SLOW.connections):
            one = held.enter_context(connected(house))
            one.sendall(b"GET /health HTTP/1.1\r\nhost: venue\r\n\r\n")
            assert one.recv(65_536).startswith(b"HTTP/1.1 200")
        time.sleep(0.4)
        for _ in range(5):
            assert httpx.get(f"{house.address}/health").status_code == 200


def test_connections_beyond_the_limit_are_turned_away_at_once(tmp_path: Path) -> None:
    with opened(tmp_path, SLOW) as house:
        held = [connected(house) for _ in range(19)]
        try:
            with connected(house) as one_more:
                answer = told(one_more)
            assert b"503" in answer.splitlines()[0] and b"retry-after: 1" in answer
        finally:
            for connection in held:
                connection.close()
        time.sleep(0.2)
        assert house.client.get("/health").status_code == 200


def test_what_is_no_http_is_a_problem_too(house: House) -> None:
    with connected(house) as connection:
        connection.sendall(b"HELO tanpan\r\n\r\n")
        answer = told(connection)
    assert b"400" in answer.splitlines()[0] and b"application/problem+json" in answer


def test_one_who_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    limits = Limits(requests_per_second=1, request_burst=30, anonymous_per_second=1, anonymous_burst=5)
    with opened(tmp_path, limits=limits) as house:
        codes = [house.get("Alpha", "queries/core.board").status_code for _ in range(40)]
        assert codes[:25] == [200] * 25 and codes[-1] == 429
        refused = house.get("Alpha", "queries/core.board")
        assert refused.json()["code"] == "RATE_LIMITED" and int(refused.headers["retry-after"]) >= 1
        assert house.get("Beta", "queries/core.board").status_code == 200
        strangers = [house.get("", "queries/core.board").status_code for _ in range(10)]
        assert 401 in strangers and strangers[-1] == 429
        assert house.get("Gamma", "queries/core.board").status_code == 200
        assert all(house.client.get("/health").status_code == 200 for _ in range(20))


def test_buckets_fill_with_time_and_their_table_stays_small() -> None:
    now = [0.0]
    buckets = Buckets(10, 5, most=100, clock=lambda: now[0])
    assert [buckets.wait_s("a") for _ in range(6)] == [0] * 5 + [1]
    now[0] += 0.5
    assert [buckets.wait_s("a") for _ in range(6)] == [0] * 5 + [1]
    for number in range(10_000):
        buckets.wait_s(f"caller {number}")
    assert len(buckets) == 100


def test_refusals_go_out_at_once_then_one_after_the_other_and_none_too_late() -> None:
    now = [0.0]
    pace = Pace(10, 3, 1.0, clock=lambda: now[0])
    at_once, in_turn = [pace.hold_s() for _ in range(3)], [pace.hold_s() for _ in range(10)]
    assert at_once == pytest.approx([0.0] * 3)
    assert in_turn == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert [pace.hold_s() for _ in range(100)] == [1.0] * 100
    now[0] += 0.6
    assert pace.hold_s() == pytest.approx(0.5)
    now[0] += 60
    assert [pace.hold_s() for _ in range(3)] == pytest.approx([0.0] * 3)
    assert pace.hold_s() == pytest.approx(0.1)


def test_every_answer_bears_the_headers_that_browsers_want(house: House) -> None:
    for response in (house.get("Alpha", "queries/core.board"), house.get("", "state")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-request-id"]


def test_only_a_trusted_proxy_says_for_whom_it_speaks(tmp_path: Path) -> None:
    limits = Limits(anonymous_per_second=1, anonymous_burst=2)
    for proxies, last in (([], 429), (["127.0.0.0/8"], 401)):
        folder = tmp_path / str(last)
        folder.mkdir()
        with opened(folder, Http(trusted_proxies=proxies), limits, bare=True) as house:
            codes = [
                house.get("", "state", {"X-Forwarded-For": f"192.0.2.{number}"}).status_code
                for number in range(6)
            ]
            assert codes[-1] == last


def test_a_head_without_end_is_cut_off(house: House) -> None:
    with connected(house) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ")
        try:
            for _ in range(500):
                connection.sendall(b"x" * 1_000)
            answer = told(connection)
        except (BrokenPipeError, ConnectionResetError):
            return
    assert b"431" in answer.splitlines()[0]


def test_one_who_does_not_read_his_answer_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanpan_adapters.api.edge.UNREAD_S", 0.5)
    with opened(tmp_path) as house, connected(house) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.sendall(b"GET /schema/ui/swagger_bundle.js HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        mine, theirs = connection.getsockname()[1], urlsplit(house.address).port
        assert theirs is not None
        until = time.monotonic() + 10
        while established(theirs, mine):
            assert time.monotonic() < until
            time.sleep(0.1)
        assert house.client.get("/health").status_code == 200


def established(here: int, there: int) -> bool:
    """Whether the kernel has an open connection from one of our ports to another."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    ends = [line.split()[1:4] for line in lines]
    return any(
        (int(local[-4:], 16), int(remote[-4:], 16), state) == (here, there, "01")
        for local, remote, state in ends
    )
