"""A stage for a measurement: a prepared database, servers and clients in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.ours import NEUTRAL, PACKS, Bench, assembly
from benchmarks.service_database import database
from benchmarks.service_orders import EXCHANGE, PARTICIPANTS
from tanpan_adapters.calendars import published
from tanpan_adapters.runner import Runner

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60


class Process:
    """A child that is spoken to line by line."""

    def __init__(self, module: str, order: dict[str, Any]) -> None:
        self.order = order
        command = [sys.executable, "-m", module, json.dumps(order)]
        self.child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """The next line that it writes."""
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.order['kind']} ended with {self.child.wait(PATIENCE_S)}")
        return line

    def hear(self) -> dict[str, Any]:
        """The next line that it writes, in JSON."""
        told: dict[str, Any] = json.loads(self.line())
        return told

    def say(self, words: str) -> None:
        """A line for it."""
        assert self.child.stdin is not None
        self.child.stdin.write(words + "\n")
        self.child.stdin.flush()

    def end(self) -> None:
        """Close its input and wait until it has ended."""
        assert self.child.stdin is not None
        self.child.stdin.close()
        try:
            self.child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise


class Server(Process):
    """A server that listens."""

    def __init__(self, kind: str, **order: Any) -> None:
        super().__init__("benchmarks.service_child", {"kind": kind, **order})
        told = self.hear()
        self.address: str = told["address"]
        self.keys: list[str] = told["keys"]
        self.visitors: list[str] = told.get("visitors", [])

    def figures(self) -> dict[str, Any]:
        """Its resident memory, the sequence it has committed and the one its views have come to."""
        self.say("figures")
        return self.hear()


@contextmanager
def started(kind: str, **order: Any) -> Iterator[Server]:
    """A server while it is wanted."""
    server = Server(kind, **order)
    try:
        yield server
    finally:
        if server.child.poll() is None:
            server.end()


def client(server: Server, kind: str, **order: Any) -> Process:
    """A client that measures a server; its first line comes when it has warmed up."""
    said = {"kind": kind, "address": server.address, "keys": server.keys, "run": "run", **order}
    return Process("benchmarks.service_client", said)


def load(server: Server, kind: str, **order: Any) -> dict[str, Any]:
    """What a client found from its begin to its end; nothing may be answered otherwise than expected."""
    running = client(server, kind, **order)
    try:
        running.line()
        return checked(running.hear())
    finally:
        running.end()


def checked(told: dict[str, Any]) -> dict[str, Any]:
    """What a client told, if all answers were as expected."""
    if told["wrong"]:
        raise RuntimeError(f"{told['wrong']} answers are wrong, such as {told['example']}")
    return told


@contextmanager
def prepared(kind: str, packs: Sequence[str] = NEUTRAL) -> Iterator[dict[str, Any]]:
    """The `url` and `folder` of a database that holds an exchange in session, with participants endowed."""
    with tempfile.TemporaryDirectory(dir=ROOT / "benchmarks", prefix=".scratch-") as name:
        folder = Path(name)
        with database(kind, folder) as url:
            with runner(url, packs=packs) as made:
                Bench(made.exchange).prepare(1, PARTICIPANTS)
                made.commit()
            yield {"url": url, "folder": name, "packs": list(packs)}


def runner(url: str, snapshot_every: int = 1 << 60, packs: Sequence[str] = NEUTRAL) -> Runner:
    """A runner of the exchange, which takes no snapshot by itself."""
    return Runner(url, EXCHANGE, assembly(packs), published(), snapshot_every=snapshot_every)


def _environment() -> dict[str, str]:
    """The neutral pack lives with the tests; the follower of the views has to find it too."""
    return {**os.environ, "PYTHONPATH": f"{ROOT}:{PACKS}"}
