"""A lobby of the neutral market; and an identity on SQLite and PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from identity.conftest import engine, hands, postgresql_engine
from visitors.lobby import Lobby, lobby

__all__ = ["engine", "hands", "house", "postgresql_engine"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """A venue into which visitors come."""
    with lobby(tmp_path_factory.mktemp("lobby")) as made:
        yield made
