"""Both stores keep what they are given, give it back, forget it, and take no name from outside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from attachments import samples
from attachments.papers import papers
from attachments.s3_server import BUCKET, KEY, running
from tanpan_adapters.attachments.stores import S3, Folder, Missing, Store, StoreAway, store_of
from tanpan_adapters.service.configuration import Attachments, ConfigurationError

NAME = "ab" * 32


def key_file(folder: Path, text: str = f"{KEY}\n{KEY}\n", mode: int = 0o600) -> str:
    path = folder / "s3.key"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 of our own, or the one the environment names."""
    if own := os.environ.get("TANPAN_TEST_S3"):
        yield own
        return
    with running() as server:
        yield server.endpoint


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Folder(tmp_path / "kept")
    endpoint = request.getfixturevalue("endpoint")
    table = Attachments(s3_endpoint=endpoint, s3_bucket=BUCKET, s3_key_file=key_file(tmp_path))
    made = store_of(table)
    assert isinstance(made, S3)
    return made


def file_of(folder: Path, data: bytes) -> Path:
    path = folder / "arriving"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [1, 300_000, 11_000_000])
def test_what_is_kept_comes_back_until_it_is_deleted(store: Store, tmp_path: Path, size: int) -> None:
    assert not store.exists(NAME)
    with pytest.raises(Missing):
        list(store.get(NAME))
    data = os.urandom(size)
    store.put(NAME, file_of(tmp_path, data))
    assert store.exists(NAME)
    assert b"".join(store.get(NAME)) == data
    store.put(NAME, file_of(tmp_path, b"again"))
    assert b"".join(store.get(NAME)) == b"again"
    store.delete(NAME)
    store.delete(NAME)
    assert not store.exists(NAME)


@pytest.mark.parametrize(
    "name", ["", "a", "../" * 21 + "x", "AB" * 32, "ab" * 33, "ab" * 31 + "/x", "ab" * 32 + "\n"]
)
def test_only_names_that_were_made_here_are_names(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        store.put(name, file_of(tmp_path, b"x"))
    with pytest.raises(ValueError):
        list(store.get(name))
    with pytest.raises(ValueError):
        store.delete(name)


@pytest.mark.parametrize(
    ("text", "mode"), [("three short words", 0o600), ("", 0o600), (f"{KEY}\n{KEY}\n", 0o644), ("\xff", 0o600)]
)
def test_a_key_file_that_is_none_or_open_is_refused(tmp_path: Path, text: str, mode: int) -> None:
    table = Attachments(
        s3_endpoint="http://x.invalid", s3_bucket=BUCKET, s3_key_file=key_file(tmp_path, text, mode)
    )
    with pytest.raises(StoreAway, match="key file"):
        store_of(table)


@pytest.mark.parametrize("lacking", ["s3_bucket", "s3_key_file"])
def test_a_bucket_of_which_half_is_said_is_a_fault_of_the_configuration(tmp_path: Path, lacking: str) -> None:
    said = {"s3_endpoint": "http://x.invalid", "s3_bucket": BUCKET, "s3_key_file": key_file(tmp_path)}
    with pytest.raises(ConfigurationError, match="s3_bucket"), papers(tmp_path, **{**said, lacking: ""}):
        pass


def test_a_wrong_key_and_a_server_that_is_away_are_told(tmp_path: Path) -> None:
    with running() as server:
        table = Attachments(
            s3_endpoint=server.endpoint, s3_bucket=BUCKET, s3_key_file=key_file(tmp_path, f"{KEY}\nWRONG\n")
        )
        with pytest.raises(StoreAway):
            store_of(table).put(NAME, file_of(tmp_path, b"x"))
        assert not server.kept
    with pytest.raises(StoreAway):
        store_of(table).put(NAME, file_of(tmp_path, b"x"))


def test_the_service_keeps_papers_in_a_bucket(tmp_path: Path) -> None:
    with running() as server:
        s3 = {"s3_endpoint": server.endpoint, "s3_bucket": BUCKET, "s3_key_file": key_file(tmp_path)}
        with papers(tmp_path, bare=True, **s3) as house:
            data = samples.png_with_text(b"clear text" * 10)
            digest = house.handed_in("admin", data)
            assert list(server.kept) == [digest] and b"clear text" not in server.kept[digest]
            assert house.fetch("admin", digest).content == data
            assert not house.files()
        with papers(tmp_path, bare=True, **s3) as house:
            assert house.fetch("admin", digest).content == data
            server.kept.clear()
            assert house.fetch("admin", digest).status_code == 503
        server.shutdown()
