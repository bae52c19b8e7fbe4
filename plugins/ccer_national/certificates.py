"""Electronic trade certificates (电子交易凭证): one per trade and side, by themselves (CCER-Q29, Q71-a)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from tanpan.blocks import BlockTraded
from tanpan.calendar import local
from tanpan.direct import DirectTraded
from tanpan.listings import TradeDone
from tanpan.messages import OPERATOR, REGULATOR, STAFF
from tanpan.reports import method_of
from tanpan.views import INT, TEXT, Change, Row, View, column


def _certificates(change: Change) -> Iterable[Row]:
    event: Any = change.event
    instrument = change.exchange.instruments.by_code[event.instrument]
    pack = change.exchange.packs.pack_of(instrument.market)
    if pack.name != "ccer_national":
        return
    accounts = change.exchange.ledger.accounts
    for side, account, counterparty, fee in (
        ("buy", event.buyer, event.seller, event.buyer_fee_fen),
        ("sell", event.seller, event.buyer, event.seller_fee_fen),
    ):
        row: Row = {
            "certificate": f"{change.exchange.name}-{event.trade:010d}-{'B' if side == 'buy' else 'S'}",
            "institution": pack.institution,
            "trade": event.trade,
            "traded_at": local(change.record.at).isoformat(),
            "method": method_of(event),
            "instrument": event.instrument,
            "project": instrument.project,
            "vintage": instrument.vintage,
            "side": side,
            "account": account,
            "participant": accounts[account].name,
            "counterparty_account": counterparty,
            "counterparty": accounts[counterparty].name,
            "price_fen": event.price_fen,
            "quantity_tonnes": event.quantity_tonnes,
            "turnover_fen": event.price_fen * event.quantity_tonnes,
            "fee_fen": fee,
            "listing": getattr(event, "maker", 0),
        }
        text = "|".join(str(value) for value in row.values())
        yield {**row, "verification": hashlib.sha256(text.encode()).hexdigest()}


CERTIFICATES = View(
    "ccer_national.certificates",
    "电子交易凭证",
    "trade certificates",
    (
        column("certificate", TEXT, "凭证编号", "certificate"),
        column("institution", TEXT, "交易机构", "institution"),
        column("trade", INT, "成交编号", "trade"),
        column("traded_at", TEXT, "成交时间", "traded at"),
        column("method", TEXT, "交易方式", "method"),
        column("instrument", TEXT, "交易标的", "instrument"),
        column("project", TEXT, "项目", "project"),
        column("vintage", TEXT, "产生年度", "vintage"),
        column("side", TEXT, "买卖方向", "side"),
        column("account", TEXT, "交易账户", "account"),
        column("participant", TEXT, "交易主体", "participant"),
        column("counterparty_account", TEXT, "对手方账户", "counterparty's account"),
        column("counterparty", TEXT, "交易对手方", "counterparty"),
        column("price_fen", INT, "成交价格（含税）", "price, tax included"),
        column("quantity_tonnes", INT, "成交数量", "quantity"),
        column("turnover_fen", INT, "成交金额（含税）", "turnover, tax included"),
        column("fee_fen", INT, "手续费", "fee"),
        column("listing", INT, "所摘挂牌编号", "listing taken"),
        column("verification", TEXT, "校验码", "verification hash"),
    ),
    ("certificate",),
    dict.fromkeys((TradeDone, BlockTraded, DirectTraded), _certificates),
    indexes=(("account", "trade"),),
    own=("account",),
    readers=(OPERATOR, STAFF, REGULATOR),
)
