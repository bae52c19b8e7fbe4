"""Initial trade and repurchase: the whole life of a contract by hand, and every way out of a step."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.helpers import FIRST, MOBILE
from repo.houses import ALPHA, BACK, BETA, GAMMA, SECURED, SHEA, House, agreed, house
from repo.samples import files, filing, tokens
from sh_repo.contract import Row, number_of
from sh_repo.entries import SaidRow
from sh_repo.events import (
    ContractOverdue,
    InitialCompleted,
    InitialExpired,
    MeasuresSet,
    RepurchaseCompleted,
    RepurchaseLapsed,
    RepurchaseMoved,
)
from sh_repo.initial import (
    ConfirmInitial,
    DeclineInitial,
    RefuseInitial,
    SubmitInitial,
    TellResult,
    WithdrawInitial,
)
from sh_repo.repurchase import ConfirmRepurchase, DeclineRepurchase, SubmitRepurchase, WithdrawRepurchase
from tanpan.direct import DirectTraded
from tanpan.filing import DraftApplication, SignApplication, SubmitApplication
from tanpan.listings import PostListing
from tanpan.messages import Command, Event
from tanpan.oversight import Resume, Suspend
from tanpan.packs import DrainPack
from tanpan.refusals import Refusal
from tanpan.reviewing import ApproveApplication, ClaimApplication, ReceivePaper
from tanpan.trading_day import AnnounceClosure

CASH = 1_000_000_000
"""What everyone begins with: 10,000,000.00."""
AMOUNT, FEE = 172_000_000, 137_600
"""50,000 t at 34.40 are 1,720,000.00; 800 ppm of it are 1,376.00 a side."""
BACK_AMOUNT, BACK_FEE = 175_000_000, 140_000
"""The same at 35.00: 1,750,000.00 and 1,400.00."""
MARGIN = 10_000_000
NEXT = date(2026, 3, 11)
"""The trading day after the one of the repurchase."""


def due(**changes: object) -> tuple[House, str]:
    """A contract that is outstanding, on the day of its repurchase."""
    venue = house()
    number = venue.outstanding(agreed(**{**SECURED, **changes}))
    venue.open(SHEA, BACK)
    return venue, number


def closing_events(venue: House, day: date) -> list[Event]:
    """What happens to contracts at a day's close."""
    before = len(venue.drained())
    venue.until(day, "15:00")
    events = [event for record in venue.drained()[before:] for event in record.events]
    return [event for event in events if type(event).__module__ == "sh_repo.events"]


# --- the whole life ----------------------------------------------------------------------------------


def test_the_whole_life_of_a_contract() -> None:
    venue = house()
    number = venue.file(agreed(**SECURED))
    before = venue.means()
    assert venue.state(number) == "filed"
    venue.submit(number)
    assert venue.state(number) == "submitted"
    assert venue.units(ALPHA) == {"available": 10_000, "frozen": 50_000}
    assert venue.cash(BETA) == {"available": CASH}
    venue.confirm(number)
    assert venue.state(number) == "confirmed"
    assert venue.cash(BETA) == {"available": CASH - AMOUNT - FEE, "frozen": AMOUNT + FEE}
    completed, traded, measures = venue.complete(number).events
    assert completed == InitialCompleted(number, ALPHA, BETA, BACK)
    assert traded == DirectTraded(1, "repo", number, SHEA, "SHEA", BETA, ALPHA, 3_440, 50_000, FEE, FEE)
    assert measures == MeasuresSet(number, ALPHA, BETA, [10_000], MARGIN)
    assert venue.state(number) == "outstanding"
    assert venue.units(ALPHA) == {"available": 10_000}
    assert venue.units(BETA) == {"available": 40_000, "pledged": 10_000}
    assert venue.cash(BETA) == {"available": CASH - AMOUNT - FEE}
    assert venue.cash(ALPHA) == {"available": CASH + AMOUNT - FEE - MARGIN, "margin": MARGIN}
    venue.open(SHEA, BACK)
    venue.repurchase(number, ALPHA, confirmed=False)
    lacking = BACK_AMOUNT + BACK_FEE - MARGIN
    available = CASH + AMOUNT - FEE - MARGIN - lacking
    assert venue.cash(ALPHA) == {"available": available, "frozen": lacking, "margin": MARGIN}
    done, back = venue.send(BETA, ConfirmRepurchase(number, BETA)).events
    assert done == RepurchaseCompleted(number, ALPHA, BETA)
    assert back == DirectTraded(
        2, "repo", number, SHEA, "SHEA", ALPHA, BETA, 3_500, 50_000, BACK_FEE, BACK_FEE
    )
    assert venue.state(number) == "repurchased"
    # Alpha paid 30,000.00 for the term and both fees: 30,000.00 + 1,376.00 + 1,400.00.
    assert venue.cash(ALPHA) == {"available": CASH - 3_277_600}
    assert venue.cash(BETA) == {"available": CASH + 2_722_400}
    assert (venue.units(ALPHA), venue.units(BETA)) == ({"available": 60_000}, {})
    assert venue.means()["fee_income", "CNY", "contra"] == 2 * FEE + 2 * BACK_FEE == 555_200
    assert venue.means().keys() == {*before.keys(), ("fee_income", "CNY", "contra")}
    venue.replayed()


def test_a_repo_counts_as_volume_and_makes_no_price() -> None:
    venue = house()
    venue.outstanding(agreed())
    shea = venue.exchange.instruments.by_code["SHEA"]
    assert (shea.other_tonnes, shea.other_fen, shea.listed_tonnes, shea.last_fen) == (50_000, AMOUNT, 0, 0)
    venue.until(FIRST, "15:00")
    assert shea.next_reference_fen == 5_000


def test_without_measures_they_are_set_to_nothing() -> None:
    venue = house()
    number = venue.file(agreed())
    venue.submit(number)
    venue.confirm(number)
    assert venue.complete(number).events[-1] == MeasuresSet(number, ALPHA, BETA, [0], 0)
    assert venue.units(BETA) == {"available": 50_000}


def test_either_side_submits_the_repurchase_and_freezes_what_it_lacks() -> None:
    venue, number = due()
    venue.repurchase(number, BETA, confirmed=False)
    assert venue.units(BETA) == {"frozen": 40_000, "pledged": 10_000}
    venue.send(ALPHA, ConfirmRepurchase(number, ALPHA))
    assert venue.units(ALPHA) == {"available": 60_000}
    assert venue.cash(ALPHA) == {"available": CASH - 3_277_600}


def test_a_margin_above_the_price_leaves_nothing_to_freeze() -> None:
    venue, number = due(margin_fen=180_000_000)
    venue.repurchase(number, ALPHA, confirmed=False)
    assert venue.contracts.live[number].holds == []
    venue.send(BETA, ConfirmRepurchase(number, BETA))
    assert venue.cash(ALPHA) == {"available": CASH - 3_277_600}


def test_several_reductions_trade_row_by_row_each_with_its_fee() -> None:
    # 333 t and 1 t at 34.40: 11,455.20 and 34.40; the fees 9.16416 and 0.02752 are 9.16 and 0.03.
    venue = House().parties().traded("CCER1", "CCER", Alpha=400).traded("CCER2", "CCER", Alpha=1)
    venue.open(SHEA)
    number = venue.outstanding(agreed(rows=[Row("CCER1", 333, 100), Row("CCER2", 1, 0)], freezes=True))
    assert venue.units(BETA, "CCER1") == {"available": 233, "pledged": 100}
    assert venue.units(BETA, "CCER2") == {"available": 1}
    assert venue.cash(BETA) == {"available": CASH - 1_145_520 - 916 - 3_440 - 3}
    venue.open(SHEA, BACK)
    venue.repurchase(number, BETA)
    assert (venue.units(ALPHA, "CCER1"), venue.units(ALPHA, "CCER2")) == (
        {"available": 400},
        {"available": 1},
    )


def test_the_seller_keeps_its_bought_back_units_free_at_once() -> None:
    venue, number = due()
    venue.repurchase(number, ALPHA)
    venue.post(ALPHA, "SHEA", "sell", 5_000, 60_000)


def test_both_are_told_of_the_review_on_a_day_that_is_recorded_once() -> None:
    venue = house()
    number = venue.file()
    early = venue.objection("admin", TellResult(number, date(2026, 3, 2)))
    assert (early.code, early.details["since"]) == ("BAD_FIELD", FIRST)
    assert venue.refusal("admin", TellResult(number, BACK)) == "BAD_FIELD"
    venue.send("admin", TellResult(number, FIRST))
    assert venue.contracts.live[number].told_on == FIRST
    assert venue.refusal("admin", TellResult(number, FIRST)) == "ALREADY_STATED"
    assert venue.refusal(ALPHA, TellResult(number, FIRST)) == "PERMISSION_DENIED"
    venue.replayed()


# --- ways out of the initial trade ---------------------------------------------------------------------


@pytest.mark.parametrize("how", ["withdrawn", "declined", "refused"])
def test_what_was_submitted_is_released_and_may_be_submitted_again(how: str) -> None:
    venue = house()
    number = venue.file(agreed(**SECURED))
    before = venue.means()
    ways: dict[str, tuple[str, Command]] = {
        "withdrawn": (ALPHA, WithdrawInitial(number, ALPHA)),
        "declined": (BETA, DeclineInitial(number, BETA, "another price")),
        "refused": ("admin", RefuseInitial(number, "the papers differ")),
    }
    for _ in range(2):
        venue.submit(number)
        if how == "refused":
            venue.confirm(number)
        venue.send(*ways[how])
        assert (venue.state(number), venue.means()) == (how, before)
        contract = venue.contracts.live[number]
        assert (contract.mobile, contract.pledging, contract.holds) == ("", [], [])
    venue.submit(number)
    venue.confirm(number)
    venue.complete(number)
    assert venue.state(number) == "outstanding"
    venue.replayed()


@pytest.mark.parametrize("reached", ["filed", "submitted", "declined", "confirmed"])
def test_what_is_not_completed_by_the_close_expires(reached: str) -> None:
    venue = house()
    number = venue.file(agreed(**SECURED))
    before = venue.means()
    if reached != "filed":
        venue.submit(number)
    if reached == "confirmed":
        venue.confirm(number)
    if reached == "declined":
        venue.send(BETA, DeclineInitial(number, BETA, "no"))
    assert closing_events(venue, FIRST) == [InitialExpired(number, ALPHA, BETA)]
    assert (venue.state(number), venue.means()) == ("expired", before)
    refused = venue.objection(BETA, ConfirmInitial(number, BETA, MOBILE))
    assert (refused.code, refused.details["state"]) == ("BAD_STATE", "expired")
    venue.replayed()


def test_a_contract_for_a_later_day_stands_over_the_close() -> None:
    venue = house()
    number = venue.file(agreed(initial_day=BACK, repurchase_day=NEXT))
    assert closing_events(venue, FIRST) == []
    venue.open(SHEA, BACK)
    venue.submit(number)
    assert venue.state(number) == "submitted"


def test_a_contract_filed_for_a_day_that_never_opened_expires_at_the_next_close() -> None:
    venue = house()
    number = venue.file(agreed(initial_day=BACK, repurchase_day=date(2026, 3, 31)))
    venue.open(SHEA, NEXT)
    refused = venue.objection(ALPHA, venue.submission(number))
    assert refused.code == "WRONG_TRADE_DATE"
    assert (refused.details["initial_day"], refused.details["today"]) == (BACK, NEXT)
    assert closing_events(venue, NEXT) == [InitialExpired(number, ALPHA, BETA)]


# --- ways out of the repurchase ------------------------------------------------------------------------


@pytest.mark.parametrize("by", [ALPHA, BETA])
@pytest.mark.parametrize("how", ["withdrawn", "declined"])
def test_a_repurchase_taken_back_is_released_and_either_side_submits_again(how: str, by: str) -> None:
    venue, number = due()
    before, other = venue.means(), BETA if by == ALPHA else ALPHA
    for _ in range(2):
        venue.repurchase(number, by, confirmed=False)
        if how == "withdrawn":
            venue.send(by, WithdrawRepurchase(number, by))
        else:
            venue.send(other, DeclineRepurchase(number, other, "not yet"))
        assert (venue.state(number), venue.means()) == ("outstanding", before)
    venue.repurchase(number, other)
    assert venue.state(number) == "repurchased"
    venue.replayed()


@pytest.mark.parametrize("by", ["", ALPHA, BETA])
def test_what_is_not_repurchased_by_the_close_is_overdue_and_its_measures_stay(by: str) -> None:
    venue, number = due()
    before = venue.means()
    if by:
        venue.repurchase(number, by, confirmed=False)
    lapsed = [RepurchaseLapsed(number, ALPHA, BETA)] if by else []
    assert closing_events(venue, BACK) == [*lapsed, ContractOverdue(number, ALPHA, BETA)]
    assert (venue.state(number), venue.means()) == ("overdue", before)
    assert venue.units(BETA)["pledged"] == 10_000
    venue.open(SHEA, NEXT)
    refused = venue.objection(ALPHA, SubmitRepurchase(number, ALPHA))
    assert (refused.code, refused.clause) == ("WRONG_TRADE_DATE", "REPO-4.3-a")
    assert (refused.details["due"], refused.details["today"]) == (BACK, NEXT)
    # It stays so until the exchange decides, also where there never was a measure.
    assert closing_events(venue, NEXT) == []
    venue.replayed()


def test_a_contract_without_measures_stays_overdue_too() -> None:
    venue, number = due(freezes=False, margin_fen=0)
    venue.until(BACK, "15:00")
    venue.open(SHEA, NEXT)
    venue.until(NEXT, "15:00")
    assert venue.state(number) == "overdue"


# --- trading halted, closed, drained -------------------------------------------------------------------


@pytest.mark.parametrize("codes", [[], ["SHEA"]])
@pytest.mark.parametrize("resumed", [True, False])
def test_a_halt_on_the_day_moves_the_repurchase_to_the_next_day_that_trades(
    codes: list[str], resumed: bool
) -> None:
    venue, number = due()
    venue.repurchase(number, ALPHA, confirmed=False)
    before = venue.means()
    venue.send("admin", Suspend(SHEA, "accident", "notice", "report", codes))
    refused = venue.objection(BETA, ConfirmRepurchase(number, BETA))
    assert refused.code == "MARKET_SUSPENDED"
    assert refused.details == ({"instrument": "SHEA"} if codes else {"market": SHEA})
    if resumed:
        venue.send("admin", Resume(SHEA, "notice", "report", codes))
    events = closing_events(venue, BACK)
    assert events == [RepurchaseLapsed(number, ALPHA, BETA), RepurchaseMoved(number, ALPHA, BETA, NEXT)]
    assert venue.means() != before
    assert (venue.state(number), venue.units(BETA)["pledged"]) == ("outstanding", 10_000)
    venue.open(SHEA, NEXT)
    if not resumed:
        assert venue.refusal(BETA, SubmitRepurchase(number, BETA)) == "MARKET_SUSPENDED"
        venue.send("admin", Resume(SHEA, "notice", "report", codes))
    venue.repurchase(number, BETA)
    assert venue.cash(ALPHA) == {"available": CASH - 3_277_600}
    venue.replayed()


def test_a_halt_that_stands_from_the_day_before_counts_as_one_of_this_day() -> None:
    venue = house()
    number = venue.outstanding()
    venue.send("admin", Suspend(SHEA, "accident", "notice", "report"))
    venue.open(SHEA, BACK)
    venue.send("admin", Resume(SHEA, "notice", "report"))
    assert closing_events(venue, BACK) == [RepurchaseMoved(number, ALPHA, BETA, NEXT)]


def test_a_halt_that_is_over_before_the_day_opens_moves_nothing() -> None:
    venue = house()
    number = venue.outstanding()
    venue.send("admin", Suspend(SHEA, "accident", "notice", "report"))
    venue.send("admin", Resume(SHEA, "notice", "report"))
    venue.open(SHEA, BACK)
    assert closing_events(venue, BACK) == [ContractOverdue(number, ALPHA, BETA)]


def test_a_halt_of_another_instrument_moves_nothing() -> None:
    venue = House().parties().traded(Alpha=60_000).traded("CCER1", "CCER").open(SHEA)
    assert isinstance(venue, House)
    number = venue.outstanding()
    venue.open(SHEA, BACK)
    venue.send("admin", Suspend(SHEA, "accident", "notice", "report", ["CCER1"]))
    assert closing_events(venue, BACK) == [ContractOverdue(number, ALPHA, BETA)]


def test_a_halt_on_the_last_day_that_is_published_moves_it_to_whatever_day_trades_next() -> None:
    venue, last = house(), date(2026, 12, 31)
    number = venue.outstanding(repurchase_day=last)
    venue.open(SHEA, last)
    venue.send("admin", Suspend(SHEA, "accident", "notice", "report"))
    assert closing_events(venue, last) == [RepurchaseMoved(number, ALPHA, BETA, date(2027, 1, 1))]
    assert venue.state(number) == "outstanding"


def test_a_halt_on_the_initial_day_does_not_save_the_initial_trade() -> None:
    venue = house()
    number = venue.file()
    venue.send("admin", Suspend(SHEA, "accident", "notice", "report"))
    assert venue.refusal(ALPHA, venue.submission(number)) == "MARKET_SUSPENDED"
    assert closing_events(venue, FIRST) == [InitialExpired(number, ALPHA, BETA)]


def test_a_closure_announced_for_the_day_lets_the_repurchase_be_done_on_the_next_that_trades() -> None:
    venue = house()
    number = venue.outstanding(agreed(**SECURED))
    venue.send("admin", AnnounceClosure(BACK, "closed"))
    venue.until(BACK, "10:00")
    assert venue.refusal(ALPHA, SubmitRepurchase(number, ALPHA)) == "NOT_TRADING_DAY"
    venue.open(SHEA, NEXT)
    venue.repurchase(number, ALPHA)
    assert venue.state(number) == "repurchased"


def test_on_the_day_after_a_closure_it_is_overdue_if_nothing_is_done() -> None:
    venue = house()
    number = venue.outstanding()
    venue.send("admin", AnnounceClosure(BACK, "closed"))
    venue.open(SHEA, NEXT)
    assert closing_events(venue, NEXT) == [ContractOverdue(number, ALPHA, BETA)]


def test_a_draining_pack_takes_no_new_trade_and_lets_what_is_outstanding_be_repurchased() -> None:
    venue = House().parties().traded(Alpha=120_000).open(SHEA)
    assert isinstance(venue, House)
    number, later = venue.outstanding(), venue.file(agreed(initial_day=BACK, repurchase_day=NEXT))
    venue.send("admin", DrainPack("sh_repo"))
    venue.open(SHEA, BACK)
    assert venue.refusal(ALPHA, venue.submission(later)) == "PACK_DRAINING"
    venue.repurchase(number, ALPHA)
    assert venue.state(number) == "repurchased"


def test_what_was_submitted_before_a_pack_drains_runs_to_its_end() -> None:
    venue = house()
    number = venue.file()
    venue.submit(number)
    venue.send("admin", DrainPack("sh_repo"))
    venue.confirm(number)
    venue.complete(number)
    assert venue.state(number) == "outstanding"


# --- meanwhile -----------------------------------------------------------------------------------------


def test_the_unfrozen_part_trades_freely_and_the_frozen_part_does_not() -> None:
    venue = house()
    venue.outstanding(agreed(**SECURED))
    refused = venue.objection(BETA, PostListing(BETA, "SHEA", "sell", 5_000, 40_001))
    assert (refused.code, refused.details["available_tonnes"]) == ("INSUFFICIENT_POSITION", 40_000)
    venue.post(BETA, "SHEA", "sell", 5_000, 40_000)
    venue.post(GAMMA, "SHEA", "buy", 5_000, 1)
    venue.take(GAMMA, "SHEA", "buy", 100, 5_000)
    assert venue.units(BETA) == {"frozen": 39_900, "pledged": 10_000}


def test_a_buyer_that_sold_is_short_at_the_repurchase_and_the_contract_becomes_overdue() -> None:
    venue = house()
    number = venue.outstanding(agreed(**SECURED))
    venue.post(BETA, "SHEA", "sell", 5_000, 5_000)
    venue.take(GAMMA, "SHEA", "buy", 5_000, 5_000)
    venue.until(FIRST, "15:00")
    venue.settle(SHEA)
    venue.open(SHEA, BACK)
    refused = venue.objection(BETA, SubmitRepurchase(number, BETA))
    assert (refused.code, refused.clause) == ("INSUFFICIENT_POSITION", "REPO-4.3-b")
    assert refused.details == {"instrument": "SHEA", "quantity_tonnes": 40_000, "available_tonnes": 35_000}
    venue.send(ALPHA, SubmitRepurchase(number, ALPHA))
    assert venue.refusal(BETA, ConfirmRepurchase(number, BETA)) == "INSUFFICIENT_POSITION"
    lapsed = RepurchaseLapsed(number, ALPHA, BETA)
    assert closing_events(venue, BACK) == [lapsed, ContractOverdue(number, ALPHA, BETA)]
    assert venue.units(BETA) == {"available": 35_000, "pledged": 10_000}


def test_a_buyer_that_bought_back_what_it_sold_can_repurchase_after_the_settlement() -> None:
    venue = house()
    number = venue.outstanding(agreed(**SECURED))
    venue.post(BETA, "SHEA", "sell", 5_000, 5_000)
    venue.take(GAMMA, "SHEA", "buy", 5_000, 5_000)
    venue.settle_day_of(FIRST)
    venue.open(SHEA, date(2026, 3, 9))
    venue.post(GAMMA, "SHEA", "sell", 5_000, 5_000)
    venue.take(BETA, "SHEA", "buy", 5_000, 5_000)
    venue.settle_day_of(date(2026, 3, 9))
    venue.open(SHEA, BACK)
    venue.repurchase(number, BETA)
    assert venue.units(ALPHA) == {"available": 60_000}


def test_proceeds_of_the_day_pay_for_a_repurchase_and_return_as_proceeds() -> None:
    venue, number = due(margin_fen=0)
    venue.post(ALPHA, "SHEA", "sell", 5_000, 1_000)
    venue.take(GAMMA, "SHEA", "buy", 1_000, 5_000)
    # 1,000 t at 50.00 are 50,000.00, of which 800 ppm are 40.00.
    assert venue.cash(ALPHA)["proceeds"] == 5_000_000 - 4_000
    before = venue.means()
    venue.repurchase(number, ALPHA, confirmed=False)
    assert "proceeds" not in venue.cash(ALPHA)
    venue.send(ALPHA, WithdrawRepurchase(number, ALPHA))
    assert venue.means() == before
    venue.repurchase(number, ALPHA)
    venue.settle_day_of(BACK)
    assert venue.cash(ALPHA) == {"available": CASH - 3_277_600 + 5_000_000 - 4_000}


def test_a_closed_contract_is_told_by_its_state_and_a_number_nobody_has_is_unknown() -> None:
    venue, number = due()
    venue.repurchase(number, ALPHA)
    refused = venue.objection(ALPHA, SubmitRepurchase(number, ALPHA))
    assert (refused.code, refused.details["state"]) == ("BAD_STATE", "repurchased")
    for wrong in ("HG00000077", "HG77", "77", "", "HG٠٠٠٠٠٠٠١"):
        with pytest.raises(Refusal) as found:
            venue.contracts.of(wrong)
        assert found.value.code == "CONTRACT_UNKNOWN"


# --- from the filing on --------------------------------------------------------------------------------


def test_a_contract_comes_from_its_filing_and_from_nothing_else() -> None:
    filed, initial, back = date(2026, 2, 10), date(2026, 3, 2), date(2026, 3, 31)
    venue = House(date(2026, 2, 9)).parties(since=filed).traded(Alpha=60_000, since=filed)
    venue.open(SHEA, filed, "09:40")
    application = venue.send(
        ALPHA, DraftApplication("sh_repo.filing", tokens(filing(initial, back, filed)), {"buyer": BETA})
    )
    number = application.events[0].application
    for file in files(number):
        venue.send(ALPHA, file)
    digest = venue.exchange.applications.live[number].digest()
    venue.send(ALPHA, SignApplication(number, "seller", digest))
    venue.send(BETA, SignApplication(number, "buyer", digest))
    venue.send(ALPHA, SubmitApplication(number))
    venue.send("admin", ReceivePaper(number, 1))
    contract = number_of(number)
    rows = [SaidRow("SHEA", 50_000, 10_000)]
    said = SubmitInitial(contract, ALPHA, rows, 3_440, AMOUNT, 3_500, back, MARGIN, True)
    refused = venue.objection(ALPHA, said)
    assert (refused.code, refused.clause) == ("DOCS_NOT_APPROVED", "REPO-4.2.1-a")
    assert venue.refusal(GAMMA, ConfirmInitial(contract, GAMMA, MOBILE)) == "PERMISSION_DENIED"
    for reviewer in ("admin", "admin2"):
        venue.send(reviewer, ClaimApplication(number))
        venue.send(reviewer, ApproveApplication(number))
    assert venue.state(contract) == "filed"
    venue.open(SHEA, initial)
    venue.send(ALPHA, said)
    venue.confirm(contract)
    venue.complete(contract)
    venue.open(SHEA, back)
    venue.repurchase(contract, BETA)
    assert (venue.cash(ALPHA), venue.units(ALPHA)) == (
        {"available": CASH - 3_277_600},
        {"available": 60_000},
    )
    venue.replayed()
