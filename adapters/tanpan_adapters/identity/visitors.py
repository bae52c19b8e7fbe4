"""Visitors: people who show that a mobile or a mailbox is theirs, before they are users and for what they apply for.

A code is asked for first, as a message without it, and made when that is sent. It is good for one subject and one
place, once, for a few minutes and a few tries; how many are asked for is counted per place and per network address.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Final

import msgspec
from attrs import frozen
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
    delete,
    insert,
    select,
    update,
)

from tanpan.personal import fingerprint
from tanpan_adapters.insertion import insert_new
from tanpan_adapters.keyring import NowUs
from tanpan_adapters.store.engine import take_turns, writing
from tanpan_adapters.store.outbox import Message, message_row
from tanpan_adapters.store.schema import Schema, meta_table, outbox, prepare
from tanpan_adapters.vault import Vault, person_of

from . import trail
from .objections import Objection
from .randomness import Randomness
from .settings import DAY, MINUTE, SECOND, IdentitySettings

PROOF_MESSAGE: Final = "identity.proof"
"""The kind of the message that asks for a code; its `to` is the place's token."""
VISITOR: Final = "visitor"
MOBILE: Final = "mobile"
WAIT_US: Final = 15 * MINUTE
"""How long what was asked for waits for its message to be sent."""
_AT_ONCE: Final = 100
_NUMBERS: Final = 1 << 62
_TABLES: Final = MetaData()
meta_table(_TABLES)

# One that waits per subject. `person` is whose the place is in the vault until he is a user: it is forgotten then.
_proofs = Table(
    "visitors_proofs",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("person", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("digest", LargeBinary),
    Column("tries", Integer, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("visitors_proofs_by_end", "expires_at"),
)
# How often was asked lately; `about` is a place's fingerprint or a network address.
_asked = Table(
    "visitors_asked",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Index("visitors_asked_by_day", "day"),
)
VISITORS_SCHEMA: Final = Schema("visitors", 1, _TABLES, part=True)


@frozen
class Proof:
    """Somebody gave the code that was sent to a place, the vault's token of it."""

    id: str
    place: str
    person: str


class Visitors:
    """The proofs that wait, of all exchanges of a database."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        settings: IdentitySettings,
        now_us: NowUs,
        randomness: Randomness,
        throttle: Callable[[str, str, str], None],
    ) -> None:
        prepare(engine, VISITORS_SCHEMA)
        self._engine = engine
        self._vault = vault
        self._settings = settings
        self._now_us = now_us
        self._randomness = randomness
        self._throttle = throttle

    # --- asking ----------------------------------------------------------------------------------

    def ask_in(self, exchange: str, user: str, kind: str, clear: str, *, address: str = "") -> str:
        """Has a code sent to where a visitor says he is reached; answers the masked place.

        It is never looked whether somebody bears the name: nothing tells. Refuses what is of no form, RATE_LIMITED.
        """
        self._throttle(exchange, user, address)
        self._forget_the_late()
        person = person_of(exchange, f"{VISITOR} {self._randomness.token_bytes(16).hex()}")
        place = self._vault.keep(person, kind, clear)
        try:
            self._ask(exchange, subject_of(VISITOR, user), user, VISITOR, place, person, address)
        except Objection:
            self._vault.forget(person)
            raise
        return place.rpartition(":")[2]

    def ask(self, exchange: str, user: str, about: str, place: str, *, address: str = "") -> str:
        """Has a code sent to a mobile of a user's own papers; answers the masked place."""
        self._throttle(exchange, user, address)
        self._forget_the_late()
        self._ask(exchange, subject_of(MOBILE, about), user, MOBILE, place, "", address)
        return place.rpartition(":")[2]

    def _ask(
        self, exchange: str, subject: str, user: str, purpose: str, place: str, person: str, address: str
    ) -> None:
        now = self._now_us()
        limits = self._settings
        with writing(self._engine) as connection:
            connection.execute(delete(_asked).where(_asked.c.day < now // DAY - 1))
            per_day = limits.codes_per_address
            wait = self._wait(connection, exchange, f"address {address}", 0, per_day, now) if address else 0
            if not wait:
                about, pause = f"place {fingerprint(place)}", limits.code_pause_us
                wait = self._wait(connection, exchange, about, pause, limits.codes_per_day, now)
            outcome = "RATE_LIMITED" if wait else "ok"
            trail.write(connection, now, exchange, user, address, f"{purpose}_ask", outcome)
            if not wait:
                self._put(connection, exchange, subject, user, purpose, place, person, now)
        if wait:
            raise Objection("RATE_LIMITED", retry_after_s=-(-wait // SECOND))

    def _wait(
        self, connection: Connection, exchange: str, about: str, pause: int, per_day: int, now: int
    ) -> int:
        """Counts one that is asked for: 0, or in how many microseconds it may be."""
        day = now // DAY
        key = {"exchange": exchange, "about": about}
        insert_new(connection, _asked, key | {"last_at": 0, "day": day, "count": 0})
        mine = and_(_asked.c.exchange == exchange, _asked.c.about == about)
        row = connection.execute(select(_asked).where(mine).with_for_update()).one()
        count: int = row._mapping["count"] if row.day == day else 0
        wait = row.last_at + pause - now
        if count >= per_day:
            wait = max(wait, (day + 1) * DAY - now)
        if wait > 0:
            return int(wait)
        connection.execute(update(_asked).where(mine).values(last_at=now, day=day, count=count + 1))
        return 0

    def _put(
        self,
        connection: Connection,
        exchange: str,
        subject: str,
        user: str,
        purpose: str,
        place: str,
        person: str,
        now: int,
    ) -> None:
        take_turns(connection, f"prove {exchange} {subject}")
        made = self._randomness.token_bytes(16).hex()
        plain = {"place": place, "digest": None, "tries": 0, "expires_at": now + WAIT_US}
        mine = _of(exchange, subject)
        before = connection.execute(select(_proofs.c.person).where(mine)).scalar()
        connection.execute(delete(_proofs).where(mine))
        key = {"exchange": exchange, "subject": subject, "id": made, "person": person}
        connection.execute(insert(_proofs).values(**key, **plain))
        if before:  # the place of the one before is forgotten with those that are late
            late = {"exchange": exchange, "subject": f"late {before}", "id": f"late {before}"}
            gone = {"person": before, "place": "", "digest": None, "tries": 0, "expires_at": 0}
            connection.execute(insert(_proofs).values(**late, **gone))
        told = msgspec.json.encode({"proof": made, "user": user, "purpose": purpose}).decode()
        number = self._randomness.randbelow(_NUMBERS)
        message = Message(exchange, 0, number, PROOF_MESSAGE, place, told, now)
        connection.execute(insert(outbox), message_row(message))

    # --- sending ---------------------------------------------------------------------------------

    def make_code(self, exchange: str, proof: str, origin: str) -> str:
        """The code of a proof, made when its message (`origin`) is sent and kept nowhere; empty where none waits.

        It is the same whenever the same message is sent again.
        """
        number = int.from_bytes(self._vault.keyring.digest("origins", exchange, proof, origin), "big")
        code = f"{number % 1_000_000:06}"
        values = {
            "digest": self._digest(exchange, proof, code),
            "expires_at": self._now_us() + self._settings.code_us,
        }
        waits = and_(_proofs.c.exchange == exchange, _proofs.c.id == proof)
        with writing(self._engine) as connection:
            found = connection.execute(update(_proofs).where(waits).values(**values)).rowcount
        return code if found == 1 else ""

    # --- proving ---------------------------------------------------------------------------------

    def proved(self, exchange: str, user: str, purpose: str, about: str, code: str, *, address: str) -> Proof:
        """The proof that a code is for, which `spend` then uses up; counts the try. Refuses with OTP_WRONG."""
        self._throttle(exchange, user, address)
        now = self._now_us()
        mine = _of(exchange, subject_of(purpose, about))
        found = None
        with writing(self._engine) as connection:
            row = connection.execute(select(_proofs).where(mine).with_for_update()).one_or_none()
            # What may not be tried any more waits with those that are late.
            if row is not None and self._open(row, now):
                connection.execute(update(_proofs).where(mine).values(tries=row.tries + 1))
                if hmac.compare_digest(row.digest, self._digest(exchange, row.id, _typed(code))):
                    found = Proof(row.id, row.place, row.person)
            outcome = "ok" if found is not None else "OTP_WRONG"
            trail.write(connection, now, exchange, user, address, f"{purpose}_proof", outcome)
        if found is None:
            raise Objection("OTP_WRONG")
        return found

    def spend(self, exchange: str, proof: Proof) -> None:
        """Uses a proof up; refuses with OTP_WRONG where somebody was faster."""
        mine = and_(_proofs.c.exchange == exchange, _proofs.c.id == proof.id)
        with writing(self._engine) as connection:
            won = connection.execute(delete(_proofs).where(mine)).rowcount == 1
        if not won:
            raise Objection("OTP_WRONG")
        if proof.person:
            self._vault.forget(proof.person)

    def _open(self, row: Any, now: int) -> bool:
        return bool(row.digest) and row.expires_at > now and row.tries < self._settings.code_tries

    # --- the broom -------------------------------------------------------------------------------

    def _forget_the_late(self) -> None:
        """Drops what nobody came back for, and forgets where those people were to be reached."""
        now = self._now_us()
        late = select(_proofs.c.id, _proofs.c.person).where(_proofs.c.expires_at <= now).limit(_AT_ONCE)
        with self._engine.connect() as connection:
            rows = connection.execute(late).all()
        for row in rows:
            if row.person:
                self._vault.forget(row.person)
        if rows:
            gone = and_(_proofs.c.id.in_([row.id for row in rows]), _proofs.c.expires_at <= now)
            with writing(self._engine) as connection:
                connection.execute(delete(_proofs).where(gone))

    def _digest(self, exchange: str, proof: str, code: str) -> bytes:
        return self._vault.keyring.digest("codes", exchange, "proof", proof, code)


def subject_of(purpose: str, about: str) -> str:
    """What a code is for, as one text."""
    return f"{purpose} {about}"


def _typed(code: str) -> str:
    return "".join(code.split())[:40]


def _of(exchange: str, subject: str) -> ColumnElement[bool]:
    return and_(_proofs.c.exchange == exchange, _proofs.c.subject == subject)
