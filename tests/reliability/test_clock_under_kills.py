"""The clock runs whole days by itself while the server is killed again and again: each step once, in order, on time."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kernel.helpers import FIRST, at
from reliability.line import Lost
from reliability.nodes import House, Node, wait_until
from reliability.proof import prove, records_of
from reliability.traders import Crowd
from tanpan.calendar import local, local_day
from tanpan.messages import AnyRecord
from tanpan_adapters.calendars import published
from tanpan_adapters.service.configuration import Timetable

MARKETS = ("auto", "board")
DAY = [
    ("core.open_day", "09:00"),
    ("session_opens", "09:30"),
    ("session_opens", "13:00"),
    ("market_closes", "15:00"),
    ("core.clear_day", "15:30"),
]
AFTER_IT = ["core.confirm_clearing", "core.confirm_clearing", "core.settle_day"]
RATE = 3_500


class Confirmer:
    """Exchange and registry, who confirm whatever was cleared."""

    def __init__(self, house: House, node_of: Any) -> None:
        self._house = house
        self._node_of = node_of
        self._over = threading.Event()
        self.confirmed: set[str] = set()
        for actor in ("admin", "registry"):
            house.key(actor)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Confirmer:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self._over.wait(0.1):
            node = self._node_of()
            if not node.address:
                continue
            try:
                with self._house.on(node) as caller:
                    self._confirm(caller)
            except Lost:
                continue

    def _confirm(self, caller: Any) -> None:
        answer = caller.get("admin", "queries/core.markets")
        for row in answer.json()["rows"] if answer.status == 200 else ():
            if not row["digest"]:
                continue
            for actor in ("admin", "registry"):
                name = f"confirm {row['market']} {row['to_settle']} {actor}"
                fields = {"market": row["market"], "day": row["to_settle"], "digest": row["digest"]}
                if caller.send(actor, "core.confirm_clearing", name, **fields).status == 200:
                    self.confirmed.add(name)


def run_days(folder: Path, url: str, days: int, kills: int, seed: int) -> None:
    """Let the clock run some days, each with so many kills; then look at the journal."""
    chance = Random(seed)
    with House(url, folder, rate=0) as house:
        house.trading().stop()
    timetable = Timetable(open="09:00", clear="15:30", settle="16:00")
    with House(url, folder, rate=RATE, start=at(FIRST, "14:50"), timetable=timetable) as house:
        node = house.start().listening().until("writing")
        _in_step(house, node)

        def current() -> Node:
            return house.nodes[-1]

        traded: list[date] = []
        day = FIRST
        with Confirmer(house, current), Crowd(house, lambda: [current().address], 2, f"d{seed}") as crowd:
            _until(house, at(day, "16:10"))
            for _ in range(days):
                day = published().trading_day_after(day)
                _jump(house, current(), at(day, "08:55"))
                moments = sorted(chance.uniform(9.0, 16.5) for _ in range(kills))
                for moment in moments:
                    _until(house, at(day, "00:00") + int(moment * 3_600_000_000))
                    current().kill()
                    node = house.start().listening().until("writing")
                    _in_step(house, node)
                _until(house, at(day, "16:30"))
                traded.append(day)
                wait_until(lambda: _is_settled(house, current()), 60)
        for one in traded:
            for market in MARKETS:
                _is_whole(records_of(house)[0], market, one)
        # The next day would be opened while this one is looked at.
        node.stop()
        house.halt_clock()
        node = house.start().listening().until("writing")
        found = prove(house, node, crowd.sent, folder)
        print(found, "days", days, "kills", kills * days)
        assert found.accepted > 10 * days


def _until(house: House, to: int) -> None:
    while house.now() < to:
        time.sleep(0.02)


def _jump(house: House, node: Node, to: int) -> None:
    """Over the night at once."""
    if house.now() < to:
        with house.on(node) as caller:
            caller.clock(to)
        house.set_clock(to)


def _in_step(house: House, node: Node) -> None:
    """A node's time began when it was there: go on from where it is."""
    with house.on(node) as caller:
        house.set_clock(caller.get("admin", "").json()["now_us"])


def _is_settled(house: House, node: Node) -> bool:
    """Whether nothing is left to be cleared or settled of any market."""
    with house.on(node) as caller:
        answer = caller.get("admin", "queries/core.markets")
    rows = answer.json()["rows"] if answer.status == 200 else []
    return bool(rows) and all(row["state"] == "settled" and not row["to_settle"] for row in rows)


def _is_whole(records: list[AnyRecord], market: str, day: date) -> None:
    """A day of a market: each step once, in order, those of the clock at the very minute of the timetable."""
    steps = [(one.command, f"{local(one.at):%H:%M}") for one in records if _is_of(one, market, day)]
    listed = [step for step in steps if step[0] not in AFTER_IT]
    # Blocks have a session of their own in the afternoon.
    once = [step for number, step in enumerate(listed) if step not in listed[:number]]
    assert once == DAY, (market, day, steps)
    assert [name for name, _ in listed].count("session_opens") == 3
    assert len(listed) == len(DAY) + 1
    assert [name for name, _ in steps if name in AFTER_IT] == AFTER_IT
    settled = next(when for name, when in steps if name == "core.settle_day")
    assert settled >= "16:00"


def _is_of(record: AnyRecord, market: str, day: date) -> bool:
    """Whether a record is a step of a market's day."""
    if record.command not in {*AFTER_IT, *(name for name, _ in DAY)}:
        return False
    events: list[Any] = list(record.events)
    if market not in [getattr(event, "market", "") for event in events]:
        return False
    days = [event.day for event in events if hasattr(event, "day")]
    return day in days if days else local_day(record.at) == day


def test_a_day_of_the_clock_survives_kills(tmp_path: Path) -> None:
    run_days(tmp_path, f"sqlite:///{tmp_path}/tanpan.db", days=1, kills=2, seed=3)


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_ten_days_of_the_clock_survive_forty_kills(tmp_path: Path) -> None:
    run_days(tmp_path, f"sqlite:///{tmp_path}/tanpan.db", days=10, kills=4, seed=4)
