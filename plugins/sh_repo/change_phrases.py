"""Sentences about what follows a filing: changes, releases, endings, and what the sides tell each other.

An application is drafted with its papers and signed by both, not submitted. In its table a paper has the number of
seals on it, `-` leaves one out; `unsigned` names the side that does not sign, `on behalf of` whose it is.
"""

from __future__ import annotations

from datetime import time
from hashlib import sha256
from typing import Any, Final

import msgspec

from sh_repo.contract import BUYER, SELLER, SIDES, application_of
from sh_repo.filing_phrases import PEOPLE
from sh_repo.phrases import contract_of
from sh_repo.rulebook import MARKET
from tanpan.calendar import instant, local
from tanpan.phrases import PhraseBook, table_fields
from tanpan.phrases.words import clock_of, day_of, expect, one_of
from tanpan.phrases.world import World

BOOK = PhraseBook()

TOGETHER: Final = {
    "early-repurchase": "early_repurchase",
    "deferred-repurchase": "deferred_repurchase",
    "amendment": "amendment",
    "release": "release",
    "termination": "termination",
    "提前购回": "early_repurchase",
    "延期购回": "deferred_repurchase",
    "协议变更": "amendment",
    "解除措施": "release",
    "终止": "termination",
}
ALONE: Final = {
    "release": "release_alone",
    "termination": "termination_by_ruling",
    "解除措施": "release_alone",
    "终止": "termination_by_ruling",
}
PAPERS: Final[dict[str, dict[str, int]]] = {
    "early_repurchase": {"application_form": 2},
    "deferred_repurchase": {"application_form": 2},
    "amendment": {"amendment_agreement": 2},
    "release": {"application_form": 2},
    "release_alone": {"application_form": 1},
    "termination": {"termination_statement": 2},
    "termination_by_ruling": {"court_ruling": 0},
}
"""What is handed in where a scenario says nothing else, with its seals."""
MAY_BE: Final = (
    *("application_form", "amendment_agreement", "termination_statement"),
    *("supplementary_agreement", "court_ruling", "abnormal_case"),
)
ENTRIES: Final = {
    "notice": "give_notice",
    "contact-change": "change_contact",
    "information-request": "ask_information",
    "information": "hand_over_information",
    "document-change": "state_document_change",
    "case": "report_case",
    "通知": "give_notice",
    "联络方式变更": "change_contact",
    "资料要求": "ask_information",
    "资料": "hand_over_information",
    "资料变更": "state_document_change",
    "情况报告": "report_case",
}

# --- applications about a contract ------------------------------------------------------------------------


@BOOK.phrase(
    "{seller} and {buyer} apply for the {what} of contract {label}",
    "{seller} 与 {buyer} 共同申请 {what}，合同 {label}",
)
def _together(world: World, seller: str, buyer: str, what: str, label: str) -> None:
    _together_with(world, seller, buyer, what, label, [])


@BOOK.phrase(
    "{seller} and {buyer} apply for the {what} of contract {label} with",
    "{seller} 与 {buyer} 共同申请 {what}，合同 {label}，其中",
    table=True,
)
def _together_with(
    world: World, seller: str, buyer: str, what: str, label: str, table: list[list[str]]
) -> None:
    """The joint application; the seller applies."""
    kind = one_of(what, TOGETHER)
    said: dict[str, Any] = table_fields(table) if table else {}
    unsigned = said.pop("unsigned", "")
    number = _drafted(world, seller, kind, label, {BUYER: buyer}, said)
    digest = world.ask("admin", "core.application", {"application": number})[0]["digest"]
    for side, who in zip(SIDES, (seller, buyer), strict=True):
        if side != unsigned:
            world.do(who, "core.sign_application", application=number, party=side, digest=digest)


@BOOK.phrase("{who} alone applies for the {what} of contract {label}", "{who} 单方申请 {what}，合同 {label}")
def _alone(world: World, who: str, what: str, label: str) -> None:
    _alone_with(world, who, what, label, [])


@BOOK.phrase(
    "{who} alone applies for the {what} of contract {label} with",
    "{who} 单方申请 {what}，合同 {label}，其中",
    table=True,
)
def _alone_with(world: World, who: str, what: str, label: str, table: list[list[str]]) -> None:
    """One side's application, or that of staff on its behalf."""
    _drafted(world, who, one_of(what, ALONE), label, {}, table_fields(table) if table else {})


def _drafted(
    world: World, who: str, kind: str, label: str, parties: dict[str, str], said: dict[str, Any]
) -> int:
    world.accepted()
    papers: dict[str, Any] = dict(PAPERS[kind])
    papers |= {name: said.pop(name) for name in MAY_BE if name in said}
    behalf = said.pop("on behalf of", said.pop("代办账户", ""))
    content = {**_content(world, kind, contract_of(world, label)), **said}
    filled = {name: value for name, value in content.items() if value != ""}
    draft: dict[str, Any] = {"kind": f"sh_repo.{kind}", "content": filled}
    draft |= {"parties": parties} if parties else {}
    draft |= {"account": behalf} if behalf else {}
    answer = world.do(who, "core.draft_application", **draft)
    number = int(answer.of("core.application_drafted")[0]["application"])
    world.applications.setdefault(behalf or who, []).append(number)
    for name, seals in papers.items():
        if seals != "-":
            _attach(world, who, number, name, int(seals))
    return number


def _content(world: World, kind: str, contract: str) -> dict[str, Any]:
    """What the form of a kind says where a scenario says nothing else."""
    rows = world.ask("admin", "sh_repo.contracts", {"contract": contract})
    row = rows[0] if rows else {SELLER: "", BUYER: "", "agreement_no": "R-2026-001"}
    today = world.today().isoformat()
    both: dict[str, Any] = {"contract": contract, "declared_true": True}
    names = {f"{side}_name": row[side] for side in SIDES}
    if kind.startswith("termination"):
        number = application_of(contract)
        return {**both, **names, "application_form_no": number, "effective_day": today}
    both["agreement_no"] = row["agreement_no"]
    if kind == "amendment":
        signed: dict[str, Any] = {f"{side}_signed_on": today for side in SIDES}
        return {**both, **signed}
    people: dict[str, Any] = {}
    for side in SIDES:
        person, phone, _ = PEOPLE[side]
        people |= {f"{side}_legal_representative": person, f"{side}_contact": person}
        people |= {f"{side}_phone": phone, f"{side}_mail": f"{side}@example.com"}
        people[f"{side}_signed_by"] = "legal_representative"
    return {**both, **names, **people}


def _attach(world: World, who: str, number: int, name: str, seals: int) -> None:
    world.do(
        who,
        "core.attach_material",
        application=number,
        material=name,
        digest=sha256(name.encode()).hexdigest(),
        size=1_000,
        media_type="application/pdf",
        stamps=seals,
    )


@BOOK.phrase('contract {label} says {clause} "{text}"', '合同 {label} 的约定 {clause} 为 "{text}"')
def _says(world: World, label: str, clause: str, text: str) -> None:
    """In its latest version; a clause such as abnormal_cases, empty where it is not agreed."""
    world.accepted()
    rows = world.ask("admin", "sh_repo.versions", {"contract": contract_of(world, label)})
    told = rows[-1]["texts"].get(clause, "") if rows else ""
    expect(told == text, f"约定为“{told}”", f"it says {told!r}")


# --- what the sides tell each other, and the exchange -------------------------------------------------------


@BOOK.phrase(
    "{who} records the {what} about contract {label}", "{who} 就合同 {label} 登记 {what}", table=True
)
def _records(world: World, who: str, what: str, label: str, table: list[list[str]]) -> None:
    """A notice, contact-change, information-request, information, document-change or case, by a two-column table;
    of a notice `by mail` and the like have the local time at which it went out."""
    said: dict[str, Any] = table_fields(table)
    ways = {name: said.pop(name) for name in list(said) if name.startswith(("by ", "方式 "))}
    if ways:
        said["channels"] = {name.partition(" ")[2]: at for name, at in ways.items()}
    named = {"contract": contract_of(world, label), "account": who, **said}
    world.attempt(who, f"sh_repo.{one_of(what, ENTRIES)}", named)


MOMENTS: Final = {
    "delivered": "delivered_us",
    "due": "due_us",
    "reminded": "reminded_us",
    "视为送达": "delivered_us",
    "通知期限": "due_us",
    "逾期提醒": "reminded_us",
}


@BOOK.phrase(
    "entry {number} about contract {label} is {what} at {clock} on {day}",
    "合同 {label} 第 {number} 号往来 {what} 时间为 {day} {clock}",
)
def _entry(world: World, number: str, label: str, what: str, clock: str, day: str) -> None:
    """When a notice counts as delivered, until when one is due, or when it was reminded of."""
    told = _moment(world, number, label, what)
    wanted = instant(day_of(day), clock_of(clock))
    shown = f"{local(told):%Y-%m-%d %H:%M:%S}" if told else "-"
    expect(told == wanted, f"为 {shown}", f"it is {shown}")


@BOOK.phrase(
    "entry {number} about contract {label} is not {what}", "合同 {label} 第 {number} 号往来尚无 {what}"
)
def _not_yet(world: World, number: str, label: str, what: str) -> None:
    told = _moment(world, number, label, what)
    expect(not told, "已有", "it is")


def _moment(world: World, number: str, label: str, what: str) -> int:
    world.accepted()
    rows = world.ask("admin", "sh_repo.correspondence", {"contract": contract_of(world, label)})
    found = {str(row["entry"]): row for row in rows}
    return int(one_of(number, found)[one_of(what, MOMENTS)])


@BOOK.phrase(
    "{staff} records that both sides of {label} were told the result on {day}",
    "{staff} 登记合同 {label} 的审核结果已于 {day} 通知双方",
)
def _told(world: World, staff: str, label: str, day: str) -> None:
    world.attempt(staff, "sh_repo.tell_result", {"contract": contract_of(world, label), "told_on": day})


@BOOK.phrase('the repo rule {parameter} becomes "{value}"', '回购参数 {parameter} 改为 "{value}"')
def _rule(world: World, parameter: str, value: str) -> None:
    """From the next trading day on, announced by a notice; JSON in single quotes, or plain text."""
    world.accepted()
    try:
        said = msgspec.json.decode(value.replace("'", '"'))
    except msgspec.DecodeError:
        said = value
    following = world.driver.trading_day_after(world.today(), 1)
    changed = {"market": MARKET, "parameter": parameter, "value": said, "since": following.isoformat()}
    world.two("core.change_parameter", **changed, notice="2026-001")


@BOOK.phrase("every day of {market} up to today is settled", "{market} 截至今日各日均已清算交收")
def _settled(world: World, market: str) -> None:
    """After today's close; here the exchange alone confirms its clearing."""
    world.accepted()
    world.advance(max(world.driver.now(), instant(world.today(), time(15, 0))))
    while day := world.state_of(market)["to_clear"]:
        world.do("admin", "core.clear_day", market=market, day=day)
        named = {"market": market, "day": day}
        world.do("admin", "core.confirm_clearing", **named, digest=world.state_of(market)["digest"])
        world.do("admin", "core.settle_day", **named)
