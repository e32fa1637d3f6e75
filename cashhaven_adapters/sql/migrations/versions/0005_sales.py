"""Sales over the counter."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from cashhaven_adapters.sql.migrations.steps import create_index, create_table, drop_tables
from cashhaven_adapters.sql.types import (
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

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    create_table(
        "sale",
        Column("id", Id(), autoincrement=False),
        Column("product_id", Id(), nullable=False),
        Column("quantity", QuantityColumn(), nullable=False),
        Column("unit_price", MoneyColumn(), nullable=False),
        Column("list_price", MoneyColumn(), nullable=False),
        Column("total", MoneyColumn(), nullable=False),
        Column("average_cost", CostColumn(), nullable=False),
        Column("began_at", Moment(), nullable=False),
        Column("ended_at", Moment(), nullable=False),
        Column("operator_id", Id(), nullable=False),
        Column("client_id", Id(), nullable=True),
        Column("payment", Key(16), nullable=True),
        Column("operation_key", Key(276), nullable=True),
        Column("registered_at", Moment(), nullable=False),
        Column("cancelled_at", Moment(), nullable=True),
        Column("cancelled_by", Id(), nullable=True),
        Column("cancel_reason", Word(500), nullable=True),
        Column("stock_returned", Flag(), nullable=True),
        Column("version", Count(), nullable=False),
        PrimaryKeyConstraint("id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total >= 0", name="total"),
        ForeignKeyConstraint(["client_id"], ["client.id"]),
        ForeignKeyConstraint(["product_id"], ["product.id"]),
        UniqueConstraint("operation_key"),
    )
    create_index("sale", "client_id", "registered_at", "id")
    create_index("sale", "operator_id", "registered_at", "id")
    create_index("sale", "product_id", "registered_at", "id")
    create_index("sale", "registered_at", "id")


def downgrade() -> None:
    """Drop them, with all they hold."""
    drop_tables("sale")
