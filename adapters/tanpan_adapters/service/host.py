"""The exchanges of one process: each with its writer, its clock, its feed and its views; users and the outbox beside."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from attrs import define, field

from tanpan.calendar import Calendar, local
from tanpan.messages import CHANNEL, CLOCK, DOOR, REGISTRY, REGULATOR
from tanpan.packs import Assembly, PackError, assemble, installed, load
from tanpan.views import View
from tanpan_adapters.attachments.desk import Attachments
from tanpan_adapters.attachments.stores import StoreAway
from tanpan_adapters.calendars import published
from tanpan_adapters.documents.press import Press
from tanpan_adapters.identity import Identity
from tanpan_adapters.outbox import Delivery, messages_of
from tanpan_adapters.registry import RegistryDesk, SimulatedRegistry
from tanpan_adapters.runner import Runner
from tanpan_adapters.service import memory
from tanpan_adapters.service.clocks import Clock, SimulatedClock, SystemClock
from tanpan_adapters.service.configuration import (
    ConfigurationError,
    ExchangeTable,
    Settings,
    Simulation,
    changed,
)
from tanpan_adapters.service.feed import Feed
from tanpan_adapters.service.metrics import METRICS
from tanpan_adapters.service.projecting import Followed, Projecting
from tanpan_adapters.service.schedule import Schedule
from tanpan_adapters.service.writer import WRITING, Writer
from tanpan_adapters.store import Head, Journal, Office, RefusalRow, open_engine, try_office
from tanpan_adapters.vault import Vault

log = logging.getLogger("tanpan.host")
INSTITUTIONS: Final = (REGISTRY, CHANNEL, REGULATOR, CLOCK, DOOR)


@define
class Hosted:
    """One exchange as the service runs it."""

    name: str
    title: str
    table: ExchangeTable
    assembly: Assembly
    calendar: Calendar
    clock: Clock
    writer: Writer
    feed: Feed
    projection: Projecting
    audit: Journal
    delivery: Delivery
    founded: bool = field(default=False)
    """Whether this process founded it just now: its first staff have no passwords yet."""

    @property
    def views(self) -> dict[str, View]:
        """The views of the kernel and of its packs."""
        return self.projection.views

    def head(self) -> Head:
        """The journal's committed head: a sequence and its digest. Reads the database."""
        return self.audit.recorded_head()

    async def refusals(self, limit: int, before_id: int | None = None) -> list[RefusalRow]:
        """A page of the audit log of refusals, newest first."""
        return await asyncio.to_thread(self.audit.refusals, limit, before_id)


class Host:
    """What one process hosts. `own_process` folds views in child processes; without, when they are asked for."""

    def __init__(
        self,
        settings: Settings,
        *,
        own_process: bool = True,
        identity: Callable[..., Identity] = Identity,
    ) -> None:
        self.settings = with_defaults(settings)
        self.exchanges: dict[str, Hosted] = {}
        self._own_process = own_process
        self.engine = open_engine(settings.database.url)
        self.vault = Vault(self.engine, Path(settings.vault.key_file))
        self.identity = identity(self.engine, self.vault, settings)
        try:
            self.attachments = Attachments(self.engine, self.vault, settings.attachments)
        except StoreAway as error:
            raise ConfigurationError(f"attachments: {error}") from None
        self.press = Press(settings.documents.folder)
        self._clock = clock_of(settings.simulation)

    def start(self) -> None:
        """Open every exchange of the configuration; each begins to write, or stands by."""
        for name, table in self.settings.exchanges.items():
            self.add(name, table)

    def add(self, name: str, table: ExchangeTable, clock: Clock | None = None) -> Hosted:
        """Host one more exchange; PackError for a pack that isn't installed."""
        assembly = assemble(load(table.packs))
        hosted = self._hosted(name, table, assembly, clock or self._clock)
        self.exchanges[name] = hosted
        if isinstance(hosted.clock, SimulatedClock):
            hosted.clock.on_move(hosted.writer.wake)
        hosted.writer.start()
        return hosted

    def remove(self, name: str) -> None:
        """Stop hosting an exchange: what was taken is committed first. Blocks."""
        hosted = self.exchanges.pop(name)
        hosted.feed.close()
        hosted.delivery.stop()
        hosted.writer.stop()
        hosted.projection.close()
        hosted.audit.close()

    def stop(self) -> None:
        """Stop everything, in an order in which nothing taken is lost. Blocks."""
        for name in list(self.exchanges):
            self.remove(name)
        self.attachments.close()
        self.press.close()
        self.identity.close()
        self.engine.dispose()

    def wait_until_writing(self, timeout_s: float = 60) -> bool:
        """Whether every exchange writes; waits for it at most so long. Blocks."""
        deadline = time.monotonic() + timeout_s
        while any(hosted.writer.state != WRITING for hosted in self.exchanges.values()):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def _hosted(self, name: str, table: ExchangeTable, assembly: Assembly, clock: Clock) -> Hosted:
        url = self.settings.database.url
        calendar = published()
        feed = Feed(name)
        projection = Projecting(Followed(url, name, table.packs), assembly, own_process=self._own_process)
        delivery = Delivery(self.engine, name, self.identity, self.vault, self.settings)

        def open_runner() -> Runner:
            runner = Runner(url, name, assembly, calendar, snapshots_by_itself=False)
            runner.messages_of = messages_of
            return runner

        def take_office(runner: Runner) -> Office | None:
            return try_office(runner.engine, name)

        def found(runner: Runner) -> None:
            if not runner.exchange.seq:
                runner.exchange.found(clock.now(), staff=table.staff, institutions=INSTITUTIONS)
                runner.commit()
                hosted.founded = True

        def in_office(runner: Runner) -> None:
            if self._own_process:
                memory.settle()
            projection.start()
            delivery.start(runner.office)
            if registry is not None:
                registry.start()

        def out_of_office() -> None:
            if self._own_process:
                memory.unsettle()
            if registry is not None:
                registry.stop()
            delivery.stop()
            projection.stop()

        limits = self.settings.limits
        writer = Writer(
            name,
            open_runner,
            take_office,
            clock,
            Schedule(table.timetable),
            feed,
            found=found,
            places=limits.queue,
            kept_places=limits.kept_places,
            on_group=METRICS.of(name),
            on_office=in_office,
            on_leaving=out_of_office,
        )
        title = table.name or next((pack.institution for pack in assembly.packs), name)
        audit = Journal(self.engine, name)
        registry = self._registry(name, table, audit, writer)
        hosted = Hosted(
            name, title, table, assembly, calendar, clock, writer, feed, projection, audit, delivery
        )
        return hosted

    def _registry(
        self, name: str, table: ExchangeTable, journal: Journal, writer: Writer
    ) -> RegistryDesk | None:
        if not table.simulated_registry:
            return None
        file = Path(table.simulated_registry)
        simulated = SimulatedRegistry(file)
        return RegistryDesk(name, journal, writer, simulated, self.vault, file.with_suffix(".desk.json"))


def with_defaults(settings: Settings) -> Settings:
    """Settings that host what the installed packs propose, where the configuration names no exchange."""
    if settings.exchanges:
        _check_packs(settings)
        return settings
    tables: dict[str, ExchangeTable] = {}
    for name in sorted(installed()):
        for pack in assemble(load([name])).packs:
            if pack.proposes is None:
                continue
            # Packs that propose one exchange run on it together, under the name that the first of them gives it.
            named = pack.proposes.exchange
            table = tables.get(named) or ExchangeTable(packs=[], name=pack.proposes.zh)
            tables[named] = msgspec.structs.replace(table, packs=[*table.packs, pack.name])
    if not tables:
        raise ConfigurationError("no exchange is configured, and no installed rule pack proposes one")
    return changed(settings, exchanges=tables)


def _check_packs(settings: Settings) -> None:
    for name, table in settings.exchanges.items():
        try:
            assemble(load(table.packs))
        except PackError as error:
            raise ConfigurationError(f"exchanges.{name}: {error}") from None


def clock_of(simulation: Simulation | None) -> Clock:
    """The machine's clock, or a simulated one that begins at a local time of the exchange."""
    if simulation is None:
        return SystemClock()
    try:
        start = datetime.fromisoformat(simulation.start)
    except ValueError:
        raise ConfigurationError(
            f"simulation.start: {simulation.start!r} is no local time such as 2026-03-02T09:00"
        ) from None
    zone = local(0).tzinfo
    at = start.replace(tzinfo=zone) if start.tzinfo is None else start
    return SimulatedClock(int(at.timestamp()) * 1_000_000, simulation.rate)
