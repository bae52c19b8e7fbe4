"""Server processes that tests start, kill and start again, and the house they all serve."""

from __future__ import annotations

import itertools
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import msgspec

from api.callers import NAME, settle_in
from kernel.helpers import FIRST, SETUP, at
from reliability.line import Answer, Line, Lost
from tanpan.calendar import local
from tanpan.packs import assemble, load
from tanpan_adapters.identity import Identity
from tanpan_adapters.service.configuration import (
    Database,
    ExchangeTable,
    Limits,
    Settings,
    Simulation,
    Timetable,
    Vault,
)
from tanpan_adapters.store import open_engine
from tanpan_adapters.vault import Vault as Keeper

TESTS = Path(__file__).parents[1]
PLENTY = Limits(
    requests_per_second=1_000_000,
    request_burst=1_000_000,
    anonymous_per_second=1_000_000,
    anonymous_burst=1_000_000,
)
SCOPES = ("read", "trade", "manage")
SNAPSHOT_EVERY = 150
START_S = 60.0


class Node:
    """One server process."""

    _numbers = itertools.count(1)

    def __init__(self, settings: Settings, folder: Path, path: Sequence[Path], snapshot_every: int) -> None:
        self.number = next(Node._numbers)
        told = folder / f"settings-{self.number}.json"
        told.write_bytes(msgspec.json.encode(settings))
        paths = os.pathsep.join(map(str, (TESTS, TESTS / "packs", *path)))
        self.log = folder / f"node-{self.number}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "reliability.server_child", str(told), str(snapshot_every)],
                cwd=TESTS,
                env={**os.environ, "PYTHONPATH": paths},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.address = ""

    def listening(self, timeout_s: float = START_S) -> Node:
        """Wait until it has said where it listens."""
        assert self.process.stdout is not None
        if not self.address:
            found, _, _ = select.select([self.process.stdout], [], [], timeout_s)
            said = self.process.stdout.readline() if found else b""
            assert said, f"the server did not start: {self.log.read_text()[-4000:]}"
            self.address = said.decode().strip()
        return self

    def ready(self) -> tuple[int, dict[str, Any]]:
        """What it says of itself: a status, and the states of its exchanges; (0, {}) when it says nothing."""
        try:
            with Line(self.address, timeout_s=5) as line:
                answer = line.send("GET", "/ready")
        except Lost:
            return 0, {}
        return answer.status, answer.json()

    def state(self, exchange: str = NAME) -> str:
        """What the writer of an exchange does here."""
        return str(self.ready()[1].get("exchanges", {}).get(exchange, ""))

    def until(self, state: str, exchange: str = NAME, timeout_s: float = START_S) -> Node:
        """Wait until the writer of an exchange is in a state."""
        wait_until(lambda: self.state(exchange) == state, timeout_s, lambda: self.log.read_text()[-4000:])
        return self

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self._gone()

    def stop(self, timeout_s: float = 30) -> int:
        """SIGTERM, and its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(timeout_s)
        finally:
            self.kill()

    def _gone(self) -> None:
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def wait_until(so: Callable[[], bool], timeout_s: float, why: Callable[[], str] = str) -> None:
    """Wait for something to become so."""
    deadline = time.monotonic() + timeout_s
    while not so():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


class House:
    """A database, an exchange of neutral markets in it, keys for its people, and the nodes that serve it.

    All nodes have the same simulated time, whenever they were started: it runs `rate` times as fast as the real
    one from where it was set last.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        packs: Sequence[str] = ("neutral_market",),
        exchange: str = NAME,
        limits: Limits = PLENTY,
        timetable: Timetable | None = None,
        rate: int = 1,
        start: int = at(SETUP, "09:00"),
        path: Sequence[Path] = (),
        snapshot_every: int = SNAPSHOT_EVERY,
    ) -> None:
        self.url = url
        self.folder = folder
        self.packs = list(packs)
        self.exchange = exchange
        self.nodes: list[Node] = []
        self.settings = Settings(
            database=Database(url=url),
            vault=Vault(key_file=str(folder / "tanpan.key")),
            limits=limits,
            exchanges={
                exchange: ExchangeTable(
                    packs=self.packs, timetable=timetable or Timetable(automatic=False), name="a house"
                )
            },
        )
        self._path = path
        self._snapshot_every = snapshot_every
        self._rate = rate
        self._set, self._set_at = start, time.monotonic()
        self._keys: dict[str, str] = {}

    def __enter__(self) -> House:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for node in self.nodes:
            if kind is not None:
                print(f"--- {node.log}\n{node.log.read_text()[-3000:]}")
            node.kill()

    def now(self) -> int:
        """The simulated time (UTC microseconds)."""
        return self._set + int((time.monotonic() - self._set_at) * 1_000_000) * self._rate

    def set_clock(self, to: int) -> None:
        """What time it will be for nodes that are started from now on."""
        self._set, self._set_at = to, time.monotonic()

    def halt_clock(self) -> None:
        """Let time stand still for nodes that are started from now on."""
        self.set_clock(self.now())
        self._rate = 0

    def start(self, *, packs: Sequence[str] | None = None) -> Node:
        """Start a node; it isn't listening yet."""
        text = local(self.now()).replace(tzinfo=None).isoformat(timespec="microseconds")
        assert datetime.fromisoformat(text)
        settings = msgspec.structs.replace(self.settings, simulation=Simulation(start=text, rate=self._rate))
        if packs is not None:
            table = msgspec.structs.replace(settings.exchanges[self.exchange], packs=list(packs))
            settings = msgspec.structs.replace(settings, exchanges={self.exchange: table})
        node = Node(settings, self.folder, self._path, self._snapshot_every)
        self.nodes.append(node)
        return node

    def alive(self) -> list[Node]:
        """The nodes that run."""
        return [node for node in self.nodes if node.process.poll() is None]

    def key(self, actor: str) -> str:
        """The bearer key of an actor, kept in the database."""
        if actor not in self._keys:
            engine = open_engine(self.url)
            identity = Identity(engine, Keeper(engine, Path(self.settings.vault.key_file)), self.settings)
            self._keys[actor] = identity.issue_key(self.exchange, actor, SCOPES)
            identity.close()
            engine.dispose()
        return self._keys[actor]

    def head(self, actor: str) -> dict[str, str]:
        """The headers of an actor's key."""
        return {"Authorization": f"Bearer {self.key(actor)}"}

    def on(self, node: Node) -> Caller:
        """Somebody who speaks to a node."""
        return Caller(self, node.listening().address)

    def trading(self) -> Node:
        """A first node: people with means, one instrument, a day in its first session."""
        node = self.start().listening().until("writing", self.exchange)
        with self.on(node) as caller:
            settle_in(caller)  # type: ignore[arg-type]
        self.set_clock(at(FIRST, "09:31"))
        return node

    def assembly(self) -> Any:
        """What the packs bring, in this process."""
        return assemble(load(self.packs))


class Caller:
    """Speaks to one node, under any name."""

    def __init__(self, house: House, address: str) -> None:
        self.house = house
        self._line = Line(address)

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *error: object) -> None:
        self._line.close()

    def ask(self, actor: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send something to the exchange."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if content:
            named["Content-Type"] = "application/json"
        head = self.house.head(actor) if actor else {}
        return self._line.send(method, f"/api/{self.house.exchange}/{path}", content, {**head, **named})

    def send(self, actor: str, command: str, request_id: str = "", **fields: Any) -> Answer:
        """Send a command."""
        named = {"Idempotency_Key": request_id} if request_id else {}
        return self.ask(actor, "POST", f"commands/{command}", fields, **named)

    def do(self, actor: str, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command that is accepted; its answer."""
        answer = self.send(actor, command, **fields)
        assert answer.status == 200, answer
        found: dict[str, Any] = answer.json()
        return found

    def get(self, actor: str, path: str, **words: Any) -> Answer:
        """Get something of the exchange."""
        return self.ask(actor, "GET", f"{path}?{urlencode(words)}" if words else path)

    def rows(self, actor: str, query: str, **words: Any) -> list[dict[str, Any]]:
        """The rows of a query."""
        answer = self.get(actor, f"queries/{query}", **words)
        assert answer.status == 200, answer
        found: list[dict[str, Any]] = answer.json()["rows"]
        return found

    def clock(self, to: int) -> None:
        """Move the clock on."""
        answer = self.ask("admin", "POST", "clock", {"now": to})
        assert answer.status == 200, answer

    def plain(self, path: str) -> Mapping[str, Any]:
        """Get something that belongs to no exchange."""
        found: Mapping[str, Any] = self._line.send("GET", path).json()
        return found
