"""A database as the first version made it, with a journal, a refusal and a snapshot in it."""

from __future__ import annotations

from sqlalchemy import Engine

from store.samples import batches, refusal
from store.test_snapshots import snapshot
from tanpan_adapters.store import Journal, open_engine
from tanpan_adapters.store.engine import writing

# As the first version wrote them, on SQLite; {bytes} and {number} are words of the database.
TABLES = """
CREATE TABLE meta ("key" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key"));
CREATE TABLE journal (
    exchange TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    epoch INTEGER NOT NULL,
    at BIGINT NOT NULL,
    records INTEGER NOT NULL,
    previous {bytes} NOT NULL,
    digest {bytes} NOT NULL,
    payload {bytes} NOT NULL,
    PRIMARY KEY (exchange, first_seq)
);
CREATE TABLE audit (
    id {number} NOT NULL,
    exchange TEXT NOT NULL,
    at BIGINT NOT NULL,
    request_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    command TEXT NOT NULL,
    code TEXT NOT NULL,
    clause TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX audit_by_exchange ON audit (exchange, id);
CREATE TABLE snapshots (
    exchange TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    digest {bytes} NOT NULL,
    state_hash TEXT NOT NULL,
    payload {bytes} NOT NULL,
    PRIMARY KEY (exchange, seq)
);
INSERT INTO meta VALUES ('schema', 'journal 1')
"""
_WORDS = {
    "sqlite": {"bytes": "BLOB", "number": "INTEGER"},
    "postgresql": {"bytes": "BYTEA", "number": "BIGSERIAL"},
}
_KEPT = ("journal", "audit", "snapshots")


def make_first_version(url: str) -> None:
    """Fills an empty database as the first version would have."""
    engine = open_engine(url)
    with writing(engine) as connection:
        for statement in TABLES.format(**_WORDS[engine.dialect.name]).split(";\n"):
            connection.exec_driver_sql(statement)
    _fill(engine)
    engine.dispose()


def _fill(engine: Engine) -> None:
    """Nothing in these three tables is written otherwise today, so today's code may fill them."""
    _stamp(engine, "journal 2")
    with Journal(engine, "beijing") as journal:
        journal.append(batches(3), [refusal(1)])
        journal.write_snapshot(snapshot(6))
    _stamp(engine, "journal 1")


def _stamp(engine: Engine, value: str) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(f"UPDATE meta SET value = '{value}' WHERE key = 'schema'")


def kept(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Everything the first version's tables hold."""
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2")]
            for name in _KEPT
        }
