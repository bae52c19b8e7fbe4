"""Letters: what a message says, in Chinese with English below.

A pack writes its own in its `letters.toml`, each under the name of the event that causes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from attrs import frozen

from tanpan.packs import installed

RULE: Final = "―" * 24


@frozen
class Letter:
    """What is sent: a subject and a text; a short text where it may go by text message."""

    subject: str
    text: str
    sms: str = ""


def letter_of(kind: str, words: Mapping[str, str]) -> Letter:
    """The letter of a kind of message with its words filled in; KeyError for a kind without one."""
    form = _forms().get(kind) or _of_a_pack(kind)
    plain = {key: _one_line(value) for key, value in words.items()}
    text = f"{form['zh'].strip()}\n\n{RULE}\n\n{form['en'].strip()}\n".format_map(plain)
    return Letter(form["subject"].format_map(plain), text, form.get("sms", "").format_map(plain))


def has_letter(event: str) -> bool:
    """Whether the pack of an event writes a letter of its own that goes out with an application's effect."""
    return bool(_written(event)) and not told_accounts(event)


def told_accounts(event: str) -> tuple[str, ...]:
    """The fields of a pack's event that hold the accounts to be told of it, as its letter says."""
    return tuple(_written(event).get("to", ()))


def _written(event: str) -> Any:
    try:
        return _of_a_pack(event)
    except KeyError:
        return {}


def _of_a_pack(event: str) -> Any:
    pack, _, name = event.partition(".")
    return _forms_of(pack)[name]


@cache
def _forms_of(pack: str) -> dict[str, Any]:
    point = installed().get(pack)
    file = files(point.value) / "letters.toml" if point is not None else None
    return tomllib.loads(file.read_text("utf-8")) if file is not None and file.is_file() else {}


def purpose_words(purpose: str) -> tuple[str, str]:
    """What a code is for, in Chinese and in English."""
    zh, en = _forms()["purposes"][purpose]
    return zh, en


@cache
def _forms() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "messages.toml").read_text("utf-8"))


def _one_line(value: str) -> str:
    return " ".join(value.split())
