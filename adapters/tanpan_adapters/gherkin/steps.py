"""A pytest plugin: every phrase of the kernel and of the installed packs as a step, in both languages.

Loaded with `-p tanpan_adapters.gherkin.steps`. A test module may override the fixture `drivers`, which
makes the driver a scenario speaks to.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from pytest_bdd import parsers, step

from tanpan.driver import Driver, KernelDriver
from tanpan.packs import assemble, installed, load
from tanpan.phrases import Phrase, core_phrases
from tanpan.phrases.world import World
from tanpan_adapters.calendars import published

Drivers = Callable[[Sequence[str], int], Driver]


def all_phrases() -> tuple[Phrase, ...]:
    """The kernel's phrases and those of every installed pack."""
    return (*core_phrases(), *assemble(load(installed())).phrases)


@pytest.fixture
def drivers() -> Drivers:
    """Makes the exchange of a scenario: the kernel in memory, with the published calendar."""
    return lambda packs, at: KernelDriver(packs, published(), at)


@pytest.fixture
def world(drivers: Drivers) -> Iterator[World]:
    """The world of one scenario; a refusal nobody asked about fails it in the end."""
    made = World(drivers)
    yield made
    made.accepted()


def _function(phrase: Phrase, pattern: str) -> Callable[..., None]:
    """The phrase's function with the signature pytest-bdd reads its words from."""
    words = list(re.compile(pattern).groupindex)
    names = ["world", *words, *(["datatable"] if phrase.table else [])]

    def run(**values: Any) -> None:
        if phrase.table:
            values["table"] = [list(row) for row in values.pop("datatable")]
        phrase.run(values.pop("world"), **values)

    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


for _phrase in all_phrases():
    for _pattern in _phrase.patterns:
        step(parsers.re(_pattern))(_function(_phrase, _pattern))
