"""Who a request comes from: answered from memory for what was looked up in the last two seconds.

What is ended here is forgotten at once; what another process ended, within those two seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import threading
from collections.abc import Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tanpan_adapters.keyring import NowUs
from tanpan_adapters.store.engine import writing

from .keys import Keys, Network, allows, day_of
from .objections import Objection
from .principal import Principal
from .sessions import Sessions
from .settings import SECOND
from .tokens import KEY_PREFIX, Tokens, digest_of

log = logging.getLogger("tanpan.identity")
COOKIE: Final = "tanpan_session_"
CSRF_HEADER: Final = b"x-csrf-token"
FRESH_US: Final = 2 * SECOND
REMEMBERED: Final = 20_000

SAFE: Final = ("GET", "HEAD", "OPTIONS")


def cookie_name(exchange: str) -> str:
    """The cookie of an exchange: one browser may be signed in to several."""
    return COOKIE + exchange


@frozen
class _Known:
    principal: Principal | None
    """None: a key that is not good."""
    until: int
    csrf: bytes = b""
    networks: tuple[Network, ...] = ()


class Recognition:
    """From the headers of a request to its principal."""

    def __init__(
        self, engine: Engine, tokens: Tokens, csrf_key: bytes, sessions: Sessions, keys: Keys, now_us: NowUs
    ) -> None:
        self._engine = engine
        self._tokens = tokens
        self._csrf_key = csrf_key
        self._sessions = sessions
        self._keys = keys
        self._now_us = now_us
        self._known: dict[bytes, _Known] = {}
        self._forgotten = 0
        self._lock = threading.Lock()
        self._readers = ThreadPoolExecutor(2, "tanpan-identity")

    async def authenticate(self, scope: MutableMapping[str, Any]) -> Principal | None:
        """The principal of a request by its ASGI scope; None for nobody.

        Where a secret came along and doesn't count, `scope["state"]["objection"]` says why: AUTH_REQUIRED,
        SESSION_REVOKED, or CSRF_FAILED for what a session changes without the header against forgery.
        Never waits for a secret that was looked up in the last two seconds.
        """
        try:
            return await self._recognised(scope)
        except Objection as objection:
            # Its traceback holds the scope, which would hold it: rings that only the collector takes apart, all
            # work standing still for it. Whoever floods with a secret that is nobody's would make thousands.
            objection.__context__ = None
            scope["state"]["objection"] = objection.with_traceback(None)
            return None

    async def _recognised(self, scope: MutableMapping[str, Any]) -> Principal | None:
        bearer, cookie, csrf = credentials(scope["headers"], _cookie_of(scope["path"]))
        token = bearer or cookie
        if not token:
            return None
        digest = digest_of(token)
        known = self._known.get(digest)
        if known is None or known.until <= self._now_us():
            if not self._tokens.genuine(token, KEY_PREFIX if bearer else ""):
                raise Objection("AUTH_REQUIRED")
            loop = asyncio.get_running_loop()
            try:
                known = await loop.run_in_executor(self._readers, self._look_up, digest, token, bool(bearer))
            except DBAPIError:
                log.exception("a principal can't be looked up")
                raise Objection("DATABASE_AWAY", retry_after_s=2) from None
        principal = known.principal
        if principal is None:
            raise Objection("AUTH_REQUIRED" if bearer else "SESSION_REVOKED")
        if principal.kind != ("key" if bearer else "session"):
            raise Objection("AUTH_REQUIRED")
        if known.networks and not allows(known.networks, scope["state"].get("address", "")):
            raise Objection("AUTH_REQUIRED")
        if not bearer and scope["method"] not in SAFE and not hmac.compare_digest(csrf, known.csrf):
            raise Objection("CSRF_FAILED")
        return principal

    def csrf_of(self, token: bytes) -> str:
        """The value of the header against forgery that belongs to a session's secret."""
        return hmac.new(self._csrf_key, token, hashlib.sha256).hexdigest()

    def forget(self, exchange: str, name: str) -> None:
        """Looks up everything of a user again before it is believed."""
        with self._lock:
            self._forgotten += 1
            for digest, known in list(self._known.items()):
                found = known.principal
                if found is not None and found.user == name and found.exchange == exchange:
                    del self._known[digest]

    def close(self) -> None:
        """Ends the threads that read."""
        self._readers.shutdown(wait=True, cancel_futures=True)

    def _look_up(self, digest: bytes, token: bytes, is_key: bool) -> _Known:
        before = self._forgotten
        now = self._now_us()
        known = self._key(digest, now) if is_key else self._session(digest, token, now)
        with self._lock:
            if before == self._forgotten:  # else it may have been read before something was ended
                self._known.pop(digest, None)
                self._known[digest] = known
                while len(self._known) > REMEMBERED:
                    del self._known[next(iter(self._known))]
        return known

    def _key(self, digest: bytes, now: int) -> _Known:
        with self._engine.connect() as connection:
            key = self._keys.find(connection, digest, now)
        if key is None:
            return _Known(None, now + FRESH_US)
        if key.last_used != day_of(now):
            with suppress(DBAPIError), writing(self._engine) as connection:  # who may read goes on
                self._keys.use(connection, digest, now)
        return _Known(key.principal, min(now + FRESH_US, key.until), networks=key.networks)

    def _session(self, digest: bytes, token: bytes, now: int) -> _Known:
        with self._engine.connect() as connection:
            session = self._sessions.find(connection, digest, now)
        if session is None:
            return _Known(None, now + FRESH_US)
        if self._sessions.wants_touch(session, now):
            with suppress(DBAPIError), writing(self._engine) as connection:
                self._sessions.touch(connection, digest, now)
        csrf = self.csrf_of(token).encode()
        return _Known(session.principal, min(now + FRESH_US, session.until), csrf)


def credentials(headers: Iterable[tuple[bytes, bytes]], cookie: bytes) -> tuple[bytes, bytes, bytes]:
    """The bearer secret, the session's secret and the header against forgery; empty where missing."""
    bearer = session = csrf = b""
    for name, value in headers:
        if name == b"authorization":
            if value[:7].lower() == b"bearer ":
                bearer = value[7:].strip()
        elif name == b"cookie":
            session = session or (_cookie(value, cookie) if cookie else b"")
        elif name == CSRF_HEADER:
            csrf = value
    return bearer, session, csrf


def _cookie_of(path: str) -> bytes:
    parts = path.split("/", 3)
    return cookie_name(parts[2]).encode() if len(parts) > 2 and parts[1] == "api" else b""


def _cookie(header: bytes, wanted: bytes) -> bytes:
    for part in header.split(b";"):
        name, _, value = part.strip().partition(b"=")
        if name == wanted:
            return value.strip(b'"')
    return b""
