"""Changes of what was agreed: early and deferred repurchase (REPO-4.5-a), and written amendments (REPO-A6-30).

Both sides apply together, the exchange approves, and the contract has a next version. Nothing is done in the system
by the parties themselves, and nothing that was already traded is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from sh_repo.agreement import (
    CASES,
    EARLY_DEFERRED,
)
from sh_repo.amendment import AMENDMENT_FORM, amended
from sh_repo.contract import (
    OUTSTANDING,
    Agreed,
    Case,
    Contract,
)
from sh_repo.contract_forms import (
    APPLICATION_FORM,
    FORM_SEALED,
    ONE_AT_A_TIME,
    PAPER,
    PARTIES,
    REVIEWS,
    Number,
    agreement_on_it,
    authorised,
    cited,
    contract_of,
    declared,
    in_state,
    whose,
)
from sh_repo.events import TermsChanged
from sh_repo.filed import check_cutoff
from sh_repo.rulebook import MARKET, own
from tanpan.calendar import parse_windows, time_of_day
from tanpan.component import Component, decides
from tanpan.kinds import DATE, YUAN, Content, Field, Kind, Material, fen_in
from tanpan.messages import CLOCK, OPERATOR, Command
from tanpan.parties import Actor
from tanpan.quantities import LARGEST_AMOUNT_FEN, LARGEST_PRICE_FEN, parse_yuan
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange

EARLY: Final = "early"
DEFERRED: Final = "deferred"
AMENDMENT: Final = "amendment"
_NOT_AGREED: Final = {EARLY: "EARLY_NOT_AGREED", DEFERRED: "DEFER_NOT_AGREED"}


class ChangeTerms(Command, frozen=True, tag="sh_repo.change_terms"):
    """Change what was agreed as an application says; comes about by its effect, from nobody else."""

    zh: ClassVar = "变更回购合同要素"
    roles: ClassVar = (CLOCK,)
    application: Number


class Changes(Component):
    """Decides the changes; the contracts themselves are another component's."""

    name = "sh_repo.changes"

    @decides(ChangeTerms)
    def _change(self, actor: Actor, command: ChangeTerms) -> None:
        application = self.exchange.applications.of(command.application)
        what = _WHAT.get(application.kind.name)
        if what is None:
            raise Refusal("UNKNOWN_KIND", kind=application.kind.name)
        contract, agreed = changed(self.exchange, application, what)
        self.emit(TermsChanged(*whose(contract, application), what, contract.version + 1, agreed))


def changed(exchange: Exchange, application: Application, what: str) -> tuple[Contract, Agreed]:
    """The contract and what will be agreed of it; refuses a change that is not possible now."""
    contract = contract_of(exchange, application)
    if what == AMENDMENT:
        return contract, amended(exchange, contract, application.content)
    return contract, _moved(exchange, contract, application, what)


# --- early and deferred repurchase ---------------------------------------------------------------------------


def _moved(exchange: Exchange, contract: Contract, application: Application, case: str) -> Agreed:
    agreed, content = contract.agreed, application.content
    if case not in agreed.cases:
        raise Refusal(_NOT_AGREED[case], contract=contract.number)
    in_state(contract, (OUTSTANDING,))
    day = date.fromisoformat(content["new_repurchase_day"])
    price = fen_in(content, "new_repurchase_price")
    _possible(exchange, contract, day, case)
    if price * agreed.quantity_tonnes > LARGEST_AMOUNT_FEN:
        raise Refusal("BAD_AMOUNT", field="new_repurchase_price")
    _as_agreed(agreed.cases[case], day, price)
    moved = msgspec.structs.replace(agreed, repurchase_day=day, repurchase_fen=price)
    _before_cutoff(exchange, application, moved)
    return moved


def _possible(exchange: Exchange, contract: Contract, day: date, case: str) -> None:
    """Refuse a day on which the repurchase can't be done any more, and one on the wrong side of the present day."""
    today = exchange.today()
    if not exchange.calendar.is_trading_day(day):
        raise Refusal("NOT_TRADING_DAY", field="new_repurchase_day", day=day)
    wrong = day >= contract.due if case == EARLY else day <= contract.due
    if wrong or day <= contract.agreed.initial_day or day < today or (day == today and _is_over(exchange)):
        raise Refusal("BAD_NEW_DAY", day=day, present_day=contract.due, today=today)


def _is_over(exchange: Exchange) -> bool:
    """Whether no repurchase can be done today any more."""
    day = exchange.days.by_market[MARKET]
    if day.opened_on == exchange.today() and day.today is None:
        return True
    return time_of_day(exchange.now) >= parse_windows(own(exchange)["repo_sessions"])[-1][1]


def _as_agreed(case: Case, day: date, price_fen: int) -> None:
    """Where the agreement names a day or an amount and nothing else, it must be that one; words are the reviewers'."""
    try:
        agreed_day = date.fromisoformat(case.day.strip())
    except ValueError:
        agreed_day = day
    try:
        agreed_fen = parse_yuan(case.price)
    except ValueError:
        agreed_fen = price_fen
    if day != agreed_day:
        raise Refusal("TERMS_MISMATCH", field="new_repurchase_day", agreed=agreed_day)
    if price_fen != agreed_fen:
        raise Refusal("TERMS_MISMATCH", field="new_repurchase_price", agreed_fen=agreed_fen)


def _before_cutoff(exchange: Exchange, application: Application, moved: Agreed) -> None:
    """What was asked of the agreed day when it was filed is asked of the new one (REPO-A6-12)."""
    content = {
        "underlying": [{"instrument": row.instrument} for row in moved.rows],
        "for_surrender": moved.for_surrender,
        "repurchase_day": moved.repurchase_day.isoformat(),
    }
    check_cutoff(exchange, application, content)


# --- the kinds ---------------------------------------------------------------------------------------------------


def _check(what: str, exchange: Exchange, application: Application, content: Content) -> None:
    contract, _ = changed(exchange, application, what)
    declared(application)
    if what != AMENDMENT:
        authorised(exchange, application, contract, EARLY_DEFERRED)


def _change(exchange: Exchange, application: Application) -> Sequence[Command]:
    return (ChangeTerms(application.number),)


_NEW: Final = (
    Field("new_repurchase_day", "变更后的购回交易日", "changed repurchase day", DATE),
    Field(
        "new_repurchase_price",
        "变更后的购回交易价格（元/吨）",
        "changed repurchase price (yuan/t)",
        YUAN,
        least=1,
        most=LARGEST_PRICE_FEN,
    ),
)


def _moving(case: str, clause: str) -> Kind:
    zh, en = CASES[case]
    return Kind(
        f"sh_repo.{case}_repurchase",
        f"{zh}申请",
        f"application for {'an' if case == EARLY else 'a'} {en}",
        form=(*APPLICATION_FORM, *_NEW),
        applicants=(OPERATOR,),
        permission="trade",
        parties=PARTIES,
        materials=(
            FORM_SEALED,
            agreement_on_it(f"{zh}有关协议", f"agreement on the {en}"),
        ),
        reviews=REVIEWS,
        paper=PAPER,
        locks=(ONE_AT_A_TIME,),
        checks=(partial(_check, case),),
        consequence=_change,
        unsigned="JOINT_APPLICATION_REQUIRED",
        clauses={
            **cited("REPO-4.5-a", "REPO-A1-3"),
            _NOT_AGREED[case]: clause,
            "BAD_NEW_DAY": clause,
            "TERMS_MISMATCH": clause,
            "NOT_TRADING_DAY": clause,
            "AFTER_COMPLIANCE_CUTOFF": "REPO-A6-12",
            "CUTOFF_NOT_CONFIGURED": "REPO-A6-12",
        },
    )


EARLY_REPURCHASE: Final = _moving(EARLY, "REPO-A6-23")
DEFERRED_REPURCHASE: Final = _moving(DEFERRED, "REPO-A6-24")
THE_AMENDMENT: Final = Kind(
    "sh_repo.amendment",
    "回购交易协议变更",
    "amendment of the repo agreement",
    form=AMENDMENT_FORM,
    applicants=(OPERATOR,),
    permission="trade",
    parties=PARTIES,
    materials=(Material("amendment_agreement", "变更协议", "the amendment, in writing", both_stamped=True),),
    reviews=REVIEWS,
    paper=PAPER,
    locks=(ONE_AT_A_TIME,),
    checks=(partial(_check, AMENDMENT),),
    consequence=_change,
    unsigned="JOINT_APPLICATION_REQUIRED",
    clauses={
        **cited("REPO-A6-30", "REPO-A6-30", "REPO-A6-30"),
        "AMENDMENT_NOT_SIGNED": "REPO-A6-30",
        "MONITORING_NOT_AVAILABLE": "REPO-A6-1.17-a",
    },
)
CHANGES: Final = (EARLY_REPURCHASE, DEFERRED_REPURCHASE, THE_AMENDMENT)
_WHAT: Final = {
    EARLY_REPURCHASE.name: EARLY,
    DEFERRED_REPURCHASE.name: DEFERRED,
    THE_AMENDMENT.name: AMENDMENT,
}
