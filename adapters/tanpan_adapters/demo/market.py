"""The sample as a whole: an exchange per proposal of the installed packs, its people, its clock."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tanpan.calendar import instant, local_day
from tanpan_adapters.demo.door import Away, Door
from tanpan_adapters.demo.idle import Idle
from tanpan_adapters.demo.people import People
from tanpan_adapters.demo.sample import set_up, traded, users
from tanpan_adapters.service.clocks import SimulatedClock
from tanpan_adapters.service.configuration import (
    Attachments,
    Database,
    ExchangeTable,
    Http,
    Logs,
    Settings,
    SignIn,
    Simulation,
    Sms,
    Vault,
)

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Host, Hosted

log = logging.getLogger("tanpan.demo")

BEGINS: Final = "08:30"
"""Local time at which the sample is set up: before the day opens, so that what is listed trades on it."""
COMES_ALIVE: Final = time(9, 25)
SHOWN: Final = ("admin", "admin2", "registry", "regulator", "alpha", "bravo")
"""Those who are given a password; everybody has a key."""
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def settings_in(
    folder: Path, exchanges: Mapping[str, ExchangeTable], day: date, rate: int, port: int
) -> Settings:
    """Settings of a sample in a folder of its own."""
    return Settings(
        database=Database(f"sqlite:///{folder}/tanpan.db"),
        http=Http(port=port, secure_cookies=False),
        sign_in=SignIn(staff_need_second_factor=False),
        sms=Sms(str(folder / "messages.txt")),
        vault=Vault(str(folder / "tanpan.key")),
        attachments=Attachments(folder=str(folder / "attachments")),
        simulation=Simulation(f"{day}T{BEGINS}", rate),
        logs=Logs("warning"),
        exchanges=dict(exchanges),
    )


def new_password() -> str:
    """A password for this run alone: none is written anywhere in the program."""
    parts = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


class Sample:
    """Brings the sample to life once the service takes requests, and lets it rest again."""

    def __init__(self, seed: int, password: str, at_the_end: Callable[[], None] | None = None) -> None:
        self.password = password
        self.refused: list[str] = []
        self.keys: dict[tuple[str, str], str] = {}
        self._seed = seed
        self._at_the_end = at_the_end
        self._people: list[People] = []
        self._doors: list[Door] = []
        self._idle: Idle | None = None
        self._stopping = threading.Event()

    def begin(self, host: Host, address: str) -> None:
        """Set everything up and let people act. Blocks until they do."""
        host.wait_until_writing()
        for hosted in host.exchanges.values():
            asyncio.run(_catch_up(hosted))
        for hosted in host.exchanges.values():
            self._exchange(host, hosted, address)
        for hosted in host.exchanges.values():
            if isinstance(hosted.clock, SimulatedClock):
                # The day opens on the way. A kept database may be further than that: then nothing moves.
                hosted.clock.advance_to(instant(local_day(hosted.clock.now()), COMES_ALIVE))
        self._idle = Idle(host, at_the_end=self._at_the_end)
        self._idle.start()
        for people in self._people:
            people.start()

    def stop(self) -> None:
        """Everybody goes home. Blocks."""
        self._stopping.set()
        if self._idle is not None:
            self._idle.stop()
        for people in self._people:
            people.stop()
        for door in self._doors:
            door.close()

    def _exchange(self, host: Host, hosted: Hosted, address: str) -> None:
        doors: dict[str, Door] = {}
        for user in users():
            key = host.identity.issue_key(hosted.name, user, label="demo")
            self.keys[hosted.name, user] = key
            doors[user] = Door(address, hosted.name, key)
        for user in SHOWN:
            host.identity.set_password(hosted.name, user, self.password, must_change=False)
        self._doors += doors.values()
        day = local_day(hosted.clock.now())
        markets = hosted.assembly.markets
        try:
            self.refused += [f"{hosted.name}: {one}" for one in set_up(doors, markets, day)]
            instruments = traded(doors, markets, day)
        except Away as away:
            if not self._stopping.is_set():
                self.refused.append(f"{hosted.name}: {away}")
            return
        if instruments:
            self._people.append(People(hosted.name, doors, instruments, self._seed))


async def _catch_up(hosted: Hosted) -> None:
    """A clock that begins before what a kept database holds moves on to it."""
    last: Any = await hosted.writer.ask(lambda exchange: exchange.now)
    if isinstance(hosted.clock, SimulatedClock) and last > hosted.clock.now():
        hosted.clock.advance_to(last)
