"""The kernel's own views: orders, trades, postings, day prices, statements, notices, measures, clearings."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from tanpan.amendments import ParameterChanged
from tanpan.application_views import APPLICATION_STEPS, APPLICATIONS
from tanpan.blocks import BlockTraded
from tanpan.book import EXPIRED, FILLED, LIVE, WITHDRAWN
from tanpan.calendar import local_day
from tanpan.clearing import ClearingConfirmed, DayCleared, DaySettled, TradesSettled
from tanpan.custody import (
    CashDeposited,
    CashWithdrawn,
    FeesCollected,
    UnitsTransferredIn,
    UnitsTransferredOut,
)
from tanpan.direct import DirectTraded
from tanpan.instruments import Instrument
from tanpan.ledger import Account, Holding
from tanpan.listings import ListingPosted, ListingsExpired, ListingWithdrawn, TradeDone
from tanpan.means import locked_lots
from tanpan.messages import CHANNEL, OPERATOR, REGISTRY, REGULATOR, STAFF, name_of
from tanpan.oversight import MeasureLifted, MeasureTaken, NoticePublished, Resumed, Suspended
from tanpan.quantities import change_ppm100
from tanpan.trading_day import ClosureAnnounced, DayClosed, DayOpened
from tanpan.views import INT, JSON, TEXT, Change, Row, View, column


@lru_cache(1_000)
def _day(at: int) -> str:
    """The day of an instant; records of one group share theirs."""
    return local_day(at).isoformat()


# --- orders --------------------------------------------------------------------------------------


def _order_posted(change: Change) -> Iterable[Row]:
    event: ListingPosted = change.event
    yield {
        "listing": event.listing,
        "day": _day(change.record.at),
        "at_us": change.record.at,
        "account": event.account,
        "operator": change.record.actor,
        "instrument": event.instrument,
        "side": "buy" if event.buy else "sell",
        "price_fen": event.price_fen,
        "quantity_tonnes": event.quantity_tonnes,
        "rest_tonnes": event.quantity_tonnes,
        "state": LIVE,
        "trade_no": event.trade_no,
    }


def _order_now(change: Change, numbers: Iterable[int], state: str) -> Iterable[Row]:
    for number in numbers:
        row = change.get((number,))
        if row is not None:
            yield {**row, "state": state}


def _order_traded(change: Change) -> Iterable[Row]:
    event: TradeDone = change.event
    for number in (event.maker, event.taker):
        row = change.get((number,))
        if row is not None:
            rest = row["rest_tonnes"] - event.quantity_tonnes
            yield {**row, "rest_tonnes": rest, "state": LIVE if rest else FILLED}


ORDERS: Final = View(
    "core.orders",
    "挂牌申报",
    "listed declarations",
    (
        column("listing", INT, "挂牌编号", "listing"),
        column("day", TEXT, "日期", "day"),
        column("at_us", INT, "申报时间", "posted at"),
        column("account", TEXT, "交易账户", "account"),
        column("operator", TEXT, "操作员", "operator"),
        column("instrument", TEXT, "交易标的", "instrument"),
        column("side", TEXT, "买卖方向", "side"),
        column("price_fen", INT, "价格", "price"),
        column("quantity_tonnes", INT, "申报数量", "quantity"),
        column("rest_tonnes", INT, "未成交数量", "rest"),
        column("state", TEXT, "状态", "state"),
        column("trade_no", TEXT, "交易编号", "trade number"),
    ),
    ("listing",),
    {
        ListingPosted: _order_posted,
        TradeDone: _order_traded,
        ListingWithdrawn: lambda change: _order_now(change, [change.event.listing], WITHDRAWN),
        ListingsExpired: lambda change: _order_now(change, change.event.listings, EXPIRED),
    },
    indexes=(("account", "day"), ("instrument", "day")),
    doc="Every listed declaration with what became of it.",
)

# --- trades --------------------------------------------------------------------------------------


def _trade(change: Change) -> Iterable[Row]:
    event: Any = change.event
    listed = isinstance(event, TradeDone)
    yield {
        "trade": event.trade,
        "day": _day(change.record.at),
        "at_us": change.record.at,
        "seq": change.record.seq,
        "method": method_of(event),
        "instrument": event.instrument,
        "buyer": event.buyer,
        "seller": event.seller,
        "taker_side": "" if not listed else "buy" if event.taker_buys else "sell",
        "listing": event.maker if listed else 0,
        "price_fen": event.price_fen,
        "quantity_tonnes": event.quantity_tonnes,
        "turnover_fen": event.price_fen * event.quantity_tonnes,
        "buyer_fee_fen": event.buyer_fee_fen,
        "seller_fee_fen": event.seller_fee_fen,
        "settled": 1 if isinstance(event, DirectTraded) else 0,
        "reference": getattr(event, "reference", ""),
    }


def method_of(event: Any) -> str:
    """How a trade was made: `listed`, `block`, or the method that a trade agreed outside the book names itself."""
    if isinstance(event, DirectTraded):
        return event.method
    return "block" if isinstance(event, BlockTraded) else "listed"


def _trades_settled(change: Change) -> Iterable[Row]:
    event: TradesSettled = change.event
    books = change.exchange.days.of(event.market).books
    book = next(book for book in books if book.day == event.day)
    for trade in book.trades[event.first : event.first + event.count]:
        row = change.get((trade.trade,))
        assert row is not None
        yield {**row, "settled": 1}


TRADES: Final = View(
    "core.trades",
    "成交",
    "trades",
    (
        column("trade", INT, "成交编号", "trade"),
        column("day", TEXT, "日期", "day"),
        column("at_us", INT, "成交时间", "traded at"),
        column("seq", INT, "记录序号", "record"),
        column("method", TEXT, "交易方式", "method"),
        column("instrument", TEXT, "交易标的", "instrument"),
        column("buyer", TEXT, "买方", "buyer"),
        column("seller", TEXT, "卖方", "seller"),
        column("taker_side", TEXT, "摘牌方向", "taker's side"),
        column("listing", INT, "挂牌编号", "listing"),
        column("price_fen", INT, "成交价格", "price"),
        column("quantity_tonnes", INT, "成交数量", "quantity"),
        column("turnover_fen", INT, "成交金额", "turnover"),
        column("buyer_fee_fen", INT, "买方手续费", "buyer's fee"),
        column("seller_fee_fen", INT, "卖方手续费", "seller's fee"),
        column("settled", INT, "已交收", "settled"),
        column("reference", TEXT, "合同/凭证", "reference"),
    ),
    ("trade",),
    {TradeDone: _trade, BlockTraded: _trade, DirectTraded: _trade, TradesSettled: _trades_settled},
    indexes=(("day", "instrument"), ("buyer", "day"), ("seller", "day")),
    own=("buyer", "seller"),
    between=True,
    readers=(OPERATOR, STAFF, REGULATOR, REGISTRY),
    doc="Every trade, listed, block or by agreement, and whether it is settled.",
)

# --- postings ------------------------------------------------------------------------------------


def _postings(change: Change) -> Iterable[Row]:
    events = change.record.events
    number = next(index for index, event in enumerate(events) if event is change.event)
    for leg, (holder, asset, phase, amount) in enumerate(change.postings):
        yield {
            "seq": change.record.seq,
            "event": number,
            "leg": leg,
            "at_us": change.record.at,
            "cause": name_of(type(change.event)),
            "holder": holder,
            "asset": asset,
            "phase": phase,
            "amount": amount,
        }


POSTINGS: Final = View(
    "core.postings",
    "分录",
    "postings",
    (
        column("seq", INT, "记录序号", "record"),
        column("event", INT, "事件", "event"),
        column("leg", INT, "行", "leg"),
        column("at_us", INT, "时间", "at"),
        column("cause", TEXT, "事由", "cause"),
        column("holder", TEXT, "持有人", "holder"),
        column("asset", TEXT, "资产", "asset"),
        column("phase", TEXT, "余额类别", "phase"),
        column("amount", INT, "变动（分或吨）", "amount (fen or tonnes)"),
    ),
    ("seq", "event", "leg"),
    {},
    indexes=(("holder", "asset"),),
    own=("holder",),
    every=_postings,
    doc="Every movement in the ledger: whose cash or units, which phase, by how much.",
)

# --- day prices ----------------------------------------------------------------------------------


def _day_prices(change: Change) -> Iterable[Row]:
    event: DayClosed = change.event
    for price in event.prices:
        yield {
            "day": event.day.isoformat(),
            "market": event.market,
            "instrument": price.instrument,
            "price_basis": "listed",
            "reference_fen": price.reference_fen,
            "open_fen": price.open_fen,
            "high_fen": price.high_fen,
            "low_fen": price.low_fen,
            "close_fen": price.close_fen,
            "change_hundredths": change_ppm100(price.close_fen, price.reference_fen),
            "listed_tonnes": price.listed_tonnes,
            "listed_fen": price.listed_fen,
            "block_tonnes": price.block_tonnes,
            "block_fen": price.block_fen,
            "total_tonnes": price.total_tonnes,
            "total_fen": price.total_fen,
            "other_tonnes": price.other_tonnes,
            "other_fen": price.other_fen,
        }


DAY_PRICES: Final = View(
    "core.day_prices",
    "每日行情",
    "day prices",
    (
        column("day", TEXT, "日期", "day"),
        column("market", TEXT, "市场", "market"),
        column("instrument", TEXT, "交易标的", "instrument"),
        column("price_basis", TEXT, "价格口径", "price basis"),
        column("reference_fen", INT, "基准价", "reference price"),
        column("open_fen", INT, "开盘价", "open"),
        column("high_fen", INT, "最高价", "high"),
        column("low_fen", INT, "最低价", "low"),
        column("close_fen", INT, "收盘价", "close"),
        column("change_hundredths", INT, "涨跌幅（万分之一）", "change (hundredths of a per cent)"),
        column("listed_tonnes", INT, "挂牌成交量", "listed volume"),
        column("listed_fen", INT, "挂牌成交额", "listed turnover"),
        column("block_tonnes", INT, "大宗成交量", "block volume"),
        column("block_fen", INT, "大宗成交额", "block turnover"),
        column("total_tonnes", INT, "累计成交量", "cumulative volume"),
        column("total_fen", INT, "累计成交额", "cumulative turnover"),
        column("other_tonnes", INT, "其他方式成交量", "volume of other methods"),
        column("other_fen", INT, "其他方式成交额", "turnover of other methods"),
    ),
    ("day", "instrument"),
    {DayClosed: _day_prices},
    own=(),
    readers=(OPERATOR, STAFF, REGULATOR, REGISTRY, CHANNEL),
    doc="The prices and volumes of each closed day, per instrument.",
)

# --- statements ----------------------------------------------------------------------------------

_CASH_FLOWS: Final = ("deposited_fen", "withdrawn_fen", "bought_fen", "sold_fen", "fees_fen")
_UNIT_FLOWS: Final = ("in_tonnes", "out_tonnes", "bought_tonnes", "sold_tonnes")


def _cash_row(change: Change, account: Account, day: str, **flows: int) -> Row:
    """The statement of a day with flows added; a day's opening balance is the total before its first flow."""
    row = change.get((day, account.number))
    if row is None:
        inflow = flows.get("deposited_fen", 0) + flows.get("sold_fen", 0)
        outflow = flows.get("withdrawn_fen", 0) + flows.get("bought_fen", 0) + flows.get("fees_fen", 0)
        row = {"day": day, "account": account.number, "opening_fen": account.total - inflow + outflow}
        row |= dict.fromkeys(_CASH_FLOWS, 0)
    row = {name: value + flows.get(name, 0) if name in _CASH_FLOWS else value for name, value in row.items()}
    return row | {
        "closing_fen": account.total,
        "frozen_fen": account.frozen,
        "margin_fen": account.margin,
        "unsettled_fen": account.proceeds,
        "withdrawable_fen": account.withdrawable,
        "fees_due_fen": account.fees_due,
    }


def _today(change: Change) -> str:
    return _day(change.record.at)


def _cash_in(change: Change) -> Iterable[Row]:
    account = change.exchange.ledger.accounts[change.event.account]
    yield _cash_row(change, account, _today(change), deposited_fen=change.event.amount_fen)


def _cash_out(change: Change) -> Iterable[Row]:
    account = change.exchange.ledger.accounts[change.event.account]
    yield _cash_row(change, account, _today(change), withdrawn_fen=change.event.amount_fen)


def _cash_traded(change: Change) -> Iterable[Row]:
    event: Any = change.event
    turnover = event.price_fen * event.quantity_tonnes
    paid = event.buyer_fee_fen - getattr(event, "unpaid_fen", 0)
    accounts = change.exchange.ledger.accounts
    yield _cash_row(change, accounts[event.buyer], _today(change), bought_fen=turnover, fees_fen=paid)
    yield _cash_row(
        change, accounts[event.seller], _today(change), sold_fen=turnover, fees_fen=event.seller_fee_fen
    )


def _cash_collected(change: Change) -> Iterable[Row]:
    account = change.exchange.ledger.accounts[change.event.account]
    yield _cash_row(change, account, _today(change), fees_fen=change.event.amount_fen)


def _cash_balances(change: Change) -> Iterable[Row]:
    """Balances at the close, and again when a day is settled: that day's flows keep the day on which they were."""
    day = _today(change)
    for account in change.exchange.ledger.accounts.values():
        if change.get((day, account.number)) or (account.total and isinstance(change.event, DayClosed)):
            yield _cash_row(change, account, day)


CASH_STATEMENTS: Final = View(
    "core.cash_statements",
    "资金对账单",
    "cash statements",
    (
        column("day", TEXT, "日期", "day"),
        column("account", TEXT, "交易账户", "account"),
        column("opening_fen", INT, "期初余额", "opening"),
        column("deposited_fen", INT, "入金", "deposits"),
        column("withdrawn_fen", INT, "出金", "withdrawals"),
        column("bought_fen", INT, "买入金额", "purchases"),
        column("sold_fen", INT, "卖出金额", "sales"),
        column("fees_fen", INT, "手续费", "fees"),
        column("closing_fen", INT, "期末余额", "closing"),
        column("frozen_fen", INT, "冻结资金", "frozen"),
        column("margin_fen", INT, "保证金", "margin"),
        column("unsettled_fen", INT, "待交收资金", "unsettled"),
        column("withdrawable_fen", INT, "可出资金", "withdrawable"),
        column("fees_due_fen", INT, "待缴手续费", "fees due"),
    ),
    ("day", "account"),
    {
        CashDeposited: _cash_in,
        CashWithdrawn: _cash_out,
        FeesCollected: _cash_collected,
        TradeDone: _cash_traded,
        BlockTraded: _cash_traded,
        DirectTraded: _cash_traded,
        DayClosed: _cash_balances,
        DaySettled: _cash_balances,
    },
    indexes=(("account", "day"),),
    readers=(OPERATOR, STAFF, REGULATOR, CHANNEL),
    doc="An account's cash of a day: opening, what came and went, closing.",
)


def _unit_row(change: Change, holding: Holding, day: str, **flows: int) -> Row:
    row = change.get((day, holding.account, holding.instrument))
    if row is None:
        inflow = flows.get("in_tonnes", 0) + flows.get("bought_tonnes", 0)
        outflow = flows.get("out_tonnes", 0) + flows.get("sold_tonnes", 0)
        row = {
            "day": day,
            "account": holding.account,
            "instrument": holding.instrument,
            "opening_tonnes": holding.total - inflow + outflow,
        }
        row |= dict.fromkeys(_UNIT_FLOWS, 0)
    row = {name: value + flows.get(name, 0) if name in _UNIT_FLOWS else value for name, value in row.items()}
    return row | {
        "closing_tonnes": holding.total,
        "available_tonnes": holding.available,
        "frozen_tonnes": holding.frozen,
        "undelivered_tonnes": holding.undelivered,
        "locked_tonnes": holding.locked,
        "pledged_tonnes": holding.pledged,
        "lots": locked_lots(change.exchange.instruments.by_code[holding.instrument].day, holding),
    }


def _units_moved(change: Change) -> Iterable[Row]:
    event: Any = change.event
    holding = change.exchange.ledger.accounts[event.account].holdings[event.instrument]
    flow = "in_tonnes" if isinstance(event, UnitsTransferredIn) else "out_tonnes"
    yield _unit_row(change, holding, _today(change), **{flow: event.quantity_tonnes})


def _units_traded(change: Change) -> Iterable[Row]:
    event: Any = change.event
    accounts = change.exchange.ledger.accounts
    bought = accounts[event.buyer].holdings[event.instrument]
    sold = accounts[event.seller].holdings[event.instrument]
    yield _unit_row(change, bought, _today(change), bought_tonnes=event.quantity_tonnes)
    yield _unit_row(change, sold, _today(change), sold_tonnes=event.quantity_tonnes)


def _unit_balances(change: Change) -> Iterable[Row]:
    event: Any = change.event
    day = _today(change)
    instruments: dict[str, Instrument] = change.exchange.instruments.by_code
    for account in change.exchange.ledger.accounts.values():
        for holding in account.holdings.values():
            mine = instruments[holding.instrument].market == event.market
            if mine and (holding.total or change.get((day, account.number, holding.instrument))):
                yield _unit_row(change, holding, day)


UNIT_STATEMENTS: Final = View(
    "core.unit_statements",
    "产品对账单",
    "unit statements",
    (
        column("day", TEXT, "日期", "day"),
        column("account", TEXT, "交易账户", "account"),
        column("instrument", TEXT, "交易标的", "instrument"),
        column("opening_tonnes", INT, "期初数量", "opening"),
        column("in_tonnes", INT, "转入", "in"),
        column("out_tonnes", INT, "转出", "out"),
        column("bought_tonnes", INT, "买入", "bought"),
        column("sold_tonnes", INT, "卖出", "sold"),
        column("closing_tonnes", INT, "期末数量", "closing"),
        column("available_tonnes", INT, "可用", "available"),
        column("frozen_tonnes", INT, "冻结", "frozen"),
        column("undelivered_tonnes", INT, "待交收", "undelivered"),
        column("locked_tonnes", INT, "锁定", "locked"),
        column("pledged_tonnes", INT, "质押", "pledged"),
        column("lots", JSON, "锁定批次及解锁日", "locked lots and when they come free"),
    ),
    ("day", "account", "instrument"),
    {
        UnitsTransferredIn: _units_moved,
        UnitsTransferredOut: _units_moved,
        TradeDone: _units_traded,
        BlockTraded: _units_traded,
        DirectTraded: _units_traded,
        DayClosed: _unit_balances,
        DaySettled: _unit_balances,
    },
    indexes=(("account", "day"),),
    readers=(OPERATOR, STAFF, REGULATOR, REGISTRY),
    doc="An account's units of a day, per instrument: opening, what came and went, closing.",
)

# --- notices, measures, clearings -------------------------------------------------------------------


def _notice(change: Change) -> Iterable[Row]:
    event: Any = change.event
    titles: dict[type, str] = {
        Suspended: "暂停交易 / suspension",
        Resumed: "恢复交易 / resumption",
        ClosureAnnounced: "休市 / closure",
        ParameterChanged: "规则调整 / change of rules",
    }
    title = titles.get(type(event), "")
    yield {
        "seq": change.record.seq,
        "day": _today(change),
        "market": getattr(event, "market", ""),
        "kind": name_of(type(event)).removeprefix("core."),
        "title": title or event.title,
        "text": event.text if isinstance(event, NoticePublished) else event.notice,
        "report": getattr(event, "report", ""),
        "instruments": list(getattr(event, "instruments", [])),
    }


NOTICES: Final = View(
    "core.notices",
    "公告",
    "notices",
    (
        column("seq", INT, "记录序号", "record"),
        column("day", TEXT, "日期", "day"),
        column("market", TEXT, "市场", "market"),
        column("kind", TEXT, "种类", "kind"),
        column("title", TEXT, "标题", "title"),
        column("text", TEXT, "正文", "text"),
        column("report", TEXT, "报告文号", "report"),
        column("instruments", JSON, "交易标的", "instruments"),
    ),
    ("seq",),
    dict.fromkeys((NoticePublished, Suspended, Resumed, ClosureAnnounced, ParameterChanged), _notice),
    own=(),
    readers=(OPERATOR, STAFF, REGULATOR, REGISTRY, CHANNEL),
    doc="What was announced: notices, suspensions, resumptions, closures, changes of rules.",
)


def _measure_taken(change: Change) -> Iterable[Row]:
    event: MeasureTaken = change.event
    yield {
        "measure_no": event.measure_no,
        "day": _today(change),
        "market": event.market,
        "account": event.account,
        "measure": event.measure,
        "restricts": event.restricts,
        "reason": event.reason,
        "case_no": event.case,
        "state": "in force",
    }


def _measure_lifted(change: Change) -> Iterable[Row]:
    row = change.get((change.event.measure_no,))
    assert row is not None
    yield {**row, "state": f"lifted: {change.event.reason}"}


MEASURES: Final = View(
    "core.measures",
    "监管措施",
    "measures",
    (
        column("measure_no", INT, "措施编号", "measure"),
        column("day", TEXT, "日期", "day"),
        column("market", TEXT, "市场", "market"),
        column("account", TEXT, "交易账户", "account"),
        column("measure", TEXT, "措施", "measure"),
        column("restricts", TEXT, "限制范围", "restricts"),
        column("reason", TEXT, "原因", "reason"),
        column("case_no", INT, "案件编号", "case"),
        column("state", TEXT, "状态", "state"),
    ),
    ("measure_no",),
    {MeasureTaken: _measure_taken, MeasureLifted: _measure_lifted},
    doc="Measures against accounts, in force and lifted.",
)


def _day_opened(change: Change) -> Iterable[Row]:
    yield {
        "day": change.event.day.isoformat(),
        "market": change.event.market,
        "state": "open",
        "trades": 0,
        "quantity_tonnes": 0,
        "turnover_fen": 0,
        "fees_fen": 0,
        "digest": "",
        "confirmed": [],
    }


def _clearing(change: Change) -> Iterable[Row]:
    event: Any = change.event
    row = change.get((event.day.isoformat(), event.market))
    assert row is not None
    if isinstance(event, DayClosed):
        yield {**row, "state": "closed"}
    elif isinstance(event, ClearingConfirmed):
        yield {**row, "confirmed": [*row["confirmed"], event.party]}
    elif isinstance(event, DaySettled):
        yield {**row, "state": "settled"}
    else:
        cleared = {
            name: getattr(event, name) for name in ("trades", "quantity_tonnes", "turnover_fen", "fees_fen")
        }
        yield {**row, **cleared, "state": "cleared", "digest": event.digest}


CLEARINGS: Final = View(
    "core.clearings",
    "清算交收",
    "clearing and settlement",
    (
        column("day", TEXT, "日期", "day"),
        column("market", TEXT, "市场", "market"),
        column("state", TEXT, "状态", "state"),
        column("trades", INT, "成交笔数", "trades"),
        column("quantity_tonnes", INT, "成交数量", "quantity"),
        column("turnover_fen", INT, "成交金额", "turnover"),
        column("fees_fen", INT, "手续费", "fees"),
        column("digest", TEXT, "清算结果摘要", "digest"),
        column("confirmed", JSON, "已确认方", "confirmed by"),
    ),
    ("day", "market"),
    {
        DayOpened: _day_opened,
        DayClosed: _clearing,
        DayCleared: _clearing,
        ClearingConfirmed: _clearing,
        DaySettled: _clearing,
    },
    own=(),
    readers=(STAFF, REGULATOR, REGISTRY, CHANNEL),
    doc="Each market's days: opened, closed, cleared, confirmed, settled.",
)

# --- journal -------------------------------------------------------------------------------------


def _record(change: Change) -> Iterable[Row]:
    record = change.record
    if change.event is not record.events[0]:
        return
    actor = change.exchange.parties.actors.get(record.actor)
    yield {
        "seq": record.seq,
        "at_us": record.at,
        "actor": record.actor,
        "account": actor.account if actor is not None else "",
        "approver": record.approver,
        "channel": record.channel,
        "command": record.command,
        "request_id": record.request_id,
        "events": [name_of(type(event)) for event in record.events],
    }


JOURNAL: Final = View(
    "core.journal",
    "操作日志",
    "journal",
    (
        column("seq", INT, "记录序号", "record"),
        column("at_us", INT, "时间", "at"),
        column("actor", TEXT, "行为人", "actor"),
        column("account", TEXT, "交易账户", "account"),
        column("approver", TEXT, "复核人", "approver"),
        column("channel", TEXT, "接入渠道", "channel"),
        column("command", TEXT, "指令", "command"),
        column("request_id", TEXT, "请求编号", "request"),
        column("events", JSON, "事件", "events"),
    ),
    ("seq",),
    {},
    indexes=(("actor", "seq"), ("account", "seq")),
    every=_record,
    doc="Every record of the journal: who did what, for which account, and what came of it.",
)

CORE_VIEWS: Final = (
    ORDERS,
    TRADES,
    POSTINGS,
    DAY_PRICES,
    CASH_STATEMENTS,
    UNIT_STATEMENTS,
    NOTICES,
    MEASURES,
    CLEARINGS,
    JOURNAL,
    APPLICATIONS,
    APPLICATION_STEPS,
)
