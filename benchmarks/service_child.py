"""The server's process: serves what its argument describes, answers what is asked on its standard input.

It is started as `tanpan serve` would be, with the clock inside a session of the prepared day. The first line
it writes is where it listens and the keys of the participants; `figures` asks for its memory and sequences.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import msgspec
from litestar import Litestar, post

from benchmarks import ours
from benchmarks.harness import resident_bytes
from benchmarks.service_orders import COMMAND, EXCHANGE, PARTICIPANTS
from tanpan.messages import DOOR
from tanpan_adapters.api.serving import server
from tanpan_adapters.cli.running import run
from tanpan_adapters.service import memory
from tanpan_adapters.service.configuration import (
    Attachments,
    Database,
    ExchangeTable,
    Limits,
    Logs,
    Settings,
    Simulation,
    Vault,
)
from tanpan_adapters.service.host import Host
from tanpan_adapters.service.requests import Request

LIMITS = Limits(
    requests_per_second=1_000_000,
    request_burst=1_000_000,
    anonymous_per_second=1_000_000,
    anonymous_burst=1_000_000,
    queue=100_000,
    streams_per_user=10_000,
)
PLENTY = {"waiting_bytes": 1 << 40, "user_bytes": 1 << 40, "uploads_per_minute": 1_000_000}


class Posting(msgspec.Struct):
    """What the handler that does nothing decodes: the fields of our order."""

    account: str
    instrument: str
    side: str
    price: str
    quantity: int


def main() -> None:
    order = json.loads(sys.argv[1])
    ours.assembly()  # the neutral pack is found from here on
    if order["kind"] == "bare":
        _bare()
    else:
        _service(order)


def settings_of(order: dict[str, Any]) -> Settings:
    """The settings of a measured service."""
    return Settings(
        database=Database(url=order["url"]),
        limits=LIMITS,
        vault=Vault(key_file=str(Path(order["folder"]) / "vault.key")),
        attachments=Attachments(folder=str(Path(order["folder"]) / "attachments"), **PLENTY),
        simulation=Simulation(start=order.get("start", "2026-03-02T09:31:00")),
        logs=Logs(level="error"),
        exchanges={EXCHANGE: ExchangeTable(packs=list(order.get("packs", ours.NEUTRAL)))},
    )


def _service(order: dict[str, Any]) -> None:
    def ready(host: Host, address: str, stop: Callable[[], None]) -> None:
        if not order.get("stand_by"):
            host.wait_until_writing()
        keys = [] if order.get("no_keys") else _keys(host)
        _say({"address": address, "keys": keys, "visitors": _visitors(host, order.get("visitors", 0))})
        hosted = host.exchanges[EXCHANGE]
        for line in sys.stdin:
            if line.strip() == "figures":
                _say(
                    {
                        "memory": resident_bytes(),
                        "cpu_seconds": process_time(),
                        "committed": hosted.writer.committed_seq,
                        "projected": hosted.projection.seq,
                        "state": hosted.writer.state,
                    }
                )
        stop()

    run(settings_of(order), "127.0.0.1", 0, "en", ready)


def _keys(host: Host) -> list[str]:
    return [
        host.identity.issue_key(EXCHANGE, f"O{index}", ("read", "trade", "manage"))
        for index in range(PARTICIPANTS)
    ]


def _visitors(host: Host, count: int) -> list[str]:
    """The keys of so many applicants, let in by the door."""
    if not count:
        return []
    names = [f"visitor{number}" for number in range(count)]
    asked = [
        Request(f"let in {name}", DOOR, "web", "core.register_applicant", msgspec.json.encode({"user": name}))
        for name in names
    ]
    answers = asyncio.run(host.exchanges[EXCHANGE].writer.send(asked))
    if any(answer.refusal is not None for answer in answers):
        raise RuntimeError(f"a visitor was not let in: {answers}")
    return [host.identity.issue_key(EXCHANGE, name, ("read", "trade", "manage")) for name in names]


def _bare() -> None:
    """A Litestar handler that decodes the same body into an equal Struct and does nothing, served alike."""

    @post(f"/api/{EXCHANGE}/commands/{COMMAND}", status_code=200)
    async def handler(data: Posting) -> None:
        """Nothing."""

    app = Litestar([handler], openapi_config=None, logging_config=None)
    running = server(app, Settings().http, "127.0.0.1", 0)  # type: ignore[arg-type]
    announced = running.startup

    async def startup(sockets: Any = None) -> None:
        await announced(sockets)
        memory.settle()
        _say({"address": running.address, "keys": ["tpk_none"] * PARTICIPANTS})

    running.startup = startup  # type: ignore[method-assign]
    _stop_at_end_of_input(running)
    running.run()


def _stop_at_end_of_input(running: Any) -> None:
    def wait() -> None:
        for line in sys.stdin:
            if line.strip() == "figures":
                _say({"memory": resident_bytes(), "cpu_seconds": process_time()})
        running.should_exit = True

    threading.Thread(target=wait, daemon=True).start()


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
