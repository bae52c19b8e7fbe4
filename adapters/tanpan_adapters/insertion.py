"""Writing a row unless there is one: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Writes a row unless one with its key stands; says whether it did."""
    make: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return bool(connection.execute(make(table).values(**values).on_conflict_do_nothing()).rowcount > 0)
