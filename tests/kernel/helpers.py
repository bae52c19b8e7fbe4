"""A venue to try things on: an exchange with people, instruments and days, watched after every event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from tanpan.amendments import ChangeParameter
from tanpan.calendar import instant
from tanpan.clearing import ClearDay, ConfirmClearing, SettleDay
from tanpan.custody import Deposit, TransferIn
from tanpan.exchange import Exchange
from tanpan.four_eyes import ConfirmProposal
from tanpan.instruments import ConfirmListing, DeclareListing, ListInstrument, RegisterInstrument
from tanpan.ledger import CASH, Ledger, Leg
from tanpan.listings import PostListing, TakeListing
from tanpan.messages import AnyRecord, Command, Envelope, Event
from tanpan.packs import assemble, load
from tanpan.parties import OpenAccount
from tanpan.personal import token
from tanpan.refusals import BY_CODE, Refusal
from tanpan.rulebook import Terms
from tanpan.trading_day import CLEARED, CLOSED, OPEN, OpenDay
from tanpan_adapters.calendars import published

CALENDAR = published()
SETUP = date(2026, 3, 2)
FIRST = date(2026, 3, 3)
REFERENCE = 5_000
MAIL = token("mail", "a-token-of-the-tests-1", "desk@example.com")
MOBILE = token("mobile", "a-token-of-the-tests-2", "13800138000")
ACCOUNTS = ("Alpha", "Beta", "Gamma")
PACK_OF = {
    "auto": "neutral_market",
    "board": "neutral_market",
    "cea": "cea_shanghai",
    "ccer": "ccer_national",
}
CONTRA = ("settlement_channel", "fee_income", "fees_receivable", "risk_reserve")
PHASES = ("available", "frozen", "proceeds", "margin")
UNIT_PHASES = ("available", "frozen", "undelivered", "locked", "pledged")
Balances = dict[tuple[str, str, str], int]


def at(day: date, clock: str) -> int:
    """UTC microseconds of a local day and clock."""
    return instant(day, time.fromisoformat(clock))


def balances(ledger: Ledger) -> Balances:
    """Every balance that is not zero, as the ledger keeps it: (holder, asset, phase) -> amount."""
    found: Balances = {}
    for account in ledger.accounts.values():
        for phase in PHASES:
            found[account.number, CASH, phase] = getattr(account, phase)
        for holding in account.holdings.values():
            for phase in UNIT_PHASES:
                found[account.number, holding.instrument, phase] = getattr(holding, phase)
    for name in CONTRA:
        found[name, CASH, "contra"] = getattr(ledger.contra, name)
    for code, tonnes in ledger.contra.registry.items():
        found["registry", code, "contra"] = tonnes
    return {key: amount for key, amount in found.items() if amount}


class Watch:
    """Adds postings up: zero per asset and event, and in all what the ledger says it holds."""

    def __init__(self) -> None:
        self.sums: Counter[tuple[str, str, str]] = Counter()
        self.legs: list[Leg] = []
        self.events: Counter[type[Event]] = Counter()

    def on(self, exchange: Exchange) -> None:
        """Watch an exchange from now on."""
        self.exchange = exchange
        exchange.ledger.on_posting = self.legs.extend
        exchange.watch(self._after)

    def _after(self, event: Event) -> None:
        per_asset: Counter[str] = Counter()
        for holder, asset, phase, amount in self.legs:
            per_asset[asset] += amount
            self.sums[holder, asset, phase] += amount
        assert not any(per_asset.values()), f"{event!r} posts {dict(per_asset)}"
        self.legs.clear()
        self.events[type(event)] += 1
        self.exchange.ledger.audit()

    def agrees(self) -> None:
        """Assert that the postings so far rebuild every balance."""
        assert {key: amount for key, amount in self.sums.items() if amount} == balances(self.exchange.ledger)


class Venue:
    """An exchange of some packs, its journal so far, and the shortest words for what tests do all day."""

    def __init__(self, *packs: str, day: date = SETUP, modules: Sequence[Any] = ()) -> None:
        self.assembly = assemble([*load(packs), *modules])
        self.codes = BY_CODE.keys() | self.assembly.reasons.keys()
        self.watch = Watch()
        self.count = 0
        self.journal: list[AnyRecord] = []
        self.exchange = self.fresh()
        self.watch.on(self.exchange)
        self.exchange.found(at(day, "09:00"), institutions=("registry", "channel", "regulator", "door"))

    def fresh(self) -> Exchange:
        """An exchange like this one that has done nothing yet."""
        exchange = Exchange("venue", self.assembly, CALENDAR)
        exchange.recall = lambda seq: self.journal[seq - 1]
        return exchange

    def send(self, actor: str, command: Command, request: str = "") -> AnyRecord:
        """Carry out a command now; raises its Refusal."""
        self.count += 1
        return self.exchange.execute(
            Envelope(request or f"request {self.count}", actor, command), self.exchange.now
        )

    def refusal(self, actor: str, command: Command) -> str:
        """The code a command is refused with, `` if it is accepted; a refusal changes nothing."""
        self.exchange.advance(self.exchange.now)
        before = self.exchange.state_hash()
        try:
            self.send(actor, command)
        except Refusal as refusal:
            assert refusal.code in self.codes
            assert self.exchange.state_hash() == before
            return refusal.code
        return ""

    def two(self, command: Command) -> AnyRecord:
        """Carry out a command that needs a second person."""
        made = self.send("admin", command).events[0]
        return self.send("admin2", ConfirmProposal(made.proposal))

    def until(self, day: date, clock: str) -> None:
        """Let the clock come to a local day and time."""
        self.exchange.advance(at(day, clock))

    def drained(self) -> list[AnyRecord]:
        """The journal up to now."""
        self.journal += self.exchange.drain()
        return self.journal

    # --- people and means --------------------------------------------------------------------------

    def people(self, cash_fen: int = 10**10, accounts: Sequence[str] = ACCOUNTS) -> Venue:
        """Staff of the institutions, and participants with an operator of their own name and cash."""
        for name in accounts:
            self.send("admin", OpenAccount(name, f"{name} Ltd", "enterprise", name, True))
            if cash_fen:
                self.send("channel", Deposit(name, cash_fen))
        return self

    def instrument(
        self,
        market: str,
        code: str,
        tonnes: int = 10**6,
        day: date = FIRST,
        accounts: Sequence[str] = ACCOUNTS,
    ) -> Venue:
        """An instrument that is listed from a day on at 50.00, held by everyone."""
        terms = self.terms(market)
        self.send("admin", RegisterInstrument(code, market, terms.products[0]))
        for name in accounts:
            if tonnes:
                self.send("registry", TransferIn(name, code, tonnes))
        if terms.first_listing == "operator":
            self.two(ListInstrument(code, day, REFERENCE))
        else:
            self.send(accounts[0], DeclareListing(accounts[0], code, REFERENCE, day))
            self.send("admin", ConfirmListing(code))
        return self

    # --- days ----------------------------------------------------------------------------------------

    def terms(self, market: str) -> Terms:
        """A market's terms of today."""
        return self.exchange.days.of(market).terms_on(self.exchange.today())

    def open(self, market: str, day: date = FIRST, clock: str = "09:30") -> Venue:
        """Open a market's day and let the clock come to a time of it."""
        self.until(day, "09:00")
        self.send("admin", OpenDay(market, day))
        self.until(day, clock)
        return self

    def settle(self, market: str) -> date | None:
        """Clear, confirm and settle the oldest day that is not open."""
        book = next((book for book in self.exchange.days.of(market).books if book.state != OPEN), None)
        if book is None:
            return None
        if book.state == CLOSED:
            self.send("admin", ClearDay(market, book.day))
        assert book.state == CLEARED
        for party in book.confirmers:
            if party not in book.confirmed:
                actor = "admin" if party == "exchange" else "registry"
                self.send(actor, ConfirmClearing(market, book.day, book.digest))
        self.send("admin", SettleDay(market, book.day))
        return book.day

    def change(self, market: str, parameter: str, value: object, since: date) -> AnyRecord:
        """Change a parameter of a market from a future day on."""
        return self.two(ChangeParameter(market, parameter, value, since, "notice"))

    # --- orders ----------------------------------------------------------------------------------------

    def number(self, code: str) -> str:
        """A trade number never used, where the instrument's market wants one."""
        self.count += 1
        terms = self.exchange.instruments.by_code[code].day.terms
        return f"no {self.count}" if terms is not None and terms.trade_no_required else ""

    def posting(self, who: str, code: str, side: str, price: int, tonnes: int) -> PostListing:
        """A posting by the account's own operator."""
        return PostListing(who, code, side, price, tonnes, self.number(code))

    def taking(
        self, who: str, code: str, side: str, tonnes: int, price: int = 0, listing: int = 0
    ) -> TakeListing:
        """A take by the account's own operator."""
        return TakeListing(who, code, side, tonnes, price, listing, self.number(code))

    def post(self, who: str, code: str, side: str, price: int, tonnes: int) -> int:
        """Post and give the listing's number."""
        number: int = self.send(who, self.posting(who, code, side, price, tonnes)).events[0].listing
        return number

    def take(
        self, who: str, code: str, side: str, tonnes: int, price: int = 0, listing: int = 0
    ) -> AnyRecord:
        """Take what stands."""
        return self.send(who, self.taking(who, code, side, tonnes, price, listing))


def venue(market: str, tonnes: int = 10**6, cash_fen: int = 10**10) -> Venue:
    """One market with one instrument `X`, in its first session, everyone with means."""
    made = Venue(PACK_OF[market]).people(cash_fen).instrument(market, "X", tonnes)
    return made.open(market)
