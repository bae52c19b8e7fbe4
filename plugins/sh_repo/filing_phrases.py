"""Sentences about who may repo and what is filed: standings, the qualification, the filing with its papers.

What a scenario takes for granted is filled in as in `CONTENT`; the persons are made up, with an area code that there
is not. An account's participant and its first operator bear the account's name.
"""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from importlib import resources
from typing import Any, Final

import msgspec

from sh_repo.agreement import DECLARATIONS, SCOPES
from sh_repo.contract import BUYER, SELLER, SIDES
from sh_repo.disclosure import own_disclosure
from sh_repo.rulebook import MARKET
from sh_repo.standings import MANAGED_UNIT, REDUCTION_PARTY, SENIOR
from tanpan.phrases import PhraseBook, table_fields
from tanpan.phrases.words import one_of
from tanpan.phrases.world import World
from tanpan.quantities import parse_tonnes, parse_yuan, yuan

BOOK = PhraseBook()

STANDINGS: Final = {
    "managed-unit": MANAGED_UNIT,
    "senior-trader": SENIOR,
    "reduction-party": REDUCTION_PARTY,
    "纳管单位": MANAGED_UNIT,
    "高级交易主体": SENIOR,
    "碳普惠主体": REDUCTION_PARTY,
}
CONTENT: Final[dict[str, Any]] = {
    "agreement_no": "R-2026-001",
    "manual": "2025-12-31",
    "initial_price": "34.40",
    "repurchase_price": "35.00",
    "for_surrender": False,
    "freezes": True,
    "freeze_ratio": "20.00",
    "monitored": False,
    "release_by": "both",
    "abnormal_cases": "账户被司法冻结",
    "declared_true": True,
}
"""What a filing says where a scenario says nothing else; amounts, term and parties are worked out from the rest."""
PEOPLE: Final = {
    SELLER: ("张一一", "13800138001", "999999199003070012"),
    BUYER: ("张二二", "13800138002", "999999199003070039"),
}
"""Of each side: whoever represents it, the phone, the identity number."""
QUALIFICATION: Final[dict[str, Any]] = {
    "credit_code": "91350100M000100Y43",
    "paid_in_capital": "50000000.00",
    "buyer_contact": "张二二",
    "buyer_phone": "13800138002",
    "buyer_mail": "repo@example.com",
    "declared_true": True,
}
OF_QUALIFICATION: Final = ("qualification_form", "licence_copy")
OF_BOTH: Final = ("application_form", "repo_agreement")
OF_EACH: Final = (
    *("risk_disclosure", "power_of_attorney", "licence_copy"),
    *("legal_person_id_copy", "handler_id_copy"),
)

# --- who may ------------------------------------------------------------------------------------------


@BOOK.phrase("{who} is a {standing} in Shanghai", "{who} 是上海的 {standing}")
def _stands(world: World, who: str, standing: str) -> None:
    world.accepted()
    said = {"account": who, "standing": one_of(standing, STANDINGS), "evidence": "2026-001"}
    world.two("sh_repo.record_standing", **said)


@BOOK.phrase("{who} is qualified for repos", "{who} 已开通回购交易业务资格")
def _qualified(world: World, who: str) -> None:
    """Applied for with its papers, handled by admin and checked by admin2."""
    number = _prepared(world, who, {})
    world.do(who, "core.submit_application", application=number)
    _approve(world, number)


@BOOK.phrase("{who} prepares the qualification for repos", "{who} 准备回购交易业务资格申请")
def _prepares(world: World, who: str) -> None:
    _prepared(world, who, {})


@BOOK.phrase(
    "{who} prepares the qualification for repos with",
    "{who} 准备回购交易业务资格申请，其中",
    table=True,
)
def _prepares_with(world: World, who: str, table: list[list[str]]) -> None:
    """Drafted with its papers, not submitted; the table as for an agreement."""
    _prepared(world, who, table_fields(table))


def _prepared(world: World, who: str, other: dict[str, Any]) -> int:
    world.accepted()
    papers = [name for name in OF_QUALIFICATION if other.pop(name, "") != "-"]
    content = {"applicant_name": who, **QUALIFICATION, **other}
    content = {name: value for name, value in content.items() if value != ""}
    number = _drafted(world, who, "sh_repo.qualification", content, {})
    for name in papers:
        _attach(world, who, number, name, "", 1)
    return number


@BOOK.phrase("the repo fee is {rate} per mille", "回购手续费为千分之 {rate}")
def _fee(world: World, rate: str) -> None:
    """From the next trading day on, announced by a notice; a rate such as 0.8."""
    world.accepted()
    following = world.driver.trading_day_after(world.today(), 1)
    said = {"market": MARKET, "parameter": "repo_fee_ppm", "value": parse_yuan(rate) * 10}
    world.two("core.change_parameter", **said, since=following.isoformat(), notice="2026-001")


@BOOK.phrase(
    'the exchange publishes version "{version}" of the risk disclosure for {day}',
    '交易所公布自 {day} 起启用的风险揭示书 "{version}" 版',
)
def _disclosure(world: World, version: str, day: str) -> None:
    """With the pack's own text."""
    world.accepted()
    own = resources.files("sh_repo").joinpath("disclosure.toml").read_text(encoding="utf-8")
    text = own.replace(f'version = "{own_disclosure().version}"', f'version = "{version}"')
    world.two("sh_repo.replace_disclosure", text=text, since=day, notice="2026-002")


# --- what is filed ------------------------------------------------------------------------------------


@BOOK.phrase(
    "{seller} and {buyer} agree on a repo of {tonnes} t of {instrument} from {first} to {last}",
    "{seller} 与 {buyer} 约定回购 {instrument} {tonnes} 吨，自 {first} 至 {last}",
)
def _agree(
    world: World, seller: str, buyer: str, tonnes: str, instrument: str, first: str, last: str
) -> None:
    _agree_with(world, seller, buyer, tonnes, instrument, first, last, [])


@BOOK.phrase(
    "{seller} and {buyer} agree on a repo of {tonnes} t of {instrument} from {first} to {last} with",
    "{seller} 与 {buyer} 约定回购 {instrument} {tonnes} 吨，自 {first} 至 {last}，其中",
    table=True,
)
def _agree_with(
    world: World,
    seller: str,
    buyer: str,
    tonnes: str,
    instrument: str,
    first: str,
    last: str,
    table: list[list[str]],
) -> None:
    """Drafted by the seller and signed by both, with all papers; not submitted. A two-column table of what is
    different; an empty value clears a field, the value `-` for a paper leaves it out, and `unsigned` names the side
    that does not sign, or `alone` where the seller names no other side."""
    world.accepted()
    other: dict[str, Any] = table_fields(table) if table else {}
    papers = {name: other.pop(name) for name in (*OF_BOTH, *OF_EACH) if name in other}
    unsigned = other.pop("unsigned", "")
    alone = unsigned == "alone"
    content = _content(world, seller, buyer, tonnes, instrument, (first, last))
    content = {name: value for name, value in {**content, **other}.items() if value != ""}
    number = _drafted(world, seller, "sh_repo.filing", content, {} if alone else {BUYER: buyer})
    if alone:
        return
    for name in [one for one in OF_BOTH if one not in papers]:
        _attach(world, seller, number, name, "", 2)
    for side, who in zip(SIDES, (seller, buyer), strict=True):
        for name in [one for one in OF_EACH if one not in papers]:
            _attach(world, who, number, name, side, 1)
    digest = world.ask("admin", "core.application", {"application": number})[0]["digest"]
    for side, who in zip(SIDES, (seller, buyer), strict=True):
        if side != unsigned:
            world.do(who, "core.sign_application", application=number, party=side, digest=digest)


def _content(
    world: World, seller: str, buyer: str, tonnes: str, instrument: str, days: tuple[str, str]
) -> dict[str, Any]:
    quantity = parse_tonnes(tonnes)
    first, last = (date.fromisoformat(day) for day in days)
    managed = any(
        row["standing"] == MANAGED_UNIT
        for row in world.ask("admin", "sh_repo.standings", {"account": seller})
    )
    amounts = {
        name: yuan(parse_yuan(CONTENT[price]) * quantity)
        for name, price in (("initial_amount", "initial_price"), ("repurchase_amount", "repurchase_price"))
    }
    rows = [{"instrument": instrument, "quantity_tonnes": quantity}]
    return {
        **CONTENT,
        **amounts,
        "seller_managed": managed,
        "underlying": msgspec.json.encode(rows).decode(),
        "repurchase_quantity": quantity,
        "initial_day": days[0],
        "repurchase_day": days[1],
        "term_days": (last - first).days + 1,
        **_side(world, SELLER, seller, last),
        **_side(world, BUYER, buyer, last),
    }


def _side(world: World, side: str, name: str, last: date) -> dict[str, Any]:
    person, phone, identity = PEOPLE[side]
    disclosure = own_disclosure()
    today = world.today()
    said: dict[str, Any] = {
        "name": name,
        "legal_representative": person,
        "domicile": "上海市某区某路1号",
        "contact": person,
        "phone": phone,
        "mail": f"{side}@example.com",
        "post": "上海市某区某路1号收发室",
        "signed_on": today.isoformat(),
        "agent": person,
        "agent_id_kind": "identity_card",
        "agent_identity": identity,
        "handler_identity": identity,
        "authority_from": today.isoformat(),
        "authority_until": (last + timedelta(days=90)).isoformat(),
        "disclosure": disclosure.version,
        "copied": disclosure.acknowledgement_zh,
        **{f"may_{scope}": True for scope in SCOPES},
        **{f"declares_{one}": True for one in DECLARATIONS},
    }
    return {f"{side}_{key}": value for key, value in said.items()}


@BOOK.phrase("the filing {label} is approved", "申请 {label} 的备案材料已审核通过")
def _filed(world: World, label: str) -> None:
    """Submitted by the seller, its originals received, handled by admin and checked by admin2."""
    world.accepted()
    number = world.application(label)
    row = world.ask("admin", "core.application", {"application": number})[0]
    world.do(row["account"], "core.submit_application", application=number)
    _approve(world, number)


# --- helpers ------------------------------------------------------------------------------------------


def _drafted(world: World, who: str, kind: str, content: dict[str, Any], parties: dict[str, str]) -> int:
    said = {"kind": kind, "content": content, **({"parties": parties} if parties else {})}
    answer = world.do(who, "core.draft_application", **said)
    number = int(answer.of("core.application_drafted")[0]["application"])
    world.applications.setdefault(who, []).append(number)
    return number


def _attach(world: World, who: str, number: int, name: str, party: str, stamps: int) -> None:
    world.do(
        who,
        "core.attach_material",
        application=number,
        material=name,
        digest=sha256(f"{name} {party}".encode()).hexdigest(),
        size=1_000,
        media_type="application/pdf",
        party=party,
        stamps=stamps,
        hand_signed=True,
    )


def _approve(world: World, number: int) -> None:
    world.do("admin", "core.receive_paper", application=number, sets=1)
    for staff in ("admin", "admin2"):
        world.do(staff, "core.claim_application", application=number)
        world.do(staff, "core.approve_application", application=number)
