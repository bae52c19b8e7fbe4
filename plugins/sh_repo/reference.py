"""Listed trading of the last days per instrument: the window that a freeze ratio is computed from (REPO-A6-21).

Only listings count: what is traded in blocks or by repo makes no price (AMB-50, REPO-PUB-5).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from sh_repo.rulebook import MARKET
from tanpan.component import Component, follows
from tanpan.refusals import Refusal
from tanpan.trading_day import DayClosed

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

KEPT_DAYS: Final = 250
"""The longest window that the parameter allows: one that is set longer reaches back at once."""


@frozen
class Window:
    """Listed turnover and volume of some days, and how many days there are; days without trades add nothing."""

    turnover_fen: int
    volume_tonnes: int
    days: int


Day = tuple[date, int, int]
"""A closed day, its listed turnover (fen) and volume (tonnes)."""


class ListedDays(Component):
    """Keeps each instrument's last closed days."""

    name = "sh_repo.listed_days"

    def reset(self) -> None:
        self.by_instrument: dict[str, list[Day]] = {}

    def window(self, instrument: str, before: date, trading_days: int) -> Window:
        """The trading days before a day, which isn't one of them; fewer where there are fewer (AMB-51)."""
        first = self._first(before, trading_days)
        days = [one for one in self.by_instrument.get(instrument, ()) if first <= one[0] < before]
        days = days[-trading_days:]
        return Window(sum(one[1] for one in days), sum(one[2] for one in days), len(days))

    def _first(self, before: date, trading_days: int) -> date:
        """The first day of a window. A day on which this market did not open is still a trading day."""
        try:
            return self.exchange.calendar.trading_day_before(before, trading_days)
        except Refusal:
            return date.min

    @follows(DayClosed)
    def _closed(self, event: DayClosed) -> None:
        if event.market != MARKET:
            return
        for price in event.prices:
            days = self.by_instrument.setdefault(price.instrument, [])
            days.append((event.day, price.listed_fen, price.listed_tonnes))
            del days[:-KEPT_DAYS]

    def dump(self) -> Any:
        return [
            [instrument, [[day.isoformat(), turnover, tonnes] for day, turnover, tonnes in days]]
            for instrument, days in self.by_instrument.items()
        ]

    def load(self, data: Any) -> None:
        self.by_instrument = {
            instrument: [(date.fromisoformat(day), turnover, tonnes) for day, turnover, tonnes in days]
            for instrument, days in data
        }


def listed_days_of(exchange: Exchange) -> ListedDays:
    """The closed days of an exchange that runs this pack."""
    found = exchange.components[ListedDays.name]
    assert isinstance(found, ListedDays)
    return found
