"""Rule packs: found by entry points, enabled and drained by journaled commands, the same door for everyone."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from importlib import metadata, resources
from types import ModuleType
from typing import Any, ClassVar, Final

import pluggy
from attrs import field, frozen

from tanpan import hookspecs
from tanpan.component import Component, decides, evolves
from tanpan.documents import Document, fitting
from tanpan.kinds import Kind, personal_names
from tanpan.market import Market
from tanpan.messages import STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Reason, Refusal
from tanpan.rulebook import Parameter

GROUP: Final = "tanpan.packs"


class PackError(Exception):
    """A pack is missing, misspelt, or written for another version of the contract."""


@frozen
class Clause:
    """A clause of a pack's sources; `now` says whether the pack performs it, `why_not` why it does not."""

    id: str
    zh: str
    en: str
    summary: str
    summary_zh: str
    scope: str
    part: str
    now: bool
    why_not: str = ""


@frozen
class Proposal:
    """The exchange a pack proposes for a first run without a configuration: its id and its names."""

    exchange: str
    zh: str
    en: str


@frozen
class Pack:
    """Who a pack is and what it brings."""

    name: str
    version: str
    contract: int
    zh: str
    en: str
    institution: str
    markets: tuple[Market, ...] = ()
    refusals: tuple[Reason, ...] = ()
    clauses: tuple[Clause, ...] = field(default=(), repr=False)
    proposes: Proposal | None = None
    parameters: tuple[Parameter, ...] = field(default=(), repr=False)
    """Parameters of no market's, for people to read."""


def read_clauses(package: str) -> tuple[Clause, ...]:
    """The clauses of a pack's own `clauses.toml`."""
    text = resources.files(package).joinpath("clauses.toml").read_text(encoding="utf-8")
    return tuple(Clause(**row) for row in tomllib.loads(text)["clause"])


def installed() -> dict[str, metadata.EntryPoint]:
    """The packs installed on this machine, by name."""
    return {point.name: point for point in metadata.entry_points(group=GROUP)}


def load(names: Iterable[str]) -> list[ModuleType]:
    """The modules of packs by name; PackError for one that is not installed."""
    points = installed()
    modules = []
    for name in names:
        if name not in points:
            known = ", ".join(sorted(points)) or "none"
            raise PackError(f"no rule pack named {name!r} is installed (installed: {known})")
        modules.append(points[name].load())
    return modules


@frozen
class Assembly:
    """What the enabled packs bring, joined once when an exchange is assembled."""

    packs: tuple[Pack, ...]
    components: tuple[type[Component], ...]
    views: tuple[Any, ...]
    phrases: tuple[Any, ...]
    kinds: tuple[Kind, ...] = ()
    documents: tuple[Document, ...] = ()

    @property
    def markets(self) -> tuple[Market, ...]:
        """All markets of all packs."""
        return tuple(market for pack in self.packs for market in pack.markets)

    @property
    def reasons(self) -> Mapping[str, Reason]:
        """The packs' own refusal codes."""
        return {reason.code: reason for pack in self.packs for reason in pack.refusals}

    @cached_property
    def form_names(self) -> Mapping[str, str]:
        """The personal shape of each name that a form field has here, empty for what isn't personal."""
        return personal_names(self.kinds)


def assemble(modules: Sequence[Any]) -> Assembly:
    """Ask the packs' hooks; PackError for a misspelt hook, another contract or a market declared twice."""
    manager = pluggy.PluginManager("tanpan")
    manager.add_hookspecs(hookspecs)
    for module in modules:
        if not hasattr(module, "tanpan_pack"):
            raise PackError(f"rule pack {module.__name__!r} does not say who it is: it has no tanpan_pack")
        try:
            manager.register(module)
        except ValueError:
            raise PackError(f"rule pack {module.__name__!r} is declared twice") from None
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PackError(f"a rule pack implements a hook there is not: {error}") from None
    packs = tuple(reversed(manager.hook.tanpan_pack()))
    for pack in packs:
        if pack.contract != hookspecs.CONTRACT:
            raise PackError(
                f"rule pack {pack.name} was written for contract {pack.contract}, this kernel has {hookspecs.CONTRACT}"
            )
    _unique("rule pack", [pack.name for pack in packs])
    _unique("market", [market.name for pack in packs for market in pack.markets])
    kinds = tuple(_joined(manager.hook.tanpan_applications()))
    _unique("kind of application", [kind.name for kind in kinds])
    _declared(kinds, packs)
    documents = tuple(_joined(manager.hook.tanpan_documents()))
    _unique("document", [document.name for document in documents])
    _made_from(documents, kinds, packs)
    return Assembly(
        packs,
        tuple(_joined(manager.hook.tanpan_components())),
        tuple(_joined(manager.hook.tanpan_views())),
        tuple(_joined(manager.hook.tanpan_phrases())),
        kinds,
        documents,
    )


def _joined(answers: list[Sequence[Any]]) -> Iterable[Any]:
    return [item for answer in reversed(answers) for item in answer]


def _declared(kinds: Sequence[Kind], packs: Sequence[Pack]) -> None:
    """PackError for a kind that isn't named after its pack, and for a field that is personal in two ways."""
    names = [pack.name for pack in packs]
    for kind in kinds:
        if kind.pack not in names:
            raise PackError(f"kind of application {kind.name!r} is not named after its rule pack")
    try:
        personal_names(kinds)
    except ValueError as error:
        raise PackError(str(error)) from None


def _made_from(documents: Sequence[Document], kinds: Sequence[Kind], packs: Sequence[Pack]) -> None:
    """PackError for a document that isn't named after its pack, or doesn't fit what it is made from."""
    names = [pack.name for pack in packs]
    for document in documents:
        if document.pack not in names:
            raise PackError(f"document {document.name!r} is not named after its rule pack")
        try:
            fitting(document, kinds)
        except ValueError as error:
            raise PackError(str(error)) from None


def _unique(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PackError(f"{what} {name!r} is declared twice")


class EnablePack(Command, frozen=True, tag="core.enable_pack"):
    """Enable an installed rule pack; its markets may open their days."""

    zh: ClassVar = "启用规则包"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    pack: str


class DrainPack(Command, frozen=True, tag="core.drain_pack"):
    """Let a rule pack take nothing new; what is open runs to its end."""

    zh: ClassVar = "排空规则包"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    pack: str


class DisablePack(Command, frozen=True, tag="core.disable_pack"):
    """Disable a drained rule pack of which nothing is open or held any more."""

    zh: ClassVar = "停用规则包"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "rules"
    pack: str


class PackEnabled(Event, frozen=True, tag="core.pack_enabled"):
    """A rule pack was enabled in this version."""

    pack: str
    version: str


class PackDraining(Event, frozen=True, tag="core.pack_draining"):
    """A rule pack takes nothing new."""

    pack: str


class PackDisabled(Event, frozen=True, tag="core.pack_disabled"):
    """A rule pack is disabled; its history stays."""

    pack: str


class Packs(Component):
    """Which packs are enabled, in which version and state."""

    name = "packs"

    def reset(self) -> None:
        self.states: dict[str, list[str]] = {}
        self.engaged: list[Callable[[str], str]] = []
        """Asked of a pack's name before it is disabled: what of it is still to be done, empty for nothing."""

    def pack_of(self, market: str) -> Pack:
        """The pack that declares a market."""
        for pack in self.exchange.assembly.packs:
            if any(one.name == market for one in pack.markets):
                return pack
        raise Refusal("UNKNOWN_MARKET", market=market)

    def takes_new(self, market: str) -> None:
        """Refuse when the market's pack is not enabled or draining."""
        pack = self.pack_of(market)
        version_and_state = self.states.get(pack.name)
        if version_and_state is None:
            raise Refusal("UNKNOWN_PACK", pack=pack.name)
        if version_and_state[1] != "enabled":
            raise Refusal("PACK_DRAINING", pack=pack.name)

    def files_new(self, pack: str) -> None:
        """Refuse when a pack takes no new applications: it isn't enabled, or it is draining."""
        state = self.states.get(pack, ["", ""])[1]
        if state != "enabled":
            raise Refusal("PACK_DRAINING" if state else "UNKNOWN_PACK", pack=pack)

    def draining(self, market: str) -> bool:
        """Whether the market's pack is draining; refuses one that is not enabled."""
        pack = self.pack_of(market)
        state = self.states.get(pack.name, ["", ""])[1]
        if state not in ("enabled", "draining"):
            raise Refusal("UNKNOWN_PACK" if not state else "PACK_DRAINING", pack=pack.name)
        return state == "draining"

    @decides(EnablePack)
    def _enable(self, actor: Actor, command: EnablePack) -> None:
        pack = self._installed(command.pack)
        if self.states.get(pack.name, ["", ""])[1] == "enabled":
            raise Refusal("BAD_STATE", pack=pack.name, state="enabled")
        self.emit(PackEnabled(pack.name, pack.version))

    @decides(DrainPack)
    def _drain(self, actor: Actor, command: DrainPack) -> None:
        self._in_state(command.pack, "enabled")
        self.emit(PackDraining(command.pack))

    @decides(DisablePack)
    def _disable(self, actor: Actor, command: DisablePack) -> None:
        self._in_state(command.pack, "draining")
        open_one = self.exchange.applications.of_pack(command.pack)
        if open_one is not None:
            raise Refusal("BAD_STATE", application=open_one.number, state=open_one.state)
        for engaged in self.engaged:
            if reason := engaged(command.pack):
                raise Refusal("BAD_STATE", pack=command.pack, engaged_in=reason)
        for market in self._installed(command.pack).markets:
            books = self.exchange.days.of(market.name).books
            if books:
                raise Refusal("SETTLEMENT_PENDING", market=market.name, day=books[0].day)
            for instrument in self.exchange.instruments.of_market(market.name):
                if self.exchange.ledger.contra.registry.get(instrument.code, 0):
                    raise Refusal("BAD_STATE", instrument=instrument.code, state="held")
        self.emit(PackDisabled(command.pack))

    def _installed(self, name: str) -> Pack:
        for pack in self.exchange.assembly.packs:
            if pack.name == name:
                return pack
        raise Refusal("UNKNOWN_PACK", pack=name)

    def _in_state(self, name: str, state: str) -> None:
        self._installed(name)
        now = self.states.get(name, ["", "not enabled"])[1]
        if now != state:
            raise Refusal("BAD_STATE", pack=name, state=now)

    @evolves(PackEnabled)
    def _enabled(self, event: PackEnabled) -> None:
        if all(pack.name != event.pack for pack in self.exchange.assembly.packs):
            raise PackError(
                f"the journal needs rule pack {event.pack} {event.version}, which is not installed"
            )
        self.states[event.pack] = [event.version, "enabled"]

    @evolves(PackDraining)
    def _draining(self, event: PackDraining) -> None:
        self.states[event.pack][1] = "draining"

    @evolves(PackDisabled)
    def _disabled(self, event: PackDisabled) -> None:
        self.states[event.pack][1] = "disabled"

    def dump(self) -> Any:
        return self.states

    def load(self, data: Any) -> None:
        self.states = data
