"""Messages that wait to be delivered: written with the records they come from, delivered once or more."""

from __future__ import annotations

import secrets
from typing import Any

from attrs import asdict, frozen
from sqlalchemy import Connection, Engine, bindparam, case, func, insert, select, update

from .engine import writing
from .errors import StoreError, reported
from .office import Office, check_epoch
from .schema import JOURNAL_SCHEMA, outbox, prepare

_RANDOM_BITS = 62


@frozen
class Message:
    """What is to be told to whom: the `number`th of record `seq`, made at `at` (UTC microseconds), due at once.

    Sequence 0: it comes from no record. `to` is an account, a user or a token; `data_json` a JSON object.
    """

    exchange: str
    seq: int
    number: int
    kind: str
    to: str
    data_json: str
    at: int = 0


@frozen
class Due:
    """A message that waits, under its id, with how often its delivery failed and why it did last."""

    id: int
    message: Message
    attempts: int
    why: str


INSERT_MESSAGE = (
    insert(outbox).inline().values({one.name: bindparam(one.name) for one in outbox.c if one.name != "id"})
)
_FIELDS = ("exchange", "seq", "number", "kind", "to", "data_json", "at")
_SELECT_DUE = (
    select(outbox)
    .where(outbox.c.exchange == bindparam("of"), outbox.c.next_at <= bindparam("now"))
    .order_by(outbox.c.next_at, outbox.c.id)
    .limit(bindparam("limit"))
)


class Outbox:
    """The outbox of one exchange. With an `office`, nothing is read or marked any more once another holds it.

    Whoever delivers a message and stops before `done` leaves it to be delivered again.
    """

    def __init__(self, engine: Engine, exchange: str, office: Office | None = None) -> None:
        if office is not None and office.exchange != exchange:
            raise ValueError(f"the office of {office.exchange} doesn't empty the outbox of {exchange}")
        prepare(engine, JOURNAL_SCHEMA)
        self._engine = engine
        self._exchange = exchange
        self._office = office

    def put(self, kind: str, to: str, data_json: str, at: int) -> Message:
        """Commits a message that comes from no record, such as a code to sign in with; due at once."""
        message = Message(self._exchange, 0, secrets.randbits(_RANDOM_BITS), kind, to, data_json, at)
        with reported(f"a message of {self._exchange} can't be kept"), writing(self._engine) as connection:
            connection.execute(insert(outbox), message_row(message))
        return message

    def due(self, now: int, limit: int = 100) -> list[Due]:
        """What is to be delivered by an instant (UTC microseconds), longest due first."""
        with reported(f"the outbox of {self._exchange} can't be read"), self._engine.begin() as connection:
            self._check_office(connection)
            values = {"of": self._exchange, "now": now, "limit": limit}
            rows = connection.execute(_SELECT_DUE, values).mappings().all()
        return [
            Due(row["id"], Message(*(row[name] for name in _FIELDS)), row["attempts"], row["why"])
            for row in rows
        ]

    def done(self, id: int, at: int) -> None:
        """Marks a message as delivered at an instant; one that came from no record, a code, loses its data."""
        data = case((outbox.c.seq == 0, "{}"), else_=outbox.c.data_json)
        self._mark(id, next_at=None, done_at=at, why="", data_json=data)

    def failed(self, id: int, why: str, next_at: int | None) -> None:
        """Counts an attempt that failed, and why; the message is due again at `next_at`, or never (None)."""
        self._mark(id, next_at=next_at, why=why.replace("\0", "␀"), attempts=outbox.c.attempts + 1)

    def undelivered(self) -> tuple[int, int]:
        """How many messages are still to be delivered, and how many were given up."""
        mine = (outbox.c.exchange == self._exchange, outbox.c.done_at.is_(None))
        query = select(func.count(outbox.c.next_at), func.count()).where(*mine)
        with reported(f"the outbox of {self._exchange} can't be read"), self._engine.connect() as connection:
            waiting, all_of_them = connection.execute(query).one()
        return waiting, all_of_them - waiting

    def _mark(self, id: int, **values: Any) -> None:
        mine = (outbox.c.exchange == self._exchange, outbox.c.id == id)
        with reported(f"message {id} can't be marked"), writing(self._engine) as connection:
            self._check_office(connection)
            if connection.execute(update(outbox).where(*mine).values(**values)).rowcount != 1:
                raise StoreError(f"the outbox of {self._exchange} has no message {id}")

    def _check_office(self, connection: Connection) -> None:
        if self._office is not None:
            check_epoch(connection, self._exchange, self._office.epoch)


def message_row(message: Message) -> dict[str, Any]:
    """The row of a message that was not tried yet."""
    return {**asdict(message), "attempts": 0, "next_at": message.at, "done_at": None, "why": ""}
