"""`tanpan rotate-key`: changes the vault's master key, or brings a change that was interrupted to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine

from tanpan_adapters.cli.configured import config_option, settings_of, told
from tanpan_adapters.cli.language import Failure, both, lang_option
from tanpan_adapters.rotation import old_file, rotate
from tanpan_adapters.service.configuration import Settings
from tanpan_adapters.service.host import with_defaults
from tanpan_adapters.store import open_engine, try_office


@click.command(
    help=both(
        "更换保密库的主密钥：每个人的密钥以新主密钥重新包裹，旧密钥文件另存为 .old。先停服务（含备用节点）。"
        "中断后再次运行即从中断处继续。",
        "Change the vault's master key: every person's key is wrapped anew, the old key file is kept as .old. "
        "Stop the service first, stand-by nodes too. Interrupted, it goes on where it was when it is run again.",
    )
)
@config_option
@lang_option
def rotate_key(config: Path | None, lang: str) -> None:
    """Change the key."""
    with told(lang):
        settings = with_defaults(settings_of(config, lang))
        key_file = Path(settings.vault.key_file)
        engine = open_engine(settings.database.url, create=False)
        try:
            with _nobody_else(engine, settings, lang):
                count = rotate(engine, key_file)
        finally:
            engine.dispose()
    kept = old_file(key_file)
    click.echo(
        both(
            f"主密钥已更换：{key_file}；重新包裹 {count} 人的密钥",
            f"the master key was changed: {key_file}; keys of persons wrapped anew: {count}",
            lang,
        )
    )
    click.echo(
        both(
            f"旧密钥在 {kept}：仅更换前的备份还需要它，移至别处保管或删除",
            f"the old one is {kept}: only backups made before need it; keep it elsewhere, or delete it",
            lang,
        )
    )


@contextmanager
def _nobody_else(engine: Engine, settings: Settings, lang: str) -> Iterator[None]:
    """While this holds every exchange's office, no service writes."""
    with ExitStack() as held:
        for name in settings.exchanges:
            office = try_office(engine, name)
            if office is None:
                raise Failure(
                    both(
                        f"交易机构 {name} 的服务正在运行：先停止",
                        f"a service writes the exchange {name}: stop it first",
                        lang,
                    )
                )
            held.callback(office.close)
        yield
