"""What is traded, on which market, at what prices today; and how an instrument is first listed."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

import msgspec
from attrs import define, fields

from tanpan.book import Book
from tanpan.component import Component, decides, evolves
from tanpan.messages import OPERATOR, REGISTRY, STAFF, Command, Event
from tanpan.parties import Actor, plain_name
from tanpan.quantities import LARGEST_AMOUNT_FEN, LARGEST_PRICE_FEN, LARGEST_TONNES, Fen, Tonnes
from tanpan.refusals import Refusal

REGISTERED: Final = "registered"
DECLARED: Final = "declared"
ADMITTED: Final = "admitted"
LISTED: Final = "listed"


@define(eq=False)
class Instrument:
    """One instrument and its day: prices and turnover in fen, volumes in tonnes; 0 where there is none yet.

    `other` is what was traded by other methods than listings and blocks: it counts as volume and makes no price.
    `state` goes from registered over declared and admitted (its listing day is set) to listed.
    """

    code: str
    market: str
    product: str
    title: str
    project: str = ""
    vintage: str = ""
    state: str = REGISTERED
    first_holder: str = ""
    initial_fen: int = 0
    listing_day: date | None = None
    halted: bool = False
    reference_fen: int = 0
    next_reference_fen: int = 0
    lower_fen: int = 0
    upper_fen: int = 0
    block_lower_fen: int = 0
    block_upper_fen: int = 0
    open_fen: int = 0
    high_fen: int = 0
    low_fen: int = 0
    last_fen: int = 0
    listed_tonnes: int = 0
    listed_fen: int = 0
    block_tonnes: int = 0
    block_fen: int = 0
    other_tonnes: int = 0
    other_fen: int = 0
    total_tonnes: int = 0
    total_fen: int = 0
    book: Any = None
    day: Any = None

    def traded(self, price_fen: int, tonnes: int, turnover_fen: int) -> None:
        """Take a listed trade into the day's prices."""
        if not self.listed_tonnes:
            self.open_fen = self.high_fen = self.low_fen = price_fen
        elif price_fen > self.high_fen:
            self.high_fen = price_fen
        elif price_fen < self.low_fen:
            self.low_fen = price_fen
        self.last_fen = price_fen
        self.listed_tonnes += tonnes
        self.listed_fen += turnover_fen

    def start_day(self, reference_fen: int) -> None:
        """Begin a day: nothing traded yet."""
        self.reference_fen = reference_fen
        self.open_fen = self.high_fen = self.low_fen = self.last_fen = 0
        self.listed_tonnes = self.listed_fen = self.block_tonnes = self.block_fen = 0
        self.other_tonnes = self.other_fen = 0


STORED: Final = tuple(one.name for one in fields(Instrument) if one.name not in ("book", "day"))


class RegisterInstrument(Command, frozen=True, tag="core.register_instrument"):
    """Make an instrument known to a market, told apart by project and vintage where the market does so."""

    zh: ClassVar = "登记交易标的"
    roles: ClassVar = (STAFF, REGISTRY)
    permission: ClassVar = "market"
    instrument: str
    market: str
    product: str
    title: str = ""
    project: str = ""
    vintage: str = ""


class ListInstrument(Command, frozen=True, tag="core.list_instrument"):
    """Admit an instrument to trading from a day on, with its initial reference price (AMB-11).

    An exchange that moves over from elsewhere carries the totals reached so far.
    """

    zh: ClassVar = "上市"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    four_eyes: ClassVar = True
    instrument: str
    listing_day: date
    reference_fen: Fen = 0
    carried_tonnes: Tonnes = 0
    carried_fen: Fen = 0


class DeclareListing(Command, frozen=True, tag="core.declare_listing"):
    """Declare price and day of an instrument's first listing, as the first entity that holds it (AMB-12)."""

    zh: ClassVar = "申请上市"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "units"
    account: str
    instrument: str
    price_fen: Fen
    listing_day: date


class ConfirmListing(Command, frozen=True, tag="core.confirm_listing"):
    """Confirm a declared first listing."""

    zh: ClassVar = "确认上市"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    instrument: str


class RejectListing(Command, frozen=True, tag="core.reject_listing"):
    """Reject a declared first listing; it may be declared anew."""

    zh: ClassVar = "驳回上市申请"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "market"
    instrument: str
    reason: str


class InstrumentRegistered(Event, frozen=True, tag="core.instrument_registered"):
    """An instrument became known."""

    instrument: str
    market: str
    product: str
    title: str
    project: str
    vintage: str


class ListingDeclared(Event, frozen=True, tag="core.listing_declared"):
    """The first holder declared a first listing."""

    account: str
    instrument: str
    price_fen: int
    listing_day: date


class ListingRejected(Event, frozen=True, tag="core.listing_rejected"):
    """A declared first listing was rejected."""

    instrument: str
    reason: str


class InstrumentAdmitted(Event, frozen=True, tag="core.instrument_admitted"):
    """An instrument will be listed on a day, with an initial reference price."""

    instrument: str
    reference_fen: int
    listing_day: date
    carried_tonnes: int = 0
    carried_fen: int = 0


class Instruments(Component):
    """All instruments of the exchange."""

    name = "instruments"

    def reset(self) -> None:
        self.by_code: dict[str, Instrument] = {}

    def known(self, code: str) -> Instrument:
        """The instrument of a code, listed or not; refuses an unknown one."""
        instrument = self.by_code.get(code)
        if instrument is None:
            raise Refusal("UNKNOWN_INSTRUMENT", instrument=code)
        return instrument

    def listed(self, code: str) -> Instrument:
        """The instrument of a code if it may be traded."""
        instrument = self.by_code.get(code)
        if instrument is None:
            raise Refusal("UNKNOWN_INSTRUMENT", instrument=code)
        if instrument.state != LISTED:
            raise Refusal("NOT_LISTED", instrument=code, listing_day=instrument.listing_day or "-")
        return instrument

    def of_market(self, market: str) -> list[Instrument]:
        """The instruments of a market, in the order in which they became known."""
        return [one for one in self.by_code.values() if one.market == market]

    # --- decisions -------------------------------------------------------------------------------

    @decides(RegisterInstrument)
    def _register(self, actor: Actor, command: RegisterInstrument) -> None:
        day = self.exchange.days.of(command.market)
        self.exchange.packs.takes_new(command.market)
        plain_name("instrument", command.instrument)
        products = day.terms_on(self.exchange.today()).products
        if command.product not in products:
            raise Refusal("UNKNOWN_PRODUCT", product=command.product, market=command.market)
        if command.instrument in self.by_code:
            raise Refusal("ALREADY_REGISTERED", instrument=command.instrument)
        for one in self.of_market(command.market) if command.project else ():
            if (one.product, one.project, one.vintage) == (command.product, command.project, command.vintage):
                raise Refusal("ALREADY_REGISTERED", instrument=one.code)
        self.emit(
            InstrumentRegistered(
                command.instrument,
                command.market,
                command.product,
                command.title or command.instrument,
                command.project,
                command.vintage,
            )
        )

    @decides(ListInstrument)
    def _list(self, actor: Actor, command: ListInstrument) -> None:
        instrument = self.known(command.instrument)
        self.exchange.packs.takes_new(instrument.market)
        if instrument.state != REGISTERED:
            raise Refusal("ALREADY_LISTED", instrument=instrument.code)
        self._priced(instrument, command.reference_fen)
        self._listing_day(command.listing_day, next_day=False)
        most_tonnes, most_fen = 10 * LARGEST_TONNES, 10 * LARGEST_AMOUNT_FEN
        if not (0 <= command.carried_tonnes <= most_tonnes and 0 <= command.carried_fen <= most_fen):
            raise Refusal(
                "BAD_AMOUNT", carried_tonnes=command.carried_tonnes, carried_fen=command.carried_fen
            )
        self.emit(
            InstrumentAdmitted(
                instrument.code,
                command.reference_fen,
                command.listing_day,
                command.carried_tonnes,
                command.carried_fen,
            )
        )

    @decides(DeclareListing)
    def _declare(self, actor: Actor, command: DeclareListing) -> None:
        account = self.exchange.parties.acting(actor, command.account)
        instrument = self.known(command.instrument)
        day = self.exchange.days.of(instrument.market)
        self.exchange.packs.takes_new(instrument.market)
        if day.terms_on(self.exchange.today()).first_listing != "declared":
            raise Refusal("PERMISSION_DENIED", instrument=instrument.code, who="exchange")
        if instrument.state != REGISTERED:
            raise Refusal("ALREADY_LISTED", instrument=instrument.code)
        if instrument.first_holder != account.number:
            raise Refusal("NOT_FIRST_HOLDER", instrument=instrument.code, account=account.number)
        self._priced(instrument, command.price_fen)
        self._listing_day(command.listing_day, next_day=True)
        self.emit(ListingDeclared(account.number, instrument.code, command.price_fen, command.listing_day))

    @decides(ConfirmListing)
    def _confirm(self, actor: Actor, command: ConfirmListing) -> None:
        instrument = self._declared(command.instrument)
        self.exchange.packs.takes_new(instrument.market)
        assert instrument.listing_day is not None
        self._listing_day(instrument.listing_day, next_day=True)
        self.emit(InstrumentAdmitted(instrument.code, instrument.initial_fen, instrument.listing_day))

    @decides(RejectListing)
    def _reject(self, actor: Actor, command: RejectListing) -> None:
        instrument = self._declared(command.instrument)
        if not command.reason:
            raise Refusal("FIELD_MISSING", field="reason")
        self.emit(ListingRejected(instrument.code, command.reason))

    def _declared(self, code: str) -> Instrument:
        instrument = self.known(code)
        if instrument.state != DECLARED:
            raise Refusal("BAD_STATE", instrument=code, state=instrument.state)
        return instrument

    def _priced(self, instrument: Instrument, price_fen: int) -> None:
        if not price_fen:
            raise Refusal("NO_REFERENCE_PRICE", instrument=instrument.code)
        tick = self.exchange.days.of(instrument.market).terms_on(self.exchange.today()).tick_fen
        if not 0 < price_fen <= LARGEST_PRICE_FEN or price_fen % tick:
            raise Refusal("BAD_PRICE_TICK", price_fen=price_fen, tick_fen=tick)

    def _listing_day(self, day: date, *, next_day: bool) -> None:
        today = self.exchange.today()
        if not self.exchange.calendar.is_trading_day(day):
            raise Refusal("NOT_TRADING_DAY", day=day)
        if day < today or (next_day and day <= today):
            raise Refusal("LISTING_TOO_EARLY", day=day, today=today)

    # --- evolution -------------------------------------------------------------------------------

    @evolves(InstrumentRegistered)
    def _registered(self, event: InstrumentRegistered) -> None:
        self.by_code[event.instrument] = Instrument(
            event.instrument,
            event.market,
            event.product,
            event.title,
            event.project,
            event.vintage,
            book=Book(),
            day=self.exchange.days.of(event.market),
        )

    @evolves(ListingDeclared)
    def _listing_declared(self, event: ListingDeclared) -> None:
        instrument = self.by_code[event.instrument]
        instrument.state = DECLARED
        instrument.initial_fen = event.price_fen
        instrument.listing_day = event.listing_day

    @evolves(ListingRejected)
    def _listing_rejected(self, event: ListingRejected) -> None:
        instrument = self.by_code[event.instrument]
        instrument.state = REGISTERED
        instrument.initial_fen = 0
        instrument.listing_day = None

    @evolves(InstrumentAdmitted)
    def _admitted(self, event: InstrumentAdmitted) -> None:
        instrument = self.by_code[event.instrument]
        instrument.state = ADMITTED
        instrument.initial_fen = event.reference_fen
        instrument.reference_fen = instrument.next_reference_fen = event.reference_fen
        instrument.listing_day = event.listing_day
        instrument.total_tonnes = event.carried_tonnes
        instrument.total_fen = event.carried_fen

    def arrived(self, code: str, account: str) -> None:
        """Note the first entity that moves an instrument in from the registry."""
        instrument = self.by_code[code]
        if not instrument.first_holder:
            instrument.first_holder = account

    def dump(self) -> Any:
        return [[msgspec.to_builtins(getattr(one, name)) for name in STORED] for one in self.by_code.values()]

    def load(self, data: Any) -> None:
        for row in data:
            one = msgspec.convert(dict(zip(STORED, row, strict=True)), Instrument)
            one.book = Book()
            one.day = self.exchange.days.of(one.market)
            self.by_code[one.code] = one
