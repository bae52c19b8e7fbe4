"""Making a document from a case: texts opened where its reader may have them, told on a sheet, printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from tanpan.documents import Document, DocumentData
from tanpan.kinds import Kind
from tanpan.packs import Assembly
from tanpan.personal import is_token, shown
from tanpan_adapters.documents.cases import Case
from tanpan_adapters.documents.glyphs import printable
from tanpan_adapters.documents.legal import paragraphs_of
from tanpan_adapters.documents.press import printed
from tanpan_adapters.documents.sheet import sheet_of
from tanpan_adapters.vault import Forgotten, UnknownToken, Vault

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Hosted


@frozen
class Order:
    """A document to be made: from which case, for which party, at which instant (UTC microseconds), by whom."""

    document: Document
    case: Case
    party: str
    in_clear: bool
    produced_us: int
    exchange_zh: str
    exchange_en: str = ""
    text: Sequence[tuple[str, str]] = ()
    """What the exchange's state says of it: see `with_text`."""


async def with_text(order: Order, hosted: Hosted) -> Order:
    """The same order with what its document prints out of the exchange's state, asked in the writer's thread."""
    find = order.document.text
    if find is None:
        return order
    data = data_of(order, None)
    return evolve(order, text=await hosted.writer.ask(lambda exchange: tuple(find(exchange, data))))


def data_of(order: Order, vault: Vault | None) -> DocumentData:
    """The application as its document tells it, in clear out of the vault, or masked without one."""
    application = order.case.application
    return DocumentData(
        number=application.number,
        kind=application.kind.name,
        parties=application.parties,
        party=order.party,
        content=content_of(application.kind, application.content, vault),
        reviewers=order.case.reviewed,
        facts=order.case.facts,
        submitted_us=application.submitted_us,
        digest=order.case.digest,
        exchange_zh=order.exchange_zh,
        exchange_en=order.exchange_en,
        extra={"participants": dict(order.case.names)},
    )


def made(order: Order, vault: Vault, folder: str) -> bytes:
    """The document as PDF. Reads the vault and the operator's texts; for a thread of the press."""
    data = data_of(order, vault if order.in_clear else None)
    legal = paragraphs_of(folder, order.document.legal) if order.document.legal else ()
    sheet = sheet_of(
        order.document,
        order.case.application.kind,
        data,
        produced_us=order.produced_us,
        legal=legal,
        text=order.text,
        printable=printable,
    )
    return printed(sheet, order.produced_us)


def content_of(kind: Kind, content: Mapping[str, Any], vault: Vault | None) -> dict[str, Any]:
    """What was filled in, in clear out of the vault, or masked without one.

    Only a field that is personal is opened: a token that somebody wrote into another field is text.
    """
    personal = {one.name: one.shape for one in kind.form if one.personal}
    found = dict(content)
    for name, shape in personal.items():
        if name in found and is_token(shape, found[name]):
            found[name] = _text(found[name], vault)
    return found


def _text(token: str, vault: Vault | None) -> str:
    if vault is None:
        return shown(token)
    try:
        return vault.reveal(token)
    except (Forgotten, UnknownToken):  # of somebody who was forgotten nothing more is known
        return shown(token)


def english_name(assembly: Assembly, title: str) -> str:
    """The English name of an exchange that bears the title its pack proposes; empty where it has its own."""
    proposed = (pack.proposes for pack in assembly.packs if pack.proposes is not None)
    return next((one.en for one in proposed if one.zh == title), "")
