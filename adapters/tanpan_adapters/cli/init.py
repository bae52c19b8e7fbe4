"""`tanpan init`: a commented configuration, the vault's key, the exchanges, and codes for their first staff."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from tanpan_adapters.attachments.register import Register
from tanpan_adapters.cli.commented import commented
from tanpan_adapters.cli.configured import DEFAULT_FILE, told
from tanpan_adapters.cli.language import Failure, both, lang_option
from tanpan_adapters.cli.sign_ins import heading, invited, staff_of, tell_codes
from tanpan_adapters.identity import Identity
from tanpan_adapters.service.configuration import Database, Settings
from tanpan_adapters.service.founding import found
from tanpan_adapters.service.host import clock_of, with_defaults
from tanpan_adapters.store import open_engine
from tanpan_adapters.vault import Vault

FEWEST_STAFF = 2


@click.command(
    help=both(
        "写出带注释的配置文件（已存在则拒绝），生成保密库密钥文件（权限 600），建立各交易机构，"
        "并为首批工作人员打印一次性激活码（只显示这一次）。没有默认密码。",
        "Write a commented configuration (refused where there is one), make the vault's key file (mode 600), found "
        "the exchanges, and print one-time codes for their first staff, once. There is no default password.",
    )
)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT_FILE,
    show_default=True,
    help=both("要写的配置文件", "the file to write"),
)
@click.option("--database", metavar="URL", help=both("数据库", "the database"))
@click.option(
    "--staff",
    metavar="NAME",
    multiple=True,
    help=both(
        "首批工作人员的用户名，至少两个（重要操作须复核）",
        "first staff, two at least: what matters needs a second person",
    ),
)
@lang_option
def init(config: Path, database: str | None, staff: tuple[str, ...], lang: str) -> None:
    """Write, found, invite."""
    settings = _settings(database, staff, lang)
    os.umask(0o077)  # what is made is nobody else's to read
    with told(lang), _written(config, settings, lang):
        codes = _invite_first(settings)
    click.echo(both(f"已写出 {config}", f"wrote {config}", lang))
    click.echo(
        both(
            f"主密钥文件 {settings.vault.key_file}：与数据库及其备份分开保管，丢失则个人信息无法恢复",
            f"the vault's key is in {settings.vault.key_file}: keep a copy apart from the database and its backups",
            lang,
        )
    )
    click.echo(heading(lang))
    for name, of_exchange in codes.items():
        tell_codes(name, of_exchange)
        if not of_exchange:
            click.echo(
                both(
                    f"  {name}  已有用户；需要新的激活码时用 tanpan invite {name} 用户",
                    f"  {name}  has users already; `tanpan invite {name} USER` makes a new code",
                    lang,
                )
            )
    click.echo(both(f"启动：tanpan serve --config {config}", f"Next: tanpan serve --config {config}", lang))


def _settings(database: str | None, staff: tuple[str, ...], lang: str) -> Settings:
    if staff and len(set(staff)) < FEWEST_STAFF:
        raise Failure(
            both(
                "至少需要两名不同的工作人员：--staff 甲 --staff 乙",
                "two different members of staff are needed at least: --staff ONE --staff OTHER",
                lang,
            )
        )
    with told(lang):
        settings = with_defaults(Settings(database=Database(database) if database else Database()))
    if not staff:
        return settings
    tables = {
        name: msgspec.structs.replace(table, staff=list(dict.fromkeys(staff)))
        for name, table in settings.exchanges.items()
    }
    return msgspec.structs.replace(settings, exchanges=tables)


@contextmanager
def _written(config: Path, settings: Settings, lang: str) -> Iterator[None]:
    """The file, written before anything else so that nothing is overwritten; gone again where the rest fails."""
    try:
        # It may hold the password of a database.
        file = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(
            both(
                f"{config} 已存在，不会被覆盖；用 --config 另选一个文件",
                f"{config} exists and is never overwritten: choose another with --config",
                lang,
            )
        ) from None
    except OSError as error:
        raise Failure(
            both(f"无法写 {config}：{error.strerror}", f"{config} can't be written: {error.strerror}", lang)
        ) from None
    with os.fdopen(file, "w", encoding="utf-8") as text:
        text.write(commented(settings))
    try:
        yield
    except BaseException:
        config.unlink()
        raise


def _invite_first(settings: Settings) -> dict[str, list[tuple[str, str]]]:
    engine = open_engine(settings.database.url)
    try:
        Register(engine)
        identity = Identity(engine, Vault(engine, Path(settings.vault.key_file)), settings)
        try:
            now = clock_of(settings.simulation).now()
            codes = {}
            for name, table in settings.exchanges.items():
                exchange = found(settings.database.url, name, table, now)
                codes[name] = invited(identity, name, staff_of(exchange, table.staff))
            return codes
        finally:
            identity.close()
    finally:
        engine.dispose()
