"""Sentences about repo contracts, from the parties' standing to the contract's end.

`{label}` is `Alpha#1`: the contract of the first application of Alpha, the initial seller.
"""

from __future__ import annotations

from datetime import time
from typing import Any, Final

from tanpan.calendar import instant
from tanpan.phrases import PhraseBook, table_fields
from tanpan.phrases.words import NotSo, expect, fen_of, one_of, tonnes_of
from tanpan.phrases.world import World
from tanpan.quantities import yuan
from tanpan.refusals import Refusal

BOOK = PhraseBook()

STATES: Final = {
    "filed": "filed",
    "submitted": "submitted",
    "withdrawn": "withdrawn",
    "declined": "declined",
    "confirmed": "confirmed",
    "refused": "refused",
    "expired": "expired",
    "outstanding": "outstanding",
    "repurchase-submitted": "repurchase_submitted",
    "overdue": "overdue",
    "repurchased": "repurchased",
    "terminated": "terminated",
    "closed-off-exchange": "closed_off_exchange",
    "待初始交易": "filed",
    "待买方确认": "submitted",
    "已撤销": "withdrawn",
    "已否决": "declined",
    "待交易所审核": "confirmed",
    "审核不通过": "refused",
    "已失效": "expired",
    "待购回": "outstanding",
    "购回待确认": "repurchase_submitted",
    "逾期": "overdue",
    "已购回": "repurchased",
    "已终止": "terminated",
    "已场外了结": "closed_off_exchange",
}
MOBILE: Final = "13800138000"


def contract_of(world: World, label: str) -> str:
    """The number of the contract behind a label; a contract's own number stands for itself."""
    return label if label.startswith("HG") else f"HG{world.application(label):08d}"


def _row(world: World, label: str) -> dict[str, Any]:
    rows = world.ask("admin", "sh_repo.contracts", {"contract": contract_of(world, label)})
    if not rows:
        raise NotSo(f"没有合同 {label}", f"there is no contract {label}")
    return rows[0]


# --- the initial trade --------------------------------------------------------------------------------


@BOOK.phrase("{who} submits the initial trade of {label}", "{who} 提交合同 {label} 的期初回购申请")
def _submits(world: World, who: str, label: str) -> None:
    """With the elements as they were filed."""
    _submits_with(world, who, label, [])


@BOOK.phrase(
    "{who} submits the initial trade of {label} with",
    "{who} 提交合同 {label} 的期初回购申请，其中",
    table=True,
)
def _submits_with(world: World, who: str, label: str, table: list[list[str]]) -> None:
    """The same with other elements: quantity, frozen, initial_price, initial_amount, repurchase_price, …"""
    other = table_fields(table) if table else {}
    fields: dict[str, Any] = (
        _entered(world, label) if _filed(world, label) else {"contract": contract_of(world, label)}
    )
    rows = [dict(row) for row in fields.get("rows", [{"instrument": "SHEA", "quantity": 1}])]
    for name in ("instrument", "quantity", "frozen"):
        if name in other:
            rows[0][name] = other.pop(name)
    blank = {"initial_price": "1.00", "initial_amount": "1.00", "repurchase_price": "1.00"}
    said = {**blank, "repurchase_day": world.today().isoformat(), **fields, "rows": rows, **other}
    world.attempt(who, "sh_repo.submit_initial", {"account": who, **said})


def _filed(world: World, label: str) -> bool:
    return bool(world.ask("admin", "sh_repo.contracts", {"contract": contract_of(world, label)}))


def _entered(world: World, label: str) -> dict[str, Any]:
    """What the seller enters, as it was filed."""
    row = _row(world, label)
    return {
        "contract": row["contract"],
        "rows": [_row_entered(one) for one in row["rows"]],
        "initial_price": yuan(row["initial_fen"]),
        "initial_amount": yuan(row["initial_amount_fen"]),
        "repurchase_price": yuan(row["repurchase_fen"]),
        "repurchase_day": row["repurchase_day"],
        "margin": yuan(row["agreed_margin_fen"]),
        "monitored": bool(row["monitored"]),
    }


def _row_entered(row: dict[str, Any]) -> dict[str, Any]:
    frozen = {"frozen": str(row["frozen_tonnes"])} if row["frozen_tonnes"] >= 0 else {}
    return {"instrument": row["instrument"], "quantity": str(row["quantity_tonnes"]), **frozen}


@BOOK.phrase("{who} withdraws the initial trade of {label}", "{who} 撤回合同 {label} 的期初回购申请")
def _withdraws(world: World, who: str, label: str) -> None:
    _send(world, who, "withdraw_initial", label)


@BOOK.phrase("{who} confirms the initial trade of {label}", "{who} 确认合同 {label} 的期初回购")
def _confirms(world: World, who: str, label: str) -> None:
    _confirms_at(world, who, label, MOBILE)


@BOOK.phrase(
    '{who} confirms the initial trade of {label} under the mobile number "{mobile}"',
    '{who} 确认合同 {label} 的期初回购，手机号 "{mobile}"',
)
def _confirms_at(world: World, who: str, label: str, mobile: str) -> None:
    _send(world, who, "confirm_initial", label, mobile=mobile)


@BOOK.phrase(
    '{who} declines the initial trade of {label} because "{reason}"',
    '{who} 否决合同 {label} 的期初回购申请，理由 "{reason}"',
)
def _declines(world: World, who: str, label: str, reason: str) -> None:
    _send(world, who, "decline_initial", label, reason=reason)


@BOOK.phrase("{staff} completes the initial trade of {label}", "{staff} 审核通过合同 {label} 的初始交易")
def _completes(world: World, staff: str, label: str) -> None:
    world.attempt(staff, "sh_repo.complete_initial", {"contract": contract_of(world, label)})


@BOOK.phrase(
    '{staff} refuses the initial trade of {label} because "{reason}"',
    '{staff} 审核不通过合同 {label} 的初始交易，理由 "{reason}"',
)
def _refuses(world: World, staff: str, label: str, reason: str) -> None:
    fields = {"contract": contract_of(world, label), "reason": reason}
    world.attempt(staff, "sh_repo.refuse_initial", fields)


@BOOK.phrase("the initial trade of {label} is done", "合同 {label} 的初始交易已完成")
def _is_done(world: World, label: str) -> None:
    """Submitted as filed, confirmed, completed, now; today is its day and in session."""
    world.accepted()
    row = _row(world, label)
    world.do(row["seller"], "sh_repo.submit_initial", account=row["seller"], **_entered(world, label))
    confirmed = {"contract": row["contract"], "account": row["buyer"], "mobile": MOBILE}
    world.do(row["buyer"], "sh_repo.confirm_initial", **confirmed)
    world.do("admin", "sh_repo.complete_initial", contract=row["contract"])


# --- the repurchase -----------------------------------------------------------------------------------


@BOOK.phrase("{who} submits the repurchase of {label}", "{who} 提交合同 {label} 的期末回购申请")
def _submits_back(world: World, who: str, label: str) -> None:
    _send(world, who, "submit_repurchase", label)


@BOOK.phrase("{who} withdraws the repurchase of {label}", "{who} 撤回合同 {label} 的期末回购申请")
def _withdraws_back(world: World, who: str, label: str) -> None:
    _send(world, who, "withdraw_repurchase", label)


@BOOK.phrase("{who} confirms the repurchase of {label}", "{who} 确认合同 {label} 的期末回购")
def _confirms_back(world: World, who: str, label: str) -> None:
    _send(world, who, "confirm_repurchase", label)


@BOOK.phrase(
    '{who} declines the repurchase of {label} because "{reason}"',
    '{who} 否决合同 {label} 的期末回购申请，理由 "{reason}"',
)
def _declines_back(world: World, who: str, label: str, reason: str) -> None:
    _send(world, who, "decline_repurchase", label, reason=reason)


def _send(world: World, who: str, command: str, label: str, **fields: Any) -> None:
    """A party's command about a contract; it acts for the account that bears its name."""
    named = {"contract": contract_of(world, label), "account": who, **fields}
    world.attempt(who, f"sh_repo.{command}", named)


# --- where it stands ----------------------------------------------------------------------------------


@BOOK.phrase("contract {label} is {state}", "合同 {label} 的状态为 {state}")
def _is(world: World, label: str, state: str) -> None:
    world.accepted()
    wanted, now = one_of(state, STATES), _row(world, label)["state"]
    word = next(zh for zh, en in STATES.items() if en == now and not zh.isascii())
    expect(now == wanted, f"状态为 {word}", f"it is {now}")


@BOOK.phrase(
    "contract {label} secures {tonnes} t and {amount} yuan",
    "合同 {label} 风控冻结 {tonnes} 吨、{amount} 元",
)
def _secures(world: World, label: str, tonnes: str, amount: str) -> None:
    """What stands as a measure: units of the buyer, margin of the seller."""
    world.accepted()
    row = _row(world, label)
    now = row["pledged_tonnes"], row["margin_fen"]
    expect(
        now == (tonnes_of(tonnes), fen_of(amount)),
        f"冻结 {now[0]} 吨、{yuan(now[1])} 元",
        f"it secures {now[0]} t and {yuan(now[1])} yuan",
    )


@BOOK.phrase("contract {label} shows", "合同 {label} 显示", table=True)
def _shows(world: World, label: str, table: list[list[str]]) -> None:
    """A two-column table of columns of the contract list; amounts in yuan, tonnes as they are."""
    world.accepted()
    row = _row(world, label)
    for name, wanted in table_fields(table).items():
        key = next((one for one in (name, f"{name}_fen", f"{name}_tonnes") if one in row), "")
        expect(bool(key), f"没有 {name} 这一列", f"there is no column {name}")
        told = yuan(row[key]) if key.endswith("_fen") else str(row[key])
        expect(told == wanted, f"{name} 为 {told}", f"{name} is {told}")


@BOOK.phrase(
    "the collateral ratio of {label} on {day} is {ratio}", "{day} 合同 {label} 的履约保障比例为 {ratio}"
)
def _ratio(world: World, label: str, day: str, ratio: str) -> None:
    """Of the buyer's account, as computed after the close; a plain number with four decimals."""
    world.accepted()
    where = {"contract": contract_of(world, label), "day": day}
    rows = world.ask("admin", "sh_repo.collateral", where)
    expect(bool(rows), f"{day} 没有计算", f"nothing was computed on {day}")
    whole, part = divmod(rows[0]["account_hundredths"], 10_000)
    told = f"{whole}.{part:04d}"
    expect(told == ratio, f"为 {told}", f"it is {told}")


@BOOK.phrase("a collateral alarm rings for {label} on {day}", "{day} 合同 {label} 履约保障比例预警")
def _alarm(world: World, label: str, day: str) -> None:
    world.accepted()
    days = _alarms(world, label)
    expect(day in days, f"预警日为 {'、'.join(days) or '无'}", f"it rang on {', '.join(days) or 'no day'}")


@BOOK.phrase("no collateral alarm rings for {label}", "合同 {label} 没有履约保障比例预警")
def _no_alarm(world: World, label: str) -> None:
    world.accepted()
    days = _alarms(world, label)
    expect(not days, f"预警日为 {'、'.join(days)}", f"it rang on {', '.join(days)}")


def _alarms(world: World, label: str) -> list[str]:
    rows = world.ask("admin", "sh_repo.collateral", {"contract": contract_of(world, label)})
    return [row["day"] for row in rows if row["alarmed"]]


# --- the days -----------------------------------------------------------------------------------------


@BOOK.phrase("{market} trades until it is {clock} on {day}", "{market} 逐日开市，直到 {day} {clock}")
def _until(world: World, market: str, clock: str, day: str) -> None:
    """Every trading day in between opens and closes by itself; the last one is open at that time."""
    world.accepted()
    end = instant(world.today().fromisoformat(day), time.fromisoformat(clock))
    while world.today().isoformat() < day:
        following = world.driver.trading_day_after(world.today(), 1)
        if following.isoformat() > day:
            break
        world.driver.advance(instant(following, time(9, 0)))
        try:
            world.do("admin", "core.open_day", market=market, day=following.isoformat())
        except Refusal as refusal:
            # A closure that was announced: that day passes.
            if refusal.code != "NOT_TRADING_DAY":
                raise
    world.advance(end)
