"""The pack's own: what is cited exists, everything is told in both languages, who opened an account is written to."""

from __future__ import annotations

from datetime import date, time

import pytest

import ccer_national
from ccer_national import phrases
from ccer_national.changes import CHANGES
from ccer_national.onboarding import OPENINGS
from ccer_national.participants import Participants
from ccer_national.rulebook import PARAMETERS
from tanpan.calendar import instant
from tanpan.driver import KernelDriver
from tanpan.exchange import Exchange
from tanpan.messages import AnyRecord
from tanpan.packs import assemble
from tanpan.phrases.world import World
from tanpan.refusals import CATALOGUE, Refusal
from tanpan_adapters.calendars import published
from tanpan_adapters.outbox import letter_of, messages_for

PACK = ccer_national.tanpan_pack()
KINDS = (*OPENINGS, *CHANGES)
CLAUSES = {clause.id for clause in PACK.clauses}
CODES = {reason.code for reason in (*CATALOGUE, *PACK.refusals)}


@pytest.fixture
def driver() -> KernelDriver:
    return KernelDriver(["ccer_national"], published(), instant(date(2026, 3, 2), time(9, 0)))


@pytest.fixture
def world(driver: KernelDriver) -> World:
    made = World(lambda packs, at: driver)
    made.run(["ccer_national"])
    return made


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_cites_clauses_and_codes_that_there_are_and_speaks_both_languages(kind) -> None:
    assert set(kind.clauses.values()) <= CLAUSES
    assert {key.split()[0] for key in kind.clauses} <= CODES
    for one in (*kind.fields(), *kind.materials, *kind.conditions, *kind.facts, *kind.reviews):
        assert one.zh and one.en
    for field in kind.form:
        assert all(choice.zh and choice.en for choice in field.choices)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("opening_fee_fen", 200_000),
        ("yearly_fee_fen", 100_000),
        ("fee_exempt_types", ["national_key_emitter", "local_key_emitter"]),
        ("entity_kinds_open", ["legal_person", "other_organisation"]),
    ],
)
def test_a_parameter_has_the_value_of_the_source(name: str, value: object) -> None:
    (parameter,) = [one for one in PARAMETERS if one.name == name]
    assert parameter.on(date(2026, 3, 2)).value == value


def test_before_the_rules_nothing_is_in_force() -> None:
    (parameter,) = [one for one in PARAMETERS if one.name == "opening_fee_fen"]
    with pytest.raises(Refusal, match="RULE_NOT_IN_FORCE"):
        parameter.on(date(2023, 11, 15))


def test_the_trading_representative_is_mailed_the_accounts_data_once_it_is_open(world: World) -> None:
    phrases._opened(world, "alpha")
    driver = world.driver
    assert isinstance(driver, KernelDriver)
    opening = next(record for record in reversed(driver.records) if _opens(record))
    found = [
        one
        for one in messages_for(opening, driver.exchange)
        if one.kind == "ccer_national.participant_registered"
    ]
    assert [driver.vault.clear[one.to] for one in found] == ["representative@example.com"]
    letter = letter_of(
        "ccer_national.participant_registered",
        {
            "title": "北京绿色交易所",
            "account": "CCER00000001",
            "known_registry_account": "R-alpha",
            "user": "alpha",
        },
    )
    assert "CCER00000001" in letter.subject
    assert "R-alpha" in letter.text and "alpha" in letter.text


def _opens(record: AnyRecord) -> bool:
    return any(type(event).__name__ == "ParticipantRegistered" for event in record.events)


def test_a_snapshot_holds_participants_fees_and_cases(world: World) -> None:
    phrases._opened(world, "alpha")
    world.driver.advance(instant(date(2028, 1, 1), time(0, 0)))
    driver = world.driver
    assert isinstance(driver, KernelDriver)
    again = Exchange("exchange", assemble([ccer_national]), published())
    again.restore(driver.exchange.snapshot())
    assert again.state_hash() == driver.exchange.state_hash()
    known = again.components[Participants.name]
    assert isinstance(known, Participants)
    assert known.by_account["CCER00000001"].credit_code == "91999999MA0000000K"
    rows = driver.query("alpha", "ccer_national.account_fees", {})
    assert [(row["year"], row["state"]) for row in rows] == [(0, "paid"), (2027, "due"), (2028, "due")]


def test_the_same_person_fills_in_no_personal_text_in_clear(world: World) -> None:
    phrases._opened(world, "alpha")
    driver = world.driver
    assert isinstance(driver, KernelDriver)
    journal = driver.exchange.encode_records(driver.records)
    for text in ("张一一", "李二二", "999999199003070012", "13800138001", "representative@example.com"):
        assert text.encode() not in journal


@pytest.mark.parametrize(
    "documents",
    ["{}", '[{"material": "business_licence"}]', "[1]", '"x"', "nonsense"],
)
def test_documents_of_no_form_change_nothing(world: World, documents: str) -> None:
    phrases._opened(world, "alpha")
    before = world.driver.state()
    fields = {"account": "CCER00000001", "what": "name", "reference": "N-1", "documents": documents}
    with pytest.raises(Refusal, match="BAD_FIELD"):
        world.driver.send("registry", "ccer_national.change_registered_data", fields)
    assert world.driver.state() == before


def test_a_document_comes_once(world: World) -> None:
    phrases._opened(world, "alpha")
    one = '{"material": "business_licence", "digest": "%s", "size": 9}' % ("0" * 64)
    fields = {
        "account": "CCER00000001",
        "what": "name",
        "reference": "N-1",
        "content": {"participant": "样例新公司"},
        "documents": f"[{one}, {one}]",
    }
    with pytest.raises(Refusal, match="BAD_FIELD"):
        world.driver.send("registry", "ccer_national.change_registered_data", fields)


@pytest.mark.parametrize(
    "command", ["register_participant", "change_participant"], ids=["register", "change"]
)
def test_what_an_application_brings_about_is_nobodys_to_send(world: World, command: str) -> None:
    phrases._opened(world, "alpha")
    fields = {"application": 1, **({"account": "X"} if command == "register_participant" else {})}
    for actor in ("admin", "registry", "alpha"):
        with pytest.raises(Refusal, match="PERMISSION_DENIED"):
            world.driver.send(actor, f"ccer_national.{command}", fields)
