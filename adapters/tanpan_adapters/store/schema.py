"""The tables of the journal's database, and the version it is refused by when it doesn't fit."""

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
    insert,
    inspect,
    select,
)

from .engine import writing
from .errors import StoreError, reported

SCHEMA_KEY = "schema"


@frozen
class Schema:
    """What a database file holds: its kind, the version of its layout, and its tables (`meta` among them)."""

    kind: str
    version: int
    tables: MetaData


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

audit = Table(
    "audit",
    _TABLES,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
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

JOURNAL_SCHEMA = Schema("journal", 1, _TABLES)


def prepare(engine: Engine, schema: Schema) -> None:
    """Makes the tables in an empty database; refuses one of another kind or version with a StoreError."""
    with reported(f"the database {engine.url.database} can't be prepared"):
        with engine.connect() as connection:
            if _is_ready(connection, schema):
                return
        with writing(engine) as connection:
            if not _is_ready(connection, schema):  # somebody else may have been faster
                _initialise(connection, schema)


def _is_ready(connection: Connection, schema: Schema) -> bool:
    tables = inspect(connection).get_table_names()
    if not tables:
        return False
    path = connection.engine.url.database
    table = schema.tables.tables["meta"]
    if table.name not in tables:
        raise StoreError(f"the database {path} belongs to another program: it has no table `{table.name}`")
    stored = connection.execute(select(table.c.value).where(table.c.key == SCHEMA_KEY)).scalar()
    if stored != _stamp(schema):
        raise StoreError(
            f"the database {path} holds {stored!r}, but this version of tanpan reads {_stamp(schema)!r}: "
            "a newer database needs a newer tanpan"
        )
    return True


def _initialise(connection: Connection, schema: Schema) -> None:
    schema.tables.create_all(connection)
    table = schema.tables.tables["meta"]
    connection.execute(insert(table).values(key=SCHEMA_KEY, value=_stamp(schema)))


def _stamp(schema: Schema) -> str:
    return f"{schema.kind} {schema.version}"
