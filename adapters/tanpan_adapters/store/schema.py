"""The tables of the journal's database, and the version it is refused by when it doesn't fit.

What a database holds stands in its table `meta`: `schema` is "journal 2", and nothing else says so. It is read
without Alembic, which only a migration needs, and changes in the transaction that changes the tables.
"""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    event,
    insert,
    inspect,
    select,
)

from .engine import is_sqlite, shown, take_turns, writing
from .errors import StoreError, reported

SCHEMA_KEY = "schema"


@frozen
class Schema:
    """What a database holds: its kind, the version of its layout, and its tables (`meta` among them).

    What is `rebuildable` is made anew, empty, in place of an older version; everything else is refused.
    """

    kind: str
    version: int
    tables: MetaData
    rebuildable: bool = False
    part: bool = False
    """Whether it stands beside others in one database, with a version of its own."""


def meta_table(tables: MetaData) -> Table:
    """The table every file has: small facts by name, the schema version first."""
    return Table("meta", tables, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))


_TABLES = MetaData()

meta = meta_table(_TABLES)

# One row per batch. The payload stands last: SQLite walks through a long column to reach those after it.
journal = Table(
    "journal",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("first_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("records", Integer, nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

_NUMBERED = BigInteger().with_variant(Integer, "sqlite")

audit = Table(
    "audit",
    _TABLES,
    Column("id", _NUMBERED, primary_key=True, autoincrement=True),
    Column("exchange", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("details", Text, nullable=False),
    Index("audit_by_exchange", "exchange", "id"),
)

snapshots = Table(
    "snapshots",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("state_hash", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)

# A message of a record is unique by where it came from; those that adapters make have sequence 0 and a random number.
# One without `next_at` is never due again: it was delivered (`done_at`) or given up.
outbox = Table(
    "outbox",
    _TABLES,
    Column("id", _NUMBERED, primary_key=True, autoincrement=True),
    Column("exchange", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("to", Text, nullable=False),
    Column("data_json", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger),
    Column("done_at", BigInteger),
    Column("why", Text, nullable=False),
    UniqueConstraint("exchange", "seq", "number"),
    Index("outbox_by_due", "exchange", "next_at"),
)


# Compressing what is packed already would take longer than the disk does.
@event.listens_for(journal, "after_create")
@event.listens_for(snapshots, "after_create")
def _keep_as_it_is(table: Table, connection: Connection, **_: object) -> None:
    if not is_sqlite(connection.engine):
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ALTER COLUMN payload SET STORAGE EXTERNAL")


JOURNAL_SCHEMA = Schema("journal", 2, _TABLES)


def prepare(engine: Engine, schema: Schema) -> None:
    """Makes the tables where they are missing; refuses a database of another kind or version with a StoreError."""
    with reported(f"the database {shown(engine)} can't be prepared"):
        with engine.connect() as connection:
            if _is_ready(connection, schema):
                return
        with writing(engine) as connection:
            take_turns(connection, "prepare a database")
            if not _is_ready(connection, schema):  # somebody else may have been faster
                _initialise(connection, schema)


def stored_version(connection: Connection, schema: Schema) -> int | None:
    """The version a database holds of this kind, None for one without; refuses another program's database."""
    tables = _shared_out(set(inspect(connection).get_table_names()))
    if not tables:
        return None
    table = schema.tables.tables["meta"]
    where = shown(connection.engine)
    if table.name not in tables:
        raise StoreError(f"the database {where} belongs to another program: it has no table `{table.name}`")
    stamps = {
        row.key: row.value
        for row in connection.execute(select(table).where(table.c.key.startswith(SCHEMA_KEY)))
    }
    stored = stamps.get(stamp_key(schema))
    if stored is None and (schema.part or stamps):
        return None  # parts of one database come in any order
    kind, _, version = (stored or "").partition(" ")
    if kind != schema.kind or not version.isdecimal():
        raise StoreError(
            f"the database {where} holds {stored!r}, but this version of tanpan reads {stamp(schema)!r}"
        )
    return int(version)


def stamp(schema: Schema) -> str:
    """How `meta` names a kind and version."""
    return f"{schema.kind} {schema.version}"


def stamp_key(schema: Schema) -> str:
    """Where among the small facts a kind's version stands: each part of a shared database has its own."""
    return f"{SCHEMA_KEY}:{schema.kind}" if schema.part else SCHEMA_KEY


def _is_ready(connection: Connection, schema: Schema) -> bool:
    version = stored_version(connection, schema)
    if version is None or version == schema.version:
        return version is not None
    differs = (
        f"the database {shown(connection.engine)} holds '{schema.kind} {version}', "
        f"but this version of tanpan reads {stamp(schema)!r}"
    )
    if version > schema.version:
        raise StoreError(f"{differs}: a newer database needs a newer tanpan")
    if not schema.rebuildable:
        raise StoreError(f"{differs}: bring it up to date with `tanpan upgrade`")
    return False


def _shared_out(tables: set[str]) -> set[str]:
    """The tables without those of guests: kinds that have a table `<kind>_version` and begin all names with theirs."""
    guests = tuple(name.removesuffix("version") for name in tables if name.endswith("_version"))
    return {name for name in tables if not name.startswith(guests)} if guests else tables


def _initialise(connection: Connection, schema: Schema) -> None:
    if schema.rebuildable:
        _drop_all(connection)
    schema.tables.create_all(connection)
    table = schema.tables.tables["meta"]
    connection.execute(insert(table).values(key=stamp_key(schema), value=stamp(schema)))


def _drop_all(connection: Connection) -> None:
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)
