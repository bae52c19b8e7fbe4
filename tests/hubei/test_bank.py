"""The quiz's own bank: complete, in both languages, without doubles; and what a replaced one is refused for."""

from __future__ import annotations

from collections import Counter

import pytest

from hubei_retail.bank import (
    JUDGE,
    LEAST_QUESTIONS,
    SINGLE,
    check_bank,
    own_bank,
    read_bank,
)
from hubei_retail.phrases import bank_text
from tanpan.refusals import Refusal

BANK = own_bank()
ENGLISH_PUNCTUATION = "，。；：？！“”（）"


def plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def test_there_are_enough_questions_of_both_kinds() -> None:
    assert len(BANK.question) >= LEAST_QUESTIONS
    kinds = Counter(question.kind for question in BANK.question)
    assert min(kinds[SINGLE], kinds[JUDGE]) >= 20


def test_every_topic_is_asked_about() -> None:
    asked = Counter(question.topic for question in BANK.question)
    assert sorted(asked) == sorted(topic.id for topic in BANK.topic)
    assert min(asked.values()) >= 5


def test_ids_and_stems_are_unique() -> None:
    for texts in (
        [question.id for question in BANK.question],
        [plain(question.zh) for question in BANK.question],
        [plain(question.en) for question in BANK.question],
    ):
        assert not [text for text, times in Counter(texts).items() if times > 1]


@pytest.mark.parametrize("question", BANK.question, ids=lambda question: question.id)
def test_a_question_is_whole_in_both_languages(question) -> None:
    for zh, en in ((question.zh, question.en), (question.why_zh, question.why_en)):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
        assert any(letter.isascii() and letter.isalpha() for letter in en)
        assert not [letter for letter in en if letter in ENGLISH_PUNCTUATION]
    assert question.id.startswith(f"{question.topic}-")
    assert 2 <= len(question.choices()) <= 4
    for place in (0, 1):
        options = [plain(option[place]) for option in question.choices()]
        assert len(set(options)) == len(options)


def test_no_letter_gives_the_answer_away() -> None:
    right = Counter(question.answer for question in BANK.question if question.kind == SINGLE)
    assert sorted(right) == list("ABCD")
    assert max(right.values()) <= 2 * min(right.values())
    true = sum(question.answer == "A" for question in BANK.question if question.kind == JUDGE)
    false = sum(question.answer == "B" for question in BANK.question if question.kind == JUDGE)
    assert min(true, false) * 2 >= max(true, false)


def test_the_right_option_is_not_always_the_longest() -> None:
    singles = [question for question in BANK.question if question.kind == SINGLE]
    for place in (0, 1):
        longest = 0
        for question in singles:
            lengths = [len(option[place]) for option in question.options]
            longest += lengths.count(max(lengths)) == 1 and lengths["ABCD".index(question.answer)] == max(
                lengths
            )
        # One in four would be chance.
        assert longest * 5 <= len(singles) * 2, longest


def test_a_bank_is_read_from_the_text_of_a_file() -> None:
    assert len(read_bank(bank_text(60)).question) == 60


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace("new-7", "new-8", 1), "an id stands there twice"),
        (lambda text: text.replace("第7句", "第8句", 1), "a question stands there twice"),
        (
            lambda text: text.replace('answer = "A"', 'answer = "C"', 1),
            "its answer is not the letter of one option",
        ),
        (lambda text: text.replace('kind = "judge"', 'kind = "essay"', 1), "single choice"),
        (lambda text: text.replace('kind = "judge"', 'kind = "single"', 1), "single choice"),
        (lambda text: text.replace('topic = "new"', 'topic = "old"', 1), "its topic is not among the topics"),
        (lambda text: text.replace('why_en = "Because it is."', 'why_en = ""', 1), "both languages"),
        (lambda text: text.replace('id = "new-7"', 'id = "new 7"', 1), "its id is not of its form"),
        (lambda text: text.replace('id = "new-7"', "id = 7", 1), "`str`"),
        (lambda text: text.replace('id = "new-7"', 'id = "new-7"\nkey = "A"', 1), "key"),
        (lambda text: text + "[[", "TOML"),
        (lambda text: "[" * 100_000, ""),
        (lambda text: "x = " + "[" * 50_000, ""),
        (lambda text: "#" * 400_001, "too long"),
        (lambda text: "", "missing required field"),
    ],
)
def test_a_bank_with_a_fault_is_refused(change, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_bank(change(bank_text(60)))
    assert refused.value.code == "BAD_QUIZ"
    if why not in ("TOML", ""):
        assert why.removeprefix("an ").removeprefix("a ") in str(refused.value.details["why"])


def test_two_equal_options_are_refused() -> None:
    text = bank_text(60).replace(
        'kind = "judge"',
        'kind = "single"\noptions = [["甲", "one"], ["乙", "two"], ["甲 ", "three"]]',
        1,
    )
    with pytest.raises(Refusal) as refused:
        read_bank(text)
    assert refused.value.details["why"] == "two of its options are the same"


def test_the_own_bank_passes_its_own_check() -> None:
    check_bank(BANK)
    assert BANK.digest() == own_bank().digest()
