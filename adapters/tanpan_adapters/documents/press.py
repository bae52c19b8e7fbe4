"""The press: sheets become PDF in threads of its own, a bounded number at a time, so that trading isn't disturbed."""

from __future__ import annotations

import asyncio
import importlib.resources
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, Final, Literal, ParamSpec, TypeVar

import msgspec

from tanpan_adapters.documents.glyphs import font_folder
from tanpan_adapters.documents.sheet import Sheet
from tanpan_adapters.identity.objections import Objection

HANDS: Final = 2
MOST_WAITING: Final = 16
MOST_OF_A_USER: Final = 2
SECOND_US: Final = 1_000_000
P = ParamSpec("P")
T = TypeVar("T")


def printed(sheet: Sheet, produced_us: int) -> bytes:
    """A sheet as PDF: the same sheet and instant (UTC microseconds) give the same bytes."""
    (pdf,) = _compiled(sheet, produced_us, "pdf", None)
    return pdf


def pictured(sheet: Sheet, produced_us: int, ppi: float = 72) -> list[bytes]:
    """A sheet as PNG, page by page, to be looked at."""
    return _compiled(sheet, produced_us, "png", ppi)


def _compiled(
    sheet: Sheet, produced_us: int, format: Literal["pdf", "png"], ppi: float | None
) -> list[bytes]:
    import typst  # 80 MB, for whoever prints

    found: Any = typst.compile(
        _template(),
        format=format,
        ppi=ppi,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"sheet": msgspec.json.encode(sheet).decode()},
        timestamp=produced_us // SECOND_US,
    )
    return found if isinstance(found, list) else [found]


@cache
def _template() -> bytes:
    return importlib.resources.files(__package__).joinpath("form.typ").read_bytes()


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(font_folder())]
    )


class Press:
    """Where documents are made: two at a time, sixteen wait, two of them one user's; whoever comes then is told so."""

    def __init__(self, folder: str = "") -> None:
        self.folder = folder
        """Where the operator's legal texts are."""
        self._under_way: Counter[str] = Counter()
        self._hands = ThreadPoolExecutor(HANDS, "tanpan-documents")

    async def make(self, who: str, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what makes a document in a thread; BUSY where too many are under way."""
        if self._under_way[who] >= MOST_OF_A_USER:
            raise Objection("RATE_LIMITED", retry_after_s=1, most=MOST_OF_A_USER)
        if self._under_way.total() >= HANDS + MOST_WAITING:
            raise Objection("BUSY", retry_after_s=2)
        self._under_way[who] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._hands, partial(act, *args, **kwargs)
            )
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]

    def close(self) -> None:
        """Ends the threads."""
        self._hands.shutdown(wait=True, cancel_futures=True)
