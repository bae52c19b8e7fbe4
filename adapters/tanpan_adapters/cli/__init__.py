"""The command line. Command groups are imported when they are asked for, so that `--help` starts fast."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Final

import click

from tanpan_adapters.cli.language import both

COMMANDS: Final = {
    "serve": ("启动服务", "Serve exchanges over HTTP"),
    "demo": ("启动带模拟交易的演示服务", "Serve a lively sample on a simulated clock"),
    "init": (
        "写出带注释的配置，建立交易机构与首批工作人员",
        "Write a commented configuration, found the exchanges and their first staff",
    ),
    "invite": ("为某个用户生成一次性激活码", "A one-time code for somebody's first sign-in"),
    "forget": ("遗忘某人：销毁其个人资料", "Forget a person: destroy what is kept of him"),
    "rotate-key": ("更换主密钥", "Change the master key"),
    "upgrade": ("升级数据库结构", "Bring a database to this version's form"),
    "doctor": (
        "检查配置、数据库、日历、规则包与时钟",
        "Check configuration, database, calendar, packs and clock",
    ),
    "replay": (
        "用内核重放公开的交易日并与每日公报逐项比对",
        "Replay published market days and compare every figure",
    ),
    "rules": (
        "规则包的参数：现行值、起始日、条款、理由",
        "A rule pack's parameters: value, since when, clause, reason",
    ),
    "spec": ("运行特性文件，或列出可用语句", "Run feature files, or list the phrases"),
    "journal": ("校验、查看、重放日志，重建视图", "Verify, show and replay a journal, rebuild its views"),
    "bulletin": ("每日行情公报", "The daily bulletin"),
}


class LazyGroup(click.Group):
    """A group whose commands live in modules of the same name."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = name.replace("-", "_")
        command: click.Command = getattr(import_module(f"tanpan_adapters.cli.{module}"), module)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(both("命令", "Commands")):
            formatter.write_dl([(name, both(*words)) for name, words in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    help=both(
        "碳盘：碳市场的交易内核与规则包。",
        "tanpan: one exchange kernel for carbon markets, and its rule packs.",
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="tanpan")
def cli() -> None:
    """The group itself does nothing."""


def main(*args: Any, **options: Any) -> Any:
    """The `tanpan` command."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a sign shows a question mark, not a traceback.
        getattr(stream, "reconfigure", lambda **how: None)(errors="replace")
    return cli(*args, **options)
