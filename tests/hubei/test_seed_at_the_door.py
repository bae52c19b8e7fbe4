"""The seed of a paper is the door's to draw: who could choose it would choose his questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import httpx
import pytest

from over_http.serving import GENEROUS
from tanpan.calendar import instant
from tanpan_adapters.api.app import create_edge
from tanpan_adapters.api.serving import served
from tanpan_adapters.service.clocks import SimulatedClock
from tanpan_adapters.service.configuration import Database, ExchangeTable, Settings, Timetable, Vault
from tanpan_adapters.service.host import Host
from tanpan_adapters.service.requests import Request

WANTED = "a" * 32
ENTER = "hubei_retail.enter_quiz"


class Caller:
    """Somebody with a key."""

    def __init__(self, client: httpx.Client, key: str) -> None:
        self._client = client
        self._head = {"Authorization": f"Bearer {key}"}

    def send(self, command: str, fields: dict[str, Any], request_id: str) -> httpx.Response:
        head = {**self._head, "Idempotency-Key": request_id}
        return self._client.post(f"/api/hubei/commands/{command}", json=fields, headers=head)

    def batch(self, *commands: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._client.post("/api/hubei/batch", json={"commands": commands}, headers=self._head)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["answers"]
        return found


@pytest.fixture
def zhang(tmp_path: Path) -> Iterator[Caller]:
    settings = Settings(
        database=Database(url=f"sqlite:///{tmp_path}/tanpan.db"),
        limits=GENEROUS,
        vault=Vault(key_file=str(tmp_path / "tanpan.key")),
    )
    host = Host(settings, own_process=False)
    try:
        clock = SimulatedClock(instant(date(2026, 3, 2), time(9, 0)))
        table = ExchangeTable(packs=["hubei_retail"], timetable=Timetable(automatic=False))
        hosted = host.add("hubei", table, clock)
        assert host.wait_until_writing(20)
        with (
            served(create_edge(host), settings.http) as address,
            httpx.Client(base_url=address, timeout=20) as client,
        ):
            visitor = Request("r0", "door", "web", "core.register_applicant", b'{"user": "zhang"}')
            assert asyncio.run(hosted.writer.send([visitor]))[0].refusal is None
            scopes = ("read", "trade", "manage")
            yield Caller(client, host.identity.issue_key("hubei", "zhang", scopes))
    finally:
        host.stop()


def paper(answer: dict[str, Any]) -> dict[str, Any]:
    """What was drawn."""
    drawn: dict[str, Any] = answer["events"][0]
    assert drawn["event"] == "hubei_retail.paper_drawn"
    return drawn


def test_what_a_sender_says_in_the_seed_does_not_count(zhang: Caller) -> None:
    first = paper(zhang.send(ENTER, {"seed": WANTED}, "r1").json())
    second = paper(zhang.send(ENTER, {"seed": WANTED}, "r2").json())
    third = paper(zhang.send(ENTER, {}, "r3").json())
    seeds = [first["seed"], second["seed"], third["seed"]]
    assert WANTED not in seeds
    assert len(set(seeds)) == 3
    assert first["questions"] != second["questions"] != third["questions"]


def test_the_same_request_sent_again_is_the_same_paper(zhang: Caller) -> None:
    answer = zhang.send(ENTER, {"seed": WANTED}, "r1").json()
    assert zhang.send(ENTER, {"seed": WANTED}, "r1").json() == answer
    assert zhang.send(ENTER, {"seed": "b" * 32}, "r1").json() == answer


def test_in_a_batch_it_is_drawn_as_well(zhang: Caller) -> None:
    commands = [
        {"command": ENTER, "fields": {"seed": WANTED}, "request_id": f"b{number}"} for number in range(2)
    ]
    seeds = [paper(answer)["seed"] for answer in zhang.batch(*commands)]
    assert WANTED not in seeds
    assert len(set(seeds)) == 2


def test_what_is_no_object_is_refused_as_ever(zhang: Caller) -> None:
    answer = zhang.send(ENTER, [], "r1")  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (400, "MALFORMED")
