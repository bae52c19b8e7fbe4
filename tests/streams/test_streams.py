"""Streams over HTTP from a real server: rights, ids, limits, slow readers, the end."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.callers import PLENTY, House
from streams.tap import Tap, opened, trade, until
from tanpan_adapters.service import feed_readers
from tanpan_adapters.store import StoreError


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for all tests that leave it as it is."""
    with opened(tmp_path_factory.mktemp("streams")) as made:
        yield made


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A house for one test alone."""
    with opened(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    """Hang up whatever a test has left open."""
    yield
    while Tap.opened:
        Tap.opened.pop().close()


def test_a_stream_is_not_kept_anywhere_and_not_held_back(house: House) -> None:
    tap = Tap(house, "Alpha", "quotes")
    until(lambda: tap.messages)
    assert "200 ok" in tap.head
    assert "content-type: text/event-stream" in tap.head
    assert tap.head.count("cache-control: no-store") == 1
    assert "x-accel-buffering: no" in tap.head
    assert tap.events() == ["opened", "quotes"]
    tap.close()
    until(lambda: not len(house.hosted.feed.readers))


def test_trades_come_in_order_with_committed_ids_and_again_after_a_break(house: House) -> None:
    tap = Tap(house, "Gamma", "trades,depth")
    until(lambda: tap.messages)
    first = trade(house, 11)
    until(lambda: tap.rows("trades"))
    assert int(tap.last_id) >= first
    tap.close()
    trade(house, 12)
    trade(house, 13)
    back = Tap(house, "Gamma", "trades,depth", last_id=tap.last_id)
    until(lambda: back.messages)
    assert back.events()[0] == "resumed"
    assert [one["quantity"] for one in tap.rows("trades") + back.rows("trades")] == [11, 12, 13]
    since = Tap(house, "Gamma", "trades", since=tap.last_id)
    until(lambda: since.rows("trades"))
    assert [one["quantity"] for one in since.rows("trades")] == [12, 13]


def test_everyone_sees_his_own_account(house: House) -> None:
    taps = {name: Tap(house, name, "account") for name in ("Alpha", "Beta", "Gamma")}
    until(lambda: all(tap.messages for tap in taps.values()))
    trade(house, 17)
    until(lambda: len(taps["Beta"].events()) > 1)
    for name, tap in taps.items():
        assert {one.data["account"] for one in tap.messages} == {name}
    assert taps["Gamma"].events() == ["opened", "account"]
    overseer = Tap(house, "regulator", "account", account="Alpha")
    until(lambda: overseer.messages)
    assert overseer.messages[1].data["cash"]["account"] == "Alpha"


@pytest.mark.parametrize(
    ("actor", "words", "status", "code"),
    [
        ("", {}, 401, "AUTH_REQUIRED"),
        ("Alpha", {"topics": "account", "account": "Beta"}, 403, "PERMISSION_DENIED"),
        ("registry", {"topics": "account", "account": "Beta"}, 403, "PERMISSION_DENIED"),
        ("admin", {"topics": "account"}, 422, "FIELD_MISSING"),
        ("Alpha", {"topics": "weather"}, 422, "BAD_FIELD"),
        ("Alpha", {"topics": ""}, 422, "BAD_FIELD"),
        ("Alpha", {"instruments": "Z"}, 422, "UNKNOWN_INSTRUMENT"),
    ],
)
def test_what_may_not_be_read_is_refused(
    house: House, actor: str, words: dict[str, str], status: int, code: str
) -> None:
    response = house.get(actor, "stream", **words)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not len(house.hosted.feed.readers)


def test_a_key_without_the_scope_reads_nothing(house: House) -> None:
    response = house.client.get("/api/venue/stream", headers=house.head("Alpha", "trade"))
    assert (response.status_code, response.json()["code"]) == (403, "SCOPE_MISSING")
    assert house.client.get("/api/nowhere/stream", headers=house.head("Alpha")).status_code == 404


def test_what_was_not_committed_is_never_told(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tap = Tap(own_house, "Alpha", "depth,trades,account")
    until(lambda: len(tap.messages) == 3)
    before = tap.received
    runner = own_house.hosted.writer._runner

    def full(*arguments: Any) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(runner.journal, "append", full)
    answer = own_house.send(
        "Alpha", "core.post_listing", account="Alpha", instrument="X", side="sell", price="50.00", quantity=7
    )
    assert answer.status_code >= 500
    assert tap.received == before
    monkeypatch.undo()
    until(lambda: own_house.hosted.writer.state == "writing")
    trade(own_house, 8)
    until(lambda: tap.rows("trades"))
    assert [one["quantity"] for one in tap.rows("trades")] == [8]
    assert "reset" not in tap.events()


def test_a_slow_reader_is_cut_off_and_nobody_waits_for_him(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_readers, "MOST_CHUNKS", 8)
    monkeypatch.setattr(feed_readers, "STALLED_S", 2.0)
    feed = own_house.hosted.feed
    feed._interval_s = 0.01
    quick = Tap(own_house, "Alpha", "trades,account")
    Tap(own_house, "Alpha", "trades,account", slow=True)
    until(lambda: len(feed.readers) == 2 and quick.messages)
    done = threading.Event()

    def batches() -> None:
        orders = [
            {
                "command": "core.post_listing",
                "fields": {
                    "account": "Alpha",
                    "instrument": "X",
                    "side": "sell",
                    "price": "50.00",
                    "quantity": 1,
                },
            }
        ] * 500
        body = msgspec.json.encode({"commands": orders})
        while not done.is_set():
            answer = own_house.client.post("/api/venue/batch", content=body, headers=own_house.head("Alpha"))
            assert answer.status_code == 200

    flow = threading.Thread(target=batches)
    flow.start()
    try:
        until(lambda: feed.readers.dropped == 1, 60)
    finally:
        done.set()
        flow.join()
    assert len(feed.readers) == 1 and not quick.closed
    trade(own_house, 19, "49.00")
    until(lambda: 19 in [one["quantity"] for one in quick.rows("trades")])


def test_a_user_opens_so_many_streams_and_no_more(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(PLENTY, streams=3, streams_per_user=2)
    with opened(tmp_path, limits) as house:
        taps = [Tap(house, "Alpha", "quotes") for _ in range(2)]
        until(lambda: all(tap.messages for tap in taps))
        response = house.get("Alpha", "stream")
        assert response.status_code == 429 and int(response.headers["Retry-After"]) > 0
        taps.append(Tap(house, "Beta", "quotes"))
        until(lambda: taps[-1].messages)
        assert house.get("Gamma", "stream").status_code == 503
        taps.pop(0).close()
        until(lambda: len(house.hosted.feed.readers) == 2)
        taps.append(Tap(house, "Gamma", "quotes"))
        until(lambda: taps[-1].messages)


def test_a_stream_ends_when_its_key_does_and_when_its_user_is_frozen(
    own_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_readers, "CHECK_S", 0.2)
    frozen, revoked, other = (Tap(own_house, name, "quotes") for name in ("Alpha", "Beta", "Gamma"))
    until(lambda: all(tap.messages for tap in (frozen, revoked, other)))
    own_house.do("admin", "core.freeze_operator", account="Alpha", operator="Alpha")
    until(lambda: frozen.ended)
    assert frozen.messages[-1].data == {"reason": "rights_changed"}
    identity = own_house.host.identity
    (key,) = identity.keys("venue", "Beta")
    identity.revoke_key("venue", "Beta", key["id"])
    until(lambda: revoked.ended)
    assert revoked.messages[-1].data == {"reason": "signed_out"}
    assert not other.ended


def test_streams_end_when_the_exchange_goes(own_house: House) -> None:
    tap = Tap(own_house, "Alpha", "quotes")
    until(lambda: tap.messages)
    own_house.host.remove("venue")
    until(lambda: tap.ended)
    assert tap.events()[-1] == "bye" and b"retry: " in tap.body


def test_a_server_that_stops_says_goodbye_and_waits_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanpan_adapters.api.serving.GRACE_S", 25)
    with opened(tmp_path) as house:
        tap = Tap(house, "Alpha", "quotes")
        until(lambda: tap.messages)
        begun = time.monotonic()
    assert tap.events()[-1] == "bye"
    assert time.monotonic() - begun < 20, "it waited for its grace"


def test_readers_who_go_leave_nothing_behind(house: House) -> None:
    feed = house.hosted.feed
    taps = [Tap(house, name, "quotes,account") for name in ("Alpha", "Beta") for _ in range(5)]
    until(lambda: all(tap.messages for tap in taps))
    trade(house, 3)
    for tap in taps:
        tap.close()
    until(lambda: not len(feed.readers))
    trade(house, 3)
    until(lambda: feed._count == 0)
    gc.collect()
    assert not feed.readers._groups and not feed.readers._new and not feed._wants and not feed._touched.wanted
    assert not [
        one
        for one in gc.get_objects()
        if isinstance(one, feed_readers.Reader) and one.readers is feed.readers
    ]


def test_the_schema_describes_the_stream(house: House) -> None:
    found = house.client.get("/schema/openapi.json").json()["paths"]["/api/{exchange}/stream"]["get"]
    assert "text/event-stream" in found["responses"]["200"]["content"]
    names = {one["name"] for one in found["parameters"]}
    assert names >= {"exchange", "topics", "instruments", "account", "Last-Event-ID", "since"}
    assert "Last-Event-ID" in found["description"]
