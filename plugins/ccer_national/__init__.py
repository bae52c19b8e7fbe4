"""The national market of certified voluntary emission reductions (全国温室气体自愿减排交易市场)."""

from collections.abc import Sequence

from ccer_national.account_fees import AccountFees
from ccer_national.binding import Binding
from ccer_national.certificates import CERTIFICATES
from ccer_national.changes import CHANGES, Synchronised
from ccer_national.onboarding import OPENINGS
from ccer_national.participant_views import FEES, NAMES, PARTICIPANTS
from ccer_national.participants import Participants
from ccer_national.phrases import BOOK
from ccer_national.refusals import REFUSALS
from ccer_national.rulebook import CCER
from tanpan.component import Component
from tanpan.hookspecs import hookimpl
from tanpan.kinds import Kind
from tanpan.packs import Pack, Proposal, read_clauses
from tanpan.phrases import Phrase
from tanpan.views import View


@hookimpl
def tanpan_pack() -> Pack:
    return Pack(
        name="ccer_national",
        version="1.0",
        contract=1,
        zh="全国温室气体自愿减排交易市场",
        en="National market of certified voluntary emission reductions",
        institution="北京绿色交易所有限公司",
        markets=(CCER,),
        refusals=REFUSALS,
        clauses=read_clauses("ccer_national"),
        proposes=Proposal("beijing", "北京绿色交易所", "China Beijing Green Exchange"),
    )


@hookimpl
def tanpan_components() -> Sequence[type[Component]]:
    return (Participants, Binding, AccountFees, Synchronised)


@hookimpl
def tanpan_applications() -> Sequence[Kind]:
    return (*OPENINGS, *CHANGES)


@hookimpl
def tanpan_views() -> Sequence[View]:
    return (CERTIFICATES, PARTICIPANTS, NAMES, FEES)


@hookimpl
def tanpan_phrases() -> Sequence[Phrase]:
    return tuple(BOOK.phrases)
