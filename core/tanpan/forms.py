"""Forms: what was filled in, checked field by field against its shape, and whether it is whole.

Personal fields arrive as tokens: their clear text was checked at the door.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tanpan.kinds import (
    BOOL,
    CHOICE,
    CONSENT,
    CREDIT_CODE,
    DATE,
    PERCENT,
    ROWS,
    TEXT,
    WHOLE,
    YUAN,
    Content,
    Field,
)
from tanpan.personal import fingerprint, is_token
from tanpan.quantities import parse_percent, parse_yuan, percent, yuan
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

_CREDIT_CODE: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_YES_NO: Final[Mapping[Any, bool]] = {"true": True, "false": False}
_LARGEST: Final = 10**18


def filled(form: Sequence[Field], said: Any, name_of_all: str = "content") -> dict[str, Any]:
    """What was said, by field, as it is kept; empty text for what is cleared. Refuses unknown names and bad values."""
    if not isinstance(said, Mapping):
        raise Refusal("BAD_FIELD", field=name_of_all, why="fields by their names are expected")
    fields = {one.name: one for one in form}
    kept: dict[str, Any] = {}
    for name, value in said.items():
        if name not in fields:
            raise Refusal("BAD_FIELD", field=str(name), known=list(fields))
        kept[name] = "" if value in ("", None) else checked(fields[name], value)
    return kept


def checked(field: Field, value: Any) -> Any:
    """A value as it is kept; refuses one that is not of the field's shape."""
    if field.personal:
        if not is_token(field.shape, value):
            raise Refusal("BAD_FIELD", field=field.name, why="a token is expected")
        return value
    try:
        return _SHAPES[field.shape](field, value)
    except ValueError as error:
        why = {"why": str(error)} if str(error) else {}
        code = field.code or ("BAD_CREDIT_CODE" if field.shape == CREDIT_CODE else "BAD_FIELD")
        raise Refusal(code, field=field.name, **why) from None


def objections(form: Sequence[Field], content: Content, exchange: Exchange) -> Iterator[Refusal]:
    """What a form lacks to be whole: mandatory fields, agreements, fields that repeat another."""
    for field in form:
        value = content.get(field.name, "")
        if value == "":
            if field.asked(content):
                code = "AGREEMENT_NOT_ACCEPTED" if field.shape == CONSENT else "FIELD_MISSING"
                yield Refusal(code, field=field.name)
        elif field.shape == CONSENT and value != field.version_at(exchange):
            yield Refusal("AGREEMENT_NOT_ACCEPTED", field=field.name, version=field.version_at(exchange))
        elif field.shape == ROWS:
            yield from _row_objections(field, value, exchange)
        elif field.same_as and not same(field, value, content.get(field.same_as, "")):
            yield Refusal("DOUBLE_ENTRY_MISMATCH", field=field.name)


def _row_objections(field: Field, rows: Sequence[Content], exchange: Exchange) -> Iterator[Refusal]:
    for number, row in enumerate(rows, 1):
        for refusal in objections(field.form, row, exchange):
            missing = refusal.details["field"]
            yield Refusal(refusal.code, field=field.name, row=number, missing=missing)


def same(field: Field, one: Any, other: Any) -> bool:
    """Whether two values of a field's shape are one; personal ones by their fingerprints."""
    if field.personal and one and other:
        return fingerprint(one) == fingerprint(other)
    return bool(one == other)


def is_credit_code(text: str) -> bool:
    """Whether a text is a unified social credit code (GB 32100-2015): 18 characters, the last of them its check."""
    if _CREDIT_CODE.fullmatch(text) is None:
        return False
    weight, total = 1, 0
    for letter in text[:-1]:
        total += weight * _LETTERS.index(letter)
        weight = weight * 3 % 31
    return _LETTERS[-total % 31] == text[-1]


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("text is expected")
    text = value.strip()
    if len(text) > field.longest or not text.isprintable():
        raise ValueError(f"at most {field.longest} characters of one line are expected")
    return text


def _choice(field: Field, value: Any) -> str:
    known = [one.value for one in field.choices]
    if value not in known:
        raise ValueError(f"one of these is expected: {', '.join(known)}")
    return str(value)


def _whole(field: Field, value: Any) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a whole number is expected")
    return _within(field, value)


def _within(field: Field, value: int) -> int:
    least = -_LARGEST if field.least is None else field.least
    most = _LARGEST if field.most is None else field.most
    if not least <= value <= most:
        raise ValueError(f"{least} to {most} is expected")
    return value


def _yuan(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a decimal text in yuan is expected")
    return yuan(_within(field, parse_yuan(value)))


def _percent(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a decimal text in per cent is expected")
    return percent(_within(field, parse_percent(value)))


def _rows(field: Field, value: Any) -> list[dict[str, Any]] | str:
    """A table's rows, as a list or as JSON text; none at all is a field that is not filled in."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            value = None
    if not isinstance(value, (list, tuple)):
        raise ValueError("a list of rows is expected")
    if len(value) > field.most_rows:
        raise ValueError(f"at most {field.most_rows} rows are expected")
    return [_row(field, number, row) for number, row in enumerate(value, 1)] or ""


def _row(field: Field, number: int, said: Any) -> dict[str, Any]:
    if not isinstance(said, Mapping):
        raise ValueError(f"row {number}: fields by their names are expected")
    try:
        kept = filled(field.form, said)
    except Refusal as refusal:
        code = field.code if field.code and refusal.code == "BAD_FIELD" else refusal.code
        told = refusal.details
        known = ", ".join(told.get("known", ()))
        why = told.get("why") or (f"one of these is expected: {known}" if known else "not of its form")
        raise Refusal(code, field=field.name, why=f"row {number}, {told['field']}: {why}") from None
    return {one.name: kept[one.name] for one in field.form if kept.get(one.name, "") != ""}


def _date(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a day is expected")
    return date.fromisoformat(value.strip()).isoformat()


def _bool(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.strip().lower() not in _YES_NO:
        raise ValueError("true or false is expected")
    return _YES_NO[value.strip().lower()]


def _credit_code(field: Field, value: Any) -> str:
    text = _text(field, value).upper()
    if not is_credit_code(text):
        raise ValueError
    return text


_SHAPES: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    TEXT: _text,
    CHOICE: _choice,
    WHOLE: _whole,
    YUAN: _yuan,
    PERCENT: _percent,
    DATE: _date,
    BOOL: _bool,
    CONSENT: _text,
    CREDIT_CODE: _credit_code,
    ROWS: _rows,
}
