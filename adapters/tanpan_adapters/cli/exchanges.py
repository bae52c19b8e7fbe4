"""Opening an exchange from its database: which exchanges there are, which packs its journal needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import msgspec
from attrs import frozen
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from tanpan.exchange import Exchange
from tanpan.messages import name_of
from tanpan.packs import Assembly, PackEnabled, PackError
from tanpan_adapters.calendars import published
from tanpan_adapters.cli.language import Failure, Finding, both
from tanpan_adapters.cli.output import progress
from tanpan_adapters.cli.packs import assembly_of
from tanpan_adapters.projection import Projection
from tanpan_adapters.store import Journal, JournalBroken, StoreError, ViewStore, open_engine, views_url
from tanpan_adapters.store.schema import journal as journal_table
from tanpan_adapters.store.schema import meta

DAMAGED = (SQLAlchemyError, sqlite3.Error, UnicodeDecodeError, msgspec.DecodeError)
"""What a damaged file makes the database or its driver raise."""
_ENABLED = name_of(PackEnabled)

database_option = click.option(
    "--database",
    required=True,
    metavar="URL",
    help=both("数据库，如 sqlite:///tanpan.db", "e.g. sqlite:///tanpan.db"),
)
exchange_option = click.option(
    "--exchange",
    metavar="NAME",
    help=both("交易机构（库中只有一个时可省略）", "the exchange (not needed when the database has one)"),
)


@frozen
class Opened:
    """One exchange's journal; its assembly is found when it is first needed."""

    url: str
    name: str
    journal: Journal
    language: str

    @property
    def assembly(self) -> Assembly:
        """What the packs bring that the journal says were enabled; Failure names one that is missing."""
        return assembly_of(packs_of(self.journal), self.language)

    def new(self) -> Exchange:
        """The exchange before its first record."""
        return Exchange(self.name, self.assembly, published())

    def projection(self) -> Projection:
        """Its views."""
        return Projection(self.url, self.name, self.assembly, published(), self.journal)

    def view(self, name: str) -> list[dict[str, Any]]:
        """All rows of a view, brought up to the journal's head first where it lags behind."""
        head = self.journal.head().seq
        engine = open_engine(views_url(self.url, self.name), durable=False)
        try:
            lags = ViewStore(engine).cursor(name) != head
        finally:
            engine.dispose()
        with self.projection() as views:
            if lags:
                with progress(both("更新视图", "updating views", self.language)) as advance:
                    views.follow(advance)
            return views.rows(name)


@contextmanager
def opened(url: str, exchange: str | None, lang: str) -> Iterator[Opened]:
    """An exchange of a database that is there; what is wrong with it ends the command in one line.

    A broken journal exits with 1, what can't be opened or lacks a pack with 2.
    """
    try:
        with _engine(url) as engine:
            name = _chosen(engine, url, exchange, lang)
            with Journal(engine, name) as journal:
                yield Opened(url, name, journal, lang)
    except JournalBroken as broken:
        raise Finding(_broken(broken, lang)) from None
    except (StoreError, PackError) as error:
        raise Failure(str(error)) from None
    except DAMAGED as error:
        said = " ".join(str(getattr(error, "orig", error)).split())
        raise Failure(
            both(f"数据库 {url} 无法读取：{said}", f"the database {url} can't be read: {said}", lang)
        ) from None


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url, create=False)
    try:
        yield engine
    finally:
        engine.dispose()


def _broken(broken: JournalBroken, lang: str) -> str:
    return both(f"日志在序号 {broken.seq} 处损坏：{broken.reason}", str(broken), lang)


def _chosen(engine: Engine, url: str, exchange: str | None, lang: str) -> str:
    names = _exchanges(engine)
    known = both("、", ", ", lang).join(names)
    if not names:
        raise Failure(both(f"数据库 {url} 中没有交易机构", f"the database {url} has no exchange", lang))
    if exchange is None and len(names) > 1:
        raise Failure(
            both(
                f"数据库 {url} 中有多个交易机构（{known}），请用 --exchange 指定",
                f"the database {url} has several exchanges ({known}): name one with --exchange",
                lang,
            )
        )
    if exchange is not None and exchange not in names:
        raise Failure(
            both(
                f"数据库 {url} 中没有交易机构 {exchange}（有：{known}）",
                f"the database {url} has no exchange {exchange} (it has {known})",
                lang,
            )
        )
    return exchange or names[0]


def _exchanges(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        if not {meta.name, journal_table.name} <= set(inspect(connection).get_table_names()):
            return []
        heads = connection.execute(select(meta.c.key).where(meta.c.key.startswith("head:"))).scalars()
        rows = connection.execute(select(journal_table.c.exchange).distinct()).scalars()
        names = {*(key.partition(":")[2] for key in heads if key), *rows}
        return sorted(name for name in names if isinstance(name, str))


def packs_of(journal: Journal) -> list[str]:
    """The packs the journal's first record enabled, read without knowing any event type."""
    first = next(iter(journal.read()), None)
    if first is None:
        return []
    return [str(event[1]) for event in msgspec.msgpack.decode(first.payload)[0][7] if event[0] == _ENABLED]


def applied(source: Opened, until: int, step: Callable[[Exchange, Any], None], lang: str) -> Exchange:
    """The exchange after its records up to a sequence; `step` sees it after each. Failure for what can't be."""
    exchange = source.new()
    with progress(both("重放日志", "replaying", lang)) as advance:
        for batch in source.journal.read():
            for record in exchange.decode_records(batch.payload):
                if record.seq > until:
                    return exchange
                _apply(exchange, record, lang)
                step(exchange, record)
            advance(exchange.seq, until)
    return exchange


def _apply(exchange: Exchange, record: Any, lang: str) -> None:
    try:
        exchange.apply((record,))
    except Exception as error:
        # A chain that was forged as a whole may hold anything: whatever it breaks, the record is named.
        raise Finding(
            both(
                f"日志在序号 {record.seq} 处不能应用：{error}",
                f"the journal can't be applied at sequence {record.seq}: {error}",
                lang,
            ),
        ) from None
