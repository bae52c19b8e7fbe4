"""What the seller enters on the initial day (REPO-4.2.1-c), element by element against the filed agreement (AMB-81)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol

import msgspec

from sh_repo.contract import NOT_STATED, Agreed
from tanpan.refusals import Refusal

_CLAUSE: Final = "REPO-A6-17"


class SaidRow(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"quantity_tonnes": "quantity", "frozen_tonnes": "frozen"},
):
    """One row of what is sold, as it is entered: instrument, quantity and frozen tonnes (-1: not stated)."""

    instrument: str
    quantity_tonnes: int
    frozen_tonnes: int = NOT_STATED


class Entered(Protocol):
    """What a submission says."""

    @property
    def rows(self) -> list[SaidRow]: ...
    @property
    def initial_price_fen(self) -> int: ...
    @property
    def initial_amount_fen(self) -> int: ...
    @property
    def repurchase_price_fen(self) -> int: ...
    @property
    def repurchase_day(self) -> date: ...
    @property
    def margin_fen(self) -> int: ...
    @property
    def monitored(self) -> bool: ...


def as_agreed(agreed: Agreed, said: Entered) -> None:
    """Refuse the first element that differs from what was agreed, with both values."""
    _rows_as_agreed(agreed, said.rows)
    _same_fen("initial_price", said.initial_price_fen, agreed.initial_fen)
    if said.initial_amount_fen != agreed.initial_amount_fen:
        raise Refusal(
            "AMOUNT_MISMATCH",
            "REPO-4.2.2-c",
            said_fen=said.initial_amount_fen,
            price_fen=agreed.initial_fen,
            quantity_tonnes=agreed.quantity_tonnes,
            agreed_fen=agreed.initial_amount_fen,
        )
    _same_fen("repurchase_price", said.repurchase_price_fen, agreed.repurchase_fen)
    _same("repurchase_day", said.repurchase_day, agreed.repurchase_day)
    _same_fen("margin", said.margin_fen, agreed.margin_fen)
    _same("monitored", said.monitored, agreed.monitored)


def _rows_as_agreed(agreed: Agreed, said: Sequence[SaidRow]) -> None:
    _same("rows", len(said), len(agreed.rows))
    for number, (mine, row) in enumerate(zip(said, agreed.rows, strict=True), 1):
        _same("instrument", mine.instrument, row.instrument, number)
        _same_tonnes("quantity", mine.quantity_tonnes, row.quantity_tonnes, number)
        if mine.frozen_tonnes > mine.quantity_tonnes:
            raise Refusal(
                "FREEZE_EXCEEDS_QTY",
                "REPO-4.2.2-d",
                row=number,
                frozen_tonnes=mine.frozen_tonnes,
                quantity_tonnes=mine.quantity_tonnes,
            )
        if row.frozen_tonnes != NOT_STATED:
            _same_tonnes("frozen", mine.frozen_tonnes, row.frozen_tonnes, number)


def as_planned(said: Sequence[SaidRow], pledging: Sequence[int]) -> None:
    """Refuse frozen tonnes that differ from what the agreed ratio or the reference price gives."""
    for number, (mine, tonnes) in enumerate(zip(said, pledging, strict=True), 1):
        if mine.frozen_tonnes != NOT_STATED:
            _same_tonnes("frozen", mine.frozen_tonnes, tonnes, number)


def _same(name: str, said: object, agreed: object, row: int | str = "") -> None:
    if said != agreed:
        raise Refusal("TERMS_MISMATCH", _CLAUSE, field=name, row=row, said=said, agreed=agreed)


def _same_fen(name: str, said: int, agreed: int) -> None:
    if said != agreed:
        raise Refusal("TERMS_MISMATCH", _CLAUSE, field=name, said_fen=said, agreed_fen=agreed)


def _same_tonnes(name: str, said: int, agreed: int, row: int) -> None:
    if said != agreed:
        raise Refusal("TERMS_MISMATCH", _CLAUSE, field=name, row=row, said_tonnes=said, agreed_tonnes=agreed)
