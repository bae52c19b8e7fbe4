"""Forgetting a person: his key in the vault, his papers, what he signs in with. The journal is not touched.

What was kept of him is never opened again; tokens and masks stay where they are, so replay and state do too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from tanpan.exchange import Exchange
from tanpan.messages import APPLICANT, CLOCK, DOOR, OPERATOR
from tanpan_adapters.attachments.desk import Attachments
from tanpan_adapters.identity import Identity
from tanpan_adapters.vault import Vault, account_of, person_of

WHAT: Final = "forget"
EVEN_SO: Final = "even so: "
LONGEST_REASON: Final = 200


@frozen
class Hindrance:
    """Something that stands against forgetting a person, in both languages."""

    zh: str
    en: str


@frozen
class Gone:
    """What there was of a person: whether the vault had anything, how many papers, and whether no log holds it still."""

    kept: bool
    papers: int
    wiped: bool


def hindrances(exchange: Exchange, user: str) -> Iterator[Hindrance]:
    """What stands against forgetting somebody: what he applies for, his account, an office he holds."""
    actor = exchange.parties.actors[user]
    for application in exchange.applications.live.values():
        if application.applicant == user:
            number = application.number
            yield Hindrance(f"其申请 {number} 尚未办结", f"his application {number} is open")
        elif application.materials and user in application.makers:
            number = application.number
            yield Hindrance(
                f"尚未办结的申请 {number} 可能引用其上传的材料",
                f"papers he handed in may be those of application {number}, which is open",
            )
    home = actor.home
    if home is not None and not exchange.parties.closed(home):
        yield Hindrance(f"其交易账户 {home.number} 尚未注销", f"his account {home.number} is not closed")
    if actor.role not in (OPERATOR, APPLICANT) and not actor.frozen:
        yield Hindrance("其为在任机构用户，须先冻结", "he acts for an institution and is not frozen")


def account_hindrances(exchange: Exchange, number: str) -> Iterator[Hindrance]:
    """What stands against forgetting what was filed for an account."""
    if not exchange.parties.closed(exchange.ledger.accounts[number]):
        yield Hindrance(f"交易账户 {number} 尚未注销", f"the account {number} is not closed")


def is_person(exchange: Exchange, user: str) -> bool:
    """Whether an exchange knows somebody of that name who is a person."""
    actor = exchange.parties.actors.get(user)
    return actor is not None and actor.role not in (CLOCK, DOOR)


def forget_account(exchange: str, number: str, reason: str, *, vault: Vault, identity: Identity) -> Gone:
    """Forget the personal data that were filed for an account: representatives, contacts. `reason` as for a person."""
    identity.note(
        exchange, number, f"{WHAT} account", f"{EVEN_SO}{reason}"[:LONGEST_REASON] if reason else "ok"
    )
    return Gone(vault.forget(account_of(exchange, number)), 0, vault.wipe())


def forget(
    exchange: str, user: str, reason: str, *, vault: Vault, attachments: Attachments, identity: Identity
) -> Gone:
    """Forget a person for good, whatever stands against it. What was interrupted is done again from the start.

    `reason` is why it is done although something stands against it; a line of the trail says so.
    """
    # In the trail first: what happened is told there even if the machine stops in between.
    identity.note(exchange, user, WHAT, f"{EVEN_SO}{reason}"[:LONGEST_REASON] if reason else "ok")
    kept = vault.forget(person_of(exchange, user))
    papers = attachments.forget(exchange, user)
    identity.forget(exchange, user)
    return Gone(kept, papers, vault.wipe())
