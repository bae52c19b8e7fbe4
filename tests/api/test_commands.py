"""Commands over a real socket: one by one and in batches."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from api.callers import NAME, PLENTY, House, opened
from tanpan.trading_day import OpenDay
from tanpan_adapters.service.schedule import Step

POST = {"account": "Alpha", "instrument": "X", "side": "buy", "price": "50.00", "quantity": 100}


def test_an_accepted_command_is_answered_with_its_record_and_events(house: House) -> None:
    response = house.send("Alpha", "core.post_listing", **POST)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert answer["seq"] == house.hosted.writer.committed_seq
    assert answer["request_id"] == response.headers["idempotency-key"]
    (event,) = answer["events"]
    assert (event["event"], event["price"], event["quantity"]) == ("core.listing_posted", "50.00", 100)


def test_the_same_request_acts_once_and_is_answered_the_same(house: House) -> None:
    head = {"Idempotency-Key": "once-and-only-once"}
    first = house.send("Alpha", "core.post_listing", head, **POST)
    again = house.send("Alpha", "core.post_listing", head, **POST)
    assert (first.status_code, first.content) == (again.status_code, again.content)


def test_its_id_with_another_body_is_a_conflict(house: House) -> None:
    head = {"Idempotency-Key": "mine"}
    assert house.send("Alpha", "core.post_listing", head, **POST).status_code == 200
    other = house.send("Alpha", "core.post_listing", head, **{**POST, "quantity": 200})
    assert (other.status_code, other.json()["code"]) == (409, "REQUEST_REUSED")


def test_nobody_foresees_the_request_ids_that_are_made_here(house: House) -> None:
    made = [house.do("Alpha", "core.post_listing", **POST)["request_id"] for _ in range(3)]
    numbers = sorted(int(one, 16) for one in made)
    assert min(later - one for one, later in pairwise(numbers)) > 1 << 32


def test_nobody_takes_the_request_id_of_a_step_of_the_clock(house: House) -> None:
    step = Step(0, "board", OpenDay("board", date(2026, 3, 3)))
    request_id = step.envelope.request_id
    entry = {"command": "core.post_listing", "fields": POST, "request_id": request_id}
    batch = house.client.post(f"/api/{NAME}/batch", json={"commands": [entry]}, headers=house.head("Alpha"))
    assert batch.json()["answers"][0]["problem"]["code"] == "MALFORMED"
    said = {"Idempotency-Key": request_id.encode()}
    alone = house.client.post(
        f"/api/{NAME}/commands/core.post_listing", json=POST, headers={**house.head("Alpha"), **said}
    )
    assert (alone.status_code, alone.json()["code"]) == (400, "MALFORMED")


def test_a_batch_is_answered_one_by_one_in_order(house: House) -> None:
    good = {"command": "core.post_listing", "fields": POST}
    commands = [
        {**good, "request_id": "batch-1"},
        {"command": "core.post_listing", "fields": {**POST, "price": "99.00"}},
        {"command": "core.no_such"},
        good,
    ]
    response = house.client.post(
        f"/api/{NAME}/batch", json={"commands": commands}, headers=house.head("Alpha")
    )
    assert response.status_code == 200, response.text
    answers = response.json()["answers"]
    assert [one["status"] for one in answers] == [200, 422, 404, 200]
    assert answers[0]["request_id"] == "batch-1" and answers[0]["events"]
    assert answers[1]["problem"]["code"] == "PRICE_OUT_OF_BAND"
    assert answers[2]["problem"]["code"] == "UNKNOWN_COMMAND"
    assert answers[3]["seq"] == answers[0]["seq"] + 1


def test_a_batch_of_more_than_a_thousand_is_too_large(house: House) -> None:
    commands = [{"command": "core.post_listing", "fields": POST}] * 1_001
    response = house.client.post(
        f"/api/{NAME}/batch", json={"commands": commands}, headers=house.head("Alpha")
    )
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")
    empty = house.client.post(f"/api/{NAME}/batch", json={"commands": []}, headers=house.head("Alpha"))
    assert empty.json() == {"answers": []}


def test_a_key_without_the_scope_does_nothing(house: House) -> None:
    reader = house.head("Alpha", "read")
    response = house.client.post(f"/api/{NAME}/commands/core.post_listing", json=POST, headers=reader)
    assert (response.status_code, response.json()["code"]) == (403, "SCOPE_MISSING")
    batch = {"commands": [{"command": "core.post_listing", "fields": POST}]}
    answers = house.client.post(f"/api/{NAME}/batch", json=batch, headers=reader).json()["answers"]
    assert [one["status"] for one in answers] == [403]


def test_the_key_of_one_exchange_opens_no_other(house: House) -> None:
    response = house.client.get("/api/elsewhere/queries/core.board", headers=house.head("Alpha"))
    assert response.status_code in (401, 404)


def test_a_key_that_only_trades_may_send_batches(house: House) -> None:
    batch = {"commands": [{"command": "core.post_listing", "fields": POST}]}
    response = house.client.post(f"/api/{NAME}/batch", json=batch, headers=house.head("Alpha", "trade"))
    assert [one["status"] for one in response.json()["answers"]] == [200]


def test_a_full_queue_says_so_at_once_and_has_places_for_withdrawals(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(PLENTY, queue=2, kept_places=5)
    with opened(tmp_path, limits=limits) as house:
        posted = house.do("Alpha", "core.post_listing", **POST)["events"][0]["listing"]
        post = {"command": "core.post_listing", "fields": POST}
        withdraw = {"command": "core.withdraw_listing", "fields": {"account": "Alpha", "listing": posted}}
        head = house.head("Alpha")
        full = house.client.post(f"/api/{NAME}/batch", json={"commands": [post] * 3}, headers=head)
        assert (full.status_code, full.json()["code"]) == (503, "BUSY")
        assert int(full.headers["retry-after"]) >= 1
        urgent = house.client.post(f"/api/{NAME}/batch", json={"commands": [withdraw] * 3}, headers=head)
        assert [one["status"] for one in urgent.json()["answers"]] == [200, 422, 422]
        assert house.send("Alpha", "core.post_listing", **POST).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"mail":"\xff"}', "BAD_EMAIL"),
        (b'{"mail":1e999}', "BAD_EMAIL"),
        (b'{"mail":' + b"9" * 5_000 + b"}", "BAD_EMAIL"),
        (b'{"mail":"\\ud800"}', "BAD_FIELD"),
        (b'{"\xff":1,"mail":"a@b.cn"}', "MALFORMED"),
        (b'{"account":"Alpha","operator":"a\\u0000b","mail":"a@b.cn"}', "BAD_FIELD"),
        (b'{"account":"Alpha","operator":"a\\u200bb","mail":"a@b.cn"}', "BAD_FIELD"),
    ],
)
def test_a_personal_field_that_cannot_be_read_is_refused(house: House, body: bytes, code: str) -> None:
    refused = house.client.post(
        f"/api/{NAME}/commands/core.add_operator", content=body, headers=house.head("Alpha")
    )
    assert refused.status_code in (400, 422) and refused.json()["code"] == code, refused.text


def test_what_somebody_may_not_send_leaves_nothing_in_the_vault(house: House) -> None:
    def kept() -> int:
        with house.host.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM vault_texts").scalar_one())

    before = kept()
    body = {"account": "Beta", "operator": "nobody", "mail": "nobody@example.com"}
    refused = house.send("registry", "core.add_operator", **body)
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    (row,) = house.get("admin", "refusals", limit="1").json()["rows"]
    assert (row["actor"], row["command"], row["code"]) == (
        "registry",
        "core.add_operator",
        "PERMISSION_DENIED",
    )
    assert kept() == before


def test_personal_fields_reach_the_vault_and_nothing_else(tmp_path: Path) -> None:
    mail, mobile = "very.private@example.com", "13912345678"
    with opened(tmp_path) as house:
        body = {"account": "Alpha", "operator": "alpha.two", "mail": mail, "mobile": mobile}
        answer = house.send("Alpha", "core.add_operator", **body)
        assert answer.status_code == 200, answer.text
        assert mail not in answer.text and mobile not in answer.text
        (event,) = answer.json()["events"]
        assert house.host.vault.reveal(event["mail"]) == mail
        bad = house.send("Alpha", "core.add_operator", **{**body, "operator": "three", "mail": "no mail"})
        assert (bad.status_code, bad.json()["code"]) == (422, "BAD_EMAIL")
        assert "no mail" not in bad.text
        entry = {"command": "core.add_operator", "fields": {**body, "operator": "alpha.four"}}
        batch = house.client.post(
            f"/api/{NAME}/batch", json={"commands": [entry]}, headers=house.head("Alpha")
        )
        assert batch.json()["answers"][0]["status"] == 200 and mail not in batch.text
        house.rows("admin", "core.orders")
    for file in tmp_path.iterdir():
        kept = file.read_bytes()
        assert mail.encode() not in kept and mobile.encode() not in kept, file.name
