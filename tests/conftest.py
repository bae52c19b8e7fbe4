"""What all tests share: the phrases as steps, clause tags as markers."""

import os
from pathlib import Path
from typing import Any

import pytest

from databases import database_kind, database_url, new_databases, postgresql_server

__all__ = ["database_kind", "database_url", "new_databases", "postgresql_server"]

pytest_plugins = ["tanpan_adapters.gherkin.steps"]


ALONE = ("reliability", "streams", "api/test_floods.py", "attachments/test_latency.py")
"""What is measured, killed or filled up there must not have neighbours: those tests run one by one."""


# A run in parallel tells its workers a width of 80 columns; what is tested is as wide as anywhere else.
os.environ.pop("COLUMNS", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that run alone."""
    places = [Path(__file__).parent / name for name in ALONE]
    for item in items:
        if any(item.path.is_relative_to(place) for place in places):
            item.add_marker(pytest.mark.alone)


def pytest_bdd_apply_tag(tag: str, function: object) -> bool:
    """Clause ids and free words tag scenarios; they select nothing in pytest."""
    pytest.mark.clause(tag)(function)
    return True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print which clauses and refusal codes have a scenario, where the feature files were run."""
    from tanpan_adapters.gherkin.coverage import coverage

    reports = (report for found in terminalreporter.stats.values() for report in found)
    if any("test_feature_files.py" in getattr(report, "nodeid", "") for report in reports):
        terminalreporter.section("clauses and refusal codes with a scenario")
        terminalreporter.write_line(coverage(Path(__file__).parent.parent / "features"))
