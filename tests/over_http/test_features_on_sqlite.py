"""Every feature file passes through a real server over HTTP, on SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import scenarios

from over_http.serving import Stage
from tanpan_adapters.gherkin.steps import Drivers


@pytest.fixture
def drivers(on_sqlite: Stage) -> Iterator[Drivers]:
    yield on_sqlite.drivers
    on_sqlite.clear()


scenarios("../../features")
