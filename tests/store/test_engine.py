"""A database that can't be used says so when it is opened, in words that name the file and the reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, make_url, update

from databases import only
from tanpan_adapters.store import EMPTY, Journal, StoreError, ViewStore, open_engine, views_url
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.schema import meta


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@only("sqlite")
def test_a_commit_is_on_disk_when_it_returns(engine: Engine) -> None:
    assert pragma(engine, "journal_mode") == "wal"
    assert pragma(engine, "synchronous") == 2  # FULL
    assert pragma(engine, "foreign_keys") == 1
    assert pragma(engine, "busy_timeout") == 10_000


@only("sqlite")
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
        ("postgresql+asyncpg://tanpan:secret@host/name", r"//tanpan:\*\*\*@host/name isn't supported"),
        ("postgresql://host", "names no database"),
        ("postgresql://host:port/name", "can't be read"),
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
    assert stored == "journal 2"


def stored_as(engine: Engine, stored: str) -> None:
    Journal(engine, "beijing")
    with writing(engine) as connection:
        connection.execute(update(meta).where(meta.c.key == "schema").values(value=stored))


@pytest.mark.parametrize(
    ("stored", "reason"),
    [
        ("journal 3", "reads 'journal 2': a newer database needs a newer tanpan"),
        ("journal 1", "reads 'journal 2': bring it up to date with `tanpan upgrade`"),
        ("journal one", "reads 'journal 2'"),
        ("", "reads 'journal 2'"),
    ],
)
def test_another_schema_version_is_refused(engine: Engine, stored: str, reason: str) -> None:
    stored_as(engine, stored)
    with pytest.raises(StoreError, match=f"holds '{stored}', but this version of tanpan {reason}"):
        Journal(engine, "beijing")


def test_a_database_without_a_schema_version_is_refused(engine: Engine) -> None:
    Journal(engine, "beijing")
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM meta")
    with pytest.raises(StoreError, match="holds None"):
        Journal(engine, "beijing")


def test_the_views_file_is_not_taken_for_a_journal(engine: Engine) -> None:
    ViewStore(engine)
    with pytest.raises(StoreError, match="holds 'views 2', but this version of tanpan reads 'journal 2'"):
        Journal(engine, "beijing")


def test_tables_that_say_their_own_version_may_lie_beside_the_journal(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE people_version (version TEXT)")
        connection.exec_driver_sql("CREATE TABLE people_names (name TEXT)")
    assert Journal(engine, "beijing").head() == EMPTY


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("CREATE TABLE songs (title TEXT)", "belongs to another program: it has no table `meta`"),
        ("CREATE TABLE meta (name TEXT)", "can't be prepared: .*column"),
    ],
)
def test_the_database_of_another_program_is_refused(engine: Engine, statement: str, reason: str) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(StoreError, match=reason):
        Journal(engine, "beijing")


# --- PostgreSQL ------------------------------------------------------------------------------------------


def setting(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SHOW {name}").scalar()


@only("postgresql")
def test_only_what_can_be_rebuilt_commits_without_waiting_for_the_servers_disk(url: str) -> None:
    for durable, expected in ((True, "on"), (False, "off")):
        engine = open_engine(url, durable=durable)
        assert setting(engine, "synchronous_commit") == expected
        engine.dispose()


def with_options(url: str, options: str) -> str:
    return make_url(url).update_query_dict({"options": options}).render_as_string(hide_password=False)


@only("postgresql")
def test_a_server_that_may_lose_commits_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="may lose commits: its synchronous_commit is off"):
        open_engine(with_options(url, "-c synchronous_commit=off"))


@only("postgresql")
def test_a_copy_that_follows_another_server_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="is read-only"):
        open_engine(with_options(url, "-c default_transaction_read_only=on"))


@only("postgresql")
def test_a_database_that_is_not_there_is_named_without_the_password(url: str) -> None:
    known = make_url(url)
    password = known.password or "secret"
    missing = known.set(database="nowhere", password=password).render_as_string(hide_password=False)
    with pytest.raises(
        StoreError, match=r'nowhere.* can\'t be opened: .*database "nowhere" does not exist'
    ) as told:
        open_engine(missing)
    assert str(password) not in str(told.value)


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(
        StoreError, match=r"//tanpan:\*\*\*@127.0.0.1:1/name can't be opened: .*refused"
    ) as told:
        open_engine("postgresql://tanpan:secret@127.0.0.1:1/name")
    assert "secret" not in str(told.value)


@only("postgresql")
@pytest.mark.parametrize("name", ["beijing", "上海", 'a "b" c\\d', "长" * 40])
def test_the_views_of_each_exchange_lie_in_a_schema_of_their_own(url: str, name: str) -> None:
    with pytest.raises(StoreError, match="has no schema"):
        open_engine(views_url(url, name), create=False)
    for _ in range(2):
        engine = open_engine(views_url(url, name), durable=False)
        ViewStore(engine)
        assert sorted(inspect(engine).get_table_names()) == ["meta", "state", "views"]
        engine.dispose()
    journals = open_engine(url)
    Journal(journals, name)
    assert {"journal", "outbox"} <= set(inspect(journals).get_table_names())
    journals.dispose()
