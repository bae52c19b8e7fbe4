"""How measures and contracts end without a repurchase: release (REPO-4.6-a), termination, closing off-exchange (4.7).

Measures come first, then the contract. Nothing is traded and no money moves: what was frozen is free again, and
what the parties still owe each other they settle between them (REPO-A6-29). The risk reserve has no part in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from attrs import evolve

from sh_repo.agreement import RELEASE as RELEASE_SCOPE
from sh_repo.collateral import collateral_of
from sh_repo.contract import CLOSED_OFF_EXCHANGE, OUTSTANDING, OVERDUE, TERMINATED, Contract
from sh_repo.contract_forms import (
    APPLICATION_FORM,
    CONTRACT,
    FORM_SEALED,
    ONE_AT_A_TIME,
    PAPER,
    PARTIES,
    REVIEWS,
    Number,
    agreement_on_it,
    as_filed,
    authorised,
    cited,
    contract_of,
    declared,
    in_state,
    of_sides,
    whose,
)
from sh_repo.events import ContractEnded, MeasuresReleased
from sh_repo.frozen import margin_fen, pledged_tonnes
from tanpan.component import Component, decides
from tanpan.kinds import (
    BOOL,
    DATE,
    ON_DATE,
    THE_APPLICANT,
    WHOLE,
    Content,
    Effect,
    Field,
    Kind,
    Material,
)
from tanpan.messages import CLOCK, OPERATOR, STAFF, Command
from tanpan.parties import Actor
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange

_RULING: Final = "court_ruling"
_ABNORMAL: Final = "abnormal_case"
_RELEASED: Final = "released"
"""The state that is told where nothing is left to release."""


class ReleaseMeasures(Command, frozen=True, tag="sh_repo.release_measures"):
    """Release the measures of one contract as an application says; comes about by its effect, from nobody else."""

    zh: ClassVar = "解除风险管理措施"
    roles: ClassVar = (CLOCK,)
    application: Number


class EndContract(Command, frozen=True, tag="sh_repo.end_contract"):
    """End a contract without repurchase as an application says; comes about by its effect, from nobody else."""

    zh: ClassVar = "终止回购交易"
    roles: ClassVar = (CLOCK,)
    application: Number


class Releases(Component):
    """Decides releases and endings; the contracts themselves are another component's."""

    name = "sh_repo.releases"

    @decides(ReleaseMeasures)
    def _release(self, actor: Actor, command: ReleaseMeasures) -> None:
        application = self.exchange.applications.of(command.application)
        contract = releasing(self.exchange, application)
        self.emit(_released(contract, application))

    @decides(EndContract)
    def _end(self, actor: Actor, command: EndContract) -> None:
        application = self.exchange.applications.of(command.application)
        contract = ending(self.exchange, application)
        if contract.secured:
            self.emit(_released(contract, application))
        off_exchange = application.content.get("settled_off_exchange") is True
        state = CLOSED_OFF_EXCHANGE if off_exchange else TERMINATED
        self.emit(ContractEnded(*whose(contract, application), state, self.exchange.today()))


# --- what they ask -------------------------------------------------------------------------------------------


def measured(exchange: Exchange, contract: Contract) -> bool:
    """Whether any of the exchange's three measures stands: units, margin, or the monitoring."""
    return contract.secured or collateral_of(exchange).monitors(contract)


def releasing(exchange: Exchange, application: Application) -> Contract:
    """The contract whose measures are released; refuses what was not agreed, and a second time.

    Not while a repurchase is under way: what it froze counts on the margin and the pledged units.
    """
    contract = contract_of(exchange, application)
    in_state(contract, (OUTSTANDING, OVERDUE))
    if not measured(exchange, contract):
        raise Refusal("BAD_STATE", contract=contract.number, state=_RELEASED)
    agreed, ruled = contract.agreed, _has(application, _RULING)
    on_it = bool(agreed.release_conditions) or _has(application, "supplementary_agreement")
    if not (on_it or ruled):
        raise Refusal("RELEASE_NOT_AGREED", contract=contract.number)
    alone = len(application.kind.parties) == 1
    if alone and not ruled and agreed.release_by != agreed.side_of(application.account):
        raise Refusal("JOINT_APPLICATION_REQUIRED", contract=contract.number, release_by=agreed.release_by)
    return contract


def ending(exchange: Exchange, application: Application) -> Contract:
    """The contract that ends. While it is outstanding only for an abnormal case, or by a ruling."""
    contract = contract_of(exchange, application)
    content = application.content
    if content.get("application_form_no", contract.application) != contract.application:
        raise Refusal("PARTY_MISMATCH", field="application_form_no")
    in_state(contract, (OUTSTANDING, OVERDUE))
    if contract.state == OUTSTANDING and not (_has(application, _ABNORMAL) or _has(application, _RULING)):
        lacking = _ABNORMAL if len(application.kind.parties) > 1 else _RULING
        raise Refusal("DOC_MISSING", document=lacking, party="")
    # The monitoring freezes nothing: it ends with the contract.
    if contract.secured and content.get("release_measures") is not True:
        raise Refusal("FREEZE_OUTSTANDING", contract=contract.number)
    return contract


def _has(application: Application, document: str) -> bool:
    return bool(application.attached(document, ""))


def _released(contract: Contract, application: Application) -> MeasuresReleased:
    tonnes = [pledged_tonnes(contract, row.instrument) for row in contract.agreed.rows]
    return MeasuresReleased(*whose(contract, application), tonnes, margin_fen(contract))


def _check_release(exchange: Exchange, application: Application, content: Content) -> None:
    contract = releasing(exchange, application)
    declared(application)
    authorised(exchange, application, contract, RELEASE_SCOPE)


def _check_end(exchange: Exchange, application: Application, content: Content) -> None:
    ending(exchange, application)
    declared(application)


# --- the kinds -------------------------------------------------------------------------------------------------


def _release(exchange: Exchange, application: Application) -> Sequence[Command]:
    return (ReleaseMeasures(application.number),)


def _end(exchange: Exchange, application: Application) -> Sequence[Command]:
    return (EndContract(application.number),)


RULING: Final = Material(_RULING, "法院裁定等相关文件", "court ruling or the like")
RULING_IF_ANY: Final = evolve(RULING, optional=True)
_AGREEMENT_ON_IT: Final = agreement_on_it("解除风险管理措施有关协议", "agreement on the release")
_RELEASE_CLAUSES: Final = {**cited("REPO-4.6-a", "REPO-A1-4"), "RELEASE_NOT_AGREED": "REPO-4.6-a"}

RELEASE: Final = Kind(
    "sh_repo.release",
    "解除风险管理措施申请",
    "application for the release of measures",
    form=APPLICATION_FORM,
    applicants=(OPERATOR,),
    permission="trade",
    parties=PARTIES,
    materials=(FORM_SEALED, _AGREEMENT_ON_IT, RULING_IF_ANY),
    reviews=REVIEWS,
    paper=PAPER,
    locks=(ONE_AT_A_TIME,),
    checks=(_check_release,),
    consequence=_release,
    unsigned="JOINT_APPLICATION_REQUIRED",
    clauses=_RELEASE_CLAUSES,
)
RELEASE_ALONE: Final = Kind(
    "sh_repo.release_alone",
    "单方解除风险管理措施申请",
    "application of one side for the release of measures",
    form=APPLICATION_FORM,
    applicants=(OPERATOR, STAFF),
    permission="trade",
    parties=(THE_APPLICANT,),
    materials=(evolve(FORM_SEALED, both_stamped=False, stamped=True), _AGREEMENT_ON_IT, RULING_IF_ANY),
    reviews=REVIEWS,
    paper=PAPER,
    locks=(ONE_AT_A_TIME,),
    checks=(_check_release,),
    consequence=_release,
    clauses=_RELEASE_CLAUSES,
)

_STATEMENT: Final = Material(
    "termination_statement",
    "关于申请终止交易的情况说明",
    "statement on the termination (annex 7)",
    both_stamped=True,
)
_ENDING: Final = (
    CONTRACT,
    Field(
        "application_form_no", "《上海碳市场回购交易业务申请表》编号", "number of the application form", WHOLE
    ),
    *of_sides("name"),
    Field("effective_day", "终止生效日期", "effective day of the termination", DATE),
    Field(
        "settled_off_exchange",
        "双方另行在场外了结",
        "settled between the parties, off the exchange",
        BOOL,
        required=False,
    ),
    Field(
        "release_measures",
        "同时解除风险管理措施",
        "the measures are released with it",
        BOOL,
        required=False,
    ),
    *as_filed("declared_true"),
)
"""What annex 7 says."""
_END_CLAUSES: Final = {
    **cited("REPO-4.7-b", "REPO-A1-5", "REPO-A7-1"),
    "CONTRACT_UNKNOWN": "REPO-A7-1",
    "SINGLE_STAMP_ONLY": "REPO-A7-1",
    "FREEZE_OUTSTANDING": "REPO-4.7-b",
    "DOC_MISSING abnormal_case": "REPO-4.7-c",
    "JOINT_APPLICATION_REQUIRED": "REPO-4.7-c",
    "DECLARATION_MISSING": "REPO-A7-1",
}
# It ends on the day that the statement names, or when it is approved if that comes later.
_ON_ITS_DAY: Final = Effect(ON_DATE, field="effective_day")

TERMINATION: Final = Kind(
    "sh_repo.termination",
    "终止回购交易申请",
    "application for the termination of a repo",
    form=_ENDING,
    applicants=(OPERATOR,),
    permission="trade",
    parties=PARTIES,
    materials=(
        _STATEMENT,
        Material(_ABNORMAL, "异常情况相关文件", "documents on the abnormal case", optional=True),
        RULING_IF_ANY,
    ),
    reviews=REVIEWS,
    paper=PAPER,
    locks=(ONE_AT_A_TIME,),
    checks=(_check_end,),
    effect=_ON_ITS_DAY,
    consequence=_end,
    unsigned="JOINT_APPLICATION_REQUIRED",
    clauses=_END_CLAUSES,
)
TERMINATION_BY_RULING: Final = Kind(
    "sh_repo.termination_by_ruling",
    "依法院裁定终止回购交易",
    "termination of a repo by a ruling",
    form=_ENDING,
    applicants=(OPERATOR, STAFF),
    permission="trade",
    parties=(THE_APPLICANT,),
    materials=(RULING, evolve(_STATEMENT, both_stamped=False, stamped=True, optional=True)),
    reviews=REVIEWS,
    paper=PAPER,
    locks=(ONE_AT_A_TIME,),
    checks=(_check_end,),
    effect=_ON_ITS_DAY,
    consequence=_end,
    clauses=_END_CLAUSES,
)
RELEASES: Final = (RELEASE, RELEASE_ALONE, TERMINATION, TERMINATION_BY_RULING)
