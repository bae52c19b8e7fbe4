"""A database that can't be used says so when it is opened, in words that name the file and the reason."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tanpan_adapters.store import Journal, StoreError, ViewStore, open_engine, views_url
from tanpan_adapters.store.engine import writing


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_a_commit_is_on_disk_when_it_returns(engine: Engine) -> None:
    assert pragma(engine, "journal_mode") == "wal"
    assert pragma(engine, "synchronous") == 2  # FULL
    assert pragma(engine, "foreign_keys") == 1
    assert pragma(engine, "busy_timeout") == 10_000


def test_what_can_be_rebuilt_may_commit_without_waiting_for_the_disk(url: str) -> None:
    engine = open_engine(url, durable=False)
    assert pragma(engine, "synchronous") == 1  # NORMAL
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("tanpan.db", "'tanpan.db' isn't a database URL"),
        ("", "'' isn't a database URL"),
        ("mysql://host/name", "mysql://host/name isn't supported"),
        ("postgresql://tanpan:secret@host/name", r"postgresql://tanpan:\*\*\*@host/name isn't supported"),
        ("sqlite+aiosqlite:///tanpan.db", "isn't supported"),
        ("sqlite://tanpan.db", "lacks a slash"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///tanpan.db?mode=ro", "options after"),
    ],
)
def test_an_unusable_url_is_refused(url: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        open_engine(url)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=f"the folder {tmp_path}/none doesn't exist"):
        open_engine(f"sqlite:///{tmp_path}/none/tanpan.db")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="it is a folder"):
        open_engine(f"sqlite:///{tmp_path}")


def test_a_missing_file_is_refused_where_none_may_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"typo\.db doesn't exist"):
        open_engine(f"sqlite:///{tmp_path}/typo.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_a_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("挂牌协议交易\n" * 100)
    with pytest.raises(StoreError, match=r"notes\.txt can't be opened: file is not a database"):
        open_engine(f"sqlite:///{path}")
    assert path.read_text() == "挂牌协议交易\n" * 100


def test_a_file_system_that_takes_no_file_is_reported() -> None:
    with pytest.raises(StoreError, match=r"the database /proc/tanpan\.db can't be opened"):
        open_engine("sqlite:////proc/tanpan.db")


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tanpan.db"
    path.touch(mode=0o400)
    # Root may write everything: the system's answer is given here, so that the refusal is seen by everybody.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="the file isn't readable and writable"):
        open_engine(f"sqlite:///{path}")


def test_a_path_may_hold_spaces_and_chinese_and_what_a_url_must_encode(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/碳 盘%3F.db").dispose()
    open_engine(views_url(f"sqlite:///{tmp_path}/碳 盘%3F.db")).dispose()
    assert {path.name for path in tmp_path.iterdir()} == {"碳 盘?.db", "碳 盘?.views.db"}


def test_an_empty_database_is_initialised_and_found_ready_by_the_next(engine: Engine) -> None:
    Journal(engine, "beijing")
    Journal(engine, "beijing")
    with engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'schema'").scalar()
    assert stored == "journal 1"


@pytest.mark.parametrize("stored", ["journal 2", "journal 0", "journal one", ""])
def test_an_unknown_schema_version_is_refused(engine: Engine, stored: str) -> None:
    Journal(engine, "beijing")
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'schema'", (stored,))
    with pytest.raises(StoreError, match=f"holds '{stored}', but this version of tanpan reads 'journal 1'"):
        Journal(engine, "beijing")


def test_a_database_without_a_schema_version_is_refused(engine: Engine) -> None:
    Journal(engine, "beijing")
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM meta")
    with pytest.raises(StoreError, match="holds None"):
        Journal(engine, "beijing")


def test_the_views_file_is_not_taken_for_a_journal(engine: Engine) -> None:
    ViewStore(engine)
    with pytest.raises(StoreError, match="holds 'views 1', but this version of tanpan reads 'journal 1'"):
        Journal(engine, "beijing")


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("CREATE TABLE songs (title TEXT)", "belongs to another program: it has no table `meta`"),
        ("CREATE TABLE meta (name TEXT)", "can't be prepared: no such column"),
    ],
)
def test_the_database_of_another_program_is_refused(
    url: str, tmp_path: Path, statement: str, reason: str
) -> None:
    other = sqlite3.connect(tmp_path / "tanpan.db")
    other.execute(statement)
    other.close()
    engine = open_engine(url)
    with pytest.raises(StoreError, match=reason):
        Journal(engine, "beijing")
    engine.dispose()
