"""`tanpan serve`: the exchanges of a configuration behind one API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from tanpan_adapters.cli.configured import config_option, settings_of, told
from tanpan_adapters.cli.language import both, lang_option
from tanpan_adapters.cli.running import run
from tanpan_adapters.cli.sign_ins import FirstSignIns
from tanpan_adapters.service.host import Host, with_defaults


@click.command(
    help=both(
        "启动服务：一个进程承载配置中的各交易机构。没有配置时用内置 SQLite（./tanpan.db）和规则包建议的交易机构。"
        "SIGTERM 或 Ctrl-C 正常停止，返回 0；配置、端口、数据库或规则包有问题返回 2。",
        "Serve the exchanges of a configuration in one process; without one an embedded SQLite (./tanpan.db) "
        "and the exchanges that the installed rule packs propose. SIGTERM or Ctrl-C stop it cleanly, exit 0; "
        "exit 2 where configuration, port, database or packs can't be used.",
    )
)
@config_option
@click.option("--host", metavar="HOST", help=both("监听地址", "address to listen on"))
@click.option(
    "--port", type=click.IntRange(0, 65535), help=both("端口（0：任一空闲端口）", "port (0: any free one)")
)
@lang_option
def serve(config: Path | None, host: str | None, port: int | None, lang: str) -> None:
    """Serve."""
    with told(lang):
        settings = with_defaults(settings_of(config, lang))
        first = FirstSignIns(lang)

        def ready(hosting: Host, address: str, stop: Callable[[], None]) -> None:
            announce(hosting, address, lang)
            first.tell(hosting)

        try:
            run(settings, host, port, lang, ready)
        finally:
            first.stop()


def announce(hosting: Host, address: str, lang: str) -> None:
    """Say where the service is found."""
    click.echo(both(f"碳盘服务已启动：{address}", f"tanpan serves at {address}", lang))
    for hosted in hosting.exchanges.values():
        click.echo(f"  {hosted.title}  {address}/api/{hosted.name}/")
    click.echo(both(f"  接口说明：{address}/schema", f"  the API described: {address}/schema", lang))
    click.echo(both(f"  运行状态：{address}/ready", f"  its state: {address}/ready", lang))
