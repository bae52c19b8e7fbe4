"""Materials: what is handed in for an application, by the digest of its bytes; the bytes live elsewhere.

Seals, colours, copies and signatures are what its giver declares of it; who reviews compares them with what he sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.kinds import Kind, Material

LONG_TERM: Final = "long_term"
"""Valid for long: no last day is given (CSDC-1.1.6-a)."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LARGEST: Final = 1 << 40
_MANY: Final = 10_000


class Attached(msgspec.Struct, frozen=True, array_like=True):
    """One file that is handed in: its digest (SHA-256, hexadecimal), its size in bytes, and what is declared of it.

    `stamps` counts the parties whose seal it bears; `valid_until` is a day, `long_term`, or empty.
    """

    material: str
    party: str
    digest: str
    size: int
    media_type: str
    pages: int = 0
    copies: int = 1
    stamps: int = 0
    colour: bool = False
    hand_signed: bool = False
    valid_until: str = ""


def well_formed(kind: Kind, file: Attached) -> Material:
    """The material a file is of; refuses an unknown one, another's, a format not accepted, a bad digest or number."""
    material = kind.material(file.material)
    if material is None:
        raise Refusal("UNKNOWN_DOCUMENT", document=file.material)
    if (file.party not in material.parties) if material.parties else file.party != "":
        raise Refusal("UNKNOWN_DOCUMENT", document=file.material, party=file.party)
    if file.media_type not in material.formats:
        raise Refusal("BAD_FILE_TYPE", document=file.material, accepted=list(material.formats))
    if _DIGEST.fullmatch(file.digest) is None:
        raise Refusal("BAD_FIELD", field="digest", why="a SHA-256 in hexadecimal is expected")
    for name, least, most in (
        ("size", 1, _LARGEST),
        ("pages", 0, _MANY),
        ("copies", 1, _MANY),
        ("stamps", 0, _MANY),
    ):
        if not least <= getattr(file, name) <= most:
            raise Refusal("BAD_FIELD", field=name, value=getattr(file, name))
    if file.valid_until not in ("", LONG_TERM) and _day(file.valid_until).isoformat() != file.valid_until:
        raise Refusal("BAD_FIELD", field="valid_until", why="a day or long_term is expected")
    return material


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("BAD_FIELD", field="valid_until", why="a day or long_term is expected") from None


def lacking(application: Application, today: date) -> Iterator[Refusal]:
    """What the materials of an application lack on a day, one objection per document and party."""
    for material in application.kind.materials:
        for party in material.parties or ("",):
            files = application.attached(material.name, party)
            if not files:
                if material.asked(application.content):
                    yield Refusal("DOC_MISSING", document=material.name, party=party)
                continue
            for code in _faults(application, material, files, today):
                yield Refusal(code, document=material.name, party=party)


def _faults(
    application: Application, material: Material, files: list[Attached], today: date
) -> Iterator[str]:
    if any(file.copies < material.copies for file in files):
        yield "NOT_ENOUGH_COPIES"
    sealed = min(file.stamps for file in files)
    if (material.stamped or material.both_stamped) and not sealed:
        yield "NOT_STAMPED"
    elif material.both_stamped and sealed < len(application.kind.parties):
        yield "SINGLE_STAMP_ONLY"
    if material.colour and not all(file.colour for file in files):
        yield "NOT_COLOUR"
    if material.hand_signed and not all(file.hand_signed for file in files):
        yield "SIGNATURE_MISSING"
    if material.expires:
        yield from _expiry(files, today)


def _expiry(files: list[Attached], today: date) -> Iterator[str]:
    days = [file.valid_until for file in files]
    if not all(days):
        yield "DATE_MISSING"
    if any(day not in ("", LONG_TERM) and _day(day) < today for day in days):
        yield "DOC_EXPIRED"
