"""Live queries: what stands now, read from the state itself. History is in the views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from attrs import frozen

from tanpan.book import Side
from tanpan.exchange import Exchange
from tanpan.ledger import Account
from tanpan.messages import CHANNEL, OPERATOR, REGISTRY, REGULATOR, STAFF, Command
from tanpan.parties import Actor
from tanpan.prices import volume_weighted_mean
from tanpan.quantities import change_ppm100
from tanpan.refusals import Refusal
from tanpan.views import whole_number
from tanpan.wire import wire_names

Rows = list[dict[str, Any]]
EVERYONE: Final = (OPERATOR, STAFF, REGULATOR, REGISTRY, CHANNEL)


@frozen
class Query:
    """A question about the present: its name, who may ask, and its answer `(exchange, actor, where) -> rows`.

    `own` says that an operator may ask about his own account only.
    """

    name: str
    zh: str
    en: str
    answer: Callable[[Exchange, Actor, Mapping[str, Any]], Rows]
    own: bool = False
    readers: tuple[str, ...] = EVERYONE
    filters: tuple[str, ...] = ()


def ask(exchange: Exchange, query: Query, actor: Actor | None, where: Mapping[str, Any]) -> Rows:
    """Answer a query; refuses who may not ask."""
    if actor is None:
        raise Refusal("AUTH_REQUIRED", query=query.name)
    if actor.frozen:
        raise Refusal("OPERATOR_FROZEN", operator=actor.name)
    if actor.role not in query.readers:
        raise Refusal("PERMISSION_DENIED", actor=actor.name, query=query.name)
    for key in where:
        if key not in query.filters:
            raise Refusal("BAD_FIELD", field=key, known=list(query.filters))
    if query.own and actor.role == OPERATOR:
        if "query" not in actor.permissions:
            raise Refusal("PERMISSION_DENIED", actor=actor.name, query=query.name)
        if where.get("account", actor.account) != actor.account:
            raise Refusal("PERMISSION_DENIED", actor=actor.name, query=query.name)
        where = {**where, "account": actor.account}
    return query.answer(exchange, actor, where)


def _instruments(exchange: Exchange, where: Mapping[str, Any]) -> list[Any]:
    if "instrument" in where:
        return [exchange.instruments.known(where["instrument"])]
    return list(exchange.instruments.by_code.values())


def _board(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    """The order hall (申报大厅): best levels of both sides, and whether the book stands crossed (AMB-01)."""
    levels = whole_number("levels", where.get("levels", 5))
    return [
        {
            "instrument": one.code,
            "crossed": one.book.crossed,
            "bids": _levels(one.book.bids, levels),
            "asks": _levels(one.book.asks, levels),
        }
        for one in _instruments(exchange, where)
    ]


def _levels(side: Side, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for level in side.best_first():
        if len(found) == count:
            break
        listings = [[listing.number, listing.rest_tonnes] for listing in level.live()]
        found.append(
            {"price_fen": level.price_fen, "quantity_tonnes": level.rest_tonnes, "listings": listings}
        )
    return found


def _quotes(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {
            "instrument": one.code,
            "market": one.market,
            "state": one.state,
            "suspended": one.halted or one.day.halted,
            "reference_fen": one.reference_fen,
            "lower_fen": one.lower_fen,
            "upper_fen": one.upper_fen,
            "block_lower_fen": one.block_lower_fen,
            "block_upper_fen": one.block_upper_fen,
            "open_fen": one.open_fen,
            "high_fen": one.high_fen,
            "low_fen": one.low_fen,
            "last_fen": one.last_fen,
            "mean_fen": volume_weighted_mean(one),
            "change_hundredths": change_ppm100(one.last_fen or one.reference_fen, one.reference_fen or 1),
            "listed_tonnes": one.listed_tonnes,
            "listed_fen": one.listed_fen,
            "block_tonnes": one.block_tonnes,
            "block_fen": one.block_fen,
        }
        for one in _instruments(exchange, where)
    ]


def _accounts(exchange: Exchange, where: Mapping[str, Any]) -> list[Account]:
    if "account" in where:
        return [exchange.parties.account(where["account"])]
    return list(exchange.ledger.accounts.values())


def _cash(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {
            "account": one.number,
            "total_fen": one.total,
            "tradable_fen": one.tradable,
            "withdrawable_fen": one.withdrawable,
            "available_fen": one.available,
            "frozen_fen": one.frozen,
            "proceeds_fen": one.proceeds,
            "margin_fen": one.margin,
            "fees_due_fen": one.fees_due,
        }
        for one in _accounts(exchange, where)
    ]


def _units(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {
            "account": holding.account,
            "instrument": holding.instrument,
            "total_tonnes": holding.total,
            "available_tonnes": holding.available,
            "frozen_tonnes": holding.frozen,
            "undelivered_tonnes": holding.undelivered,
            "locked_tonnes": holding.locked,
            "pledged_tonnes": holding.pledged,
            "lots": [list(lot) for lot in holding.lots],
        }
        for account in _accounts(exchange, where)
        for holding in account.holdings.values()
        if where.get("instrument", holding.instrument) == holding.instrument
    ]


def _listings(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    wanted, code = where.get("account"), where.get("instrument")
    return [
        {
            "listing": one.number,
            "account": one.account.number,
            "instrument": one.instrument,
            "side": "buy" if one.buy else "sell",
            "price_fen": one.price_fen,
            "quantity_tonnes": one.quantity_tonnes,
            "rest_tonnes": one.rest_tonnes if one.state == "live" else 0,
            "state": one.state,
            "frozen_fen": one.fen,
            "frozen_tonnes": one.tonnes,
        }
        for one in exchange.listings.by_number.values()
        if wanted in (None, one.account.number) and code in (None, one.instrument)
    ]


def _blocks(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {
            "offer": one.number,
            "instrument": one.instrument,
            "side": "buy" if one.buy else "sell",
            "price_fen": one.price_fen,
            "quantity_tonnes": one.quantity_tonnes,
            "account": one.hold.account.number,
        }
        for one in exchange.blocks.offers.values()
        if where.get("instrument", one.instrument) == one.instrument
    ]


def _markets(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {
            "market": name,
            "day": day.books[-1].day.isoformat() if day.books else "",
            "state": day.books[-1].state if day.books else "settled",
            "ordinal": day.ordinal,
            "suspended": day.halted,
            "listed": day.why_not_listed or "open",
            "block": day.why_not_block or "open",
            "to_clear": next((book.day.isoformat() for book in day.books if book.state == "closed"), ""),
            "to_settle": next((book.day.isoformat() for book in day.books if book.state == "cleared"), ""),
            "digest": next((book.digest for book in day.books if book.state == "cleared"), ""),
        }
        for name, day in exchange.days.by_market.items()
    ]


def _reserves(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    contra = exchange.ledger.contra
    return [
        {
            "fee_income_fen": contra.fee_income,
            "fees_receivable_fen": contra.fees_receivable,
            "risk_reserve_fen": contra.risk_reserve,
            "settlement_channel_fen": contra.settlement_channel,
        }
    ]


def _proposals(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {
            "proposal": one.number,
            "actor": one.actor,
            "command": one.command,
            "content": _content(exchange.decode_command(one.body)),
        }
        for one in exchange.four_eyes.waiting.values()
    ]


def _content(command: Command) -> dict[str, Any]:
    """What a proposed command says, by the wire's names of its fields."""
    names = wire_names(type(command))
    return {word: msgspec.to_builtins(getattr(command, name)) for name, word in names.items()}


QUERIES: Final = {
    query.name: query
    for query in (
        Query("core.board", "申报大厅", "order hall", _board, filters=("instrument", "levels")),
        Query("core.quotes", "实时行情", "quotes", _quotes, filters=("instrument",)),
        Query(
            "core.cash",
            "资金",
            "cash",
            _cash,
            True,
            (OPERATOR, STAFF, REGULATOR, CHANNEL),
            filters=("account",),
        ),
        Query(
            "core.units",
            "持仓",
            "units",
            _units,
            True,
            (OPERATOR, STAFF, REGULATOR, REGISTRY),
            filters=("account", "instrument"),
        ),
        Query(
            "core.listings",
            "当日挂牌",
            "today's listings",
            _listings,
            True,
            (OPERATOR, STAFF, REGULATOR),
            filters=("account", "instrument"),
        ),
        Query("core.blocks", "大宗申报", "block declarations", _blocks, filters=("instrument",)),
        Query("core.markets", "市场状态", "markets", _markets),
        Query(
            "core.reserves", "机构账户", "the institution's accounts", _reserves, False, (STAFF, REGULATOR)
        ),
        Query("core.proposals", "待复核事项", "proposals", _proposals, False, (STAFF, REGULATOR)),
    )
}
