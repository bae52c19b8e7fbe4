"""Trading accounts and seats of individuals (交易账号、席位号): the pack's own series, issued with an account (HB-3-a)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final

import msgspec

from hubei_retail.rulebook import rule
from tanpan.closing import AccountClosed
from tanpan.component import Component, decides, evolves, follows
from tanpan.messages import CLOCK, OPERATOR, REGULATOR, STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.views import INT, TEXT, Change, Row, View, column

DIGITS: Final = 8
PERSON: Final = "hubei_retail.person"
"""The lock on a person's identity number, for good once he has an account."""


class IssueSeat(Command, frozen=True, tag="hubei_retail.issue_seat"):
    """Issue a seat with an account that was applied for; comes about by the application's effect, from nobody else."""

    zh: ClassVar = "发放席位号"
    roles: ClassVar = (CLOCK,)
    application: Annotated[int, msgspec.Meta(examples=[1])]
    account: str
    seat: Annotated[str, msgspec.Meta(examples=["HBS00000001"])]


class AccountIssued(Event, frozen=True, tag="hubei_retail.account_issued"):
    """An individual has his trading account and seat; the letter of this name in `letters.toml` tells him."""

    application: int
    kind: str
    applicant: str
    account: str
    seat: str


class Seats(Component):
    """The series of numbers, and who has which seat."""

    name = "hubei_retail.seats"

    def reset(self) -> None:
        self.issued = 0
        self.seats: dict[str, str] = {}
        self.persons: dict[str, str] = {}
        """Which key of the lock on persons each account has taken."""

    def next_free(self) -> tuple[str, str]:
        """The next account number of the series that nobody has, and its seat."""
        prefix, seat = rule(self.exchange, "account_prefix"), rule(self.exchange, "seat_prefix")
        number = self.issued + 1
        while f"{prefix}{number:0{DIGITS}}" in self.exchange.ledger.accounts:
            number += 1
        return f"{prefix}{number:0{DIGITS}}", f"{seat}{number:0{DIGITS}}"

    @decides(IssueSeat)
    def _issue(self, actor: Actor, command: IssueSeat) -> None:
        application = self.exchange.applications.of(command.application)
        if command.account in self.seats or command.seat in self.seats.values():
            raise Refusal("DUPLICATE_ACCOUNT", "HB-3-a", account=command.account)
        self.emit(
            AccountIssued(
                application.number,
                application.kind.name,
                application.applicant,
                command.account,
                command.seat,
            )
        )

    @evolves(AccountIssued)
    def _issued(self, event: AccountIssued) -> None:
        self.seats[event.account] = event.seat
        self.issued = max(self.issued, int(event.account[-DIGITS:]))
        self.persons[event.account] = dict(self.exchange.applications.live[event.application].keys).get(
            PERSON, ""
        )

    @follows(AccountClosed)
    def _closed(self, event: AccountClosed) -> None:
        # Who has no account any more may apply for another (HB-1.2-k).
        self.exchange.applications.free(PERSON, self.persons.pop(event.account, ""))

    def dump(self) -> Any:
        return [self.issued, self.seats, self.persons]

    def load(self, data: Any) -> None:
        self.issued, self.seats, self.persons = data


def _account_issued(change: Change) -> Iterable[Row]:
    event: AccountIssued = change.event
    yield {
        "account": event.account,
        "seat": event.seat,
        "application": event.application,
        "issued_us": change.record.at,
    }


SEATS: Final = View(
    "hubei_retail.seats",
    "个人席位",
    "seats of individuals",
    (
        column("account", TEXT, "交易账号", "trading account"),
        column("seat", TEXT, "席位号", "seat"),
        column("application", INT, "申请编号", "application"),
        column("issued_us", INT, "发放时间", "issued at"),
    ),
    ("account",),
    {AccountIssued: _account_issued},
    readers=(OPERATOR, STAFF, REGULATOR),
    doc="The seat that was issued with each individual's trading account.",
)
