"""A proxy between a client and a server that cuts connections where it hurts: after a request was passed on."""

from __future__ import annotations

import itertools
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

PASS: Final = "pass"
AT_ONCE: Final = "at once"
"""Cut as soon as the request was passed on: whether it was read is anybody's guess."""
UNANSWERED: Final = "unanswered"
"""Cut when the server has answered, before a byte of the answer is passed on."""
HALF: Final = "half"
"""Cut in the middle of the answer."""


class Proxy:
    """Passes on what it is sent; `modes` say in turn what becomes of each request."""

    def __init__(self, address: str) -> None:
        at = urlsplit(address)
        self._server = (at.hostname, at.port)
        self.modes: tuple[str, ...] = (PASS,)
        self.cut = 0
        self._turns = itertools.count()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self._server) as server:
            while request := whole(client):
                modes = self.modes
                mode = modes[next(self._turns) % len(modes)]
                server.sendall(request)
                if mode == AT_ONCE:
                    break
                answer = whole(server)
                if mode == UNANSWERED:
                    break
                if mode == HALF:
                    client.sendall(answer[: len(answer) // 2])
                    break
                client.sendall(answer)
            else:
                return
            self.cut += 1


def whole(sender: socket.socket) -> bytes:
    """The whole of a message, whose length its head says; nothing when the sender hung up."""
    found = b""
    while b"\r\n\r\n" not in found:
        part = sender.recv(1 << 20)
        if not part:
            return b""
        found += part
    head, _, body = found.partition(b"\r\n\r\n")
    said = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
    left = (int(said[1]) if said else 0) - len(body)
    while left > 0 and (part := sender.recv(1 << 20)):
        found += part
        left -= len(part)
    return found


@contextmanager
def cutting(address: str) -> Iterator[Proxy]:
    """A proxy before a server."""
    proxy = Proxy(address)
    try:
        yield proxy
    finally:
        proxy.close()
