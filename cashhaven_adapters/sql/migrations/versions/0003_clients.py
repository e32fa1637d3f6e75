"""Clients."""

from sqlalchemy import Column, PrimaryKeyConstraint, UniqueConstraint

from cashhaven_adapters.sql.migrations.steps import create_index, create_table, drop_tables
from cashhaven_adapters.sql.types import Binary, Count, Flag, Id, Key, Moment, Note, Word

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    create_table(
        "client",
        Column("id", Id(), autoincrement=False),
        Column("crypt_id", Binary(16), nullable=True),
        Column("name", Word(120), nullable=True),
        Column("name_folded", Word(240), nullable=True),
        Column("cpf", Key(128), nullable=True),
        Column("cpf_idx", Binary(32), nullable=True),
        Column("cpf_last4_idx", Binary(32), nullable=True),
        Column("phone", Key(128), nullable=True),
        Column("phone_idx", Binary(32), nullable=True),
        Column("phone_last4_idx", Binary(32), nullable=True),
        Column("email", Key(508), nullable=True),
        Column("birth_date", Key(128), nullable=True),
        Column("address", Note(), nullable=True),
        Column("accepts_marketing", Flag(), nullable=False),
        Column("created_at", Moment(), nullable=False),
        Column("updated_at", Moment(), nullable=False),
        Column("anonymised_at", Moment(), nullable=True),
        Column("version", Count(), nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("cpf_idx"),
    )
    create_index("client", "cpf_last4_idx")
    create_index("client", "name_folded")
    create_index("client", "phone_idx")
    create_index("client", "phone_last4_idx")


def downgrade() -> None:
    """Drop them, with all they hold."""
    drop_tables("client")
