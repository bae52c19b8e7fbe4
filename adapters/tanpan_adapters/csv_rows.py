"""CSV files with a heading, read strictly: what can't be used is named by file, line and reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from attrs import frozen

from tanpan.quantities import parse_tonnes, parse_yuan

R = TypeVar("R")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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


class UnusableInput(Exception):
    """The files can't be used; `problems` says why, by line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = problems


class BadCell(Exception):
    """A cell that can't be used, and why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class CsvTable:
    """A CSV file with a heading of known columns, one of them optional; collects what is wrong with it."""

    def __init__(self, path: Path, columns: tuple[str, ...], optional: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.has_optional = False
        self._columns = columns
        self._optional = optional

    def note(self, line: int, zh: str, en: str) -> None:
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
                self.note(
                    line,
                    f"有 {len(cells)} 列，表头有 {len(head)} 列",
                    f"{len(cells)} cells under {len(head)} columns",
                )
                continue
            yield line, dict(zip(head, cells, strict=True))
        if not head and not self.problems:
            self.note(0, "文件是空的", "the file is empty")
        elif not count and not self.problems:
            self.note(0, "只有表头，没有数据", "there is a heading and no row")

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._text().splitlines(keepends=True), strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell.strip() for cell in cells]
        except csv.Error as error:
            self.note(reader.line_num, f"不是有效的 CSV：{error}", f"not valid CSV: {error}")

    def _text(self) -> str:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            self.note(0, f"无法读取：{error.strerror}", f"can't be read: {error.strerror}")
            return ""
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.note(line, "不是 UTF-8 编码", "not UTF-8")
            return ""

    def _knows(self, head: list[str], line: int) -> bool:
        known = (*self._columns, self._optional)
        for column in self._columns:
            if column not in head:
                self.note(line, f"缺少列 {column}", f"column {column} is missing")
        for column in dict.fromkeys(head):
            if column not in known:
                self.note(line, f"未知列 {column!r}", f"column {column!r} is unknown")
            elif head.count(column) > 1:
                self.note(line, f"列 {column} 重复", f"column {column} is there twice")
        self.has_optional = self._optional in head
        return not self.problems


def checked(table: CsvTable, line: int, make: Callable[[], R]) -> R | None:
    try:
        return make()
    except BadCell as bad:
        table.note(line, bad.zh, bad.en)
        return None


def yuan_cell(name: str, text: str, least: int, most: int) -> int:
    """Fen of a cell in yuan, within bounds."""
    try:
        fen = parse_yuan(text)
    except ValueError:
        raise BadCell(
            f"{name} {text!r} 不是至多两位小数的数值",
            f"{name} {text!r} is not a number with at most two decimals",
        ) from None
    return _within(name, text, fen, least, most)


def whole_cell(name: str, text: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    try:
        number = parse_tonnes(text)
    except ValueError:
        raise BadCell(f"{name} {text!r} 不是整数", f"{name} {text!r} is not a whole number") from None
    return _within(name, text, number, least, most)


def _within(name: str, text: str, number: int, least: int, most: int) -> int:
    if number < least:
        word = ("须大于零", "is not positive") if least else ("不得为负", "is negative")
        raise BadCell(f"{name} {text!r} {word[0]}", f"{name} {text!r} {word[1]}")
    if number > most:
        raise BadCell(f"{name} {text!r} 过大", f"{name} {text!r} is too large")
    return number


def day_cell(text: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadCell(f"date {text!r} 不是 YYYY-MM-DD 形式的日期", f"date {text!r} is not a day as YYYY-MM-DD")


def choice_cell(name: str, text: str, known: tuple[str, ...]) -> str:
    """One of the words known."""
    if text not in known:
        choice = "、".join(known)
        raise BadCell(f"{name} {text!r} 须为 {choice} 之一", f"{name} {text!r} is none of {', '.join(known)}")
    return text
