"""A driver is what a feature file speaks to: an exchange in memory here, a running server elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, Protocol

import msgspec
from attrs import frozen

from tanpan.calendar import Calendar
from tanpan.exchange import Exchange
from tanpan.messages import (
    CHANNEL,
    CLOCK,
    DOOR,
    REGISTRY,
    REGULATOR,
    AnyRecord,
    Command,
    Envelope,
    Event,
    name_of,
)
from tanpan.packs import Assembly, assemble, load
from tanpan.personal import check, form_fields, personal_fields, swap_form, token
from tanpan.queries import QUERIES, ask
from tanpan.refusals import KernelFault, Refusal
from tanpan.reports import CORE_VIEWS
from tanpan.views import MemoryTables, Projector, Row
from tanpan.wire import Json, record_from


@frozen
class Answer:
    """What an accepted command brought about: the record's sequence and its events as plain data."""

    seq: int
    events: list[dict[str, Any]]

    def of(self, event: str) -> list[dict[str, Any]]:
        """The events of a name."""
        return [one for one in self.events if one["event"] == event]


class Driver(Protocol):
    """Send, query, let time pass."""

    def send(self, actor: str, command: str, fields: Mapping[str, Any], request_id: str = "") -> Answer:
        """Send a command by its name and wire fields; raises its Refusal."""
        ...

    def query(self, actor: str, name: str, where: Mapping[str, Any]) -> list[Row]:
        """Ask a live query or read a view; raises a Refusal."""
        ...

    def advance(self, at: int) -> None:
        """Let the clock come to an instant (UTC microseconds)."""
        ...

    def now(self) -> int:
        """The clock."""
        ...

    def state(self) -> str:
        """What stands for the whole state: equal if and only if nothing has changed."""
        ...

    def trading_day_after(self, day: date, count: int) -> date:
        """The count-th trading day after a day."""
        ...

    def rule(self, market: str, parameter: str, day: date) -> tuple[Any, str]:
        """A parameter's value in force on a day and its clause."""
        ...

    def replayed(self) -> str:
        """The state after a replay of everything that was recorded."""
        ...


def answer_of(record: AnyRecord) -> Answer:
    """A record as its sender sees it."""
    events = [
        {
            "event": name_of(type(event)),
            **{name: _plain(getattr(event, name)) for name in event.__struct_fields__},
        }
        for event in record.events
    ]
    return Answer(record.seq, events)


def answer_from(body: Json, event_types: Mapping[str, type[Event]]) -> Answer:
    """The same from the answer's JSON."""
    return answer_of(record_from(body, event_types))


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, str)) else msgspec.to_builtins(value)


class PlainVault:
    """The door's part for a kernel in memory: personal fields become tokens, and the clear text is kept in the open."""

    def __init__(self, form_names: Mapping[str, str] | None = None) -> None:
        self.clear: dict[str, str] = {}
        self._form_names = form_names or {}

    def swap(self, command: type[Command], fields: Mapping[str, Any]) -> dict[str, Any]:
        """Fields with tokens in place of what is personal; refuses what is not of its kind."""
        swapped = dict(fields)
        for name, kind in personal_fields(command).items():
            if swapped.get(name) not in ("", None):
                swapped[name] = self._token(kind, check(kind, swapped[name]))
        for name in form_fields(command):
            if swapped.get(name) not in ("", None):
                swapped[name] = swap_form(swapped[name], self._form_names, self._token)
        return swapped

    def _token(self, kind: str, clear: str) -> str:
        for known, text in self.clear.items():
            if text == clear and known.startswith(f"{kind}:"):
                return known
        made = token(kind, f"plain-{len(self.clear) + 1:016d}", clear)
        self.clear[made] = clear
        return made


class KernelDriver:
    """The kernel in memory: every event is followed by an audit of the whole ledger, every record is projected."""

    def __init__(self, packs: Sequence[str], calendar: Calendar, at: int, name: str = "exchange") -> None:
        self.assembly: Assembly = assemble(load(packs))
        self._calendar = calendar
        self._name = name
        self.exchange = Exchange(name, self.assembly, calendar)
        self.exchange.watch(lambda event: self.exchange.ledger.audit())
        self._requests = 0
        self.vault = PlainVault(self.assembly.form_names)
        self.records: list[AnyRecord] = []
        self._views = {view.name: view for view in (*CORE_VIEWS, *self.assembly.views)}
        self._tables = MemoryTables()
        self._projector = Projector(
            Exchange(name, self.assembly, calendar), self._views.values(), self._tables
        )
        self.exchange.recall = lambda seq: self.records[seq - 1]
        self.exchange.found(at, institutions=(REGISTRY, CHANNEL, REGULATOR, CLOCK, DOOR))
        self._commit()

    def send(self, actor: str, command: str, fields: Mapping[str, Any], request_id: str = "") -> Answer:
        self._requests += 1
        request = request_id or f"request {self._requests}"
        try:
            envelope = Envelope(request, actor, self.exchange.read(command, self._swapped(command, fields)))
            return answer_of(self.exchange.execute(envelope, self.exchange.now))
        finally:
            self._commit()

    def _swapped(self, command: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """What comes through the door: tokens for what is personal."""
        kind = self.exchange.command_types.get(command)
        if kind is None:
            return fields
        try:
            return self.vault.swap(kind, fields)
        except Refusal as refusal:
            self.exchange.cite(refusal, SimpleNamespace(**fields))
            raise

    def query(self, actor: str, name: str, where: Mapping[str, Any]) -> list[Row]:
        who = self.exchange.actor(actor) if actor else None
        if name in QUERIES:
            return ask(self.exchange, QUERIES[name], who, where)
        view = self._views.get(name)
        if view is None:
            raise Refusal("UNKNOWN_QUERY", query=name)
        allowed = view.for_actor(who, where)
        assert who is not None
        rows = self._tables.rows(view, allowed, view.any_of(who, allowed))
        return [row for row in rows if view.may_see(who, row)]

    def advance(self, at: int) -> None:
        self.exchange.advance(at)
        self._commit()

    def now(self) -> int:
        return self.exchange.now

    def state(self) -> str:
        return self.exchange.state_hash()

    def trading_day_after(self, day: date, count: int) -> date:
        return self._calendar.trading_day_after(day, count)

    def rule(self, market: str, parameter: str, day: date) -> tuple[Any, str]:
        where = self.exchange.days.of(market)
        found = where.market.parameter(parameter)
        if found is None:
            raise Refusal("UNKNOWN_PARAMETER", parameter=parameter, market=market)
        step = found.on(day, tuple(step for name, step in where.changes if name == parameter))
        return step.value, step.clause

    def replayed(self) -> str:
        again = Exchange(self._name, self.assembly, self._calendar)
        again.apply(again.decode_records(self.exchange.encode_records(self.records)))
        middle = len(self.records) // 2
        before = Exchange(self._name, self.assembly, self._calendar)
        before.apply(self.records[:middle])
        after = Exchange(self._name, self.assembly, self._calendar)
        after.restore(before.snapshot())
        after.apply(self.records[middle:])
        if after.state_hash() != again.state_hash():
            raise KernelFault("a snapshot and its tail do not equal the full replay")
        return again.state_hash()

    def _commit(self) -> None:
        records = self.exchange.drain()
        self.records += records
        self._projector.project(records)
