"""Opening an individual's account (个人开户): the form, its papers, what must hold before review and effect.

Fee and review come in any order (AMB-72); there is no account before both. Passwords and codes never come here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hubei_retail.agreements import opened_first, version_of
from hubei_retail.quiz import Quiz
from hubei_retail.rulebook import rule
from hubei_retail.seats import PERSON, IssueSeat, Seats
from tanpan.kinds import (
    ADDRESS,
    APPROVAL,
    BOOL,
    CHOICE,
    CONSENT,
    CREDIT_CODE,
    DATE,
    EFFECT,
    IDENTITY,
    IMAGES,
    MAIL,
    MOBILE,
    NAME,
    REVIEW,
    SUBMISSION,
    TEXT,
    YUAN,
    Choice,
    Condition,
    Content,
    Fact,
    Field,
    Kind,
    Lock,
    Material,
    Review,
    fen_in,
    stated,
)
from tanpan.messages import APPLICANT, CHANNEL, DOOR, STAFF, Command
from tanpan.parties import OpenAccount, plain_name
from tanpan.personal import fingerprint, shown
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange

INDIVIDUAL: Final = "individual"
PERSONAL: Final = "personal"
ENTERPRISE: Final = "enterprise"
TURNOVER: Final = "turnover_1y"


def _is_turnover(content: Content) -> bool:
    return _is_personal(content) and content.get("asset_proof_kind") == TURNOVER


def _is_personal(content: Content) -> bool:
    """An enterprise is asked for nothing else: it is sent away."""
    return content.get("user_kind") != ENTERPRISE


def _consent(name: str, zh: str, en: str) -> Field:
    return Field(
        name,
        zh,
        en,
        CONSENT,
        version=partial(_version, name),
        opened_first=partial(_opened_first, name),
        needed=_is_personal,
    )


def _field(name: str, zh: str, en: str, shape: str = TEXT, **more: Any) -> Field:
    return Field(name, zh, en, shape, needed=_is_personal, **more)


def _version(name: str, exchange: Exchange) -> str:
    return version_of(exchange, name)


def _opened_first(name: str, exchange: Exchange) -> bool:
    return opened_first(exchange, name)


FORM: Final = (
    Field(
        "user_kind",
        "用户类型",
        "kind of user",
        CHOICE,
        choices=(Choice(PERSONAL, "个人用户", "individual"), Choice(ENTERPRISE, "企业用户", "enterprise")),
    ),
    # What an enterprise would fill in: asked of nobody here.
    Field("enterprise_name", "企业名称", "name of the enterprise", required=False),
    Field("credit_code", "统一社会信用代码", "unified social credit code", CREDIT_CODE, required=False),
    _field("real_name", "真实姓名", "real name", NAME),
    _field(
        "document_type",
        "证件类型",
        "type of document",
        CHOICE,
        choices=(Choice("identity_card", "身份证", "identity card"),),
    ),
    _field("identity_number", "证件号码", "identity number", IDENTITY),
    _field("mobile", "手机号", "mobile number", MOBILE),
    _field("user_name", "用户名", "user name", longest=32),
    _field(
        "asset_proof_kind",
        "资产证明类型",
        "kind of proof",
        CHOICE,
        choices=(
            Choice("asset", "资产证明", "assets"),
            Choice(TURNOVER, "近一年累计交易流水", "turnover of the last year"),
        ),
    ),
    _field("asset_amount", "证明金额", "amount proved", YUAN, least=0),
    Field(
        "turnover_of",
        "流水所属产品",
        "turnover in",
        CHOICE,
        choices=(
            Choice("securities", "证券", "securities"),
            Choice("futures", "期货", "futures"),
            Choice("funds", "基金", "funds"),
            Choice("other", "其他投资理财产品", "other investment products"),
        ),
        needed=_is_turnover,
    ),
    Field("turnover_from", "流水起始日", "turnover from", DATE, needed=_is_turnover),
    Field("turnover_to", "流水截止日", "turnover to", DATE, needed=_is_turnover),
    Field("address", "联系地址", "contact address", ADDRESS, required=False),
    _field("mail", "邮箱", "mailbox", MAIL),
    _consent("entry_agreement", "入市协议书", "entry agreement"),
    _consent("investor_notice", "投资人须知", "investor notice"),
    _consent("risk_disclosure", "风险提示书", "risk disclosure"),
    _field("data_declared_true", "检查无误，资料真实", "the data were checked and are true", BOOL),
)

MATERIALS: Final = (
    Material("identity_image", "身份证附件", "picture of the identity card", formats=IMAGES, files=2),
    Material("asset_proof", "资产证明附件", "proof of assets", formats=IMAGES, files=5),
)

# --- the whole form ----------------------------------------------------------------------------------


def check_user_kind(exchange: Exchange, application: Application, content: Content) -> None:
    """Enterprises are sent away with the reason; an individual's form holds nothing of an enterprise's (HB-1.2-a)."""
    if content.get("user_kind") == ENTERPRISE:
        raise Refusal("ENTERPRISE_NOT_HERE", "HB-1.2-a", field="user_kind")
    for name in ("enterprise_name", "credit_code"):
        if content.get(name):
            raise Refusal("WRONG_USER_KIND", "HB-1.2-a", field=name)


def check_declared(exchange: Exchange, application: Application, content: Content) -> None:
    """The applicant says that he has checked what he filled in (HB-1.2-k)."""
    if content.get("data_declared_true") is False:
        raise Refusal("DECLARATION_MISSING", "HB-1.2-k", field="data_declared_true")


def check_user_name(exchange: Exchange, application: Application, content: Content) -> None:
    """The user name is one word and nobody else's (HB-1.2-f)."""
    name = content.get("user_name", "")
    try:
        plain_name("user", name)
    except Refusal:
        raise Refusal("BAD_FIELD", "HB-1.2-f", field="user_name", value=name) from None
    if name in exchange.parties.actors and name != application.applicant:
        raise Refusal("DUPLICATE_USERNAME", "HB-1.2-f", field="user_name")


def check_assets(exchange: Exchange, application: Application, content: Content) -> None:
    """Enough, and turnover of the last year only (HB-1.2-h, HB-1.2-i)."""
    if not content.get("asset_amount"):
        return
    least = rule(exchange, "asset_minimum_fen")
    amount = fen_in(content, "asset_amount")
    if amount < least:
        clause = "HB-1.2-i" if _is_turnover(content) else "HB-1.2-h"
        raise Refusal("ASSET_BELOW_MINIMUM", clause, amount_fen=amount, least_fen=least)
    if content.get("turnover_from") and content.get("turnover_to") and _is_turnover(content):
        _check_period(exchange, content)


def _check_period(exchange: Exchange, content: Content) -> None:
    today = exchange.today()
    first, last = (date.fromisoformat(content[name]) for name in ("turnover_from", "turnover_to"))
    if not first <= last <= today:
        raise Refusal("BAD_FIELD", "HB-1.2-i", field="turnover_to", value=last.isoformat())
    earliest = years_before(today, rule(exchange, "proof_years"))
    if first < earliest:
        raise Refusal("PROOF_TOO_OLD", "HB-1.2-i", day=first, from_day=earliest)


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 28 February for a 29th that there is not."""
    year = day.year - years
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, day.month, 28 if (day.month, day.day) == (2, 29) and not leap else day.day)


# --- what is stated from outside -----------------------------------------------------------------------


def _after_submission(application: Application) -> None:
    """What follows the on-line opening does not come before it (HB-0-b)."""
    if not application.submitted_us:
        raise Refusal("STEP_ORDER", "HB-0-b", application=application.number, state=application.state)


def same_person(one: str, other: str) -> bool:
    """Whether two tokens stand for the same text."""
    return bool(one) and bool(other) and fingerprint(one) == fingerprint(other)


def check_proof_owner(exchange: Exchange, application: Application, content: Content) -> None:
    """Staff looked whose proof it is: it shows name or number, and is the applicant's own (HB-1.2-i)."""
    _after_submission(application)
    if content["owner_shown"] == "neither":
        raise Refusal("PROOF_OWNER_NOT_SHOWN", "HB-1.2-i", document="asset_proof")
    if not content["owner_is_applicant"]:
        raise Refusal("PROOF_NOT_OWNER", "HB-1.2-i", document="asset_proof")
    if content["proof_digest"] not in proofs(application):
        raise Refusal("DIGEST_MISMATCH", "HB-1.2-i", document="asset_proof")


def check_fee(exchange: Exchange, application: Application, content: Content) -> None:
    """The fee as it is, to the payee's own account and with its remark (HB-2-a)."""
    _after_submission(application)
    fee = rule(exchange, "opening_fee_fen")
    paid = fen_in(content, "fee_amount")
    if paid != fee:
        raise Refusal("FEE_MISMATCH", "HB-2-a", amount_fen=paid, fee_fen=fee)
    for name in ("fee_payee", "fee_account", "fee_bank", "fee_remark"):
        if content[name] != rule(exchange, name):
            raise Refusal("PAYMENT_UNMATCHED", "HB-2-a", field=name, value=content[name])


def check_mailed_proof(exchange: Exchange, application: Application, content: Content) -> None:
    """What the mail said: its subject, the proof, and the very name and number of the application (HB-2-b, HB-2-c)."""
    _after_submission(application)
    if not content["proof_attached"]:
        raise Refusal("PROOF_MISSING", "HB-2-b", field="proof_attached")
    if content["mail_subject"] != rule(exchange, "proof_subject"):
        raise Refusal("BAD_SUBJECT", "HB-2-b", field="mail_subject", value=content["mail_subject"])
    if not same_person(content["subject_name"], application.content.get("real_name", "")):
        raise Refusal("BAD_SUBJECT", "HB-2-b", field="subject_name")
    _check_identity(application, content)


def _check_identity(application: Application, said: Content) -> None:
    for name in ("real_name", "identity_number"):
        if not same_person(said[name], application.content.get(name, "")):
            raise Refusal("IDENTITY_MISMATCH", "HB-2-c", field=name)


FACTS: Final = (
    Fact(
        "mobile_proved",
        "手机号已验证",
        "mobile number proved by its code",
        form=(Field("mobile", "手机号", "mobile number", MOBILE),),
        by=(DOOR,),
        again="",
    ),
    Fact(
        "proof_checked",
        "资产证明户主核对",
        "whose proof of assets it is",
        form=(
            Field("proof_digest", "所核对的附件", "the attachment looked at"),
            Field(
                "owner_shown",
                "户主显示方式",
                "what shows the owner",
                CHOICE,
                choices=(
                    Choice("name", "姓名", "name"),
                    Choice("number", "身份证号", "identity number"),
                    Choice("neither", "均未显示", "neither"),
                ),
            ),
            Field("owner_is_applicant", "户主为申请人本人", "the owner is the applicant", BOOL),
        ),
        by=(STAFF,),
        check=check_proof_owner,
        again="",
        # Whose it is was found by the name and number of then.
        of_content=True,
    ),
    Fact(
        "opening_fee",
        "开户费到账",
        "opening fee received",
        form=(
            Field("fee_amount", "金额", "amount", YUAN),
            Field("fee_payee", "收款户名", "payee"),
            Field("fee_account", "收款账号", "payee's account number"),
            Field("fee_bank", "开户行", "payee's bank"),
            Field("fee_remark", "汇款备注", "remark"),
        ),
        by=(STAFF, CHANNEL),
        check=check_fee,
    ),
    Fact(
        "payment_proof",
        "缴费凭证邮件",
        "mailed proof of payment",
        form=(
            Field("mail_subject", "主题（姓名之前）", "subject, before the name"),
            Field("subject_name", "主题中的姓名", "name in the subject", NAME),
            Field("real_name", "正文中的姓名", "name in the mail", NAME),
            Field("identity_number", "正文中的身份证号", "identity number in the mail", IDENTITY),
            Field("proof_attached", "附有缴费凭证", "the proof is attached", BOOL),
        ),
        by=(STAFF,),
        check=check_mailed_proof,
        again="",
    ),
)


# --- what must hold before -----------------------------------------------------------------------------


def proofs(application: Application) -> list[str]:
    """The digests of the proofs of assets that are handed in."""
    return [one.digest for one in application.attached("asset_proof", "")]


def quiz_missing(step: str, exchange: Exchange, application: Application) -> Refusal | None:
    """Whoever has not passed the quiz neither submits nor is reviewed."""
    quiz: Any = exchange.components[Quiz.name]
    objection: Refusal | None = quiz.missing(application.applicant, step)
    return objection


def mobile_missing(exchange: Exchange, application: Application) -> Refusal | None:
    """The mobile number as it stands now is the one that was proved."""
    proved = application.facts.get("mobile_proved", {}).get("mobile", "")
    if same_person(proved, application.content.get("mobile", "")):
        return None
    return Refusal("MOBILE_NOT_PROVED", "HB-1.2-e", field="mobile")


def proof_unchecked(exchange: Exchange, application: Application) -> Refusal | None:
    """The owner was checked on a proof that is still handed in."""
    checked = application.facts.get("proof_checked", {}).get("proof_digest", "")
    if checked in proofs(application):
        return None
    return Refusal("PROOF_NOT_CHECKED", "HB-1.2-i", document="asset_proof")


def identity_differs(exchange: Exchange, application: Application) -> Refusal | None:
    """Name and number of the mailed proof are still those of the application."""
    try:
        _check_identity(application, application.facts["payment_proof"])
    except Refusal as refusal:
        return refusal
    return None


def _cited(clause: str, question: Callable[[Exchange, Application], Refusal | None]) -> Any:
    def missing(exchange: Exchange, application: Application) -> Refusal | None:
        objection = question(exchange, application)
        return None if objection is None else Refusal(objection.code, clause, **objection.details)

    return missing


CONDITIONS: Final = (
    Condition(
        "quiz", "通过入市资格测试", "the entry quiz is passed", SUBMISSION, partial(quiz_missing, SUBMISSION)
    ),
    Condition("mobile", "手机号已验证", "the mobile number is proved", SUBMISSION, mobile_missing),
    Condition(
        "quiz_reviewed", "通过入市资格测试", "the entry quiz is passed", REVIEW, partial(quiz_missing, REVIEW)
    ),
    Condition("proof_owner", "资产证明户主已核对", "the proof's owner is checked", APPROVAL, proof_unchecked),
    Condition("fee", "开户费已到账", "the fee is received", EFFECT, _cited("HB-3-a", stated("opening_fee"))),
    Condition(
        "proof", "缴费凭证已收到", "the proof is received", EFFECT, _cited("HB-3-a", stated("payment_proof"))
    ),
    Condition("identity", "凭证信息一致", "the proof agrees", EFFECT, identity_differs),
)


# --- what it does --------------------------------------------------------------------------------------


def open_account(exchange: Exchange, application: Application) -> Sequence[Command]:
    """The next trading account and seat, and the applicant as its first operator."""
    seats: Any = exchange.components[Seats.name]
    number, seat = seats.next_free()
    said = application.content
    user = said["user_name"]
    if user in exchange.parties.actors:
        # Who took the name meanwhile keeps it; the one he applied under is his own.
        user = application.applicant
    return (
        # A name in clear never comes here: the mask and the number stand for the person.
        OpenAccount(
            number,
            f"{shown(said['real_name'])} {number}",
            INDIVIDUAL,
            user,
            True,
            said["mail"],
            said["mobile"],
        ),
        IssueSeat(application.number, number, seat),
    )


PERSONAL_OPENING: Final = Kind(
    "hubei_retail.personal_opening",
    "个人开户",
    "opening an individual's account",
    form=FORM,
    applicants=(APPLICANT,),
    materials=MATERIALS,
    reviews=(Review("review", "中心审核", "review by the exchange"),),
    conditions=CONDITIONS,
    facts=FACTS,
    locks=(
        Lock(PERSON, field="identity_number", stays=True),
        Lock(
            "hubei_retail.user_name",
            field="user_name",
            code="DUPLICATE_USERNAME",
            stays=True,
            taken="DUPLICATE_USERNAME",
        ),
    ),
    checks=(check_user_kind, check_declared, check_user_name, check_assets),
    consequence=open_account,
    # Who passed the quiz applies for himself: nobody opens a second account on his pass.
    most_live=1,
    clauses={
        "FIELD_MISSING": "HB-1.2-e",
        "FIELD_MISSING user_name": "HB-1.2-f",
        "FIELD_MISSING mail": "HB-1.2-f",
        "BAD_IDENTITY_NUMBER": "HB-1.2-e",
        "BAD_NAME": "HB-1.2-e",
        "BAD_MOBILE": "HB-1.2-e",
        "BAD_EMAIL": "HB-1.2-f",
        "BAD_ADDRESS": "HB-1.2-f",
        "DUPLICATE_USERNAME": "HB-1.2-f",
        "BAD_FILE_TYPE": "HB-1.2-g",
        "DOC_MISSING": "HB-1.2-f",
        "DOC_MISSING identity_image": "HB-1.2-g",
        "DOC_MISSING asset_proof": "HB-1.2-h",
        "AGREEMENT_NOT_READ": "HB-1.2-j",
        "AGREEMENT_NOT_ACCEPTED": "HB-1.2-j",
        "DUPLICATE_APPLICATION": "HB-1.2-k",
        "DUPLICATE_ACCOUNT": "HB-1.2-k",
        "STEP_ORDER": "HB-0-b",
        "ALREADY_STATED": "HB-2-a",
        "ALREADY_BOOKED": "HB-2-a",
    },
)
