"""How long orders take while papers are handed in: 20 at a time, of 5 MB each, looked at, sealed and stored.

`uploads` measures orders at a steady rate twice, alone and beside them. Run as a module, it is the process that
hands in, until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import random
import struct
import sys
import zlib
from time import perf_counter
from typing import Any

from benchmarks.harness import Result
from benchmarks.service_orders import EXCHANGE
from benchmarks.service_stage import Process, Server, checked, client, prepared, started

Order = dict[str, Any]

RATE = 200
"""Orders per second: a busy session of this kind of market."""
CONNECTIONS = 16
UPLOADERS = 20
FILE_BYTES = 5_000_000


def uploads(order: Order) -> Result:
    """Orders at a steady rate, alone and beside 20 uploads at a time."""
    with prepared(order["database"]) as stage, started("service", **stage) as server:
        giving = {"kind": "uploads", "address": server.address, "keys": server.keys}
        beside, found, told = measured(server, order["seconds"], "benchmarks.uploads", giving)
        extra = {
            **found,
            "uploads_per_second": told["taken"] / told["seconds"],
            "upload_seconds": told["longest_seconds"],
            "server_mb": server.figures()["memory"] / 1e6,
        }
        return Result(beside["answered"], beside["seconds"], extra=extra)


def measured(
    server: Server, seconds: float, module: str, doing: Order
) -> tuple[dict[str, Any], dict[str, float], dict[str, Any]]:
    """Orders at a steady rate, alone and beside a process that does something else until it is told to end.

    What was found of those beside, how long both took, and what the process told.
    """
    alone = _orders(server, seconds, "alone")
    other = Process(module, doing)
    try:
        other.line()
        beside = _orders(server, seconds, "beside")
        other.say("enough")
        told = checked(other.hear())
    finally:
        other.end()
    found = {
        "p50_ms": alone["p50_ms"],
        "p99_ms": alone["p99_ms"],
        "beside_p50_ms": beside["p50_ms"],
        "beside_p99_ms": beside["p99_ms"],
    }
    return beside, found, told


def _orders(server: Server, seconds: float, run: str) -> dict[str, Any]:
    order = {
        "count": int((seconds + 2) * RATE) * 2,
        "connections": CONNECTIONS,
        "seconds": seconds,
        "warm_seconds": 0.5,
        "rate": RATE,
        "run": run,
    }
    running = client(server, "orders", **order)
    try:
        running.line()
        return checked(running.hear())
    finally:
        running.end()


# --- the process that hands in ---------------------------------------------------------------------


def picture(size: int, seed: int) -> bytes:
    """A PNG of about so many bytes that nothing makes smaller."""
    side = int((size / 3) ** 0.5)
    noise = random.Random(seed)
    rows = b"".join(b"\0" + noise.randbytes(side * 3) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


async def _give(order: Order) -> dict[str, Any]:
    host, port = order["address"].removeprefix("http://").rsplit(":", 1)
    files = [picture(FILE_BYTES, seed) for seed in range(UPLOADERS)]
    enough = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, enough.set)
    longest: list[float] = []
    wrong: list[str] = []

    async def one(number: int) -> None:
        key = order["keys"][number % len(order["keys"])]
        head = (
            f"POST /api/{EXCHANGE}/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
            f"X-Filename: a.png\r\nContent-Type: image/png\r\nContent-Length: {len(files[number])}\r\n\r\n"
        )
        reader, writer = await asyncio.open_connection(host, int(port))
        while not enough.is_set():
            begun = perf_counter()
            writer.write(head.encode() + files[number])
            answer = await reader.readuntil(b"\r\n\r\n")
            length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            longest.append(perf_counter() - begun)
            if b" 201 " not in answer.splitlines()[0]:
                wrong.append(body.decode(errors="replace"))
        writer.close()

    print("begun", flush=True)
    begun = perf_counter()
    await asyncio.gather(*(one(number) for number in range(UPLOADERS)))
    return {
        "taken": len(longest) - len(wrong),
        "seconds": perf_counter() - begun,
        "longest_seconds": max(longest),
        "wrong": len(wrong),
        "example": wrong[0] if wrong else "",
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_give(json.loads(sys.argv[1])))), flush=True)
