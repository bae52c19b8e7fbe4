"""Filing a repo (4.2.1): both parties' joint application, its papers, two reviews, and the contract it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import msgspec

from sh_repo import filed, signed
from sh_repo.agreement import FORM, SIDE_NAMES, agreed_from
from sh_repo.contract import BUYER, SELLER, SIDES, number_of
from sh_repo.events import ContractEnded, ContractFiled, InitialExpired, RepurchaseCompleted
from sh_repo.standings import CHECKING, HANDLING
from tanpan.application_events import (
    ApplicationExpired,
    ApplicationFailed,
    ApplicationRejected,
    ApplicationSubmitted,
    ApplicationTakenBack,
    ApplicationTookEffect,
    ApplicationWithdrawn,
)
from tanpan.component import Component, decides, follows
from tanpan.deadlines import end_of
from tanpan.kinds import (
    APPROVAL,
    CALENDAR_DAYS,
    IN_REVIEW,
    RETURNED,
    Check,
    Condition,
    Content,
    Deadline,
    Kind,
    Lock,
    Material,
    Paper,
    Party,
    Review,
)
from tanpan.messages import CLOCK, OPERATOR, Command
from tanpan.parties import Actor
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange


class FileContract(Command, frozen=True, tag="sh_repo.file_contract"):
    """File the contract of an approved application; comes about by its effect, from nobody else."""

    zh: ClassVar = "登记回购合同"
    roles: ClassVar = (CLOCK,)
    application: Annotated[int, msgspec.Meta(examples=[1])]


class Filings(Component):
    """Which agreement of which seller has led to a contract that is not closed."""

    name = "sh_repo.filings"

    def reset(self) -> None:
        self.contracts: dict[str, str] = {}
        """The contract of each agreement's key."""
        self.keys: dict[str, str] = {}
        self.filed_for: dict[int, tuple[str, str]] = {}
        """The initial day that each submitted filing names, and the day since which it does."""

    def fresh(self, key: str) -> None:
        """Refuse an agreement that has led to a contract already."""
        if key in self.contracts:
            raise Refusal("DUPLICATE_APPLICATION", "REPO-A3-1", contract=self.contracts[key])

    @decides(FileContract)
    def _file(self, actor: Actor, command: FileContract) -> None:
        application = self.exchange.applications.of(command.application)
        agreed = agreed_from(application.content, application.parties)
        number = number_of(application.number)
        self.emit(ContractFiled(number, application.number, agreed.seller, agreed.buyer, agreed))

    @follows(ContractFiled)
    def _filed(self, event: ContractFiled) -> None:
        key = agreement_key(event.seller, event.agreed.agreement_no)
        self.contracts[key] = event.contract
        self.keys[event.contract] = key

    @follows(InitialExpired)
    def _expired(self, event: InitialExpired) -> None:
        self._closed(event.contract)

    @follows(RepurchaseCompleted)
    def _repurchased(self, event: RepurchaseCompleted) -> None:
        self._closed(event.contract)

    @follows(ContractEnded)
    def _ended(self, event: ContractEnded) -> None:
        self._closed(event.contract)

    def _closed(self, contract: str) -> None:
        self.contracts.pop(self.keys.pop(contract, ""), None)

    @follows(ApplicationSubmitted)
    def _submitted(self, event: ApplicationSubmitted) -> None:
        if event.kind == FILING.name:
            said = self.exchange.applications.live[event.application].content["initial_day"]
            if self.filed_for.get(event.application, ("", ""))[0] != said:
                self.filed_for[event.application] = said, self.exchange.today().isoformat()

    @follows(ApplicationTakenBack)
    @follows(ApplicationTookEffect)
    @follows(ApplicationFailed)
    @follows(ApplicationRejected)
    @follows(ApplicationWithdrawn)
    @follows(ApplicationExpired)
    def _over(self, event: Any) -> None:
        self.filed_for.pop(event.application, None)

    def dump(self) -> Any:
        return [self.keys, list(self.filed_for.items())]

    def load(self, data: Any) -> None:
        self.keys = data[0]
        self.filed_for = {number: (named, since) for number, (named, since) in data[1]}
        self.contracts = {key: contract for contract, key in self.keys.items()}


def agreement_key(seller: str, agreement_no: str) -> str:
    """What tells one agreement from another: a number is its seller's own."""
    return f"{seller} {agreement_no}"


def _its_agreement(exchange: Exchange, application: Application) -> str:
    return agreement_key(application.account, application.content.get("agreement_no", ""))


def check_fresh(exchange: Exchange, application: Application, content: Content) -> None:
    """An agreement leads to one contract at a time (REPO-A3-1)."""
    filings = exchange.components[Filings.name]
    assert isinstance(filings, Filings)
    filings.fresh(agreement_key(application.account, content["agreement_no"]))


# --- what must still hold before approval --------------------------------------------------------------------


def _still(check: Check, exchange: Exchange, application: Application) -> Refusal | None:
    try:
        check(exchange, application, application.content)
    except Refusal as refusal:
        return refusal
    return None


def _condition(name: str, zh: str, en: str, check: Check) -> Condition:
    return Condition(name, zh, en, APPROVAL, partial(_still, check))


CONDITIONS: Final = (
    _condition("manual", "手册仍为现行版本", "the manual is still in force", filed.check_manual),
    _condition("parties", "主体与账户一致", "the parties are their accounts' holders", filed.check_parties),
    _condition("underlying", "标的仍可交易", "the underlying is still traded", filed.check_underlying),
    _condition("who", "双方仍具备资格", "both parties are still eligible", filed.check_who),
    _condition("days", "两个交易日仍开市", "both days still trade", filed.check_trading_days),
    _condition("cutoff", "仍早于清缴截止日", "still in time for the surrender", filed.check_cutoff),
    _condition("disclosure", "揭示书仍为最新", "the disclosure is still the latest", signed.check_disclosure),
    _condition("authority", "授权仍有效", "the powers of attorney are in force", signed.check_authority),
    _condition("fee", "手续费标准已设定", "the repo fee is set", filed.check_fee),
)


def end_of_initial_day(exchange: Exchange, application: Application) -> int:
    """The end of the day on which the initial trade would have been made."""
    day = date.fromisoformat(application.content["initial_day"])
    return end_of(exchange.calendar, day, 0, CALENDAR_DAYS)


def file_contract(exchange: Exchange, application: Application) -> Sequence[Command]:
    """The contract itself."""
    return (FileContract(application.number),)


def _of_both(name: str, zh: str, en: str) -> Material:
    return Material(name, zh, en, both_stamped=True)


def _of_each(name: str, zh: str, en: str, *, hand_signed: bool = False) -> Material:
    return Material(name, zh, en, parties=SIDES, stamped=True, hand_signed=hand_signed)


MATERIALS: Final = (
    _of_both("application_form", "《上海碳市场回购交易业务申请表》", "application form"),
    _of_both("repo_agreement", "《上海碳市场回购交易协议》", "repo agreement"),
    _of_each("risk_disclosure", "《风险揭示书》", "risk disclosure", hand_signed=True),
    _of_each("power_of_attorney", "《授权委托书》", "power of attorney"),
    _of_each("licence_copy", "营业执照（副本）复印件", "copy of the business licence"),
    _of_each("legal_person_id_copy", "法人身份证复印件", "copy of the legal representative's identity card"),
    _of_each("handler_id_copy", "被授权经办人身份证复印件", "copy of the authorised handler's identity card"),
)

_A5: Final = ("agent", "agent_id_kind", "agent_identity", "handler_identity")
_A5_TERM: Final = ("authority_from", "authority_until")
_A6_28: Final = ("contact", "phone", "mail", "fax", "post")


def _missing() -> dict[str, str]:
    """The clause behind each field that is missing; the ten elements by default."""
    clauses = {"FIELD_MISSING": "REPO-A6-6-15", "FIELD_MISSING monitoring_formula": "REPO-A6-1.17-b"}
    clauses |= {"FIELD_MISSING agreement_no": "REPO-A3-1"}
    clauses |= {f"FIELD_MISSING {name}": "REPO-A3-5" for name in ("freezes", "freeze_ratio")}
    clauses |= {"FIELD_MISSING seller_managed": "REPO-A3-3", "FIELD_MISSING margin": "REPO-A3-6"}
    clauses |= {"FIELD_MISSING manual": "REPO-5-c", "FIELD_MISSING for_surrender": "REPO-A6-12"}
    clauses |= {"FIELD_MISSING monitored": "REPO-A6-20", "FIELD_MISSING parties": "REPO-A6-P"}
    for side, annex in ((SELLER, "REPO-A3-3"), (BUYER, "REPO-A3-2")):
        clauses[f"FIELD_MISSING {side}_name"] = annex
        clauses |= {f"FIELD_MISSING {side}_{n}": "REPO-A6-P" for n in ("legal_representative", "domicile")}
        clauses |= {f"FIELD_MISSING {side}_{name}": "REPO-A6-28.1" for name in _A6_28}
        clauses |= {f"FIELD_MISSING {side}_{name}": "REPO-A5-1" for name in (*_A5, *_A5_TERM)}
    return clauses


FILING: Final = Kind(
    "sh_repo.filing",
    "回购初始交易申请",
    "filing of a repo's initial trade",
    form=FORM,
    applicants=(OPERATOR,),
    permission="trade",
    parties=tuple(Party(side, *SIDE_NAMES[side]) for side in SIDES),
    unsigned="JOINT_APPLICATION_REQUIRED",
    materials=MATERIALS,
    reviews=(
        Review(HANDLING, "经办", "handling", permission="market"),
        Review(CHECKING, "复核", "checking", permission="market"),
    ),
    paper=Paper(sets=1, permission="market"),
    deadlines=(
        Deadline("initial_day_in_review", state=IN_REVIEW, moment=end_of_initial_day),
        Deadline("initial_day_returned", state=RETURNED, moment=end_of_initial_day),
    ),
    conditions=CONDITIONS,
    locks=(Lock("sh_repo.agreement", of=_its_agreement),),
    checks=(*filed.CHECKS, check_fresh),
    consequence=file_contract,
    most_live=100,
    clauses={
        **_missing(),
        **dict.fromkeys(
            ("DOC_MISSING", "NOT_STAMPED", "SINGLE_STAMP_ONLY", "PAPER_NOT_RECEIVED", "UNKNOWN_DOCUMENT"),
            "REPO-A1-2",
        ),
        **dict.fromkeys(("BAD_NAME", "BAD_PHONE", "BAD_EMAIL", "BAD_ADDRESS"), "REPO-A6-28.1"),
        "SIGNATURE_MISSING": "REPO-A4-7",
        "BAD_IDENTITY_NUMBER": "REPO-A5-1",
        "BAD_RATIO": "REPO-A6-21",
        "JOINT_APPLICATION_REQUIRED": "REPO-A6-16",
        "DUPLICATE_APPLICATION": "REPO-A3-1",
        "BAD_FIELD parties": "REPO-A6-P",
        "BAD_FIELD": "REPO-A6-6-15",
        "UNKNOWN_INSTRUMENT": "REPO-A6-1.4",
        "NOT_LISTED": "REPO-A6-1.4",
        "DEADLINE_PASSED": "REPO-4.2.1-b",
        "MAKER_CHECKER_SAME": "REPO-4.2.1-a",
        "REVIEW_ORDER": "REPO-4.2.1-a",
        "PERMISSION_DENIED": "REPO-A6-35",
    },
)
