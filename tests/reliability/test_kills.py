"""A server that is killed under load has lost nothing it acknowledged, and did nothing it refused."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from databases import new_database
from reliability.nodes import House, Node, wait_until
from reliability.proof import Found, prove
from reliability.traders import Crowd

TRADERS = 4
LONGEST_S = 0.8


def kill_the_only_node(url: str, folder: Path, rounds: int, seed: int) -> list[Found]:
    """Kill the server again and again and start it anew on the same database."""
    chance = Random(seed)
    with House(url, folder) as house:
        node = house.trading()
        with Crowd(house, lambda: [house.nodes[-1].address], TRADERS, f"s{seed}") as crowd:
            for _ in range(rounds):
                crowd.wait_for_more(TRADERS * 5)
                time.sleep(chance.uniform(0, LONGEST_S))
                node.kill()
                node = house.start().listening()
            crowd.wait_for_more()
        return [prove(house, node, crowd.sent, folder)]


def kill_the_writing_node(url: str, folder: Path, rounds: int, seed: int) -> tuple[list[Found], list[float]]:
    """Kill whichever node writes; the one that stands by takes over, and a new one stands by."""
    chance = Random(seed)
    took_over: list[float] = []
    with House(url, folder) as house:
        writing = house.trading()
        standing_by = house.start()

        def addresses() -> list[str]:
            return [writing.address, standing_by.address]

        with Crowd(house, addresses, TRADERS, f"p{seed}") as crowd:
            for _ in range(rounds):
                standing_by.listening().until("standby")
                crowd.wait_for_more(TRADERS * 5)
                time.sleep(chance.uniform(0, LONGEST_S))
                killed = time.monotonic()
                writing.kill()
                # Whoever stood by writes now; who asks the other one meanwhile is told to ask again.
                writing, standing_by = standing_by, writing
                took_over.append(_until_writing(writing, killed))
                crowd.wait_for_more(TRADERS * 5)
                standing_by = house.start()
            standing_by.listening().until("standby")
            crowd.wait_for_more()
            assert crowd.turned_away["STANDBY"]
        found = prove(house, writing, crowd.sent, folder)
        return [found], took_over


def _until_writing(node: Node, since: float) -> float:
    wait_until(lambda: node.state() == "writing", 60)
    return time.monotonic() - since


def check(found: list[Found], kills: int) -> None:
    """Assert that what was compared was worth it."""
    for one in found:
        print(one)
    assert sum(one.accepted for one in found) > 20 * kills
    assert all(one.refused and one.retried and one.messages and one.view_rows for one in found)


def test_a_killed_server_has_lost_nothing_on_sqlite(tmp_path: Path) -> None:
    check(kill_the_only_node(f"sqlite:///{tmp_path}/tanpan.db", tmp_path, rounds=3, seed=1), 3)


def test_a_stand_by_takes_over_from_a_killed_server_on_postgresql(
    postgresql_server: str, tmp_path: Path
) -> None:
    with new_database(postgresql_server) as url:
        found, took_over = kill_the_writing_node(url, tmp_path, rounds=3, seed=1)
    check(found, 3)
    print("took over after", took_over)
    assert max(took_over) < 20


@pytest.mark.soak
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(5))
def test_fifty_kills_lose_nothing_on_sqlite(tmp_path: Path, seed: int) -> None:
    check(kill_the_only_node(f"sqlite:///{tmp_path}/tanpan.db", tmp_path, rounds=10, seed=100 + seed), 10)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(5))
def test_fifty_takeovers_lose_nothing_on_postgresql(
    postgresql_server: str, tmp_path: Path, seed: int
) -> None:
    with new_database(postgresql_server) as url:
        found, took_over = kill_the_writing_node(url, tmp_path, rounds=10, seed=100 + seed)
    check(found, 10)
    print("took over after", sorted(took_over))
