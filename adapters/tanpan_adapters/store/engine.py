"""Opens the database a URL names, set up so that a commit is on disk when it returns."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    func,
    make_url,
    quoted_name,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.schema import CreateSchema

from .errors import StoreError, reported

BUSY_MILLISECONDS = 10_000
BEGIN_WRITING = "BEGIN IMMEDIATE"  # takes the write lock at once, not at the first write
CONNECT_SECONDS = 5
POOL_SIZE = 4
SQLITE = ("sqlite", "sqlite+pysqlite")
POSTGRESQL = ("postgresql", "postgresql+psycopg")
_KINDS = "sqlite:///path/to/file.db or postgresql://user:password@host/database"
_SCHEMA = "schema"  # an option of ours in a PostgreSQL URL, unknown to the driver
_LONGEST_NAME = 63  # bytes PostgreSQL keeps of an identifier

# A host that vanished is noticed by both ends in half a minute: its locks fall, and a stand-by takes over.
_CLIENT_KEEPALIVES = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
_SERVER_KEEPALIVES = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


def open_engine(url: str, *, create: bool = True, durable: bool = True, schema: str = "") -> Engine:
    """The engine for `sqlite:///path` (`sqlite:////absolute/path`) or `postgresql://…`, tried before it is returned.

    `create=False` refuses a file or schema that isn't there. `durable=False` is for what can be rebuilt: the
    database stays consistent whatever happens, but a power cut may undo its last commits. `schema` is the one
    PostgreSQL schema in which this engine's tables lie, made where it is missing. Raises StoreError for a URL
    that can't be used, a file that can't be written, a server that doesn't answer and what isn't a database.
    """
    parsed = _parse(url)
    if parsed.drivername in POSTGRESQL:
        return _open_postgresql(parsed, create, durable, schema or str(parsed.query.get(_SCHEMA, "")))
    path = sqlite_path(url)
    _check_path(path, create)
    engine = create_engine(URL.create("sqlite", database=str(path)))
    _set_up(engine, "FULL" if durable else "NORMAL")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA schema_version")
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(f"the database {path} can't be opened: {error.orig}") from error
    return engine


def sqlite_path(url: str) -> Path:
    """The file a SQLite URL names; raises StoreError when the URL is of another kind or names no file."""
    parsed = _parse(url)
    if parsed.drivername not in SQLITE:
        raise StoreError(f"the database URL {_shown(parsed)} isn't supported: use {_KINDS}")
    if parsed.host:
        raise StoreError(f"the database URL {_shown(parsed)} lacks a slash: use sqlite:///path/to/file.db")
    if parsed.query:
        raise StoreError(f"the database URL {_shown(parsed)} has options after '?', which aren't supported")
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(f"the database URL {_shown(parsed)} names no file: use sqlite:///path/to/file.db")
    return Path(parsed.database)


def beside(url: str, part: str, exchange: str = "") -> str:
    """The URL of another part of a database: `a/b.NAME.part.db` beside `a/b.db`, or a PostgreSQL schema `part_NAME`."""
    parsed = _parse(url)
    if parsed.drivername in POSTGRESQL:
        name = _fitting(f"{part}_{exchange}" if exchange else part)
        return parsed.update_query_dict({_SCHEMA: name}).render_as_string(hide_password=False)
    path = sqlite_path(url)
    name = f"{path.stem}.{exchange}.{part}.db" if exchange else f"{path.stem}.{part}.db"
    return URL.create("sqlite", database=str(path.with_name(name))).render_as_string()


def is_sqlite(engine: Engine) -> bool:
    """Whether the database is a SQLite file, not a PostgreSQL server's."""
    return engine.dialect.name == "sqlite"


def shown(engine: Engine) -> str:
    """What a database is called in messages: its file, or its URL without a password."""
    if is_sqlite(engine):
        return str(engine.url.database)
    return _shown(engine.url)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that commits at the end; on SQLite it holds the write lock from the start."""
    with engine.connect().execution_options(tanpan_writes=True) as connection, connection.begin():
        yield connection


def take_turns(connection: Connection, what: str) -> None:
    """Waits until no other transaction does `what`; on SQLite a writing transaction is alone already."""
    if not is_sqlite(connection.engine):
        connection.execute(select(func.pg_advisory_xact_lock(lock_key(what))))


def lock_key(what: str) -> int:
    """A number of 64 bits that stands for a name where PostgreSQL takes numbers only."""
    return int.from_bytes(sha256(f"tanpan {what}".encode()).digest()[:8], signed=True)


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError(f"{url!r} isn't a database URL: use {_KINDS}") from error
    except ValueError as error:  # a port that is no number; the URL may hold a password
        raise StoreError(f"the database URL can't be read: use {_KINDS}") from error


def _shown(url: URL) -> str:
    return url.difference_update_query([_SCHEMA, "password"]).render_as_string(hide_password=True)


def _fitting(name: str) -> str:
    """A name no longer than PostgreSQL keeps; one that is longer ends in its digest instead."""
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    digest = sha256(name.encode()).hexdigest()[:16]
    return name.encode()[: _LONGEST_NAME - 17].decode(errors="ignore") + "_" + digest


# --- SQLite ----------------------------------------------------------------------------------------------


def _check_path(path: Path, create: bool) -> None:
    if path.is_dir():
        raise StoreError(f"the database {path} can't be opened: it is a folder")
    if not path.parent.is_dir():
        raise StoreError(f"the database {path} can't be opened: the folder {path.parent} doesn't exist")
    if not path.exists() and not create:
        raise StoreError(f"the database {path} doesn't exist")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise StoreError(f"the database {path} can't be opened: the file isn't readable and writable")
    if not os.access(path.parent, os.W_OK | os.X_OK):  # the write-ahead log is a second file beside it
        raise StoreError(f"the database {path} can't be opened: the folder {path.parent} isn't writable")


def _set_up(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: SqliteConnection, _record: object) -> None:
        try:
            _configure(connection, synchronous)
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("tanpan_writes", False)
        connection.exec_driver_sql(BEGIN_WRITING if writes else "BEGIN")


def _configure(connection: SqliteConnection, synchronous: str) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: the listener above does
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")


# --- PostgreSQL ------------------------------------------------------------------------------------------


def _open_postgresql(url: URL, create: bool, durable: bool, schema: str) -> Engine:
    if not url.database:
        raise StoreError(f"the database URL {_shown(url)} names no database: use {_KINDS}")
    url = url.set(drivername="postgresql+psycopg").difference_update_query([_SCHEMA])
    try:
        with reported(f"the database {_shown(url)} can't be opened"):
            if schema:
                _make_schema(url, schema, create)
            engine = create_engine(
                url,
                connect_args=_connect_args(url, durable, schema),
                pool_size=POOL_SIZE,
                max_overflow=POOL_SIZE,
                pool_timeout=BUSY_MILLISECONDS / 1000,
                pool_pre_ping=True,
            )
            try:
                with engine.connect() as connection:
                    _check_server(connection, durable)
            except BaseException:
                engine.dispose()
                raise
    except ImportError as error:
        raise StoreError(
            f"the database {_shown(url)} can't be opened: psycopg is missing ({error})"
        ) from error
    return engine


def _connect_args(url: URL, durable: bool, schema: str) -> dict[str, Any]:
    """What each connection is opened with; the URL's own options go before ours."""
    settings = {"lock_timeout": str(BUSY_MILLISECONDS), **_SERVER_KEEPALIVES}
    if not durable:
        settings["synchronous_commit"] = "off"
    if schema:
        settings["search_path"] = '"' + schema.replace('"', '""') + '"'
    ours = " ".join(f"-c {name}={_escaped(value)}" for name, value in settings.items())
    args = {"connect_timeout": CONNECT_SECONDS, "application_name": "tanpan", **_CLIENT_KEEPALIVES}
    wanted = {name: value for name, value in args.items() if name not in url.query}
    return {**wanted, "options": f"{url.query.get('options', '')} {ours}".strip()}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _make_schema(url: URL, schema: str, create: bool) -> None:
    """The schema has to be there before the engine connects, which asks at once for where its tables lie."""
    engine = create_engine(url, poolclass=NullPool, connect_args=_connect_args(url, True, ""))
    there = "SELECT 1 FROM pg_namespace WHERE nspname = %(name)s"
    with writing(engine) as connection:
        take_turns(connection, "make a schema")
        if connection.exec_driver_sql(there, {"name": schema}).scalar():
            return
        if not create:
            raise StoreError(f"the database {_shown(url)} has no schema {schema}")
        connection.execute(CreateSchema(quoted_name(schema, quote=True)))


def _check_server(connection: Connection, durable: bool) -> None:
    asked = ("server_encoding", "synchronous_commit", "transaction_read_only")
    encoding, commit, read_only = (
        connection.exec_driver_sql(f"SELECT current_setting('{name}')").scalar() for name in asked
    )
    where = _shown(connection.engine.url)
    if encoding != "UTF8":
        raise StoreError(f"the database {where} keeps text as {encoding}: make it with ENCODING 'UTF8'")
    if durable and commit == "off":
        raise StoreError(f"the database {where} may lose commits: its synchronous_commit is off")
    if durable and read_only == "on":
        raise StoreError(f"the database {where} is read-only: it is a copy that follows another server")
