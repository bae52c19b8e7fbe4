"""A house for papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from attachments.papers import Papers, papers


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Papers]:
    """A venue with people who may hand in papers."""
    with papers(tmp_path_factory.mktemp("papers")) as made:
        yield made
