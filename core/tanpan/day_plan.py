"""What a market's day still holds: its steps with the instants at which they are due, and who is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any, Final

from tanpan.calendar import instant, parse_windows
from tanpan.exchange import Exchange
from tanpan.messages import OPERATOR
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.rulebook import Terms
from tanpan.timetable import CLEARING, CLOSING, OPENING, SESSIONS, SETTLEMENT
from tanpan.trading_day import BLOCK_METHOD, CLEARED, LISTED_METHOD, OPEN, DayBook, MarketDay

DONE: Final = "done"
DUE: Final = "due"
COMING: Final = "coming"
_MIDNIGHT: Final = time(0, 0)


def day_plan(exchange: Exchange, day: MarketDay, actor: Actor) -> Iterator[dict[str, Any]]:
    """The steps of today, and what is left of earlier days, in the order in which they come.

    An opening is due by the first session at the latest, clearing and settlement from the close on.
    """
    for book in day.books:
        if book is not day.today and book.day != exchange.today():
            yield from _after_close(exchange, day, book, actor)
    current = day.today.day if day.today is not None else exchange.today()
    opened = day.opened_on == current
    terms = day.terms if opened else _terms_of(exchange, day, current)
    if terms is None:
        return
    edges = list(_edges(current, terms))
    closing = max((at for at, *_ in edges), default=instant(current, _MIDNIGHT))
    opening = min((at for at, *_ in edges), default=closing)
    yield _row(exchange, day, actor, current, OPENING, "open_day", opening, opened)
    for at, step, kind in sorted(edges):
        waits = exchange.timetable.waits(day.market.name, step)
        over = opened and (day.today is None or (at <= exchange.now and not waits))
        yield _row(exchange, day, actor, current, step, kind, at, over)
    closed = opened and day.today is None
    yield _row(exchange, day, actor, current, CLOSING, "close_day", closing, closed)
    mine = next((one for one in day.books if one.day == current), None)
    yield from _after_close(exchange, day, mine, actor, current, closing, settled=closed and mine is None)


def _terms_of(exchange: Exchange, day: MarketDay, current: date) -> Terms | None:
    try:
        return day.terms_on(current) if exchange.calendar.is_trading_day(current) else None
    except Refusal:
        return None


def _edges(current: date, terms: Terms) -> Iterator[tuple[int, str, str]]:
    midnight = instant(current, _MIDNIGHT)
    for method, windows in (
        (LISTED_METHOD, terms.listed_sessions),
        (BLOCK_METHOD, terms.block_sessions),
    ):
        for start, end in parse_windows(windows):
            yield midnight + start, SESSIONS[method], "open_session"
            yield midnight + end, SESSIONS[method], "close_session"


def _after_close(
    exchange: Exchange,
    day: MarketDay,
    book: DayBook | None,
    actor: Actor,
    current: date | None = None,
    due: int = 0,
    *,
    settled: bool = False,
) -> Iterator[dict[str, Any]]:
    of = book.day if book is not None else current
    assert of is not None
    cleared = settled or (book is not None and book.state == CLEARED)
    missing = []
    if book is not None and book.state == CLEARED:
        missing = [party for party in book.confirmers if party not in book.confirmed]
    closed = settled or (book is not None and book.state != OPEN)
    yield _row(exchange, day, actor, of, CLEARING, "clear_day", due, cleared, ready=closed)
    yield _row(
        exchange, day, actor, of, SETTLEMENT, "settle_day", due, settled, ready=cleared, awaits=missing
    )


def _row(
    exchange: Exchange,
    day: MarketDay,
    actor: Actor,
    of: date,
    step: str,
    act: str,
    due: int,
    done: bool,
    *,
    ready: bool = True,
    awaits: list[str] | None = None,
) -> dict[str, Any]:
    held = exchange.timetable.of(day.market.name, step)
    # Who at the exchange holds a step, and why, is not a participant's business; that it is held is.
    inside = held if actor.role != OPERATOR else None
    due_now = ready and not awaits and due <= exchange.now
    return {
        "market": day.market.name,
        "day": of.isoformat(),
        "step": step,
        "act": act,
        "due_us": due,
        "state": DONE if done else DUE if due_now else COMING,
        "held": held is not None,
        "held_by": inside.actor if inside is not None else "",
        "reason": inside.reason if inside is not None else "",
        "held_since_us": held.at if held is not None else 0,
        "awaits": awaits or [],
    }
