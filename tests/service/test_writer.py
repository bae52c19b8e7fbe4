"""The writer: one order of things, group commits, answers after them, and nothing else ever shown."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import create_engine, make_url, text

from adapters.hosted import Faulty, SetBomb
from databases import only
from service.desk import Desk, other_office
from tanpan.messages import name_of
from tanpan_adapters.service.requests import Busy, Reply, Unavailable
from tanpan_adapters.service.writer import RECOVERING, STANDBY
from tanpan_adapters.store import StoreError


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/tanpan.db"


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    with Desk(url) as desk:
        yield desk.writing()


def count(desk: Desk, steps: int = 1, request_id: str = "", **fields: Any) -> Reply:
    return desk.send("admin", "faulty.count", request_id, steps=steps, **fields)


def steps(desk: Desk) -> int:
    return desk.ask(lambda exchange: exchange.components["faulty.faulty"].steps)  # type: ignore[attr-defined]


def test_an_answer_says_what_was_committed(desk: Desk) -> None:
    reply = count(desk, 2)
    answer = msgspec.json.decode(reply.body)
    assert answer["seq"] == reply.seq == desk.journaled()[-1].seq
    assert [event["event"] for event in answer["events"]] == ["faulty.counted"] * 2
    assert desk.writer.committed_seq == reply.seq


def test_many_callers_share_a_commit_and_keep_their_order(desk: Desk) -> None:
    async def all_at_once() -> list[list[Reply]]:
        requests = [desk.request("admin", "faulty.count", steps=1) for _ in range(500)]
        return await asyncio.gather(*(desk.writer.send([request]) for request in requests))

    before = len(desk.groups)
    replies = desk.run(all_at_once())
    seqs = [reply.seq for (reply,) in replies]
    assert seqs == sorted(seqs) and len(set(seqs)) == 500
    assert len(desk.groups) - before < 50
    assert steps(desk) == 500


def test_a_refusal_is_answered_and_kept_in_the_audit_log(desk: Desk) -> None:
    reply = desk.send("nobody knows", "faulty.count", steps=1)
    assert reply.refusal is not None and reply.refusal.code == "UNKNOWN_ACTOR"
    assert desk.runners[0].journal.refusals(1)[0].code == "UNKNOWN_ACTOR"
    assert steps(desk) == 0


@pytest.mark.parametrize(
    ("command", "body", "code"),
    [
        ("faulty.count", b'{"steps": "many"}', "BAD_FIELD"),
        ("faulty.count", b"{}", "FIELD_MISSING"),
        ("faulty.unheard_of", b"{}", "UNKNOWN_COMMAND"),
    ],
)
def test_what_is_no_command_is_refused_and_kept_in_the_audit_log(
    desk: Desk, command: str, body: bytes, code: str
) -> None:
    request = msgspec.structs.replace(desk.request("admin", command), body=body)
    reply = desk.run(desk.writer.send([request]))[0]
    assert reply.refusal is not None and reply.refusal.code == code
    row = desk.runners[0].journal.refusals(1)[0]
    assert (row.code, row.command, row.actor) == (code, command, "admin")


@pytest.mark.parametrize("body", [b"{", b"[]", b"3", b"[" * 100_000, b"\xff"])
def test_what_is_no_object_is_malformed(desk: Desk, body: bytes) -> None:
    request = msgspec.structs.replace(desk.request("admin", "faulty.count"), body=body)
    reply = desk.run(desk.writer.send([request]))[0]
    assert reply.code == "MALFORMED" and reply.why


def test_the_same_request_twice_acts_once_and_is_answered_the_same(desk: Desk) -> None:
    first, second = count(desk, 3, "once"), count(desk, 3, "once")
    assert first.body == second.body and steps(desk) == 3
    other = count(desk, 4, "once")
    assert other.refusal is not None and other.refusal.code == "REQUEST_REUSED"


def test_a_batch_is_answered_in_order_each_by_itself(desk: Desk) -> None:
    requests = [
        desk.request("admin", "faulty.count", steps=1),
        desk.request("nobody", "faulty.count", steps=1),
        desk.request("admin", "faulty.count", steps=2),
    ]
    first, refused, last = desk.run(desk.writer.send(requests))
    assert first.seq and refused.refusal is not None and last.seq == first.seq + 1


def test_the_feed_hears_what_is_committed_and_nothing_else(desk: Desk) -> None:
    count(desk)
    count(desk, 2, fault_after=1)
    assert [record.seq for record in desk.feed.records][-1] == desk.journaled()[-1].seq
    assert [one.seq for one in desk.feed.records] == [one.seq for one in desk.journaled()][1:]


def test_a_fault_of_the_kernel_is_set_aside_and_others_of_its_group_are_kept(desk: Desk) -> None:
    requests = [
        desk.request("admin", "faulty.count", steps=1),
        desk.request("admin", "faulty.count", steps=2, fault_after=1),
        desk.request("admin", "faulty.count", steps=1),
    ]
    replies = desk.run(desk.writer.send(requests))
    assert [reply.code for reply in replies] == ["", "SET_ASIDE", ""]
    assert steps(desk) == 2


def test_a_failed_commit_is_told_and_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    count(desk)
    runner = desk.runners[0]

    def full(*args: Any) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(runner.journal, "append", full)
    assert count(desk, 5, "unlucky").code == "NOT_COMMITTED"
    with pytest.raises(Unavailable):
        count(desk)
    assert desk.writer.state == RECOVERING and "full" in desk.writer.why
    monkeypatch.undo()
    desk.writing()
    assert steps(desk) == 1
    assert count(desk, 5, "unlucky").seq and steps(desk) == 6
    assert desk.feed.interruptions == 1


def test_a_full_database_is_told_and_heals_by_itself(desk: Desk) -> None:
    count(desk)
    driver: Any = desk.runners[0].journal._held_writer()._driver
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count = {pages}")
    sent = 0
    while (reply := count(desk, 400, f"fill {sent}")).seq:
        sent += 1
    assert reply.code == "NOT_COMMITTED" and "full" in desk.writer.why
    driver.execute("PRAGMA max_page_count = 1073741823")
    desk.writing()
    assert steps(desk) == 1 + 400 * sent
    assert count(desk, 400, f"fill {sent}").seq


def test_a_commit_whose_answer_was_lost_is_looked_up_in_the_journal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = desk.runners[0].journal
    append = journal.append

    def lost(*args: Any) -> None:
        append(*args)
        raise StoreError("the connection broke before the answer came")

    monkeypatch.setattr(journal, "append", lost)
    reply = count(desk, 5, "lost")
    monkeypatch.undo()
    assert reply.seq == desk.journaled()[-1].seq and not reply.code
    desk.writing()
    assert steps(desk) == 5 and count(desk, 5, "lost").body == reply.body


@only("postgresql")
def test_a_commit_that_outlives_its_connection_is_waited_for(database_url: str) -> None:
    with Desk(database_url) as desk:
        count(desk.writing())
        with slow_commits(database_url) as has_begun:
            cutter = threading.Thread(target=cut, args=(desk, has_begun))
            cutter.start()
            reply = count(desk, 5, "in flight")
            cutter.join()
        # Told to be there, as it is; that nothing happened would not have been true.
        assert reply.seq and not reply.code
        assert steps(desk.writing()) == 6
        assert count(desk, 5, "in flight").body == reply.body
        assert [record.request_id for record in desk.journaled()].count("in flight") == 1


@contextmanager
def slow_commits(url: str) -> Iterator[Callable[[], bool]]:
    """The server takes two seconds to commit; gives whether it is at it."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "PERFORM pg_sleep(2); RETURN NULL; END $$"
        )
        connection.exec_driver_sql(
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        asleep = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query ILIKE 'commit%%'"
        )
        yield lambda: bool(connection.exec_driver_sql(asleep).scalar())
        connection.exec_driver_sql("DROP TRIGGER slow ON journal")
    engine.dispose()


def cut(desk: Desk, has_begun: Callable[[], bool]) -> None:
    """Cut the connection of the writer while the server commits."""
    driver: Any = desk.runners[0].journal._held_writer()._driver
    desk.until(has_begun)
    with socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def test_what_was_committed_before_a_fault_is_not_denied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = desk.runners[0]
    recover = runner._recover

    def away(*args: Any) -> None:
        runner._whole = False
        monkeypatch.setattr(runner, "_recover", recover)
        raise StoreError("the database went away")

    monkeypatch.setattr(runner, "_recover", away)
    requests = [
        desk.request("admin", "faulty.count", "kept", steps=1),
        desk.request("admin", "faulty.count", "broken", steps=2, fault_after=1),
        desk.request("admin", "faulty.count", "after", steps=1),
    ]
    replies = desk.run(desk.writer.send(requests))
    assert [reply.code for reply in replies] == ["COMMIT_UNKNOWN", "NOT_COMMITTED", "NOT_COMMITTED"]
    assert [record.request_id for record in desk.journaled()][1:] == ["kept"]
    assert count(desk.writing(), 1, "kept").seq == desk.journaled()[-1].seq


def test_listeners_that_fail_hold_nobody_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise ZeroDivisionError("a defect of the feed")

    monkeypatch.setattr(desk.feed, "committed", broken)
    monkeypatch.setattr(desk.feed, "tick", broken)
    monkeypatch.setattr(desk.feed, "seconds_until_tick", lambda: 0.0)
    monkeypatch.setattr(desk.writer, "_on_group", broken)
    assert all(count(desk).seq for _ in range(3))
    assert steps(desk) == 3 and len(desk.runners) == 1 and desk.feed.interruptions == 0


def test_an_answer_that_cannot_be_told_leaves_nobody_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def untold(record: Any) -> bytes:
        raise TypeError("a defect of an event's type")

    monkeypatch.setattr("tanpan_adapters.service.writer.encode_answer", untold)
    monkeypatch.setattr("tanpan_adapters.service.writer.encode_answers", untold)
    assert count(desk, 1, "untold").code == "COMMIT_UNKNOWN"
    monkeypatch.undo()
    assert count(desk, 1, "untold").seq and steps(desk) == 1 and desk.writer.depth() == 0


def test_orders_do_not_wait_for_whoever_asks_much(desk: Desk) -> None:
    async def asked_and_sent() -> tuple[int, int]:
        answered = 0

        def slow(exchange: Any) -> None:
            nonlocal answered
            answered += 1
            time.sleep(0.02)

        asking = [asyncio.ensure_future(desk.writer.ask(slow)) for _ in range(50)]
        await asyncio.sleep(0.03)
        (reply,) = await desk.writer.send([desk.request("admin", "faulty.count", steps=1)])
        before = answered
        await asyncio.gather(*asking)
        assert reply.seq
        return before, answered

    before, answered = desk.run(asked_and_sent())
    assert before < 10 and answered == 50


def test_a_full_queue_turns_away_at_once_but_keeps_places_for_withdrawals(url: str) -> None:
    with Desk(url, places=10, kept_places=2) as desk:
        desk.writing()
        writer = desk.writer

        async def crowd() -> tuple[list[Any], Any, Any]:
            going = threading.Event()
            blocked = asyncio.ensure_future(writer.ask(lambda exchange: going.wait(20)))
            await asyncio.sleep(0.05)
            orders = [
                asyncio.ensure_future(writer.send([desk.request("admin", "faulty.count", steps=1)]))
                for _ in range(12)
            ]
            await asyncio.sleep(0.05)
            withdrawals = [
                asyncio.ensure_future(
                    writer.send([desk.request("admin", "core.withdraw_listing", account="A", listing=1)])
                )
                for _ in range(3)
            ]
            await asyncio.sleep(0.05)
            early = [task.exception() for task in (*orders, *withdrawals) if task.done()]
            going.set()
            await blocked
            settled = await asyncio.gather(*orders, *withdrawals, return_exceptions=True)
            return early, settled[:12], settled[12:]

        early, orders, withdrawals = desk.run(crowd())
        assert [type(error) for error in early] == [Busy] * 3
        assert sum(isinstance(one, Busy) for one in orders) == 2
        # Two withdrawals had a place each, refused by the kernel for other reasons; the third found none.
        assert [isinstance(one, Busy) for one in withdrawals] == [False, False, True]
        assert writer.depth() == 0


def test_a_group_has_its_places_or_none(url: str) -> None:
    with Desk(url, places=10) as desk:
        desk.writing()
        with pytest.raises(Busy):
            desk.run(desk.writer.send([desk.request("admin", "faulty.count", steps=1) for _ in range(11)]))
        assert steps(desk) == 0


def test_a_second_writer_stands_by_and_takes_over_with_everything(url: str) -> None:
    with Desk(url) as first:
        count(first.writing(), 7)
        with Desk(url) as second:
            second.until(lambda: second.writer.state == STANDBY)
            with pytest.raises(Unavailable):
                count(second)
            count(first, 2)
            second.until(lambda: second.writer.committed_seq == first.writer.committed_seq)
            first.writer.stop()
            second.writing()
            assert steps(second) == 9
            count(second)
            assert second.replayed_hash() == second.ask(lambda exchange: exchange.state_hash())


def test_a_deposed_writer_writes_nothing_and_stands_by(url: str) -> None:
    with Desk(url) as desk:
        count(desk.writing())
        before = len(desk.journaled())
        with desk.runners[0].engine.begin() as connection:
            # What a new holder of the office does first.
            connection.execute(text("update meta set value = value + 1 where key like 'epoch:%'"))
        reply = count(desk, 5, "too late")
        assert reply.code == "NOT_COMMITTED"
        assert len(desk.journaled()) == before
        desk.writing()
        assert steps(desk) == 1


def test_the_office_is_free_after_a_stop(url: str) -> None:
    with Desk(url) as desk:
        desk.writing()
        assert other_office(url) is None
    office = other_office(url)
    assert office is not None
    office.close()


def test_a_timer_falls_due_while_nobody_sends_anything(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Faulty, "armed", False)
    due = desk.clock.now() + 60_000_000
    desk.do("admin", name_of(SetBomb), due=due)
    assert desk.clock.advance_to(due + 5_000_000)
    desk.until(lambda: desk.writer.committed_seq == 3)
    record = desk.journaled()[-1]
    assert (record.command, record.at) == ("faulty.bomb", due)


def test_what_was_taken_before_a_stop_is_committed(url: str) -> None:
    with Desk(url) as desk:
        desk.writing()

        async def send_and_stop() -> list[Reply]:
            sent = [
                asyncio.ensure_future(desk.writer.send([desk.request("admin", "faulty.count", steps=1)]))
                for _ in range(50)
            ]
            await asyncio.sleep(0)
            await asyncio.to_thread(desk.writer.stop)
            return [reply for replies in await asyncio.gather(*sent) for reply in replies]

        replies = desk.run(send_and_stop())
        assert all(reply.seq for reply in replies)
        assert desk.journaled()[-1].seq == replies[-1].seq
