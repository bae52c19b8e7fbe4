"""Serving the application: uvicorn on uvloop and httptools, from the command line or from a thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn

from tanpan_adapters.api.edge import App, connection_class, sweep
from tanpan_adapters.api.streams import end_streams
from tanpan_adapters.service.configuration import Http

GRACE_S = 3


class Server(uvicorn.Server):
    """A server that also looks after slow clients."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._sweeping = asyncio.get_running_loop().create_task(sweep(self.server_state.connections))

    async def shutdown(self, sockets: Any = None) -> None:
        self._sweeping.cancel()
        # A stream ends only when one side ends it: without this every stop would wait for all of its grace.
        end_streams(self.config.app)
        await super().shutdown(sockets)

    @property
    def address(self) -> str:
        """Where it listens, once started."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server(app: App, http: Http, host: str | None = None, port: int | None = None) -> Server:
    """A server for an application, not yet started."""
    config = uvicorn.Config(
        app,
        host=http.host if host is None else host,
        port=http.port if port is None else port,
        loop="uvloop",
        http=connection_class(http),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
    )
    return Server(config)


def serve(app: App, http: Http, host: str | None = None, port: int | None = None) -> None:
    """Serve until the process is told to stop."""
    server(app, http, host, port).run()


@contextlib.contextmanager
def served(app: App, http: Http) -> Iterator[str]:
    """Serve from a thread on a free port; gives the address. For tests and tools."""
    running = server(app, http, "127.0.0.1", 0)
    thread = threading.Thread(target=running.run, name="server", daemon=True)
    thread.start()
    waited = threading.Event()
    while not running.started and thread.is_alive():
        waited.wait(0.01)
    if not running.started:
        raise RuntimeError("the server did not start")
    try:
        yield running.address
    finally:
        running.should_exit = True
        thread.join(30)
