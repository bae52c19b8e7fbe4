"""What operators look at."""

from __future__ import annotations

import io
import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from api.callers import House
from api.test_commands import POST
from tanpan_adapters.api.operations import FRESH_S
from tanpan_adapters.service.logs import set_up


def test_the_process_is_alive_and_ready(house: House) -> None:
    assert house.client.get("/health").json() == {"status": "alive"}
    ready = house.client.get("/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")


def test_whoever_asks_often_whether_it_is_ready_costs_nobody_anything(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def slow(reach: Any) -> bool:
        nonlocal asked
        asked += 1
        time.sleep(0.2)
        return True

    monkeypatch.setattr("tanpan_adapters.api.operations._Reach._select", slow)
    begun = time.monotonic()
    with ThreadPoolExecutor(20) as many:
        found = list(many.map(lambda _: httpx.get(f"{own_house.address}/ready").status_code, range(40)))
    assert set(found) == {200} and asked <= 1 + (time.monotonic() - begun) / FRESH_S


def test_what_was_done_is_counted(house: House) -> None:
    house.do("Alpha", "core.post_listing", **POST)
    house.send("Alpha", "core.post_listing", **{**POST, "price": "99.00"})
    text = house.client.get("/metrics").text
    assert 'tanpan_commands_total{command="core.post_listing",exchange="venue",outcome="accepted"}' in text
    assert 'tanpan_refusals_total{code="PRICE_OUT_OF_BAND",exchange="venue"}' in text
    assert 'tanpan_queue_depth{exchange="venue"} 0.0' in text
    assert "tanpan_projection_lag_records" in text


def test_one_that_does_not_write_is_not_ready_and_says_why(own_house: House) -> None:
    own_house.hosted.writer.stop()
    ready = own_house.client.get("/ready")
    assert ready.status_code == 503
    assert ready.json()["reasons"] == [{"exchange": "venue", "why": "stopped"}]
    assert own_house.client.get("/health").status_code == 200
    refused = own_house.send("Alpha", "core.post_listing", **POST)
    assert (refused.status_code, refused.json()["code"]) == (503, "STOPPED")
    assert refused.headers["retry-after"]


def test_logs_are_lines_of_json_and_tell_no_secrets() -> None:
    stream = io.StringIO()
    handler = set_up("info", stream)
    try:
        log = logging.getLogger("tanpan.test")
        log.info("signed in", extra={"exchange": "venue", "password": "hunter2", "request_id": "7"})
        try:
            raise ValueError("it broke")
        except ValueError:
            log.exception("failed")
    finally:
        logging.getLogger().removeHandler(handler)
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["exchange"], first["request_id"]) == ("signed in", "venue", "7")
    assert "hunter2" not in stream.getvalue()
    assert second["error"] == "ValueError"
