"""The steps of a market's day: what the clock does by itself, staff may do by hand, or hold back.

While a step is held nothing of it happens by itself: a timer that falls due records that it was held back, and
the clock's own command is refused. With its release what was held back happens, unless it was done by hand in
the meantime or its time is over.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any, ClassVar, Final

import msgspec

from tanpan.calendar import DAY_US, instant
from tanpan.component import Component, decides, evolves, fires, follows
from tanpan.messages import CLOCK, STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.trading_day import (
    BLOCK_METHOD,
    LISTED_METHOD,
    DayClosed,
    SessionClosed,
    SessionOpened,
)

OPENING: Final = "opening"
SESSIONS: Final = {LISTED_METHOD: "listed_session", BLOCK_METHOD: "block_session"}
CLOSING: Final = "closing"
CLEARING: Final = "clearing"
SETTLEMENT: Final = "settlement"
STEPS: Final = (OPENING, *SESSIONS.values(), CLOSING, CLEARING, SETTLEMENT)


class OpenSession(Command, frozen=True, tag="core.open_session"):
    """Open a session of a trading method (listed, block) by hand, on a day that is open."""

    zh: ClassVar = "手动开始交易时段"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    urgent: ClassVar = True
    market: str
    method: str


class CloseSession(Command, frozen=True, tag="core.close_session"):
    """Close the session of a trading method by hand; its next one opens at its time."""

    zh: ClassVar = "手动结束交易时段"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    urgent: ClassVar = True
    market: str
    method: str


class CloseDay(Command, frozen=True, tag="core.close_day"):
    """Close a market's day by hand: its sessions end, what still stands expires, the closing prices are fixed."""

    zh: ClassVar = "手动收市"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    urgent: ClassVar = True
    market: str
    day: date


class HoldStep(Command, frozen=True, tag="core.hold_step"):
    """Hold a step of the day back: it does not happen by itself until it is released.

    Steps: opening, listed_session, block_session, closing, clearing, settlement.
    """

    zh: ClassVar = "暂缓环节"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    urgent: ClassVar = True
    market: str
    step: str
    reason: str


class ReleaseStep(Command, frozen=True, tag="core.release_step"):
    """Release a step that is held; what was held back of it happens at once."""

    zh: ClassVar = "解除暂缓"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    urgent: ClassVar = True
    market: str
    step: str
    reason: str


class StepHeld(Event, frozen=True, tag="core.step_held"):
    """A step of the day does not happen by itself any more."""

    market: str
    step: str
    actor: str
    reason: str


class StepReleased(Event, frozen=True, tag="core.step_released"):
    """A step of the day happens by itself again."""

    market: str
    step: str
    actor: str
    reason: str


class StepHeldBack(Event, frozen=True, tag="core.step_held_back"):
    """What was due did not happen because its step is held; `due` is the timer's kind."""

    market: str
    step: str
    due: str


class Held(msgspec.Struct):
    """A step that is held: by whom, why and since when, and the timers held back so far."""

    actor: str
    reason: str
    at: int
    back: list[str] = msgspec.field(default_factory=list)


class Timetable(Component):
    """The steps that are held, per market."""

    name = "timetable"

    def reset(self) -> None:
        self.held: dict[str, dict[str, Held]] = {market.name: {} for market in self.exchange.markets}

    def of(self, market: str, step: str) -> Held | None:
        """Who holds a step, or None."""
        return self.held[market].get(step)

    def holds_back(self, market: str, step: str, due: str) -> bool:
        """Whether a timer that fell due must not act; if so that is recorded."""
        if self.of(market, step) is None:
            return False
        self.emit(StepHeldBack(market, step, due))
        return True

    def waits(self, market: str, step: str) -> bool:
        """Whether something of a step is held back."""
        held = self.of(market, step)
        return held is not None and bool(held.back)

    def lets(self, actor: Actor, market: str, step: str) -> None:
        """Refuse the clock's own command for a step that is held; staff may by hand."""
        held = self.of(market, step) if actor.role == CLOCK else None
        if held is not None:
            raise Refusal("STEP_HELD", market=market, step=step, holder=held.actor, reason=held.reason)

    # --- decisions -------------------------------------------------------------------------------

    @decides(OpenSession)
    def _open_session(self, actor: Actor, command: OpenSession) -> None:
        day = self.exchange.days.of(command.market)
        _known("method", command.method, SESSIONS)
        if day.terms is not None and command.method not in day.terms.methods_open:
            raise Refusal("METHOD_NOT_OPEN", market=command.market, method=command.method)
        if day.today is None:
            raise Refusal("NOT_TRADING_DAY", market=command.market)
        if day.today.day != self.exchange.today():
            raise Refusal("WRONG_DAY", day=day.today.day, today=self.exchange.today())
        if command.method in day.open_sessions:
            raise Refusal("BAD_STATE", market=command.market, method=command.method, state="open")
        self.emit(SessionOpened(command.market, command.method))

    @decides(CloseSession)
    def _close_session(self, actor: Actor, command: CloseSession) -> None:
        day = self.exchange.days.of(command.market)
        _known("method", command.method, SESSIONS)
        if command.method not in day.open_sessions:
            raise Refusal("BAD_STATE", market=command.market, method=command.method, state="closed")
        self.emit(SessionClosed(command.market, command.method))

    @decides(CloseDay)
    def _close_day(self, actor: Actor, command: CloseDay) -> None:
        day = self.exchange.days.of(command.market)
        today = day.today
        if today is not None and today.day != command.day:
            raise Refusal("WRONG_DAY", day=command.day, open=today.day)
        if today is None and command.day > day.opened_on:
            raise Refusal("NOT_TRADING_DAY", market=command.market, day=command.day)
        if today is None:
            raise Refusal("BAD_STATE", market=command.market, day=command.day, state="closed")
        self.exchange.days.close(command.market)

    @decides(HoldStep)
    def _hold(self, actor: Actor, command: HoldStep) -> None:
        held = self._step(command.market, command.step, command.reason)
        if held is not None:
            raise Refusal("BAD_STATE", step=command.step, state="held", holder=held.actor)
        self.emit(StepHeld(command.market, command.step, actor.name, command.reason))

    @decides(ReleaseStep)
    def _release(self, actor: Actor, command: ReleaseStep) -> None:
        held = self._step(command.market, command.step, command.reason)
        if held is None:
            raise Refusal("BAD_STATE", step=command.step, state="not held")
        # Only the last counts: a session whose end has come as well is not opened for an instant.
        back = held.back[-1:]
        self.emit(StepReleased(command.market, command.step, actor.name, command.reason))
        for kind in back:
            self._fall_due(kind, command.market, command.step)

    def _fall_due(self, kind: str, market: str, step: str) -> None:
        days = self.exchange.days
        if kind == "market_closes":
            days.market_closes(market)
            return
        method = _method(step)
        (days.session_opens if kind == "session_opens" else days.session_closes)(market, method)

    def _step(self, market: str, step: str, reason: str) -> Held | None:
        self.exchange.days.of(market)
        if not reason:
            raise Refusal("FIELD_MISSING", field="reason")
        _known("step", step, STEPS)
        return self.of(market, step)

    @fires("date_ends")
    def _date_ends(self, market: str, method: str) -> None:
        """However long a session was kept open, nothing is traded on another date than its day's."""
        day = self.exchange.days.of(market)
        if day.today is not None and day.today.day < self.exchange.today() and method in day.open_sessions:
            self.emit(SessionClosed(market, method))

    # --- evolution -------------------------------------------------------------------------------

    @evolves(StepHeld)
    def _held(self, event: StepHeld) -> None:
        self.held[event.market][event.step] = Held(event.actor, event.reason, self.exchange.now)

    @evolves(StepReleased)
    def _released(self, event: StepReleased) -> None:
        del self.held[event.market][event.step]

    @evolves(StepHeldBack)
    def _held_back(self, event: StepHeldBack) -> None:
        self.held[event.market][event.step].back.append(event.due)
        if event.due == "session_closes":
            self._end_with_date(event.market, _method(event.step))

    def _end_with_date(self, market: str, method: str) -> None:
        midnight = instant(self.exchange.days.by_market[market].opened_on, time(0, 0)) + DAY_US
        self.exchange.timers.schedule(midnight, "date_ends", market, method)

    @follows(SessionOpened)
    def _session_opened(self, event: SessionOpened) -> None:
        self._done(event.market, SESSIONS[event.method])
        if not self._has_an_end(event.market, event.method):
            self._end_with_date(event.market, event.method)

    def _has_an_end(self, market: str, method: str) -> bool:
        """Whether a timer is yet to close the session of a method."""
        return any(
            timer.kind == "session_closes" and timer.args == (market, method)
            for timer in self.exchange.timers.pending
        )

    @follows(SessionClosed)
    def _session_closed(self, event: SessionClosed) -> None:
        self._done(event.market, SESSIONS[event.method])

    @follows(DayClosed)
    def _day_closed(self, event: DayClosed) -> None:
        for step in self.held[event.market]:
            self._done(event.market, step)

    def _done(self, market: str, step: str) -> None:
        """What was done by hand is no longer held back."""
        held = self.of(market, step)
        if held is not None:
            held.back.clear()

    def dump(self) -> Any:
        return msgspec.to_builtins(self.held)

    def load(self, data: Any) -> None:
        self.held = msgspec.convert(data, dict[str, dict[str, Held]])


def _method(step: str) -> str:
    """The trading method of a session's step."""
    return next(method for method, its_step in SESSIONS.items() if its_step == step)


def _known(field: str, value: str, known: Any) -> None:
    if value not in known:
        raise Refusal("BAD_FIELD", field=field, value=value, known=list(known))
