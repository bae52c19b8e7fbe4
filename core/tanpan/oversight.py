"""Oversight: halts, measures against accounts, cases, notices. Every act says why and is announced or reported."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from tanpan.component import Component, decides, evolves, fires
from tanpan.ledger import Account
from tanpan.messages import STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Refusal


class Suspend(Command, frozen=True, tag="core.suspend"):
    """Suspend trading of some instruments, or of the whole market when none is named."""

    zh: ClassVar = "暂停交易"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    urgent: ClassVar = True
    market: str
    cause: str = ""
    notice: str = ""
    report: str = ""
    instruments: list[str] = msgspec.field(default_factory=list)


class Resume(Command, frozen=True, tag="core.resume"):
    """Resume what was suspended, once the cause is gone."""

    zh: ClassVar = "恢复交易"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    market: str
    notice: str = ""
    report: str = ""
    instruments: list[str] = msgspec.field(default_factory=list)


class PublishNotice(Command, frozen=True, tag="core.publish_notice"):
    """Publish a notice."""

    zh: ClassVar = "发布公告"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    market: str
    title: str
    text: str


class OpenCase(Command, frozen=True, tag="core.open_case"):
    """Open a case about an account's behaviour, with the reference of the report to the authority."""

    zh: ClassVar = "立案"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    account: str
    behaviour: str
    report: str


class TakeMeasure(Command, frozen=True, tag="core.take_measure"):
    """Take a measure against an account: the market's rules say which there are and what each restricts.

    `until_us` (UTC microseconds, 0: until lifted) is when it ends by itself.
    """

    zh: ClassVar = "采取处理措施"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    urgent: ClassVar = True
    market: str
    account: str
    measure: str
    reason: str
    case: int = 0
    until_us: int = 0


class LiftMeasure(Command, frozen=True, tag="core.lift_measure"):
    """Lift a measure."""

    zh: ClassVar = "解除处理措施"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    measure_no: int
    reason: str


class Suspended(Event, frozen=True, tag="core.suspended"):
    """Trading was suspended, announced and reported."""

    market: str
    instruments: list[str]
    cause: str
    notice: str
    report: str


class Resumed(Event, frozen=True, tag="core.resumed"):
    """Trading was resumed, announced and reported."""

    market: str
    instruments: list[str]
    notice: str
    report: str


class NoticePublished(Event, frozen=True, tag="core.notice_published"):
    """A notice was published."""

    market: str
    title: str
    text: str


class CaseOpened(Event, frozen=True, tag="core.case_opened"):
    """A case was opened."""

    case: int
    account: str
    behaviour: str
    report: str


class MeasureTaken(Event, frozen=True, tag="core.measure_taken"):
    """A measure was taken; `restricts` is what the account can't do while it stands."""

    measure_no: int
    market: str
    account: str
    measure: str
    restricts: str
    reason: str
    case: int
    until_us: int


class MeasureLifted(Event, frozen=True, tag="core.measure_lifted"):
    """A measure ended, lifted or by its term."""

    measure_no: int
    reason: str


class Measure(msgspec.Struct):
    """A measure in force."""

    number: int
    account: str
    restricts: str
    timer: int = 0


class Oversight(Component):
    """Halts, cases and measures in force."""

    name = "oversight"

    def reset(self) -> None:
        self.next_measure = 1
        self.cases: dict[int, str] = {}
        self.measures: dict[int, Measure] = {}

    # --- decisions -------------------------------------------------------------------------------

    @decides(Suspend)
    def _suspend(self, actor: Actor, command: Suspend) -> None:
        day = self.exchange.days.of(command.market)
        self._all_of_market(command.market, command.instruments)
        causes = day.terms_on(self.exchange.today()).suspension_causes or [command.cause]
        if not command.cause or command.cause not in causes or not command.notice or not command.report:
            raise Refusal("NOTICE_REQUIRED", cause=command.cause or "-", causes=causes)
        self._in_state(command.market, command.instruments, suspended=False)
        self.emit(
            Suspended(command.market, command.instruments, command.cause, command.notice, command.report)
        )

    @decides(Resume)
    def _resume(self, actor: Actor, command: Resume) -> None:
        self.exchange.days.of(command.market)
        self._all_of_market(command.market, command.instruments)
        if not command.notice or not command.report:
            raise Refusal("NOTICE_REQUIRED")
        self._in_state(command.market, command.instruments, suspended=True)
        self.emit(Resumed(command.market, command.instruments, command.notice, command.report))

    def _all_of_market(self, market: str, codes: list[str]) -> None:
        for code in codes:
            if self.exchange.instruments.known(code).market != market:
                raise Refusal("UNKNOWN_INSTRUMENT", instrument=code, market=market)

    def _in_state(self, market: str, codes: list[str], *, suspended: bool) -> None:
        if not codes and self.exchange.days.of(market).halted is not suspended:
            raise Refusal("BAD_STATE", market=market, suspended=not suspended)
        for code in codes:
            if self.exchange.instruments.known(code).halted is not suspended:
                raise Refusal("BAD_STATE", instrument=code, suspended=not suspended)

    @decides(PublishNotice)
    def _publish(self, actor: Actor, command: PublishNotice) -> None:
        self.exchange.days.of(command.market)
        if not command.title or not command.text:
            raise Refusal("FIELD_MISSING", field="title" if not command.title else "text")
        self.emit(NoticePublished(command.market, command.title, command.text))

    @decides(OpenCase)
    def _open_case(self, actor: Actor, command: OpenCase) -> None:
        account = self.exchange.parties.account(command.account)
        for field in ("behaviour", "report"):
            if not getattr(command, field):
                raise Refusal("FIELD_MISSING", field=field)
        self.emit(CaseOpened(len(self.cases) + 1, account.number, command.behaviour, command.report))

    @decides(TakeMeasure)
    def _take(self, actor: Actor, command: TakeMeasure) -> None:
        account = self.exchange.parties.account(command.account)
        day = self.exchange.days.of(command.market)
        known = {row[0]: row for row in day.terms_on(self.exchange.today()).measures}
        if command.measure not in known:
            raise Refusal("UNKNOWN_MEASURE", measure=command.measure, measures=list(known))
        _, restricts, needs_case = known[command.measure]
        if not command.reason:
            raise Refusal("FIELD_MISSING", field="reason")
        if command.case and self.cases.get(command.case) != account.number:
            raise Refusal("UNKNOWN_CASE", case=command.case, account=account.number)
        if needs_case and not command.case:
            raise Refusal("CASE_REQUIRED", measure=command.measure)
        if command.until_us and command.until_us <= self.exchange.now:
            raise Refusal("BAD_FIELD", field="until_us", value=command.until_us)
        self.emit(
            MeasureTaken(
                self.next_measure,
                command.market,
                account.number,
                command.measure,
                restricts,
                command.reason,
                command.case,
                command.until_us,
            )
        )
        if restricts == "public":
            self.emit(NoticePublished(command.market, command.measure, f"{account.name}: {command.reason}"))
        if account.no_trade:
            # What a restricted account had declared can't be traded with either: it is withdrawn and released.
            self.exchange.listings.withdraw_all(account)
            self.exchange.blocks.withdraw_all(account)

    @decides(LiftMeasure)
    def _lift(self, actor: Actor, command: LiftMeasure) -> None:
        if command.measure_no not in self.measures:
            code = "BAD_STATE" if 0 < command.measure_no < self.next_measure else "UNKNOWN_MEASURE"
            raise Refusal(code, measure_no=command.measure_no)
        if not command.reason:
            raise Refusal("FIELD_MISSING", field="reason")
        self.emit(MeasureLifted(command.measure_no, command.reason))

    @fires("measure_ends")
    def _ends(self, number: int) -> None:
        self.emit(MeasureLifted(number, "term"))

    # --- evolution -------------------------------------------------------------------------------

    def _halt(self, market: str, codes: list[str], halted: bool) -> None:
        day = self.exchange.days.by_market[market]
        if not codes:
            day.halted = halted
        for code in codes:
            self.exchange.instruments.by_code[code].halted = halted
        day.some_halted = any(one.halted for one in self.exchange.instruments.of_market(market))
        day.refresh()

    @evolves(Suspended)
    def _suspended(self, event: Suspended) -> None:
        self._halt(event.market, event.instruments, True)

    @evolves(Resumed)
    def _resumed(self, event: Resumed) -> None:
        self._halt(event.market, event.instruments, False)

    @evolves(NoticePublished)
    def _published(self, event: NoticePublished) -> None:
        """Nothing changes: notices live in their view."""

    @evolves(CaseOpened)
    def _case_opened(self, event: CaseOpened) -> None:
        self.cases[event.case] = event.account

    @evolves(MeasureTaken)
    def _taken(self, event: MeasureTaken) -> None:
        timer = 0
        if event.until_us:
            timer = self.exchange.timers.schedule(event.until_us, "measure_ends", event.measure_no)
        self.measures[event.measure_no] = Measure(event.measure_no, event.account, event.restricts, timer)
        self.next_measure = event.measure_no + 1
        _restrict(self.exchange.ledger.accounts[event.account], event.restricts, 1)

    @evolves(MeasureLifted)
    def _lifted(self, event: MeasureLifted) -> None:
        measure = self.measures.pop(event.measure_no)
        if measure.timer:
            self.exchange.timers.cancel(measure.timer)
        _restrict(self.exchange.ledger.accounts[measure.account], measure.restricts, -1)

    def dump(self) -> Any:
        measures = [msgspec.to_builtins(one) for one in self.measures.values()]
        return [self.next_measure, list(self.cases.items()), measures]

    def load(self, data: Any) -> None:
        self.next_measure = data[0]
        self.cases = dict(data[1])
        self.measures = {one["number"]: msgspec.convert(one, Measure) for one in data[2]}


def _restrict(account: Account, scope: str, by: int) -> None:
    if scope in ("trade", "account"):
        account.no_trade += by
    if scope in ("cash", "account"):
        account.no_cash += by
    if scope in ("units", "account"):
        account.no_units += by
