"""What the exchange can't see: that a paper an application refers to is there, its sender's, and as he says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from tanpan.refusals import Refusal
from tanpan_adapters.identity.objections import Objection

if TYPE_CHECKING:
    from tanpan_adapters.attachments.desk import Attachments
    from tanpan_adapters.service.host import Hosted

ATTACH: Final = "core.attach_material"
"""The command that refers to a paper by its digest, its size and its media type."""


class _Attach(msgspec.Struct):
    application: int
    digest: str
    size: int
    media_type: str


async def vouch(desk: Attachments, hosted: Hosted, user: str, body: bytes) -> Refusal | None:
    """An objection to attaching what was never handed in by this user, or isn't what the command says."""
    if not desk.vouches:
        return None
    try:
        said = msgspec.json.decode(body, type=_Attach)
    except (ValueError, RecursionError):
        return None  # the exchange refuses it
    if not await hosted.writer.ask(lambda one: said.application in one.applications.live):
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
