"""How long orders take while a quiz is sat: 20 applicants at a time, each entering anew as soon as he is scored.

Run as a module, it is the process that sits the quiz, until its input ends. A paper is drawn and scored by the same
writer that matches orders.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import perf_counter
from typing import Any

from benchmarks.harness import Result
from benchmarks.ours import NEUTRAL
from benchmarks.service_orders import EXCHANGE
from benchmarks.service_stage import prepared, started
from benchmarks.uploads import measured

Order = dict[str, Any]

PACKS = (*NEUTRAL, "hubei_retail")
VISITORS = 20


def quizzes(order: Order) -> Result:
    """Orders at a steady rate, alone and beside 20 applicants who sit the quiz without a pause."""
    with (
        prepared(order["database"], PACKS) as stage,
        started("service", **stage, visitors=VISITORS) as server,
    ):
        sitting = {"kind": "quizzes", "address": server.address, "keys": server.visitors}
        beside, found, told = measured(server, order["seconds"], "benchmarks.quizzes", sitting)
        extra = {**found, "papers_per_second": told["scored"] / told["seconds"]}
        return Result(beside["answered"], beside["seconds"], extra=extra)


# --- the process that sits the quiz ------------------------------------------------------------------


class Visitor:
    """One applicant on a connection of his own."""

    def __init__(self, key: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._key = key
        self._reader = reader
        self._writer = writer

    async def sit(self) -> None:
        """Enter, and answer every question with its first option."""
        drawn = (await self._send("hubei_retail.enter_quiz", {}))["events"][0]
        answers = {question: "A" for question, _ in drawn["questions"]}
        scored = await self._send("hubei_retail.answer_quiz", {"paper": drawn["paper"], "answers": answers})
        if scored["events"][0]["event"] != "hubei_retail.quiz_scored":
            raise ValueError(f"not scored: {scored}")

    def leave(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def _send(self, command: str, fields: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps(fields).encode()
        head = (
            f"POST /api/{EXCHANGE}/commands/{command} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {self._key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        told = await self._reader.readexactly(length)
        if b" 200 " not in answer.splitlines()[0]:
            raise ValueError(told.decode(errors="replace"))
        found: dict[str, Any] = json.loads(told)
        return found


async def _sit(order: Order) -> dict[str, Any]:
    host, port = order["address"].removeprefix("http://").rsplit(":", 1)
    enough = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, enough.set)
    scored = 0
    wrong: list[str] = []

    async def one(key: str) -> None:
        nonlocal scored
        visitor = Visitor(key, *await asyncio.open_connection(host, int(port)))
        while not enough.is_set():
            try:
                await visitor.sit()
            except (ValueError, KeyError) as error:
                wrong.append(str(error)[:500])
                break
            scored += 1
        visitor.leave()

    print("begun", flush=True)
    begun = perf_counter()
    await asyncio.gather(*(one(key) for key in order["keys"]))
    seconds = perf_counter() - begun
    return {"scored": scored, "seconds": seconds, "wrong": len(wrong), "example": wrong[0] if wrong else ""}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_sit(json.loads(sys.argv[1])))), flush=True)
