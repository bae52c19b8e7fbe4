"""What the feature files give an example of: clauses by tag, refusal codes by their sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Final

from attrs import frozen
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from tanpan.packs import Clause, Pack, assemble, installed, load
from tanpan.refusals import CATALOGUE

FEATURES: Final = Path("features")
LIKE: Final = 0.5
"""How alike what is unknown and what is known are at least, to be suggested."""
_REFUSED: Final = re.compile(r"it is refused because (\S+)|被拒绝，因为 (\S+)")


@frozen
class Sentence:
    """One step as it is run, and whether a table stands below it."""

    text: str
    table: bool


@frozen
class Scenario:
    """A scenario of a feature file: its tags, those of its rule, feature and examples included, and its sentences."""

    file: Path
    name: str
    tags: frozenset[str]
    sentences: tuple[Sentence, ...]

    def refusals(self) -> Iterator[str]:
        """The codes it says something is refused because of."""
        for sentence in self.sentences:
            match = _REFUSED.fullmatch(sentence.text)
            if match is not None:
                yield match[1] or match[2]


@cache
def scenarios(features: Path = FEATURES) -> tuple[Scenario, ...]:
    """Every scenario of the feature files below a folder, outlines with all their examples."""
    return tuple(one for file in sorted(features.rglob("*.feature")) for one in _of_file(file))


def _of_file(file: Path) -> Iterator[Scenario]:
    document: Any = Parser().parse(file.read_text(encoding="utf-8"))
    document["uri"] = str(file)
    pickles: list[Any] = Compiler().compile(document)
    for scenario in _scenarios(document["feature"]["children"]):
        mine = [pickle for pickle in pickles if pickle["astNodeIds"][0] == scenario["id"]]
        tags = frozenset(tag["name"].removeprefix("@") for pickle in mine for tag in pickle["tags"])
        steps = (step for pickle in mine for step in pickle["steps"])
        sentences = tuple(Sentence(step["text"], "dataTable" in step.get("argument", {})) for step in steps)
        yield Scenario(file, scenario["name"], tags, sentences)


def _scenarios(children: Iterable[Any]) -> Iterator[Any]:
    for child in children:
        if "scenario" in child:
            yield child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"]["children"])


def provoked(features: Path = FEATURES) -> frozenset[str]:
    """The refusal codes some scenario provokes."""
    return frozenset(code for scenario in scenarios(features) for code in scenario.refusals())


def tagged(features: Path = FEATURES) -> frozenset[str]:
    """The tags of all scenarios."""
    return frozenset(tag for scenario in scenarios(features) for tag in scenario.tags)


@cache
def packs() -> tuple[Pack, ...]:
    """The installed packs."""
    return assemble(load(installed())).packs


def codes() -> tuple[str, ...]:
    """The refusal codes of the kernel and of the installed packs."""
    own = (reason for pack in packs() for reason in pack.refusals)
    return tuple(reason.code for reason in (*CATALOGUE, *own))


def nearest(code: str, known: Iterable[str]) -> list[str]:
    """At most three codes that are most like one that there is not."""
    return get_close_matches(code, list(known), 3, LIKE)


def without(pack: Pack, features: Path = FEATURES) -> list[Clause]:
    """The clauses a pack performs and no scenario is an example of."""
    found = tagged(features)
    return [clause for clause in pack.clauses if clause.now and clause.id not in found]


def coverage(features: Path = FEATURES) -> str:
    """Clauses and refusal codes with and without a scenario, as text."""
    lines = [line for pack in packs() if pack.clauses for line in _of_pack(pack, features)]
    missing = sorted(set(codes()) - provoked(features))
    lines.append(
        f"refusal codes {len(codes())}, provoked {len(codes()) - len(missing)}, not: {_list(missing)}"
    )
    return "\n".join(lines)


def _of_pack(pack: Pack, features: Path) -> Iterator[str]:
    in_scope = [clause for clause in pack.clauses if clause.now]
    missing = [clause.id for clause in without(pack, features)]
    yield (
        f"{pack.name}: clauses in scope {len(in_scope)}, with a scenario {len(in_scope) - len(missing)}, "
        f"without: {_list(missing)}"
    )
    reasons: dict[str, list[str]] = {}
    for clause in pack.clauses:
        if not clause.now:
            reasons.setdefault(clause.why_not, []).append(clause.id)
    for why_not, ids in reasons.items():
        yield f"  not in scope: {_list(ids)} ({why_not})"


def _list(names: list[str]) -> str:
    return ", ".join(names) or "none"
