"""At whatever byte the machine stops: every acknowledged batch is there, the last one wholly or not at all."""

# The files of a live journal are copied before and after each append, and put together again as a crash in between
# would have left them: written up to a byte (the process was killed), or with any of the sectors that were not yet
# synced (the power went). Each is then opened as after a restart.

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from attrs import field, frozen
from sqlalchemy import Engine

from store.samples import batch, refusal
from tanpan_adapters.store import Batch, Journal, open_engine

WAL_HEADER = 32
FRAME_HEADER = 24
SECTOR = 512


@frozen
class Files:
    """The database and its write-ahead log, as bytes."""

    database: bytes = field(repr=False)
    log: bytes = field(repr=False)

    @classmethod
    def of(cls, path: Path) -> Files:
        log = path.with_name(path.name + "-wal")
        return cls(path.read_bytes(), log.read_bytes() if log.exists() else b"")

    def put(self, path: Path) -> None:
        for old in path.parent.glob(path.name + "*"):
            old.unlink()
        path.write_bytes(self.database)
        path.with_name(path.name + "-wal").write_bytes(self.log)


@frozen
class Proof:
    """One step of a journal's life: its files before and after, what was acknowledged before, what was added."""

    before: Files
    after: Files
    acknowledged: list[Batch]
    added: list[Batch]


def life(path: Path, appends: int, checkpoint_every: int, chance: Random) -> Iterator[Proof]:
    """Makes a journal, appends to it, and now and then moves the log into the database; shows every step."""
    engine = open_engine(f"sqlite:///{path}")
    opened = Files.of(path)
    with Journal(engine, "beijing") as journal:
        yield Proof(opened, Files.of(path), [], [])
        acknowledged: list[Batch] = []
        for number in range(1, appends + 1):
            before = Files.of(path)
            added = [batch(len(acknowledged) + 1, records=1, size=chance.choice([50, 3000, 9000]))]
            journal.append(added, [refusal(number)])
            yield Proof(before, Files.of(path), acknowledged, added)
            acknowledged = acknowledged + added
            if number % checkpoint_every == 0:
                before = Files.of(path)
                move_log_into_database(engine)
                yield Proof(before, Files.of(path), acknowledged, [])
    engine.dispose()


def move_log_into_database(engine: Engine) -> None:
    with engine.connect() as connection:
        moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
    assert moved[1] == moved[2], "the whole log should have been moved"


def killed(proof: Proof, cuts: list[int]) -> Iterator[Files]:
    """The files when the process was killed after writing the log up to a byte: over an older log, or alone."""
    for cut in cuts:
        written = proof.after.log[:cut]
        yield Files(proof.after.database, written)
        if len(proof.before.log) > cut:
            yield Files(proof.after.database, written + proof.before.log[cut:])


def cuts(proof: Proof, chance: Random | None) -> list[int]:
    """Where a frame of the last append begins, and torn positions inside it: all, or some by `chance`."""
    first, end = written(proof.before.log, proof.after.log)
    page = int.from_bytes(proof.after.log[8:12])
    found = {first, 1, WAL_HEADER - 1, end}
    for start in range(WAL_HEADER, len(proof.after.log) + 1, FRAME_HEADER + page):
        inside = {start + 1, start + FRAME_HEADER - 1, start + FRAME_HEADER, start + FRAME_HEADER + page - 1}
        inside |= set(range(start + FRAME_HEADER, start + FRAME_HEADER + page, SECTOR))
        found |= {start, *(chance.sample(sorted(inside), 2) if chance else inside)}
    return sorted(cut for cut in found if first <= cut <= end)


def written(before: bytes, after: bytes) -> tuple[int, int]:
    """Between which places `after` was written over `before`."""
    if before == after:
        return len(after), len(after)
    changed = [place for place, byte in enumerate(after) if place >= len(before) or before[place] != byte]
    return changed[0], changed[-1] + 1


def powerless(proof: Proof, times: int, chance: Random) -> Iterator[Files]:
    """The files when the power went: of the sectors that were being written, any may have reached the disk."""
    for _ in range(times):
        yield Files(
            some_sectors(proof.before.database, proof.after.database, chance),
            some_sectors(proof.before.log, proof.after.log, chance),
        )


def some_sectors(before: bytes, after: bytes, chance: Random) -> bytes:
    mixed = bytearray(before.ljust(len(after), b"\0"))
    for start in range(0, len(after), SECTOR):
        if chance.random() < 0.5:
            mixed[start : start + SECTOR] = after[start : start + SECTOR]
    return bytes(mixed)


def survives(files: Files, proof: Proof, path: Path) -> bool:
    """Opens what a crash left, checks the promise, and goes on; returns whether the last append was kept."""
    files.put(path)
    engine = open_engine(f"sqlite:///{path}")
    with Journal(engine, "beijing") as journal:
        verified = journal.verify()
        found = list(journal.read())
        assert found[: len(proof.acknowledged)] == proof.acknowledged
        assert found[len(proof.acknowledged) :] in ([], proof.added)
        assert len(journal.refusals(1000)) == verified.batches == len(found)
        journal.append([batch(len(found) + 1, records=1)])
        assert journal.verify().batches == len(found) + 1
    engine.dispose()
    return len(found) == len(proof.acknowledged) + len(proof.added)


def prove(tmp_path: Path, *, appends: int, checkpoint_every: int, thorough: bool, power_cuts: int) -> None:
    chance = Random(20210716)
    outcomes = []
    for proof in life(tmp_path / "live.db", appends, checkpoint_every, chance):
        crashes = [*killed(proof, cuts(proof, None if thorough else chance))]
        crashes += powerless(proof, power_cuts, chance)
        kept = [survives(files, proof, tmp_path / "crashed.db") for files in crashes]
        assert survives(proof.after, proof, tmp_path / "crashed.db"), "what was acknowledged is lost"
        if proof.added:
            outcomes += kept
    assert True in outcomes
    assert False in outcomes


def test_whatever_byte_an_append_stops_at_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    prove(tmp_path, appends=7, checkpoint_every=3, thorough=False, power_cuts=4)


@pytest.mark.soak
@pytest.mark.parametrize("checkpoint_every", [1, 4, 1000])
def test_every_byte_boundary_of_many_appends_loses_nothing(tmp_path: Path, checkpoint_every: int) -> None:
    prove(tmp_path, appends=40, checkpoint_every=checkpoint_every, thorough=True, power_cuts=60)
