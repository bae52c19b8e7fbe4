"""Which characters can be printed: those of the Chinese fonts, by their own word."""

from __future__ import annotations

import importlib.resources
import struct
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = "pylopdf_fonts_zh_cn"
SERIF: Final = "NotoSerifSC-Regular.otf"
SUBSCRIPTS: Final = frozenset(range(0x2080, 0x208A))
"""Not in the Chinese fonts, but in the Latin one beside them: CO₂."""
BOXES: Final = frozenset((0x2610, 0x2611))
"""Nor are these; the typewriter's font beside them has them: ☐ and ☑."""
SELECTORS: Final = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
"""They say which form of a character is meant, and print nothing."""
_SEGMENTED: Final = 12


def font_folder() -> Path:
    """Where the fonts are installed."""
    return Path(str(importlib.resources.files(FONTS)))


def printable(text: str) -> str:
    """A text in which what no font has is named by its code point, so that it can be written by hand."""
    known = _known()
    return "".join(one if one == "\n" or ord(one) in known else f"〔U+{ord(one):04X}〕" for one in text)


@cache
def _known() -> frozenset[int]:
    return (
        frozenset(code_points((font_folder() / SERIF).read_bytes()))
        | SUBSCRIPTS
        | BOXES
        | frozenset(SELECTORS)
    )


def code_points(font: bytes) -> set[int]:
    """The code points of an OpenType font, from the segments (format 12) of its `cmap` table."""
    (tables,) = struct.unpack_from(">H", font, 4)
    found: set[int] = set()
    for table in range(tables):
        tag, _, start, _ = struct.unpack_from(">4sIII", font, 12 + 16 * table)
        if tag != b"cmap":
            continue
        (subtables,) = struct.unpack_from(">H", font, start + 2)
        for subtable in range(subtables):
            (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * subtable + 4)
            found |= _segments(font, start + offset)
    return found


def _segments(font: bytes, at: int) -> set[int]:
    if struct.unpack_from(">H", font, at)[0] != _SEGMENTED:
        return set()
    (count,) = struct.unpack_from(">I", font, at + 12)
    groups = (struct.unpack_from(">II", font, at + 16 + 12 * group) for group in range(count))
    return {point for first, last in groups for point in range(first, last + 1)}
