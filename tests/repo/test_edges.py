"""Repos at their edges: figures as large as they may be, what third parties learn, a pack that is given up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kernel.helpers import FIRST
from repo.houses import ALPHA, BACK, BETA, GAMMA, SECURED, SHEA, House, agreed, house
from repo.samples import filing, tokens
from repo.test_changes import FORM, objection, of_form
from sh_repo.collateral import CollateralAlarmed, CollateralComputed
from sh_repo.contract import Row, number_of
from sh_repo.correspondence_messages import AskInformation, ReportCase
from sh_repo.disclosure import disclosures_of, own_disclosure
from sh_repo.initial import WithdrawInitial
from sh_repo.measures import HIGHEST
from sh_repo.repurchase import SubmitRepurchase
from tanpan.custody import TransferIn, TransferOut
from tanpan.filing import DraftApplication
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.packs import DisablePack, DrainPack
from tanpan.refusals import Refusal
from tanpan.timetable import CloseDay, HoldStep, ReleaseStep
from tanpan.trading_day import OpenDay

LARGEST_TONNES = 10**10
NEXT = date(2026, 3, 11)
"""The trading day after `BACK`."""


# --- figures -------------------------------------------------------------------------------------------------


def test_a_collateral_ratio_that_no_journal_could_keep_is_told_as_the_highest() -> None:
    """A buyer of 1 t at 0.01 yuan holds 10^10 t at 1,000,000.00 yuan: 10^22 hundredths of a per cent."""
    venue = House().parties(cash_fen=1_000)
    for code, holder, tonnes, price in (("SHEA", ALPHA, 1, 1), ("SHEB", BETA, LARGEST_TONNES, 10**8)):
        venue.send("admin", RegisterInstrument(code, SHEA, "SHEA"))
        venue.send("registry", TransferIn(holder, code, tonnes))
        venue.two(ListInstrument(code, FIRST, price))
    venue.open(SHEA)
    one = agreed(rows=[Row("SHEA", 1)], initial_fen=1, repurchase_fen=1, monitored=True)
    contract = venue.outstanding(one)
    venue.until(FIRST, "15:30")
    (record,) = [one for one in venue.drained() if one.command == "sh_repo.collateral"]
    (told,) = [one for one in record.events if isinstance(one, CollateralComputed)]
    assert [(row.contract, row.account_hundredths) for row in told.rows] == [(contract, HIGHEST)]
    assert not any(isinstance(one, CollateralAlarmed) for one in record.events)
    assert venue.exchange.encode_records(venue.journal)


@pytest.mark.parametrize(("ratio", "pledged"), [(0, 0), (1, 1_000_000), (10_000, LARGEST_TONNES)])
def test_the_largest_repo_at_the_lowest_price_is_done_and_undone(ratio: int, pledged: int) -> None:
    """10^10 t at 0.01 yuan are 100,000,000.00 yuan, of which 800 ppm are 80,000.00; 0.01 % of it are 10^6 t."""
    venue = House().parties(cash_fen=10**11).traded(Alpha=LARGEST_TONNES).open(SHEA)
    assert isinstance(venue, House)
    rows = [Row("SHEA", LARGEST_TONNES)]
    contract = venue.outstanding(
        agreed(rows=rows, initial_fen=1, repurchase_fen=1, freezes=True, ratio_hundredths=ratio)
    )
    assert venue.units(BETA).get("pledged", 0) == pledged
    assert venue.cash(BETA) == {"available": 10**11 - 10**10 - 8_000_000}
    venue.open(SHEA, BACK)
    venue.repurchase(contract, ALPHA)
    assert venue.units(ALPHA) == {"available": LARGEST_TONNES}
    assert venue.cash(ALPHA) == venue.cash(BETA) == {"available": 10**11 - 16_000_000}
    venue.replayed()


@pytest.mark.parametrize("number", ["HG" + "1" * 5_000, "HG" + "9" * 30, "HG", "HG-0000001"])
def test_a_number_of_thousands_of_digits_is_unknown_like_any_other(number: str) -> None:
    assert house().refusal(ALPHA, WithdrawInitial(number, ALPHA)) == "CONTRACT_UNKNOWN"


def test_an_application_of_thousands_of_digits_is_refused_like_any_other() -> None:
    """The clause behind a refusal is looked up by what was said, whatever that is."""
    for number in ("1" * 5_000, "٣", 10**30):
        with pytest.raises(Refusal):
            house().exchange.read("core.submit_application", {"application": number, "more": 1})


# --- third parties -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [AskInformation, ReportCase])
def test_who_writes_about_another_pair_s_contract_does_not_learn_how_it_ended(command: Any) -> None:
    venue = house()
    contract = venue.outstanding()
    venue.open(SHEA, BACK)
    venue.repurchase(contract, ALPHA)
    said = ("default",) if command is ReportCase else ()
    refused = venue.objection(GAMMA, command(contract, GAMMA, *said, "for us as well"))
    assert (refused.code, refused.clause) == ("PERMISSION_DENIED", "REPO-A6-35")
    assert "state" not in refused.details
    assert venue.refusal(ALPHA, command(contract, ALPHA, *said, "of our own")) == "BAD_STATE"


def test_who_applies_about_a_filing_of_others_does_not_learn_where_it_stands() -> None:
    venue = house()
    content = tokens(filing(BACK, date(2026, 3, 31), FIRST))
    made = venue.send(ALPHA, DraftApplication("sh_repo.filing", content, {"buyer": BETA}))
    contract = number_of(made.events[0].application)
    form = of_form(contract, seller_name="Gamma Ltd")
    refused = objection(venue, "release", form, FORM, by=GAMMA)
    assert (refused.code, "state" in refused.details) == ("PARTY_MISMATCH", False)
    assert objection(venue, "release", of_form(contract), FORM).code == "DOCS_NOT_APPROVED"


def test_before_the_manual_s_day_the_disclosure_is_its_own() -> None:
    assert disclosures_of(House(date(2025, 12, 29)).exchange).now().content == own_disclosure()


# --- a day that is closed by hand ----------------------------------------------------------------------------


def test_a_close_by_hand_before_the_hours_are_over_moves_the_repurchase_like_a_halt() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**SECURED))
    venue.open(SHEA, BACK, "10:00")
    venue.repurchase(contract, ALPHA, confirmed=False)
    venue.send("admin", CloseDay(SHEA, BACK))
    assert (venue.state(contract), venue.contracts.live[contract].due) == ("outstanding", NEXT)
    assert venue.units(BETA) == {"available": 40_000, "pledged": 10_000}
    venue.open(SHEA, NEXT)
    venue.repurchase(contract, BETA)
    venue.replayed()


def test_a_day_that_is_opened_when_the_hours_are_over_makes_nobody_overdue() -> None:
    venue = house()
    contract = venue.outstanding()
    venue.until(BACK, "15:30")
    venue.send("admin", OpenDay(SHEA, BACK))
    venue.until(BACK, "16:00")
    assert venue.exchange.days.of(SHEA).today is None
    assert (venue.state(contract), venue.contracts.live[contract].due) == ("outstanding", NEXT)
    venue.open(SHEA, NEXT)
    venue.repurchase(contract, ALPHA)
    venue.replayed()


@pytest.mark.parametrize(("day", "clock"), [(BACK, "15:00"), (BACK, "18:00"), (NEXT, "08:00")])
def test_a_close_that_was_held_saves_nobody_who_had_the_whole_day(day: date, clock: str) -> None:
    venue = house()
    contract = venue.outstanding()
    venue.open(SHEA, BACK, "10:00")
    venue.send("admin", HoldStep(SHEA, "closing", "a question"))
    venue.until(day, clock)
    assert venue.state(contract) == "outstanding"
    assert venue.refusal(ALPHA, SubmitRepurchase(contract, ALPHA)) in ("OUTSIDE_SESSION", "NOT_TRADING_DAY")
    venue.send("admin", ReleaseStep(SHEA, "closing", "answered"))
    assert venue.state(contract) == "overdue"


def test_an_initial_trade_that_a_close_by_hand_cut_short_expires_all_the_same() -> None:
    """AMB-34 saves repurchases alone: nothing is owed yet, and the initial day is fixed."""
    venue = house()
    contract = venue.file()
    venue.submit(contract)
    venue.send("admin", CloseDay(SHEA, FIRST))
    assert (venue.state(contract), venue.units(ALPHA)) == ("expired", {"available": 60_000})


# --- a pack that is given up ---------------------------------------------------------------------------------


def test_a_pack_is_not_disabled_while_a_contract_lives_even_if_nobody_holds_a_tonne() -> None:
    """Else the seller's margin could never be released."""
    venue = house()
    contract = venue.outstanding(agreed(margin_fen=10_000_000))
    venue.settle_day_of(FIRST)
    for who, tonnes in ((ALPHA, 10_000), (BETA, 50_000)):
        venue.send(who, TransferOut(who, "SHEA", tonnes))
    venue.send("admin", DrainPack("sh_repo"))
    refused = venue.objection("admin", DisablePack("sh_repo"))
    assert (refused.code, refused.details["engaged_in"]) == ("BAD_STATE", contract)
