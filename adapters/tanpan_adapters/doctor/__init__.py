"""What `tanpan doctor` looks at: each check says how it stands and, where it doesn't stand well, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "fail"


class Check(msgspec.Struct, frozen=True):
    """One line: what was looked at, how it stands, in both languages, and what to do about it."""

    what: str
    level: str
    zh: str
    en: str
    do_zh: str = ""
    do_en: str = ""


def ok(what: str, zh: str, en: str) -> Check:
    """Nothing to do."""
    return Check(what, OK, zh, en)


def warn(what: str, zh: str, en: str, do_zh: str, do_en: str) -> Check:
    """To be looked at soon."""
    return Check(what, WARN, zh, en, do_zh, do_en)


def fail(what: str, zh: str, en: str, do_zh: str, do_en: str) -> Check:
    """To be put right now."""
    return Check(what, FAIL, zh, en, do_zh, do_en)


def guarded(what: str, checks: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """Checks whose own failure is a finding, so that one that can't be made doesn't hide the others."""
    try:
        yield from checks()
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        yield fail(what, f"无法检查：{said}", f"can't be checked: {said}", "见该消息", "see the message")
