"""The words that may stand in the holes of sentences, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tanpan.exchange import Exchange
from tanpan.packs import Assembly
from tanpan.phrases.outcome import CASH, MARKET_STATES, PRICES, STATES, UNITS
from tanpan.phrases.world import SIDES
from tanpan.queries import QUERIES
from tanpan.reports import CORE_VIEWS
from tanpan_adapters.calendars import published
from tanpan_adapters.cli.language import both


def vocabulary(assembly: Assembly, lang: str) -> str:
    """Each hole with a closed set of words, and the words."""
    return "\n".join(_lines(assembly, lang))


def _lines(assembly: Assembly, lang: str) -> Iterator[str]:
    for hole, zh, en, words in (
        ("phase", "资金", "cash", CASH),
        ("phase", "持仓", "units", UNITS),
        ("kind", "价格", "price", PRICES),
        ("side", "买卖方向", "side", SIDES),
        ("state", "挂牌", "listing", STATES),
        ("state", "市场", "market", MARKET_STATES),
    ):
        yield f"{{{hole}}}{both(f'（{zh}）', f' ({en})', lang)}"
        yield from _in_both(words, lang)
    for hole, zh, en in (
        ("clock", "时刻：09:30 或 09:30:00", "a time of day: 09:30 or 09:30:00"),
        ("day", "日期：2026-03-02", "a date: 2026-03-02"),
        (
            "label",
            "Alpha#2 即 Alpha 的第二笔挂牌或大宗申报；或直接写编号",
            "Alpha#2 is Alpha’s second listing or block declaration; or a plain number",
        ),
    ):
        yield f"{{{hole}}}\n    {both(zh, en, lang)}"
    yield "{command}"
    commands = Exchange("spec", assembly, published()).command_types
    yield from _documented((name, _first(commands[name].__doc__)) for name in sorted(commands))
    yield "{query}"
    asked = (*QUERIES.values(), *CORE_VIEWS, *assembly.views)
    yield from _documented(sorted((one.name, both(one.zh, one.en, lang)) for one in asked))


def _in_both(words: Iterable[str], lang: str) -> Iterator[str]:
    lines = [[word for word in words if word.isascii()], [word for word in words if not word.isascii()]]
    for line in reversed(lines) if lang == "zh" else lines:
        yield "    " + ("、" if not line[0].isascii() else ", ").join(line)


def _documented(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        yield f"    {name:<{width}}  {text}"


def _first(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
