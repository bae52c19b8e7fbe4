"""What the store refuses, in words that name what and why."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError, StatementError


class StoreError(Exception):
    """The store can't do what was asked; the message says what and why."""


class JournalConflict(StoreError):
    """An append doesn't continue the journal's head: a gap, an overlap, or another writer was there first.

    Nothing was written. The writer's state may be stale: rebuild it from the journal before going on.
    """


class OfficeLost(StoreError):
    """The office of an exchange's writer is gone with its connection or was closed: another may hold it now."""


class JournalBroken(StoreError):
    """The journal isn't what was appended; `seq` is where the first bad row begins or should have begun."""

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(f"the journal is broken at sequence {seq}: {reason}")
        self.seq = seq
        self.reason = reason


@contextmanager
def reported(doing: str) -> Iterator[None]:
    """Turns what the database or its driver raises into a StoreError: "<doing>: <reason>"."""
    try:
        yield
    except StatementError as error:
        raise StoreError(f"{doing}: {said(error.orig or error)}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"{doing}: {said(error)}") from error
    except driver_errors("Error") as error:
        raise StoreError(f"{doing}: {said(error)}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{doing}: text in it can't be read: {error}") from error
    except UnicodeEncodeError as error:
        raise StoreError(f"{doing}: text in it can't be written: {error}") from error
    except OverflowError as error:
        raise StoreError(f"{doing}: {_TOO_LONG}") from error


def driver_errors(name: str) -> tuple[type[Exception], ...]:
    """The exceptions of a DB-API name in the drivers that are loaded; PostgreSQL's is, once it is connected to."""
    drivers = [sqlite3, *filter(None, [sys.modules.get("psycopg")])]
    return tuple(getattr(driver, name) for driver in drivers)


def said(error: BaseException) -> str:
    """What a driver says, on one line; PostgreSQL's details are left out, for they show whole rows."""
    if getattr(error, "sqlstate", None) == _OUT_OF_RANGE:
        return _TOO_LONG
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    return " ".join(str(primary or error).split())


_OUT_OF_RANGE = "22003"
_TOO_LONG = "an integer needs more than 64 bits"
