"""The national carbon allowance market (全国碳排放权交易市场), operated in Shanghai."""

from collections.abc import Sequence

from cea_shanghai.risk_reserve import REFUSALS, RiskReserve
from cea_shanghai.rulebook import CEA
from tanpan.component import Component
from tanpan.hookspecs import hookimpl
from tanpan.packs import Pack, Proposal, read_clauses


@hookimpl
def tanpan_pack() -> Pack:
    return Pack(
        name="cea_shanghai",
        version="1.0",
        contract=1,
        zh="全国碳排放权交易市场",
        en="National carbon allowance market",
        institution="上海环境能源交易所股份有限公司",
        markets=(CEA,),
        refusals=REFUSALS,
        clauses=read_clauses("cea_shanghai"),
        proposes=Proposal("shanghai", "上海环境能源交易所", "Shanghai Environment and Energy Exchange"),
    )


@hookimpl
def tanpan_components() -> Sequence[type[Component]]:
    return (RiskReserve,)
