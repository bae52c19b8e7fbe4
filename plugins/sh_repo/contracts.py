"""Repo contracts that are not closed: where each stands, what is frozen and pledged for it, what a close does to it.

Other components decide and emit; every event of a contract is evolved here, so that whatever is frozen has this
one owner and every way out releases it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sh_repo.contract import (
    BEFORE_INITIAL,
    BUYER,
    FILING,
    OVERDUE,
    REPURCHASE_SUBMITTED,
    Contract,
    application_of,
)
from sh_repo.events import (
    ContractOverdue,
    InitialExpired,
    RepurchaseLapsed,
    RepurchaseMoved,
)
from sh_repo.evolution import Closed, Evolution
from sh_repo.rulebook import MARKET
from sh_repo.stored import plain, restored
from tanpan.calendar import parse_windows, time_of_day
from tanpan.component import follows
from tanpan.ledger import Hold, Pledge
from tanpan.oversight import Suspended
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.trading_day import DayOpened

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange
    from tanpan.rulebook import Terms

WHOLE_MARKET: Final = ""


class Contracts(Evolution):
    """Every live contract. What a day or a command costs depends on the contracts it concerns, not on how many live."""

    name = "sh_repo.contracts"

    def reset(self) -> None:
        super().reset()
        self.halted: list[str] = []
        """Which instruments were halted at any moment of the day that is open; empty text for the whole market."""
        self.exchange.ledger.holders.append(self._holds)
        self.exchange.ledger.pledgers.append(self._pledges)
        self.exchange.days.before_close.append(self._day_closes)
        self.exchange.parties.engaged.append(self._engaged)
        self.exchange.packs.engaged.append(self._to_be_done)

    def _holds(self) -> Iterator[Hold]:
        for contract in self.live.values():
            yield from contract.holds

    def _pledges(self) -> Iterator[Pledge]:
        for contract in self.live.values():
            yield from contract.pledges

    def _engaged(self, account: str) -> str:
        """A contract that an account is a party of."""
        return next((one.number for one in self.live.values() if one.agreed.side_of(account)), "")

    def _to_be_done(self, pack: str) -> str:
        """A live contract: its margin and its end need the pack, even where nobody holds a tonne any more."""
        return next(iter(self.live), "") if pack == self.exchange.packs.pack_of(MARKET).name else ""

    # --- what others ask ---------------------------------------------------------------------------

    def of(self, number: str) -> Contract:
        """The live contract of a number; refuses one that is closed, not approved yet, or unknown."""
        contract = self.live.get(number)
        if contract is None:
            raise self._why_not(number)
        return contract

    def _why_not(self, number: str) -> Refusal:
        closed = self.closed.get(number)
        if closed is not None:
            return Refusal("BAD_STATE", contract=number, state=closed.state)
        filed = self._in_review(number)
        if filed is not None:
            return Refusal("DOCS_NOT_APPROVED", "REPO-4.2.1-a", contract=number, state=filed.state)
        return Refusal("CONTRACT_UNKNOWN", contract=number)

    def _in_review(self, number: str) -> Application | None:
        """The filing that will be the contract of a number once it is approved."""
        filed = self.exchange.applications.live.get(application_of(number))
        return filed if filed is not None and filed.kind.name == FILING else None

    def party(self, actor: Actor, contract: Contract, account: str) -> str:
        """The side on which someone acts for an account; refuses third parties."""
        self.exchange.parties.acting(actor, account)
        side = contract.agreed.side_of(account)
        if not side:
            raise _third_party(contract.number, account)
        return side

    def pair_of(self, number: str) -> tuple[str, ...]:
        """Seller and buyer of a contract, live, closed lately or in review; nobody of what is unknown."""
        live, closed = self.live.get(number), self.closed.get(number)
        of_it = live.agreed if live is not None else closed
        if of_it is not None:
            return of_it.seller, of_it.buyer
        filed = self._in_review(number)
        return (filed.account, filed.parties.get(BUYER, "")) if filed is not None else ()

    def of_party(self, actor: Actor, number: str, account: str) -> tuple[Contract, str]:
        """A live contract and the side of it that acts; a third party doesn't learn where one stands (REPO-A6-35)."""
        self.exchange.parties.acting(actor, account)
        pair = self.pair_of(number)
        if pair and account not in pair:
            raise _third_party(number, account)
        contract = self.of(number)
        return contract, self.party(actor, contract, account)

    # --- the close of a day ------------------------------------------------------------------------

    def _day_closes(self, market: str) -> None:
        """What was to be done by the close and wasn't: initial trades expire, repurchases are overdue or moved."""
        book = self.exchange.days.by_market[market].today
        if market != MARKET or book is None:
            return
        for contract in self.starting.through(book.day):
            self.emit(InitialExpired(*contract.whose))
        cut_short = self._cut_short(book.day)
        for contract in self.due.through(book.day):
            if contract.state == REPURCHASE_SUBMITTED:
                self.emit(RepurchaseLapsed(*contract.whose))
            if cut_short or self._was_halted(contract):
                self.emit(RepurchaseMoved(*contract.whose, self._next_day(book.day)))
            else:
                self.emit(ContractOverdue(*contract.whose))

    def _was_halted(self, contract: Contract) -> bool:
        codes = (WHOLE_MARKET, *(row.instrument for row in contract.agreed.rows))
        return any(code in self.halted for code in codes)

    def _cut_short(self, day: date) -> bool:
        """Whether the exchange closes by hand before the hours are over: like a halt, that is no party's doing."""
        terms = self.exchange.days.by_market[MARKET].terms
        return self.exchange.today() == day and time_of_day(self.exchange.now) < _hours_end(terms)

    def _next_day(self, day: date) -> date:
        """The next trading day; where none is published yet, any later one that trades will do."""
        try:
            return self.exchange.calendar.trading_day_after(day)
        except Refusal:
            return day + timedelta(days=1)

    @follows(DayOpened)
    def _day_opened(self, event: DayOpened) -> None:
        if event.market == MARKET:
            standing = [one.code for one in self.exchange.instruments.of_market(MARKET) if one.halted]
            # Opened when the hours are over, the day gives nobody a minute.
            too_late = time_of_day(self.exchange.now) >= _hours_end(event.terms)
            shut = too_late or self.exchange.days.of(MARKET).halted
            self.halted = [WHOLE_MARKET, *standing] if shut else standing

    @follows(Suspended)
    def _suspended(self, event: Suspended) -> None:
        if event.market == MARKET:
            codes = event.instruments or [WHOLE_MARKET]
            self.halted += [code for code in codes if code not in self.halted]

    # --- snapshots -----------------------------------------------------------------------------------

    def dump(self) -> Any:
        live = [plain(contract) for contract in self.live.values()]
        return [live, msgspec.to_builtins(self.closed), self.halted]

    def load(self, data: Any) -> None:
        live, closed, self.halted = data
        self.closed = msgspec.convert(closed, dict[str, Closed])
        for row in live:
            contract = restored(row, self.exchange.ledger.accounts)
            self.live[contract.number] = contract
            if contract.state in BEFORE_INITIAL:
                self.starting.put(contract.agreed.initial_day, contract)
            elif contract.state != OVERDUE:
                self.due.put(contract.due, contract)


def _hours_end(terms: Terms | None) -> int:
    """Until when a day's repos can be traded, in microseconds since midnight; the day closes with the last session."""
    if terms is None:
        return 0
    others = parse_windows((*terms.listed_sessions, *terms.block_sessions))
    return min(parse_windows(terms.own["repo_sessions"])[-1][1], max(end for _, end in others))


def _third_party(number: str, account: str) -> Refusal:
    return Refusal("PERMISSION_DENIED", "REPO-A6-35", contract=number, account=account)


def contracts_of(exchange: Exchange) -> Contracts:
    """The contracts of an exchange that runs this pack."""
    found = exchange.components[Contracts.name]
    assert isinstance(found, Contracts)
    return found
