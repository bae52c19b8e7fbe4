"""The daily collateral run over monitored repo contracts: what one contract costs where there are few and many.

The run is what the close leaves behind: its record is made and encoded as for the journal, and every ratio in it is
the one that was worked out by hand.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.harness import Result, timed
from benchmarks.repo_contracts import RATIO_HUNDREDTHS, House, made
from sh_repo.collateral import CollateralComputed

ROUNDS: Final = 7
FEWEST: Final = 10_000
"""Where there are fewer contracts there are several exchanges: a run once a day finds nothing in the caches."""


def collateral(order: dict[str, Any]) -> Result:
    """What a contract costs in a run over few, more and many: microseconds, the best of the rounds.

    Each number of contracts has exchanges of its own. They run in turn, so that a slow moment falls on all.
    """
    houses = {
        int(count): [_house(int(count)) for _ in range(max(1, FEWEST // int(count)))]
        for count in order["counts"]
    }
    rounds = [{count: _round(those, count) for count, those in houses.items()} for _ in range(ROUNDS)]
    extra = {f"us_{count}": 1e6 * min(taken[count] for taken in rounds) / count for count in houses}
    most = max(houses)
    return Result(most, extra[f"us_{most}"] * most / 1e6, extra=extra)


def _house(count: int) -> House:
    house = House(count)
    house.apply(made(house.exchange, count, alike=True))
    return house


def _round(houses: list[House], count: int) -> float:
    """The seconds of a run, the mean of those at several exchanges."""
    return sum(_run(house, count) for house in houses) / len(houses)


def _run(house: House, count: int) -> float:
    """Close the day, measure what the close leaves behind, open the next."""
    exchange = house.exchange
    house.close()
    exchange.drain()

    def work() -> bytes:
        exchange.advance(exchange.now)
        return exchange.encode_records(exchange.drain())

    seconds, payload = timed(work)
    (record,) = exchange.decode_records(payload)
    rows = [row for event in record.events if isinstance(event, CollateralComputed) for row in event.rows]
    if len(rows) != count or any(row.account_hundredths != RATIO_HUNDREDTHS for row in rows):
        raise RuntimeError("not the ratios they must be")
    house.next_day()
    return seconds
