"""The register on both databases, and the same paper from several hands at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine

from attachments import samples
from attachments.papers import papers
from tanpan_adapters.attachments.desk import HOUR_US, Attachment, Attachments, Finding
from tanpan_adapters.attachments.register import Entry, Register
from tanpan_adapters.service.configuration import Attachments as Table
from tanpan_adapters.store import open_engine
from tanpan_adapters.vault import Vault


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = open_engine(database_url)
    yield made
    made.dispose()


def entry(digest: str, at: int = 0, owner: str = "Li", size: int = 10) -> Entry:
    return Entry("venue", digest, owner, "image/png", size, b"name", at)


def test_a_file_is_there_once_its_bytes_are(engine: Engine) -> None:
    register = Register(engine)
    assert register.find("venue", "a") is None
    assert register.enter(entry("a")) == (10, 10)
    assert register.find("venue", "a") is None
    register.ready("venue", "a")
    assert register.find("venue", "a") == entry("a")
    assert register.find("other", "a") is None
    assert register.enter(entry("a", at=5)) == (10, 10), "the same again takes no more room"
    assert register.enter(entry("b", size=3)) == (13, 13)
    assert not register.remove("venue", "a", unstored=True)
    assert register.remove("venue", "b", unstored=True)
    assert register.sizes("venue", "Li") == (10, 10)
    assert register.sizes("venue", "Wang") == (0, 0)
    register.judge("venue", ["a"], [], 0)
    assert register.sizes("venue", "Li") == (0, 10)


def test_what_is_doomed_is_gone_for_everybody_unless_it_comes_again(engine: Engine) -> None:
    register = Register(engine)
    for digest, at in (("a", 1), ("b", 2), ("c", 9)):
        register.enter(entry(digest, at))
        register.ready("venue", digest)
    register.use("venue", "b", 7)
    register.use("venue", "b", 7)
    register.use("venue", "b", 8)
    assert register.old("venue", 5, 10) == [("a", False), ("b", False)]
    assert register.uses("venue", ["a", "b"]) == [("b", 8), ("b", 7)]
    register.judge("venue", [], ["a", "b", "c"], 5)
    assert register.find("venue", "a") is None
    assert register.find("venue", "c") is not None, "it is too young"
    register.enter(entry("a", 6))
    assert register.find("venue", "a") is not None
    assert not register.remove("venue", "a")
    assert register.remove("venue", "b")
    assert register.uses("venue", ["b"]) == []
    assert register.of("venue", "Li") == ["a", "c"]


def desk_of(engine: Engine, folder: Path) -> Attachments:
    return Attachments(engine, Vault(engine, folder / "key"), Table(folder=str(folder / "papers")))


def hand_in(desk: Attachments, user: str, data: bytes) -> Attachment:
    arriving = desk.begin("venue", user, "a.png", "image/png")
    try:
        arriving.take(data)
        arriving.end()
        arriving.inspect()
        return arriving.keep()
    finally:
        arriving.drop()


def test_one_paper_from_several_hands_at_once_is_kept_once(engine: Engine, tmp_path: Path) -> None:
    desk = desk_of(engine, tmp_path)
    data = samples.noise(200_000)
    with ThreadPoolExecutor(6) as hands:
        digests = {one.digest for one in hands.map(lambda _: hand_in(desk, "Li", data), range(6))}
    (digest,) = digests
    found = desk.find("venue", digest)
    assert found is not None
    attachment, parts = desk.open(found)
    assert b"".join(parts) == data and attachment.name == "a.png"
    assert [path.name for path in (tmp_path / "papers").rglob("*") if path.is_file()] == [digest]
    desk.close()


def test_handing_in_and_deleting_at_once_never_leaves_a_row_without_its_bytes(
    engine: Engine, tmp_path: Path
) -> None:
    desk = desk_of(engine, tmp_path)
    data = samples.image()
    digest = hand_in(desk, "Li", data).digest
    now_us = desk.now_us

    def delete(_: int) -> None:
        desk.now_us = lambda: now_us() + 48 * HOUR_US
        for _ in range(2):
            uses, doomed, before = desk.candidates("venue")
            desk.delete("venue", uses, doomed, set(), before)

    with ThreadPoolExecutor(2) as hands:
        for round_ in range(5):
            done = [hands.submit(hand_in, desk, "Li", data), hands.submit(delete, round_)]
            for one in done:
                one.result()
            found = desk.find("venue", digest)
            assert (found is None) or b"".join(desk.open(found)[1]) == data
    desk.close()


def test_a_user_with_too_much_is_refused_before_his_next_file_comes(engine: Engine, tmp_path: Path) -> None:
    table = Table(folder=str(tmp_path / "papers"), waiting_bytes=1_000)
    desk = Attachments(engine, Vault(engine, tmp_path / "key"), table)
    with pytest.raises(Finding) as found:
        hand_in(desk, "Li", samples.noise(2_000))
    assert found.value.code == "ATTACHMENTS_FULL"
    assert desk.register.of("venue", "Li") == []
    desk.close()


def test_the_service_on_postgresql(database_url: str, tmp_path: Path) -> None:
    with papers(tmp_path, bare=True, url=database_url) as house:
        digest = house.handed_in("admin", samples.image())
        assert house.fetch("admin", digest).content == samples.image()
        assert house.fetch("admin2", digest).status_code == 404
