"""Neutral paper forms: of an opening with an operator's text, of a joint filing, and one for each of its parties."""

from __future__ import annotations

from tanpan.documents import SEALED, Document, DocumentData, Line, Part, Signature


def _reviewer(data: DocumentData) -> str:
    found = data.reviewers.get("first_review")
    return "" if found is None else f"{found.user} {found.at_us}"


def _company(data: DocumentData) -> bool:
    return data.content.get("sort") == "company"


OPENING_FORM = Document(
    "neutral_market.opening_form",
    "交易账户开立申请表",
    "Application for a trading account",
    kinds=("neutral_market.opening",),
    parts=(
        Part(
            "一、申请人",
            "the applicant",
            (
                Line("账户编号", "account number", "account"),
                Line("名称", "name", "participant"),
                Line("类别", "sort", "sort"),
                Line("真实姓名", "real name", "real_name"),
                Line("身份证号码", "identity number", "identity"),
                Line("手机号", "mobile", "mobile"),
                Line("邮箱", "mail", "mail"),
                Line("通讯地址", "postal address", "home"),
                Line("注册资本（元）", "capital (yuan)", "capital"),
            ),
        ),
        Part("二、企业", "the company", (Line("信用代码", "credit code", "credit_code"),), _company),
        Part("三、审核", "review", (Line("初审", "first review", _reviewer),)),
    ),
    declaration_zh="申请人承诺所填内容真实、准确、完整。",
    declaration_en="The applicant declares that what is filled in is true, accurate and complete.",
    signatures=(Signature("申请人", "applicant", SEALED),),
    form_no=True,
    legal="opening_terms",
    clause="N-9",
)

FILING_FORM = Document(
    "neutral_market.filing_form",
    "共同申报表",
    "Joint filing",
    kinds=("neutral_market.pledge",),
    parts=(
        Part(
            "申报内容",
            "what is filed",
            (
                Line("起始日期", "starts on", "starts"),
                Line("数量（吨）", "quantity (t)", "quantity"),
                Line("买方账户", "the buyer's account", lambda data: data.parties.get("buyer", "")),
                Line("卖方账户", "the seller's account", lambda data: data.parties.get("seller", "")),
            ),
        ),
    ),
    signatures=(Signature("买方", "buyer", SEALED), Signature("卖方", "seller", SEALED)),
    form_no=True,
)

DISCLOSURE = Document(
    "neutral_market.disclosure",
    "风险揭示书",
    "Disclosure of risks",
    kinds=("neutral_market.pledge",),
    parts=(Part("申报内容", "what is filed", (Line("起始日期", "starts on", "starts"),)),),
    signatures=(Signature("签署方", "who signs", SEALED),),
    per_party=("buyer", "seller"),
)

DOCUMENTS = (OPENING_FORM, FILING_FORM, DISCLOSURE)
