"""The pack's own refusal codes."""

from __future__ import annotations

from typing import Final

from tanpan.refusals import Reason

REFUSALS: Final = (
    # the quiz
    Reason("TEST_NOT_TAKEN", "未参加入市资格测试", "the entry quiz has not been taken"),
    Reason("TEST_FAILED", "未通过入市资格测试", "the entry quiz has not been passed"),
    Reason("UNKNOWN_PAPER", "没有这份试卷", "there is no such paper"),
    Reason("PAPER_CLOSED", "试卷已交、已作废或已超时", "the paper was answered, replaced or out of time"),
    Reason(
        "ANSWERS_NOT_OF_PAPER",
        "答案与试卷的题目或选项不符",
        "an answer is not to a question or an option of the paper",
    ),
    Reason("BAD_QUIZ", "题库不合规格", "the quiz's bank is not of its form"),
    # the application
    Reason(
        "ENTERPRISE_NOT_HERE",
        "此处只受理个人开户，企业用户请按交易机构的企业开户流程办理",
        "accounts of individuals only are opened here; enterprises follow the exchange's own procedure",
    ),
    Reason(
        "WRONG_USER_KIND",
        "个人用户不得填报企业资料",
        "an individual's application holds an enterprise's data",
    ),
    Reason(
        "MOBILE_NOT_PROVED", "手机号尚未通过验证码验证", "the mobile number has not been proved by its code"
    ),
    Reason("DUPLICATE_USERNAME", "用户名已被使用", "the user name is taken"),
    Reason("ASSET_BELOW_MINIMUM", "资产证明低于最低金额", "the proof is of less than the minimum"),
    Reason("PROOF_TOO_OLD", "交易流水超出规定期限", "the turnover goes back too far"),
    Reason("PROOF_NOT_CHECKED", "资产证明的户主尚未核对", "whose proof of assets it is has not been checked"),
    Reason(
        "PROOF_OWNER_NOT_SHOWN",
        "资产证明未显示姓名或身份证号",
        "the proof shows neither name nor identity number",
    ),
    Reason("PROOF_NOT_OWNER", "资产证明不是申请人本人的", "the proof is of another person"),
    Reason("BAD_AGREEMENT", "协议文本不合规格", "the agreement's text is not of its form"),
    # the fee
    Reason("FEE_MISMATCH", "缴费金额不符", "the amount paid is not the fee"),
    Reason("PAYMENT_UNMATCHED", "收款信息或备注不符", "payee or remark of the payment differ"),
    Reason("PROOF_MISSING", "邮件未附缴费凭证", "the mail has no proof of payment"),
    Reason("BAD_SUBJECT", "邮件主题格式不符", "the mail's subject is not of its form"),
    Reason(
        "IDENTITY_MISMATCH",
        "姓名或身份证号与开户信息不一致",
        "name or identity number differ from the application's",
    ),
)
