"""Phrases: a sentence in English and in Chinese with a function behind it; knows nothing of any test runner.

Placeholders in braces: `{who}` and the like take one word (`{clock}` a time of day), `{text}` and other quoted
ones take what stands between quotation marks. A sentence matches one phrase only. The function gets the world,
the words by name and, if it asks for it, the table. `{code}` is always a refusal code, `{packs}` rule packs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from tanpan.phrases.words import columns

_WORD = r"[^\s\"，]+"
"""A Chinese comma ends a word: what follows it belongs to the sentence."""
_SHAPES = {"clock": r"\d\d:\d\d(?::\d\d)?"}


def _pattern(sentence: str) -> str:
    parts = []
    last = 0
    for hole in re.finditer(r"\"\{(\w+)\}\"|\{(\w+)\}", sentence):
        parts.append(re.escape(sentence[last : hole.start()]))
        quoted, word = hole.groups()
        parts.append(f'"(?P<{quoted}>[^"]*)"' if quoted else rf"(?P<{word}>{_SHAPES.get(word, _WORD)})")
        last = hole.end()
    parts.append(re.escape(sentence[last:]))
    return "".join(parts)


@frozen
class Phrase:
    """One sentence in both languages and what it does."""

    en: str
    zh: str
    run: Callable[..., None]
    table: bool = False
    patterns: tuple[str, ...] = field(init=False)

    @patterns.default
    def _patterns(self) -> tuple[str, ...]:
        return (_pattern(self.en), _pattern(self.zh))


class PhraseBook:
    """The phrases of a module, collected by a decorator."""

    def __init__(self) -> None:
        self.phrases: list[Phrase] = []

    def phrase(
        self, en: str, zh: str, *, table: bool = False
    ) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Register a function `(world, **words)` under a sentence in each language."""

        def register(function: Callable[..., None]) -> Callable[..., None]:
            self.phrases.append(Phrase(en, zh, function, table))
            return function

        return register


def core_phrases() -> tuple[Phrase, ...]:
    """The kernel's own phrases, by noun."""
    from tanpan.phrases import filing, outcome, setting, trading

    return tuple(phrase for module in (setting, trading, filing, outcome) for phrase in module.BOOK.phrases)


def table_rows(table: list[list[str]]) -> list[dict[str, str]]:
    """A table with a heading as rows by column."""
    head, *rows = table
    return [dict(zip(head, row, strict=True)) for row in rows]


def table_fields(table: list[list[str]]) -> dict[str, Any]:
    """A two-column table as fields."""
    columns(table, 2, 2, "要素、值", "field and value")
    return {row[0]: row[1] for row in table}
