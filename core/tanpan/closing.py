"""Closing an account (AMB-80): only one that holds nothing, owes nothing and has nothing in progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tanpan.messages import STAFF, Command, Event
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan.ledger import Account


class CloseAccount(Command, frozen=True, tag="core.close_account"):
    """Close an empty account for good: its operators still read, nobody acts for it, its participant may open another."""

    zh: ClassVar = "注销交易账户"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    four_eyes: ClassVar = True
    account: str
    reason: str


class AccountClosed(Event, frozen=True, tag="core.account_closed"):
    """An account was closed; its participant has none any more."""

    account: str
    participant: str
    reason: str


def empty(exchange: Exchange, account: Account) -> None:
    """Refuse an account with cash or units in any phase, fees due, or something in progress.

    What stands as a listing or a block has frozen cash or units.
    """
    if account.total or account.spent:
        raise _not_empty(account, cash_fen=account.total + account.spent)
    if account.fees_due:
        raise _not_empty(account, fee_fen=account.fees_due)
    for holding in account.holdings.values():
        if holding.total:
            raise _not_empty(account, instrument=holding.instrument, quantity_tonnes=holding.total)
    for dialogue in exchange.blocks.dialogues.values():
        if account is dialogue.account:
            raise _not_empty(account, dialogue=dialogue.number)
    for application in exchange.applications.live.values():
        if account.number in (application.account, *application.parties.values()):
            raise _not_empty(account, application=application.number)
    for engaged in exchange.parties.engaged:
        if reason := engaged(account.number):
            raise _not_empty(account, engaged_in=reason)


def _not_empty(account: Account, **what: str | int) -> Refusal:
    return Refusal("ACCOUNT_NOT_EMPTY", account=account.number, **what)
