"""Deadlines of applications: the instants (UTC microseconds) at which a state, a claim or a wait for paper ends."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final

from tanpan.application import PAPER
from tanpan.calendar import SECOND_US, Calendar, instant
from tanpan.kinds import IN_REVIEW, NEXT_DAY, NEXT_TRADING_DAY, ON_DATE, TRADING_DAYS, WORKING_DAYS, Review
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.application_events import Due
    from tanpan.exchange import Exchange

_MIDNIGHT: Final = time(0, 0)
_DAY: Final = timedelta(days=1)


def begin(day: date) -> int:
    """The first instant of a day."""
    return instant(day, _MIDNIGHT)


def end_of(calendar: Calendar, day: date, count: int, unit: str) -> int:
    """The end of the count-th day after a day: what happens on that day is in time (AMB-30)."""
    if unit == TRADING_DAYS:
        last = calendar.trading_day_after(day, count)
    elif unit == WORKING_DAYS:
        last = calendar.working_day_after(day, count)
    else:
        last = day + count * _DAY
    return begin(last + _DAY)


def due_in(exchange: Exchange, application: Application, state: str) -> Due:
    """What falls due once an application comes into a state now; refuses what is past and days not published."""
    due = [
        (
            one.name,
            one.moment(exchange, application)
            if one.moment is not None
            else end_of(exchange.calendar, exchange.today(), one.days, one.unit),
        )
        for one in application.kind.deadlines
        if one.state == state
    ]
    for name, due_us in due:
        if due_us <= exchange.now:
            raise Refusal("DEADLINE_PASSED", deadline=name)
    paper = application.kind.paper
    if paper is None or not paper.working_days or state != IN_REVIEW:
        return due
    if PAPER not in application.timers and paper_lacks(application):
        due.append((PAPER, end_of(exchange.calendar, exchange.today(), paper.working_days, WORKING_DAYS)))
    return due


def paper_lacks(application: Application) -> bool:
    """Whether originals are expected that have not come."""
    paper = application.kind.paper
    return paper is not None and any(application.paper.get(role, 0) < paper.sets for role in paper.by)


def claim_until(exchange: Exchange, review: Review) -> int:
    """When a claim lapses that is made now."""
    return exchange.now + review.claim_minutes * 60 * SECOND_US


def effective(exchange: Exchange, application: Application) -> int:
    """When an application takes effect that is approved now; never in the past."""
    effect, today = application.kind.effect, exchange.today()
    if effect.moment is not None:
        return max(exchange.now, effect.moment(exchange, application))
    if effect.when == NEXT_DAY:
        return begin(today + _DAY)
    if effect.when == NEXT_TRADING_DAY:
        return begin(exchange.calendar.trading_day_after(today))
    said = application.content.get(effect.field, "") if effect.when == ON_DATE else ""
    return max(exchange.now, begin(date.fromisoformat(said))) if said else exchange.now
