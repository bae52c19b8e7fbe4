"""Everything the kernel asks of a rule pack, on one page.

Hooks are called when an exchange is assembled, never per order. Every hook is optional but the first;
answers of several packs are joined in the order in which the packs were enabled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from tanpan.component import Component
    from tanpan.documents import Document
    from tanpan.kinds import Kind
    from tanpan.packs import Pack
    from tanpan.phrases import Phrase
    from tanpan.views import View

hookspec = pluggy.HookspecMarker("tanpan")
hookimpl = pluggy.HookimplMarker("tanpan")

CONTRACT = 1
"""The version of this page. A pack says which one it was written for."""


@hookspec
def tanpan_pack() -> Pack:  # type: ignore[empty-body]
    """Say who you are: name, version, titles, markets, refusal codes, clauses. One answer per pack."""


@hookspec
def tanpan_components() -> Sequence[type[Component]]:  # type: ignore[empty-body]
    """Add components of your own, with their commands, events and timers. Answers are concatenated."""


@hookspec
def tanpan_views() -> Sequence[View]:  # type: ignore[empty-body]
    """Add views of your own, folded from events. Answers are concatenated."""


@hookspec
def tanpan_phrases() -> Sequence[Phrase]:  # type: ignore[empty-body]
    """Add sentences your feature files need beyond the kernel's. Answers are concatenated."""


@hookspec
def tanpan_applications() -> Sequence[Kind]:  # type: ignore[empty-body]
    """Add kinds of application that may be filed here. Answers are concatenated."""


@hookspec
def tanpan_documents() -> Sequence[Document]:  # type: ignore[empty-body]
    """Add paper forms that are made from applications. Answers are concatenated."""
