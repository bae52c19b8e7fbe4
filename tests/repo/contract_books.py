"""A contract's own books: what its events alone say is frozen, pledged and traded for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import define, field

from sh_repo.contracts import Contracts
from sh_repo.events import (
    ContractEnded,
    ContractFiled,
    InitialCompleted,
    InitialConfirmed,
    InitialDeclined,
    InitialExpired,
    InitialRefused,
    InitialSubmitted,
    InitialWithdrawn,
    MeasuresReleased,
    MeasuresSet,
    RepurchaseCompleted,
    RepurchaseDeclined,
    RepurchaseLapsed,
    RepurchaseSubmitted,
    RepurchaseWithdrawn,
)
from tanpan.direct import DirectTraded
from tanpan.messages import AnyRecord

BACK_TO_NOTHING = (
    *(InitialWithdrawn, InitialDeclined, InitialRefused, InitialExpired, InitialCompleted),
    *(RepurchaseWithdrawn, RepurchaseDeclined, RepurchaseLapsed, RepurchaseCompleted),
)


@define
class Book:
    """What is frozen for a leg, what stands as measures, and tonnes of each row that have gone to the buyer."""

    rows: list[tuple[str, int]]
    seller: str
    buyer: str
    frozen_fen: int = 0
    frozen: list[int] = field(factory=list)
    pledged: list[int] = field(factory=list)
    margin_fen: int = 0
    traded: list[tuple[str, str, str, int]] = field(factory=list)

    @property
    def nothing(self) -> bool:
        """Whether nothing is frozen for a leg."""
        return not self.frozen_fen and not any(self.frozen)


class ContractBooks:
    """Follows the journal, contract by contract, with no ledger at hand."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}

    def follow(self, records: Iterable[AnyRecord]) -> ContractBooks:
        """Take the events of records."""
        for record in records:
            for event in record.events:
                if isinstance(event, ContractFiled):
                    rows = [(row.instrument, row.quantity_tonnes) for row in event.agreed.rows]
                    self.books[event.contract] = Book(rows, event.seller, event.buyer)
                elif isinstance(event, DirectTraded):
                    who = (event.buyer, event.seller, event.instrument, event.quantity_tonnes)
                    self.books[event.reference].traded.append(who)
                elif getattr(event, "contract", "") in self.books:
                    self._take(self.books[event.contract], event)
        return self

    def _take(self, book: Book, event: Any) -> None:
        nothing = [0] * len(book.rows)
        if isinstance(event, InitialSubmitted):
            assert book.nothing
            book.frozen = [tonnes for _, tonnes in book.rows]
        elif isinstance(event, InitialConfirmed):
            assert not book.frozen_fen
            book.frozen_fen = event.frozen_fen
        elif isinstance(event, RepurchaseSubmitted):
            assert book.nothing
            book.frozen_fen, book.frozen = event.frozen_fen, list(event.frozen_tonnes)
        elif isinstance(event, BACK_TO_NOTHING):
            book.frozen_fen, book.frozen = 0, nothing
        if isinstance(event, MeasuresSet):
            assert not book.margin_fen and not any(book.pledged)
            book.pledged, book.margin_fen = list(event.pledged_tonnes), event.margin_fen
        elif isinstance(event, MeasuresReleased):
            # It says what was released: all of it, once.
            assert (list(event.pledged_tonnes), event.margin_fen) == (book.pledged, book.margin_fen)
            book.pledged, book.margin_fen = nothing, 0
        elif isinstance(event, RepurchaseCompleted):
            book.pledged, book.margin_fen = nothing, 0
        elif isinstance(event, ContractEnded):
            assert book.nothing and not book.margin_fen and not any(book.pledged)

    def explain(self, contracts: Contracts) -> None:
        """Assert that they are what the exchange holds for each contract, and that both legs were traded whole."""
        assert contracts.live.keys() | contracts.closed.keys() == self.books.keys()
        for number, book in self.books.items():
            live = contracts.live.get(number)
            holds, pledges = (live.holds, live.pledges) if live is not None else ([], [])
            assert sum(one.fen for one in holds) == book.frozen_fen
            assert sum(one.margin_fen for one in pledges) == book.margin_fen
            for place, (code, _) in enumerate(book.rows):
                of_code = [one.tonnes for one in holds if one.holding.instrument == code]
                assert sum(of_code) == (book.frozen[place] if book.frozen else 0)
                pledged = [one.tonnes for one in pledges if one.holding.instrument == code]
                assert sum(pledged) == (book.pledged[place] if book.pledged else 0)
            there = [(book.buyer, book.seller, code, tonnes) for code, tonnes in book.rows]
            back = [(book.seller, book.buyer, code, tonnes) for code, tonnes in book.rows]
            done = live is None and contracts.closed[number].state == "repurchased"
            assert book.traded in ([], there, there + back)
            assert done == (book.traded == there + back)
