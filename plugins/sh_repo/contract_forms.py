"""What every application about a contract has in common: whose it is, who signs it, and what must agree with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from attrs import evolve

from sh_repo.agreement import FORM, SIDE_NAMES
from sh_repo.contract import BUYER, SELLER, SIDES, Contract
from sh_repo.contracts import contracts_of
from sh_repo.standings import CHECKING, HANDLING
from tanpan.calendar import local_day
from tanpan.kinds import CHOICE, Choice, Field, Lock, Material, Paper, Party, Review
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange

Number = Annotated[int, msgspec.Meta(examples=[1])]
AGENT: Final = "agent"
_FIELDS: Final = {field.name: field for field in FORM}

# --- what the kinds are made of ----------------------------------------------------------------------------


def as_filed(*names: str, **changes: Any) -> tuple[Field, ...]:
    """Fields of the filing's form, under the same names."""
    return tuple(evolve(_FIELDS[name], **changes) for name in names)


def of_sides(*names: str, **changes: Any) -> tuple[Field, ...]:
    """The same of both sides."""
    return as_filed(*(f"{side}_{name}" for side in SIDES for name in names), **changes)


def signed_by(side: str) -> Field:
    """Who signed for a side."""
    zh, en = SIDE_NAMES[side]
    choices = (
        Choice("legal_representative", "法定代表人", "legal representative"),
        Choice(AGENT, "授权代表人", "authorised representative"),
    )
    return Field(f"{side}_signed_by", f"{zh}签署人", f"{en}: signed by", CHOICE, choices=choices)


CONTRACT: Final = Field("contract", "合同编号", "contract", longest=20)
APPLICATION_FORM: Final = (
    CONTRACT,
    *as_filed("agreement_no"),
    *of_sides("name", "legal_representative", "contact", "phone", "mail"),
    *(signed_by(side) for side in SIDES),
    *as_filed("declared_true"),
)
"""What annex 3 asks for whatever the business is."""
PARTIES: Final = tuple(Party(side, *SIDE_NAMES[side]) for side in SIDES)
REVIEWS: Final = (
    Review(HANDLING, "经办", "handling", permission="market"),
    Review(CHECKING, "复核", "checking", permission="market"),
)
PAPER: Final = Paper(sets=1, permission="market")
"""All of it comes on paper, one set (annex 1)."""
ONE_AT_A_TIME: Final = Lock("sh_repo.contract", field="contract")
"""One application about a contract at a time."""
FORM_SEALED: Final = Material(
    "application_form", "《上海碳市场回购交易业务申请表》", "application form (annex 3)", both_stamped=True
)


def agreement_on_it(zh: str, en: str) -> Material:
    """What the parties agreed of it meanwhile, where they did."""
    return Material("supplementary_agreement", zh, en, both_stamped=True, optional=True)


def cited(clause: str, documents: str, form: str = "REPO-A3-1") -> dict[str, str]:
    """The clauses behind the refusals that all of them share."""
    return {
        "CONTRACT_UNKNOWN": clause,
        "PARTY_MISMATCH": form,
        "TERMS_MISMATCH": clause,
        "BAD_STATE": clause,
        "DUPLICATE_APPLICATION": clause,
        "JOINT_APPLICATION_REQUIRED": clause,
        "DECLARATION_MISSING": "REPO-A3-7",
        "FIELD_MISSING": form,
        "BAD_FIELD": form,
        "MAKER_CHECKER_SAME": "REPO-A2-3",
        "REVIEW_ORDER": "REPO-A2-3",
        "AUTH_SCOPE": "REPO-A5-1",
        "AUTH_EXPIRED": "REPO-A5-1",
        **dict.fromkeys(("DOC_MISSING", "NOT_STAMPED", "SINGLE_STAMP_ONLY", "PAPER_NOT_RECEIVED"), documents),
    }


# --- what they ask -------------------------------------------------------------------------------------------


def contract_of(exchange: Exchange, application: Application) -> Contract:
    """The live contract that an application of its own parties is about.

    Refuses another pair's before it tells anything of it, names that are not the accounts', another agreement.
    """
    contracts, number = contracts_of(exchange), application.content["contract"]
    pair = contracts.pair_of(number)
    if pair and not _is_of(application, pair):
        raise Refusal("PARTY_MISMATCH", field="contract", contract=number)
    contract = contracts.of(number)
    _same_names(exchange, application, contract)
    said = application.content.get("agreement_no", contract.agreed.agreement_no)
    if said != contract.agreed.agreement_no:
        raise Refusal("TERMS_MISMATCH", field="agreement_no", agreed=contract.agreed.agreement_no)
    return contract


def _is_of(application: Application, pair: tuple[str, ...]) -> bool:
    """Whether both parties of a joint application are a contract's, or the one that applies is one of them."""
    if len(application.kind.parties) == 1:
        return application.account in pair
    return (application.account, application.parties.get(BUYER, "")) == pair


def _same_names(exchange: Exchange, application: Application, contract: Contract) -> None:
    for side in SIDES:
        name = exchange.ledger.accounts[contract.agreed.account(side)].name
        if application.content.get(f"{side}_name", name) != name:
            raise Refusal("PARTY_MISMATCH", field=f"{side}_name", party=side)


def in_state(contract: Contract, states: Sequence[str]) -> None:
    """Refuse a contract that stands somewhere else."""
    if contract.state not in states:
        raise Refusal("BAD_STATE", contract=contract.number, state=contract.state)


def declared(application: Application) -> None:
    """Refuse what the parties do not stand for (REPO-A3-7)."""
    if application.content.get("declared_true") is not True:
        raise Refusal("DECLARATION_MISSING", field="declared_true")


def authorised(exchange: Exchange, application: Application, contract: Contract, scope: str) -> None:
    """Refuse a side's agent without a power of attorney for it that is in force today (annex 5).

    Asked when it is submitted: what an agent did under his power stays done when it has lapsed.
    """
    today = local_day(exchange.now)
    for side in SIDES:
        if application.content.get(f"{side}_signed_by") != AGENT:
            continue
        authority = contract.agreed.authorities.get(side)
        if authority is None or scope not in authority.scope:
            raise Refusal("AUTH_SCOPE", party=side, scope=scope)
        if not authority.since <= today <= authority.until:
            raise Refusal("AUTH_EXPIRED", party=side, since=authority.since, until=authority.until)


def whose(contract: Contract, application: Application) -> tuple[str, int, str, str]:
    """How every event of a contract that comes from an application begins."""
    return (
        contract.number,
        application.number,
        contract.agreed.account(SELLER),
        contract.agreed.account(BUYER),
    )
