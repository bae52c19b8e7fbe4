"""How takes meet their counterparties: the policies a market chooses from."""

from __future__ import annotations

from itertools import islice

from attrs import frozen

from tanpan.book import Book, Level, Listing, Side
from tanpan.ledger import Account
from tanpan.market import Fill
from tanpan.refusals import Refusal


@frozen
class Explicit:
    """Base of the policies in which nothing happens without a take (AMB-01)."""

    automatic: bool = False

    def meet(self, book: Book, account: Account, buy: bool, price_fen: int, tonnes: int) -> list[Fill]:
        """What a posting meets on entry: nothing."""
        return []


@frozen
class BestLevelInTime(Explicit):
    """Only the best price, in the order in which the listings were made; nothing beyond in one act (AMB-03)."""

    def plan(
        self,
        book: Book,
        account: Account,
        buy: bool,
        price_fen: int,
        tonnes: int,
        listing: Listing | None,
        levels: int,
    ) -> list[Fill]:
        level, within, rest = _best(book.opposite(buy), account, price_fen)
        if price_fen != level.price_fen:
            raise Refusal("NOT_BEST_PRICE", price_fen=price_fen, best_fen=level.price_fen)
        if listing is not None and listing is not within[0]:
            raise Refusal("NOT_FIRST_IN_TIME", listing=listing.number, first=within[0].number)
        if tonnes > rest:
            raise Refusal("QTY_EXCEEDS_LEVEL", quantity_tonnes=tonnes, level_tonnes=rest)
        return _in_time(within, tonnes)


@frozen
class BestLevelsFreeChoice(Explicit):
    """Within the best price levels, level after level; inside a level any listing may be chosen (CEA-2.1-b, c).

    A take names a listing, or sweeps up to its worst acceptable price.
    """

    def plan(
        self,
        book: Book,
        account: Account,
        buy: bool,
        price_fen: int,
        tonnes: int,
        listing: Listing | None,
        levels: int,
    ) -> list[Fill]:
        if listing is not None:
            return self._chosen(book.opposite(buy), account, tonnes, listing, levels)
        return self._sweep(book.opposite(buy), account, price_fen, tonnes, levels)

    def _chosen(self, side: Side, account: Account, tonnes: int, listing: Listing, levels: int) -> list[Fill]:
        prices = [level.price_fen for level, _, _ in side.for_taker(account)]
        depth = prices.index(listing.price_fen) + 1
        if depth > levels:
            raise Refusal("BEYOND_FIVE_LEVELS", listing=listing.number, level=depth)
        if depth > 1:
            raise Refusal("NOT_BEST_PRICE", price_fen=listing.price_fen, best_fen=prices[0])
        if tonnes > listing.rest_tonnes:
            raise Refusal("QTY_EXCEEDS_LISTING", quantity_tonnes=tonnes, rest_tonnes=listing.rest_tonnes)
        return [(listing, tonnes)]

    def _sweep(self, side: Side, account: Account, price_fen: int, tonnes: int, levels: int) -> list[Fill]:
        fills: list[Fill] = []
        left = tonnes
        limit = price_fen * side.sign
        reachable = [found for found in side.for_taker(account) if found[0].price_fen * side.sign >= limit]
        if not reachable:
            _best(side, account, price_fen)
            raise Refusal("QTY_EXCEEDS_LISTING", quantity_tonnes=tonnes, rest_tonnes=0)
        for _, within, rest in reachable[:levels]:
            part = min(left, rest)
            fills += _in_time(within, part)
            left -= part
            if not left:
                return fills
        if len(reachable) > levels:
            raise Refusal("BEYOND_FIVE_LEVELS", quantity_tonnes=tonnes, rest_tonnes=tonnes - left)
        raise Refusal("QTY_EXCEEDS_LISTING", quantity_tonnes=tonnes, rest_tonnes=tonnes - left)


@frozen
class AutomaticPriceTime:
    """Postings meet by themselves, best price first, then time; what is left rests. Taking is not a method."""

    automatic: bool = True

    def meet(self, book: Book, account: Account, buy: bool, price_fen: int, tonnes: int) -> list[Fill]:
        side = book.asks if buy else book.bids
        limit = price_fen * side.sign
        keys = side.keys
        fills: list[Fill] = []
        if not keys or keys[-1] < limit:
            return fills
        for key in reversed(keys):
            if key < limit:
                return fills
            level = side.levels[key]
            for listing in islice(level.queue, level.head, None) if level.head else level.queue:
                rest = listing.rest_tonnes
                if not rest:
                    continue
                if listing.account is account:
                    raise Refusal("SELF_TRADE", listing=listing.number)
                if rest >= tonnes:
                    fills.append((listing, tonnes))
                    return fills
                fills.append((listing, rest))
                tonnes -= rest
        return fills

    def plan(
        self,
        book: Book,
        account: Account,
        buy: bool,
        price_fen: int,
        tonnes: int,
        listing: Listing | None,
        levels: int,
    ) -> list[Fill]:
        raise Refusal("METHOD_NOT_OPEN", method="take")


def _best(side: Side, account: Account, price_fen: int) -> tuple[Level, list[Listing], int]:
    found = next(side.for_taker(account), None)
    if found is None:
        raise Refusal("UNKNOWN_ORDER", price_fen=price_fen)
    return found


def _in_time(within: list[Listing], tonnes: int) -> list[Fill]:
    fills: list[Fill] = []
    for listing in within:
        part = min(tonnes, listing.rest_tonnes)
        fills.append((listing, part))
        tonnes -= part
        if not tonnes:
            break
    return fills
