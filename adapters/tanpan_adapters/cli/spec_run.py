"""Runs feature files through pytest-bdd in this process, with a reporter of our own instead of pytest's terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import pytest
from pytest_bdd.feature import features, get_feature

from tanpan.phrases.words import NotSo
from tanpan.refusals import Reason, Refusal
from tanpan_adapters.cli.language import both

_ISOLATED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


class Reporter:
    """Prints each feature, each scenario and, where one fails, the step and the reason.

    The reason is told in Chinese where that is asked for or the feature is written in it.
    """

    def __init__(self, lang: str, reasons: Mapping[str, Reason]) -> None:
        self._lang = lang
        self._reasons = reasons
        self._told = lang
        self._feature = ""
        self._scenario: Any = None
        self._step: Any = None
        self._reason = ""
        self.passed = 0
        self.failed = 0
        self.broken = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_bdd_apply_tag(self, tag: str, function: object) -> bool:
        """Tags select nothing here."""
        return True

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            lines = str(report.longrepr).splitlines()
            self.broken = next((line[1:].strip() for line in lines if line.startswith("E ")), lines[-1])

    def pytest_bdd_before_scenario(self, feature: Any, scenario: Any) -> None:
        self._scenario, self._step, self._reason = scenario, None, ""
        self._told = "zh" if feature.language.startswith("zh") else self._lang
        if feature.filename != self._feature:
            self._feature = feature.filename
            click.echo(f"{feature.name}  {click.style(_short(feature.filename), dim=True)}")

    def pytest_bdd_before_step(self, step: Any) -> None:
        self._step = step

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        # A refusal nobody asked about fails a scenario at its very end, when its world is torn down.
        if call.excinfo is not None and not self._reason:
            self._reason = _one_line(call.excinfo.value, self._told, self._reasons)
        if call.when == "teardown":
            self._finish(getattr(item, "callspec", None))

    def _finish(self, example: Any) -> None:
        name = self._scenario.name if self._scenario is not None else "?"
        if example is not None:
            name += f" [{example.id}]"
        if not self._reason:
            self.passed += 1
            click.echo(f"  {click.style('✓', fg='green')} {name}")
            return
        self.failed += 1
        click.echo(f"  {click.style('✗', fg='red')} {name}")
        if self._step is not None:
            line = f"{_short(self._feature)}:{self._step.line_number}"
            click.echo(f"      {line}: {self._step.keyword.strip()} {self._step.name}")
        click.echo(f"      {self._reason}")


def run(paths: Sequence[Path], lang: str, reasons: Mapping[str, Reason]) -> int:
    """Run the files; the command's exit code. `reasons` are the packs' own refusal codes."""
    reporter = Reporter(lang, reasons)
    for path in map(Path.resolve, paths):
        # Read anew, with or without a byte order mark; pytest-bdd then finds it read.
        features.pop(str(path), None)
        get_feature(str(path.parent), path.name, encoding="utf-8-sig")
    with TemporaryDirectory(prefix="tanpan_spec_") as folder, _quiet(Path(folder).name):
        modules = list(_modules(Path(folder), paths))
        code = pytest.main([*_options(Path(folder)), *modules], plugins=[reporter])
    if reporter.broken or int(code) not in (0, 1):
        click.echo(reporter.broken or both("运行中断", "interrupted", lang), err=True)
        return 2
    total = both(
        f"{reporter.passed} 个通过，{reporter.failed} 个失败",
        f"{reporter.passed} passed, {reporter.failed} failed",
        lang,
    )
    click.echo(click.style(total, fg="red" if reporter.failed else "green", bold=True))
    return 1 if reporter.failed else 0


def _options(folder: Path) -> list[str]:
    """Nothing of the machine's or of a project's own pytest settings plays a part."""
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\nfilterwarnings = ignore\n", encoding="utf-8")
    plugins = ("pytest_bdd.plugin", "tanpan_adapters.gherkin.steps", "no:terminal", "no:cacheprovider")
    return [
        "--disable-plugin-autoload",
        *(part for plugin in plugins for part in ("-p", plugin)),
        "--assert=plain",
        "--capture=no",
        "--import-mode=importlib",
        f"--rootdir={folder}",
        f"-c={settings}",
    ]


def _modules(folder: Path, paths: Sequence[Path]) -> Iterator[str]:
    """A module per feature file, whose name no other run of this process uses."""
    for number, path in enumerate(paths):
        module = folder / f"test_{folder.name}_{number}.py"
        source = f"from pytest_bdd import scenarios\n\nscenarios({str(path.resolve())!r})\n"
        module.write_text(source, encoding="utf-8")
        yield str(module)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Without the environment's options for pytest; forgets the modules of the run in the end."""
    kept = {key: os.environ.pop(key) for key in _ISOLATED if key in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
        for module in [module for module in sys.modules if name in module]:
            del sys.modules[module]


def _one_line(error: BaseException, lang: str, reasons: Mapping[str, Reason]) -> str:
    text = error.text(lang, reasons) if isinstance(error, (NotSo, Refusal)) else str(error)
    if not isinstance(error, (AssertionError, Refusal)) or not text:
        text = f"{type(error).__name__}: {text}".removesuffix(": ")
    return " ".join(text.split())


def _short(filename: str) -> str:
    """A path as it is shortest: relative where it lies below the present folder."""
    path = Path(filename)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else filename
