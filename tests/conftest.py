"""What all tests share: the phrases as steps, clause tags as markers."""

import pytest

pytest_plugins = ["tanpan_adapters.gherkin.steps"]


def pytest_bdd_apply_tag(tag: str, function: object) -> bool:
    """Clause ids and free words tag scenarios; they select nothing in pytest."""
    pytest.mark.clause(tag)(function)
    return True
