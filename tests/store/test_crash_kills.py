"""A process that is killed while it appends has lost nothing it has acknowledged."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen

import pytest
from sqlalchemy import func, select

from store.appending_child import expected_batch
from tanpan_adapters.store import Head, Journal, open_engine
from tanpan_adapters.store.schema import audit

TESTS = Path(__file__).parents[1]
CHILD = [sys.executable, "-m", "store.appending_child"]


def acknowledged_before_a_kill(url: str, seconds: float) -> list[Head]:
    """Lets a child append for a time, kills it, and returns every head it acknowledged."""
    with Popen([*CHILD, url], cwd=TESTS, stdin=PIPE, stdout=PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.stdin.write(b"go\n")
        child.stdin.flush()
        time.sleep(seconds)
        child.kill()
        said = child.stdout.read()
    whole_lines = said.split(b"\n")[:-1]
    return [Head(int(seq), bytes.fromhex(digest.decode())) for seq, digest in map(bytes.split, whole_lines)]


def check_nothing_is_lost(url: str, acknowledged: list[Head]) -> None:
    engine = open_engine(url)
    with Journal(engine, "beijing") as journal:
        verified = journal.verify(expected=acknowledged[-1] if acknowledged else None)
        for found in journal.read():
            assert found == expected_batch(found.first_seq)
        with engine.connect() as connection:
            refusals = connection.execute(select(func.count()).select_from(audit)).scalar()
        assert refusals == verified.batches
    engine.dispose()


def kill_often(folder: Path, kills: int, kills_per_database: int) -> None:
    chance = Random(20210716)
    total = 0
    for number in range(kills):
        url = f"sqlite:///{folder}/{number // kills_per_database}.db"
        longest = (
            0.02 if number % 3 == 0 else 0.12
        )  # a third dies young: while it makes or recovers the files
        acknowledged = acknowledged_before_a_kill(url, chance.uniform(0, longest))
        check_nothing_is_lost(url, acknowledged)
        total += len(acknowledged)
    assert total > kills, "the children should have got somewhere"


def test_a_killed_process_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    kill_often(tmp_path, kills=15, kills_per_database=5)


@pytest.mark.soak
def test_two_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    kill_often(tmp_path, kills=200, kills_per_database=10)
