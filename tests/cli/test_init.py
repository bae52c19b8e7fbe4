"""`tanpan init` and `tanpan invite`: a configuration that says everything, and codes that are told once."""

import re
from pathlib import Path

import msgspec
import pytest

from cli.conftest import Run, proposed
from tanpan_adapters.cli.commented import SENTENCES, commented, keys
from tanpan_adapters.service.configuration import Database, ExchangeTable, Http, Settings, Simulation, read
from tanpan_adapters.service.host import with_defaults

CODE = re.compile(r"(?:[A-Z0-9]{5}-){3}[A-Z0-9]{5}")
COMMENTED_OUT = re.compile(r"^# (\[[a-z_.]+\]|[a-z_]+ = .*)$", re.M)


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_file_reads_back_as_the_defaults_and_the_proposed_exchanges(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    assert read(Path("tanpan.toml")) == with_defaults(Settings())


def test_every_market_of_the_packs_has_an_exchange_at_the_first_run(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    exchanges = read(Path("tanpan.toml")).exchanges
    assert list(exchanges) == proposed()
    assert {"beijing", "shanghai", "hubei"} <= set(exchanges)
    assert (exchanges["hubei"].packs, exchanges["hubei"].name) == (["hubei_retail"], "湖北碳排放权交易中心")


def test_what_is_commented_out_are_the_defaults(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    text = Path("tanpan.toml").read_text(encoding="utf-8")
    everything = msgspec.toml.decode(COMMENTED_OUT.sub(r"\1", text), type=Settings)
    assert isinstance(everything.simulation, Simulation)
    assert msgspec.structs.replace(everything, simulation=None) == with_defaults(Settings())


def test_every_key_is_there_with_a_sentence_in_both_languages(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    text = Path("tanpan.toml").read_text(encoding="utf-8")
    for key in keys():
        zh, en = SENTENCES[key]
        assert zh in text and en in text, key
        assert re.search(
            rf"^(# )?({key.rpartition('.')[2]} = |\[{key}|\[exchanges\.\w+\.timetable)", text, re.M
        )
    assert set(SENTENCES) == set(keys())


def test_what_differs_from_the_defaults_is_written_out() -> None:
    settings = Settings(
        database=Database('postgresql://tanpan:"quoted"\\@db/tanpan'),
        http=Http(port=8443, trusted_proxies=["10.0.0.0/8", "::1"]),
        simulation=Simulation("2026-03-02T09:00", 30, True),
        exchanges={"a": ExchangeTable(packs=["one", "two"], name="甲", staff=["x", "y"])},
    )
    assert msgspec.toml.decode(commented(settings), type=Settings) == settings


def test_nothing_is_overwritten(tanpan: Run) -> None:
    Path("tanpan.toml").write_text("mine", encoding="utf-8")
    result = tanpan("init", "--lang", "en")
    assert result.exit_code == 2
    assert "never overwritten" in result.stderr
    assert [path.name for path in Path().iterdir()] == ["tanpan.toml"]
    assert Path("tanpan.toml").read_text(encoding="utf-8") == "mine"


def test_what_fails_leaves_no_configuration(tanpan: Run) -> None:
    result = tanpan("init", "--database", "sqlite:///nowhere/tanpan.db")
    assert result.exit_code == 2
    assert not list(Path().iterdir())


def test_the_first_staff(tanpan: Run) -> None:
    result = tanpan("init", "--staff", "wang", "--staff", "li", "--database", "sqlite:///mine.db")
    assert result.exit_code == 0
    assert len(CODE.findall(result.stdout)) == 2 * len(proposed())
    assert read(Path("tanpan.toml")).exchanges["beijing"].staff == ["wang", "li"]
    assert Path("tanpan.key").stat().st_mode & 0o777 == 0o600
    again = tanpan("invite", "beijing", "wang")
    assert again.exit_code == 0
    assert CODE.findall(again.stdout)[0] not in result.stdout
    assert tanpan("invite", "beijing", "admin").exit_code == 2, "nobody but those two was appointed"


@pytest.mark.parametrize("names", [("wang",), ("wang", "wang")])
def test_one_person_is_not_enough(tanpan: Run, names: tuple[str, ...]) -> None:
    result = tanpan("init", *(part for name in names for part in ("--staff", name)))
    assert result.exit_code == 2
    assert not list(Path().iterdir())


def test_whom_to_invite(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    assert CODE.search(tanpan("invite", "shanghai", "registry").stdout)
    for exchange, user, said in (
        ("nowhere", "admin", "no exchange nowhere"),
        ("beijing", "nobody", "no user nobody"),
        ("beijing", "clock", "no user clock"),
    ):
        result = tanpan("invite", exchange, user, "--lang", "en")
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert said in result.stderr


def test_a_database_that_is_up_to_date(tanpan: Run) -> None:
    assert tanpan("init").exit_code == 0
    result = tanpan("upgrade", "--lang", "en")
    assert result.exit_code == 0
    assert "already" in result.stdout
    assert tanpan("upgrade", "--database", "sqlite:///none.db").exit_code == 2
    assert not Path("none.db").exists()
