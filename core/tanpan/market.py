"""A market is a value: its parameters and the policies it is composed of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from tanpan.prices import volume_weighted_mean
from tanpan.rulebook import FIELDS, Parameter, Since, Terms, checked

if TYPE_CHECKING:
    from tanpan.book import Book, Listing
    from tanpan.exchange import Exchange
    from tanpan.instruments import Instrument
    from tanpan.ledger import Account
    from tanpan.trading_day import MarketDay

Check = Callable[["Account", "Instrument", bool, int, int], None]
"""A rule of one day: `(account, instrument, buy, price_fen, quantity_tonnes)`; returns or refuses."""

Rule = Callable[["MarketDay"], Check | None]
"""A rule of a market: asked once a day what to check on every order; None when there is nothing to check."""

TransferRule = Callable[["Exchange", "Account", "Instrument"], None]
"""A rule of a market on units that come in or leave; returns or refuses."""

Fill = tuple["Listing", int]


Closing = Callable[["Instrument"], int]
"""The closing price in fen of an instrument's day."""


class Taking(Protocol):
    """How a take meets its counterparties (摘牌)."""

    @property
    def automatic(self) -> bool:
        """Whether postings meet by themselves."""
        ...

    def meet(self, book: Book, account: Account, buy: bool, price_fen: int, tonnes: int) -> list[Fill]:
        """What a posting meets on entry; empty unless the policy is automatic."""
        ...

    def plan(
        self,
        book: Book,
        account: Account,
        buy: bool,
        price_fen: int,
        tonnes: int,
        listing: Listing | None,
        levels: int,
    ) -> list[Fill]:
        """The listings a take meets, in order, with tonnes each; refuses what the policy does not allow."""
        ...


@frozen
class Market:
    """One market of an exchange: what a pack declares and the kernel runs.

    Rules stand in the order in which they are asked. `clauses` cites the clause behind each refusal code; where
    a method or a command has a clause of its own, behind "CODE method" or "CODE core.command".
    """

    name: str
    zh: str
    en: str
    parameters: tuple[Parameter, ...]
    taking: Taking
    listed_rules: tuple[Rule, ...]
    block_rules: tuple[Rule, ...]
    closing: Closing = volume_weighted_mean
    clauses: Mapping[str, str] = field(factory=dict)
    publisher_zh: str = ""
    transfer_rules: tuple[TransferRule, ...] = ()

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of a name, or None."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def terms(self, day: date, changes: Iterable[tuple[str, Since]] = ()) -> Terms:
        """The market's parameters as they are on a day, operator's changes included."""
        known: dict[str, Any] = {}
        own: dict[str, Any] = {}
        changed = tuple(changes)
        for parameter in self.parameters:
            mine = tuple(step for name, step in changed if name == parameter.name)
            value = checked(parameter.name, parameter.on(day, mine).value)
            (known if parameter.name in FIELDS else own)[parameter.name] = value
        return Terms(**known, own=own)
