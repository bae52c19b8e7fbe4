"""Streams over real sockets: a served house, and taps that read from it, as fast or as slowly as they like."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from api.callers import PLENTY, House, settle_in
from kernel.helpers import SETUP, at
from streams.stage import Message, messages
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import served
from tanpan_adapters.service.clocks import SimulatedClock
from tanpan_adapters.service.configuration import Database, ExchangeTable, Limits, Settings, Timetable, Vault
from tanpan_adapters.service.host import Host

NAME = "venue"


@contextmanager
def opened(folder: Path, limits: Limits = PLENTY) -> Iterator[House]:
    """A real host, served, with people, means and an instrument in its first session."""
    settings = Settings(
        database=Database(url=f"sqlite:///{folder}/tanpan.db"),
        limits=limits,
        vault=Vault(key_file=str(folder / "tanpan.key")),
    )
    host = Host(settings, own_process=False)
    try:
        table = ExchangeTable(packs=["neutral_market"], timetable=Timetable(automatic=False))
        host.add(NAME, table, SimulatedClock(at(SETUP, "09:00")))
        assert host.wait_until_writing()
        with served(create_edge(host), settings.http) as address:
            house = House(host, address)
            with house.client:
                settle_in(house)
                yield house
    finally:
        host.stop()


class Tap:
    """One connection to a stream. It reads in a thread of its own unless it is `slow`."""

    opened: ClassVar[list[Tap]] = []

    def __init__(
        self,
        house: House,
        actor: str,
        topics: str = "",
        *,
        last_id: str = "",
        slow: bool = False,
        **words: str,
    ) -> None:
        Tap.opened.append(self)
        at = urlsplit(house.address)
        self.socket = socket.socket()
        if slow:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        self.socket.settimeout(20)
        self.socket.connect((at.hostname, at.port))
        query = "&".join(f"{name}={value}" for name, value in {"topics": topics, **words}.items() if value)
        head = {**house.head(actor), **({"Last-Event-ID": last_id} if last_id else {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.socket.sendall(f"GET /api/{NAME}/stream?{query} HTTP/1.1\r\nHost: house\r\n{lines}\r\n".encode())
        self.received = b""
        self.closed = False
        if not slow:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while data := self.socket.recv(65_536):
                self.received += data
        except OSError:
            pass
        self.closed = True

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    @property
    def head(self) -> str:
        return self.received.partition(b"\r\n\r\n")[0].decode().lower()

    @property
    def body(self) -> bytes:
        """The body, out of its chunks; what has not come whole is left out."""
        rest = self.received.partition(b"\r\n\r\n")[2]
        found = b""
        while rest:
            size, mark, after = rest.partition(b"\r\n")
            if not mark or len(after) < int(size, 16) + 2:
                break
            found += after[: int(size, 16)]
            rest = after[int(size, 16) + 2 :]
        return found

    @property
    def ended(self) -> bool:
        """Whether the server has ended the answer, or broken the connection."""
        return self.closed or self.received.endswith(b"\r\n0\r\n\r\n")

    @property
    def messages(self) -> list[Message]:
        return messages(self.body.decode())[0]

    @property
    def last_id(self) -> str:
        return messages(self.body.decode())[1]

    def rows(self, event: str) -> list[Any]:
        return [row for one in self.messages if one.event == event for row in one.data[event]]

    def events(self) -> list[str]:
        return [one.event for one in self.messages]


def until(so: Callable[[], Any], timeout_s: float = 15) -> None:
    """Wait for something to become so."""
    deadline = time.monotonic() + timeout_s
    while not so():
        assert time.monotonic() < deadline, "it never became so"
        time.sleep(0.01)


def trade(house: House, quantity: int = 10, price: str = "50.00") -> int:
    """Alpha sells to Beta; the sequence after it."""
    posted = house.do(
        "Alpha",
        "core.post_listing",
        account="Alpha",
        instrument="X",
        side="sell",
        price=price,
        quantity=quantity,
    )
    number = posted["events"][0]["listing"]
    taken = house.do(
        "Beta",
        "core.take_listing",
        account="Beta",
        instrument="X",
        side="buy",
        quantity=quantity,
        listing=number,
    )
    seq: int = taken["seq"]
    return seq
