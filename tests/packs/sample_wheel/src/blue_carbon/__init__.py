"""Blue carbon (蓝碳): a sample rule pack in a wheel of its own."""

from collections.abc import Sequence

from blue_carbon.grading import GRADES, REFUSALS, Grading
from blue_carbon.rulebook import BLUE
from blue_carbon.sentences import BOOK
from tanpan.component import Component
from tanpan.hookspecs import CONTRACT, hookimpl
from tanpan.packs import Pack
from tanpan.phrases import Phrase
from tanpan.views import View


@hookimpl
def tanpan_pack() -> Pack:
    return Pack(
        name="blue_carbon",
        version="0.3",
        contract=CONTRACT,
        zh="蓝碳样例市场",
        en="Blue carbon sample market",
        institution="蓝碳样例交易所",
        markets=(BLUE,),
        refusals=REFUSALS,
    )


@hookimpl
def tanpan_components() -> Sequence[type[Component]]:
    return (Grading,)


@hookimpl
def tanpan_views() -> Sequence[View]:
    return (GRADES,)


@hookimpl
def tanpan_phrases() -> Sequence[Phrase]:
    return BOOK.phrases
