"""A paper goes where its application goes: applicants and reviewers see it, nobody else; what is not referred to goes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.callers import NAME
from attachments import samples
from attachments.papers import Papers, papers
from attachments.test_uploads import refused
from tanpan.messages import DOOR
from tanpan_adapters.api.uploads import tidy
from tanpan_adapters.attachments.desk import HOUR_US, Attachments
from tanpan_adapters.service.requests import Request

LETTER = "letter.pdf"
PDF = "application/pdf"


def drafted(house: Papers, actor: str, operator: str) -> int:
    """An application for another operator."""
    made = house.do(
        actor,
        "core.draft_application",
        kind="neutral_market.operator",
        content={"operator": operator},
        **({} if actor != "admin" else {"account": "Alpha"}),
    )
    number: int = made["events"][0]["application"]
    return number


def attach(
    house: Papers, actor: str, application: int | str, digest: str, size: int | str, **other: Any
) -> Any:
    """Refer to a paper."""
    fields = {
        "application": application,
        "material": "letter",
        "digest": digest,
        "size": size,
        "media_type": PDF,
        "stamps": 1,
        "hand_signed": True,
    }
    return house.send(actor, "core.attach_material", **{**fields, **other})


def filed(house: Papers, actor: str, operator: str, data: bytes) -> tuple[int, str]:
    """An application that refers to a paper, submitted; its number and the paper's digest."""
    application = drafted(house, actor, operator)
    digest = house.handed_in(actor, data, LETTER, PDF)
    assert (made := attach(house, actor, application, digest, len(data))).status_code == 200, made.text
    house.do(actor, "core.submit_application", application=application)
    return application, digest


def test_only_what_one_handed_in_oneself_and_as_it_is_can_be_attached(house: Papers) -> None:
    data = samples.pdf()
    application = drafted(house, "Alpha", "op1")
    mine = house.handed_in("Alpha", data, LETTER, PDF)
    theirs = house.handed_in("Beta", data, LETTER, PDF)
    picture = house.handed_in("Alpha", samples.image())
    for digest, size, kind in (
        (theirs, len(data), PDF),
        ("0" * 64, len(data), PDF),
        ("x", len(data), PDF),
        (mine, len(data) + 1, PDF),
        (mine, len(data), "image/png"),
        (picture, len(samples.image()), PDF),
    ):
        answer = attach(house, "Alpha", application, digest, size, media_type=kind)
        refused(answer, 404, "UNKNOWN_ATTACHMENT")
    # Said as text, a number is read as the number it is.
    refused(attach(house, "Alpha", application, theirs, str(len(data))), 404, "UNKNOWN_ATTACHMENT")
    refused(attach(house, "Alpha", str(application), theirs, len(data)), 404, "UNKNOWN_ATTACHMENT")
    batch = house.client.post(
        f"/api/{NAME}/batch",
        headers=house.head("Alpha"),
        json={
            "commands": [
                {
                    "command": "core.attach_material",
                    "fields": {
                        "application": application,
                        "material": "letter",
                        "digest": theirs,
                        "size": len(data),
                        "media_type": PDF,
                    },
                }
            ]
        },
    )
    assert batch.json()["answers"][0]["problem"]["code"] == "UNKNOWN_ATTACHMENT"
    refused(attach(house, "Alpha", 10_000, mine, len(data)), 422, "UNKNOWN_APPLICATION")
    once = {"Idempotency-Key": "attached once"}
    first = attach(house, "Alpha", application, mine, len(data), headers=once)
    assert first.status_code == 200
    house.do("Alpha", "core.withdraw_application", application=application)
    assert attach(house, "Alpha", application, mine, len(data), headers=once).content == first.content


def test_what_is_drafted_and_referred_to_in_one_batch_is_looked_at_too(house: Papers) -> None:
    number = drafted(house, "Alpha", "op1") + 1
    paper = {"material": "letter", "digest": "0" * 64, "size": 10, "media_type": PDF}
    answer = house.client.post(
        f"/api/{NAME}/batch",
        headers=house.head("Alpha"),
        json={
            "commands": [
                {
                    "command": "core.draft_application",
                    "fields": {"kind": "neutral_market.operator", "content": {"operator": "op2"}},
                },
                {"command": "core.attach_material", "fields": {"application": number, **paper}},
            ]
        },
    )
    first, second = answer.json()["answers"]
    assert first["events"][0]["application"] == number
    assert second["problem"]["code"] == "UNKNOWN_ATTACHMENT"


def test_reviewers_see_it_and_others_do_not_also_when_it_is_closed(house: Papers) -> None:
    data = samples.pdf(width=101)
    application, digest = filed(house, "Alpha", "op2", data)
    for reader in ("Alpha", "admin", "admin2"):
        assert house.fetch(reader, digest).content == data
    for stranger in ("Beta", "Gamma", "channel"):
        refused(house.fetch(stranger, digest), 404, "UNKNOWN_ATTACHMENT")
    # Every look at another's paper is in the trail.
    lines = house.host.identity.happenings(NAME, limit=200)
    assert {one.name for one in lines if one.what == f"paper {digest}"} == {"admin", "admin2"}
    house.do("Alpha", "core.withdraw_application", application=application)
    house.rows("admin", "core.applications")  # the view has followed
    assert house.fetch("admin", digest).content == data
    for stranger in ("Beta", "Gamma", "channel"):
        refused(house.fetch(stranger, digest), 404, "UNKNOWN_ATTACHMENT")


def test_a_paper_that_was_taken_back_is_its_givers_alone(house: Papers) -> None:
    data = samples.pdf(width=102)
    application, digest = filed(house, "Beta", "op3", data)
    assert house.fetch("admin", digest).status_code == 200
    house.do("Beta", "core.detach_material", application=application, material="letter", digest=digest)
    refused(house.fetch("admin", digest), 404, "UNKNOWN_ATTACHMENT")
    assert house.fetch("Beta", digest).content == data


def test_a_visitor_hands_in_before_he_has_any_account(house: Papers) -> None:
    for visitor in ("Li", "Wu"):
        body = msgspec.json.encode({"user": visitor})
        let_in = Request(f"in {visitor}", DOOR, "web", "core.register_applicant", body)
        assert asyncio.run(house.hosted.writer.send([let_in]))[0].body
    data = samples.image("JPEG")
    digest = house.handed_in("Li", data, "card.jpg", "image/jpeg")
    made = house.do("Li", "core.draft_application", kind="neutral_market.opening", content={})
    house.do(
        "Li",
        "core.attach_material",
        application=made["events"][0]["application"],
        material="identity_card",
        digest=digest,
        size=len(data),
        media_type="image/jpeg",
    )
    assert house.fetch("Li", digest).content == data
    refused(house.fetch("Wu", digest), 404, "UNKNOWN_ATTACHMENT")
    refused(house.fetch("Alpha", digest), 404, "UNKNOWN_ATTACHMENT")


def test_one_who_is_frozen_sees_nothing(house: Papers) -> None:
    digest = house.handed_in("Gamma", samples.image())
    assert house.fetch("Gamma", digest).status_code == 200
    house.do("admin", "core.freeze_operator", account="Gamma", operator="Gamma")
    refused(house.fetch("Gamma", digest), 403, "OPERATOR_FROZEN")
    refused(house.hand_in("Gamma", samples.image()), 403, "OPERATOR_FROZEN")


# --- what nobody refers to -------------------------------------------------------------------------


@pytest.fixture
def aged(tmp_path: Path) -> Iterator[tuple[Papers, list[int]]]:
    """A house whose papers grow old at will."""
    with papers(tmp_path) as house:
        desk: Attachments = house.host.attachments
        later = [0]
        now_us = desk.now_us
        desk.now_us = lambda: now_us() + later[0]
        yield house, later


def tidied(house: Papers) -> int:
    """Tidy once; how many went."""
    return asyncio.run(tidy(house.host.attachments, house.hosted))


def test_what_nobody_refers_to_is_deleted_after_a_day_and_the_rest_stays(
    aged: tuple[Papers, list[int]],
) -> None:
    house, later = aged
    live, live_digest = filed(house, "Alpha", "op1", samples.pdf(width=103))
    closed, closed_digest = filed(house, "Beta", "op2", samples.pdf(width=104))
    house.do("Beta", "core.withdraw_application", application=closed)
    idle = house.handed_in("Alpha", samples.image())
    fresh = drafted(house, "Gamma", "op3")
    bogus = house.handed_in("Gamma", samples.pdf(), LETTER, PDF)
    assert attach(house, "Gamma", fresh + 100, bogus, len(samples.pdf())).status_code == 422
    later[0] = 23 * HOUR_US
    assert tidied(house) == tidied(house) == 0
    assert house.fetch("Alpha", idle).status_code == 200
    later[0] = 25 * HOUR_US
    young = house.handed_in("Alpha", samples.image(colour="green"))
    assert tidied(house) == 0
    refused(house.fetch("Alpha", idle), 404, "UNKNOWN_ATTACHMENT")
    assert tidied(house) == 2
    assert tidied(house) == 0
    for actor, digest in (("Alpha", live_digest), ("Beta", closed_digest), ("Alpha", young)):
        assert house.fetch(actor, digest).status_code == 200
    refused(house.fetch("Gamma", bogus), 404, "UNKNOWN_ATTACHMENT")
    names = {path.name for path in house.files()}
    assert names == {live_digest, closed_digest, young}
    # What an application referred to once stays, whatever becomes of the application.
    house.do("Alpha", "core.withdraw_application", application=live)
    later[0] = 60 * HOUR_US
    tidied(house)
    tidied(house)
    assert {path.name for path in house.files()} == {live_digest, closed_digest}


def test_what_is_handed_in_again_before_it_goes_stays(aged: tuple[Papers, list[int]]) -> None:
    house, later = aged
    data = samples.image()
    digest = house.handed_in("Alpha", data)
    later[0] = 25 * HOUR_US
    tidied(house)
    assert house.handed_in("Alpha", data) == digest
    assert tidied(house) == 0
    assert house.fetch("Alpha", digest).content == data


def test_what_a_killed_process_left_on_its_way_goes(aged: tuple[Papers, list[int]]) -> None:
    import os

    house, _ = aged
    house.handed_in("Alpha", samples.image())
    left, young = (house.folder / "incoming" / name for name in ("left", "young"))
    left.write_bytes(b"x")
    young.write_bytes(b"x")
    os.utime(left, (1, 1))
    house.host.attachments.sweep_incoming()
    assert not left.exists() and young.exists()
