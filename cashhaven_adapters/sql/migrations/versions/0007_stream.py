"""The head of the stream; events without a place wait in the outbox for the first relay."""

from alembic import op
from sqlalchemy import Column, PrimaryKeyConstraint

from cashhaven_adapters.sql.migrations.steps import create_table, drop_tables
from cashhaven_adapters.sql.types import Binary, Count, Id

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table; its row is made by whoever asks for it first."""
    create_table(
        "stream_head",
        Column("id", Count(), autoincrement=False),
        Column("epoch", Binary(16), nullable=False),
        Column("head", Id(), nullable=False),
        Column("floor", Id(), nullable=False),
        PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop it, and make the places void: a new stream begins at the first offset again."""
    op.execute("UPDATE outbox SET position = NULL WHERE position IS NOT NULL")
    drop_tables("stream_head")
