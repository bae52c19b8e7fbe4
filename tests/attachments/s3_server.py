"""A small S3 of our own for tests: one bucket in memory, and every signature (version 4) worked out again.

Set TANPAN_TEST_S3 to the endpoint of another one (its bucket `papers`, access key and secret `S3RVER`) to use that.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree

BUCKET = "papers"
KEY = "S3RVER"


class Server(ThreadingHTTPServer):
    """The server and what it keeps."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kept: dict[str, bytes] = {}

    @property
    def endpoint(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        if (body := self._body()) is not None:
            self.server.kept[self._name()] = body
            self._answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def do_POST(self) -> None:
        """Several objects are deleted."""
        if (body := self._body()) is not None:
            assert urlsplit(self.path).query == "delete"
            names = [one.text or "" for one in ElementTree.fromstring(body).iter() if one.tag.endswith("Key")]
            for name in names:
                self.server.kept.pop(name, None)
            told = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
            self._answer(200, f"<DeleteResult>{told}</DeleteResult>".encode())

    def do_DELETE(self) -> None:
        if self._body() is not None:
            self.server.kept.pop(self._name(), None)
            self._answer(204)

    def do_GET(self) -> None:
        if self._body() is None:
            return
        found = self.server.kept.get(self._name())
        if found is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        head = {
            "ETag": f'"{hashlib.md5(found).hexdigest()}"',
            "Last-Modified": "Mon, 02 Mar 2026 01:00:00 GMT",
        }
        self._answer(200, found, **head)

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _name(self) -> str:
        bucket, _, name = urlsplit(self.path).path.lstrip("/").partition("/")
        assert bucket == BUCKET
        return name

    def _body(self) -> bytes | None:
        """The request's body; None when it was refused, since its signature isn't right."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self._signature(body) in self.headers.get("Authorization", "-"):
            return body
        self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
        return None

    def _signature(self, body: bytes) -> str:
        said = self.headers.get("Authorization", "")
        if not said.startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/"):
            return "none"
        scope = said.partition(f"Credential={KEY}/")[2].partition(",")[0]
        signed = said.partition("SignedHeaders=")[2].partition(",")[0]
        digest = self.headers.get("x-amz-content-sha256", "")
        assert digest in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest())
        address = urlsplit(self.path)
        words = sorted(parse_qsl(address.query, keep_blank_values=True))
        request = "\n".join(
            (
                self.command,
                address.path,
                "&".join(f"{quote(word, safe='-_.~')}={quote(value, safe='-_.~')}" for word, value in words),
                *(f"{name}:{(self.headers.get(name) or '').strip()}" for name in signed.split(";")),
                "",
                signed,
                digest,
            )
        )
        text = "\n".join(
            (
                "AWS4-HMAC-SHA256",
                self.headers.get("x-amz-date", ""),
                scope,
                hashlib.sha256(request.encode()).hexdigest(),
            )
        )
        key = f"AWS4{KEY}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return f"Signature={hmac.new(key, text.encode(), hashlib.sha256).hexdigest()}"

    def _answer(self, status: int, body: bytes = b"", **head: str) -> None:
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def running() -> Iterator[Server]:
    """A server on a free port."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
