"""Opens the database a URL names, set up so that a commit is on disk when it returns."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from .errors import StoreError

BUSY_MILLISECONDS = 10_000
BEGIN_WRITING = "BEGIN IMMEDIATE"  # takes the write lock at once, not at the first write


def open_engine(url: str, *, create: bool = True, durable: bool = True) -> Engine:
    """The engine for `sqlite:///relative/path` or `sqlite:////absolute/path`, tried before it is returned.

    `create=False` refuses a file that isn't there. `durable=False` is for what can be rebuilt: the file stays
    consistent whatever happens, but a power cut may undo its last commits. Raises StoreError for a URL that
    can't be used, a file that can't be written and a file that isn't a database.
    """
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
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StoreError(f"the database URL {_shown(parsed)} isn't supported: use sqlite:///path/to/file.db")
    if parsed.host:
        raise StoreError(f"the database URL {_shown(parsed)} lacks a slash: use sqlite:///path/to/file.db")
    if parsed.query:
        raise StoreError(f"the database URL {_shown(parsed)} has options after '?', which aren't supported")
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(f"the database URL {_shown(parsed)} names no file: use sqlite:///path/to/file.db")
    return Path(parsed.database)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that holds the write lock from its first moment; commits at the end."""
    with engine.connect().execution_options(tanpan_writes=True) as connection, connection.begin():
        yield connection


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError(f"{url!r} isn't a database URL: use sqlite:///path/to/file.db") from error


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


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
