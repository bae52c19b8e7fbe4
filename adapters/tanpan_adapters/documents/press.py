"""The press: sheets become PDF in a thread of its own, so many at most, so that trading isn't disturbed."""

from __future__ import annotations

import asyncio
import importlib.resources
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final, Literal, ParamSpec, TypeVar

import msgspec

from tanpan_adapters.documents.glyphs import font_folder
from tanpan_adapters.documents.sheet import Sheet
from tanpan_adapters.identity.objections import Objection
from tanpan_adapters.identity.throttle import Throttle

MOST_WAITING: Final = 16
MOST_OF_A_USER: Final = 2
PER_MINUTE: Final = 30
"""How many documents a user has made in a minute."""
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
    """Where documents are made: one at a time, since one takes the whole machine for a moment; some wait."""

    def __init__(self, folder: str = "", *, per_minute: int = PER_MINUTE) -> None:
        self.folder = folder
        """Where the operator's legal texts are."""
        self.throttle = Throttle(per_minute, per_minute, lambda: time.time_ns() // 1_000)
        self._under_way: Counter[str] = Counter()
        self._hand = ThreadPoolExecutor(1, "tanpan-documents")

    @contextmanager
    def admitted(self, who: str) -> Iterator[None]:
        """A place among those who wait; refuses whoever comes too often, and everybody where all are taken."""
        if self._under_way[who] >= MOST_OF_A_USER:
            raise Objection("RATE_LIMITED", retry_after_s=1, most=MOST_OF_A_USER)
        if self._under_way.total() >= MOST_WAITING:
            raise Objection("BUSY", retry_after_s=2)
        self.throttle.take(who)
        self._under_way[who] += 1
        try:
            yield
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]

    async def make(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs what makes a document in the thread of the press."""
        return await asyncio.get_running_loop().run_in_executor(self._hand, partial(act, *args, **kwargs))

    def close(self) -> None:
        """Ends the thread."""
        self._hand.shutdown(wait=True, cancel_futures=True)
