"""`tanpan rules`: a market's rulebook as a table."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final

import click
from rich.cells import cell_len
from rich.table import Table

from tanpan.calendar import ZONE
from tanpan.market import Market
from tanpan.packs import Pack
from tanpan.quantities import MILLION, yuan
from tanpan.refusals import Refusal
from tanpan.rulebook import Parameter, Since
from tanpan_adapters.cli.language import Failure, Finding, both, lang_option
from tanpan_adapters.cli.output import console, print_table, table
from tanpan_adapters.cli.packs import assembly_of

NARROW: Final = 110
"""Below this many columns of the terminal the table has fewer."""
_NAME: Final = re.compile(r"[a-z0-9_]+")
NONE_AT_ZERO: Final = ("listed_below_tonnes", "block_from_tonnes")
"""A largest or smallest quantity of 0 means there is none."""
WORDS: Final = {
    "listed": "挂牌协议",
    "block": "大宗协议",
    "auction": "单向竞价",
    "exchange": "交易机构",
    "registry": "注册登记机构",
    "operator": "交易机构设定",
    "declared": "主体申报",
    "buy_then_sell": "先买后卖",
    "both": "双向",
    "lot": "按批次",
    "product": "按产品",
    "cash": "资金",
    "units": "产品",
    "trade": "交易",
    "account": "账户",
    "force_majeure": "不可抗力",
    "accident": "意外事件",
    "technical_failure": "技术故障",
}


@click.command(
    help=both("列出规则包在某日的现行参数。", "List a rule pack's parameters as they are on a day.")
)
@click.argument("pack")
@click.option(
    "--on", "on", metavar="DATE", help=both("日期 YYYY-MM-DD（默认今天）", "YYYY-MM-DD (default: today)")
)
@lang_option
def rules(pack: str, on: str | None, lang: str) -> None:
    """Show the rulebook."""
    day = day_of(on, lang) if on else datetime.now(ZONE).date()
    assembly = assembly_of([pack], lang)
    out = console()
    for brought in assembly.packs:
        try:
            whose: list[Market | Pack] = [*brought.markets, *([brought] if brought.parameters else [])]
            tables = [_table(one, day, lang, out.width < NARROW) for one in whose]
        except Refusal as refusal:
            raise Finding(refusal.text(lang, assembly.reasons)) from None
        out.print(
            f"{both(brought.zh, brought.en, lang)} · {brought.name} {brought.version} · {day}", style="bold"
        )
        for made in tables:
            print_table(made)


def day_of(text: str, lang: str) -> date:
    """A day as `2021-07-16` or `20210716`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(
            both(f"{text!r} 不是 YYYY-MM-DD 形式的日期", f"{text!r} is not a day as YYYY-MM-DD", lang)
        ) from None


def _table(market: Market | Pack, day: date, lang: str, narrow: bool) -> Table:
    """The rulebook. On a narrow terminal it has three columns, so that no machine name is broken."""
    headings: tuple[tuple[str, str], ...] = (
        (both("参数", "parameter", lang), "l"),
        (both("现行值", "value in force", lang), "l"),
        (both("自", "since", lang), "n"),
        (both("条款", "clause", lang), "n"),
        (both("理由", "reason", lang), "l"),
    )
    rows: list[tuple[str, ...]] = []
    for parameter in market.parameters:
        step = _in_force(parameter, day, market)
        value = readable(parameter.name, step.value, lang)
        rows.append((_title(parameter, lang), value, str(step.day), step.clause, step.reason))
    if narrow:
        (name, _), (value, _), (since, _), (clause, _), (reason, _) = headings
        headings = ((name, "l"), (f"{value} ({reason})", "l"), (f"{since}, {clause}", "n"))
        rows = [_narrow(*row) for row in rows]
    made = table(f"{both(market.zh, market.en, lang)} ({market.name})", *headings)
    for index in (0, 1):
        cells = [row[index] for row in rows]
        made.columns[index].min_width = max(cell_len(word) for cell in cells for word in _NAME.findall(cell))
    for row in rows:
        made.add_row(*row)
    return made


def _narrow(title: str, value: str, since: str, clause: str, reason: str) -> tuple[str, ...]:
    """The reason below the value, the clause below the day."""
    return title, f"{value}\n({reason})" if reason else value, f"{since}\n{clause}"


def _in_force(parameter: Parameter, day: date, market: Market | Pack) -> Since:
    try:
        return parameter.on(day)
    except Refusal as refusal:
        if isinstance(market, Market):
            refusal.clause = refusal.clause or market.clauses.get(refusal.code, "")
        raise


def _title(parameter: Parameter, lang: str) -> str:
    title = both(parameter.zh, parameter.en, lang)
    return title if title == parameter.name else f"{title}\n{parameter.name}"


def readable(name: str, value: Any, lang: str) -> str:
    """A parameter's value for people."""
    if isinstance(value, bool):
        return both("是", "yes", lang) if value else both("否", "no", lang)
    if isinstance(value, int):
        return _number(name, value, lang)
    if isinstance(value, (list, tuple)):
        return _list(name, list(value), lang)
    if value == "":
        return both("未设置", "not set", lang)
    return _word(str(value), lang)


def _number(name: str, value: int, lang: str) -> str:
    if name in NONE_AT_ZERO and not value:
        return both("无", "none", lang)
    if name.endswith("_fen"):
        return f"{yuan(value, ',')} {both('元', 'yuan', lang)}"
    if name.endswith("_ppm"):
        # Less than nothing is no share: the operator has still to set it.
        return share(value) if value >= 0 else both("未设置", "not set", lang)
    if name.endswith("_tonnes"):
        return f"{value:,} {both('吨', 't', lang)}"
    if name.endswith("_trading_days"):
        return both(f"{value} 个交易日", f"{value} trading day{'s' if value != 1 else ''}", lang)
    return f"{value:,}"


def share(ppm: int) -> str:
    """Parts per million as per cent, or per mille where that reads better: 100000 is 10 %, 6000 is 6 ‰."""
    if not ppm or ppm % (MILLION // 100) == 0:
        return f"{ppm * 100 // MILLION} %"
    whole, rest = divmod(ppm, 1_000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") + " ‰"


def _list(name: str, items: list[Any], lang: str) -> str:
    if name.endswith(("_sessions", "_window")):
        return both("，", ", ", lang).join(f"{start}–{end}" for start, end in items)
    if name == "measures":
        return "\n".join(_measure(name, restricts, case, lang) for name, restricts, case in items)
    words = [_word(str(item), lang) for item in items]
    return both("、", ", ", lang).join(words) or both("无", "none", lang)


def _measure(name: str, restricts: str, needs_case: bool, lang: str) -> str:
    about = [both(f"限制{_word(restricts, lang)}", f"restricts {restricts}", lang)] if restricts else []
    if restricts == "public":
        about = [both("公开", "made public", lang)]
    about += [both("须立案", "needs a case", lang)] if needs_case else []
    return f"{name} ({both('，', ', ', lang).join(about)})" if about else name


def _word(word: str, lang: str) -> str:
    return WORDS.get(word, word) if lang == "zh" else word.replace("_", " ")
