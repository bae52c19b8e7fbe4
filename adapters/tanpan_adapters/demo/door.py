"""A program's way in: commands and queries over HTTP with an API key, on one connection that is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

TIMEOUT_S: Final = 20.0
SHOWN_BODY: Final = 200


class Refused(Exception):
    """The exchange refused: `code` says why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Away(Exception):
    """The service can't be reached, or can't answer now."""


class Door:
    """One user of one exchange, by his key. For one thread at a time."""

    def __init__(self, address: str, exchange: str, key: str) -> None:
        parts = urlsplit(address)
        self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        self._path = f"/api/{quote(exchange)}"
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}

    def send(self, command: str, request_id: str = "", **fields: Any) -> dict[str, Any]:
        """Send a command; its answer. Raises Refused or Away."""
        headers = {**self._headers, "Content-Type": "application/json"}
        if request_id:
            headers["Idempotency-Key"] = request_id
        body = json.dumps(fields).encode()
        answer: dict[str, Any] = self._ask("POST", f"{self._path}/commands/{quote(command)}", body, headers)
        return answer

    def ask(self, query: str, **where: Any) -> list[dict[str, Any]]:
        """The rows of a query. Raises Refused or Away."""
        path = f"{self._path}/queries/{quote(query)}"
        answer = self._ask("GET", f"{path}?{urlencode(where)}" if where else path, None, self._headers)
        rows: list[dict[str, Any]] = answer["rows"]
        return rows

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        try:
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
            said = answer.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise Away(str(error) or type(error).__name__) from None
        return _read(answer, said)


def _read(answer: HTTPResponse, said: bytes) -> Any:
    try:
        found = json.loads(said)
    except ValueError:
        raise Away(f"{answer.status} {said[:SHOWN_BODY]!r}") from None
    if answer.status == 200:
        return found
    if answer.status >= 500 or answer.status == 429:
        raise Away(f"{answer.status} {found.get('code', '')}")
    raise Refused(found.get("code", str(answer.status)), found.get("detail") or found.get("title", ""))
