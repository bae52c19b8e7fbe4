"""Phrases of applications: filing, handing in, signing, reviewing. Whether it is accepted is asked afterwards.

`{label}` is `Alpha#1`, the first application of the account or applicant Alpha, or a plain number.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from tanpan.phrases import PhraseBook, table_fields
from tanpan.phrases.words import expect, one_of, plain, unknown
from tanpan.phrases.world import World

BOOK = PhraseBook()

STATES: Final = {
    "a-draft": "draft",
    "in-review": "in_review",
    "returned": "returned",
    "approved": "approved",
    "effective": "effective",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "expired": "expired",
    "failed": "failed",
    "草稿": "draft",
    "审核中": "in_review",
    "待补正": "returned",
    "审核通过": "approved",
    "已生效": "effective",
    "已驳回": "rejected",
    "已撤回": "withdrawn",
    "已失效": "expired",
    "未能生效": "failed",
}


@BOOK.phrase("{who} is let in as an applicant", "{who} 登记为申请人")
def _let_in(world: World, who: str) -> None:
    world.do("door", "core.register_applicant", user=who)


@BOOK.phrase('{who} drafts a "{kind}" application with', '{who} 起草 "{kind}" 申请，填写', table=True)
def _drafts(world: World, who: str, kind: str, table: list[list[str]]) -> None:
    """A two-column table of fields; `party NAME` names another party's account, `on behalf of` whose it is."""
    world.attempt(who, "core.draft_application", {"kind": kind, **_said(table)})


@BOOK.phrase("{who} amends application {label} with", "{who} 修改申请 {label}，填写", table=True)
def _amends(world: World, who: str, label: str, table: list[list[str]]) -> None:
    """A two-column table of fields, as in a draft; an empty one is cleared; `all anew`: and so are all others."""
    _send(world, who, "amend", label, **_said(table))


_BESIDE: Final = {"on behalf of": "account", "代办账户": "account", "all anew": "whole", "全部重填": "whole"}


def _said(table: list[list[str]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    parties: dict[str, str] = {}
    beside: dict[str, Any] = {}
    for name, value in table_fields(table).items():
        word, _, party = name.partition(" ")
        if word in ("party", "相对方") and party:
            parties[party] = value
        elif name in _BESIDE:
            beside[_BESIDE[name]] = value
        elif name:
            content[name] = value
    return {"content": content, **({"parties": parties} if parties else {}), **beside}


def _send(world: World, who: str, verb: str, label: str, **fields: Any) -> None:
    fields["application"] = world.application(label)
    world.attempt(who, f"core.{verb}_application", fields)


# --- handing in --------------------------------------------------------------------------------------


@BOOK.phrase("{who} attaches {material} to application {label}", "{who} 向申请 {label} 提交材料 {material}")
def _attaches(world: World, who: str, material: str, label: str) -> None:
    """A file as the kind demands it: stamped, in colour, in enough copies, valid for long."""
    _attach(world, who, material, label, {})


@BOOK.phrase(
    "{who} attaches {material} to application {label} with",
    "{who} 向申请 {label} 提交材料 {material}，其中",
    table=True,
)
def _attaches_with(world: World, who: str, material: str, label: str, table: list[list[str]]) -> None:
    """The same, but for what the two-column table says: party, stamps, copies, colour, media_type, …"""
    _attach(world, who, material, label, table_fields(table))


def _attach(world: World, who: str, material: str, label: str, said: dict[str, Any]) -> None:
    world.accepted()
    number = world.application(label)
    kind = _kind_of(world, number)
    demands = next(
        (one for one in kind["materials"] if one["name"] == material), {"formats": ["application/pdf"]}
    )
    sealed = len(kind["parties"]) if demands.get("both_stamped") else int(bool(demands.get("stamped")))
    fields = {
        "application": number,
        "material": material,
        "digest": digest_of(f"{material} {said.get('party', '')}"),
        "size": 1_000,
        "media_type": demands["formats"][0],
        "stamps": sealed,
        "colour": demands.get("colour", False),
        "hand_signed": demands.get("hand_signed", False),
        "copies": demands.get("copies", 1),
        "valid_until": "long_term" if demands.get("expires") else "",
    }
    world.attempt(who, "core.attach_material", {**fields, **said})


def digest_of(text: str) -> str:
    """The digest of a file that a scenario thinks up by its name."""
    return sha256(text.encode()).hexdigest()


def _kind_of(world: World, number: int) -> dict[str, Any]:
    """The kind of an application, as the client reads it; that of a closed one too."""
    filed = world.ask("admin", "core.applications", {"application": number})
    known = {row["kind"]: row for row in world.ask("admin", "core.kinds", {})}
    return known[filed[0]["kind"]] if filed else {"materials": [], "parties": [], "form": []}


@BOOK.phrase(
    "{who} takes {material} back from application {label}", "{who} 从申请 {label} 撤回材料 {material}"
)
def _detaches(world: World, who: str, material: str, label: str) -> None:
    fields = {
        "application": world.application(label),
        "material": material,
        "digest": digest_of(f"{material} "),
    }
    world.attempt(who, "core.detach_material", fields)


@BOOK.phrase("{who} opens agreement {field} of application {label}", "{who} 打开申请 {label} 的协议 {field}")
def _opens(world: World, who: str, field: str, label: str) -> None:
    """In the version in force."""
    number = world.application(label)
    versions = {one["name"]: one["version"] for one in _kind_of(world, number)["form"]}
    if field not in versions:
        raise unknown(field, versions)
    fields = {"application": number, "field": field, "version": versions[field]}
    world.attempt(who, "core.open_agreement", fields)


# --- signing, submitting -------------------------------------------------------------------------------


@BOOK.phrase("{who} signs application {label} as {party}", "{who} 以 {party} 身份签署申请 {label}")
def _signs(world: World, who: str, label: str, party: str) -> None:
    """What he signs is what the application holds now."""
    world.accepted()
    row = world.ask("admin", "core.application", {"application": world.application(label)})[0]
    _send(world, who, "sign", label, party=party, digest=row["digest"])


@BOOK.phrase("{who} submits application {label}", "{who} 提交申请 {label}")
def _submits(world: World, who: str, label: str) -> None:
    _send(world, who, "submit", label)


@BOOK.phrase("{who} withdraws application {label}", "{who} 撤回申请 {label}")
def _withdraws(world: World, who: str, label: str) -> None:
    _send(world, who, "withdraw", label)


# --- reviewing -------------------------------------------------------------------------------------------


@BOOK.phrase("{who} claims application {label}", "{who} 领取申请 {label}")
def _claims(world: World, who: str, label: str) -> None:
    _send(world, who, "claim", label)


@BOOK.phrase("{who} gives application {label} back", "{who} 退回领取的申请 {label}")
def _unclaims(world: World, who: str, label: str) -> None:
    _send(world, who, "unclaim", label)


@BOOK.phrase("{who} approves application {label}", "{who} 审核通过申请 {label}")
def _approves(world: World, who: str, label: str) -> None:
    _send(world, who, "approve", label)


@BOOK.phrase("{who} claims and approves application {label}", "{who} 领取并审核通过申请 {label}")
def _passes(world: World, who: str, label: str) -> None:
    _send(world, who, "claim", label)
    _send(world, who, "approve", label)


@BOOK.phrase(
    '{who} returns application {label} because "{opinion}"',
    '{who} 将申请 {label} 退回补正，意见为 "{opinion}"',
)
def _returns(world: World, who: str, label: str, opinion: str) -> None:
    _send(world, who, "return", label, opinion=opinion)


@BOOK.phrase("{who} returns application {label} for", "{who} 将申请 {label} 退回补正，理由如下", table=True)
def _returns_for(world: World, who: str, label: str, table: list[list[str]]) -> None:
    """A two-column table of reasons by field and document."""
    reasons = table_fields(table)
    _send(world, who, "return", label, opinion="；".join(reasons.values()), reasons=reasons)


@BOOK.phrase(
    '{who} rejects application {label} because "{reason}"', '{who} 驳回申请 {label}，理由为 "{reason}"'
)
def _rejects(world: World, who: str, label: str, reason: str) -> None:
    _send(world, who, "reject", label, reason=reason)


@BOOK.phrase(
    "{who} receives {sets} sets of originals of application {label}",
    "{who} 收到申请 {label} 的纸质原件 {sets} 套",
)
def _receives(world: World, who: str, sets: str, label: str) -> None:
    world.attempt(who, "core.receive_paper", {"application": world.application(label), "sets": sets})


@BOOK.phrase(
    "{who} states {fact} of application {label} with", "{who} 为申请 {label} 登记 {fact}，内容", table=True
)
def _states(world: World, who: str, fact: str, label: str, table: list[list[str]]) -> None:
    """A two-column table of its fields, `reference` and, for what is personal, `user` among them."""
    content = table_fields(table)
    beside: dict[str, Any] = {name: content.pop(name) for name in ("reference", "user") if name in content}
    stated = {"application": world.application(label), "fact": fact, "content": content}
    world.attempt(who, "core.state_fact", {**stated, **beside})


@BOOK.phrase("{who} lets application {label} take effect", "{who} 办理申请 {label} 生效")
def _effects(world: World, who: str, label: str) -> None:
    _send(world, who, "effect", label)


# --- where it stands ---------------------------------------------------------------------------------------


@BOOK.phrase("application {label} is {state}", "申请 {label} 的状态为 {state}")
def _is_in_state(world: World, label: str, state: str) -> None:
    world.accepted()
    row = _row(world, label)
    wanted = one_of(state, STATES)
    expect(row["state"] == wanted, f"申请的状态为 {row['state']}", f"it is {row['state']}")


@BOOK.phrase("application {label} awaits {stage}", "申请 {label} 等待 {stage}")
def _awaits(world: World, label: str, stage: str) -> None:
    world.accepted()
    row = _row(world, label)
    expect(
        row["stage"] == stage,
        f"等待的是 {row['stage'] or '（无）'}",
        f"it awaits {row['stage'] or 'nothing'}",
    )


@BOOK.phrase("application {label} holds", "申请 {label} 的内容为", table=True)
def _holds(world: World, label: str, table: list[list[str]]) -> None:
    """A two-column table of every field that is filled in, masks for what is personal."""
    world.accepted()
    content = {name: plain(value) for name, value in _row(world, label)["content"].items()}
    wanted = {name: value for name, value in table_fields(table).items() if value}
    expect(content == wanted, f"申请的内容为 {plain(content)}", f"it holds {plain(content)}")


def _row(world: World, label: str) -> dict[str, Any]:
    return world.ask("admin", "core.applications", {"application": world.application(label)})[0]
