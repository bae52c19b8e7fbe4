"""Repos kept in plain dictionaries, by the manual's words: the oracle of the random days.

It says what may be done and what everyone then has; it knows nothing of holds, pledges, events or indexes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

PPM = 800
CLOSED = ("expired", "repurchased", "terminated", "closed_off_exchange")
TO_SUBMIT = ("filed", "withdrawn", "declined", "refused")
Row = dict[str, Any]


def fee_of(turnover_fen: int) -> int:
    """800 parts of a million, rounded half up, by decimals."""
    return int((Decimal(turnover_fen) * PPM / 1_000_000).quantize(Decimal(1), ROUND_HALF_UP))


class NaiveRepos:
    """Accounts, contracts and days as dictionaries and sets."""

    def __init__(self, accounts: Iterable[str], codes: Iterable[str]) -> None:
        phases = ("available", "frozen", "proceeds", "margin", "spent")
        self.cash: dict[str, dict[str, int]] = {one: dict.fromkeys(phases, 0) for one in accounts}
        of_units = ("available", "frozen", "undelivered", "pledged")
        self.units = {(one, code): dict.fromkeys(of_units, 0) for one in self.cash for code in codes}
        self.contracts: dict[str, Row] = {}
        self.fees_fen = 0
        self.may_not_trade: list[str] = []
        self.may_not_repo: list[str] = []
        self.draining = False
        self.open_day: date | None = None
        self.halted: set[str] = set()
        self.halted_today: set[str] = set()
        self.unsettled: dict[date, list[tuple[str, int, str, str, int]]] = {}

    # --- money and units ---------------------------------------------------------------------------

    def balances(self) -> dict[tuple[str, str, str], int]:
        """Every balance that is not zero."""
        found = {
            (account, "CNY", phase): amount
            for account, phases in self.cash.items()
            for phase, amount in phases.items()
            if phase != "spent"
        }
        for (account, code), phases in self.units.items():
            found |= {(account, code, phase): tonnes for phase, tonnes in phases.items()}
        return {key: amount for key, amount in found.items() if amount}

    def tradable(self, account: str) -> int:
        return self.cash[account]["available"] + self.cash[account]["proceeds"]

    def spend(self, account: str, fen: int) -> int:
        """Take cash, today's proceeds first; how much came from them."""
        cash = self.cash[account]
        first = min(fen, cash["proceeds"])
        cash["proceeds"] -= first
        cash["spent"] += first
        cash["available"] -= fen - first
        return first

    def freeze(self, row: Row, account: str, fen: int, units: Iterable[tuple[str, int]]) -> None:
        first = self.spend(account, fen)
        self.cash[account]["frozen"] += fen
        row["frozen"].append((account, fen, first, list(units)))
        for code, tonnes in row["frozen"][-1][3]:
            self.units[account, code]["available"] -= tonnes
            self.units[account, code]["frozen"] += tonnes

    def thaw(self, row: Row) -> None:
        for account, fen, first, units in row["frozen"]:
            cash = self.cash[account]
            back = min(first, cash["spent"])
            cash["frozen"] -= fen
            cash["spent"] -= back
            cash["proceeds"] += back
            cash["available"] += fen - back
            for code, tonnes in units:
                self.units[account, code]["frozen"] -= tonnes
                self.units[account, code]["available"] += tonnes
        row["frozen"] = []

    def secure(self, row: Row) -> None:
        """The measures: units of the buyer, margin of the seller."""
        for code, _, tonnes in row["rows"]:
            self.units[row["buyer"], code]["available"] -= tonnes
            self.units[row["buyer"], code]["pledged"] += tonnes
        self.cash[row["seller"]]["available"] -= row["margin"]
        self.cash[row["seller"]]["margin"] += row["margin"]
        row["secured"] = True

    def free(self, row: Row) -> None:
        """The measures are no more."""
        if row["secured"]:
            for code, _, tonnes in row["rows"]:
                self.units[row["buyer"], code]["pledged"] -= tonnes
                self.units[row["buyer"], code]["available"] += tonnes
            self.cash[row["seller"]]["margin"] -= row["margin"]
            self.cash[row["seller"]]["available"] += row["margin"]
        row["secured"] = False

    def trade(self, row: Row, price_fen: int, buyer: str, seller: str) -> None:
        for code, tonnes, _ in row["rows"]:
            turnover = price_fen * tonnes
            fee = fee_of(turnover)
            self.spend(buyer, turnover + fee)
            self.cash[seller]["available"] += turnover - fee
            self.units[seller, code]["available"] -= tonnes
            self.units[buyer, code]["available"] += tonnes
            self.fees_fen += 2 * fee

    def cost(self, row: Row, price_fen: int) -> tuple[int, int]:
        """Turnover and fee of all rows."""
        turnovers = [price_fen * tonnes for _, tonnes, _ in row["rows"]]
        return sum(turnovers), sum(fee_of(one) for one in turnovers)

    # --- a day on the listed market ------------------------------------------------------------------

    def listed_trade(self, seller: str, buyer: str, code: str, price_fen: int, tonnes: int) -> None:
        turnover = price_fen * tonnes
        fee = fee_of(turnover)
        self.spend(buyer, turnover + fee)
        self.cash[seller]["proceeds"] += turnover - fee
        self.units[seller, code]["available"] -= tonnes
        self.units[buyer, code]["undelivered"] += tonnes
        self.fees_fen += 2 * fee
        assert self.open_day is not None
        trades = self.unsettled.setdefault(self.open_day, [])
        trades.append((seller, turnover - fee, buyer, code, tonnes))

    def settle(self, day: date) -> None:
        for seller, net, buyer, code, tonnes in self.unsettled.pop(day, []):
            cash = self.cash[seller]
            spent = min(net, cash["spent"])
            cash["spent"] -= spent
            cash["proceeds"] -= net - spent
            cash["available"] += net - spent
            self.units[buyer, code]["undelivered"] -= tonnes
            self.units[buyer, code]["available"] += tonnes

    # --- what may be done, and what then is ------------------------------------------------------------

    def trades_now(self, row: Row, today: date, clock: str) -> bool:
        """Whether the market, the contract's instruments and the hours allow a leg."""
        hours = "09:30" <= clock < "11:30" or "13:00" <= clock < "15:00"
        codes = {"", *(code for code, _, _ in row["rows"])}
        return self.open_day == today and hours and not codes & self.halted

    def is_due(self, row: Row, today: date) -> bool:
        """Whether something of a contract is to be done today."""
        begins = row["state"] in (*TO_SUBMIT, "submitted", "confirmed") and row["initial_day"] == today
        return begins or (row["state"] in ("outstanding", "repurchase_submitted") and row["due"] <= today)

    def both_may(self, row: Row, *, new: bool) -> bool:
        pair = {row["seller"], row["buyer"]}
        return not pair & {*self.may_not_trade, *(self.may_not_repo if new else ())}

    def has_units(self, account: str, needed: Iterable[tuple[str, int]]) -> bool:
        return all(self.units[account, code]["available"] >= tonnes for code, tonnes in needed)

    def lacking_fen(self, row: Row) -> int:
        """What the seller needs for the repurchase beside its margin."""
        return sum(self.cost(row, row["back_fen"])) - (row["margin"] if row["secured"] else 0)

    def lacking_units(self, row: Row) -> list[tuple[str, int]]:
        """What the buyer needs for it beside what is pledged."""
        return [(code, tonnes - (own if row["secured"] else 0)) for code, tonnes, own in row["rows"]]

    def can_pay_back(self, row: Row, account: str) -> bool:
        if account == row["seller"]:
            return self.tradable(account) >= self.lacking_fen(row)
        return self.has_units(account, self.lacking_units(row))

    def allows(self, step: str, number: str, who: str, today: date, clock: str) -> bool:
        """Whether a step may be done now by someone; who is an account, or `exchange`."""
        row = self.contracts.get(number)
        if row is None or row["state"] in CLOSED:
            return False
        state, seller, buyer = row["state"], row["seller"], row["buyer"]
        today_trades = self.trades_now(row, today, clock)
        initial = today_trades and today == row["initial_day"] and self.both_may(row, new=True)
        back = today_trades and today >= row["due"] and self.both_may(row, new=False)
        if step == "submit":
            units = [(code, tonnes) for code, tonnes, _ in row["rows"]]
            mine = who == seller and state in TO_SUBMIT and not self.draining
            return mine and initial and self.has_units(seller, units)
        if step == "withdraw":
            return who == seller and state == "submitted"
        if step == "confirm":
            paid = self.tradable(buyer) >= sum(self.cost(row, row["initial_fen"]))
            return who == buyer and state == "submitted" and initial and paid
        if step == "decline":
            return who == buyer and state == "submitted"
        if step == "complete":
            turnover, fee = self.cost(row, row["initial_fen"])
            margin = self.cash[seller]["available"] + turnover - fee >= row["margin"]
            return who == "exchange" and state == "confirmed" and initial and margin
        if step == "refuse":
            return who == "exchange" and state == "confirmed"
        if who not in (seller, buyer):
            return False
        if step == "submit_back":
            return state == "outstanding" and back and self.can_pay_back(row, who)
        mine = state == "repurchase_submitted" and row["by"] == who
        others = state == "repurchase_submitted" and row["by"] != who
        if step == "withdraw_back":
            return mine
        if step == "decline_back":
            return others
        assert step == "confirm_back"
        return others and back and self.can_pay_back(row, who)

    def does(self, step: str, number: str, who: str) -> None:
        """What a step that is allowed leads to."""
        row = self.contracts[number]
        if step == "submit":
            self.freeze(row, who, 0, [(code, tonnes) for code, tonnes, _ in row["rows"]])
            row["state"] = "submitted"
        elif step == "confirm":
            self.freeze(row, who, sum(self.cost(row, row["initial_fen"])), [])
            row["state"] = "confirmed"
        elif step in ("withdraw", "decline", "refuse"):
            self.thaw(row)
            names = {"withdraw": "withdrawn", "decline": "declined", "refuse": "refused"}
            row["state"] = names[step]
        elif step == "complete":
            self.thaw(row)
            self.trade(row, row["initial_fen"], row["buyer"], row["seller"])
            self.secure(row)
            row["state"] = "outstanding"
        elif step == "submit_back":
            cash = max(0, self.lacking_fen(row)) if who == row["seller"] else 0
            self.freeze(row, who, cash, self.lacking_units(row) if who == row["buyer"] else [])
            row["state"], row["by"] = "repurchase_submitted", who
        elif step in ("withdraw_back", "decline_back"):
            self.thaw(row)
            row["state"] = "outstanding"
        else:
            self.thaw(row)
            self.free(row)
            self.trade(row, row["back_fen"], row["seller"], row["buyer"])
            row["state"] = "repurchased"

    def opens(self, day: date) -> None:
        self.open_day, self.halted_today = day, set(self.halted)

    def halts(self, code: str) -> None:
        """An instrument, or with an empty code the market."""
        self.halted.add(code)
        if self.open_day is not None:
            self.halted_today.add(code)

    def closes(self, next_day: date) -> None:
        """The close: what was not done expires, is overdue, or may be done on the next day."""
        assert self.open_day is not None
        for row in self.contracts.values():
            before = (*TO_SUBMIT, "submitted", "confirmed")
            if row["state"] in before and row["initial_day"] <= self.open_day:
                self.thaw(row)
                row["state"] = "expired"
            elif row["state"] in ("outstanding", "repurchase_submitted") and row["due"] <= self.open_day:
                self.thaw(row)
                halted = {"", *(code for code, _, _ in row["rows"])} & self.halted_today
                row["state"] = "outstanding" if halted else "overdue"
                if halted:
                    row["due"] = next_day
        self.open_day = None
