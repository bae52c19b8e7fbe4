"""As many repo contracts as are wanted, at an exchange of the Shanghai pack: records made, not lived, and applied.

Ten contracts of each initial buyer, a hundred of each initial seller; every contract of 1,000 t, a fifth of it frozen.
Accounts, units and days come by commands; of a contract only its events are applied, in a record of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from typing import Any, Final

import msgspec

from benchmarks import ours
from sh_repo.contract import Agreed, Row, number_of
from sh_repo.events import ContractEnded, ContractFiled, ContractOverdue, InitialCompleted, MeasuresSet
from tanpan.calendar import Calendar, instant
from tanpan.custody import Deposit, TransferIn
from tanpan.exchange import Exchange
from tanpan.four_eyes import ConfirmProposal
from tanpan.instruments import ListInstrument, RegisterInstrument
from tanpan.messages import CLOCK, AnyRecord, Envelope, Event, Record
from tanpan.parties import OpenAccount
from tanpan.timetable import CloseDay
from tanpan.trading_day import OpenDay

MARKET: Final = "shea"
CODE: Final = "SHEA"
PRICE_FEN: Final = 5_000
OF_EACH_BUYER: Final = 10
SELLERS: Final = 10
"""In each thousand contracts, in turn."""
TONNES: Final = 1_000
FROZEN_TONNES: Final = 200
HELD_TONNES: Final = 100_000
CASH_FEN: Final = 10**9
RATIO_HUNDREDTHS: Final = 300_000
"""100,000 t at 50.00 and 10,000,000.00 over 10 x 1,000 t at 50.00: 15,000,000 / 500,000 = 30."""
ALARM_HUNDREDTHS: Final = 15_000
FIRST: Final = ours.DAY
TERM: Final = timedelta(days=90)
FATES: Final = 20
"""How many fates there are, in turn: one waits for its initial day, one is overdue, one was ended, the rest stands."""
FILED, OVERDUE, ENDED = range(3)
INITIAL_DAYS: Final = 20
"""Over how many days the initial trades were done."""


def calendar() -> Calendar:
    """Every day is a trading day."""
    days = tuple(FIRST + timedelta(days=number) for number in range(400))
    return Calendar(days, days, days[0], days[-1])


def seller(number: int) -> str:
    """The initial seller of a contract."""
    return f"S{(number - 1) // 1_000 * SELLERS + number % SELLERS}"


def buyer(number: int) -> str:
    """The initial buyer of a contract."""
    return f"B{(number - 1) // OF_EACH_BUYER}"


class House:
    """An exchange of the pack with everyone who has a contract, on its first day."""

    def __init__(self, contracts: int) -> None:
        self.exchange = Exchange("bench", ours.assembly(("sh_repo",)), calendar())
        self._requests = 0
        self.day = FIRST
        self.exchange.found(instant(FIRST, time(8, 0)), institutions=ours.INSTITUTIONS)
        self._do("admin", RegisterInstrument(CODE, MARKET, CODE))
        self._two(ListInstrument(CODE, FIRST, PRICE_FEN))
        numbers = range(1, contracts + 1)
        for name in dict.fromkeys(name(number) for name in (seller, buyer) for number in numbers):
            self._do("admin", OpenAccount(name, f"participant {name}", "other", f"O{name}", True))
            self._do("channel", Deposit(name, CASH_FEN))
            self._do("registry", TransferIn(name, CODE, HELD_TONNES))
        self._open()

    def apply(self, records: Iterable[AnyRecord]) -> None:
        """Apply records that were made."""
        self.exchange.apply(records)

    def close(self) -> None:
        """Close the day by hand; what falls due after it is left to whoever lets the time pass."""
        self._do("admin", CloseDay(MARKET, self.day))

    def next_day(self) -> None:
        """Open the day after."""
        self.day += timedelta(days=1)
        self._open()

    def _open(self) -> None:
        self.exchange.advance(instant(self.day, time(9, 30)))
        self._do("admin", OpenDay(MARKET, self.day))

    def _two(self, command: Any) -> None:
        self._do("admin2", ConfirmProposal(self._do("admin", command).events[0].proposal))

    def _do(self, actor: str, command: Any) -> AnyRecord:
        self._requests += 1
        request = Envelope(f"prepare {self._requests}", actor, command)
        return self.exchange.execute(request, self.exchange.now)


def made(after: Exchange, count: int, *, alike: bool) -> Iterator[AnyRecord]:
    """A record for each of so many contracts, to be applied after what an exchange has done so far.

    All of them monitored and outstanding where they are `alike`; else of every fate.
    """
    seq, at = after.seq, after.at
    for number in range(1, count + 1):
        events = _outstanding(number, agreed(number, alike)) if alike else list(_of_fate(number))
        yield Record(seq + number, at, "", CLOCK, "", "bench", msgspec.Raw(_BODY), events)


def agreed(number: int, alike: bool) -> Agreed:
    """What the parties of a contract agreed."""
    initial = FIRST if alike else FIRST + timedelta(days=number % INITIAL_DAYS)
    return Agreed(
        agreement_no=f"R-{number}",
        seller=seller(number),
        buyer=buyer(number),
        rows=[Row(CODE, TONNES)],
        initial_day=initial,
        initial_fen=4_000,
        repurchase_day=initial + TERM,
        repurchase_fen=4_100,
        freezes=True,
        ratio_hundredths=2_000,
        monitored=alike or number % 4 != 0,
        alarm_hundredths=ALARM_HUNDREDTHS,
    )


def _of_fate(number: int) -> Iterator[Event]:
    fate, one = number % FATES, agreed(number, False)
    contract = (number_of(number), one.seller, one.buyer)
    if fate == FILED:
        yield ContractFiled(contract[0], number, *contract[1:], one)
        return
    yield from _outstanding(number, one)
    if fate == OVERDUE:
        yield ContractOverdue(*contract)
    if fate == ENDED:
        yield ContractEnded(contract[0], number, *contract[1:], "terminated", one.repurchase_day)


def _outstanding(number: int, one: Agreed) -> list[Event]:
    contract = (number_of(number), one.seller, one.buyer)
    return [
        ContractFiled(contract[0], number, *contract[1:], one),
        InitialCompleted(*contract, one.repurchase_day),
        MeasuresSet(*contract, [FROZEN_TONNES], 0),
    ]


def day_of(number: int) -> date:
    """The initial day of a contract of any fate."""
    return FIRST + timedelta(days=number % INITIAL_DAYS)


_BODY: Final = msgspec.msgpack.encode("made")
