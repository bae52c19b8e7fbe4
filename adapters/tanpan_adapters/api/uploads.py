"""Papers over HTTP: handed in as a stream, given out as files to be saved, only to those whom they concern."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import msgspec
from attrs import frozen
from litestar import get, post
from litestar.types import Receive, Scope, Send
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from tanpan.exchange import Exchange
from tanpan.messages import APPLICANT, CHANNEL, OPERATOR, REGISTRY, STAFF
from tanpan.queries import QUERIES, ask
from tanpan.refusals import Refusal
from tanpan_adapters.api.commands import instead
from tanpan_adapters.api.doors import Doors, principal_of
from tanpan_adapters.api.edge import ClientGone, header
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.attachments.names import disposition
from tanpan_adapters.identity.objections import Objection

if TYPE_CHECKING:
    from tanpan_adapters.attachments.desk import Arriving, Attachments
    from tanpan_adapters.service.host import Host, Hosted

log = logging.getLogger("tanpan.attachments")
PART: Final = 262_144
FORM_ROOM: Final = 16_384
"""What a form adds to the file in it, at most."""
FAREWELL_S: Final = 2.0
"""How long somebody may go on sending what was refused already."""
LONGEST_NAME: Final = 4_000
TIDY_EVERY_S: Final = 600.0
GIVERS: Final = (APPLICANT, OPERATOR, STAFF, REGISTRY, CHANNEL)
APPLICATION: Final = "core.application"
APPLICATIONS: Final = "core.applications"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_BOUNDARY: Final = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")


def make_upload_routes(doors: Doors) -> list[Any]:
    """`POST /api/{exchange}/attachments` and `GET /api/{exchange}/attachments/{digest}`.

    A middleware answers them as plain ASGI: a body of many megabytes is never in memory as a whole.
    """
    desk = doors.host.attachments

    async def upload(scope: Scope, receive: Receive, send: Send) -> None:
        hosted = doors.hosted(scope["path_params"]["exchange"])
        user = principal_of(scope, hosted.name, "manage").user
        _check_length(scope, desk.settings.file_bytes)
        await hosted.writer.ask(lambda one: _may_hand_in(one, user))
        with desk.admitted(hosted.name, user):
            _give(scope, desk.settings.upload_seconds)
            try:
                found = await _take(
                    desk, hosted.name, user, _events(scope, receive, desk.settings.file_bytes)
                )
            except ClientGone:
                return
            except Exception:
                _give(scope, FAREWELL_S)
                raise
        body = msgspec.json.encode(
            {
                "digest": found.digest,
                "size": found.size,
                "media_type": found.media_type,
                "name": found.name,
            }
        )
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 201, "headers": head})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def download(scope: Scope, receive: Receive, send: Send) -> None:
        at: Mapping[str, Any] = scope["path_params"]
        hosted = doors.hosted(at["exchange"])
        user = principal_of(scope, hosted.name, "read").user
        digest = at["digest"]
        entry = await desk.in_thread(desk.find, hosted.name, digest) if _DIGEST.fullmatch(digest) else None
        await hosted.writer.ask(lambda one: _known(one, user))
        # One answer for what isn't there and for what isn't his: nobody learns by asking what others have.
        if entry is None or (entry.owner != user and not await _concerns(desk, hosted, user, digest)):
            raise Objection("UNKNOWN_ATTACHMENT")
        if entry.owner != user:
            # In the trail first, as every look at what is personal: nobody has seen what isn't there.
            await _note(doors.host, scope, hosted.name, user, digest)
        found, frames = await desk.in_thread(desk.open, entry)
        parts = _gathered(frames)
        head = [
            (b"content-type", found.media_type.encode()),
            (b"content-length", b"%d" % found.size),
            (b"content-disposition", disposition(found.name).encode()),
            (b"cross-origin-resource-policy", b"same-origin"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        while part := await desk.in_thread(next, parts, b""):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    @post("/api/{exchange:str}/attachments", status_code=201, middleware=[instead(upload)])
    async def hand_in() -> None:
        """Answered by `upload`."""

    @get("/api/{exchange:str}/attachments/{digest:str}", middleware=[instead(download)])
    async def give_out() -> None:
        """Answered by `download`."""

    return [hand_in, give_out]


# --- handing in ------------------------------------------------------------------------------------


@frozen
class _Named:
    """A file begins: what its sender calls it, and says that it is."""

    name: str
    declared: str


async def _take(desk: Attachments, exchange: str, user: str, events: AsyncIterator[_Named | bytes]) -> Any:
    """The attachment that came of a body; leaves nothing behind of what is refused or given up."""
    arriving: Arriving | None = None
    waiting = bytearray()
    try:
        async for event in events:
            if isinstance(event, _Named):
                arriving = await desk.in_thread(desk.begin, exchange, user, event.name, event.declared)
                continue
            waiting += event
            if arriving is not None and len(waiting) >= PART:
                await desk.in_thread(arriving.take, bytes(waiting))
                waiting.clear()
        if arriving is None:
            raise Problem("MALFORMED", why="there is no file in it")
        if waiting:
            await desk.in_thread(arriving.take, bytes(waiting))
        return await desk.finish(arriving)
    finally:
        if arriving is not None:
            await asyncio.shield(desk.in_thread(arriving.drop))


async def _events(scope: Scope, receive: Receive, most: int) -> AsyncIterator[_Named | bytes]:
    """The file of a request's body: first its name, then its bytes as they come."""
    declared = _text(scope, b"content-type")
    kind, options = parse_options_header(declared)
    if kind != "multipart/form-data":
        name = unquote(_text(scope, b"x-filename")[:LONGEST_NAME], errors="replace")
        yield _Named(name, declared)
        async for part in _body(receive):
            yield part
        return
    boundary = options.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise Problem("MALFORMED", why="a form needs a boundary")
    parser = PushMultipartParser(boundary, max_segment_count=1, strict=True)
    size = 0
    try:
        async for part in _body(receive):
            size += len(part)
            if size > most + FORM_ROOM:
                raise Objection("FILE_TOO_LARGE", most_bytes=most)
            for event in parser.parse(part):
                if isinstance(event, MultipartSegment):
                    yield _named(event)
                elif event:
                    yield bytes(event)
        parser.close()
    except MultipartError as error:
        raise Problem("MALFORMED", why=f"the form: {error}"[:200]) from None


def _named(segment: MultipartSegment) -> _Named:
    if segment.name != "file" or segment.filename is None:
        raise Problem("MALFORMED", why="a form has one part, a file named `file`")
    return _Named(segment.filename[:LONGEST_NAME], segment.header("Content-Type") or "")


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        if part := message.get("body", b""):
            yield part
        more = message.get("more_body", False)


def _check_length(scope: Scope, most: int) -> None:
    """Refuse what says that it is too large, or empty, before anything of it is read."""
    said = header(scope, b"content-length")
    if said is None:
        return
    room = FORM_ROOM if _text(scope, b"content-type").startswith("multipart/") else 0
    if int(said) > most + room:
        _give(scope, FAREWELL_S)
        raise Objection("FILE_TOO_LARGE", most_bytes=most)
    if not int(said):
        raise Objection("EMPTY_FILE")


def _text(scope: Scope, name: bytes) -> str:
    return (header(scope, name) or b"").decode("latin-1")


def _give(scope: Scope, seconds: float) -> None:
    """Say how long the rest of the body may take, where the server is ours."""
    extensions: Mapping[str, Any] = scope.get("extensions") or {}
    give = extensions.get("tanpan.connection", {}).get("give")
    if give is not None:
        give(seconds)


def _may_hand_in(exchange: Exchange, user: str) -> None:
    if _known(exchange, user).role not in GIVERS:
        raise Refusal("PERMISSION_DENIED", actor=user)


async def _note(host: Host, scope: Scope, exchange: str, user: str, digest: str) -> None:
    address = str(scope["state"].get("address", ""))
    await host.identity.in_thread(host.identity.note, exchange, user, f"paper {digest}", "ok", address)


def _known(exchange: Exchange, user: str) -> Any:
    actor = exchange.actor(user)
    if actor.frozen:
        raise Refusal("OPERATOR_FROZEN", operator=user)
    return actor


# --- giving out ------------------------------------------------------------------------------------


def _gathered(frames: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in larger parts: every part is a change of threads."""
    held = bytearray()
    for frame in frames:
        held += frame
        if len(held) >= PART:
            yield bytes(held)
            held.clear()
    yield bytes(held)


async def _concerns(desk: Attachments, hosted: Hosted, user: str, digest: str) -> bool:
    """Whether an application that refers to a paper may be read by this user, as the exchange says."""
    numbers = await desk.in_thread(desk.uses, hosted.name, digest)
    for number in numbers:
        holds = await hosted.writer.ask(lambda one, number=number: _holds(one, number, digest))  # type: ignore[misc]
        if holds is None:
            if await _in_history(hosted, user, number, digest):
                return True
        elif holds and await hosted.writer.ask(lambda one, number=number: _reads(one, user, number)):  # type: ignore[misc]
            return True
    return False


def _holds(exchange: Exchange, number: int, digest: str) -> bool | None:
    """Whether an application refers to a paper; None where it is closed, and the state knows no more of it."""
    applications = exchange.applications
    application = applications.live.get(number)
    if application is None:
        return None if 0 < number < applications.next_number else False
    return any(one.digest == digest for one in application.materials)


def _reads(exchange: Exchange, user: str, number: int) -> bool:
    try:
        return bool(ask(exchange, QUERIES[APPLICATION], exchange.actor(user), {"application": str(number)}))
    except Refusal:
        return False


async def _in_history(hosted: Hosted, user: str, number: int, digest: str) -> bool:
    """The same of an application that is closed, by its row in the view."""
    view = hosted.views[APPLICATIONS]
    try:
        actor, where = await hosted.writer.ask(
            lambda one: (one.actor(user), view.for_actor(one.actor(user), {"application": number}))
        )
    except Refusal:
        return False
    rows: Sequence[Any] = await hosted.projection.rows(view, {"application": number, **where}, limit=1)
    return any(view.may_see(actor, row) and digest in str(row["materials"]) for row in rows)


# --- deleting --------------------------------------------------------------------------------------


async def tidy_now_and_then(host: Host) -> None:
    """Delete what nobody refers to, again and again until cancelled."""
    await host.attachments.in_thread(host.attachments.sweep_incoming)
    while True:
        await asyncio.sleep(TIDY_EVERY_S)
        for hosted in list(host.exchanges.values()):
            try:
                await tidy(host.attachments, hosted)
            except Exception:  # the database, the store or the exchange is away: the next time, then
                log.exception("attachments could not be tidied", extra={"exchange": hosted.name})


async def tidy(desk: Attachments, hosted: Hosted) -> int:
    """Delete the papers of an exchange to which no application referred in their day; says how many."""
    uses, doomed, before = await desk.in_thread(desk.candidates, hosted.name)
    if not uses:
        return 0
    # Of an application that is closed it isn't known any more: what may have been referred to stays.
    wanted = await hosted.writer.ask(
        lambda one: {
            digest
            for digest, numbers in uses.items()
            if any(_holds(one, number, digest) is not False for number in numbers)
        }
    )
    return await desk.in_thread(desk.delete, hosted.name, uses, doomed, wanted, before)
