"""A request whose answer was lost is sent again under its id: it acts once and is answered as it would have been."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.helpers import ACCOUNTS
from reliability.cutting import AT_ONCE, HALF, PASS, UNANSWERED, Proxy, cutting
from reliability.line import Answer, Line, Lost
from reliability.nodes import House, Node
from reliability.proof import prove, records_of
from reliability.traders import Crowd

WAYS = (UNANSWERED, HALF, AT_ONCE)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("lost_answers")
    with House(f"sqlite:///{folder}/tanpan.db", folder) as house:
        house.trading()
        yield house


@pytest.fixture
def node(house: House) -> Node:
    return house.nodes[-1]


@pytest.fixture
def proxy(node: Node) -> Iterator[Proxy]:
    with cutting(node.address) as proxy:
        yield proxy


def post(house: House, proxy: Proxy, path: str, body: object, request_id: str = "") -> Answer:
    """Send a request through the proxy, on a connection of its own."""
    head = house.head("Alpha") | ({"Idempotency-Key": request_id} if request_id else {})
    with Line(proxy.address) as line:
        return line.send("POST", f"/api/{house.exchange}/{path}", json.dumps(body).encode(), head)


def lost_and_sent_again(
    house: House, proxy: Proxy, way: str, path: str, body: object, request_id: str = ""
) -> tuple[Answer, Answer]:
    """Lose the answer twice, then have it twice."""
    proxy.modes = (way,)
    for _ in range(2):
        with pytest.raises(Lost):
            post(house, proxy, path, body, request_id)
    proxy.modes = (PASS,)
    return post(house, proxy, path, body, request_id), post(house, proxy, path, body, request_id)


def order(tonnes: int, price: str = "50.00") -> dict[str, object]:
    return {"account": "Alpha", "instrument": "X", "side": "buy", "price": price, "quantity": tonnes}


@pytest.mark.parametrize("way", WAYS)
def test_an_order_acts_once(house: House, proxy: Proxy, way: str) -> None:
    request_id = f"once {way}"
    first, again = lost_and_sent_again(house, proxy, way, "commands/core.post_listing", order(7), request_id)
    assert first.status == 200 and first.body == again.body
    assert proxy.cut == 2
    records, _, _ = records_of(house)
    (record,) = [one for one in records if one.request_id == request_id]
    assert first.json()["seq"] == record.seq


@pytest.mark.parametrize("way", WAYS)
def test_each_order_of_a_batch_acts_once(house: House, proxy: Proxy, way: str) -> None:
    prices = ["50.00", "99.00", "49.99"]
    commands = [
        {"command": "core.post_listing", "fields": order(1 + number, price), "request_id": f"{way} {number}"}
        for number, price in enumerate(prices)
    ]
    first, again = lost_and_sent_again(house, proxy, way, "batch", {"commands": commands})
    assert [one["status"] for one in first.json()["answers"]] == [200, 422, 200]
    assert first.body == again.body
    records, _, _ = records_of(house)
    assert sum(one.request_id in (f"{way} 0", f"{way} 2") for one in records) == 2
    assert not any(one.request_id == f"{way} 1" for one in records)


def test_another_request_under_the_same_id_is_refused(house: House, proxy: Proxy) -> None:
    proxy.modes = (UNANSWERED,)
    with pytest.raises(Lost):
        post(house, proxy, "commands/core.post_listing", order(7), "taken")
    proxy.modes = (PASS,)
    other = post(house, proxy, "commands/core.post_listing", order(8), "taken")
    assert (other.status, other.code) == (409, "REQUEST_REUSED")


def test_a_crowd_that_loses_every_third_answer_trades_as_if_it_had_not(
    house: House, node: Node, proxy: Proxy, tmp_path: Path
) -> None:
    proxy.modes = (PASS, PASS, UNANSWERED, PASS, PASS, HALF, PASS, AT_ONCE)
    with Crowd(house, lambda: [proxy.address], len(ACCOUNTS), "cut") as crowd:
        crowd.wait_for_more(300)
        proxy.modes = (PASS,)
        crowd.wait_for_more()
    found = prove(house, node, crowd.sent, tmp_path)
    print(found)
    assert found.retried > 10 and found.accepted > 100
