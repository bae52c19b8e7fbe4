"""A driver that speaks to a running server over HTTP: the same features, the same steps, another door."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from tanpan.driver import Answer, answer_of
from tanpan.messages import DOOR, Event
from tanpan.queries import QUERIES
from tanpan.refusals import Refusal
from tanpan.views import Row, View
from tanpan.wire import record_from, untold

STAFF: Final = "admin"
PAGE: Final = 1_000
INSIDE: Final = ("price_fen", "quantity_tonnes")
"""What rows inside rows (the levels of a board) are in units."""


class HttpDriver:
    """One exchange of a server whose clock is simulated; `key_of` gives an actor's key ("" for nobody's).

    `at_the_door` sends what the door says: it signs in nowhere, but belongs to the server.
    """

    def __init__(
        self,
        address: str,
        exchange: str,
        key_of: Callable[[str], str],
        event_types: Mapping[str, type[Event]],
        views: Mapping[str, View],
        replay: Callable[[], str],
        at_the_door: Callable[[str, Mapping[str, Any], str], bytes] | None = None,
    ) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._exchange = exchange
        self._key_of = key_of
        self._event_types = event_types
        self._views = views
        self._replay = replay
        self._at_the_door = at_the_door
        self._requests = 0
        self._seq = 0

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def send(self, actor: str, command: str, fields: Mapping[str, Any], request_id: str = "") -> Answer:
        self._requests += 1
        request = request_id or f"request {self._requests}"
        if actor == DOOR and self._at_the_door is not None:
            body = self._at_the_door(command, fields, request)
        else:
            path = f"/commands/{quote(command)}"
            body = self._ask(actor, "POST", path, fields, {"Idempotency-Key": request})
        answer = answer_of(record_from(body, self._event_types))
        self._seq = max(self._seq, answer.seq)
        return answer

    def query(self, actor: str, name: str, where: Mapping[str, Any]) -> list[Row]:
        words = {word: str(value) for word, value in where.items()}
        if name in self._views:
            # What was done by this driver is to be seen, however far behind the views are.
            words |= {"limit": str(PAGE), "at_least": str(self._seq)}
        rows: list[Row] = []
        while True:
            page = json.loads(self._ask(actor, "GET", f"/queries/{quote(name)}?{urlencode(words)}"))
            rows += page["rows"]
            if not page["next"]:
                break
            words["after"] = page["next"]
        return list(untold(rows, self._names(name)))

    def _names(self, name: str) -> Iterable[str]:
        view = self._views.get(name)
        columns = view.columns if view is not None else QUERIES[name].columns
        return {*(column.name for column in columns), *INSIDE}

    def advance(self, at: int) -> None:
        answer = json.loads(self._ask(STAFF, "POST", "/clock", {"now": at}))
        self._seq = max(self._seq, answer["seq"])

    def now(self) -> int:
        return int(json.loads(self._ask(STAFF, "GET", ""))["now_us"])

    def state(self) -> str:
        return str(json.loads(self._ask(STAFF, "GET", "/state"))["state"])

    def trading_day_after(self, day: date, count: int) -> date:
        words = urlencode({"after": day.isoformat(), "count": count})
        days = json.loads(self._ask(STAFF, "GET", f"/calendar?{words}"))["days"]
        return date.fromisoformat(days[-1])

    def rule(self, market: str, parameter: str, day: date) -> tuple[Any, str]:
        path = f"/rules/{quote(market)}/{quote(parameter)}?day={day.isoformat()}"
        rule = json.loads(self._ask(STAFF, "GET", path))
        return rule["value"], rule["clause"]

    def replayed(self) -> str:
        return self._replay()

    def _ask(
        self,
        actor: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """What the server answers; its problem is raised as the Refusal it tells."""
        sent = {name: value.encode() for name, value in (headers or {}).items()}
        key = self._key_of(actor) if actor else ""
        if key:
            sent["Authorization"] = f"Bearer {key}".encode()
        payload = None
        if body is not None:
            payload = json.dumps(body, default=str).encode()
            sent["Content-Type"] = b"application/json"
        self._connection.request(method, f"/api/{self._exchange}{path}", payload, sent)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status < 400:
            return answer
        problem = json.loads(answer)
        if "code" not in problem:
            raise AssertionError(f"{method} {path}: {response.status} {problem}")
        raise Refusal(problem["code"], problem["clause"], **problem["details"])
