"""Orders and their fiscal documents."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from cashhaven_adapters.sql.migrations.steps import create_index, create_table, drop_tables
from cashhaven_adapters.sql.types import (
    Binary,
    CostColumn,
    Count,
    Id,
    Key,
    Moment,
    MoneyColumn,
    Note,
    QuantityColumn,
    Word,
)

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
    create_table(
        "order_number",
        Column("number", Id(), autoincrement=False),
        Column("user_id", Id(), nullable=False),
        Column("handed_out_at", Moment(), nullable=False),
        PrimaryKeyConstraint("number"),
    )
    create_table(
        "order",
        Column("id", Id(), autoincrement=False),
        Column("status", Key(16), nullable=False),
        Column("client_id", Id(), nullable=True),
        Column("total", MoneyColumn(), nullable=False),
        Column("notes", Note(), nullable=True),
        Column("delivery_kind", Key(16), nullable=True),
        Column("delivery_address", Note(), nullable=True),
        Column("crypt_id", Binary(16), nullable=True),
        Column("delivery_minutes", Count(), nullable=True),
        Column("operator_id", Id(), nullable=False),
        Column("operation_key", Key(276), nullable=True),
        Column("created_at", Moment(), nullable=False),
        Column("version", Count(), nullable=False),
        PrimaryKeyConstraint("id"),
        CheckConstraint("total >= 0", name="total"),
        ForeignKeyConstraint(["client_id"], ["client.id"]),
        UniqueConstraint("operation_key"),
    )
    create_index("order", "client_id", "created_at", "id")
    create_index("order", "created_at", "id")
    create_index("order", "status", "created_at", "id")
    create_table(
        "fiscal_document",
        Column("id", Id(), autoincrement=False),
        Column("order_id", Id(), nullable=False),
        Column("uuid", Word(64), nullable=False),
        Column("status", Key(16), nullable=False),
        Column("reason", Word(500), nullable=True),
        Column("number", Word(60), nullable=True),
        Column("series", Word(60), nullable=True),
        Column("model", Word(60), nullable=True),
        Column("receipt", Word(60), nullable=True),
        Column("access_key", Key(44), nullable=True),
        Column("created_at", Moment(), nullable=False),
        Column("updated_at", Moment(), nullable=False),
        Column("version", Count(), nullable=False),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["order_id"], ["order.id"]),
        UniqueConstraint("uuid"),
    )
    create_index("fiscal_document", "created_at", "id")
    create_index("fiscal_document", "order_id", "id")
    create_index("fiscal_document", "status", "created_at", "id")
    create_table(
        "order_item",
        Column("order_id", Id(), autoincrement=False),
        Column("position", Count(), autoincrement=False),
        Column("product_id", Id(), nullable=False),
        Column("product_name", Word(120), nullable=False),
        Column("quantity", QuantityColumn(), nullable=False),
        Column("unit_price", MoneyColumn(), nullable=False),
        Column("list_price", MoneyColumn(), nullable=False),
        Column("total", MoneyColumn(), nullable=False),
        Column("average_cost", CostColumn(), nullable=False),
        PrimaryKeyConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        ForeignKeyConstraint(["order_id"], ["order.id"]),
        ForeignKeyConstraint(["product_id"], ["product.id"]),
    )
    create_index("order_item", "product_id", "order_id")
    create_table(
        "order_payment",
        Column("order_id", Id(), autoincrement=False),
        Column("position", Count(), autoincrement=False),
        Column("method", Key(16), nullable=False),
        Column("amount", MoneyColumn(), nullable=False),
        PrimaryKeyConstraint("order_id", "position"),
        ForeignKeyConstraint(["order_id"], ["order.id"]),
    )
    create_table(
        "order_step",
        Column("order_id", Id(), autoincrement=False),
        Column("position", Count(), autoincrement=False),
        Column("status", Key(16), nullable=False),
        Column("at", Moment(), nullable=False),
        Column("user_id", Id(), nullable=False),
        PrimaryKeyConstraint("order_id", "position"),
        ForeignKeyConstraint(["order_id"], ["order.id"]),
    )
    create_index("order_step", "at")


def downgrade() -> None:
    """Drop them, with all they hold."""
    drop_tables(
        "order_step", "order_payment", "order_item", "fiscal_document", "order", "order_number"
    )
