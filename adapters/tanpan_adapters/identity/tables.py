"""The tables of identity: users, their passwords, codes, sessions, keys, failures, and what happened."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text

from tanpan_adapters.store.schema import Schema, meta_table

_TABLES: Final = MetaData()
meta_table(_TABLES)


def _id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


users = Table(
    "identity_users",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("password", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("second", Text, nullable=False),
    Column("totp", LargeBinary),
    Column("totp_pending", LargeBinary),
    Column("totp_counter", BigInteger, nullable=False),
    Column("mail", Text, nullable=False),
    Column("mobile", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

passwords = Table(
    "identity_passwords",
    _TABLES,
    _id(),
    Column("exchange", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),
    Index("identity_passwords_by_user", "exchange", "name", "id"),
)

# Also of names nobody bears: a lock must not tell which names exist.
failures = Table(
    "identity_failures",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

codes = Table(
    "identity_codes",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
)

# Codes to reset a password are asked for by anybody: they are counted apart, so as not to use up the others.
code_requests = Table(
    "identity_code_requests",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("known", Boolean, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
)

sessions = Table(
    "identity_sessions",
    _TABLES,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("address", Text, nullable=False),
    Column("owes", Text, nullable=False),
    Index("identity_sessions_by_user", "exchange", "name"),
)

keys = Table(
    "identity_keys",
    _TABLES,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("exchange", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("addresses", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=False),
    Column("last_used", Text, nullable=False),
    Index("identity_keys_by_user", "exchange", "name"),
)

audit = Table(
    "identity_audit",
    _TABLES,
    _id(),
    Column("at", BigInteger, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Index("identity_audit_by_exchange", "exchange", "id"),
    Index("identity_audit_by_user", "exchange", "name", "id"),
)

IDENTITY_SCHEMA: Final = Schema("identity", 1, _TABLES, part=True)
