"""What is appended is there, in order, and only what continues the head is appended."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from struct import pack

import pytest
from attrs import evolve
from sqlalchemy import Engine, event

from databases import only
from store.samples import batch, batches, refusal
from tanpan_adapters.store import (
    EMPTY,
    Batch,
    Head,
    Journal,
    JournalBroken,
    JournalConflict,
    StoreError,
    open_engine,
)
from tanpan_adapters.store import engine as engine_module


def test_a_new_journal_is_empty(journal: Journal) -> None:
    assert journal.head() == EMPTY
    assert list(journal.read()) == []
    assert journal.verify().head == EMPTY
    assert journal.refusals(10) == []


def test_what_is_appended_is_read_in_order(journal: Journal) -> None:
    written = batches(5)
    journal.append(written[:2])
    journal.append(written[2:])
    assert list(journal.read()) == written


def test_a_long_journal_is_read_over_many_pages(journal: Journal) -> None:
    written = batches(700, records=1)
    journal.append(written)
    assert list(journal.read()) == written
    assert list(journal.read(after_seq=350)) == written[350:]


def test_append_returns_the_head_that_is_then_committed(engine: Engine, journal: Journal) -> None:
    head = journal.append(batches(3))
    assert head.seq == 9
    assert Journal(engine, "beijing").head() == head


def test_a_journal_goes_on_where_an_earlier_process_stopped(engine: Engine) -> None:
    with Journal(engine, "beijing") as journal:
        journal.append(batches(2))
    with Journal(engine, "beijing") as journal:
        journal.append(batches(2, first_seq=7))
        assert list(journal.read()) == batches(4)


def test_reading_after_a_sequence_begins_with_the_batch_that_holds_the_next(journal: Journal) -> None:
    written = batches(4)  # records 1-3, 4-6, 7-9, 10-12
    journal.append(written)
    assert list(journal.read(after_seq=3)) == written[1:]
    assert list(journal.read(after_seq=4)) == written[1:]
    assert list(journal.read(after_seq=6)) == written[2:]
    assert list(journal.read(after_seq=12)) == []


def test_the_batch_of_a_record_is_found_by_itself_and_checked(engine: Engine, journal: Journal) -> None:
    stored = batches(5, records=3)
    journal.append(stored)
    for one in stored:
        assert {journal.batch_of(seq) for seq in range(one.first_seq, one.last_seq + 1)} == {one}
    with pytest.raises(JournalBroken):
        journal.batch_of(stored[-1].last_seq + 1)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE journal SET at = at + 1 WHERE first_seq = 4")
    with pytest.raises(JournalBroken, match="changed"):
        journal.batch_of(5)
    assert journal.batch_of(7) == stored[2]


def test_reading_after_a_sequence_the_journal_never_reached_is_refused(journal: Journal) -> None:
    journal.append(batches(2))
    with pytest.raises(JournalBroken, match="sequence 7: the journal is cut short: it should reach 8"):
        list(journal.read(after_seq=8))


def test_a_reader_may_stop_early_while_the_writer_goes_on(journal: Journal) -> None:
    journal.append(batches(300, records=1))
    reader = journal.read()
    assert next(reader) == batch(1, records=1)
    journal.append([batch(301)])
    del reader
    assert journal.verify().records == 303


def test_a_reader_sees_what_is_appended_while_it_reads(journal: Journal) -> None:
    journal.append(batches(2))
    seen = []
    for found in journal.read():
        seen.append(found)
        if found.first_seq == 1:
            journal.append([batch(7)])
    assert seen == batches(3)


def test_verify_counts_batches_and_records_and_tells_its_progress(journal: Journal) -> None:
    head = journal.append(batches(4))
    told: list[tuple[int, int]] = []
    verified = journal.verify(lambda reached, last: told.append((reached, last)))
    assert (verified.batches, verified.records, verified.head) == (4, 12, head)
    assert told == [(3, 12), (6, 12), (9, 12), (12, 12)]


def test_exchanges_in_one_database_have_journals_of_their_own(engine: Engine, journal: Journal) -> None:
    with Journal(engine, "上海") as other:
        journal.append(batches(3), [refusal(1)])
        other.append(batches(1))
        assert (journal.head().seq, other.head().seq) == (9, 3)
        assert other.verify().batches == 1
        assert other.refusals(10) == []


def test_the_digest_binds_exchange_header_and_payload_to_the_row_before(engine: Engine) -> None:
    name = "上海".encode()
    numbers = pack(">6q", 1, 3, 2, 1_626_397_200_000_003, 3, 7)
    expected = sha256(b"tanpan journal 1\0" + bytes(32) + pack(">q", len(name)) + name + numbers + b"payload")
    with Journal(engine, "上海", epoch=2) as journal:
        head = journal.append([Batch(1, 3, 1_626_397_200_000_003, 3, b"payload")])
    assert head == Head(3, expected.digest())
    assert head.digest.hex() == "23e5cf2d5b6697dad4a92e3325fef17bd7e49331d9268b8b9e7800871413644c"


@pytest.mark.parametrize(
    ("first_seq", "reason"),
    [
        (5, "ends at 3; a batch that begins at 5 leaves a gap"),
        (3, "ends at 3; a batch that begins at 3 leaves an overlap"),
        (1, "ends at 3; a batch that begins at 1 leaves an overlap"),
    ],
)
def test_a_batch_that_does_not_continue_the_head_is_refused(
    journal: Journal, first_seq: int, reason: str
) -> None:
    head = journal.append([batch(1)])
    with pytest.raises(JournalConflict, match=reason):
        journal.append([batch(first_seq)])
    assert journal.head() == head


def test_a_gap_between_two_batches_of_one_append_refuses_both(journal: Journal) -> None:
    with pytest.raises(JournalConflict, match="gap"):
        journal.append([batch(1), batch(5)])
    assert journal.head() == EMPTY


@pytest.mark.parametrize("malformed", [Batch(1, 0, 0, 1, b""), Batch(1, 3, 0, 0, b"")])
def test_a_batch_that_holds_no_record_is_refused(journal: Journal, malformed: Batch) -> None:
    with pytest.raises(ValueError, match="batch 1 to"):
        journal.append([malformed])


def stale_writer(engine: Engine, seen: int) -> tuple[Journal, Head]:
    """A writer that last looked after `seen` batches, and the head another has reached since."""
    stale = Journal(engine, "beijing")
    with Journal(engine, "beijing") as other:
        other.append(batches(seen))
        stale.head()
        head = other.append(batches(1, first_seq=1 + 3 * seen))
    return stale, head


@pytest.mark.parametrize("seen", [0, 2])
@pytest.mark.parametrize("with_batches", [True, False])
def test_a_writer_that_another_has_overtaken_is_refused(
    engine: Engine, seen: int, with_batches: bool
) -> None:
    stale, head = stale_writer(engine, seen)
    with stale, pytest.raises(JournalConflict, match="another writer has appended"):
        stale.append(batches(2, first_seq=1 + 3 * seen) if with_batches else [], [refusal(1)])
    assert stale.head() == head
    assert stale.refusals(10) == []


def test_an_overtaken_writer_stays_refused_until_it_has_looked_again(engine: Engine) -> None:
    stale, _ = stale_writer(engine, 2)
    with stale:
        for _ in range(2):
            with pytest.raises(JournalConflict):
                stale.append([batch(7)])
        with pytest.raises(JournalConflict):
            stale.append([batch(10)])
        stale.head()
        stale.append([batch(10)])


def test_a_writer_whose_journal_was_exchanged_for_another_is_refused(
    engine: Engine, journal: Journal
) -> None:
    journal.append(batches(2))
    with engine_module.writing(engine) as connection:
        connection.exec_driver_sql(f"UPDATE meta SET value = '6 {'ab' * 32}' WHERE key = 'head:beijing'")
    with pytest.raises(JournalConflict, match="no longer ends at 6"):
        journal.append([batch(7)])


def test_a_journal_whose_recorded_head_is_lost_takes_no_batch(engine: Engine, journal: Journal) -> None:
    journal.append(batches(2))
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("DELETE FROM meta WHERE key = 'head:beijing'")
    journal.head()
    with pytest.raises(JournalConflict):
        journal.append([batch(1)])


def test_refusals_are_read_by_the_page_newest_first(journal: Journal) -> None:
    journal.append([batch(1)], [refusal(1), refusal(2)])
    journal.append([], [refusal(3)])
    newest = journal.refusals(2)
    assert [row.request_id for row in newest] == ["request-3", "request-2"]
    (oldest,) = journal.refusals(2, before_id=newest[-1].id)
    assert (oldest.at, oldest.code, oldest.details) == (
        refusal(1).at,
        refusal(1).code,
        refusal(1).details,
    )


def test_an_append_of_nothing_changes_nothing(journal: Journal) -> None:
    head = journal.append([batch(1)])
    assert journal.append([]) == head


def test_a_batch_and_its_refusals_are_kept_together_or_not_at_all(journal: Journal) -> None:
    unfit = evolve(refusal(2), code=None)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=r"journal of beijing can't be appended to: .*\bcode\b"):
        journal.append([batch(1)], [refusal(1), unfit])
    assert journal.head() == EMPTY
    assert journal.refusals(10) == []


@only("sqlite")
def test_after_a_full_disk_the_journal_is_as_before_and_goes_on(engine: Engine, journal: Journal) -> None:
    head = journal.append(batches(2))
    journal.close()
    engine.dispose()
    event.listen(engine, "connect", fill_the_disk)
    with pytest.raises(StoreError, match="database or disk is full"):
        journal.append([batch(7, size=100_000)])
    assert journal.head() == head
    event.remove(engine, "connect", fill_the_disk)
    journal.close()
    engine.dispose()
    assert journal.append([batch(7, size=100_000)]).seq == 9
    assert journal.verify().batches == 3


def fill_the_disk(connection: sqlite3.Connection, _record: object) -> None:
    """Lets the database grow no further, through this connection."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


ORPHANING_FUNCTION = """
    CREATE FUNCTION orphan() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO child VALUES (1); RETURN NEW; END $$;
    CREATE TRIGGER orphan AFTER INSERT ON journal FOR EACH ROW EXECUTE FUNCTION orphan()
"""
ORPHANS = {
    "sqlite": (
        "CREATE TRIGGER orphan AFTER INSERT ON journal BEGIN INSERT INTO child VALUES (1); END",
        "DROP TRIGGER orphan",
    ),
    "postgresql": (
        ORPHANING_FUNCTION,
        "DROP TRIGGER orphan ON journal",
    ),
}


def test_after_a_failed_commit_the_journal_is_as_before_and_goes_on(engine: Engine, journal: Journal) -> None:
    head = journal.append(batches(2))
    make, drop = ORPHANS[engine.dialect.name]
    with engine_module.writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(
            "CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
        )
        connection.exec_driver_sql(make)
    with pytest.raises(StoreError, match=r"can't be appended to: .*(?i:foreign key constraint)"):
        journal.append([batch(7)])  # the database objects only when it is told to commit
    assert journal.head() == head
    with engine_module.writing(engine) as connection:
        connection.exec_driver_sql(drop)
    assert journal.append([batch(7)]).seq == 9
    assert journal.verify().batches == 3


def test_a_database_locked_by_another_is_reported_and_then_used(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BUSY_MILLISECONDS", 20)
    engine = open_engine(url)
    with Journal(engine, "beijing") as journal:
        with engine_module.writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE meta")
            with pytest.raises(StoreError, match=r"database is locked|lock timeout"):
                journal.append([batch(1)])
        assert journal.append([batch(1)]).seq == 3
    engine.dispose()


def test_an_integer_beyond_64_bits_is_reported(journal: Journal) -> None:
    with pytest.raises(StoreError, match="more than 64 bits"):
        journal.append([batch(1)], [evolve(refusal(1), at=2**63)])
    assert journal.head() == EMPTY
