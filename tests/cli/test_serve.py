"""`tanpan serve`: what stops it before it starts, what it says, how it stops."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run, proposed

PATIENCE_S = 60.0
CODE = re.compile(r"(\w+)\s+(\w+)\s+((?:[A-Z0-9]{5}-){3}[A-Z0-9]{5})")


class Served:
    """A `tanpan serve` in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.address = ""

    @property
    def said(self) -> str:
        return (self.folder / "out").read_text(encoding="utf-8")

    @property
    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "err").read_text(encoding="utf-8").splitlines()]

    def wait_for(self, pattern: str) -> "re.Match[str]":
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(pattern, self.said)
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{pattern} was not said: {self.said} {(self.folder / 'err').read_text()}")

    def get(self, path: str) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with closing(error):
                return error.code, json.loads(error.read())

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Served]:
    """`tanpan serve` on a free port, with a folder for all it writes."""
    main = "from tanpan_adapters.cli import main; main()"
    program = [sys.executable, "-c", main, "serve", "--port", "0", *arguments]
    environment = {**os.environ, "LANG": "en_GB.UTF-8", "PYTHONUTF8": "1"}
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(program, cwd=folder, stdout=out, stderr=err, env=environment, text=True)
        served = Served(process, folder)
        try:
            served.address = served.wait_for(r"serves at (\S+)")[1]
            yield served
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def test_a_first_start_without_a_configuration_then_another(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        exchanges = proposed()
        for exchange in exchanges:
            served.wait_for(rf"{exchange}\s+admin2\s+\S+")
        codes = CODE.findall(served.said)
        assert sorted(code[:2] for code in codes) == sorted(
            (exchange, user) for exchange in exchanges for user in ("admin", "admin2")
        )
        assert served.get("/ready") == (
            200,
            {
                "status": "ready",
                "reasons": [],
                "exchanges": dict.fromkeys(exchanges, "writing"),
            },
        )
        assert served.get("/api/beijing")[0] == 401
        assert served.stop(signal.SIGTERM) == 0
    assert all(code not in json.dumps(served.logged) for *_, code in codes)
    assert served.logged[-1]["event"] == "stopped"
    with serving(tmp_path) as again:
        until = time.monotonic() + PATIENCE_S
        while again.get("/ready")[0] != 200 and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)
        assert not CODE.search(again.said), "codes are told once"
        assert again.stop(signal.SIGINT) == 0
    assert (tmp_path / "tanpan.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "tanpan.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_busy_port(tanpan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        result = tanpan("serve", "--port", port, "--lang", language)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert ("监听" in result.stderr) == (language == "zh")
    assert not list(tmp_path.iterdir()), "nothing was made"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[database]\nurll = 'x'", "unknown field `urll`"),
        ("[http]\nport = 'a'", "$.http.port"),
        ("[database", "tanpan.toml"),
        ("[exchanges.a]\npacks = ['nowhere']", "nowhere"),
        ("[exchanges.a]\npacks = ['ccer_national']\nstaff = ['one']", "$.exchanges"),
        ("[simulation]\nstart = 'noon'", "simulation.start"),
    ],
)
def test_a_configuration_that_cant_be_used(
    tanpan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tanpan.toml").write_text(text, encoding="utf-8")
    result = tanpan("serve", "--port", "0", "--lang", "en")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert said in result.stderr


def test_a_configuration_that_is_not_there(tanpan: Run, tmp_path: Path) -> None:
    result = tanpan("serve", "--config", tmp_path / "none.toml", "--lang", "en")
    assert result.exit_code == 2
    assert "none.toml" in result.stderr


def test_a_database_that_is_none(tanpan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tanpan.db").write_bytes(b"not a database" * 500)
    result = tanpan("serve", "--port", "0", "--lang", "en")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "tanpan.db" in result.stderr


def test_an_older_database_is_to_be_upgraded(
    tanpan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tanpan("init").exit_code == 0
    with closing(sqlite3.connect("tanpan.db")) as database, database:
        database.execute("UPDATE meta SET value = 'journal 1' WHERE key = 'schema'")
    result = tanpan("serve", "--port", "0", "--lang", "en")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "tanpan upgrade" in result.stderr


def test_a_journal_that_needs_another_pack(
    tanpan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tanpan("init").exit_code == 0
    text = Path("tanpan.toml").read_text(encoding="utf-8")
    Path("tanpan.toml").write_text(text.replace('["ccer_national"]', '["cea_shanghai"]'), encoding="utf-8")
    result = tanpan("serve", "--port", "0", "--lang", "en")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "exchanges.beijing: its journal needs ccer_national" in result.stderr


def test_another_key_than_the_databases(tanpan: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tanpan("init").exit_code == 0
    Path("tanpan.key").unlink()
    result = tanpan("serve", "--port", "0", "--lang", "en")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "tanpan.key" in result.stderr
    assert not Path("tanpan.key").exists(), "a new key would open nothing"
