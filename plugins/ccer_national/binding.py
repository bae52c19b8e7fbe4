"""Binding of registry account and trading account (CCER-Q58): by itself with a joint opening, by hand otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from ccer_national.participants import own, participants
from tanpan.component import Component, decides, evolves
from tanpan.messages import OPERATOR, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan.instruments import Instrument
    from tanpan.ledger import Account


class BindRegistryAccount(Command, frozen=True, tag="ccer_national.bind_registry_account"):
    """Bind one's own account in the registry to the trading account."""

    zh: ClassVar = "绑定注册登记账户"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "units"
    account: str
    registry_account: Annotated[str, msgspec.Meta(examples=["R00000001"])]


class RegistryAccountBound(Event, frozen=True, tag="ccer_national.registry_account_bound"):
    """A registry account was bound to a trading account by hand."""

    account: str
    registry_account: str


class Binding(Component):
    """Decides the binding by hand; what is bound stands with the participants."""

    name = "ccer_national.binding"

    @decides(BindRegistryAccount)
    def _bind(self, actor: Actor, command: BindRegistryAccount) -> None:
        account = self.exchange.parties.acting(actor, command.account)
        known = participants(self.exchange)
        participant = known.of(account.number)
        if participant.registry_account:
            raise Refusal("BAD_STATE", "CCER-Q58-b", account=account.number, state="bound")
        owner = known.registry_accounts.get(command.registry_account)
        if owner is None:
            raise Refusal("REGISTRY_ACCOUNT_REQUIRED", "CCER-Q58-b", value=command.registry_account)
        if owner != participant.credit_code:
            raise Refusal("BIND_OWNER_MISMATCH", "CCER-Q58-b", value=command.registry_account)
        self.emit(RegistryAccountBound(account.number, command.registry_account))

    @evolves(RegistryAccountBound)
    def _bound(self, event: RegistryAccountBound) -> None:
        participants(self.exchange).bind(event.account, event.registry_account)


def registry_bound(exchange: Exchange, account: Account, instrument: Instrument) -> None:
    """Units move between bound accounts only."""
    required = own(exchange, "binding_required_of")
    participant = participants(exchange).by_account.get(account.number)
    if required == "none" or (required == "applied" and participant is None):
        return
    if participant is None or not participant.registry_account:
        raise Refusal("REGISTRY_NOT_BOUND", account=account.number)
