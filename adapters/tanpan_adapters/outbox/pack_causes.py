"""Letters about a pack's own events: its `letters.toml` says which fields of an event hold the accounts to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tanpan.exchange import Exchange
from tanpan.messages import OPERATOR, AnyRecord, Event, name_of

from .letters import told_accounts

Told = tuple[str, str, Mapping[str, str]]
Cause = Callable[[Any, Exchange, AnyRecord], Iterator[Told]]


def pack_cause(kind: type[Event]) -> Cause | None:
    """How events of a type are told; None where their pack has no letter that names accounts."""
    name = name_of(kind)
    return None if name.startswith("core.") or not told_accounts(name) else _told


def _told(event: Any, exchange: Exchange, record: AnyRecord) -> Iterator[Told]:
    """To every operator of the accounts who may act in it, each mailbox once."""
    name = name_of(type(event))
    words = {field: str(getattr(event, field)) for field in event.__struct_fields__ if field != "mail"}
    told = dict.fromkeys(getattr(event, field) for field in told_accounts(name))
    found: dict[str, str] = {}
    for actor in exchange.parties.actors.values():
        if actor.role == OPERATOR and actor.account in told and "trade" in actor.permissions and actor.mail:
            found.setdefault(actor.mail, actor.name)
    for mail, user in found.items():
        yield name, mail, {"user": user, **words}
