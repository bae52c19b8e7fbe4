"""Live queries: what stands now, read from the state itself. History is in the views."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

import msgspec
from attrs import frozen

from tanpan import application_queries
from tanpan.book import Listing, Side
from tanpan.day_plan import day_plan
from tanpan.exchange import Exchange
from tanpan.ledger import Account, Hold
from tanpan.means import locked_lots
from tanpan.messages import APPLICANT, CHANNEL, DOOR, OPERATOR, REGISTRY, REGULATOR, STAFF, Command
from tanpan.parties import Actor
from tanpan.personal import shown
from tanpan.prices import volume_weighted_mean
from tanpan.quantities import change_ppm100
from tanpan.refusals import Refusal
from tanpan.views import BOOL, INT, JSON, TEXT, Column, column, whole_number

Rows = list[dict[str, Any]]
MOST_LEVELS: Final = 50
MOST_LISTINGS: Final = 100
EVERYONE: Final = (OPERATOR, STAFF, REGULATOR, REGISTRY, CHANNEL)


@frozen
class Query:
    """A question about the present: its name, who may ask, and its answer `(exchange, actor, where) -> rows`.

    `own` says that an operator may ask about his own account only. `columns` are what each row has, in their
    order, `doc` is one sentence.
    """

    name: str
    zh: str
    en: str
    answer: Callable[[Exchange, Actor, Mapping[str, Any]], Rows]
    own: bool = False
    readers: tuple[str, ...] = EVERYONE
    filters: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    doc: str = ""


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
    """The order hall (申报大厅): best levels, what stands in all (委比, 委差), whether the book is crossed (AMB-01)."""
    levels = whole_number("levels", where.get("levels", 5))
    if not 0 < levels <= MOST_LEVELS:
        raise Refusal("BAD_FIELD", field="levels", value=levels, least=1, most=MOST_LEVELS)
    return [
        {
            "instrument": one.code,
            "crossed": one.book.crossed,
            "bids": _levels(one.book.bids, levels),
            "asks": _levels(one.book.asks, levels),
            "bid_total_tonnes": one.book.bids.total_tonnes,
            "ask_total_tonnes": one.book.asks.total_tonnes,
        }
        for one in _instruments(exchange, where)
    ]


def _levels(side: Side, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for level in side.best_first():
        if len(found) == count:
            break
        first = islice(level.live(), MOST_LISTINGS)
        listings = [[listing.number, listing.rest_tonnes] for listing in first]
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
            "other_tonnes": one.other_tonnes,
            "other_fen": one.other_fen,
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
            "lots": locked_lots(exchange.instruments.by_code[holding.instrument].day, holding),
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
    """What a proposed command says, by its fields: who confirms it reads the amounts as they were written."""
    return {name: msgspec.to_builtins(value) for name, value in msgspec.structs.asdict(command).items()}


def _timetable(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    days = [exchange.days.of(where["market"])] if "market" in where else exchange.days.by_market.values()
    return [row for day in days for row in day_plan(exchange, day, actor)]


def _operators(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    wanted = where.get("account")
    return [
        {
            "account": one.account,
            "operator": one.name,
            "permissions": list(one.permissions),
            "frozen": one.frozen,
            "mail": shown(one.mail),
            "mobile": shown(one.mobile),
        }
        for one in exchange.parties.actors.values()
        if one.role == OPERATOR and wanted in (None, one.account)
    ]


def _users(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {"user": one.name, "role": one.role, "permissions": list(one.permissions), "frozen": one.frozen}
        for one in exchange.parties.actors.values()
        if one.role != OPERATOR
    ]


def _trading_accounts(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    restrictions = (("trade", "no_trade"), ("cash", "no_cash"), ("units", "no_units"))
    return [
        {
            "account": one.number,
            "participant": one.name,
            "kind": one.kind,
            "state": "closed" if exchange.parties.closed(one) else "open",
            "restricted": [scope for scope, count in restrictions if getattr(one, count)],
        }
        for one in _accounts(exchange, where)
    ]


def _packs(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    states = exchange.packs.states
    return [
        {
            "pack": pack.name,
            "version": states.get(pack.name, [pack.version])[0],
            "state": states.get(pack.name, ["", "installed"])[1],
            "zh": pack.zh,
            "en": pack.en,
            "institution": pack.institution,
            "markets": [market.name for market in pack.markets],
        }
        for pack in exchange.assembly.packs
    ]


def _instrument_facts(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    return [
        {
            "instrument": one.code,
            "market": one.market,
            "product": one.product,
            "title": one.title,
            "project": one.project,
            "vintage": one.vintage,
            "state": one.state,
            "suspended": one.halted or one.day.halted,
            "initial_fen": one.initial_fen,
            "listing_day": one.listing_day.isoformat() if one.listing_day is not None else "",
        }
        for one in _instruments(exchange, where)
        if where.get("market", one.market) == one.market
    ]


def _holds(exchange: Exchange, actor: Actor, where: Mapping[str, Any]) -> Rows:
    """Why each frozen fen and tonne is frozen: the declaration or confirmation it stands behind."""
    return [
        {
            "account": hold.account.number,
            "instrument": hold.holding.instrument,
            "cause": cause,
            "number": number,
            "frozen_fen": hold.fen,
            "frozen_tonnes": hold.tonnes,
        }
        for cause, number, hold in _caused(exchange)
        if (hold.fen or hold.tonnes)
        and where.get("account", hold.account.number) == hold.account.number
        and where.get("instrument", hold.holding.instrument) == hold.holding.instrument
    ]


def _caused(exchange: Exchange) -> Iterator[tuple[str, int, Hold]]:
    for offer in exchange.blocks.offers.values():
        yield "block", offer.number, offer.hold
    for dialogue in exchange.blocks.dialogues.values():
        for confirmation in dialogue.confirmations.values():
            yield "dialogue", dialogue.number, confirmation.hold
    for holder in exchange.ledger.holders:
        owner = getattr(holder, "__self__", None)
        if owner is exchange.blocks:
            continue
        for hold in holder():
            if isinstance(hold, Listing):
                yield "listing", hold.number, hold
            else:
                yield getattr(owner, "name", ""), 0, hold


_INSTRUMENT: Final = column("instrument", TEXT, "交易标的", "instrument")
_MARKET: Final = column("market", TEXT, "市场", "market")
_ACCOUNT: Final = column("account", TEXT, "交易账户", "account")
_SIDE: Final = column("side", TEXT, "买卖方向", "side")
_PRICE: Final = column("price_fen", INT, "价格", "price")
_QUANTITY: Final = column("quantity_tonnes", INT, "数量", "quantity")
_STATE: Final = column("state", TEXT, "状态", "state")
_SUSPENDED: Final = column("suspended", BOOL, "已暂停", "suspended")
_PERMISSIONS: Final = column("permissions", JSON, "权限", "permissions")
_FROZEN: Final = column("frozen", BOOL, "已冻结", "frozen")

QUERIES: Final = {
    query.name: query
    for query in (
        Query(
            "core.board",
            "申报大厅",
            "order hall",
            _board,
            filters=("instrument", "levels"),
            columns=(
                _INSTRUMENT,
                column("crossed", BOOL, "买卖价格交叉", "crossed"),
                column("bids", JSON, "买方价位", "bids"),
                column("asks", JSON, "卖方价位", "asks"),
                column("bid_total_tonnes", INT, "买方申报总量", "all that is bid for"),
                column("ask_total_tonnes", INT, "卖方申报总量", "all that is offered"),
            ),
            doc="The best levels of both sides, five unless more are asked for (at most 50), with their first 100 "
            "listings each, and what stands in all.",
        ),
        Query(
            "core.quotes",
            "实时行情",
            "quotes",
            _quotes,
            filters=("instrument",),
            columns=(
                _INSTRUMENT,
                _MARKET,
                _STATE,
                _SUSPENDED,
                column("reference_fen", INT, "基准价", "reference price"),
                column("lower_fen", INT, "跌停价", "lower limit"),
                column("upper_fen", INT, "涨停价", "upper limit"),
                column("block_lower_fen", INT, "大宗最低价", "lower limit of blocks"),
                column("block_upper_fen", INT, "大宗最高价", "upper limit of blocks"),
                column("open_fen", INT, "开盘价", "open"),
                column("high_fen", INT, "最高价", "high"),
                column("low_fen", INT, "最低价", "low"),
                column("last_fen", INT, "最新价", "last"),
                column("mean_fen", INT, "均价", "mean"),
                column("change_hundredths", INT, "涨跌幅（万分之一）", "change (1/100 %)"),
                column("listed_tonnes", INT, "挂牌成交量", "listed volume"),
                column("listed_fen", INT, "挂牌成交额", "listed turnover"),
                column("block_tonnes", INT, "大宗成交量", "block volume"),
                column("block_fen", INT, "大宗成交额", "block turnover"),
                column("other_tonnes", INT, "其他方式成交量", "volume of other methods"),
                column("other_fen", INT, "其他方式成交额", "turnover of other methods"),
            ),
            doc="Prices and volumes of the day, per instrument.",
        ),
        Query(
            "core.instruments",
            "交易标的",
            "instruments",
            _instrument_facts,
            filters=("instrument", "market"),
            columns=(
                _INSTRUMENT,
                _MARKET,
                column("product", TEXT, "交易产品", "product"),
                column("title", TEXT, "名称", "title"),
                column("project", TEXT, "项目", "project"),
                column("vintage", TEXT, "产生年度", "vintage"),
                _STATE,
                _SUSPENDED,
                column("initial_fen", INT, "初始基准价", "initial reference price"),
                column("listing_day", TEXT, "上市日期", "listing day"),
            ),
            doc="What is traded, on which market, whether and since when it is listed.",
        ),
        Query(
            "core.cash",
            "资金",
            "cash",
            _cash,
            True,
            (OPERATOR, STAFF, REGULATOR, CHANNEL),
            filters=("account",),
            columns=(
                _ACCOUNT,
                column("total_fen", INT, "总额", "total"),
                column("tradable_fen", INT, "可用于交易", "tradable"),
                column("withdrawable_fen", INT, "可出资金", "withdrawable"),
                column("available_fen", INT, "可用", "available"),
                column("frozen_fen", INT, "冻结", "frozen"),
                column("proceeds_fen", INT, "当日卖出", "proceeds"),
                column("margin_fen", INT, "保证金", "margin"),
                column("fees_due_fen", INT, "待缴手续费", "fees due"),
            ),
            doc="An account's cash by phase: what may trade, what may leave, what is frozen.",
        ),
        Query(
            "core.units",
            "持仓",
            "units",
            _units,
            True,
            (OPERATOR, STAFF, REGULATOR, REGISTRY),
            filters=("account", "instrument"),
            columns=(
                _ACCOUNT,
                _INSTRUMENT,
                column("total_tonnes", INT, "合计", "total"),
                column("available_tonnes", INT, "可用", "available"),
                column("frozen_tonnes", INT, "冻结", "frozen"),
                column("undelivered_tonnes", INT, "待交收", "undelivered"),
                column("locked_tonnes", INT, "锁定", "locked"),
                column("pledged_tonnes", INT, "质押", "pledged"),
                column("lots", JSON, "锁定批次及解锁日", "locked lots and when they come free"),
            ),
            doc="An account's units by phase; each locked lot with its quantity and the trading day on which it comes free.",
        ),
        Query(
            "core.holds",
            "冻结明细",
            "holds",
            _holds,
            True,
            (OPERATOR, STAFF, REGULATOR),
            filters=("account", "instrument"),
            columns=(
                _ACCOUNT,
                _INSTRUMENT,
                column("cause", TEXT, "事由", "cause"),
                column("number", INT, "编号", "number"),
                column("frozen_fen", INT, "冻结资金", "frozen cash"),
                column("frozen_tonnes", INT, "冻结数量", "frozen units"),
            ),
            doc="Why cash and units are frozen: for which listing, block declaration or dialogue.",
        ),
        Query(
            "core.listings",
            "当日挂牌",
            "today's listings",
            _listings,
            True,
            (OPERATOR, STAFF, REGULATOR),
            filters=("account", "instrument"),
            columns=(
                column("listing", INT, "挂牌编号", "listing"),
                _ACCOUNT,
                _INSTRUMENT,
                _SIDE,
                _PRICE,
                _QUANTITY,
                column("rest_tonnes", INT, "未成交数量", "rest"),
                _STATE,
                column("frozen_fen", INT, "冻结资金", "frozen cash"),
                column("frozen_tonnes", INT, "冻结数量", "frozen units"),
            ),
            doc="An account's listed declarations of the day and what is left of each.",
        ),
        Query(
            "core.blocks",
            "大宗申报",
            "block declarations",
            _blocks,
            filters=("instrument",),
            columns=(
                column("offer", INT, "申报编号", "declaration"),
                _INSTRUMENT,
                _SIDE,
                _PRICE,
                _QUANTITY,
                _ACCOUNT,
            ),
            doc="The block declarations that stand.",
        ),
        Query(
            "core.markets",
            "市场状态",
            "markets",
            _markets,
            columns=(
                _MARKET,
                column("day", TEXT, "日期", "day"),
                _STATE,
                column("ordinal", INT, "第几个交易日", "ordinal"),
                _SUSPENDED,
                column("listed", TEXT, "挂牌交易", "listed trading"),
                column("block", TEXT, "大宗交易", "block trading"),
                column("to_clear", TEXT, "待清算日", "day to clear"),
                column("to_settle", TEXT, "待交收日", "day to settle"),
                column("digest", TEXT, "清算结果摘要", "digest"),
            ),
            doc="Where each market's day stands and what is open; a code says why something is not.",
        ),
        Query(
            "core.timetable",
            "日程",
            "timetable",
            _timetable,
            filters=("market",),
            columns=(
                _MARKET,
                column("day", TEXT, "日期", "day"),
                column("step", TEXT, "环节", "step"),
                column("act", TEXT, "动作", "act"),
                column("due_us", INT, "应办时间", "due"),
                _STATE,
                column("held", BOOL, "已暂缓", "held"),
                column("held_by", TEXT, "暂缓人", "held by"),
                column("reason", TEXT, "原因", "reason"),
                column("held_since_us", INT, "暂缓时间", "held since"),
                column("awaits", JSON, "待确认方", "awaits"),
            ),
            doc="The steps of each market's day: due when, done or held, and whose confirmation is awaited.",
        ),
        Query(
            "core.operators",
            "操作员",
            "operators",
            _operators,
            True,
            (OPERATOR, STAFF, REGULATOR),
            filters=("account",),
            columns=(
                _ACCOUNT,
                column("operator", TEXT, "操作员", "operator"),
                _PERMISSIONS,
                _FROZEN,
                column("mail", TEXT, "邮箱（掩码）", "mail (masked)"),
                column("mobile", TEXT, "手机号（掩码）", "mobile (masked)"),
            ),
            doc="An account's operators, what each may do, and whether he is frozen.",
        ),
        Query(
            "core.accounts",
            "交易账户",
            "trading accounts",
            _trading_accounts,
            True,
            (OPERATOR, STAFF, REGULATOR),
            filters=("account",),
            columns=(
                _ACCOUNT,
                column("participant", TEXT, "交易主体", "participant"),
                column("kind", TEXT, "主体类别", "kind"),
                column("state", TEXT, "状态", "state"),
                column("restricted", JSON, "限制范围", "restricted"),
            ),
            doc="The trading accounts, whose each is, whether it was closed, and what it is restricted in.",
        ),
        Query(
            "core.users",
            "机构用户",
            "the institutions' users",
            _users,
            False,
            (STAFF, REGULATOR),
            columns=(
                column("user", TEXT, "用户", "user"),
                column("role", TEXT, "角色", "role"),
                _PERMISSIONS,
                _FROZEN,
            ),
            doc="Who acts for the exchange, the registry, the channel and the regulator.",
        ),
        Query(
            "core.packs",
            "规则包",
            "rule packs",
            _packs,
            columns=(
                column("pack", TEXT, "规则包", "pack"),
                column("version", TEXT, "版本", "version"),
                _STATE,
                column("zh", TEXT, "中文名称", "name in Chinese"),
                column("en", TEXT, "英文名称", "name in English"),
                column("institution", TEXT, "机构", "institution"),
                column("markets", JSON, "市场", "markets"),
            ),
            doc="The rule packs of the exchange, their versions, states and markets.",
        ),
        Query(
            "core.reserves",
            "机构账户",
            "the institution's accounts",
            _reserves,
            False,
            (STAFF, REGULATOR),
            columns=(
                column("fee_income_fen", INT, "手续费收入", "fee income"),
                column("fees_receivable_fen", INT, "应收手续费", "fees receivable"),
                column("risk_reserve_fen", INT, "风险准备金", "risk reserve"),
                column("settlement_channel_fen", INT, "结算通道", "settlement channel"),
            ),
            doc="The institution's own side of the books.",
        ),
        Query(
            "core.proposals",
            "待复核事项",
            "proposals",
            _proposals,
            False,
            (STAFF, REGULATOR),
            columns=(
                column("proposal", INT, "编号", "proposal"),
                column("actor", TEXT, "经办人", "actor"),
                column("command", TEXT, "指令", "command"),
                column("content", JSON, "内容", "content"),
            ),
            doc="What one person proposed and a second one has yet to confirm.",
        ),
        Query(
            "core.application",
            "申请现状",
            "an application as it stands",
            application_queries.applications,
            True,
            (OPERATOR, APPLICANT, STAFF, REGISTRY, REGULATOR),
            filters=("application", "account"),
            columns=(
                column("application", INT, "申请编号", "application"),
                column("kind", TEXT, "申请种类", "kind"),
                column("applicant", TEXT, "申请人", "applicant"),
                _ACCOUNT,
                column("parties", JSON, "各方", "parties"),
                _STATE,
                column("stage", TEXT, "审核环节", "stage"),
                column("claimed_by", TEXT, "领取人", "claimed by"),
                column("submitted_us", INT, "首次提交时间", "first submitted at"),
                column("since_us", INT, "进入该环节时间", "in this stage since"),
                column("effective_us", INT, "生效时间", "takes effect at"),
                column("due", JSON, "期限", "falls due"),
                column("digest", TEXT, "内容摘要", "digest"),
                column("content", JSON, "申请内容", "content"),
                column("opened", JSON, "已打开的协议", "agreements opened"),
                column("materials", JSON, "申请材料", "materials"),
                column("signatures", JSON, "签署", "signatures"),
                column("reviewers", JSON, "审核人", "reviewers"),
                column("paper", JSON, "收到原件", "originals received"),
                column("facts", JSON, "登记事项", "facts"),
                column("missing", JSON, "尚缺", "missing"),
            ),
            doc="An open application as it stands, and what it still lacks; without a number one's own.",
        ),
        Query(
            "core.kinds",
            "申请种类",
            "kinds of application",
            application_queries.kinds,
            readers=(*EVERYONE, APPLICANT, DOOR),
            filters=("kind",),
            columns=(
                column("kind", TEXT, "申请种类", "kind"),
                column("zh", TEXT, "中文名称", "name in Chinese"),
                column("en", TEXT, "英文名称", "name in English"),
                column("applicants", JSON, "申请主体", "who may file"),
                column("parties", JSON, "各方", "parties"),
                column("form", JSON, "要素", "form"),
                column("materials", JSON, "材料", "materials"),
                column("reviews", JSON, "审核环节", "reviews"),
                column("facts", JSON, "登记事项", "facts"),
                column("conditions", JSON, "条件", "conditions"),
                column("paper", JSON, "纸质原件", "originals"),
                column("effect", TEXT, "生效", "takes effect"),
            ),
            doc="What may be applied for here: forms, materials and reviews of every kind, as data.",
        ),
    )
}
