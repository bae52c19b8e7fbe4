"""A venue on a real journal: every command goes through a Runner; and a component that faults when it is told to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, ClassVar

from kernel.helpers import CALENDAR, FIRST, SETUP, Venue, at
from tanpan.component import Component, decides, evolves, fires
from tanpan.exchange import Exchange
from tanpan.hookspecs import hookimpl
from tanpan.messages import STAFF, AnyRecord, Command, Envelope, Event
from tanpan.packs import Assembly, Pack, assemble, load
from tanpan_adapters.runner import Runner

NAME = "venue"
INSTITUTIONS = ("registry", "channel", "regulator")


class Count(Command, frozen=True, tag="faulty.count"):
    """Count some steps; after `fault_after` of them, break."""

    roles: ClassVar = (STAFF,)
    steps: int
    fault_after: int = -1


class SetBomb(Command, frozen=True, tag="faulty.set_bomb"):
    """Let something fall due at an instant."""

    roles: ClassVar = (STAFF,)
    due: int


class Counted(Event, frozen=True, tag="faulty.counted"):
    """One step was counted."""


class BombSet(Event, frozen=True, tag="faulty.bomb_set"):
    """Something will fall due."""

    due: int


class Faulty(Component):
    """Counts. Its timer breaks after its first step as long as `armed` says so."""

    name = "faulty.faulty"
    armed: ClassVar[bool] = True

    def reset(self) -> None:
        self.steps = 0

    @decides(Count)
    def _count(self, actor: Any, command: Count) -> None:
        for step in range(command.steps):
            if step == command.fault_after:
                raise ZeroDivisionError("half way")
            self.emit(Counted())

    @decides(SetBomb)
    def _set_bomb(self, actor: Any, command: SetBomb) -> None:
        self.emit(BombSet(command.due))

    @fires("faulty.bomb")
    def _bomb(self) -> None:
        self.emit(Counted())
        if Faulty.armed:
            raise ZeroDivisionError("the timer broke half way")
        self.emit(Counted())

    @evolves(Counted)
    def _counted(self, event: Counted) -> None:
        self.steps += 1

    @evolves(BombSet)
    def _bomb_set(self, event: BombSet) -> None:
        self.exchange.timers.schedule(event.due, "faulty.bomb")

    def dump(self) -> Any:
        return self.steps

    def load(self, data: Any) -> None:
        self.steps = data


def faulty_pack(version: str = "1.0") -> Any:
    """The pack of the faulty component."""

    @hookimpl
    def tanpan_pack() -> Pack:
        return Pack("faulty", version, 1, "faulty", "faulty", "faulty", (), ())

    @hookimpl
    def tanpan_components() -> Sequence[type[Component]]:
        return (Faulty,)

    return SimpleNamespace(__name__="faulty", tanpan_pack=tanpan_pack, tanpan_components=tanpan_components)


def assembled(version: str = "1.0") -> Assembly:
    """The neutral market and the faulty component."""
    return assemble([*load(["neutral_market"]), faulty_pack(version)])


def run(url: str, assembly: Assembly | None = None, *, snapshot_every: int = 10**9) -> Runner:
    """The runner of an exchange that is founded if it is new."""
    runner = Runner(
        url, NAME, assembly or assembled(), CALENDAR, snapshot_every=snapshot_every, snapshots_kept=10_000
    )
    runner.found(at(SETUP, "09:00"), INSTITUTIONS)
    return runner


def steps(runner: Runner) -> int:
    """What the faulty component has counted."""
    component = runner.exchange.components["faulty.faulty"]
    assert isinstance(component, Faulty)
    return component.steps


def full_replay(runner: Runner, assembly: Assembly | None = None) -> Exchange:
    """A new exchange after all the journal holds."""
    again = Exchange(NAME, assembly or assembled(), CALENDAR)
    for batch in runner.journal.read():
        again.apply(again.decode_records(batch.payload))
    return again


class Hosted(Venue):
    """A venue whose exchange is a runner's."""

    def __init__(self, runner: Runner, count: int = 0) -> None:
        self.runner = runner
        self.count = count

    @property  # type: ignore[override]
    def exchange(self) -> Exchange:
        return self.runner.exchange

    def send(self, actor: str, command: Command, request: str = "") -> AnyRecord:
        self.count += 1
        envelope = Envelope(request or f"request {self.count}", actor, command)
        return self.runner.execute(envelope, self.exchange.now)

    def until(self, day: date, clock: str) -> None:
        self.runner.advance(at(day, clock))

    def trading(self) -> Hosted:
        """Everyone with means, `X` listed on the board, its first session open."""
        self.people().instrument("board", "X")
        self.open("board", FIRST)
        return self
