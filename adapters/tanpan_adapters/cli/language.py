"""Which of the two languages the command line speaks. Imports next to nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def default_language() -> str:
    """Chinese where `$LANG` begins with zh, else English."""
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def both(zh: str, en: str, language: str | None = None) -> str:
    """One of two texts: that of a language, or of the user's own."""
    return zh if (language or default_language()) == "zh" else en


def lang_option(function: F) -> F:
    """`--lang zh|en`."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=default_language,
        help=both("显示语言（默认随 $LANG）", "language (default: that of $LANG)"),
    )(function)


class Failure(click.ClickException):
    """What was asked can't be done: one line per message on stderr, never a traceback; exit 2."""

    exit_code = 2

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True, file=file)


class Finding(Failure):
    """What was asked was done, and the answer is bad: exit 1."""

    exit_code = 1
