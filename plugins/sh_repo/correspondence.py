"""Correspondence (articles 4, 5, 25 to 28 and 31): notices and when they count as delivered, contacts, requests, reports.

The exchange keeps these with the contract and judges none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from sh_repo.contract import BUYER, SELLER, SIDES, Contract
from sh_repo.contracts import contracts_of
from sh_repo.correspondence_messages import (
    AskInformation,
    CaseReported,
    ChangeContact,
    ContactChanged,
    DocumentChanged,
    GiveNotice,
    HandOverInformation,
    InformationAsked,
    InformationHandedOver,
    NoticeGiven,
    ReminderDue,
    ReportCase,
    StateDocumentChange,
)
from sh_repo.events import ContractEnded, InitialExpired, RepurchaseCompleted
from sh_repo.rulebook import own
from tanpan.calendar import DAY_US, instant
from tanpan.component import Component, decides, evolves, fires, follows
from tanpan.deadlines import end_of
from tanpan.kinds import WORKING_DAYS
from tanpan.parties import Actor
from tanpan.refusals import Refusal

PHONE: Final = "phone"
POST: Final = "post"
CHANNELS: Final = (PHONE, "mail", "fax", POST)
TELLING: Final = ("mail", "writing")
"""How a change of contact is told to the other side."""
CASES: Final = ("termination_case", "abnormal", "default", "force_majeure")
LONGEST: Final = 4_000


class Waiting(msgspec.Struct):
    """An entry that waits for an answer: a changed document with its reminder, or else a request for information."""

    entry: int
    by: str
    change: bool = False
    due_us: int = 0
    timer: int = 0


class Correspondence(Component):
    """Numbers the entries and keeps what waits; the texts are in the journal and its views."""

    name = "sh_repo.correspondence"

    def reset(self) -> None:
        self.next_entry = 1
        self.waiting: dict[str, dict[int, Waiting]] = {}

    # --- decisions -------------------------------------------------------------------------------

    @decides(GiveNotice)
    def _give_notice(self, actor: Actor, command: GiveNotice) -> None:
        contract, side = self._whose(actor, command)
        text = _text(command.text)
        channels = self._channels(contract, side, command.channels)
        if command.about:
            change = self._waits(contract, command.about)
            if not change.change or change.by != side:
                raise Refusal("BAD_FIELD", field="about", value=command.about)
        days = own(self.exchange)["post_delivery_days"]
        delivered = min(at + days * DAY_US if channel == POST else at for channel, at in channels)
        self.emit(
            NoticeGiven(self.next_entry, *contract.whose, side, text, channels, delivered, command.about)
        )

    @decides(ChangeContact)
    def _change_contact(self, actor: Actor, command: ChangeContact) -> None:
        contract, side = self._whose(actor, command)
        if command.told_by not in TELLING:
            raise Refusal("CONTACT_CHANGE_FORM", "REPO-A6-28.1", value=command.told_by, known=list(TELLING))
        names = ("contact", *CHANNELS)
        said = {name: getattr(command, name) for name in names if getattr(command, name)}
        if not said:
            raise Refusal("FIELD_MISSING", field="contact")
        self.emit(ContactChanged(self.next_entry, *contract.whose, side, command.told_by, said))

    @decides(AskInformation)
    def _ask(self, actor: Actor, command: AskInformation) -> None:
        contract, side = self._whose(actor, command)
        self.emit(InformationAsked(self.next_entry, *contract.whose, side, _text(command.text)))

    @decides(HandOverInformation)
    def _hand_over(self, actor: Actor, command: HandOverInformation) -> None:
        contract, side = self._whose(actor, command)
        request = self._waits(contract, command.about)
        if request.change or request.by == side:
            raise Refusal("BAD_FIELD", field="about", value=command.about)
        text = _text(command.text)
        self.emit(InformationHandedOver(self.next_entry, *contract.whose, side, text, command.about))

    @decides(StateDocumentChange)
    def _state_change(self, actor: Actor, command: StateDocumentChange) -> None:
        contract, side = self._whose(actor, command)
        text = _text(command.text)
        if command.changed_on > self.exchange.today():
            raise Refusal("BAD_FIELD", field="changed_on", value=command.changed_on)
        # The seller has the days that the agreement names, the buyer is to tell promptly: the next working day.
        days = own(self.exchange)["document_notice_working_days"] if side == SELLER else 1
        due_us = end_of(self.exchange.calendar, command.changed_on, days, WORKING_DAYS)
        self.emit(DocumentChanged(self.next_entry, *contract.whose, side, text, command.changed_on, due_us))

    @decides(ReportCase)
    def _report(self, actor: Actor, command: ReportCase) -> None:
        contract, side = self._whose(actor, command)
        if command.what not in CASES:
            raise Refusal("BAD_FIELD", field="what", value=command.what, known=list(CASES))
        self.emit(CaseReported(self.next_entry, *contract.whose, side, command.what, _text(command.text)))

    def _whose(self, actor: Actor, command: Any) -> tuple[Contract, str]:
        """The contract and the side that acts; refuses third parties, who don't learn where one stands."""
        return contracts_of(self.exchange).of_party(actor, command.contract, command.account)

    def _waits(self, contract: Contract, entry: int) -> Waiting:
        """An entry of a contract that waits for an answer; refuses one that does not."""
        found = self.waiting.get(contract.number, {}).get(entry)
        if found is None:
            raise Refusal("BAD_FIELD", field="about", value=entry)
        return found

    def _channels(self, contract: Contract, side: str, said: Any) -> list[tuple[str, int]]:
        """The channels used and when; refuses unknown ones, those the other side has not named, and times to come."""
        if not isinstance(said, Mapping) or not said:
            raise Refusal("FIELD_MISSING", field="channels")
        reached = contract.agreed.contacts.get(BUYER if side == SELLER else SELLER, {})
        known = [channel for channel in CHANNELS if reached.get(channel)]
        found = []
        for channel, text in said.items():
            if channel not in known:
                raise Refusal("BAD_FIELD", field="channels", value=channel, known=known)
            at = _instant(text)
            if at > self.exchange.now:
                raise Refusal(
                    "BAD_FIELD", field="channels", value=text, why="a time that has passed is expected"
                )
            found.append((channel, at))
        return sorted(found, key=lambda one: (one[1], one[0]))

    # --- what falls due ----------------------------------------------------------------------------

    @fires("sh_repo.reminder")
    def _reminds(self, number: str, entry: int) -> None:
        change = self.waiting.get(number, {}).get(entry)
        contract = contracts_of(self.exchange).live.get(number)
        if change is not None and contract is not None:
            self.emit(ReminderDue(*contract.whose, change.by, entry))

    # --- evolution -------------------------------------------------------------------------------

    @evolves(NoticeGiven)
    def _notice_given(self, event: NoticeGiven) -> None:
        self.next_entry = event.entry + 1
        self._answered(event.contract, event.about)

    @evolves(ContactChanged)
    def _contact_changed(self, event: ContactChanged) -> None:
        self.next_entry = event.entry + 1
        contract = contracts_of(self.exchange).live[event.contract]
        contacts = {side: dict(contract.agreed.contacts.get(side, {})) for side in SIDES}
        contacts[event.by] |= event.contact
        contract.agreed = msgspec.structs.replace(contract.agreed, contacts=contacts)

    @evolves(InformationAsked)
    def _asked(self, event: InformationAsked) -> None:
        self._wait(event.contract, Waiting(event.entry, event.by))

    @evolves(InformationHandedOver)
    def _handed_over(self, event: InformationHandedOver) -> None:
        self.next_entry = event.entry + 1
        self._answered(event.contract, event.about)

    @evolves(DocumentChanged)
    def _document_changed(self, event: DocumentChanged) -> None:
        timer = self.exchange.timers.schedule(event.due_us, "sh_repo.reminder", event.contract, event.entry)
        self._wait(event.contract, Waiting(event.entry, event.by, True, event.due_us, timer))

    @evolves(ReminderDue)
    def _reminder_due(self, event: ReminderDue) -> None:
        self.waiting[event.contract][event.about].timer = 0

    @evolves(CaseReported)
    def _reported(self, event: CaseReported) -> None:
        self.next_entry = event.entry + 1

    @follows(InitialExpired)
    def _expired(self, event: InitialExpired) -> None:
        self._forget(event.contract)

    @follows(RepurchaseCompleted)
    def _repurchased(self, event: RepurchaseCompleted) -> None:
        self._forget(event.contract)

    @follows(ContractEnded)
    def _ended(self, event: ContractEnded) -> None:
        self._forget(event.contract)

    def _wait(self, contract: str, entry: Waiting) -> None:
        self.next_entry = entry.entry + 1
        self.waiting.setdefault(contract, {})[entry.entry] = entry

    def _answered(self, contract: str, entry: int) -> None:
        waiting = self.waiting.get(contract, {})
        found = waiting.pop(entry, None)
        if found is not None and found.timer:
            self.exchange.timers.cancel(found.timer, found.due_us)
        if found is not None and not waiting:
            del self.waiting[contract]

    def _forget(self, contract: str) -> None:
        """Nothing of a closed contract waits."""
        for entry in list(self.waiting.get(contract, {})):
            self._answered(contract, entry)

    def dump(self) -> Any:
        waiting = [
            [contract, [msgspec.to_builtins(one) for one in entries.values()]]
            for contract, entries in self.waiting.items()
        ]
        return [self.next_entry, waiting]

    def load(self, data: Any) -> None:
        self.next_entry, waiting = data
        for contract, entries in waiting:
            found = [msgspec.convert(one, Waiting) for one in entries]
            self.waiting[contract] = {one.entry: one for one in found}


def _text(text: str) -> str:
    """What was written; refuses nothing at all and what is endless."""
    said = text.strip()
    if not said:
        raise Refusal("FIELD_MISSING", field="text")
    if len(said) > LONGEST:
        raise Refusal("BAD_FIELD", field="text", most=LONGEST)
    return said


def _instant(text: Any) -> int:
    """The instant of a local time such as 2026-03-02 10:00."""
    try:
        said = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        said = None
    if said is None or said.tzinfo is not None:
        raise Refusal("BAD_FIELD", field="channels", value=str(text), why="a local time is expected")
    return instant(said.date(), said.time())
