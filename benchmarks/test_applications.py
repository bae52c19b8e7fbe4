"""What is measured of applications is what it is said to be; at full size, whether every mark is met."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ours
from benchmarks.application_rows import TOGETHER, instants, participants, row, steps
from benchmarks.applications import BEGIN, STEP_US, lives, runner
from benchmarks.catalogue_applications import application_measurements, application_rows
from benchmarks.declared import FULL
from benchmarks.queues import ORDERS, PLACES, QUEUES, TIMES, queues
from benchmarks.report import lines, table
from benchmarks.rounds import run
from tanpan.messages import Envelope
from tanpan_adapters.calendars import published
from tanpan_adapters.projection import Projection
from tanpan_adapters.runner import Runner

COUNT = 130


def live(made: Runner, count: int) -> None:
    """Do everything that was done about so many applications, those that share their instants step by step."""
    sent = [Envelope(f"p {place}", *one) for place, one in enumerate(participants())]
    groups = [(BEGIN, sent)]
    for first in range(0, count + 1, TOGETHER):
        lives = {number: steps(number) for number in range(max(first, 1), min(first + TOGETHER, count + 1))}
        for place in range(max(map(len, lives.values()))):
            due = [(number, life[place]) for number, life in lives.items() if place < len(life)]
            groups.append(
                (
                    instants(first) + place * STEP_US,
                    [Envelope(f"{number} {place}", *one) for number, one in due],
                )
            )
    for at, group in groups:
        outcomes = made.submit_all(group, at)
        assert not [one for one in outcomes if isinstance(one, Exception)]
    made.commit()


def test_rows_that_were_made_equal_those_of_the_projection(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bench.db"
    with runner(url) as made:
        live(made, COUNT)
        with Projection(url, "bench", ours.assembly(), published(), made.journal) as projection:
            projection.follow()
            found = projection.rows("core.applications")
    assert found == [row(number) for number in range(1, COUNT + 1)]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_page_that_is_measured_is_the_one_it_must_be(database: str) -> None:
    """`Page.read` refuses any other."""
    found = queues({"database": database, "few": 300, "count": 900})
    assert found.commands == 2 * len(QUEUES) * len(ORDERS) * len(PLACES) * TIMES


def test_everyone_whose_life_is_measured_has_his_account(tmp_path: Path) -> None:
    """`lives` refuses what did not come to its end; an application that takes effect is sixteen events."""
    found = lives({"scratch": str(tmp_path), "count": 50})
    assert (found.commands, found.extra["few"], found.extra["events"]) == (50, 5, 50 * 16)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_at_full_size_every_mark_of_the_applications_is_met(tmp_path: Path) -> None:
    """10,000 lives, queues of 1,000,000 on both databases, orders beside uploads and a quiz: ratios within a round."""
    outcome = run(application_measurements(FULL), 1, tmp_path, print)
    told = lines(application_rows(FULL), outcome.results)
    print(table(told))
    assert not outcome.faults
    assert {line.name: line.met for line in told if line.met not in ("", "yes")} == {}
