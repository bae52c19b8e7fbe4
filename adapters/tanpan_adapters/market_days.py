"""Published market days from two CSV files: the trades, and the daily bulletins they must reproduce.

What can't be used is named by file, line and reason; nothing is guessed, nothing is skipped.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from tanpan.calendar import Calendar
from tanpan.quantities import (
    LARGEST_AMOUNT_FEN,
    LARGEST_PRICE_FEN,
    LARGEST_TONNES,
    parse_tonnes,
    parse_yuan,
)
from tanpan.refusals import Refusal

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
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
class Problem:
    """Why a line can't be used, in both languages; line 0 stands for the whole file."""

    path: Path
    line: int
    zh: str
    en: str

    def text(self, language: str) -> str:
        """`file:line: reason`."""
        where = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{where}: {self.zh if language == 'zh' else self.en}"


class UnusableInput(Exception):  # noqa: N818 - what the input is
    """The files can't be used; `problems` says why, by line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = problems


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
    trade_table, bulletin_table = _Table(trades, TRADE_COLUMNS), _Table(bulletins, BULLETIN_COLUMNS)
    trade_rows = [row for row in map(_trade(trade_table), trade_table.rows()) if row]
    bulletin_rows = [row for row in map(_bulletin(bulletin_table), bulletin_table.rows()) if row]
    _raise_if(trade_table.problems + bulletin_table.problems)
    if trade_table.has_instrument != bulletin_table.has_instrument:
        lacking = bulletin_table if trade_table.has_instrument else trade_table
        lacking.object(
            1, f"缺少列 {OPTIONAL}：另一文件有此列", f"column {OPTIONAL} is missing: the other file has it"
        )
    _in_order(trade_table, trade_rows, calendar)
    _in_order(bulletin_table, bulletin_rows, calendar)
    _unique(
        trade_table, trade_rows, lambda row: (row.day, row.seq), "序号 {1} 重复", "seq {1} is there twice"
    )
    _unique(
        bulletin_table,
        bulletin_rows,
        lambda row: (row.day, row.instrument),
        "同一天有两条公报",
        "a second bulletin of {0}",
    )
    _matched(trade_table, trade_rows, bulletin_table, bulletin_rows)
    _totals_begin(bulletin_table, bulletin_rows)
    _raise_if(trade_table.problems + bulletin_table.problems)
    ordered = sorted(trade_rows, key=lambda row: (row.day, row.seq))
    return MarketDays(trades, bulletins, tuple(ordered), tuple(bulletin_rows))


def _raise_if(problems: list[Problem]) -> None:
    if problems:
        raise UnusableInput(sorted(problems, key=lambda one: (str(one.path), one.line)))


class _Bad(Exception):  # noqa: N818 - caught below
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class _Table:
    """A CSV file with a heading; collects what is wrong with it."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.has_instrument = False
        self._columns = columns

    def object(self, line: int, zh: str, en: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.path, line, zh, en))

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, cells by column) of every row that has as many cells as the heading."""
        lines = self._lines()
        head: list[str] = []
        count = 0
        for line, cells in lines:
            if not head:
                head = cells
                if not self._knows(head, line):
                    return
                continue
            count += 1
            if len(cells) != len(head):
                self.object(
                    line,
                    f"有 {len(cells)} 列，表头有 {len(head)} 列",
                    f"{len(cells)} cells under {len(head)} columns",
                )
                continue
            yield line, dict(zip(head, cells, strict=True))
        if not head and not self.problems:
            self.object(0, "文件是空的", "the file is empty")
        elif not count and not self.problems:
            self.object(0, "只有表头，没有数据", "there is a heading and no row")

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._text().splitlines(keepends=True), strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell.strip() for cell in cells]
        except csv.Error as error:
            self.object(reader.line_num, f"不是有效的 CSV：{error}", f"not valid CSV: {error}")

    def _text(self) -> str:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            self.object(0, f"无法读取：{error.strerror}", f"can't be read: {error.strerror}")
            return ""
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.object(line, "不是 UTF-8 编码", "not UTF-8")
            return ""

    def _knows(self, head: list[str], line: int) -> bool:
        known = (*self._columns, OPTIONAL)
        for column in self._columns:
            if column not in head:
                self.object(line, f"缺少列 {column}", f"column {column} is missing")
        for column in dict.fromkeys(head):
            if column not in known:
                self.object(line, f"未知列 {column!r}", f"column {column!r} is unknown")
            elif head.count(column) > 1:
                self.object(line, f"列 {column} 重复", f"column {column} is there twice")
        self.has_instrument = OPTIONAL in head
        return not self.problems


# --- cells ---------------------------------------------------------------------------------------


def _trade(table: _Table) -> Callable[[tuple[int, dict[str, str]]], TradeRow | None]:
    def read(numbered: tuple[int, dict[str, str]]) -> TradeRow | None:
        line, cells = numbered
        return _checked(
            table,
            line,
            lambda: TradeRow(
                line,
                _day(cells["date"]),
                _instrument(cells),
                _one_of("method", cells["method"], (LISTED, BLOCK)),
                _whole("seq", cells["seq"], 1, LARGEST_TONNES),
                _yuan("price", cells["price"], 1, LARGEST_PRICE_FEN),
                _whole("quantity", cells["quantity"], 1, LARGEST_TONNES),
            ),
        )

    return read


def _bulletin(table: _Table) -> Callable[[tuple[int, dict[str, str]]], Bulletin | None]:
    def read(numbered: tuple[int, dict[str, str]]) -> Bulletin | None:
        line, cells = numbered
        return _checked(
            table,
            line,
            lambda: Bulletin(
                line,
                _day(cells["date"]),
                _instrument(cells),
                {name: _figure(name, cells[name]) for name in FIGURES},
                _one_of("blocks_in_trades", cells["blocks_in_trades"], ("yes", "no")) == "yes",
            ),
        )

    return read


def _checked(table: _Table, line: int, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except _Bad as bad:
        table.object(line, bad.zh, bad.en)
        return None


def _figure(name: str, text: str) -> int:
    if name.endswith("_volume"):
        return _whole(name, text, 0, LARGEST_AMOUNT_FEN)
    if name.endswith("_turnover"):
        return _yuan(name, text, 0, 100 * LARGEST_AMOUNT_FEN)
    if name == "change_pct":
        return _yuan(name, text, -LARGEST_PRICE_FEN, LARGEST_PRICE_FEN)
    # A day without a listed trade has neither high nor low.
    if name in ("high", "low") and text in _NOTHING:
        return 0
    return _yuan(name, text, 0 if name in ("high", "low") else 1, LARGEST_PRICE_FEN)


def _yuan(name: str, text: str, least: int, most: int) -> int:
    try:
        fen = parse_yuan(text)
    except ValueError:
        raise _Bad(
            f"{name} {text!r} 不是至多两位小数的数值",
            f"{name} {text!r} is not a number with at most two decimals",
        ) from None
    return _within(name, text, fen, least, most)


def _whole(name: str, text: str, least: int, most: int) -> int:
    try:
        number = parse_tonnes(text)
    except ValueError:
        raise _Bad(f"{name} {text!r} 不是整数", f"{name} {text!r} is not a whole number") from None
    return _within(name, text, number, least, most)


def _within(name: str, text: str, number: int, least: int, most: int) -> int:
    if number < least:
        word = ("须大于零", "is not positive") if least else ("不得为负", "is negative")
        raise _Bad(f"{name} {text!r} {word[0]}", f"{name} {text!r} {word[1]}")
    if number > most:
        raise _Bad(f"{name} {text!r} 过大", f"{name} {text!r} is too large")
    return number


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _Bad(f"date {text!r} 不是 YYYY-MM-DD 形式的日期", f"date {text!r} is not a day as YYYY-MM-DD")


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        choice = "、".join(known)
        raise _Bad(f"{name} {text!r} 须为 {choice} 之一", f"{name} {text!r} is none of {', '.join(known)}")
    return text


def _instrument(cells: dict[str, str]) -> str:
    if not cells.get(OPTIONAL, "-"):
        raise _Bad("instrument 是空的", "instrument is empty")
    return cells.get(OPTIONAL, "")


# --- rows among themselves -----------------------------------------------------------------------


def _in_order(table: _Table, rows: list[Any], calendar: Calendar) -> None:
    last = date.min
    for row in rows:
        if row.day < last:
            table.object(row.line, f"{row.day} 排在 {last} 之后", f"{row.day} comes after {last}")
        elif row.day > last:
            _trading_day(table, row, calendar)
        last = max(last, row.day)


def _trading_day(table: _Table, row: Any, calendar: Calendar) -> None:
    try:
        if not calendar.is_trading_day(row.day):
            table.object(row.line, f"{row.day} 不是交易日", f"{row.day} is not a trading day")
    except Refusal as refusal:
        table.object(row.line, refusal.text("zh"), refusal.text("en"))


def _unique(table: _Table, rows: list[Any], key: Callable[[Any], tuple[Any, ...]], zh: str, en: str) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row in rows:
        line = first.setdefault(key(row), row.line)
        if line != row.line:
            table.object(
                row.line,
                f"{row.day} {zh.format(*key(row))}（见第 {line} 行）",
                f"{en.format(*key(row))} on {row.day} (line {line})"
                if "{1}" in en
                else f"{en.format(*key(row))} (line {line})",
            )


def _matched(
    trade_table: _Table, trades: list[TradeRow], bulletin_table: _Table, bulletins: list[Bulletin]
) -> None:
    """Trades want a bulletin; a bulletin with volume wants trades; blocks come from one of the files only."""
    published = {(row.day, row.instrument): row for row in bulletins}
    traded = {(row.day, row.instrument): row for row in reversed(trades)}
    for row in traded.values():
        if (row.day, row.instrument) not in published:
            what = " ".join((str(row.day), row.instrument)).strip()
            trade_table.object(row.line, f"{what} 有成交而没有公报", f"trades of {what} without a bulletin")
    for trade in trades:
        bulletin = published.get((trade.day, trade.instrument))
        if bulletin and trade.method == BLOCK and not bulletin.blocks_in_trades:
            trade_table.object(
                trade.line,
                f"公报称 {trade.day} 的大宗数据取自公报（第 {bulletin.line} 行），此处却有大宗成交",
                f"a block, though the blocks of {trade.day} are taken from the bulletin (its line {bulletin.line})",
            )
    for key, bulletin in published.items():
        figures = bulletin.figures
        volume = figures["listed_volume"] + (figures["block_volume"] if bulletin.blocks_in_trades else 0)
        if volume and key not in traded:
            what = " ".join((str(bulletin.day), bulletin.instrument)).strip()
            bulletin_table.object(
                bulletin.line, f"{what} 公布了成交量而没有成交", f"a volume on {what} without trades"
            )


def _totals_begin(table: _Table, bulletins: list[Bulletin]) -> None:
    """The running totals before the first day, per instrument, can't be negative."""
    first = {row.instrument: row for row in reversed(bulletins)}
    for row in first.values():
        if min(carried(row)) < 0:
            table.object(row.line, "累计数小于当日数", "the cumulative figures are below the day's own")


def carried(first: Bulletin) -> tuple[int, int]:
    """Tonnes and fen of the running totals before an instrument's first day: that row's totals less its own day."""
    figures = first.figures
    return (
        figures["cumulative_volume"] - figures["listed_volume"] - figures["block_volume"],
        figures["cumulative_turnover"] - figures["listed_turnover"] - figures["block_turnover"],
    )
