"""The client's process: keep-alive connections that speak just enough HTTP, so that the server is what is measured."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any, cast

import uvloop

from benchmarks.service_orders import batch_request, batches, postings, request, stream_request

WARM_SHARE = 10
PATIENCE_S = 30


class Connection(asyncio.Protocol):
    """One connection with one request on its way at most."""

    def __init__(self, answered: Callable[[Connection, bytes], None]) -> None:
        self._answered = answered
        self._buffer = b""
        self._parts: list[bytes] = []
        self._missing = 0
        self.sent_at = 0.0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._parts.append(data)
            self._missing -= len(data)
            if self._missing <= 0:
                whole, self._parts = b"".join(self._parts), []
                self._missing = 0
                self._answered(self, whole)
            return
        data = self._buffer + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._buffer = data
            return
        self._buffer = b""
        said = data.find(b"content-length: ", 0, end) + 16
        missing = int(data[said : data.find(b"\r", said)]) + end + 4 - len(data) if said > 15 else 0
        if missing > 0:
            self._parts, self._missing = [data], missing
        else:
            self._answered(self, data)

    def connection_lost(self, error: Exception | None) -> None:
        self._answered(self, b"")


class Load:
    """Requests sent over connections, as fast as they are answered or at a rate."""

    def __init__(self, requests: Iterator[bytes], seconds: float, expected: bytes, count: int) -> None:
        self._requests = requests
        self._seconds = seconds
        self._expected = expected
        self._count = count
        self.latencies: list[float] = []
        self.wrong: list[bytes] = []
        self.done = 0
        self.finished = asyncio.Event()
        self.begun = self.ended = 0.0
        self._idle: list[Connection] = []
        self._due: list[float] = []
        self._open = 0
        self._until = 0.0
        self._at_a_rate = False

    async def connect(self, address: str, connections: int) -> list[Connection]:
        host, port = address.removeprefix("http://").rsplit(":", 1)
        loop = asyncio.get_running_loop()
        made = [
            await loop.create_connection(lambda: Connection(self._answered), host, int(port))
            for _ in range(connections)
        ]
        return [connection for _, connection in made]

    async def closed(self, connections: list[Connection]) -> None:
        """The next request as soon as one is answered, on every connection."""
        self.begun = perf_counter()
        self._until = self.begun + self._seconds
        self._open = len(connections)
        for connection in connections:
            self._send(connection, perf_counter())
        await asyncio.wait_for(self.finished.wait(), self._seconds + PATIENCE_S)

    async def at_rate(self, connections: list[Connection], rate: float) -> None:
        """Requests at a rate, whatever the answers do; each is timed from when it was due."""
        self.begun = now = perf_counter()
        self._until = self.begun + self._seconds
        self._at_a_rate = True
        self._idle = list(connections)
        sent = 0
        while (now := perf_counter()) < self._until:
            due = int((now - self.begun) * rate)
            self._due += [self.begun + (sent + one) / rate for one in range(due - sent)]
            sent = due
            self._serve()
            await asyncio.sleep(0.001)
        while (self._due or self._open) and perf_counter() < self._until + PATIENCE_S:
            await asyncio.sleep(0.005)
            self._serve()
        self.ended = perf_counter()

    def _serve(self) -> None:
        while self._due and self._idle:
            self._open += 1
            self._send(self._idle.pop(), self._due.pop(0))

    def _send(self, connection: Connection, due: float) -> None:
        one = next(self._requests, None)
        if one is None:
            self._leave()
            return
        connection.sent_at = due
        connection.transport.write(one)

    def _leave(self) -> None:
        self._open -= 1
        if self._open == 0:
            self.ended = perf_counter()
            self.finished.set()

    def _answered(self, connection: Connection, answer: bytes) -> None:
        now = perf_counter()
        if answer.count(self._expected) != self._count:
            if not self.finished.is_set() and self.begun:
                self.wrong.append(answer[:2000])
            if not answer:
                self._leave()
                return
        self.done += 1
        self.latencies.append(now - connection.sent_at)
        if self._at_a_rate:
            self._open -= 1
            self._idle.append(connection)
        elif now < self._until:
            self._send(connection, now)
        else:
            self._leave()


class Reader(asyncio.Protocol):
    """A reader of an event stream: counts what it gets."""

    bytes_read = 0
    chunks = 0
    lost = False

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.chunks:
            self.head = data[:200]
        self.bytes_read += len(data)
        self.chunks += 1

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True


def requests_of(order: dict[str, Any]) -> tuple[list[bytes], list[bytes]]:
    """The requests to warm up with, and those that are measured."""
    keys, run = order["keys"], order["run"]
    if order["kind"] == "batches":
        full = batches(order["count"])
        made = [batch_request(one, keys, f"{run}-{place}") for place, one in enumerate(full)]
        return [batch_request(one, keys, f"{run}-w{place}") for place, one in enumerate(full[:32])], made
    flow = postings(order["count"])
    made = [request(one, keys, f"{run}-{place}") for place, one in enumerate(flow)]
    return made[: order["count"] // WARM_SHARE], made[order["count"] // WARM_SHARE :]


async def load(order: dict[str, Any]) -> dict[str, Any]:
    """Warm up, then measure."""
    warm, made = requests_of(order)
    expected, count = (b'"status":200', 100) if order["kind"] == "batches" else (b"HTTP/1.1 200", 1)
    warming = Load(iter(warm), order.get("warm_seconds", 1.0), expected, count)
    await warming.closed(await warming.connect(order["address"], order["connections"]))
    measured = Load(iter(made), order["seconds"], expected, count)
    connections = await measured.connect(order["address"], order["connections"])
    gc.collect()
    gc.freeze()
    gc.disable()
    print("begun", flush=True)
    if "rate" in order:
        await measured.at_rate(connections, order["rate"])
    else:
        await measured.closed(connections)
    for connection in connections:
        connection.transport.abort()
    wrong = warming.wrong + measured.wrong
    latencies = sorted(measured.latencies)
    return {
        "answered": measured.done,
        "seconds": measured.ended - measured.begun,
        "p50_ms": 1e3 * latencies[len(latencies) // 2],
        "p99_ms": 1e3 * latencies[len(latencies) * 99 // 100],
        "wrong": len(wrong),
        "example": wrong[0].decode(errors="replace") if wrong else "",
    }


async def read(order: dict[str, Any]) -> None:
    """Open streams, say so, read until the input ends, say what was read."""
    host, port = order["address"].removeprefix("http://").rsplit(":", 1)
    loop = asyncio.get_running_loop()
    keys = order["keys"]
    readers: list[Reader] = []
    for number in range(order["readers"]):
        opened = stream_request(keys[number % len(keys)], order["topics"])
        _, reader = await loop.create_connection(lambda opened=opened: Reader(opened), host, int(port))  # type: ignore[misc]
        readers.append(reader)
        if number % 50 == 49:
            await asyncio.sleep(0.05)
    while any(not reader.chunks and not reader.lost for reader in readers):
        await asyncio.sleep(0.05)
    print(json.dumps(_read(readers)), flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    print(json.dumps(_read(readers)), flush=True)


def _read(readers: list[Reader]) -> dict[str, Any]:
    return {
        "bytes": sum(reader.bytes_read for reader in readers),
        "lost": sum(reader.lost for reader in readers),
        "open": sum(reader.head.startswith(b"HTTP/1.1 200") for reader in readers),
        "example": readers[0].head.decode(errors="replace"),
    }


def main() -> None:
    order = json.loads(sys.argv[1])
    if order["kind"] == "readers":
        uvloop.run(read(order))
    else:
        print(json.dumps(uvloop.run(load(order))))


if __name__ == "__main__":
    main()
