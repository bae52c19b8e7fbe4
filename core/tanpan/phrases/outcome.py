"""Phrases of what came of it: refusals, trades, balances, prices, rows; and what did not happen."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from tanpan.phrases import PhraseBook, table_rows
from tanpan.phrases.world import SIDES, World
from tanpan.quantities import parse_yuan, yuan
from tanpan.refusals import show

BOOK = PhraseBook()

CASH: Final = {
    "total": "total_fen",
    "tradable": "tradable_fen",
    "withdrawable": "withdrawable_fen",
    "available": "available_fen",
    "frozen": "frozen_fen",
    "proceeds": "proceeds_fen",
    "总额": "total_fen",
    "可用于交易": "tradable_fen",
    "可出": "withdrawable_fen",
    "可用": "available_fen",
    "冻结": "frozen_fen",
    "当日卖出": "proceeds_fen",
}
UNITS: Final = {
    "in-total": "total_tonnes",
    "available": "available_tonnes",
    "frozen": "frozen_tonnes",
    "undelivered": "undelivered_tonnes",
    "locked": "locked_tonnes",
    "合计": "total_tonnes",
    "可用": "available_tonnes",
    "冻结": "frozen_tonnes",
    "待交收": "undelivered_tonnes",
    "锁定": "locked_tonnes",
}
PRICES: Final = {
    "reference": "reference_fen",
    "lower": "lower_fen",
    "upper": "upper_fen",
    "block-lower": "block_lower_fen",
    "block-upper": "block_upper_fen",
    "open": "open_fen",
    "high": "high_fen",
    "low": "low_fen",
    "last": "last_fen",
    "基准价": "reference_fen",
    "跌停价": "lower_fen",
    "涨停价": "upper_fen",
    "大宗最低价": "block_lower_fen",
    "大宗最高价": "block_upper_fen",
    "开盘价": "open_fen",
    "最高价": "high_fen",
    "最低价": "low_fen",
    "最新价": "last_fen",
}
STATES: Final = {"有效": "live", "全部成交": "filled", "已撤销": "withdrawn", "已失效": "expired"}


@BOOK.phrase("it is accepted", "受理成功")
def _accepted(world: World) -> None:
    world.accepted()
    assert world.answer is not None, "nothing was sent"


@BOOK.phrase("it is refused because {code}", "被拒绝，因为 {code}")
def _refused(world: World, code: str) -> None:
    refusal, world.refusal = world.refusal, None
    assert refusal is not None, f"it was accepted: {world.answer}"
    assert refusal.code == code, f"refused because {refusal}"
    world.last_refusal = refusal


@BOOK.phrase("the refusal cites {clause}", "拒绝依据条款 {clause}")
def _cites(world: World, clause: str) -> None:
    assert world.last_refusal is not None
    assert world.last_refusal.clause == clause, f"it cites {world.last_refusal.clause!r}"


@BOOK.phrase("the refusal says {key} is {value}", "拒绝说明 {key} 为 {value}")
def _says(world: World, key: str, value: str) -> None:
    assert world.last_refusal is not None
    details = world.last_refusal.details
    assert key in details, f"it says {details}"
    assert show(key, details[key]) == value, f"it says {key} is {show(key, details[key])}"


@BOOK.phrase("nothing has changed", "一切没有变化")
def _unchanged(world: World) -> None:
    assert world.driver.state() == world.before, "the state has changed"


@BOOK.phrase(
    "{buyer} buys {tonnes} t from {seller} at {price}",
    "{buyer} 从 {seller} 买入成交 {tonnes} 吨，价格 {price} 元",
)
def _trade(world: World, buyer: str, tonnes: str, seller: str, price: str) -> None:
    world.accepted()
    assert world.trades, "no (further) trade was done"
    trade = world.trades.pop(0)
    done = (trade["buyer"], trade["seller"], trade["quantity_tonnes"], trade["price_fen"])
    wanted = (buyer, seller, int(tonnes.replace(",", "")), parse_yuan(price))
    assert done == wanted, f"{done[0]} bought {done[2]} t from {done[1]} at {yuan(done[3])}"
    world.fees = trade["buyer_fee_fen"], trade["seller_fee_fen"]


@BOOK.phrase("each side pays a fee of {amount} yuan", "双方各付手续费 {amount} 元")
def _fees(world: World, amount: str) -> None:
    assert world.fees == (parse_yuan(amount), parse_yuan(amount)), f"fees are {world.fees} fen"


@BOOK.phrase("no trade is done", "没有成交")
def _no_trade(world: World) -> None:
    assert not world.trades, f"traded: {world.trades}"


@BOOK.phrase("{who} has {amount} yuan {phase}", "{who} 的资金 {phase} 为 {amount} 元")
def _cash(world: World, who: str, amount: str, phase: str) -> None:
    world.accepted()
    row = world.ask(who, "core.cash", {"account": who})[0]
    actual = row[CASH[phase]]
    assert actual == parse_yuan(amount), f"{phase}: {yuan(actual)}"


@BOOK.phrase(
    "{who} has {tonnes} t of {instrument} {phase}", "{who} 的 {instrument} {phase} 数量为 {tonnes} 吨"
)
def _units(world: World, who: str, tonnes: str, instrument: str, phase: str) -> None:
    world.accepted()
    rows = world.ask(who, "core.units", {"account": who, "instrument": instrument})
    actual = rows[0][UNITS[phase]] if rows else 0
    assert actual == int(tonnes.replace(",", "")), f"{phase}: {actual}"


@BOOK.phrase("{instrument} has the {kind} price {price}", "{instrument} 的 {kind} 为 {price} 元")
def _price(world: World, instrument: str, kind: str, price: str) -> None:
    world.accepted()
    row = world.ask("admin", "core.quotes", {"instrument": instrument})[0]
    actual = row[PRICES[kind]]
    assert actual == parse_yuan(price), f"{kind}: {yuan(actual)}"


@BOOK.phrase(
    "the best level to {side} {instrument} is {tonnes} t at {price}",
    "{instrument} 最优 {side} 价位为 {tonnes} 吨，价格 {price} 元",
)
def _best(world: World, side: str, instrument: str, tonnes: str, price: str) -> None:
    """The best level among the listings that want to buy or to sell."""
    world.accepted()
    board = world.ask("admin", "core.board", {"instrument": instrument})[0]
    levels = board["bids" if SIDES[side] == "buy" else "asks"]
    assert levels, "nothing stands there"
    assert (levels[0]["quantity_tonnes"], levels[0]["price_fen"]) == (int(tonnes), parse_yuan(price)), levels[
        0
    ]


@BOOK.phrase(
    "the board shows {count} levels to {side} {instrument}", "{instrument} 的 {side} 盘显示 {count} 档"
)
def _levels(world: World, count: str, side: str, instrument: str) -> None:
    world.accepted()
    board = world.ask("admin", "core.board", {"instrument": instrument})[0]
    shown = board["bids" if SIDES[side] == "buy" else "asks"]
    assert len(shown) == int(count), shown


@BOOK.phrase("nothing stands to {side} {instrument}", "{instrument} 没有 {side} 挂牌")
def _nothing(world: World, side: str, instrument: str) -> None:
    board = world.ask("admin", "core.board", {"instrument": instrument})[0]
    assert not board["bids" if SIDES[side] == "buy" else "asks"], board


@BOOK.phrase("the book of {instrument} stands crossed", "{instrument} 的买卖挂牌价格交叉")
def _crossed(world: World, instrument: str) -> None:
    assert world.ask("admin", "core.board", {"instrument": instrument})[0]["crossed"]


@BOOK.phrase(
    "listing {label} is {state} with {tonnes} t left", "挂牌 {label} 状态为 {state}，剩余 {tonnes} 吨"
)
def _listing(world: World, label: str, state: str, tonnes: str) -> None:
    world.accepted()
    number = world.listing(label)
    row = next(row for row in world.ask("admin", "core.listings", {}) if row["listing"] == number)
    wanted = (STATES.get(state, state), int(tonnes))
    assert (row["state"], row["rest_tonnes"]) == wanted, f"{row['state']} with {row['rest_tonnes']} t left"


@BOOK.phrase("the fee income is {amount} yuan", "手续费收入为 {amount} 元")
def _income(world: World, amount: str) -> None:
    assert world.ask("admin", "core.reserves", {})[0]["fee_income_fen"] == parse_yuan(amount)


@BOOK.phrase("the market {market} is {state}", "市场 {market} 状态为 {state}")
def _market(world: World, market: str, state: str) -> None:
    world.accepted()
    actual = world.state_of(market)["state"]
    assert actual == state, f"{market} is {actual}"


@BOOK.phrase("the answer shows", "查询结果包含", table=True)
def _shows(world: World, table: list[list[str]]) -> None:
    """Each row of the table is found in the answer, in this order; columns of fen read in yuan."""
    world.accepted()
    found = iter(world.rows)
    for wanted in table_rows(table):
        assert any(_matches(row, wanted) for row in found), f"no row {wanted} in {world.rows}"


def _matches(row: dict[str, Any], wanted: dict[str, str]) -> bool:
    return all(_text(name, row) == value for name, value in wanted.items())


def _text(name: str, row: dict[str, Any]) -> str:
    if name in row:
        return show(name, row[name])
    if f"{name}_fen" in row:
        return yuan(row[f"{name}_fen"])
    if f"{name}_tonnes" in row:
        return str(row[f"{name}_tonnes"])
    raise AssertionError(f"there is no column {name} among {list(row)}")


@BOOK.phrase("the answer has {count} rows", "查询结果有 {count} 行")
def _count(world: World, count: str) -> None:
    world.accepted()
    assert len(world.rows) == int(count), world.rows


@BOOK.phrase("the answer is the same as before", "答复与上次相同")
def _same(world: World) -> None:
    world.accepted()
    assert world.answer == world.previous, f"{world.answer} is not {world.previous}"


@BOOK.phrase(
    '{parameter} of {market} is "{value}" on {day} by {clause}',
    '{day} 起 {market} 的参数 {parameter} 为 "{value}"，依据 {clause}',
)
def _rule(world: World, parameter: str, market: str, value: str, day: str, clause: str) -> None:
    actual, cited = world.driver.rule(market, parameter, date.fromisoformat(day))
    assert (show("", actual), cited) == (value, clause), f"{show('', actual)} by {cited}"


@BOOK.phrase("a replay of the journal gives the same state", "重放日志得到相同状态")
def _replay(world: World) -> None:
    assert world.driver.replayed() == world.driver.state()
