"""One client floods the server: it is told to come again later, others hardly notice, memory stays what it was."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from reliability import nodes
from reliability.nodes import TESTS, House
from tanpan_adapters import runner
from tanpan_adapters.service.configuration import Limits

LIMITS = Limits(requests_per_second=200, request_burst=300)
PACE_S = 0.01
RATIO = 25
QUIET_S = 0.01
"""A quiet server's 99th percentile, when the machine is in a good mood: the ratio is to this at least."""
GROWTH = 1.15
ORDER_KB = 1
"""What an order that was accepted may take: it stands in the book, and its request is remembered."""
CONNECTIONS = 16
ANSWERS = 150
"""As many orders at least are answered during a flood: of fewer the 99th percentile is the slowest one."""


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    # A million requests take minutes and leave a book of 100,000 orders: a snapshot of it after every few orders
    # would be what others wait for, so it is taken as seldom as the service does.
    long = request.node.get_closest_marker("soak") is not None
    every = runner.SNAPSHOT_EVERY if long else nodes.SNAPSHOT_EVERY
    url = f"sqlite:///{tmp_path}/tanpan.db"
    with House(url, tmp_path, limits=LIMITS, snapshot_every=every) as house:
        house.trading()
        yield house


def trade(house: House, going_on: Callable[[], bool]) -> list[float]:
    """Trade at a decent pace as long as something goes on; how long each answer took."""
    took = []
    order = {"account": "Alpha", "instrument": "X", "side": "buy", "price": "49.00", "quantity": 1}
    with house.on(house.nodes[-1]) as caller:
        while going_on():
            begun = time.monotonic()
            answer = caller.send("Alpha", "core.post_listing", **order)
            took.append(time.monotonic() - begun)
            assert answer.status == 200, answer
            time.sleep(PACE_S)
    return took


def flooded(house: House, requests: int, key: str) -> tuple[list[float], dict[str, Any]]:
    """Trade while another floods under a key; the times, and what the other was answered."""
    at = urlsplit(house.nodes[-1].address)
    path = f"/api/{house.exchange}/commands/core.post_listing"
    words = [str(at.hostname), str(at.port), key, path, str(requests), str(CONNECTIONS)]
    with subprocess.Popen(
        [sys.executable, "-m", "reliability.flood_child", *words], cwd=TESTS, stdout=subprocess.PIPE
    ) as flood:
        try:
            took = trade(house, lambda: flood.poll() is None)
            assert flood.stdout is not None
            said = flood.stdout.read()
        finally:
            flood.kill()
    return took, json.loads(said)


def resident_kb(pid: int) -> int:
    """How much memory a process has in use."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def p99(took: list[float]) -> float:
    """What 99 of 100 answers took at most."""
    return sorted(took)[len(took) * 99 // 100 - 1]


def check(house: House, requests: int, key: str) -> None:
    node = house.nodes[-1]
    until = time.monotonic() + 2
    quiet = trade(house, lambda: time.monotonic() < until)
    flooded(house, 2_000, key)  # what one caller may have at all is in memory by now
    before = resident_kb(node.process.pid)
    took, said, sent = [], Counter[str](), 0
    while len(took) < ANSWERS:
        more, told = flooded(house, requests, key)
        took, sent = took + more, sent + requests
        said.update(told)
    after = resident_kb(node.process.pid)
    print(f"quiet {p99(quiet):.4f} s, flooded {p99(took):.4f} s (p99 of {len(took)});", dict(said))
    print(f"memory {before} kB before, {after} kB after")
    turned_away = said["429"] + said["503"]
    assert turned_away > sent * 0.5
    assert said["retry-after"] == turned_away
    assert turned_away + said["200"] + said["401"] >= sent
    assert p99(took) < RATIO * max(p99(quiet), QUIET_S)
    assert after < before * GROWTH + (said["200"] + len(took)) * ORDER_KB


def test_a_flood_from_one_client_is_hardly_noticed_by_another(house: House) -> None:
    check(house, 20_000, house.key("Beta"))


def test_a_flood_from_a_stranger_is_hardly_noticed_by_a_trader(house: House) -> None:
    check(house, 10_000, "tpk_" + "x" * 43)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("key", ["his own", "of nobody"])
def test_a_million_requests_from_one_client_are_hardly_noticed_by_another(house: House, key: str) -> None:
    check(house, 1_000_000, house.key("Beta") if key == "his own" else "tpk_" + "x" * 43)
