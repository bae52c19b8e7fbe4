"""First sign-ins: one-time codes for people who have no password yet, told once and kept nowhere."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import click

from tanpan.messages import STAFF
from tanpan_adapters.cli.language import both
from tanpan_adapters.service.requests import Busy, Unavailable
from tanpan_adapters.service.writer import WRITING

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan_adapters.identity import Identity
    from tanpan_adapters.service.host import Host, Hosted

log = logging.getLogger("tanpan.sign_ins")

LOOK_S: Final = 0.1
DAYS: Final = 7


def staff_of(exchange: Exchange, names: Iterable[str]) -> list[str]:
    """Those of some names who are staff of an exchange."""
    found = []
    for name in names:
        actor = exchange.parties.actors.get(name)
        if actor is not None and actor.role == STAFF:
            found.append(name)
    return found


def invited(identity: Identity, exchange: str, names: Sequence[str]) -> list[tuple[str, str]]:
    """A code each for the first staff of an exchange, or none where one of them is a user already."""
    if any(identity.find(exchange, name) is not None for name in names):
        return []
    return [(name, identity.invite(exchange, name)) for name in names]


def tell_codes(exchange: str, codes: Iterable[tuple[str, str]]) -> None:
    """Print codes, one per line."""
    for name, code in codes:
        click.echo(f"  {exchange:<12}  {name:<16}  {code}")


def heading(lang: str) -> str:
    """What stands above codes."""
    return both(
        f"一次性激活码（{DAYS} 天内有效，仅显示这一次）。设置密码：POST /api/交易机构/password/reset "
        '{"user": …, "code": …, "new": …}',
        f"One-time codes for the first sign-in (good for {DAYS} days, shown only now). To set a password: "
        'POST /api/EXCHANGE/password/reset {"user": …, "code": …, "new": …}',
        lang,
    )


class FirstSignIns:
    """Tells the codes of every exchange that has no users yet, as soon as this process writes it."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Wait for no exchange any more."""
        self._stopping.set()

    def tell(self, host: Host) -> None:
        """Look until every exchange was written here once. Blocks."""
        left = dict(host.exchanges)
        told = False
        while left and not self._stopping.wait(LOOK_S):
            for name, hosted in list(left.items()):
                if hosted.writer.state != WRITING:
                    continue
                try:
                    codes = asyncio.run(_codes(host.identity, hosted))
                except (Busy, Unavailable):
                    continue
                del left[name]
                if codes and not told:
                    click.echo(heading(self._lang))
                    told = True
                tell_codes(name, codes)


async def _codes(identity: Identity, hosted: Hosted) -> list[tuple[str, str]]:
    names = await hosted.writer.ask(lambda exchange: staff_of(exchange, hosted.table.staff))
    return await asyncio.to_thread(invited, identity, hosted.name, names)
