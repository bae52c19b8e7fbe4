"""The connection that appends: held open, its statements compiled once, the driver spoken to directly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.expression import ClauseElement

from .engine import BEGIN_WRITING, is_sqlite


class Writer:
    """One connection, for one thread; raises the driver's own errors, and never connects again.

    Statements are SQLAlchemy's, their execution isn't: it would take a quarter of an append's time (95 of 380
    microseconds, with a payload of 60 kB). Both drivers send bytes as they are; psycopg prepares a statement on
    the server when it has been used some times.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pooled = engine.raw_connection()
        self._driver: Any = self._pooled.driver_connection
        self._begins = is_sqlite(engine)  # psycopg begins a transaction by itself
        self._compiled: dict[ClauseElement, tuple[str, list[str] | None]] = {}

    @property
    def broken(self) -> bool:
        """Whether the connection to the server is gone, as far as the driver has noticed."""
        return bool(getattr(self._driver, "closed", False) or getattr(self._driver, "broken", False))

    def close(self) -> None:
        """Gives the connection back to the pool."""
        self._pooled.close()

    def end(self) -> None:
        """Ends the connection itself, and with it every lock it holds."""
        self._pooled.invalidate()
        self._pooled.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits at the end; any error undoes everything. On SQLite it takes the write lock at once."""
        try:
            if self._begins:
                self._driver.execute(BEGIN_WRITING)
            yield
            self._driver.commit()
        except BaseException:
            with suppress(Exception):  # a connection that is gone has nothing to undo
                self._driver.rollback()
            raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Sends statements to a server without waiting for each one's answer; their cursors are read afterwards."""
        if self._begins:
            yield
            return
        with self._driver.pipeline():
            yield

    def execute(self, statement: ClauseElement, values: Mapping[str, Any]) -> DBAPICursor:
        """Executes a statement with the values its parameters name."""
        sql, names = self._sql(statement)
        cursor: DBAPICursor = self._driver.execute(sql, _arguments(names, values))
        return cursor

    def execute_many(self, statement: ClauseElement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Executes a statement once for each row."""
        if len(rows) < 2:
            for row in rows:
                self.execute(statement, row)
            return
        sql, names = self._sql(statement)
        self._driver.cursor().executemany(sql, [_arguments(names, row) for row in rows])

    def _sql(self, statement: ClauseElement) -> tuple[str, list[str] | None]:
        """The text of a statement, and the order of its parameters where the driver knows them by place."""
        if statement not in self._compiled:
            compiled: Any = statement.compile(self._engine)
            places = list(compiled.positiontup) if compiled.positiontup is not None else None
            self._compiled[statement] = str(compiled), places
        return self._compiled[statement]


def _arguments(names: list[str] | None, values: Mapping[str, Any]) -> Any:
    return values if names is None else [values[name] for name in names]
