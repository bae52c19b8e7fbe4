"""Standings: what a participant is for repos, who is qualified as initial buyer, and whose repos are suspended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import msgspec

from sh_repo.rulebook import MARKET
from tanpan.closing import AccountClosed
from tanpan.component import Component, decides, evolves, follows
from tanpan.messages import CLOCK, OPERATOR, REGULATOR, STAFF, Command, Event
from tanpan.oversight import MeasureLifted, MeasureTaken
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.views import INT, TEXT, Change, Row, View, column

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

MANAGED_UNIT: Final = "managed_unit"
SENIOR: Final = "senior"
REDUCTION_PARTY: Final = "reduction_party"
STANDINGS: Final = {
    MANAGED_UNIT: ("上海市纳管单位", "unit under Shanghai's allowance management"),
    SENIOR: ("高级交易主体", "senior trading entity"),
    REDUCTION_PARTY: ("碳普惠减排项目申请主体或权益方", "applicant or holder of reductions open to all"),
}
SUSPEND_REPO: Final = "suspend_repo"
QUALIFICATION: Final = "sh_repo.qualification"
"""The lock on an account's qualification, for good once it is granted."""
HANDLING: Final = "handling"
CHECKING: Final = "checking"


class RecordStanding(Command, frozen=True, tag="sh_repo.record_standing"):
    """Record what a participant is for repos, with what shows it."""

    zh: ClassVar = "登记主体身份"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    four_eyes: ClassVar = True
    account: str
    standing: Annotated[str, msgspec.Meta(examples=[MANAGED_UNIT])]
    evidence: Annotated[str, msgspec.Meta(examples=["2025年度纳管单位名单"])]


class WithdrawStanding(Command, frozen=True, tag="sh_repo.withdraw_standing"):
    """Withdraw a participant's standing; what it has contracted stays."""

    zh: ClassVar = "撤销主体身份"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    four_eyes: ClassVar = True
    account: str
    standing: Annotated[str, msgspec.Meta(examples=[MANAGED_UNIT])]
    reason: str


class GrantQualification(Command, frozen=True, tag="sh_repo.grant_qualification"):
    """Qualify an initial buyer for repos; comes about by its application's effect, from nobody else."""

    zh: ClassVar = "开通回购交易业务资格"
    roles: ClassVar = (CLOCK,)
    application: Annotated[int, msgspec.Meta(examples=[1])]


class StandingRecorded(Event, frozen=True, tag="sh_repo.standing_recorded"):
    """A participant has a standing."""

    account: str
    standing: str
    evidence: str


class StandingWithdrawn(Event, frozen=True, tag="sh_repo.standing_withdrawn"):
    """A participant has a standing no more."""

    account: str
    standing: str
    reason: str


class QualificationGranted(Event, frozen=True, tag="sh_repo.qualification_granted"):
    """A participant is qualified as initial buyer; who handled and who checked its application."""

    account: str
    application: int
    handler: str
    reviewer: str


class Standings(Component):
    """Who may take part in repos, and as what."""

    name = "sh_repo.standings"

    def reset(self) -> None:
        self.by_account: dict[str, list[str]] = {}
        self.qualifications: dict[str, int] = {}
        """The application by which each account was qualified."""
        self.suspended: dict[int, str] = {}
        """Whose repos are suspended, by the number of the measure."""

    # --- what others ask ---------------------------------------------------------------------------

    def of(self, account: str) -> list[str]:
        """The standings of an account."""
        return self.by_account.get(account, [])

    def managed(self, account: str) -> bool:
        """Whether an account is a managed unit's."""
        return MANAGED_UNIT in self.of(account)

    def eligible(self, account: str, reduction_only: bool) -> None:
        """Refuse who may not take part in repos, or in none but of reductions (REPO-4.1-a, REPO-4.1-b)."""
        standings = self.of(account)
        if MANAGED_UNIT in standings or SENIOR in standings or (reduction_only and standings):
            return
        clause = "REPO-4.1-b" if standings else "REPO-4.1-a"
        raise Refusal("REPO_PARTICIPANT_NOT_ELIGIBLE", clause, account=account)

    def qualified(self, account: str) -> None:
        """Refuse an initial buyer that is not qualified (REPO-4.1-c)."""
        if account not in self.qualifications:
            raise Refusal("REPO_QUALIFICATION_MISSING", "REPO-4.1-c", account=account)

    def may_repo(self, account: str) -> None:
        """Refuse whose repos are suspended by a measure (REPO-A4-2)."""
        if account in self.suspended.values():
            raise Refusal("ACCOUNT_RESTRICTED", "REPO-A4-2", account=account, scope="repo")

    # --- decisions ---------------------------------------------------------------------------------

    @decides(RecordStanding)
    def _record(self, actor: Actor, command: RecordStanding) -> None:
        account = self.exchange.parties.active(command.account).number
        self._known(command.standing)
        if not command.evidence.strip():
            raise Refusal("FIELD_MISSING", "REPO-4.1-a", field="evidence")
        if command.standing in self.of(account):
            raise Refusal("BAD_STATE", "REPO-4.1-a", account=account, state=command.standing)
        self.emit(StandingRecorded(account, command.standing, command.evidence.strip()))

    @decides(WithdrawStanding)
    def _withdraw(self, actor: Actor, command: WithdrawStanding) -> None:
        account = self.exchange.parties.account(command.account).number
        self._known(command.standing)
        if not command.reason.strip():
            raise Refusal("FIELD_MISSING", "REPO-4.1-a", field="reason")
        if command.standing not in self.of(account):
            raise Refusal("BAD_STATE", "REPO-4.1-a", account=account, state=f"not {command.standing}")
        self.emit(StandingWithdrawn(account, command.standing, command.reason.strip()))

    def _known(self, standing: str) -> None:
        if standing not in STANDINGS:
            raise Refusal("UNKNOWN_STANDING", "REPO-4.1-a", value=standing, known=list(STANDINGS))

    @decides(GrantQualification)
    def _grant(self, actor: Actor, command: GrantQualification) -> None:
        application = self.exchange.applications.of(command.application)
        if application.account in self.qualifications:
            raise Refusal("ALREADY_QUALIFIED", "REPO-4.1-c", account=application.account)
        reviewers = application.reviewers
        who = (reviewers.get(HANDLING, ""), reviewers.get(CHECKING, ""))
        self.emit(QualificationGranted(application.account, application.number, *who))

    # --- evolution ---------------------------------------------------------------------------------

    @evolves(StandingRecorded)
    def _recorded(self, event: StandingRecorded) -> None:
        self.by_account.setdefault(event.account, []).append(event.standing)

    @evolves(StandingWithdrawn)
    def _withdrawn(self, event: StandingWithdrawn) -> None:
        self.by_account[event.account].remove(event.standing)

    @evolves(QualificationGranted)
    def _granted(self, event: QualificationGranted) -> None:
        self.qualifications[event.account] = event.application

    @follows(MeasureTaken)
    def _measure_taken(self, event: MeasureTaken) -> None:
        if event.market == MARKET and event.measure == SUSPEND_REPO:
            self.suspended[event.measure_no] = event.account

    @follows(MeasureLifted)
    def _measure_lifted(self, event: MeasureLifted) -> None:
        self.suspended.pop(event.measure_no, None)

    @follows(AccountClosed)
    def _closed(self, event: AccountClosed) -> None:
        self.by_account.pop(event.account, None)
        if self.qualifications.pop(event.account, 0):
            self.exchange.applications.free(QUALIFICATION, event.account)

    def dump(self) -> Any:
        return [self.by_account, self.qualifications, list(self.suspended.items())]

    def load(self, data: Any) -> None:
        self.by_account, self.qualifications = data[0], data[1]
        self.suspended = dict(data[2])


def standings_of(exchange: Exchange) -> Standings:
    """The standings of an exchange that runs this pack."""
    found = exchange.components[Standings.name]
    assert isinstance(found, Standings)
    return found


# --- what is told ----------------------------------------------------------------------------------


def _told(change: Change) -> Iterable[Row]:
    event: StandingRecorded = change.event
    row = {"account": event.account, "standing": event.standing, "evidence": event.evidence}
    yield {**row, "since_us": change.record.at, "until_us": 0, "reason": ""}


def _told_withdrawn(change: Change) -> Iterable[Row]:
    event: StandingWithdrawn = change.event
    row = change.get((event.account, event.standing))
    if row is not None:
        yield {**row, "until_us": change.record.at, "reason": event.reason}


STANDING_ROWS: Final = View(
    "sh_repo.standings",
    "回购交易主体身份",
    "standings for repos",
    (
        column("account", TEXT, "交易账号", "trading account"),
        column("standing", TEXT, "主体身份", "standing"),
        column("evidence", TEXT, "依据", "what shows it"),
        column("since_us", INT, "登记时间", "recorded at"),
        column("until_us", INT, "撤销时间（0为有效）", "withdrawn at (0: it stands)"),
        column("reason", TEXT, "撤销原因", "reason of the withdrawal"),
    ),
    ("account", "standing"),
    {StandingRecorded: _told, StandingWithdrawn: _told_withdrawn},
    readers=(OPERATOR, STAFF, REGULATOR),
    doc="What each participant is for repos, with what shows it.",
)


def _told_granted(change: Change) -> Iterable[Row]:
    event: QualificationGranted = change.event
    names = ("account", "application", "handler", "reviewer")
    yield {name: getattr(event, name) for name in names} | {"granted_us": change.record.at}


QUALIFICATION_ROWS: Final = View(
    "sh_repo.qualifications",
    "回购交易业务资格",
    "qualifications for repos",
    (
        column("account", TEXT, "交易账号", "trading account"),
        column("application", INT, "申请编号", "application"),
        column("handler", TEXT, "经办人", "handler"),
        column("reviewer", TEXT, "复核人", "reviewer"),
        column("granted_us", INT, "开通时间", "granted at"),
    ),
    ("account",),
    {QualificationGranted: _told_granted},
    readers=(OPERATOR, STAFF, REGULATOR),
    doc="Who is qualified as initial buyer, with the persons who handled and checked.",
)
