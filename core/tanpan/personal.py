"""Personal fields: what a person is reached and known by, of which the kernel ever sees a token only.

The door checks the clear text, keeps it in a vault and hands in `kind:TOKEN:MASK` instead; so state, journal,
views and logs never hold it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Final

import msgspec
from attrs import frozen

from tanpan.refusals import Refusal

Mail = Annotated[str, msgspec.Meta(extra={"personal": "mail"})]
Mobile = Annotated[str, msgspec.Meta(extra={"personal": "mobile"})]
PostalAddress = Annotated[str, msgspec.Meta(extra={"personal": "address"})]
IdentityNumber = Annotated[str, msgspec.Meta(extra={"personal": "identity"})]
Form = Annotated[dict[str, Any], msgspec.Meta(extra={"form": True}, examples=[{}])]
"""What was filled in, by the names of form fields; which of them are personal is declared with the kinds."""

_LONGEST_MAIL: Final = 254
_MAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_IDENTITY: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_LOOSE_IDENTITY: Final = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_SHORTEST_ADDRESS: Final = 5
_LONGEST_ADDRESS: Final = 200
_LONGEST_NAME: Final = 64
_PLACE_PARTS: Final = 4
_PHONE: Final = re.compile(
    r"(?:1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|400-?[0-9]{3}-?[0-9]{4})(?:[-*转][0-9]{1,6})?"
)
_NAME: Final = re.compile(r"[^\W\d_]+(?:[ ·・.'’-]+[^\W\d_]+)*\.?")
_TOKEN: Final = re.compile(r"([a-z]+):([A-Za-z0-9_-]{20,128})(?:\.([A-Za-z0-9_-]{20,128}))?:([^:\s]{1,64})")
_STARS: Final = "***"


def _is_mail(text: str) -> bool:
    return len(text) <= _LONGEST_MAIL and text.find("@") <= 64 and _MAIL.fullmatch(text) is not None


def _is_mobile(text: str) -> bool:
    return _MOBILE.fullmatch(text) is not None


def _is_address(text: str) -> bool:
    return _SHORTEST_ADDRESS <= len(text) <= _LONGEST_ADDRESS and text.isprintable()


def _is_identity(text: str) -> bool:
    if _IDENTITY.fullmatch(text) is None:
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return text[-1] == _CHECK_DIGITS[total % 11]


def _is_place(text: str) -> bool:
    """Province, city, district or county and the detail, joined by `/` (CSDC-1.1.7-b)."""
    parts = text.split("/", _PLACE_PARTS - 1)
    return (
        len(parts) == _PLACE_PARTS and all(part.strip() == part != "" for part in parts) and _is_address(text)
    )


def _is_name(text: str) -> bool:
    return 2 <= len(text) <= _LONGEST_NAME and _NAME.fullmatch(text) is not None


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None


def _mask_mail(text: str) -> str:
    before, _, domain = text.partition("@")
    return f"{before[0]}{_STARS}@{domain}"[:64]


@frozen
class Kind:
    """One kind of personal field: the code that refuses a bad one, its form, and what of it may be shown."""

    name: str
    code: str
    is_one: Callable[[str], bool]
    mask: Callable[[str], str]


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("mail", "BAD_EMAIL", _is_mail, _mask_mail),
        Kind("mobile", "BAD_MOBILE", _is_mobile, lambda text: f"{text[:3]}****{text[-4:]}"),
        Kind("address", "BAD_ADDRESS", _is_address, lambda text: f"{text[0]}{_STARS}"),
        Kind("identity", "BAD_IDENTITY_NUMBER", _is_identity, lambda text: f"{text[0]}{_STARS}{text[-1]}"),
        Kind("place", "ADDRESS_INCOMPLETE", _is_place, lambda text: f"{text[0]}{_STARS}"),
        Kind("name", "BAD_NAME", _is_name, lambda text: f"{text[0]}{_STARS}"),
        Kind("phone", "BAD_PHONE", _is_phone, lambda text: f"{text[:3]}****{text[-2:]}"),
    )
}


def check(kind: str, text: Any) -> str:
    """A clear text as it is kept, without the spaces around it; refuses one that is not of its kind.

    For the door only. The refusal never repeats what was said.
    """
    known = KINDS[kind]
    if kind == "place" and isinstance(text, (list, tuple)):
        text = "/".join(part.strip() if isinstance(part, str) else "" for part in text)
    clear = text.strip() if isinstance(text, str) else ""
    if kind == "identity":
        clear = clear.upper()
    if not clear.isprintable() or not known.is_one(clear):
        raise Refusal(known.code, field=kind)
    return clear


def mask(kind: str, clear: str) -> str:
    """What of a checked clear text may be shown."""
    return KINDS[kind].mask(clear)


def token(kind: str, name: str, clear: str, fingerprint: str = "") -> str:
    """The text that stands for a checked clear text in the kernel; `name` is the vault's for it.

    Twenty characters or more of letters, digits, `_` and `-`: nothing of the clear text can pass for it. The
    `fingerprint`, of the same form, is equal for equal texts of whatever persons.
    """
    behind = f"{name}.{fingerprint}" if fingerprint else name
    return f"{kind}:{behind}:{mask(kind, clear)}"


def fingerprint(text: str) -> str:
    """What of a token tells whether two of them stand for the same clear text; its name where there is no more."""
    found = _TOKEN.fullmatch(text)
    return (found[3] or found[2]) if found is not None else ""


def is_token(kind: str, text: Any) -> bool:
    """Whether a field holds a token of its kind and nothing else."""
    found = _TOKEN.fullmatch(text) if isinstance(text, str) else None
    return found is not None and found[1] == kind and "*" in found[4]


def shown(text: str) -> str:
    """The mask of a token; empty where there is none."""
    return text.rpartition(":")[2]


@cache
def personal_fields(command: type[msgspec.Struct]) -> Mapping[str, str]:
    """The kind of each personal field of a command, by the field's name."""
    found = {}
    for field in msgspec.structs.fields(command):
        for meta in getattr(field.type, "__metadata__", ()):
            kind = (getattr(meta, "extra", None) or {}).get("personal")
            if kind is not None:
                found[field.name] = KINDS[kind].name
    return found


@cache
def form_fields(command: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields of a command that hold what was filled in."""
    return tuple(
        field.name
        for field in msgspec.structs.fields(command)
        for meta in getattr(field.type, "__metadata__", ())
        if (getattr(meta, "extra", None) or {}).get("form")
    )


def swap_form(said: Any, names: Mapping[str, str], keep: Callable[[str, Any], str]) -> dict[str, Any]:
    """What was filled in, with what `keep(kind, text)` gives in place of personal texts; for the door only.

    Refuses a name that no form has: it might stand for anything. Refuses an identity number in a field that is not
    for one: in the journal it could never be forgotten.
    """
    if isinstance(said, (str, bytes)):
        try:
            said = msgspec.json.decode(said)
        except (msgspec.DecodeError, RecursionError):
            said = None
    if not isinstance(said, Mapping):
        raise Refusal("BAD_FIELD", field="content", why="fields by their names are expected")
    swapped = {}
    for name, value in said.items():
        if name not in names:
            raise Refusal("BAD_FIELD", field="content", why="no form has a field of that name")
        personal = names[name] and value not in ("", None)
        if not personal and _holds_identity(value):
            raise Refusal("BAD_FIELD", field=name, why="an identity number does not belong here")
        try:
            swapped[name] = keep(names[name], check(names[name], value)) if personal else value
        except Refusal as refusal:
            raise Refusal(refusal.code, field=name) from None
    return swapped


def _holds_identity(value: Any) -> bool:
    """Whether an identity number stands in a text, or in any text of a table."""
    # Step by step: how deep what came in is nested is not known yet.
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, Mapping):
            left += one.values()
        elif isinstance(one, (list, tuple)):
            left += one
        elif isinstance(one, str) and any(_is_identity(x.upper()) for x in _LOOSE_IDENTITY.findall(one)):
            return True
    return False


def tokens_only(command: type[msgspec.Struct], values: Mapping[str, Any]) -> None:
    """Refuse a personal field that holds anything but a token; the refusal never repeats what it holds."""
    for field, kind in personal_fields(command).items():
        value = values.get(field)
        if value not in ("", None) and not is_token(kind, value):
            raise Refusal("BAD_FIELD", field=field, why="a token is expected")
