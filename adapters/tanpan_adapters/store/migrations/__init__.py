"""Brings a journal's database of an older version up to date, as a whole or not at all.

Each version has a file of Alembic's in `versions/`, its revision the version's number. Alembic orders and runs
them; which version a database has only `meta` says, for the first version was made without Alembic and a second
truth could contradict. It moves in the transaction that changes the tables, on either kind of database.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, update

from ..engine import open_engine, shown, take_turns, writing
from ..errors import StoreError, reported
from ..schema import JOURNAL_SCHEMA, SCHEMA_KEY, meta, stamp, stored_version

_FOLDER = Path(__file__).parent


def upgrade(url: str) -> tuple[int, int]:
    """Migrates the database to the newest version and returns the one before and the one after, which may be equal.

    No server may use the database meanwhile: back it up first. Raises StoreError, changing nothing, for what is
    no journal's database and for one of a newer version.
    """
    engine = open_engine(url, create=False)
    try:
        with (
            reported(f"the database {shown(engine)} can't be brought up to date"),
            writing(engine) as connection,
        ):
            take_turns(connection, "prepare a database")
            return _migrate(connection), JOURNAL_SCHEMA.version
    finally:
        engine.dispose()


def _migrate(connection: Connection) -> int:
    before = stored_version(connection, JOURNAL_SCHEMA)
    if before is None:
        raise StoreError(
            f"the database {shown(connection.engine)} is empty: there is nothing to bring up to date"
        )
    if not 1 <= before <= JOURNAL_SCHEMA.version:
        raise StoreError(
            f"the database {shown(connection.engine)} holds 'journal {before}', but this version of tanpan reads "
            f"{stamp(JOURNAL_SCHEMA)!r}: a newer database needs a newer tanpan"
        )
    if before < JOURNAL_SCHEMA.version:
        _run(connection, before)
        connection.execute(update(meta).where(meta.c.key == SCHEMA_KEY).values(value=stamp(JOURNAL_SCHEMA)))
    return before


def _run(connection: Connection, before: int) -> None:
    from alembic.operations import Operations  # a fifth of a second to import, and seldom needed
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(_FOLDER))
    steps = list(scripts.iterate_revisions(str(JOURNAL_SCHEMA.version), str(before)))
    with Operations.context(MigrationContext.configure(connection)):
        for step in reversed(steps):
            step.module.upgrade()
