"""What each event does to a repo contract: the one place where contracts change."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from sh_repo.contract import (
    BEFORE_INITIAL,
    CONFIRMED,
    DECLINED,
    EXPIRED,
    FILED,
    OUTSTANDING,
    OVERDUE,
    REFUSED,
    REPURCHASE_SUBMITTED,
    REPURCHASED,
    SUBMITTED,
    WITHDRAWN,
    Contract,
)
from sh_repo.events import (
    ContractEnded,
    ContractFiled,
    ContractOverdue,
    InitialCompleted,
    InitialConfirmed,
    InitialDeclined,
    InitialExpired,
    InitialRefused,
    InitialSubmitted,
    InitialWithdrawn,
    MeasuresReleased,
    MeasuresSet,
    RepurchaseCompleted,
    RepurchaseDeclined,
    RepurchaseLapsed,
    RepurchaseMoved,
    RepurchaseSubmitted,
    RepurchaseWithdrawn,
    ResultTold,
    TermsChanged,
)
from sh_repo.frozen import freeze_cash, freeze_units, pledge, release, release_measures
from sh_repo.stored import ByDay
from tanpan.component import Component, evolves

REMEMBERED: Final = 1_000
"""How many closed contracts are told by their state; of older ones the views tell."""


class Closed(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a closed contract."""

    state: str
    seller: str
    buyer: str


class Evolution(Component):
    """The live contracts, indexed by the days on which something of them falls due, and what was closed lately."""

    def reset(self) -> None:
        self.live: dict[str, Contract] = {}
        self.closed: dict[str, Closed] = {}
        self.starting = ByDay()
        """Those whose initial trade isn't done, by its day."""
        self.due = ByDay()
        """Those to be repurchased, by the day of it."""

    # --- evolution: the initial trade ----------------------------------------------------------------

    @evolves(ContractFiled)
    def _filed(self, event: ContractFiled) -> None:
        contract = Contract(event.contract, event.application, event.agreed, self.exchange.today())
        self.live[contract.number] = contract
        self.starting.put(event.agreed.initial_day, contract)

    @evolves(ResultTold)
    def _told(self, event: ResultTold) -> None:
        self.live[event.contract].told_on = event.told_on

    @evolves(InitialSubmitted)
    def _initial_submitted(self, event: InitialSubmitted) -> None:
        contract = self.live[event.contract]
        contract.state = SUBMITTED
        contract.pledging = list(event.pledging)
        tonnes = [row.quantity_tonnes for row in contract.agreed.rows]
        freeze_units(self.exchange.ledger, contract, event.seller, tonnes)

    @evolves(InitialWithdrawn)
    def _initial_withdrawn(self, event: InitialWithdrawn) -> None:
        self._back(self.live[event.contract], WITHDRAWN)

    @evolves(InitialConfirmed)
    def _initial_confirmed(self, event: InitialConfirmed) -> None:
        contract = self.live[event.contract]
        contract.state, contract.mobile = CONFIRMED, event.mobile
        freeze_cash(self.exchange.ledger, contract, event.buyer, event.frozen_fen)

    @evolves(InitialDeclined)
    def _initial_declined(self, event: InitialDeclined) -> None:
        self._back(self.live[event.contract], DECLINED)

    @evolves(InitialRefused)
    def _initial_refused(self, event: InitialRefused) -> None:
        self._back(self.live[event.contract], REFUSED)

    @evolves(InitialExpired)
    def _initial_expired(self, event: InitialExpired) -> None:
        self._close(event.contract, EXPIRED)

    @evolves(InitialCompleted)
    def _initial_completed(self, event: InitialCompleted) -> None:
        contract = self.live[event.contract]
        release(self.exchange.ledger, contract)
        contract.state = OUTSTANDING
        self._fall_due(contract, event.due)

    @evolves(MeasuresSet)
    def _measures_set(self, event: MeasuresSet) -> None:
        pledge(self.exchange.ledger, self.live[event.contract], event.pledged_tonnes, event.margin_fen)

    # --- evolution: the repurchase -------------------------------------------------------------------

    @evolves(RepurchaseSubmitted)
    def _repurchase_submitted(self, event: RepurchaseSubmitted) -> None:
        contract = self.live[event.contract]
        contract.state, contract.submitted_by = REPURCHASE_SUBMITTED, event.by
        freeze_cash(self.exchange.ledger, contract, event.seller, event.frozen_fen)
        freeze_units(self.exchange.ledger, contract, event.buyer, event.frozen_tonnes)

    @evolves(RepurchaseWithdrawn)
    def _repurchase_withdrawn(self, event: RepurchaseWithdrawn) -> None:
        self._back(self.live[event.contract], OUTSTANDING)

    @evolves(RepurchaseDeclined)
    def _repurchase_declined(self, event: RepurchaseDeclined) -> None:
        self._back(self.live[event.contract], OUTSTANDING)

    @evolves(RepurchaseLapsed)
    def _repurchase_lapsed(self, event: RepurchaseLapsed) -> None:
        self._back(self.live[event.contract], OUTSTANDING)

    @evolves(RepurchaseCompleted)
    def _repurchase_completed(self, event: RepurchaseCompleted) -> None:
        self._close(event.contract, REPURCHASED)

    @evolves(RepurchaseMoved)
    def _repurchase_moved(self, event: RepurchaseMoved) -> None:
        self._fall_due(self.live[event.contract], event.due)

    @evolves(ContractOverdue)
    def _overdue(self, event: ContractOverdue) -> None:
        contract = self.live[event.contract]
        self._off_the_days(contract)
        contract.state = OVERDUE

    # --- evolution: changes and the end --------------------------------------------------------------

    @evolves(TermsChanged)
    def _terms_changed(self, event: TermsChanged) -> None:
        contract = self.live[event.contract]
        before, contract.agreed, contract.version = contract.agreed, event.agreed, event.version
        if contract.state in BEFORE_INITIAL:
            if contract.state in (SUBMITTED, CONFIRMED):
                self._back(contract, FILED)
            self.starting.take(before.initial_day, contract)
            self.starting.put(event.agreed.initial_day, contract)
        elif event.agreed.repurchase_day != before.repurchase_day:
            # An overdue one whose day both sides and the exchange have moved can be repurchased again.
            self._back(contract, OUTSTANDING)
            self._fall_due(contract, event.agreed.repurchase_day)
        elif contract.state == REPURCHASE_SUBMITTED:
            self._back(contract, OUTSTANDING)

    @evolves(MeasuresReleased)
    def _measures_released(self, event: MeasuresReleased) -> None:
        release_measures(self.exchange.ledger, self.live[event.contract])

    @evolves(ContractEnded)
    def _ended(self, event: ContractEnded) -> None:
        self._close(event.contract, event.state)

    # --- what several of them do ---------------------------------------------------------------------

    def _back(self, contract: Contract, state: str) -> None:
        """Take back what was submitted and confirmed: all that was frozen for it is free."""
        release(self.exchange.ledger, contract)
        contract.state, contract.submitted_by = state, ""
        if state in BEFORE_INITIAL:
            contract.pledging, contract.mobile = [], ""

    def _fall_due(self, contract: Contract, day: date) -> None:
        self._off_the_days(contract)
        contract.due = day
        self.due.put(day, contract)

    def _off_the_days(self, contract: Contract) -> None:
        """Take a contract off the days on which something of it falls due."""
        self.starting.take(contract.agreed.initial_day, contract)
        self.due.take(contract.due, contract)

    def _close(self, number: str, state: str) -> None:
        contract = self.live.pop(number)
        release(self.exchange.ledger, contract)
        release_measures(self.exchange.ledger, contract)
        self._off_the_days(contract)
        self.closed[number] = Closed(state, contract.agreed.seller, contract.agreed.buyer)
        if len(self.closed) > REMEMBERED:
            del self.closed[next(iter(self.closed))]
