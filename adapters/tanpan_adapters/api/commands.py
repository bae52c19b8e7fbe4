"""Commands over HTTP: the body's bytes go to the writer unread, its answer's bytes come back as they are."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import post
from litestar.types import ASGIApp, Receive, Scope, Send

from tanpan.filing import acts_for
from tanpan.messages import APPLICANT, OPERATOR
from tanpan.personal import form_fields
from tanpan.refusals import Reason, Refusal
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
from tanpan_adapters.attachments.vouching import ATTACH, vouch
from tanpan_adapters.service.metrics import METRICS
from tanpan_adapters.service.requests import Reply, Request
from tanpan_adapters.vault import account_of, person_of

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan.messages import Command
    from tanpan_adapters.identity.principal import Principal
    from tanpan_adapters.service.host import Hosted

BATCH: Final = 1_000
LONGEST_REQUEST_ID: Final = 200
_REQUEST_ID: Final = f"a request id has 1 to {LONGEST_REQUEST_ID} printable ASCII characters"
_JSON: Final = (b"content-type", b"application/json")
_PROBLEM: Final = (b"content-type", PROBLEM_JSON.encode())


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
        hosted = doors.hosted(at["exchange"])
        door = doors.doors(hosted).get(at["name"])
        principal = principal_of(scope, hosted.name, door.scope if door else "")
        if door is None:
            raise Problem("UNKNOWN_COMMAND", command=at["name"][:80])
        try:
            body = await read_body(scope, receive, largest)
        except ClientGone:
            return
        check_depth(body)
        request = await enter(doors, hosted, door, principal, request_id_of(scope), body)
        reply = (await hosted.writer.send((request,)))[0]
        METRICS.answered(hosted.name, door.name, _code(reply))
        if not _code(reply):
            await _answer(send, 200, _JSON, reply.body, request.request_id)
            return
        number = f"/requests/{scope['state']['request_id']}"
        document = _problem(reply, _language(scope), doors.reasons(scope), number)
        await _answer(send, document["status"], _PROBLEM, encoded(document), request.request_id)

    async def batch(scope: Scope, receive: Receive, send: Send) -> None:
        hosted = doors.hosted(scope["path_params"]["exchange"])
        principal = principal_of(scope, hosted.name)
        try:
            body = await read_body(scope, receive, largest_batch)
        except ClientGone:
            return
        entries = read_batch(body)
        # Two brackets for an entry and its fields: what there is beyond them may be deep.
        deep = body.count(b"{") + body.count(b"[") > 2 * len(entries) + DEPTH
        language, reasons, known = _language(scope), doors.reasons(scope), doors.doors(hosted)
        user, channel = principal.user, channel_of(principal.kind)
        if not deep and _are_plain(known, principal, entries):
            sent = [Request(one.request_id, user, channel, one.command, one.fields) for one in entries]
            replies = await hosted.writer.send(sent)
            if all(map(_body, replies)):
                # The usual case, and the quickest: everything was let in and accepted.
                METRICS.answered_all(hosted.name, Counter([(one.command, "") for one in entries]))
                told = b',{"status":200,'.join([reply.body[1:] for reply in replies])
                await _answer(send, 200, _JSON, b'{"answers":[{"status":200,' + told + b"]}")
                return
            requests, answers = dict(enumerate(sent)), [b""] * len(entries)
        else:
            requests, answers = await let_in(hosted, principal, entries, deep, language, reasons)
            replies = await hosted.writer.send(list(requests.values())) if requests else []
        counted: Counter[tuple[str, str]] = Counter()
        for (place, request), reply in zip(requests.items(), replies, strict=True):
            counted[request.command, _code(reply)] += 1
            if reply.body:
                answers[place] = b'{"status":200,' + reply.body[1:]
            else:
                answers[place] = _refused_entry(request.request_id, _problem(reply, language, reasons, ""))
        METRICS.answered_all(hosted.name, counted)
        await _answer(send, 200, _JSON, b'{"answers":[' + b",".join(answers) + b"]}")

    async def let_in(
        hosted: Hosted,
        principal: Principal,
        entries: Sequence[Entry],
        deep: bool,
        language: str,
        reasons: Mapping[str, Reason],
    ) -> tuple[dict[int, Request], list[bytes]]:
        """The entries that go through the door, by their places; at the others' places why they don't."""
        known, made = doors.doors(hosted), fresh_request_id()
        answers = [b""] * len(entries)
        requests: dict[int, Request] = {}
        for place, entry in enumerate(entries):
            request_id = entry.request_id or f"{made}-{place}"
            try:
                door = _door_of(known, principal, entry, request_id, deep)
            except Problem as error:
                answers[place] = _refused_entry(request_id, told_problem(error, language, reasons))
                continue
            requests[place] = await enter(doors, hosted, door, principal, request_id, entry.fields)
        return requests, answers

    @post("/api/{exchange:str}/commands/{name:str}", status_code=200, middleware=[instead(command)])
    async def send_command() -> None:
        """Answered by `command`."""

    @post("/api/{exchange:str}/batch", status_code=200, middleware=[instead(batch)])
    async def send_batch() -> None:
        """Answered by `batch`."""

    return [send_command, send_batch]


def instead(answer: ASGIApp) -> Callable[[ASGIApp], ASGIApp]:
    """A middleware that answers by itself."""

    def make(app: ASGIApp) -> ASGIApp:
        return answer

    return make


async def _answer(
    send: Send, status: int, kind: tuple[bytes, bytes], body: bytes, request_id: str = ""
) -> None:
    headers = [kind, (b"content-length", b"%d" % len(body))]
    if request_id:
        headers.append((b"idempotency-key", request_id.encode()))
    if status == 503:
        headers.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _code(reply: Reply) -> str:
    return reply.refusal.code if reply.refusal is not None else reply.code


def _are_plain(known: Mapping[str, Door], principal: Principal, entries: Sequence[Entry]) -> bool:
    """Whether all entries go through as they are: known, in the key's scope, nothing personal, each with its id."""
    for name in {entry.command for entry in entries}:
        door = known.get(name)
        if door is None or door.personal or door.drawn or door.name == ATTACH:
            return False
        if door.scope not in principal.scopes:
            return False
    ids = [entry.request_id for entry in entries]
    sizes = [len(one) for one in ids]
    together = "".join(ids)
    return (
        min(sizes, default=0) > 0
        and max(sizes) <= LONGEST_REQUEST_ID
        and together.isascii()
        and together.isprintable()
    )


def _door_of(
    known: Mapping[str, Door], principal: Principal, entry: Entry, request_id: str, deep: bool
) -> Door:
    """The door of a batch's entry; a problem where it can't go through."""
    door = known.get(entry.command)
    if door is None:
        raise Problem("UNKNOWN_COMMAND", command=entry.command[:80])
    if door.scope not in principal.scopes:
        raise Problem("SCOPE_MISSING", scope=door.scope)
    if not _fits(request_id):
        raise Problem("MALFORMED", why=_REQUEST_ID)
    if deep:
        check_depth(bytes(entry.fields))
    return door


async def enter(
    doors: Doors, hosted: Hosted, door: Door, principal: Principal, request_id: str, body: bytes | msgspec.Raw
) -> Request:
    """A command as the writer takes it, without personal fields in clear text."""
    refusal: Refusal | None = None
    if door.name == ATTACH:
        refusal = await vouch(doors.host.attachments, hosted, principal.user, bytes(body))
    elif door.personal:
        body, refusal = await swap(doors, hosted, door, principal.user, bytes(body))
    if door.drawn:
        body = await asyncio.to_thread(drawn, doors, hosted, door, principal.user, request_id, bytes(body))
    return Request(request_id, principal.user, channel_of(principal.kind), door.name, body, refusal)


def drawn(doors: Doors, hosted: Hosted, door: Door, user: str, request_id: str, body: bytes) -> bytes:
    """The body with what is left to chance drawn: the same request sent again draws the same, and nobody foresees it.

    What is no JSON object passes as it is: the writer refuses it.
    """
    try:
        fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (ValueError, RecursionError):
        return body
    said: dict[str, Any] = dict(fields)
    for field in door.drawn:
        said[field] = doors.host.vault.drawn(hosted.name, user, request_id, door.name, field)
    return msgspec.json.encode(said)


def read_batch(body: bytes) -> Sequence[Entry]:
    """The commands of a batch's body; refuses what is not of its form and more than a thousand."""
    try:
        batch: Batch = _batch.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Problem("MALFORMED", why=str(error)) from None
    if len(batch.commands) > BATCH:
        raise Problem("BODY_TOO_LARGE", most_commands=BATCH)
    return batch.commands


_body: Final = attrgetter("body")
_BOOT: Final = os.urandom(32)
_numbers: Final = itertools.count(1)


def fresh_request_id() -> str:
    """A request id that nobody can foresee: who did could take it first, and another's request would be refused.

    (Randomness for each would give the interpreter's lock away each time.)
    """
    return blake2b(b"%d" % next(_numbers), digest_size=16, key=_BOOT).hexdigest()


def request_id_of(scope: Any) -> str:
    """The request id that the sender gave, or a new one."""
    said = header(scope, b"idempotency-key")
    if said is None:
        return fresh_request_id()
    request_id = said.decode("latin-1")
    if not _fits(request_id):
        raise Problem("MALFORMED", why=_REQUEST_ID)
    return request_id


def _fits(request_id: str) -> bool:
    return 0 < len(request_id) <= LONGEST_REQUEST_ID and request_id.isascii() and request_id.isprintable()


def channel_of(kind: str) -> str:
    """The channel of a principal's kind: programs have keys, people have sessions."""
    return "api" if kind == "key" else "web"


def _language(scope: Any) -> str:
    return language_of((header(scope, b"accept-language") or b"").decode("latin-1"))


def _problem(reply: Reply, language: str, reasons: Any, instance: str) -> dict[str, Any]:
    if reply.refusal is not None:
        return told_problem(reply.refusal, language, reasons, instance)
    details = {"why": reply.why} if reply.why else {}
    return problem(reply.code, language, details=details, instance=instance)


def _refused_entry(request_id: str, document: Mapping[str, Any]) -> bytes:
    return encoded({"status": document["status"], "request_id": request_id, "problem": document})


async def swap(
    doors: Doors, hosted: Hosted, door: Door, user: str, body: bytes
) -> tuple[bytes, Refusal | None]:
    """The body with tokens in place of personal fields: their clear text goes to the vault and nowhere else.

    What is not of its kind, or comes from somebody who may not send it, is refused here: nothing of it is kept.
    The writer is told why, and nothing of the body.
    """
    said = _subject(body)
    try:
        person = await hosted.writer.ask(lambda one: whose(one, door.kind, user, said))
        names = hosted.assembly.form_names
        return await asyncio.to_thread(doors.host.vault.swap, door.kind, body, person, names), None
    except Refusal as refusal:
        return b"{}", refusal


class Subject(msgspec.Struct):
    """What of a command's fields may say whose the personal data in it are."""

    operator: str = ""
    user: str = ""
    account: str = ""
    application: int = 0


def _subject(body: bytes) -> Subject:
    try:
        return msgspec.json.decode(body, type=Subject, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Subject()  # the kernel refuses it


def whose(exchange: Exchange, kind: type[Command], user: str, said: Subject) -> str:
    """Whose in the vault the personal data of a command are; refuses who may not send one of its type.

    Of the person it names; else of the applicant or account whose application it is about; of the account that
    files; else its sender's. What is filed for an account is never the key's of who filed it.
    """
    actor = exchange.actor(user)
    exchange.authorise_type(actor, kind)
    fields = kind.__struct_fields__
    named = next((getattr(said, name) for name in fields if name in ("operator", "user")), "")
    if named and named.isprintable():  # the kernel refuses another
        return person_of(exchange.name, named)
    if "application" in fields:
        application = exchange.applications.live.get(said.application)
        own = application is not None and acts_for(actor, application, application.kind.parties[0].name)
        if application is not None and (own or actor.role not in (OPERATOR, APPLICANT)):
            owner = application.account
            return (
                account_of(exchange.name, owner) if owner else person_of(exchange.name, application.applicant)
            )
    elif "account" in fields and form_fields(kind) and actor.role != APPLICANT:
        number = said.account or actor.account
        if number in exchange.ledger.accounts and actor.account in ("", number):
            return account_of(exchange.name, number)
    return person_of(exchange.name, user)
