"""The pack's own refusal codes, in the order in which they are asked."""

from __future__ import annotations

from typing import Final

from tanpan.refusals import Reason

REFUSALS: Final = (
    # who may
    Reason(
        "REPO_PARTICIPANT_NOT_ELIGIBLE",
        "该主体不具备参与此类回购交易的资格",
        "the participant may not take part in repos of this underlying",
    ),
    Reason(
        "REPO_QUALIFICATION_MISSING",
        "初始买入方尚未开通回购交易业务资格",
        "the initial buyer is not qualified for repos",
    ),
    Reason("UNKNOWN_STANDING", "没有这种主体身份", "there is no such standing"),
    Reason(
        "ALREADY_QUALIFIED", "该主体已开通回购交易业务资格", "the participant is qualified for repos already"
    ),
    Reason("BAD_DISCLOSURE", "风险揭示书文本不合规格", "the risk disclosure's text is not of its form"),
    # which contract, whose
    Reason("CONTRACT_UNKNOWN", "没有这份回购合同", "there is no such repo contract"),
    Reason(
        "DOCS_NOT_APPROVED", "初始交易申请材料尚未审核通过", "the filing of the initial trade is not approved"
    ),
    Reason("NOT_INITIAL_SELLER", "只能由初始卖出方办理", "only the initial seller does this"),
    Reason("NOT_INITIAL_BUYER", "只能由初始买入方办理", "only the initial buyer does this"),
    Reason(
        "PARTY_MISMATCH",
        "所填主体信息与合同或账户不一致",
        "the parties said differ from the contract's or the account's",
    ),
    Reason("RULE_SUPERSEDED", "所依据的操作手册已废止", "the manual relied on has lapsed"),
    # what was agreed
    Reason("PARTY_MISSING", "缺少协议一方的要素", "a party of the agreement is missing"),
    Reason("BAD_DATES", "购回交易日须晚于初始交易日", "the repurchase day must come after the initial day"),
    Reason("TERM_MISMATCH", "回购期限与起止日期不符", "the term does not agree with the days, both counted"),
    Reason("AMOUNT_MISMATCH", "金额不等于价格乘以数量", "an amount is not price times quantity"),
    Reason("ONE_ROW_ONLY", "该交易标的只能填写一行", "this underlying has one row only"),
    Reason("QTY_BELOW_REPO_MIN", "回购数量低于下限", "the quantity is below the smallest for a repo"),
    Reason("HOLDING_ABOVE_MAX", "成交后持有量超过上限", "the holding would be above the largest allowed"),
    Reason(
        "FREEZE_REQUIRED",
        "纳管单位以配额回购须约定冻结产品",
        "a managed seller's allowances need a product freeze",
    ),
    Reason("FREEZE_EXCEEDS_QTY", "冻结数量超过回购数量", "more is frozen than the quantity"),
    Reason(
        "FREEZE_MISMATCH", "冻结数量与冻结比例不符", "frozen quantity and ratio differ by a tonne or more"
    ),
    Reason("BAD_RATIO", "冻结比例须在0%至100%之间", "the freeze ratio is outside 0 to 100 per cent"),
    Reason(
        "NO_REFERENCE_VWAP",
        "窗口期内没有挂牌成交，须约定冻结比例",
        "no listed trade in the window: state the ratio",
    ),
    Reason(
        "MONITORING_NOT_AVAILABLE",
        "交易所不提供该履约保障比例的监控",
        "the exchange does not monitor this collateral ratio",
    ),
    Reason(
        "AFTER_COMPLIANCE_CUTOFF",
        "购回日晚于当年清缴截止日前三个交易日",
        "the repurchase is too close to the surrender deadline",
    ),
    Reason("CUTOFF_NOT_CONFIGURED", "尚未设定当年清缴截止日", "the year's surrender deadline is not set"),
    Reason("DISCLOSURE_MISSING", "未签署风险揭示书", "the risk disclosure is not signed"),
    Reason("DISCLOSURE_OUTDATED", "风险揭示书不是最新版本", "the risk disclosure signed is not the latest"),
    Reason(
        "DISCLOSURE_NOT_COPIED", "风险揭示书的确认文字未抄写", "the acknowledgement was not copied by hand"
    ),
    Reason("AUTH_EXPIRED", "授权委托不在有效期内", "the power of attorney is not in force"),
    Reason("AUTH_SCOPE", "授权委托的权限不包括此项", "the power of attorney does not cover this"),
    Reason(
        "AGENT_ID_MISMATCH", "受托人与经办人证件不一致", "agent and handler have different identity numbers"
    ),
    Reason("AGREEMENT_NOT_IN_FORCE", "协议尚未由双方签署", "the agreement is not signed by both parties"),
    Reason("AMENDMENT_NOT_SIGNED", "变更协议尚未由双方签署", "the amendment is not signed by both parties"),
    # when
    Reason("FILING_TOO_LATE", "申请材料提交过晚", "the filing comes too late"),
    Reason("WRONG_TRADE_DATE", "只能在约定的交易日办理", "this is done on the agreed day only"),
    Reason("NOTHING_TO_CONFIRM", "没有待确认的申请", "nothing waits for a confirmation"),
    Reason("SELF_CONFIRM", "不得确认自己提交的申请", "nobody confirms what he submitted"),
    # means
    Reason("FEE_NOT_CONFIGURED", "尚未设定回购手续费标准", "the repo fee is not set"),
    # changes and end
    Reason("EARLY_NOT_AGREED", "协议未约定提前购回", "the agreement does not allow an early repurchase"),
    Reason("DEFER_NOT_AGREED", "协议未约定延期购回", "the agreement does not allow a deferred repurchase"),
    Reason(
        "BAD_NEW_DAY",
        "变更后的购回交易日不符合提前或延期购回的要求",
        "the changed repurchase day suits no such repurchase",
    ),
    Reason(
        "RELEASE_NOT_AGREED", "协议未约定解除风险管理措施", "the agreement does not provide for the release"
    ),
    Reason("JOINT_APPLICATION_REQUIRED", "须由双方共同申请", "both parties must apply together"),
    Reason("FREEZE_OUTSTANDING", "风险管理措施尚未解除", "a measure still stands"),
    # notices
    Reason(
        "CONTACT_CHANGE_FORM",
        "联络方式变更须以电子邮件或书面通知",
        "a change of contact is told by mail or in writing",
    ),
)
