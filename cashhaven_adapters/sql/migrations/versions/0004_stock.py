"""Products, their ledger and their prices."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from cashhaven_adapters.sql.migrations.steps import create_index, create_table, drop_tables
from cashhaven_adapters.sql.types import (
    AutoId,
    Binary,
    CostColumn,
    Count,
    Flag,
    Id,
    Key,
    Moment,
    MoneyColumn,
    QuantityColumn,
    Word,
)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    create_table(
        "product",
        Column("id", Id(), autoincrement=False),
        Column("name", Word(120), nullable=False),
        Column("name_folded", Word(2160), nullable=False),
        Column("supplier", Word(120), nullable=False),
        Column("unit", Key(8), nullable=False),
        Column("purchase_price", MoneyColumn(), nullable=False),
        Column("sale_price", MoneyColumn(), nullable=False),
        Column("average_cost", CostColumn(), nullable=False),
        Column("minimum", QuantityColumn(), nullable=True),
        Column("balance", QuantityColumn(), nullable=False),
        Column("active", Flag(), nullable=False),
        Column("likeness", Binary(32), nullable=True),
        Column("version", Count(), nullable=False),
        Column("changes", Id(), nullable=False),
        PrimaryKeyConstraint("id"),
        CheckConstraint("balance >= 0", name="balance"),
        UniqueConstraint("likeness"),
    )
    create_table(
        "price_history",
        Column("id", AutoId()),
        Column("product_id", Id(), nullable=False),
        Column("sale_price", MoneyColumn(), nullable=False),
        Column("purchase_price", MoneyColumn(), nullable=False),
        Column("user_id", Id(), nullable=False),
        Column("at", Moment(), nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["product_id"], ["product.id"]),
        numbered=True,
    )
    create_index("price_history", "product_id", "id")
    create_table(
        "stock_movement",
        Column("id", AutoId()),
        Column("product_id", Id(), nullable=False),
        Column("reason", Key(16), nullable=False),
        Column("quantity", QuantityColumn(), nullable=False),
        Column("balance_before", QuantityColumn(), nullable=False),
        Column("balance_after", QuantityColumn(), nullable=False),
        Column("note", Word(500), nullable=True),
        Column("origin_kind", Key(16), nullable=True),
        Column("origin_id", Id(), nullable=True),
        Column("user_id", Id(), nullable=False),
        Column("at", Moment(), nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["product_id"], ["product.id"]),
        numbered=True,
    )
    create_index("stock_movement", "at", "id")
    create_index("stock_movement", "product_id", "at", "id")


def downgrade() -> None:
    """Drop them, with all they hold."""
    drop_tables("stock_movement", "price_history", "product")
