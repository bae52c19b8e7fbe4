"""Between words and commands, and between events and words: fields by name, prices as decimal strings.

The wire's name of a field is its own without the unit: `price` is text in yuan, `quantity` whole tonnes;
where two would share a name both keep the unit in it, and are written alike (`frozen_fen` is text in yuan).
What is not of its form is refused here with the same codes as everywhere. A JSON body has two ways in with
one outcome: a quick one for what is plainly of its form, and `command_from`, which says what is wrong.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache, partial
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from msgspec import Meta

from tanpan.messages import AnyRecord, Command, Event, Record, name_of
from tanpan.personal import personal_fields, tokens_only
from tanpan.quantities import parse_tonnes, parse_yuan, yuan
from tanpan.refusals import Refusal

_PRICE: Final = re.compile(r"\s*(\S+?)\s*(?:(元/吨|CNY/t)|([A-Za-z元][^\s\d]*))?\s*")
_PRICES: Final = ("price_fen", "reference_fen")
_DEEPEST: Final = 32
"""How deep lists may stand in a field: what is accepted must be readable again whatever stands around it."""

Json = bytes | msgspec.Raw


class Malformed(ValueError):
    """A body that is no JSON object; nothing the kernel could have an opinion on."""


@lru_cache(1_000)
def _words(names: tuple[str, ...]) -> dict[str, str]:
    short = {name: str(name).removesuffix("_fen").removesuffix("_tonnes") for name in names}
    words = list(short.values())
    return {name: _with_unit(name) if words.count(word) > 1 else word for name, word in short.items()}


def _with_unit(name: str) -> str:
    """A name with the unit its value has on the wire: amounts are told in yuan."""
    return f"{name.removesuffix('_fen')}_yuan" if name.endswith("_fen") else name


def wire_words(names: Iterable[str]) -> dict[str, str]:
    """The wire's names of columns or fields; where two would share one each bears its unit (`_yuan`, `_tonnes`)."""
    return dict(_words(tuple(names)))


def wire_names(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The wire's names of a message's fields, by field; where two would share one each bears its unit."""
    return dict(_words(kind.__struct_fields__))


# --- reading ---------------------------------------------------------------------------------------


@cache
def _by_word(kind: type[msgspec.Struct]) -> dict[str, Any]:
    names = _words(kind.__struct_fields__)
    return {names[field.name]: field for field in msgspec.structs.fields(kind)}


def command_from(kind: type[Command], fields: Mapping[str, Any]) -> Command:
    """A command from fields by their wire names; refuses what is missing, unknown or not of its form."""
    known = _by_word(kind)
    for word, value in fields.items():
        if word not in known:
            raise Refusal("BAD_FIELD", field=word.encode("utf-8", "replace").decode(), known=list(known))
        _writable(word, value)
    values: dict[str, Any] = {}
    for word, field in known.items():
        value = fields.get(word)
        if value not in ("", None):
            values[field.name] = _writable(word, _value(field, word, value))
        elif field.required:
            raise Refusal("FIELD_MISSING", field=word)
    return kind(**values)


_write: Final = msgspec.msgpack.Encoder().encode


def _writable(word: str, value: Any) -> Any:
    """A value as it is; refuses what the journal can't hold: integers beyond 64 bits, text that isn't Unicode."""
    if isinstance(value, (list, dict)) and not _shallow(value, _DEEPEST):
        raise Refusal("BAD_FIELD", field=word, why="it is nested too deeply")
    try:
        _write(value)
    except (OverflowError, UnicodeEncodeError):
        raise Refusal("BAD_FIELD", field=word, why="it can't be written down") from None
    return value


def _shallow(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels >= 0 and all(_shallow(one, levels - 1) for one in inner)


def _value(field: Any, word: str, value: Any) -> Any:
    if field.name.endswith("_fen"):
        return _fen(field.name, word, value)
    if field.name.endswith("_tonnes"):
        return _tonnes(word, value)
    kind = field.type
    if isinstance(value, str):
        value = _from_text(_bare(kind), word, value)
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Refusal("BAD_FIELD", field=word, value=str(value), why=str(error)) from None


def _bare(kind: Any) -> Any:
    """A type without what is annotated to it."""
    return kind.__origin__ if hasattr(kind, "__metadata__") else kind


def _from_text(kind: Any, word: str, text: str) -> Any:
    if kind is str:
        return text
    if kind is date or kind is int or kind is bool:
        return text.strip()
    if kind is not Any and _is_one(text, kind):
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text if kind is Any else [part.strip() for part in text.split(",")]
    except RecursionError:
        raise Refusal("BAD_FIELD", field=word, why="it is nested too deeply") from None


def _is_one(text: str, kind: Any) -> bool:
    try:
        msgspec.convert(text, kind)
    except msgspec.ValidationError:
        return False
    return True


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


# --- reading JSON ----------------------------------------------------------------------------------

# What reads the same the quick way and the other; whatever else is typed or said takes the other way.
_QUICK: Final[dict[Any, Any]] = {
    str: str,
    bool: bool,
    date: date,
    list[str]: list[str],
    int: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)],
}
_SAID: Final = Annotated[str, Meta(min_length=1)]
_WHOLE_TONNES: Final = Annotated[int, Meta(gt=-(10**18), lt=10**18)]


def fields_of(body: Json) -> dict[str, Any]:
    """The fields of a JSON object, the last one where a name stands twice; Malformed for anything else."""
    try:
        fields = msgspec.json.decode(body)
    except RecursionError:
        raise Malformed("it is nested too deeply") from None
    except ValueError as error:
        fields = _unwritable(body, str(error))
    if not isinstance(fields, dict):
        raise Malformed("a JSON object is expected")
    return fields


def _unwritable(body: Json, why: str) -> Any:
    """What is JSON but can't be written down (lone surrogates, endless integers), to be refused by its name."""
    try:
        fields = json.loads(bytes(body).decode())
    except (ValueError, RecursionError):
        raise Malformed(why) from None
    try:
        _write(fields)
    except (OverflowError, UnicodeEncodeError):
        return fields
    except RecursionError:
        pass
    raise Malformed(why)


def _read(kind: type[Command], body: Json) -> Command:
    fields = fields_of(body)
    tokens_only(kind, fields)
    return command_from(kind, fields)


@cache
def reader(kind: type[Command]) -> Callable[[Json], Command]:
    """Reads commands of a type from JSON objects: what `command_from` makes of their fields, and its refusals.

    Personal fields hold tokens. Malformed for what is no JSON object.
    """
    slow = partial(_read, kind)
    twin = None if personal_fields(kind) else _quick_twin(kind)
    if twin is None:
        return slow
    decode = msgspec.json.Decoder(twin).decode
    astuple = msgspec.structs.astuple
    make: Callable[..., Command] = kind
    amounts = [place for place, name in enumerate(kind.__struct_fields__) if name.endswith("_fen")]

    def read(body: Json) -> Command:
        try:
            values = list(astuple(decode(body)))
            for place in amounts:
                values[place] = _plain_fen(values[place])
        except (ValueError, RecursionError):
            return slow(body)
        return make(*values)

    return read


def _quick_twin(kind: type[Command]) -> type[msgspec.Struct] | None:
    """A struct that decodes what is plainly of a command's form, with amounts as text; None if there is none."""
    if any(one.kind is one.KEYWORD_ONLY for one in inspect.signature(kind).parameters.values()):
        return None
    fields: list[Any] = []
    for field in msgspec.structs.fields(kind):
        how: Any = _quick_type(field)
        if how is None:
            return None
        fields.append((field.name, how, *_default(field)))
    return msgspec.defstruct(
        kind.__name__, fields, rename=wire_names(kind), forbid_unknown_fields=True, gc=False
    )


def _default(field: Any) -> tuple[Any, ...]:
    if field.required:
        return ()
    if field.default is not msgspec.NODEFAULT:
        return (field.default,)
    return (msgspec.field(default_factory=field.default_factory),)


def _quick_type(field: Any) -> Any:
    if field.name.endswith("_fen"):
        return _SAID
    if field.name.endswith("_tonnes"):
        return _WHOLE_TONNES
    if hasattr(field.type, "__metadata__"):
        return None
    # An empty text is as good as none: where that makes a difference it takes the other way.
    return _SAID if field.type is str and field.default != "" else _QUICK.get(field.type)


@lru_cache(10_000)
def _plain_fen(text: Any) -> Any:
    """Fen of an amount as it is mostly written; ValueError for one that wants another look. Prices come again."""
    if text.__class__ is not str:
        # Nothing was said: the command's own default.
        return text
    if text[-3:-2] == ".":
        digits = text[:-3] + text[-2:]
        if 2 < len(digits) < 18 and digits.isdecimal() and digits.isascii():
            return int(digits)
    return parse_yuan(text)


# --- telling ---------------------------------------------------------------------------------------


def told(value: Any) -> Any:
    """Plain data with the wire's names: fen as text in yuan, tonnes as they are, neither with its unit; days ISO."""
    if isinstance(value, Mapping):
        words = _words(tuple(value))
        return {words[key]: _told_field(key, one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [told(one) for one in value]
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(teller(type(value))(value))
    return value.isoformat() if isinstance(value, date) else value


def _told_field(name: str, value: Any) -> Any:
    return yuan(value) if str(name).endswith("_fen") and value.__class__ is int else told(value)


def told_details(refusal: Refusal) -> dict[str, Any]:
    """What decided a refusal, as plain data with the wire's names."""
    details: dict[str, Any] = msgspec.to_builtins(told(refusal.details), enc_hook=str)
    return details


@cache
def teller(kind: type[msgspec.Struct]) -> Callable[[Any], msgspec.Struct]:
    """Tells events of a type: each as a struct that msgspec writes with the wire's names, `event` its type's name.

    Structs inside are told alike. What a field holds of any type (a parameter's value) is told as it is.
    """
    names = wire_names(kind)
    tag: dict[str, Any] = {"tag_field": "event", "tag": name_of(kind)} if issubclass(kind, Event) else {}
    twin: Callable[..., msgspec.Struct] = msgspec.defstruct(
        kind.__name__, list(names), rename=names, gc=False, **tag
    )
    fields = list(enumerate(msgspec.structs.fields(kind)))
    amounts = [place for place, field in fields if field.name.endswith("_fen") and _bare(field.type) is int]
    others = [
        (place, field.name)
        for place, field in fields
        if place not in amounts and (field.name.endswith("_fen") or _holds_structs(field.type))
    ]
    astuple = msgspec.structs.astuple

    def tell(event: Any) -> msgspec.Struct:
        values = list(astuple(event))
        for place in amounts:
            fen = values[place]
            values[place] = _SMALL[fen] if 0 <= fen < _MANY else _yuan(fen)
        for place, name in others:
            values[place] = _told_inside(name, values[place])
        return twin(*values)

    return tell


# Most prices, most fees and the many zeros.
_SMALL: Final = tuple(f"{whole}.{cents:02d}" for whole in range(100) for cents in range(100))
_MANY: Final = len(_SMALL)
_CENTS: Final = tuple(f".{cents:02d}" for cents in range(100))


def _yuan(fen: int) -> str:
    return f"{fen // 100}{_CENTS[fen % 100]}" if fen >= 0 else yuan(fen)


def _holds_structs(kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return True
    return any(_holds_structs(one) for one in get_args(kind))


def _told_inside(name: str, value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return teller(type(value))(value)
    if isinstance(value, (list, tuple)):
        return [_told_inside("", one) for one in value]
    if isinstance(value, dict):
        return {key: _told_inside("", one) for key, one in value.items()}
    return yuan(value) if name.endswith("_fen") and value.__class__ is int else value


def prepare(commands: Iterable[type[Command]], events: Iterable[type[Event]]) -> None:
    """Make every reader and teller, so that a type that can't be read or told is known before anything happens."""
    for command in commands:
        reader(command)
    for event in events:
        teller(event)


class _Answer(msgspec.Struct, gc=False):
    seq: int
    at: int
    request_id: str
    events: list[Any]


_encode: Final = msgspec.json.Encoder().encode
_encode_lines: Final = msgspec.json.Encoder().encode_lines


class _Tellers(dict[type[Event], Callable[[Any], msgspec.Struct]]):
    def __missing__(self, kind: type[Event]) -> Callable[[Any], msgspec.Struct]:
        self[kind] = made = teller(kind)
        return made


_TELLERS: Final = _Tellers()


def encode_answer(record: AnyRecord) -> bytes:
    """What the sender of an accepted command is answered, as JSON."""
    events = []
    # For one event or two a loop is quicker than a comprehension.
    for event in record.events:
        events.append(_TELLERS[event.__class__](event))
    return _encode(_Answer(record.seq, record.at, record.request_id, events))


def encode_answers(records: Sequence[AnyRecord]) -> list[bytes]:
    """The same for many, quicker than one by one."""
    answers = [
        _Answer(
            record.seq,
            record.at,
            record.request_id,
            [_TELLERS[event.__class__](event) for event in record.events],
        )
        for record in records
    ]
    # No text holds a line break as it is: JSON writes it as an escape.
    return _encode_lines(answers).split(b"\n")[:-1]


# --- the way back ----------------------------------------------------------------------------------


def record_from(body: Json, event_types: Mapping[str, type[Event]]) -> AnyRecord:
    """What a told answer tells of a record: its place, its instant, its request and its events."""
    answer = msgspec.json.decode(body, type=_Answer)
    events = [untold_struct(event_types[event["event"]], event) for event in answer.events]
    return Record(answer.seq, answer.at, answer.request_id, "", "", "", msgspec.Raw(), events)


def untold_struct(kind: type[msgspec.Struct], row: Mapping[str, Any]) -> Any:
    """The event (or what stands in one) that was told."""
    make: Any = kind
    fields = _by_word(kind)
    return make(**{field.name: _untold_field(field, row[word]) for word, field in fields.items()})


def _untold_field(field: Any, value: Any) -> Any:
    if field.name.endswith("_fen") and isinstance(value, str):
        return _untold_yuan(value)
    return _untold_value(field.type, value)


def _untold_value(kind: Any, value: Any) -> Any:
    if value is None or not _holds_structs(kind):
        return msgspec.convert(value, kind)
    inner = next((one for one in get_args(kind) if _holds_structs(one)), None)
    if inner is None:
        return untold_struct(kind, value)
    if get_origin(kind) is dict:
        return {key: _untold_value(inner, one) for key, one in value.items()}
    if get_origin(kind) in (list, tuple):
        return get_origin(kind)(_untold_value(inner, one) for one in value)
    return _untold_value(inner, value)


def untold(value: Any, names: Iterable[str]) -> Any:
    """Rows as they were told, of which `names` are the names of the fields, those of rows inside too."""
    known = frozenset(names)
    if isinstance(value, list):
        return [untold(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    row = {}
    for word, one in value.items():
        if isinstance(one, str) and (name := _named(word, "_fen", known)):
            row[name] = _untold_yuan(one)
        elif one.__class__ is int and (name := _named(word, "_tonnes", known)):
            row[name] = one
        else:
            row[word] = untold(one, known)
    return row


def _named(word: str, unit: str, known: frozenset[str]) -> str:
    plain = word.removesuffix("_yuan") if unit == "_fen" else word
    name = plain if plain.endswith(unit) else plain + unit
    return name if name in known else ""


def _untold_yuan(text: str) -> int:
    return int(text.replace(".", ""))
