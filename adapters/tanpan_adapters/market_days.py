"""Published market days from two CSV files: the trades, and the daily bulletins they must reproduce.

What can't be used is named by file, line and reason; nothing is guessed, nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from tanpan.calendar import Calendar
from tanpan.quantities import LARGEST_AMOUNT_FEN, LARGEST_PRICE_FEN, LARGEST_TONNES
from tanpan.refusals import Refusal
from tanpan_adapters.csv_rows import (
    BadCell,
    CsvTable,
    Problem,
    UnusableInput,
    checked,
    choice_cell,
    day_cell,
    whole_cell,
    yuan_cell,
)

LISTED: Final = "listed"
BLOCK: Final = "block"
TRADE_COLUMNS: Final = ("date", "method", "seq", "price", "quantity")
BULLETIN_COLUMNS: Final = (
    "date",
    "previous_close",
    "open",
    "high",
    "low",
    "close",
    "change_pct",
    "listed_volume",
    "listed_turnover",
    "block_volume",
    "block_turnover",
    "cumulative_volume",
    "cumulative_turnover",
    "blocks_in_trades",
)
FIGURES: Final = BULLETIN_COLUMNS[1:-1]
"""The published figures of a day, in the file's order."""
OPTIONAL: Final = "instrument"
_NOTHING: Final = ("", "-")


@frozen
class TradeRow:
    """One row of the trades file: price in fen, quantity in tonnes."""

    line: int
    day: date
    instrument: str
    method: str
    seq: int
    price_fen: int
    quantity_tonnes: int


@frozen
class Bulletin:
    """One row of the bulletins file: figures by name in fen, tonnes and hundredths of a per cent; 0 for none."""

    line: int
    day: date
    instrument: str
    figures: dict[str, int]
    blocks_in_trades: bool


@frozen
class MarketDays:
    """Both files, checked against each other and the calendar; `trades` are in order of day and seq."""

    trades_path: Path
    bulletins_path: Path
    trades: tuple[TradeRow, ...] = field(repr=False)
    bulletins: tuple[Bulletin, ...] = field(repr=False)

    def days(self) -> list[date]:
        """The days there is a bulletin of, in order."""
        return list(dict.fromkeys(bulletin.day for bulletin in self.bulletins))


def read_market_days(trades: Path, bulletins: Path, calendar: Calendar) -> MarketDays:
    """Read and check both files; UnusableInput names every line that can't be used, and why."""
    trade_table, bulletin_table = (
        CsvTable(trades, TRADE_COLUMNS, OPTIONAL),
        CsvTable(bulletins, BULLETIN_COLUMNS, OPTIONAL),
    )
    trade_rows = [row for row in map(_trade(trade_table), trade_table.rows()) if row]
    bulletin_rows = [row for row in map(_bulletin(bulletin_table), bulletin_table.rows()) if row]
    if trade_table.has_optional != bulletin_table.has_optional:
        lacking = bulletin_table if trade_table.has_optional else trade_table
        lacking.note(
            1, f"缺少列 {OPTIONAL}：另一文件有此列", f"column {OPTIONAL} is missing: the other file has it"
        )
    _raise_if(trade_table.problems + bulletin_table.problems)
    _in_order(trade_table, trade_rows, calendar)
    _in_order(bulletin_table, bulletin_rows, calendar)
    _unique(
        trade_table,
        trade_rows,
        lambda row: (row.day, row.seq),
        "{0} 的序号 {1} 重复",
        "seq {1} of {0} is there twice",
    )
    _unique(
        bulletin_table,
        bulletin_rows,
        lambda row: (row.day, row.instrument),
        "{0} 已有公报",
        "there is a bulletin of {0} already",
    )
    _matched(trade_table, trade_rows, bulletin_table, bulletin_rows)
    _totals_begin(bulletin_table, bulletin_rows)
    _raise_if(trade_table.problems + bulletin_table.problems)
    ordered = sorted(trade_rows, key=lambda row: (row.day, row.seq))
    return MarketDays(trades, bulletins, tuple(ordered), tuple(bulletin_rows))


def _raise_if(problems: list[Problem]) -> None:
    if problems:
        raise UnusableInput(sorted(problems, key=lambda one: (str(one.path), one.line)))


# --- cells ---------------------------------------------------------------------------------------


def _trade(table: CsvTable) -> Callable[[tuple[int, dict[str, str]]], TradeRow | None]:
    def read(numbered: tuple[int, dict[str, str]]) -> TradeRow | None:
        line, cells = numbered
        return checked(
            table,
            line,
            lambda: TradeRow(
                line,
                day_cell(cells["date"]),
                _instrument(cells),
                choice_cell("method", cells["method"], (LISTED, BLOCK)),
                whole_cell("seq", cells["seq"], 1, LARGEST_TONNES),
                yuan_cell("price", cells["price"], 1, LARGEST_PRICE_FEN),
                whole_cell("quantity", cells["quantity"], 1, LARGEST_TONNES),
            ),
        )

    return read


def _bulletin(table: CsvTable) -> Callable[[tuple[int, dict[str, str]]], Bulletin | None]:
    def read(numbered: tuple[int, dict[str, str]]) -> Bulletin | None:
        line, cells = numbered
        return checked(
            table,
            line,
            lambda: Bulletin(
                line,
                day_cell(cells["date"]),
                _instrument(cells),
                {name: _figure(name, cells[name]) for name in FIGURES},
                choice_cell("blocks_in_trades", cells["blocks_in_trades"], ("yes", "no")) == "yes",
            ),
        )

    return read


def _figure(name: str, text: str) -> int:
    if name.endswith("_volume"):
        return whole_cell(name, text, 0, LARGEST_AMOUNT_FEN)
    if name.endswith("_turnover"):
        return yuan_cell(name, text, 0, 100 * LARGEST_AMOUNT_FEN)
    if name == "change_pct":
        return yuan_cell(name, text, -LARGEST_PRICE_FEN, LARGEST_PRICE_FEN)
    # A day without a listed trade has neither high nor low.
    if name in ("high", "low") and text in _NOTHING:
        return 0
    return yuan_cell(name, text, 0 if name in ("high", "low") else 1, LARGEST_PRICE_FEN)


def _instrument(cells: dict[str, str]) -> str:
    if not cells.get(OPTIONAL, "-"):
        raise BadCell("instrument 是空的", "instrument is empty")
    return cells.get(OPTIONAL, "")


# --- rows among themselves -----------------------------------------------------------------------


def _in_order(table: CsvTable, rows: list[Any], calendar: Calendar) -> None:
    last = date.min
    for row in rows:
        if row.day < last:
            table.note(row.line, f"{row.day} 排在 {last} 之后", f"{row.day} comes after {last}")
        elif row.day > last:
            _trading_day(table, row, calendar)
        last = max(last, row.day)


def _trading_day(table: CsvTable, row: Any, calendar: Calendar) -> None:
    try:
        if not calendar.is_trading_day(row.day):
            table.note(row.line, f"{row.day} 不是交易日", f"{row.day} is not a trading day")
    except Refusal as refusal:
        table.note(row.line, refusal.text("zh"), refusal.text("en"))


def _unique(
    table: CsvTable, rows: list[Any], key: Callable[[Any], tuple[Any, ...]], zh: str, en: str
) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row in rows:
        line = first.setdefault(key(row), row.line)
        if line != row.line:
            table.note(
                row.line,
                f"{zh.format(*key(row))}（见第 {line} 行）",
                f"{en.format(*key(row))} (see line {line})",
            )


def _matched(
    trade_table: CsvTable, trades: list[TradeRow], bulletin_table: CsvTable, bulletins: list[Bulletin]
) -> None:
    """Trades want a bulletin; a bulletin with volume wants trades; blocks come from one of the files only."""
    published = {(row.day, row.instrument): row for row in bulletins}
    traded = {(row.day, row.instrument): row for row in reversed(trades)}
    for row in traded.values():
        if (row.day, row.instrument) not in published:
            what = " ".join((str(row.day), row.instrument)).strip()
            trade_table.note(row.line, f"{what} 有成交而没有公报", f"trades of {what} without a bulletin")
    for trade in trades:
        bulletin = published.get((trade.day, trade.instrument))
        if bulletin and trade.method == BLOCK and not bulletin.blocks_in_trades:
            trade_table.note(
                trade.line,
                f"公报称 {trade.day} 的大宗数据取自公报（第 {bulletin.line} 行），此处却有大宗成交",
                f"a block, though the blocks of {trade.day} are taken from the bulletin (its line {bulletin.line})",
            )
    for key, bulletin in published.items():
        figures = bulletin.figures
        volume = figures["listed_volume"] + (figures["block_volume"] if bulletin.blocks_in_trades else 0)
        if volume and key not in traded:
            what = " ".join((str(bulletin.day), bulletin.instrument)).strip()
            bulletin_table.note(
                bulletin.line, f"{what} 公布了成交量而没有成交", f"a volume on {what} without trades"
            )


def _totals_begin(table: CsvTable, bulletins: list[Bulletin]) -> None:
    """The running totals before the first day, per instrument, can't be negative."""
    first = {row.instrument: row for row in reversed(bulletins)}
    for row in first.values():
        if min(carried(row)) < 0:
            table.note(row.line, "累计数小于当日数", "the cumulative figures are below the day's own")


def carried(first: Bulletin) -> tuple[int, int]:
    """Tonnes and fen of the running totals before an instrument's first day: that row's totals less its own day."""
    figures = first.figures
    return (
        figures["cumulative_volume"] - figures["listed_volume"] - figures["block_volume"],
        figures["cumulative_turnover"] - figures["listed_turnover"] - figures["block_turnover"],
    )
