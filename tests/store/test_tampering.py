"""Whatever is done to the journal behind the store's back is found, and the first bad row is named."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from databases import only
from store.samples import batch, batches
from tanpan_adapters.store import Batch, Head, Journal, JournalBroken, StoreError, open_engine

THIRD = "exchange = 'beijing' AND first_seq = 7"  # of five rows: 1-3, 4-6, 7-9, 10-12, 13-15


@pytest.fixture
def written(journal: Journal) -> Journal:
    journal.append(batches(5))
    return journal


def tamper(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


def found(journal: Journal) -> tuple[int, str]:
    """Where `verify` finds the journal broken, and why; reading it must end in the same error."""
    with pytest.raises(JournalBroken) as by_verify:
        journal.verify()
    with pytest.raises(JournalBroken) as by_read:
        list(journal.read())
    assert str(by_read.value) == str(by_verify.value)
    return by_verify.value.seq, by_verify.value.reason


def test_an_edited_payload_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, f"UPDATE journal SET payload = substr(payload, 2) WHERE {THIRD}")
    assert found(written) == (7, "the row was changed: its digest doesn't fit its content")


@pytest.mark.parametrize("change", ["at = at + 1", "records = 4", "epoch = 1", "last_seq = 8"])
def test_an_edited_header_is_found(engine: Engine, written: Journal, change: str) -> None:
    tamper(engine, f"UPDATE journal SET {change} WHERE {THIRD}")
    assert found(written) == (7, "the row was changed: its digest doesn't fit its content")


@only("sqlite")
@pytest.mark.parametrize("change", ["payload = 'text'", "at = 'noon'", "records = 2.5", "payload = 5"])
def test_a_value_of_another_kind_is_found(engine: Engine, written: Journal, change: str) -> None:
    tamper(engine, f"UPDATE journal SET {change} WHERE {THIRD}")
    assert found(written) == (7, "the row was changed: a value is of the wrong kind")


@only("sqlite")
def test_a_text_that_cannot_be_decoded_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, f"UPDATE journal SET payload = CAST(x'ff' AS TEXT) WHERE {THIRD}")
    seq, reason = found(written)
    assert seq == 7
    assert "Could not decode to UTF-8" in reason


@pytest.mark.parametrize("first_seq", [-7, 8, 100])
def test_an_edited_sequence_is_found(engine: Engine, written: Journal, first_seq: int) -> None:
    tamper(engine, f"UPDATE journal SET first_seq = {first_seq} WHERE {THIRD}")
    seq, reason = found(written)
    assert seq == (1 if first_seq < 0 else 7)
    assert "a row is missing" in reason


def test_a_row_moved_to_another_exchange_is_found(engine: Engine, written: Journal) -> None:
    tamper(
        engine,
        "UPDATE journal SET exchange = 'shanghai'",
        "UPDATE meta SET key = 'head:shanghai' WHERE key = 'head:beijing'",
    )
    assert found(Journal(engine, "shanghai"))[0] == 1
    assert Journal(engine, "beijing").verify().batches == 0


def test_a_removed_row_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, f"DELETE FROM journal WHERE {THIRD}")
    assert found(written) == (7, "a row is missing: the next one begins at 10")


def test_a_removed_first_row_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, "DELETE FROM journal WHERE first_seq = 1")
    assert found(written) == (1, "a row is missing: the next one begins at 4")


def test_swapped_rows_are_found(engine: Engine, written: Journal) -> None:
    tamper(
        engine,
        "UPDATE journal SET first_seq = 99, last_seq = 99 WHERE first_seq = 4",
        "UPDATE journal SET first_seq = 4, last_seq = 6 WHERE first_seq = 10",
        "UPDATE journal SET first_seq = 10, last_seq = 12 WHERE first_seq = 99",
    )
    assert found(written) == (4, "the row doesn't follow the one before")


def test_swapped_payloads_are_found(engine: Engine, written: Journal) -> None:
    tamper(
        engine,
        "UPDATE journal SET payload = (SELECT other.payload FROM journal AS other WHERE other.first_seq = "
        "CASE journal.first_seq WHEN 4 THEN 10 ELSE 4 END) WHERE first_seq IN (4, 10)",
    )
    assert found(written) == (4, "the row was changed: its digest doesn't fit its content")


def test_a_removed_tail_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, "DELETE FROM journal WHERE first_seq >= 10")
    assert found(written) == (10, "the journal is cut short: it should reach sequence 15")


def test_an_emptied_journal_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, "DELETE FROM journal")
    assert found(written) == (1, "the journal is cut short: it should reach sequence 15")


def test_a_lost_recorded_head_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, "DELETE FROM meta WHERE key = 'head:beijing'")
    assert found(written) == (1, "rows lie beyond the recorded head")


def test_a_garbled_recorded_head_is_found(engine: Engine, written: Journal) -> None:
    tamper(engine, "UPDATE meta SET value = 'fifteen' WHERE key = 'head:beijing'")
    assert found(written) == (0, "the recorded head 'fifteen' can't be read")


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ("15 " + "00" * 32, (13, "the row isn't the one that was recorded as the head")),
        ("14 " + "00" * 32, (14, "no row ends at this sequence, which was recorded as the head")),
    ],
)
def test_another_recorded_head_is_found(
    engine: Engine, written: Journal, recorded: str, expected: tuple[int, str]
) -> None:
    tamper(engine, f"UPDATE meta SET value = '{recorded}' WHERE key = 'head:beijing'")
    assert found(written) == expected


def test_a_tail_cut_together_with_its_recorded_head_is_found_by_a_head_noted_elsewhere(
    engine: Engine, journal: Journal
) -> None:
    earlier = journal.append(batches(3))
    noted = journal.append(batches(2, first_seq=10))
    tamper(
        engine,
        "DELETE FROM journal WHERE first_seq >= 10",
        f"UPDATE meta SET value = '{earlier.seq} {earlier.digest.hex()}' WHERE key = 'head:beijing'",
    )
    assert journal.verify(expected=earlier).head == earlier
    with pytest.raises(
        JournalBroken, match="sequence 10: the journal is cut short: it should reach sequence 15"
    ):
        journal.verify(expected=noted)


def test_a_rewritten_journal_is_found_by_a_head_noted_elsewhere(engine: Engine, written: Journal) -> None:
    with pytest.raises(JournalBroken, match="sequence 7: the row isn't the one"):
        written.verify(expected=Head(9, bytes(32)))


def test_a_head_noted_elsewhere_does_not_stand_in_for_the_recorded_one(
    engine: Engine, journal: Journal
) -> None:
    noted = journal.append(batches(5))
    tamper(engine, f"UPDATE meta SET value = '15 {'ab' * 32}' WHERE key = 'head:beijing'")
    with pytest.raises(JournalBroken, match="sequence 13: the row isn't the one"):
        journal.verify(expected=noted)


def test_reading_on_from_a_snapshot_finds_what_was_removed_after_it(engine: Engine, written: Journal) -> None:
    tamper(engine, f"DELETE FROM journal WHERE {THIRD}")
    for after_seq in (5, 6, 7):
        with pytest.raises(JournalBroken, match="sequence 7: a row is missing"):
            list(written.read(after_seq))


@only("sqlite")
def test_a_flipped_bit_anywhere_in_the_file_never_passes_for_the_journal(url: str, tmp_path: Path) -> None:
    """What can be read from a damaged file is what was written, up to an error that says so."""
    written = batches(6, size=3000)
    engine = open_engine(url)
    with Journal(engine, "beijing") as journal:
        journal.append(written)
    engine.dispose()  # the last connection leaves one file, without a log
    sound = (tmp_path / "tanpan.db").read_bytes()
    chance = Random(20210716)
    outcomes = [_read_damaged(tmp_path / "damaged.db", sound, chance, written) for _ in range(150)]
    assert outcomes.count("refused") > 20


def _read_damaged(path: Path, sound: bytes, chance: Random, written: list[Batch]) -> str:
    damaged = bytearray(sound)
    damaged[chance.randrange(len(sound))] ^= 1 << chance.randrange(8)
    for leftover in path.parent.glob(path.name + "*"):
        leftover.unlink()
    path.write_bytes(damaged)
    seen: list[Batch] = []
    try:
        engine = open_engine(f"sqlite:///{path}")
        try:
            for found_batch in Journal(engine, "beijing").read():
                seen.append(found_batch)
        finally:
            engine.dispose()
    except StoreError:
        assert seen == written[: len(seen)]
        return "refused"
    assert seen == written
    return "unharmed"


def test_a_batch_appended_after_an_undetected_change_does_not_hide_it(
    engine: Engine, written: Journal
) -> None:
    tamper(engine, f"UPDATE journal SET at = at + 1 WHERE {THIRD}")
    written.append([batch(16)])
    assert found(written)[0] == 7
