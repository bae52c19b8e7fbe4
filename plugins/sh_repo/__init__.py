"""Repos of allowances and reductions in the Shanghai spot market (上海碳市场回购交易)."""

from collections.abc import Sequence

from sh_repo.change_phrases import BOOK as CHANGE_BOOK
from sh_repo.changes import CHANGES, Changes
from sh_repo.collateral import COLLATERAL, Collateral
from sh_repo.contracts import Contracts
from sh_repo.correspondence import Correspondence
from sh_repo.disclosure import DISCLOSURE_ROWS, Disclosures
from sh_repo.documents import DOCUMENTS
from sh_repo.edition import EDITION_ROWS
from sh_repo.filing import FILING, Filings
from sh_repo.filing_phrases import BOOK as FILING_BOOK
from sh_repo.history import VIEWS
from sh_repo.initial import Initial
from sh_repo.phrases import BOOK
from sh_repo.qualification import THE_QUALIFICATION
from sh_repo.reference import ListedDays
from sh_repo.refusals import REFUSALS
from sh_repo.release import RELEASES, Releases
from sh_repo.repurchase import Repurchase
from sh_repo.rulebook import SHEA
from sh_repo.standings import QUALIFICATION_ROWS, STANDING_ROWS, Standings
from tanpan.component import Component
from tanpan.documents import Document
from tanpan.hookspecs import hookimpl
from tanpan.kinds import Kind
from tanpan.packs import Pack, Proposal, read_clauses
from tanpan.phrases import Phrase
from tanpan.views import View


@hookimpl
def tanpan_pack() -> Pack:
    return Pack(
        name="sh_repo",
        version="1.0",
        contract=1,
        zh="上海碳市场回购交易",
        en="Repos in the Shanghai carbon market",
        institution="上海环境能源交易所股份有限公司",
        markets=(SHEA,),
        refusals=REFUSALS,
        clauses=read_clauses("sh_repo"),
        proposes=Proposal(
            "shanghai_spot",
            "上海环境能源交易所（上海碳市场）",
            "Shanghai Environment and Energy Exchange, Shanghai market",
        ),
    )


@hookimpl
def tanpan_components() -> Sequence[type[Component]]:
    return (
        Standings,
        Disclosures,
        ListedDays,
        Contracts,
        Filings,
        Initial,
        Repurchase,
        Collateral,
        Changes,
        Releases,
        Correspondence,
    )


@hookimpl
def tanpan_applications() -> Sequence[Kind]:
    return (THE_QUALIFICATION, FILING, *CHANGES, *RELEASES)


@hookimpl
def tanpan_documents() -> Sequence[Document]:
    return DOCUMENTS


@hookimpl
def tanpan_views() -> Sequence[View]:
    return (STANDING_ROWS, QUALIFICATION_ROWS, DISCLOSURE_ROWS, EDITION_ROWS, COLLATERAL, *VIEWS)


@hookimpl
def tanpan_phrases() -> Sequence[Phrase]:
    return (*FILING_BOOK.phrases, *BOOK.phrases, *CHANGE_BOOK.phrases)
