"""`tanpan spec`: run feature files against the installed packs, or list the phrases they are written in."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from tanpan.packs import installed
from tanpan.phrases import Phrase, core_phrases
from tanpan.refusals import BY_CODE
from tanpan_adapters.cli.language import Failure, both, lang_option
from tanpan_adapters.cli.packs import assembly_of
from tanpan_adapters.cli.spec_words import vocabulary


@click.command(
    help=both(
        "运行特性文件（也可给文件夹）。全部通过返回 0，有失败返回 1，文件不可用返回 2。",
        "Run feature files, or all below a folder. Exit 0: all passed; 1: failures; 2: unusable files.",
    )
)
@click.argument("files", metavar="FILE…", nargs=-1, type=click.Path(path_type=Path))
@click.option("--steps", is_flag=True, help=both("列出可用语句", "list the phrases"))
@lang_option
def spec(files: tuple[Path, ...], steps: bool, lang: str) -> None:
    """Run or list."""
    packs = sorted(installed())
    assembly = assembly_of(packs, lang)
    phrases = (*core_phrases(), *assembly.phrases)
    if steps:
        _list(phrases, lang)
        click.echo(f"\n{vocabulary(assembly, lang)}")
        return
    if not files:
        raise Failure(both("请给出特性文件，或用 --steps", "name a feature file, or use --steps", lang))
    if not (find_spec("pytest") and find_spec("pytest_bdd")):
        raise Failure(
            both(
                "缺少 pytest 与 pytest-bdd：pip install 'tanpan[spec]'",
                "pytest and pytest-bdd are missing: pip install 'tanpan[spec]'",
                lang,
            )
        )
    # Imported only now: both need what the extra `spec` installs.
    from tanpan_adapters.cli.spec_check import Known, unusable
    from tanpan_adapters.cli.spec_run import run

    paths = [found for file in files for found in _below(file, lang)]
    problems = unusable(paths, Known(phrases, {**BY_CODE, **assembly.reasons}, packs), lang)
    if problems:
        raise Failure(*problems)
    raise SystemExit(run(paths, lang, assembly.reasons))


def _below(file: Path, lang: str) -> list[Path]:
    if not file.is_dir():
        return [file]
    found = sorted(file.rglob("*.feature"))
    if not found:
        raise Failure(both(f"{file} 下没有特性文件", f"there is no feature file below {file}", lang))
    return found


def _list(phrases: tuple[Phrase, ...], lang: str) -> None:
    """Each phrase in the language asked for, the other one below it."""
    needs = both("（后接表格）", " (with a table)", lang)
    for phrase in phrases:
        first, second = (phrase.zh, phrase.en) if lang == "zh" else (phrase.en, phrase.zh)
        click.echo(f"{first}{needs if phrase.table else ''}\n    {second}")
    click.echo(both(f"共 {len(phrases)} 句", f"{len(phrases)} phrases", lang))
