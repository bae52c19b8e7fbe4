"""What falls due when: timers live in state and fire, in order, before any later command."""

from bisect import bisect_left, insort
from typing import Any, Final

import msgspec

from tanpan.component import Component, evolves
from tanpan.messages import Event

NEVER: Final = 1 << 62


class TimerFired(Event, frozen=True, tag="core.timer_fired"):
    """A timer fell due; what it did are the events beside this one."""

    timer_no: int
    kind: str


class Timer(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Due at an instant (UTC microseconds); equal instants fire in the order in which they were set."""

    due: int
    number: int
    kind: str
    args: tuple[Any, ...] = ()


def _when(timer: Timer) -> tuple[int, int]:
    return timer.due, timer.number


class Timers(Component):
    """The timers that are set."""

    name = "timers"

    def reset(self) -> None:
        self.next_number = 1
        self.pending: list[Timer] = []
        self.exchange.next_due = NEVER

    def schedule(self, due: int, kind: str, *args: Any) -> int:
        """Set a timer (called by evolvers only)."""
        timer = Timer(due, self.next_number, kind, args)
        self.next_number += 1
        insort(self.pending, timer)
        self.exchange.next_due = self.pending[0].due
        return timer.number

    def cancel(self, number: int, due: int | None = None) -> None:
        """Drop a timer that is no longer wanted (called by evolvers only); quicker where its instant is known."""
        if due is not None:
            place = bisect_left(self.pending, (due, number), key=_when)
            if place < len(self.pending) and self.pending[place].number == number:
                del self.pending[place]
        elif self.pending and self.pending[0].number == number:
            del self.pending[0]
        else:
            self.pending = [timer for timer in self.pending if timer.number != number]
        self.exchange.next_due = self.pending[0].due if self.pending else NEVER

    @evolves(TimerFired)
    def _fired(self, event: TimerFired) -> None:
        self.cancel(event.timer_no)

    def dump(self) -> Any:
        return [self.next_number, [[t.due, t.number, t.kind, list(t.args)] for t in self.pending]]

    def load(self, data: Any) -> None:
        self.next_number = data[0]
        self.pending = [Timer(due, number, kind, tuple(args)) for due, number, kind, args in data[1]]
        self.exchange.next_due = self.pending[0].due if self.pending else NEVER
