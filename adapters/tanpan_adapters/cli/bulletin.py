"""`tanpan bulletin`: the daily bulletin, in the field order of the publisher."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

import click
import msgspec

from tanpan.packs import Assembly
from tanpan.quantities import percent, yuan
from tanpan_adapters.cli.exchanges import Opened, database_option, exchange_option, opened
from tanpan_adapters.cli.language import Finding, both, lang_option
from tanpan_adapters.cli.rules import day_of

COLUMNS: Final = (
    "date",
    "market",
    "instrument",
    "price_basis",
    "listed_volume",
    "listed_turnover",
    "open",
    "high",
    "low",
    "close",
    "change_pct",
    "block_volume",
    "block_turnover",
    "total_volume",
    "total_turnover",
    "cumulative_volume",
    "cumulative_turnover",
    "previous_close",
)
Row = dict[str, Any]


@click.command(
    help=both("某日的行情公报，取自视图。", "The bulletin of a day, from the views."),
)
@click.argument("day", metavar="DATE")
@database_option
@exchange_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    help=both("格式", "format"),
)
@lang_option
def bulletin(day: str, database: str, exchange: str | None, form: str, lang: str) -> None:
    """Print the bulletin."""
    wanted = day_of(day, lang).isoformat()
    with opened(database, exchange, lang) as source:
        prices = source.view("core.day_prices")
    rows = [row for row in prices if row["day"] == wanted]
    if not rows:
        raise Finding(_none(wanted, prices, source, lang))
    if form == "csv":
        click.echo(as_csv([figures(row) for row in rows]), nl=False)
    elif form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode([figures(row) for row in rows]), indent=2))
    else:
        first = {row["instrument"]: row["day"] for row in reversed(prices)}
        new = {code for code, since in first.items() if since == wanted}
        click.echo(as_text(rows, new, source.assembly, lang))


def _none(wanted: str, prices: list[Row], source: Opened, lang: str) -> str:
    days = sorted({row["day"] for row in prices})
    there = (
        both(
            f"现有 {len(days)} 天：{days[0]} 至 {days[-1]}",
            f"there are {len(days)}, {days[0]} to {days[-1]}",
            lang,
        )
        if days
        else both("尚无已收市的交易日", "no day has closed yet", lang)
    )
    return both(
        f"{source.name} 没有 {wanted} 的公报；{there}",
        f"{source.name} has no bulletin of {wanted}; {there}",
        lang,
    )


def figures(row: Row) -> Row:
    """A day under the machine names: tonnes whole, yuan as decimal strings, no high or low without a trade."""
    return {
        "date": row["day"],
        "market": row["market"],
        "instrument": row["instrument"],
        "price_basis": row["price_basis"],
        "listed_volume": row["listed_tonnes"],
        "listed_turnover": yuan(row["listed_fen"]),
        "open": yuan(row["open_fen"]),
        "high": yuan(row["high_fen"]) if row["high_fen"] else None,
        "low": yuan(row["low_fen"]) if row["low_fen"] else None,
        "close": yuan(row["close_fen"]),
        "change_pct": percent(row["change_hundredths"]),
        "block_volume": row["block_tonnes"],
        "block_turnover": yuan(row["block_fen"]),
        "total_volume": _volume(row),
        "total_turnover": yuan(_turnover(row)),
        "cumulative_volume": row["total_tonnes"],
        "cumulative_turnover": yuan(row["total_fen"]),
        "previous_close": yuan(row["reference_fen"]),
    }


def as_csv(rows: list[Row]) -> str:
    """Rows with a heading; nothing where there is none."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_text(rows: list[Row], new: set[str], assembly: Assembly, lang: str) -> str:
    """A heading, a paragraph per instrument (`new` ones had no day before), and the notice."""
    market = next(one for one in assembly.markets if one.name == rows[0]["market"])
    pack = next(one for one in assembly.packs if market in one.markets)
    number = rows[0]["day"].replace("-", "")
    paragraphs = [both(f"{pack.zh}每日行情 {number}", f"{pack.en}, daily bulletin {number}", lang)]
    paragraphs += [_paragraph(row, row["instrument"] in new, lang) for row in rows]
    owner = market.publisher_zh or pack.institution
    paragraphs.append(
        both(
            f"声明：以上行情信息归{owner}所有，未经其书面同意，不得转载、传播或用于商业用途。",
            f"Notice: this market information belongs to {owner}; it may not be reproduced, passed on or used "
            "commercially without its written consent.",
            lang,
        )
    )
    return "\n\n".join(paragraphs)


def _paragraph(row: Row, new: bool, lang: str) -> str:
    lines = _zh(row, new) if lang == "zh" else _en(row, new)
    return "\n".join((f"[{row['instrument']}]", *lines))


def _volume(row: Row) -> int:
    """The day's tonnes by all methods."""
    return int(row["listed_tonnes"] + row["block_tonnes"] + row["other_tonnes"])


def _turnover(row: Row) -> int:
    """The day's fen by all methods."""
    return int(row["listed_fen"] + row["block_fen"] + row["other_fen"])


def _zh(row: Row, new: bool) -> tuple[str, ...]:
    block = f"成交量 {row['block_tonnes']:,} 吨，成交额 {yuan(row['block_fen'], ',')} 元"
    other = f"成交量 {row['other_tonnes']:,} 吨，成交额 {yuan(row['other_fen'], ',')} 元"
    listed = (
        f"挂牌协议：成交量 {row['listed_tonnes']:,} 吨，成交额 {yuan(row['listed_fen'], ',')} 元；"
        f"开盘价 {_price(row, 'open')} 元/吨，最高价 {_price(row, 'high')} 元/吨，最低价 {_price(row, 'low')} 元/吨，"
        f"收盘价 {_price(row, 'close')} 元/吨，{_change_zh(row['change_hundredths'], new)}。"
    )
    return (
        listed,
        f"大宗协议：{block if row['block_tonnes'] else '当日没有成交'}。",
        *((f"其他方式：{other}。",) if row["other_tonnes"] else ()),
        f"当日合计：成交量 {_volume(row):,} 吨，成交额 {yuan(_turnover(row), ',')} 元。",
        f"上市以来累计：成交量 {row['total_tonnes']:,} 吨，成交额 {yuan(row['total_fen'], ',')} 元。",
    )


def _en(row: Row, new: bool) -> tuple[str, ...]:
    other = f"volume {row['other_tonnes']:,} t, turnover {yuan(row['other_fen'], ',')} yuan"
    block = f"volume {row['block_tonnes']:,} t, turnover {yuan(row['block_fen'], ',')} yuan"
    listed = (
        f"Listed: volume {row['listed_tonnes']:,} t, turnover {yuan(row['listed_fen'], ',')} yuan; "
        f"open {_price(row, 'open')}, high {_price(row, 'high')}, low {_price(row, 'low')}, "
        f"close {_price(row, 'close')} yuan/t, {_change_en(row['change_hundredths'], new)}."
    )
    return (
        listed,
        f"Block: {block if row['block_tonnes'] else 'no trade on the day'}.",
        *((f"Other methods: {other}.",) if row["other_tonnes"] else ()),
        f"Day: volume {_volume(row):,} t, turnover {yuan(_turnover(row), ',')} yuan.",
        f"Since listing: volume {row['total_tonnes']:,} t, turnover {yuan(row['total_fen'], ',')} yuan.",
    )


def _price(row: Row, name: str) -> str:
    return yuan(row[f"{name}_fen"], ",") if row[f"{name}_fen"] else "-"


def _change_zh(hundredths: int, new: bool) -> str:
    # On an instrument's first day there is no day before: the change is against its reference price (AMB-11).
    base = "首日基准价" if new else "前一日"
    if not hundredths:
        return f"与{base}持平"
    return f"较{base}{'上涨' if hundredths > 0 else '下跌'} {percent(abs(hundredths))}%"


def _change_en(hundredths: int, new: bool) -> str:
    base = "its first reference price" if new else "the day before"
    if not hundredths:
        return f"unchanged from {base}"
    return f"{'up' if hundredths > 0 else 'down'} {percent(abs(hundredths))}% on {base}"
