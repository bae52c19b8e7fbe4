"""Kinds of application: what is wrong with a declaration is said before anything happens."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from kernel.helpers import CALENDAR, SETUP, Venue, at
from kernel.scripted_applications import FIRST_ID, submitted
from tanpan.applicants import RegisterApplicant
from tanpan.exchange import Exchange
from tanpan.filing import (
    AmendApplication,
    DraftApplication,
    SignApplication,
    SubmitApplication,
    WithdrawApplication,
)
from tanpan.hookspecs import CONTRACT, hookimpl
from tanpan.kinds import (
    DRAFT,
    EFFECTIVE,
    IDENTITY,
    MOBILE,
    PERCENT,
    REJECTED,
    ROWS,
    TEXT,
    Deadline,
    Field,
    Kind,
    Party,
)
from tanpan.messages import OPERATOR
from tanpan.packs import Pack, PackError, assemble
from tanpan.queries import QUERIES, ask
from tanpan.refusals import KernelFault, Refusal
from tanpan.reviewing import ClaimApplication, StateFact


def pack(name: str, *kinds: Kind) -> Any:
    """A pack of nothing but kinds of application."""
    module = ModuleType(name)

    @hookimpl
    def tanpan_pack() -> Pack:
        return Pack(name, "1.0", CONTRACT, "测试包", "a pack", "nobody")

    @hookimpl
    def tanpan_applications() -> tuple[Kind, ...]:
        return kinds

    module.__dict__.update(tanpan_pack=tanpan_pack, tanpan_applications=tanpan_applications)
    return module


def kind(name: str, shape: str = TEXT) -> Kind:
    """A kind with one field, `number`."""
    return Kind(name, "申请", "application", form=(Field("number", "号码", "number", shape),))


def test_kinds_of_several_packs_are_joined_in_their_order() -> None:
    assembly = assemble([pack("a", kind("a.one"), kind("a.two")), pack("b", kind("b.one"))])
    assert [one.name for one in assembly.kinds] == ["a.one", "a.two", "b.one"]
    assert assembly.form_names == {"number": ""}
    assert list(Exchange("x", assembly, CALENDAR).applications.kinds) == ["a.one", "a.two", "b.one"]


@pytest.mark.parametrize(
    ("packs", "why"),
    [
        ([pack("a", kind("a.one"), kind("a.one"))], "declared twice"),
        ([pack("a", kind("b.one"))], "not named after its rule pack"),
        ([pack("a", kind("a.one", IDENTITY)), pack("b", kind("b.one", MOBILE))], "is identity elsewhere"),
        ([pack("a", kind("a.one", IDENTITY)), pack("b", kind("b.one"))], "is identity elsewhere"),
    ],
)
def test_kinds_that_contradict_each_other_start_no_exchange(packs: list[Any], why: str) -> None:
    with pytest.raises(PackError, match=why):
        assemble(packs)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "paper", "state": DRAFT, "days": 1},
        {"name": "d", "state": EFFECTIVE, "days": 1},
        {"name": "d", "state": DRAFT, "days": 1, "then": EFFECTIVE},
        {"name": "d", "state": DRAFT},
        {"name": "d", "state": DRAFT, "days": 1, "moment": lambda exchange, application: 0},
        {"name": "d", "state": DRAFT, "days": 1, "unit": "weeks", "then": REJECTED},
    ],
)
def test_a_deadline_counts_days_or_has_a_moment_and_ends_an_open_state(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="deadline"):
        Deadline(**wrong)


def test_a_snapshot_with_an_application_nobody_declares_is_not_loaded() -> None:
    venue = Venue("neutral_market")
    venue.send("door", RegisterApplicant("Li"))
    submitted(venue, "Li", "L-1", FIRST_ID)
    dumped = venue.exchange.applications.dump()
    with pytest.raises(KernelFault, match=r"neutral_market\.opening"):
        Exchange("x", assemble([]), CALENDAR).applications.load(dumped)


LOTS = Field(
    "lots",
    "清单",
    "lots",
    ROWS,
    form=(Field("code", "代码", "code"), Field("share", "比例", "share", PERCENT)),
)
JOINT = Kind(
    "a.joint",
    "共同申报",
    "joint filing",
    form=(LOTS,),
    applicants=(OPERATOR,),
    parties=(Party("buyer", "买方", "buyer"), Party("seller", "卖方", "seller")),
    unsigned="CONFIRMATION_MISSING",
)


def test_a_table_is_filed_signed_by_its_digest_and_survives_snapshot_and_replay() -> None:
    venue = Venue(modules=[pack("a", JOINT)]).people(accounts=("Alpha", "Beta"))
    said = {"lots": '[{"share": "12.5", "code": "A"}, {"code": "B"}]'}
    draft = DraftApplication("a.joint", said, {"seller": "Beta"})
    number = venue.send("Alpha", draft).events[0].application
    with pytest.raises(Refusal, match="FIELD_MISSING") as refused:
        venue.send("Alpha", SubmitApplication(number))
    assert refused.value.details == {"field": "lots", "row": 2, "missing": "share"}
    before = venue.exchange.applications.live[number].digest()
    venue.send("Alpha", AmendApplication(number, {"lots": [{"code": "A", "share": "12.50"}]}))
    application = venue.exchange.applications.live[number]
    assert application.content == {"lots": [{"code": "A", "share": "12.50"}]}
    assert application.digest() != before
    assert venue.refusal("Alpha", SubmitApplication(number)) == "CONFIRMATION_MISSING"
    for party, who in (("buyer", "Alpha"), ("seller", "Beta")):
        venue.send(who, SignApplication(number, party, application.digest()))
    restored = venue.fresh()
    restored.restore(venue.exchange.snapshot())
    replayed = venue.fresh()
    replayed.apply(replayed.decode_records(venue.exchange.encode_records(venue.drained())))
    assert restored.state_hash() == replayed.state_hash() == venue.exchange.state_hash()
    venue.send("Alpha", SubmitApplication(number))
    assert number not in venue.exchange.applications.live


def test_the_form_of_a_tables_rows_is_described() -> None:
    exchange = Exchange("x", assemble([pack("a", JOINT)]), CALENDAR)
    exchange.found(at(SETUP, "09:00"))
    (row,) = ask(exchange, QUERIES["core.kinds"], exchange.actor("admin"), {})
    (table,) = row["form"]
    assert (table["shape"], table["most"]) == ("rows", 20)
    assert [(one["name"], one["shape"], one["form"]) for one in table["form"]] == [
        ("code", "text", []),
        ("share", "percent", []),
    ]


def test_what_concerns_somebody_is_found_without_looking_at_the_rest_also_after_a_snapshot() -> None:
    venue = Venue("neutral_market").people(accounts=("Alpha", "Beta", "Gamma"))
    for who in ("Li", "Wu"):
        venue.send("door", RegisterApplicant(who))
    begun = submitted(venue, "Li", "L-1", FIRST_ID)
    venue.send("Wu", DraftApplication("neutral_market.opening"))
    joint = venue.send("Alpha", DraftApplication("neutral_market.pledge", {}, {"seller": "Beta"}))
    venue.send("Alpha", AmendApplication(joint.events[0].application, {}, {"seller": "Gamma"}))
    venue.send("admin", StateFact(begun, "test", "T-1", {"score": 80}))
    venue.send("admin", ClaimApplication(begun))
    restored = venue.fresh()
    restored.restore(venue.exchange.snapshot())
    found = {"Li": [1], "Wu": [2], "Alpha": [3], "Beta": [], "Gamma": [3], "admin": [1], "admin2": []}
    for exchange in (venue.exchange, restored):
        for who, numbers in found.items():
            rows = ask(exchange, QUERIES["core.application"], exchange.actor(who), {})
            assert [row["application"] for row in rows] == numbers, who


@pytest.mark.parametrize(
    ("reference", "code"),
    [(" T-1 ", "ALREADY_BOOKED"), ("  ", "FIELD_MISSING"), ("T\n2", "BAD_FIELD"), ("T" * 201, "BAD_FIELD")],
)
def test_a_reference_is_booked_once_whatever_stands_around_it(reference: str, code: str) -> None:
    venue = Venue("neutral_market")
    for who in ("Li", "Wu"):
        venue.send("door", RegisterApplicant(who))
        venue.send(who, DraftApplication("neutral_market.opening"))
    venue.send("admin", StateFact(1, "test", "T-1", {"score": 80}))
    assert venue.refusal("admin", StateFact(2, "test", reference, {"score": 80})) == code


@pytest.mark.parametrize("unseen", ["\u3164", "\uffa0", "\u2800", "\ufe0f", "\u034f", "\u200b", "\u3000"])
def test_no_user_name_looks_like_anothers_by_a_sign_that_nobody_sees(unseen: str) -> None:
    venue = Venue("neutral_market")
    assert venue.refusal("door", RegisterApplicant(f"admin{unseen}")) == "BAD_FIELD"


def test_what_is_closed_leaves_the_state_but_for_what_uniqueness_needs() -> None:
    venue = Venue("neutral_market")
    venue.send("door", RegisterApplicant("Li"))
    empty = venue.exchange.applications.dump()[1:]
    venue.send("Li", WithdrawApplication(submitted(venue, "Li", "L-1", FIRST_ID)))
    _, live, keys, *rest = venue.exchange.applications.dump()
    assert (live, *rest) == (empty[0], *empty[2:])
    assert not any(keys.values())
    assert not venue.exchange.timers.pending
