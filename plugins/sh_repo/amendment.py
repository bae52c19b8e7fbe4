"""Written amendments of an agreement (REPO-A6-30): what both sides may change, and what it then says.

What was traded and what is frozen are no fields of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sh_repo.agreement import CASE_FIELDS, CASE_PARTS, CASES, CONTACTS, OTHER_TEXTS, contacts_in
from sh_repo.contract import OPEN_TO_SUBMISSION, OUTSTANDING, OVERDUE, SIDES, Agreed, Case, Contract
from sh_repo.contract_forms import CONTRACT, as_filed, in_state, of_sides
from tanpan.kinds import BOOL, Content, Field, hundredths_in
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

AMENDMENT_FORM: Final = (
    CONTRACT,
    *as_filed("agreement_no"),
    *of_sides("signed_on"),
    *CASE_FIELDS,
    *(
        Field(f"without_{case}", f"不再约定{zh}", f"no {en} is agreed any more", BOOL, required=False)
        for case, (zh, en) in CASES.items()
    ),
    *as_filed("release_conditions", "release_by", *OTHER_TEXTS, "alarm_ratio", required=False),
    *of_sides(*CONTACTS, required=False),
    *as_filed("declared_true"),
)


def amended(exchange: Exchange, contract: Contract, content: Content) -> Agreed:
    """What will be agreed; refuses what is not signed by both, says nothing, or is not theirs to change now."""
    # What is under way rests on what was agreed when it was submitted.
    in_state(contract, (*OPEN_TO_SUBMISSION, OUTSTANDING, OVERDUE))
    agreed, today = contract.agreed, exchange.today().isoformat()
    for side in SIDES:
        signed_on = content.get(f"{side}_signed_on", "")
        if not signed_on or signed_on > today:
            raise Refusal("AMENDMENT_NOT_SIGNED", party=side)
    alarm = hundredths_in(content, "alarm_ratio") if "alarm_ratio" in content else agreed.alarm_hundredths
    if "alarm_ratio" in content and not agreed.monitored:
        raise Refusal("MONITORING_NOT_AVAILABLE", field="alarm_ratio")
    said = {name: content[name] for name in OTHER_TEXTS if content.get(name)}
    after = msgspec.structs.replace(
        agreed,
        alarm_hundredths=alarm,
        cases=_cases(agreed, content),
        release_conditions=content.get("release_conditions", agreed.release_conditions),
        release_by=content.get("release_by", agreed.release_by),
        texts={**agreed.texts, **said},
        contacts={**agreed.contacts, **_contacts(agreed, content)},
    )
    if after == agreed:
        raise Refusal("FIELD_MISSING", field="content")
    return after


def _contacts(agreed: Agreed, content: Content) -> dict[str, dict[str, str]]:
    """The contacts of each side that has others now."""
    said = {side: contacts_in(content, side) for side in SIDES}
    return {side: {**agreed.contacts.get(side, {}), **new} for side, new in said.items() if new}


def _cases(agreed: Agreed, content: Content) -> dict[str, Case]:
    """The cases as they will be: one that is said is whole then, one that is dropped is gone."""
    cases = dict(agreed.cases)
    for case in CASES:
        said = {part: content[f"{case}_{part}"] for part in CASE_PARTS if content.get(f"{case}_{part}")}
        if content.get(f"without_{case}") is True:
            if said:
                raise Refusal("BAD_FIELD", field=f"without_{case}")
            cases.pop(case, None)
        elif said:
            before = cases.get(case, Case("", "", ""))
            cases[case] = msgspec.structs.replace(before, **said)
            lacking = [part for part in CASE_PARTS if not getattr(cases[case], part)]
            if lacking:
                raise Refusal("FIELD_MISSING", field=f"{case}_{lacking[0]}")
    return cases
