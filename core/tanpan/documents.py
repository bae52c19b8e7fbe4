"""Documents: paper forms that a pack declares as data, made from an application so that parties print and seal them.

A document says in both languages what stands on the paper; how it looks, and who may have it, is the service's.
What is not filled in yet becomes an empty line, for the pen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from tanpan.quantities import parse_tonnes, parse_yuan

if TYPE_CHECKING:
    from tanpan.exchange import Exchange
    from tanpan.kinds import Field, Kind

IN_LINES: Final = "lines"
IN_PAIRS: Final = "pairs"
IN_STATEMENTS: Final = "statements"
"""How a part's lines are laid out: one below the other; two side by side, for short values; long words with a short
answer beside them."""
_LEGAL: Final = re.compile(r"[a-z0-9_]+(?:[.-][a-z0-9_]+)*")


@frozen
class Reviewed:
    """Who passed a review, and when (UTC microseconds; 0 where it isn't known any more)."""

    user: str
    at_us: int = 0


@frozen(kw_only=True)
class DocumentData:
    """An application as a document tells it. Instants are UTC microseconds; `party` is whom it is made for, or "".

    `content` holds clear texts where its reader may have them and masks where not, `facts` masks only. `parties`
    are accounts (an applicant's name before he has one) by the party's name, `reviewers` those who passed a review
    since the last submission, by its name. `extra["participants"]` names the participant behind each party, as far
    as it is known.
    """

    number: int
    kind: str
    parties: Mapping[str, str]
    content: Mapping[str, Any]
    exchange_zh: str
    exchange_en: str = ""
    party: str = ""
    reviewers: Mapping[str, Reviewed] = field(factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(factory=dict)
    submitted_us: int = 0
    digest: str = ""
    """What a party signs, as `Application.digest` gives it; empty where it isn't known."""
    extra: dict[str, Any] = field(factory=dict)


@frozen
class Line:
    """One labelled line. Its value is that of a form field, by the field's name, or what is found in the data.

    Empty text is an empty line, and so is what rests on something that isn't there yet (a KeyError); a line break
    begins a new line. `room` is for how many lines of handwriting there is space at least. Among pairs a `wide`
    one has its row to itself.
    """

    zh: str
    en: str
    value: str | Callable[[DocumentData], str]
    room: int = 1
    wide: bool = False


@frozen
class Part:
    """A block of lines under a heading; left out unless `when`, which is asked of drafts too (a KeyError is no)."""

    zh: str
    en: str
    lines: tuple[Line, ...]
    when: Callable[[DocumentData], bool] | None = None
    layout: str = IN_LINES


@frozen
class Table:
    """The rows of a form field of that shape under a heading; a column is (field of a row, Chinese, English).

    In place of a row's field there may be what finds a text in the row (a KeyError is an empty one).
    """

    zh: str
    en: str
    columns: tuple[tuple[str | Callable[[Mapping[str, Any]], str], str, str], ...]
    field: str
    when: Callable[[DocumentData], bool] | None = None


@frozen
class Signature:
    """A block to sign and seal: its lines (Chinese, English) stay empty, for unit seal, representative and date."""

    zh: str
    en: str
    lines: tuple[tuple[str, str], ...]


SEALED: Final = (
    ("单位公章", "unit seal"),
    ("法定代表人或授权代表（签字）", "legal or authorised representative (signature)"),
    ("日期", "date"),
)
"""The lines of a signature by a unit."""


@frozen(kw_only=True)
class Document:
    """A paper form; its name is `pack.document`, and `kinds` are those of application that it is made from.

    `form_no` prints the application's number. `legal` names a text of the operator's, which stands between the
    data and the declaration. With `per_party` it is made for one of these parties at a time. `clause` cites
    where the form is prescribed.

    `text` finds in the exchange's state what else is printed there: paragraphs, each in both languages. It is asked
    between two records, of data that hold masks only, changes nothing, and is quick. `before_signing` stands between
    the declaration and the signatures, `after_signing` below them: what the exchange fills in.
    """

    name: str = field(kw_only=False)
    zh: str = field(kw_only=False)
    en: str = field(kw_only=False)
    kinds: tuple[str, ...]
    parts: tuple[Part | Table, ...]
    declaration_zh: str = ""
    declaration_en: str = ""
    signatures: tuple[Signature, ...] = ()
    form_no: bool = False
    legal: str = ""
    per_party: tuple[str, ...] = ()
    clause: str = ""
    text: Callable[[Exchange, DocumentData], Sequence[tuple[str, str]]] | None = None
    before_signing: tuple[Part | Table, ...] = ()
    after_signing: tuple[Part | Table, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.legal and _LEGAL.fullmatch(self.legal) is None:
            raise ValueError(f"document {self.name!r}: {self.legal!r} is no name of a text")

    @property
    def every_part(self) -> tuple[Part | Table, ...]:
        """All that is filled in, from the top of the paper to its end."""
        return (*self.parts, *self.before_signing, *self.after_signing)

    @property
    def pack(self) -> str:
        """The pack that declares it."""
        return self.name.partition(".")[0]

    def made_for(self, party: str) -> bool:
        """Whether it is made for a party, or for none where "" is said."""
        return party in self.per_party if self.per_party else not party


# --- how values are told on paper ----------------------------------------------------------------------------


def ticked(yes: object, zh: str, en: str = "") -> str:
    """A box with its words, ticked where it is true and nothing else."""
    return " ".join(one for one in ("☑" if yes is True else "☐", zh, en) if one)


def day_told(value: object) -> str:
    """A day (or its ISO form) in both languages; any other text as it is."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{day.year}年{day.month}月{day.day}日 {day.isoformat()}"


def yuan_told(value: object) -> str:
    """A decimal text of yuan with its thousands set apart; any other text as it is."""
    try:
        fen = parse_yuan(str(value))
    except ValueError:
        return str(value)
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def tonnes_told(value: object) -> str:
    """Whole tonnes with their thousands set apart; any other text as it is."""
    try:
        return f"{parse_tonnes(str(value)):,}"
    except ValueError:
        return str(value)


# --- whether it fits what it is made from ----------------------------------------------------------------------


def fitting(document: Document, kinds: Sequence[Kind]) -> None:
    """ValueError for a document of no kind there is, of a party or field that none of its kinds has."""
    known = {kind.name: kind for kind in kinds}
    for name in document.kinds:
        if name not in known:
            raise ValueError(f"document {document.name!r} is made from {name!r}, a kind nobody declares")
    own = [known[name] for name in document.kinds]
    fields = {name for kind in own for one in kind.form for name in _names(one)}
    for wanted in _fields(document):
        if wanted not in fields:
            raise ValueError(f"document {document.name!r}: no kind it is made from has a field {wanted!r}")
    for party in document.per_party:
        if any(party not in [one.name for one in kind.parties] for kind in own):
            raise ValueError(f"document {document.name!r}: {party!r} is no party of what it is made from")


def _names(one: Field) -> list[str]:
    """A field by the name under which a document may tell it; a table by those of its columns."""
    return [f"{one.name}.{column.name}" for column in one.form] if one.form else [one.name]


def _fields(document: Document) -> list[str]:
    """The form fields that a document names, the columns of its tables with them."""
    found: list[str] = []
    for part in document.every_part:
        if isinstance(part, Table):
            found += [f"{part.field}.{name}" for name, _, _ in part.columns if isinstance(name, str)]
        else:
            found += [line.value for line in part.lines if isinstance(line.value, str)]
    return found
