"""The edge: who calls and how often, what every answer's head says, and clients too slow or too many."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from tanpan_adapters.api.limits import Buckets, Pace
from tanpan_adapters.api.problems import PROBLEM_JSON, Problem, encoded, language_of, problem
from tanpan_adapters.store import StoreError

if TYPE_CHECKING:
    from tanpan_adapters.service.configuration import Http, Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Authenticate = Callable[[Scope], Awaitable[Any]]

DEPTH: Final = 64
"""How deep JSON may be nested; no command needs more than a handful."""
BRACKETS: Final = 20_000
"""How many objects and lists one command may hold."""

LONGEST_HEAD: Final = 65_536
IDLE_S: Final = 1.0
"""How long a connection is kept for its next request where others find no place."""
UNREAD_S: Final = 30.0
"""How long a client may leave its answer unread."""

REFUSALS_PER_SECOND: Final = 2_000
"""How many of those who come too often are told so in a second: it takes a small part of what the loop can do.

A loop that is never idle keeps the interpreter from the writer, who has to wait for it many times per commit.
"""
REFUSALS_AT_ONCE: Final = 100
LONGEST_HOLD_S: Final = 1.0
"""How long a refusal is held back at most: whoever gets it has to wait a second at least anyway."""

UNLIMITED: Final = ("/health", "/ready", "/metrics")

API_HEADERS: Final = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
PAGE_HEADERS: Final = [
    (
        b"content-security-policy",
        (
            b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
            b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


class Edge:
    """ASGI around the application: request ids, callers, rates, and the head of every answer."""

    def __init__(self, app: App, settings: Settings, authenticate: Authenticate) -> None:
        self.app = app
        self._authenticate = authenticate
        limits = settings.limits
        self._callers = Buckets(limits.requests_per_second, limits.request_burst)
        self._strangers = Buckets(limits.anonymous_per_second, limits.anonymous_burst)
        self._refusals = Pace(REFUSALS_PER_SECOND, REFUSALS_AT_ONCE, LONGEST_HOLD_S)
        self._proxies = tuple(ip_network(one, strict=False) for one in settings.http.trusted_proxies)
        self._boot = os.urandom(4).hex()
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = f"{self._boot}-{next(self._numbers)}"
        path = scope["path"]
        common = API_HEADERS if path.startswith("/api") else PAGE_HEADERS
        named = (b"x-request-id", request_id.encode())

        async def with_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                said = {name for name, _ in own} if len(own) > 3 else ()
                message["headers"] = [*own, *(one for one in common if one[0] not in said), named]
            await send(message)

        if path not in UNLIMITED:
            wait = await self._wait(scope, state)
            if wait:
                hold_s = self._refusals.hold_s()
                if hold_s:
                    await asyncio.sleep(hold_s)
                await answer_problem(scope, with_head, Problem("RATE_LIMITED", retry_after_s=wait))
                return
        await self.app(scope, receive, with_head)

    async def _wait(self, scope: Scope, state: Any) -> int:
        """Say who calls, in the scope's state, and how long he has to wait."""
        address = state["address"] = self._address(scope)
        try:
            principal = state["principal"] = await self._authenticate(scope)
        except (StoreError, SQLAlchemyError):
            state["objection"] = Problem("DATABASE_AWAY", retry_after_s=2)
            return self._strangers.wait_s(address)
        if principal is None:
            return self._strangers.wait_s(address)
        return self._callers.wait_s(f"{principal.exchange}/{principal.user}")

    def _address(self, scope: Scope) -> str:
        """Who is at the other end; a trusted proxy's word for it counts, nobody else's."""
        client = scope.get("client")
        address = str(client[0]) if client else ""
        if not self._proxies or not self._trusts(address):
            return address
        said = next((value for name, value in scope["headers"] if name == b"x-forwarded-for"), b"")
        # Each proxy adds whom it saw: the last that is not ours is the client.
        for hop in reversed(said.decode("latin-1").split(",")):
            if _is_address(hop.strip()) and not self._trusts(hop.strip()):
                return hop.strip()
        return address

    def _trusts(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self._proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def header(scope: Any, name: bytes) -> bytes | None:
    """The first value of a header."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


async def read_body(scope: Any, receive: Any, most: int) -> bytes:
    """The whole body; refused as soon as it is known to be larger than `most` bytes."""
    said = header(scope, b"content-length")
    if said is not None and int(said) > most:
        raise Problem("BODY_TOO_LARGE", most_bytes=most)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        parts = [body]
        size = len(body)
        while message.get("more_body"):
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                raise Problem("BODY_TOO_LARGE", most_bytes=most)
        body = b"".join(parts)
    if message["type"] == "http.disconnect":
        raise ClientGone
    if len(body) > most:
        raise Problem("BODY_TOO_LARGE", most_bytes=most)
    return body


class ClientGone(Exception):
    """The client hung up: nobody waits for an answer."""


_TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)


def check_depth(body: bytes) -> None:
    """Refuse JSON that is nested deeper than anything here needs."""
    brackets = body.count(b"{") + body.count(b"[")
    if brackets <= DEPTH:
        return
    if brackets > BRACKETS:
        raise Problem("MALFORMED", why="too many objects and lists", most=BRACKETS)
    depth = 0
    for token in _TOKENS.finditer(body):
        sign = token[0]
        if sign in (b"{", b"["):
            depth += 1
            if depth > DEPTH:
                raise Problem("MALFORMED", why="nested too deeply", most=DEPTH)
        elif sign in (b"}", b"]"):
            depth -= 1


async def answer_problem(scope: Scope, send: Send, found: Problem) -> None:
    """Answer a problem without asking the application."""
    language = language_of((header(scope, b"accept-language") or b"").decode("latin-1"))
    instance = f"/requests/{scope['state']['request_id']}"
    document = problem(found.code, language, details=found.details, instance=instance)
    body = encoded(document)
    headers = [
        (b"content-type", PROBLEM_JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in found.headers().items()),
    ]
    await send({"type": "http.response.start", "status": document["status"], "headers": headers})
    await send({"type": "http.response.body", "body": body})


# --- connections -----------------------------------------------------------------------------------


class Connection(HttpToolsProtocol):
    """One connection; `sweep` ends those that take too long to send a request or to read their answer."""

    limits: Http
    waiting_since = 0.0
    unread_since = 0.0
    idle_since = 0.0
    """Since when nothing is asked and nothing is owed; 0.0 where something is."""
    head_done = False
    head_bytes = 0
    body_seconds: float = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.waiting_since = self.loop.time()
        if len(self.connections) > self.limits.connections and not self._make_room():
            self._end("BUSY")

    def _make_room(self) -> bool:
        """Close a connection on which nothing goes on: whoever holds many of those keeps nobody out."""
        now = self.loop.time()
        for one in self.connections:
            if isinstance(one, Connection) and one.idle_since and now - one.idle_since > IDLE_S:
                one.idle_since = 0.0
                one.transport.close()
                return True
        return False

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # The parser itself keeps a head of any size.
        self.head_bytes = 0 if self.head_done else self.head_bytes + len(data)
        if self.head_bytes > LONGEST_HEAD and not self.transport.is_closing():
            self._end("HEAD_TOO_LARGE")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # A stream writes past ASGI, and breaks a connection that is too slow to read.
        self.scope["extensions"] = {"tanpan.connection": {"transport": self.transport, "give": self.give}}
        self.body_seconds = self.limits.body_seconds
        self.head_done = False
        self.idle_since = 0.0
        self.waiting_since = self.loop.time()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.head_done = True
        self.waiting_since = self.loop.time()

    def on_message_complete(self) -> None:
        self.waiting_since = 0.0
        super().on_message_complete()

    def give(self, seconds: float) -> None:
        """Let the rest of this request's body take so many seconds from now."""
        self.body_seconds = seconds
        if self.waiting_since:
            self.waiting_since = self.loop.time()

    def on_response_complete(self) -> None:
        owes_more = bool(self.pipeline)
        super().on_response_complete()
        if not owes_more and not self.waiting_since:
            self.idle_since = self.loop.time()

    def send_400_response(self, msg: str) -> None:
        self._end("MALFORMED")

    def check(self, now: float) -> None:
        """End the connection if a request has been on its way, or an answer unread, for too long."""
        if self.transport.is_closing():
            return
        self._check_reading(now)
        if not self.waiting_since:
            return
        allowed = self.body_seconds if self.head_done else self.limits.header_seconds
        if now - self.waiting_since > allowed:
            self._end("TOO_SLOW")

    def _check_reading(self, now: float) -> None:
        if not self.flow.write_paused:
            self.unread_since = 0.0
        elif not self.unread_since:
            self.unread_since = now
        elif now - self.unread_since > UNREAD_S:
            self.transport.abort()

    def _end(self, code: str) -> None:
        self.waiting_since = 0.0
        cycle = self.cycle
        if cycle is not None and self.head_done and cycle.response_started:
            # It has its answer, or a part of it: another would be taken for the next one's.
            self.transport.close()
            return
        self._say(code)
        self.transport.close()

    def _say(self, code: str) -> None:
        document = problem(code)
        body = encoded(document)
        head = f"content-type: {PROBLEM_JSON}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n"
        if code == "BUSY":
            head += "retry-after: 1\r\n"
        self.transport.write(STATUS_LINE[document["status"]] + head.encode() + b"\r\n" + body)


async def sweep(connections: Iterable[Any], every_s: float = 0.5) -> None:
    """Look at all connections again and again until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(every_s)
        now = loop.time()
        for connection in list(connections):
            if isinstance(connection, Connection):
                connection.check(now)


def connection_class(http: Http) -> type[Connection]:
    """The protocol class of a server with these limits."""
    return type("LimitedConnection", (Connection,), {"limits": http})
