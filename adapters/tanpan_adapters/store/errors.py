"""What the store refuses, in words that name what and why."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import StatementError


class StoreError(Exception):
    """The store can't do what was asked; the message says what and why."""


class JournalConflict(StoreError):
    """An append doesn't continue the journal's head: a gap, an overlap, or another writer was there first.

    Nothing was written. The writer's state may be stale: rebuild it from the journal before going on.
    """


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
        raise StoreError(f"{doing}: {error.orig}") from error
    except sqlite3.Error as error:
        raise StoreError(f"{doing}: {error}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{doing}: text in it can't be read: {error}") from error
    except OverflowError as error:
        raise StoreError(f"{doing}: an integer needs more than 64 bits") from error
