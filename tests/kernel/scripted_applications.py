"""Applications beside the scripted days of the neutral market: everything that can become of one, the same every time."""

from __future__ import annotations

from hashlib import sha256

from kernel.helpers import MAIL, MOBILE, Venue
from tanpan.applicants import RegisterApplicant
from tanpan.filing import (
    AmendApplication,
    AttachMaterial,
    DetachMaterial,
    DraftApplication,
    OpenAgreement,
    SignApplication,
    SubmitApplication,
    WithdrawApplication,
)
from tanpan.parties import AddOperator
from tanpan.personal import token
from tanpan.reviewing import (
    ApproveApplication,
    ClaimApplication,
    ReceivePaper,
    RejectApplication,
    ReturnApplication,
    StateFact,
    UnclaimApplication,
)

OPENING = "neutral_market.opening"
FIRST_ID, SECOND_ID = "11010519491231002X", "440524188001010014"


def digest(text: str) -> str:
    """The digest of a file that is thought up by its name."""
    return sha256(text.encode()).hexdigest()


def identity(clear: str) -> str:
    """The token that a vault would give for an identity number."""
    return token("identity", "a-token-of-the-tests-3", clear, digest(clear)[:32])


def opening(account: str, clear: str) -> dict[str, object]:
    """A form of the opening kind, whole but for its agreement."""
    return {
        "account": account,
        "participant": f"{account} Ltd",
        "sort": "person",
        "real_name": token("name", "a-token-of-the-tests-4", "李四"),
        "identity": identity(clear),
        "mobile": MOBILE,
        "mail": MAIL,
    }


def card(number: int, name: str = "card") -> AttachMaterial:
    """An identity card in colour, valid for long."""
    return AttachMaterial(
        number,
        "identity_card",
        digest(name),
        1_000,
        "image/png",
        colour=True,
        valid_until="long_term",
    )


def letter(number: int) -> AttachMaterial:
    """A letter, stamped and signed by hand."""
    return AttachMaterial(
        number, "letter", digest("letter"), 1_000, "application/pdf", stamps=1, hand_signed=True
    )


def submitted(venue: Venue, who: str, account: str, clear: str) -> int:
    """An opening that waits for its first review."""
    number: int = venue.send(who, DraftApplication(OPENING, opening(account, clear))).events[0].application
    venue.send(who, OpenAgreement(number, "risks", "2026-1"))
    venue.send(who, AmendApplication(number, {"risks": "2026-1"}))
    venue.send(who, card(number))
    venue.send(who, SubmitApplication(number))
    return number


def passed(venue: Venue, reviewer: str, number: int) -> None:
    """One review, found in order."""
    venue.send(reviewer, ClaimApplication(number))
    venue.send(reviewer, ApproveApplication(number))


def applications(venue: Venue, day: int) -> None:
    """What is filed and decided on a scripted day."""
    today = venue.exchange.today()
    if day == 0:
        venue.send("door", RegisterApplicant("Li", MAIL, MOBILE))
        venue.send("door", RegisterApplicant("Wu"))
        _corrected(venue)
        _on_paper(venue, "Alpha", "Alpha-9")
    elif day == 1:
        _jointly(venue, str(venue.exchange.calendar.trading_day_after(today)))
        _on_paper(venue, "Beta", "Beta-9")
        venue.send("Beta", AddOperator("Beta", "Beta-9", ["query"], MAIL))
    elif day == 2:
        number = submitted(venue, "Wu", "W-1", SECOND_ID)
        venue.send("admin", StateFact(number, "test", "T-2", {"score": 70}))
        venue.send("admin", ClaimApplication(number))
        venue.send("admin", RejectApplication(number, "forged"))
        venue.send("Wu", DraftApplication(OPENING, {"account": "W-2"}))
        drafted = venue.exchange.applications.next_number - 1
        venue.send("Wu", WithdrawApplication(drafted, "a mistake"))
    elif day == 7:
        number = submitted(venue, "Wu", "W-3", SECOND_ID)
        venue.send("admin", StateFact(number, "test", "T-3", {"score": 80}))
        passed(venue, "admin", number)


def _corrected(venue: Venue) -> None:
    """Returned, corrected, taken back, submitted again, approved, paid for."""
    number = submitted(venue, "Li", "L-1", FIRST_ID)
    venue.send("admin", StateFact(number, "test", "T-1", {"score": 60}))
    venue.send("admin", ClaimApplication(number))
    venue.send("admin", UnclaimApplication(number))
    venue.send("admin2", ClaimApplication(number))
    venue.send("admin2", ReturnApplication(number, "unreadable", {"identity_card": "unreadable"}))
    venue.send("Li", DetachMaterial(number, "identity_card", digest("card")))
    venue.send("Li", card(number, "a better card"))
    venue.send("Li", SubmitApplication(number))
    venue.send("Li", AmendApplication(number, {"people": 3}))
    venue.send("Li", SubmitApplication(number))
    passed(venue, "admin", number)
    passed(venue, "admin2", number)
    paid = {"amount": "200.00", "identity": identity(FIRST_ID)}
    venue.send("channel", StateFact(number, "payment", "P-1", paid, "Li"))


def _on_paper(venue: Venue, account: str, operator: str) -> None:
    venue.send(account, DraftApplication("neutral_market.operator", {"operator": operator}))
    number = venue.exchange.applications.next_number - 1
    venue.send(account, letter(number))
    venue.send(account, SubmitApplication(number))
    venue.send("admin", ReceivePaper(number, 2))
    passed(venue, "admin", number)
    passed(venue, "registry", number)


def _jointly(venue: Venue, starts: str) -> None:
    """Signed by both, and never reviewed: it expires on its day."""
    content = {"starts": starts, "quantity": 100}
    venue.send("Alpha", DraftApplication("neutral_market.pledge", content, {"seller": "Beta"}))
    number = venue.exchange.applications.next_number - 1
    sealed = ("application/pdf", "", 0, 1, 2)
    venue.send("Alpha", AttachMaterial(number, "agreement", digest("agreement"), 9, *sealed))
    for who, party in (("Alpha", "buyer"), ("Beta", "seller")):
        one = ("application/pdf", party, 0, 1, 1, False, True)
        venue.send(who, AttachMaterial(number, "disclosure", digest(party), 9, *one))
    signed = venue.exchange.applications.of(number).digest()
    venue.send("Alpha", SignApplication(number, "buyer", signed))
    venue.send("Beta", SignApplication(number, "seller", signed))
    venue.send("Alpha", SubmitApplication(number))
