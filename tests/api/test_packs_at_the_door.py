"""What an exchange brings is at the door by its declarations alone, also when it comes while the server runs."""

from __future__ import annotations

from api.callers import House
from tanpan_adapters.service.configuration import ExchangeTable, Timetable


def test_an_exchange_that_is_added_brings_its_commands_queries_and_description(own_house: House) -> None:
    host, client = own_house.host, own_house.client
    before = client.get("/schema/openapi.json").json()
    assert "/api/{exchange}/commands/cea_shanghai.provide_reserve" not in before["paths"]
    host.add("second", ExchangeTable(packs=["cea_shanghai"], timetable=Timetable(automatic=False)))
    assert host.wait_until_writing(20)
    after = client.get("/schema/openapi.json").json()
    path = after["paths"]["/api/{exchange}/commands/cea_shanghai.provide_reserve"]["post"]
    assert path["parameters"][0]["schema"]["enum"] == ["second"]
    shared = after["paths"]["/api/{exchange}/commands/core.post_listing"]["post"]
    assert shared["parameters"][0]["schema"]["enum"] == ["venue", "second"]
    key = {"Authorization": f"Bearer {host.identity.issue_key('second', 'admin', ('read', 'manage'))}"}
    assert [pack["name"] for pack in client.get("/api/second", headers=key).json()["packs"]] == [
        "cea_shanghai"
    ]
    known = client.post("/api/second/commands/cea_shanghai.provide_reserve", json={}, headers=key)
    assert known.status_code == 422
    elsewhere = own_house.send("admin", "cea_shanghai.provide_reserve")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "UNKNOWN_COMMAND")
    assert [one["exchange"] for one in client.get("/api").json()] == ["venue", "second"]
    host.remove("second")
    gone = client.get("/api/second", headers=key)
    assert (gone.status_code, gone.json()["code"]) == (404, "UNKNOWN_EXCHANGE")


def test_the_key_of_one_exchange_opens_no_other(own_house: House) -> None:
    host = own_house.host
    host.add("second", ExchangeTable(packs=["neutral_market"], timetable=Timetable(automatic=False)))
    assert host.wait_until_writing(20)
    for path in ("", "/queries/core.board", "/state"):
        response = own_house.client.get(f"/api/second{path}", headers=own_house.head("admin"))
        assert response.status_code in (401, 403), response.text
