"""`tanpan rotate-key`: the master key of a stopped service is changed, and the old file can go."""

from pathlib import Path

import pytest

from cli.conftest import Run
from tanpan_adapters.keyring import read_key_file
from tanpan_adapters.store import open_engine, try_office


@pytest.fixture(autouse=True)
def _founded(tanpan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tanpan("init").exit_code == 0


def test_the_service_goes_on_with_the_new_key_and_without_the_old_file(tanpan: Run) -> None:
    before = read_key_file(Path("tanpan.key"))
    result = tanpan("rotate-key", "--lang", "en")
    assert result.exit_code == 0
    assert "the master key was changed: tanpan.key" in result.stdout
    assert read_key_file(Path("tanpan.key.old")) == before != read_key_file(Path("tanpan.key"))
    assert Path("tanpan.key").stat().st_mode & 0o777 == 0o600
    Path("tanpan.key.old").unlink()
    assert tanpan("invite", "beijing", "admin").exit_code == 0


def test_an_old_key_that_was_not_put_away_stands_against_the_next_change(tanpan: Run) -> None:
    assert tanpan("rotate-key").exit_code == 0
    result = tanpan("rotate-key", "--lang", "en")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "tanpan.key.old is of an earlier change" in result.stderr


def test_nothing_is_changed_while_a_service_writes(tanpan: Run) -> None:
    before = read_key_file(Path("tanpan.key"))
    engine = open_engine("sqlite:///tanpan.db")
    office = try_office(engine, "shanghai")
    assert office is not None
    try:
        result = tanpan("rotate-key", "--lang", "en")
    finally:
        office.close()
        engine.dispose()
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "a service writes the exchange shanghai" in result.stderr
    assert read_key_file(Path("tanpan.key")) == before
    assert tanpan("rotate-key").exit_code == 0
