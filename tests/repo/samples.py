"""A whole filing as both parties fill it in: 50,000 t of SHEA, worked example 5's price; persons are made up.

`filing` and `qualification` hold clear texts, as a door takes them; `tokens` puts tokens in their place, as a kernel does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from sh_repo.agreement import DECLARATIONS, FORM, SCOPES
from sh_repo.disclosure import own_disclosure
from sh_repo.qualification import FORM as QUALIFICATION_FORM
from tanpan.filing import AttachMaterial
from tanpan.personal import check, token

SELLER: Final = "Alpha Ltd"
BUYER: Final = "Beta Ltd"
"""Participants, as `Venue.people` names the holders of the accounts Alpha and Beta."""
CREDIT_CODE: Final = "91350100M000100Y43"
PEOPLE: Final = {
    "seller": ("张一", "李二", "王三", "13800138001", "11010519491231002X"),
    "buyer": ("赵四", "孙五", "周六", "13800138002", "440524188001010014"),
}
"""Of each side: legal representative, contact, agent, the contact's phone, the agent's identity number."""
OF_BOTH: Final = ("application_form", "repo_agreement")
OF_EACH: Final = (
    "risk_disclosure",
    "power_of_attorney",
    "licence_copy",
    "legal_person_id_copy",
    "handler_id_copy",
)
OF_QUALIFICATION: Final = ("qualification_form", "licence_copy")
_SHAPES: Final = {one.name: one.shape for one in (*FORM, *QUALIFICATION_FORM) if one.personal}


def filing(initial: date, repurchase: date, signed: date, **changes: Any) -> dict[str, Any]:
    """A filing of a managed seller's allowances, signed on a day; a change to None clears a field.

    34.40 x 50,000 = 1,720,000.00 and 35.00 x 50,000 = 1,750,000.00; a fifth of it is frozen (worked example 11).
    """
    content: dict[str, Any] = {
        "agreement_no": "R-2026-001",
        "manual": "2025-12-31",
        "seller_managed": True,
        "underlying": [{"instrument": "SHEA", "quantity_tonnes": 50_000, "frozen_tonnes": 10_000}],
        "initial_day": initial.isoformat(),
        "initial_price": "34.40",
        "initial_amount": "1720000.00",
        "repurchase_quantity": 50_000,
        "repurchase_day": repurchase.isoformat(),
        "repurchase_price": "35.00",
        "repurchase_amount": "1750000.00",
        "term_days": (repurchase - initial).days + 1,
        "for_surrender": False,
        "freezes": True,
        "freeze_ratio": "20.00",
        "margin": "100000.00",
        "monitored": True,
        "monitoring_formula": "reference",
        "alarm_ratio": "150.00",
        "early_conditions": "双方协商一致",
        "early_price": "按实际天数折算",
        "early_day": "双方商定的交易日",
        "release_conditions": "购回前双方一致同意",
        "release_by": "both",
        "other_measures": "无",
        "termination_cases": "双方一致同意",
        "abnormal_cases": "账户被司法冻结",
        "seller_default": "到期不购回",
        "buyer_default": "到期不交付",
        "agreement_copies": 2,
        "declared_true": True,
        **side("seller", SELLER, signed, repurchase),
        **side("buyer", BUYER, signed, repurchase),
    }
    return {name: value for name, value in {**content, **changes}.items() if value is not None}


def side(which: str, name: str, signed: date, until: date) -> dict[str, Any]:
    """What one side fills in of itself."""
    legal, contact, agent, phone, identity = PEOPLE[which]
    disclosure = own_disclosure()
    said: dict[str, Any] = {
        "name": name,
        "legal_representative": legal,
        "domicile": "上海市浦东新区某路1号",
        "contact": contact,
        "phone": phone,
        "mail": f"{which}@example.com",
        "post": "上海市浦东新区某路1号 收发室",
        "signed_on": signed.isoformat(),
        "agent": agent,
        "agent_id_kind": "identity_card",
        "agent_identity": identity,
        "handler_identity": identity,
        "authority_from": signed.isoformat(),
        "authority_until": until.isoformat(),
        "disclosure": disclosure.version,
        "copied": disclosure.acknowledgement_zh,
    }
    said |= {f"may_{scope}": True for scope in SCOPES}
    said |= {f"declares_{one}": True for one in DECLARATIONS}
    return {f"{which}_{key}": value for key, value in said.items()}


def qualification(name: str = BUYER, **changes: Any) -> dict[str, Any]:
    """The form of annex 2, of the initial buyer."""
    content = {
        "applicant_name": name,
        "credit_code": CREDIT_CODE,
        "paid_in_capital": "50000000.00",
        "buyer_contact": PEOPLE["buyer"][1],
        "buyer_phone": PEOPLE["buyer"][3],
        "buyer_mail": "buyer@example.com",
        "declared_true": True,
    }
    return {key: value for key, value in {**content, **changes}.items() if value is not None}


def tokens(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same with a token for whatever is personal, one text always under the same."""
    return {
        name: _token(_SHAPES[name], value) if name in _SHAPES and value else value
        for name, value in content.items()
    }


def _token(shape: str, clear: str) -> str:
    clear = check(shape, clear)
    return token(shape, sha256(clear.encode()).hexdigest()[:40], clear)


def files(application: int, **faults: Mapping[str, Any]) -> list[AttachMaterial]:
    """Every paper of a filing, sealed and signed as it must be; `faults` change what is declared of one by its name."""
    both = [_file(application, name, "", 2, faults) for name in OF_BOTH]
    return both + [_file(application, name, party, 1, faults) for name in OF_EACH for party in PEOPLE]


def qualification_files(application: int, **faults: Mapping[str, Any]) -> list[AttachMaterial]:
    """Every paper of a qualification."""
    return [_file(application, name, "", 1, faults) for name in OF_QUALIFICATION]


def _file(
    application: int, name: str, party: str, stamps: int, faults: Mapping[str, Mapping[str, Any]]
) -> AttachMaterial:
    digest = sha256(f"{name} {party}".encode()).hexdigest()
    said: dict[str, Any] = {"party": party, "stamps": stamps, "hand_signed": True, **faults.get(name, {})}
    return AttachMaterial(application, name, digest, 1_000, "application/pdf", **said)
