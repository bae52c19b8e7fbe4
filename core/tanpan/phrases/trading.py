"""Phrases of what participants and staff do. Whether it is accepted is asked afterwards."""

from __future__ import annotations

from tanpan.phrases import PhraseBook, table_fields, table_rows
from tanpan.phrases.words import columns
from tanpan.phrases.world import SIDES, World

BOOK = PhraseBook()


@BOOK.phrase(
    "{who} posts to {side} {tonnes} t of {instrument} at {price}",
    "{who} 挂牌 {side} {instrument} {tonnes} 吨，价格 {price} 元",
)
def _posts(world: World, who: str, side: str, tonnes: str, instrument: str, price: str) -> None:
    _declare(world, "core.post_listing", who, side, tonnes, instrument, price)


def _declare(
    world: World, command: str, who: str, side: str, tonnes: str, instrument: str, price: str, **more: object
) -> None:
    world.count += 1
    fields = {
        "account": who,
        "instrument": instrument,
        "side": SIDES.get(side, side),
        "quantity": tonnes,
        "price": price,
        "trade_no": f"no {world.count}",
    }
    world.attempt(who, command, {**fields, **more})


@BOOK.phrase(
    "{who} takes to {side} {tonnes} t of {instrument} at {price}",
    "{who} 摘牌 {side} {instrument} {tonnes} 吨，价格 {price} 元",
)
def _takes(world: World, who: str, side: str, tonnes: str, instrument: str, price: str) -> None:
    _declare(world, "core.take_listing", who, side, tonnes, instrument, price)


@BOOK.phrase(
    "{who} takes to {side} {tonnes} t of {instrument} from listing {label}",
    "{who} 摘牌 {side} {instrument} {tonnes} 吨，选择挂牌 {label}",
)
def _takes_listing(world: World, who: str, side: str, tonnes: str, instrument: str, label: str) -> None:
    _declare(world, "core.take_listing", who, side, tonnes, instrument, "", listing=world.listing(label))


@BOOK.phrase("these listed trades of {instrument} are made", "{instrument} 依次挂牌成交", table=True)
def _traded(world: World, instrument: str, table: list[list[str]]) -> None:
    """Columns buyer, seller, tonnes, price: the seller posts, the buyer takes that very listing."""
    columns(table, 4, 4, "买方、卖方、吨数、价格", "buyer, seller, tonnes and price")
    head = table[0]
    for row in table_rows(table):
        buyer, seller, tonnes, price = (row[name] for name in head)
        _posts(world, seller, "sell", tonnes, instrument, price)
        world.accepted()
        _takes_listing(world, buyer, "buy", tonnes, instrument, f"{seller}#{len(world.listings[seller])}")
        world.accepted()
    world.trades.clear()


@BOOK.phrase("{who} withdraws listing {label}", "{who} 撤销挂牌 {label}")
def _withdraws(world: World, who: str, label: str) -> None:
    world.attempt(who, "core.withdraw_listing", {"account": who, "listing": world.listing(label)})


@BOOK.phrase(
    "{who} offers a block to {side} {tonnes} t of {instrument} at {price}",
    "{who} 发起大宗 {side} {instrument} {tonnes} 吨，价格 {price} 元",
)
def _offers(world: World, who: str, side: str, tonnes: str, instrument: str, price: str) -> None:
    _declare(world, "core.offer_block", who, side, tonnes, instrument, price)


@BOOK.phrase("{who} accepts block {label}", "{who} 直接成交大宗申报 {label}")
def _accepts(world: World, who: str, label: str) -> None:
    world.count += 1
    fields = {"account": who, "offer": world.offer(label), "trade_no": f"no {world.count}"}
    world.attempt(who, "core.accept_block", fields)


@BOOK.phrase("{who} withdraws block {label}", "{who} 撤销大宗申报 {label}")
def _withdraws_block(world: World, who: str, label: str) -> None:
    world.attempt(who, "core.withdraw_block", {"account": who, "offer": world.offer(label)})


@BOOK.phrase("{who} opens a dialogue about block {label}", "{who} 就大宗申报 {label} 发起对话议价")
def _opens_dialogue(world: World, who: str, label: str) -> None:
    world.attempt(who, "core.open_dialogue", {"account": who, "offer": world.offer(label)})


@BOOK.phrase(
    "{who} proposes {tonnes} t at {price} in dialogue {number}",
    "{who} 在对话 {number} 提议 {tonnes} 吨，价格 {price} 元",
)
def _proposes(world: World, who: str, tonnes: str, price: str, number: str) -> None:
    world.attempt(who, "core.propose_terms", _terms(world, who, tonnes, price, number))


@BOOK.phrase(
    "{who} confirms {tonnes} t at {price} in dialogue {number}",
    "{who} 在对话 {number} 确认 {tonnes} 吨，价格 {price} 元",
)
def _confirms(world: World, who: str, tonnes: str, price: str, number: str) -> None:
    world.count += 1
    fields = _terms(world, who, tonnes, price, number) | {"trade_no": f"no {world.count}"}
    world.attempt(who, "core.confirm_block", fields)


@BOOK.phrase("{who} ends dialogue {number}", "{who} 结束对话 {number}")
def _ends(world: World, who: str, number: str) -> None:
    world.attempt(who, "core.end_dialogue", {"account": who, "dialogue": number})


def _terms(world: World, who: str, tonnes: str, price: str, number: str) -> dict[str, object]:
    return {"account": who, "dialogue": number, "quantity": tonnes, "price": price}


@BOOK.phrase('{who} sends "{command}"', '{who} 提交指令 "{command}"', table=True)
def _sends(world: World, who: str, command: str, table: list[list[str]]) -> None:
    """Any command by its name, with a two-column table of its fields."""
    world.attempt(who, command, _filled(world, table))


@BOOK.phrase(
    '{who} sends "{command}" as request "{request}"',
    '{who} 以请求编号 "{request}" 提交指令 "{command}"',
    table=True,
)
def _sends_as(world: World, who: str, command: str, request: str, table: list[list[str]]) -> None:
    """The same under a request id, to send it twice."""
    world.attempt(who, command, _filled(world, table), request)


@BOOK.phrase("{who} confirms proposal {number}", "{who} 复核通过事项 {number}")
def _confirms_proposal(world: World, who: str, number: str) -> None:
    world.attempt(who, "core.confirm_proposal", {"proposal": number})


@BOOK.phrase("{who} clears the day of {market}", "{who} 对 {market} 进行清算")
def _clears(world: World, who: str, market: str) -> None:
    state = world.state_of(market)
    world.attempt(who, "core.clear_day", {"market": market, "day": state["to_clear"] or state["day"]})


@BOOK.phrase("{who} confirms the clearing of {market}", "{who} 确认 {market} 的清算结果")
def _confirms_clearing(world: World, who: str, market: str) -> None:
    state = world.state_of(market)
    fields = {"market": market, "day": state["to_settle"] or state["day"], "digest": state["digest"]}
    world.attempt(who, "core.confirm_clearing", fields)


@BOOK.phrase("{who} settles the day of {market}", "{who} 对 {market} 进行交收")
def _settles(world: World, who: str, market: str) -> None:
    state = world.state_of(market)
    world.attempt(who, "core.settle_day", {"market": market, "day": state["to_settle"] or state["day"]})


@BOOK.phrase('{who} asks "{query}"', '{who} 查询 "{query}"')
def _asks(world: World, who: str, query: str) -> None:
    """Ask a query or read a view without a filter."""
    world.question(who, query, {})


@BOOK.phrase('{who} asks "{query}" where', '{who} 按条件查询 "{query}"', table=True)
def _asks_where(world: World, who: str, query: str, table: list[list[str]]) -> None:
    """Ask a query or read a view with a two-column table of what it is filtered by."""
    world.question(who, query, table_fields(table))


def _filled(world: World, table: list[list[str]]) -> dict[str, object]:
    """Fields of a table; `listing Alpha#1`, `block Alpha#1` and `application Alpha#1` stand for their numbers,
    `today` for the date."""
    filled: dict[str, object] = {}
    for name, value in table_fields(table).items():
        kind, _, label = str(value).partition(" ")
        if kind == "listing" and "#" in label:
            filled[name] = world.listing(label)
        elif kind == "application" and "#" in label:
            filled[name] = world.application(label)
        elif kind == "block" and "#" in label:
            filled[name] = world.offer(label)
        else:
            filled[name] = world.today().isoformat() if value == "today" else value
    return filled
