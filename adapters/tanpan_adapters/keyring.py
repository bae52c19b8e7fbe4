"""Keys: the master key in a file of its own, and the keys in the database that only it can open.

Every use has a key of its own. They are made at random on a first run and stored wrapped by the master
key, so that the master key can be changed by wrapping a handful of rows again (`rotate`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import stat
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, Table, Text, select, update

from tanpan_adapters.insertion import insert_new
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.schema import Schema, meta_table, prepare

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
USES: Final = ("tokens", "csrf", "codes", "origins", "totp", "persons", "fingerprints")

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
        self._lock = threading.Lock()
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

    def rotate(self, master: bytes) -> None:
        """Wrap every key under another master key, in one transaction; the old one opens nothing afterwards."""
        with self._lock, writing(self._engine) as connection:
            for name, wrapped in connection.execute(select(_keys.c.name, _keys.c.wrapped)).all():
                box = sealed(master, _unwrapped(self._master, wrapped, name), name)
                connection.execute(update(_keys).where(_keys.c.name == name).values(wrapped=box))
        self._master = master

    def _stored(self, names: Sequence[str]) -> dict[str, bytes]:
        with self._engine.connect() as connection:
            found = _read(connection)
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


def _is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(select(_keys.c.name).limit(1)).first() is None


def _read(connection: Connection) -> dict[str, bytes]:
    return {row.name: row.wrapped for row in connection.execute(select(_keys.c.name, _keys.c.wrapped))}


def _unwrapped(master: bytes, wrapped: bytes, name: str) -> bytes:
    try:
        return unsealed(master, wrapped, name)
    except InvalidTag:
        raise KeyFileError("the master key is not the one this database was made with") from None


NowUs = Callable[[], int]
"""A clock: UTC microseconds."""
