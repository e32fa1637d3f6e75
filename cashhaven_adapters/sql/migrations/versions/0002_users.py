"""Accounts and parameters."""

from sqlalchemy import Column, PrimaryKeyConstraint, UniqueConstraint

from cashhaven_adapters.sql.migrations.steps import create_index, create_table, drop_tables
from cashhaven_adapters.sql.types import Count, Flag, Id, Key, Moment, Word

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    create_table(
        "ended_token",
        Column("id", Key(64)),
        Column("user_id", Id(), nullable=False),
        Column("expires_at", Moment(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    create_index("ended_token", "expires_at")
    create_index("ended_token", "user_id")
    create_table(
        "parameter",
        Column("id", Id(), autoincrement=False),
        Column("value", Word(200), nullable=False),
        Column("version", Count(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    create_table(
        "user_account",
        Column("id", Id(), autoincrement=False),
        Column("name", Word(120), nullable=False),
        Column("username", Word(64), nullable=False),
        Column("username_folded", Word(64), nullable=True),
        Column("role", Word(60), nullable=False),
        Column("administrator", Flag(), nullable=False),
        Column("password_hash", Key(255), nullable=False),
        Column("must_change_password", Flag(), nullable=False),
        Column("session_version", Count(), nullable=False),
        Column("removed_at", Moment(), nullable=True),
        Column("version", Count(), nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("username_folded"),
    )
    create_table(
        "user_guard",
        Column("id", Id(), autoincrement=False),
        Column("uses", Id(), nullable=False),
        PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop them, with all they hold."""
    drop_tables("user_guard", "user_account", "parameter", "ended_token")
