"""Keeps what an exchange acknowledged, and what is read from it, in SQL databases."""

from .chain import EMPTY, GENESIS, Batch, Head, Verified
from .engine import open_engine
from .errors import JournalBroken, JournalConflict, OfficeLost, StoreError
from .journal import Journal, RefusalRow, Snapshot, SnapshotInfo
from .migrations import upgrade
from .office import Office, try_office
from .outbox import Due, Message, Outbox
from .views import (
    Change,
    KeptState,
    ViewColumn,
    ViewDeclaration,
    ViewStore,
    full_order,
    open_views,
    position,
    row_key,
    views_url,
)

__all__ = [
    "EMPTY",
    "GENESIS",
    "Batch",
    "Change",
    "Due",
    "Head",
    "Journal",
    "JournalBroken",
    "JournalConflict",
    "KeptState",
    "Message",
    "Office",
    "OfficeLost",
    "Outbox",
    "RefusalRow",
    "Snapshot",
    "SnapshotInfo",
    "StoreError",
    "Verified",
    "ViewColumn",
    "ViewDeclaration",
    "ViewStore",
    "full_order",
    "open_engine",
    "open_views",
    "position",
    "row_key",
    "try_office",
    "upgrade",
    "views_url",
]
