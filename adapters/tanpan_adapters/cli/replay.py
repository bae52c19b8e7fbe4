"""`tanpan replay`: published market days through the kernel, each figure beside the published one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from tanpan.market import Market
from tanpan.packs import Assembly
from tanpan.quantities import yuan
from tanpan_adapters.calendars import published
from tanpan_adapters.cli.language import Failure, both, lang_option
from tanpan_adapters.cli.output import console, print_table, progress, table
from tanpan_adapters.cli.packs import assembly_of
from tanpan_adapters.csv_rows import UnusableInput
from tanpan_adapters.market_days import MarketDays, TradeRow, read_market_days
from tanpan_adapters.projection import Projection
from tanpan_adapters.replay import Comparison, Figure, Replay, RowRefused
from tanpan_adapters.runner import Runner, SetAside
from tanpan_adapters.store import StoreError

SHOWN_PROBLEMS: Final = 20
NAMES: Final = {
    "previous_close": ("前收盘价", "previous close"),
    "open": ("开盘价", "open"),
    "high": ("最高价", "high"),
    "low": ("最低价", "low"),
    "close": ("收盘价", "close"),
    "change_pct": ("涨跌幅 %", "change %"),
    "listed_volume": ("挂牌成交量", "listed volume"),
    "listed_turnover": ("挂牌成交额", "listed turnover"),
    "block_volume": ("大宗成交量", "block volume"),
    "block_turnover": ("大宗成交额", "block turnover"),
    "cumulative_volume": ("累计成交量", "cumulative volume"),
    "cumulative_turnover": ("累计成交额", "cumulative turnover"),
}


@click.command(
    help=both(
        "每一行成交都作为真实的挂牌与摘牌（或大宗）逐日经过内核，再与公报比对。全部相等返回 0，有差异返回 1，输入不可用返回 2。",
        "Every row becomes a real posting and taking (or block), day after day, compared with the bulletins. "
        "Exit 0: all equal; 1: differences; 2: unusable input.",
    )
)
@click.argument("trades", metavar="TRADES.csv", type=click.Path(path_type=Path))
@click.option("--pack", required=True, help=both("规则包", "the rule pack"))
@click.option(
    "--against",
    required=True,
    metavar="BULLETINS.csv",
    type=click.Path(path_type=Path),
    help=both("公报文件", "the bulletins"),
)
@click.option(
    "--database",
    metavar="URL",
    help=both(
        "把日志与视图留在此库（默认用临时库）", "leave journal and views there (default: a temporary one)"
    ),
)
@lang_option
def replay(trades: Path, pack: str, against: Path, database: str | None, lang: str) -> None:
    """Replay and compare."""
    began = perf_counter()
    compared: list[Comparison] = []
    with ExitStack() as stack:
        stack.enter_context(_interruptible(compared, database, lang))
        assembly, market = _market(pack, lang)
        try:
            days = read_market_days(trades, against, published())
        except UnusableInput as unusable:
            raise Failure(*_problems(unusable, lang)) from None
        url = database or f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/journal.db"
        try:
            _run(url, pack, assembly, market, days, lang, compared, keep=database is not None)
        except RowRefused as refused:
            raise Failure(*_refused(refused, days, assembly, lang, database)) from None
        except (StoreError, SetAside) as error:
            raise Failure(str(error)) from None
        out = console()
        for comparison in compared:
            print_table(_table(comparison, lang))
        _summary(out, compared, perf_counter() - began, lang)
    raise SystemExit(0 if all(one.equal for one in compared) else 1)


def _market(pack: str, lang: str) -> tuple[Assembly, Market]:
    assembly = assembly_of([pack], lang)
    if len(assembly.markets) != 1:
        raise Failure(
            both(
                f"规则包 {pack} 有 {len(assembly.markets)} 个市场；重放只适用于单一市场的规则包",
                f"rule pack {pack} has {len(assembly.markets)} markets; only a pack of one market can be replayed",
                lang,
            )
        )
    return assembly, assembly.markets[0]


class Interrupted(Failure):
    """Somebody pressed Ctrl-C: exit as shells expect it."""

    exit_code = 130


@contextmanager
def _interruptible(compared: Sequence[Comparison], database: str | None, lang: str) -> Iterator[None]:
    """Ctrl-C says what is kept: a day is compared once it is committed."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(_kept(compared, database, lang)) from None


def _kept(compared: Sequence[Comparison], database: str | None, lang: str) -> str:
    if database is None:
        return both("已中断；未保留任何数据", "interrupted; nothing is kept", lang)
    if not compared:
        return both(
            f"已中断；{database} 中尚无完整的交易日，重新运行请用 --database 指定另一个库",
            f"interrupted; {database} holds no whole day yet: to run again give --database another file",
            lang,
        )
    last = compared[-1].day
    return both(
        f"已中断；截至 {last} 的交易日留在 {database}，可用 tanpan bulletin 与 tanpan journal 查看；"
        "重放不能续接，重新运行请用 --database 指定另一个库",
        f"interrupted; the days up to {last} stay in {database} (read them with tanpan bulletin and "
        "tanpan journal); a replay is not continued: to run again give --database another file",
        lang,
    )


def _run(
    url: str,
    name: str,
    assembly: Assembly,
    market: Market,
    days: MarketDays,
    lang: str,
    compared: list[Comparison],
    *,
    keep: bool,
) -> None:
    """Replay all days; each comparison is added when its day is committed."""
    with Runner(url, name, assembly, published()) as runner:
        if runner.exchange.seq:
            raise Failure(
                both(
                    f"数据库 {url} 中已有交易机构 {name}（{runner.exchange.seq} 条记录），请换一个库",
                    f"the database {url} already has the exchange {name} ({runner.exchange.seq} records): "
                    "choose another",
                    lang,
                )
            )
        total = len(days.bulletins)
        with progress(both("重放交易日", "replaying days", lang)) as advance:
            for comparison in Replay(runner, market, days).run():
                compared.append(comparison)
                advance(len(compared), total)
        if keep:
            runner.snapshot()
            _views(url, name, assembly, runner, lang)


def _views(url: str, name: str, assembly: Assembly, runner: Runner, lang: str) -> None:
    # What an earlier exchange of this name may have left beside the database is not this one's.
    with Projection(url, name, assembly, published(), runner.journal) as stale:
        stale.clear()
    with (
        Projection(url, name, assembly, published(), runner.journal) as views,
        progress(both("建立视图", "building views", lang)) as advance,
    ):
        views.follow(advance)


# --- words ---------------------------------------------------------------------------------------


def _problems(unusable: UnusableInput, lang: str) -> list[str]:
    lines = [problem.text(lang) for problem in unusable.problems[:SHOWN_PROBLEMS]]
    more = len(unusable.problems) - len(lines)
    return [*lines, both(f"……另有 {more} 处", f"… and {more} more", lang)] if more else lines


def _refused(
    refused: RowRefused, days: MarketDays, assembly: Assembly, lang: str, database: str | None
) -> list[str]:
    row, refusal = refused.row, refused.refusal
    path = days.trades_path if isinstance(row, TradeRow) else days.bulletins_path
    said = both("市场拒绝：", "the market refuses: ", lang)
    lines = [f"{path}:{row.line}: {said}{refusal.text(lang, assembly.reasons)}"]
    before = sum(day < row.day for day in days.days())
    if database and before:
        lines.append(
            both(
                f"此前 {before} 个交易日已记入 {database}，重新运行请换一个库",
                f"the {before} days before it are kept in {database}: choose another database to run again",
                lang,
            )
        )
    return lines


def _table(comparison: Comparison, lang: str) -> Table:
    made = table(
        f"{comparison.day}  {comparison.instrument}",
        (both("项目", "field", lang), "n"),
        (both("内核", "ours", lang), "r"),
        (both("公报", "published", lang), "r"),
        (both("是否相等", "equal", lang), "n"),
    )
    for figure in comparison.figures:
        made.add_row(
            both(*NAMES[figure.name], lang),
            shown(figure.name, figure.ours),
            shown(figure.name, figure.published),
            _verdict(figure, lang),
            style=None if figure.equal else "bold red",
        )
    return made


def _verdict(figure: Figure, lang: str) -> str:
    if figure.from_bulletin:
        return both("＝ 取自公报", "= bulletin", lang)
    return both("＝", "=", lang) if figure.equal else both("≠ 不等", "≠ differs", lang)


def shown(name: str, value: int) -> str:
    """A figure for people: tonnes whole, yuan and per cent with two decimals; `-` for no high or low."""
    if name in ("high", "low") and not value:
        return "-"
    return f"{value:,}" if name.endswith("_volume") else yuan(value, ",")


def _summary(out: Console, compared: Sequence[Comparison], seconds: float, lang: str) -> None:
    differences = [(one, figure) for one in compared for figure in one.figures if not figure.equal]
    taken = [one for one in compared if any(figure.from_bulletin for figure in one.figures)]
    for one, figure in differences:
        name, ours, theirs = (
            figure.name,
            shown(figure.name, figure.ours),
            shown(figure.name, figure.published),
        )
        where = f"{one.day} {one.instrument} {name}"
        out.print(
            both(f"{where}：内核 {ours}，公报 {theirs}", f"{where}: ours {ours}, published {theirs}", lang)
        )
    for one in taken:
        out.print(
            both(
                f"{one.day} {one.instrument}：大宗数据取自公报，在日志中为注明出处的数据，不是成交",
                f"{one.day} {one.instrument}: block figures taken from the bulletin, "
                "in the journal as cited figures, not as trades",
                lang,
            )
        )
    figures = sum(len(one.figures) for one in compared)
    days = len({one.day for one in compared})
    verdict = (
        both(f"{len(differences)} 项不等", f"{len(differences)} differ", lang)
        if differences
        else both("全部相等", "all equal", lang)
    )
    out.print(
        both(
            f"{days} 个交易日，{figures} 项数据：{verdict}（{seconds:.1f} 秒）",
            f"{days} days, {figures} figures: {verdict} ({seconds:.1f} s)",
            lang,
        ),
        style="bold red" if differences else "bold green",
    )
