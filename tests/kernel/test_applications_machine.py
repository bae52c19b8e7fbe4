"""Random applicants, parties, reviewers and days: whatever happens, reviews are in order and effects come once.

Every command is followed by the same questions: was it refused without a trace, is it answered the same when it
is sent again, does the shadow agree. At the end the journal is replayed, from the start and from every snapshot.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kernel.helpers import MAIL, MOBILE, Venue
from kernel.scripted_applications import FIRST_ID, SECOND_ID, card, digest, identity, letter, opening
from kernel.shadow_applications import Shadow
from tanpan.applicants import RegisterApplicant
from tanpan.application import Application
from tanpan.applications import OF_APPLICATIONS
from tanpan.calendar import DAY_US
from tanpan.filing import (
    AmendApplication,
    AttachMaterial,
    DetachMaterial,
    DraftApplication,
    OpenAgreement,
    SignApplication,
    SubmitApplication,
    WithdrawApplication,
)
from tanpan.messages import AnyRecord, Command, Envelope, name_of
from tanpan.parties import AddOperator, OpenAccount
from tanpan.refusals import Refusal
from tanpan.reviewing import (
    ApproveApplication,
    ClaimApplication,
    EffectApplication,
    ReceivePaper,
    RejectApplication,
    ReturnApplication,
    StateFact,
    UnclaimApplication,
)

SHORT = settings(
    max_examples=150,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=2_000, stateful_step_count=100, derandomize=False)

APPLICANTS = ("Li", "Wu")
REVIEWERS = ("admin", "admin2", "clerk", "registry")
ANYONE = (*APPLICANTS, "Alpha", "Beta", *REVIEWERS, "channel", "regulator", "door", "nobody")
IDENTITIES = (FIRST_ID, SECOND_ID, FIRST_ID)
CONTENTS = (
    {"people": 3},
    {"people": 0},
    {"capital": "5.00"},
    {"operator": "Alpha-7"},
    {"quantity": 7},
    {"identity": "11010519491231002X"},
    {"mail": ""},
    {"risks": "2026-1"},
    {},
)
seen: Counter[str] = Counter()

pick = st.integers(0, 30)
applicant = st.sampled_from(APPLICANTS)
trader = st.sampled_from(("Alpha", "Beta"))
reviewer = st.sampled_from(REVIEWERS)
anyone = st.sampled_from(ANYONE)


class Office(RuleBasedStateMachine):
    """Random days of one exchange's desk."""

    def __init__(self) -> None:
        super().__init__()
        self.venue = Venue("neutral_market").people(0, ("Alpha", "Beta"))
        self.shadow = Shadow()
        self.shadow.on(self.exchange)
        self.sent: list[tuple[str, str, Command]] = []
        self.snapshots: list[tuple[int, bytes]] = []
        self.files = 0
        self.days = 0

    @property
    def exchange(self) -> Any:
        return self.venue.exchange

    @initialize()
    def people_come(self) -> None:
        for user in APPLICANTS:
            self.send("door", RegisterApplicant(user, MAIL, MOBILE))
        self.an_account_is_applied_for("Li", 0, FIRST_ID, True)
        self.an_account_applies("Alpha", 1, "operator")
        self.two_apply("Beta", 1, 2, True)

    def send(self, actor: str, command: Command) -> AnyRecord | None:
        """Send a command and ask everything that holds of every command."""
        exchange = self.exchange
        exchange.advance(exchange.now)
        before, seq = exchange.state_hash(), exchange.seq
        envelope = Envelope(f"random {len(self.sent)}", actor, command)
        self.sent.append((envelope.request_id, actor, command))
        record = None
        try:
            record = exchange.execute(envelope, exchange.now)
        except Refusal as refusal:
            assert refusal.code in self.venue.codes
            assert refusal.text("zh", self.venue.assembly.reasons)
            assert (exchange.state_hash(), exchange.seq) == (before, seq)
            seen[refusal.code] += 1
        else:
            assert exchange.seq == seq + 1
            exchange.advance(exchange.now)
            after = exchange.state_hash()
            assert exchange.execute(envelope, exchange.now) is record
            assert exchange.state_hash() == after
        self.shadow.agrees()
        return record

    def number(self, pick: int, *states: str) -> int:
        """One of the applications there are in some states, now and then any number."""
        live = self.exchange.applications.live
        known = [number for number, one in live.items() if not states or one.state in states]
        known = known or list(live)
        if not known or pick > 28:
            return pick - 27 if pick > 28 else self.exchange.applications.next_number - 1
        return known[pick % len(known)]

    def owner(self, number: int) -> str:
        one = self.exchange.applications.live.get(number)
        return one.owner if one is not None else "Li"

    # --- filing ------------------------------------------------------------------------------------------

    @rule(who=applicant, pick=pick, number=st.sampled_from(IDENTITIES), ready=st.booleans())
    def an_account_is_applied_for(self, who: str, pick: int, number: str, ready: bool) -> None:
        made = self.send(who, DraftApplication("neutral_market.opening", opening(f"N-{pick % 4}", number)))
        if made is None or not ready:
            return
        drafted = made.events[0].application
        self.send(who, OpenAgreement(drafted, "risks", "2026-1"))
        self.send(who, AmendApplication(drafted, {"risks": "2026-1"}))
        self.send(who, card(drafted))
        self.send(who, SubmitApplication(drafted))

    @rule(who=trader, pick=pick, kind=st.sampled_from(("operator", "operator", "invoice", "reached")))
    def an_account_applies(self, who: str, pick: int, kind: str) -> None:
        said: dict[str, Any] = {"operator": f"{who}-{pick % 9}"}
        if kind == "invoice":
            said = {"title": "Ltd"}
        elif kind == "reached":
            said = {"operator": who if pick % 3 else "Omega", "mobile": MOBILE}
        made = self.send(who, DraftApplication(f"neutral_market.{kind}", said))
        if made is not None and pick % 4:
            drafted = made.events[0].application
            if kind == "operator":
                self.send(who, letter(drafted))
            self.send(who, SubmitApplication(drafted))

    @rule(who=trader, pick=pick, days=st.integers(0, 2), both=st.booleans())
    def two_apply(self, who: str, pick: int, days: int, both: bool) -> None:
        other = "Beta" if who == "Alpha" else "Alpha"
        today = self.exchange.today()
        day = self.exchange.calendar.trading_day_after(today, days) if days else today
        said = {"starts": day.isoformat(), "quantity": 1 + pick}
        parties = {"seller": other} if pick % 7 else {}
        made = self.send(who, DraftApplication("neutral_market.pledge", said, parties))
        if made is None:
            return
        drafted = made.events[0].application
        seals = 2 if pick % 5 else 1
        file = ("application/pdf", "", 0, 1, seals)
        self.send(who, AttachMaterial(drafted, "agreement", digest("agreement"), 9, *file))
        for holder, party in ((who, "buyer"), (other, "seller")):
            one = ("application/pdf", party, 0, 1, 1, False, True)
            self.send(holder, AttachMaterial(drafted, "disclosure", digest(party), 9, *one))
        self.both_sign(drafted, who, other if both else who)
        self.send(who, SubmitApplication(drafted))

    def both_sign(self, number: int, one: str, other: str) -> None:
        application = self.exchange.applications.live[number]
        self.send(one, SignApplication(number, "buyer", application.digest()))
        self.send(other, SignApplication(number, "seller", application.digest()))

    @rule(pick=pick, title=st.sampled_from(("a wish", "")), who=st.sampled_from(("clerk", "admin")))
    def the_desk_files(self, pick: int, title: str, who: str) -> None:
        made = self.send(who, DraftApplication("neutral_market.remark", {"title": title}, {}, "Alpha"))
        if made is not None and pick % 3:
            self.send(who, SubmitApplication(made.events[0].application))
            self.send(who, ClaimApplication(made.events[0].application))

    @rule(pick=pick, content=st.sampled_from(CONTENTS), whole=st.booleans(), stranger=st.integers(0, 5))
    def something_is_amended(self, pick: int, content: dict[str, Any], whole: bool, stranger: int) -> None:
        number = self.number(pick)
        who = self.owner(number) if stranger else ANYONE[pick % len(ANYONE)]
        self.send(who, AmendApplication(number, content, {}, whole and pick % 5 == 0))

    @rule(pick=pick, back=st.booleans())
    def a_file_comes_or_goes(self, pick: int, back: bool) -> None:
        number = self.number(pick)
        who = self.owner(number)
        if back:
            for name in ("card", f"card {self.files}", "letter"):
                self.send(
                    who,
                    DetachMaterial(number, name.split()[0].replace("card", "identity_card"), digest(name)),
                )
            return
        self.files += 1
        self.send(who, card(number, f"card {self.files}"))

    @rule(pick=pick)
    def it_is_submitted_again(self, pick: int) -> None:
        number = self.number(pick, "draft", "returned")
        application = self.exchange.applications.live.get(number)
        if application is not None and len(application.parties) > 1:
            holders = list(application.parties.values())
            self.both_sign(number, holders[0], holders[1])
        self.send(self.owner(number), SubmitApplication(number))

    @rule(pick=pick, who=anyone)
    def someone_signs(self, pick: int, who: str) -> None:
        number = self.number(pick, "draft")
        application = self.exchange.applications.live.get(number)
        signed = application.digest() if application is not None and pick % 3 else "0" * 64
        self.send(who, SignApplication(number, "seller" if pick % 2 else "buyer", signed))

    @rule(pick=pick, really=st.integers(0, 3))
    def something_is_withdrawn(self, pick: int, really: int) -> None:
        number = self.number(pick)
        self.send(self.owner(number) if not really else "Wu", WithdrawApplication(number, "mistake"))

    # --- reviewing -----------------------------------------------------------------------------------------

    @rule(
        pick=pick,
        who=reviewer,
        then=st.sampled_from(("approve", "approve", "approve", "return", "reject", "")),
    )
    def a_review_is_done(self, pick: int, who: str, then: str) -> None:
        number = self.number(pick, "in_review")
        self.send(who, ClaimApplication(number))
        if pick % 6 == 0:
            self.send(REVIEWERS[(pick + 1) % 4], ClaimApplication(number))
        if then == "approve":
            self.send(who, ApproveApplication(number))
        elif then == "return":
            self.send(who, ReturnApplication(number, "unreadable" if pick % 4 else ""))
        elif then == "reject":
            self.send(who, RejectApplication(number, "forged" if pick % 2 else ""))

    @rule(pick=pick, paid=st.booleans(), back=st.integers(0, 5))
    def a_case_goes_its_way(self, pick: int, paid: bool, back: int) -> None:
        """Everything that is wanted comes, and both reviews are done; now and then it is returned in between."""
        number = self.number(pick, "in_review")
        self.test(number, pick + 40)
        if paid:
            self.pay(number, pick + 40)
        self.send("admin", ReceivePaper(number, 2))
        for who in ("admin", "registry", "admin2") if pick % 2 else ("admin2", "admin", "registry"):
            self.send(who, ClaimApplication(number))
            if back == 0:
                self.send(who, ReturnApplication(number, "unreadable"))
            self.send(who, ApproveApplication(number))
        if back > 3:
            self.a_name_or_an_account_is_taken_meanwhile(1, "Beta")

    @rule(pick=pick, who=anyone)
    def a_claim_is_given_back(self, pick: int, who: str) -> None:
        number = self.number(pick, "in_review")
        application = self.exchange.applications.live.get(number)
        claimed = application.claimed_by if application is not None and pick % 2 else ""
        self.send(claimed or who, UnclaimApplication(number))

    @rule(pick=pick, sets=st.integers(0, 2), who=st.sampled_from(("admin", "admin", "registry", "clerk")))
    def paper_arrives(self, pick: int, sets: int, who: str) -> None:
        self.send(who, ReceivePaper(self.number(pick, *(("in_review",) if pick % 4 else ())), sets))

    @rule(pick=pick)
    def paper_arrives_late(self, pick: int) -> None:
        for number in list(self.exchange.applications.rejected) or [pick]:
            self.send("admin", ReceivePaper(number, 2))

    @rule(pick=pick, who=st.sampled_from(("admin", "admin", "channel")))
    def a_test_is_passed(self, pick: int, who: str) -> None:
        self.test(self.number(pick, *(("in_review",) if pick % 3 else ())), pick % 12, who)

    def test(self, number: int, reference: int, who: str = "admin") -> None:
        self.send(who, StateFact(number, "test", f"T-{reference}", {"score": 60}))

    @rule(pick=pick, yuan=st.sampled_from(("200.00", "200.00", "200.00", "100.00")))
    def a_fee_is_paid(self, pick: int, yuan: str) -> None:
        number = self.number(pick, *(("in_review", "approved") if pick % 3 else ()))
        self.pay(number, pick % 12, yuan, pick % 5 > 0)

    def pay(self, number: int, reference: int, yuan: str = "200.00", own: bool = True) -> None:
        application = self.exchange.applications.live.get(number)
        content = application.content if application is not None else {}
        paid = {"amount": yuan, "identity": content.get("identity", "") if own else identity(SECOND_ID)}
        user = application.applicant if application is not None else "Li"
        self.send("channel", StateFact(number, "payment", f"P-{reference}", paid, user))

    @rule(pick=pick)
    def an_effect_is_asked_for(self, pick: int) -> None:
        self.send("admin", EffectApplication(self.number(pick, *(("approved",) if pick % 3 else ()))))

    @rule(pick=pick, who=trader)
    def a_name_or_an_account_is_taken_meanwhile(self, pick: int, who: str) -> None:
        if pick % 2:
            live = self.exchange.applications.live.values()
            wanted = [
                one.content["operator"]
                for one in live
                if one.state == "approved" and "operator" in one.content
            ]
            self.send(who, AddOperator(who, (wanted or [f"{who}-{pick % 9}"])[0], ["query"], MAIL))
        elif pick % 3 == 0:
            name = f"N-{pick % 4}"
            self.send("admin", OpenAccount(name, f"{name} Ltd", "other", f"{name}-desk", True))

    # --- time and replay -------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((1, 30, 121, 400)))
    def time_passes(self, minutes: int) -> None:
        self.exchange.advance(self.exchange.now + minutes * 60_000_000)
        self.shadow.agrees()

    @rule(days=st.sampled_from((1, 1, 2, 9, 25)))
    def days_pass(self, days: int) -> None:
        if self.days + days > 200:
            return
        self.days += days
        self.exchange.advance(self.exchange.now + days * DAY_US)
        self.shadow.agrees()

    @rule(who=anyone, pick=pick)
    def anyone_says_what_someone_said(self, who: str, pick: int) -> None:
        _, _, command = self.sent[-1 - pick % len(self.sent)]
        self.send("" if pick == 30 else who, command)

    @rule(restart=st.booleans())
    def a_snapshot_is_taken(self, restart: bool) -> None:
        """And now and then the exchange goes on from it, as after a crash."""
        journal = self.venue.drained()
        snapshot = self.exchange.snapshot()
        self.snapshots.append((len(journal), snapshot))
        again = self.venue.fresh()
        again.restore(snapshot)
        assert again.state_hash() == self.exchange.state_hash()
        for number, one in self.exchange.applications.live.items():
            restored = again.applications.live[number]
            for field in attrs.fields(Application):
                assert getattr(restored, field.name) == getattr(one, field.name), field.name
        if restart:
            self.venue.journal = again.decode_records(again.encode_records(journal))
            again.remember(self.venue.journal)
            again.now = self.exchange.now
            self.venue.exchange = again
            self.shadow.on(again)
            self.shadow.agrees()

    def teardown(self) -> None:
        journal, hashed = self.venue.drained(), self.exchange.state_hash()
        payload = self.exchange.encode_records(journal)
        for record in journal:
            seen.update(name_of(type(event)) for event in record.events)
        assert FIRST_ID.encode() not in payload and SECOND_ID.encode() not in payload
        for done, snapshot in [(0, b""), *self.snapshots]:
            again = self.venue.fresh()
            if snapshot:
                again.restore(snapshot)
            again.apply(again.decode_records(payload)[done:])
            assert again.state_hash() == hashed


def test_on_random_days_reviews_are_in_order_and_effects_come_once() -> None:
    seen.clear()
    run_state_machine_as_test(Office, settings=SHORT)
    missing = {name_of(kind) for kind in OF_APPLICATIONS} - seen.keys()
    assert not missing, "the days are too quiet"
    assert len([name for name in seen if name.isupper()]) > 24, "few things went wrong: the test is blind"


@pytest.mark.soak
def test_on_very_many_random_days_reviews_are_in_order_and_effects_come_once() -> None:
    run_state_machine_as_test(Office, settings=LONG)
