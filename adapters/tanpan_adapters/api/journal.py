"""The journal for auditors: every record with its command and its events, page by page, and the head to note elsewhere."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from tanpan.exchange import Exchange
from tanpan.messages import REGULATOR, STAFF, AnyRecord
from tanpan.refusals import Refusal
from tanpan.wire import told
from tanpan_adapters.api.doors import Doors, principal_of
from tanpan_adapters.api.facts import answer, for_roles, only
from tanpan_adapters.api.queries import whole

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Hosted
    from tanpan_adapters.store.chain import ChainRow

PAGE: Final = 100
LARGEST_PAGE: Final = 1_000

AnyRequest = Request[Any, Any, Any]


def make_journal_routes(doors: Doors) -> list[Any]:
    """`GET /api/{exchange}/journal`, its `/head`, and its `/batches` as they lie; for staff and regulators."""

    async def let_in(request: AnyRequest, exchange: str, *known: str) -> tuple[Hosted, int, int]:
        """The exchange, for those who may look at its journal; after which sequence, and how much, they ask."""
        hosted = doors.hosted(exchange)
        principal = principal_of(request.scope, exchange, "read")
        words = only(request, *known)
        limit = whole("limit", words.get("limit", str(PAGE)), 1, LARGEST_PAGE)
        after = whole("after", words.get("after", "0"), 0, 2**63 - 2)
        await hosted.writer.ask(lambda one: for_roles(one, principal.user, STAFF, REGULATOR))
        return hosted, after, limit

    @get("/api/{exchange:str}/journal")
    async def records(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted, after, limit = await let_in(request, exchange, "limit", "after")
        found = await asyncio.to_thread(_read, hosted, after, limit + 1)
        return _answer(hosted, found, limit, "seq")

    @get("/api/{exchange:str}/journal/head")
    async def head(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted, _, _ = await let_in(request, exchange)
        recorded = await asyncio.to_thread(hosted.head)
        digest = recorded.digest.hex()
        return answer({"seq": recorded.seq, "digest": digest, "head": f"{digest}:{recorded.seq}"})

    @get("/api/{exchange:str}/journal/batches")
    async def batches(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted, after, limit = await let_in(request, exchange, "limit", "after")
        found = await asyncio.to_thread(hosted.audit.links, after, limit + 1)
        return _answer(hosted, [_link(row) for row in found], limit, "last_seq")

    return [records, head, batches]


def _answer(hosted: Hosted, found: list[dict[str, Any]], limit: int, place: str) -> Response[bytes]:
    """A page, of which one row more than asked for was read: `place` names where the next begins."""
    following = str(found[limit - 1][place]) if len(found) > limit else None
    return answer({"seq": hosted.writer.committed_seq, "rows": found[:limit], "next": following})


def _link(row: ChainRow) -> dict[str, Any]:
    """A batch as it lies in the database: whoever has the bytes can compute its digest himself."""
    return {
        "first_seq": row.first_seq,
        "last_seq": row.last_seq,
        "epoch": row.epoch,
        "at_us": row.at,
        "records": row.records,
        "previous": row.previous.hex(),
        "digest": row.digest.hex(),
        "payload": base64.b64encode(row.payload).decode(),
    }


def _read(hosted: Hosted, after: int, limit: int) -> list[dict[str, Any]]:
    """Records after a sequence, as they were committed; the chain is checked on the way."""
    if after >= hosted.writer.committed_seq:
        return []
    exchange = hosted.writer.exchange
    found: list[dict[str, Any]] = []
    for batch in hosted.audit.read(after):
        for record in exchange.decode_records(batch.payload):
            if record.seq > after:
                found.append(_told(exchange, record))
            if len(found) == limit:
                return found
    return found


def _told(exchange: Exchange, record: AnyRecord) -> dict[str, Any]:
    return {
        "seq": record.seq,
        "at_us": record.at,
        "request_id": record.request_id,
        "actor": record.actor,
        "approver": record.approver,
        "channel": record.channel,
        "command": record.command,
        "fields": _fields(exchange, record),
        "events": [told(event) for event in record.events],
    }


def _fields(exchange: Exchange, record: AnyRecord) -> dict[str, Any]:
    """What was sent, by the wire's names; nothing for what the clock did, and for a command nobody here knows any more."""
    if record.command not in exchange.command_types:
        return {}
    try:
        fields: dict[str, Any] = told(exchange.decode_command(bytes(record.body)))
    except (msgspec.DecodeError, Refusal):
        return {}
    return fields
