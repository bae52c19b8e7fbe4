"""The paper forms of the annexes in our own words, made from applications to be printed and sealed: 2, 4, 5, 7 here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sh_repo.agreement import SCOPES
from sh_repo.agreement_document import AGREEMENT
from sh_repo.application_document import APPLICATION_FORM, APPLICATION_FORM_ALONE
from sh_repo.contract import SIDES
from sh_repo.disclosure import disclosures_of
from sh_repo.document_lines import (
    LEGAL_REPRESENTATIVE,
    THE_APPLICANT,
    THE_BUYER,
    THE_SELLER,
    TRUE_EN,
    TRUE_ZH,
    account,
    own,
    yes_or_no,
)
from sh_repo.filing import FILING
from sh_repo.qualification import THE_QUALIFICATION
from sh_repo.release import TERMINATION, TERMINATION_BY_RULING
from sh_repo.standings import CHECKING, HANDLING
from tanpan.calendar import local_day
from tanpan.documents import IN_PAIRS, SEALED, Document, DocumentData, Line, Part, Signature, day_told, ticked

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

# --- annex 2: the initial buyer's qualification ----------------------------------------------------------------


def _by(review: str) -> Line:
    zh, en = {HANDLING: ("经办人", "handler"), CHECKING: ("复核人", "reviewer")}[review]
    return Line(zh, en, lambda data: data.reviewers[review].user)


def _on(review: str) -> Line:
    def day(data: DocumentData) -> str:
        at_us = data.reviewers[review].at_us
        return day_told(local_day(at_us)) if at_us else ""

    zh, en = {HANDLING: ("经办日期", "handled on"), CHECKING: ("复核日期", "reviewed on")}[review]
    return Line(zh, en, day)


def _found_complete(data: DocumentData) -> str:
    passed = HANDLING in data.reviewers and CHECKING in data.reviewers
    return ticked(passed, "材料完整，具备开通条件", "complete, the conditions are met")


QUALIFICATION_FORM: Final = Document(
    "sh_repo.annex_2",
    "上海碳市场回购交易业务资格申请表",
    "Application for the qualification for repos in the Shanghai carbon market",
    kinds=(THE_QUALIFICATION.name,),
    parts=(
        Part(
            "申请人（初始买入方，首次参与回购交易前填写）",
            "the applicant: an initial buyer, before its first repo",
            (
                Line("申请人全称", "applicant's full name", "applicant_name", wide=True),
                Line("交易账号", "trading account", account("applicant"), wide=True),
                Line("统一社会信用代码", "unified credit code", "credit_code", wide=True),
                Line("实缴注册资本（元）", "paid-in capital (yuan)", "paid_in_capital", wide=True),
                Line("联系人", "contact", "buyer_contact"),
                Line("联系人电话", "contact's phone", "buyer_phone"),
                Line("联系人电子邮箱", "contact's e-mail", "buyer_mail", wide=True),
            ),
            layout=IN_PAIRS,
        ),
    ),
    declaration_zh=f"本单位申请开通回购交易业务资格，{TRUE_ZH}",
    declaration_en=f"We apply for the qualification for repos, declare {TRUE_EN}",
    signatures=(Signature("申请人", "applicant", LEGAL_REPRESENTATIVE),),
    after_signing=(
        Part(
            "以下由交易所填写",
            "for the exchange",
            (
                Line("审核意见", "finding", _found_complete, wide=True),
                _by(HANDLING),
                _by(CHECKING),
                _on(HANDLING),
                _on(CHECKING),
            ),
            layout=IN_PAIRS,
        ),
    ),
    form_no=True,
    clause="REPO-A2-1",
)

# --- annex 4: the risk disclosure, for each side ---------------------------------------------------------------


def _disclosure(exchange: Exchange, data: DocumentData) -> list[tuple[str, str]]:
    """The version that the party names as the one it signs; while it names none, the one that is in force."""
    disclosures = disclosures_of(exchange)
    found = disclosures.of(data.content.get(f"{data.party}_disclosure", ""))
    risks = [(f"【{one.zh}】{one.text_zh}", f"{one.en}. {one.text_en}") for one in found.risk]
    numbered = [(f"{at}. {zh}", f"{at}. {en}") for at, (zh, en) in enumerate(risks, 1)]
    sentence = (
        f"确认文字（请亲笔抄写）：{found.acknowledgement_zh}",
        f"To be copied by hand, in either language: {found.acknowledgement_en}",
    )
    return [
        (f"《{found.zh}》，版本 {found.version}", f"{found.en}, version {found.version}"),
        (found.opening_zh, found.opening_en),
        *numbered,
        (found.reminder_zh, found.reminder_en),
        sentence,
    ]


RISK_DISCLOSURE: Final = Document(
    "sh_repo.annex_4",
    "上海碳市场回购交易业务风险揭示书",
    "Risk disclosure for repos in the Shanghai carbon market",
    kinds=(FILING.name,),
    parts=(),
    text=_disclosure,
    before_signing=(
        Part(
            "抄写并签署",
            "copied and signed",
            (
                Line("亲笔抄写上述确认文字", "the above sentence, copied by hand", lambda data: "", room=5),
                Line("单位名称", "the unit's name", own("name")),
            ),
        ),
    ),
    signatures=(Signature("签署单位", "who signs", SEALED),),
    per_party=SIDES,
    clause="REPO-A4-7",
)

# --- annex 5: the power of attorney, of each side --------------------------------------------------------------


def _id_kind(data: DocumentData) -> str:
    return {"identity_card": "居民身份证 identity card"}[data.content[f"{data.party}_agent_id_kind"]]


def _scope(data: DocumentData) -> str:
    """Everything that a power of attorney may cover, ticked as it does."""
    said = [(data.content.get(f"{data.party}_may_{name}"), words) for name, words in SCOPES.items()]
    return "\n".join(ticked(yes, *words) for yes, words in said)


def _day(name: str) -> Line:
    zh, en = {"authority_from": ("委托期限起", "from"), "authority_until": ("委托期限止", "until")}[name]
    return Line(zh, en, lambda data: day_told(data.content[f"{data.party}_{name}"]))


POWER_OF_ATTORNEY: Final = Document(
    "sh_repo.annex_5",
    "上海碳市场回购交易业务授权委托书",
    "Power of attorney for repos in the Shanghai carbon market",
    kinds=(FILING.name,),
    parts=(
        Part(
            "委托单位",
            "the principal",
            (
                Line("单位名称", "the unit's name", own("name")),
                Line("交易账号", "trading account", lambda data: data.parties[data.party]),
            ),
        ),
        Part(
            "受托人",
            "the agent",
            (
                Line("受托人姓名", "agent's name", own("agent")),
                Line("身份证明类型", "kind of identity document", _id_kind),
                Line("证件号码", "its number", own("agent_identity")),
            ),
        ),
        Part(
            "委托事项",
            "what is entrusted",
            (
                Line("委托权限", "scope", _scope, wide=True),
                _day("authority_from"),
                _day("authority_until"),
            ),
            layout=IN_PAIRS,
        ),
    ),
    declaration_zh="本单位委托上列受托人，在上列权限和期限内办理本单位参与上海碳市场回购交易的有关事宜。",
    declaration_en="We entrust the agent named above, within the above scope and term, with what concerns our part in "
    "repos in the Shanghai carbon market.",
    signatures=(Signature("委托单位", "the principal", LEGAL_REPRESENTATIVE),),
    per_party=SIDES,
    clause="REPO-A5-1",
)

# --- annex 7: the statement on a termination -------------------------------------------------------------------

_TERMINATION: Final = (
    Part(
        "终止申请",
        "the termination",
        (
            Line("致", "to", lambda data: data.exchange_zh),
            Line("终止生效日期", "effective day", "effective_day"),
            Line("双方另行在场外了结", "settled off the exchange", yes_or_no("settled_off_exchange")),
            Line("同时解除风险管理措施", "measures released with it", yes_or_no("release_measures")),
        ),
    ),
    Part(
        "回购交易",
        "the repo",
        (
            Line("合同编号", "contract", "contract"),
            Line("业务申请表编号", "number of the application form", "application_form_no"),
            Line("初始买入方", "initial buyer", "buyer_name"),
            Line("初始卖出方", "initial seller", "seller_name"),
        ),
    ),
)
TERMINATION_STATEMENT: Final = Document(
    "sh_repo.annex_7",
    "关于申请终止交易的情况说明",
    "Statement on the termination of a repo",
    kinds=(TERMINATION.name,),
    parts=_TERMINATION,
    declaration_zh=f"双方协商一致，申请终止上述回购交易，{TRUE_ZH}",
    declaration_en=f"Both parties have agreed to end the above repo and apply for it, declare {TRUE_EN}",
    signatures=(THE_BUYER, THE_SELLER),
    clause="REPO-A7-1",
)
TERMINATION_STATEMENT_ALONE: Final = Document(
    "sh_repo.annex_7_alone",
    "关于依法院裁定申请终止交易的情况说明",
    "Statement on the termination of a repo by a ruling",
    kinds=(TERMINATION_BY_RULING.name,),
    parts=_TERMINATION,
    declaration_zh=f"申请人依据所附法院裁定申请终止上述回购交易，{TRUE_ZH}",
    declaration_en=f"We apply for the end of the above repo by the ruling attached, declare {TRUE_EN}",
    signatures=(THE_APPLICANT,),
    clause="REPO-A7-1",
)

DOCUMENTS: Final = (
    QUALIFICATION_FORM,
    APPLICATION_FORM,
    APPLICATION_FORM_ALONE,
    RISK_DISCLOSURE,
    POWER_OF_ATTORNEY,
    AGREEMENT,
    TERMINATION_STATEMENT,
    TERMINATION_STATEMENT_ALONE,
)
