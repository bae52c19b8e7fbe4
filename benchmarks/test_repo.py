"""What is measured of repos is what it is said to be; and, at full size, that a contract costs the same among many."""

from __future__ import annotations

import pytest

from benchmarks.catalogue_repo import (
    BETWEEN,
    FEW,
    FLAT_COST_MARK,
    FLAT_PAGE_MARK,
    MANY,
    SLOWEST_PAGE_MARK,
)
from benchmarks.declared import DATABASES
from benchmarks.harness import Result
from benchmarks.repo import collateral
from benchmarks.repo_contracts import ENDED, FATES, FILED, FROZEN_TONNES, OVERDUE, buyer, day_of, seller
from benchmarks.repo_lists import folded, lists

COUNT = 1_200


def test_the_rows_are_of_the_contracts_that_were_made() -> None:
    """By their numbers: what became of each, whose it is, and its initial day."""
    rows = folded(COUNT)
    states = {FILED: "filed", OVERDUE: "overdue", ENDED: "terminated"}
    assert [row["application"] for row in rows] == list(range(1, COUNT + 1))
    for row in rows:
        number = row["application"]
        assert row["state"] == states.get(number % FATES, "outstanding")
        assert (row["seller"], row["buyer"]) == (seller(number), buyer(number))
        assert row["initial_day"] == day_of(number).isoformat()
        frozen = 0 if row["state"] in ("filed", "terminated") else FROZEN_TONNES
        assert row["pledged_tonnes"] == frozen


def test_ten_contracts_are_a_buyer_s_and_a_hundred_a_seller_s() -> None:
    numbers = range(1, 2_001)
    sellers, buyers = [seller(number) for number in numbers], [buyer(number) for number in numbers]
    assert {sellers.count(name) for name in sellers} == {100}
    assert {buyers.count(name) for name in buyers} == {10}


def test_a_run_computes_every_ratio_that_was_worked_out_by_hand() -> None:
    """`collateral` itself compares each row of each run."""
    assert collateral({"counts": [200]}).commands == 200


@pytest.mark.soak
def test_a_contract_costs_the_daily_run_the_same_among_a_hundred_thousand() -> None:
    found = collateral({"counts": [FEW, BETWEEN, MANY]}).extra
    assert found[f"us_{BETWEEN}"] <= FLAT_COST_MARK * found[f"us_{FEW}"], found
    assert found[f"us_{MANY}"] <= FLAT_COST_MARK * found[f"us_{FEW}"], found


@pytest.mark.soak
@pytest.mark.parametrize("kind", DATABASES)
def test_a_page_of_the_list_takes_the_same_among_a_hundred_thousand(kind: str) -> None:
    found = _pages(kind).extra
    assert found["many_ms"] <= FLAT_PAGE_MARK * found["few_ms"], found
    assert found["slowest_many_ms"] <= SLOWEST_PAGE_MARK * found["slowest_few_ms"], found


def _pages(kind: str) -> Result:
    try:
        return lists({"database": kind, "few": FEW, "count": MANY})
    except SystemExit as absent:
        pytest.skip(str(absent))
