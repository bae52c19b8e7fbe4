"""The simulated people of one exchange: operators who post, take and withdraw, staff and registry who confirm.

They use nothing but the API, each with a key of his own, as gently as people do.
"""

from __future__ import annotations

import logging
import threading
import time
from decimal import Decimal
from random import Random
from typing import Any, Final

from tanpan.messages import REGISTRY
from tanpan.quantities import yuan
from tanpan_adapters.demo.door import Away, Refused
from tanpan_adapters.demo.sample import PARTICIPANTS, STAFF, Doors, Traded

log = logging.getLogger("tanpan.demo.people")

PAUSE_S: Final = 0.25
CLOSED_PAUSE_S: Final = 0.5
LOOK_S: Final = 1.0
RESTING: Final = 48
"""With more listings than these of their own on the board they rather withdraw."""
FURTHEST_TICKS: Final = 12
LARGEST_STEPS: Final = 800
PULL: Final = 40
"""Every so manyth step of the price is towards the day's reference price."""


class People:
    """Everybody who acts in one exchange of the sample, in one thread."""

    def __init__(self, name: str, doors: Doors, traded: list[Traded], seed: int) -> None:
        self.name = name
        self.done = 0
        self.refusals: dict[str, int] = {}
        self._doors = doors
        self._traded = traded
        self._random = Random(f"{name} {seed}")
        self._orders = 0
        # Trade numbers must differ from those of an earlier run over the same database.
        self._run = f"{int(time.time()):x}"
        self._fair: dict[str, int] = {}
        self._resting: list[tuple[str, str, int]] = []
        self._confirmed: set[tuple[str, str]] = set()
        self._looked = 0.0
        self._open: set[str] = set()
        self._quotes: dict[str, dict[str, Any]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run_until_stopped, name=f"people {name}", daemon=True)

    def start(self) -> None:
        """Begin to act."""
        self._thread.start()

    def stop(self) -> None:
        """Act no longer. Blocks."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(25)

    def _run_until_stopped(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                pause = self.turn()
            except Refused as refused:
                # People err: the price moved, somebody was faster, the session ended.
                self.refusals[refused.code] = self.refusals.get(refused.code, 0) + 1
                pause = PAUSE_S
            except Away as away:
                log.debug("away: %s", away)
                pause = LOOK_S

    def turn(self) -> float:
        """Do one thing; the seconds to wait afterwards."""
        now = time.monotonic()
        if now - self._looked >= LOOK_S:
            self._looked = now
            self._look()
        here = [one for one in self._traded if one.market in self._open]
        if not here:
            self._resting.clear()
            return CLOSED_PAUSE_S
        self._act(self._random.choice(here))
        self.done += 1
        return PAUSE_S * (0.5 + self._random.random())

    # --- staff and registry ----------------------------------------------------------------------

    def _look(self) -> None:
        markets = self._doors[STAFF[0]].ask("core.markets")
        self._open = {row["market"] for row in markets if row["listed"] == "open"}
        for row in markets:
            day = (row["market"], row["to_settle"])
            if row["digest"] and day not in self._confirmed:
                self._confirmed.add(day)
                self._confirm(row)
        self._quotes = {row["instrument"]: row for row in self._doors[PARTICIPANTS[0][0]].ask("core.quotes")}

    def _confirm(self, row: dict[str, Any]) -> None:
        fields = {"market": row["market"], "day": row["to_settle"], "digest": row["digest"]}
        for user in (STAFF[0], REGISTRY):
            try:
                self._doors[user].send("core.confirm_clearing", **fields)
            except Refused as refused:
                log.debug("%s did not confirm: %s", user, refused)

    # --- operators -------------------------------------------------------------------------------

    def _act(self, one: Traded) -> None:
        quote = self._quotes.get(one.code)
        if quote is None or quote["state"] != "listed" or quote["suspended"]:
            return
        fair = self._step(one, quote)
        roll = self._random.random()
        if self._resting and (len(self._resting) > RESTING or roll < 0.12):
            self._withdraw()
        elif one.automatic or roll < 0.6:
            self._post(one, quote, fair)
        else:
            self._take(one)

    def _step(self, one: Traded, quote: dict[str, Any]) -> int:
        """What the instrument is worth to them now, in fen: a walk within the day's band."""
        reference = _fen(quote["reference"])
        fair = self._fair.get(one.code) or _fen(quote["last"]) or reference
        fair += self._random.randint(-2, 2) * one.tick_fen
        if not self._random.randrange(PULL):
            fair += (reference - fair) // 4
        return self._within(one, quote, fair)

    def _within(self, one: Traded, quote: dict[str, Any], fen: int) -> int:
        low, high = _fen(quote["lower"]), _fen(quote["upper"])
        fen = min(max(fen, low), high) if high else fen
        fair = -(-fen // one.tick_fen) * one.tick_fen
        fair = fair - one.tick_fen if high and fair > high else fair
        self._fair[one.code] = fair
        return fair

    def _post(self, one: Traded, quote: dict[str, Any], fair: int) -> None:
        operator, account, _ = self._random.choice(PARTICIPANTS)
        buy = self._random.random() < 0.5
        away = self._random.randint(-1 if one.automatic else 1, FURTHEST_TICKS) * one.tick_fen
        price = fair - away if buy else fair + away
        low, high = _fen(quote["lower"]), _fen(quote["upper"])
        if high and not low <= price <= high:
            price = fair
        answer = self._doors[operator].send(
            "core.post_listing",
            account=account,
            instrument=one.code,
            side="buy" if buy else "sell",
            price=yuan(price),
            quantity=self._quantity(one, one.most_tonnes),
            trade_no=self._trade_no(operator),
        )
        for event in answer["events"]:
            if event["event"] == "core.listing_posted":
                self._resting.append((operator, account, event["listing"]))

    def _take(self, one: Traded) -> None:
        operator, account, _ = self._random.choice(PARTICIPANTS)
        buy = self._random.random() < 0.5
        board = self._doors[operator].ask("core.board", instrument=one.code, levels=1)
        levels = board[0]["asks" if buy else "bids"]
        if not levels:
            return
        self._doors[operator].send(
            "core.take_listing",
            account=account,
            instrument=one.code,
            side="buy" if buy else "sell",
            price=levels[0]["price"],
            quantity=self._quantity(one, levels[0]["quantity"]),
            trade_no=self._trade_no(operator),
        )

    def _withdraw(self) -> None:
        operator, account, listing = self._resting.pop(self._random.randrange(len(self._resting)))
        self._doors[operator].send("core.withdraw_listing", account=account, listing=listing)

    def _quantity(self, one: Traded, most: int) -> int:
        steps = min(most // one.step_tonnes, self._random.randint(1, LARGEST_STEPS))
        return max(1, steps) * one.step_tonnes

    def _trade_no(self, operator: str) -> str:
        self._orders += 1
        return f"{operator}-{self._run}-{self._orders}"


def _fen(text: str) -> int:
    return int(Decimal(text) * 100)
