"""The repository's own words: every hook says what it asks for, in one place."""

import inspect
import re
from pathlib import Path

import pytest

from tanpan import hookspecs
from tanpan.packs import assemble

HOOKS = {
    name: function
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if hasattr(function, "tanpan_spec")
}
PACKS = (Path(__file__).parents[2] / "docs" / "packs.md").read_text()
ROWS = dict(re.findall(r"^\| `(tanpan_\w+)` \| (.+) \|$", PACKS, re.MULTILINE))
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PACKS, re.MULTILINE | re.DOTALL)


def test_the_hooks_are_found() -> None:
    assert "tanpan_pack" in HOOKS


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_says_in_one_line_what_it_asks_and_how_answers_combine(hook: str) -> None:
    lines = (HOOKS[hook].__doc__ or "").strip().splitlines()
    assert len(lines) == 1
    sentence, _, combined = lines[0].partition(". ")
    assert sentence[0].isupper()
    assert "nswer" in combined
    assert combined.endswith(".")


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_is_named_for_tanpan_and_says_what_it_returns(hook: str) -> None:
    assert hook.startswith("tanpan_")
    assert inspect.signature(HOOKS[hook]).return_annotation is not inspect.Signature.empty


def test_the_guide_to_packs_lists_every_hook_and_no_other() -> None:
    assert list(ROWS) == sorted(HOOKS, key=lambda hook: HOOKS[hook].__code__.co_firstlineno)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_guide_to_packs_says_of_a_hook_what_its_page_says(hook: str) -> None:
    assert ROWS[hook] == HOOKS[hook].__doc__


def test_the_examples_of_the_guide_to_packs_make_a_pack() -> None:
    assert any("@hookimpl" in example for example in EXAMPLES)
    for example in EXAMPLES:
        module = type(pytest)("my_market")
        exec(compile(example, "docs/packs.md", "exec"), module.__dict__)
        if "@hookimpl" in example:
            assert assemble([module]).packs[0].name == "my_market"
