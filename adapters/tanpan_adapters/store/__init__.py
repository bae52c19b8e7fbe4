"""Keeps what an exchange acknowledged, and what is read from it, in SQL databases."""

from .chain import EMPTY, GENESIS, Batch, Head, Verified
from .engine import open_engine
from .errors import JournalBroken, JournalConflict, StoreError
from .journal import Journal, RefusalRow, Snapshot, SnapshotInfo
from .views import Change, ViewColumn, ViewDeclaration, ViewStore, position, views_url

__all__ = [
    "EMPTY",
    "GENESIS",
    "Batch",
    "Change",
    "Head",
    "Journal",
    "JournalBroken",
    "JournalConflict",
    "RefusalRow",
    "Snapshot",
    "SnapshotInfo",
    "StoreError",
    "Verified",
    "ViewColumn",
    "ViewDeclaration",
    "ViewStore",
    "open_engine",
    "position",
    "views_url",
]
