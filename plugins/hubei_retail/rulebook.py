"""Hubei's parameters for individuals, dated and cited; the operator changes one from a future day on.

Where the guide is silent the reason says so. There is no market here, so these are the pack's own.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from tanpan.component import Component, decides, evolves
from tanpan.messages import STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.quantities import LARGEST_AMOUNT_FEN
from tanpan.refusals import Refusal
from tanpan.rulebook import Parameter, Since, dated

GUIDE: Final = date(2024, 1, 1)
"""The guide is the version of 2024; it names no day."""

AGREEMENTS: Final = ("entry_agreement", "investor_notice", "risk_disclosure")

PARAMETERS: Final = (
    dated("quiz_pass_mark", "入市测试及格分", "pass mark of the quiz", (GUIDE, 60, "HB-1.2-b")),
    dated(
        "quiz_questions",
        "每卷题数",
        "questions of a paper",
        (GUIDE, 20, "HB-1.2-b", "the guide names the pass mark only: 20 questions of 5 points make 100"),
    ),
    dated(
        "quiz_points",
        "每题分值",
        "points of a question",
        (GUIDE, 5, "HB-1.2-b", "the guide names the pass mark only: 20 questions of 5 points make 100"),
    ),
    dated(
        "quiz_minutes",
        "答卷时限（分钟）",
        "minutes to answer a paper",
        (GUIDE, 60, "HB-1.2-b", "the guide is silent: an hour, so that no paper stays open"),
    ),
    dated(
        "quiz_before",
        "须先通过测试的环节",
        "what is done only after the quiz",
        (GUIDE, ["submission", "review"], "HB-1.2-b"),
    ),
    dated(
        "asset_minimum_fen", "资产证明最低金额", "least amount of the proof", (GUIDE, 50_000_000, "HB-1.2-h")
    ),
    dated("proof_years", "流水证明期限（年）", "years that turnover may go back", (GUIDE, 1, "HB-1.2-i")),
    dated(
        "must_be_opened",
        "须先打开的文件",
        "documents to open before they are accepted",
        (
            GUIDE,
            list(AGREEMENTS),
            "HB-1.2-j",
            "the guide asks it of the entry agreement; all three by default, which hurts nobody",
        ),
    ),
    dated("opening_fee_fen", "开户费", "opening fee", (GUIDE, 20_000, "HB-2-a")),
    dated("fee_payee", "收款户名", "payee", (GUIDE, "湖北碳排放权交易中心有限公司", "HB-2-a")),
    dated("fee_account", "收款账号", "payee's account number", (GUIDE, "600990580", "HB-2-a")),
    dated("fee_bank", "开户行", "payee's bank", (GUIDE, "民生银行花桥支行", "HB-2-a")),
    dated("fee_remark", "汇款备注", "remark of the payment", (GUIDE, "个人开户费", "HB-2-a")),
    dated("proof_mailbox", "凭证邮箱", "mailbox for the proof", (GUIDE, "hbtjs@hbets.cn", "HB-2-b")),
    dated(
        "proof_subject",
        "凭证邮件主题（其后为姓名）",
        "subject of the proof's mail, followed by the name",
        (GUIDE, "湖北碳排放权交易中心企业邮箱", "HB-2-b"),
    ),
    dated(
        "account_prefix",
        "个人交易账号前缀",
        "prefix of an individual's account",
        (GUIDE, "HBP", "HB-3-a", "the guide shows no number: the pack's own series, eight digits"),
    ),
    dated(
        "seat_prefix",
        "席位号前缀",
        "prefix of a seat",
        (GUIDE, "HBS", "HB-3-a", "the guide shows no number: the pack's own series, eight digits"),
    ),
)
BY_NAME: Final = {parameter.name: parameter for parameter in PARAMETERS}
CHOICES: Final = {"quiz_before": ("submission", "review"), "must_be_opened": AGREEMENTS}
LONGEST_TEXT: Final = 40
LEAST: Final = {"quiz_questions": 1, "quiz_points": 1, "quiz_minutes": 1, "proof_years": 1}
MOST: Final = {"quiz_questions": 60, "quiz_points": 100, "quiz_minutes": 24 * 60, "proof_years": 100}


class ChangeRule(Command, frozen=True, tag="hubei_retail.change_rule"):
    """Change a parameter of opening for individuals from a future day on, with a notice."""

    zh: ClassVar = "变更个人开户参数"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    four_eyes: ClassVar = True
    parameter: str
    value: Any
    since: date
    notice: str = ""


class RuleChanged(Event, frozen=True, tag="hubei_retail.rule_changed"):
    """A parameter of opening for individuals changes from a day on, announced by a notice."""

    parameter: str
    value: Any
    since: date
    notice: str


class Rules(Component):
    """The parameters as they stand, the operator's changes included."""

    name = "hubei_retail.rules"

    def reset(self) -> None:
        self.changes: list[tuple[str, Since]] = []

    def on(self, name: str, day: date) -> Any:
        """A parameter's value in force on a day."""
        changes = tuple(step for changed, step in self.changes if changed == name)
        return BY_NAME[name].on(day, changes).value

    def now(self, name: str) -> Any:
        """A parameter's value in force today."""
        return self.on(name, self.exchange.today())

    @decides(ChangeRule)
    def _change(self, actor: Actor, command: ChangeRule) -> None:
        parameter = BY_NAME.get(command.parameter)
        if parameter is None:
            raise Refusal("UNKNOWN_PARAMETER", parameter=command.parameter, known=list(BY_NAME))
        value = _fitting(parameter, command.value)
        self.from_a_future_day(command.since, command.notice, command.parameter)
        self.emit(RuleChanged(command.parameter, value, command.since, command.notice))

    def from_a_future_day(self, since: date, notice: str, what: str) -> None:
        """Refuse a change that holds from today or earlier, or that no notice announces."""
        today = self.exchange.today()
        if since <= today:
            raise Refusal("PARAMETER_NOT_FUTURE", since=since, today=today)
        if not notice:
            raise Refusal("NOTICE_REQUIRED", parameter=what)

    @evolves(RuleChanged)
    def _changed(self, event: RuleChanged) -> None:
        self.changes.append((event.parameter, Since(event.since, event.value, "operator", event.notice)))

    def dump(self) -> Any:
        return [[name, step.day.isoformat(), step.value, step.reason] for name, step in self.changes]

    def load(self, data: Any) -> None:
        self.changes = [
            (name, Since(date.fromisoformat(day), value, "operator", notice))
            for name, day, value, notice in data
        ]


def _fitting(parameter: Parameter, value: Any) -> Any:
    """A value of the kind that the guide's own value is; refuses another. Amounts are fen, as stated."""
    name, stated = parameter.name, parameter.steps[0].value
    if isinstance(stated, int) and isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value) if len(value) <= 18 else value
    fits = type(value) is type(stated)
    if isinstance(stated, int):
        fits = fits and LEAST.get(name, 0) <= value <= MOST.get(name, LARGEST_AMOUNT_FEN)
    elif isinstance(stated, list):
        choices = CHOICES[name]
        fits = fits and all(one in choices for one in value) and len(value) == len(dict.fromkeys(value))
    else:
        fits = fits and bool(value.strip()) and len(value) <= LONGEST_TEXT and value.isprintable()
        # A number of an account has no spaces in it.
        fits = fits and (not name.endswith("_prefix") or value.isalnum())
    if not fits:
        raise Refusal("BAD_PARAMETER", parameter=name, value=value)
    return value


def rule(exchange: Any, name: str) -> Any:
    """A parameter's value in force today at an exchange that runs this pack."""
    rules: Rules = exchange.components[Rules.name]
    return rules.now(name)
