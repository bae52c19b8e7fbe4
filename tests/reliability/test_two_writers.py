"""Two writers forced upon one journal: whoever was deposed writes nothing at all, and stands by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import create_engine, make_url, text

from databases import only
from reliability.nodes import PLENTY
from reliability.proof import table
from tanpan_adapters.service.configuration import (
    Database,
    ExchangeTable,
    Settings,
    Simulation,
    Timetable,
    Vault,
)
from tanpan_adapters.service.host import Host, Hosted
from tanpan_adapters.service.requests import Reply, Request, Unavailable
from tanpan_adapters.service.writer import STANDBY, WRITING

NAME = "venue"
TABLES = (
    "SELECT first_seq, last_seq, epoch, digest FROM journal ORDER BY first_seq",
    "SELECT id, request_id, code FROM audit ORDER BY id",
    "SELECT id, seq, number, attempts, next_at, done_at, why FROM outbox ORDER BY id",
)


class Rival:
    """A whole host in this process, spoken to without a socket."""

    def __init__(self, url: str, folder: Path) -> None:
        self.host = Host(
            Settings(
                database=Database(url=url),
                vault=Vault(key_file=str(folder / "tanpan.key")),
                limits=PLENTY,
                simulation=Simulation(start="2026-03-02T09:00", rate=0),
                exchanges={
                    NAME: ExchangeTable(packs=["neutral_market"], timetable=Timetable(automatic=False))
                },
            ),
            own_process=False,
        )
        self.host.start()
        self._loop = asyncio.Runner()
        self._number = 0

    @property
    def hosted(self) -> Hosted:
        return self.host.exchanges[NAME]

    @property
    def state(self) -> str:
        return self.hosted.writer.state

    def close(self) -> None:
        self.host.stop()
        self._loop.close()

    def until(self, state: str, timeout_s: float = 20) -> Rival:
        """Wait until it is in a state."""
        deadline = time.monotonic() + timeout_s
        while self.state != state:
            assert time.monotonic() < deadline, f"still {self.state}: {self.hosted.writer.why}"
            time.sleep(0.005)
        return self

    def send(self, *commands: tuple[str, dict[str, Any]]) -> list[Reply]:
        """Send commands as the first staff."""
        requests = []
        for command, fields in commands:
            self._number += 1
            body = msgspec.json.encode(fields)
            requests.append(Request(f"{id(self)} {self._number}", "admin", "api", command, body))
        return self._loop.run(self.hosted.writer.send(requests))

    def ask(self, question: Callable[[Any], Any]) -> Any:
        """Put a question to what it holds."""
        return self._loop.run(self.hosted.writer.ask(question))


@pytest.fixture
def rivals(database_url: str, tmp_path: Path) -> Iterator[tuple[Rival, Rival]]:
    """One that writes and one that stands by."""
    first = Rival(database_url, tmp_path)
    second = None
    try:
        first.until(WRITING)
        work(first)
        second = Rival(database_url, tmp_path)
        second.until(STANDBY)
        yield first, second
    finally:
        for rival in (first, second):
            if rival is not None:
                rival.close()


def work(rival: Rival) -> list[Reply]:
    """What leads to a record, a refusal and a message."""
    rival._number += 1
    name = f"N{id(rival)}-{rival._number}"
    account = {"participant": name, "kind": "enterprise", "data_declared_true": True}
    return rival.send(
        ("core.open_account", {"account": name, "operator": name, **account}),
        ("core.add_operator", {"account": name, "operator": f"{name}-desk"}),
        ("core.enable_pack", {"pack": "nothing"}),
    )


def steal(url: str) -> None:
    """Take the office away from whoever holds it, without his noticing."""
    if url.startswith("sqlite"):
        # Its lock stays on a file that is gone; whoever comes next locks a new one.
        (lock,) = Path(url.removeprefix("sqlite:///")).parent.glob("*.office")
        lock.unlink()
        return
    on_server(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_locks"
        " WHERE locktype = 'advisory' AND granted AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())",
    )


def on_server(url: str, statement: str) -> None:
    """Say something to the PostgreSQL server."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def kept(url: str) -> list[Any]:
    """Everything a writer writes."""
    return [table(url, query) for query in TABLES]


def written(url: str) -> list[Any]:
    """What a group commit writes; whoever delivers messages marks them besides."""
    return [table(url, query) for query in (*TABLES[:2], "SELECT id, seq, number FROM outbox ORDER BY id")]


def test_a_deposed_writer_writes_nothing_and_stands_by(
    rivals: tuple[Rival, Rival], database_url: str
) -> None:
    first, second = rivals
    steal(database_url)
    second.until(WRITING)
    replies = work(second)
    assert [bool(reply.seq) for reply in replies] == [True, True, False], replies
    deliver(second)
    before = kept(database_url)
    if first.state == WRITING:  # it may have found out by itself
        try:
            replies = work(first)
        except Unavailable:
            replies = []
        assert all(reply.code in ("NOT_COMMITTED", "COMMIT_UNKNOWN") for reply in replies)
        assert not any(reply.seq for reply in replies)
    first.until(STANDBY)
    with pytest.raises(Unavailable):
        work(first)
    assert kept(database_url) == before
    # It follows, and is ready to take over in its turn.
    first.until(STANDBY)
    seq = work(second)[0].seq
    second.close()
    first.until(WRITING)
    assert first.ask(lambda exchange: exchange.seq) >= seq
    assert work(first)[0].seq > seq


def deliver(rival: Rival) -> None:
    """Wait until nothing in the outbox is due any more: somebody has tried to deliver all there is."""
    deadline = time.monotonic() + 20
    due = "SELECT count(*) FROM outbox WHERE attempts = 0 AND done_at IS NULL"
    while table(str(rival.host.settings.database.url), due) != [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_idle_writer_that_was_deposed_finds_out_by_itself(
    rivals: tuple[Rival, Rival], database_url: str
) -> None:
    first, second = rivals
    steal(database_url)
    second.until(WRITING)
    # Nobody sends it anything: until it finds out, it would answer questions from a state that is past.
    first.until(STANDBY, timeout_s=10)
    assert second.state == WRITING


def test_a_deposed_node_delivers_no_messages(rivals: tuple[Rival, Rival], database_url: str) -> None:
    first, second = rivals
    steal(database_url)
    second.until(WRITING)
    second.hosted.delivery.stop()
    work(second)
    untouched = "SELECT attempts, done_at FROM outbox WHERE attempts = 0 AND done_at IS NULL"
    waiting = table(database_url, untouched)
    assert waiting
    time.sleep(2.5)  # more than two rounds of whoever delivers
    assert table(database_url, untouched) == waiting
    assert first.host.exchanges  # it is there, and does nothing


@pytest.mark.parametrize("times", [1, 5])
def test_each_time_the_epoch_moves_nothing_of_the_old_one_is_written(
    rivals: tuple[Rival, Rival], database_url: str, times: int
) -> None:
    first, _ = rivals
    move = "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE key = 'epoch:venue'"
    for _ in range(times):
        with first.host.engine.begin() as connection:
            connection.execute(text(move))
        before = written(database_url)
        if first.state == WRITING:
            try:
                replies = work(first)
            except Unavailable:
                replies = []
            assert not any(reply.seq or reply.refusal for reply in replies)
        writer = next_writer(*rivals)
        assert written(database_url) == before
        work(writer)
        first = writer


def next_writer(*rivals: Rival) -> Rival:
    """Whoever writes next, when the other has seen that he doesn't."""
    deadline = time.monotonic() + 20
    while True:
        states = [rival.state for rival in rivals]
        if sorted(states) == [STANDBY, WRITING]:
            return rivals[states.index(WRITING)]
        assert time.monotonic() < deadline, states
        time.sleep(0.01)


@only("postgresql")
def test_two_offices_at_once_and_only_the_newer_one_writes(
    rivals: tuple[Rival, Rival], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is passed by altogether: both hold an office and a connection of their own."""
    from tanpan_adapters.store import office

    first, second = rivals
    with monkeypatch.context() as patch:
        patch.setattr(office, "_lock", lambda writer, exchange: True)
        second.until(WRITING)
    work(second)
    before = written(database_url)
    try:
        replies = work(first)
    except Unavailable:
        replies = []
    assert not any(reply.seq or reply.refusal for reply in replies)
    assert written(database_url) == before
    # The advisory lock is free for him again, and then it is the other one who is deposed.
    first.until(WRITING)
    work(first)
    before = written(database_url)
    try:
        replies = work(second)
    except Unavailable:
        replies = []
    assert not any(reply.seq or reply.refusal for reply in replies)
    assert written(database_url) == before
    second.until(STANDBY)
