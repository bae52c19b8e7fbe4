"""Names of files as people see them: never a path, nothing that isn't seen, short; and how an answer's head says one."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import quote

LONGEST: Final = 120
UNNAMED: Final = "file"
# Controls, what changes the direction of writing or has no width, halves of characters, line and paragraph ends.
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_FORBIDDEN: Final = str.maketrans(dict.fromkeys('<>:"|?*%;`$', "_"))
_DEVICES: Final = {"con", "prn", "aux", "nul", *(f"{one}{n}" for one in ("com", "lpt") for n in range(1, 10))}


def cleaned(name: str) -> str:
    """A name without its path and without what could deceive; its extension stays where it is short."""
    last = name.replace("\\", "/").rpartition("/")[2][-4_000:]
    seen = "".join(
        " " if unicodedata.category(one) == "Zs" else one
        for one in unicodedata.normalize("NFC", last)
        if unicodedata.category(one) not in _UNSEEN
    )
    text = " ".join(seen.translate(_FORBIDDEN).split()).rstrip(". ")
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension) > 10:
        return _stem(text)[:LONGEST]
    return f"{_stem(stem)[: LONGEST - len(extension) - 1]}.{extension}"


def _stem(text: str) -> str:
    stem = text.strip(". ") or UNNAMED
    return f"_{stem}" if stem.partition(".")[0].lower() in _DEVICES else stem


def disposition(name: str) -> str:
    """The Content-Disposition with which a file is saved under a name and never shown."""
    plain = "".join(one if one.isascii() and one not in '"\\' else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
