"""`tanpan demo`: the service with a lively sample, on a simulated clock, in a database of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from tanpan.calendar import ZONE, local
from tanpan_adapters.calendars import published
from tanpan_adapters.cli.configured import told
from tanpan_adapters.cli.language import Failure, both, lang_option
from tanpan_adapters.cli.output import pad
from tanpan_adapters.cli.running import run
from tanpan_adapters.cli.serve import announce
from tanpan_adapters.demo.market import SHOWN, Sample, new_password, settings_in
from tanpan_adapters.demo.sample import first_day
from tanpan_adapters.service.configuration import Settings
from tanpan_adapters.service.host import Host, with_defaults

RATE: Final = 30
ROLES: Final = {
    "admin": ("交易机构", "staff of the exchange"),
    "admin2": ("交易机构（复核）", "staff, for the second look"),
    "registry": ("注册登记机构", "registry"),
    "regulator": ("监管机构（只读）", "regulator, reads only"),
    "alpha": ("交易主体操作员，账户 A001", "operator of account A001"),
    "bravo": ("交易主体操作员，账户 A002", "operator of account A002"),
}


@click.command(
    help=both(
        "演示：临时 SQLite 库、已装规则包建议的全部交易机构、模拟时钟（从交易日早晨开始，默认 30 倍速，跳过空闲），"
        "模拟的操作员整天通过 HTTP 接口挂牌、摘牌、撤销，日终清算、确认、交收。密码每次启动随机生成，只在演示中有效。",
        "A demonstration: a temporary SQLite database, every exchange that the installed packs propose, a simulated "
        "clock that begins on the morning of a trading day, runs 30 times as fast and jumps over idle times; "
        "simulated operators post, take and withdraw through the HTTP API all day, and days are cleared, confirmed "
        "and settled. Passwords are made anew at every start and are good in the demonstration only.",
    )
)
@click.option(
    "--host", metavar="HOST", help=both("监听地址（默认仅本机）", "address (default: this machine only)")
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help=both("端口", "port"))
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=both("把数据库留在此文件夹", "keep the database in this folder"),
)
@click.option(
    "--rate", type=click.IntRange(1, 10_000), default=RATE, help=both("时钟倍速", "how fast the clock runs")
)
@click.option("--seed", type=int, default=2021, help=both("随机种子", "seed of what people do"))
@click.option(
    "--seconds", type=click.IntRange(1), help=both("几秒后自行停止", "stop by itself after so long")
)
@lang_option
def demo(
    host: str | None, port: int, keep: Path | None, rate: int, seed: int, seconds: int | None, lang: str
) -> None:
    """Serve the sample."""
    sample = Sample(seed, new_password(), lambda: click.echo(_calendar_ends(lang)))
    with told(lang), _folder(keep, lang) as folder:
        day = first_day(published(), datetime.now(ZONE).date())
        proposed = with_defaults(Settings()).exchanges

        def ready(hosting: Host, address: str, stop: Callable[[], None]) -> None:
            click.echo(both("正在准备示例…", "setting the sample up …", lang))
            if seconds is not None:
                timer = threading.Timer(seconds, stop)
                timer.daemon = True
                timer.start()
            sample.begin(hosting, address)
            announce(hosting, address, lang)
            _tell(sample, hosting, address, rate, lang)

        try:
            run(settings_in(folder, proposed, day, rate, port), host, port, lang, ready)
        finally:
            sample.stop()
    click.echo(both("演示已停止", "the demonstration has stopped", lang))


@contextmanager
def _folder(keep: Path | None, lang: str) -> Iterator[Path]:
    if keep is None:
        with TemporaryDirectory(prefix="tanpan_demo_") as folder:
            yield Path(folder)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            both(f"无法使用 {keep}：{error.strerror}", f"{keep} can't be used: {error.strerror}", lang)
        ) from None
    yield keep.resolve()


def _calendar_ends(lang: str) -> str:
    through = published().valid_through
    return both(
        f"交易日历只公布到 {through}，演示到此不再有新的交易日；重新运行即从头开始。",
        f"The calendar is published through {through}: no further day will open. Start it again to begin anew.",
        lang,
    )


def _tell(sample: Sample, hosting: Host, address: str, rate: int, lang: str) -> None:
    """Say who may sign in and what there is to see."""
    names = list(hosting.exchanges)
    now = local(hosting.exchanges[names[0]].clock.now())
    click.echo()
    click.echo(
        both(
            f"模拟时钟：{now:%Y-%m-%d %H:%M}，{rate} 倍速，空闲时段跳过。",
            f"Simulated clock: {now:%Y-%m-%d %H:%M}, {rate} times as fast, idle times are skipped.",
            lang,
        )
    )
    click.echo(
        both(
            f"示例用户（交易机构 {'、'.join(names)} 通用；密码 {sample.password}，只在本次演示中有效）：",
            f"Sample users (in {', '.join(names)} alike; password {sample.password}, good for this run only):",
            lang,
        )
    )
    for user in SHOWN:
        click.echo(f"  {pad(user, 12)}{both(*ROLES[user], lang)}")
    click.echo()
    name = names[0]
    key = sample.keys[name, SHOWN[-2]]
    click.echo(both("看实时行情：", "Watch it live:", lang))
    click.echo(f'  curl -N -H "Authorization: Bearer {key}" {address}/api/{name}/stream')
    click.echo(both("登录：", "Sign in:", lang))
    click.echo(
        f"""  curl -c cookies -H 'Content-Type: application/json' {address}/api/{name}/session \\
    -d '{{"user": "alpha", "password": "{sample.password}"}}'"""
    )
    click.echo(
        both(
            f"验证码（如修改密码时）以短信形式写入 {hosting.settings.sms.record}",
            f"One-time codes, as for a new password, are text messages in {hosting.settings.sms.record}",
            lang,
        )
    )
    for one in sample.refused:
        click.echo(both(f"示例未能建立：{one}", f"not set up: {one}", lang), err=True)
    click.echo(both("Ctrl-C 停止。", "Ctrl-C stops it.", lang))
