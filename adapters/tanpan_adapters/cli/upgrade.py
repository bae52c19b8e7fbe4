"""`tanpan upgrade`: brings a database of an older version up to date, as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import click

from tanpan_adapters.cli.configured import config_option, settings_of, told
from tanpan_adapters.cli.language import both, lang_option
from tanpan_adapters.store.migrations import upgrade as migrate


@click.command(
    help=both(
        "把旧版本的数据库升级到本版本，在一个事务中完成：要么全部，要么不变。先停服务、先备份。视图自行重建。",
        "Bring a database of an older version up to date in one transaction: as a whole, or not at all. "
        "Stop the service and take a backup first. Views rebuild themselves.",
    )
)
@config_option
@click.option(
    "--database",
    metavar="URL",
    help=both("数据库（默认取自配置）", "the database (default: the configuration's)"),
)
@lang_option
def upgrade(config: Path | None, database: str | None, lang: str) -> None:
    """Migrate."""
    with told(lang):
        before, after = migrate(database or settings_of(config, lang).database.url)
    if before == after:
        click.echo(both(f"已是版本 {after}，无需升级", f"it is of version {after} already", lang))
    else:
        click.echo(
            both(f"已从版本 {before} 升级到 {after}", f"brought from version {before} to {after}", lang)
        )
