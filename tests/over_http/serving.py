"""A real server on a socket whose exchanges come and go with the scenarios; its clock is simulated."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from tanpan.driver import Driver
from tanpan.exchange import Exchange
from tanpan.messages import DOOR
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import served
from tanpan_adapters.calendars import published
from tanpan_adapters.gherkin.over_http import HttpDriver
from tanpan_adapters.service.clocks import SimulatedClock
from tanpan_adapters.service.configuration import (
    Database,
    ExchangeTable,
    Limits,
    Settings,
    Timetable,
    Vault,
)
from tanpan_adapters.service.host import Host, Hosted
from tanpan_adapters.service.requests import Request
from tanpan_adapters.service.writer import WRITING
from tanpan_adapters.store import Journal, open_engine
from tanpan_adapters.vault import person_of

GENEROUS = Limits(
    requests_per_second=1_000_000,
    request_burst=1_000_000,
    anonymous_per_second=1_000_000,
    anonymous_burst=1_000_000,
)
SCOPES = ("read", "trade", "manage")


class Stage:
    """The server, and the exchange of the scenario that plays on it."""

    def __init__(self, host: Host, address: str, url: str) -> None:
        self._host = host
        self._address = address
        self._url = url
        self._numbers = count(1)
        self._playing: list[tuple[str, HttpDriver]] = []

    def drivers(self, packs: Sequence[str], at: int) -> Driver:
        """Found an exchange of these packs, and the driver that speaks to it over HTTP."""
        name = f"x{next(self._numbers)}"
        table = ExchangeTable(packs=list(packs), timetable=Timetable(automatic=False))
        hosted = self._host.add(name, table, SimulatedClock(at))
        self._host.wait_until_writing()
        keys: dict[str, str] = {}

        def key_of(actor: str) -> str:
            if actor not in keys:
                keys[actor] = self._host.identity.issue_key(name, actor, SCOPES)
            return keys[actor]

        exchange = hosted.writer.exchange
        driver = HttpDriver(
            self._address,
            name,
            key_of,
            exchange.event_types,
            hosted.views,
            lambda: self._replayed(hosted),
            lambda command, fields, request: self._at_the_door(hosted, command, fields, request),
        )
        self._playing.append((name, driver))
        return driver

    def _at_the_door(self, hosted: Hosted, command: str, fields: Mapping[str, Any], request: str) -> bytes:
        """What the server itself says as the door, of whoever knocks."""
        kind, body = hosted.writer.exchange.command_types.get(command), msgspec.json.encode(dict(fields))
        if kind is not None:
            person = person_of(hosted.name, str(fields.get("user") or DOOR))
            body = self._host.vault.swap(kind, body, person, hosted.assembly.form_names)
        said = Request(request, DOOR, "web", command, body)
        reply = asyncio.run(hosted.writer.send((said,)))[0]
        if reply.refusal is not None:
            raise reply.refusal
        return bytes(reply.body)

    def _replayed(self, hosted: Hosted) -> str:
        """The state after a replay of everything that is in the database."""
        engine = open_engine(self._url)
        try:
            again = Exchange(hosted.name, hosted.assembly, published())
            for batch in Journal(engine, hosted.name).read():
                again.apply(again.decode_records(batch.payload))
            return again.state_hash()
        finally:
            engine.dispose()

    def clear(self) -> None:
        """End the scenario's exchange."""
        while self._playing:
            name, driver = self._playing.pop()
            driver.close()
            assert self._host.exchanges[name].writer.state == WRITING
            self._host.remove(name)


@contextmanager
def staged(url: str, folder: Path) -> Iterator[Stage]:
    """A server on an empty database."""
    settings = Settings(
        database=Database(url=url), limits=GENEROUS, vault=Vault(key_file=str(folder / "tanpan.key"))
    )
    host = Host(settings, own_process=False)
    host.attachments.vouches = False  # the papers of scenarios are digests without bytes
    try:
        with served(create_edge(host), settings.http) as address:
            yield Stage(host, address, url)
    finally:
        host.stop()
