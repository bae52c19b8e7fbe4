"""A writer that is killed while it trades has lost nothing it acknowledged, and comes back with whole books."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen

import pytest

from adapters.hosted import full_replay, run
from adapters.trading_child import SNAPSHOT_EVERY, digest, envelope

TESTS = Path(__file__).parents[1]
CHILD = [sys.executable, "-m", "adapters.trading_child"]
PATHS = {**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS / 'packs'}"}


def acknowledged_before_a_kill(url: str, life: int, seconds: float) -> list[tuple[int, str]]:
    """Lets a child trade for a time, kills it, and returns each number it acknowledged with its answer."""
    with Popen([*CHILD, url, str(life)], cwd=TESTS, env=PATHS, stdin=PIPE, stdout=PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.stdin.write(b"go\n")
        child.stdin.flush()
        if life == 0:
            assert child.stdout.readline() == b"trading\n"
        time.sleep(seconds)
        child.kill()
        said = child.stdout.read()
    whole_lines = said.decode().split("\n")[:-1]
    return [(int(number), answer) for number, answer in map(str.split, whole_lines)]


def check_nothing_is_lost(url: str, acknowledged: dict[int, list[tuple[int, str]]]) -> None:
    """Every answer of every life is given again, the ledger is sound, memory equals a full replay."""
    with run(url) as runner:
        runner.journal.verify()
        runner.exchange.ledger.audit()
        assert runner.exchange.state_hash() == full_replay(runner).state_hash()
        head = runner.journal.head()
        refused = {row.request_id: row.code for row in runner.journal.refusals(10**6)}
        for life, answers in acknowledged.items():
            for number, answer in answers:
                sent = envelope(life, number)
                if answer.isupper():
                    assert refused[sent.request_id] == answer
                    continue
                (again,) = runner.submit_all([sent], runner.exchange.now)
                assert digest(runner, again) == answer
        runner.commit()
        assert runner.journal.head() == head


def kill_often(folder: Path, kills: int, kills_per_database: int) -> None:
    chance = Random(20260302)
    accepted = refused = 0
    for database in range(-(-kills // kills_per_database)):
        url = f"sqlite:///{folder}/{database}.db"
        acknowledged: dict[int, list[tuple[int, str]]] = {}
        for life in range(min(kills_per_database, kills - database * kills_per_database)):
            acknowledged[life] = acknowledged_before_a_kill(url, life, chance.uniform(0, 0.15))
            check_nothing_is_lost(url, acknowledged)
            codes = [answer.isupper() for _, answer in acknowledged[life]]
            accepted, refused = accepted + codes.count(False), refused + codes.count(True)
    assert accepted > SNAPSHOT_EVERY * 2
    assert refused


def test_a_killed_writer_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    kill_often(tmp_path, kills=10, kills_per_database=5)


@pytest.mark.soak
def test_a_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    kill_often(tmp_path, kills=100, kills_per_database=10)
