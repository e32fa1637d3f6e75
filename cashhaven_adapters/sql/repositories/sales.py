"""Sales in SQL."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select, update

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import Insert, Into, Question, Record, listing
from cashhaven_adapters.sql.tables.sales import sales
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.sales.errors import SaleNotFound
from cashhaven_domain.sales.ports import SaleRepository
from cashhaven_domain.sales.sale import Cancellation, Sale, SaleId
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StaleAggregate, StorageConflict
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.stock.product import ProductId

_REFUSALS = {"uq_sale_operation_key": StorageConflict}
_SALES = Into(
    sales,
    "id",
    "product_id",
    "quantity",
    "unit_price",
    "list_price",
    "total",
    "average_cost",
    "began_at",
    "ended_at",
    "operator_id",
    "client_id",
    "payment",
    "operation_key",
    "registered_at",
    "version",
    "cancelled_at",
    "cancelled_by",
    "cancel_reason",
    "stock_returned",
)


def used_sale_keys(keys: Collection[str]) -> Question:
    """Return what finds those of the keys that made a sale."""
    text = listing("SELECT operation_key FROM sale WHERE operation_key IN (...)", keys)
    return Question("sale", text, sorted(keys), (str,))


class SqlSales(SaleRepository):
    """The sales that one transaction sees."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def add_many(self, new: Sequence[Sale]) -> None:
        """Keep new sales."""
        if not new:
            return
        self._session.collect(Insert(_SALES, list(map(_row_of, new)), refusals=_REFUSALS))
        for sale in new:
            self._session.events += sale.take_events()

    async def get_by_key(self, permanent_key: str) -> Sale:
        """Return the sale that the key made."""
        row = await self._session.first(select(sales).where(sales.c.operation_key == permanent_key))
        assert row is not None, "the key was found used"
        return _sale_of(row)

    async def get_product_id(self, sale_id: SaleId) -> ProductId:
        """Return what was sold."""
        row = await self._session.first(select(sales.c.product_id).where(sales.c.id == sale_id))
        if row is None:
            raise SaleNotFound(sale_id)
        return ProductId(row.product_id)

    async def get_for_update(self, sale_id: SaleId) -> Sale:
        """Return the sale and hold it."""
        wanted = select(sales).where(sales.c.id == sale_id).with_for_update()
        row = await self._session.first(wanted)
        if row is None:
            raise SaleNotFound(sale_id)
        return _sale_of(row)

    async def save(self, sale: Sale) -> None:
        """Keep its cancellation."""
        versioned = (
            update(sales)
            .where(sales.c.id == sale.id, sales.c.version == sale.version)
            .values(**_cancellation_columns(sale.cancellation), version=sale.version + 1)
        )
        if await self._session.run(versioned) != 1:
            raise StaleAggregate()
        sale.version += 1
        self._session.events += sale.take_events()


def cancellation_of(row: Row[*tuple[Any, ...]]) -> Cancellation | None:
    """Return how the sale of the row was taken back, if it was."""
    if row.cancelled_at is None:
        return None
    return Cancellation(
        at=row.cancelled_at,
        by=UserId(row.cancelled_by),
        reason=row.cancel_reason,
        stock_returned=row.stock_returned,
    )


def _sale_of(row: Row[*tuple[Any, ...]]) -> Sale:
    return Sale(
        id=SaleId(row.id),
        product_id=ProductId(row.product_id),
        quantity=row.quantity,
        unit_price=row.unit_price,
        list_price=row.list_price,
        total=row.total,
        average_cost=row.average_cost,
        began_at=row.began_at,
        ended_at=row.ended_at,
        operator_id=UserId(row.operator_id),
        client_id=None if row.client_id is None else ClientId(row.client_id),
        payment=None if row.payment is None else PaymentMethod(row.payment),
        operation_key=row.operation_key,
        registered_at=row.registered_at,
        cancellation=cancellation_of(row),
        version=row.version,
    )


def _row_of(sale: Sale) -> Record:
    cancellation = sale.cancellation
    return (
        sale.id,
        sale.product_id,
        sale.quantity,
        sale.unit_price,
        sale.list_price,
        sale.total,
        sale.average_cost,
        sale.began_at,
        sale.ended_at,
        sale.operator_id,
        sale.client_id,
        sale.payment,
        sale.operation_key,
        sale.registered_at,
        sale.version,
        *(
            (None, None, None, None)
            if cancellation is None
            else _cancellation_columns(cancellation).values()
        ),
    )


def _cancellation_columns(cancellation: Cancellation | None) -> dict[str, Any]:
    return {
        "cancelled_at": None if cancellation is None else cancellation.at,
        "cancelled_by": None if cancellation is None else cancellation.by,
        "cancel_reason": None if cancellation is None else cancellation.reason,
        "stock_returned": None if cancellation is None else cancellation.stock_returned,
    }
