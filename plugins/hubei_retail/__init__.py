"""Opening accounts for individuals at the Hubei carbon exchange (湖北碳排放权交易中心个人投资者开户)."""

from collections.abc import Sequence

from hubei_retail.agreements import TEXTS, Agreements
from hubei_retail.opening import PERSONAL_OPENING
from hubei_retail.phrases import BOOK
from hubei_retail.quiz import PAPERS, Quiz
from hubei_retail.refusals import REFUSALS
from hubei_retail.rulebook import PARAMETERS, Rules
from hubei_retail.seats import SEATS, Seats
from tanpan.component import Component
from tanpan.hookspecs import hookimpl
from tanpan.kinds import Kind
from tanpan.packs import Pack, Proposal, read_clauses
from tanpan.phrases import Phrase
from tanpan.views import View


@hookimpl
def tanpan_pack() -> Pack:
    return Pack(
        name="hubei_retail",
        version="1.0",
        contract=1,
        zh="湖北碳市场个人开户",
        en="Hubei carbon market, accounts of individuals",
        institution="湖北碳排放权交易中心有限公司",
        refusals=REFUSALS,
        clauses=read_clauses("hubei_retail"),
        parameters=PARAMETERS,
        proposes=Proposal("hubei", "湖北碳排放权交易中心", "China Hubei Emission Exchange"),
    )


@hookimpl
def tanpan_components() -> Sequence[type[Component]]:
    return (Rules, Quiz, Agreements, Seats)


@hookimpl
def tanpan_applications() -> Sequence[Kind]:
    return (PERSONAL_OPENING,)


@hookimpl
def tanpan_views() -> Sequence[View]:
    return (PAPERS, TEXTS, SEATS)


@hookimpl
def tanpan_phrases() -> Sequence[Phrase]:
    return tuple(BOOK.phrases)
