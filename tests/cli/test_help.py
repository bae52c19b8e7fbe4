"""The command line starts fast: nothing heavy is imported before a command needs it."""

import subprocess
import sys

import pytest

from cli.conftest import Run
from tanpan_adapters.cli import COMMANDS

HEAVY = (
    "sqlalchemy",
    "pytest",
    "rich",
    "chinese_calendar",
    "msgspec",
    "tanpan.exchange",
    "litestar",
    "uvicorn",
)


def test_importing_the_command_line_imports_nothing_heavy() -> None:
    program = f"import sys, tanpan_adapters.cli\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help(tanpan: Run, command: str) -> None:
    assert command in tanpan("--help").stdout
    assert tanpan(command, "--help").exit_code == 0


def test_the_language_follows_the_environment(tanpan: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "没有安装规则包" in tanpan("rules", "nowhere").stderr
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert "is not installed" in tanpan("rules", "nowhere").stderr


def test_an_unknown_command(tanpan: Run) -> None:
    assert tanpan("trade").exit_code == 2
