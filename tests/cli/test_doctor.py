"""`tanpan doctor`: what is wrong is found, with what to do about it."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from cli.conftest import Run, proposed
from databases import only
from tanpan.calendar import Calendar
from tanpan_adapters.doctor import machine
from tanpan_adapters.keyring import create_key_file

Levels = dict[str, str]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def levels(tanpan: Run, *arguments: str) -> Levels:
    """Each check's level, by what was looked at."""
    result = tanpan("doctor", "--json", *arguments)
    checks = json.loads(result.stdout)
    assert result.exit_code == int(any(check["level"] != "ok" for check in checks))
    for check in checks:
        assert check["zh"] and check["en"]
        assert bool(check["do_zh"]) == bool(check["do_en"]) == (check["level"] != "ok")
    return {check["what"]: check["level"] for check in checks}


def test_a_new_installation(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    found = levels(tanpan)
    assert {what for what, level in found.items() if level == "fail"} == set()
    assert {what for what, level in found.items() if level == "warn"} <= {
        "mail.host",
        "calendar",
        *(f"{exchange} views" for exchange in proposed()),
        "disk",
    }
    assert found["durability"] == found["write"] == found["beijing clock"] == found["schema vault"] == "ok"
    with closing(sqlite3.connect("tanpan.db")) as database:
        assert database.execute("SELECT count(*) FROM meta WHERE key = 'doctor'").fetchone() == (0,)


def test_it_speaks_both_languages(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    assert "项检查" in tanpan("doctor", "--lang", "zh").stdout
    assert "checks" in tanpan("doctor", "--lang", "en").stdout


def test_nothing_there_yet(tanpan: Run) -> None:
    found = levels(tanpan)
    assert found["database"] == found["vault.key_file"] == "fail"
    assert not list(Path().iterdir()), "looking makes nothing"


def test_an_older_database(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    with closing(sqlite3.connect("tanpan.db")) as database, database:
        database.execute("UPDATE meta SET value = 'journal 1' WHERE key = 'schema'")
    assert levels(tanpan)["schema journal"] == "fail"


def test_the_key_file(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    key = Path("tanpan.key")
    key.chmod(0o644)
    assert levels(tanpan)["vault.key_file"] == "fail"
    key.unlink()
    assert levels(tanpan)["vault.key_file"] == "fail"
    assert not key.exists()


def test_another_databases_key(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    Path("tanpan.key").unlink()
    create_key_file(Path("tanpan.key"))
    assert levels(tanpan)["vault.key_file"] == "fail"


def test_a_clock_behind_the_last_record(tanpan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tanpan("init").exit_code == 0
    monkeypatch.setattr("tanpan_adapters.doctor.exchanges.time.time_ns", lambda: 0)
    found = levels(tanpan)
    assert found["beijing clock"] == found["shanghai clock"] == "fail"


def test_packs_the_journal_needs(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    text = Path("tanpan.toml").read_text(encoding="utf-8")
    Path("tanpan.toml").write_text(text.replace('["ccer_national"]', '["cea_shanghai"]'), encoding="utf-8")
    found = levels(tanpan)
    assert (found["beijing packs"], found["shanghai packs"]) == ("fail", "ok")


def test_unwise_settings_are_warned_of(tanpan: Run) -> None:
    Path("tanpan.toml").write_text(
        "[http]\nhost = '0.0.0.0'\nsecure_cookies = false\n"
        "[sign_in]\nstaff_need_second_factor = false\n[simulation]\nstart = '2026-03-02T09:00'\n"
    )
    found = levels(tanpan)
    for what in ("http.host", "http.secure_cookies", "sign_in.staff_need_second_factor", "simulation"):
        assert found[what] == "warn"


@pytest.mark.parametrize(
    ("today", "level"),
    [(date(2026, 1, 5), "ok"), (date(2026, 10, 1), "warn"), (date(2026, 12, 31), "fail")],
)
def test_how_far_the_calendar_is_published(today: date, level: str) -> None:
    days = [date(2026, month, day) for month in range(1, 13) for day in range(1, 21)]
    calendar = Calendar(days, days, date(2026, 1, 1), date(2026, 12, 31))
    assert [check.level for check in machine.calendar(calendar, today)] == [level]


@only("postgresql")
def test_a_real_postgresql(tanpan: Run, database_url: str) -> None:
    assert tanpan("init", "--database", database_url).exit_code == 0
    found = levels(tanpan)
    assert {what for what, level in found.items() if level == "fail"} == set()
    assert found["durability"] == "warn", "there is no synchronous stand-by"
    assert found["clock"] == found["write"] == found["schema journal"] == "ok"
    assert "file_mode" not in found


def test_a_password_of_the_database_is_never_shown(tanpan: Run) -> None:
    url = "postgresql://tanpan:VerySecret@127.0.0.1:1/tanpan"
    Path("tanpan.toml").write_text(f'[database]\nurl = "{url}"\n')
    for arguments in (("doctor",), ("doctor", "--json"), ("serve", "--port", "0"), ("upgrade",)):
        result = tanpan(*arguments)
        assert result.exit_code in (1, 2)
        assert "VerySecret" not in result.output
