"""Contracts as plain data and back, and the indexes of contracts by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from sh_repo.contract import Agreed, Contract
from tanpan.ledger import Account, Hold, Pledge


class ByDay:
    """Contracts by a day of theirs, so that a close looks at those alone that it concerns."""

    def __init__(self) -> None:
        self.days: dict[date, dict[str, Contract]] = {}

    def put(self, day: date, contract: Contract) -> None:
        """Note a contract under a day."""
        self.days.setdefault(day, {})[contract.number] = contract

    def take(self, day: date, contract: Contract) -> None:
        """Take a contract away from a day, if it stands there."""
        on_day = self.days.get(day)
        if on_day is not None:
            on_day.pop(contract.number, None)
            if not on_day:
                del self.days[day]

    def through(self, day: date) -> list[Contract]:
        """The contracts of all days through this one, by day and number, whatever happened in which order."""
        days = sorted(one for one in self.days if one <= day)
        return [self.days[one][number] for one in days for number in sorted(self.days[one])]


def plain(contract: Contract) -> list[Any]:
    """A contract as plain data."""
    return [
        contract.number,
        contract.application,
        msgspec.to_builtins(contract.agreed),
        contract.filed_on.isoformat(),
        contract.state,
        contract.version,
        contract.due.isoformat(),
        contract.pledging,
        contract.mobile,
        contract.submitted_by,
        [
            [one.account.number, one.holding.instrument, one.fen, one.proceeds_fen, one.tonnes]
            for one in contract.holds
        ],
        [
            [one.account.number, one.holding.instrument, one.tonnes, one.margin_fen]
            for one in contract.pledges
        ],
        contract.told_on.isoformat() if contract.told_on is not None else "",
    ]


def restored(row: list[Any], accounts: Mapping[str, Account]) -> Contract:
    """A contract from plain data."""
    number, application, agreed, filed_on, state, version, due, pledging, mobile, by, *rest = row
    holds, pledges, told_on = rest
    return Contract(
        number,
        application,
        msgspec.convert(agreed, Agreed),
        date.fromisoformat(filed_on),
        state,
        version,
        date.fromisoformat(due),
        pledging,
        mobile,
        by,
        [Hold(accounts[who], accounts[who].holding(code), *amounts) for who, code, *amounts in holds],
        [Pledge(accounts[who], accounts[who].holding(code), *amounts) for who, code, *amounts in pledges],
        date.fromisoformat(told_on) if told_on else None,
    )
