"""One server for all scenarios on a kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from databases import new_database
from over_http.serving import Stage, staged


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("over_http")
    with staged(f"sqlite:///{folder}/tanpan.db", folder) as stage:
        yield stage


@pytest.fixture(scope="session")
def on_postgresql(postgresql_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("over_http")
    with new_database(postgresql_server) as url, staged(url, folder) as stage:
        yield stage
