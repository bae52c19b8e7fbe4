"""The three agreements (HB-1.2-j): their texts by version, the pack's own or what the operator puts in their place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

import msgspec

from hubei_retail.rulebook import AGREEMENTS, GUIDE, Rules, rule
from tanpan.component import Component, decides, evolves
from tanpan.messages import APPLICANT, DOOR, OPERATOR, REGULATOR, STAFF, Command, Event
from tanpan.packs import PackEnabled
from tanpan.parties import Actor
from tanpan.refusals import Refusal
from tanpan.views import TEXT, Change, Row, View, column

if TYPE_CHECKING:
    from tanpan.exchange import Exchange

CLAUSE: Final = "HB-1.2-j"
LONGEST_TEXT: Final = 100_000
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of an agreement: its title and its text in both languages."""

    version: str
    zh: str
    en: str
    text_zh: str
    text_en: str


class ReplaceAgreement(Command, frozen=True, tag="hubei_retail.replace_agreement"):
    """Put another version of an agreement in place from a future day on; `text` is a file like those of the pack."""

    zh: ClassVar = "更换协议文本"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    four_eyes: ClassVar = True
    agreement: Annotated[str, msgspec.Meta(examples=["entry_agreement"])]
    text: str
    since: date
    notice: str = ""


class AgreementReplaced(Event, frozen=True, tag="hubei_retail.agreement_replaced"):
    """An agreement has another version from a day on, announced by a notice."""

    agreement: str
    since: date
    notice: str
    content: Agreement


@cache
def own_agreement(name: str) -> Agreement:
    """The version of an agreement that comes with the pack."""
    file = resources.files("hubei_retail").joinpath("agreements", f"{name}.toml")
    return read_agreement(file.read_text(encoding="utf-8"))


def read_agreement(text: str) -> Agreement:
    """An agreement from the text of a file; refuses one that is not complete in both languages."""
    try:
        found = msgspec.convert(tomllib.loads(text), Agreement)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise Refusal("BAD_AGREEMENT", CLAUSE, why=str(error)) from None
    if not _VERSION.fullmatch(found.version):
        raise Refusal("BAD_AGREEMENT", CLAUSE, why="its version is not of its form")
    whole = found.text_en.strip() and found.en.strip() and len(text) <= LONGEST_TEXT
    if not whole or not _CHINESE.search(found.zh) or not _CHINESE.search(found.text_zh):
        raise Refusal("BAD_AGREEMENT", CLAUSE, why="title and text are needed in both languages")
    return found


class Agreements(Component):
    """Which version of each agreement is in force on which day."""

    name = "hubei_retail.agreements"

    def reset(self) -> None:
        self.versions: dict[str, list[tuple[date, str]]] = {
            name: [(GUIDE, own_agreement(name).version)] for name in AGREEMENTS
        }

    def version(self, name: str) -> str:
        """The version in force today."""
        today = self.exchange.today()
        return [version for since, version in self.versions[name] if since <= today][-1]

    @decides(ReplaceAgreement)
    def _replace(self, actor: Actor, command: ReplaceAgreement) -> None:
        if command.agreement not in AGREEMENTS:
            raise Refusal("BAD_FIELD", field="agreement", known=list(AGREEMENTS))
        content = read_agreement(command.text)
        if any(version == content.version for _, version in self.versions[command.agreement]):
            raise Refusal("BAD_AGREEMENT", CLAUSE, why="its version has been used", version=content.version)
        rules: Any = self.exchange.components[Rules.name]
        rules.from_a_future_day(command.since, command.notice, command.agreement)
        self.emit(AgreementReplaced(command.agreement, command.since, command.notice, content))

    @evolves(AgreementReplaced)
    def _replaced(self, event: AgreementReplaced) -> None:
        versions = self.versions[event.agreement]
        versions.append((event.since, event.content.version))
        versions.sort(key=lambda one: one[0])

    def dump(self) -> Any:
        return msgspec.to_builtins(self.versions)

    def load(self, data: Any) -> None:
        self.versions = msgspec.convert(data, dict[str, list[tuple[date, str]]])


def version_of(exchange: Exchange, name: str) -> str:
    """The version of an agreement that is to be accepted today."""
    agreements: Any = exchange.components[Agreements.name]
    return str(agreements.version(name))


def opened_first(exchange: Exchange, name: str) -> bool:
    """Whether an agreement must be opened before it can be accepted."""
    return name in rule(exchange, "must_be_opened")


# --- what is told ----------------------------------------------------------------------------------


def _own(change: Change) -> Iterable[Row]:
    event: PackEnabled = change.event
    if event.pack == "hubei_retail":
        for name in AGREEMENTS:
            yield _row(name, GUIDE, own_agreement(name))


def _replaced(change: Change) -> Iterable[Row]:
    event: AgreementReplaced = change.event
    yield _row(event.agreement, event.since, event.content)


def _row(name: str, since: date, content: Agreement) -> Row:
    return {"agreement": name, "since": since.isoformat(), **msgspec.to_builtins(content)}


TEXTS: Final = View(
    "hubei_retail.agreements",
    "协议文本",
    "texts of the agreements",
    (
        column("agreement", TEXT, "协议", "agreement"),
        column("version", TEXT, "版本", "version"),
        column("since", TEXT, "自何日起", "in force since"),
        column("zh", TEXT, "中文标题", "title in Chinese"),
        column("en", TEXT, "英文标题", "title in English"),
        column("text_zh", TEXT, "中文文本", "text in Chinese"),
        column("text_en", TEXT, "英文文本", "text in English"),
    ),
    ("agreement", "version"),
    {PackEnabled: _own, AgreementReplaced: _replaced},
    indexes=(("agreement", "since"),),
    own=(),
    readers=(APPLICANT, DOOR, OPERATOR, STAFF, REGULATOR),
    doc="Every version of the agreements an individual accepts, with its text.",
)
