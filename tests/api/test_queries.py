"""Queries over a real socket: live ones, and history page by page."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterator

import msgspec
import pytest

from api.callers import House, opened
from api.test_commands import POST
from databases import KINDS, new_database


@pytest.fixture(scope="module", params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of this file's own, on each kind of database in turn."""
    folder = tmp_path_factory.mktemp("queries")
    if request.param == "sqlite":
        with opened(folder) as made:
            yield made
        return
    with new_database(request.getfixturevalue("postgresql_server")) as url, opened(folder, url=url) as made:
        yield made


def test_the_order_hall_shows_what_was_posted_in_wire_form(house: House) -> None:
    house.do("Beta", "core.post_listing", **{**POST, "account": "Beta", "price": "49.99", "quantity": 7})
    answer = house.get("Alpha", "queries/core.board", instrument="X").json()
    assert set(answer) == {"seq", "rows", "next"}
    (board,) = answer["rows"]
    assert {"price": "49.99", "quantity": 7} in [
        {name: level[name] for name in ("price", "quantity")} for level in board["bids"]
    ]
    assert board["bid_total"] == sum(level["quantity"] for level in board["bids"]) and board["ask_total"] == 0


def test_pages_have_every_row_once_while_rows_are_added(house: House) -> None:
    for number in range(12):
        house.do("Alpha", "core.post_listing", **{**POST, "quantity": number + 1})
    before = [row["listing"] for row in house.rows("Alpha", "core.orders", limit=1000)]
    seen: list[int] = []
    after = ""
    while True:
        words = {"after": after} if after else {}
        page = house.get("Alpha", "queries/core.orders", limit=5, **words).json()
        seen += [row["listing"] for row in page["rows"]]
        house.do("Alpha", "core.post_listing", **{**POST, "quantity": 1})
        after = page["next"]
        if not after or len(seen) >= len(before):
            break
    assert seen[: len(before)] == before
    assert len(seen) == len(set(seen))


def test_a_falling_page_begins_with_the_newest_and_goes_on(house: House) -> None:
    numbers = [row["listing"] for row in house.rows("Alpha", "core.orders", order="-listing", limit=1000)]
    assert numbers == sorted(numbers, reverse=True)
    first = house.get("Alpha", "queries/core.orders", order="-price", limit=3).json()
    second = house.get("Alpha", "queries/core.orders", order="-price", limit=3, after=first["next"]).json()
    assert not {row["listing"] for row in first["rows"]} & {row["listing"] for row in second["rows"]}


def test_a_falling_order_is_the_rising_one_backwards_however_it_is_paged(house: House) -> None:
    for number in range(6):
        house.do("Alpha", "core.post_listing", **{**POST, "quantity": number + 1})
    rising = [row["listing"] for row in house.rows("Alpha", "core.orders", order="price", limit=1000)]
    seen: list[int] = []
    words: dict[str, str] = {}
    while True:
        page = house.get("Alpha", "queries/core.orders", order="-price", limit=4, **words).json()
        seen += [row["listing"] for row in page["rows"]]
        if not page["next"]:
            break
        words = {"after": page["next"]}
    assert seen == rising[::-1]


def test_ranges_are_said_in_the_units_of_the_rows(house: House) -> None:
    house.do("Alpha", "core.post_listing", **{**POST, "price": "48.00"})
    rows = house.rows("Alpha", "core.orders", **{"price.to": "48.50"})
    assert rows and {row["price"] for row in rows} == {"48.00"}
    assert house.rows("Alpha", "core.orders", **{"price.from": "60.00"}) == []
    assert house.rows("Alpha", "core.orders", price="48.00") == rows


@pytest.mark.parametrize(
    "words",
    [
        {"no_such": "1"},
        {"price": "cheap"},
        {"price.from": "1e9"},
        {"quantity": "9" * 30},
        {"listing": "9223372036854775808"},
        {"limit": "0"},
        {"limit": "1001"},
        {"order": "no_such"},
        {"after": "nonsense"},
        {"after": base64.urlsafe_b64encode(msgspec.msgpack.encode(["core.trades", [], [1]])).decode()},
        {"account.until": "1"},
        {"account": "\x00"},
    ],
)
def test_what_is_not_of_its_form_is_refused(house: House, words: dict[str, str]) -> None:
    response = house.get("admin", "queries/core.orders", **words)
    assert (response.status_code, response.json()["code"]) == (422, "BAD_FIELD"), response.text


def test_an_operator_sees_his_own_rows_only(house: House) -> None:
    house.do("Beta", "core.post_listing", **{**POST, "account": "Beta"})
    assert {row["account"] for row in house.rows("Alpha", "core.orders", limit=1000)} == {"Alpha"}
    others = house.get("Alpha", "queries/core.orders", account="Beta")
    assert (others.status_code, others.json()["code"]) == (403, "PERMISSION_DENIED")
    assert house.rows("regulator", "core.orders", account="Beta")


def test_of_trades_an_operator_sees_those_he_was_a_party_to(house: House) -> None:
    sell = {**POST, "side": "sell", "price": "52.00"}
    for seller, buyer in (("Alpha", "Beta"), ("Beta", "Gamma"), ("Gamma", "Alpha")):
        house.do(seller, "core.post_listing", **{**sell, "account": seller, "quantity": 3})
        taken = {"account": buyer, "instrument": "X", "side": "buy", "quantity": 3}
        house.do(buyer, "core.take_listing", **taken, price="52.00")
    everything = house.rows("admin", "core.trades")
    mine = house.rows("Alpha", "core.trades", limit=1)
    assert len(everything) == 3 and len(mine) == 1
    page = house.get("Alpha", "queries/core.trades", limit=1).json()
    rest = house.get("Alpha", "queries/core.trades", limit=5, after=page["next"]).json()
    assert [row["trade"] for row in page["rows"] + rest["rows"]] == [
        row["trade"] for row in everything if "Alpha" in (row["buyer"], row["seller"])
    ]


def test_a_query_may_ask_for_what_it_has_just_done(house: House) -> None:
    seq = house.do("Alpha", "core.post_listing", **POST)["seq"]
    assert house.get("Alpha", "queries/core.board", at_least=seq).json()["seq"] >= seq
    assert house.get("Alpha", "queries/core.orders", at_least=seq).json()["seq"] >= seq


def test_one_that_asks_for_the_future_is_told_that_it_lags(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanpan_adapters.api.queries.PATIENCE_S", 0.1)
    for query in ("core.board", "core.orders"):
        late = house.get("Alpha", f"queries/{query}", at_least=10**9)
        assert (late.status_code, late.json()["code"]) == (503, "LAGGING")
        assert late.headers["retry-after"] == "1"


def test_the_calendar_refuses_beyond_what_is_published(house: House) -> None:
    days = house.get("Alpha", "calendar", after="2026-03-03", count=3).json()["days"]
    assert days == ["2026-03-04", "2026-03-05", "2026-03-06"]
    beyond = house.get("Alpha", "calendar", after="2026-12-30", count=9)
    assert (beyond.status_code, beyond.json()["code"]) == (422, "CALENDAR_NOT_PUBLISHED")


def test_a_rule_is_told_with_its_clause(house: House) -> None:
    found = house.get("Alpha", "rules/board/listed_band_ppm", day="2026-03-03").json()
    assert (found["value"], found["clause"], found["since"]) == (100_000, "NEUTRAL", "2021-01-01")
    early = house.get("Alpha", "rules/board/listed_band_ppm", day="2020-03-03")
    assert early.json()["code"] == "RULE_NOT_IN_FORCE"


def test_the_state_and_the_audit_log_are_for_staff_and_regulator(house: House) -> None:
    house.send("Alpha", "core.post_listing", **{**POST, "price": "99.00"})
    for path in ("state", "refusals", "journal", "journal/head"):
        assert house.get("Alpha", path).status_code == 403
        assert house.get("", path).status_code == 401
    assert len(house.get("regulator", "state").json()["state"]) == 64
    page = house.get("admin", "refusals", limit=1).json()
    assert page["rows"][0]["code"] == "PRICE_OUT_OF_BAND"
    assert page["rows"][0]["account"] == page["rows"][0]["actor"] != ""
    older = house.get("admin", "refusals", limit=5, after=page["next"] or "1").json()
    assert page["rows"][0]["id"] not in [row["id"] for row in older["rows"]]


def test_only_staff_move_the_clock_and_never_back(house: House) -> None:
    head = house.head("Alpha")
    moved = house.client.post("/api/venue/clock", json={"now": "2026-03-03T09:32:00"}, headers=head)
    assert (moved.status_code, moved.json()["code"]) == (403, "PERMISSION_DENIED")
    back = house.client.post("/api/venue/clock", json={"now": "2026-03-02"}, headers=house.head("admin"))
    assert back.status_code in (400, 422)


def test_the_exchange_says_what_it_is_and_the_house_what_it_hosts(house: House) -> None:
    assert house.client.get("/api").json() == [{"exchange": "venue", "title": house.hosted.title}]
    found = house.get("Alpha", "").json()
    assert (found["exchange"], found["writer"], found["today"]) == ("venue", "writing", "2026-03-03")
    assert found["seq"] == house.hosted.writer.committed_seq
    assert [market["name"] for market in found["markets"]] == ["auto", "board"]
    assert found["packs"][0]["name"] == "neutral_market"


def test_what_falls_due_has_happened_when_the_clock_answers(own_house: House) -> None:
    before = own_house.get("admin", "").json()["seq"]
    moved = own_house.client.post(
        "/api/venue/clock", json={"now": "2026-03-03T15:30:00"}, headers=own_house.head("admin")
    )
    assert moved.status_code == 200, moved.text
    assert moved.json()["now"] == "2026-03-03T15:30:00+08:00"
    assert moved.json()["seq"] > before
    (board,) = [row for row in own_house.rows("Alpha", "core.markets") if row["market"] == "board"]
    assert board["state"] == "closed"
    again = own_house.client.post(
        "/api/venue/clock", json={"now": moved.json()["now_us"] - 1}, headers=own_house.head("admin")
    )
    assert (again.status_code, again.json()["code"]) == (422, "BAD_FIELD")


def test_the_journal_tells_auditors_every_record_page_by_page(house: House) -> None:
    first = house.get("regulator", "journal", limit=2).json()
    assert [row["seq"] for row in first["rows"]] == [1, 2] and first["next"] == "2"
    assert first["rows"][0]["command"] == "core.found"
    rows = list(first["rows"])
    after = first["next"]
    while after:
        page = house.get("regulator", "journal", limit=1_000, after=after).json()
        rows += page["rows"]
        after = page["next"]
    head = house.get("regulator", "journal/head").json()
    assert [row["seq"] for row in rows] == list(range(1, head["seq"] + 1))
    assert len(head["digest"]) == 64
    assert head["head"] == f"{head['digest']}:{head['seq']}"
    deposit = next(row for row in rows if row["command"] == "core.deposit")
    assert deposit["actor"] == "channel" and deposit["fields"]["amount"] == deposit["events"][0]["amount"]
    beyond = house.get("regulator", "journal", after=head["seq"] + 5).json()
    assert beyond["rows"] == [] and beyond["next"] is None


def test_who_confirms_a_proposal_reads_it_in_the_words_it_was_written_in(house: House) -> None:
    written = {"instrument": "Y", "listing_day": "2026-03-03", "reference": "61.50"}
    house.do("admin", "core.register_instrument", instrument="Y", market="board", product="UNIT")
    house.do("admin", "core.list_instrument", **written)
    (content,) = [row["content"] for row in house.rows("admin2", "core.proposals")]
    assert {**content, **written} == content


def test_an_auditor_computes_the_chain_anew(house: House) -> None:
    """By nothing but the description in docs/regulators.md."""
    previous, seq, after = bytes(32), 0, 0
    while True:
        page = house.get("regulator", "journal/batches", limit=3, after=after).json()
        for row in page["rows"]:
            payload = base64.b64decode(row["payload"])
            name = b"venue"
            head = b"tanpan journal 1\0" + previous + struct.pack(">q", len(name)) + name
            numbers = (row["first_seq"], row["last_seq"], row["epoch"], row["at_us"], row["records"])
            head += struct.pack(">qqqqqq", *numbers, len(payload))
            assert row["first_seq"] == seq + 1 and bytes.fromhex(row["previous"]) == previous
            previous, seq = hashlib.sha256(head + payload).digest(), row["last_seq"]
            assert row["digest"] == previous.hex()
        if not page["next"]:
            break
        after = int(page["next"])
    found = house.get("regulator", "journal/head").json()
    assert (found["seq"], found["digest"]) == (seq, previous.hex())
    assert house.get("Alpha", "journal/batches").status_code == 403
