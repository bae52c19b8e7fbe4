"""A feed on an exchange in memory, and clients that read it as a browser would, also half a message at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable, MutableMapping
from typing import Any

from attrs import define, field

from kernel.helpers import Venue, venue
from tanpan.exchange import Exchange
from tanpan.messages import AnyRecord
from tanpan_adapters.service.feed import Feed
from tanpan_adapters.service.feed_frames import TOPICS, Selection
from tanpan_adapters.service.feed_readers import Reader


@define
class Message:
    """One event as a client sees it."""

    event: str
    data: Any
    id: str


def messages(text: str, last_id: str = "") -> tuple[list[Message], str]:
    """The whole events of a text, as the standard reads them, and the last id they leave behind."""
    found: list[Message] = []
    for block in text.split("\n\n")[:-1]:
        event, data = "message", []
        for line in block.split("\n"):
            name, _, value = line.partition(": ")
            if name == "event":
                event = value
            elif name == "data":
                data.append(value)
            elif name == "id":
                last_id = value
        if data:
            found.append(Message(event, json.loads("\n".join(data)), last_id))
    return found, last_id


async def settled() -> None:
    """Let everything that is ready happen."""
    for _ in range(10):
        await asyncio.sleep(0)


async def always() -> bool:
    """The credential of a reader who stays signed in."""
    return True


@define
class Client:
    """One connection: what was written to it. While `stuck`, nothing is taken."""

    reader: Reader
    written: list[bytes] = field(factory=list)
    over: bool = False
    aborted: bool = False
    closed: bool = False
    free: asyncio.Event = field(factory=asyncio.Event)

    async def send(self, message: MutableMapping[str, Any]) -> None:
        await self.free.wait()
        self.written.append(message["body"])
        self.over = self.over or not message["more_body"]

    def write(self, data: bytes) -> None:
        """What a connection that was lent is written: a chunk with its framing."""
        if self.closed:
            raise RuntimeError("the handler is closed")
        size, _, rest = data.partition(b"\r\n")
        assert rest[-2:] == b"\r\n" and len(rest) - 2 == int(size, 16)
        self.written.append(rest[:-2])

    def get_write_buffer_size(self) -> int:
        """What nobody has taken yet."""
        return 0 if self.free.is_set() else sum(map(len, self.written))

    def abort(self) -> None:
        """The connection is broken."""
        self.aborted = True

    @property
    def text(self) -> str:
        return b"".join(self.written).decode()

    @property
    def messages(self) -> list[Message]:
        return messages(self.text)[0]

    def of(self, event: str) -> list[Any]:
        """The data of the events of a name."""
        return [one.data for one in self.messages if one.event == event]

    def rows(self, event: str) -> list[Any]:
        """All rows of the events of a topic."""
        return [row for data in self.of(event) for row in data[event]]

    @property
    def last_id(self) -> str:
        return messages(self.text)[1]

    @property
    def last_seq(self) -> int:
        return int(self.last_id)


class Stage:
    """An exchange, its feed, and who listens."""

    def __init__(self, market: str = "board", **settings: Any) -> None:
        self.venue: Venue = venue(market)
        self.venue.drained()
        self.feed = Feed("venue", **settings)

    @property
    def exchange(self) -> Exchange:
        return self.venue.exchange

    def commit(self) -> list[AnyRecord]:
        """What the writer does after a commit."""
        records = self.exchange.drain()
        self.venue.journal += records
        if records:
            self.feed.committed(records, self.exchange)
        return records

    async def tick(self) -> None:
        """What the writer does when a tick is due."""
        self.commit()
        if self.feed.seconds_until_tick() is not None:
            self.feed.tick(self.exchange)
        await settled()

    def admit(
        self, user: str, wanted: Selection, last_id: str = "", *, stuck: bool = False, lent: bool = True
    ) -> Client:
        """Let a client in, by ASGI or with his connection lent; raises the kernel's Refusal."""
        reader = self.feed.readers.enter(user, user, always)
        client = Client(reader)
        if not stuck:
            client.free.set()
        try:
            self.feed.admit(self.exchange, reader, user, wanted, last_id)
        except BaseException:
            self.feed.readers.leave(reader)
            raise
        reader.start(client.send, client if lent else None, client.abort)
        return client

    async def join(
        self, user: str, *topics: str, last_id: str = "", lent: bool = True, **where: Any
    ) -> Client:
        """Let a client in and give him what he begins with."""
        client = self.admit(user, selection(*topics, **where), last_id, lent=lent)
        await settled()
        return client

    async def leave(self, client: Client) -> None:
        """A client goes."""
        self.feed.readers.leave(client.reader)
        await settled()

    def trade(self, tonnes: int = 10, price: int = 5_000, seller: str = "Alpha", buyer: str = "Beta") -> None:
        """A sells to B."""
        number = self.venue.post(seller, "X", "sell", price, tonnes)
        self.venue.take(buyer, "X", "buy", tonnes, listing=number)


def selection(*topics: str, instruments: Iterable[str] = (), account: str = "") -> Selection:
    """What somebody wants; everything where no topic is named."""
    return Selection(frozenset(topics or TOPICS), tuple(instruments), account)


def play(story: Callable[[Stage], Coroutine[Any, Any, None]], **settings: Any) -> None:
    """Run a story on a stage of its own; whoever still listens at its end goes."""

    async def run() -> None:
        stage = Stage(**settings)
        try:
            await story(stage)
        finally:
            for reader in list(stage.feed.readers._all):
                stage.feed.readers.leave(reader)

    asyncio.run(run())
