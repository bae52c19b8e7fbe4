"""How the command line shows things: tables that align in both scripts, progress, numbers for people."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

PIPED_COLUMNS = 132
"""The width of tables that are not shown on a terminal."""
FIGURE_CELLS = 15
"""The least width of a column of figures, so that tables one below the other align."""


def console() -> Console:
    """Standard output: as wide as the terminal, or wide enough for a file; nothing in a text is markup."""
    width = None if sys.stdout.isatty() else _columns()
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False, soft_wrap=False)


def _columns() -> int:
    asked = os.environ.get("COLUMNS", "")
    return int(asked) if asked.isdecimal() and int(asked) else PIPED_COLUMNS


def table(title: str, *columns: tuple[str, str]) -> Table:
    """A table; each column is a heading and `l`, `r` or `n` (left, not folded)."""
    made = Table(
        title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for heading, how in columns:
        right = how == "r"
        made.add_column(
            heading,
            justify="right" if right else "left",
            no_wrap=how != "l",
            overflow="fold",
            min_width=FIGURE_CELLS if right else None,
        )
    return made


def print_table(made: Table) -> None:
    """Print a table without the blank lines and trailing spaces around it, and one blank line after it."""
    out = console()
    with out.capture() as captured:
        out.print(made)
    for line in captured.get().splitlines():
        if line.strip():
            click.echo(line.rstrip())
    click.echo()


def pad(text: str, width: int) -> str:
    """Text padded to so many terminal cells: a Chinese character takes two."""
    return text + " " * max(0, width - cell_len(text))


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while something takes long, on a terminal only; call it with (done, total)."""
    errors = Console(stderr=True)
    if not errors.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
