"""Questions about products, answered by SQL."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.newest_first import newest_first
from cashhaven_adapters.sql.tables.stock import movements, prices, products
from cashhaven_adapters.sql.types import QuantityColumn
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.paging import WHOLE_LIST, Cursor, Page, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.movement import Origin, OriginKind, Reason
from cashhaven_domain.stock.naming import place_in_search
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import (
    MovementView,
    PriceView,
    ProductQueries,
    StoredProduct,
)

_SHOWN = (
    products.c.id,
    products.c.name,
    products.c.supplier,
    products.c.unit,
    products.c.purchase_price,
    products.c.sale_price,
    products.c.minimum,
    products.c.balance,
    products.c.version,
)


class SqlProductQueries(ProductQueries):
    """Reads on connections of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_products(self, page: PageRequest) -> Page[StoredProduct]:
        """Return the products, sorted by id."""
        return await self._page(page, products.c.active)

    async def list_low(self, shop_minimum: Quantity, page: PageRequest) -> Page[StoredProduct]:
        """Return those that are running out."""
        minimum = func.coalesce(products.c.minimum, literal(shop_minimum, QuantityColumn()))
        return await self._page(page, and_(products.c.active, products.c.balance <= minimum))

    async def find(self, product_id: ProductId) -> StoredProduct | None:
        """Return the product, if there is one."""
        wanted = select(*_SHOWN).where(products.c.id == product_id, products.c.active)
        async with self._database.reading() as session:
            row = await session.first(wanted)
        return None if row is None else _stored_product_of(row)

    async def search(self, part: str, page: PageRequest) -> Page[StoredProduct]:
        """Return the products whose folded name holds the part, best match first.

        What matches is sorted here: the engines know no beginnings of words, and a shop's products
        are few.
        """

        def place(row: Row[*tuple[Any, ...]]) -> tuple[int, str, int]:
            return place_in_search(row.name_folded, row.id, part)

        position = func.instr(products.c.name_folded, part)
        matching = (
            select(*_SHOWN, products.c.name_folded)
            .where(products.c.active, position > 0)
            .order_by(position, products.c.id)
            .limit(WHOLE_LIST)
        )
        async with self._database.reading() as session:
            rows = sorted(await session.rows(matching), key=place)
            if page.after is not None:
                last = await session.first(
                    select(products.c.id, products.c.name_folded).where(
                        products.c.id == page.after.id
                    )
                )
                rows = [] if last is None else [row for row in rows if place(row) > place(last)]
        found = [_stored_product_of(row) for row in rows[: page.size + 1]]
        return Page.cut(found, page.size, lambda product: Cursor(product.id))

    async def has_existed(self, product_id: ProductId) -> bool:
        """Whether there is, or was, such a product."""
        async with self._database.reading() as session:
            row = await session.first(select(products.c.id).where(products.c.id == product_id))
        return row is not None

    async def list_movements(
        self, product_id: ProductId | None, period: Period, page: PageRequest
    ) -> Page[MovementView]:
        """Return the ledger, newest first."""
        chosen = newest_first(select(movements), movements.c.at, movements.c.id, period, page)
        if product_id is not None:
            chosen = chosen.where(movements.c.product_id == product_id)
        async with self._database.reading() as session:
            rows = await session.rows(chosen)
        views = [_movement_of(row) for row in rows]
        return Page.cut(views, page.size, lambda view: Cursor(view.id, view.at))

    async def list_prices(self, product_id: ProductId, page: PageRequest) -> Page[PriceView]:
        """Return the price history of a product."""
        wanted = select(prices).where(prices.c.product_id == product_id).order_by(prices.c.id)
        if page.after is not None:
            wanted = wanted.where(prices.c.id > page.after.id)
        async with self._database.reading() as session:
            rows = await session.rows(wanted.limit(page.size + 1))
        views = [_price_of(row) for row in rows]
        return Page.cut(views, page.size, lambda view: Cursor(view.id))

    async def _page(self, page: PageRequest, condition: ColumnElement[bool]) -> Page[StoredProduct]:
        wanted = select(*_SHOWN).where(condition).order_by(products.c.id)
        if page.after is not None:
            wanted = wanted.where(products.c.id > page.after.id)
        async with self._database.reading() as session:
            rows = await session.rows(wanted.limit(page.size + 1))
        found = [_stored_product_of(row) for row in rows]
        return Page.cut(found, page.size, lambda product: Cursor(product.id))


def _stored_product_of(row: Row[*tuple[Any, ...]]) -> StoredProduct:
    return StoredProduct(
        id=ProductId(row.id),
        name=row.name,
        supplier=row.supplier,
        unit=Unit(row.unit),
        purchase_price=row.purchase_price,
        sale_price=row.sale_price,
        minimum=row.minimum,
        balance=row.balance,
        version=row.version,
    )


def _movement_of(row: Row[*tuple[Any, ...]]) -> MovementView:
    origin = None
    if row.origin_kind is not None:
        origin = Origin(OriginKind(row.origin_kind), row.origin_id)
    return MovementView(
        id=row.id,
        product_id=ProductId(row.product_id),
        reason=Reason(row.reason),
        quantity=row.quantity,
        balance_before=row.balance_before,
        balance_after=row.balance_after,
        note=row.note,
        origin=origin,
        user_id=UserId(row.user_id),
        at=row.at,
    )


def _price_of(row: Row[*tuple[Any, ...]]) -> PriceView:
    return PriceView(
        id=row.id,
        product_id=ProductId(row.product_id),
        sale_price=row.sale_price,
        purchase_price=row.purchase_price,
        user_id=UserId(row.user_id),
        at=row.at,
    )
