"""The risk disclosure (REPO-A4-1): its text by version, the pack's own or what the operator puts in its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import msgspec

from sh_repo.rulebook import MANUAL
from tanpan.component import Component, decides, evolves
from tanpan.messages import APPLICANT, DOOR, OPERATOR, REGULATOR, STAFF, Command, Event
from tanpan.packs import PackEnabled
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.views import JSON, TEXT, Change, Row, View, column

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

CLAUSE: Final = "REPO-A4-7"
LONGEST_TEXT: Final = 100_000
LONGEST_SENTENCE: Final = 500
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_IGNORED: Final = re.compile(r"[\s,，.。;；、]")
"""What may differ between a sentence and its copy: spaces and points."""


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the risks that are disclosed."""

    name: str
    zh: str
    en: str
    text_zh: str
    text_en: str


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the disclosure, in both languages, and the sentence that its signer copies by hand."""

    version: str
    zh: str
    en: str
    opening_zh: str
    opening_en: str
    risk: list[Risk]
    reminder_zh: str
    reminder_en: str
    acknowledgement_zh: str
    acknowledgement_en: str


class InForce(msgspec.Struct, frozen=True, array_like=True):
    """A version and the day from which it is to be signed."""

    since: date
    content: Disclosure

    @property
    def version(self) -> str:
        return self.content.version

    def copied(self, text: str) -> bool:
        """Whether a text is the sentence that is to be copied, in either language."""
        content = self.content
        return _plain(text) in (_plain(content.acknowledgement_zh), _plain(content.acknowledgement_en))


def _plain(text: str) -> str:
    return _IGNORED.sub("", text).lower()


class ReplaceDisclosure(Command, frozen=True, tag="sh_repo.replace_disclosure"):
    """Put another version of the risk disclosure in place from a future day on; `text` is a file like the pack's."""

    zh: ClassVar = "更换风险揭示书"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    four_eyes: ClassVar = True
    text: Annotated[str, msgspec.Meta(examples=['version = "2026-06-01"\nzh = "…"\n'])]
    since: date
    notice: str = ""


class DisclosureReplaced(Event, frozen=True, tag="sh_repo.disclosure_replaced"):
    """The risk disclosure has another version from a day on, announced by a notice."""

    since: date
    notice: str
    content: Disclosure


@cache
def own_disclosure() -> Disclosure:
    """The version that comes with the pack."""
    return read_disclosure(resources.files("sh_repo").joinpath("disclosure.toml").read_text(encoding="utf-8"))


def read_disclosure(text: str) -> Disclosure:
    """A disclosure from the text of a file; refuses one that is not complete in both languages."""
    try:
        found = msgspec.convert(tomllib.loads(text), Disclosure)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise Refusal("BAD_DISCLOSURE", CLAUSE, why=str(error)) from None
    if not _VERSION.fullmatch(found.version):
        raise Refusal("BAD_DISCLOSURE", CLAUSE, why="its version is not of its form")
    parts: list[Any] = [found, *found.risk]
    zh = [getattr(one, name) for one in parts for name in one.__struct_fields__ if name.endswith("zh")]
    en = [getattr(one, name) for one in parts for name in one.__struct_fields__ if name.endswith("en")]
    if not all(map(_CHINESE.search, zh)) or not all(one.strip() for one in en):
        raise Refusal("BAD_DISCLOSURE", CLAUSE, why="every text is needed in both languages")
    names = [one.name for one in found.risk]
    if not names or not all(names) or len(names) != len(dict.fromkeys(names)) or len(text) > LONGEST_TEXT:
        raise Refusal(
            "BAD_DISCLOSURE", CLAUSE, why="risks of different names are needed, and no endless text"
        )
    sentences = (found.acknowledgement_zh, found.acknowledgement_en)
    if not all(_plain(one) and one.isprintable() and len(one) <= LONGEST_SENTENCE for one in sentences):
        raise Refusal("BAD_DISCLOSURE", CLAUSE, why="what is copied is one sentence")
    return found


class Disclosures(Component):
    """Which version of the disclosure is in force on which day."""

    name = "sh_repo.disclosures"

    def reset(self) -> None:
        self.versions: list[InForce] = [InForce(MANUAL, own_disclosure())]

    def now(self) -> InForce:
        """The version that is to be signed today."""
        today = self.exchange.today()
        # Before the manual's own day there is none but the first.
        return [one for one in self.versions if one.since <= today or one is self.versions[0]][-1]

    def of(self, version: str) -> Disclosure:
        """The text of a version; of one that there isn't, the text that is to be signed today."""
        found = next((one for one in self.versions if one.version == version), self.now())
        return found.content

    def signed(self, version: str, copied: str, **whose: str) -> None:
        """Refuse a disclosure that was not signed, in an old version, or without its sentence copied (REPO-A4-7)."""
        known = self.now()
        if not version:
            raise Refusal("DISCLOSURE_MISSING", "REPO-A6-18", **whose)
        if version != known.version:
            raise Refusal("DISCLOSURE_OUTDATED", CLAUSE, **whose, version=known.version)
        if not known.copied(copied):
            raise Refusal("DISCLOSURE_NOT_COPIED", CLAUSE, **whose)

    @decides(ReplaceDisclosure)
    def _replace(self, actor: Actor, command: ReplaceDisclosure) -> None:
        content = read_disclosure(command.text)
        if any(one.version == content.version for one in self.versions):
            raise Refusal("BAD_DISCLOSURE", CLAUSE, why="its version has been used", version=content.version)
        today = self.exchange.today()
        if command.since <= today:
            raise Refusal("PARAMETER_NOT_FUTURE", CLAUSE, since=command.since, today=today)
        if not command.notice.strip():
            raise Refusal("NOTICE_REQUIRED", CLAUSE, version=content.version)
        self.emit(DisclosureReplaced(command.since, command.notice.strip(), content))

    @evolves(DisclosureReplaced)
    def _replaced(self, event: DisclosureReplaced) -> None:
        self.versions.append(InForce(event.since, event.content))
        self.versions.sort(key=lambda one: one.since)

    def dump(self) -> Any:
        # The pack's own comes with the pack.
        return msgspec.to_builtins([one for one in self.versions if one.version != own_disclosure().version])

    def load(self, data: Any) -> None:
        self.reset()
        self.versions += msgspec.convert(data, list[InForce])
        self.versions.sort(key=lambda one: one.since)


def disclosures_of(exchange: Exchange) -> Disclosures:
    """The disclosures of an exchange that runs this pack."""
    found = exchange.components[Disclosures.name]
    assert isinstance(found, Disclosures)
    return found


# --- what is told ----------------------------------------------------------------------------------


def _own(change: Change) -> Iterable[Row]:
    event: PackEnabled = change.event
    if event.pack == "sh_repo":
        yield _row(MANUAL, own_disclosure())


def _told(change: Change) -> Iterable[Row]:
    event: DisclosureReplaced = change.event
    yield _row(event.since, event.content)


def _row(since: date, content: Disclosure) -> Row:
    return {**msgspec.to_builtins(content), "since": since.isoformat()}


DISCLOSURE_ROWS: Final = View(
    "sh_repo.disclosures",
    "回购交易风险揭示书",
    "risk disclosures for repos",
    (
        column("version", TEXT, "版本", "version"),
        column("since", TEXT, "自何日起", "in force since"),
        column("zh", TEXT, "中文标题", "title in Chinese"),
        column("en", TEXT, "英文标题", "title in English"),
        column("opening_zh", TEXT, "中文引言", "opening in Chinese"),
        column("opening_en", TEXT, "英文引言", "opening in English"),
        column("risk", JSON, "各项风险", "the risks"),
        column("reminder_zh", TEXT, "中文提示", "reminder in Chinese"),
        column("reminder_en", TEXT, "英文提示", "reminder in English"),
        column("acknowledgement_zh", TEXT, "须抄写的中文", "what is copied, in Chinese"),
        column("acknowledgement_en", TEXT, "须抄写的英文", "what is copied, in English"),
    ),
    ("version",),
    {PackEnabled: _own, DisclosureReplaced: _told},
    indexes=(("since",),),
    own=(),
    readers=(APPLICANT, DOOR, OPERATOR, STAFF, REGULATOR),
    doc="Every version of the risk disclosure, with its risks and the sentence that is copied by hand.",
)
