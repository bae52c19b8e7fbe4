"""Views of participants: their data as they are, the names they have borne, the fees of their accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ccer_national.account_fees import YearlyFeeFellDue, YearlyFeePaid
from ccer_national.binding import RegistryAccountBound
from ccer_national.participants import ParticipantChanged, ParticipantRegistered, participants
from tanpan.messages import OPERATOR, REGISTRY, REGULATOR, STAFF
from tanpan.personal import shown
from tanpan.views import INT, TEXT, Change, Row, View, column

READERS: Final = (OPERATOR, STAFF, REGULATOR, REGISTRY)
PLAIN: Final = ("account", "participant", "credit_code", "account_type", "registry_account", "opened_us")
MASKED: Final = ("legal_representative", "representative", "mobile", "mail", "address", "phone")


def _participant(change: Change) -> Iterable[Row]:
    one = participants(change.exchange).by_account[change.event.account]
    yield {name: getattr(one, name) for name in PLAIN} | {name: shown(getattr(one, name)) for name in MASKED}


PARTICIPANTS: Final = View(
    "ccer_national.participants",
    "交易主体",
    "participants",
    (
        column("account", TEXT, "交易账户", "trading account"),
        column("participant", TEXT, "名称", "name"),
        column("credit_code", TEXT, "统一社会信用代码", "unified social credit code"),
        column("account_type", TEXT, "账户类型", "account type"),
        column("registry_account", TEXT, "已绑定的注册登记账户", "bound registry account"),
        column("opened_us", INT, "开户时间", "opened at"),
        column("legal_representative", TEXT, "法定代表人", "legal representative"),
        column("representative", TEXT, "交易代表", "trading representative"),
        column("mobile", TEXT, "手机号", "mobile number"),
        column("mail", TEXT, "邮箱", "mailbox"),
        column("address", TEXT, "联系地址", "contact address"),
        column("phone", TEXT, "联系电话", "telephone"),
    ),
    ("account",),
    {
        ParticipantRegistered: _participant,
        ParticipantChanged: _participant,
        RegistryAccountBound: _participant,
    },
    readers=READERS,
    doc="Each participant's data as they are now; what is personal is masked.",
)


def _first_name(change: Change) -> Iterable[Row]:
    event: Any = change.event
    yield {
        "account": event.account,
        "since_us": change.record.at,
        "participant": event.participant.participant,
    }


def _new_name(change: Change) -> Iterable[Row]:
    event: Any = change.event
    if "participant" in event.changes:
        yield {
            "account": event.account,
            "since_us": change.record.at,
            "participant": event.changes["participant"],
        }


NAMES: Final = View(
    "ccer_national.names",
    "曾用名称",
    "names borne",
    (
        column("account", TEXT, "交易账户", "trading account"),
        column("since_us", INT, "自", "since"),
        column("participant", TEXT, "名称", "name"),
    ),
    ("account", "since_us"),
    {ParticipantRegistered: _first_name, ParticipantChanged: _new_name},
    readers=READERS,
    doc="Every name a participant has borne, and since when; trades keep the name of their time.",
)


def _row(account: str, fee: str, year: int, fen: int, state: str) -> Row:
    return {"account": account, "fee": fee, "year": year, "amount_fen": fen, "state": state}


def _opening_fee(change: Change) -> Iterable[Row]:
    event: Any = change.event
    fen = event.opening_fee_fen
    yield _row(event.account, "opening", 0, fen, "paid" if fen else "exempt")


def _due(change: Change) -> Iterable[Row]:
    event: Any = change.event
    yield _row(event.account, "yearly", event.year, event.fee_fen, "due" if event.fee_fen else "exempt")


def _paid(change: Change) -> Iterable[Row]:
    event: Any = change.event
    yield _row(event.account, "yearly", event.year, event.amount_fen, "paid")


FEES: Final = View(
    "ccer_national.account_fees",
    "账户费用",
    "fees of accounts",
    (
        column("account", TEXT, "交易账户", "trading account"),
        column("fee", TEXT, "费用", "fee"),
        column("year", INT, "年度（开户费为 0）", "year (0 for the opening fee)"),
        column("amount_fen", INT, "应缴金额", "amount due"),
        column("state", TEXT, "状态", "state"),
    ),
    ("account", "fee", "year"),
    {ParticipantRegistered: _opening_fee, YearlyFeeFellDue: _due, YearlyFeePaid: _paid},
    readers=READERS,
    doc="Opening fee and yearly fees of each account: due, paid or exempt.",
)
