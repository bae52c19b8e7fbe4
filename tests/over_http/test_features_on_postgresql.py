"""Every feature file passes through a real server over HTTP, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import scenarios

from over_http.serving import Stage
from tanpan_adapters.gherkin.steps import Drivers


@pytest.fixture
def drivers(on_postgresql: Stage) -> Iterator[Drivers]:
    yield on_postgresql.drivers
    on_postgresql.clear()


scenarios("../../features")
