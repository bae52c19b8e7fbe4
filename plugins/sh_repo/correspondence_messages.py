"""What the parties of a contract tell each other and the exchange: the commands, and the events that keep it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec

from tanpan.messages import OPERATOR, Command, Event
from tanpan.personal import Mail, PostalAddress

Number = Annotated[int, msgspec.Meta(examples=[1])]
ContractNumber = Annotated[str, msgspec.Meta(examples=["HG00000001"])]
Name = Annotated[str, msgspec.Meta(examples=["某某"], extra={"personal": "name"})]
Phone = Annotated[str, msgspec.Meta(examples=["13800138000"], extra={"personal": "phone"})]


class GiveNotice(Command, frozen=True, tag="sh_repo.give_notice"):
    """Record a notice to the other side: by channel (phone, mail, fax, post) the local time at which it was connected,
    sent or posted; `about` names the entry it answers to."""

    zh: ClassVar = "登记通知送达"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: ContractNumber
    account: str
    text: Annotated[str, msgspec.Meta(examples=["请于购回日前备足资金。"])]
    channels: Annotated[dict[str, str], msgspec.Meta(examples=[{"mail": "2026-03-02 10:00"}])]
    about: Annotated[int, msgspec.Meta(examples=[0])] = 0


class ChangeContact(Command, frozen=True, tag="sh_repo.change_contact"):
    """Change how one's side is reached, as told to the other by mail or in writing; what is left out stays."""

    zh: ClassVar = "变更联络方式"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: ContractNumber
    account: str
    told_by: Annotated[str, msgspec.Meta(examples=["mail"])]
    contact: Name = ""
    phone: Phone = ""
    mail: Mail = ""
    fax: Phone = ""
    post: Annotated[PostalAddress, msgspec.Meta(examples=["上海市浦东新区某路1号"])] = ""


class AskInformation(Command, frozen=True, tag="sh_repo.ask_information"):
    """Ask the other side for documents of identity or credit, or for explanations."""

    zh: ClassVar = "要求提供资料或说明"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: ContractNumber
    account: str
    text: Annotated[str, msgspec.Meta(examples=["请提供最近一年的审计报告。"])]


class HandOverInformation(Command, frozen=True, tag="sh_repo.hand_over_information"):
    """Record what was handed over to the other side's request."""

    zh: ClassVar = "登记已提供的资料"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: ContractNumber
    account: str
    about: Number
    text: Annotated[str, msgspec.Meta(examples=["已提供审计报告复印件。"])]


class StateDocumentChange(Command, frozen=True, tag="sh_repo.state_document_change"):
    """State that a document handed over has changed; until the other side is notified a reminder is set."""

    zh: ClassVar = "登记资料变更"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: ContractNumber
    account: str
    text: Annotated[str, msgspec.Meta(examples=["营业执照已换发。"])]
    changed_on: Annotated[date, msgspec.Meta(examples=["2026-03-02"])]


class ReportCase(Command, frozen=True, tag="sh_repo.report_case"):
    """Report a case to the exchange: termination_case, abnormal, default or force_majeure."""

    zh: ClassVar = "向交易所报告情况"
    roles: ClassVar = (OPERATOR,)
    permission: ClassVar = "trade"
    contract: ContractNumber
    account: str
    what: Annotated[str, msgspec.Meta(examples=["abnormal"])]
    text: Annotated[str, msgspec.Meta(examples=["账户被司法冻结。"])]


class NoticeGiven(Event, frozen=True, tag="sh_repo.notice_given"):
    """A side notified the other: by which channels, when (UTC microseconds), and when it counts as delivered.

    `about` is the entry that the notice answers to, 0 for none.
    """

    entry: int
    contract: str
    seller: str
    buyer: str
    by: str
    text: str
    channels: list[tuple[str, int]]
    delivered_us: int
    about: int


class ContactChanged(Event, frozen=True, tag="sh_repo.contact_changed"):
    """A side is reached elsewhere, as it told the other by mail or in writing; tokens where personal."""

    entry: int
    contract: str
    seller: str
    buyer: str
    by: str
    told_by: str
    contact: dict[str, str]


class InformationAsked(Event, frozen=True, tag="sh_repo.information_asked"):
    """A side asked the other for documents or explanations."""

    entry: int
    contract: str
    seller: str
    buyer: str
    by: str
    text: str


class InformationHandedOver(Event, frozen=True, tag="sh_repo.information_handed_over"):
    """A side handed over what it was asked for."""

    entry: int
    contract: str
    seller: str
    buyer: str
    by: str
    text: str
    about: int


class DocumentChanged(Event, frozen=True, tag="sh_repo.document_changed"):
    """A document that a side had handed over changed; the other is to be notified by then (UTC microseconds)."""

    entry: int
    contract: str
    seller: str
    buyer: str
    by: str
    text: str
    changed_on: date
    due_us: int


class ReminderDue(Event, frozen=True, tag="sh_repo.reminder_due"):
    """No notice of a changed document was given in time."""

    contract: str
    seller: str
    buyer: str
    by: str
    about: int


class CaseReported(Event, frozen=True, tag="sh_repo.case_reported"):
    """A side reported to the exchange what the agreement makes it report; the parties settle it themselves."""

    entry: int
    contract: str
    seller: str
    buyer: str
    by: str
    what: str
    text: str
