"""What the tests of identity share: a clock moved by hand, requests as the server hands them on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pyotp
from argon2.profiles import CHEAPEST
from attrs import evolve
from sqlalchemy import Engine, text

from tanpan_adapters.identity import (
    MINUTE,
    Identity,
    IdentitySettings,
    Objection,
    Principal,
    SignedIn,
    cookie_name,
)
from tanpan_adapters.store import Outbox
from tanpan_adapters.vault import Vault, person_of

BEIJING = "beijing"
LI = "li.trader"
PASSWORD = "correct horse battery"
OTHER = "staple of nine letters"
MAIL = "trader@example.cn"
MOBILE = "13812341234"
START = 1_780_000_000_000_000


class Hands:
    """An identity with everything around it that a test moves."""

    def __init__(self, engine: Engine, folder: Path, settings: IdentitySettings | None = None) -> None:
        self.now = START
        self.engine = engine
        self.folder = folder
        self.settings = evolve(settings or IdentitySettings(attempts_per_minute=1_000), argon2=CHEAPEST)
        self.vault = Vault(engine, folder / "tanpan.key")
        self.identity = self.another()
        self.outbox = Outbox(engine, BEIJING)

    def another(self, settings: IdentitySettings | None = None) -> Identity:
        """A second identity on the same database, as another process has one."""
        return Identity(self.engine, self.vault, settings or self.settings, now_us=lambda: self.now)

    def later(self, us: int) -> None:
        """Lets time pass."""
        self.now += us

    def user(self, name: str = LI, password: str = PASSWORD, *, mail: str = "", mobile: str = "") -> None:
        """A user with a password of his own; where given, reached by mail and mobile."""
        person = person_of(BEIJING, name)
        self.identity.reach(
            BEIJING,
            name,
            mail=self.vault.keep(person, "mail", mail) if mail else "",
            mobile=self.vault.keep(person, "mobile", mobile) if mobile else "",
        )
        self.identity.set_password(BEIJING, name, password, must_change=False)

    def sign_in(self, name: str = LI, password: str = PASSWORD, code: str = "", **more: Any) -> SignedIn:
        """Signs a user in."""
        return self.identity.sign_in(BEIJING, name, password, code, **more)

    def sent_code(self, name: str = LI) -> str:
        """The code of the message that waits, made as delivery makes it."""
        (due,) = self.outbox.due(self.now)
        purpose = due.message.data_json.partition('"purpose":"')[2].partition('"')[0]
        self.outbox.done(due.id, self.now)
        return self.identity.make_code(BEIJING, name, purpose)

    def generator(self, signed: SignedIn, password: str = PASSWORD) -> pyotp.TOTP:
        """A code generator set up for a user who is signed in."""
        secret, _ = self.identity.enrol(signed.principal, password)
        generator = pyotp.TOTP(secret)
        self.identity.confirm_generator(signed.principal, self.code_of(generator))
        self.later(MINUTE)
        return generator

    def code_of(self, generator: pyotp.TOTP, steps: int = 0) -> str:
        """What a generator shows now."""
        return generator.at(self.now // 1_000_000 + 30 * steps)

    def outcomes(self, what: str) -> list[str]:
        """The outcomes of a kind of happening, oldest first."""
        lines = self.identity.happenings(BEIJING, limit=500)
        return [line.outcome for line in reversed(lines) if line.what == what]

    def everything_stored(self) -> str:
        """All that the identity tables and the outbox hold, as text."""
        tables = ("users", "passwords", "failures", "codes", "code_requests", "sessions", "keys", "audit")
        with self.engine.connect() as connection:
            rows = [connection.execute(text(f"SELECT * FROM identity_{name}")).all() for name in tables]
            rows.append(connection.execute(text("SELECT * FROM outbox")).all())
            rows.append(connection.execute(text("SELECT * FROM vault_texts")).all())
        return repr(
            [[tuple(bytes(c) if isinstance(c, memoryview) else c for c in r) for r in t] for t in rows]
        )


def scope_of(
    *, key: str = "", signed: SignedIn | None = None, csrf: str = "", method: str = "GET", address: str = ""
) -> dict[str, Any]:
    """A request as an ASGI scope."""
    headers = []
    if key:
        headers.append((b"authorization", f"Bearer {key}".encode()))
    if signed:
        headers.append((b"cookie", f"a=b; {cookie_name(BEIJING)}={signed.token}".encode()))
    if csrf:
        headers.append((b"x-csrf-token", csrf.encode()))
    path = f"/api/{BEIJING}/commands/core.post"
    return {"path": path, "method": method, "headers": headers, "state": {"address": address}}


def recognised(identity: Identity, scope: dict[str, Any]) -> Principal | str:
    """The principal of a request, or the code of the objection ("" for nobody at all)."""
    found = asyncio.run(identity.authenticate(scope))
    if found is not None:
        return found
    objection = scope["state"].get("objection")
    return objection.code if isinstance(objection, Objection) else ""
