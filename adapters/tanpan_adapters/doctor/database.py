"""The database: can it be reached, does it fit, does a commit mean that it is on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, text

from tanpan_adapters.attachments.register import ATTACHMENTS_SCHEMA
from tanpan_adapters.doctor import Check, fail, ok, warn
from tanpan_adapters.identity.tables import IDENTITY_SCHEMA
from tanpan_adapters.identity.visitors import VISITORS_SCHEMA
from tanpan_adapters.store.engine import is_sqlite, shown, writing
from tanpan_adapters.store.schema import JOURNAL_SCHEMA, Schema, meta, stamp, stored_version
from tanpan_adapters.vault import VAULT_SCHEMA

SCHEMAS: Final = (JOURNAL_SCHEMA, IDENTITY_SCHEMA, VISITORS_SCHEMA, VAULT_SCHEMA, ATTACHMENTS_SCHEMA)
WRITE_KEY: Final = "doctor"
SLOW_S: Final = 0.1
DRIFT_S: Final = 1.0
WRONG_S: Final = 30.0


def reachable(engine: Engine) -> Iterator[Check]:
    """The database answers; which one it is."""
    with engine.connect() as connection:
        version = _version(connection)
    yield ok("database", f"{shown(engine)}，{version}", f"{shown(engine)}, {version}")


def _version(connection: Connection) -> str:
    if is_sqlite(connection.engine):
        return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar()}"
    return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar()}"


def schemas(engine: Engine) -> Iterator[Check]:
    """The form of its tables is this version's."""
    with engine.connect() as connection:
        for schema in SCHEMAS:
            yield from _schema(connection, schema)


def _schema(connection: Connection, schema: Schema) -> Iterator[Check]:
    what = f"schema {schema.kind}"
    stored = stored_version(connection, schema)
    if stored is None:
        yield warn(
            what,
            "尚未建立",
            "not there yet",
            "首次启动时建立（tanpan init 或 serve）",
            "made at the first start (`tanpan init` or `serve`)",
        )
    elif stored < schema.version:
        yield fail(
            what,
            f"版本 {stored}，本程序需要 {schema.version}",
            f"version {stored}, this program needs {schema.version}",
            "先备份，再运行 tanpan upgrade",
            "take a backup, then run `tanpan upgrade`",
        )
    elif stored > schema.version:
        yield fail(
            what,
            f"版本 {stored} 比本程序的 {schema.version} 新",
            f"version {stored} is newer than this program's {schema.version}",
            "使用更新的 tanpan",
            "use a newer tanpan",
        )
    else:
        yield ok(what, stamp(schema), stamp(schema))


def durability(engine: Engine) -> Iterator[Check]:
    """Whether what is committed survives a power cut."""
    with engine.connect() as connection:
        yield from _sqlite(connection) if is_sqlite(engine) else _postgresql(connection)


def _sqlite(connection: Connection) -> Iterator[Check]:
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    said = f"synchronous={synchronous}, journal_mode={mode}"
    if synchronous in (2, 3) and mode == "wal":
        yield ok("durability", said, said)
    else:
        yield fail("durability", said, said, "应为 FULL 与 WAL", "they should be FULL and WAL")


def _postgresql(connection: Connection) -> Iterator[Check]:
    names = ("fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names")
    found = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in names}
    said = ", ".join(f"{name}={value or '(none)'}" for name, value in found.items())
    wrong = [name for name in names[:3] if found[name] == "off"]
    if wrong:
        yield fail(
            "durability",
            said,
            said,
            f"在 postgresql.conf 中打开 {'、'.join(wrong)}",
            f"turn {', '.join(wrong)} on in postgresql.conf",
        )
    elif not found["synchronous_standby_names"]:
        yield warn(
            "durability",
            said,
            said,
            "没有同步副本：主机损毁会丢失已确认的命令（docs/operators/two-nodes.md）",
            "no synchronous standby: losing this machine loses acknowledged commands (docs/operators/two-nodes.md)",
        )
    else:
        yield ok("durability", said, said)


def writable(engine: Engine) -> Iterator[Check]:
    """A small commit, and how long it takes; it leaves nothing behind."""
    began = time.perf_counter()
    with writing(engine) as connection:
        connection.execute(delete(meta).where(meta.c.key == WRITE_KEY))
        connection.execute(insert(meta).values(key=WRITE_KEY, value="written"))
    took = time.perf_counter() - began
    with writing(engine) as connection:
        connection.execute(delete(meta).where(meta.c.key == WRITE_KEY))
    zh, en = f"提交一次用时 {took * 1000:.1f} 毫秒", f"a commit takes {took * 1000:.1f} ms"
    if took > SLOW_S:
        yield warn("write", zh, en, "检查磁盘与数据库负载", "look at the disk and the load of the database")
    else:
        yield ok("write", zh, en)


def drift(engine: Engine) -> Iterator[Check]:
    """This machine's clock beside the database server's; a file has none."""
    if is_sqlite(engine):
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        before = time.time()
        there = float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())
        apart = there - (before + time.time()) / 2
    zh, en = f"与数据库时钟相差 {apart:+.3f} 秒", f"{apart:+.3f} s from the database's clock"
    do = ("在两台机器上校时（NTP）", "keep both machines' time (NTP)")
    if abs(apart) > WRONG_S:
        yield fail("clock", zh, en, *do)
    elif abs(apart) > DRIFT_S:
        yield warn("clock", zh, en, *do)
    else:
        yield ok("clock", zh, en)
