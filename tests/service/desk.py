"""A writer on a real journal, with a simulated clock, and a loop from which it is spoken to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import msgspec

from adapters.hosted import NAME, assembled
from kernel.helpers import CALENDAR, SETUP, at
from tanpan.exchange import Exchange
from tanpan.messages import CHANNEL, CLOCK, REGISTRY, REGULATOR, AnyRecord
from tanpan.packs import Assembly
from tanpan_adapters.runner import Runner
from tanpan_adapters.service.clocks import SimulatedClock
from tanpan_adapters.service.configuration import Timetable
from tanpan_adapters.service.requests import Reply, Request
from tanpan_adapters.service.schedule import Schedule
from tanpan_adapters.service.writer import WRITING, Group, Writer
from tanpan_adapters.store import open_engine, try_office

T = TypeVar("T")
BY_HAND = Timetable(automatic=False)


class Subscriber:
    """A feed that keeps what it is told."""

    def __init__(self) -> None:
        self.records: list[AnyRecord] = []
        self.interruptions = 0

    def committed(self, records: Sequence[AnyRecord], exchange: Exchange) -> None:
        self.records += records

    def seconds_until_tick(self) -> float | None:
        return None

    def tick(self, exchange: Exchange) -> None:
        raise AssertionError("nothing is due")

    def interrupted(self) -> None:
        self.interruptions += 1


class Desk:
    """One writer and whoever speaks to it."""

    def __init__(
        self,
        url: str,
        *,
        timetable: Timetable = BY_HAND,
        assembly: Assembly | None = None,
        start: int = at(SETUP, "09:00"),
        places: int = 10_000,
        kept_places: int = 1_000,
    ) -> None:
        self.url = url
        self.clock = SimulatedClock(start)
        self.feed = Subscriber()
        self.groups: list[Group] = []
        self.runners: list[Runner] = []
        self.count = 0
        joined = assembly or assembled()

        def opened() -> Runner:
            self.runners.append(Runner(url, NAME, joined, CALENDAR))
            return self.runners[-1]

        def found(runner: Runner) -> None:
            if not runner.exchange.seq:
                runner.exchange.found(self.clock.now(), institutions=(REGISTRY, CHANNEL, REGULATOR, CLOCK))
                runner.commit()

        self.writer = Writer(
            NAME,
            opened,
            lambda runner: try_office(runner.engine, NAME),
            self.clock,
            Schedule(timetable),
            self.feed,
            found=found,
            places=places,
            kept_places=kept_places,
            on_group=self.groups.append,
        )
        self.clock.on_move(self.writer.wake)
        self._loop = asyncio.Runner()

    def __enter__(self) -> Desk:
        self.writer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.writer.stop()
        self._loop.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run what speaks to the writer."""
        return self._loop.run(coroutine)

    def until(self, so: Callable[[], bool], timeout_s: float = 20) -> None:
        """Wait for something to become so."""
        deadline = time.monotonic() + timeout_s
        while not so():
            assert time.monotonic() < deadline, f"still {self.writer.state}: {self.writer.why}"
            time.sleep(0.002)

    def writing(self) -> Desk:
        """Wait until the writer writes."""
        self.until(lambda: self.writer.state == WRITING)
        return self

    def request(self, actor: str, command: str, request_id: str = "", **fields: Any) -> Request:
        """A request as the door would make it."""
        self.count += 1
        return Request(
            request_id or f"request {self.count}", actor, "api", command, msgspec.json.encode(fields)
        )

    def send(self, actor: str, command: str, request_id: str = "", **fields: Any) -> Reply:
        """Send one request and wait for what became of it."""
        return self.run(self.writer.send([self.request(actor, command, request_id, **fields)]))[0]

    def do(self, actor: str, command: str, **fields: Any) -> dict[str, Any]:
        """Send a request that is accepted; its answer."""
        reply = self.send(actor, command, **fields)
        assert reply.refusal is None and not reply.code, reply
        answer: dict[str, Any] = msgspec.json.decode(reply.body)
        return answer

    def ask(self, question: Callable[[Exchange], T]) -> T:
        """Put a question to the committed state."""
        return self.run(self.writer.ask(question))

    def journaled(self) -> list[AnyRecord]:
        """What the journal holds, read anew."""
        with Runner(self.url, NAME, assembled(), CALENDAR) as runner:
            return [
                record
                for batch in runner.journal.read()
                for record in runner.exchange.decode_records(batch.payload)
            ]

    def replayed_hash(self) -> str:
        """The state hash after a full replay of the journal."""
        with Runner(self.url, NAME, assembled(), CALENDAR) as runner:
            return runner.exchange.state_hash()


def other_office(url: str) -> Any:
    """Somebody else's try at the office."""
    engine = open_engine(url, create=False)
    return try_office(engine, NAME)
