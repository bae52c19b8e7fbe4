"""A server on a socket, and callers with keys of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.callers import House, opened


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A venue with people, cash and an instrument in its first session, served."""
    with opened(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """The same, for one test alone."""
    with opened(tmp_path) as made:
        yield made
