"""The entry quiz (入市资格测试): a paper drawn from a seed, answered once, scored here; retaken by entering again (HB-1.2).

The seed comes in with the command and is in the event, so a replay draws the same paper without drawing again. Which
answer is right is in no event and no row that an applicant can read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, ClassVar, Final

import msgspec

from hubei_retail.bank import Asked, Bank, check_answers, draw, own_bank, own_digest, read_bank, shown, wrong
from hubei_retail.rulebook import Rules
from hubei_retail.seats import AccountIssued
from tanpan.calendar import SECOND_US
from tanpan.component import Component, decides, evolves, follows
from tanpan.messages import APPLICANT, REGULATOR, STAFF, Command, Event, Seed
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.views import INT, JSON, TEXT, Change, Row, View, column

PACK: Final = "hubei_retail"
SHORTEST_SEED: Final = 16
LONGEST_SEED: Final = 128


class EnterQuiz(Command, frozen=True, tag="hubei_retail.enter_quiz"):
    """Enter the quiz: a new paper is drawn, and one that was not answered is void."""

    zh: ClassVar = "进入入市资格测试"
    roles: ClassVar = (APPLICANT,)
    seed: Seed = ""


class AnswerQuiz(Command, frozen=True, tag="hubei_retail.answer_quiz"):
    """Hand in the answers of one's paper, once: a letter for each question by its id; what is left out is wrong."""

    zh: ClassVar = "提交入市资格测试答卷"
    roles: ClassVar = (APPLICANT,)
    paper: Annotated[int, msgspec.Meta(examples=[1])]
    answers: Annotated[dict[str, str], msgspec.Meta(examples=[{"risk-01": "A"}])]


class ReplaceQuiz(Command, frozen=True, tag="hubei_retail.replace_quiz"):
    """Replace the quiz's bank from a future day on, with a notice; `bank` is the text of a file like `quiz.toml`."""

    zh: ClassVar = "更换入市资格测试题库"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    four_eyes: ClassVar = True
    bank: Annotated[str, msgspec.Meta(examples=["[[topic]]"])]
    since: date
    notice: str = ""


class PaperDrawn(Event, frozen=True, tag="hubei_retail.paper_drawn"):
    """A paper was drawn from a seed: the questions by their ids, and in which order each shows its options."""

    paper: int
    applicant: str
    seed: str
    bank: str
    questions: list[tuple[str, str]]
    until_us: int
    replaces: int


class QuizScored(Event, frozen=True, tag="hubei_retail.quiz_scored"):
    """A paper was scored; `topics` are those of what was answered wrong, not the questions."""

    paper: int
    applicant: str
    score: int
    pass_mark: int
    passed: bool
    topics: list[str]


class QuizReplaced(Event, frozen=True, tag="hubei_retail.quiz_replaced"):
    """The quiz has another bank from a day on, announced by a notice."""

    since: date
    notice: str
    digest: str
    bank: Bank


class Paper(msgspec.Struct):
    """A paper that waits for its answers."""

    number: int
    bank: str
    asked: list[Asked]
    until_us: int


class Result(msgspec.Struct):
    """How somebody did: whether he has ever passed, and his last score."""

    passed: bool
    score: int
    pass_mark: int
    paper: int


class Quiz(Component):
    """The papers that wait, who has passed, and the banks that replace the pack's own."""

    name = "hubei_retail.quiz"

    def reset(self) -> None:
        self.next_paper = 1
        self.papers: dict[str, Paper] = {}
        self.results: dict[str, Result] = {}
        self.banks: list[tuple[date, str, Bank]] = []

    def missing(self, applicant: str, step: str) -> Refusal | None:
        """The objection to a step of someone who has not passed; None where he has, or where it isn't asked."""
        if step not in self._rules.now("quiz_before"):
            return None
        clause = "HB-1.2-d" if step == "review" else "HB-1.2-b"
        result = self.results.get(applicant)
        if result is None:
            return Refusal("TEST_NOT_TAKEN", clause)
        if not result.passed:
            return Refusal("TEST_FAILED", clause, score=result.score, least=result.pass_mark)
        return None

    def bank(self, digest: str) -> Bank | None:
        """A bank by its digest; None for one that is not at hand any more."""
        if digest == own_digest():
            return own_bank()
        return next((bank for _, known, bank in self.banks if known == digest), None)

    def _bank_today(self) -> tuple[str, Bank]:
        today = self.exchange.today()
        in_force = [(digest, bank) for since, digest, bank in self.banks if since <= today]
        return in_force[-1] if in_force else (own_digest(), own_bank())

    @property
    def _rules(self) -> Rules:
        rules: Any = self.exchange.components[Rules.name]
        return rules  # type: ignore[no-any-return]

    # --- decisions -------------------------------------------------------------------------------

    @decides(EnterQuiz)
    def _enter(self, actor: Actor, command: EnterQuiz) -> None:
        self.exchange.packs.files_new(PACK)
        seed = command.seed
        if not SHORTEST_SEED <= len(seed) <= LONGEST_SEED or not (seed.isascii() and seed.isalnum()):
            raise Refusal("BAD_FIELD", field="seed", why="letters and digits, 16 to 128 of them")
        digest, bank = self._bank_today()
        open_one = self.papers.get(actor.name)
        self.emit(
            PaperDrawn(
                self.next_paper,
                actor.name,
                seed,
                digest,
                draw(bank, seed, self._rules.now("quiz_questions")),
                self.exchange.now + self._rules.now("quiz_minutes") * 60 * SECOND_US,
                open_one.number if open_one is not None else 0,
            )
        )

    @decides(AnswerQuiz)
    def _answer(self, actor: Actor, command: AnswerQuiz) -> None:
        paper = self._open_paper(actor, command.paper)
        bank = self.bank(paper.bank)
        if bank is None or self.exchange.now > paper.until_us:
            raise Refusal("PAPER_CLOSED", "HB-1.2-c", paper=paper.number, why="its time is over")
        check_answers(paper.asked, command.answers)
        missed = wrong(bank, paper.asked, command.answers)
        score = (len(paper.asked) - len(missed)) * int(self._rules.now("quiz_points"))
        mark = self._rules.now("quiz_pass_mark")
        topics = list(dict.fromkeys(question.topic for question in missed))
        self.emit(QuizScored(paper.number, actor.name, score, mark, score >= mark, topics))

    def _open_paper(self, actor: Actor, number: int) -> Paper:
        paper = self.papers.get(actor.name)
        if paper is not None and paper.number == number:
            return paper
        if any(one.number == number for one in self.papers.values()):
            raise Refusal("PERMISSION_DENIED", "HB-1.2-b", paper=number, actor=actor.name)
        if 0 < number < self.next_paper:
            raise Refusal("PAPER_CLOSED", "HB-1.2-c", paper=number, why="it was answered or replaced")
        raise Refusal("UNKNOWN_PAPER", "HB-1.2-b", paper=number)

    @decides(ReplaceQuiz)
    def _replace(self, actor: Actor, command: ReplaceQuiz) -> None:
        bank = read_bank(command.bank)
        self._rules.from_a_future_day(command.since, command.notice, "quiz")
        digest = bank.digest()
        if self.bank(digest) is not None:
            raise Refusal("BAD_QUIZ", "HB-1.2-b", why="it is a bank there has been", value=digest)
        self.emit(QuizReplaced(command.since, command.notice, digest, bank))

    # --- evolution -------------------------------------------------------------------------------

    @evolves(PaperDrawn)
    def _drawn(self, event: PaperDrawn) -> None:
        asked = [(number, order) for number, order in event.questions]
        self.papers[event.applicant] = Paper(event.paper, event.bank, asked, event.until_us)
        self.next_paper = event.paper + 1

    @evolves(QuizScored)
    def _scored(self, event: QuizScored) -> None:
        del self.papers[event.applicant]
        before = self.results.get(event.applicant)
        # Who has passed stays so, however he does when he enters again.
        passed = event.passed or (before is not None and before.passed)
        self.results[event.applicant] = Result(passed, event.score, event.pass_mark, event.paper)

    @evolves(QuizReplaced)
    def _replaced(self, event: QuizReplaced) -> None:
        self.banks.append((event.since, event.digest, event.bank))
        self.banks.sort(key=lambda one: one[0])

    @follows(AccountIssued)
    def _done(self, event: AccountIssued) -> None:
        self.papers.pop(event.applicant, None)
        self.results.pop(event.applicant, None)

    def dump(self) -> Any:
        plain = [self.next_paper, self.papers, self.results, self.banks]
        return msgspec.to_builtins(plain)

    def load(self, data: Any) -> None:
        self.next_paper = data[0]
        self.papers = msgspec.convert(data[1], dict[str, Paper])
        self.results = msgspec.convert(data[2], dict[str, Result])
        self.banks = msgspec.convert(data[3], list[tuple[date, str, Bank]])


# --- what is told ----------------------------------------------------------------------------------


def _paper_drawn(change: Change) -> Iterable[Row]:
    event: PaperDrawn = change.event
    quiz: Any = change.exchange.components[Quiz.name]
    bank: Bank | None = quiz.bank(event.bank)
    yield {
        "paper": event.paper,
        "applicant": event.applicant,
        "drawn_us": change.record.at,
        "until_us": event.until_us,
        "state": "open",
        "score": 0,
        "pass_mark": 0,
        "passed": 0,
        "bank": event.bank,
        "seed": event.seed,
        "questions": shown(bank, event.questions) if bank is not None else [],
        "topics": [],
    }
    replaced = change.get((event.replaces,)) if event.replaces else None
    if replaced is not None:
        yield {**replaced, "state": "void"}


def _quiz_scored(change: Change) -> Iterable[Row]:
    event: QuizScored = change.event
    row = change.get((event.paper,))
    if row is not None:
        yield {
            **row,
            "state": "scored",
            "score": event.score,
            "pass_mark": event.pass_mark,
            "passed": int(event.passed),
            "topics": event.topics,
        }


PAPERS: Final = View(
    "hubei_retail.papers",
    "入市测试试卷",
    "papers of the entry quiz",
    (
        column("paper", INT, "试卷编号", "paper"),
        column("applicant", TEXT, "申请人", "applicant"),
        column("drawn_us", INT, "出卷时间", "drawn at"),
        column("until_us", INT, "交卷截止", "to be answered until"),
        column("state", TEXT, "状态", "state"),
        column("score", INT, "得分", "score"),
        column("pass_mark", INT, "及格分", "pass mark"),
        column("passed", INT, "是否通过", "passed"),
        column("bank", TEXT, "题库指纹", "digest of the bank"),
        column("seed", TEXT, "随机种子", "seed"),
        column("questions", JSON, "试题", "questions"),
        column("topics", JSON, "错题主题", "topics of what was wrong"),
    ),
    ("paper",),
    {PaperDrawn: _paper_drawn, QuizScored: _quiz_scored},
    indexes=(("applicant", "paper"),),
    own=(),
    applicant="applicant",
    readers=(APPLICANT, STAFF, REGULATOR),
    doc="Every paper of the entry quiz as it was shown, without its answers, and what came of it.",
)
