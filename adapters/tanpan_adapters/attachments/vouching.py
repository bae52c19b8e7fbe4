"""What the exchange can't see: that a paper an application refers to is there, its sender's, and as he says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tanpan.filing import AttachMaterial
from tanpan.refusals import Refusal
from tanpan.wire import Malformed, reader
from tanpan_adapters.identity.objections import Objection

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan_adapters.attachments.desk import Attachments
    from tanpan_adapters.service.host import Hosted

ATTACH: Final = "core.attach_material"
"""The command that refers to a paper by its digest, its size and its media type."""


async def vouch(desk: Attachments, hosted: Hosted, user: str, body: bytes) -> Refusal | None:
    """An objection to attaching what was never handed in by this user, or isn't what the command says."""
    if not desk.vouches:
        return None
    try:
        # As the exchange reads it: a number said as text would else go past here, and be accepted there.
        said: Any = reader(AttachMaterial)(body)
    except (Refusal, Malformed):
        return None  # the exchange refuses it
    if await hosted.writer.ask(lambda one: _settled(one, user, said.application)):
        return None  # the exchange refuses it, or answers what was answered before
    try:
        await desk.in_thread(
            desk.use, hosted.name, user, said.digest, said.size, said.media_type, said.application
        )
    except Objection as objection:
        if objection.code != "UNKNOWN_ATTACHMENT":
            raise
        return Refusal(objection.code, **objection.details)
    return None


def _settled(exchange: Exchange, user: str, application: int) -> bool:
    """Whether the exchange's answer needs no paper: the user may not attach any, or the application is over.

    One that there is not yet may be drafted before, in the same batch.
    """
    try:
        exchange.authorise_type(exchange.actor(user), AttachMaterial)
    except Refusal:
        return True
    applications = exchange.applications
    return application < applications.next_number and application not in applications.live
