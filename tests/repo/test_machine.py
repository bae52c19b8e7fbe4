"""Random days of many repos: a naive model foretells every step and every balance, and replay equals live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kernel.helpers import FIRST, MOBILE, at, balances
from repo.contract_books import ContractBooks
from repo.houses import SHEA, FileForTests, House, agreed
from repo.naive_repos import CLOSED, NaiveRepos
from repo.samples import tokens
from sh_repo.contract import Case, Row, number_of
from sh_repo.entries import SaidRow
from sh_repo.events import (
    ContractEnded,
    ContractOverdue,
    InitialDeclined,
    InitialExpired,
    InitialRefused,
    InitialWithdrawn,
    MeasuresReleased,
    RepurchaseCompleted,
    RepurchaseDeclined,
    RepurchaseLapsed,
    RepurchaseMoved,
    RepurchaseWithdrawn,
    TermsChanged,
)
from sh_repo.initial import CompleteInitial, ConfirmInitial, DeclineInitial, RefuseInitial, WithdrawInitial
from sh_repo.repurchase import ConfirmRepurchase, DeclineRepurchase, SubmitRepurchase, WithdrawRepurchase
from tanpan.calendar import local
from tanpan.custody import Deposit, TransferIn, TransferOut, Withdraw
from tanpan.filing import (
    AttachMaterial,
    DraftApplication,
    SignApplication,
    SubmitApplication,
    WithdrawApplication,
)
from tanpan.listings import WithdrawListing
from tanpan.messages import AnyRecord, Command, Envelope, name_of
from tanpan.oversight import LiftMeasure, Resume, Suspend, TakeMeasure
from tanpan.packs import DrainPack, EnablePack
from tanpan.refusals import Refusal
from tanpan.reviewing import ApproveApplication, ClaimApplication, ReceivePaper
from tanpan.trading_day import AnnounceClosure, OpenDay

SHORT = settings(
    max_examples=120,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=500, stateful_step_count=100, derandomize=False)

SELLERS, BUYERS = ("Alpha", "Beta"), ("Gamma", "Delta")
PEOPLE = (*SELLERS, *BUYERS)
CODES = ("SHEA", "CCER1")
STEPS: dict[str, Callable[[str, str], Command]] = {
    "withdraw": WithdrawInitial,
    "confirm": lambda number, who: ConfirmInitial(number, who, MOBILE),
    "decline": lambda number, who: DeclineInitial(number, who, "no"),
    "complete": lambda number, who: CompleteInitial(number),
    "refuse": lambda number, who: RefuseInitial(number, "no"),
    "submit_back": SubmitRepurchase,
    "withdraw_back": WithdrawRepurchase,
    "confirm_back": ConfirmRepurchase,
    "decline_back": lambda number, who: DeclineRepurchase(number, who, "no"),
}
BY_THE_EXCHANGE = ("complete", "refuse")
WORDS = Case("双方协商一致", "双方商定", "双方商定的交易日")
PAPERS = {
    "release": {"application_form": 2},
    "early_repurchase": {"application_form": 2},
    "deferred_repurchase": {"application_form": 2},
    "termination": {"termination_statement": 2},
}
pick = st.integers(0, 30)
who = st.sampled_from(PEOPLE)
step = st.sampled_from(("submit", *STEPS))
acts = st.lists(st.tuples(pick, st.integers(0, 9), st.integers(1, 4)), min_size=3)
"""Which contract goes on, in which way, how many steps."""
papers = st.fixed_dictionaries(
    {"abnormal": st.booleans(), "free": st.booleans(), "wait": st.booleans(), "days": st.integers(-1, 3)}
)
terms = st.fixed_dictionaries(
    {
        "seller": st.sampled_from(SELLERS),
        "buyer": st.sampled_from(BUYERS),
        "two": st.booleans(),
        "tonnes": st.integers(1, 9_000),
        "ratio": st.sampled_from((0, 1, 2_000, 3_333, 10_000)),
        "price": st.integers(3_000, 5_000),
        "more": st.integers(-200, 300),
        "margin": st.sampled_from((0, 0, 1, 1_000_000, 45_000_000, 600_000_000)),
        "days": st.tuples(st.integers(0, 1), st.integers(1, 3)),
    }
)
LAST = date(2026, 11, 30)
"""Nothing new begins later, since the next year's calendar is not published."""
early = precondition(lambda machine: machine.today < LAST)
seen: Counter[str] = Counter()


class Repos(RuleBasedStateMachine):
    """Many contracts of four parties in two instruments."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House().parties(SELLERS, BUYERS, cash_fen=0)
        self.naive = NaiveRepos(PEOPLE, CODES)
        self.snapshots: list[tuple[int, bytes]] = []
        self.sent = 0
        self.waiting: list[int] = []
        self.house.traded("SHEA", "SHEA").traded("CCER1", "CCER")

    @property
    def exchange(self) -> Any:
        return self.house.exchange

    @property
    def today(self) -> date:
        day: date = self.exchange.today()
        return day

    @property
    def clock(self) -> str:
        return f"{local(self.exchange.now):%H:%M:%S}"

    def send(self, actor: str, command: Command) -> AnyRecord | None:
        """Send a command and ask everything that holds of every command."""
        exchange = self.exchange
        exchange.advance(exchange.now)
        before, seq = exchange.state_hash(), exchange.seq
        self.sent += 1
        try:
            record: AnyRecord | None = exchange.execute(
                Envelope(f"random {self.sent}", actor, command), exchange.now
            )
        except Refusal as refusal:
            assert refusal.code in self.house.codes
            assert refusal.text("zh", self.house.assembly.reasons)
            assert (exchange.state_hash(), exchange.seq) == (before, seq)
            seen[refusal.code] += 1
            return None
        return record

    def agrees(self) -> None:
        """The model has every balance, every state and every day of the exchange's."""
        found = balances(self.exchange.ledger)
        held = {key: amount for key, amount in found.items() if key[0] in PEOPLE}
        assert held == self.naive.balances()
        assert found.get(("fee_income", "CNY", "contra"), 0) == self.naive.fees_fen
        contracts = self.house.contracts
        for number, row in self.naive.contracts.items():
            assert self.house.state(number) == row["state"], number
            if row["state"] not in CLOSED:
                live = contracts.live[number]
                assert live.secured == (
                    row["secured"] and bool(row["margin"] or sum(r[2] for r in row["rows"]))
                )
                assert row["state"] not in ("outstanding", "repurchase_submitted") or live.due == row["due"]
        assert len(contracts.live) == sum(row["state"] not in CLOSED for row in self.naive.contracts.values())
        self.house.watch.agrees()

    # --- beginning -----------------------------------------------------------------------------------

    @initialize(poor=st.booleans(), ones=st.lists(terms, min_size=3, max_size=8), other=st.integers(0, 9))
    def means(self, poor: bool, ones: list[dict[str, Any]], other: int) -> None:
        """Everyone has something, one buyer little; the first day is open."""
        for account in PEOPLE:
            little = poor and account == "Delta"
            fen = 3_000_000 if little else 500_000_000
            self.exchange.execute(
                Envelope(f"cash {account}", "channel", Deposit(account, fen)), self.exchange.now
            )
            self.naive.cash[account]["available"] += fen
            for code in CODES:
                tonnes = 50_000 if account in SELLERS else 500
                self.send("registry", TransferIn(account, code, tonnes))
                self.naive.units[account, code]["available"] += tonnes
        self.opens(FIRST, "09:30")
        self.agrees()
        self.are_filed(ones, other, 3)

    def to(self, day: date, clock: str) -> None:
        """Let the clock come to an instant; what stands at a close is told by the model."""
        closing = self.naive.open_day
        if closing is not None and (day > closing or clock >= "15:00"):
            following = self.exchange.calendar.trading_day_after(closing)
            self.naive.closes(following)
        self.exchange.advance(at(day, clock))

    def opens(self, day: date, clock: str) -> None:
        self.to(day, "09:05")
        if self.send("admin", OpenDay(SHEA, day)) is not None:
            self.naive.opens(day)
        self.to(day, clock)

    # --- contracts -------------------------------------------------------------------------------------

    def contract(self, number: int) -> str:
        """One of the live contracts, now and then one that is closed or was never there."""
        if number > 28 or not self.naive.contracts:
            return number_of(number)
        live = [one for one, row in self.naive.contracts.items() if row["state"] not in CLOSED]
        known = live if live and number < 27 else list(self.naive.contracts)
        return known[number % len(known)]

    @early
    @rule(ones=st.lists(terms, min_size=1, max_size=4), other=st.integers(0, 9), turns=st.integers(0, 4))
    def are_filed(self, ones: list[dict[str, Any]], other: int, turns: int) -> None:
        """Contracts are filed, and go on as far as their day allows."""
        for one in ones:
            number = self.files(**one)
            if other == 0 or self.naive.is_due(self.naive.contracts[number], self.today):
                self.steps(number, other, turns)

    @early
    @rule(
        ones=st.lists(terms, min_size=1, max_size=3),
        others=st.tuples(st.integers(0, 9), st.integers(0, 9)),
        halt=st.sampled_from(("none", "none", "", *CODES)),
        kind=st.sampled_from(("none", "none", *PAPERS)),
        how=papers,
    )
    def live_to_their_day(
        self, ones: list[dict[str, Any]], others: tuple[int, int], halt: str, kind: str, how: dict[str, Any]
    ) -> None:
        """Contracts are traded, perhaps changed or ended by an application, and come to their repurchase."""
        self.all_is_well_again()
        numbers = [self.files(**{**one, "days": (1, 2)}) for one in ones]
        last = 1 + others[1] % 3
        for day, turns, other in ((1, 3, others[0]), (2, 0, 0), (3, last, others[1]), (4, 2, 0)):
            self.opens(self.exchange.calendar.trading_day_after(self.today), "09:30")
            if day == 2 and kind != "none":
                self.apply(numbers[0], kind, **how)
            if day == 3 and halt != "none":
                self.trading_is_halted(code=halt, resumed=bool(other % 2))
            for number in numbers if turns else ():
                self.steps(number, other, turns)

    def files(
        self,
        seller: str,
        buyer: str,
        two: bool,
        tonnes: int,
        ratio: int,
        price: int,
        more: int,
        margin: int,
        days: tuple[int, int],
    ) -> str:
        calendar, today = self.exchange.calendar, self.today
        begun = self.naive.open_day == today
        first = today if begun and not days[0] else calendar.trading_day_after(today)
        back = calendar.trading_day_after(first, days[1])
        codes = CODES if two else CODES[tonnes % 2 :][:1]
        number = number_of(self.house.filed + 1)
        one = agreed(
            agreement_no=f"R-{self.house.filed + 1}",
            seller=seller,
            buyer=buyer,
            rows=[Row(code, tonnes) for code in codes],
            initial_day=first,
            initial_fen=price,
            repurchase_day=back,
            repurchase_fen=price + more,
            freezes=True,
            ratio_hundredths=ratio,
            margin_fen=margin,
            monitored=bool(tonnes % 3),
            alarm_hundredths=15_000,
            cases={"early": WORDS, "deferred": WORDS},
            release_conditions="双方一致同意",
        )
        self.house.filed += 1
        assert self.send("admin", FileForTests(self.house.filed, one)) is not None
        self.naive.contracts[number] = {
            "seller": seller,
            "buyer": buyer,
            # Whole tonnes of the stated ratio, rounded up.
            "rows": [(code, tonnes, -(-tonnes * ratio // 10_000)) for code in codes],
            "initial_fen": price,
            "back_fen": price + more,
            "margin": margin,
            "initial_day": first,
            "due": back,
            "state": "filed",
            "by": "",
            "frozen": [],
            "secured": False,
        }
        self.agrees()
        return number

    def attempts(self, step: str, number: str, who: str) -> bool:
        """Try a step: it is done if and only if the model allows it, and then does the same."""
        allowed = self.naive.allows(step, number, who, self.today, self.clock)
        if step == "submit":
            known = number in self.house.contracts.live
            command: Command = (
                self.house.submission(number, account=who) if known else ConfirmInitial(number, who, MOBILE)
            )
        else:
            command = STEPS[step](number, who)
        done = self.send("admin" if who == "exchange" else who, command) is not None
        assert done == allowed, (step, number, who, self.naive.contracts.get(number))
        if done:
            self.naive.does(step, number, who)
            seen[step] += 1
        self.agrees()
        return done

    @rule(tries=st.lists(st.tuples(pick, who, step), min_size=4))
    def anyone_tries_anything(self, tries: list[tuple[int, str, str]]) -> None:
        for number, who, step in tries:
            self.attempts(step, self.contract(number), "exchange" if step in BY_THE_EXCHANGE else who)

    @rule(acts=acts)
    def go_on(self, acts: list[tuple[int, int, int]]) -> None:
        """Contracts go on, most of them those of which something is due."""
        for number, other, turns in acts:
            due = [one for one, row in self.naive.contracts.items() if self.naive.is_due(row, self.today)]
            chosen = due[number % len(due)] if due and number < 27 else self.contract(number)
            self.steps(chosen, other, turns)

    def steps(self, contract: str, other: int, turns: int) -> None:
        """The steps that come next, by those who take them; now and then another way."""
        for turn in range(turns):
            row = self.naive.contracts.get(contract)
            if row is None or row["state"] in (*CLOSED, "overdue"):
                return
            if not self.attempts(*self.next_step(contract, row, other + turn)):
                return

    def next_step(self, contract: str, row: dict[str, Any], other: int) -> tuple[str, str, str]:
        state, seller, buyer = row["state"], row["seller"], row["buyer"]
        odd = other == 3
        if state == "submitted":
            if odd:
                return "withdraw", contract, seller
            return "decline" if other == 5 else "confirm", contract, buyer
        if state == "confirmed":
            return "refuse" if odd else "complete", contract, "exchange"
        if state == "outstanding":
            return "submit_back", contract, seller if other % 2 else buyer
        if state == "repurchase_submitted":
            across = buyer if row["by"] == seller else seller
            if odd:
                return "withdraw_back", contract, row["by"]
            return "decline_back" if other == 5 else "confirm_back", contract, across
        return "submit", contract, seller

    @rule(number=pick, what=st.sampled_from(("quantity", "frozen", "price", "amount", "day", "margin")))
    def enters_something_else(self, number: int, what: str) -> None:
        contract = self.contract(number % 27)
        row = self.naive.contracts.get(contract)
        if row is None or row["state"] in CLOSED:
            return
        one = self.house.contracts.live[contract].agreed
        frozen = [SaidRow(code, tonnes, pledged + 1) for code, tonnes, pledged in row["rows"]]
        other: dict[str, Any] = {
            "quantity": {"rows": [SaidRow(code, tonnes + 1) for code, tonnes, _ in row["rows"]]},
            "frozen": {"rows": frozen},
            "price": {"initial_price_fen": one.initial_fen + 1},
            "amount": {"initial_amount_fen": one.initial_amount_fen - 1},
            "day": {"repurchase_day": one.initial_day},
            "margin": {"margin_fen": one.margin_fen + 1},
        }
        said = self.house.submission(contract, **other[what])
        assert self.send(row["seller"], said) is None
        self.agrees()

    # --- applications about contracts ----------------------------------------------------------------------

    @early
    @rule(number=pick, kind=st.sampled_from(tuple(PAPERS)), how=papers)
    def applies(self, number: int, kind: str, how: dict[str, Any]) -> None:
        self.apply(self.contract(number % 27), kind, **how)

    def apply(self, contract: str, kind: str, abnormal: bool, free: bool, wait: bool, days: int) -> None:
        """Both sides of a contract apply together, and the exchange approves, now or later."""
        row = self.naive.contracts.get(contract)
        if row is None:
            return
        content = self.form(kind, contract, row, free, days)
        made = self.send(row["seller"], DraftApplication(f"sh_repo.{kind}", content, {"buyer": row["buyer"]}))
        if made is None:
            return
        application = made.events[0].application
        papers = {**PAPERS[kind], **({"abnormal_case": 0} if abnormal and kind == "termination" else {})}
        for name, stamps in papers.items():
            digest = sha256(name.encode()).hexdigest()
            file = AttachMaterial(application, name, digest, 1_000, "application/pdf", stamps=stamps)
            self.send(row["seller"], file)
        digest = self.exchange.applications.live[application].digest()
        self.send(row["seller"], SignApplication(application, "seller", digest))
        self.send(row["buyer"], SignApplication(application, "buyer", digest))
        if self.send(row["seller"], SubmitApplication(application)) is None:
            self.send(row["seller"], WithdrawApplication(application))
        else:
            self.send("admin", ReceivePaper(application, 1))
            self.waiting.append(application)
        if not wait:
            self.are_approved()
        self.agrees()

    def form(self, kind: str, contract: str, row: dict[str, Any], free: bool, days: int) -> dict[str, Any]:
        sides = (("seller", row["seller"]), ("buyer", row["buyer"]))
        content: dict[str, Any] = {f"{side}_name": f"{name} Ltd" for side, name in sides}
        content |= {"contract": contract, "declared_true": True}
        if kind == "termination":
            content |= {"application_form_no": int(contract[2:]), "effective_day": self.today.isoformat()}
            return content | {"release_measures": free, "settled_off_exchange": days > 1}
        for side, _ in sides:
            content |= {f"{side}_legal_representative": "张一", f"{side}_contact": "李二"}
            content |= {f"{side}_phone": "021-56903000", f"{side}_mail": f"{side}@example.com"}
            content[f"{side}_signed_by"] = "legal_representative"
        content["agreement_no"] = f"R-{int(contract[2:])}"
        if kind != "release":
            later = row["due"] if days < 0 else self.exchange.calendar.trading_day_after(self.today, days + 1)
            content["new_repurchase_day"] = (self.today if not days else later).isoformat()
            content["new_repurchase_price"] = f"{30 + days}.05"
        return tokens(content)

    @rule()
    def are_approved(self) -> None:
        """What waits is approved by two of the exchange's people, or fails for what has happened meanwhile."""
        for application in self.waiting:
            record = None
            for reviewer in ("admin", "admin2"):
                self.send(reviewer, ClaimApplication(application))
                record = self.send(reviewer, ApproveApplication(application))
            for event in record.events if record is not None else ():
                self.took_effect(application, event)
            if record is None:
                live = self.exchange.applications.live.get(application)
                if live is not None:
                    self.send(live.account, WithdrawApplication(application))
        self.waiting.clear()
        self.agrees()

    def took_effect(self, application: int, event: Any) -> None:
        row = self.naive.contracts.get(getattr(event, "contract", ""))
        if isinstance(event, TermsChanged):
            assert row is not None and row["state"] == "outstanding"
            row["due"], row["back_fen"] = event.agreed.repurchase_day, event.agreed.repurchase_fen
        elif isinstance(event, MeasuresReleased):
            assert row is not None and row["state"] in ("outstanding", "overdue")
            self.naive.free(row)
        elif isinstance(event, ContractEnded):
            assert row is not None and row["state"] in ("outstanding", "overdue")
            assert not row["secured"] or not (row["margin"] or sum(one[2] for one in row["rows"]))
            row["state"] = event.state

    # --- time ------------------------------------------------------------------------------------------------

    @early
    @rule(clock=st.sampled_from(("09:30", "11:29", "11:30", "13:00", "14:59", "15:00")))
    def time_passes(self, clock: str) -> None:
        if at(self.today, clock) >= self.exchange.now:
            self.to(self.today, clock)
        self.agrees()

    @early
    @rule(
        clock=st.sampled_from(("09:30", "09:30", "13:00", "12:00")),
        skip=st.integers(0, 9),
        well=st.integers(0, 3),
        acts=acts,
    )
    def the_next_day_opens(self, clock: str, skip: int, well: int, acts: list[tuple[int, int, int]]) -> None:
        """Mostly all is well again, now and then a day passes unopened; contracts go on where they can."""
        if well:
            self.all_is_well_again()
        day = self.exchange.calendar.trading_day_after(self.today, 2 if skip == 0 else 1)
        self.opens(day, clock)
        self.agrees()
        self.go_on(acts)

    @rule()
    def days_are_settled(self) -> None:
        while (day := self.house.settle(SHEA)) is not None:
            self.naive.settle(day)
        self.agrees()

    @early
    @rule(days=st.integers(1, 3))
    def a_closure_is_announced(self, days: int) -> None:
        day = self.exchange.calendar.trading_day_after(self.today, days)
        self.send("admin", AnnounceClosure(day, "notice"))
        self.agrees()

    # --- meanwhile -------------------------------------------------------------------------------------------

    @rule(seller=who, buyer=who, code=st.sampled_from(CODES), tonnes=st.integers(1, 5_000))
    def units_are_traded(self, seller: str, buyer: str, code: str, tonnes: int) -> None:
        price = self.exchange.instruments.by_code[code].reference_fen
        made = self.send(seller, self.house.posting(seller, code, "sell", price, tonnes))
        if made is None:
            return
        if self.send(buyer, self.house.taking(buyer, code, "buy", tonnes, price)) is None:
            self.send(seller, WithdrawListing(seller, made.events[0].listing))
        else:
            self.naive.listed_trade(seller, buyer, code, price, tonnes)
        self.agrees()

    @rule(
        who=who, fen=st.sampled_from((1, 10**6, 10**8)), tonnes=st.integers(1, 9_999), way=st.integers(0, 3)
    )
    def means_come_and_go(self, who: str, fen: int, tonnes: int, way: int) -> None:
        code = CODES[tonnes % 2]
        moves: list[tuple[str, Command]] = [
            ("channel", Deposit(who, fen)),
            (who, Withdraw(who, fen)),
            ("registry", TransferIn(who, code, tonnes)),
            (who, TransferOut(who, code, tonnes)),
        ]
        if self.send(*moves[way]) is not None:
            self.naive.cash[who]["available"] += (fen, -fen, 0, 0)[way]
            self.naive.units[who, code]["available"] += (0, 0, tonnes, -tonnes)[way]
        self.agrees()

    @rule(code=st.sampled_from(("", *CODES)), resumed=st.booleans())
    def trading_is_halted(self, code: str, resumed: bool) -> None:
        """An instrument, or the whole market where none is named."""
        codes = [code] if code else []
        if self.send("admin", Suspend(SHEA, "accident", "notice", "report", codes)) is not None:
            self.naive.halts(code)
        if resumed and self.send("admin", Resume(SHEA, "notice", "report", codes)) is not None:
            self.naive.halted.discard(code)
        self.agrees()

    @rule()
    def all_is_well_again(self) -> None:
        """What was halted is resumed, measures are lifted, the pack takes what is new."""
        for code in sorted(self.naive.halted):
            assert self.send("admin", Resume(SHEA, "notice", "report", [code] if code else [])) is not None
        for number in list(self.exchange.oversight.measures):
            assert self.send("admin", LiftMeasure(number, "reason")) is not None
        if self.naive.draining:
            assert self.send("admin", EnablePack("sh_repo")) is not None
        self.naive.halted.clear()
        self.naive.may_not_repo.clear()
        self.naive.may_not_trade.clear()
        self.naive.draining = False
        self.agrees()

    @rule(who=who, measure=st.sampled_from(("suspend_repo", "restrict_trading", "demand_report")))
    def a_measure_is_taken(self, who: str, measure: str) -> None:
        assert self.send("admin", TakeMeasure(SHEA, who, measure, "reason")) is not None
        {"suspend_repo": self.naive.may_not_repo, "restrict_trading": self.naive.may_not_trade}.get(
            measure, []
        ).append(who)
        self.agrees()

    @rule(acts=acts, comes_back=st.sampled_from((True, True, False)))
    def the_pack_drains(self, acts: list[tuple[int, int, int]], comes_back: bool) -> None:
        if not self.naive.draining:
            assert self.send("admin", DrainPack("sh_repo")) is not None
        self.naive.draining = True
        self.go_on(acts)
        if comes_back:
            self.all_is_well_again()

    # --- replay ----------------------------------------------------------------------------------------------

    @rule(restart=st.booleans())
    def a_snapshot_is_taken(self, restart: bool) -> None:
        """And now and then the exchange goes on from it, as after a crash."""
        journal, snapshot = self.house.drained(), self.exchange.snapshot()
        self.snapshots.append((len(journal), snapshot))
        again = self.house.fresh()
        again.restore(snapshot)
        assert again.state_hash() == self.exchange.state_hash()
        again.ledger.audit()
        if restart:
            self.house.journal = again.decode_records(again.encode_records(journal))
            again.remember(self.house.journal)
            again.now = self.exchange.now
            self.house.exchange = again
            self.house.watch.on(again)
        self.agrees()

    def teardown(self) -> None:
        journal, hashed = self.house.drained(), self.exchange.state_hash()
        payload = self.exchange.encode_records(journal)
        for record in journal:
            seen.update(name_of(type(event)) for event in record.events)
        for done, snapshot in [(0, b""), *self.snapshots]:
            again = self.house.fresh()
            if snapshot:
                again.restore(snapshot)
            again.apply(again.decode_records(payload)[done:])
            assert again.state_hash() == hashed
        ContractBooks().follow(self.exchange.decode_records(payload)).explain(self.house.contracts)


HAPPEN = (
    *(InitialWithdrawn, InitialDeclined, InitialRefused, InitialExpired, RepurchaseWithdrawn),
    *(RepurchaseDeclined, RepurchaseLapsed, RepurchaseCompleted, RepurchaseMoved, ContractOverdue),
    *(TermsChanged, MeasuresReleased, ContractEnded),
)


def test_on_random_days_every_freeze_has_one_owner_and_a_naive_model_has_every_balance() -> None:
    seen.clear()
    run_state_machine_as_test(Repos, settings=SHORT)
    missing = [name_of(kind) for kind in HAPPEN if not seen[name_of(kind)]]
    assert not missing, "the days are too quiet"
    assert [step for step in ("submit", *STEPS) if not seen[step]] == []
    assert len([name for name in seen if name.isupper()]) > 16, "few things went wrong: the test is blind"


@pytest.mark.soak
def test_on_very_many_random_days_every_freeze_has_one_owner() -> None:
    run_state_machine_as_test(Repos, settings=LONG)
