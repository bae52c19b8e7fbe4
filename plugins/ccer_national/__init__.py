"""The national market of certified voluntary emission reductions (全国温室气体自愿减排交易市场)."""

from collections.abc import Sequence

from ccer_national.certificates import CERTIFICATES
from ccer_national.rulebook import CCER
from tanpan.hookspecs import hookimpl
from tanpan.packs import Pack, Proposal, read_clauses
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
        clauses=read_clauses("ccer_national"),
        proposes=Proposal("beijing", "北京绿色交易所", "China Beijing Green Exchange"),
    )


@hookimpl
def tanpan_views() -> Sequence[View]:
    return (CERTIFICATES,)
