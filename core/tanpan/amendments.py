"""Amendments: an operator changes a parameter from a future trading day on, with a notice, as two persons."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from tanpan.calendar import local_day
from tanpan.component import Component, decides, evolves
from tanpan.messages import STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.quantities import LARGEST_AMOUNT_FEN
from tanpan.refusals import Refusal
from tanpan.rulebook import FIELDS, Parameter, Since, checked


class ChangeParameter(Command, frozen=True, tag="core.change_parameter"):
    """Change a parameter of a market from a future trading day on; `value` is of the parameter's own type."""

    zh: ClassVar = "变更参数"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    four_eyes: ClassVar = True
    market: str
    parameter: str
    value: Any
    since: date
    notice: str = ""


class ParameterChanged(Event, frozen=True, tag="core.parameter_changed"):
    """A parameter changes from a day on, announced by a notice."""

    market: str
    parameter: str
    value: Any
    since: date
    notice: str


class Amendments(Component):
    """Keeps the operator's changes with the market they change."""

    name = "amendments"

    @decides(ChangeParameter)
    def _change(self, actor: Actor, command: ChangeParameter) -> None:
        parameter = self.exchange.days.of(command.market).market.parameter(command.parameter)
        if parameter is None:
            raise Refusal("UNKNOWN_PARAMETER", parameter=command.parameter, market=command.market)
        self.exchange.packs.draining(command.market)
        value = checked(command.parameter, command.value)
        if command.parameter not in FIELDS and not _fits(parameter, value):
            raise Refusal("BAD_PARAMETER", parameter=command.parameter, value=value)
        today = local_day(self.exchange.now)
        if command.since <= today or not self.exchange.calendar.is_trading_day(command.since):
            raise Refusal("PARAMETER_NOT_FUTURE", since=command.since, today=today)
        if not command.notice:
            raise Refusal("NOTICE_REQUIRED", parameter=command.parameter)
        if command.parameter == "methods_open":
            self._known_methods(command.market, command.value)
        self.emit(ParameterChanged(command.market, command.parameter, value, command.since, command.notice))

    def _known_methods(self, market: str, methods: list[str]) -> None:
        # What has no component behind it can't be opened, however well announced.
        for method in methods:
            if method not in ("listed", "block"):
                raise Refusal("BAD_PARAMETER", parameter="methods_open", value=method, market=market)

    @evolves(ParameterChanged)
    def _changed(self, event: ParameterChanged) -> None:
        step = Since(event.since, event.value, "operator", event.notice)
        self.exchange.days.by_market[event.market].changes.append((event.parameter, step))


def _fits(parameter: Parameter, value: Any) -> bool:
    """Whether a value may be put in place of a pack's own parameter: of its kind, and as the pack's check says."""
    if not _like(value, parameter.steps[0].value):
        return False
    return parameter.check is None or parameter.check(value)


def _like(value: Any, stated: Any) -> bool:
    """Whether a pack's own parameter keeps the kind of its stated value; numbers are never negative."""
    return type(value) is type(stated) and not (
        isinstance(value, int) and not 0 <= value <= LARGEST_AMOUNT_FEN
    )
