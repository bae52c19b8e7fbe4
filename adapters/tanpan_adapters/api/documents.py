"""Documents over HTTP: which paper forms can be made from an application, and each of them as PDF.

For the applicant, for operators of its parties and for the exchange's staff: who reads its papers, and no other
institution. `Case.in_clear` says who sees personal texts. Every production is in the trail before it is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from litestar import Response, Router, get
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from tanpan.documents import Document
from tanpan.refusals import Refusal
from tanpan_adapters.api.access import AnyRequest, address_of
from tanpan_adapters.api.doors import principal_of
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.attachments.names import cleaned, disposition
from tanpan_adapters.documents.cases import Case, case_of
from tanpan_adapters.documents.making import Order, english_name, made, with_text

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host, Hosted

PDF: Final = "application/pdf"
Number = Annotated[int, Meta(ge=1, le=2**53)]


class Named(msgspec.Struct, frozen=True):
    """A name in both languages."""

    name: str
    zh: str
    en: str


class Makeable(msgspec.Struct, frozen=True):
    """A document that can be made; with parties it is made for one of them at a time."""

    name: str
    zh: str
    en: str
    clause: str
    parties: list[Named]


class Makeables(msgspec.Struct, frozen=True):
    """What can be made from an application."""

    application: int
    documents: list[Makeable]


def make_documents_router(host: Host) -> Router:
    """The routes of `/api/{exchange}/applications/{number}/documents`."""
    identity, vault, press = host.identity, host.vault, host.press

    def hosted_of(exchange: str) -> Hosted:
        found = host.exchanges.get(exchange)
        if found is None:
            raise Problem("UNKNOWN_EXCHANGE", exchange=exchange)
        return found

    @get(
        "/applications/{number:int}/documents",
        summary="可生成的文书 · Documents that can be made",
        tags=["applications"],
    )
    async def listed(request: AnyRequest, exchange: FromPath[str], number: FromPath[Number]) -> Makeables:
        """Which paper forms can be made from an application, and for which of its parties."""
        person = principal_of(request.scope, exchange, "read")
        hosted = hosted_of(exchange)
        case = await case_of(hosted, person.user, number)
        return Makeables(number, [_makeable(one, case) for one in case.documents(hosted.assembly.documents)])

    @get(
        "/applications/{number:int}/documents/{name:str}",
        summary="生成文书 · Make a document",
        tags=["applications"],
        responses={200: ResponseSpec(data_container=bytes, media_type=PDF, description="The file")},
    )
    async def produced(
        request: AnyRequest,
        exchange: FromPath[str],
        number: FromPath[Number],
        name: FromPath[str],
        party: FromQuery[Annotated[str, Meta(max_length=64)]] = "",
    ) -> Response[bytes]:
        """A paper form of an application as PDF, to be printed, signed and sealed; what isn't filled in stays empty.

        Personal texts are in clear for who acts for the party it is made for and for the reviewer who has taken
        the application up; for others they are masked. Every production is in the trail. A key needs the scope
        `manage`.
        """
        person = principal_of(request.scope, exchange, "manage")
        hosted = hosted_of(exchange)
        document = next((one for one in hosted.assembly.documents if one.name == name), None)
        if document is None:
            raise Problem("NO_SUCH_DOCUMENT", application=number)
        asked = party if party in document.per_party else ""
        what = f"document {number} {name} {asked}".strip()

        async def note(words: str, outcome: str) -> None:
            address = address_of(request)
            await identity.in_thread(identity.note, exchange, person.user, words, outcome, address)

        try:
            case = await case_of(hosted, person.user, number)
        except Refusal as refusal:
            await note(what, refusal.code)
            raise
        if document not in case.documents(hosted.assembly.documents):
            raise Problem("NO_SUCH_DOCUMENT", application=number)
        if not document.made_for(party):
            raise Refusal("BAD_FIELD", field="party", known=list(document.per_party))
        in_clear = case.in_clear(party)
        english = english_name(hosted.assembly, hosted.title)
        order = Order(document, case, party, in_clear, hosted.clock.now(), hosted.title, english)
        with press.admitted(f"{exchange}/{person.user}"):
            # In the trail first: nobody has seen what isn't there.
            await note(f"{what} {'in clear' if in_clear else 'masked'}", "ok")
            ready = await with_text(order, hosted)
            pdf = await press.make(made, ready, vault, press.folder)
        headers = {
            "Content-Disposition": disposition(_file_name(case, document, party)),
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        return Response(pdf, media_type=PDF, headers=headers)

    return Router("/api/{exchange:str}", route_handlers=[listed, produced])


def _makeable(document: Document, case: Case) -> Makeable:
    parties = [
        Named(one.name, one.zh, one.en)
        for one in case.application.kind.parties
        if one.name in document.per_party
    ]
    return Makeable(document.name, document.zh, document.en, document.clause, parties)


def _file_name(case: Case, document: Document, party: str) -> str:
    """The name under which it is saved: title, number and party."""
    named: Any = next((one.zh for one in case.application.kind.parties if one.name == party), "")
    parts = [document.zh, str(case.application.number), *([named] if named else [])]
    return cleaned(f"{'-'.join(parts)}.pdf")
