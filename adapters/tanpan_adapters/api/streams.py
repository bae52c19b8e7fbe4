"""Live data over HTTP: server-sent events of quotes, depth, trades, one's own account and notices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from litestar import Request, Response, Router, get
from litestar.background_tasks import BackgroundTask, BackgroundTasks
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from tanpan.refusals import Refusal
from tanpan_adapters.api.doors import principal_of
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.api.queries import clipped
from tanpan_adapters.service.feed_frames import ACCOUNT, TOPICS, Selection
from tanpan_adapters.service.feed_readers import Reader

if TYPE_CHECKING:
    from litestar import Litestar

    from tanpan_adapters.identity.principal import Principal
    from tanpan_adapters.service.host import Host, Hosted

EVENT_STREAM: Final = "text/event-stream"
CONNECTION: Final = "tanpan.connection"
"""The ASGI extension by which a server lends a response its connection: the asyncio transport, as `transport`."""

MOST_INSTRUMENTS: Final = 200
LONGEST_CODES: Final = 8_000
_HEAD: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
_EXAMPLE: Final = """retry: 1000
event: opened
data: {"seq":120,"topics":["quotes","trades"]}

event: quotes
data: {"seq":120,"at_us":1772501400000000,"complete":true,"quotes":[{"instrument":"CEA","last":"50.00"}]}

id: 120
event: trades
data: {"seq":120,"at_us":1772501400000000,"trades":[]}

"""
_DESCRIPTION: Final = """Server-sent events. Every frame's `data` is an object with `seq` (the committed sequence it stands
for) and `at_us`; prices and amounts are text in yuan, quantities whole tonnes.

* `opened`, `resumed` or `reset` comes first: `{seq, topics, instruments?, account?}`. After `reset` what was missed
  can't be told one by one: forget what you have and reload by queries. `reset` may also come later.
* `quotes`: `{complete?, quotes: [rows of core.quotes]}`, `depth`: `{complete?, depth: [{instrument, crossed, bids: [{price,
  quantity}], asks, bid_total, ask_total}]}`: the newest state of what changed (everything where `complete`).
* `notices`: `{notices: [rows of core.notices]}`.
* `trades`: `{trades: [{trade, at_us, method, instrument, taker_side, price, quantity, turnover}], omitted?}`; each comes once.
  Where `omitted`, older ones of the same moment are left out: ask `core.trades`.
* `account`: `{account, cash, units, complete, listings, more_listings, trades, omitted}`: cash and units as they are, the
  listings that changed (all that stand where `complete`) and the account's own trades, each once.
* `bye`: `{reason}`: the stream ends; come again with the last id.

An id is the sequence up to which everything was told. Sent back as `Last-Event-ID` it brings what was missed since. A
reader that does not keep up is dropped."""


class EventStream(Response[str]):
    """An answer that lasts: what a reader is told, until he goes or is sent away."""

    def __init__(self, reader: Reader) -> None:
        super().__init__("", media_type=EVENT_STREAM)
        self.reader = reader

    def to_asgi_response(
        self,
        app: Litestar | None,
        request: Request[Any, Any, Any],
        *,
        background: BackgroundTask | BackgroundTasks | None = None,
        cookies: Iterable[Cookie] | None = None,
        encoded_headers: Iterable[tuple[bytes, bytes]] | None = None,
        headers: dict[str, str] | None = None,
        is_head_response: bool = False,
        media_type: MediaType | str | None = None,
        status_code: int | None = None,
        type_encoders: Any = None,
    ) -> ASGIResponse:
        return Writing(self.reader)


class Writing(ASGIResponse):
    """Serves one reader: what is written is the feed's business, here it is only noticed that the client has gone."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(media_type=EVENT_STREAM)
        self._reader = reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reader = self._reader
        task = asyncio.current_task()
        assert task is not None
        lent: Any = ((scope.get("extensions") or {}).get(CONNECTION) or {}).get("transport")
        broken = False

        def done() -> None:
            nonlocal broken
            broken = True
            task.cancel()

        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEAD})
            reader.start(send, lent, done)  # type: ignore[arg-type]
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not broken:
                raise
            task.uncancel()
        finally:
            reader.readers.leave(reader)


def make_streams_router(host: Host) -> Router:
    """`GET /api/{exchange}/stream`."""

    @get(
        "/api/{exchange:str}/stream",
        operation_id="stream",
        tags=["streams"],
        summary="实时数据 · Live data",
        description=_DESCRIPTION,
        media_type=EVENT_STREAM,
        responses={
            200: ResponseSpec(
                str,
                generate_examples=False,
                description="Frames, until one side ends it",
                media_type=EVENT_STREAM,
                examples=[Example(summary="The first frames", value=_EXAMPLE)],
            )
        },
    )
    async def stream(
        request: Request[Any, Any, Any],
        exchange: FromPath[str],
        topics: Annotated[
            str,
            QueryParameter(
                description="Some of quotes, depth, trades, account, notices, with commas between"
            ),
        ] = "quotes,depth,trades,notices",
        instruments: Annotated[
            str, QueryParameter(description="Codes with commas between; all instruments where it is empty")
        ] = "",
        account: Annotated[
            str, QueryParameter(description="An operator's own where it is empty; staff name one")
        ] = "",
        last_event_id: Annotated[
            str | None, HeaderParameter(name="Last-Event-ID", description="The last id that was received")
        ] = None,
        since: Annotated[
            str, QueryParameter(description="The same as Last-Event-ID, for clients that can't set it")
        ] = "",
    ) -> EventStream:
        """Open a stream."""
        hosted = host.exchanges.get(exchange)
        if hosted is None:
            raise Problem("UNKNOWN_EXCHANGE", exchange=exchange)
        principal = principal_of(request.scope, exchange, "read")
        wanted = _selection(topics, instruments, account)
        _check_places(host, hosted, principal)
        readers = hosted.feed.readers
        allowed = partial(_still, host, principal, request.scope)
        reader = readers.enter(principal.user, _credential(request.scope, principal), allowed)
        try:
            await hosted.writer.ask(
                lambda state: hosted.feed.admit(state, reader, principal.user, wanted, last_event_id or since)
            )
        except BaseException:
            readers.leave(reader)
            raise
        return EventStream(reader)

    return Router("/", route_handlers=[stream])


def end_streams(app: Any) -> None:
    """End every stream of an application that is about to stop, edge around it or not; readers come again elsewhere."""
    state = getattr(getattr(app, "app", app), "state", {})
    host: Host | None = state.get("host")
    for hosted in host.exchanges.values() if host is not None else ():
        hosted.feed.close()


def _selection(topics: str, instruments: str, account: str) -> Selection:
    """What is asked for; refuses topics there are not."""
    wanted = [word.strip() for word in topics.split(",") if word.strip()]
    unknown = next((word for word in wanted if word not in TOPICS), None)
    if unknown is not None or not wanted:
        raise Refusal("BAD_FIELD", field="topics", value=clipped(unknown or ""), known=list(TOPICS))
    if len(instruments) > LONGEST_CODES or len(account) > LONGEST_CODES:
        raise Refusal("BAD_FIELD", field="instruments", most=MOST_INSTRUMENTS)
    codes = sorted({word.strip() for word in instruments.split(",") if word.strip()})
    if len(codes) > MOST_INSTRUMENTS:
        raise Refusal("BAD_FIELD", field="instruments", most=MOST_INSTRUMENTS)
    return Selection(frozenset(wanted), tuple(codes), account if ACCOUNT in wanted else "")


def _check_places(host: Host, hosted: Hosted, principal: Principal) -> None:
    limits = host.settings.limits
    if hosted.feed.readers.of_user(principal.user) >= limits.streams_per_user:
        raise Problem("RATE_LIMITED", retry_after_s=5, most=limits.streams_per_user)
    if sum(len(one.feed.readers) for one in host.exchanges.values()) >= limits.streams:
        raise Problem("BUSY", retry_after_s=5, most=limits.streams)


def _credential(scope: Any, principal: Principal) -> object:
    """What stands for the session or key a request came with: readers who share it are checked together."""
    if principal.session:
        return principal.session
    return next((value for name, value in scope["headers"] if name == b"authorization"), b"")


async def _still(host: Host, principal: Principal, scope: Any) -> bool:
    """Whether whoever opened a stream is still signed in as the same user."""
    found = await host.identity.authenticate(scope)
    return found is not None and found.user == principal.user and "read" in found.scopes
