"""One client that sends without end: memory stays bounded, and others are served."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest

from api.callers import House, opened
from api.test_commands import POST
from api.test_edge import connected
from tanpan_adapters.service.configuration import Limits

LIMITS = Limits(requests_per_second=200, request_burst=400, anonymous_per_second=1_000, anonymous_burst=1_000)
AT_ONCE = 200


def flood(house: House, actor: str, count: int) -> int:
    """Send requests one behind the other over one connection; how many were turned away for coming too often."""
    key = house.head(actor)["Authorization"]
    one = f"GET /api/venue/queries/core.board HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\n\r\n".encode()
    turned_away = answered = 0
    with connected(house) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        tail = b""
        while answered < count:
            connection.sendall(one * AT_ONCE)
            due = AT_ONCE
            while due:
                data = tail + connection.recv(262_144)
                cut = data.rfind(b"HTTP/1.1 ")
                # What may be the first half of a status line is looked at with what follows it.
                tail = data[-12:] if cut < len(data) - 12 else data[cut:]
                seen = data[: len(data) - len(tail)]
                due -= seen.count(b"HTTP/1.1 ")
                turned_away += seen.count(b"HTTP/1.1 429")
                if due == 1 and b"HTTP/1.1 " in tail:
                    due = 0
            answered += AT_ONCE
    return turned_away


def resident_bytes() -> int:
    """What this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


def flooded(folder: Path, count: int) -> None:
    with opened(folder, limits=LIMITS) as house:
        flood(house, "Alpha", AT_ONCE)
        before = resident_bytes()
        turned_away: list[int] = []
        sender = threading.Thread(target=lambda: turned_away.append(flood(house, "Alpha", count)))
        sender.start()
        waits = []
        while sender.is_alive():
            begun = time.perf_counter()
            assert house.send("Beta", "core.post_listing", **{**POST, "account": "Beta"}).status_code == 200
            waits.append(time.perf_counter() - begun)
            time.sleep(0.05)
        sender.join()
        assert turned_away[0] > count // 2
        assert sorted(waits)[len(waits) // 2] < 0.5
        assert resident_bytes() - before < 100 * 2**20


def test_one_that_floods_is_turned_away_and_others_are_served(tmp_path: Path) -> None:
    flooded(tmp_path, 6_000)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_a_million_requests_of_one_client_leave_memory_as_it_was(tmp_path: Path) -> None:
    flooded(tmp_path, 1_000_000)
