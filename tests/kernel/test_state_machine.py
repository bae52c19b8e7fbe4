"""Random participants on random days: whatever happens, the books add up, and replay equals live.

Every command sent is followed by the same questions: was it refused without a trace, is it answered the same
when it is sent again, do the postings rebuild every balance. At the end the journal is replayed.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kernel.helpers import ACCOUNTS, CALENDAR, FIRST, MAIL, MOBILE, PACK_OF, REFERENCE, Venue, at
from kernel.shadow_books import ShadowBooks
from tanpan.amendments import ChangeParameter
from tanpan.blocks import (
    AcceptBlock,
    BlockTraded,
    ConfirmBlock,
    EndDialogue,
    OfferBlock,
    OpenDialogue,
    ProposeTerms,
    WithdrawBlock,
)
from tanpan.calendar import local_day
from tanpan.clearing import ClearDay, ConfirmClearing, DaySettled, SettleDay, TradesSettled
from tanpan.closing import AccountClosed, CloseAccount
from tanpan.custody import Deposit, TransferIn, TransferOut, Withdraw
from tanpan.exchange import request_key
from tanpan.four_eyes import ConfirmProposal, RejectProposal
from tanpan.instruments import ConfirmListing, DeclareListing, ListInstrument, RegisterInstrument
from tanpan.listings import ListingsExpired, TradeDone, WithdrawListing
from tanpan.messages import AnyRecord, Command, Envelope
from tanpan.oversight import LiftMeasure, OpenCase, Resume, Suspend, TakeMeasure
from tanpan.packs import DrainPack, EnablePack
from tanpan.parties import (
    AddOperator,
    FreezeOperator,
    ModifyOperator,
    OpenAccount,
    SetPermissions,
    UnfreezeOperator,
)
from tanpan.refusals import Refusal
from tanpan.timetable import STEPS, CloseDay, CloseSession, HoldStep, OpenSession, ReleaseStep
from tanpan.trading_day import OPEN, AnnounceClosure, OpenDay

WORLDS = {
    "auto": ("auto",),
    "board": ("board",),
    "auto and board": ("auto", "board"),
    "cea": ("cea",),
    "ccer": ("ccer",),
}
SHORT = settings(
    max_examples=40,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=400, stateful_step_count=100, derandomize=False)

POOR = "Gamma"
CLOCKS = ("09:00", "09:30", "11:30", "13:00", "14:00", "15:00", "18:00")
CHANGES = (
    ("methods_open", ["listed", "block"]),
    ("methods_open", ["listed"]),
    ("fee_in_freeze", False),
    ("listed_fee_ppm", 6_000),
    ("listed_fee_ppm", 250_000),
    ("resale_gap_trading_days", 0),
    ("resale_gap_trading_days", 3),
    ("resale_gap_scope", "product"),
    ("resale_gap_directions", "both"),
    ("locked_units_may_leave", True),
    ("block_from_tonnes", 100),
    ("open_requires_settlement", True),
    ("settlement_confirmers", ["registry"]),
    ("tick_fen", 0),
    ("take_levels", "five"),
    ("no_such_parameter", 1),
)
who = st.sampled_from(ACCOUNTS)
side = st.sampled_from(("buy", "sell"))
near = st.one_of(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from((-501, -500, 499, 500, 501, -9_999)))
tonnes = st.one_of(st.integers(1, 60), st.sampled_from((0, -1, 333, 5_000, 99_999, 100_000, 10**11)))
money = st.one_of(st.integers(1, 10**6), st.sampled_from((0, -5, 10**9, 10**15, 10**16)))
pick = st.integers(0, 30)
brisk = st.lists(st.tuples(who, st.integers(0, 9), side, st.integers(-2, 2), st.integers(1, 60)), min_size=4)
seen: Counter[str] = Counter()


class Market(RuleBasedStateMachine):
    """Random days of one exchange."""

    def __init__(self, markets: tuple[str, ...]) -> None:
        super().__init__()
        self.markets = markets
        self.venue = Venue(*dict.fromkeys(PACK_OF[market] for market in markets)).people(0)
        self.snapshots: list[tuple[int, bytes]] = []
        self.sent: list[tuple[str, str, Command]] = []
        for market in markets:
            self.venue.instrument(market, f"{market}-1", 100)
            self.venue.instrument(market, f"{market}-2", 100)

    @property
    def exchange(self) -> Any:
        return self.venue.exchange

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
        self.venue.watch.agrees()
        return record

    def two(self, command: Command, same: bool = False) -> None:
        """Propose and confirm, as two persons or wrongly as one."""
        made = self.send("admin", command)
        if made is not None:
            self.send("admin" if same else "admin2", ConfirmProposal(made.events[0].proposal))

    def market(self, number: int) -> str:
        return self.markets[number % len(self.markets)]

    def code(self, number: int) -> str:
        codes = list(self.exchange.instruments.by_code)
        return "nothing" if number == 13 else codes[number % len(codes)]

    def one_of(self, numbers: Any, number: int) -> int:
        """One of the numbers there are, now and then one there is not."""
        known = list(numbers)
        return known[number % len(known)] if known and number < 27 else number - 10

    # --- beginning -----------------------------------------------------------------------------------

    @initialize(settled=st.booleans(), clock=st.sampled_from(("09:30", "13:00")))
    def means(self, settled: bool, clock: str) -> None:
        """Everyone has something, one of them little; a first day was traded, a second one is open."""
        for account in ACCOUNTS:
            poor = account == POOR
            self.send("channel", Deposit(account, 600_000 if poor else 10**11))
            for code in self.exchange.instruments.by_code:
                self.send("registry", TransferIn(account, code, 40 if poor else 10**6))
        self.exchange.advance(at(FIRST, "09:10"))
        for market in self.markets:
            self.send("admin", OpenDay(market, FIRST))
        self.exchange.advance(at(FIRST, "13:00"))
        for code in self.exchange.instruments.by_code:
            self.send("Alpha", self.venue.posting("Alpha", code, "sell", REFERENCE, 10))
            self.send(POOR, self.venue.posting(POOR, code, "buy", REFERENCE, 5))
            self.send(POOR, self.venue.taking(POOR, code, "buy", 3, REFERENCE))
        self.offers_a_block(who="Alpha", other="Beta", number=1, side="sell", offset=0, more=0)
        self.the_next_day_opens(clock=clock, number=1)
        for number in range(len(self.markets) if settled else 0):
            self.a_day_settles(number=number)

    # --- declarations ----------------------------------------------------------------------------------

    @rule(who=who, number=pick, side=side, offset=near, tonnes=tonnes)
    def posts(self, who: str, number: int, side: str, offset: int, tonnes: int) -> None:
        code = self.code(number)
        price = self.price(code, offset)
        self.send(who, self.posting(who, code, side, price, tonnes))

    @rule(who=who, other=who, number=pick, side=side, offset=st.integers(-2, 2), tonnes=st.integers(1, 60))
    def posts_and_another_answers(
        self, who: str, other: str, number: int, side: str, offset: int, tonnes: int
    ) -> None:
        self.posts(who=who, number=number, side=side, offset=offset, tonnes=tonnes)
        if number % 2:
            across = "sell" if side == "buy" else "buy"
            self.posts(who=other, number=number, side=across, offset=offset, tonnes=max(1, tonnes - number))
            self.takes(who=other, number=number, side=across, offset=offset, tonnes=tonnes)

    @rule(acts=brisk, end=st.sampled_from(("", "", "close", "settle")), number=pick)
    def trading_is_brisk(self, acts: list[tuple[str, int, str, int, int]], end: str, number: int) -> None:
        """Several sensible declarations, perhaps to the end of the day and through an older day's settlement."""
        for who, what, side, offset, tonnes in acts:
            act = self.takes if what > 6 else self.posts
            act(who=who, number=what, side=side, offset=offset, tonnes=tonnes)
        if end:
            self.time_passes(clock="15:00")
        if end == "settle":
            self.a_day_settles(number=number)

    def price(self, code: str, offset: int) -> int:
        known = self.exchange.instruments.by_code.get(code)
        return int((known.reference_fen if known is not None else REFERENCE) + offset)

    def posting(self, who: str, code: str, side: str, price: int, tonnes: int) -> Command:
        return self.venue.posting(who, code, side, price, tonnes) if code != "nothing" else Deposit(who, 1)

    @rule(who=who, number=pick, side=side, offset=near, tonnes=tonnes)
    def takes(self, who: str, number: int, side: str, offset: int, tonnes: int) -> None:
        code = self.code(number)
        if code != "nothing":
            self.send(who, self.venue.taking(who, code, side, tonnes, self.price(code, offset)))

    @rule(who=who, number=pick, tonnes=st.one_of(st.just(0), tonnes))
    def takes_what_stands(self, who: str, number: int, tonnes: int) -> None:
        listings = self.exchange.listings.by_number
        chosen = listings.get(self.one_of(listings, number))
        if chosen is not None:
            side = "sell" if chosen.buy else "buy"
            tonnes = tonnes or chosen.rest_tonnes
            self.send(who, self.venue.taking(who, chosen.instrument, side, tonnes, 0, chosen.number))

    @rule(who=who, number=pick)
    def withdraws(self, who: str, number: int) -> None:
        listing = self.one_of(self.exchange.listings.by_number, number)
        known = self.exchange.listings.by_number.get(listing)
        own = known is not None and number % 4
        self.send(who, WithdrawListing(who, listing))
        if own:
            self.send(known.account.number, WithdrawListing(known.account.number, listing))

    # --- blocks ----------------------------------------------------------------------------------------

    @rule(who=who, other=who, number=pick, side=side, offset=near, more=st.integers(-1, 3))
    def offers_a_block(self, who: str, other: str, number: int, side: str, offset: int, more: int) -> None:
        """And in most cases another one accepts it, or talks."""
        code = self.code(number)
        if code == "nothing":
            return
        least = self.exchange.instruments.by_code[code].day.terms.block_from_tonnes or 50
        trade_no = self.venue.number(code)
        self.send(who, OfferBlock(who, code, side, self.price(code, offset), least + more, trade_no))
        offer = max(self.exchange.blocks.offers, default=0)
        if number % 3 == 1:
            self.send(other, AcceptBlock(other, offer, f"accept {len(self.sent)}"))
        elif number % 3 == 2:
            self.send(other, OpenDialogue(other, offer))

    @rule(who=who, number=pick, how=st.sampled_from(("accept", "talk", "talk", "withdraw")))
    def answers_a_block(self, who: str, number: int, how: str) -> None:
        offer = self.one_of(self.exchange.blocks.offers, number)
        if how == "accept":
            self.send(who, AcceptBlock(who, offer, f"accept {len(self.sent)}"))
        elif how == "talk":
            self.send(who, OpenDialogue(who, offer, "hello"))
        else:
            self.send(who, WithdrawBlock(who, offer))

    @rule(number=pick, offset=st.integers(-2, 2), more=st.integers(0, 2), end=st.integers(0, 7))
    def bargains(self, number: int, offset: int, more: int, end: int) -> None:
        """A dialogue's parties say terms and confirm them, one or both, alike or not."""
        dialogues = self.exchange.blocks.dialogues
        chosen = dialogues.get(self.one_of(dialogues, number))
        if chosen is None:
            self.send(POOR, EndDialogue(POOR, number))
            return
        offer = chosen.offer
        terms = (offer.price_fen + offset, offer.quantity_tonnes + more)
        first, second = chosen.account.number, offer.hold.account.number
        self.send(first, ProposeTerms(first, chosen.number, *terms, "so?"))
        self.send(first, ConfirmBlock(first, chosen.number, *terms, "", f"first {len(self.sent)}"))
        if end == 0:
            self.send(second, EndDialogue(second, chosen.number))
        elif end > 2:
            agreed = terms if end > 3 else (terms[0] + 1, terms[1])
            self.send(second, ConfirmBlock(second, chosen.number, *agreed, "", f"second {len(self.sent)}"))

    # --- in and out ------------------------------------------------------------------------------------

    @rule(who=who, fen=money, out=st.booleans())
    def moves_cash(self, who: str, fen: int, out: bool) -> None:
        self.send(who, Withdraw(who, fen)) if out else self.send("channel", Deposit(who, fen))

    @rule(who=who)
    def withdraws_all_cash(self, who: str) -> None:
        self.send(who, Withdraw(who, self.exchange.ledger.accounts[who].withdrawable))

    @rule(who=who, number=pick, tonnes=tonnes, out=st.booleans())
    def moves_units(self, who: str, number: int, tonnes: int, out: bool) -> None:
        code = self.code(number)
        move: Command = TransferOut(who, code, tonnes) if out else TransferIn(who, code, tonnes)
        self.send(who if out else "registry", move)

    # --- days ------------------------------------------------------------------------------------------

    @rule(clock=st.sampled_from(CLOCKS))
    def time_passes(self, clock: str) -> None:
        self.exchange.advance(at(local_day(self.exchange.now), clock))

    @rule(minutes=st.integers(1, 90))
    def minutes_pass(self, minutes: int) -> None:
        self.exchange.advance(self.exchange.now + minutes * 60_000_000)

    @rule(clock=st.sampled_from(("09:30", "13:00", "13:00")), number=pick)
    def the_next_day_opens(self, clock: str, number: int) -> None:
        day = self.exchange.calendar.trading_day_after(local_day(self.exchange.now))
        self.exchange.advance(at(day, "09:05"))
        for market in self.markets if number % 3 else ():
            # Whatever was held is let go, most days.
            for step in list(self.exchange.timetable.held[market]):
                self.send("admin", ReleaseStep(market, step, "reason"))
        for market in self.markets if number % 5 else self.markets[:1]:
            self.send("admin", OpenDay(market, day))
        self.exchange.advance(at(day, clock))

    @rule(number=pick, days=st.integers(-1, 400))
    def a_day_is_opened_at_will(self, number: int, days: int) -> None:
        today = local_day(self.exchange.now)
        self.send("admin", OpenDay(self.market(number), today + timedelta(days=days if days > 350 else 0)))

    @rule(
        number=pick, step=st.sampled_from((*STEPS, "lunch")), reason=st.sampled_from(("reason", "reason", ""))
    )
    def a_step_is_held_or_released(self, number: int, step: str, reason: str) -> None:
        kind = HoldStep if number % 2 else ReleaseStep
        self.send("admin", kind(self.market(number), step, reason))

    @rule(number=pick, method=st.sampled_from(("listed", "block", "auction")))
    def a_session_by_hand(self, number: int, method: str) -> None:
        kind = OpenSession if number % 2 else CloseSession
        self.send("admin", kind(self.market(number), method))

    @rule(number=pick, back=st.integers(0, 2))
    def a_day_is_closed_by_hand(self, number: int, back: int) -> None:
        day = self.exchange.days.by_market[self.market(number)]
        self.send("admin", CloseDay(self.market(number), day.opened_on - timedelta(days=back // 2)))

    def pending(self, market: str) -> list[Any]:
        return [book for book in self.exchange.days.by_market[market].books if book.state != OPEN]

    @rule(number=pick)
    def a_day_settles(self, number: int) -> None:
        market = self.market(number)
        for book in self.pending(market)[:1]:
            self.send("admin", ClearDay(market, book.day))
            self.send("admin", ConfirmClearing(market, book.day, book.digest))
            self.send("registry", ConfirmClearing(market, book.day, book.digest))
            self.send("admin", SettleDay(market, book.day))

    @rule(number=pick, back=st.integers(0, 3), step=st.sampled_from(("clear", "confirm", "settle", "break")))
    def a_day_goes_a_step(self, number: int, back: int, step: str) -> None:
        market = self.market(number)
        books = self.exchange.days.by_market[market].books
        book = books[back % len(books)] if books else None
        day = book.day if book is not None else date(2026, 3, 3)
        digest = book.digest if book is not None and step == "confirm" else "another"
        if step == "clear":
            self.send("admin", ClearDay(market, day))
        elif step == "settle":
            self.send("admin", SettleDay(market, day))
        else:
            self.send(("admin", "registry")[number % 2], ConfirmClearing(market, day, digest))

    # --- oversight, parties, rules -----------------------------------------------------------------------

    @rule(number=pick, whole=st.booleans(), on=st.booleans(), cause=st.sampled_from(("accident", "mood")))
    def is_suspended_or_resumed(self, number: int, whole: bool, on: bool, cause: str) -> None:
        market = self.market(number)
        codes = [] if whole else [self.code(number)]
        if on:
            self.send("admin", Suspend(market, cause, "notice", "report", codes))
        self.send("admin", Resume(market, "notice", "report", codes))

    @rule(who=who, number=pick, until=st.sampled_from((0, 0, 1, 30, 5_000)))
    def a_measure_is_taken(self, who: str, number: int, until: int) -> None:
        market = self.market(number)
        case = 0
        if number % 2:
            made = self.send("admin", OpenCase(who, "manipulation", "report"))
            case = made.events[0].case if made is not None else 0
        measures = self.venue.terms(market).measures
        name = measures[number % len(measures)][0] if number < 28 else "scolding"
        until_us = self.exchange.now + until * 60_000_000 if until else 0
        made = self.send("admin", TakeMeasure(market, who, name, "reason", case, until_us))
        if made is not None and number % 3 == 0:
            self.send("admin", LiftMeasure(made.events[0].measure_no, "reason"))

    @rule(number=pick)
    def a_measure_is_lifted(self, number: int) -> None:
        for measure in list(self.exchange.oversight.measures) or [number]:
            self.send("admin", LiftMeasure(measure, "reason"))

    @rule(who=who, number=pick, rights=st.lists(st.sampled_from(("trade", "cash", "operators", "fly"))))
    def operators_come_and_go(self, who: str, number: int, rights: list[str]) -> None:
        name = f"{who} {number % 4}"
        actor = who if number % 3 else "admin"
        self.send(actor, AddOperator(who, name, rights, MAIL if number % 5 else ""))
        self.send(actor, ModifyOperator(who, name, mobile=MOBILE if number % 3 else "13800138000"))
        self.send(actor, SetPermissions(who, name, rights))
        self.send(actor, FreezeOperator(who, name))
        self.send(name, Withdraw(who, 1))
        if number % 2:
            self.send(actor, UnfreezeOperator(who, name))
            self.send(name, Withdraw(who, 1))

    @rule(number=pick, change=st.sampled_from(CHANGES), days=st.integers(0, 2), same=st.booleans())
    def a_parameter_changes(self, number: int, change: tuple[str, Any], days: int, same: bool) -> None:
        today = local_day(self.exchange.now)
        since = CALENDAR.trading_day_after(today, days) if days else today
        self.two(ChangeParameter(self.market(number), *change, since, "notice"), same and number > 20)

    @rule(number=pick)
    def an_instrument_comes(self, number: int) -> None:
        market, code = self.market(number), f"new-{number % 3}"
        product = self.venue.terms(market).products[0]
        self.send("admin", RegisterInstrument(code, market, product if number < 28 else "GOLD"))
        self.send("registry", TransferIn(ACCOUNTS[number % 3], code, 500))
        day = CALENDAR.trading_day_after(local_day(self.exchange.now), 1 + number % 2)
        self.two(ListInstrument(code, day, 5_000 if number % 2 else 0))
        for account in ACCOUNTS:
            self.send(account, DeclareListing(account, code, 4_000, day))
        self.send("admin", ConfirmListing(code))

    @rule(days=st.integers(0, 3))
    def a_closure_is_announced(self, days: int) -> None:
        today = local_day(self.exchange.now)
        day = CALENDAR.trading_day_after(today, days) if days else today
        self.send("admin", AnnounceClosure(day, "notice" if days < 3 else ""))

    @rule(number=pick)
    def a_pack_drains_and_comes_back(self, number: int) -> None:
        pack = PACK_OF[self.market(number)]
        self.send("admin", DrainPack(pack))
        self.send("admin", OpenDay(self.market(number), local_day(self.exchange.now)))
        self.send("admin", EnablePack(pack))

    # --- wrong things ------------------------------------------------------------------------------------

    @rule(
        actor=st.sampled_from((*ACCOUNTS, "", "nobody", "admin", "registry", "channel", "regulator")),
        number=pick,
    )
    def anyone_says_what_someone_said(self, actor: str, number: int) -> None:
        request, sender, command = self.sent[-1 - number % len(self.sent)]
        self.send(actor, command)
        if request_key(sender, request) not in self.exchange.requests:
            return
        before = self.exchange.seq
        self.exchange.execute(Envelope(request, sender, command), self.exchange.now)
        assert self.exchange.seq == before

    @rule(number=pick, actor=st.sampled_from(("admin", "admin2", "Alpha")))
    def proposals_are_answered(self, number: int, actor: str) -> None:
        waiting = self.one_of(self.exchange.four_eyes.waiting, number)
        answer = RejectProposal(waiting, "no") if number % 2 else ConfirmProposal(waiting)
        self.send(actor, answer)

    @rule(who=who, number=pick)
    def accounts_are_opened_again(self, who: str, number: int) -> None:
        self.send("admin", OpenAccount(who if number % 2 else "Delta", f"{who} Ltd", "enterprise", "x", True))
        self.send("admin", OpenAccount("Delta", "Delta Ltd", "", "Delta", bool(number % 3)))

    @rule(who=who, number=pick)
    def accounts_are_closed(self, who: str, number: int) -> None:
        account = f"Echo{number % 3}" if number % 4 else who
        self.send("admin", OpenAccount(account, "Echo Ltd", "enterprise", account, True))
        if number % 5 == 0:
            self.send("channel", Deposit(account, 1))
        record = self.send("admin", CloseAccount(account, "asked for"))
        if record is not None and self.send("admin2", ConfirmProposal(record.events[0].proposal)) is not None:
            assert self.exchange.parties.closed(self.exchange.ledger.accounts[account])
            assert self.send(account, Withdraw(account, 1)) is None
            assert self.send("channel", Deposit(account, 1)) is None

    # --- replay --------------------------------------------------------------------------------------------

    @rule(restart=st.booleans())
    def a_snapshot_is_taken(self, restart: bool) -> None:
        """And now and then the exchange goes on from it, as after a crash."""
        journal = self.venue.drained()
        snapshot = self.exchange.snapshot()
        self.snapshots.append((len(journal), snapshot))
        again = self.venue.fresh()
        again.restore(snapshot)
        assert again.state_hash() == self.exchange.state_hash()
        if restart:
            self.venue.journal = again.decode_records(again.encode_records(journal))
            again.remember(self.venue.journal)
            again.now = self.exchange.now
            self.venue.exchange = again
            self.venue.watch.on(again)

    def teardown(self) -> None:
        journal, hashed = self.venue.drained(), self.exchange.state_hash()
        payload = self.exchange.encode_records(journal)
        seen.update(kind.__name__ for kind in self.venue.watch.events.elements())
        for done, snapshot in [(0, b""), *self.snapshots]:
            again = self.venue.fresh()
            if snapshot:
                again.restore(snapshot)
            again.watch(lambda event, ledger=again.ledger: ledger.audit())
            again.apply(again.decode_records(payload)[done:])
            assert again.state_hash() == hashed
        shadow = ShadowBooks(self.exchange)
        shadow.follow(self.exchange.decode_records(payload))
        seen["trades made again by a naive book"] += shadow.trades


@pytest.mark.parametrize("world", WORLDS)
def test_on_random_days_the_books_add_up_and_replay_equals_live(world: str) -> None:
    seen.clear()
    run_state_machine_as_test(lambda: Market(WORLDS[world]), settings=SHORT)
    happened = {TradeDone, TradesSettled, DaySettled, ListingsExpired, BlockTraded, AccountClosed}
    missing = {kind.__name__ for kind in happened} - seen.keys()
    assert missing <= ({"BlockTraded"} if world == "ccer" else set()), "the days are too quiet"
    assert seen["trades made again by a naive book"] > 50, "the oracle saw hardly anything"
    assert len([name for name in seen if name.isupper()]) > 25, "few things went wrong: the test is blind"


@pytest.mark.soak
@pytest.mark.parametrize("world", WORLDS)
def test_on_very_many_random_days_the_books_add_up_and_replay_equals_live(world: str) -> None:
    run_state_machine_as_test(lambda: Market(WORLDS[world]), settings=LONG)
