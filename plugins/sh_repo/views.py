"""What is asked about repo contracts: the list, the trades of both legs, the measures.

Only the two sides read a contract's rows, and the exchange and the regulator (article 35).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from sh_repo.contract import (
    EXPIRED,
    INITIAL,
    REPURCHASE,
    REPURCHASED,
    Agreed,
    Contract,
    stage_of,
)
from sh_repo.contracts import contracts_of
from sh_repo.events import (
    ContractEnded,
    ContractFiled,
    ContractOverdue,
    InitialCompleted,
    InitialConfirmed,
    InitialDeclined,
    InitialExpired,
    InitialRefused,
    InitialSubmitted,
    InitialWithdrawn,
    MeasuresReleased,
    MeasuresSet,
    RepurchaseCompleted,
    RepurchaseDeclined,
    RepurchaseLapsed,
    RepurchaseMoved,
    RepurchaseSubmitted,
    RepurchaseWithdrawn,
    ResultTold,
    TermsChanged,
)
from tanpan.direct import DirectTraded
from tanpan.messages import OPERATOR, REGULATOR, STAFF, Event, name_of
from tanpan.personal import shown
from tanpan.views import INT, JSON, TEXT, Change, Row, View, column

READERS: Final = (OPERATOR, STAFF, REGULATOR)
BOTH: Final = ("seller", "buyer")
REPO: Final = "repo"
"""The method of these trades among the exchange's."""

CONTRACT_NO: Final = column("contract", TEXT, "合同编号", "contract")
SELLER_NO: Final = column("seller", TEXT, "初始卖出方", "initial seller")
BUYER_NO: Final = column("buyer", TEXT, "初始买入方", "initial buyer")
AT: Final = column("at_us", INT, "时间", "at")

# --- the contracts themselves -------------------------------------------------------------------------


def elements(agreed: Agreed) -> Row:
    """The elements of an agreement as columns."""
    return {
        "agreement_no": agreed.agreement_no,
        "seller": agreed.seller,
        "buyer": agreed.buyer,
        "instrument": agreed.rows[0].instrument,
        "rows": [msgspec.structs.asdict(row) for row in agreed.rows],
        "quantity_tonnes": agreed.quantity_tonnes,
        "initial_day": agreed.initial_day.isoformat(),
        "initial_fen": agreed.initial_fen,
        "initial_amount_fen": agreed.initial_amount_fen,
        "repurchase_day": agreed.repurchase_day.isoformat(),
        "repurchase_fen": agreed.repurchase_fen,
        "repurchase_amount_fen": agreed.repurchase_amount_fen,
        "term_days": agreed.term_days,
        "freezes": int(agreed.freezes),
        "ratio_hundredths": agreed.ratio_hundredths,
        "agreed_margin_fen": agreed.margin_fen,
        "monitored": int(agreed.monitored),
        "alarm_hundredths": agreed.alarm_hundredths,
    }


def _standing(contract: Contract) -> Row:
    return {
        **elements(contract.agreed),
        "contract": contract.number,
        "application": contract.application,
        "version": contract.version,
        "state": contract.state,
        "stage": contract.stage,
        "due": contract.due.isoformat()
        if contract.stage == REPURCHASE
        else contract.agreed.repurchase_day.isoformat(),
        "pledged_tonnes": sum(one.tonnes for one in contract.pledges),
        "margin_fen": sum(one.margin_fen for one in contract.pledges),
        "frozen_tonnes": sum(one.tonnes for one in contract.holds),
        "frozen_fen": sum(one.fen for one in contract.holds),
        "mobile": shown(contract.mobile),
        "told_on": contract.told_on.isoformat() if contract.told_on is not None else "",
    }


def _contract(change: Change) -> Iterable[Row]:
    """The row as the contract stands; what is closed has left the state and keeps its last elements."""
    number = change.event.contract
    row = change.get((number,))
    contract = contracts_of(change.exchange).live.get(number)
    filed_us = row["filed_us"] if row is not None else change.record.at
    if contract is not None:
        yield {**_standing(contract), "filed_us": filed_us, "since_us": change.record.at}
    elif row is not None:
        state = _END.get(type(change.event)) or change.event.state
        nothing = {"pledged_tonnes": 0, "margin_fen": 0, "frozen_tonnes": 0, "frozen_fen": 0}
        yield {**row, **nothing, "state": state, "stage": stage_of(state), "since_us": change.record.at}


_END: Final[dict[type[Event], str]] = {InitialExpired: EXPIRED, RepurchaseCompleted: REPURCHASED}
OF_CONTRACTS: Final[tuple[type[Event], ...]] = (
    *(ContractFiled, ResultTold, InitialSubmitted, InitialWithdrawn, InitialConfirmed, InitialDeclined),
    *(InitialRefused, InitialExpired, InitialCompleted, MeasuresSet),
    *(RepurchaseSubmitted, RepurchaseWithdrawn, RepurchaseDeclined, RepurchaseLapsed, RepurchaseCompleted),
    *(RepurchaseMoved, ContractOverdue, TermsChanged, MeasuresReleased, ContractEnded),
)

CONTRACTS: Final = View(
    "sh_repo.contracts",
    "回购委托",
    "repo contracts",
    (
        CONTRACT_NO,
        column("application", INT, "申请表编号", "application form"),
        column("agreement_no", TEXT, "协议编号", "agreement"),
        column("version", INT, "版本", "version"),
        column("stage", TEXT, "回购阶段", "stage"),
        column("state", TEXT, "回购状态", "state"),
        column("monitored", INT, "是否监控", "monitored"),
        SELLER_NO,
        BUYER_NO,
        column("instrument", TEXT, "品种代码", "instrument"),
        column("rows", JSON, "回购品种", "underlying"),
        column("quantity_tonnes", INT, "回购量", "quantity"),
        column("initial_day", TEXT, "期初回购日", "initial day"),
        column("initial_fen", INT, "期初回购价", "initial price"),
        column("initial_amount_fen", INT, "期初金额", "initial amount"),
        column("repurchase_day", TEXT, "期末回购日", "repurchase day"),
        column("repurchase_fen", INT, "期末回购价", "repurchase price"),
        column("repurchase_amount_fen", INT, "期末金额", "repurchase amount"),
        column("term_days", INT, "回购期限（天）", "term in days"),
        column("due", TEXT, "应购回日", "to be repurchased on"),
        column("freezes", INT, "约定冻结产品", "a product freeze is agreed"),
        column(
            "ratio_hundredths",
            INT,
            "约定冻结比例（万分之一，-1为计算）",
            "agreed freeze ratio (hundredths of a per cent, -1: computed)",
        ),
        column("agreed_margin_fen", INT, "约定保证金", "agreed margin"),
        column("pledged_tonnes", INT, "风控冻结量", "frozen as a measure"),
        column("margin_fen", INT, "风控冻结金额", "margin"),
        column("frozen_tonnes", INT, "委托冻结量", "frozen for the trade"),
        column("frozen_fen", INT, "委托冻结金额", "cash frozen for the trade"),
        column(
            "alarm_hundredths",
            INT,
            "履约保障比例预警线（万分之一）",
            "collateral alarm (hundredths of a per cent)",
        ),
        column("mobile", TEXT, "期初买方手机号", "buyer's mobile"),
        column("told_on", TEXT, "审核结果告知日", "result told on"),
        column("filed_us", INT, "备案通过时间", "filed at"),
        column("since_us", INT, "进入该状态时间", "in this state since"),
    ),
    ("contract",),
    dict.fromkeys(OF_CONTRACTS, _contract),
    indexes=(
        ("seller", "contract"),
        ("buyer", "contract"),
        ("state", "contract"),
        ("stage", "contract"),
        ("instrument", "contract"),
        ("monitored", "contract"),
        ("initial_day", "contract"),
        ("repurchase_day", "contract"),
        # Beside the filters, whose it is: an operator reads his side's rows only.
        ("seller", "state", "contract"),
        ("buyer", "state", "contract"),
    ),
    own=BOTH,
    between=True,
    readers=READERS,
    doc="Every repo contract with its elements, its stage and state, and what is frozen for it.",
)

# --- trades of both legs ------------------------------------------------------------------------------


def _trade(change: Change) -> Iterable[Row]:
    event: DirectTraded = change.event
    if event.method != REPO:
        return
    back = any(isinstance(one, RepurchaseCompleted) for one in change.record.events)
    seller, buyer = (event.buyer, event.seller) if back else (event.seller, event.buyer)
    yield {
        "trade": event.trade,
        "contract": event.reference,
        "leg": REPURCHASE if back else INITIAL,
        "at_us": change.record.at,
        "seller": seller,
        "buyer": buyer,
        "instrument": event.instrument,
        "price_fen": event.price_fen,
        "quantity_tonnes": event.quantity_tonnes,
        "turnover_fen": event.price_fen * event.quantity_tonnes,
        "seller_fee_fen": event.buyer_fee_fen if back else event.seller_fee_fen,
        "buyer_fee_fen": event.seller_fee_fen if back else event.buyer_fee_fen,
    }


TRADES: Final = View(
    "sh_repo.trades",
    "回购成交",
    "repo trades",
    (
        column("trade", INT, "成交编号", "trade"),
        CONTRACT_NO,
        column("leg", TEXT, "阶段", "leg"),
        AT,
        SELLER_NO,
        BUYER_NO,
        column("instrument", TEXT, "品种代码", "instrument"),
        column("price_fen", INT, "成交价", "price"),
        column("quantity_tonnes", INT, "成交量", "quantity"),
        column("turnover_fen", INT, "成交额", "turnover"),
        column("seller_fee_fen", INT, "初始卖出方手续费", "initial seller's fee"),
        column("buyer_fee_fen", INT, "初始买入方手续费", "initial buyer's fee"),
    ),
    ("trade",),
    {DirectTraded: _trade},
    indexes=(("contract", "trade"), ("seller", "trade"), ("buyer", "trade")),
    own=BOTH,
    between=True,
    readers=READERS,
    doc="The trades of both legs with price, turnover and each side's fee; in the repurchase the initial seller buys.",
)

# --- measures -----------------------------------------------------------------------------------------


def _measures_set(change: Change) -> Iterable[Row]:
    event: MeasuresSet = change.event
    agreed = contracts_of(change.exchange).live[event.contract].agreed
    yield {
        "contract": event.contract,
        "seller": event.seller,
        "buyer": event.buyer,
        "instrument": agreed.rows[0].instrument,
        "rows": [
            {"instrument": row.instrument, "pledged_tonnes": tonnes}
            for row, tonnes in zip(agreed.rows, event.pledged_tonnes, strict=True)
        ],
        "pledged_tonnes": sum(event.pledged_tonnes),
        "margin_fen": event.margin_fen,
        "monitored": int(agreed.monitored),
        "set_us": change.record.at,
        "released_us": 0,
        "released_by": "",
        "application": 0,
    }


def _measures_gone(change: Change) -> Iterable[Row]:
    row = change.get((change.event.contract,))
    if row is not None and not row["released_us"]:
        released = {"released_us": change.record.at, "released_by": name_of(type(change.event))}
        yield {**row, **released, "application": getattr(change.event, "application", 0)}


MEASURES: Final = View(
    "sh_repo.measures",
    "风险管理措施",
    "risk measures",
    (
        CONTRACT_NO,
        SELLER_NO,
        BUYER_NO,
        column("instrument", TEXT, "品种代码", "instrument"),
        column("rows", JSON, "冻结品种", "what is frozen"),
        column("pledged_tonnes", INT, "冻结产品（吨）", "product freeze"),
        column("margin_fen", INT, "冻结保证金", "margin freeze"),
        column("monitored", INT, "监控履约保障比例", "collateral ratio monitored"),
        column("set_us", INT, "设置时间", "set at"),
        column("released_us", INT, "解除时间", "released at"),
        column("released_by", TEXT, "解除事由", "released by"),
        column("application", INT, "解除申请编号", "application for the release"),
    ),
    ("contract",),
    # What ends with nothing frozen may have been monitored.
    {MeasuresSet: _measures_set}
    | dict.fromkeys((MeasuresReleased, RepurchaseCompleted, ContractEnded), _measures_gone),
    indexes=(("seller", "contract"), ("buyer", "contract")),
    own=BOTH,
    between=True,
    readers=READERS,
    doc="The measures of each contract: what is frozen of whom since when, and what released it.",
)
