"""PDF documents: whole, readable without a password, and passive: no scripts, no actions that start something."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from tanpan_adapters.attachments.archives import is_archive
from tanpan_adapters.attachments.findings import Finding

PAGES: Final = 2_000
OBJECTS: Final = 200_000
DEEPEST: Final = 100
KEYS: Final = frozenset({"/JS", "/JavaScript", "/Launch", "/XFA", "/RichMedia", "/EmbeddedFiles", "/EF"})
ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE", "/Movie", "/Sound"}
)
PARTS: Final = frozenset({"/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/3D"})
_STREAM: Final = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
# Also outside of what a table of contents leads to: readers that repair a file look there.
_LONG_WORDS: Final = re.compile(rb"/(?:JavaScript|Launch|RichMedia|EmbeddedFiles?)(?![A-Za-z0-9])")
_SHORT_WORDS: Final = re.compile(rb"/(?:JS|XFA)(?![A-Za-z0-9])")


def look(data: bytes) -> None:
    """Refuses a document that isn't whole, can't be read, or does something when it is opened."""
    if b"%%EOF" not in data[-2_048:]:
        raise Finding("PDF_BROKEN", why="it has no end")
    if is_archive(data):
        raise Finding("BAD_FILE_TYPE", found="pdf", why="it is an archive as well")
    _scan(data)
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Finding("PDF_UNSAFE", why="it can't be opened without a password")
        if not 1 <= len(reader.pages) <= PAGES:
            raise Finding("PDF_BROKEN", pages=len(reader.pages), most_pages=PAGES)
        _walk_all(reader)
    except (Finding, MemoryError):
        raise
    except Exception as error:  # a file of any bytes meets many of its reader's assumptions
        raise Finding("PDF_BROKEN", why=type(error).__name__) from None


def _scan(data: bytes) -> None:
    clear = _ESCAPED.sub(lambda one: bytes([int(one[1], 16)]), data)
    if (found := _LONG_WORDS.search(clear)) or (found := _SHORT_WORDS.search(_STREAM.sub(b"", clear))):
        raise Finding("PDF_UNSAFE", found=found[0].decode())


def _walk_all(reader: PdfReader) -> None:
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > OBJECTS:
        raise Finding("PDF_BROKEN", why="too many objects", most=OBJECTS)
    _walk(reader.trailer)
    for number, generation in sorted(numbers):
        _walk(reader.get_object(IndirectObject(number, generation, reader)))


def _walk(value: Any, depth: int = 0) -> None:
    """Looks at an object; what it points to comes by itself, as every object does."""
    if depth > DEEPEST:
        raise Finding("PDF_BROKEN", why="nested too deeply")
    if isinstance(value, DictionaryObject):
        _judge(value)
        for key in value:
            _walk(value.raw_get(key), depth + 1)
    elif isinstance(value, ArrayObject):
        for number in range(len(value)):
            _walk(list.__getitem__(value, number), depth + 1)


def _judge(found: DictionaryObject) -> None:
    bad = KEYS & found.keys()
    # A name may be kept as an object of its own.
    action, part = found.get("/S"), found.get("/Subtype")
    for name, known in ((action, ACTIONS), (part, PARTS)):
        if isinstance(name, str) and name in known:
            bad = bad | {name}
    if bad:
        raise Finding("PDF_UNSAFE", found=min(bad))
