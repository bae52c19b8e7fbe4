"""What is measured of applications is what it is said to be: rows that were made equal those that were folded."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ours
from benchmarks.application_rows import TOGETHER, instants, participants, row, steps
from benchmarks.applications import BEGIN, STEP_US, runner
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


if __name__ == "__main__":
    pytest.main([__file__])
