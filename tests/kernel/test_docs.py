"""The repository's own words: every hook says what it asks for, in one place."""

import inspect

import pytest

from tanpan import hookspecs

HOOKS = {
    name: function
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if hasattr(function, "tanpan_spec")
}


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
