"""The pack on its own: an exchange without a market founds, runs and replays; nothing a client reads holds the key."""

from __future__ import annotations

import json
from datetime import date, time

import msgspec
import pytest

import hubei_retail
from hubei_retail import phrases
from hubei_retail.agreements import own_agreement
from hubei_retail.bank import draw, own_bank
from hubei_retail.opening import FACTS, FORM, PERSONAL_OPENING, years_before
from hubei_retail.refusals import REFUSALS
from hubei_retail.rulebook import AGREEMENTS, BY_NAME, PARAMETERS
from tanpan.calendar import instant
from tanpan.driver import KernelDriver
from tanpan.exchange import Exchange
from tanpan.packs import assemble
from tanpan.phrases.world import World
from tanpan.refusals import CATALOGUE, Refusal
from tanpan_adapters.calendars import published

ASSEMBLY = assemble([hubei_retail])
CLAUSES = {clause.id for clause in hubei_retail.tanpan_pack().clauses}


@pytest.fixture
def world() -> World:
    made = World(lambda packs, at: KernelDriver(packs, published(), at))
    made.start = instant(date(2026, 3, 2), time(9, 0))
    made.run(["hubei_retail"])
    phrases._applicant(made, "zhang")
    return made


def test_the_pack_has_no_market_and_its_exchange_founds_and_lives_on(world: World) -> None:
    assert ASSEMBLY.markets == ()
    world.driver.advance(instant(date(2026, 3, 6), time(16, 0)))
    assert world.driver.query("admin", "core.markets", {}) == []
    assert world.driver.query("admin", "core.quotes", {}) == []
    assert world.driver.replayed() == world.driver.state()


def test_a_pack_code_is_not_one_of_the_kernels() -> None:
    kernel = {reason.code for reason in CATALOGUE}
    own = [reason.code for reason in REFUSALS]
    assert not kernel & set(own)
    assert len(own) == len(set(own))


def test_every_clause_that_is_cited_is_one_of_the_source() -> None:
    cited = {step.clause for parameter in PARAMETERS for step in parameter.steps}
    cited |= set(PERSONAL_OPENING.clauses.values())
    assert cited <= CLAUSES


def test_every_field_has_both_languages_and_a_consent_its_text() -> None:
    for one in (*FORM, *(field for fact in FACTS for field in fact.form)):
        assert one.zh and one.en
    for name in AGREEMENTS:
        text = own_agreement(name)
        assert PERSONAL_OPENING.named(name) is not None
        assert len(text.text_zh) > 200 and len(text.text_en) > 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quiz_pass_mark", 60),
        ("asset_minimum_fen", 50_000_000),
        ("proof_years", 1),
        ("opening_fee_fen", 20_000),
        ("fee_payee", "湖北碳排放权交易中心有限公司"),
        ("fee_account", "600990580"),
        ("fee_bank", "民生银行花桥支行"),
        ("fee_remark", "个人开户费"),
    ],
)
def test_a_number_of_the_guide_is_the_parameter(name: str, value: object) -> None:
    assert BY_NAME[name].on(date(2026, 3, 2)).value == value


def test_before_the_guide_nothing_is_in_force() -> None:
    with pytest.raises(Refusal) as refused:
        BY_NAME["opening_fee_fen"].on(date(2023, 12, 31))
    assert refused.value.code == "RULE_NOT_IN_FORCE"


@pytest.mark.parametrize(
    ("day", "years", "earlier"),
    [
        (date(2026, 3, 2), 1, date(2025, 3, 2)),
        (date(2028, 2, 29), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
        (date(2104, 2, 29), 4, date(2100, 2, 28)),
    ],
)
def test_a_year_before(day: date, years: int, earlier: date) -> None:
    assert years_before(day, years) == earlier


def test_nothing_an_applicant_reads_tells_an_answer(world: World) -> None:
    phrases._enters(world, "zhang")
    world.accepted()
    assert world.answer is not None
    drawn = json.dumps(world.answer.events, ensure_ascii=False)
    read = json.dumps(world.ask("zhang", "hubei_retail.papers", {}), ensure_ascii=False)
    phrases._answers(world, "zhang", "3")
    world.accepted()
    scored = json.dumps(world.answer.events, ensure_ascii=False)
    later = json.dumps(world.ask("zhang", "hubei_retail.papers", {}), ensure_ascii=False)
    for told in (drawn, read, scored, later):
        assert '"answer"' not in told and "why" not in told
        assert not [one.id for one in own_bank().question if one.why_zh in told or one.why_en in told]
    assert not [one.id for one in own_bank().question if f'"{one.id}"' in scored]


@pytest.mark.parametrize("seed", ["", "short", "a" * 129, "种" * 20, "a b" * 10])
def test_a_paper_needs_a_seed(world: World, seed: str) -> None:
    """A door that does not draw one lets nobody in."""
    before = world.driver.state()
    with pytest.raises(Refusal) as refused:
        world.driver.send("zhang", "hubei_retail.enter_quiz", {"seed": seed})
    assert refused.value.code == "BAD_FIELD"
    assert world.driver.state() == before


def test_the_seed_and_what_it_drew_are_in_the_event(world: World) -> None:
    phrases._enters(world, "zhang")
    world.accepted()
    assert world.answer is not None
    drawn = world.answer.of("hubei_retail.paper_drawn")[0]
    asked = draw(own_bank(), drawn["seed"], 20)
    assert [tuple(one) for one in drawn["questions"]] == asked
    assert drawn["bank"] == own_bank().digest()


def test_clear_text_never_reaches_the_journal(world: World) -> None:
    phrases._submitted(world, "zhang")
    phrases._reviewed(world, "admin", "zhang")
    phrases._books(world, "admin", "zhang")
    world.accepted()
    phrases._books_proof(world, "admin", "zhang")
    world.accepted()
    driver = world.driver
    assert isinstance(driver, KernelDriver)
    journal = driver.exchange.encode_records(driver.records) + driver.exchange.snapshot()
    for clear in ("张一一", "999999199003070012", "13800138001", "investor@example.com"):
        assert clear.encode() not in journal


def test_a_snapshot_amid_everything_goes_on_as_the_exchange_does(world: World) -> None:
    phrases._submitted(world, "zhang")
    phrases._enters(world, "zhang")
    phrases._replaces_quiz(world, "admin", "60", "2026-03-03")
    world.accepted()
    world.do("admin2", "core.confirm_proposal", proposal=1)
    phrases._replaces(world, "admin", "risk_disclosure", "2026-1", "2026-03-03")
    world.accepted()
    world.do("admin2", "core.confirm_proposal", proposal=2)
    driver = world.driver
    assert isinstance(driver, KernelDriver)
    again = Exchange("exchange", ASSEMBLY, published())
    again.restore(driver.exchange.snapshot())
    assert again.state_hash() == driver.exchange.state_hash()
    assert msgspec.msgpack.decode(again.snapshot()) == msgspec.msgpack.decode(driver.exchange.snapshot())


def test_a_paper_whose_bank_is_gone_is_drawn_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer version of the pack may bring another bank while a paper waits."""
    phrases._enters(world, "zhang")
    world.accepted()
    driver = world.driver
    assert isinstance(driver, KernelDriver)
    quiz = driver.exchange.components["hubei_retail.quiz"]
    monkeypatch.setattr(quiz, "bank", lambda digest: None)
    phrases._answers(world, "zhang", "20")
    with pytest.raises(Exception, match="PAPER_CLOSED"):
        world.accepted()
