"""Queries over HTTP: what stands now is asked of the writer, history is read page by page from the views."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from attrs import frozen
from litestar import Request, Response, get
from litestar.params import FromPath

from tanpan.exchange import Exchange
from tanpan.parties import Actor
from tanpan.quantities import parse_tonnes, parse_yuan
from tanpan.queries import QUERIES, Query, ask
from tanpan.refusals import Refusal
from tanpan.views import INT, JSON, Column, Row, View
from tanpan.wire import told, wire_words
from tanpan_adapters.api.doors import Doors, principal_of
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.store import full_order

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Hosted

PAGE: Final = 100
LARGEST_PAGE: Final = 1_000
PATIENCE_S: Final = 5.0
LONGEST_FILTER: Final = 500
PAGE_WORDS: Final = ("limit", "after", "order", "at_least")
_INT64: Final = 2**63
_WHOLE: Final = re.compile(r"-?\d{1,20}")
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode


@frozen
class Lens:
    """A view as the wire sees it: its columns by the names that rows bear outside."""

    view: View
    columns: Mapping[str, Column]

    def column(self, word: str) -> Column:
        """The column of a word; refuses one there is not, and one that can't be compared."""
        found = self.columns.get(word)
        if found is None or found.kind == JSON:
            known = [name for name, one in self.columns.items() if one.kind != JSON]
            raise Refusal("BAD_FIELD", field=clipped(word), known=known)
        return found

    def value(self, word: str, text: str) -> Any:
        """What a filter says, in the unit and the type of its column."""
        column = self.column(word)
        return comparable(column, word, text)


def lens(view: View) -> Lens:
    """The lens of a view, by the names of its rows on the wire."""
    words = wire_words(column.name for column in view.columns)
    return Lens(view, {words[column.name]: column for column in view.columns})


def comparable(column: Column, word: str, text: str) -> Any:
    """A text in a column's unit and type; refuses what is not of its form."""
    if len(text) > LONGEST_FILTER or "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Refusal("BAD_FIELD", field=word, value=clipped(text))
    if column.kind != INT:
        return text
    try:
        if column.name.endswith("_fen"):
            return _int64(parse_yuan(text))
        if column.name.endswith("_tonnes"):
            return _int64(0 if text == "0" else parse_tonnes(text))
        if _WHOLE.fullmatch(text):
            return _int64(int(text))
    except ValueError:
        pass
    raise Refusal("BAD_FIELD", field=word, value=clipped(text))


def _int64(value: int) -> int:
    if not -_INT64 <= value < _INT64:
        raise ValueError("beyond 64 bits")
    return value


def clipped(text: str) -> str:
    """The beginning of what somebody said, as it may be told back."""
    return text[:80].encode("utf-8", "replace").decode()


@frozen
class Page:
    """What a request asks of a view."""

    where: Mapping[str, Any]
    ranges: Mapping[str, tuple[Any, Any]]
    order: tuple[str, ...]
    after: tuple[Any, ...] | None
    limit: int


def read_page(found: Lens, words: Mapping[str, str]) -> Page:
    """A page from query parameters; refuses what is unknown or not of its form."""
    where: dict[str, Any] = {}
    ranges: dict[str, tuple[Any, Any]] = {}
    for word, text in words.items():
        if word in PAGE_WORDS:
            continue
        name, _, end = word.rpartition(".")
        if end in ("from", "to") and name:
            column = found.column(name)
            low, high = ranges.get(column.name, (None, None))
            value = found.value(name, text)
            ranges[column.name] = (value, high) if end == "from" else (low, value)
        else:
            where[found.column(word).name] = found.value(word, text)
    order = _order(found, words.get("order", ""))
    limit = whole("limit", words.get("limit", str(PAGE)), 1, LARGEST_PAGE)
    return Page(where, ranges, order, _after(found.view, order, words.get("after", "")), limit)


def whole(word: str, text: str, least: int, most: int) -> int:
    """A whole number within bounds; refuses anything else."""
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise Refusal("BAD_FIELD", field=word, value=clipped(text), least=least, most=most)
    return int(text)


def _order(found: Lens, text: str) -> tuple[str, ...]:
    if not text:
        return ()
    falling, word = text.startswith("-"), text.removeprefix("-")
    name = found.column(word).name
    return (f"-{name}" if falling else name,)


def cursor(view: View, order: tuple[str, ...], row: Row) -> str:
    """The opaque position of a row: where the next page begins."""
    position = [row[name] for name, _ in full_order(view, order)]
    packed = msgspec.msgpack.encode([view.name, list(order), position])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _after(view: View, order: tuple[str, ...], text: str) -> tuple[Any, ...] | None:
    if not text:
        return None
    kinds = {column.name: int if column.kind == INT else str for column in view.columns}
    wanted = [kinds[name] for name, _ in full_order(view, order)]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        name, ordered, position = msgspec.msgpack.decode(packed, type=tuple[str, list[str], list[Any]])
        fits = name == view.name and tuple(ordered) == order and len(position) == len(wanted)
        for value, kind in zip(position, wanted, strict=True):
            fits = fits and (value is None or (isinstance(value, kind) and not isinstance(value, bool)))
            if isinstance(value, int):
                _int64(value)
            if isinstance(value, str):
                fits = fits and "\x00" not in value
    except (ValueError, msgspec.DecodeError):
        fits = False
    if not fits:
        raise Refusal("BAD_FIELD", field="after", why="not a cursor of this query and order")
    return tuple(position)


def words_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The query parameters; refuses one that is said twice."""
    found: dict[str, str] = {}
    for word, text in request.query_params.multi_items():
        if word in found:
            raise Refusal("BAD_FIELD", field=clipped(word), why="said twice")
        found[word] = text
    return found


def make_query_routes(doors: Doors) -> list[Any]:
    """`GET /api/{exchange}/queries/{name}` for live queries and views alike."""
    lenses: dict[str, Lens] = {}

    @get("/api/{exchange:str}/queries/{name:str}")
    async def query(
        request: Request[Any, Any, Any], exchange: FromPath[str], name: FromPath[str]
    ) -> Response[bytes]:
        hosted = doors.hosted(exchange)
        principal = principal_of(request.scope, exchange, "read")
        words = words_of(request)
        if name in QUERIES:
            await _until(hosted, words)
            return await _live(hosted, QUERIES[name], principal.user, words)
        view = hosted.views.get(name)
        if view is None:
            raise Refusal("UNKNOWN_QUERY", query=clipped(name))
        found = lenses.get(name)
        if found is None or found.view is not view:
            found = lenses[name] = lens(view)
        page = read_page(found, words)
        return await _history(hosted, found, principal.user, page, words)

    return [query]


async def _until(hosted: Hosted, words: Mapping[str, str]) -> None:
    """Wait until the writer has committed the sequence that is asked for."""
    if "at_least" not in words:
        return
    wanted = whole("at_least", words["at_least"], 0, _INT64 - 1)
    until = time.monotonic() + PATIENCE_S
    while hosted.writer.committed_seq < wanted:
        if time.monotonic() > until:
            raise Problem("LAGGING", retry_after_s=1, seq=hosted.writer.committed_seq, at_least=wanted)
        await asyncio.sleep(0.02)


async def _live(hosted: Hosted, query: Query, user: str, words: Mapping[str, str]) -> Response[bytes]:
    where = {word: text for word, text in words.items() if word != "at_least"}
    for word, text in where.items():
        if len(text) > LONGEST_FILTER or "\x00" in text:
            raise Refusal("BAD_FIELD", field=clipped(word), value=clipped(text))

    def answer(exchange: Exchange) -> tuple[int, list[Row]]:
        return exchange.seq, ask(exchange, query, exchange.actor(user), where)

    seq, rows = await hosted.writer.ask(answer)
    return page_of(seq, rows)


async def _history(
    hosted: Hosted, found: Lens, user: str, page: Page, words: Mapping[str, str]
) -> Response[bytes]:
    view = found.view

    def allow(exchange: Exchange) -> tuple[Actor, dict[str, Any]]:
        actor = exchange.actor(user)
        return actor, view.for_actor(actor, page.where)

    actor, where = await hosted.writer.ask(allow)
    wanted = whole("at_least", words.get("at_least", "0"), 0, _INT64 - 1)
    if not await hosted.projection.until(wanted, PATIENCE_S):
        raise Problem("LAGGING", retry_after_s=1, seq=hosted.projection.seq, at_least=wanted)
    # The rows may be newer than this sequence, never older.
    seq = hosted.projection.seq
    rows = await hosted.projection.rows(
        view,
        where,
        any_of=view.any_of(actor, where),
        ranges=page.ranges,
        order=page.order,
        after=page.after,
        limit=page.limit + 1,
    )
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    following = cursor(view, page.order, rows[-1]) if more else None
    return page_of(seq, [row for row in rows if view.may_see(actor, row)], following)


def page_of(seq: int, rows: Sequence[Any], following: str | None = None) -> Response[bytes]:
    """The answer to a query: as of which sequence, its rows in wire form, where the next page begins."""
    document = {"seq": seq, "rows": [told(row) for row in rows], "next": following}
    return Response(_encode(document), media_type="application/json")
