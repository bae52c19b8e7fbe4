"""The machine's clock: never backwards, and not wherever it leaps."""

from __future__ import annotations

import pytest

from tanpan_adapters.service import clocks
from tanpan_adapters.service.clocks import LEAP_US, SystemClock

MINUTE = 60 * 1_000_000
NINE = 1_772_413_200_000_000


class Machine:
    """A machine whose clock is set by hand."""

    def __init__(self) -> None:
        self.wall = NINE
        self.running = 5 * MINUTE

    def __call__(self) -> tuple[int, int]:
        return self.wall, self.running

    def goes_on(self, by: int) -> None:
        """Time passes."""
        self.wall += by
        self.running += by


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr(clocks, "_machine", made)
    return made


def test_it_says_what_the_machine_says_and_how_long_until_an_instant(machine: Machine) -> None:
    clock = SystemClock()
    machine.goes_on(MINUTE)
    assert clock.now() == NINE + MINUTE
    assert clock.seconds_until(NINE + 3 * MINUTE) == 120
    machine.wall += LEAP_US  # put right
    assert clock.now() == NINE + MINUTE + LEAP_US


def test_set_back_it_stands_still_until_it_has_caught_up(machine: Machine) -> None:
    clock = SystemClock()
    clock.now()
    machine.wall -= 60 * MINUTE
    assert clock.now() == NINE
    machine.goes_on(59 * MINUTE)
    assert clock.now() == NINE
    machine.wall += 60 * MINUTE  # and put right
    assert clock.now() == NINE + 59 * MINUTE


def test_a_leap_ahead_is_not_believed_until_it_is_put_right(machine: Machine) -> None:
    clock = SystemClock()
    clock.now()
    machine.wall += 8 * 60 * MINUTE
    assert clock.now() == NINE
    machine.goes_on(MINUTE)
    assert clock.now() == NINE + MINUTE
    machine.wall -= 8 * 60 * MINUTE
    machine.goes_on(MINUTE)
    assert clock.now() == NINE + 2 * MINUTE


def test_the_machines_own_clock_runs() -> None:
    clock = SystemClock()
    first = clock.now()
    assert first <= clock.now() < first + MINUTE
