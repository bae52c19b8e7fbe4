"""Opening an account (CCER-Q14 to Q21): jointly with the registry account, by itself, or for holders of the old registry.

The exchange reviews a joint opening first, the registry after it and opens its own account; then the trading account
opens by itself, once the fee is paid or the account type is exempt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ccer_national.participants import ENTITY, RegisterParticipant, opening_fee, own, participants
from tanpan.kinds import (
    ADDRESS,
    APPROVAL,
    APPROVED,
    BOOL,
    CHOICE,
    CREDIT_CODE,
    EFFECT,
    FIRST_REVIEW,
    IDENTITY,
    MAIL,
    MOBILE,
    NAME,
    PHONE,
    RE_REVIEW,
    REGISTRY_REVIEW,
    SUBMISSION,
    YUAN,
    Choice,
    Condition,
    Content,
    Fact,
    Field,
    Kind,
    Lock,
    Material,
    fen_in,
)
from tanpan.messages import APPLICANT, CHANNEL, REGISTRY, STAFF, Command
from tanpan.parties import OpenAccount
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange

ACCOUNT_TYPES: Final = (
    Choice("national_key_emitter", "全国重点排放单位", "national key emitter"),
    Choice("local_key_emitter", "地方重点排放单位", "local key emitter"),
    Choice("project_owner", "项目业主", "project owner"),
    Choice("other", "其他", "other"),
)
ACCOUNT_TYPE: Final = Field(
    "account_type", "账户类型", "account type", CHOICE, choices=ACCOUNT_TYPES, code="BAD_ACCOUNT_TYPE"
)
PARTICIPANT: Final = Field("participant", "企业名称", "name of the entity", longest=100)
LEGAL_REPRESENTATIVE: Final = (
    Field("legal_representative", "法定代表人", "legal representative", NAME),
    Field(
        "legal_representative_identity",
        "法定代表人身份证号",
        "legal representative's identity number",
        IDENTITY,
        required=False,
    ),
)
REPRESENTATIVE: Final = (
    Field("representative", "交易代表", "trading representative", NAME),
    Field(
        "representative_identity", "交易代表身份证号", "trading representative's identity number", IDENTITY
    ),
    Field("mobile", "交易代表手机号", "trading representative's mobile number", MOBILE),
    Field("mail", "交易代表邮箱", "trading representative's mailbox", MAIL, code="BAD_EMAIL"),
    Field("address", "联系地址", "contact address", ADDRESS, required=False),
    Field("phone", "联系电话", "telephone", PHONE, required=False),
)
FORM: Final = (
    PARTICIPANT,
    Field("credit_code", "统一社会信用代码", "unified social credit code", CREDIT_CODE),
    Field(
        "entity_kind",
        "主体类别",
        "kind of entity",
        CHOICE,
        choices=(
            Choice("legal_person", "法人", "legal person"),
            Choice("other_organisation", "其他组织", "other organisation"),
            Choice("natural_person", "自然人", "natural person"),
        ),
    ),
    Field(
        "body",
        "是否属于限制交易的机构",
        "whether it is a body that may not trade",
        CHOICE,
        choices=(
            Choice("none", "否", "none of them"),
            Choice("ecology_authority", "生态环境主管部门", "ecology authority"),
            Choice("market_supervision", "市场监管部门", "market-supervision authority"),
            Choice("registry", "注册登记机构", "registry"),
            Choice("exchange", "交易机构", "exchange"),
            Choice("verification_body", "审定与核查机构", "validation or verification body"),
        ),
    ),
    ACCOUNT_TYPE,
    Field("exemption_claimed", "申请免收费用", "claims exemption from fees", BOOL, required=False),
    *LEGAL_REPRESENTATIVE,
    *REPRESENTATIVE,
    Field("data_declared_true", "资料真实、完整、准确、有效", "the data are declared true", BOOL),
)

# Which of them are asked for is a dated parameter: the exchange publishes the list and replaces it (CCER-Q15-c).
MATERIALS: Final = tuple(
    Material(name, zh, en, stamped=True, optional=True)
    for name, zh, en in (
        ("business_licence", "营业执照复印件", "copy of the business licence"),
        ("opening_form", "开户申请表", "opening form"),
        (
            "legal_representative_identity_copy",
            "法定代表人身份证明",
            "identity document of the legal representative",
        ),
        ("power_of_attorney", "账户代表授权委托书", "power of attorney"),
        (
            "representative_identity_copy",
            "交易代表身份证明",
            "identity document of the trading representative",
        ),
        ("type_proof", "账户类型证明材料", "proof of the account type"),
    )
)

# --- the whole form ----------------------------------------------------------------------------------


def check_entity(exchange: Exchange, application: Application, content: Content) -> None:
    """Legal persons and other organisations for now, and none of the barred bodies (CCER-Q14)."""
    kind, body = content.get("entity_kind", ""), content.get("body", "")
    if kind and kind not in own(exchange, "entity_kinds_open"):
        code = "NATURAL_PERSON_NOT_OPEN" if kind == "natural_person" else "BARRED_ENTITY"
        raise Refusal(code, "CCER-Q14-a", field="entity_kind")
    if body in own(exchange, "barred_bodies"):
        raise Refusal("BARRED_ENTITY", "CCER-Q14-b", field="body", value=body)
    if content.get("credit_code", "") in own(exchange, "barred_credit_codes"):
        raise Refusal("BARRED_ENTITY", "CCER-Q14-b", field="credit_code")


def check_exemption(exchange: Exchange, application: Application, content: Content) -> None:
    """Only accounts of the exempt types pay nothing (CCER-Q20-b)."""
    kind = content.get("account_type", "")
    if content.get("exemption_claimed") and kind and opening_fee(exchange, kind):
        raise Refusal("NOT_EXEMPT", "CCER-Q20-b", field="account_type", value=kind)


def check_declared(exchange: Exchange, application: Application, content: Content) -> None:
    """Whoever applies says that the data are true."""
    if content.get("data_declared_true") is False:
        raise Refusal("DECLARATION_MISSING", "CCER-Q15-a", field="data_declared_true")


def check_registry_account(exchange: Exchange, application: Application, content: Content) -> None:
    """Who wants a trading account alone has a registry account already (CCER-Q15-b)."""
    if not content.get("registry_account"):
        raise Refusal("REGISTRY_ACCOUNT_REQUIRED", "CCER-Q15-b", field="registry_account")


# --- what is stated from outside, what must hold before -----------------------------------------------


def check_fee(exchange: Exchange, application: Application, content: Content) -> None:
    """The fee as it is; of an exempt account none is taken."""
    fee = opening_fee(exchange, application.content.get("account_type", ""))
    paid = fen_in(content, "fee_amount")
    if paid != fee or not fee:
        raise Refusal("FEE_MISMATCH", "CCER-Q20-a" if fee else "CCER-Q20-b", amount_fen=paid, fee_fen=fee)


def check_told_account(exchange: Exchange, application: Application, content: Content) -> None:
    """The registry's account is this entity's, and is opened jointly only once the registry has approved."""
    if content["credit_code"] != application.content.get("credit_code"):
        raise Refusal("BIND_OWNER_MISMATCH", "CCER-Q58-b", field="credit_code")
    joint = application.kind.named("registry_account") is None
    if joint and application.state != APPROVED:
        raise Refusal("REVIEW_ORDER", "CCER-Q15-a", state=application.state)
    if not joint and content["registry_account"] != application.content.get("registry_account"):
        raise Refusal("REGISTRY_ACCOUNT_REQUIRED", "CCER-Q15-b", field="registry_account")
    owner = participants(exchange).registry_accounts.get(content["registry_account"], content["credit_code"])
    if owner != content["credit_code"]:
        raise Refusal("BIND_OWNER_MISMATCH", "CCER-Q58-b", field="registry_account")


def documents_missing(exchange: Exchange, application: Application) -> Refusal | None:
    """The first document of the published list that is not handed in (CCER-Q15-c)."""
    for name in own(exchange, "opening_documents"):
        if not application.attached(name, ""):
            return Refusal("DOC_MISSING", "CCER-Q15-c", document=name)
    return None


def registry_account_missing(exchange: Exchange, application: Application) -> Refusal | None:
    """What the registry told stands for the entity and the account of the form as it is now."""
    told, said = application.facts.get("registry_account", {}), application.content
    number = told.get("registry_account", "")
    if (
        number
        and told["credit_code"] == said.get("credit_code")
        and said.get("registry_account", number) == number
    ):
        return None
    return Refusal("REGISTRY_ACCOUNT_REQUIRED", missing="registry_account")


def not_admitted(exchange: Exchange, application: Application) -> Refusal | None:
    """Whoever was barred since he applied opens nothing."""
    try:
        check_entity(exchange, application, application.content)
    except Refusal as refusal:
        return refusal
    return None


def fee_missing(exchange: Exchange, application: Application) -> Refusal | None:
    """The opening fee is paid, unless the account type is exempt."""
    fee = opening_fee(exchange, application.content["account_type"])
    if not fee or "opening_fee" in application.facts:
        return None
    return Refusal("STEP_ORDER", "CCER-Q20-a", missing="opening_fee", fee_fen=fee)


FEE: Final = Fact(
    "opening_fee",
    "开户费到账",
    "opening fee received",
    form=(Field("fee_amount", "金额", "amount", YUAN),),
    by=(STAFF, CHANNEL),
    permission="clearing",
    check=check_fee,
    again="ALREADY_PAID",
)


def _told(again: str) -> Fact:
    return Fact(
        "registry_account",
        "注册登记账户",
        "account in the registry",
        form=(
            Field("registry_account", "注册登记账户编号", "account number in the registry"),
            Field("credit_code", "统一社会信用代码", "unified social credit code", CREDIT_CODE),
        ),
        by=(REGISTRY,),
        check=check_told_account,
        again=again,
    )


def open_account(exchange: Exchange, application: Application) -> Sequence[Command]:
    """The next trading account, its applicant as first operator, reached where the trading representative is."""
    said, number = application.content, participants(exchange).next_account()
    return (
        OpenAccount(
            number,
            said["participant"],
            said["account_type"],
            application.applicant,
            True,
            said["mail"],
            said["mobile"],
        ),
        RegisterParticipant(application.number, number),
    )


def _documents(name: str, before: str) -> Condition:
    return Condition(name, "申请材料齐备", "the documents are there", before, documents_missing)


def _opening(
    name: str,
    zh: str,
    en: str,
    form: tuple[Field, ...],
    account_before: str,
    *checks: Callable[[Exchange, Application, Content], None],
) -> Kind:
    return Kind(
        f"ccer_national.{name}",
        zh,
        en,
        form=form,
        applicants=(APPLICANT,),
        materials=MATERIALS,
        reviews=(FIRST_REVIEW, REGISTRY_REVIEW if account_before == EFFECT else RE_REVIEW),
        conditions=(
            _documents("documents", SUBMISSION),
            _documents("documents_reviewed", APPROVAL),
            Condition("admitted", "可参与交易", "it may trade", APPROVAL, not_admitted),
            Condition(
                "registry_account",
                "注册登记账户已开立",
                "the registry account is open",
                account_before,
                registry_account_missing,
            ),
            Condition("fee", "开户费已缴或免收", "the fee is paid or exempt", EFFECT, fee_missing),
        ),
        # An application that is still under review may name another account, of which the registry tells anew.
        facts=(FEE, _told("ALREADY_STATED" if account_before == EFFECT else "")),
        locks=(Lock(ENTITY, field="credit_code", stays=True),),
        checks=(check_entity, check_exemption, check_declared, *checks),
        consequence=open_account,
        most_live=3,
        clauses={
            "BAD_EMAIL": "CCER-Q18",
            "FIELD_MISSING mail": "CCER-Q18",
            "BAD_ACCOUNT_TYPE": "CCER-Q21-a",
            "DUPLICATE_ACCOUNT": "CCER-Q19-a",
            "DUPLICATE_APPLICATION": "CCER-Q19-a",
            "REVIEW_ORDER": "CCER-Q15-a",
            "DOC_MISSING": "CCER-Q15-c",
            "ALREADY_PAID": "CCER-Q20-a",
            "PERMISSION_DENIED": "CCER-Q17",
            "REGISTRY_ACCOUNT_REQUIRED": "CCER-Q15-a" if account_before == EFFECT else "CCER-Q15-b",
            **dict.fromkeys(("NOT_STAMPED", "BAD_FILE_TYPE", "FIELD_MISSING"), "CCER-Q15-a"),
        },
    )


JOINT_OPENING: Final = _opening("joint_opening", "联合开户", "joint opening", FORM, EFFECT)
SEPARATE_OPENING: Final = _opening(
    "separate_opening",
    "单独开立交易账户",
    "separate opening of a trading account",
    (
        *FORM,
        Field(
            "registry_account",
            "注册登记账户编号",
            "account number in the registry",
            required=False,
            longest=64,
        ),
    ),
    APPROVAL,
    check_registry_account,
)
LEGACY_OPENING: Final = _opening(
    "legacy_opening",
    "旧有注册登记账户持有人开户",
    "opening for a holder in the old registry",
    (
        Field("legacy_login", "旧有注册登记系统账号", "login in the old registry", longest=64),
        Field(
            "legacy_role",
            "旧系统代表身份",
            "role in the old registry",
            CHOICE,
            choices=(
                Choice("initiating", "发起代表", "initiating representative"),
                Choice("confirming", "确认代表", "confirming representative"),
            ),
        ),
        *FORM,
    ),
    EFFECT,
)
OPENINGS: Final = (JOINT_OPENING, SEPARATE_OPENING, LEGACY_OPENING)
