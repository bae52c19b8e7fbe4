"""Keys: the master key in a file of its own, and the keys in the database that only it can open.

Every use has a key of its own. They are made at random on a first run and stored wrapped by the master
key. How the master key is changed is told in `rotation`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, Table, Text, delete, insert, select

from tanpan_adapters.insertion import insert_new
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.schema import Schema, meta_table, prepare

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
PERSONS: Final = "persons"
"""The use of the key that persons' keys are wrapped with."""
USES: Final = ("tokens", "csrf", "codes", "origins", "totp", PERSONS, "fingerprints")
RETIRING: Final = "persons before"
"""The key of persons' keys before the present one, while some of them are still wrapped with it."""

_TABLES: Final = MetaData()
meta_table(_TABLES)
_keys = Table(
    "keyring_keys",
    _TABLES,
    Column("name", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
KEYRING: Final = Schema("keyring", 1, _TABLES, part=True)


class KeyFileError(Exception):
    """The master key can't be used; the message says which file and why."""


def create_key_file(path: Path) -> bytes:
    """Makes a new master key in a file only its owner can read; refuses to write over one."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"the key file {path} exists already: it is never written over") from None
    except OSError as error:
        raise KeyFileError(f"the key file {path} can't be made: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key_file(path: Path) -> bytes:
    """The master key of a file; refuses one that its group or the world may read or write."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(1_000)
    except OSError as error:
        raise KeyFileError(f"the key file {path} can't be read: {error.strerror}") from None
    if mode & 0o077:
        raise KeyFileError(f"the key file {path} is open to others (mode {mode:03o}): chmod 600 it")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"the key file {path} doesn't hold a key of {KEY_BYTES} bytes in base64")
    return key


def sealed(key: bytes, clear: bytes, about: str) -> bytes:
    """Bytes only the key opens again, and only as being about the same thing."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, about.encode())


def unsealed(key: bytes, box: bytes, about: str) -> bytes:
    """What was sealed; raises InvalidTag for another key, another subject or changed bytes."""
    return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], about.encode())


class Keyring:
    """The keys of one database, by what they are for."""

    def __init__(self, engine: Engine, master: bytes) -> None:
        self._engine = engine
        self._master = master
        prepare(engine, KEYRING)
        # All at once and now: a wrong master key is found at the start, and no transaction waits for another.
        self._open = self._stored(USES)

    def key(self, name: str) -> bytes:
        """The key for a use (32 bytes)."""
        return self._open[name]

    def seal(self, name: str, clear: bytes, about: str) -> bytes:
        """Bytes encrypted under the key of a use."""
        return sealed(self.key(name), clear, about)

    def unseal(self, name: str, box: bytes, about: str) -> bytes:
        """What `seal` was given."""
        return unsealed(self.key(name), box, about)

    def digest(self, name: str, *parts: str) -> bytes:
        """A keyed fingerprint of texts (32 bytes); their borders count."""
        told = b"".join(len(part := text.encode()).to_bytes(4, "big") + part for text in parts)
        return hmac.new(self.key(name), told, hashlib.sha256).digest()

    def check_present(self, connection: Connection) -> None:
        """Refuse to go on with a key for persons' keys that was changed since: what it wrapped, nobody would open."""
        now = connection.execute(select(_keys.c.wrapped).where(_keys.c.name == PERSONS)).scalar()
        if now is None or _unsealed(self._master, now, PERSONS) != self._open[PERSONS]:
            raise KeyFileError("the master key was changed meanwhile: restart with the new one")

    def _stored(self, names: Sequence[str]) -> dict[str, bytes]:
        with self._engine.connect() as connection:
            found = _read(connection)
        if RETIRING in found:
            raise KeyFileError(
                "a change of the master key was interrupted: `tanpan rotate-key` brings it to its end"
            )
        if not found.keys() >= set(names):
            with writing(self._engine) as connection:
                for name in names:
                    made = sealed(self._master, secrets.token_bytes(KEY_BYTES), name)
                    insert_new(connection, _keys, {"name": name, "wrapped": made})
                found = _read(connection)
        return {name: _unwrapped(self._master, found[name], name) for name in names}


def open_keyring(engine: Engine, path: Path) -> Keyring:
    """The keyring of a database with the master key of a file; on a first run the file is made.

    A database that has keys already never gets another master key: a file that is missing is refused.
    """
    prepare(engine, KEYRING)
    if not path.exists() and _is_empty(engine):
        return Keyring(engine, create_key_file(path))
    return Keyring(engine, read_key_file(path))


# --- changing the master key -------------------------------------------------------------------------


def opens(engine: Engine, master: bytes) -> bool:
    """Whether a master key is the one that the keys of a database are wrapped with."""
    prepare(engine, KEYRING)
    with engine.connect() as connection:
        found = _read(connection)
    return bool(found) and all(_unsealed(master, box, name) is not None for name, box in found.items())


def change_master(engine: Engine, old: bytes, new: bytes) -> None:
    """Wrap every key with another master key, in one transaction; persons' keys get a new one, the old one retires."""
    with writing(engine) as connection:
        open_ = {name: _unwrapped(old, box, name) for name, box in _read(connection).items()}
        open_[RETIRING] = open_[PERSONS]
        open_[PERSONS] = secrets.token_bytes(KEY_BYTES)
        rows = [{"name": name, "wrapped": sealed(new, key, name)} for name, key in open_.items()]
        _wiping(connection)
        connection.execute(delete(_keys))
        connection.execute(insert(_keys), rows)


def persons_keys(engine: Engine, master: bytes) -> tuple[bytes, bytes | None]:
    """The key that persons' keys are wrapped with, and the one before while it retires."""
    with engine.connect() as connection:
        found = _read(connection)
    before = found.get(RETIRING)
    present = _unwrapped(master, found[PERSONS], PERSONS)
    return present, None if before is None else _unwrapped(master, before, RETIRING)


def retire(engine: Engine) -> None:
    """Drop the key that nothing is wrapped with any more."""
    with writing(engine) as connection:
        _wiping(connection)
        connection.execute(delete(_keys).where(_keys.c.name == RETIRING))


def _wiping(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":  # which else leaves the bytes in the file
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(select(_keys.c.name).limit(1)).first() is None


def _read(connection: Connection) -> dict[str, bytes]:
    return {row.name: row.wrapped for row in connection.execute(select(_keys.c.name, _keys.c.wrapped))}


def _unwrapped(master: bytes, wrapped: bytes, name: str) -> bytes:
    found = _unsealed(master, wrapped, name)
    if found is None:
        raise KeyFileError("the master key is not the one this database was made with")
    return found


def _unsealed(key: bytes, wrapped: bytes, name: str) -> bytes | None:
    try:
        return unsealed(key, wrapped, name)
    except InvalidTag:
        return None


NowUs = Callable[[], int]
"""A clock: UTC microseconds."""
