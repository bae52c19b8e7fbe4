"""The feature files themselves: names, sentences, and what they leave without an example."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tanpan_adapters.gherkin.coverage import (
    Scenario,
    codes,
    coverage,
    nearest,
    packs,
    provoked,
    scenarios,
    tagged,
    without,
)
from tanpan_adapters.gherkin.steps import all_phrases

FEATURES = Path(__file__).parent.parent / "features"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOLE = re.compile(r"\{(\w+)\}")

# Codes that only later work can provoke, and what that work is. An entry goes when a scenario provokes it.
LATER: dict[str, str] = {}


def all_scenarios() -> tuple[Scenario, ...]:
    return scenarios(FEATURES)


def test_no_two_scenarios_have_one_name() -> None:
    count = Counter(scenario.name for scenario in all_scenarios())
    assert not [name for name, times in count.items() if times > 1]


def test_every_scenario_is_run() -> None:
    assert not [scenario.name for scenario in all_scenarios() if not scenario.sentences]


def test_every_phrase_says_the_same_in_both_languages() -> None:
    for phrase in all_phrases():
        assert not CHINESE.search(phrase.en), phrase.en
        assert CHINESE.search(phrase.zh), phrase.zh
        assert sorted(HOLE.findall(phrase.en)) == sorted(HOLE.findall(phrase.zh)), phrase.en


def test_what_a_phrase_calls_a_code_is_a_refusal_code() -> None:
    # Whoever writes a feature file is told of a code there is not.
    wanting = [phrase.en for phrase in all_phrases() if "code" in HOLE.findall(phrase.en)]
    assert all("refused" in sentence or "because" in sentence for sentence in wanting), wanting


def test_no_sentence_is_two_phrases() -> None:
    sentences = [sentence for phrase in all_phrases() for sentence in (phrase.en, phrase.zh)]
    assert not [sentence for sentence, times in Counter(sentences).items() if times > 1]


def test_every_sentence_is_one_phrase() -> None:
    phrases = [
        (re.compile("|".join(f"(?:{_unnamed(p)})" for p in one.patterns)), one) for one in all_phrases()
    ]
    for sentence in {sentence for scenario in all_scenarios() for sentence in scenario.sentences}:
        found = [phrase for pattern, phrase in phrases if pattern.fullmatch(sentence.text)]
        assert len(found) == 1, f"{sentence.text!r} is {[phrase.en for phrase in found]}"
        assert found[0].table is sentence.table, f"{sentence.text!r} and its table"


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


def test_every_refusal_code_is_provoked_or_said_to_come_later() -> None:
    assert sorted(set(codes()) - provoked(FEATURES) - set(LATER)) == []


def test_every_refusal_code_is_known() -> None:
    known = codes()
    assert {code: nearest(code, known) for code in provoked(FEATURES) if code not in known} == {}


def test_an_unknown_code_has_its_nearest() -> None:
    assert nearest("PRICE_OUT_OF_BOUND", codes())[0] == "PRICE_OUT_OF_BAND"
    assert nearest("xyz", codes()) == []


def test_no_code_that_is_provoked_is_said_to_come_later() -> None:
    assert sorted(set(LATER) & provoked(FEATURES)) == []
    assert sorted(set(LATER) - set(codes())) == []


@pytest.mark.parametrize("pack", [pack for pack in packs() if pack.clauses], ids=lambda pack: pack.name)
def test_every_clause_in_scope_has_a_scenario(pack) -> None:
    assert [clause.id for clause in without(pack, FEATURES)] == []


def test_every_tag_of_a_clause_is_known() -> None:
    known = {clause.id for pack in packs() for clause in pack.clauses}
    families = tuple({f"{name.partition('-')[0]}-" for name in known})
    assert sorted(tag for tag in tagged(FEATURES) if tag.startswith(families) and tag not in known) == []


def test_a_clause_out_of_scope_says_why() -> None:
    clauses = [clause for pack in packs() for clause in pack.clauses]
    assert not [clause.id for clause in clauses if not clause.now and not clause.why_not]


def test_the_coverage_is_printed_by_pack() -> None:
    text = coverage(FEATURES)
    for pack in packs():
        assert not pack.clauses or f"{pack.name}: clauses in scope " in text
    assert "refusal codes " in text
