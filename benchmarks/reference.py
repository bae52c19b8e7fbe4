"""A naive price-time matcher: the list of trades that every engine must reproduce."""

import hashlib
import struct
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

POST, WITHDRAW = 0, 1

# kind, number of the posting, participant, instrument, buys, price in fen, tonnes
Command = tuple[int, int, int, int, bool, int, int]
# number of the buyer's posting, of the seller's posting, price in fen, tonnes
Trade = tuple[int, int, int, int]

_PACK = struct.Struct("<4q").pack


class Book:
    """The listings of one instrument, each side sorted best first, the oldest first at one price."""

    def __init__(self) -> None:
        self._sides: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        self.open_tonnes: dict[int, int] = {}

    def best(self, buy: bool) -> int | None:
        """The best price in fen of one side, None when nobody is there."""
        side = self._sides[buy]
        return abs(side[0][0]) if side else None

    def post(self, no: int, buy: bool, price_fen: int, tonnes: int) -> list[Trade]:
        """Match at the resting price, rest what is left over, return the trades in order."""
        trades: list[Trade] = []
        opposite = self._sides[not buy]
        while tonnes and opposite and _crosses(buy, price_fen, abs(opposite[0][0])):
            key, resting = opposite[0]
            taken = min(tonnes, self.open_tonnes[resting])
            trades.append((no, resting, abs(key), taken) if buy else (resting, no, abs(key), taken))
            tonnes -= taken
            self.open_tonnes[resting] -= taken
            if not self.open_tonnes[resting]:
                del self.open_tonnes[resting]
                del opposite[0]
        if tonnes:
            self.open_tonnes[no] = tonnes
            insort(self._sides[buy], (_key(buy, price_fen), no))
        return trades

    def withdraw(self, no: int, buy: bool, price_fen: int) -> None:
        side, entry = self._sides[buy], (_key(buy, price_fen), no)
        place = bisect_left(side, entry)
        if place == len(side) or side[place] != entry:
            raise KeyError(f"posting {no} is not resting")
        del side[place]
        del self.open_tonnes[no]


def expected_trades(commands: Iterable[Command], instruments: int) -> list[Trade]:
    """What the commands must lead to, over all instruments, in the order in which it happens."""
    books = [Book() for _ in range(instruments)]
    trades: list[Trade] = []
    for kind, no, _, instrument, buy, price_fen, tonnes in commands:
        if kind == WITHDRAW:
            books[instrument].withdraw(no, buy, price_fen)
        else:
            trades += books[instrument].post(no, buy, price_fen, tonnes)
    return trades


def digest(trades: Iterable[Trade]) -> str:
    """A fingerprint of the trades and of their order."""
    content = hashlib.blake2b(digest_size=16)
    for trade in trades:
        content.update(_PACK(*trade))
    return content.hexdigest()


def first_difference(expected: Sequence[Trade], found: Sequence[Trade]) -> str:
    """The first trade that isn't as it must be, in words; empty when all are."""
    for place, (wanted, got) in enumerate(zip(expected, found, strict=False)):
        if wanted != got:
            return f"trade {place}: expected {wanted}, found {got}"
    if len(expected) != len(found):
        return f"expected {len(expected)} trades, found {len(found)}"
    return ""


def _key(buy: bool, price_fen: int) -> int:
    return -price_fen if buy else price_fen


def _crosses(buy: bool, price_fen: int, resting_fen: int) -> bool:
    return price_fen >= resting_fen if buy else price_fen <= resting_fen
