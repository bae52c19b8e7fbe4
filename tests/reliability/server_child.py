"""A server in a process of its own, for the tests that kill it: reads its settings, says its address, serves.

    python -m reliability.server_child SETTINGS.json SNAPSHOT_EVERY

It ends when its standard input is closed, so that it never outlives the test that started it.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import Server, server
from tanpan_adapters.runner import Runner
from tanpan_adapters.service import host as hosting
from tanpan_adapters.service.configuration import Settings
from tanpan_adapters.service.logs import set_up


class Announced(Server):
    """A server that says where it listens."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        os.write(1, self.address.encode() + b"\n")


def end_with_the_test() -> None:
    """Wait until whoever started this process is gone or done."""
    while os.read(0, 1):
        pass
    os._exit(1)


def main(path: str, snapshot_every: int) -> None:
    settings = msgspec.json.decode(Path(path).read_bytes(), type=Settings)
    set_up(settings.logs.level)
    threading.Thread(target=end_with_the_test, daemon=True).start()
    # Snapshots are taken as often as the test likes: what is restored after a kill is a snapshot and a tail.
    hosting.Runner = partial(Runner, snapshot_every=snapshot_every)  # type: ignore[misc,assignment]
    host = hosting.Host(settings)
    try:
        host.start()
        Announced(server(create_edge(host), settings.http, "127.0.0.1", 0).config).run()
    finally:
        host.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
