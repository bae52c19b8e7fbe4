"""The history of repo contracts: the versions of what was agreed, every step, every notice and report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sh_repo.correspondence_messages import (
    CaseReported,
    ContactChanged,
    DocumentChanged,
    InformationAsked,
    InformationHandedOver,
    NoticeGiven,
    ReminderDue,
)
from sh_repo.events import ContractFiled, RepurchaseCompleted, TermsChanged
from sh_repo.views import (
    AT,
    BOTH,
    BUYER_NO,
    CONTRACT_NO,
    CONTRACTS,
    MEASURES,
    OF_CONTRACTS,
    READERS,
    REPO,
    SELLER_NO,
    TRADES,
    elements,
)
from tanpan.direct import DirectTraded
from tanpan.messages import name_of
from tanpan.personal import shown
from tanpan.views import INT, JSON, TEXT, Change, Row, View, column

# --- versions of what was agreed ----------------------------------------------------------------------


def _version(change: Change) -> Iterable[Row]:
    event: Any = change.event
    first = isinstance(event, ContractFiled)
    told = {key: value for key, value in elements(event.agreed).items() if key != "rows"}
    yield {
        **told,
        "contract": event.contract,
        "version": 1 if first else event.version,
        "what": "filing" if first else event.what,
        "application": event.application,
        "at_us": change.record.at,
        "texts": event.agreed.texts,
    }


_NOT_ELEMENTS: Final = (
    "rows",
    "application",
    "version",
    "contract",
    "stage",
    "state",
    "due",
    "mobile",
    "told_on",
)
_ELEMENTS: Final = tuple(
    one
    for one in CONTRACTS.columns
    if one.name not in _NOT_ELEMENTS
    and not one.name.startswith(("pledged_", "margin_", "frozen_"))
    and not one.name.endswith("_us")
)

VERSIONS: Final = View(
    "sh_repo.versions",
    "合同版本",
    "versions of contracts",
    (
        CONTRACT_NO,
        column("version", INT, "版本", "version"),
        column("what", TEXT, "变更事由", "what changed it"),
        column("application", INT, "申请编号", "application"),
        AT,
        *_ELEMENTS,
        column("texts", JSON, "其他约定", "other clauses"),
    ),
    ("contract", "version"),
    {ContractFiled: _version, TermsChanged: _version},
    own=BOTH,
    between=True,
    readers=READERS,
    doc="What the parties agreed, version by version: as filed, and after each early or deferred repurchase or amendment.",
)

# --- every step, every entry --------------------------------------------------------------------------


def _step(change: Change) -> Iterable[Row]:
    event: Any = change.event
    traded = isinstance(event, DirectTraded)
    if traded and event.method != REPO:
        return
    # In the repurchase the initial seller buys.
    back = traded and any(isinstance(one, RepurchaseCompleted) for one in change.record.events)
    whose = (event.buyer, event.seller) if back else (event.seller, event.buyer)
    place = next(index for index, one in enumerate(change.record.events) if one is event)
    yield {
        "contract": event.reference if traded else event.contract,
        "seq": change.record.seq,
        "event": place,
        "at_us": change.record.at,
        "seller": whose[0],
        "buyer": whose[1],
        "step": name_of(type(event)),
        "actor": change.record.actor,
        "reason": getattr(event, "reason", ""),
        "moved": [
            {"holder": holder, "asset": asset, "phase": phase, "amount": amount}
            for holder, asset, phase, amount in change.postings
        ],
    }


STEPS: Final = View(
    "sh_repo.steps",
    "合同经过",
    "steps of contracts",
    (
        CONTRACT_NO,
        column("seq", INT, "记录序号", "record"),
        column("event", INT, "事件", "event"),
        AT,
        SELLER_NO,
        BUYER_NO,
        column("step", TEXT, "环节", "step"),
        column("actor", TEXT, "经办人", "actor"),
        column("reason", TEXT, "理由", "reason"),
        column("moved", JSON, "余额变动（分或吨）", "moved (fen or tonnes)"),
    ),
    ("contract", "seq", "event"),
    dict.fromkeys((*OF_CONTRACTS, DirectTraded), _step),
    own=BOTH,
    between=True,
    readers=READERS,
    doc="Everything that happened to each contract, by whom, and what it moved in the ledger.",
)


def _entry(change: Change) -> Iterable[Row]:
    event: Any = change.event
    yield {
        "entry": event.entry,
        "contract": event.contract,
        "seller": event.seller,
        "buyer": event.buyer,
        "at_us": change.record.at,
        "what": getattr(event, "what", "") or name_of(type(event)).partition(".")[2],
        "by": event.by,
        "text": getattr(event, "text", "") or "; ".join(f"{k}: {shown(v)}" for k, v in event.contact.items()),
        "channels": [{"channel": name, "at_us": at} for name, at in getattr(event, "channels", ())],
        "delivered_us": getattr(event, "delivered_us", 0),
        "due_us": getattr(event, "due_us", 0),
        "about": getattr(event, "about", 0),
        "reminded_us": 0,
    }


def _reminded(change: Change) -> Iterable[Row]:
    row = change.get((change.event.about,))
    if row is not None:
        yield {**row, "reminded_us": change.record.at}


CORRESPONDENCE: Final = View(
    "sh_repo.correspondence",
    "通知与往来",
    "notices and correspondence",
    (
        column("entry", INT, "编号", "entry"),
        CONTRACT_NO,
        SELLER_NO,
        BUYER_NO,
        AT,
        column("what", TEXT, "事项", "what"),
        column("by", TEXT, "发出方", "by"),
        column("text", TEXT, "内容", "text"),
        column("channels", JSON, "通知方式", "channels"),
        column("delivered_us", INT, "视为送达时间", "deemed delivered at"),
        column("due_us", INT, "通知期限", "notice due by"),
        column("about", INT, "对应编号", "about entry"),
        column("reminded_us", INT, "逾期提醒时间", "reminded at"),
    ),
    ("entry",),
    {
        **dict.fromkeys(
            (
                NoticeGiven,
                ContactChanged,
                InformationAsked,
                InformationHandedOver,
                DocumentChanged,
                CaseReported,
            ),
            _entry,
        ),
        ReminderDue: _reminded,
    },
    indexes=(("contract", "entry"), ("seller", "entry"), ("buyer", "entry")),
    own=BOTH,
    between=True,
    readers=READERS,
    doc="What the sides told each other and the exchange, and when a notice counts as delivered.",
)

VIEWS: Final = (CONTRACTS, TRADES, MEASURES, VERSIONS, STEPS, CORRESPONDENCE)
