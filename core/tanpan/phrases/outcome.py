"""Phrases of what came of it: refusals, trades, balances, prices, rows; and what did not happen."""

from __future__ import annotations

from typing import Any, Final

from tanpan.phrases import PhraseBook, table_rows
from tanpan.phrases.words import NotSo, count_of, day_of, expect, fen_of, one_of, plain, tonnes_of, unknown
from tanpan.phrases.world import SIDES, World
from tanpan.quantities import yuan
from tanpan.refusals import Refusal, show, unitless

BOOK = PhraseBook()

CASH: Final = {
    "total": "total_fen",
    "tradable": "tradable_fen",
    "withdrawable": "withdrawable_fen",
    "available": "available_fen",
    "frozen": "frozen_fen",
    "proceeds": "proceeds_fen",
    "margin": "margin_fen",
    "总额": "total_fen",
    "可用于交易": "tradable_fen",
    "可出": "withdrawable_fen",
    "可用": "available_fen",
    "冻结": "frozen_fen",
    "当日卖出": "proceeds_fen",
    "保证金": "margin_fen",
}
UNITS: Final = {
    "in-total": "total_tonnes",
    "available": "available_tonnes",
    "frozen": "frozen_tonnes",
    "undelivered": "undelivered_tonnes",
    "locked": "locked_tonnes",
    "pledged": "pledged_tonnes",
    "合计": "total_tonnes",
    "可用": "available_tonnes",
    "冻结": "frozen_tonnes",
    "待交收": "undelivered_tonnes",
    "锁定": "locked_tonnes",
    "风控冻结": "pledged_tonnes",
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
STATES: Final = {
    "live": "live",
    "filled": "filled",
    "withdrawn": "withdrawn",
    "expired": "expired",
    "有效": "live",
    "全部成交": "filled",
    "已撤销": "withdrawn",
    "已失效": "expired",
}
MARKET_STATES: Final = {
    "open": "open",
    "closed": "closed",
    "cleared": "cleared",
    "settled": "settled",
    "开市": "open",
    "已收市": "closed",
    "已清算": "cleared",
    "已交收": "settled",
}


@BOOK.phrase("it is accepted", "受理成功")
def _accepted(world: World) -> None:
    world.accepted()
    expect(world.answer is not None, "尚未提交任何指令", "nothing was sent")


@BOOK.phrase("it is refused because {code}", "被拒绝，因为 {code}")
def _refused(world: World, code: str) -> None:
    refusal, world.refusal = world.refusal, None
    if refusal is None:
        raise NotSo("没有被拒绝", "it was not refused")
    if refusal.code != code:
        raise NotSo("被拒绝：", "refused because ", refusal)
    world.last_refusal = refusal


def _last(world: World) -> Refusal:
    if world.last_refusal is None:
        raise NotSo("请先说明因何被拒绝", "say first why it is refused")
    return world.last_refusal


@BOOK.phrase("the refusal cites {clause}", "拒绝依据条款 {clause}")
def _cites(world: World, clause: str) -> None:
    cited = _last(world).clause
    expect(cited == clause, f"依据的是 {cited or '（无）'}", f"it cites {cited or 'none'}")


@BOOK.phrase("the refusal says {key} is {value}", "拒绝说明 {key} 为 {value}")
def _says(world: World, key: str, value: str) -> None:
    """The key with or without the unit at its end."""
    details = _last(world).details
    full = next((one for one in details if key == one or unitless(key) == unitless(one)), None)
    if full is None:
        raise unknown(key, map(unitless, details))
    said = show(full, details[full])
    expect(said == value, f"说明的 {key} 为 {said}", f"it says {key} is {said}")


@BOOK.phrase("nothing has changed", "一切没有变化")
def _unchanged(world: World) -> None:
    expect(world.driver.state() == world.before, "状态已变化", "the state has changed")


@BOOK.phrase(
    "{buyer} buys {tonnes} t from {seller} at {price}",
    "{buyer} 从 {seller} 买入成交 {tonnes} 吨，价格 {price} 元",
)
def _trade(world: World, buyer: str, tonnes: str, seller: str, price: str) -> None:
    world.accepted()
    expect(bool(world.trades), "没有（更多）成交", "no (further) trade was done")
    trade = world.trades.pop(0)
    done = (trade["buyer"], trade["seller"], trade["quantity_tonnes"], trade["price_fen"])
    wanted = (buyer, seller, tonnes_of(tonnes), fen_of(price))
    expect(
        done == wanted,
        f"{done[0]} 从 {done[1]} 买入 {done[2]} 吨，价格 {yuan(done[3])} 元",
        f"{done[0]} bought {done[2]} t from {done[1]} at {yuan(done[3])}",
    )
    world.fees = trade["buyer_fee_fen"], trade["seller_fee_fen"]


@BOOK.phrase("each side pays a fee of {amount} yuan", "双方各付手续费 {amount} 元")
def _fees(world: World, amount: str) -> None:
    buyer, seller = map(yuan, world.fees)
    expect(
        world.fees == (fen_of(amount), fen_of(amount)),
        f"买方付 {buyer} 元，卖方付 {seller} 元",
        f"the buyer paid {buyer} yuan, the seller {seller}",
    )


@BOOK.phrase("no trade is done", "没有成交")
def _no_trade(world: World) -> None:
    expect(not world.trades, f"有成交：{plain(world.trades)}", f"traded: {plain(world.trades)}")


@BOOK.phrase("{who} has {amount} yuan {phase}", "{who} 的资金 {phase} 为 {amount} 元")
def _cash(world: World, who: str, amount: str, phase: str) -> None:
    world.accepted()
    name, wanted = one_of(phase, CASH), fen_of(amount)
    actual = world.ask(who, "core.cash", {"account": who})[0][name]
    _is(actual == wanted, f"{phase} {yuan(actual)}")


@BOOK.phrase(
    "{who} has {tonnes} t of {instrument} {phase}", "{who} 的 {instrument} {phase} 数量为 {tonnes} 吨"
)
def _units(world: World, who: str, tonnes: str, instrument: str, phase: str) -> None:
    world.accepted()
    name, wanted = one_of(phase, UNITS), tonnes_of(tonnes)
    rows = world.ask(who, "core.units", {"account": who, "instrument": instrument})
    if not rows:
        # Nothing of a misspelt instrument is not nothing.
        world.ask("admin", "core.quotes", {"instrument": instrument})
    actual = rows[0][name] if rows else 0
    _is(actual == wanted, f"{phase} {actual}")


def _is(so: bool, actual: str) -> None:
    expect(so, f"实际：{actual}", f"it is: {actual}")


@BOOK.phrase("{instrument} has the {kind} price {price}", "{instrument} 的 {kind} 为 {price} 元")
def _price(world: World, instrument: str, kind: str, price: str) -> None:
    world.accepted()
    name, wanted = one_of(kind, PRICES), fen_of(price)
    actual = world.ask("admin", "core.quotes", {"instrument": instrument})[0][name]
    _is(actual == wanted, f"{kind} {yuan(actual)}")


@BOOK.phrase(
    "the best level to {side} {instrument} is {tonnes} t at {price}",
    "{instrument} 最优 {side} 价位为 {tonnes} 吨，价格 {price} 元",
)
def _best(world: World, side: str, instrument: str, tonnes: str, price: str) -> None:
    """The best level among the listings that want to buy or to sell."""
    world.accepted()
    wanted = tonnes_of(tonnes), fen_of(price)
    levels = _side(world, side, instrument)
    expect(bool(levels), "没有挂牌", "nothing stands there")
    best = levels[0]["quantity_tonnes"], levels[0]["price_fen"]
    expect(
        best == wanted,
        f"最优价位为 {best[0]} 吨，价格 {yuan(best[1])} 元",
        f"the best level is {best[0]} t at {yuan(best[1])}",
    )


def _side(world: World, side: str, instrument: str) -> list[dict[str, Any]]:
    name = "bids" if one_of(side, SIDES) == "buy" else "asks"
    levels: list[dict[str, Any]] = world.ask("admin", "core.board", {"instrument": instrument})[0][name]
    return levels


@BOOK.phrase(
    "the board shows {count} levels to {side} {instrument}", "{instrument} 的 {side} 盘显示 {count} 档"
)
def _levels(world: World, count: str, side: str, instrument: str) -> None:
    world.accepted()
    shown = _side(world, side, instrument)
    expect(len(shown) == count_of(count), f"显示 {len(shown)} 档", f"it shows {len(shown)} levels")


@BOOK.phrase("nothing stands to {side} {instrument}", "{instrument} 没有 {side} 挂牌")
def _nothing(world: World, side: str, instrument: str) -> None:
    shown = _side(world, side, instrument)
    expect(not shown, f"有 {len(shown)} 档", f"{len(shown)} levels stand")


@BOOK.phrase("the book of {instrument} stands crossed", "{instrument} 的买卖挂牌价格交叉")
def _crossed(world: World, instrument: str) -> None:
    crossed = world.ask("admin", "core.board", {"instrument": instrument})[0]["crossed"]
    expect(crossed, "价格没有交叉", "it is not crossed")


@BOOK.phrase(
    "listing {label} is {state} with {tonnes} t left", "挂牌 {label} 状态为 {state}，剩余 {tonnes} 吨"
)
def _listing(world: World, label: str, state: str, tonnes: str) -> None:
    world.accepted()
    wanted = (one_of(state, STATES), tonnes_of(tonnes))
    rows = {str(row["listing"]): row for row in world.ask("admin", "core.listings", {})}
    row = one_of(str(world.listing(label)), rows)
    now, rest = row["state"], row["rest_tonnes"]
    word = next(zh for zh, en in STATES.items() if en == now and not zh.isascii())
    expect((now, rest) == wanted, f"状态为 {word}，剩余 {rest} 吨", f"it is {now} with {rest} t left")


@BOOK.phrase("the fee income is {amount} yuan", "手续费收入为 {amount} 元")
def _income(world: World, amount: str) -> None:
    wanted = fen_of(amount)
    actual = world.ask("admin", "core.reserves", {})[0]["fee_income_fen"]
    _is(actual == wanted, yuan(actual))


@BOOK.phrase("the market {market} is {state}", "市场 {market} 状态为 {state}")
def _market(world: World, market: str, state: str) -> None:
    world.accepted()
    wanted, actual = one_of(state, MARKET_STATES), world.state_of(market)["state"]
    word = next(zh for zh, en in MARKET_STATES.items() if en == actual and not zh.isascii())
    expect(actual == wanted, f"{market} 状态为 {word}", f"{market} is {actual}")


@BOOK.phrase("the answer shows", "查询结果包含", table=True)
def _shows(world: World, table: list[list[str]]) -> None:
    """Each row of the table is found in the answer, in this order; columns of fen read in yuan."""
    world.accepted()
    found = iter(world.rows)
    for wanted in table_rows(table):
        expect(
            any(_matches(row, wanted) for row in found),
            f"{plain(world.rows)} 中没有（此后的）{plain(wanted)}",
            f"there is no (further) {plain(wanted)} in {plain(world.rows)}",
        )


def _matches(row: dict[str, Any], wanted: dict[str, str]) -> bool:
    return all(_text(name, row) == value for name, value in wanted.items())


def _text(name: str, row: dict[str, Any]) -> str:
    if name in row:
        return show(name, row[name])
    if f"{name}_fen" in row:
        return yuan(row[f"{name}_fen"])
    if f"{name}_tonnes" in row:
        return str(row[f"{name}_tonnes"])
    raise unknown(name, map(unitless, row))


@BOOK.phrase("the answer has {count} rows", "查询结果有 {count} 行")
def _count(world: World, count: str) -> None:
    world.accepted()
    expect(len(world.rows) == count_of(count), f"有 {len(world.rows)} 行", f"it has {len(world.rows)} rows")


@BOOK.phrase("the answer is the same as before", "答复与上次相同")
def _same(world: World) -> None:
    world.accepted()
    expect(world.answer == world.previous, "答复与上次不同", "the answer is another one")


@BOOK.phrase(
    '{parameter} of {market} is "{value}" on {day} by {clause}',
    '{day} 起 {market} 的参数 {parameter} 为 "{value}"，依据 {clause}',
)
def _rule(world: World, parameter: str, market: str, value: str, day: str, clause: str) -> None:
    actual, cited = world.driver.rule(market, parameter, day_of(day))
    said = show("", actual)
    expect((said, cited) == (value, clause), f"实际：{said}，依据 {cited}", f"it is {said} by {cited}")


@BOOK.phrase("a replay of the journal gives the same state", "重放日志得到相同状态")
def _replay(world: World) -> None:
    expect(
        world.driver.replayed() == world.driver.state(), "重放所得状态不同", "the replay's state is another"
    )
