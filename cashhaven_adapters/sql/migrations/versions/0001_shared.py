"""What every area stands on: operation keys, numbers, events."""

from sqlalchemy import Column, PrimaryKeyConstraint, UniqueConstraint

from cashhaven_adapters.sql.migrations.steps import create_index, create_table, drop_tables
from cashhaven_adapters.sql.types import AutoId, Binary, Id, Key, Moment, Note

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    create_table(
        "idempotency",
        Column("principal_id", Id(), autoincrement=False),
        Column("operation_key", Key(255)),
        Column("operation", Key(64), nullable=False),
        Column("fingerprint", Binary(32), nullable=False),
        Column("outcome", Key(16), nullable=True),
        Column("result", Note(), nullable=True),
        Column("resource_id", Id(), nullable=True),
        Column("created_at", Moment(), nullable=False),
        PrimaryKeyConstraint("principal_id", "operation_key"),
    )
    create_index("idempotency", "created_at")
    create_table(
        "number_sequence",
        Column("name", Key(64)),
        Column("next_number", Id(), nullable=False),
        PrimaryKeyConstraint("name"),
    )
    create_table(
        "outbox",
        Column("id", AutoId()),
        Column("event_id", Binary(16), nullable=False),
        Column("topic", Key(64), nullable=False),
        Column("kind", Key(64), nullable=False),
        Column("aggregate_id", Id(), nullable=False),
        Column("payload", Note(), nullable=False),
        Column("created_at", Moment(), nullable=False),
        Column("position", Id(), nullable=True),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("event_id"),
        UniqueConstraint("position"),
        numbered=True,
    )


def downgrade() -> None:
    """Drop them, with all they hold."""
    drop_tables("outbox", "number_sequence", "idempotency")
