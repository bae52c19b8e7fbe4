"""Sentences of this market's feature files: openings filled in and seen through, changes that the registry sends."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

import msgspec

from ccer_national.changes import IN_REGISTRY
from tanpan.phrases import PhraseBook, table_fields
from tanpan.phrases.words import one_of
from tanpan.phrases.world import World

BOOK = PhraseBook()

WAYS: Final = {
    "joint": "joint_opening",
    "separate": "separate_opening",
    "legacy": "legacy_opening",
    "联合": "joint_opening",
    "单独": "separate_opening",
    "旧有账户": "legacy_opening",
}
DOCUMENTS: Final = (
    "business_licence",
    "opening_form",
    "legal_representative_identity_copy",
    "power_of_attorney",
    "representative_identity_copy",
)
CONTENT: Final = {
    "participant": "样例公司",
    "credit_code": "91999999MA0000000K",
    "entity_kind": "legal_person",
    "body": "none",
    "account_type": "project_owner",
    "legal_representative": "张一一",
    "representative": "李二二",
    "representative_identity": "999999199003070012",
    "mobile": "13800138001",
    "mail": "representative@example.com",
    "address": "北京市西城区样例路1号",
    "data_declared_true": "true",
}


@BOOK.phrase(
    "{who} has filled in a {way} opening",
    "{who} 已填好 {way} 开户申请",
)
def _filled_in(world: World, who: str, way: str) -> None:
    _filled_in_but(world, who, way, [])


@BOOK.phrase(
    "{who} has filled in a {way} opening, but",
    "{who} 已填好 {way} 开户申请，其中",
    table=True,
)
def _filled_in_but(world: World, who: str, way: str, table: list[list[str]]) -> None:
    """The whole form and the five documents, other values or none in some fields; not submitted."""
    said = {**CONTENT, **(table_fields(table) if table else {})}
    filled = {name: value for name, value in said.items() if value != ""}
    kind = f"ccer_national.{one_of(way, WAYS)}"
    world.attempt(who, "core.draft_application", {"kind": kind, "content": filled})
    world.accepted()
    number = world.applications[who][-1]
    for document in DOCUMENTS:
        world.do(who, "core.attach_material", application=number, **_file(document))


@BOOK.phrase("{who} has opened an account jointly", "{who} 已联合开户")
def _opened(world: World, who: str) -> None:
    _opened_but(world, who, [])


@BOOK.phrase("{who} has opened an account jointly, but", "{who} 已联合开户，其中", table=True)
def _opened_but(world: World, who: str, table: list[list[str]]) -> None:
    """Submitted, reviewed by exchange and registry, opened in the registry as R-{who}, the fee paid if it is due."""
    world.do("door", "core.register_applicant", user=who)
    _filled_in_but(world, who, "joint", table)
    number = world.applications[who][-1]
    world.do(who, "core.submit_application", application=number)
    for reviewer in ("admin", "registry"):
        world.do(reviewer, "core.claim_application", application=number)
        world.do(reviewer, "core.approve_application", application=number)
    said = {**CONTENT, **(table_fields(table) if table else {})}
    _tell(world, number, f"R-{who}", said["credit_code"])
    if said["account_type"] in ("project_owner", "other"):
        fee = {"fact": "opening_fee", "reference": f"fee {number}", "content": {"fee_amount": "2000.00"}}
        world.do("channel", "core.state_fact", application=number, **fee)


@BOOK.phrase(
    "the registry says that {registry_account} is of {credit_code} for application {label}",
    "注册登记机构告知申请 {label} 的注册登记账户为 {registry_account}，统一社会信用代码为 {credit_code}",
)
def _says(world: World, registry_account: str, credit_code: str, label: str) -> None:
    content = {"registry_account": registry_account, "credit_code": credit_code}
    number = world.application(label)
    fact = {"fact": "registry_account", "reference": f"told {number}", "content": content}
    world.attempt("registry", "core.state_fact", {"application": number, **fact})


def _tell(world: World, number: int, registry_account: str, code: str) -> None:
    content = {"registry_account": registry_account, "credit_code": code}
    fact = {"fact": "registry_account", "reference": f"told {number}", "content": content}
    world.do("registry", "core.state_fact", application=number, **fact)


@BOOK.phrase(
    "{who} sends a change of {what} of {account} as case {case}",
    "{who} 提交账户 {account} 的 {what} 变更，案号 {case}",
    table=True,
)
def _sends(world: World, who: str, what: str, account: str, case: str, table: list[list[str]]) -> None:
    """A two-column table of the form; `without`, `unstamped` and `unsigned` name a document."""
    said = table_fields(table)
    without, unstamped, unsigned = (said.pop(name, "") for name in ("without", "unstamped", "unsigned"))
    kind = IN_REGISTRY[what][0] if what in IN_REGISTRY else None
    documents = [
        {
            **_file(one.name),
            "stamps": int(one.name != unstamped),
            "hand_signed": one.hand_signed and one.name != unsigned,
        }
        for one in (kind.materials if kind is not None else ())
        if one.name != without
    ]
    fields: dict[str, Any] = {
        "account": account,
        "what": what,
        "reference": case,
        "content": said,
        "documents": msgspec.to_builtins(documents),
    }
    world.attempt(who, "ccer_national.change_registered_data", fields)


def _file(material: str) -> dict[str, Any]:
    return {
        "material": material,
        "digest": sha256(material.encode()).hexdigest(),
        "size": 1_000,
        "media_type": "application/pdf",
        "stamps": 1,
    }
