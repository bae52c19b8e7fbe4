"""The listing book once more, deliberately naive: one list, sorted each time anew, one method per rule.

Written from the rules and the decisions, as an oracle: AMB-01 (nothing matches by itself), AMB-02 (never with
oneself), AMB-03 (best level in time), AMB-04 (five levels, free choice inside one), AMB-05, AMB-06a.
"""

from __future__ import annotations

from dataclasses import dataclass

Trade = tuple[str, str, int, int, int]
"""(buyer, seller, price, tonnes, listing that stood)"""


class No(Exception):
    """An objection by its code."""


@dataclass
class Entry:
    number: int
    who: str
    buy: bool
    price: int
    rest: int
    state: str = "live"


class NaiveBook:
    """Everything that was posted today, in the order of posting; `policy` is automatic, best or five."""

    def __init__(self, policy: str) -> None:
        self.policy = policy
        self.entries: list[Entry] = []
        self.trades: list[Trade] = []

    def across(self, buy: bool) -> list[Entry]:
        """What stands on the other side, best price first, then in time."""
        standing = [one for one in self.entries if one.state == "live" and one.buy != buy]
        return sorted(standing, key=lambda one: (one.price if buy else -one.price, one.number))

    def post(self, who: str, buy: bool, price: int, tonnes: int) -> None:
        """挂牌: stands, and where matching is automatic meets what it crosses first."""
        plan: list[tuple[Entry, int]] = []
        rest = tonnes
        for other in self.across(buy) if self.policy == "automatic" else []:
            crosses = other.price <= price if buy else other.price >= price
            if crosses and rest:
                if other.who == who:
                    raise No("SELF_TRADE")
                plan.append((other, min(rest, other.rest)))
                rest -= plan[-1][1]
        entry = Entry(len(self.entries) + 1, who, buy, price, rest, "live" if rest else "filled")
        self.entries.append(entry)
        self.fill(who, buy, plan)

    def fill(self, who: str, buy: bool, plan: list[tuple[Entry, int]]) -> None:
        for other, tonnes in plan:
            other.rest -= tonnes
            if not other.rest:
                other.state = "filled"
            buyer, seller = (who, other.who) if buy else (other.who, who)
            self.trades.append((buyer, seller, other.price, tonnes, other.number))

    def take(self, who: str, buy: bool, tonnes: int, price: int, number: int) -> None:
        """摘牌: a listing by its number, or at (down to) a price."""
        chosen = self.named(who, buy, price, number) if number else None
        if not number and not price:
            raise No("FIELD_MISSING")
        if self.policy == "automatic":
            raise No("METHOD_NOT_OPEN")
        others = [one for one in self.across(buy) if one.who != who]
        plan = self.best if self.policy == "best" else self.five
        self.fill(who, buy, plan(others, buy, tonnes, price, chosen))

    def named(self, who: str, buy: bool, price: int, number: int) -> Entry:
        if number not in range(1, len(self.entries) + 1):
            raise No("UNKNOWN_ORDER")
        entry = self.entries[number - 1]
        if entry.state == "withdrawn":
            raise No("ORDER_CLOSED")
        if entry.who == who:
            raise No("SELF_TRADE")
        if entry.buy == buy:
            raise No("BAD_SIDE")
        if entry.state == "filled":
            raise No("ORDER_FILLED")
        if price and price != entry.price:
            raise No("TERMS_MISMATCH")
        return entry

    def best(
        self, others: list[Entry], buy: bool, tonnes: int, price: int, chosen: Entry | None
    ) -> list[tuple[Entry, int]]:
        """Only the best price, only in time order, never more than stands there (AMB-03)."""
        if not others:
            raise No("UNKNOWN_ORDER")
        level = [one for one in others if one.price == others[0].price]
        if (chosen.price if chosen else price) != level[0].price:
            raise No("NOT_BEST_PRICE")
        if chosen and chosen is not level[0]:
            raise No("NOT_FIRST_IN_TIME")
        if tonnes > sum(one.rest for one in level):
            raise No("QTY_EXCEEDS_LEVEL")
        return spread(level, tonnes)

    def five(
        self, others: list[Entry], buy: bool, tonnes: int, price: int, chosen: Entry | None
    ) -> list[tuple[Entry, int]]:
        """Up to five prices, level after level, inside a level any one (AMB-04)."""
        prices = list(dict.fromkeys(one.price for one in others))
        if chosen:
            if chosen.price not in prices[:5]:
                raise No("BEYOND_FIVE_LEVELS")
            if chosen.price != prices[0]:
                raise No("NOT_BEST_PRICE")
            if tonnes > chosen.rest:
                raise No("QTY_EXCEEDS_LISTING")
            return [(chosen, tonnes)]
        if not others:
            raise No("UNKNOWN_ORDER")
        reach = [one for one in others if (one.price <= price if buy else one.price >= price)]
        near = [one for one in reach if one.price in prices[:5]]
        if tonnes > sum(one.rest for one in near):
            raise No("BEYOND_FIVE_LEVELS" if len(reach) > len(near) else "QTY_EXCEEDS_LISTING")
        return spread(near, tonnes)

    def withdraw(self, who: str, number: int) -> None:
        """撤销: the rest of one's own."""
        if number not in range(1, len(self.entries) + 1):
            raise No("UNKNOWN_ORDER")
        entry = self.entries[number - 1]
        if entry.who != who:
            raise No("PERMISSION_DENIED")
        if entry.state != "live":
            raise No("ORDER_FILLED" if entry.state == "filled" else "ORDER_CLOSED")
        entry.rest, entry.state = 0, "withdrawn"

    def day(self, reference: int) -> tuple[int, int, int, int]:
        """Open, high, low and close of the day's trades; the close is their mean by volume, half up."""
        if not self.trades:
            return reference, 0, 0, reference
        prices = [trade[2] for trade in self.trades]
        volume = sum(trade[3] for trade in self.trades)
        turnover = sum(trade[2] * trade[3] for trade in self.trades)
        close, remainder = divmod(turnover, volume)
        return prices[0], max(prices), min(prices), close + (2 * remainder >= volume)


def spread(entries: list[Entry], tonnes: int) -> list[tuple[Entry, int]]:
    plan = []
    for one in entries:
        if tonnes:
            plan.append((one, min(one.rest, tonnes)))
            tonnes -= plan[-1][1]
    return plan
