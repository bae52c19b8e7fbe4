"""The second version: messages that wait to be delivered; on PostgreSQL payloads are kept as they are."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, UniqueConstraint

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Make the outbox."""
    op.create_table(
        "outbox",
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
        Column("exchange", Text, nullable=False),
        Column("seq", BigInteger, nullable=False),
        Column("number", BigInteger, nullable=False),
        Column("kind", Text, nullable=False),
        Column("to", Text, nullable=False),
        Column("data_json", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_at", BigInteger),
        Column("done_at", BigInteger),
        Column("why", Text, nullable=False),
        UniqueConstraint("exchange", "seq", "number"),
    )
    op.create_index("outbox_by_due", "outbox", ["exchange", "next_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE journal ALTER COLUMN payload SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE snapshots ALTER COLUMN payload SET STORAGE EXTERNAL")
