"""A sheet: everything that stands on a document, as plain texts; only the template knows how it looks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tanpan.calendar import local
from tanpan.documents import Document, DocumentData, Line, Part, Table, day_told, yuan_told
from tanpan.kinds import CHOICE, DATE, PERCENT, PLACE, YUAN, Field, Kind

EMPTY_ROWS: Final = 3
"""The rows of a table in which nothing stands yet."""
NOT_SUPPLIED: Final = ("（运营机构尚未提供本文本）", "(the operator's text is not supplied)")

Sheet = dict[str, Any]


def sheet_of(
    document: Document,
    kind: Kind,
    data: DocumentData,
    *,
    produced_us: int,
    legal: Sequence[str] = (),
    text: Sequence[tuple[str, str]] = (),
    printable: Callable[[str], str] = lambda text: text,
) -> Sheet:
    """What stands on a document made from an application of a kind.

    `legal` are the operator's paragraphs, `text` those that were found in the exchange's state, in both languages.
    """
    found: Sheet = {
        "zh": document.zh,
        "en": document.en,
        "number": str(data.number) if document.form_no else "",
        "party": _party(kind, data),
        "blocks": _blocks(kind, document.parts, data),
        "text": [_named(zh, en) for zh, en in text],
        "legal": (list(legal) or list(NOT_SUPPLIED)) if document.legal else [],
        "declaration": [text for text in (document.declaration_zh, document.declaration_en) if text],
        "before_signing": _blocks(kind, document.before_signing, data),
        "signatures": [
            {"zh": one.zh, "en": one.en, "lines": [_named(zh, en) for zh, en in one.lines]}
            for one in document.signatures
        ],
        "after_signing": _blocks(kind, document.after_signing, data),
        "exchange": " ".join(name for name in (data.exchange_zh, data.exchange_en) if name),
        "produced": local(produced_us).isoformat(sep=" ", timespec="seconds"),
        "digest": data.digest,
    }
    told: Sheet = _each(found, lambda text: printable(cleaned(text)))
    return told


def cleaned(text: str) -> str:
    """A text without what is not seen; a line break stays, any other space is a plain one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    spaced = (" " if unicodedata.category(one) == "Zs" else one for one in lines)
    return "".join(one for one in spaced if one == "\n" or one.isprintable()).strip()


def shown(field: Field | None, value: Any) -> str:
    """A value as it is read on paper, in both languages where it is one of the kernel's words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    shape = field.shape if field is not None else ""
    if field is not None and shape == CHOICE:
        return next((f"{one.zh} {one.en}" for one in field.choices if one.value == value), str(value))
    if shape == DATE:
        return day_told(value)
    if shape == YUAN:
        return yuan_told(value)
    if shape == PLACE:
        return " ".join(str(value).split("/", 3))
    return f"{value}%" if shape == PERCENT else str(value)


def _party(kind: Kind, data: DocumentData) -> Sheet:
    """For whom it is made: the party's name in this kind, and whose it is."""
    named = next((one for one in kind.parties if one.name == data.party), None)
    if named is None:
        return {}
    participant = data.extra.get("participants", {}).get(data.party, "")
    holder = data.parties.get(data.party, "")
    return {**_named(named.zh, named.en), "value": " ".join(dict.fromkeys((participant, holder))).strip()}


def _stands(part: Part | Table, data: DocumentData) -> bool:
    if part.when is None:
        return True
    try:
        return part.when(data)
    except KeyError:
        return False


def _blocks(kind: Kind, parts: Sequence[Part | Table], data: DocumentData) -> list[Sheet]:
    return [_block(kind, part, data) for part in parts if _stands(part, data)]


def _block(kind: Kind, part: Part | Table, data: DocumentData) -> Sheet:
    if isinstance(part, Table):
        return {
            **_named(part.zh, part.en),
            "columns": [_named(zh, en) for _, zh, en in part.columns],
            "rows": _rows(kind, part, data),
        }
    lines = [
        {
            **_named(line.zh, line.en),
            "value": _value(kind, line, data),
            "room": line.room,
            "wide": line.wide,
        }
        for line in part.lines
    ]
    return {**_named(part.zh, part.en), "lines": lines, "layout": part.layout}


def _value(kind: Kind, line: Line, data: DocumentData) -> str:
    if isinstance(line.value, str):
        return shown(kind.named(line.value), data.content.get(line.value))
    try:
        return str(line.value(data) or "")
    except KeyError:
        return ""


def _rows(kind: Kind, table: Table, data: DocumentData) -> list[list[str]]:
    field = kind.named(table.field)
    within = {one.name: one for one in field.form} if field is not None else {}
    rows: Sequence[Mapping[str, Any]] = data.content.get(table.field) or ()
    finders = [finder for finder, _, _ in table.columns]
    filled = [[_cell(finder, within, row) for finder in finders] for row in rows]
    return filled or [["" for _ in finders] for _ in range(EMPTY_ROWS)]


def _cell(
    finder: str | Callable[[Mapping[str, Any]], str], within: Mapping[str, Field], row: Mapping[str, Any]
) -> str:
    if isinstance(finder, str):
        return shown(within.get(finder), row.get(finder))
    try:
        return str(finder(row) or "")
    except KeyError:
        return ""


def _named(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _each(value: Any, act: Callable[[str], str]) -> Any:
    """The same document with something done to every text in it."""
    if isinstance(value, str):
        return act(value)
    if isinstance(value, dict):
        return {name: _each(one, act) for name, one in value.items()}
    return [_each(one, act) for one in value] if isinstance(value, list) else value
