"""Neutral kinds of application: an opening, an operator on paper, a joint pledge, data that need no review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from tanpan.application import Application
from tanpan.calendar import instant
from tanpan.exchange import Exchange
from tanpan.kinds import (
    APPROVED,
    BOOL,
    CALENDAR_DAYS,
    CHOICE,
    CONSENT,
    CREDIT_CODE,
    DATE,
    DRAFT,
    EFFECT,
    FIRST_REVIEW,
    IDENTITY,
    IMAGES,
    IN_REVIEW,
    MAIL,
    MOBILE,
    NAME,
    NEXT_DAY,
    NEXT_TRADING_DAY,
    ON_DATE,
    PDF,
    PHONE,
    PLACE,
    RE_REVIEW,
    REGISTRY_REVIEW,
    REJECTED,
    RETURNED,
    REVIEW,
    SUBMISSION,
    TRADING_DAYS,
    WHOLE,
    YUAN,
    Choice,
    Condition,
    Content,
    Deadline,
    Effect,
    Fact,
    Field,
    Kind,
    Lock,
    Material,
    Paper,
    Party,
    fen_in,
    stated,
)
from tanpan.messages import APPLICANT, CHANNEL, DOOR, OPERATOR, STAFF, Command
from tanpan.parties import AddOperator, ModifyOperator, OpenAccount
from tanpan.personal import fingerprint
from tanpan.refusals import Refusal

FEE_FEN = 20_000


def _company(content: Content) -> bool:
    return content.get("sort") == "company"


def _unmerged(content: Content) -> bool:
    return _company(content) and content.get("merged") is not True


def _payment_fits(exchange: Exchange, application: Application, said: Content) -> None:
    if fen_in(said, "amount") != FEE_FEN:
        raise Refusal("FEE_MISMATCH", amount_fen=fen_in(said, "amount"), due_fen=FEE_FEN)
    if fingerprint(said["identity"]) != fingerprint(application.content["identity"]):
        raise Refusal("IDENTITY_MISMATCH", field="identity")


def _name_is_free(exchange: Exchange, application: Application) -> Refusal | None:
    account = application.content["account"]
    if account in exchange.ledger.accounts:
        return Refusal("DUPLICATE_ACCOUNT", account=account)
    return None


def _open_account(exchange: Exchange, application: Application) -> Sequence[Command]:
    content = application.content
    return [
        OpenAccount(content["account"], content["participant"], content["sort"], application.applicant, True)
    ]


OPENING = Kind(
    "neutral_market.opening",
    "开立交易账户",
    "opening of a trading account",
    form=(
        Field("account", "账户编号", "account number"),
        Field("participant", "名称", "name", longest=40),
        Field(
            "sort",
            "类别",
            "sort",
            CHOICE,
            choices=(Choice("person", "个人", "person"), Choice("company", "企业", "company")),
        ),
        Field("credit_code", "统一社会信用代码", "unified social credit code", CREDIT_CODE, needed=_company),
        Field("merged", "三证合一", "merged certificates", BOOL, required=False),
        Field("real_name", "真实姓名", "real name", NAME),
        Field("identity", "身份证号码", "identity number", IDENTITY),
        Field("mobile", "手机号", "mobile", MOBILE),
        Field("landline", "联系电话", "telephone", PHONE, required=False),
        Field("mail", "邮箱", "mail", MAIL),
        Field("mail_again", "再次填写邮箱", "mail once more", MAIL, same_as="mail", required=False),
        Field("home", "通讯地址", "postal address", PLACE, required=False),
        Field("capital", "注册资本", "capital", YUAN, required=False, least=100),
        Field("people", "人数", "people", WHOLE, required=False, least=1, most=1_000_000),
        Field("founded", "成立日期", "founded on", DATE, required=False),
        Field("risks", "风险提示书", "risk disclosure", CONSENT, version="2026-1"),
    ),
    applicants=(APPLICANT,),
    materials=(
        Material(
            "identity_card", "身份证", "identity card", formats=IMAGES, colour=True, expires=True, files=2
        ),
        Material("licence", "营业执照", "business licence", stamped=True, copies=2, needed=_company),
        Material("organisation_code", "组织机构代码证", "organisation code", stamped=True, needed=_unmerged),
    ),
    reviews=(FIRST_REVIEW, RE_REVIEW),
    deadlines=(
        Deadline("draft", DRAFT, days=10, unit=CALENDAR_DAYS),
        Deadline("correction", RETURNED, days=5),
        Deadline("payment", APPROVED, days=3, unit=TRADING_DAYS),
    ),
    conditions=(
        Condition("test", "入市测试", "test", REVIEW, stated("test", "TEST_NOT_TAKEN")),
        Condition("number", "账户编号未占用", "account number is free", SUBMISSION, _name_is_free),
        Condition("payment", "开户费", "opening fee", EFFECT, stated("payment")),
    ),
    facts=(
        Fact(
            "mobile_proved",
            "手机号已验证",
            "mobile proved",
            form=(Field("mobile", "手机号", "mobile", MOBILE),),
            by=(DOOR,),
            again="",
        ),
        Fact("test", "入市测试", "test", form=(Field("score", "得分", "score", WHOLE),)),
        Fact(
            "payment",
            "开户费",
            "opening fee",
            form=(
                Field("amount", "金额", "amount", YUAN),
                Field("identity", "身份证号码", "identity number", IDENTITY),
            ),
            by=(STAFF, CHANNEL),
            permission="clearing",
            check=_payment_fits,
            again="ALREADY_PAID",
        ),
    ),
    locks=(Lock("person", field="identity", stays=True),),
    consequence=_open_account,
    most_live=3,
    clauses={"DOC_MISSING identity_card": "N-2", "DOC_MISSING": "N-1", "STEP_ORDER": "N-3"},
)


def _add_operator(exchange: Exchange, application: Application) -> Sequence[Command]:
    return [AddOperator(application.account, application.content["operator"], ["query"])]


OPERATOR_ON_PAPER = Kind(
    "neutral_market.operator",
    "增加操作员",
    "another operator",
    form=(Field("operator", "操作员", "operator"),),
    applicants=(OPERATOR, STAFF),
    materials=(
        Material("letter", "授权书", "power of attorney", formats=PDF, stamped=True, hand_signed=True),
    ),
    reviews=(FIRST_REVIEW, REGISTRY_REVIEW),
    paper=Paper(sets=2, working_days=20, before="registry_review"),
    locks=(Lock("operator", of=lambda exchange, application: application.account),),
    effect=Effect(NEXT_DAY),
    consequence=_add_operator,
)


def _three_o_clock(exchange: Exchange, application: Application) -> int:
    return instant(date.fromisoformat(application.content["starts"]), time(15))


def _starts_on_a_trading_day(exchange: Exchange, application: Application, content: Content) -> None:
    if not exchange.calendar.is_trading_day(date.fromisoformat(content["starts"])):
        raise Refusal("NOT_TRADING_DAY", day=content["starts"])


PLEDGE = Kind(
    "neutral_market.pledge",
    "共同申报",
    "joint filing",
    form=(
        Field("starts", "起始日期", "starts on", DATE),
        Field("quantity", "数量", "quantity", WHOLE, least=1),
    ),
    applicants=(OPERATOR,),
    permission="trade",
    parties=(Party("buyer", "买方", "buyer"), Party("seller", "卖方", "seller")),
    materials=(
        Material("agreement", "协议", "agreement", both_stamped=True),
        Material(
            "disclosure",
            "风险揭示书",
            "disclosure",
            parties=("buyer", "seller"),
            stamped=True,
            hand_signed=True,
        ),
        Material("ruling", "裁定书", "ruling", optional=True),
    ),
    reviews=(FIRST_REVIEW,),
    paper=Paper(anew=True),
    deadlines=(Deadline("closing", IN_REVIEW, moment=_three_o_clock),),
    checks=(_starts_on_a_trading_day,),
    effect=Effect(ON_DATE, "starts"),
)


def _modify_operator(exchange: Exchange, application: Application) -> Sequence[Command]:
    content = application.content
    return [ModifyOperator(application.account, content["operator"], mobile=content["mobile"])]


REACHED = Kind(
    "neutral_market.reached",
    "联系方式变更",
    "where an operator is reached",
    form=(Field("operator", "操作员", "operator"), Field("mobile", "手机号", "mobile", MOBILE)),
    applicants=(OPERATOR,),
    consequence=_modify_operator,
)

INVOICE = Kind(
    "neutral_market.invoice",
    "开票信息",
    "invoice data",
    form=(Field("title", "抬头", "title"),),
    applicants=(OPERATOR,),
    effect=Effect(NEXT_TRADING_DAY),
)

REMARK = Kind(
    "neutral_market.remark",
    "柜台代办",
    "filed at the desk",
    form=(Field("title", "事项", "title"), Field("mobile", "手机号", "mobile", MOBILE, required=False)),
    applicants=(STAFF,),
    reviews=(FIRST_REVIEW,),
    deadlines=(Deadline("review", IN_REVIEW, days=2, then=REJECTED),),
)

KINDS = (OPENING, OPERATOR_ON_PAPER, PLEDGE, REACHED, INVOICE, REMARK)
