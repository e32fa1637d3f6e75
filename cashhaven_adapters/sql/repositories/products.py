"""Products in SQL.

A balance is never written as a value: the statement adds a difference and carries the guard, and
the number of rows it changed is the decision.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, case, insert, literal, or_, select, update

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.stock import movements, prices, products
from cashhaven_adapters.sql.types import CostColumn, Id, QuantityColumn
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.shared.text import fold
from cashhaven_domain.stock.errors import DuplicateProduct, ProductNotFound
from cashhaven_domain.stock.movement import Movement, Origin, PriceChange, Reason
from cashhaven_domain.stock.naming import likeness_of
from cashhaven_domain.stock.ports import ProductRepository
from cashhaven_domain.stock.product import Product, ProductId

BALANCES_AT_ONCE = 128
"""How many balances one statement changes: its CASE is searched once per row, so it grows slow."""

_REFUSALS = {"uq_product_likeness": DuplicateProduct}
_LOADED = (
    products.c.id,
    products.c.name,
    products.c.supplier,
    products.c.unit,
    products.c.purchase_price,
    products.c.sale_price,
    products.c.average_cost,
    products.c.minimum,
    products.c.balance,
    products.c.active,
    products.c.version,
)


class SqlProducts(ProductRepository):
    """The products that one transaction sees."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def add(self, product: Product) -> None:
        """Keep a new product, its opening and its first prices."""
        row = _card_of(product) | {
            "id": product.id,
            "unit": product.unit,
            "average_cost": product.average_cost,
            "balance": product.balance,
            "version": product.version,
            "changes": len(product.movements),
        }
        _ = await self._session.run(insert(products), row, refusals=_REFUSALS)
        await self._note([product])

    async def get_for_update(self, product_id: ProductId) -> Product:
        """Return the product and hold it."""
        found = await self.get_many_for_update([product_id])
        if product_id not in found:
            raise ProductNotFound(product_id)
        return found[product_id]

    async def get_many_for_update(
        self, product_ids: Collection[ProductId]
    ) -> Mapping[ProductId, Product]:
        """Return and hold those that exist."""
        if not product_ids:
            return {}
        wanted = (
            select(*_LOADED)
            .where(products.c.id.in_(sorted(set(product_ids))))
            .order_by(products.c.id)
            .with_for_update()
        )
        rows = await self._session.rows(wanted)
        return {ProductId(row.id): _product_of(row) for row in rows}

    async def get_balance_after(self, product_id: ProductId, origin: Origin) -> Quantity:
        """Return what was left of the product."""
        balance = await self._session.scalar(
            select(movements.c.balance_after).where(
                movements.c.product_id == product_id,
                movements.c.reason == Reason(origin.kind),
                movements.c.origin_kind == origin.kind,
                movements.c.origin_id == origin.id,
            )
        )
        if balance is None:
            raise ProductNotFound(product_id)
        return balance

    async def save(self, product: Product) -> None:
        """Store the changes."""
        await self.save_many([product])

    async def save_many(self, products: Iterable[Product]) -> None:
        """Store the changes, by rising id."""
        changed = [p for p in products if p.movements or p.card_changed]
        changed.sort(key=lambda product: product.id)
        moved = [product for product in changed if product.movements]
        for start in range(0, len(moved), BALANCES_AT_ONCE):
            await self._move(moved[start : start + BALANCES_AT_ONCE])
        for product in changed:
            if product.card_changed:
                await self._save_card(product)
        await self._note(changed)

    async def _move(self, moved: Sequence[Product]) -> None:
        """Add the differences, if no balance falls below zero and no removed product is taken."""
        difference = _by_product({p.id: literal(p.difference, QuantityColumn()) for p in moved})
        count = _by_product({p.id: literal(len(p.movements), Id()) for p in moved})
        nothing = literal(Quantity.zero(), QuantityColumn())
        values: dict[str, Any] = {
            "balance": products.c.balance + difference,
            "changes": products.c.changes + count,
        }
        costs = {
            product.id: literal(product.average_cost, CostColumn())
            for product in moved
            if any(movement.reason is Reason.DELIVERY for movement in product.movements)
        }
        if costs:
            values["average_cost"] = _by_product(costs, products.c.average_cost)
        guarded = (
            update(products)
            .where(
                products.c.id.in_([product.id for product in moved]),
                products.c.balance + difference >= nothing,
                or_(products.c.active, difference >= nothing),
            )
            .values(values)
        )
        if await self._session.run(guarded) != len(moved):
            raise StaleAggregate()

    async def _save_card(self, product: Product) -> None:
        based_on = product.version
        versioned = (
            update(products)
            .where(products.c.id == product.id, products.c.version == based_on)
            .values(**_card_of(product), version=based_on + 1)
        )
        if await self._session.run(versioned, refusals=_REFUSALS) != 1:
            raise StaleAggregate()
        product.version = based_on + 1

    async def _note(self, changed: Sequence[Product]) -> None:
        """Write the ledger and the price history, and hand over what the products recorded."""
        ledger = [_movement_row(p.id, movement) for p in changed for movement in p.movements]
        history = [_price_row(p.id, price) for p in changed for price in p.prices]
        if ledger:
            _ = await self._session.run(insert(movements), ledger)
        if history:
            _ = await self._session.run(insert(prices), history)
        for product in changed:
            self._session.touched_products.add(product.id)
            self._session.events += product.take_events()
            product.forget_changes()


def _by_product(
    values: Mapping[ProductId, ColumnElement[Any]], otherwise: ColumnElement[Any] | None = None
) -> ColumnElement[Any]:
    """Return the value that belongs to the row's product."""
    return case(dict(values), value=products.c.id, else_=otherwise)


def _product_of(row: Row[*tuple[Any, ...]]) -> Product:
    return Product(
        id=ProductId(row.id),
        name=row.name,
        supplier=row.supplier,
        unit=Unit(row.unit),
        purchase_price=row.purchase_price,
        sale_price=row.sale_price,
        average_cost=row.average_cost,
        minimum=row.minimum,
        balance=row.balance,
        active=row.active,
        version=row.version,
    )


def _card_of(product: Product) -> dict[str, Any]:
    return {
        "name": product.name,
        "name_folded": fold(product.name),
        "supplier": product.supplier,
        "purchase_price": product.purchase_price,
        "sale_price": product.sale_price,
        "minimum": product.minimum,
        "active": product.active,
        "likeness": likeness_of(product.name, product.supplier) if product.active else None,
    }


def _movement_row(product_id: ProductId, movement: Movement) -> dict[str, Any]:
    origin = movement.origin
    return {
        "product_id": product_id,
        "reason": movement.reason,
        "quantity": movement.quantity,
        "balance_before": movement.balance_before,
        "balance_after": movement.balance_after,
        "note": movement.note,
        "origin_kind": None if origin is None else origin.kind,
        "origin_id": None if origin is None else origin.id,
        "user_id": movement.user_id,
        "at": movement.at,
    }


def _price_row(product_id: ProductId, price: PriceChange) -> dict[str, Any]:
    return {
        "product_id": product_id,
        "sale_price": price.sale_price,
        "purchase_price": price.purchase_price,
        "user_id": price.user_id,
        "at": price.at,
    }
