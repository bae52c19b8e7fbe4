"""Commands over HTTP: the body's bytes go to the writer unread, its answer's bytes come back as they are."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import post
from litestar.types import ASGIApp, Receive, Scope, Send

from tanpan.refusals import Refusal
from tanpan_adapters.api.doors import Door, Doors, principal_of
from tanpan_adapters.api.edge import DEPTH, ClientGone, check_depth, header, read_body
from tanpan_adapters.api.problems import (
    PROBLEM_JSON,
    Problem,
    encoded,
    language_of,
    problem,
    told_problem,
)
from tanpan_adapters.service.metrics import METRICS
from tanpan_adapters.service.requests import Reply, Request
from tanpan_adapters.vault import person_of

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Hosted

BATCH: Final = 1_000
LONGEST_REQUEST_ID: Final = 200
_JSON: Final = (b"content-type", b"application/json")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One command of a batch; its fields are passed on unread."""

    command: str
    fields: msgspec.Raw = msgspec.Raw(b"{}")
    request_id: str = ""


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commands to be queued together, in order."""

    commands: list[Entry]


_batch: Final = msgspec.json.Decoder(Batch)


def make_command_routes(doors: Doors) -> list[Any]:
    """`POST /api/{exchange}/commands/{name}` and `POST /api/{exchange}/batch`.

    A middleware answers them as plain ASGI, after Litestar has routed: what it does for an ordinary handler
    costs as much as the order itself.
    """
    http = doors.host.settings.http
    largest, largest_batch = http.command_bytes, http.batch_bytes

    async def command(scope: Scope, receive: Receive, send: Send) -> None:
        at: Mapping[str, Any] = scope["path_params"]
        exchange = at["exchange"]
        hosted = doors.hosted(exchange)
        door = doors.doors(hosted).get(at["name"])
        principal = principal_of(scope, exchange, door.scope if door else "")
        if door is None:
            raise Problem("UNKNOWN_COMMAND", command=at["name"])
        try:
            body = await read_body(scope, receive, largest)
        except ClientGone:
            return
        check_depth(body)
        request_id = request_id_of(scope)
        channel = channel_of(principal.kind)
        if door.personal:
            body = await swap(doors, hosted, door, principal.user, body)
        request = Request(request_id, principal.user, channel, door.name, body)
        reply = (await hosted.writer.send((request,)))[0]
        status = 200
        kind = _JSON
        answer = reply.body
        if reply.refusal is not None or reply.code:
            document = _problem(
                reply, _language(scope), doors.reasons(scope), str(scope["state"]["request_id"])
            )
            status, answer = document["status"], encoded(document)
            kind = (b"content-type", PROBLEM_JSON.encode())
        METRICS.answered(exchange, door.name, reply.refusal.code if reply.refusal else reply.code)
        headers = [
            kind,
            (b"content-length", b"%d" % len(answer)),
            (b"idempotency-key", request_id.encode()),
        ]
        if status == 503:
            headers.append((b"retry-after", b"1"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer, "more_body": False})

    async def batch(scope: Scope, receive: Receive, send: Send) -> None:
        exchange = scope["path_params"]["exchange"]
        hosted = doors.hosted(exchange)
        principal = principal_of(scope, exchange)
        try:
            body = await read_body(scope, receive, largest_batch)
        except ClientGone:
            return
        entries = read_batch(body)
        deep = body.count(b"{") + body.count(b"[") > 2 * len(entries) + DEPTH
        channel = channel_of(principal.kind)
        language = _language(scope)
        reasons = doors.reasons(scope)
        requests: list[Request] = []
        answers: list[bytes] = []
        places: list[int] = []
        known = doors.doors(hosted)
        made = fresh_request_id()
        for number, entry in enumerate(entries):
            door = known.get(entry.command)
            request_id = entry.request_id or f"{made}-{number}"
            try:
                if door is None:
                    raise Problem("UNKNOWN_COMMAND", command=entry.command[:80])
                if door.scope not in principal.scopes:
                    raise Problem("SCOPE_MISSING", scope=door.scope)
                if not _fits(request_id):
                    raise Problem("MALFORMED", why="request_id")
                fields: bytes | msgspec.Raw = entry.fields
                if deep:
                    check_depth(bytes(fields))
                if door.personal:
                    fields = await swap(doors, hosted, door, principal.user, bytes(fields))
            except (Problem, Refusal) as error:
                document = told_problem(error, language, reasons)
                answers.append(_refused_entry(request_id, document))
                continue
            places.append(len(answers))
            answers.append(b"")
            requests.append(Request(request_id, principal.user, channel, door.name, fields))
        replies = await hosted.writer.send(requests) if requests else []
        counted: Counter[tuple[str, str]] = Counter()
        for place, request, reply in zip(places, requests, replies, strict=True):
            if reply.refusal is None and not reply.code:
                counted[request.command, ""] += 1
                answers[place] = b'{"status":200,' + reply.body[1:]
                continue
            counted[request.command, reply.refusal.code if reply.refusal else reply.code] += 1
            answers[place] = _refused_entry(request.request_id, _problem(reply, language, reasons, ""))
        METRICS.answered_all(exchange, counted)
        answer = b'{"answers":[' + b",".join(answers) + b"]}"
        headers = [_JSON, (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer, "more_body": False})

    @post("/api/{exchange:str}/commands/{name:str}", status_code=200, middleware=[_instead(command)])
    async def send_command() -> None:
        """Answered by `command`."""

    @post("/api/{exchange:str}/batch", status_code=200, middleware=[_instead(batch)])
    async def send_batch() -> None:
        """Answered by `batch`."""

    return [send_command, send_batch]


def _instead(answer: ASGIApp) -> Callable[[ASGIApp], ASGIApp]:
    """A middleware that answers by itself."""

    def make(app: ASGIApp) -> ASGIApp:
        return answer

    return make


def read_batch(body: bytes) -> Sequence[Entry]:
    """The commands of a batch's body; refuses what is not of its form and more than a thousand."""
    try:
        batch: Batch = _batch.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Problem("MALFORMED", why=str(error)) from None
    if len(batch.commands) > BATCH:
        raise Problem("BODY_TOO_LARGE", most_commands=BATCH)
    return batch.commands


_BOOT: Final = os.urandom(8).hex()
_numbers: Final = itertools.count(1)


def fresh_request_id() -> str:
    """A request id never given before. (Randomness for each would give the interpreter's lock away each time.)"""
    return f"{_BOOT}{next(_numbers):016x}"


def request_id_of(scope: Any) -> str:
    """The request id that the sender gave, or a new one."""
    said = header(scope, b"idempotency-key")
    if said is None:
        return fresh_request_id()
    request_id = said.decode("latin-1")
    if not _fits(request_id):
        raise Problem(
            "MALFORMED", why=f"Idempotency-Key: 1 to {LONGEST_REQUEST_ID} printable ASCII characters"
        )
    return request_id


def _fits(request_id: str) -> bool:
    return 0 < len(request_id) <= LONGEST_REQUEST_ID and request_id.isascii() and request_id.isprintable()


def channel_of(kind: str) -> str:
    """The channel of a principal's kind: programs have keys, people have sessions."""
    return "api" if kind == "key" else "web"


def _language(scope: Any) -> str:
    return language_of((header(scope, b"accept-language") or b"").decode("latin-1"))


def _problem(reply: Reply, language: str, reasons: Any, number: str) -> dict[str, Any]:
    instance = f"/requests/{number}" if number else ""
    if reply.refusal is not None:
        return told_problem(reply.refusal, language, reasons, instance)
    details = {"why": reply.why} if reply.why else {}
    return problem(reply.code, language, details=details, instance=instance)


def _refused_entry(request_id: str, document: Mapping[str, Any]) -> bytes:
    return encoded({"status": document["status"], "request_id": request_id, "problem": document})


async def swap(doors: Doors, hosted: Hosted, door: Door, user: str, body: bytes) -> bytes:
    """The body with tokens in place of personal fields: their clear text goes to the vault and nowhere else."""
    person = person_of(hosted.name, subject_of(door, body) or user)
    return await asyncio.to_thread(doors.host.vault.swap, door.kind, body, person)


class _Subject(msgspec.Struct):
    operator: str = ""
    user: str = ""


def subject_of(door: Door, body: bytes) -> str:
    """Of whom a command speaks, where it speaks of somebody but its sender."""
    try:
        found = msgspec.json.decode(body, type=_Subject)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return next((getattr(found, name) for name in door.kind.__struct_fields__ if hasattr(found, name)), "")
