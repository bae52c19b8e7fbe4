"""The views of one exchange as the service keeps and reads them: folded by a follower of the committed journal.

In production the follower is a process of its own, so that reports take no time from orders; it is told what to
follow on its standard input and ends when that is closed. In tests views are folded when they are asked for.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from attrs import frozen

from tanpan.packs import Assembly, assemble, load
from tanpan.reports import CORE_VIEWS
from tanpan.views import Row, View
from tanpan_adapters.calendars import published
from tanpan_adapters.projection import Projection
from tanpan_adapters.service import logs, memory
from tanpan_adapters.store import Journal, StoreError, ViewStore, open_engine, open_views

log = logging.getLogger("tanpan.projecting")

POLL_S: Final = 0.05
RESTART_S: Final = 2.0
NICENESS: Final = 5
ORPHAN_S: Final = 0.2
ASKED_S: Final = 0.01
READERS: Final = 4
"""In how many threads an exchange's views are read: long reports keep neither other exchanges nor the vault waiting."""


@frozen
class Followed:
    """Which journal is followed, with which packs."""

    url: str
    exchange: str
    packs: Sequence[str]

    @property
    def assembly(self) -> Assembly:
        """What the packs bring."""
        return assemble(load(self.packs))


class Projecting:
    """The views of an exchange: where the follower stands, and their rows."""

    def __init__(self, followed: Followed, assembly: Assembly, *, own_process: bool) -> None:
        self.views: dict[str, View] = {view.name: view for view in (*CORE_VIEWS, *assembly.views)}
        self.seq = 0
        self._followed = followed
        self._assembly = assembly
        self._own_process = own_process
        self._reader: ViewStore | None = None
        self._opening = threading.Lock()
        self._on_demand: _Following | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = threading.Event()
        self._readers = ThreadPoolExecutor(READERS, f"views-{followed.exchange}")

    # --- following -------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to follow; called where the office was taken."""
        if self._own_process and not self._wanted.is_set():
            self._wanted.set()
            threading.Thread(
                target=self._keep_running, name=f"views {self._followed.exchange}", daemon=True
            ).start()

    def stop(self) -> None:
        """Follow no further; rows can still be read."""
        self._wanted.clear()
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def close(self) -> None:
        """Stop, and give connections back."""
        self.stop()
        self._readers.shutdown(cancel_futures=True)
        with self._opening:
            if self._on_demand is not None:
                self._on_demand.close()
                self._on_demand = None
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def _keep_running(self) -> None:
        while self._wanted.is_set():
            try:
                self._run_once()
            except OSError as error:
                log.error("the follower of the views can't run", extra={"why": str(error)})
            if self._wanted.is_set():
                log.warning(
                    "the follower of the views ended and is started again",
                    extra={"exchange": self._followed.exchange},
                )
                time.sleep(RESTART_S)

    def _run_once(self) -> None:
        process = self._process = subprocess.Popen(
            [sys.executable, "-m", "tanpan_adapters.service.projecting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None and process.stdout is not None
        told = [self._followed.url, self._followed.exchange, list(self._followed.packs)]
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.flush()
        for line in process.stdout:
            self.seq = int(line)
        process.stdout.close()
        process.wait()

    # --- reading ---------------------------------------------------------------------------------

    async def until(self, seq: int, timeout_s: float = 5.0) -> bool:
        """Whether the views have come to a sequence; waits for it, at most so long."""
        if not self._own_process:
            return await asyncio.to_thread(self._fold) >= seq
        deadline = time.monotonic() + timeout_s
        while self.seq < seq:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(ASKED_S)
        return True

    async def rows(
        self,
        view: View,
        where: Mapping[str, Any],
        *,
        any_of: Mapping[str, Any] | None = None,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        order: tuple[str, ...] = (),
        after: tuple[Any, ...] | None = None,
        limit: int | None = None,
    ) -> list[Row]:
        """A page of rows, `after` the position of the last row of the page before."""

        def read() -> list[Row]:
            if not self._own_process:
                self._fold()
            return self._readable().rows(
                view, where, order, after, limit, ranges=ranges or {}, any_of=any_of or {}
            )

        return await asyncio.get_running_loop().run_in_executor(self._readers, read)

    def _readable(self) -> ViewStore:
        with self._opening:
            if self._reader is None:
                store = open_views(self._followed.url, self._followed.exchange)
                for view in self.views.values():
                    store.ensure(view)
                self._reader = store
            return self._reader

    def _fold(self) -> int:
        """Fold what is new now, in this thread; one at a time."""
        with self._opening:
            if self._on_demand is None:
                self._on_demand = _Following(self._followed, self._assembly)
            self.seq = self._on_demand.follow()
            return self.seq


class _Following:
    """A projection with the journal it follows."""

    def __init__(self, followed: Followed, assembly: Assembly) -> None:
        self._engine = open_engine(followed.url, create=False)
        journal = Journal(self._engine, followed.exchange)
        self._projection = Projection(followed.url, followed.exchange, assembly, published(), journal)

    def follow(self) -> int:
        """Fold what is new; the sequence that was reached."""
        self._projection.follow()
        return self._projection.exchange.seq

    def close(self) -> None:
        """Keep the state that was reached and give connections back."""
        try:
            self._projection.close()
        finally:
            self._engine.dispose()


def main() -> None:
    """The follower's process: told what to follow by one line of JSON, it says how far it has come, line by line."""
    url, exchange, packs = json.loads(sys.stdin.buffer.readline())
    os.nice(NICENESS)
    logs.set_up()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)  # whoever stops the whole group stops the service, which ends this
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    followed = Followed(url, exchange, packs)
    memory.settle()
    try:
        _follow(_Following(followed, followed.assembly))
    except StoreError as error:
        # The database is away, or somebody else folds these views: end, and be started again if wanted.
        log.warning("the follower of the views ends", extra={"exchange": exchange, "why": str(error)})
        raise SystemExit(1) from None


def _end_with(parent: int) -> None:
    """End when the service was killed: its successor has a follower of its own, and folding takes long after a kill."""
    while os.getppid() == parent:
        time.sleep(ORPHAN_S)
    os._exit(1)


def _follow(following: _Following) -> None:
    """Fold what comes and say how far, until there is nobody to tell."""
    said = -1
    while True:
        seq = following.follow()
        if seq != said:
            said = seq
            try:
                os.write(1, b"%d\n" % said)
            except BrokenPipeError:
                break  # whoever was told is gone
        if select.select([sys.stdin], [], [], POLL_S)[0]:
            break
    following.close()


if __name__ == "__main__":
    main()
