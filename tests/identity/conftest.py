"""An identity on SQLite and PostgreSQL in turn, with a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from databases import new_database
from identity.hands import Hands
from tanpan_adapters.store import open_engine


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_server: str) -> Iterator[Engine]:
    """One database for all these tests: making one takes longer than what is tested."""
    with new_database(postgresql_server) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def engine(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine of an empty database."""
    if database_kind == "postgresql":
        engine: Engine = request.getfixturevalue("postgresql_engine")
        yield engine
        _empty(engine)
        return
    engine = open_engine(f"sqlite:///{tmp_path}/tanpan.db", durable=False)
    yield engine
    engine.dispose()


@pytest.fixture
def hands(engine: Engine, tmp_path: Path) -> Iterator[Hands]:
    """Everything that a test of identity moves."""
    hands = Hands(engine, tmp_path)
    yield hands
    hands.identity.close()


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for name in inspect(engine).get_table_names():
            if name != "meta":  # quicker than TRUNCATE, for a handful of rows
                connection.exec_driver_sql(f"DELETE FROM {name}")
