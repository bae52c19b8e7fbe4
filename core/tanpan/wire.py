"""Between words and commands: fields by name, prices as decimal strings, quantities as integers.

The wire's name of a field is its own without the unit: `price` is text in yuan, `quantity` whole tonnes.
What is not of its form is refused here with the same codes as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import msgspec

from tanpan.messages import Command
from tanpan.quantities import parse_tonnes, parse_yuan
from tanpan.refusals import Refusal

_PRICE: Final = re.compile(r"\s*(\S+?)\s*(?:(元/吨|CNY/t)|([A-Za-z元][^\s\d]*))?\s*")
_PRICES: Final = ("price_fen", "reference_fen")


def wire_names(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The wire's names of a command's fields, by field; a name two fields would share keeps its unit."""
    short = {name: name.removesuffix("_fen").removesuffix("_tonnes") for name in kind.__struct_fields__}
    names = list(short.values())
    return {name: name if names.count(word) > 1 else word for name, word in short.items()}


def command_from(kind: type[Command], fields: Mapping[str, Any]) -> Command:
    """A command from fields by their wire names; refuses what is missing, unknown or not of its form."""
    names = wire_names(kind)
    known = {word: name for name, word in names.items()}
    for word in fields:
        if word not in known:
            raise Refusal("BAD_FIELD", field=word.encode("utf-8", "replace").decode(), known=list(known))
        _writable(word, fields[word])
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        word = names[field.name]
        if word in fields and fields[word] not in ("", None):
            values[field.name] = _writable(word, _value(field, word, fields[word]))
        elif field.required:
            raise Refusal("FIELD_MISSING", field=word)
    return kind(**values)


def _writable(word: str, value: Any) -> Any:
    """A value as it is; refuses what the journal can't hold: integers beyond 64 bits, text that isn't Unicode."""
    try:
        msgspec.msgpack.encode(value)
    except (OverflowError, UnicodeEncodeError):
        raise Refusal("BAD_FIELD", field=word, why="it can't be written down") from None
    return value


def _value(field: Any, word: str, value: Any) -> Any:
    if field.name.endswith("_fen"):
        return _fen(field.name, word, value)
    if field.name.endswith("_tonnes"):
        return _tonnes(word, value)
    kind = field.type
    if isinstance(value, str) and kind is not str:
        value = _from_text(kind, value)
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal("BAD_FIELD", field=word, value=str(value), why=str(error)) from None


def _from_text(kind: Any, text: str) -> Any:
    if kind is date or kind is int or kind is bool:
        return text.strip()
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text if kind is Any else [part.strip() for part in text.split(",")]


def _fen(name: str, word: str, value: Any) -> int:
    code = "BAD_PRICE_TICK" if name in _PRICES else "BAD_AMOUNT"
    match = _PRICE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Refusal(code, field=word, value=str(value), why="a decimal string in yuan is expected")
    number, _, unit = match.groups()
    if unit is not None and number.strip("-").replace(".", "", 1).isdigit():
        raise Refusal("BAD_UNIT", field=word, unit=unit)
    try:
        return parse_yuan(number + (unit or ""))
    except ValueError as error:
        raise Refusal(code, field=word, value=value, why=str(error)) from None


def _tonnes(word: str, value: Any) -> int:
    try:
        return parse_tonnes(str(value))
    except ValueError:
        raise Refusal("BAD_QUANTITY", field=word, value=str(value)) from None
