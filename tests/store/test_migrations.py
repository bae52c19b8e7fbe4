"""An old database is brought up to date as a whole, or refused; it is never half read and never half changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, inspect

from databases import only
from store.first_version import kept, make_first_version
from store.samples import batch, batches, message
from tanpan_adapters.store import Journal, Outbox, StoreError, open_engine, try_office, upgrade
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.migrations.versions import version_2


@pytest.fixture
def old(url: str) -> Iterator[Engine]:
    make_first_version(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


def version(engine: Engine) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'schema'").scalar()


def layout(connection: Connection) -> dict[str, object]:
    """Tables, columns, keys and indexes as the database tells them."""
    inspector = inspect(connection)
    return {
        name: (
            sorted((one["name"], str(one["type"]), one["nullable"]) for one in inspector.get_columns(name)),
            inspector.get_pk_constraint(name)["constrained_columns"],
            sorted(one["column_names"] for one in inspector.get_indexes(name)),
            [one["column_names"] for one in inspector.get_unique_constraints(name)],
        )
        for name in inspector.get_table_names()
    }


def test_an_old_database_is_refused_by_everything_else(old: Engine) -> None:
    says = "holds 'journal 1', but this version of tanpan reads 'journal 2': .*`tanpan upgrade`"
    for use in (
        lambda: Journal(old, "beijing"),
        lambda: try_office(old, "beijing"),
        lambda: Outbox(old, "x"),
    ):
        with pytest.raises(StoreError, match=says):
            use()
    assert version(old) == "journal 1"


def test_an_old_database_is_brought_up_to_date_and_keeps_what_it_holds(url: str, old: Engine) -> None:
    before = kept(old)
    assert upgrade(url) == (1, 2)
    assert kept(old) == before
    with Journal(old, "beijing") as journal:
        assert list(journal.read()) == batches(3)
        assert journal.verify().records == 9
        assert journal.read_snapshot(6)[0] is not None
        journal.append([batch(10)], messages=[message(10)])
    assert Outbox(old, "beijing").undelivered() == (1, 0)


def test_an_upgraded_database_is_laid_out_like_a_new_one(url: str, old: Engine) -> None:
    upgrade(url)
    with old.connect() as connection:
        upgraded = layout(connection)
    with writing(old) as connection:
        for name in upgraded:
            connection.exec_driver_sql(f"DROP TABLE {name}")
    Journal(old, "beijing")
    with old.connect() as connection:
        assert layout(connection) == upgraded


def test_a_database_that_is_up_to_date_stays_as_it_is(url: str, engine: Engine) -> None:
    with Journal(engine, "beijing") as journal:
        journal.append(batches(1))
    assert upgrade(url) == (2, 2)
    assert Journal(engine, "beijing").head().seq == 3


def test_a_migration_that_fails_changes_nothing(url: str, old: Engine) -> None:
    with writing(old) as connection:
        connection.exec_driver_sql("CREATE TABLE other (x TEXT)")
        connection.exec_driver_sql(
            "CREATE INDEX outbox_by_due ON other (x)"
        )  # the migration's last step fails
    with pytest.raises(StoreError, match=r"can't be brought up to date: .*outbox_by_due"):
        upgrade(url)
    assert version(old) == "journal 1"
    assert "outbox" not in inspect(old).get_table_names()


def test_a_newer_database_is_refused(url: str, engine: Engine) -> None:
    Journal(engine, "beijing")
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE meta SET value = 'journal 3' WHERE key = 'schema'")
    with pytest.raises(StoreError, match=r"holds 'journal 3'.*a newer database needs a newer tanpan"):
        upgrade(url)


def test_an_empty_database_is_refused(url: str, engine: Engine) -> None:
    with pytest.raises(StoreError, match="is empty"):
        upgrade(url)


@only("sqlite")
def test_a_database_that_is_not_there_is_not_made(url: str) -> None:
    with pytest.raises(StoreError, match="doesn't exist"):
        upgrade(url)


def test_a_version_follows_the_one_before() -> None:
    assert (version_2.down_revision, version_2.revision) == ("1", "2")
