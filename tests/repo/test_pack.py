"""The pack as a whole: what it cites exists, it speaks both languages, its own rows are told to whoever may read them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

import sh_repo
from repo.houses import ALPHA, agreed, house
from repo.samples import filing, qualification
from sh_repo.correspondence_messages import GiveNotice
from sh_repo.rulebook import PARAMETERS
from tanpan.calendar import instant
from tanpan.driver import KernelDriver
from tanpan.packs import assemble
from tanpan.phrases.world import World
from tanpan.refusals import CATALOGUE, Refusal
from tanpan_adapters.calendars import published

PACK = sh_repo.tanpan_pack()
ASSEMBLY = assemble([sh_repo])
CLAUSES = {clause.id for clause in PACK.clauses}
CODES = {reason.code for reason in (*CATALOGUE, *PACK.refusals)}
START = date(2026, 2, 10)


@pytest.fixture
def world() -> World:
    made = World(lambda packs, at: KernelDriver(packs, published(), at))
    made.start = instant(START, time(9, 0))
    made.run(["sh_repo"])
    for account in ("Alpha", "Beta"):
        made.do(
            "admin",
            "core.open_account",
            account=account,
            participant=f"{account} Ltd",
            kind="enterprise",
            operator=account,
            data_declared_true=True,
        )
    return made


@pytest.mark.parametrize("kind", ASSEMBLY.kinds, ids=lambda kind: kind.name)
def test_a_kind_cites_clauses_and_codes_that_there_are_and_speaks_both_languages(kind: Any) -> None:
    assert set(kind.clauses.values()) <= CLAUSES
    assert {key.split()[0] for key in kind.clauses} <= CODES
    for one in (*kind.fields(), *kind.materials, *kind.conditions, *kind.facts, *kind.reviews, *kind.parties):
        assert one.zh and one.en
    for field in kind.form:
        assert all(part.zh and part.en for part in (*field.choices, *field.form))


def test_every_parameter_and_refusal_cites_a_clause_of_the_source() -> None:
    assert {step.clause for parameter in PARAMETERS for step in parameter.steps} <= CLAUSES
    assert set(sh_repo.SHEA.clauses.values()) <= CLAUSES
    assert {key.split()[0] for key in sh_repo.SHEA.clauses} <= CODES


def test_a_pack_code_is_not_one_of_the_kernels() -> None:
    own = [reason.code for reason in PACK.refusals]
    assert len(own) == len(set(own))
    assert not {reason.code for reason in CATALOGUE} & set(own)


def test_a_value_where_the_manual_is_silent_says_why() -> None:
    silent = [
        step for parameter in PARAMETERS for step in parameter.steps if step.clause.startswith("REPO-PUB")
    ]
    assert silent and all(step.reason for step in silent)


def test_the_manual_is_on_trial_through_january_and_formal_from_february(world: World) -> None:
    rows = world.ask("Alpha", "sh_repo.edition", {})
    assert [(row["version"], row["trial_through"], row["formal_from"]) for row in rows] == [
        ("2025-12-31", "2026-01-31", "2026-02-01")
    ]


def test_a_new_manual_has_a_trial_of_its_own_and_supersedes_the_one_before(world: World) -> None:
    change = {"market": "shea", "parameter": "manual_version", "value": "2026-02-12"}
    world.two("core.change_parameter", **change, since="2026-02-12", notice="notice 3")
    row = world.ask("admin", "sh_repo.edition", {"version": "2026-02-12"})[0]
    assert (row["trial_through"], row["formal_from"]) == ("2026-03-12", "2026-03-13")
    assert (row["relied_on_from"], row["supersedes"]) == ("2026-02-12", "2025-12-31")


def test_a_standing_is_read_by_its_participant_and_by_nobody_else_outside(world: World) -> None:
    said = {"account": "Alpha", "standing": "managed_unit", "evidence": "list of 2026"}
    world.two("sh_repo.record_standing", **said)
    rows = world.ask("Alpha", "sh_repo.standings", {})
    assert [(row["standing"], row["until_us"]) for row in rows] == [("managed_unit", 0)]
    assert world.ask("Beta", "sh_repo.standings", {}) == []
    assert len(world.ask("regulator", "sh_repo.standings", {})) == 1
    world.two("sh_repo.withdraw_standing", account="Alpha", standing="managed_unit", reason="left the list")
    row = world.ask("Alpha", "sh_repo.standings", {})[0]
    assert row["until_us"] > 0 and row["reason"] == "left the list"


def test_the_disclosure_in_force_is_there_for_everybody_to_copy(world: World) -> None:
    row = world.ask("Beta", "sh_repo.disclosures", {"version": "2025-12-31"})[0]
    assert len(row["risk"]) == 12
    assert row["acknowledgement_zh"] == filing(START, START, START)["seller_copied"]


def test_clear_texts_stay_at_the_door(world: World) -> None:
    said = filing(date(2026, 3, 2), date(2026, 3, 31), START)
    world.do(
        "Alpha", "core.draft_application", kind="sh_repo.filing", content=said, parties={"buyer": "Beta"}
    )
    world.do("Beta", "core.draft_application", kind="sh_repo.qualification", content=qualification())
    kept = repr(world.driver.records)  # type: ignore[attr-defined]
    for clear in ("张一", "11010519491231002X", "13800138001", "seller@example.com", "收发室", "孙五"):
        assert clear not in kept
    assert world.driver.replayed() == world.driver.state()


def test_what_only_an_effect_brings_about_is_nobodys_to_send(world: World) -> None:
    for command in ("sh_repo.file_contract", "sh_repo.grant_qualification"):
        for actor in ("admin", "Alpha", "registry"):
            with pytest.raises(Refusal) as refused:
                world.driver.send(actor, command, {"application": 1})
            assert refused.value.code == "PERMISSION_DENIED"


def test_a_notice_by_a_way_that_the_other_side_did_not_name_is_told_those_it_did() -> None:
    of = house()
    contract = of.outstanding(
        agreed(contacts={"buyer": {"contact": "name", "post": "place", "mail": "mail"}})
    )
    refused = of.objection(ALPHA, GiveNotice(contract, ALPHA, "text", {"fax": "2026-03-02 09:30"}))
    assert (refused.code, refused.details["value"]) == ("BAD_FIELD", "fax")
    # Whom to ask for is no way to reach him.
    assert refused.details["known"] == ["mail", "post"]
