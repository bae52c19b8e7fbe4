"""Who has his account is written to: its number, his seat, and how to bind a card (HB-3-a)."""

from __future__ import annotations

from datetime import date, time

import msgspec

from hubei_retail import phrases
from tanpan.calendar import instant
from tanpan.driver import KernelDriver
from tanpan.phrases.world import World
from tanpan_adapters.calendars import published
from tanpan_adapters.outbox import letter_of, messages_for


def test_account_seat_and_binding_are_mailed_once_the_account_is_there() -> None:
    world = World(lambda packs, at: KernelDriver(packs, published(), at))
    world.start = instant(date(2026, 3, 2), time(9, 0))
    world.run(["hubei_retail"])
    phrases._applicant(world, "zhang")
    phrases._submitted(world, "zhang")
    phrases._reviewed(world, "admin", "zhang")
    phrases._books(world, "admin", "zhang")
    world.accepted()
    driver = world.driver
    assert isinstance(driver, KernelDriver)
    before = [one.kind for record in driver.records for one in messages_for(record, driver.exchange)]
    assert "hubei_retail.account_issued" not in before
    phrases._books_proof(world, "admin", "zhang")
    world.accepted()
    messages = messages_for(driver.records[-1], driver.exchange)
    found = [one for one in messages if one.kind == "hubei_retail.account_issued"]
    assert len(found) == 1
    assert driver.vault.clear[found[0].to] == "investor@example.com"
    words = msgspec.json.decode(found[0].data_json, type=dict[str, str])
    letter = letter_of(found[0].kind, {**words, "title": "湖北碳排放权交易中心"})
    assert letter.subject.endswith("HBP00000001")
    for told in (
        "交易账号：HBP00000001",
        "席位号：HBS00000001",
        "签约绑卡",
        "Seat: HBS00000001",
        "Binding a card",
    ):
        assert told in letter.text
