"""The pack's own refusal codes."""

from __future__ import annotations

from typing import Final

from tanpan.refusals import Reason

REFUSALS: Final = (
    # who may open an account
    Reason(
        "NATURAL_PERSON_NOT_OPEN",
        "现阶段不接受自然人开户",
        "natural persons can't open an account at present",
    ),
    Reason("BARRED_ENTITY", "该主体依法不得参与交易", "this body may not trade"),
    Reason("BAD_ACCOUNT_TYPE", "没有这种账户类型", "there is no such account type"),
    Reason("NOT_EXEMPT", "该账户类型不在免收费用之列", "accounts of this type are not exempt from fees"),
    # the registry account
    Reason(
        "REGISTRY_ACCOUNT_REQUIRED", "须先开立注册登记账户", "an account in the registry must be opened first"
    ),
    Reason(
        "BIND_OWNER_MISMATCH", "注册登记账户不属于该主体", "the registry account is of another participant"
    ),
    Reason("REGISTRY_NOT_BOUND", "尚未绑定注册登记账户", "no registry account has been bound"),
    # fees
    Reason("FEE_MISMATCH", "缴费金额不符", "the amount paid is not the fee"),
    Reason("ALREADY_PAID", "该项费用已缴", "the fee has been paid"),
    # changes of data
    Reason(
        "CHANGE_IN_REGISTRY",
        "该信息须在新注册登记系统申请变更",
        "this is changed in the registry and arrives from there",
    ),
    Reason(
        "CHANGE_IN_TRADING_SYSTEM",
        "该信息须在交易系统申请变更",
        "this is changed in the trading system, not in the registry",
    ),
)
