"""`tanpan doctor`: is everything as it must be, and what is to be done where it isn't."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import click
import msgspec
from sqlalchemy import Engine

from tanpan.calendar import ZONE
from tanpan_adapters.calendars import published
from tanpan_adapters.cli.configured import DEFAULT_FILE, config_option, settings_of, told
from tanpan_adapters.cli.language import both, lang_option
from tanpan_adapters.cli.output import pad
from tanpan_adapters.doctor import FAIL, OK, WARN, Check, database, exchanges, fail, guarded, machine
from tanpan_adapters.keyring import KeyFileError, open_keyring
from tanpan_adapters.service.configuration import Settings
from tanpan_adapters.service.host import with_defaults
from tanpan_adapters.store import StoreError, open_engine
from tanpan_adapters.store.engine import is_sqlite, sqlite_path

COLOURS: Final = {OK: "green", WARN: "yellow", FAIL: "red"}


@click.command(
    help=both(
        "检查配置、日历、规则包、数据库、时钟、密钥文件、发件箱、快照与视图。全部正常返回 0，有需要处理的返回 1，"
        "配置无法读取返回 2。可在服务运行时使用。",
        "Check configuration, calendar, packs, database, clock, key file, outbox, snapshots and views. "
        "Exit 0: all is well; 1: there is something to do; 2: the configuration can't be read. "
        "It may be used while the service runs.",
    )
)
@config_option
@click.option("--json", "as_json", is_flag=True, help=both("以 JSON 输出", "as JSON"))
@lang_option
def doctor(config: Path | None, as_json: bool, lang: str) -> None:
    """Check everything."""
    with told(lang):
        settings = with_defaults(settings_of(config, lang))
    file = config or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    checks = list(_all(settings, str(file) if file is not None else ""))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(checks), indent=2))
    else:
        _print(checks, lang)
    raise SystemExit(any(check.level != OK for check in checks))


def _all(settings: Settings, file: str) -> Iterator[Check]:
    yield from machine.configuration(settings, file)
    yield from guarded("versions", machine.versions)
    yield from guarded("packs", machine.packs)
    today = datetime.now(ZONE).date()
    yield from guarded("calendar", lambda: machine.calendar(published(), today))
    key_file = Path(settings.vault.key_file)
    yield from machine.key_file(key_file)
    try:
        engine = open_engine(settings.database.url, create=False)
    except StoreError as error:
        yield fail(
            "database",
            f"无法打开：{error}",
            f"can't be opened: {error}",
            "检查 database.url；全新的库用 tanpan init 或 tanpan serve 建立",
            "check database.url; a new one is made by `tanpan init` or `tanpan serve`",
        )
        return
    try:
        yield from _of_database(engine, settings, key_file)
    finally:
        engine.dispose()


def _of_database(engine: Engine, settings: Settings, key_file: Path) -> Iterator[Check]:
    yield from guarded("database", lambda: database.reachable(engine))
    if is_sqlite(engine):
        path = sqlite_path(settings.database.url)
        yield from guarded("disk", lambda: machine.disk(path.parent))
        yield from machine.file_mode(path)
    schemas = list(guarded("schema", lambda: database.schemas(engine)))
    yield from schemas
    yield from guarded("durability", lambda: database.durability(engine))
    yield from guarded("clock", lambda: database.drift(engine))
    if any(check.level != OK for check in schemas):
        return
    yield from guarded("write", lambda: database.writable(engine))
    yield from guarded("vault.key_file", lambda: _opens(engine, key_file))
    for name, table in settings.exchanges.items():
        yield from guarded(
            name,
            lambda name=name, table=table: exchanges.exchange(engine, settings, name, table),  # type: ignore[misc]
        )


def _opens(engine: Engine, key_file: Path) -> Iterator[Check]:
    """Whether the master key is the one of this database; a file that isn't there was told already."""
    if not key_file.exists():
        return
    try:
        open_keyring(engine, key_file)
    except KeyFileError as error:
        yield fail(
            "vault.key_file",
            f"不是此数据库的密钥：{error}",
            f"not the key of this database: {error}",
            "恢复正确的密钥文件",
            "put the right key file back",
        )


def _print(checks: list[Check], lang: str) -> None:
    width = max(len(check.what) for check in checks)
    for check in checks:
        level = click.style(f"{check.level:<4}", fg=COLOURS[check.level])
        click.echo(f"{level}  {pad(check.what, width)}  {both(check.zh, check.en, lang)}")
        if check.level != OK:
            click.echo(f"{'':4}  {'':{width}}  → {both(check.do_zh, check.do_en, lang)}")
    bad = sum(check.level != OK for check in checks)
    click.echo(
        both(
            f"{len(checks)} 项检查，{bad} 项需要处理" if bad else f"{len(checks)} 项检查，全部正常",
            f"{len(checks)} checks, {bad} to look at" if bad else f"{len(checks)} checks, all well",
            lang,
        )
    )
