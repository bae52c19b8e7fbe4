"""Filing a repo: whatever is altered is refused with its own reason; the whole one becomes a contract by two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kernel.helpers import Venue
from repo.samples import (
    files,
    filing,
    qualification,
    qualification_files,
    tokens,
)
from sh_repo.agreement import agreed_from
from sh_repo.contract import Authority, Case, Row
from sh_repo.contracts import contracts_of
from sh_repo.disclosure import ReplaceDisclosure, own_disclosure
from sh_repo.events import ContractFiled
from sh_repo.rulebook import trial_ends
from sh_repo.standings import (
    MANAGED_UNIT,
    REDUCTION_PARTY,
    SENIOR,
    QualificationGranted,
    RecordStanding,
    WithdrawStanding,
)
from tanpan.filing import AmendApplication, DraftApplication, SignApplication, SubmitApplication
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.messages import Command
from tanpan.oversight import LiftMeasure, TakeMeasure
from tanpan.refusals import Refusal
from tanpan.reviewing import ApproveApplication, ClaimApplication, ReceivePaper, ReturnApplication
from tanpan.trading_day import AnnounceClosure

BEFORE = date(2026, 2, 9)
FILED = date(2026, 2, 10)
INITIAL = date(2026, 3, 2)
REPURCHASE = date(2026, 3, 31)
"""From 2 March to 31 March are 30 days (worked example 8)."""
ALPHA, BETA, GAMMA, DELTA = "Alpha", "Beta", "Gamma", "Delta"
FEE_PPM = 800


def founded() -> Venue:
    """A managed unit, a senior entity, somebody of reductions only, and somebody who is nothing; all listed by 10 February."""
    made = Venue("sh_repo", day=BEFORE).people(accounts=(ALPHA, BETA, GAMMA, DELTA))
    for account, standing in ((ALPHA, MANAGED_UNIT), (BETA, SENIOR), (GAMMA, REDUCTION_PARTY)):
        made.two(RecordStanding(account, standing, "list of 2026"))
    for code, product, vintage in (
        ("SHEA", "SHEA", "2025"),
        ("SHCER", "SHCER", ""),
        ("CCER", "CCER", ""),
    ):
        made.send("admin", RegisterInstrument(code, "shea", product, code, "", vintage))
        made.two(ListInstrument(code, FILED, 4_300))
    made.send("admin", RegisterInstrument("SHEA26", "shea", "SHEA", "SHEA26", "", "2026"))
    made.change("shea", "repo_fee_ppm", FEE_PPM, FILED)
    return made.open("shea", FILED, "09:40")


def qualified(venue: Venue, account: str = BETA) -> int:
    """An initial buyer that two persons have qualified; the application's number."""
    number = handed_in(venue, account)
    venue.send("admin", ReceivePaper(number, 1))
    passed(venue, "admin", number)
    passed(venue, "admin2", number)
    return number


def handed_in(venue: Venue, account: str = BETA, **changes: Any) -> int:
    """A qualification that was applied for."""
    content = tokens(qualification(f"{account} Ltd", **changes))
    number: int = (
        venue.send(account, DraftApplication("sh_repo.qualification", content)).events[0].application
    )
    for file in qualification_files(number):
        venue.send(account, file)
    venue.send(account, SubmitApplication(number))
    return number


def passed(venue: Venue, reviewer: str, number: int) -> list[Any]:
    """One review, found in order; what came of it."""
    venue.send(reviewer, ClaimApplication(number))
    return list(venue.send(reviewer, ApproveApplication(number)).events)


def drafted(venue: Venue, content: dict[str, Any], seller: str = ALPHA, buyer: str = BETA) -> int:
    """A filing that is filled in; nothing handed in yet."""
    parties = {"buyer": buyer} if buyer else {}
    command = DraftApplication("sh_repo.filing", tokens(content), parties)
    number: int = venue.send(seller, command).events[0].application
    return number


def signed(venue: Venue, number: int, *parties: str) -> None:
    """Both have signed what stands there, or who is named."""
    application = venue.exchange.applications.of(number)
    for party in parties or ("seller", "buyer"):
        if party in application.parties:
            actor = application.parties[party]
            venue.send(actor, SignApplication(number, party, application.digest()))


def filed(
    venue: Venue, content: dict[str, Any], *, seller: str = ALPHA, buyer: str = BETA, **faults: Any
) -> int:
    """A filing that was submitted, with its papers; `faults` are those of papers by their names."""
    number = drafted(venue, content, seller, buyer)
    for file in files(number, **faults):
        venue.send(seller, file)
    signed(venue, number)
    venue.send(seller, SubmitApplication(number))
    return number


def approved(venue: Venue, number: int) -> list[Any]:
    """The original received, and both reviews; what came of the last."""
    venue.send("admin", ReceivePaper(number, 1))
    passed(venue, "admin", number)
    return passed(venue, "admin2", number)


def refused(what: Callable[[], object]) -> Refusal:
    """The refusal of something."""
    with pytest.raises(Refusal) as caught:
        what()
    return caught.value


def whole(**changes: Any) -> dict[str, Any]:
    """The sample of 2 to 31 March, signed on 9 February; with changes."""
    return filing(INITIAL, REPURCHASE, BEFORE, **changes)


@pytest.fixture
def venue() -> Venue:
    made = founded()
    qualified(made)
    return made


# --- the way through ------------------------------------------------------------------------------------------


def test_a_whole_filing_becomes_a_contract_once_two_persons_found_it_in_order(venue: Venue) -> None:
    number = filed(venue, whole())
    events = approved(venue, number)
    contract = next(one for one in events if isinstance(one, ContractFiled))
    assert (contract.contract, contract.seller, contract.buyer) == (f"HG{number:08d}", ALPHA, BETA)
    agreed = contract.agreed
    assert agreed.rows == [Row("SHEA", 50_000, 10_000)]
    assert (agreed.initial_fen, agreed.initial_amount_fen) == (3_440, 172_000_000)
    assert (agreed.repurchase_fen, agreed.repurchase_amount_fen) == (3_500, 175_000_000)
    assert agreed.term_days == 30
    assert (agreed.freezes, agreed.ratio_hundredths, agreed.margin_fen) == (True, 2_000, 10_000_000)
    assert (agreed.monitored, agreed.alarm_hundredths) == (True, 15_000)
    assert agreed.cases == {"early": Case("双方协商一致", "按实际天数折算", "双方商定的交易日")}
    assert agreed.authorities["seller"] == Authority(
        ["initial", "measures", "early_deferred", "release"], BEFORE, REPURCHASE
    )
    assert agreed.texts["seller_default"] == "到期不购回"
    assert contracts_of(venue.exchange).of(contract.contract).agreed == agreed


def test_a_replay_and_a_snapshot_give_the_same_state(venue: Venue) -> None:
    approved(venue, filed(venue, whole()))
    filed(venue, whole(agreement_no="R-2026-002"))
    venue.two(replaced("2026-02", date(2026, 2, 12)))
    venue.send("admin", TakeMeasure("shea", BETA, "suspend_repo", "late report"))
    again = venue.fresh()
    again.apply(again.decode_records(venue.exchange.encode_records(venue.drained())))
    restored = venue.fresh()
    restored.restore(venue.exchange.snapshot())
    assert venue.exchange.state_hash() == again.state_hash() == restored.state_hash()


def test_an_approval_carries_out_nothing_while_the_originals_are_missing(venue: Venue) -> None:
    number = filed(venue, whole())
    venue.send("admin", ClaimApplication(number))
    assert refused(lambda: venue.send("admin", ApproveApplication(number))).code == "PAPER_NOT_RECEIVED"


def test_the_handler_is_not_the_checker(venue: Venue) -> None:
    number = filed(venue, whole())
    venue.send("admin", ReceivePaper(number, 1))
    passed(venue, "admin", number)
    assert refused(lambda: venue.send("admin", ClaimApplication(number))).code == "MAKER_CHECKER_SAME"


def test_what_is_missing_is_told_as_the_forms_call_it(venue: Venue) -> None:
    number = drafted(venue, whole())
    missing = refused(lambda: venue.send(ALPHA, SubmitApplication(number)))
    assert missing.code == "DOC_MISSING"
    assert "材料 《上海碳市场回购交易业务申请表》（application_form）" in missing.text("zh")
    for file in files(number):
        venue.send(ALPHA, file)
    unsigned = refused(lambda: venue.send(ALPHA, SubmitApplication(number)))
    assert unsigned.code == "JOINT_APPLICATION_REQUIRED"
    assert "当事方 初始卖出方（seller）" in unsigned.text("zh")


def test_whoever_names_an_account_does_not_learn_whose_it_is(venue: Venue) -> None:
    number = drafted(venue, whole(buyer_name="Somebody Ltd"))
    for file in files(number):
        venue.send(ALPHA, file)
    signed(venue, number)
    told = refused(lambda: venue.send(ALPHA, SubmitApplication(number)))
    assert (told.code, told.details) == ("PARTY_MISMATCH", {"field": "buyer_name", "value": "Somebody Ltd"})


# --- one altered element -----------------------------------------------------------------------------------------

ROW = {"instrument": "SHEA", "quantity_tonnes": 50_000}
REDUCTION = [{"instrument": "SHCER", "quantity_tonnes": 50_000}]
OF_REDUCTIONS: dict[str, Any] = {
    "underlying": REDUCTION,
    "freezes": False,
    "freeze_ratio": None,
    "monitored": False,
    "monitoring_formula": None,
    "alarm_ratio": None,
}

ALTERED = [
    # the ten elements (articles 6 to 15)
    *(
        ({name: None}, "FIELD_MISSING", "REPO-A6-6-15")
        for name in (
            "underlying",
            "initial_day",
            "initial_price",
            "initial_amount",
            "repurchase_quantity",
            "repurchase_day",
            "repurchase_price",
            "repurchase_amount",
            "term_days",
        )
    ),
    ({"underlying": [{"instrument": "SHEA"}]}, "FIELD_MISSING", "REPO-A6-6-15"),
    ({"underlying": [ROW | {"quantity_tonnes": 0}]}, "BAD_QUANTITY", "REPO-A6-6-15"),
    ({"repurchase_day": "2026-03-02", "term_days": 1}, "BAD_DATES", "REPO-A6-1.3"),
    ({"repurchase_day": "2026-02-27", "term_days": 4}, "BAD_DATES", "REPO-A6-1.3"),
    ({"term_days": 29}, "TERM_MISMATCH", "REPO-A6-1.12"),
    ({"term_days": 31}, "TERM_MISMATCH", "REPO-A6-1.12"),
    ({"initial_day": "2026-02-28", "term_days": 32}, "NOT_TRADING_DAY", "REPO-A6-6-15"),
    ({"repurchase_day": "2026-03-28", "term_days": 27}, "NOT_TRADING_DAY", "REPO-A6-6-15"),
    ({"initial_amount": "1720000.01"}, "AMOUNT_MISMATCH", "REPO-A6-1.5-9"),
    ({"repurchase_amount": "1749999.99"}, "AMOUNT_MISMATCH", "REPO-A6-1.5-9"),
    ({"repurchase_quantity": 49_999}, "TERMS_MISMATCH", "REPO-A6-1.5-9"),
    # the underlying
    ({"underlying": [ROW | {"instrument": "CEA"}]}, "UNKNOWN_INSTRUMENT", "REPO-A6-1.4"),
    ({"underlying": [ROW | {"instrument": "SHEA26"}]}, "NOT_LISTED", "REPO-A6-1.4"),
    (
        {"underlying": [ROW, {"instrument": "SHCER", "quantity_tonnes": 1}]},
        "ONE_ROW_ONLY",
        "REPO-4.2.2-d",
    ),
    ({"underlying": [ROW, ROW]}, "BAD_FIELD", "REPO-4.2.2-d"),
    # who
    ({"seller_name": "Alpha"}, "PARTY_MISMATCH", "REPO-A3-3"),
    ({"buyer_name": "Gamma Ltd"}, "PARTY_MISMATCH", "REPO-A3-2"),
    ({"buyer_name": "Alpha Ltd"}, "SELF_TRADE", "REPO-A6-P"),
    ({"seller_managed": False}, "PARTY_MISMATCH", "REPO-A3-3"),
    ({"seller_legal_representative": None}, "FIELD_MISSING", "REPO-A6-P"),
    ({"buyer_domicile": None}, "FIELD_MISSING", "REPO-A6-P"),
    ({"agreement_no": None}, "FIELD_MISSING", "REPO-A3-1"),
    ({"buyer_post": None}, "FIELD_MISSING", "REPO-A6-28.1"),
    # the manual
    ({"manual": "2024-06-01"}, "RULE_SUPERSEDED", "REPO-5-c"),
    ({"manual": "2026-01-01"}, "BAD_FIELD", "REPO-1-a"),
    # measures
    (
        {"freezes": False, "freeze_ratio": None, "underlying": [ROW]},
        "FREEZE_REQUIRED",
        "REPO-A6-1.15",
    ),
    ({"freeze_ratio": "100.01"}, "BAD_RATIO", "REPO-A6-21"),
    ({"freeze_ratio": "-0.01"}, "BAD_RATIO", "REPO-A6-21"),
    ({"underlying": [ROW | {"frozen_tonnes": 50_001}]}, "FREEZE_EXCEEDS_QTY", "REPO-4.2.2-d"),
    ({"underlying": [ROW | {"frozen_tonnes": 9_999}]}, "FREEZE_MISMATCH", "REPO-A6-21"),
    ({"underlying": [ROW | {"frozen_tonnes": 10_001}]}, "FREEZE_MISMATCH", "REPO-A6-21"),
    ({"monitoring_formula": "other"}, "MONITORING_NOT_AVAILABLE", "REPO-A6-1.17-c"),
    ({"monitored": False}, "MONITORING_NOT_AVAILABLE", "REPO-A6-1.17-c"),
    (
        {**OF_REDUCTIONS, "monitored": True, "monitoring_formula": "reference"},
        "MONITORING_NOT_AVAILABLE",
        "REPO-A6-1.17-a",
    ),
    ({"underlying": REDUCTION, "freeze_ratio": None, "monitored": False}, "FIELD_MISSING", "REPO-A3-5"),
    ({"for_surrender": True}, "CUTOFF_NOT_CONFIGURED", "REPO-A6-12"),
    # cases
    ({"early_day": None}, "FIELD_MISSING", "REPO-A6-23"),
    ({"deferred_price": "35.50"}, "FIELD_MISSING", "REPO-A6-24"),
    # what was signed
    ({"seller_disclosure": None}, "DISCLOSURE_MISSING", "REPO-A6-18"),
    ({"buyer_disclosure": "2024-01"}, "DISCLOSURE_OUTDATED", "REPO-A4-7"),
    ({"buyer_copied": None}, "DISCLOSURE_NOT_COPIED", "REPO-A4-7"),
    ({"seller_copied": "已阅读"}, "DISCLOSURE_NOT_COPIED", "REPO-A4-7"),
    ({"seller_authority_until": "2026-03-01"}, "AUTH_EXPIRED", "REPO-A5-1"),
    ({"buyer_authority_from": "2026-02-11"}, "AUTH_EXPIRED", "REPO-A5-1"),
    ({"seller_may_initial": None}, "AUTH_SCOPE", "REPO-A5-1"),
    ({"buyer_may_measures": False}, "AUTH_SCOPE", "REPO-A5-1"),
    ({"buyer_handler_identity": "11010519491231002X"}, "AGENT_ID_MISMATCH", "REPO-A5-1"),
    ({"seller_declares_no_litigation": False}, "DECLARATION_MISSING", "REPO-A6-2.3"),
    ({"buyer_declares_accepts_measures": None}, "DECLARATION_MISSING", "REPO-A6-2.3"),
    ({"declared_true": None}, "DECLARATION_MISSING", "REPO-A3-7"),
    ({"buyer_signed_on": None}, "AGREEMENT_NOT_IN_FORCE", "REPO-A6-38"),
    ({"seller_signed_on": "2026-02-11"}, "AGREEMENT_NOT_IN_FORCE", "REPO-A6-38"),
]


@pytest.mark.parametrize(("change", "code", "clause"), ALTERED)
def test_a_filing_with_one_altered_element_is_refused(
    venue: Venue, change: dict[str, Any], code: str, clause: str
) -> None:
    refusal = refused(lambda: filed(venue, whole(**change)))
    venue.exchange.cite(refusal, DraftApplication("sh_repo.filing"))
    assert (refusal.code, refusal.clause) == (code, clause)


def test_each_of_the_eight_declarations_is_asked_of_each_side(venue: Venue) -> None:
    names = [name for name in whole() if "_declares_" in name]
    assert len(names) == 16
    for name in names:
        number = drafted(venue, whole(**{name: False}))
        lacking = next(iter(venue.exchange.filing.lacking(venue.exchange.applications.of(number))))
        assert (lacking.code, lacking.details["field"]) == ("DECLARATION_MISSING", name)


@pytest.mark.parametrize(
    ("paper", "fault", "code"),
    [
        ("application_form", {"stamps": 0}, "NOT_STAMPED"),
        ("application_form", {"stamps": 1}, "SINGLE_STAMP_ONLY"),
        ("repo_agreement", {"stamps": 1}, "SINGLE_STAMP_ONLY"),
        ("risk_disclosure", {"hand_signed": False}, "SIGNATURE_MISSING"),
        ("risk_disclosure", {"stamps": 0}, "NOT_STAMPED"),
        ("power_of_attorney", {"stamps": 0}, "NOT_STAMPED"),
        ("licence_copy", {"stamps": 0}, "NOT_STAMPED"),
        ("legal_person_id_copy", {"stamps": 0}, "NOT_STAMPED"),
        ("handler_id_copy", {"stamps": 0}, "NOT_STAMPED"),
    ],
)
def test_a_paper_without_its_seals_or_signature_is_refused(
    venue: Venue, paper: str, fault: dict[str, Any], code: str
) -> None:
    refusal = refused(lambda: filed(venue, whole(), **{paper: fault}))
    assert (refusal.code, refusal.details["document"]) == (code, paper)


def test_each_party_hands_in_five_papers_and_both_together_two(venue: Venue) -> None:
    number = drafted(venue, whole())
    papers = files(number)
    assert len(papers) == 2 + 2 * 5
    for left_out in papers:
        number = drafted(venue, whole())
        for file in files(number):
            if (file.material, file.party) != (left_out.material, left_out.party):
                venue.send(ALPHA, file)
        refusal = next(iter(venue.exchange.filing.lacking(venue.exchange.applications.of(number))))
        told = (refusal.code, refusal.details["document"], refusal.details["party"])
        assert told == ("DOC_MISSING", left_out.material, left_out.party)


def test_both_apply_together(venue: Venue) -> None:
    number = drafted(venue, whole())
    for file in files(number):
        venue.send(ALPHA, file)
    signed(venue, number, "seller")
    assert refused(lambda: venue.send(ALPHA, SubmitApplication(number))).code == "JOINT_APPLICATION_REQUIRED"
    signed(venue, number, "buyer")
    venue.send(ALPHA, SubmitApplication(number))


def test_an_agreement_without_a_second_party_is_none(venue: Venue) -> None:
    refusal = refused(lambda: filed(venue, whole(), buyer=""))
    assert (refusal.code, refusal.clause, refusal.details) == (
        "PARTY_MISSING",
        "REPO-A6-P",
        {"party": "buyer"},
    )


# --- who may ---------------------------------------------------------------------------------------------------


def test_a_buyer_without_a_qualification_is_refused() -> None:
    assert refused(lambda: filed(founded(), whole())).code == "REPO_QUALIFICATION_MISSING"


def test_who_is_nothing_may_not_take_part(venue: Venue) -> None:
    content = whole(buyer_name="Delta Ltd")
    assert refused(lambda: filed(venue, content, buyer=DELTA)).code == "REPO_PARTICIPANT_NOT_ELIGIBLE"


def test_a_reduction_party_takes_part_in_repos_of_reductions_only(venue: Venue) -> None:
    qualified(venue, GAMMA)
    refusal = refused(lambda: filed(venue, whole(buyer_name="Gamma Ltd"), buyer=GAMMA))
    assert (refusal.code, refusal.clause) == ("REPO_PARTICIPANT_NOT_ELIGIBLE", "REPO-4.1-b")
    filed(venue, whole(buyer_name="Gamma Ltd", **OF_REDUCTIONS), buyer=GAMMA)


def test_a_qualification_is_granted_by_two_persons_and_once(venue: Venue) -> None:
    number = handed_in(venue, GAMMA)
    venue.send("admin", ReceivePaper(number, 1))
    passed(venue, "admin2", number)
    assert refused(lambda: venue.send("admin2", ClaimApplication(number))).code == "MAKER_CHECKER_SAME"
    granted = [one for one in passed(venue, "admin", number) if isinstance(one, QualificationGranted)]
    assert granted == [QualificationGranted(GAMMA, number, "admin2", "admin")]
    assert refused(lambda: handed_in(venue, GAMMA)).code == "ALREADY_QUALIFIED"


@pytest.mark.parametrize(
    ("change", "code", "clause"),
    [
        ({"declared_true": None}, "DECLARATION_MISSING", "REPO-A2-2"),
        ({"applicant_name": "Beta"}, "PARTY_MISMATCH", "REPO-A2-1"),
        ({"credit_code": "91350100M000100Y44"}, "BAD_CREDIT_CODE", "REPO-A2-1"),
        ({"paid_in_capital": None}, "FIELD_MISSING", "REPO-A2-1"),
    ],
)
def test_a_qualification_with_one_altered_field_is_refused(
    change: dict[str, Any], code: str, clause: str
) -> None:
    venue = founded()
    refusal = refused(lambda: handed_in(venue, **change))
    venue.exchange.cite(refusal, DraftApplication("sh_repo.qualification"))
    assert (refusal.code, refusal.clause) == (code, clause)


def test_only_who_has_a_standing_is_qualified() -> None:
    assert refused(lambda: handed_in(founded(), DELTA)).code == "REPO_PARTICIPANT_NOT_ELIGIBLE"


def test_a_suspended_right_to_repos_stops_a_filing_until_it_is_lifted(venue: Venue) -> None:
    taken = venue.send("admin", TakeMeasure("shea", ALPHA, "suspend_repo", "late report")).events[0]
    refusal = refused(lambda: filed(venue, whole()))
    assert (refusal.code, refusal.details["scope"]) == ("ACCOUNT_RESTRICTED", "repo")
    venue.send("admin", LiftMeasure(taken.measure_no, "reported"))
    filed(venue, whole())


def test_a_standing_is_known_recorded_once_and_with_its_evidence(venue: Venue) -> None:
    for command, code in (
        (RecordStanding(DELTA, "friend", "a letter"), "UNKNOWN_STANDING"),
        (RecordStanding(DELTA, SENIOR, " "), "FIELD_MISSING"),
        (RecordStanding(BETA, SENIOR, "a letter"), "BAD_STATE"),
        (WithdrawStanding(DELTA, SENIOR, "left"), "BAD_STATE"),
    ):
        assert venue.refusal("admin", command) == code


# --- in time ------------------------------------------------------------------------------------------------------


def on(venue: Venue, day: date) -> Venue:
    """The venue on another day, in the morning; the market need not be open to file."""
    venue.until(day, "08:00")
    return venue


@pytest.mark.parametrize(
    ("filing_day", "initial", "in_time"),
    [
        # Trading days before Monday 2 March: 27, 26, 25 February; Saturday the 28th is worked, not traded.
        (date(2026, 2, 25), INITIAL, True),
        (date(2026, 2, 26), INITIAL, False),
        # Filed on a worked Saturday: it is the third working day before the 26th, and after the third trading day.
        (date(2026, 2, 14), date(2026, 2, 26), False),
        (date(2026, 2, 13), date(2026, 2, 26), True),
        (date(2026, 2, 14), date(2026, 2, 27), True),
    ],
)
def test_the_third_trading_day_before_is_in_time_and_the_second_is_not(
    venue: Venue, filing_day: date, initial: date, in_time: bool
) -> None:
    on(venue, filing_day)
    content = filing(initial, REPURCHASE, BEFORE)
    if in_time:
        filed(venue, content)
    else:
        refusal = refused(lambda: filed(venue, content))
        assert (refusal.code, refusal.clause) == ("FILING_TOO_LATE", "REPO-4.2.1-b")


def test_working_days_are_asked_for_as_well(venue: Venue) -> None:
    venue.change("shea", "filing_trading_days", 1, date(2026, 2, 11))
    on(venue, date(2026, 2, 27))
    # 28 and 27 February are worked: the third working day before 2 March is the 26th.
    refusal = refused(lambda: filed(venue, whole()))
    assert (refusal.code, refusal.clause) == ("FILING_TOO_LATE", "REPO-A6-16")
    assert refusal.details["last_day"] == date(2026, 2, 26)


def test_what_was_returned_is_in_time_by_its_first_submission(venue: Venue) -> None:
    on(venue, date(2026, 2, 25))
    number = filed(venue, whole())
    on(venue, date(2026, 2, 27))
    venue.send("admin", ClaimApplication(number))
    venue.send("admin", ReturnApplication(number, "article 27 is empty"))
    venue.send(ALPHA, AmendApplication(number, {"seller_default": "到期不购回的，按日计付违约金"}))
    signed(venue, number)
    venue.send(ALPHA, SubmitApplication(number))


def test_what_was_returned_is_filed_anew_for_another_initial_day(venue: Venue) -> None:
    """Else a filing for some later day would be in time for tomorrow."""
    number = filed(venue, whole())
    on(venue, date(2026, 2, 26))
    venue.send("admin", ClaimApplication(number))
    venue.send("admin", ReturnApplication(number, "article 27 is empty"))
    tomorrow = {"initial_day": "2026-02-27", "term_days": (REPURCHASE - date(2026, 2, 27)).days + 1}
    venue.send(ALPHA, AmendApplication(number, tomorrow))
    signed(venue, number)
    assert refused(lambda: venue.send(ALPHA, SubmitApplication(number))).code == "FILING_TOO_LATE"
    as_before = {"initial_day": INITIAL.isoformat(), "term_days": (REPURCHASE - INITIAL).days + 1}
    venue.send(ALPHA, AmendApplication(number, as_before))
    signed(venue, number)
    venue.send(ALPHA, SubmitApplication(number))


def test_what_was_taken_back_is_filed_anew(venue: Venue) -> None:
    on(venue, date(2026, 2, 25))
    number = filed(venue, whole())
    on(venue, date(2026, 2, 26))
    venue.send(ALPHA, AmendApplication(number, {"other_measures": "担保"}))
    signed(venue, number)
    assert refused(lambda: venue.send(ALPHA, SubmitApplication(number))).code == "FILING_TOO_LATE"


def test_a_filing_that_is_not_approved_by_the_end_of_its_initial_day_expires(venue: Venue) -> None:
    number = filed(venue, whole())
    venue.until(INITIAL, "23:59")
    assert venue.exchange.applications.of(number).state == "in_review"
    venue.until(date(2026, 3, 3), "00:00")
    assert refused(lambda: venue.exchange.applications.of(number)).code == "APPLICATION_CLOSED"


# --- the surrender ------------------------------------------------------------------------------------------------


def surrendering(venue: Venue, deadline: str) -> Venue:
    """A venue where this year's deadline is set."""
    venue.change("shea", "surrender_deadline", deadline, date(2026, 2, 11))
    return on(venue, date(2026, 2, 11))


@pytest.mark.parametrize(
    ("deadline", "in_time"), [("2026-04-05", True), ("2026-04-03", True), ("2026-04-02", False)]
)
def test_the_repurchase_is_no_later_than_the_third_trading_day_before_the_deadline(
    venue: Venue, deadline: str, in_time: bool
) -> None:
    # The third trading day before is 1 April for Sunday the 5th, 31 March for Friday the 3rd, 30 March for the 2nd.
    surrendering(venue, deadline)
    content = whole(for_surrender=True)
    if in_time:
        filed(venue, content)
    else:
        assert refused(lambda: filed(venue, content)).code == "AFTER_COMPLIANCE_CUTOFF"


def test_a_vintage_of_this_year_counts_without_the_parties_saying_so(venue: Venue) -> None:
    venue.change("shea", "surrender_vintages", ["2025"], date(2026, 2, 11))
    surrendering(venue, "2026-04-02")
    assert refused(lambda: filed(venue, whole())).code == "AFTER_COMPLIANCE_CUTOFF"


def test_last_years_deadline_is_not_this_years(venue: Venue) -> None:
    surrendering(venue, "2026-02-10")
    assert refused(lambda: filed(venue, whole(for_surrender=True))).code == "CUTOFF_NOT_CONFIGURED"


# --- parameters ---------------------------------------------------------------------------------------------------


def test_without_a_schedule_of_fees_nothing_is_filed() -> None:
    made = Venue("sh_repo", day=BEFORE).people(accounts=(ALPHA, BETA))
    made.two(RecordStanding(ALPHA, MANAGED_UNIT, "list of 2026"))
    made.two(RecordStanding(BETA, SENIOR, "notice 1"))
    made.send("admin", RegisterInstrument("SHEA", "shea", "SHEA"))
    made.two(ListInstrument("SHEA", FILED, 4_300))
    made.open("shea", FILED, "09:40")
    qualified(made)
    assert refused(lambda: filed(made, whole())).code == "FEE_NOT_CONFIGURED"


TWO_ROWS = [
    {"instrument": "SHCER", "quantity_tonnes": 20_000},
    {"instrument": "CCER", "quantity_tonnes": 30_000},
]


def test_several_rows_are_for_reductions_where_the_exchange_allows_them(venue: Venue) -> None:
    content = whole(**{**OF_REDUCTIONS, "underlying": TWO_ROWS})
    assert refused(lambda: filed(venue, content)).code == "ONE_ROW_ONLY"
    venue.change("shea", "several_rows_for_reductions", True, date(2026, 2, 11))
    on(venue, date(2026, 2, 11))
    number = filed(venue, content)
    agreed = agreed_from(venue.exchange.applications.of(number).content, {"seller": ALPHA, "buyer": BETA})
    assert agreed.rows == [Row("SHCER", 20_000), Row("CCER", 30_000)]
    with_allowances = whole(underlying=[{"instrument": "SHEA", "quantity_tonnes": 20_000}, TWO_ROWS[1]])
    assert refused(lambda: filed(venue, {**with_allowances, "agreement_no": "2"})).code == "ONE_ROW_ONLY"


def test_the_smallest_quantity_is_asked_for_where_the_exchange_sets_one(venue: Venue) -> None:
    venue.change("shea", "repo_minimum_tonnes", 50_001, date(2026, 2, 11))
    venue.change("shea", "repo_minimum_tonnes", 50_000, date(2026, 2, 12))
    on(venue, date(2026, 2, 11))
    assert refused(lambda: filed(venue, whole())).code == "QTY_BELOW_REPO_MIN"
    on(venue, date(2026, 2, 12))
    filed(venue, whole())


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("surrender_deadline", "31 December"),
        ("surrender_deadline", "20261231"),
        ("manual_version", ""),
        ("repo_sessions", [["11:30", "09:30"]]),
        ("repo_sessions", []),
        ("repo_fee_ppm", 1_000_001),
        ("filing_trading_days", 0),
        ("surrender_vintages", [2025]),
        ("allowance_products", ["SHEA", "SHEA"]),
    ],
)
def test_a_value_that_does_not_fit_its_parameter_is_refused(
    venue: Venue, parameter: str, value: object
) -> None:
    assert refused(lambda: venue.change("shea", parameter, value, date(2026, 2, 11))).code == "BAD_PARAMETER"


# --- what changes between filing and approval ----------------------------------------------------------------------


def replaced(version: str, since: date) -> Command:
    """The disclosure in another version."""
    text = "\n".join(
        [f'version = "{version}"']
        + [
            f'{name} = "{text}"'
            for name in ("zh", "opening_zh", "reminder_zh", "acknowledgement_zh")
            for text in ("风险",)
        ]
        + [f'{name} = "risk"' for name in ("en", "opening_en", "reminder_en", "acknowledgement_en")]
        + ['[[risk]]\nname = "all"\nzh = "风险"\nen = "risk"\ntext_zh = "风险"\ntext_en = "risk"']
    )
    return ReplaceDisclosure(text, since, "notice 7")


def test_a_disclosure_replaced_meanwhile_stops_the_approval(venue: Venue) -> None:
    number = filed(venue, whole())
    venue.two(replaced("2026-02", date(2026, 2, 12)))
    venue.send("admin", ReceivePaper(number, 1))
    passed(venue, "admin", number)
    on(venue, date(2026, 2, 12))
    assert refused(lambda: passed(venue, "admin2", number)).code == "DISCLOSURE_OUTDATED"


def test_a_filing_signs_the_version_that_was_put_in_place(venue: Venue) -> None:
    venue.two(replaced("2026-02", date(2026, 2, 12)))
    new = {f"{side}_disclosure": "2026-02" for side in ("seller", "buyer")}
    assert refused(lambda: filed(venue, whole(**new))).code == "DISCLOSURE_OUTDATED"
    on(venue, date(2026, 2, 12))
    assert refused(lambda: filed(venue, whole())).code == "DISCLOSURE_OUTDATED"
    assert refused(lambda: filed(venue, whole(**new))).code == "DISCLOSURE_NOT_COPIED"
    # A copy may leave out points and spaces, and be in either language.
    filed(venue, whole(**new, seller_copied=" 风 险。", buyer_copied="Risk."))


def test_a_standing_withdrawn_meanwhile_stops_the_approval(venue: Venue) -> None:
    number = filed(venue, whole())
    venue.send("admin", ReceivePaper(number, 1))
    venue.two(WithdrawStanding(BETA, SENIOR, "it gave it up"))
    venue.send("admin", ClaimApplication(number))
    refusal = refused(lambda: venue.send("admin", ApproveApplication(number)))
    assert refusal.code == "REPO_PARTICIPANT_NOT_ELIGIBLE"


def test_a_closing_day_announced_meanwhile_stops_the_approval(venue: Venue) -> None:
    number = filed(venue, whole())
    venue.send("admin", ReceivePaper(number, 1))
    venue.send("admin", AnnounceClosure(INITIAL, "a typhoon"))
    venue.send("admin", ClaimApplication(number))
    assert refused(lambda: venue.send("admin", ApproveApplication(number))).code == "NOT_TRADING_DAY"


# --- one agreement, one contract ----------------------------------------------------------------------------------


def test_a_second_filing_of_an_agreement_is_refused_as_long_as_the_first_lives(venue: Venue) -> None:
    number = filed(venue, whole())
    assert refused(lambda: filed(venue, whole())).code == "DUPLICATE_APPLICATION"
    approved(venue, number)
    refusal = refused(lambda: filed(venue, whole()))
    assert (refusal.code, refusal.details) == ("DUPLICATE_APPLICATION", {"contract": f"HG{number:08d}"})
    filed(venue, whole(agreement_no="R-2026-002"))


# --- the disclosure and the manual -----------------------------------------------------------------------------------


def test_the_disclosure_names_twelve_risks_in_both_languages() -> None:
    content = own_disclosure()
    assert [one.name for one in content.risk] == [
        *("macro", "policy", "legal", "suitability", "market", "credit"),
        *("breach", "underlying_value", "abnormal", "operational", "force_majeure", "technical"),
    ]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replaced("2025-12-31", date(2026, 2, 12)), "BAD_DISCLOSURE"),
        (replaced("a b", date(2026, 2, 12)), "BAD_DISCLOSURE"),
        (ReplaceDisclosure("version = 1", date(2026, 2, 12), "notice"), "BAD_DISCLOSURE"),
        (replaced("2026-02", FILED), "PARAMETER_NOT_FUTURE"),
    ],
)
def test_a_disclosure_that_is_not_of_its_form_or_comes_at_once_is_refused(
    venue: Venue, command: Command, code: str
) -> None:
    assert venue.refusal("admin", command) == code


@pytest.mark.parametrize(
    ("published", "months", "last"),
    [
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2024, 1, 30), 1, date(2024, 2, 29)),
        (date(2025, 11, 30), 13, date(2026, 12, 30)),
    ],
)
def test_a_trial_of_months_ends_on_the_same_day_or_on_the_months_last(
    published: date, months: int, last: date
) -> None:
    assert trial_ends(published, months) == last
