"""Fixed routes of an exchange: who it is, its calendar, its rules, its state, its audit log, its simulated clock."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from attrs import asdict
from litestar import Request, Response, get, post
from litestar.params import FromPath

from tanpan.calendar import ZONE, local
from tanpan.exchange import Exchange
from tanpan.messages import REGULATOR, STAFF
from tanpan.refusals import Refusal
from tanpan.wire import told
from tanpan_adapters.api.doors import Doors, principal_of
from tanpan_adapters.api.edge import ClientGone, read_body
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.api.queries import whole, words_of
from tanpan_adapters.service.clocks import SimulatedClock

if TYPE_CHECKING:
    from tanpan_adapters.service.host import Hosted
    from tanpan_adapters.store import RefusalRow

FARTHEST: Final = 1_000
_WHOLE: Final = re.compile(r"\d{1,18}")
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode

AnyRequest = Request[Any, Any, Any]


def make_fact_routes(doors: Doors) -> list[Any]:
    """The routes that every exchange has, whatever its packs."""

    @get("/api")
    async def exchanges() -> Response[bytes]:
        # Open to all: whoever signs in chooses the exchange first.
        return answer([{"exchange": one.name, "title": one.title} for one in doors.host.exchanges.values()])

    @get("/api/{exchange:str}")
    async def about(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted = doors.hosted(exchange)
        principal_of(request.scope, exchange, "read")
        seq, now, today = await hosted.writer.ask(lambda one: (one.seq, one.now, one.today()))
        found = {
            **_who(hosted),
            "seq": seq,
            "now": local(now).isoformat(),
            "now_us": now,
            "today": today,
            "packs": [
                {"name": pack.name, "version": pack.version, "zh": pack.zh, "en": pack.en}
                for pack in hosted.assembly.packs
            ],
            "markets": [
                {"name": market.name, "zh": market.zh, "en": market.en} for market in hosted.assembly.markets
            ],
        }
        return answer(found)

    @get("/api/{exchange:str}/calendar")
    async def calendar(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted = doors.hosted(exchange)
        principal_of(request.scope, exchange, "read")
        words = only(request, "after", "count")
        count = whole("count", words.get("count", "1"), 1, FARTHEST)
        after = a_date("after", words.get("after", ""))

        def days(one: Exchange) -> list[date]:
            start = one.today() if after is None else after
            # An announced closure moves days, so the live exchange is asked.
            return [one.calendar.trading_day_after(start, number) for number in range(1, count + 1)]

        return answer({"days": await hosted.writer.ask(days)})

    @get("/api/{exchange:str}/rules/{market:str}/{parameter:str}")
    async def rule(
        request: AnyRequest, exchange: FromPath[str], market: FromPath[str], parameter: FromPath[str]
    ) -> Response[bytes]:
        hosted = doors.hosted(exchange)
        principal_of(request.scope, exchange, "read")
        day = a_date("day", only(request, "day").get("day", ""))

        def look_up(one: Exchange) -> dict[str, Any]:
            where = one.days.of(market)
            found = where.market.parameter(parameter)
            if found is None:
                raise Refusal("UNKNOWN_PARAMETER", parameter=parameter, market=market)
            changes = tuple(step for name, step in where.changes if name == parameter)
            step = found.on(one.today() if day is None else day, changes)
            return {
                "market": market,
                "parameter": parameter,
                "zh": found.zh,
                "en": found.en,
                "value": step.value,
                "since": step.day,
                "clause": step.clause,
                "reason": step.reason,
            }

        return answer(await hosted.writer.ask(look_up))

    @get("/api/{exchange:str}/state")
    async def state(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted = doors.hosted(exchange)
        principal = principal_of(request.scope, exchange, "read")

        def hashed(one: Exchange) -> dict[str, Any]:
            for_roles(one, principal.user, STAFF, REGULATOR)
            return {"seq": one.seq, "state": one.state_hash()}

        return answer(await hosted.writer.ask(hashed))

    @get("/api/{exchange:str}/refusals")
    async def refusals(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted = doors.hosted(exchange)
        principal = principal_of(request.scope, exchange, "read")
        words = only(request, "limit", "after")
        limit = whole("limit", words.get("limit", "100"), 1, 1_000)
        before = whole("after", words["after"], 1, 2**63 - 1) if words.get("after") else None
        await hosted.writer.ask(lambda one: for_roles(one, principal.user, STAFF, REGULATOR))
        rows = await hosted.refusals(limit + 1, before)
        accounts = await hosted.writer.ask(lambda one: _accounts(one, {row.actor for row in rows}))
        following = str(rows[limit - 1].id) if len(rows) > limit else None
        return answer(
            {
                "seq": hosted.writer.committed_seq,
                "rows": [{**_refusal(row), "account": accounts.get(row.actor, "")} for row in rows[:limit]],
                "next": following,
            }
        )

    @post("/api/{exchange:str}/clock", status_code=200)
    async def clock(request: AnyRequest, exchange: FromPath[str]) -> Response[bytes]:
        hosted = doors.hosted(exchange)
        principal = principal_of(request.scope, exchange, "manage")
        now = await _instant(request)
        await hosted.writer.ask(lambda one: for_roles(one, principal.user, STAFF))
        if not isinstance(hosted.clock, SimulatedClock):
            raise Problem("PERMISSION_DENIED", why="the clock is not simulated")
        if not hosted.clock.advance_to(now):
            raise Refusal("BAD_FIELD", field="now", value=now, why="it has passed")
        # What is answered after a whole turn of the writer has seen what fell due.
        for _ in range(2):
            seq = await hosted.writer.ask(lambda one: one.seq)
        return answer({"seq": seq, "now": local(now).isoformat(), "now_us": now})

    return [exchanges, about, calendar, rule, state, refusals, clock]


def answer(document: Any) -> Response[bytes]:
    """A document as JSON."""
    return Response(_encode(document), media_type="application/json")


def a_date(word: str, text: str) -> date | None:
    """A date in ISO form, None where nothing is said; refuses anything else."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("BAD_FIELD", field=word, value=text[:80]) from None


def _who(hosted: Hosted) -> dict[str, Any]:
    writer = hosted.writer
    return {
        "exchange": hosted.name,
        "title": hosted.title,
        "writer": writer.state,
        "committed_seq": writer.committed_seq,
    }


def only(request: AnyRequest, *known: str) -> dict[str, str]:
    """The query parameters; refuses one that is not among the known."""
    words = words_of(request)
    for word in words:
        if word not in known:
            raise Refusal("BAD_FIELD", field=word[:80], known=list(known))
    return words


def for_roles(exchange: Exchange, user: str, *roles: str) -> None:
    """Refuse whoever has none of the roles, or is frozen."""
    actor = exchange.actor(user)
    if actor.frozen:
        raise Refusal("OPERATOR_FROZEN", operator=user)
    if actor.role not in roles:
        raise Refusal("PERMISSION_DENIED", actor=user)


def _accounts(exchange: Exchange, names: set[str]) -> dict[str, str]:
    """The accounts for which these actors act; an operator belongs to one for good."""
    actors = exchange.parties.actors
    return {name: actors[name].account for name in names if name in actors}


def _refusal(row: RefusalRow) -> dict[str, Any]:
    found = asdict(row)
    try:
        found["details"] = told(msgspec.json.decode(row.details))
    except msgspec.DecodeError:
        found["details"] = row.details
    found["at_us"] = found.pop("at")
    return found


class _Now(msgspec.Struct, forbid_unknown_fields=True):
    now: str | int


async def _instant(request: AnyRequest) -> int:
    """The instant of a clock's body: microseconds, or ISO with the exchange's zone where none is said."""
    try:
        body = await read_body(request.scope, request.receive, 1_000)
    except ClientGone:
        raise Problem("MALFORMED") from None
    try:
        said = msgspec.json.decode(body, type=_Now).now
        if isinstance(said, int):
            return whole("now", str(said), 0, 2**53)
        if _WHOLE.fullmatch(said):
            return whole("now", said, 0, 2**53)
        at = msgspec.convert(said, type=datetime)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("MALFORMED", why=str(error)) from None
    at = at.replace(tzinfo=ZONE) if at.tzinfo is None else at
    return whole("now", str(int(at.timestamp()) * 1_000_000 + at.microsecond), 0, 2**53)
