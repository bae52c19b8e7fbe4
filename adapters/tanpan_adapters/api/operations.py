"""For operators: is it alive, may it be sent requests, what has it counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response, get
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tanpan_adapters.service.metrics import METRICS

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host

MOST_LAG: Final = 100_000
"""How many records the views may be behind a node that is ready."""

DATABASE_S: Final = 2.0
FRESH_S: Final = 0.5
"""How long it is believed that the database can be reached, or can't: anybody may ask, as often as he likes."""


def make_operation_routes(host: Host) -> list[Any]:
    """`/health`, `/ready` and `/metrics`; nobody signs in for them, and they tell no business."""

    reach = _Reach(host)

    @get("/health", summary="Is the process alive", tags=["operations"])
    async def health() -> Response[bytes]:
        """The process answers."""
        return _json({"status": "alive"})

    @get("/ready", summary="May requests be sent here", tags=["operations"])
    async def ready() -> Response[bytes]:
        """Every exchange writes, its views keep up, the database can be reached; 503 with the reasons otherwise."""
        reasons = list(_not_ready(host))
        if not await reach():
            reasons.append({"exchange": "", "why": "database"})
        found: dict[str, Any] = {
            "status": "ready" if not reasons else "not ready",
            "reasons": reasons,
            "exchanges": {name: hosted.writer.state for name, hosted in host.exchanges.items()},
        }
        return _json(found, 503 if reasons else 200)

    @get("/metrics", summary="What was counted, for Prometheus", tags=["operations"])
    async def metrics() -> Response[bytes]:
        """The process's metrics in Prometheus' text format."""
        return Response(METRICS.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [health, ready, metrics]


def gauges_of(host: Host) -> Any:
    """What is measured when somebody looks: queues, lags, event-stream readers."""

    def gauges() -> Iterable[tuple[str, str, str, float]]:
        for name, hosted in list(host.exchanges.items()):
            writer = hosted.writer
            lag = max(0, writer.committed_seq - hosted.projection.seq)
            yield "tanpan_queue_depth", "Requests taken and not yet answered.", name, writer.depth()
            yield "tanpan_committed_seq", "The last committed record.", name, writer.committed_seq
            yield "tanpan_projection_lag_records", "Records the views are behind.", name, lag
            yield "tanpan_writing", "1 where this node writes.", name, float(writer.state == "writing")
            yield from hosted.feed.readers.gauges()

    return gauges


def _not_ready(host: Host) -> Iterable[dict[str, Any]]:
    for name, hosted in host.exchanges.items():
        if hosted.writer.state != "writing":
            yield {"exchange": name, "why": hosted.writer.state}
            continue
        lag = hosted.writer.committed_seq - hosted.projection.seq
        if lag > MOST_LAG:
            yield {"exchange": name, "why": "lagging", "records": lag}


class _Reach:
    """Whether the database can be reached: asked once at a time, however many want to know, and remembered a moment."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._asked: asyncio.Future[bool] | None = None
        self._at = 0.0
        # Of its own: others may be waiting for the database in every thread there is.
        self._thread = ThreadPoolExecutor(1, "tanpan-ready")

    async def __call__(self) -> bool:
        asked = self._asked
        if asked is None or (asked.done() and time.monotonic() - self._at > FRESH_S):
            self._at = time.monotonic()
            asked = self._asked = asyncio.get_running_loop().run_in_executor(self._thread, self._select)
        try:
            return await asyncio.wait_for(asyncio.shield(asked), DATABASE_S)
        except TimeoutError:
            return False

    def _select(self) -> bool:
        try:
            with self._host.engine.connect() as connection:
                connection.execute(text("select 1"))
        except SQLAlchemyError:
            return False
        return True


def _json(document: Any, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(document), status_code=status, media_type="application/json")
