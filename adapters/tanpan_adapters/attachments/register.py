"""What is known of each file beside its bytes: whose it is, how it is called, and which applications it is for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from tanpan_adapters.insertion import insert_new
from tanpan_adapters.store.engine import writing
from tanpan_adapters.store.schema import Schema, meta_table, prepare

_TABLES: Final = MetaData()
meta_table(_TABLES)

# `kept`: an application referred to it. `doomed`: nobody was found to do so; it is asked once more before it goes.
_files = Table(
    "attachments_files",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("ready", Boolean, nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("doomed", Boolean, nullable=False),
    Index("attachments_files_by_owner", "exchange", "owner"),
    Index("attachments_files_by_age", "exchange", "kept", "at"),
)
_uses = Table(
    "attachments_uses",
    _TABLES,
    Column("exchange", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("application", BigInteger, primary_key=True, autoincrement=False),
)
ATTACHMENTS_SCHEMA: Final = Schema("attachments", 1, _TABLES, part=True)


@frozen
class Entry:
    """A file as the register knows it. `name` is sealed under its person's key; `at` is in UTC microseconds."""

    exchange: str
    digest: str
    owner: str
    media_type: str
    size: int
    name: bytes
    at: int
    kept: bool = False


class Register:
    """The register of all files of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        prepare(engine, ATTACHMENTS_SCHEMA)

    def find(self, exchange: str, digest: str) -> Entry | None:
        """A file that is there as a whole, or None."""
        wanted = select(_files).where(_is(exchange, digest), _files.c.ready, ~_files.c.doomed)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Entry(
            row.exchange, row.digest, row.owner, row.media_type, row.size, row.name, row.at, row.kept
        )

    def sizes(self, exchange: str, owner: str) -> tuple[int, int]:
        """How many bytes of a user wait for an application to refer to them, and how many there are in all."""
        with self._engine.connect() as connection:
            return _sizes(connection, exchange, owner)

    def enter(self, entry: Entry) -> tuple[int, int]:
        """Notes a file whose bytes are about to be stored, or the same one again; answers `sizes` with it."""
        values = {
            "exchange": entry.exchange,
            "digest": entry.digest,
            "owner": entry.owner,
            "media_type": entry.media_type,
            "size": entry.size,
            "name": entry.name,
            "at": entry.at,
            "ready": False,
            "kept": False,
            "doomed": False,
        }
        with writing(self._engine) as connection:
            insert_new(connection, _files, values)
            # The name it was given last counts, and its day begins anew.
            again = {"name": entry.name, "media_type": entry.media_type, "at": entry.at, "doomed": False}
            connection.execute(update(_files).where(_is(entry.exchange, entry.digest)).values(again))
            return _sizes(connection, entry.exchange, entry.owner)

    def ready(self, exchange: str, digest: str) -> None:
        """The bytes are stored."""
        with writing(self._engine) as connection:
            connection.execute(update(_files).where(_is(exchange, digest)).values(ready=True))

    def remove(self, exchange: str, digest: str, *, unstored: bool = False) -> bool:
        """Forgets a file that is doomed, or that was never stored; says whether there was one."""
        which = ~_files.c.ready if unstored else _files.c.doomed
        with writing(self._engine) as connection:
            gone = connection.execute(delete(_files).where(_is(exchange, digest), which)).rowcount > 0
            if gone:
                of_it = (_uses.c.exchange == exchange) & (_uses.c.digest == digest)
                connection.execute(delete(_uses).where(of_it))
        return gone

    def use(self, exchange: str, digest: str, application: int) -> None:
        """Notes that an application may refer to a file; whether it does, the exchange says."""
        with writing(self._engine) as connection:
            values = {"exchange": exchange, "digest": digest, "application": application}
            insert_new(connection, _uses, values)

    def uses(self, exchange: str, digests: Iterable[str]) -> list[tuple[str, int]]:
        """The applications that may refer to files, newest first."""
        wanted = (
            select(_uses.c.digest, _uses.c.application)
            .where(_uses.c.exchange == exchange, _uses.c.digest.in_(list(digests)))
            .order_by(_uses.c.application.desc())
        )
        with self._engine.connect() as connection:
            return [(row.digest, row.application) for row in connection.execute(wanted)]

    def old(self, exchange: str, before: int, limit: int) -> list[tuple[str, bool]]:
        """Files older than an instant to which nobody was known to refer: digests, and whether they are doomed."""
        wanted = (
            select(_files.c.digest, _files.c.doomed)
            .where(_files.c.exchange == exchange, ~_files.c.kept, _files.c.at < before)
            .order_by(_files.c.at)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [(row.digest, row.doomed) for row in connection.execute(wanted)]

    def of(self, exchange: str, owner: str) -> list[str]:
        """The digests of all files of a user."""
        wanted = select(_files.c.digest).where(_files.c.exchange == exchange, _files.c.owner == owner)
        with self._engine.connect() as connection:
            return list(connection.execute(wanted.order_by(_files.c.digest)).scalars())

    def doom(self, exchange: str, digest: str) -> None:
        """Notes that a file goes, whoever refers to it."""
        with writing(self._engine) as connection:
            connection.execute(update(_files).where(_is(exchange, digest)).values(doomed=True))

    def judge(self, exchange: str, kept: Sequence[str], doomed: Sequence[str], before: int) -> None:
        """Notes to which files somebody refers, and which ones go unless somebody does after all."""
        with writing(self._engine) as connection:
            for digests, values in ((kept, {"kept": True, "doomed": False}), (doomed, {"doomed": True})):
                if digests:
                    which = (_files.c.exchange == exchange) & _files.c.digest.in_(list(digests))
                    # What was handed in again meanwhile has its day before it.
                    fits = which & (_files.c.at < before) if digests is doomed else which
                    connection.execute(update(_files).where(fits).values(values))


def _is(exchange: str, digest: str) -> ColumnElement[bool]:
    return (_files.c.exchange == exchange) & (_files.c.digest == digest)


def _sizes(connection: Connection, exchange: str, owner: str) -> tuple[int, int]:
    wanted = (
        select(_files.c.kept, func.coalesce(func.sum(_files.c.size), 0))
        .where(_files.c.exchange == exchange, _files.c.owner == owner)
        .group_by(_files.c.kept)
    )
    of = {bool(kept): int(size) for kept, size in connection.execute(wanted)}
    return of.get(False, 0), of.get(False, 0) + of.get(True, 0)
