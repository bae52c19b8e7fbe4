"""Running the service in this process: from an open port to a clean stop, with what goes wrong told in one line."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from tanpan.packs import PackError
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import Server, server
from tanpan_adapters.cli.exchanges import packs_of
from tanpan_adapters.cli.language import Failure, both
from tanpan_adapters.demo.idle import Idle
from tanpan_adapters.service.configuration import Settings
from tanpan_adapters.service.host import Host
from tanpan_adapters.service.logs import set_up
from tanpan_adapters.store import Journal

log = logging.getLogger("tanpan.running")

BACKLOG: Final = 2_048
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


Ready = Callable[[Host, str, Callable[[], None]], None]
"""Called with the host, the address and a way to stop, in a thread of its own, once requests are taken."""


class _Stopped(BaseException):
    """Somebody asked to stop before the server did."""


class _Signals:
    """SIGTERM and SIGINT end what comes before serving at once, and the server in its own way.

    A server that was stopped by a signal raises it once more when it is done: that changes nothing any more.
    """

    def __init__(self) -> None:
        self.running: Server | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> _Signals:
        self._before = {one: signal.signal(one, self._stop) for one in _SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        for one, before in self._before.items():
            signal.signal(one, before)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.running is None:
            raise _Stopped
        self.running.should_exit = True


class _Announced(Server):
    """A server that says when it listens."""

    def __init__(self, made: Server, announce: Callable[[str], None]) -> None:
        super().__init__(made.config)
        self._announce = announce

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._announce(self.address)


def run(
    settings: Settings,
    host: str | None,
    port: int | None,
    lang: str,
    ready: Ready,
) -> None:
    """Serve until SIGTERM or SIGINT; `ready(host, address, stop)` is called once the port is open.

    Raises Failure for a busy port, and whatever makes a host impossible (see `configured.told`).
    """
    os.umask(0o077)  # what is made is nobody else's to read
    root = logging.getLogger()
    level = root.level
    handler = set_up(settings.logs.level)
    try:
        with _Signals() as signals, _listening(settings, host, port, lang) as listening:
            _serve(settings, listening, ready, signals)
    except _Stopped:
        log.info("stopped before it served")
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def _serve(
    settings: Settings,
    listening: socket.socket,
    ready: Ready,
    signals: _Signals,
) -> None:
    hosting = Host(settings)
    idle = Idle(hosting) if settings.simulation is not None and settings.simulation.skip_idle else None
    try:
        check_journals(hosting)
        hosting.start()

        def stop() -> None:
            running.should_exit = True

        def announce(address: str) -> None:
            threading.Thread(
                target=_guarded, args=(ready, hosting, address, stop), name="ready", daemon=True
            ).start()
            if idle is not None:
                idle.start()

        running = _Announced(server(create_edge(hosting), settings.http), announce)
        signals.running = running
        running.run(sockets=[listening])
    finally:
        if idle is not None:
            idle.stop()
        hosting.stop()
    log.info("stopped")


def _guarded(ready: Ready, host: Host, address: str, stop: Callable[[], None]) -> None:
    try:
        ready(host, address, stop)
    except BrokenPipeError:
        log.warning("nobody reads standard output any more")
    except Exception:
        log.exception("what was to be done at the start failed")
        stop()


def check_journals(host: Host) -> None:
    """Raises PackError where a journal was founded with a pack that the configuration doesn't name."""
    for name, table in host.settings.exchanges.items():
        with Journal(host.engine, name) as journal:
            missing = [pack for pack in packs_of(journal) if pack not in table.packs]
        if missing:
            raise PackError(f"exchanges.{name}: its journal needs {', '.join(missing)}")


@contextmanager
def _listening(settings: Settings, host: str | None, port: int | None, lang: str) -> Iterator[socket.socket]:
    """The open port: taken before anything is started, so that a busy one changes nothing."""
    name, number = host or settings.http.host, settings.http.port if port is None else port
    try:
        found = socket.getaddrinfo(name, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise Failure(_no_port(name, number, error, lang)) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise Failure(_no_port(name, number, error, lang)) from None
    try:
        yield listening
    finally:
        listening.close()


def _no_port(host: str, port: int, error: OSError, lang: str) -> str:
    return both(
        f"无法在 {host}:{port} 监听：{error.strerror}；用 --port 换一个端口，或停止占用它的进程",
        f"can't listen on {host}:{port}: {error.strerror}; choose another --port, or stop what uses it",
        lang,
    )
