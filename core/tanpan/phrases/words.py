"""What words mean in a sentence, and why a sentence fails, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, TypeVar

from tanpan.quantities import parse_tonnes, parse_yuan
from tanpan.refusals import Reason, Refusal

T = TypeVar("T")


class NotSo(AssertionError):
    """Why a sentence fails, in both languages; a refusal is told after the words."""

    def __init__(self, zh: str, en: str, refusal: Refusal | None = None) -> None:
        super().__init__(f"{en}{refusal or ''}")
        self.zh, self.en, self.refusal = zh, en, refusal

    def text(self, language: str = "en", catalogue: Mapping[str, Reason] | None = None) -> str:
        """One line for a person."""
        refused = self.refusal.text(language, catalogue) if self.refusal is not None else ""
        return (self.zh if language == "zh" else self.en) + refused


def expect(so: bool, zh: str, en: str) -> None:
    """Fail a sentence unless something is so."""
    if not so:
        raise NotSo(zh, en)


def one_of(word: str, words: Mapping[str, T]) -> T:
    """What a word stands for; fails for an unknown one and names those there are."""
    if word not in words:
        raise unknown(word, words)
    return words[word]


def unknown(word: str, words: Iterable[str]) -> NotSo:
    """A word that nobody knows, beside those there are, where possible in the reader's language."""
    known = list(words)
    english = [one for one in known if one.isascii()] or known
    chinese = [one for one in known if not one.isascii()] or known
    return NotSo(
        f"不认识“{word}”；可用：{'、'.join(chinese) or '无'}",
        f"{word!r} is unknown here; there are: {', '.join(english) or 'none'}",
    )


def day_of(text: str) -> date:
    """A date, 2026-03-02."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _no(text, "日期，写法如 2026-03-02", "a date, written 2026-03-02") from None


def clock_of(text: str) -> time:
    """A time of day, 09:30 or 09:30:00."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise _no(
            text, "时刻，写法如 09:30 或 09:30:00", "a time of day, written 09:30 or 09:30:00"
        ) from None


def fen_of(text: str) -> int:
    """Yuan as fen."""
    try:
        return parse_yuan(text)
    except ValueError:
        raise _no(
            text, "以元计的金额（至多两位小数）", "an amount in yuan with at most two decimals"
        ) from None


def tonnes_of(text: str) -> int:
    """Whole tonnes."""
    try:
        return parse_tonnes(text)
    except ValueError:
        raise _no(text, "整数吨", "a whole number of tonnes") from None


def count_of(text: str) -> int:
    """How many."""
    if not (text.isascii() and text.isdecimal()):
        raise _no(text, "个数", "a whole number")
    return int(text)


def _no(text: str, zh: str, en: str) -> NotSo:
    return NotSo(f"“{text}”不是{zh}", f"{text!r} is not {en}")


def columns(table: list[list[str]], least: int, most: int | None, zh: str, en: str) -> None:
    """Fail unless a table has this many columns; the words say which."""
    width = len(table[0]) if table else 0
    expect(
        least <= width <= (most or width),
        f"表格应有的列：{zh}；现有 {width} 列",
        f"the table's columns are {en}; it has {width}",
    )


def plain(value: Any) -> str:
    """Rows and the like as text for a person."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {plain(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(plain, value)) + "]"
    return str(value)
