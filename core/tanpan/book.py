"""The listing book of one instrument: price levels, in each the listings in time order.

Nothing here decides anything: taking policies read it, the listings' evolvers change it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import islice

import msgspec

from tanpan.ledger import Account, Hold

INCOMING = "incoming"
LIVE = "live"
FILLED = "filled"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"
MOST_GONE = 32


class Listing(Hold, eq=False, gc=False):
    """A posted declaration (挂牌) and the hold behind it: price in fen, quantities in tonnes.

    One that meets counterparties on entry is `incoming` until only `resting_tonnes` are left of it.
    """

    number: int = 0
    instrument: str = ""
    buy: bool = False
    price_fen: int = 0
    quantity_tonnes: int = 0
    rest_tonnes: int = 0
    resting_tonnes: int = 0
    state: str = LIVE


class Level(msgspec.Struct, eq=False, gc=False):
    """All listings at one price, earliest first; `rest_tonnes` is what stands in total.

    What no longer stands stays in the queue until it is half of it; `gone` counts it, and `head` is where what
    stands begins.
    """

    price_fen: int
    queue: list[Listing]
    rest_tonnes: int
    head: int = 0
    gone: int = 0

    def live(self) -> Iterator[Listing]:
        """The listings that still stand, earliest first."""
        return (listing for listing in islice(self.queue, self.head, None) if listing.rest_tonnes)

    def move_on(self) -> None:
        """One more has gone: pass over those at the head; give their room back when they are half of the queue."""
        queue, head = self.queue, self.head
        self.gone += 1
        if self.gone > MOST_GONE and 2 * self.gone > len(queue):
            self.queue = [listing for listing in queue if listing.rest_tonnes]
            self.head = self.gone = 0
            return
        while not queue[head].rest_tonnes:
            head += 1
        self.head = head


class Side:
    """One side of a book. Keys grow towards the best price: the price itself for bids, its negative for asks."""

    __slots__ = ("keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []
        self.levels: dict[int, Level] = {}

    def add(self, listing: Listing) -> None:
        """Put a listing at the end of its level."""
        key = listing.price_fen * self.sign
        level = self.levels.get(key)
        if level is None:
            self.levels[key] = Level(listing.price_fen, [listing], listing.rest_tonnes)
            insort(self.keys, key)
            return
        level.queue.append(listing)
        level.rest_tonnes += listing.rest_tonnes

    def reduce(self, listing: Listing, tonnes: int) -> None:
        """Take tonnes off a listing; an emptied level goes."""
        key = listing.price_fen * self.sign
        level = self.levels[key]
        rest = listing.rest_tonnes - tonnes
        listing.rest_tonnes = rest
        level.rest_tonnes -= tonnes
        if rest:
            return
        if not level.rest_tonnes:
            del self.levels[key]
            keys = self.keys
            if keys[-1] == key:
                keys.pop()
            else:
                del keys[bisect_left(keys, key)]
            return
        level.move_on()

    def best_first(self) -> Iterator[Level]:
        """The levels from the best price on."""
        return (self.levels[key] for key in reversed(self.keys))

    @property
    def total_tonnes(self) -> int:
        """What stands on this side at all prices."""
        return sum(level.rest_tonnes for level in self.levels.values())

    def for_taker(self, account: Account) -> Iterator[tuple[Level, list[Listing], int]]:
        """(level, listings, tonnes) a taker can reach, best first: his own listings do not count (AMB-04)."""
        for level in self.best_first():
            within = [listing for listing in level.live() if listing.account is not account]
            if within:
                yield level, within, sum(listing.rest_tonnes for listing in within)


class Book:
    """Bids and asks of one instrument. A crossed book may stand where nothing matches by itself (AMB-01)."""

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = Side(1)
        self.asks = Side(-1)

    def side(self, buy: bool) -> Side:
        """The side a listing stands on."""
        return self.bids if buy else self.asks

    def opposite(self, buy: bool) -> Side:
        """The side a buyer or seller meets."""
        return self.asks if buy else self.bids

    @property
    def crossed(self) -> bool:
        """Whether the best bid is at or above the best ask."""
        bids, asks = self.bids.keys, self.asks.keys
        return bool(bids and asks and bids[-1] >= -asks[-1])
