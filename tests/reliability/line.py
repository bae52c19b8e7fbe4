"""One connection to a server, kept alive: either a whole answer comes, or it is said that the answer was lost."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen


class Lost(Exception):
    """No whole answer came; what became of the request is not known."""


@frozen
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem; nothing where it is none."""
        if self.headers.get("content-type", "") != "application/problem+json":
            return ""
        return str(self.json()["code"])

    @property
    def is_problem(self) -> bool:
        """Whether it is a whole problem document that says when to come again, where that helps."""
        found = self.json()
        whole = found["status"] == self.status and bool(found["title"]) and bool(found["code"])
        return whole and (self.status != 503 or int(self.headers["retry-after"]) >= 1)


class Line:
    """A connection; it is opened anew after an answer was lost."""

    def __init__(self, address: str, timeout_s: float = 20) -> None:
        self.address = address
        self._timeout_s = timeout_s
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request and wait for its answer; raises Lost."""
        if self._connection is None:
            at = urlsplit(self.address)
            assert at.hostname is not None
            self._connection = http.client.HTTPConnection(at.hostname, at.port, timeout=self._timeout_s)
        try:
            self._connection.request(method, path, body or None, {**(headers or {})})
            response = self._connection.getresponse()
            found = Answer(
                response.status,
                {name.lower(): value for name, value in response.getheaders()},
                response.read(),
            )
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Lost(repr(error)) from error
        return found
