"""A process that is killed while it appends has lost nothing it has acknowledged."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen

import pytest
from sqlalchemy import Engine, func, select

from store.appending_child import expected_batch
from tanpan_adapters.store import Head, Journal, open_engine
from tanpan_adapters.store.schema import audit

TESTS = Path(__file__).parents[1]
CHILD = [sys.executable, "-m", "store.appending_child"]


def acknowledged_before_a_kill(url: str, young: bool, seconds: float) -> list[Head]:
    """Lets a child append for a time, kills it, and returns every head it acknowledged.

    One that dies young may be killed before its first append: while it makes or recovers the database.
    """
    with Popen([*CHILD, url], cwd=TESTS, stdin=PIPE, stdout=PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.stdin.write(b"go\n")
        child.stdin.flush()
        first = b"" if young else child.stdout.readline()
        time.sleep(seconds)
        child.kill()
        said = first + child.stdout.read()
    whole_lines = said.split(b"\n")[:-1]
    return [Head(int(seq), bytes.fromhex(digest.decode())) for seq, digest in map(bytes.split, whole_lines)]


def check_nothing_is_lost(url: str, acknowledged: list[Head]) -> None:
    engine = open_engine(url)
    wait_until_alone(engine)
    with Journal(engine, "beijing") as journal:
        verified = journal.verify(expected=acknowledged[-1] if acknowledged else None)
        for found in journal.read():
            assert found == expected_batch(found.first_seq)
        with engine.connect() as connection:
            refusals = connection.execute(select(func.count()).select_from(audit)).scalar()
        assert refusals == verified.batches
    engine.dispose()


def wait_until_alone(engine: Engine) -> None:
    """A server may still carry out what a killed client sent it last."""
    if engine.dialect.name == "sqlite":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    while True:
        with engine.connect() as connection:  # a transaction sees the sessions of its beginning
            if not connection.exec_driver_sql(others).scalar():
                return
        time.sleep(0.01)


def kill_often(open_new: Callable[[], AbstractContextManager[str]], databases: int, kills: int) -> None:
    """Kills a child often, on each of some databases; `open_new` makes one that is empty."""
    chance = Random(20210716)
    total = 0
    for _ in range(databases):
        with open_new() as url:
            for number in range(kills):
                young = number % 3 == 0
                acknowledged = acknowledged_before_a_kill(
                    url, young, chance.uniform(0, 0.05 if young else 0.12)
                )
                check_nothing_is_lost(url, acknowledged)
                total += len(acknowledged)
    assert total > databases * kills, "the children should have got somewhere"


def test_a_killed_process_has_lost_nothing_it_acknowledged(
    new_databases: Callable[[], AbstractContextManager[str]],
) -> None:
    kill_often(new_databases, databases=3, kills=5)


@pytest.mark.soak
def test_two_hundred_kills_lose_nothing_that_was_acknowledged(
    new_databases: Callable[[], AbstractContextManager[str]],
) -> None:
    kill_often(new_databases, databases=20, kills=10)
