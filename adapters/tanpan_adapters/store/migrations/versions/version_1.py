"""The first version: journal, audit, snapshots, and small facts."""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing comes before it."""
