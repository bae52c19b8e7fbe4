"""What is frozen and pledged for a contract: put into its holds and pledges, and out of them again."""

from __future__ import annotations

from collections.abc import Sequence

from sh_repo.contract import Contract
from tanpan.ledger import Hold, Ledger, Pledge


def freeze_cash(ledger: Ledger, contract: Contract, number: str, fen: int) -> None:
    """Freeze cash of an account for a contract."""
    if fen:
        account = ledger.accounts[number]
        hold = Hold(account, account.holding(contract.agreed.rows[0].instrument))
        contract.holds.append(hold)
        ledger.hold_cash(hold, fen)


def freeze_units(ledger: Ledger, contract: Contract, number: str, of_rows: Sequence[int]) -> None:
    """Freeze tonnes of each row, out of an account's holdings, for a contract."""
    account = ledger.accounts[number]
    for row, tonnes in zip(contract.agreed.rows, of_rows, strict=True):
        if tonnes:
            hold = Hold(account, account.holding(row.instrument))
            contract.holds.append(hold)
            ledger.hold_units(hold, tonnes)


def release(ledger: Ledger, contract: Contract) -> None:
    """Release whatever is frozen for a leg that was under way."""
    for hold in contract.holds:
        ledger.release(hold)
    contract.holds.clear()


def pledge(ledger: Ledger, contract: Contract, of_rows: Sequence[int], margin_fen: int) -> None:
    """Set a contract's measures: tonnes of each row pledged by the buyer, margin put up by the seller."""
    seller, buyer = ledger.accounts[contract.agreed.seller], ledger.accounts[contract.agreed.buyer]
    for row, tonnes in zip(contract.agreed.rows, of_rows, strict=True):
        if tonnes:
            units = Pledge(buyer, buyer.holding(row.instrument))
            contract.pledges.append(units)
            ledger.pledge_units(units, tonnes)
    if margin_fen:
        margin = Pledge(seller, seller.holding(contract.agreed.rows[0].instrument))
        contract.pledges.append(margin)
        ledger.hold_margin(margin, margin_fen)


def release_measures(ledger: Ledger, contract: Contract) -> None:
    """Release all measures of a contract."""
    for one in contract.pledges:
        ledger.release_pledge(one)
    contract.pledges.clear()


def pledged_tonnes(contract: Contract, instrument: str) -> int:
    """Tonnes of an instrument that the buyer has pledged for a contract."""
    return sum(one.tonnes for one in contract.pledges if one.holding.instrument == instrument)


def margin_fen(contract: Contract) -> int:
    """Fen that the seller has put up as margin for a contract."""
    return sum(one.margin_fen for one in contract.pledges)
