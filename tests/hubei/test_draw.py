"""Drawing and scoring: the same seed gives the same paper, each question is as likely, and points are exact."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubei_retail.bank import (
    JUDGE,
    LETTERS,
    Chance,
    check_answers,
    draw,
    own_bank,
    right_letters,
    shown,
    wrong,
)
from tanpan.refusals import Refusal

BANK = own_bank()
QUESTIONS = BANK.by_id()
SEEDS = [sha256(str(number).encode()).hexdigest() for number in range(2_000)]

seeds = st.text("0123456789abcdef", min_size=16, max_size=64)


def test_a_seed_decides_the_paper() -> None:
    """Written down once: a journal of today must draw the same in twenty years."""
    first = [("climate-01", "ABCD"), ("product-07", "BDAC"), ("risk-05", "AB")]
    assert draw(BANK, "a" * 20, 3) == first
    assert [number for number, _ in draw(BANK, "a" * 20, 20)][:3] == [number for number, _ in first]


def test_the_numbers_behind_a_draw_are_those_of_sha256_in_counter_mode() -> None:
    block = sha256((0).to_bytes(8, "big") + b"seed").digest()
    assert Chance("seed").below(1_000) == int.from_bytes(block[:8], "big") % 1_000


@given(seeds, st.integers(1, 60))
def test_a_paper_asks_each_question_once(seed: str, count: int) -> None:
    paper = draw(BANK, seed, count)
    assert len(paper) == count
    assert len(dict(paper)) == count
    for number, order in paper:
        letters = LETTERS[: len(QUESTIONS[number].choices())]
        assert sorted(order) == list(letters)
        if QUESTIONS[number].kind == JUDGE:
            assert order == "AB"


def test_every_question_is_drawn_about_as_often() -> None:
    count = Counter(number for seed in SEEDS for number, _ in draw(BANK, seed, 20))
    expected = 20 * len(SEEDS) // len(BANK.question)
    assert sorted(count) == sorted(QUESTIONS)
    assert min(count.values()) * 100 > expected * 80
    assert max(count.values()) * 100 < expected * 120


def test_the_right_letter_is_about_as_often_each_one() -> None:
    count: Counter[str] = Counter()
    for seed in SEEDS[:500]:
        paper = draw(BANK, seed, 20)
        for number, letter in right_letters(BANK, paper).items():
            if len(QUESTIONS[number].options) == 4:
                count[letter] += 1
    quarter = sum(count.values()) // 4
    assert sorted(count) == list(LETTERS)
    assert all(quarter * 90 < times * 100 < quarter * 110 for times in count.values())


def test_no_number_is_favoured() -> None:
    count = Counter(Chance(seed).below(3) for seed in SEEDS)
    assert all(abs(times - len(SEEDS) // 3) < 120 for times in count.values())


@given(seeds)
def test_a_paper_as_it_is_shown_holds_no_key(seed: str) -> None:
    paper = draw(BANK, seed, 20)
    for question, (number, order) in zip(shown(BANK, paper), paper, strict=True):
        assert list(question) == ["id", "kind", "zh", "en", "options"]
        assert [option[0] for option in question["options"]] == list(LETTERS[: len(order)])
        texts = [option[1:] for option in question["options"]]
        assert sorted(texts) == sorted(QUESTIONS[number].choices())
        text = msgspec.json.encode(question).decode()
        assert QUESTIONS[number].why_zh not in text and QUESTIONS[number].why_en not in text


@given(seeds, st.data())
def test_points_are_those_of_the_right_answers(seed: str, data: st.DataObject) -> None:
    paper = draw(BANK, seed, 20)
    right = right_letters(BANK, paper)
    answers = {
        number: data.draw(st.sampled_from(LETTERS[: len(order)]))
        for number, order in paper
        if data.draw(st.booleans())
    }
    check_answers(paper, answers)
    missed = wrong(BANK, paper, answers)
    assert len(missed) == 20 - sum(answers.get(number) == letter for number, letter in right.items())
    for question in missed:
        assert answers.get(question.id) != right[question.id]


@given(seeds, st.integers(0, 20))
def test_all_right_is_everything_and_nothing_is_nothing(seed: str, count: int) -> None:
    paper = draw(BANK, seed, 20)
    right = dict(list(right_letters(BANK, paper).items())[:count])
    assert len(wrong(BANK, paper, right)) == 20 - count


@given(seeds, st.text(max_size=3))
def test_the_letter_is_of_the_paper(seed: str, letter: str) -> None:
    paper = draw(BANK, seed, 20)
    number, order = paper[0]
    if letter in list(LETTERS[: len(order)]):
        check_answers(paper, {number: letter})
        return
    with pytest.raises(Refusal) as refused:
        check_answers(paper, {number: letter})
    assert refused.value.code == "ANSWERS_NOT_OF_PAPER"


@given(seeds)
def test_the_question_is_of_the_paper(seed: str) -> None:
    paper = draw(BANK, seed, 20)
    other = next(number for number in QUESTIONS if number not in dict(paper))
    with pytest.raises(Refusal) as refused:
        check_answers(paper, {other: "A"})
    assert refused.value.code == "ANSWERS_NOT_OF_PAPER"
