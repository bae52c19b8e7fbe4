"""What committed events touch: instruments, accounts, listings, users; trades and notices are kept as they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from tanpan.blocks import (
    BlockConfirmed,
    BlockOffered,
    BlockTraded,
    DialogueOpened,
    TermsProposed,
)
from tanpan.book import Listing
from tanpan.custody import (
    CashDeposited,
    CashWithdrawn,
    FeesCollected,
    UnitsTransferredIn,
    UnitsTransferredOut,
)
from tanpan.direct import DirectTraded
from tanpan.exchange import Exchange
from tanpan.instruments import InstrumentAdmitted, InstrumentRegistered, ListingDeclared, ListingRejected
from tanpan.listings import ListingPosted, ListingsExpired, ListingWithdrawn, TradeDone
from tanpan.messages import AnyRecord, Event
from tanpan.oversight import CaseOpened
from tanpan.parties import OperatorAdded, OperatorFrozen, OperatorUnfrozen, PermissionsSet
from tanpan.reports import NOTICES
from tanpan.timers import TimerFired
from tanpan.trading_day import BlockFiguresStated, DayOpened, SessionClosed, SessionOpened
from tanpan.views import Change
from tanpan.wire import told

NOTICE_BYTES: Final = 1_048_576
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode

Trade = tuple[int, int, Any]
"""A trade as it is kept: (sequence of its record, when, its event)."""
Notice = tuple[int, bytes]
"""A notice as it is kept: (sequence of its record, its row as JSON)."""


class Touched:
    """What changed since it was last looked at, and what of the recent past a reader may ask for again.

    `floor` is the sequence after which no trade and no notice is missing here.
    """

    def __init__(self, most: int) -> None:
        self.trades: deque[Trade] = deque()
        self.notices: deque[Notice] = deque()
        self.floor = 0
        self.wanted: dict[str, int] = {}
        """Accounts that somebody listens to, with how many do."""
        self.standing: dict[str, dict[int, Listing]] | None = None
        """Every account's listings since it was first asked for; those that no longer stand go when they are seen."""
        self._most = most
        self._notice_bytes = 0
        self.clear()

    def clear(self) -> None:
        """Nothing is touched."""
        self.codes: dict[str, None] = {}
        self.every_code = False
        self.accounts: dict[str, None] = {}
        self.every_account = False
        self.listings: dict[str, dict[int, None]] = {}
        self.users: dict[str, None] = {}

    def everything(self) -> None:
        """All instruments and all accounts are touched: what an event that isn't known here may have done."""
        self.every_code = self.every_account = True

    def forget(self, seq: int) -> None:
        """Keep nothing of the past up to a sequence."""
        self.trades.clear()
        self.notices.clear()
        self._notice_bytes = 0
        self.standing = None
        self.floor = seq

    def take(self, record: AnyRecord, exchange: Exchange) -> None:
        """Take one committed record; the exchange stands right after it or after later ones."""
        for event in record.events:
            _TOUCHES.get(event.__class__, _unknown)(self, record, event, exchange)

    def account(self, number: str) -> None:
        """An account's cash or units changed."""
        if number in self.wanted:
            self.accounts[number] = None

    def listing(self, account: str, number: int) -> None:
        """An account's listing changed."""
        if account in self.wanted:
            self.accounts[account] = None
            self.listings.setdefault(account, {})[number] = None

    def traded(self, record: AnyRecord, event: Any) -> None:
        """A trade was made."""
        trades = self.trades
        trades.append((record.seq, record.at, event))
        if len(trades) > self._most:
            self.floor = max(self.floor, trades.popleft()[0])

    def noticed(self, seq: int, row: bytes) -> None:
        """A notice was published."""
        self.notices.append((seq, row))
        self._notice_bytes += len(row)
        while self._notice_bytes > NOTICE_BYTES:
            gone, text = self.notices.popleft()
            self._notice_bytes -= len(text)
            self.floor = max(self.floor, gone)

    def standing_of(self, exchange: Exchange, account: str) -> dict[int, Listing]:
        """An account's listings that stand, by number."""
        if self.standing is None:
            self.standing = {}
            for number, listing in exchange.listings.by_number.items():
                if listing.rest_tonnes:
                    self.standing.setdefault(listing.account.number, {})[number] = listing
        mine = self.standing.get(account)
        if mine is None:
            return {}
        for number in [number for number, listing in mine.items() if not listing.rest_tonnes]:
            del mine[number]
        return mine


def after(kept: deque[Any], seq: int) -> Iterator[Any]:
    """What is kept after a sequence, newest first."""
    for one in reversed(kept):
        if one[0] <= seq:
            return
        yield one


# --- what each event touches ----------------------------------------------------------------------

Touch = Callable[[Touched, AnyRecord, Any, Exchange], None]


def _unknown(touched: Touched, record: AnyRecord, event: Any, exchange: Exchange) -> None:
    touched.everything()


def _nothing(touched: Touched, record: AnyRecord, event: Any, exchange: Exchange) -> None:
    pass


def _posted(touched: Touched, record: AnyRecord, event: ListingPosted, exchange: Exchange) -> None:
    account = event.account
    touched.codes[event.instrument] = None
    if account in touched.wanted:
        touched.listing(account, event.listing)
    if touched.standing is not None:
        listing = exchange.listings.by_number.get(event.listing)
        if listing is not None and listing.rest_tonnes:
            touched.standing.setdefault(account, {})[event.listing] = listing


def _traded(touched: Touched, record: AnyRecord, event: TradeDone, exchange: Exchange) -> None:
    touched.codes[event.instrument] = None
    touched.traded(record, event)
    maker, taker = (event.seller, event.buyer) if event.taker_buys else (event.buyer, event.seller)
    touched.listing(maker, event.maker)
    if event.taker:
        touched.listing(taker, event.taker)
    else:
        touched.account(taker)


def _withdrawn(touched: Touched, record: AnyRecord, event: ListingWithdrawn, exchange: Exchange) -> None:
    _closed(touched, event.listing, exchange)


def _expired(touched: Touched, record: AnyRecord, event: ListingsExpired, exchange: Exchange) -> None:
    for number in event.listings:
        _closed(touched, number, exchange)


def _closed(touched: Touched, number: int, exchange: Exchange) -> None:
    listing = exchange.listings.by_number.get(number)
    if listing is None:
        # A later day has opened in the same breath and forgotten it.
        touched.everything()
        return
    touched.codes[listing.instrument] = None
    touched.listing(listing.account.number, number)


def _block_traded(touched: Touched, record: AnyRecord, event: BlockTraded, exchange: Exchange) -> None:
    # Other accounts that bargained for it get back what they had confirmed with.
    touched.codes[event.instrument] = None
    touched.every_account = True
    touched.traded(record, event)


def _direct_traded(touched: Touched, record: AnyRecord, event: DirectTraded, exchange: Exchange) -> None:
    touched.codes[event.instrument] = None
    touched.account(event.buyer)
    touched.account(event.seller)
    touched.traded(record, event)


def _day_opened(touched: Touched, record: AnyRecord, event: DayOpened, exchange: Exchange) -> None:
    touched.standing = None
    touched.everything()


def _its_account(touched: Touched, record: AnyRecord, event: Any, exchange: Exchange) -> None:
    touched.account(event.account)


def _its_instrument(touched: Touched, record: AnyRecord, event: Any, exchange: Exchange) -> None:
    touched.codes[event.instrument] = None


def _its_operator(touched: Touched, record: AnyRecord, event: Any, exchange: Exchange) -> None:
    touched.users[event.operator] = None


def _notice(touched: Touched, record: AnyRecord, event: Any, exchange: Exchange) -> None:
    fold = NOTICES.fold(type(event))
    assert fold is not None
    for row in fold(Change(record, event, exchange, (), lambda key: None)):
        touched.noticed(record.seq, _encode(told(row)))
    touched.everything()


_TOUCHES: Final[dict[type[Event], Touch]] = {
    ListingPosted: _posted,
    TradeDone: _traded,
    ListingWithdrawn: _withdrawn,
    ListingsExpired: _expired,
    BlockTraded: _block_traded,
    DirectTraded: _direct_traded,
    DayOpened: _day_opened,
    **dict.fromkeys(
        (
            CashDeposited,
            CashWithdrawn,
            FeesCollected,
            UnitsTransferredIn,
            UnitsTransferredOut,
            BlockOffered,
            BlockConfirmed,
        ),
        _its_account,
    ),
    **dict.fromkeys(
        (InstrumentRegistered, InstrumentAdmitted, ListingDeclared, ListingRejected, BlockFiguresStated),
        _its_instrument,
    ),
    **dict.fromkeys((OperatorFrozen, OperatorUnfrozen, PermissionsSet), _its_operator),
    **dict.fromkeys(
        (TimerFired, SessionOpened, SessionClosed, DialogueOpened, TermsProposed, CaseOpened, OperatorAdded),
        _nothing,
    ),
    **dict.fromkeys(NOTICES.folds, _notice),
}
