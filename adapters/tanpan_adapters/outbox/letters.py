"""Letters: what a message says, in Chinese with English below."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from attrs import frozen

RULE: Final = "―" * 24


@frozen
class Letter:
    """What is sent: a subject and a text; a short text where it may go by text message."""

    subject: str
    text: str
    sms: str = ""


def letter_of(kind: str, words: Mapping[str, str]) -> Letter:
    """The letter of a kind of message with its words filled in; KeyError for a kind without one."""
    form = _forms()[kind]
    plain = {key: _one_line(value) for key, value in words.items()}
    text = f"{form['zh'].strip()}\n\n{RULE}\n\n{form['en'].strip()}\n".format_map(plain)
    return Letter(form["subject"].format_map(plain), text, form.get("sms", "").format_map(plain))


def purpose_words(purpose: str) -> tuple[str, str]:
    """What a code is for, in Chinese and in English."""
    zh, en = _forms()["purposes"][purpose]
    return zh, en


@cache
def _forms() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "messages.toml").read_text("utf-8"))


def _one_line(value: str) -> str:
    return " ".join(value.split())
