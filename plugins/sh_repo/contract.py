"""A repo contract: what the parties agreed (one value, versioned), and where the contract stands.

Prices and amounts are fen, quantities tonnes, ratios hundredths of a per cent.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec
from attrs import define, field

from tanpan.ledger import Hold, Pledge

SELLER: Final = "seller"
BUYER: Final = "buyer"
SIDES: Final = (SELLER, BUYER)
"""Of the initial trade: party A (甲方) sells at first and buys back, party B (乙方) the other way round."""

NOT_STATED: Final = -1

# --- what was agreed ----------------------------------------------------------------------------------


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One row of the underlying; `frozen_tonnes` is what the parties state is frozen of it, -1 where they don't."""

    instrument: str
    quantity_tonnes: int
    frozen_tonnes: int = NOT_STATED


class Case(msgspec.Struct, frozen=True, array_like=True):
    """What the agreement says of an early or deferred repurchase (articles 23 and 24), in its own words."""

    conditions: str
    price: str
    day: str


class Authority(msgspec.Struct, frozen=True, array_like=True):
    """A side's power of attorney (annex 5): what it covers, and its first and last day."""

    scope: list[str]
    since: date
    until: date


class Agreed(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """The elements of an agreement as they were filed and approved, or changed since.

    `ratio_hundredths` is a stated freeze ratio, -1 where it is computed (`freezes` says whether there is a product
    freeze at all); `alarm_hundredths` the ratio below which the collateral alarm rings, 0 for none. `cases` holds
    what was agreed of `early` and `deferred`; a case that isn't there isn't allowed. `release_by` is both, seller
    or buyer. `texts` holds what the parties wrote of other things, by article.
    """

    agreement_no: str
    seller: str
    buyer: str
    rows: list[Row]
    initial_day: date
    initial_fen: int
    repurchase_day: date
    repurchase_fen: int
    freezes: bool = False
    ratio_hundredths: int = NOT_STATED
    margin_fen: int = 0
    monitored: bool = False
    alarm_hundredths: int = 0
    for_surrender: bool = False
    cases: dict[str, Case] = {}
    release_conditions: str = ""
    release_by: str = "both"
    texts: dict[str, str] = {}
    authorities: dict[str, Authority] = {}
    contacts: dict[str, dict[str, str]] = {}
    """How each side is reached: contact, phone, mail, fax and post by side; tokens where they are personal."""

    @property
    def quantity_tonnes(self) -> int:
        """The tonnes of all rows, the same in both legs."""
        return sum(row.quantity_tonnes for row in self.rows)

    @property
    def initial_amount_fen(self) -> int:
        """What the initial trade costs, without fees."""
        return self.initial_fen * self.quantity_tonnes

    @property
    def repurchase_amount_fen(self) -> int:
        """What the repurchase costs, without fees."""
        return self.repurchase_fen * self.quantity_tonnes

    @property
    def term_days(self) -> int:
        """Calendar days from the initial to the repurchase day, both counted (REPO-A6-1.12)."""
        return (self.repurchase_day - self.initial_day).days + 1

    def account(self, side: str) -> str:
        """The account of a side."""
        return self.seller if side == SELLER else self.buyer

    def side_of(self, account: str) -> str:
        """The side an account is on; empty for a third party."""
        return SELLER if account == self.seller else BUYER if account == self.buyer else ""


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """What a freeze ratio was computed from: the listed trades of the window before the initial day (AMB-50 to 52)."""

    turnover_fen: int
    volume_tonnes: int
    window_days: int
    factor_hundredths: int
    ratio_hundredths: int


# --- where it stands ----------------------------------------------------------------------------------

FILED: Final = "filed"
SUBMITTED: Final = "submitted"
WITHDRAWN: Final = "withdrawn"
DECLINED: Final = "declined"
CONFIRMED: Final = "confirmed"
REFUSED: Final = "refused"
EXPIRED: Final = "expired"
OUTSTANDING: Final = "outstanding"
REPURCHASE_SUBMITTED: Final = "repurchase_submitted"
OVERDUE: Final = "overdue"
REPURCHASED: Final = "repurchased"
TERMINATED: Final = "terminated"
CLOSED_OFF_EXCHANGE: Final = "closed_off_exchange"

OPEN_TO_SUBMISSION: Final = (FILED, WITHDRAWN, DECLINED, REFUSED)
"""The seller may submit the initial trade, again after it was withdrawn, declined or refused."""
BEFORE_INITIAL: Final = (*OPEN_TO_SUBMISSION, SUBMITTED, CONFIRMED)
TO_BE_REPURCHASED: Final = (OUTSTANDING, REPURCHASE_SUBMITTED)
LIVE: Final = (*BEFORE_INITIAL, *TO_BE_REPURCHASED, OVERDUE)
CLOSED: Final = (EXPIRED, REPURCHASED, TERMINATED, CLOSED_OFF_EXCHANGE)

INITIAL: Final = "initial"
REPURCHASE: Final = "repurchase"


FILING: Final = "sh_repo.filing"
"""The kind of application that a contract comes from."""


_MOST_DIGITS: Final = 18
"""More than any application's number has; a text of thousands of digits is no number at all."""


def number_of(application: int) -> str:
    """The number of the contract that comes from an application."""
    return f"HG{application:08d}"


def application_of(number: str) -> int:
    """The application behind a contract's number; 0 for what is no such number."""
    digits = number.removeprefix("HG")
    if not (8 <= len(digits) <= _MOST_DIGITS and digits.isdecimal() and digits.isascii()):
        return 0
    return int(digits) if number == number_of(int(digits)) else 0


def stage_of(state: str) -> str:
    """The phase a state belongs to (REPO-3-a)."""
    return INITIAL if state in (*BEFORE_INITIAL, EXPIRED) else REPURCHASE


@define(eq=False)
class Contract:
    """A contract that is not closed. Its holds and pledges are what is frozen for it, and for nothing else."""

    number: str
    application: int
    agreed: Agreed
    filed_on: date
    state: str = FILED
    version: int = 1
    due: date = date.min
    """The day of the repurchase: the agreed one, or the next day that trades where trading was halted on it."""
    pledging: list[int] = field(factory=list)
    """Tonnes of each row that are pledged on completion, fixed when the seller submits."""
    mobile: str = ""
    """The buyer's mobile number, a token."""
    submitted_by: str = ""
    """The side that submitted the repurchase."""
    holds: list[Hold] = field(factory=list)
    """What is frozen for a leg that is under way."""
    pledges: list[Pledge] = field(factory=list)
    """What is frozen as a measure: units of the buyer, margin of the seller."""
    told_on: date | None = None

    @property
    def whose(self) -> tuple[str, str, str]:
        """Its number and both sides' accounts, as an event of a contract begins."""
        return self.number, self.agreed.seller, self.agreed.buyer

    @property
    def stage(self) -> str:
        """Initial trade or repurchase."""
        return stage_of(self.state)

    @property
    def secured(self) -> bool:
        """Whether a measure stands."""
        return any(pledge.tonnes or pledge.margin_fen for pledge in self.pledges)
