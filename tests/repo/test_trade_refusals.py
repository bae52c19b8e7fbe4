"""Every step of a repo by the wrong party, at the wrong time, twice, out of order, with other elements, without means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kernel.helpers import FIRST, MOBILE, SETUP
from repo.houses import ALPHA, BACK, BETA, GAMMA, SECURED, SHEA, House, agreed, house
from sh_repo.contract import Agreed, Row
from sh_repo.entries import SaidRow
from sh_repo.initial import (
    CompleteInitial,
    ConfirmInitial,
    DeclineInitial,
    RefuseInitial,
    SubmitInitial,
    TellResult,
    WithdrawInitial,
)
from sh_repo.repurchase import ConfirmRepurchase, DeclineRepurchase, SubmitRepurchase, WithdrawRepurchase
from sh_repo.standings import SENIOR, WithdrawStanding
from tanpan.custody import Deposit, TransferIn, TransferOut, Withdraw
from tanpan.messages import Command
from tanpan.oversight import LiftMeasure, TakeMeasure
from tanpan.packs import DrainPack, EnablePack
from tanpan.parties import AddOperator
from tanpan.refusals import Refusal
from tanpan.timetable import HoldStep

CASH = 1_000_000_000
AMOUNT, FEE = 172_000_000, 137_600
NEXT = date(2026, 3, 11)
Step = Callable[[House, str, str], Command]
"""A step's command in an exchange, of a contract, for an account."""

SUBMIT: Step = lambda venue, number, who: venue.submission(number, account=who)  # noqa: E731
WITHDRAW: Step = lambda venue, number, who: WithdrawInitial(number, who)  # noqa: E731
CONFIRM: Step = lambda venue, number, who: ConfirmInitial(number, who, MOBILE)  # noqa: E731
DECLINE: Step = lambda venue, number, who: DeclineInitial(number, who, "no")  # noqa: E731
COMPLETE: Step = lambda venue, number, who: CompleteInitial(number)  # noqa: E731
REFUSE: Step = lambda venue, number, who: RefuseInitial(number, "no")  # noqa: E731
SUBMIT_BACK: Step = lambda venue, number, who: SubmitRepurchase(number, who)  # noqa: E731
WITHDRAW_BACK: Step = lambda venue, number, who: WithdrawRepurchase(number, who)  # noqa: E731
CONFIRM_BACK: Step = lambda venue, number, who: ConfirmRepurchase(number, who)  # noqa: E731
DECLINE_BACK: Step = lambda venue, number, who: DeclineRepurchase(number, who, "no")  # noqa: E731
OF_A_PARTY = (SUBMIT, WITHDRAW, CONFIRM, DECLINE, SUBMIT_BACK, WITHDRAW_BACK, CONFIRM_BACK, DECLINE_BACK)
STATES = ("filed", "submitted", "confirmed", "outstanding", "submitted by Alpha", "submitted by Beta")


def at_state(state: str, one: Agreed | None = None, venue: House | None = None) -> tuple[House, str]:
    """A contract that has come to a state, on the day of what comes next."""
    venue = venue or house()
    number = venue.file(one or agreed(**SECURED))
    steps: list[Callable[[], Any]] = [
        lambda: venue.submit(number),
        lambda: venue.confirm(number),
        lambda: venue.complete(number),
    ]
    for step in steps[: STATES.index(state)]:
        step()
    if STATES.index(state) >= STATES.index("outstanding"):
        venue.open(SHEA, BACK)
    if state.startswith("submitted by"):
        venue.repurchase(number, state.split()[-1], confirmed=False)
    return venue, number


def code(refusal: Refusal) -> tuple[str, str]:
    """What a refusal is known by."""
    return refusal.code, refusal.clause


# --- by the wrong party --------------------------------------------------------------------------------


@pytest.mark.parametrize("step", OF_A_PARTY)
@pytest.mark.parametrize("state", STATES)
def test_a_third_party_may_do_nothing_and_learns_nothing(step: Step, state: str) -> None:
    venue, number = at_state(state)
    refused = venue.objection(GAMMA, step(venue, number, GAMMA))
    assert code(refused) == ("PERMISSION_DENIED", "REPO-A6-35")
    assert refused.details == {"contract": number, "account": GAMMA}
    # Nor may it act for a party.
    assert venue.refusal(GAMMA, step(venue, number, ALPHA)) == "PERMISSION_DENIED"


def test_a_third_party_is_not_told_how_a_contract_ended() -> None:
    venue, number = at_state("outstanding")
    venue.repurchase(number, ALPHA)
    assert venue.refusal(GAMMA, SubmitRepurchase(number, GAMMA)) == "PERMISSION_DENIED"
    assert venue.refusal(BETA, SubmitRepurchase(number, BETA)) == "BAD_STATE"


@pytest.mark.parametrize(
    ("state", "who", "step", "expected"),
    [
        ("filed", BETA, SUBMIT, ("NOT_INITIAL_SELLER", "REPO-4.2.1-c")),
        ("submitted", BETA, WITHDRAW, ("NOT_INITIAL_SELLER", "REPO-4.2.1-d")),
        ("submitted", ALPHA, CONFIRM, ("NOT_INITIAL_BUYER", "REPO-4.2.2-a")),
        ("submitted", ALPHA, DECLINE, ("NOT_INITIAL_BUYER", "REPO-4.2.2-a")),
        ("submitted by Alpha", ALPHA, CONFIRM_BACK, ("SELF_CONFIRM", "REPO-4.3-b")),
        ("submitted by Beta", BETA, CONFIRM_BACK, ("SELF_CONFIRM", "REPO-4.3-b")),
        ("submitted by Alpha", ALPHA, DECLINE_BACK, ("SELF_CONFIRM", "REPO-4.3-b")),
        ("submitted by Alpha", BETA, WITHDRAW_BACK, ("PERMISSION_DENIED", "REPO-4.3-a")),
    ],
)
def test_each_step_is_one_sides_own(state: str, who: str, step: Step, expected: tuple[str, str]) -> None:
    venue, number = at_state(state)
    assert code(venue.objection(who, step(venue, number, who))) == expected


@pytest.mark.parametrize("step", [COMPLETE, REFUSE])
@pytest.mark.parametrize("who", [ALPHA, BETA, "registry", "regulator"])
def test_only_the_exchange_completes_or_refuses(step: Step, who: str) -> None:
    venue, number = at_state("confirmed")
    assert venue.refusal(who, step(venue, number, "")) == "PERMISSION_DENIED"


@pytest.mark.parametrize("step", OF_A_PARTY)
def test_staff_act_for_no_party(step: Step) -> None:
    venue, number = at_state("filed")
    assert venue.refusal("admin", step(venue, number, ALPHA)) == "PERMISSION_DENIED"


def test_an_operator_needs_the_permission_to_trade() -> None:
    venue, number = at_state("filed")
    venue.send(ALPHA, AddOperator(ALPHA, "clerk", ["query"]))
    assert venue.refusal("clerk", venue.submission(number)) == "PERMISSION_DENIED"


# --- out of order, and twice ---------------------------------------------------------------------------

OUT_OF_ORDER = [
    ("filed", ALPHA, WITHDRAW, "BAD_STATE"),
    ("filed", BETA, CONFIRM, "NOTHING_TO_CONFIRM"),
    ("filed", BETA, DECLINE, "NOTHING_TO_CONFIRM"),
    ("filed", "admin", COMPLETE, "CONFIRMATION_MISSING"),
    ("filed", "admin", REFUSE, "CONFIRMATION_MISSING"),
    ("filed", ALPHA, SUBMIT_BACK, "BAD_STATE"),
    ("filed", BETA, CONFIRM_BACK, "BAD_STATE"),
    ("filed", ALPHA, WITHDRAW_BACK, "BAD_STATE"),
    ("filed", BETA, DECLINE_BACK, "BAD_STATE"),
    ("submitted", ALPHA, SUBMIT, "BAD_STATE"),
    ("submitted", "admin", COMPLETE, "CONFIRMATION_MISSING"),
    ("submitted", "admin", REFUSE, "CONFIRMATION_MISSING"),
    ("submitted", BETA, SUBMIT_BACK, "BAD_STATE"),
    ("confirmed", ALPHA, SUBMIT, "BAD_STATE"),
    ("confirmed", ALPHA, WITHDRAW, "BAD_STATE"),
    ("confirmed", BETA, CONFIRM, "BAD_STATE"),
    ("confirmed", BETA, DECLINE, "BAD_STATE"),
    ("confirmed", ALPHA, CONFIRM_BACK, "BAD_STATE"),
    ("outstanding", ALPHA, SUBMIT, "BAD_STATE"),
    ("outstanding", ALPHA, WITHDRAW, "BAD_STATE"),
    ("outstanding", BETA, CONFIRM, "BAD_STATE"),
    ("outstanding", "admin", COMPLETE, "BAD_STATE"),
    ("outstanding", "admin", REFUSE, "BAD_STATE"),
    ("outstanding", ALPHA, WITHDRAW_BACK, "BAD_STATE"),
    ("outstanding", ALPHA, CONFIRM_BACK, "NOTHING_TO_CONFIRM"),
    ("outstanding", BETA, DECLINE_BACK, "NOTHING_TO_CONFIRM"),
    ("submitted by Alpha", ALPHA, SUBMIT_BACK, "BAD_STATE"),
    ("submitted by Alpha", BETA, SUBMIT_BACK, "BAD_STATE"),
    ("submitted by Beta", "admin", COMPLETE, "BAD_STATE"),
]


@pytest.mark.parametrize(("state", "who", "step", "expected"), OUT_OF_ORDER)
def test_a_step_out_of_order_is_refused(state: str, who: str, step: Step, expected: str) -> None:
    venue, number = at_state(state)
    refused = venue.objection(who, step(venue, number, who))
    assert refused.code == expected
    assert refused.details.get("missing") or refused.details["state"] == venue.state(number)


def test_who_is_still_missing_is_told() -> None:
    venue, number = at_state("filed")
    assert venue.objection("admin", CompleteInitial(number)).details["missing"] == ["seller", "buyer"]
    venue.submit(number)
    refused = venue.objection("admin", CompleteInitial(number))
    assert (code(refused), refused.details["missing"]) == (
        ("CONFIRMATION_MISSING", "REPO-4.2.3-a"),
        ["buyer"],
    )


@pytest.mark.parametrize("state", STATES)
def test_no_contract_is_no_contract(state: str) -> None:
    venue, _ = at_state(state)
    for step in OF_A_PARTY[1:]:
        assert venue.refusal(ALPHA, step(venue, "HG00000099", ALPHA)) == "CONTRACT_UNKNOWN"
    assert venue.refusal("admin", CompleteInitial("HG00000099")) == "CONTRACT_UNKNOWN"
    assert venue.refusal("admin", TellResult("HG00000099", FIRST)) == "CONTRACT_UNKNOWN"


@pytest.mark.parametrize(
    ("state", "who", "command"),
    [
        ("submitted", BETA, lambda number: DeclineInitial(number, BETA, " ")),
        ("confirmed", "admin", lambda number: RefuseInitial(number, "")),
        ("submitted by Alpha", BETA, lambda number: DeclineRepurchase(number, BETA, "")),
    ],
)
def test_who_declines_or_refuses_says_why(state: str, who: str, command: Any) -> None:
    venue, number = at_state(state)
    refused = venue.objection(who, command(number))
    assert (refused.code, refused.details) == ("FIELD_MISSING", {"field": "reason"})


# --- on the wrong day, outside the hours ---------------------------------------------------------------


IN_SESSION: list[tuple[str, str, Step, str]] = [
    ("filed", ALPHA, SUBMIT, "REPO-4.2.1-c"),
    ("submitted", BETA, CONFIRM, "REPO-4.2.2-a"),
    ("confirmed", "admin", COMPLETE, "REPO-4.2.3-a"),
    ("outstanding", ALPHA, SUBMIT_BACK, "REPO-4.3-a"),
    ("submitted by Beta", ALPHA, CONFIRM_BACK, "REPO-4.3-b"),
]
CLOCKS = (
    *(("09:30:00", True), ("11:29:59", True), ("11:30:00", False), ("12:59:59", False)),
    *(("13:00:00", True), ("14:59:59", True), ("15:00:00", False)),
)


@pytest.mark.parametrize(("state", "who", "step", "clause"), IN_SESSION)
@pytest.mark.parametrize(("clock", "open_"), CLOCKS)
def test_a_step_is_done_in_opening_hours(
    state: str, who: str, step: Step, clause: str, clock: str, open_: bool
) -> None:
    venue, number = at_state(state)
    # The close is held back, so that 15:00 finds the contract as it was.
    venue.send("admin", HoldStep(SHEA, "closing", "to see the edge"))
    venue.until(venue.exchange.today(), clock)
    if open_:
        venue.send(who, step(venue, number, who))
        return
    refused = venue.objection(who, step(venue, number, who))
    assert code(refused) == ("OUTSIDE_SESSION", clause)
    assert refused.details["sessions"] == ["09:30-11:30", "13:00-15:00"]


def test_a_second_before_the_hours_nothing_is_done() -> None:
    venue = House().parties().traded(Alpha=60_000)
    venue.open(SHEA, FIRST, "09:29:59")
    number = venue.file()
    assert code(venue.objection(ALPHA, venue.submission(number))) == ("OUTSIDE_SESSION", "REPO-4.2.1-c")
    venue.until(FIRST, "09:30")
    venue.submit(number)
    venue.confirm(number)
    venue.complete(number)
    venue.open(SHEA, BACK, "09:29:59")
    assert code(venue.objection(BETA, SubmitRepurchase(number, BETA))) == ("OUTSIDE_SESSION", "REPO-4.3-a")


@pytest.mark.parametrize("step", [WITHDRAW, DECLINE])
def test_what_only_releases_is_done_at_any_time_before_the_close(step: Step) -> None:
    venue, number = at_state("submitted")
    venue.until(FIRST, "12:00")
    who = ALPHA if step is WITHDRAW else BETA
    venue.send(who, step(venue, number, who))
    assert venue.cash(BETA) == {"available": CASH}


def test_after_the_close_nothing_is_done_any_more() -> None:
    venue, number = at_state("filed")
    venue.until(FIRST, "15:00")
    assert venue.state(number) == "expired"
    other = venue.file(agreed(agreement_no="2"))
    refused = venue.objection(ALPHA, venue.submission(other))
    assert (refused.code, refused.details["today"]) == ("OUTSIDE_SESSION", FIRST)


def test_before_the_day_is_open_nothing_is_done() -> None:
    venue = House().parties().traded(Alpha=60_000)
    number = venue.file()
    venue.until(FIRST, "09:45")
    refused = venue.objection(ALPHA, venue.submission(number))
    assert code(refused) == ("NOT_TRADING_DAY", "REPO-4.2.1-c")


def test_the_initial_trade_is_submitted_on_its_day_only() -> None:
    venue = house()
    number = venue.file(agreed(initial_day=BACK, repurchase_day=NEXT))
    refused = venue.objection(ALPHA, venue.submission(number))
    assert code(refused) == ("WRONG_TRADE_DATE", "REPO-4.2.1-c")
    assert refused.details == {"initial_day": BACK, "today": FIRST}


@pytest.mark.parametrize("who", [ALPHA, BETA])
def test_the_repurchase_is_submitted_on_its_day_only(who: str) -> None:
    venue = house()
    number = venue.outstanding()
    venue.open(SHEA, date(2026, 3, 9))
    refused = venue.objection(who, SubmitRepurchase(number, who))
    assert code(refused) == ("WRONG_TRADE_DATE", "REPO-4.3-a")
    assert refused.details == {"due": BACK, "today": date(2026, 3, 9), "state": "outstanding"}


# --- other elements ------------------------------------------------------------------------------------

ALTERED: list[tuple[dict[str, Any], str, str]] = [
    ({"rows": []}, "TERMS_MISMATCH", "rows"),
    ({"rows": [SaidRow("SHEA", 25_000, -1), SaidRow("SHEA", 25_000, -1)]}, "TERMS_MISMATCH", "rows"),
    ({"rows": [SaidRow("CCER1", 50_000)]}, "TERMS_MISMATCH", "instrument"),
    ({"rows": [SaidRow("SHEA", 49_999)]}, "TERMS_MISMATCH", "quantity"),
    ({"rows": [SaidRow("SHEA", 50_001)]}, "TERMS_MISMATCH", "quantity"),
    ({"rows": [SaidRow("SHEA", -50_000)]}, "TERMS_MISMATCH", "quantity"),
    ({"rows": [SaidRow("SHEA", 50_000, 9_999)]}, "TERMS_MISMATCH", "frozen"),
    ({"rows": [SaidRow("SHEA", 50_000, 10_001)]}, "TERMS_MISMATCH", "frozen"),
    ({"rows": [SaidRow("SHEA", 50_000, -2)]}, "TERMS_MISMATCH", "frozen"),
    ({"rows": [SaidRow("SHEA", 50_000, 50_001)]}, "FREEZE_EXCEEDS_QTY", ""),
    ({"initial_price_fen": 3_441}, "TERMS_MISMATCH", "initial_price"),
    ({"initial_amount_fen": 172_000_001}, "AMOUNT_MISMATCH", ""),
    ({"initial_amount_fen": 0}, "AMOUNT_MISMATCH", ""),
    ({"repurchase_price_fen": 3_499}, "TERMS_MISMATCH", "repurchase_price"),
    ({"repurchase_day": NEXT}, "TERMS_MISMATCH", "repurchase_day"),
    ({"margin_fen": 0}, "TERMS_MISMATCH", "margin"),
    ({"monitored": True}, "TERMS_MISMATCH", "monitored"),
]


@pytest.mark.parametrize(("other", "expected", "field"), ALTERED)
def test_each_element_is_compared_with_the_agreement(
    other: dict[str, Any], expected: str, field: str
) -> None:
    venue, number = at_state("filed")
    refused = venue.objection(ALPHA, venue.submission(number, **other))
    assert (refused.code, refused.details.get("field", "")) == (expected, field)
    assert refused.clause in ("REPO-A6-17", "REPO-4.2.2-c", "REPO-4.2.2-d")
    venue.submit(number)


def test_both_values_are_told() -> None:
    venue, number = at_state("filed")
    refused = venue.objection(ALPHA, venue.submission(number, rows=[SaidRow("SHEA", 49_999)]))
    assert refused.details == {"field": "quantity", "row": 1, "said_tonnes": 49_999, "agreed_tonnes": 50_000}
    refused = venue.objection(ALPHA, venue.submission(number, initial_amount_fen=1))
    assert refused.details == {
        "said_fen": 1,
        "price_fen": 3_440,
        "quantity_tonnes": 50_000,
        "agreed_fen": AMOUNT,
    }


def test_a_frozen_quantity_that_the_agreement_states_must_be_entered() -> None:
    venue, number = at_state("filed", agreed(freezes=True, rows=[Row("SHEA", 50_000, 12_000)]))
    refused = venue.objection(ALPHA, venue.submission(number, rows=[SaidRow("SHEA", 50_000)]))
    assert (refused.code, refused.details["agreed_tonnes"]) == ("TERMS_MISMATCH", 12_000)
    venue.submit(number)
    venue.confirm(number)
    venue.complete(number)
    assert venue.units(BETA) == {"available": 38_000, "pledged": 12_000}


def test_a_ratio_is_enough_and_the_quantity_that_it_gives_may_be_entered() -> None:
    venue, number = at_state("filed")
    venue.send(ALPHA, venue.submission(number, rows=[SaidRow("SHEA", 50_000, 10_000)]))
    assert venue.contracts.live[number].pledging == [10_000]


def test_a_ratio_to_be_computed_needs_listed_trades() -> None:
    venue, number = at_state("filed", agreed(freezes=True))
    refused = venue.objection(ALPHA, venue.submission(number))
    assert code(refused) == ("NO_REFERENCE_VWAP", "REPO-A6-21")


def test_a_submission_is_read_from_words() -> None:
    venue, number = at_state("filed")
    said = {
        "contract": number,
        "account": ALPHA,
        "rows": [{"instrument": "SHEA", "quantity": "50000", "frozen": 10_000}],
        "initial_price": "34.40",
        "initial_amount": "1,720,000.00",
        "repurchase_price": "35.00",
        "repurchase_day": BACK.isoformat(),
        "margin": "100000.00",
    }
    command = venue.exchange.read("sh_repo.submit_initial", said)
    rows = [SaidRow("SHEA", 50_000, 10_000)]
    assert command == SubmitInitial(number, ALPHA, rows, 3_440, AMOUNT, 3_500, BACK, 10_000_000)
    venue.send(ALPHA, command)
    with pytest.raises(Refusal) as found:
        venue.exchange.read("sh_repo.submit_initial", {**said, "rows": [{"instrument": "SHEA", "weight": 1}]})
    assert (found.value.code, found.value.details["field"]) == ("BAD_FIELD", "rows")


# --- who may no more, restricted in between ------------------------------------------------------------


@pytest.mark.parametrize("restricted", [ALPHA, BETA])
@pytest.mark.parametrize("measure", ["restrict_trading", "freeze_account", "suspend_repo"])
@pytest.mark.parametrize(
    ("state", "who", "step"),
    [("filed", ALPHA, SUBMIT), ("submitted", BETA, CONFIRM), ("confirmed", "admin", COMPLETE)],
)
def test_an_account_restricted_in_between_stops_the_initial_trade(
    state: str, who: str, step: Step, measure: str, restricted: str
) -> None:
    venue, number = at_state(state)
    taken = venue.send("admin", TakeMeasure(SHEA, restricted, measure, "reason")).events[0]
    refused = venue.objection(who, step(venue, number, who))
    scope = "repo" if measure == "suspend_repo" else "trade"
    assert code(refused) == ("ACCOUNT_RESTRICTED", "REPO-A4-2")
    assert refused.details == {"account": restricted, "scope": scope}
    venue.send("admin", LiftMeasure(taken.measure_no, "done"))
    venue.send(who, step(venue, number, who))


def test_a_restricted_party_can_still_take_back_and_decline() -> None:
    venue, number = at_state("submitted")
    for account in (ALPHA, BETA):
        venue.send("admin", TakeMeasure(SHEA, account, "freeze_account", "reason"))
    venue.send(BETA, DeclineInitial(number, BETA, "no"))
    assert venue.units(ALPHA) == {"available": 60_000}


@pytest.mark.parametrize("restricted", [ALPHA, BETA])
@pytest.mark.parametrize("state", ["outstanding", "submitted by Beta"])
def test_an_account_that_may_not_trade_stops_the_repurchase(state: str, restricted: str) -> None:
    venue, number = at_state(state)
    venue.send("admin", TakeMeasure(SHEA, restricted, "restrict_trading", "reason"))
    step = SUBMIT_BACK if state == "outstanding" else CONFIRM_BACK
    refused = venue.objection(ALPHA, step(venue, number, ALPHA))
    assert (refused.code, refused.details["account"]) == ("ACCOUNT_RESTRICTED", restricted)


def test_a_suspension_of_new_repos_does_not_stop_a_repurchase() -> None:
    venue, number = at_state("outstanding")
    for account in (ALPHA, BETA):
        venue.send("admin", TakeMeasure(SHEA, account, "suspend_repo", "reason"))
    venue.repurchase(number, ALPHA)
    assert venue.state(number) == "repurchased"


def test_a_buyer_that_lost_its_standing_confirms_nothing() -> None:
    venue, number = at_state("submitted")
    venue.two(WithdrawStanding(BETA, SENIOR, "left"))
    assert code(venue.objection(BETA, ConfirmInitial(number, BETA, MOBILE))) == (
        "REPO_PARTICIPANT_NOT_ELIGIBLE",
        "REPO-4.1-a",
    )


def test_the_objections_come_in_their_order() -> None:
    """Everything is wrong at once; one after the other is put right."""
    venue = House().parties().traded(Alpha=49_999)
    number = venue.file(agreed(margin_fen=1))
    wrong = {"account": BETA, "rows": [], "margin_fen": 0}
    venue.send("admin", DrainPack("sh_repo"))
    taken = venue.send("admin", TakeMeasure(SHEA, BETA, "suspend_repo", "reason")).events[0]
    found = [venue.refusal(GAMMA, venue.submission(number, account=GAMMA, rows=[]))]
    found.append(venue.refusal(BETA, venue.submission(number, **wrong)))
    wrong["account"] = ALPHA
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    venue.send("admin", LiftMeasure(taken.measure_no, "done"))
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    venue.send("admin", EnablePack("sh_repo"))
    assert venue.exchange.today() == SETUP
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    venue.until(FIRST, "09:00")
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    venue.open(SHEA, FIRST, "09:00")
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    venue.until(FIRST, "09:30")
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    del wrong["rows"], wrong["margin_fen"]
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    venue.send("registry", TransferIn(ALPHA, "SHEA", 1))
    found.append(venue.refusal(ALPHA, venue.submission(number, **wrong)))
    assert found == [
        *("PERMISSION_DENIED", "NOT_INITIAL_SELLER", "ACCOUNT_RESTRICTED", "PACK_DRAINING"),
        *("WRONG_TRADE_DATE", "NOT_TRADING_DAY", "OUTSIDE_SESSION", "TERMS_MISMATCH"),
        *("INSUFFICIENT_POSITION", ""),
    ]


# --- means ---------------------------------------------------------------------------------------------


def test_without_a_fee_nothing_is_traded() -> None:
    venue = House().parties(fee_ppm=None).traded(Alpha=60_000).open(SHEA)
    assert isinstance(venue, House)
    number = venue.file()
    refused = venue.objection(ALPHA, venue.submission(number))
    assert code(refused) == ("FEE_NOT_CONFIGURED", "REPO-A6-4.2.4")


def test_two_contracts_want_the_same_units() -> None:
    venue = house()
    first, second = venue.file(), venue.file(agreed(agreement_no="2", buyer=GAMMA))
    venue.submit(first)
    refused = venue.objection(ALPHA, venue.submission(second))
    assert code(refused) == ("INSUFFICIENT_POSITION", "REPO-4.2.3-b")
    assert refused.details == {"instrument": "SHEA", "quantity_tonnes": 50_000, "available_tonnes": 10_000}
    venue.send(ALPHA, WithdrawInitial(first, ALPHA))
    venue.submit(second)
    assert venue.refusal(ALPHA, venue.submission(first)) == "INSUFFICIENT_POSITION"


def test_two_rows_of_one_instrument_want_the_same_units() -> None:
    venue = house()
    number = venue.file(agreed(rows=[Row("SHEA", 30_000), Row("SHEA", 30_001)]))
    refused = venue.objection(ALPHA, venue.submission(number))
    assert (refused.code, refused.details["quantity_tonnes"]) == ("INSUFFICIENT_POSITION", 60_001)


def test_two_contracts_want_the_same_cash() -> None:
    venue = House().parties((ALPHA, "Delta"), (BETA,)).traded(Alpha=50_000, Delta=50_000).open(SHEA)
    assert isinstance(venue, House)
    first, second = venue.file(), venue.file(agreed(agreement_no="2", seller="Delta"))
    venue.send(BETA, Withdraw(BETA, CASH - (AMOUNT + FEE) * 2 + 1))
    for number in (first, second):
        venue.submit(number)
    venue.confirm(first)
    refused = venue.objection(BETA, ConfirmInitial(second, BETA, MOBILE))
    assert code(refused) == ("INSUFFICIENT_FUNDS", "REPO-4.2.3-b")
    assert refused.details == {
        "needed_fen": AMOUNT + FEE,
        "of_which_fee_fen": FEE,
        "available_fen": AMOUNT + FEE - 1,
    }
    venue.send("admin", RefuseInitial(first, "the papers differ"))
    venue.confirm(second)


def test_the_buyer_leaves_a_mobile_number_as_a_token() -> None:
    venue, number = at_state("submitted")
    refused = venue.objection(BETA, ConfirmInitial(number, BETA))
    assert (code(refused), refused.details) == (("FIELD_MISSING", "REPO-4.2.2-c"), {"field": "mobile"})
    refused = venue.objection(BETA, ConfirmInitial(number, BETA, "13800138000"))
    assert (refused.code, "13800138000" in str(refused)) == ("BAD_FIELD", False)


def test_the_margin_may_come_out_of_the_sale_but_not_be_short() -> None:
    # Alpha has 10,000,000.00 and earns 1,718,624.00.
    most = CASH + AMOUNT - FEE
    venue, number = at_state("confirmed", agreed(margin_fen=most + 1))
    refused = venue.objection("admin", CompleteInitial(number))
    assert code(refused) == ("INSUFFICIENT_FUNDS", "REPO-A6-1.16")
    assert refused.details == {"needed_fen": most + 1, "available_fen": most}
    venue, number = at_state("confirmed", agreed(margin_fen=most))
    venue.complete(number)
    assert venue.cash(ALPHA) == {"margin": most}


@pytest.mark.parametrize(("largest", "allowed"), [(50_099, False), (50_100, True), (0, True)])
def test_the_largest_holding_is_not_exceeded(largest: int, allowed: bool) -> None:
    venue = House().parties().traded(Alpha=50_000, Beta=100)
    venue.change(SHEA, "largest_holding_tonnes", largest, FIRST)
    venue.open(SHEA)
    number = venue.file()
    venue.submit(number)
    if allowed:
        venue.confirm(number)
        return
    refused = venue.objection(BETA, ConfirmInitial(number, BETA, MOBILE))
    assert code(refused) == ("HOLDING_ABOVE_MAX", "REPO-PUB-3")
    assert refused.details == {
        "account": BETA,
        "held_tonnes": 100,
        "quantity_tonnes": 50_000,
        "most_tonnes": largest,
    }


def test_the_seller_is_short_of_cash_at_the_repurchase() -> None:
    venue = house()
    number = venue.outstanding(agreed(**SECURED))
    venue.until(FIRST, "15:00")
    needed = 175_000_000 + 140_000
    venue.send(ALPHA, Withdraw(ALPHA, venue.cash(ALPHA)["available"] - (needed - 10_000_000) + 1))
    venue.open(SHEA, BACK)
    for by, step in ((ALPHA, SUBMIT_BACK), (BETA, CONFIRM_BACK)):
        if by == BETA:
            venue.repurchase(number, BETA, confirmed=False)
        refused = venue.objection(ALPHA, step(venue, number, ALPHA))
        assert code(refused) == ("INSUFFICIENT_FUNDS", "REPO-4.3-b")
        assert refused.details == {
            "needed_fen": needed,
            "of_which_fee_fen": 140_000,
            "margin_fen": 10_000_000,
            "available_fen": needed - 10_000_001,
        }
    venue.send("channel", Deposit(ALPHA, 1))
    venue.send(ALPHA, ConfirmRepurchase(number, ALPHA))
    assert venue.cash(ALPHA) == {}


def test_what_is_pledged_for_one_contract_serves_no_other() -> None:
    venue = house()
    first = venue.outstanding(agreed(**SECURED))
    venue.send("registry", TransferIn(ALPHA, "SHEA", 40_000))
    second = venue.outstanding(agreed(agreement_no="2"))
    assert venue.units(BETA) == {"available": 90_000, "pledged": 10_000}
    venue.send(BETA, TransferOut(BETA, "SHEA", 40_001))
    venue.open(SHEA, BACK)
    # 49,999 t are free: enough for the first beside its own 10,000 t, one too few for the second.
    refused = venue.objection(BETA, SubmitRepurchase(second, BETA))
    assert (refused.code, refused.details["available_tonnes"]) == ("INSUFFICIENT_POSITION", 49_999)
    venue.repurchase(first, BETA)
    assert venue.units(BETA) == {"available": 9_999}
