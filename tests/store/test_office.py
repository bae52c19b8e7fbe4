"""One process writes an exchange's journal; whoever lost that office writes nothing any more."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from sqlalchemy import Engine, func, select, update

from databases import only
from store.samples import batch, message, refusal
from tanpan_adapters.store import (
    EMPTY,
    Journal,
    JournalConflict,
    Office,
    OfficeLost,
    Outbox,
    StoreError,
    open_engine,
    try_office,
)
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.schema import audit, meta, outbox

TESTS = Path(__file__).parents[1]
CHILD = [sys.executable, "-m", "store.holding_child"]


@pytest.fixture
def office(engine: Engine) -> Iterator[Office]:
    office = try_office(engine, "beijing")
    assert office is not None
    yield office
    office.close()


def taken(engine: Engine) -> int:
    """The epoch of an office that is taken and laid down."""
    office = try_office(engine, "beijing")
    assert office is not None
    office.close()
    return office.epoch


def raise_epoch(engine: Engine) -> None:
    """As if another had taken the office, though the first one doesn't know."""
    with writing(engine) as connection:
        connection.execute(update(meta).where(meta.c.key == "epoch:beijing").values(value="9"))


def rows(engine: Engine, table: object) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_an_office_that_is_held_is_not_given_to_another(url: str, engine: Engine, office: Office) -> None:
    other = open_engine(url)
    assert try_office(other, "beijing") is None
    assert try_office(engine, "beijing") is None
    assert office.held()
    office.close()
    assert not office.held()
    assert taken(other) == 2
    other.dispose()


def test_each_exchange_has_an_office_of_its_own(engine: Engine, office: Office) -> None:
    for name in ("shanghai", "上海", "a/b"):
        other = try_office(engine, name)
        assert other is not None
        assert (other.exchange, other.epoch) == (name, 1)
        other.close()


def test_the_epoch_rises_by_one_with_every_taking(engine: Engine) -> None:
    assert [taken(engine) for _ in range(3)] == [1, 2, 3]


def test_an_office_is_closed_once(engine: Engine, office: Office) -> None:
    office.close()
    office.close()
    assert taken(engine) == 2


def test_the_rows_of_an_office_carry_its_epoch(engine: Engine) -> None:
    for first_seq in (1, 4):
        office = try_office(engine, "beijing")
        assert office is not None
        with Journal(engine, "beijing", office=office) as journal:
            journal.append([batch(first_seq)], [refusal(1)])
            assert journal.verify().records == first_seq + 2
        assert office.held(), "the journal's close leaves the office alone"
        office.close()
    with engine.connect() as connection:
        assert list(connection.exec_driver_sql("SELECT epoch FROM journal").scalars()) == [1, 2]


def test_a_journal_takes_the_office_of_its_own_exchange_only(engine: Engine, office: Office) -> None:
    with pytest.raises(ValueError, match="office of beijing doesn't write the journal of shanghai"):
        Journal(engine, "shanghai", office=office)


@pytest.mark.parametrize("first", [True, False], ids=["the first batch", "a later one"])
@pytest.mark.parametrize("with_batch", [True, False])
def test_a_deposed_writer_writes_nothing(
    engine: Engine, office: Office, first: bool, with_batch: bool
) -> None:
    journal = Journal(engine, "beijing", office=office)
    head = EMPTY if first else journal.append([batch(1)])
    raise_epoch(engine)
    for _ in range(2):
        with pytest.raises(JournalConflict, match="deposed: its office is 1, the present one 9"):
            journal.append([batch(head.seq + 1)] if with_batch else [], [refusal(1)], [message(1)])
    assert not office.held()
    assert journal.head() == head
    assert (rows(engine, audit), rows(engine, outbox)) == (0, 0)


def test_a_deposed_writer_marks_no_message(engine: Engine, office: Office) -> None:
    box = Outbox(engine, "beijing", office)
    box.put("code", "甲公司", "{}", 5)
    (due,) = box.due(5)
    raise_epoch(engine)
    with pytest.raises(JournalConflict, match="deposed"):
        box.due(5)
    with pytest.raises(JournalConflict, match="deposed"):
        box.done(due.id, 6)
    with pytest.raises(JournalConflict, match="deposed"):
        box.failed(due.id, "no answer", 7)
    assert Outbox(engine, "beijing").due(5) == [due]


def test_an_append_after_the_office_was_closed_is_refused(engine: Engine, office: Office) -> None:
    journal = Journal(engine, "beijing", office=office)
    office.close()
    with pytest.raises(OfficeLost, match="office 1 of the writer of beijing is lost"):
        journal.append([batch(1)])
    assert journal.head() == EMPTY


def test_a_disk_that_is_full_takes_no_office(engine: Engine, office: Office) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE audit")
    journal = Journal(engine, "beijing", office=office)
    with pytest.raises(StoreError, match="audit"):
        journal.append([batch(1)], [refusal(1)])
    assert office.held()
    assert journal.append([batch(1)]).seq == 3


@only("sqlite")
def test_a_writer_that_waits_for_the_lock_keeps_its_office(engine: Engine, office: Office) -> None:
    office.writer._driver.execute("PRAGMA busy_timeout = 20")
    with writing(engine):
        assert office.held()


@only("postgresql")
def test_a_connection_that_is_lost_takes_the_office_with_it(engine: Engine, office: Office) -> None:
    journal = Journal(engine, "beijing", office=office)
    head = journal.append([batch(1)])
    end_session_of(engine, office)
    with pytest.raises(StoreError, match="can't be appended to"):
        journal.append([batch(4)])
    for _ in range(2):
        with pytest.raises(OfficeLost):
            journal.append([batch(4)])
        assert not office.held()
    assert journal.head() == head
    assert taken(engine) == 2


@only("postgresql")
def test_an_office_lost_while_nothing_is_written_is_noticed(engine: Engine, office: Office) -> None:
    end_session_of(engine, office)
    assert not office.held()


@only("postgresql")
def test_a_writer_without_office_connects_again(engine: Engine, journal: Journal) -> None:
    journal.append([batch(1)])
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(StoreError, match="can't be appended to"):
        journal.append([batch(4)])
    assert journal.head().seq == 3
    assert journal.append([batch(4)]).seq == 6


@only("postgresql")
def test_an_office_is_not_taken_while_the_former_one_commits(engine: Engine, office: Office) -> None:
    """Between the check of the epoch and the commit nobody raises it."""
    with office.writer.transaction():
        from tanpan_adapters.store.office import check_epoch

        check_epoch(office.writer, "beijing", 1)
        with pytest.raises(Exception, match="lock"), writing(engine) as connection:
            connection.exec_driver_sql("SET lock_timeout = 50")
            connection.execute(update(meta).where(meta.c.key == "epoch:beijing").values(value="9"))


def end_session_of(engine: Engine, office: Office) -> None:
    with writing(engine) as connection:
        pid = office.writer._driver.info.backend_pid
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")


def test_a_killed_process_holds_no_office(url: str, engine: Engine) -> None:
    with Popen([*CHILD, url], cwd=TESTS, stdin=PIPE, stdout=PIPE, env=os.environ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"1\n"
        assert try_office(engine, "beijing") is None
        child.kill()
        child.wait()
    deadline = time.monotonic() + 10
    while (office := try_office(engine, "beijing")) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert office.epoch == 2
    office.close()
