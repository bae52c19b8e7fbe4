"""A simulated registry for demonstrations and tests: a file of accounts, of whom it refuses, and of what it sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from .port import Case, Change, Opened, Passed, Rejected, Returned, Verdict


class _State(msgspec.Struct):
    issued: int = 0
    accounts: dict[str, str] = {}
    """The account of each credit code."""
    refused: dict[str, tuple[str, bool]] = {}
    """By credit code or trading account: why, and whether for good."""
    outgoing: list[Change] = []
    outcomes: dict[str, str] = {}


class SimulatedRegistry:
    """Approves at once and numbers its accounts R00000001 on, unless it was told to refuse. Keeps its state in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = msgspec.json.decode(path.read_bytes(), type=_State) if path.exists() else _State()

    # --- as a registry -----------------------------------------------------------------------------

    def review(self, case: Case) -> Verdict | None:
        """Passes, or what it was told to say."""
        keys = (str(case.content.get("credit_code", "")), case.account)
        why, final = next(
            (self._state.refused[key] for key in keys if key in self._state.refused), ("", False)
        )
        if not why:
            return Passed("通过")
        return Rejected(why) if final else Returned(why)

    def tell(self, case: Case, fact: str) -> Opened | None:
        """The entity's account: the one it has, or a new one where none is named."""
        code = str(case.content.get("credit_code", ""))
        if not code:
            return None
        if code not in self._state.accounts:
            if "registry_account" in case.content:
                return None
            self.open(code)
        content = {"registry_account": self._state.accounts[code], "credit_code": code}
        return Opened(f"{self._state.accounts[code]}-{case.application}", content)

    def changes(self) -> Sequence[Change]:
        """What `send` was called with and has not been brought in."""
        return tuple(self._state.outgoing)

    def brought_in(self, reference: str, refused: str) -> None:
        """Notes the outcome."""
        self._state.outgoing = [one for one in self._state.outgoing if one.reference != reference]
        self._state.outcomes[reference] = refused
        self._keep()

    # --- what it is told ---------------------------------------------------------------------------

    def open(self, credit_code: str) -> str:
        """Open an account for an entity; its number."""
        if credit_code not in self._state.accounts:
            self._state.issued += 1
            self._state.accounts[credit_code] = f"R{self._state.issued:08d}"
            self._keep()
        return self._state.accounts[credit_code]

    def refuse(self, key: str, why: str, *, final: bool = False) -> None:
        """From now on, return (or reject for good) what a credit code or a trading account applies for."""
        self._state.refused[key] = (why, final)
        self._keep()

    def relent(self, key: str) -> None:
        """Refuse it no longer."""
        self._state.refused.pop(key, None)
        self._keep()

    def send(self, reference: str, command: str, fields: Mapping[str, Any], account: str = "") -> None:
        """Bring something in as soon as the exchange takes it."""
        self._state.outgoing.append(Change(reference, command, dict(fields), account))
        self._keep()

    def outcome(self, reference: str) -> str | None:
        """What became of it: empty for accepted, a refusal's code, None while it is not known."""
        return self._state.outcomes.get(reference)

    def _keep(self) -> None:
        beside = self._path.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._state))
        beside.replace(self._path)
