"""The initial buyer's qualification (annex 2), applied for once, before its first repo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sh_repo.standings import CHECKING, HANDLING, QUALIFICATION, GrantQualification, standings_of
from tanpan.kinds import (
    APPROVAL,
    BOOL,
    CREDIT_CODE,
    MAIL,
    NAME,
    PHONE,
    YUAN,
    Condition,
    Content,
    Field,
    Kind,
    Lock,
    Material,
    Paper,
    Review,
)
from tanpan.messages import OPERATOR, Command
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange

FORM: Final = (
    Field("applicant_name", "申请人全称", "applicant's full name"),
    Field("credit_code", "统一社会信用代码", "unified social credit code", CREDIT_CODE),
    Field("paid_in_capital", "实缴注册资本（元）", "paid-in registered capital (yuan)", YUAN, least=1),
    Field("buyer_contact", "联系人", "contact", NAME),
    Field("buyer_phone", "联系人电话", "contact's phone", PHONE),
    Field("buyer_mail", "联系人电子邮箱", "contact's mailbox", MAIL),
    Field(
        "declared_true",
        "承诺材料真实准确合法有效并遵守业务规则",
        "declared true, accurate, lawful and valid; the rules are followed",
        BOOL,
        required=False,
    ),
)


def check_declared(exchange: Exchange, application: Application, content: Content) -> None:
    """The applicant stands for what it says, and follows the rules (REPO-A2-2)."""
    if content.get("declared_true") is not True:
        raise Refusal("DECLARATION_MISSING", "REPO-A2-2", field="declared_true")


def check_name(exchange: Exchange, application: Application, content: Content) -> None:
    """The full name is that of the account's holder (REPO-A2-1)."""
    name = content.get("applicant_name")
    if name != exchange.parties.active(application.account).name:
        raise Refusal("PARTY_MISMATCH", "REPO-A2-1", field="applicant_name", value=name)


def check_eligible(exchange: Exchange, application: Application, content: Content) -> None:
    """Only who may take part in some repo at all is qualified (REPO-4.1-a)."""
    standings_of(exchange).eligible(application.account, reduction_only=True)


def not_eligible(exchange: Exchange, application: Application) -> Refusal | None:
    """The same before it is granted: a standing may have been withdrawn meanwhile."""
    try:
        check_eligible(exchange, application, application.content)
        check_name(exchange, application, application.content)
    except Refusal as refusal:
        return refusal
    return None


def grant(exchange: Exchange, application: Application) -> Sequence[Command]:
    """The qualification itself."""
    return (GrantQualification(application.number),)


def its_account(exchange: Exchange, application: Application) -> str:
    """A participant is qualified once."""
    return application.account


THE_QUALIFICATION: Final = Kind(
    "sh_repo.qualification",
    "开通回购交易业务资格",
    "qualification for repos",
    form=FORM,
    applicants=(OPERATOR,),
    permission="trade",
    materials=(
        Material(
            "qualification_form",
            "《上海碳市场回购交易业务资格申请表》",
            "form for the qualification",
            stamped=True,
        ),
        Material("licence_copy", "营业执照（副本）复印件", "copy of the business licence", stamped=True),
    ),
    reviews=(
        Review(HANDLING, "经办", "handling"),
        Review(CHECKING, "复核", "checking"),
    ),
    paper=Paper(sets=1),
    conditions=(
        Condition(
            "eligible", "具备参与回购交易的主体身份", "has a standing for repos", APPROVAL, not_eligible
        ),
    ),
    locks=(Lock(QUALIFICATION, of=its_account, stays=True, taken="ALREADY_QUALIFIED"),),
    checks=(check_eligible, check_name, check_declared),
    consequence=grant,
    most_live=1,
    clauses={
        **dict.fromkeys(("DOC_MISSING", "NOT_STAMPED", "PAPER_NOT_RECEIVED"), "REPO-4.1-d"),
        **dict.fromkeys(
            ("FIELD_MISSING", "BAD_CREDIT_CODE", "BAD_NAME", "BAD_PHONE", "BAD_EMAIL", "BAD_FIELD"),
            "REPO-A2-1",
        ),
        **dict.fromkeys(
            ("DUPLICATE_APPLICATION", "ALREADY_QUALIFIED", "TOO_MANY_APPLICATIONS"), "REPO-4.1-c"
        ),
        "MAKER_CHECKER_SAME": "REPO-A2-3",
        "REVIEW_ORDER": "REPO-A2-3",
    },
)
