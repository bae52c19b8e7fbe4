"""The service measured from outside: a server in a process of its own, its clients in another."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from time import perf_counter
from typing import Any

from benchmarks import ours, quizzes, uploads
from benchmarks.harness import Result, timed
from benchmarks.reference import Command
from benchmarks.service_orders import EXCHANGE, PARTICIPANTS, PER_BATCH, batches, postings, request
from benchmarks.service_stage import (
    Server,
    checked,
    client,
    load,
    prepared,
    runner,
    started,
)
from tanpan.calendar import instant
from tanpan.exchange import Exchange
from tanpan.listings import PostListing
from tanpan.messages import Envelope
from tanpan_adapters.calendars import published
from tanpan_adapters.projection import Projection
from tanpan_adapters.store import Journal, open_engine

Order = dict[str, Any]

CONNECTIONS = 64
BATCH_CONNECTIONS = 16
MOST_PER_SECOND = 25_000  # orders are made before the clock starts: enough of them for the quickest server
LOOK_S = 0.1
CATCH_UP_S = 60.0
GROUP = 1_000


def bare(order: Order) -> Result:
    """The handler that does nothing, as fast as it can and at half of that."""
    with started("bare") as server:
        told = _orders(server, order["seconds"])
        return _result(told, half=_at_half_rate(server, told, order["seconds"]))


def orders(order: Order) -> Result:
    """One order per request: as fast as it can, views caught up, then at half of that rate."""
    with prepared(order["database"]) as stage, started("service", **stage) as server:
        running = client(server, "orders", **_single(order["seconds"]))
        running.line()
        lag = _Lag(server)
        lag.watch(order["seconds"])
        told = checked(running.hear())
        running.end()
        caught_up = lag.caught_up()
        views: dict[str, Any] = {
            "lag_records": float(lag.records),
            "lag_seconds": lag.seconds,
            "catch_up_seconds": caught_up,
        }
        return _result(told, **views, half=_at_half_rate(server, told, order["seconds"]))


def batched(order: Order) -> Result:
    """Batches of 100 orders, each answered after its commit."""
    with prepared(order["database"]) as stage, started("service", **stage) as server:
        told = load(
            server,
            "batches",
            count=order["count"],
            connections=BATCH_CONNECTIONS,
            seconds=CATCH_UP_S,
            warm_seconds=CATCH_UP_S,
        )
        return _result(told, PER_BATCH)


def memory(order: Order) -> Result:
    """The same batches in memory: decided, evolved, encoded, by the kernel alone."""
    bench = ours.Bench(Exchange(EXCHANGE, ours.assembly(), published()))
    bench.prepare(1, PARTICIPANTS)
    exchange = bench.exchange
    exchange.drain()
    full = [_words(batch) for batch in batches(order["count"])]
    payloads: list[bytes] = []

    def work() -> None:
        for place, batch in enumerate(full):
            exchange.execute_all(
                [
                    Envelope(number, who, PostListing(account, instrument, side, price, tonnes))
                    for number, who, account, instrument, side, price, tonnes in batch
                ],
                bench.at + place,
            )
            payloads.append(exchange.encode_records(exchange.drain()))

    seconds, _ = timed(work)
    return Result(len(full) * PER_BATCH, seconds)


def readers(order: Order) -> Result:
    """One order per request without readers, then with; what each reader takes of the server's memory."""
    with prepared("sqlite") as stage, started("service", **stage) as server:
        without = _orders(server, order["seconds"])
        before = server.figures()["memory"]
        reading = client(server, "readers", readers=order["readers"], topics="quotes,depth,trades,notices")
        told = reading.hear()
        if told["open"] != order["readers"] or told["lost"]:
            raise RuntimeError(f"not all readers were let in: {told}")
        after = server.figures()["memory"]
        crowded = _orders(server, order["seconds"], run="crowded")
        reading.say("enough")
        told = reading.hear()
        reading.end()
        extra = {
            "rate_without": without["answered"] / without["seconds"],
            "bytes_per_reader": (after - before) / order["readers"],
            "lost": float(told["lost"]),
            "bytes_told": float(told["bytes"]),
        }
        return Result(crowded["answered"], crowded["seconds"], extra=extra)


def fold(order: Order) -> Result:
    """The views of a journal folded from its beginning, as their follower does it."""
    with prepared(order["database"]) as stage:
        with runner(stage["url"]) as made:
            _produce(made, postings(order["count"]))
        engine = open_engine(stage["url"], create=False)
        journal = Journal(engine, EXCHANGE)
        with Projection(stage["url"], EXCHANGE, ours.assembly(), published(), journal) as projection:
            seconds, _ = timed(projection.follow)
            folded = projection.exchange.seq
        engine.dispose()
        return Result(folded, seconds)


def start(order: Order) -> Result:
    """From the start of the process to an exchange that writes."""
    with prepared("sqlite") as stage:
        events = 0
        if order["how"] != "empty":
            with runner(stage["url"]) as made:
                while events < order["events"]:
                    events += _produce(made, postings(order["events"])[: order["events"] - events], events)
                if order["how"] == "snapshot":
                    made.snapshot()
        begun = perf_counter()
        with started("service", **stage, no_keys=True):
            return Result(1, perf_counter() - begun, extra={"events": float(events)})


def takeover(order: Order) -> Result:
    """From `kill -9` of a writer under load to an order answered by the stand-by."""
    with (
        prepared(order["database"]) as stage,
        started("service", **stage) as writer,
        started("service", **stage, stand_by=True, no_keys=True) as stand_by,
    ):
        running = client(writer, "orders", **{**_single(3.0), "run": "again"})
        running.line()
        time.sleep(1.0)
        os.kill(writer.child.pid, signal.SIGKILL)
        begun = perf_counter()
        number = 0
        while not _answers(stand_by, request(postings(1)[0], writer.keys, f"after {number}")):
            number += 1
            if perf_counter() - begun > CATCH_UP_S:
                raise RuntimeError(f"nobody took over: {stand_by.figures()}")
            time.sleep(0.005)
        seconds = perf_counter() - begun
        running.child.kill()
        running.child.wait()
        writer.child.wait()
        return Result(1, seconds)


CASES: dict[str, Callable[[Order], Result]] = {
    "bare": bare,
    "orders": orders,
    "batches": batched,
    "memory": memory,
    "readers": readers,
    "fold": fold,
    "start": start,
    "takeover": takeover,
    "quizzes": quizzes.quizzes,
    "uploads": uploads.uploads,
}


class _Lag:
    """How far the views are behind what is committed: in records, and in the time since those were committed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._committed: list[tuple[float, int]] = []
        self.records = 0
        self.seconds = 0.0

    def watch(self, seconds: float) -> None:
        until = perf_counter() + seconds
        while perf_counter() < until:
            self.look()
            time.sleep(LOOK_S)

    def look(self) -> int:
        """The records that are missing in the views now."""
        figures = self._server.figures()
        now = perf_counter()
        self._committed.append((now, figures["committed"]))
        missing = int(figures["committed"] - figures["projected"])
        self.records = max(self.records, missing)
        if missing:
            since = next((at for at, seq in self._committed if seq > figures["projected"]), now)
            self.seconds = max(self.seconds, now - since)
        return missing

    def caught_up(self) -> float:
        """Wait until the views are complete; how long that took."""
        begun = perf_counter()
        while self.look():
            if perf_counter() - begun > CATCH_UP_S:
                raise RuntimeError(
                    f"the views did not catch up within {CATCH_UP_S} s: {self._server.figures()}"
                )
            time.sleep(LOOK_S / 5)
        return perf_counter() - begun


def _single(seconds: float) -> dict[str, Any]:
    return {
        "count": int((seconds + 1) * MOST_PER_SECOND),
        "connections": CONNECTIONS,
        "seconds": seconds,
        "warm_seconds": 0.5,
    }


def _orders(server: Server, seconds: float, **more: Any) -> dict[str, Any]:
    return load(server, "orders", **_single(seconds), **more)


def _at_half_rate(server: Server, told: dict[str, Any], seconds: float) -> dict[str, float]:
    half = told["answered"] / told["seconds"] / 2
    found = _orders(server, seconds, run="half", rate=half)
    return {
        "half_rate": found["answered"] / found["seconds"],
        "half_p50_ms": found["p50_ms"],
        "half_p99_ms": found["p99_ms"],
    }


def _result(
    told: dict[str, Any], per: int = 1, half: dict[str, float] | None = None, **more: float
) -> Result:
    extra = {"p50_ms": told["p50_ms"], "p99_ms": told["p99_ms"], **(half or {}), **more}
    return Result(told["answered"] * per, told["seconds"], extra=extra)


def _words(batch: list[Command]) -> list[tuple[str, str, str, str, str, int, int]]:
    """A batch's orders with who and what as the strings that a request would bring."""
    return [
        (f"r{no}", f"O{who}", f"A{who}", f"U{what}", "buy" if buy else "sell", price, tonnes)
        for _, no, who, what, buy, price, tonnes in batch
    ]


def _produce(made: Any, flow: list[Command], first: int = 0) -> int:
    """Journal a flow of postings; how many events came of it."""
    at = instant(ours.DAY, ours.SESSION)
    events = 0
    for begin in range(0, len(flow), GROUP):
        envelopes = [
            Envelope(f"p{first} {number}", who, PostListing(account, instrument, side, price, tonnes))
            for number, who, account, instrument, side, price, tonnes in _words(flow[begin : begin + GROUP])
        ]
        made.submit_all(envelopes, at)
        events += sum(len(record.events) for record in made.commit())
    return events


def _answers(server: Server, asked: bytes) -> bool:
    host, port = server.address.removeprefix("http://").rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(asked)
            return connection.recv(65_536).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
