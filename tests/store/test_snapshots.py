"""A snapshot comes back whole, or not at all with the reason."""

from __future__ import annotations

import pytest
from attrs import evolve
from sqlalchemy import Engine

from store.samples import NINE_O_CLOCK, batches
from tanpan_adapters.store import Journal, JournalConflict, Snapshot, SnapshotInfo


def snapshot(seq: int) -> Snapshot:
    return Snapshot(seq, NINE_O_CLOCK + seq, "shape-1", f"hash-at-{seq}", f"state at {seq}".encode())


@pytest.fixture
def kept(journal: Journal) -> Journal:
    journal.append(batches(4))
    for seq in (3, 9, 6):
        journal.write_snapshot(snapshot(seq))
    return journal


def test_a_snapshot_comes_back_as_it_was_written(kept: Journal) -> None:
    assert kept.read_snapshot(6) == (snapshot(6), "")


def test_snapshots_are_listed_newest_first(kept: Journal) -> None:
    assert [info.seq for info in kept.snapshots()] == [9, 6, 3]
    assert kept.snapshots()[0] == SnapshotInfo(9, NINE_O_CLOCK + 9, "shape-1", "hash-at-9")


def test_a_snapshot_takes_the_place_of_one_of_the_same_sequence(kept: Journal) -> None:
    newer = evolve(snapshot(6), fingerprint="shape-2", payload=b"another shape")
    kept.write_snapshot(newer)
    assert kept.read_snapshot(6) == (newer, "")
    assert len(kept.snapshots()) == 3


def test_a_snapshot_that_is_not_there_gives_the_reason(kept: Journal) -> None:
    assert kept.read_snapshot(5) == (None, "there is no snapshot at 5")


@pytest.mark.parametrize("damage", ["digest", "substr(payload, 2)", "'text'"])
def test_a_damaged_snapshot_is_not_read(engine: Engine, kept: Journal, damage: str) -> None:
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(f"UPDATE snapshots SET payload = {damage} WHERE seq = 6")
    assert kept.read_snapshot(6) == (None, "the snapshot at 6 is damaged: its digest doesn't fit its content")
    assert kept.read_snapshot(9) == (snapshot(9), "")


def test_snapshots_that_cannot_be_reached_give_the_reason(engine: Engine, kept: Journal) -> None:
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("DROP TABLE snapshots")
    nothing, reason = kept.read_snapshot(6)
    assert nothing is None
    assert "snapshots" in reason


def test_a_snapshot_of_what_is_not_committed_is_refused(kept: Journal) -> None:
    with pytest.raises(JournalConflict, match="the journal ends at 12; a snapshot at 13 is beyond it"):
        kept.write_snapshot(snapshot(13))


def test_only_the_newest_snapshots_survive_pruning(kept: Journal) -> None:
    assert kept.prune_snapshots(keep=2) == 1
    assert [info.seq for info in kept.snapshots()] == [9, 6]
    assert kept.prune_snapshots(keep=2) == 0
    assert kept.prune_snapshots(keep=0) == 2


def test_snapshots_belong_to_one_exchange(engine: Engine, kept: Journal) -> None:
    other = Journal(engine, "shanghai")
    assert other.snapshots() == []
    assert other.prune_snapshots(keep=0) == 0
    assert len(kept.snapshots()) == 3
