"""What is wrong with a feature file before it is run: each problem in one line, with file and line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from attrs import field, frozen
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from tanpan.phrases import Phrase
from tanpan_adapters.cli.language import both
from tanpan_adapters.gherkin.coverage import LIKE, nearest


@frozen
class Known:
    """What a feature file may name: phrases, refusal codes, installed packs; `missing` packs and who names them."""

    phrases: Sequence[Phrase]
    codes: Collection[str]
    packs: Collection[str]
    missing: dict[str, list[str]] = field(factory=dict, init=False)


def unusable(paths: Sequence[Path], known: Known, lang: str) -> list[str]:
    """Why feature files can't be run; a pack that is not installed is named once for all of them."""
    found = [problem for path in paths for problem in _of_file(path, known, lang)]
    there = both("、", ", ", lang).join(sorted(known.packs)) or both("无", "none", lang)
    missing = [
        both(
            f"{files[0]}: 没有安装规则包 {pack}（已安装：{there}；共 {len(files)} 处用到）",
            f"{files[0]}: rule pack {pack} is not installed (installed: {there}; named in {len(files)} places)",
            lang,
        )
        for pack, files in known.missing.items()
    ]
    return [*missing, *found]


def _of_file(path: Path, known: Known, lang: str) -> list[str]:
    """What is wrong with a file: not there, not Gherkin, a sentence or code nobody knows, a name used twice."""
    try:
        document: Any = Parser().parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return [f"{path}: {both('无法读取', 'can’t be read', lang)}: {error.strerror}"]
    except UnicodeDecodeError:
        return [f"{path}: {both('不是 UTF-8 编码', 'not UTF-8', lang)}"]
    except (CompositeParserException, ParserException) as error:
        return [_parse_error(path, error, lang)]
    document["uri"] = str(path)
    pickles: list[Any] = Compiler().compile(document) if document.get("feature") else []
    if not pickles:
        return [f"{path}: {both('没有场景', 'there is no scenario', lang)}"]
    lines = {node["id"]: node["location"]["line"] for node in _nodes(document["feature"])}
    found = [*_twice(path, document["feature"], lang), *_begin(path, document["feature"], lang)]
    steps = [
        (f"{path}:{lines[step['astNodeIds'][0]]}", step) for pickle in pickles for step in pickle["steps"]
    ]
    missing = [(name, where) for where, step in steps for name in _missing(step["text"], known)]
    for name, where in missing:
        places = known.missing.setdefault(name, [])
        if where not in places:
            places.append(where)
    # Sentences and codes may be those of the pack that is missing.
    if not missing:
        found += [problem for where, step in steps for problem in _sentence(where, step, known, lang)]
    return list(dict.fromkeys(found))


def _missing(text: str, known: Known) -> Iterator[str]:
    """The packs a sentence names that are not installed."""
    for phrase in known.phrases:
        words = _words(phrase, text)
        if words is not None and "packs" in words:
            for name in words["packs"].split(","):
                if name.strip() not in known.packs:
                    yield name.strip()


def _words(phrase: Phrase, text: str) -> dict[str, str] | None:
    """A sentence's words by name, if it is this phrase."""
    for pattern in phrase.patterns:
        match = re.fullmatch(pattern, text)
        if match is not None:
            return match.groupdict()
    return None


def _parse_error(path: Path, error: Exception, lang: str) -> str:
    first = getattr(error, "errors", [error])[0]
    line = first.location["line"] if getattr(first, "location", None) else 1
    what = str(first).partition("got ")[2] or str(first).partition("): ")[2] or str(first)
    what = re.sub(r"\s+", " ", what)
    return f"{path}:{line}: {both('不是特性文件的写法', 'not the form of a feature file', lang)}: {what}"


def _nodes(node: Any) -> Iterator[Any]:
    """Every node of the document that has an id."""
    if isinstance(node, list):
        for one in node:
            yield from _nodes(one)
    elif isinstance(node, dict):
        if "id" in node and "location" in node:
            yield node
        for one in node.values():
            yield from _nodes(one)


def _twice(path: Path, feature: Any, lang: str) -> Iterator[str]:
    # Of two scenarios of one name in a file only one would run, silently.
    seen: dict[str, int] = {}
    for node in _nodes(feature):
        if "examples" not in node:
            continue
        name, line = node["name"], node["location"]["line"]
        if name in seen:
            yield f"{path}:{line}: " + both(
                f"场景“{name}”在第 {seen[name]} 行已有",
                f"scenario {name!r} is already on line {seen[name]}",
                lang,
            )
        seen.setdefault(name, line)


def _begin(path: Path, feature: Any, lang: str) -> Iterator[str]:
    for node in _nodes(feature):
        first = (node.get("steps") or [None])[0]
        if first is not None and first["keywordType"] not in ("Context", "Action", "Outcome"):
            yield f"{path}:{first['location']['line']}: " + both(
                "第一句须以“假如”“当”“那么”之一开头",
                "the first sentence begins with Given, When or Then",
                lang,
            )


def _sentence(where: str, step: Any, known: Known, lang: str) -> list[str]:
    text = step["text"]
    table = "dataTable" in step.get("argument", {})
    for phrase in known.phrases:
        words = _words(phrase, text)
        if words is not None:
            if phrase.table and not table:
                return [f"{where}: {both('此句后须有表格', 'a table must follow', lang)}: {text}"]
            if table and not phrase.table:
                return [f"{where}: {both('此句后不能有表格', 'no table may follow', lang)}: {text}"]
            return _code(where, words, known, lang)
    near = _nearest(text, known.phrases)
    hint = both("；相近的语句：", "; nearest phrases: ", lang) + " | ".join(near) if near else ""
    return [f"{where}: {both('没有这个语句', 'unknown sentence', lang)}: {text}{hint}"]


def _code(where: str, words: dict[str, str], known: Known, lang: str) -> list[str]:
    code = words.get("code")
    if code is None or code in known.codes:
        return []
    near = nearest(code, known.codes)
    hint = both("；相近的代码：", "; nearest codes: ", lang) + ", ".join(near) if near else ""
    return [f"{where}: {both('没有这个拒绝代码', 'unknown refusal code', lang)}: {code}{hint}"]


def _nearest(text: str, phrases: Sequence[Phrase]) -> list[str]:
    """At most three phrases whose own words are most like the sentence's."""
    scored = []
    for phrase in phrases:
        for sentence in (phrase.en, phrase.zh):
            words = re.sub(r"\"?\{\w+\}\"?", "", sentence)
            scored.append((SequenceMatcher(None, words, text).ratio(), sentence))
    scored.sort(key=lambda one: -one[0])
    return [sentence for score, sentence in scored[:3] if score >= LIKE]
