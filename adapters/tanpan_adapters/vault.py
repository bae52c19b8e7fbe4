"""The vault: what persons are reached and known by, in clear only here, encrypted under a key per person.

The kernel gets tokens (`kind:NAME.FINGERPRINT:MASK`, see `tanpan.personal`). The same text of the same person has
the same token; the same text of two persons of an exchange has the same keyed fingerprint, which opens nothing.
Forgetting a person destroys his key: tokens stay, nothing opens them.

A person is named with his exchange (`person_of`). Person keys are wrapped by a key of the keyring, and that by
the master key in its file; `rotation` changes both.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from sqlalchemy import (
    Column,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    select,
    update,
)

from tanpan.messages import Command
from tanpan.personal import KINDS, check, form_fields, is_token, personal_fields, swap_form, token
from tanpan.wire import wire_names
from tanpan_adapters.insertion import insert_new
from tanpan_adapters.keyring import KEY_BYTES, PERSONS, KeyFileError, open_keyring, sealed, unsealed
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.schema import Schema, meta_table, prepare

__all__ = ["Forgotten", "KeyFileError", "UnknownToken", "Vault", "account_of", "person_of"]

_TABLES: Final = MetaData()
meta_table(_TABLES)
_persons = Table(
    "vault_persons",
    _TABLES,
    Column("person", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
_texts = Table(
    "vault_texts",
    _TABLES,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Index("vault_texts_by_person", "person"),
)
VAULT_SCHEMA: Final = Schema("vault", 1, _TABLES, part=True)
_FINGERPRINTS: Final = "fingerprints"
NAME_BYTES: Final = 24


class Forgotten(Exception):
    """The person this token is of was forgotten: nothing opens it any more."""


class UnknownToken(Exception):
    """No such token was ever given out here."""


def person_of(exchange: str, name: str) -> str:
    """The name of a person in the vault: exchanges are institutions of their own."""
    return f"{exchange}/{name}"


def account_of(exchange: str, number: str) -> str:
    """Whose in the vault is what was filed for an account: it outlives whoever filed it. No user's name has a space."""
    return f"{exchange}/account {number}"


class Vault:
    """The vault of a database, opened with the master key of a file.

    On a first run the key file is made; a database that has keys is never opened with a new one (KeyFileError).
    """

    def __init__(self, engine: Engine, key_file: Path) -> None:
        self.keyring = open_keyring(engine, key_file)
        self._engine = engine
        prepare(engine, VAULT_SCHEMA)

    def keep(self, person: str, kind: str, text: str) -> str:
        """Keeps a text and gives the token that stands for it; refuses, as the kernel does, what isn't of its kind."""
        clear = check(kind, text)
        key = self._key_of(person)
        # Under a new key of a person who came back, names are new as well: no fingerprint of the forgotten one fits.
        digest = self.keyring.digest(_FINGERPRINTS, person, kind, clear, key.hex())
        name = base64.urlsafe_b64encode(digest[:NAME_BYTES]).decode()
        with self._engine.connect() as connection:
            known = connection.execute(select(_texts.c.name).where(_texts.c.name == name)).first()
        if known is None:
            box = sealed(key, clear.encode(), name)
            with writing(self._engine) as connection:
                insert_new(connection, _texts, {"name": name, "kind": kind, "person": person, "box": box})
        return token(kind, name, clear, self._fingerprint(person, kind, clear))

    def _fingerprint(self, person: str, kind: str, clear: str) -> str:
        digest = self.keyring.digest(_FINGERPRINTS, "equal", person.partition("/")[0], kind, clear)
        return base64.urlsafe_b64encode(digest[:NAME_BYTES]).decode()

    def reveal(self, text: str) -> str:
        """The clear text a token stands for; raises Forgotten or UnknownToken."""
        kind, name = _parts(text)
        of_person = _persons.c.person == _texts.c.person
        wanted = select(_texts.c.box, _texts.c.kind, _texts.c.person, _persons.c.wrapped)
        query = wanted.outerjoin_from(_texts, _persons, of_person).where(_texts.c.name == name)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.kind != kind:
            raise UnknownToken(kind)
        if row.wrapped is None or not row.box:
            raise Forgotten(kind)
        key = self.keyring.unseal(PERSONS, row.wrapped, row.person)
        try:
            return unsealed(key, row.box, name).decode()
        except InvalidTag:  # of before the person was forgotten, and came back with a new key
            raise Forgotten(kind) from None

    def forget(self, person: str) -> bool:
        """Destroys a person's key and what it encrypted; says whether there was one. Nothing opens his tokens again.

        Should he come back, he is given a new key and new tokens.
        """
        with writing(self._engine) as connection:
            if connection.dialect.name == "sqlite":  # which else leaves the bytes in the file
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.execute(update(_texts).where(_texts.c.person == person).values(box=b""))
            return connection.execute(delete(_persons).where(_persons.c.person == person)).rowcount > 0

    def wipe(self) -> bool:
        """Has SQLite's log let go of what was deleted; False while somebody still reads an earlier state of it.

        PostgreSQL lets go of it by itself, with its next vacuum.
        """
        return wiped(self._engine)

    def seal(self, person: str, clear: bytes, about: str) -> bytes:
        """Bytes under a person's key, kept elsewhere: forgetting him is the end of them too."""
        return sealed(self._key_of(person), clear, about)

    def unseal(self, person: str, box: bytes, about: str) -> bytes:
        """What `seal` was given; raises Forgotten."""
        with self._engine.connect() as connection:
            wrapped = connection.execute(
                select(_persons.c.wrapped).where(_persons.c.person == person)
            ).scalar()
        if wrapped is None:
            raise Forgotten(person)
        try:
            return unsealed(self.keyring.unseal(PERSONS, wrapped, person), box, about)
        except InvalidTag:  # of before he was forgotten, and came back with a new key
            raise Forgotten(person) from None

    def drawn(self, *about: str) -> str:
        """Chance about something, as 32 hexadecimal digits: always the same about the same, foreseen by nobody."""
        return self.keyring.digest(_FINGERPRINTS, "drawn", *about)[:16].hex()

    def fingerprint_key(self, person: str, what: str) -> bytes:
        """A key for fingerprints of things of a person: the same things of others, or elsewhere, have other ones."""
        return self.keyring.digest(_FINGERPRINTS, what, person, self._key_of(person).hex())

    def swap(
        self, command: type[Command], body: bytes, person: str, form_names: Mapping[str, str] | None = None
    ) -> bytes:
        """A command's JSON with tokens in place of its personal fields, kept as those of `person`.

        `form_names` says which fields of its forms are personal (`Assembly.form_names`).
        Refuses what isn't of its kind with the kernel's codes; also a token, which is nobody's to hand in.
        What is no JSON object passes as it is: the writer refuses it.
        """
        try:
            fields = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        except (ValueError, RecursionError):
            return body
        words = {word: kind for word, kind in _words(command).items() if word in fields}
        forms = [word for word in form_fields(command) if word in fields]
        if not words and not forms:
            return body
        swapped: dict[str, Any] = dict(fields)
        for word, kind in words.items():
            value = _value(fields[word])
            if value not in ("", None):
                swapped[word] = self.keep(person, kind, check(kind, value))
        for word in forms:
            said = msgspec.json.decode(fields[word])
            if said not in ("", None):
                swapped[word] = swap_form(said, form_names or {}, partial(self.keep, person))
        return msgspec.json.encode(swapped)

    def _key_of(self, person: str) -> bytes:
        wanted = select(_persons.c.wrapped).where(_persons.c.person == person)
        with self._engine.connect() as connection:
            wrapped = connection.execute(wanted).scalar()
        if wrapped is None:
            made = self.keyring.seal(PERSONS, secrets.token_bytes(KEY_BYTES), person)
            with writing(self._engine) as connection:
                self.keyring.check_present(connection)
                insert_new(connection, _persons, {"person": person, "wrapped": made})
                wrapped = connection.execute(wanted).scalar_one()
        return self.keyring.unseal(PERSONS, wrapped, person)


def wiped(engine: Engine) -> bool:
    """Whether SQLite's log has let go of what was deleted, which it is made to do; see `Vault.wipe`."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # a checkpoint is made outside a transaction
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        connection.exec_driver_sql("BEGIN")
    return not busy


def wrap_anew(engine: Engine, after: str, many: int, old: bytes, new: bytes) -> tuple[str, int]:
    """Wrap the keys of the next persons by name with another key, in one transaction; what was done before stays.

    Answers the last name looked at, empty where there is none after `after`, and how many were wrapped.
    """
    wanted = select(_persons.c.person, _persons.c.wrapped).where(_persons.c.person > after)
    anew = []
    with writing(engine) as connection:
        rows = connection.execute(wanted.order_by(_persons.c.person).limit(many)).all()
        for person, wrapped in rows:
            key = _opened(wrapped, person, old, new)
            if key is not None:
                anew.append({"its": person, "box": sealed(new, key, person)})
        if anew:
            if connection.dialect.name == "sqlite":  # which else leaves the bytes in the file
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            change = update(_persons).where(_persons.c.person == bindparam("its"))
            connection.execute(change.values(wrapped=bindparam("box")), anew)
    return (rows[-1].person if rows else ""), len(anew)


def _opened(wrapped: bytes, person: str, old: bytes, new: bytes) -> bytes | None:
    """A person's key; None where it is wrapped with the new one already."""
    try:
        unsealed(new, wrapped, person)
    except InvalidTag:
        try:
            return unsealed(old, wrapped, person)
        except InvalidTag:
            raise KeyFileError(
                f"the key of {person} in the vault is damaged: restore it from a backup"
            ) from None
    return None


def _parts(text: str) -> tuple[str, str]:
    kind, _, rest = text.partition(":")
    if kind not in KINDS or not is_token(kind, text):
        raise UnknownToken(kind[:16])
    return kind, rest.partition(":")[0].partition(".")[0]


def _value(raw: msgspec.Raw) -> Any:
    """What a field says; what can't be read is of no kind."""
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return False


def _words(command: type[Command]) -> Mapping[str, str]:
    names = wire_names(command)
    return {names[field]: kind for field, kind in personal_fields(command).items()}
