"""One-time codes: six digits by mail or text message, and the longer one that opens an account.

Only a keyed hash is stored. A code is asked for first, as a message without it, and made when that is sent.
"""

from __future__ import annotations

import hmac
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from tanpan_adapters.insertion import insert_new
from tanpan_adapters.keyring import Keyring
from tanpan_adapters.store.outbox import Message, message_row
from tanpan_adapters.store.schema import outbox

from .randomness import Randomness
from .settings import DAY, IdentitySettings
from .tables import code_requests, codes

ACTIVATION: Final = "activation"
CODE_MESSAGE: Final = "identity.code"
"""The kind of the message that asks for a code."""
RESET: Final = "reset"
PURPOSES: Final = ("sign_in", "password", RESET)
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that are taken for another when copied by hand
_ACTIVATION_LETTERS: Final = 20
_DIGITS: Final = "0123456789"
_CODE_DIGITS: Final = 6
_NUMBERS: Final = 1 << 62


class Codes:
    """The codes of one database: at most one per user and purpose is good at a time."""

    def __init__(self, keyring: Keyring, settings: IdentitySettings, randomness: Randomness) -> None:
        self._keyring = keyring
        self._settings = settings
        self._randomness = randomness

    def make(
        self, connection: Connection, exchange: str, name: str, purpose: str, now: int, origin: str = ""
    ) -> str:
        """A new code; an earlier one for the same purpose is no longer good.

        One made for a message, its `origin`, is the same whenever that message is sent again.
        """
        activates = purpose == ACTIVATION
        code = self._letters(exchange, name, purpose, origin, _LETTERS if activates else _DIGITS)
        life = self._settings.activation_us if activates else self._settings.code_us
        digest = self._digest(exchange, name, purpose, code)
        connection.execute(delete(codes).where(_of(exchange, name, purpose)))
        key = {"exchange": exchange, "name": name, "purpose": purpose}
        connection.execute(insert(codes).values(**key, digest=digest, expires_at=now + life, tries=0))
        return "-".join(code[i : i + 5] for i in range(0, len(code), 5)) if activates else code

    def try_one(
        self, connection: Connection, exchange: str, name: str, purpose: str, code: str, now: int
    ) -> bool:
        """Whether a code is the good one; counts the try, and after the last one no code is good any more.

        Tries of activation codes aren't limited: nobody guesses one, but anybody could use them up.
        """
        given = self._digest(exchange, name, purpose, _typed(code))
        mine = _of(exchange, name, purpose)
        row = connection.execute(select(codes).where(mine).with_for_update()).one_or_none()
        if row is None:
            return False
        spent = row.tries >= self._settings.code_tries and purpose != ACTIVATION
        if row.expires_at <= now or spent:
            connection.execute(delete(codes).where(mine))
            return False
        connection.execute(update(codes).where(mine).values(tries=row.tries + 1))
        return hmac.compare_digest(row.digest, given)

    def spend(self, connection: Connection, exchange: str, name: str, purpose: str, code: str) -> bool:
        """Uses a code up; False when somebody was faster."""
        given = self._digest(exchange, name, purpose, _typed(code))
        good = and_(_of(exchange, name, purpose), codes.c.digest == given)
        return connection.execute(delete(codes).where(good)).rowcount == 1

    def ask(
        self, connection: Connection, exchange: str, name: str, purpose: str, address: str, now: int
    ) -> int:
        """Queues the message of a code; answers 0, or in how many microseconds one may be asked for again."""
        day = now // DAY
        known = purpose != RESET
        key = {"exchange": exchange, "name": name, "known": known}
        insert_new(connection, code_requests, key | {"last_at": 0, "day": day, "count": 0})
        table = code_requests
        mine = and_(table.c.exchange == exchange, table.c.name == name, table.c.known == known)
        row = connection.execute(select(code_requests).where(mine).with_for_update()).one()
        count: int = row._mapping["count"] if row.day == day else 0
        wait = row.last_at + self._settings.code_pause_us - now
        if count >= self._settings.codes_per_day:
            wait = max(wait, (day + 1) * DAY - now)
        if wait > 0:
            return int(wait)
        connection.execute(update(code_requests).where(mine).values(last_at=now, day=day, count=count + 1))
        told = msgspec.json.encode({"purpose": purpose, "address": address}).decode()
        number = self._randomness.randbelow(_NUMBERS)
        message = Message(exchange, 0, number, CODE_MESSAGE, name, told, now)
        connection.execute(insert(outbox), message_row(message))
        return 0

    def drop(self, connection: Connection, exchange: str, name: str) -> None:
        """No code of a user is good any more."""
        connection.execute(delete(codes).where(codes.c.exchange == exchange, codes.c.name == name))

    def tidy(self, connection: Connection, now: int) -> None:
        """Drops what is no longer good."""
        connection.execute(delete(codes).where(codes.c.expires_at <= now))

    def _letters(self, exchange: str, name: str, purpose: str, origin: str, alphabet: str) -> str:
        length = _ACTIVATION_LETTERS if alphabet is _LETTERS else _CODE_DIGITS
        if origin:
            digest = self._keyring.digest("origins", exchange, name, purpose, origin)
            number = int.from_bytes(digest, "big") % len(alphabet) ** length
        else:
            number = self._randomness.randbelow(len(alphabet) ** length)
        letters = []
        for _ in range(length):
            number, one = divmod(number, len(alphabet))
            letters.append(alphabet[one])
        return "".join(letters)

    def _digest(self, exchange: str, name: str, purpose: str, code: str) -> bytes:
        return self._keyring.digest("codes", exchange, name, purpose, code)


def _typed(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()[:40]


def _of(exchange: str, name: str, purpose: str) -> ColumnElement[bool]:
    return and_(codes.c.exchange == exchange, codes.c.name == name, codes.c.purpose == purpose)
