"""The database stops under load, or its disk is full: clear errors meanwhile, nothing lost, recovery by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from reliability.line import Line
from reliability.nodes import House, Node, wait_until
from reliability.own_postgresql import UNLIMITED, limit_files, own_postgresql
from reliability.proof import prove, table
from reliability.traders import Crowd

TRADERS = 4
NOT_NOW = {"NOT_COMMITTED", "COMMIT_UNKNOWN", "RECOVERING", "DATABASE_AWAY", "BUSY", "STOPPED", "STANDBY"}


def endure(
    house: House,
    node: Node,
    folder: Path,
    times: int,
    down: Callable[[], None],
    up: Callable[[], None],
    down_s: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Let something be broken for a while, again and again; then prove that nothing is missing."""
    recovered: list[float] = []
    with Crowd(house, lambda: [node.address], TRADERS, "away") as crowd:
        for _ in range(times):
            crowd.wait_for_more(TRADERS * 5)
            down()
            try:
                for _ in range(3):
                    # In between it tries again, and says for that moment that it writes.
                    wait_until(lambda: bool(node.ready()[1].get("reasons")), 30, lambda: str(node.ready()))
                    time.sleep(down_s / 3)
                meanwhile()
            finally:
                up()
            begun = time.monotonic()
            wait_until(lambda: node.ready()[0] == 200, 60, lambda: str(node.ready()))
            recovered.append(time.monotonic() - begun)
            crowd.wait_for_more(TRADERS * 5)
    assert crowd.turned_away and set(crowd.turned_away) <= NOT_NOW, crowd.turned_away
    assert node.process.poll() is None
    found = prove(house, node, crowd.sent, folder)
    print(found, crowd.turned_away, "ready again after", recovered)
    assert found.accepted > 20 and found.problems


def restarts(folder: Path, times: int, down_s: float) -> None:
    """Stop and start a PostgreSQL server under load."""
    with own_postgresql() as (server, url), House(url, folder) as house:
        node = house.trading()
        ways_in = partial(every_way_in_says_so, house, node)
        endure(house, node, folder, times, server.stop, server.start, down_s, ways_in)


def every_way_in_says_so(house: House, node: Node) -> None:
    """Whatever needs the database answers with a problem that says when to come again, in time."""
    desk = {"account": "Alpha", "operator": "Alpha-late", "mail": "late@example.com"}
    words = {"user": "Alpha", "password": "anything at all"}
    ways = (
        ("Alpha", "POST", "commands/core.withdraw_listing", {"account": "Alpha", "listing": 1}),
        ("admin", "POST", "commands/core.add_operator", desk),
        ("admin", "POST", "batch", {"commands": [{"command": "core.add_operator", "fields": desk}]}),
        ("Alpha", "GET", "queries/core.board", None),
        ("Alpha", "GET", "queries/core.trades", None),
        ("admin", "GET", "refusals", None),
        ("", "POST", "session", words),
    )
    with house.on(node) as caller:
        for actor, method, path, body in ways:
            begun = time.monotonic()
            answer = caller.ask(actor, method, path, body)
            if path == "batch" and answer.status == 200:
                assert answer.json()["answers"][0]["status"] == 503, answer
            else:
                assert answer.status == 503 and answer.is_problem, (path, answer)
            assert time.monotonic() - begun < 15, path
    with Line(node.address) as line:
        assert line.send("GET", "/health").status == 200


def test_a_database_server_that_is_restarted_loses_nothing(tmp_path: Path) -> None:
    restarts(tmp_path, times=1, down_s=1)


@pytest.mark.soak
def test_a_database_server_that_is_restarted_ten_times_loses_nothing(tmp_path: Path) -> None:
    restarts(tmp_path, times=10, down_s=3)


def full_sqlite(folder: Path, times: int, down_s: float) -> None:
    """Let the files of the database grow no further than they are."""
    with House(f"sqlite:///{folder}/tanpan.db", folder) as house:
        node = house.trading()
        pid = node.process.pid

        def squeeze() -> None:
            limit_files(pid, 8 * 1024)  # far less than the write-ahead log has already

        endure(house, node, folder, times, squeeze, lambda: limit_files(pid, UNLIMITED), down_s)


def test_a_full_disk_under_sqlite_loses_nothing_and_heals_by_itself(tmp_path: Path) -> None:
    full_sqlite(tmp_path, times=1, down_s=1)


@pytest.mark.soak
def test_a_disk_that_is_full_twenty_times_under_sqlite_loses_nothing(tmp_path: Path) -> None:
    full_sqlite(tmp_path, times=20, down_s=2)


LEAST = 1_100_000
"""Above the files of the write-ahead log (1 MB each) and everything an empty database has."""


def full_postgresql(folder: Path, times: int, down_s: float) -> None:
    """Let no file of the database server grow beyond what the journal's table has reached."""
    with own_postgresql(short_log_segments=True) as (server, url), House(url, folder) as house:
        node = house.trading()
        fill(house, node, url)
        endure(
            house,
            node,
            folder,
            times,
            lambda: server.limit_files(journal_bytes(url)),
            lambda: server.limit_files(UNLIMITED),
            down_s,
        )


def fill(house: House, node: Node, url: str) -> None:
    """Write to the journal, in rows that stay in its own file, until that is the largest there is."""
    order = {"account": "Gamma", "instrument": "X", "side": "buy", "price": "47.00", "quantity": 1}
    body = {"commands": [{"command": "core.post_listing", "fields": order}] * 11}
    with house.on(node) as caller:
        while journal_bytes(url) < LEAST:
            for _ in range(50):
                assert caller.ask("Gamma", "POST", "batch", body).status == 200


def journal_bytes(url: str) -> int:
    """How large the journal's own file is."""
    ((size,),) = table(url, "SELECT pg_relation_size('journal')")
    return int(size)


def test_a_full_disk_under_postgresql_loses_nothing_and_heals_by_itself(tmp_path: Path) -> None:
    full_postgresql(tmp_path, times=1, down_s=1)


@pytest.mark.soak
def test_a_disk_that_is_full_twenty_times_under_postgresql_loses_nothing(tmp_path: Path) -> None:
    full_postgresql(tmp_path, times=20, down_s=2)
