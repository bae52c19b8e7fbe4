"""What stands before an exchange's queue: who may pass with which command, found once per command type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from tanpan.messages import Command, drawn_fields
from tanpan.personal import form_fields, personal_fields
from tanpan.refusals import BY_CODE, Reason
from tanpan_adapters.api.problems import Problem
from tanpan_adapters.identity.scopes import scope_of

if TYPE_CHECKING:
    from tanpan_adapters.identity.principal import Principal
    from tanpan_adapters.service.host import Host, Hosted


class Door(msgspec.Struct, frozen=True):
    """One command type as the API sees it."""

    name: str
    kind: type[Command]
    personal: bool
    scope: str
    drawn: tuple[str, ...] = ()
    """The fields that are drawn here, whatever was said in them."""


class Doors:
    """The doors of all hosted exchanges, and who is allowed up to them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._of: dict[str, tuple[Hosted, dict[str, Door]]] = {}

    def hosted(self, exchange: str) -> Hosted:
        """The exchange of a name; a problem for one that is not here."""
        found = self.host.exchanges.get(exchange)
        if found is None:
            raise Problem("UNKNOWN_EXCHANGE", exchange=exchange)
        return found

    def doors(self, hosted: Hosted) -> dict[str, Door]:
        """The doors of an exchange by the names of its commands."""
        known = self._of.get(hosted.name)
        # An exchange that was removed and added again has other packs, perhaps.
        if known is None or known[0] is not hosted:
            types = hosted.writer.exchange.command_types
            known = self._of[hosted.name] = (
                hosted,
                {name: _door(name, kind) for name, kind in types.items()},
            )
        return known[1]

    def door(self, hosted: Hosted, command: str) -> Door:
        """The door of a command; a problem for one that the exchange does not know."""
        found = self.doors(hosted).get(command)
        if found is None:
            raise Problem("UNKNOWN_COMMAND", command=command)
        return found

    def reasons(self, scope: Mapping[str, Any]) -> Mapping[str, Reason]:
        """The refusal codes that the packs of a scope's exchange add."""
        hosted = self.host.exchanges.get(scope.get("path_params", {}).get("exchange", ""))
        return hosted.assembly.reasons if hosted is not None else {}

    def all_reasons(self) -> Mapping[str, Reason]:
        """Every refusal code of the kernel and of every hosted exchange's packs."""
        found = dict(BY_CODE)
        for hosted in self.host.exchanges.values():
            found |= hosted.assembly.reasons
        return found


def _door(name: str, kind: type[Command]) -> Door:
    personal = bool(personal_fields(kind) or form_fields(kind))
    return Door(name, kind, personal, scope_of(kind), drawn_fields(kind))


def principal_of(scope: Any, exchange: str, needs: str = "") -> Principal:
    """Who calls an exchange; a problem for nobody, for another exchange's people and for a key without the scope."""
    principal: Principal | None = scope["state"].get("principal")
    if principal is None:
        raise scope["state"].get("objection") or Problem("AUTH_REQUIRED")
    if principal.exchange != exchange:
        raise Problem("PERMISSION_DENIED", exchange=exchange)
    if principal.must_change:
        raise Problem("MUST_ENROL" if principal.owes == "second_factor" else "MUST_CHANGE_PASSWORD")
    if needs and needs not in principal.scopes:
        raise Problem("SCOPE_MISSING", scope=needs)
    return principal
