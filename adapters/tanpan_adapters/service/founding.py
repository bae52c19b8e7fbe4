"""Founding exchanges before they are served: what `tanpan init` does, and who is in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tanpan.exchange import Exchange
from tanpan.packs import assemble, load
from tanpan_adapters.calendars import published
from tanpan_adapters.runner import Runner
from tanpan_adapters.service.configuration import ExchangeTable
from tanpan_adapters.service.host import INSTITUTIONS
from tanpan_adapters.store import StoreError, try_office


@contextmanager
def restored(url: str, name: str, table: ExchangeTable) -> Iterator[Runner]:
    """An exchange as its journal has it, for reading; nothing of it is founded or written."""
    with Runner(url, name, assemble(load(table.packs)), published()) as runner:
        yield runner


def found(url: str, name: str, table: ExchangeTable, at: int) -> Exchange:
    """An exchange of a database, founded at an instant (UTC microseconds) where its journal is empty.

    Raises StoreError while another process writes it.
    """
    with restored(url, name, table) as runner:
        if runner.exchange.seq:
            return runner.exchange
        office = try_office(runner.engine, name)
        if office is None:
            raise StoreError(f"another process writes the exchange {name}: stop it first")
        runner.take(office)
        if not runner.exchange.seq:
            runner.exchange.found(at, staff=table.staff, institutions=INSTITUTIONS)
            runner.commit()
        return runner.exchange
