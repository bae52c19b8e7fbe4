"""A lobby of the neutral market."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from visitors.lobby import Lobby, lobby


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """A venue into which visitors come."""
    with lobby(tmp_path_factory.mktemp("lobby")) as made:
        yield made
