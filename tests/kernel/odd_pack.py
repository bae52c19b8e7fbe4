"""A pack for tests: a component whose commands do what no component should do, and one that sets timers."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, ClassVar

from tanpan.component import Component, decides, evolves, fires
from tanpan.hookspecs import hookimpl
from tanpan.messages import STAFF, Command, Event
from tanpan.packs import Pack
from tanpan.refusals import Reason, Refusal


class Stumble(Command, frozen=True, tag="odd.stumble"):
    """Refuse after the first event."""

    roles: ClassVar = (STAFF,)


class Ring(Command, frozen=True, tag="odd.ring"):
    """Ring at some instants (UTC microseconds), each named."""

    roles: ClassVar = (STAFF,)
    bells: list[tuple[int, str]]


class RingSet(Event, frozen=True, tag="odd.ring_set"):
    """A bell was set."""

    due: int
    bell: str


class Rang(Event, frozen=True, tag="odd.rang"):
    """A bell rang."""

    bell: str


class Odd(Component):
    """What rang, in order."""

    name = "odd.odd"

    def reset(self) -> None:
        self.rang: list[str] = []

    @decides(Stumble)
    def _stumble(self, actor: Any, command: Stumble) -> None:
        self.emit(Rang("stumbled"))
        raise Refusal("ODD")

    @decides(Ring)
    def _ring(self, actor: Any, command: Ring) -> None:
        for due, bell in command.bells:
            self.emit(RingSet(due, bell))

    @fires("odd.bell")
    def _bell(self, bell: str) -> None:
        self.emit(Rang(bell))
        if bell == "chain":
            self.emit(RingSet(self.exchange.now + 1, "chained"))

    @evolves(RingSet)
    def _set(self, event: RingSet) -> None:
        self.exchange.timers.schedule(event.due, "odd.bell", event.bell)

    @evolves(Rang)
    def _rang(self, event: Rang) -> None:
        self.rang.append(event.bell)

    def dump(self) -> Any:
        return self.rang

    def load(self, data: Any) -> None:
        self.rang = data


def pack(name: str = "odd", contract: int = 1, markets: tuple[Any, ...] = (), **hooks: Any) -> Any:
    """A module-like pack; `hooks` are added under their names."""

    @hookimpl
    def tanpan_pack() -> Pack:
        return Pack(name, "1.0", contract, name, name, name, markets, (Reason("ODD", "奇", "odd"),))

    @hookimpl
    def tanpan_components() -> Sequence[type[Component]]:
        return (Odd,)

    return SimpleNamespace(
        __name__=name,
        tanpan_pack=tanpan_pack,
        **({"tanpan_components": tanpan_components} if name == "odd" else {}),
        **{hook: hookimpl(function) for hook, function in hooks.items()},
    )
