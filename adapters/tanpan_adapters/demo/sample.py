"""The people, cash, units and instruments of the sample: set up by commands through the API, as a real exchange is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from attrs import frozen

from tanpan.calendar import Calendar
from tanpan.market import Market
from tanpan.messages import CHANNEL, REGISTRY, REGULATOR
from tanpan.quantities import yuan
from tanpan.refusals import Refusal
from tanpan.rulebook import Terms
from tanpan_adapters.demo.door import Door, Refused

PARTICIPANTS: Final = (
    ("alpha", "A001", "示例电力甲"),
    ("bravo", "A002", "示例电力乙"),
    ("charlie", "A003", "示例钢铁甲"),
    ("delta", "A004", "示例水泥甲"),
    ("echo", "A005", "示例化工甲"),
    ("foxtrot", "A006", "示例投资甲"),
    ("golf", "A007", "示例投资乙"),
    ("hotel", "A008", "示例林业甲"),
)
"""Operator, account, participant."""

STAFF: Final = ("admin", "admin2")
INSTITUTIONS: Final = (REGISTRY, CHANNEL, REGULATOR)
PER_MARKET: Final = 2
REFERENCES_FEN: Final = (6_000, 8_500)
CASH_FEN: Final = 20_000_000_000
TONNES: Final = 2_000_000
MOST_TONNES: Final = 100_000
FEWEST_DAYS: Final = 20
"""With fewer published trading days ahead than these the sample begins earlier."""


@frozen
class Traded:
    """An instrument of the sample and what its market asks of an order."""

    code: str
    market: str
    tick_fen: int
    step_tonnes: int
    most_tonnes: int
    automatic: bool


Doors = Mapping[str, Door]
"""The door of each user."""


def users() -> list[str]:
    """Everybody in the sample who signs in."""
    return [*STAFF, *INSTITUTIONS, *(operator for operator, _, _ in PARTICIPANTS)]


def first_day(calendar: Calendar, today: date) -> date:
    """The trading day on which the sample begins: today or the next, if enough of the calendar is left then."""
    latest = calendar.trading_days[-min(FEWEST_DAYS, len(calendar.trading_days))]
    if not calendar.valid_from <= today <= latest:
        return latest
    return today if calendar.is_trading_day(today) else calendar.trading_day_after(today)


def set_up(doors: Doors, markets: tuple[Market, ...], day: date) -> list[str]:
    """Set everything up, unless it was before; what was refused on the way."""
    first = PARTICIPANTS[0][1]
    if any(row["account"] == first for row in doors[STAFF[0]].ask("core.cash")):
        return []
    setting = _Setting(doors)
    for operator, account, participant in PARTICIPANTS:
        setting.do(
            STAFF[0],
            "core.open_account",
            account,
            account=account,
            participant=participant,
            kind="other",
            operator=operator,
            data_declared_true=True,
            mail=f"{operator}@example.com",
            mobile=f"138000{account[1:]:0>5}",
        )
        setting.do(
            CHANNEL,
            "core.deposit",
            account,
            account=account,
            amount=yuan(CASH_FEN),
            reference=f"demo {account}",
        )
    for market in markets:
        try:
            terms = market.terms(day)
        except Refusal as refusal:
            setting.refused.append(f"{market.name}: {refusal.text('en')}")
            continue
        for number in range(PER_MARKET):
            setting.list(market, terms, number, day)
    for market in markets[:1]:
        setting.do(
            STAFF[0],
            "core.publish_notice",
            "welcome",
            market=market.name,
            title="演示市场 / demonstration",
            text="数据均为模拟 / all of this is simulated",
        )
    return setting.refused


def traded(doors: Doors, markets: tuple[Market, ...], day: date) -> list[Traded]:
    """The instruments there are, each with what its market asks of an order."""
    found = []
    by_name = {market.name: market for market in markets}
    for row in doors[STAFF[0]].ask("core.quotes"):
        market = by_name[row["market"]]
        terms = market.terms(day)
        most = (terms.listed_below_tonnes or MOST_TONNES) - 1
        found.append(
            Traded(
                row["instrument"],
                market.name,
                terms.tick_fen,
                terms.step_tonnes,
                most,
                market.taking.automatic,
            )
        )
    return found


class _Setting:
    """Commands that set the sample up, each under an id of its own."""

    def __init__(self, doors: Doors) -> None:
        self.refused: list[str] = []
        self._doors = doors

    def do(self, user: str, command: str, about: str, **fields: Any) -> list[dict[str, Any]]:
        """Send a command; its events, none where it was refused."""
        try:
            answer = self._doors[user].send(command, f"demo {command} {about}", **fields)
        except Refused as refused:
            self.refused.append(f"{command} {about}: {refused}")
            return []
        events: list[dict[str, Any]] = answer["events"]
        return events

    def list(self, market: Market, terms: Terms, number: int, day: date) -> None:
        """An instrument that is registered, held by every participant, and listed by two members of staff."""
        product, vintage = terms.products[0], day.year - number
        code = f"{product}{vintage % 100:02d}"
        self.do(
            STAFF[0],
            "core.register_instrument",
            code,
            instrument=code,
            market=market.name,
            product=product,
            title=f"{market.zh} {vintage}",
            vintage=str(vintage),
        )
        for _, account, _ in PARTICIPANTS:
            self.do(
                REGISTRY,
                "core.transfer_in",
                f"{account} {code}",
                account=account,
                instrument=code,
                quantity=TONNES,
                reference=f"demo {account} {code}",
            )
        reference = REFERENCES_FEN[number % len(REFERENCES_FEN)] // terms.tick_fen * terms.tick_fen
        events = self.do(
            STAFF[0],
            "core.list_instrument",
            code,
            instrument=code,
            listing_day=day.isoformat(),
            reference=yuan(reference),
        )
        for event in events:
            if event["event"] == "core.proposal_made":
                self.do(STAFF[1], "core.confirm_proposal", code, proposal=event["proposal"])
