"""What the machine itself allows: bare SQLite inserts with synchronous=FULL, and nothing else."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from benchmarks.harness import Result, timed

RECORD_BYTES = 200


def measure(*, per_commit: int, commits: int, blob: bool, path: Path) -> Result:
    """Records a second at so many records per commit: a row for each, or one blob for the group."""
    connection = _database(path)
    group = [bytes(RECORD_BYTES)] * per_commit
    rows = [(b"".join(group),)] if blob else [(record,) for record in group]
    seconds, _ = timed(lambda: _insert(connection, rows, commits))
    stored = connection.execute("SELECT sum(length(content)) FROM record").fetchone()[0]
    connection.close()
    assert stored == RECORD_BYTES * per_commit * commits, f"{stored} bytes stored"
    return Result(per_commit * commits, seconds)


def _insert(connection: sqlite3.Connection, rows: Iterable[tuple[bytes]], commits: int) -> None:
    for _ in range(commits):
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO record (content) VALUES (?)", rows)
        connection.execute("COMMIT")


def _database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE record (seq INTEGER PRIMARY KEY, content BLOB NOT NULL)")
    return connection
