"""The orders of the service's measurements: postings of the generated flow, as requests and as what they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from benchmarks.flow import generate
from benchmarks.reference import POST, Command

EXCHANGE = "bench"
COMMAND = "core.post_listing"
PARTICIPANTS = 10
PER_BATCH = 100


@cache
def postings(count: int) -> list[Command]:
    """The first postings of the flow: on many connections nobody knows the numbers that a withdrawal would name."""
    flow = generate(count + count // 7 + 1_000, instruments=1, participants=PARTICIPANTS)
    return [command for command in flow if command[0] == POST][:count]


def batches(count: int, size: int = PER_BATCH) -> list[list[Command]]:
    """So many postings in batches, each of one participant (he signs for it), in the order in which they fill up."""
    filling: list[list[Command]] = [[] for _ in range(PARTICIPANTS)]
    full: list[list[Command]] = []
    for posting in postings(2 * count):
        waiting = filling[posting[2]]
        waiting.append(posting)
        if len(waiting) == size:
            full.append(waiting[:])
            waiting.clear()
            if len(full) * size >= count:
                break
    return full


def fields(posting: Command) -> dict[str, object]:
    """A posting as the fields of its command."""
    _, _, who, what, buy, price_fen, tonnes = posting
    return {
        "account": f"A{who}",
        "instrument": f"U{what}",
        "side": "buy" if buy else "sell",
        "price": f"{price_fen // 100}.{price_fen % 100:02d}",
        "quantity": tonnes,
    }


def request(posting: Command, keys: Sequence[str], number: str) -> bytes:
    """A posting as a request of its own, whole."""
    body = json.dumps(fields(posting)).encode()
    return _request(f"commands/{COMMAND}", keys[posting[2]], body, f"idempotency-key: {number}\r\n")


def batch_request(batch: Sequence[Command], keys: Sequence[str], number: str) -> bytes:
    """A batch as a request, whole; its commands have request ids of their own."""
    entries = [
        {"command": COMMAND, "fields": fields(posting), "request_id": f"{number}-{place}"}
        for place, posting in enumerate(batch)
    ]
    return _request("batch", keys[batch[0][2]], json.dumps({"commands": entries}).encode())


def stream_request(key: str, topics: str) -> bytes:
    """An event stream opened."""
    head = f"GET /api/{EXCHANGE}/stream?topics={topics} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n\r\n"
    return head.encode()


def _request(path: str, key: str, body: bytes, more: str = "") -> bytes:
    head = (
        f"POST /api/{EXCHANGE}/{path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\n{more}content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
