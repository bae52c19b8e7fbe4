"""Traders who never give up: each request is sent under its id until somebody answers it, and every answer is kept."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import msgspec
from attrs import define, field

from kernel.helpers import ACCOUNTS
from reliability.line import Answer, Line, Lost
from reliability.nodes import House

PATIENCE_S = 90.0
AGAIN_S = 0.05
TURNS_AWAY = (503,)


@define
class Sent:
    """A request, and everything that was answered to it; `lost` counts the answers that never came."""

    request_id: str
    actor: str
    command: str
    body: bytes
    answers: list[tuple[int, bytes]] = field(factory=list)
    lost: int = 0

    @property
    def last(self) -> tuple[int, bytes]:
        """The answer that settled it."""
        return self.answers[-1]


class _Answers(msgspec.Struct):
    answers: list[msgspec.Raw]


class Crowd:
    """Several traders, each in a thread with a connection of its own, until `stop`."""

    def __init__(self, house: House, addresses: Callable[[], Sequence[str]], count: int, seed: str) -> None:
        self.house = house
        self.addresses = addresses
        self.sent: list[Sent] = []
        self.settled = 0
        self.turned_away: Counter[str] = Counter()
        self.errors: list[BaseException] = []
        self._heads = {actor: house.head(actor) for actor in (*ACCOUNTS, "admin")}
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._traders = [
            threading.Thread(target=self._trade, args=(f"{seed}-{number}",), daemon=True)
            for number in range(count)
        ]

    def __enter__(self) -> Crowd:
        for trader in self._traders:
            trader.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        for trader in self._traders:
            trader.join(PATIENCE_S + 30)
        if error[0] is None:
            assert not self.errors, self.errors

    def wait_for_more(self, count: int = 20, timeout_s: float = 60) -> float:
        """Wait until more requests were settled; how long that took."""
        begun, before = time.monotonic(), self.settled
        while self.settled < before + count:
            assert time.monotonic() - begun < timeout_s, f"nothing is answered: {self.turned_away}"
            assert not self.errors, self.errors
            time.sleep(0.005)
        return time.monotonic() - begun

    # --- one trader --------------------------------------------------------------------------------

    def _trade(self, seed: str) -> None:
        trader = _Trader(self, seed)
        try:
            while not self._over.is_set():
                trader.turn()
        except BaseException as error:
            self.errors.append(error)
        finally:
            trader.line.close()

    def keep(self, sent: Sequence[Sent]) -> None:
        """Keep what was settled."""
        with self._lock:
            self.sent += sent
            self.settled += len(sent)

    def head(self, actor: str) -> dict[str, str]:
        """The headers of an actor."""
        return self._heads[actor]


class _Trader:
    def __init__(self, crowd: Crowd, seed: str) -> None:
        self.crowd = crowd
        self.seed = seed
        self.random = Random(seed)
        self.numbers = itertools.count(1)
        self.standing: list[tuple[str, int]] = []
        self.path = f"/api/{crowd.house.exchange}"
        self.at = 0
        self.line = Line("http://127.0.0.1:9")

    def turn(self) -> None:
        """Send one request or one batch, and go on once it is settled."""
        if self.random.random() < 0.2:
            self._batch([self._order() for _ in range(self.random.randint(2, 20))])
        else:
            self._single(self._order())

    def _order(self) -> Sent:
        random = self.random
        chance = random.random()
        who, side = random.choice(ACCOUNTS), random.choice(("buy", "sell"))
        price = f"{50 + random.randint(-3, 3) / 100:.2f}"
        tonnes = random.randint(1, 50)
        fields: dict[str, Any] = {
            "account": who,
            "instrument": "X",
            "side": side,
            "price": price,
            "quantity": tonnes,
        }
        command, actor = "core.post_listing", who
        if chance < 0.3:
            command = "core.take_listing"
        elif chance < 0.4 and self.standing:
            actor, listing = self.standing.pop(random.randrange(len(self.standing)))
            command, fields = "core.withdraw_listing", {"account": actor, "listing": listing}
        elif chance < 0.46:
            fields["price"] = "99.00"  # beyond the band
        elif chance < 0.50:
            fields["account"] = "nobody"
        elif chance < 0.55:
            return self._staff()
        number = next(self.numbers)
        return Sent(f"{self.seed}-{number}", actor, command, json.dumps(fields).encode())

    def _staff(self) -> Sent:
        """What leads to messages: operators are added with an address, frozen and let act again."""
        number = next(self.numbers)
        who = self.random.choice(ACCOUNTS)
        name = f"{who}-desk-{number % 4}"
        command = self.random.choice(("core.add_operator", "core.freeze_operator", "core.unfreeze_operator"))
        fields = {"account": who, "operator": name}
        if command == "core.add_operator":
            fields["mail"] = f"desk{number}@example.com"
        return Sent(f"{self.seed}-{number}", "admin", command, json.dumps(fields).encode())

    def _single(self, sent: Sent) -> None:
        head = {**self.crowd.head(sent.actor), "Idempotency-Key": sent.request_id}
        answer = self._until_answered([sent], f"{self.path}/commands/{sent.command}", sent.body, head)
        sent.answers.append((answer.status, answer.body))
        self._note(sent)
        self.crowd.keep([sent])

    def _batch(self, group: list[Sent]) -> None:
        actor = group[0].actor
        group = [one for one in group if one.actor == actor]
        entries = [
            {"command": one.command, "fields": json.loads(one.body), "request_id": one.request_id}
            for one in group
        ]
        body = json.dumps({"commands": entries}).encode()
        head = self.crowd.head(actor)
        waiting = group
        while waiting:
            answer = self._until_answered(group, f"{self.path}/batch", body, head)
            assert answer.status == 200, answer
            parts = msgspec.json.decode(answer.body, type=_Answers).answers
            assert len(parts) == len(group)
            waiting = []
            for one, part in zip(group, parts, strict=True):
                status = json.loads(bytes(part))["status"]
                one.answers.append((status, bytes(part)))
                if status in TURNS_AWAY:
                    waiting.append(one)
            if waiting:
                self._next_node()
        for one in group:
            self._note(one)
        self.crowd.keep(group)

    def _until_answered(self, sent: list[Sent], path: str, body: bytes, head: dict[str, str]) -> Answer:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            assert time.monotonic() < deadline, f"{path} is not answered: {sent[0]}"
            try:
                answer = self.line.send("POST", path, body, head)
            except Lost:
                for one in sent:
                    one.lost += 1
                self._next_node()
                continue
            if answer.status not in TURNS_AWAY:
                return answer
            assert answer.is_problem, answer
            self.crowd.turned_away[answer.code] += 1
            if len(sent) == 1:
                sent[0].answers.append((answer.status, answer.body))
            self._next_node()

    def _next_node(self) -> None:
        time.sleep(AGAIN_S)
        addresses = [address for address in self.crowd.addresses() if address]
        self.at += 1
        self.line.close()
        if addresses:  # a node that is being started has none yet
            self.line = Line(addresses[self.at % len(addresses)])

    def _note(self, sent: Sent) -> None:
        status, body = sent.last
        if status != 200 or sent.command != "core.post_listing":
            return
        for event in json.loads(body)["events"]:
            if event["event"] == "core.listing_posted":
                self.standing.append((sent.actor, event["listing"]))
        del self.standing[:-50]
