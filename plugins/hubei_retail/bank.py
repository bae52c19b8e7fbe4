"""The quiz's bank as data: read and checked, drawn from by a seed, and scored. Pure; the exchange keeps the papers."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, TypeVar

import msgspec

from tanpan.refusals import Refusal

LEAST_QUESTIONS: Final = 60
"""A bank has at least this many, so that a retake is another paper."""
LONGEST_BANK: Final = 400_000
LETTERS: Final = "ABCD"
SINGLE: Final = "single"
JUDGE: Final = "judge"
RIGHT_OR_WRONG: Final = [["正确", "true"], ["错误", "false"]]
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH: Final = re.compile(r"[A-Za-z]{2}")

T = TypeVar("T")


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a question is about."""

    id: str
    zh: str
    en: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A single choice of three or four options, or a statement that is true (A) or false (B).

    `options` are in Chinese and English, `answer` is the letter of the right one, `why` explains it.
    """

    id: str
    topic: str
    kind: str
    zh: str
    en: str
    answer: str
    why_zh: str
    why_en: str
    options: list[list[str]] = []

    def choices(self) -> list[list[str]]:
        """Its options, those of a statement included."""
        return self.options if self.kind == SINGLE else RIGHT_OR_WRONG


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole bank: its topics and its questions."""

    topic: list[Topic]
    question: list[Question]

    def digest(self) -> str:
        """Stands for the whole content."""
        return hashlib.sha256(msgspec.msgpack.encode(self)).hexdigest()

    def by_id(self) -> dict[str, Question]:
        """The questions by their ids."""
        return {question.id: question for question in self.question}


Asked = tuple[str, str]
"""A question of a paper: its id, and the letters of its options in the order in which the paper shows them."""


def read_bank(text: str) -> Bank:
    """A bank from the text of a file; refuses one that is not complete, saying of which question."""
    if len(text) > LONGEST_BANK:
        raise Refusal("BAD_QUIZ", why="it is too long", most=LONGEST_BANK)
    try:
        bank = msgspec.convert(tomllib.loads(text), Bank)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Refusal("BAD_QUIZ", why=str(error)) from None
    except RecursionError:
        raise Refusal("BAD_QUIZ", why="it is nested too deeply") from None
    check_bank(bank)
    return bank


@cache
def own_bank() -> Bank:
    """The bank that comes with the pack."""
    return read_bank(resources.files("hubei_retail").joinpath("quiz.toml").read_text(encoding="utf-8"))


@cache
def own_digest() -> str:
    """The digest of the bank that comes with the pack."""
    return own_bank().digest()


def check_bank(bank: Bank) -> None:
    """Refuse a bank with too few questions, or one of whose questions is not complete in both languages."""
    if len(bank.question) < LEAST_QUESTIONS:
        raise Refusal("BAD_QUIZ", why="it has too few questions", least=LEAST_QUESTIONS)
    topics = [topic.id for topic in bank.topic]
    for topic in bank.topic:
        if not _NAME.fullmatch(topic.id) or not _both(topic.zh, topic.en):
            raise Refusal("BAD_QUIZ", topic=topic.id, why="a topic has a name in both languages")
    _differ("topic", topics)
    for question in bank.question:
        why = _fault(question, topics)
        if why:
            raise Refusal("BAD_QUIZ", question=question.id, why=why)
    _differ("id", [question.id for question in bank.question])
    _differ("question", [_plain(question.zh) for question in bank.question])
    _differ("question", [_plain(question.en) for question in bank.question])


def _fault(question: Question, topics: Sequence[str]) -> str:
    """What is wrong with a question; empty for nothing."""
    options = question.options
    if not _NAME.fullmatch(question.id):
        return "its id is not of its form"
    if question.topic not in topics:
        return "its topic is not among the topics"
    if not _both(question.zh, question.en) or not _both(question.why_zh, question.why_en):
        return "question and explanation are needed in both languages"
    if question.kind not in (SINGLE, JUDGE) or bool(options) != (question.kind == SINGLE):
        return "it is a single choice with options or a statement without"
    if question.kind == SINGLE and not 3 <= len(options) <= len(LETTERS):
        return "a single choice has three or four options"
    if any(len(option) != 2 or not all(text.strip() for text in option) for option in options):
        return "each option is needed in both languages"
    if any(len(dict.fromkeys(_plain(option[at]) for option in options)) != len(options) for at in (0, 1)):
        return "two of its options are the same"
    if question.answer not in list(LETTERS[: len(question.choices())]):
        return "its answer is not the letter of one option"
    return ""


def _both(zh: str, en: str) -> bool:
    return bool(_CHINESE.search(zh) and _ENGLISH.search(en))


def _plain(text: str) -> str:
    """A text without what does not make it another one."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _differ(what: str, names: Sequence[str]) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            raise Refusal("BAD_QUIZ", why=f"a {what} stands there twice", value=name)


# --- drawing ---------------------------------------------------------------------------------------


class Chance:
    """Whole numbers from a seed, each below its bound exactly as likely as any other: SHA-256 in counter mode."""

    _WIDTH: Final = 1 << 64

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def below(self, bound: int) -> int:
        """A number from 0 to one below the bound."""
        fair = self._WIDTH // bound * bound
        while True:
            block = hashlib.sha256(self._count.to_bytes(8, "big") + self._seed).digest()
            self._count += 1
            number = int.from_bytes(block[:8], "big")
            # What would favour the small numbers is thrown away.
            if number < fair:
                return number % bound

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """That many of the items, each at most once, in a drawn order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]


def draw(bank: Bank, seed: str, count: int) -> list[Asked]:
    """A paper: questions and the order of their options, wholly decided by the seed."""
    chance = Chance(seed)
    return [(one.id, _order(one, chance)) for one in chance.some(bank.question, count)]


def _order(question: Question, chance: Chance) -> str:
    letters = LETTERS[: len(question.choices())]
    if question.kind == JUDGE:
        return letters
    return "".join(chance.some(letters, len(letters)))


# --- showing and scoring ---------------------------------------------------------------------------


def shown(bank: Bank, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """A paper as it is shown: no answer, no explanation, no letter of the bank's own."""
    known = bank.by_id()
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "zh": one.zh,
            "en": one.en,
            "options": [
                [letter, *one.choices()[LETTERS.index(meant)]]
                for letter, meant in zip(LETTERS, order, strict=False)
            ],
        }
        for one, order in ((known[number], order) for number, order in asked)
    ]


def right_letters(bank: Bank, asked: Sequence[Asked]) -> dict[str, str]:
    """The letter that is right for each question of a paper, as the paper shows its options."""
    known = bank.by_id()
    return {number: LETTERS[order.index(known[number].answer)] for number, order in asked}


def check_answers(asked: Sequence[Asked], answers: Mapping[str, str]) -> None:
    """Refuse answers to what was not asked, and letters that were not shown. What is left out is wrong."""
    orders = dict(asked)
    for number, letter in answers.items():
        if number not in orders:
            raise Refusal("ANSWERS_NOT_OF_PAPER", question=number)
        if letter not in list(LETTERS[: len(orders[number])]):
            raise Refusal("ANSWERS_NOT_OF_PAPER", question=number, value=letter)


def wrong(bank: Bank, asked: Sequence[Asked], answers: Mapping[str, str]) -> list[Question]:
    """The questions of a paper that were answered wrong or not at all."""
    known = bank.by_id()
    right = right_letters(bank, asked)
    return [known[number] for number, _ in asked if answers.get(number) != right[number]]
