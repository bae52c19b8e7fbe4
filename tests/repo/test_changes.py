"""Changes, releases and endings of a contract: on paper by both sides, by the exchange's two reviewers, or not at all."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from kernel.helpers import FIRST
from repo.houses import ALPHA, BACK, BETA, GAMMA, SECURED, SHEA, House, agreed, house
from repo.samples import tokens
from sh_repo.collateral import collateral_of
from sh_repo.contract import Authority, Case, Row
from sh_repo.events import ContractEnded, MeasuresReleased, TermsChanged
from sh_repo.repurchase import SubmitRepurchase
from tanpan.custody import TransferIn
from tanpan.filing import (
    AttachMaterial,
    DraftApplication,
    SignApplication,
    SubmitApplication,
    WithdrawApplication,
)
from tanpan.messages import AnyRecord, Event
from tanpan.parties import AppointStaff
from tanpan.refusals import Refusal
from tanpan.reviewing import ApproveApplication, ClaimApplication, ReceivePaper

EARLIER = date(2026, 3, 6)
"""A trading day between the initial day and the day that was agreed."""
LATER = date(2026, 3, 17)
WORDS = Case("双方协商一致", "按实际天数折算", "双方商定的交易日")
CASES = {"cases": {"early": WORDS, "deferred": WORDS}}
RELEASABLE = {**SECURED, "release_conditions": "购回前双方一致同意"}
FORM = {"application_form": 2}
STATEMENT = {"termination_statement": 2}
ABNORMAL = {**STATEMENT, "abnormal_case": 0}
ALONE = ("release_alone", "termination_by_ruling")


# --- an application, step by step ----------------------------------------------------------------------------


def of_form(contract: str, /, **said: Any) -> dict[str, Any]:
    """What annex 3 asks for, but for what is said."""
    sides = {
        f"{side}_{name}": value
        for side, account in (("seller", ALPHA), ("buyer", BETA))
        for name, value in (
            ("name", f"{account} Ltd"),
            ("legal_representative", "张一"),
            ("contact", "李二"),
            ("phone", "021-56903000"),
            ("mail", f"{side}@example.com"),
            ("signed_by", "legal_representative"),
        )
    }
    form = {"contract": contract, "agreement_no": "R-2026-001", "declared_true": True, **sides, **said}
    return tokens({name: value for name, value in form.items() if value is not None})


def of_statement(venue: House, contract: str, /, **said: Any) -> dict[str, Any]:
    """What annex 7 says, but for what is said."""
    form = {
        "contract": contract,
        "application_form_no": int(contract[2:]),
        "seller_name": f"{ALPHA} Ltd",
        "buyer_name": f"{BETA} Ltd",
        "effective_day": venue.exchange.today().isoformat(),
        "declared_true": True,
        **said,
    }
    return {name: value for name, value in form.items() if value is not None}


def drafted(
    house: House, kind: str, content: dict[str, Any], papers: dict[str, int], by: str, other: str
) -> int:
    """An application with its papers (name and seals), signed by everyone who is to."""
    parties = {} if kind in ALONE else {"buyer": other}
    account = ALPHA if by.startswith("admin") else ""
    made = house.send(by, DraftApplication(f"sh_repo.{kind}", content, parties, account))
    number: int = made.events[0].application
    for name, stamps in papers.items():
        digest = sha256(name.encode()).hexdigest()
        file = AttachMaterial(number, name, digest, 1_000, "application/pdf", stamps=stamps)
        house.send(by, file)
    if parties:
        digest = house.exchange.applications.live[number].digest()
        house.send(by, SignApplication(number, "seller", digest))
        house.send(other, SignApplication(number, "buyer", digest))
    return number


def submitted(
    house: House,
    kind: str,
    content: dict[str, Any],
    papers: dict[str, int],
    by: str = ALPHA,
    other: str = BETA,
) -> int:
    """The same, submitted, its originals received."""
    number = drafted(house, kind, content, papers, by, other)
    house.send(by, SubmitApplication(number))
    house.send("admin", ReceivePaper(number, 1))
    return number


def handled(house: House, number: int, by: str = "admin") -> int:
    """The same, passed by its handler."""
    house.send(by, ClaimApplication(number))
    house.send(by, ApproveApplication(number))
    return number


def checked(house: House, number: int, by: str = "admin2") -> AnyRecord:
    """The second review, which makes it take effect."""
    house.send(by, ClaimApplication(number))
    return house.send(by, ApproveApplication(number))


def approved(house: House, *application: Any, **by: Any) -> AnyRecord:
    """An application from draft to effect."""
    return checked(house, handled(house, submitted(house, *application, **by)))


def objection(house: House, *application: Any, **by: Any) -> Refusal:
    """What the submission of an application is refused with."""
    with pytest.raises(Refusal) as refused:
        submitted(house, *application, **by)
    assert refused.value.code in house.codes
    return refused.value


def at_approval(house: House, number: int) -> Refusal:
    """What the last approval is refused with."""
    house.send("admin2", ClaimApplication(number))
    return house.objection("admin2", ApproveApplication(number))


def only(record: AnyRecord, kind: type[Event]) -> Any:
    """The one event of a type in a record."""
    (found,) = [event for event in record.events if isinstance(event, kind)]
    return found


def moving(contract: str, /, day: date = EARLIER, price: str = "34.60", **said: Any) -> dict[str, Any]:
    """The form of an early or deferred repurchase."""
    new = {"new_repurchase_day": day.isoformat(), "new_repurchase_price": price}
    return of_form(contract, **{**new, **said})


# --- early and deferred repurchase -----------------------------------------------------------------------------


def test_an_early_repurchase_that_was_agreed_changes_day_and_price_and_is_done_on_the_new_day() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**SECURED, **CASES))
    record = approved(venue, "early_repurchase", moving(contract), FORM)
    event = only(record, TermsChanged)
    assert (event.contract, event.what, event.version, event.seller, event.buyer) == (
        *(contract, "early", 2),
        *(ALPHA, BETA),
    )
    assert event.agreed == agreed(**SECURED, **CASES, repurchase_day=EARLIER, repurchase_fen=3_460)
    live = venue.contracts.live[contract]
    assert (live.version, live.due, live.state) == (2, EARLIER, "outstanding")
    # 50,000 t at 34.60 are 1,730,000.00, the fee of 800 ppm is 1,384.00 a side.
    before = sum(venue.cash(ALPHA).values())
    venue.open(SHEA, EARLIER)
    venue.repurchase(contract, BETA)
    assert venue.state(contract) == "repurchased"
    assert before - sum(venue.cash(ALPHA).values()) == 173_000_000 + 138_400
    venue.replayed()


def test_a_deferred_repurchase_is_not_overdue_on_the_day_that_was_agreed_first() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    approved(venue, "deferred_repurchase", moving(contract, LATER, "35.50"), FORM)
    venue.open(SHEA, BACK)
    assert venue.objection(ALPHA, SubmitRepurchase(contract, ALPHA)).code == "WRONG_TRADE_DATE"
    venue.until(BACK, "16:00")
    assert venue.state(contract) == "outstanding"
    venue.open(SHEA, LATER)
    venue.until(LATER, "16:00")
    assert venue.state(contract) == "overdue"
    venue.replayed()


def test_where_the_agreement_names_day_and_price_they_must_be_those() -> None:
    venue = house()
    said = Case("双方协商一致", "34.60", EARLIER.isoformat())
    contract = venue.outstanding(agreed(cases={"early": said}))
    other = moving(contract, price="34.61")
    refused = objection(venue, "early_repurchase", other, FORM)
    assert (refused.code, refused.details["field"]) == ("TERMS_MISMATCH", "new_repurchase_price")
    other = moving(contract, date(2026, 3, 5))
    refused = objection(venue, "early_repurchase", other, FORM)
    assert (refused.code, refused.details["field"]) == ("TERMS_MISMATCH", "new_repurchase_day")
    approved(venue, "early_repurchase", moving(contract), FORM)
    assert venue.contracts.live[contract].agreed.repurchase_day == EARLIER


@pytest.mark.parametrize(
    ("kind", "case", "code"),
    [
        ("early_repurchase", "deferred", "EARLY_NOT_AGREED"),
        ("deferred_repurchase", "early", "DEFER_NOT_AGREED"),
    ],
)
def test_a_case_that_the_agreement_is_silent_on_is_not_allowed(kind: str, case: str, code: str) -> None:
    venue = house()
    contract = venue.outstanding(agreed(cases={case: WORDS}))
    assert objection(venue, kind, moving(contract), FORM).code == code


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("early_repurchase", date(2026, 3, 7), "NOT_TRADING_DAY"),
        ("early_repurchase", BACK, "BAD_NEW_DAY"),
        ("early_repurchase", LATER, "BAD_NEW_DAY"),
        ("early_repurchase", FIRST, "BAD_NEW_DAY"),
        ("early_repurchase", date(2026, 3, 2), "BAD_NEW_DAY"),
        ("deferred_repurchase", BACK, "BAD_NEW_DAY"),
        ("deferred_repurchase", EARLIER, "BAD_NEW_DAY"),
        ("deferred_repurchase", date(2040, 3, 1), "CALENDAR_NOT_PUBLISHED"),
    ],
)
def test_the_new_day_is_a_trading_day_on_the_right_side_of_the_agreed_one(
    kind: str, day: date, code: str
) -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    assert objection(venue, kind, moving(contract, day), FORM).code == code


@pytest.mark.parametrize(
    ("clock", "code"), [("14:59", ""), ("15:00", "BAD_NEW_DAY"), ("18:00", "BAD_NEW_DAY")]
)
def test_today_is_possible_while_a_repurchase_can_still_be_done_today(clock: str, code: str) -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    venue.open(SHEA, EARLIER)
    venue.until(EARLIER, clock)
    form = moving(contract)
    if code:
        assert objection(venue, "early_repurchase", form, FORM).code == code
    else:
        approved(venue, "early_repurchase", form, FORM)
        venue.repurchase(contract, ALPHA)
        assert venue.state(contract) == "repurchased"


def test_a_day_that_passed_before_the_approval_is_refused_then() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    number = handled(venue, submitted(venue, "early_repurchase", moving(contract), FORM))
    venue.until(EARLIER, "15:30")
    assert at_approval(venue, number).code == "BAD_NEW_DAY"


def test_a_repurchase_submitted_before_the_approval_stops_the_change_until_it_is_withdrawn() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    number = handled(venue, submitted(venue, "deferred_repurchase", moving(contract, LATER), FORM))
    venue.open(SHEA, BACK)
    venue.repurchase(contract, ALPHA, confirmed=False)
    refused = at_approval(venue, number)
    assert (refused.code, refused.details["state"]) == ("BAD_STATE", "repurchase_submitted")


@pytest.mark.parametrize("state", ["filed", "overdue", "repurchased"])
def test_only_what_is_outstanding_is_moved(state: str) -> None:
    venue = house()
    contract = venue.file(agreed(**CASES)) if state == "filed" else venue.outstanding(agreed(**CASES))
    if state != "filed":
        venue.open(SHEA, BACK)
    if state == "repurchased":
        venue.repurchase(contract, ALPHA)
    if state == "overdue":
        venue.until(BACK, "16:00")
    refused = objection(venue, "deferred_repurchase", moving(contract, LATER), FORM)
    assert (refused.code, refused.details["state"]) == ("BAD_STATE", state)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"contract": "HG00000099"}, "CONTRACT_UNKNOWN"),
        ({"agreement_no": "R-2026-002"}, "TERMS_MISMATCH"),
        ({"seller_name": "Gamma Ltd"}, "PARTY_MISMATCH"),
        ({"buyer_name": "Gamma Ltd"}, "PARTY_MISMATCH"),
        ({"declared_true": None}, "DECLARATION_MISSING"),
        ({"buyer_legal_representative": None}, "FIELD_MISSING"),
        ({"new_repurchase_price": None}, "FIELD_MISSING"),
    ],
)
def test_the_form_must_agree_with_the_contract(said: dict[str, Any], code: str) -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    assert objection(venue, "early_repurchase", moving(contract, **said), FORM).code == code


@pytest.mark.parametrize(
    ("papers", "code"),
    [
        ({}, "DOC_MISSING"),
        ({"application_form": 0}, "NOT_STAMPED"),
        ({"application_form": 1}, "SINGLE_STAMP_ONLY"),
        ({"application_form": 2, "supplementary_agreement": 1}, "SINGLE_STAMP_ONLY"),
    ],
)
def test_its_papers_bear_both_seals(papers: dict[str, int], code: str) -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    assert objection(venue, "early_repurchase", moving(contract), papers).code == code


def test_one_side_alone_does_not_change_a_contract() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    number = drafted(venue, "early_repurchase", moving(contract), {}, ALPHA, BETA)
    digest = sha256(b"form").hexdigest()
    # Whatever is handed in afterwards voids the signatures: only the seller signs again.
    venue.send(ALPHA, AttachMaterial(number, "application_form", digest, 1, "application/pdf", stamps=2))
    whole = venue.exchange.applications.live[number].digest()
    venue.send(ALPHA, SignApplication(number, "seller", whole))
    refused = venue.objection(ALPHA, SubmitApplication(number))
    assert (refused.code, refused.clause) == ("JOINT_APPLICATION_REQUIRED", "REPO-4.5-a")


def test_another_pair_learns_nothing_of_a_contract_and_changes_nothing() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    form = moving(contract, buyer_name="Gamma Ltd")
    assert objection(venue, "early_repurchase", form, FORM, other=GAMMA).code == "PARTY_MISMATCH"
    venue.open(SHEA, BACK)
    venue.repurchase(contract, ALPHA)
    assert objection(venue, "early_repurchase", form, FORM, other=GAMMA).code == "PARTY_MISMATCH"


@pytest.mark.parametrize(
    ("authority", "code"),
    [
        (Authority(["early_deferred"], date(2026, 1, 1), date(2026, 3, 3)), ""),
        (Authority(["early_deferred"], date(2026, 1, 1), date(2026, 3, 2)), "AUTH_EXPIRED"),
        (Authority(["early_deferred"], date(2026, 3, 4), date(2026, 12, 31)), "AUTH_EXPIRED"),
        (Authority(["initial", "measures", "release"], date(2026, 1, 1), date(2026, 12, 31)), "AUTH_SCOPE"),
        (None, "AUTH_SCOPE"),
    ],
)
def test_who_signs_for_a_side_has_a_power_of_attorney_for_it(authority: Authority | None, code: str) -> None:
    venue = house()
    authorities = {"buyer": authority} if authority is not None else {}
    contract = venue.outstanding(agreed(**CASES, authorities=authorities))
    form = moving(contract, buyer_signed_by="agent")
    if code:
        assert objection(venue, "early_repurchase", form, FORM).code == code
    else:
        approved(venue, "early_repurchase", form, FORM)


def test_a_deferral_obeys_the_compliance_cutoff_again() -> None:
    venue = House().parties()
    venue.change(SHEA, "surrender_deadline", "2026-03-20", FIRST)
    venue.traded(Alpha=60_000).open(SHEA)
    # 2026-03-20 is a Friday: the third trading day before it is Tuesday the 17th.
    contract = venue.outstanding(agreed(**CASES, for_surrender=True))
    late = moving(contract, date(2026, 3, 18))
    assert objection(venue, "deferred_repurchase", late, FORM).code == "AFTER_COMPLIANCE_CUTOFF"
    approved(venue, "deferred_repurchase", moving(contract, LATER), FORM)
    assert venue.contracts.live[contract].due == LATER


def test_the_second_reviewer_is_another_person() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**CASES))
    number = handled(venue, submitted(venue, "early_repurchase", moving(contract), FORM))
    assert venue.objection("admin", ClaimApplication(number)).code == "MAKER_CHECKER_SAME"


def test_a_contract_has_one_application_about_it_at_a_time() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**RELEASABLE, **CASES))
    number = submitted(venue, "early_repurchase", moving(contract), FORM)
    later = moving(contract, LATER)
    assert objection(venue, "deferred_repurchase", later, FORM).code == "DUPLICATE_APPLICATION"
    assert objection(venue, "release", of_form(contract), FORM).code == "DUPLICATE_APPLICATION"
    venue.send(ALPHA, WithdrawApplication(number))
    approved(venue, "deferred_repurchase", later, FORM)


# --- amendments ------------------------------------------------------------------------------------------------


def amending(contract: str, /, **said: Any) -> dict[str, Any]:
    """The form of an amendment that both signed on the initial day."""
    signed = {"seller_signed_on": FIRST.isoformat(), "buyer_signed_on": FIRST.isoformat()}
    form = {"contract": contract, "agreement_no": "R-2026-001", "declared_true": True, **signed, **said}
    return tokens({name: value for name, value in form.items() if value is not None})


AMENDMENT = {"amendment_agreement": 2}


def test_an_amendment_that_both_signed_changes_cases_texts_and_contacts_and_leaves_the_rest() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**SECURED, cases={"early": WORDS}, texts={"other_measures": "无"}))
    said = {
        "without_early": True,
        "deferred_conditions": "清缴延期",
        "deferred_price": "35.50",
        "deferred_day": "2026-03-17",
        "release_conditions": "双方一致同意",
        "release_by": "buyer",
        "abnormal_cases": "账户被司法冻结",
        "buyer_contact": "周六",
        "buyer_mail": "new@example.com",
    }
    event = only(approved(venue, "amendment", amending(contract, **said), AMENDMENT), TermsChanged)
    assert (event.what, event.version) == ("amendment", 2)
    personal = tokens({name: said[name] for name in ("buyer_contact", "buyer_mail")})
    assert event.agreed == agreed(
        **SECURED,
        cases={"deferred": Case("清缴延期", "35.50", "2026-03-17")},
        texts={"other_measures": "无", "abnormal_cases": "账户被司法冻结"},
        release_conditions="双方一致同意",
        release_by="buyer",
        contacts={"buyer": {"contact": personal["buyer_contact"], "mail": personal["buyer_mail"]}},
    )
    assert venue.contracts.live[contract].due == BACK
    approved(venue, "deferred_repurchase", moving(contract, LATER, "35.50"), FORM)
    assert venue.contracts.live[contract].version == 3
    venue.replayed()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"buyer_signed_on": None}, "AMENDMENT_NOT_SIGNED"),
        ({"seller_signed_on": "2026-03-04"}, "AMENDMENT_NOT_SIGNED"),
        ({"abnormal_cases": None}, "FIELD_MISSING"),
        ({"early_price": "34.60"}, "FIELD_MISSING"),
        ({"without_early": True, "early_price": "34.60"}, "BAD_FIELD"),
        ({"alarm_ratio": "150"}, "MONITORING_NOT_AVAILABLE"),
        ({"agreement_no": "R-2026-002"}, "TERMS_MISMATCH"),
        ({"contract": "HG00000099"}, "CONTRACT_UNKNOWN"),
        ({"declared_true": None}, "DECLARATION_MISSING"),
    ],
)
def test_what_no_amendment_can_be_is_refused(said: dict[str, Any], code: str) -> None:
    venue = house()
    contract = venue.outstanding()
    form = amending(contract, **{"abnormal_cases": "账户被司法冻结", **said})
    assert objection(venue, "amendment", form, AMENDMENT).code == code


def test_an_amendment_bears_both_seals_and_waits_while_something_is_under_way() -> None:
    venue = house()
    contract = venue.file()
    form = amending(contract, abnormal_cases="账户被司法冻结")
    assert objection(venue, "amendment", form, {"amendment_agreement": 1}).code == "SINGLE_STAMP_ONLY"
    venue.submit(contract)
    assert objection(venue, "amendment", form, AMENDMENT).code == "BAD_STATE"
    venue.confirm(contract)
    venue.complete(contract)
    approved(venue, "amendment", form, AMENDMENT)


def test_what_was_traded_or_frozen_is_no_field_of_an_amendment() -> None:
    venue = house()
    contract = venue.outstanding()
    for name in (
        "initial_price",
        "repurchase_price",
        "repurchase_day",
        "underlying",
        "freeze_ratio",
        "margin",
    ):
        with pytest.raises(Refusal, match="BAD_FIELD"):
            submitted(venue, "amendment", amending(contract, **{name: "1"}), AMENDMENT)


# --- the release of measures -----------------------------------------------------------------------------------


def test_a_release_that_was_agreed_frees_that_contract_s_measures_and_no_other() -> None:
    venue = house()
    small = {"rows": [Row("SHEA", 5_000)], "agreement_no": "R-2026-002"}
    contract = venue.outstanding(agreed(**RELEASABLE))
    other = venue.outstanding(agreed(**{**RELEASABLE, **small}))
    assert venue.units(BETA) == {"available": 44_000, "pledged": 11_000}
    event = only(approved(venue, "release", of_form(contract), FORM), MeasuresReleased)
    assert (event.contract, event.pledged_tonnes, event.margin_fen) == (contract, [10_000], 10_000_000)
    assert venue.units(BETA) == {"available": 54_000, "pledged": 1_000}
    assert venue.cash(ALPHA)["margin"] == 10_000_000
    assert not venue.contracts.live[contract].secured
    assert venue.contracts.live[other].secured
    assert venue.state(contract) == "outstanding"
    venue.open(SHEA, BACK)
    venue.repurchase(contract, ALPHA)
    venue.repurchase(other, BETA)
    assert venue.units(ALPHA) == {"available": 60_000}
    venue.replayed()


def test_measures_are_released_once() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**RELEASABLE))
    approved(venue, "release", of_form(contract), FORM)
    refused = objection(venue, "release", of_form(contract), FORM)
    assert (refused.code, refused.details["state"]) == ("BAD_STATE", "released")


def test_a_release_ends_the_monitoring_as_well_and_a_contract_that_is_only_monitored_ends_without_one() -> (
    None
):
    venue = house()
    small = {"rows": [Row("SHEA", 5_000)], "agreement_no": "R-2026-002"}
    watched = {"monitored": True, "alarm_hundredths": 15_000}
    contract = venue.outstanding(agreed(**watched, release_conditions="购回前双方一致同意"))
    other = venue.outstanding(agreed(**watched, **small))
    collateral = collateral_of(venue.exchange)
    assert collateral.by_buyer == {BETA: {contract: None, other: None}}
    event = only(approved(venue, "release", of_form(contract), FORM), MeasuresReleased)
    assert (event.pledged_tonnes, event.margin_fen) == ([0], 0)
    assert collateral.by_buyer == {BETA: {other: None}}
    record = approved(venue, "termination", of_statement(venue, other), ABNORMAL)
    assert not [one for one in record.events if isinstance(one, MeasuresReleased)]
    assert collateral.by_buyer == {}
    venue.replayed()


def test_a_release_needs_the_agreement_or_one_made_since_or_a_ruling() -> None:
    venue = house()
    contract = venue.outstanding(agreed(**SECURED))
    form = of_form(contract)
    assert objection(venue, "release", form, FORM).code == "RELEASE_NOT_AGREED"
    approved(venue, "release", form, {**FORM, "supplementary_agreement": 2})


@pytest.mark.parametrize(
    ("release_by", "by", "papers", "code"),
    [
        ("both", ALPHA, {"application_form": 1}, "JOINT_APPLICATION_REQUIRED"),
        ("buyer", ALPHA, {"application_form": 1}, "JOINT_APPLICATION_REQUIRED"),
        ("seller", BETA, {"application_form": 1}, "JOINT_APPLICATION_REQUIRED"),
        ("seller", GAMMA, {"application_form": 1}, "PARTY_MISMATCH"),
        ("buyer", BETA, {}, "DOC_MISSING"),
        ("seller", ALPHA, {"application_form": 1}, ""),
        ("buyer", BETA, {"application_form": 1}, ""),
        ("both", ALPHA, {"application_form": 1, "court_ruling": 0}, ""),
        ("seller", BETA, {"application_form": 1, "court_ruling": 0}, ""),
    ],
)
def test_one_side_releases_where_the_agreement_says_so_or_a_court_has_ruled(
    release_by: str, by: str, papers: dict[str, int], code: str
) -> None:
    venue = house()
    contract = venue.outstanding(agreed(**RELEASABLE, release_by=release_by))
    application = ("release_alone", of_form(contract), papers)
    if code:
        assert objection(venue, *application, by=by).code == code
    else:
        only(approved(venue, *application, by=by), MeasuresReleased)


def test_nothing_is_released_before_there_is_a_measure_or_while_the_repurchase_is_under_way() -> None:
    venue = house()
    contract = venue.file(agreed(**RELEASABLE))
    assert objection(venue, "release", of_form(contract), FORM).code == "BAD_STATE"
    venue.submit(contract)
    venue.confirm(contract)
    venue.complete(contract)
    number = handled(venue, submitted(venue, "release", of_form(contract), FORM))
    venue.open(SHEA, BACK)
    venue.repurchase(contract, ALPHA, confirmed=False)
    assert at_approval(venue, number).code == "BAD_STATE"


def test_an_agent_releases_with_a_power_of_attorney_for_it() -> None:
    venue = house()
    early = Authority(["early_deferred"], date(2026, 1, 1), date(2026, 12, 31))
    contract = venue.outstanding(agreed(**RELEASABLE, authorities={"seller": early}))
    form = of_form(contract, seller_signed_by="agent")
    assert objection(venue, "release", form, FORM).code == "AUTH_SCOPE"


# --- termination and closing off-exchange ------------------------------------------------------------------------


def overdue(venue: House, **changes: Any) -> str:
    """A contract that was not repurchased."""
    contract = venue.outstanding(agreed(**changes))
    venue.open(SHEA, BACK)
    venue.until(BACK, "16:00")
    assert venue.state(contract) == "overdue"
    return contract


def test_an_overdue_contract_ends_once_its_measures_are_released_and_nothing_else_moves() -> None:
    venue = house()
    contract = overdue(venue, **RELEASABLE)
    form = of_statement(venue, contract)
    assert objection(venue, "termination", form, STATEMENT).code == "FREEZE_OUTSTANDING"
    approved(venue, "release", of_form(contract), FORM)
    before = venue.means()
    event = only(approved(venue, "termination", form, STATEMENT), ContractEnded)
    assert (event.contract, event.state, event.effective) == (contract, "terminated", BACK)
    assert venue.means() == before
    assert venue.exchange.ledger.contra.risk_reserve == 0
    assert venue.state(contract) == "terminated"
    venue.replayed()


def test_one_application_releases_and_then_ends() -> None:
    venue = house()
    contract = overdue(venue, **RELEASABLE)
    form = of_statement(venue, contract, release_measures=True, settled_off_exchange=True)
    record = approved(venue, "termination", form, STATEMENT)
    ends = [event for event in record.events if isinstance(event, MeasuresReleased | ContractEnded)]
    assert [type(event) for event in ends] == [MeasuresReleased, ContractEnded]
    assert ends[1].state == "closed_off_exchange"
    # Off-exchange closing moves nothing: who has the units keeps them, the margin is its owner's again.
    assert venue.units(BETA) == {"available": 50_000}
    assert venue.cash(ALPHA) == {"available": 1_000_000_000 + 171_862_400}
    venue.replayed()


def test_before_its_day_a_contract_ends_in_an_abnormal_case_with_its_documents_only() -> None:
    venue = house()
    contract = venue.outstanding()
    form = of_statement(venue, contract)
    refused = objection(venue, "termination", form, STATEMENT)
    assert (refused.code, refused.details["document"], refused.clause) == (
        *("DOC_MISSING", "abnormal_case"),
        "REPO-4.7-c",
    )
    assert only(approved(venue, "termination", form, ABNORMAL), ContractEnded).state == "terminated"


def test_a_termination_takes_effect_on_its_day() -> None:
    venue = house()
    contract = venue.outstanding()
    form = of_statement(venue, contract, effective_day=EARLIER.isoformat())
    approved(venue, "termination", form, ABNORMAL)
    assert venue.state(contract) == "outstanding"
    venue.until(EARLIER, "00:00")
    assert venue.state(contract) == "terminated"
    venue.replayed()


def test_what_is_repurchased_before_its_termination_takes_effect_stays_repurchased() -> None:
    venue = house()
    contract = venue.outstanding()
    form = of_statement(venue, contract, effective_day=LATER.isoformat())
    approved(venue, "termination", form, ABNORMAL)
    venue.open(SHEA, BACK)
    venue.repurchase(contract, BETA)
    venue.until(LATER, "09:00")
    assert venue.state(contract) == "repurchased"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"contract": "HG00000099"}, "CONTRACT_UNKNOWN"),
        ({"application_form_no": 2}, "PARTY_MISMATCH"),
        ({"buyer_name": "Gamma Ltd"}, "PARTY_MISMATCH"),
        ({"effective_day": None}, "FIELD_MISSING"),
        ({"declared_true": None}, "DECLARATION_MISSING"),
    ],
)
def test_the_statement_must_agree_with_the_contract(said: dict[str, Any], code: str) -> None:
    venue = house()
    contract = venue.outstanding()
    assert objection(venue, "termination", of_statement(venue, contract, **said), ABNORMAL).code == code


def test_the_statement_bears_both_seals() -> None:
    venue = house()
    contract = venue.outstanding()
    one = {"termination_statement": 1, "abnormal_case": 0}
    refused = objection(venue, "termination", of_statement(venue, contract), one)
    assert (refused.code, refused.clause) == ("SINGLE_STAMP_ONLY", "REPO-A7-1")


def test_what_is_closed_under_way_or_another_pair_s_is_not_ended() -> None:
    venue = house()
    contract = venue.outstanding()
    form = of_statement(venue, contract)
    another = {**form, "buyer_name": "Gamma Ltd"}
    assert objection(venue, "termination", another, ABNORMAL, other=GAMMA).code == "PARTY_MISMATCH"
    number = handled(venue, submitted(venue, "termination", form, ABNORMAL))
    venue.open(SHEA, BACK)
    venue.repurchase(contract, ALPHA, confirmed=False)
    assert at_approval(venue, number).details["state"] == "repurchase_submitted"
    venue.send(ALPHA, WithdrawApplication(number))
    venue.until(BACK, "16:00")
    approved(venue, "termination", form, STATEMENT)
    refused = objection(venue, "termination", form, STATEMENT)
    assert (refused.code, refused.details["state"]) == ("BAD_STATE", "terminated")


@pytest.mark.parametrize("by", [ALPHA, BETA, "admin"])
def test_a_ruling_ends_a_contract_on_one_side_s_word_or_the_exchange_s(by: str) -> None:
    venue = house()
    contract = venue.outstanding(agreed(**SECURED))
    form = of_statement(venue, contract, release_measures=True)
    refused = objection(venue, "termination_by_ruling", form, {}, by=by)
    assert (refused.code, refused.details["document"]) == ("DOC_MISSING", "court_ruling")
    number = submitted(venue, "termination_by_ruling", form, {"court_ruling": 0}, by=by)
    if by == "admin":
        # Who filed it reviews it in no stage.
        assert venue.objection("admin", ClaimApplication(number)).code == "MAKER_CHECKER_SAME"
        venue.two(AppointStaff("third", "staff", ["market"]))
    reviewers = ("admin2", "third") if by == "admin" else ("admin", "admin2")
    handled(venue, number, reviewers[0])
    only(checked(venue, number, reviewers[1]), ContractEnded)
    assert venue.units(BETA) == {"available": 50_000}


def test_a_third_party_ends_nothing_even_with_a_ruling() -> None:
    venue = house()
    contract = venue.outstanding()
    form = of_statement(venue, contract)
    refused = objection(venue, "termination_by_ruling", form, {"court_ruling": 0}, by=GAMMA)
    assert refused.code == "PARTY_MISMATCH"


def test_the_effects_commands_are_nobody_s_to_send() -> None:
    venue = house()
    venue.send("registry", TransferIn(ALPHA, "SHEA", 1))
    for name in ("change_terms", "release_measures", "end_contract"):
        kind = venue.exchange.command_types[f"sh_repo.{name}"]
        for who in ("admin", ALPHA, "registry", "channel"):
            assert venue.refusal(who, kind(1)) == "PERMISSION_DENIED"
