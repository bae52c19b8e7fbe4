"""Each exchange: do its packs fit its journal, is the clock beyond its last record, what lags behind."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
from sqlalchemy import Engine

from tanpan.calendar import local
from tanpan.messages import name_of
from tanpan.packs import PackEnabled, assemble, load
from tanpan.reports import CORE_VIEWS
from tanpan_adapters.doctor import Check, fail, ok, warn
from tanpan_adapters.runner import SNAPSHOT_EVERY
from tanpan_adapters.service.configuration import ExchangeTable, Settings
from tanpan_adapters.store import Journal, Outbox, StoreError, ViewStore, open_engine, views_url

MOST_LAG = 10_000
_ENABLED = name_of(PackEnabled)


def exchange(engine: Engine, settings: Settings, name: str, table: ExchangeTable) -> Iterator[Check]:
    """One exchange of a configuration."""
    with Journal(engine, name) as journal:
        head = journal.head()
        if not head.seq:
            yield warn(
                name,
                "尚未建立",
                "not founded yet",
                "tanpan init 或首次 tanpan serve 时建立",
                "founded by `tanpan init` or at the first `tanpan serve`",
            )
            return
        yield ok(
            f"{name} journal",
            f"{head.seq} 条记录，摘要 {head.digest.hex()}",
            f"{head.seq} records, digest {head.digest.hex()}",
        )
        yield from _packs(journal, name, table)
        if settings.simulation is None:
            yield from _clock(journal, name, head.seq)
        yield from _snapshots(journal, name, head.seq)
    yield from _outbox(engine, name)
    yield from _views(settings.database.url, name, table, head.seq)


def _packs(journal: Journal, name: str, table: ExchangeTable) -> Iterator[Check]:
    what = f"{name} packs"
    needed = _founded_with(journal)
    here = {pack.name: pack.version for pack in assemble(load(table.packs)).packs}
    missing = [pack for pack in needed if pack not in here]
    if missing:
        yield fail(
            what,
            f"日志需要配置中没有的规则包：{'、'.join(missing)}",
            f"its journal needs packs that the configuration doesn't name: {', '.join(missing)}",
            f"在 exchanges.{name}.packs 中加入并安装",
            f"add them to exchanges.{name}.packs and install them",
        )
        return
    said = ", ".join(
        f"{pack} {version}" + ("" if here[pack] == version else f" → {here[pack]}")
        for pack, version in needed.items()
    )
    yield ok(what, f"建立时 {said}", f"founded with {said}")


def _founded_with(journal: Journal) -> dict[str, str]:
    first = next(iter(journal.read()), None)
    if first is None:
        return {}
    events = msgspec.msgpack.decode(first.payload)[0][7]
    return {str(event[1]): str(event[2]) for event in events if event[0] == _ENABLED}


def _clock(journal: Journal, name: str, seq: int) -> Iterator[Check]:
    last = next((batch.at for batch in journal.read(seq - 1)), 0)
    now = time.time_ns() // 1_000
    told = f"{local(last):%Y-%m-%d %H:%M:%S}"
    if last > now:
        yield fail(
            f"{name} clock",
            f"本机时钟早于最后一条记录（{told}）",
            f"this machine's clock is behind the last record ({told})",
            "校正时钟；否则时间会停在那一刻直到追上",
            "put the clock right: until it catches up, time stands still for the exchange",
        )
    else:
        yield ok(f"{name} clock", f"最后一条记录 {told}", f"last record {told}")


def _snapshots(journal: Journal, name: str, seq: int) -> Iterator[Check]:
    what = f"{name} snapshot"
    newest = next(iter(journal.snapshots()), None)
    tail = seq - (newest.seq if newest is not None else 0)
    zh, en = f"启动时要重放 {tail} 条记录", f"{tail} records to replay at a start"
    if newest is not None:
        zh, en = f"{zh}；快照在 {newest.seq}", f"{en}; snapshot at {newest.seq}"
    if tail > 2 * SNAPSHOT_EVERY:
        yield warn(
            what,
            zh,
            en,
            "看日志中“no snapshot”的原因；不影响正确性，只是启动较慢",
            "see why in the logs (“no snapshot”): nothing is wrong, but a start takes longer",
        )
    else:
        yield ok(what, zh, en)


def _outbox(engine: Engine, name: str) -> Iterator[Check]:
    what = f"{name} outbox"
    waiting, given_up = Outbox(engine, name).undelivered()
    zh, en = f"待发 {waiting}，放弃 {given_up}", f"{waiting} waiting, {given_up} given up"
    if waiting or given_up:
        yield warn(
            what,
            zh,
            en,
            "检查 [mail]、[sms] 与日志 tanpan.outbox",
            "look at [mail], [sms] and the logs of tanpan.outbox",
        )
    else:
        yield ok(what, zh, en)


def _views(url: str, name: str, table: ExchangeTable, seq: int) -> Iterator[Check]:
    what = f"{name} views"
    views = (*CORE_VIEWS, *assemble(load(table.packs)).views)
    try:
        engine = open_engine(views_url(url, name), create=False, durable=False)
    except StoreError:
        yield warn(
            what,
            "尚未建立",
            "not there yet",
            "服务启动后自行建立",
            "they are made once the service runs",
        )
        return
    store = ViewStore(engine)
    try:
        lag = seq - min(store.cursor(view.name) for view in views)
    finally:
        store.close()
        engine.dispose()
    zh, en = f"落后 {lag} 条记录", f"{lag} records behind"
    if lag > MOST_LAG:
        yield warn(
            what,
            zh,
            en,
            "服务运行时会赶上；持续增长则查看日志 tanpan.projecting",
            "they catch up while the service runs; if it grows, see the logs of tanpan.projecting",
        )
    else:
        yield ok(what, zh, en)
