"""Products in SQL.

A balance is never written as a value: the statement adds a difference and carries the guard, and
the number of rows it changed is the decision.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from cashhaven_adapters.sql.repositories.balances import Moves
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.statements import FOR_UPDATE, Insert, Into, Question, Record, listing
from cashhaven_adapters.sql.tables.stock import movements, prices, products
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.money import Money, UnitCost
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
_HELD = (
    "SELECT id, name, supplier, unit, purchase_price, sale_price, average_cost, minimum, balance,"
    " active, version FROM product WHERE id IN (...) ORDER BY id"
)
_KINDS = (int, str, str, str, Money, Money, UnitCost, Quantity, Quantity, bool, int)
_UNITS = {unit.value: unit for unit in Unit}
_MOVEMENTS = Into(
    movements,
    "product_id",
    "reason",
    "quantity",
    "balance_before",
    "balance_after",
    "note",
    "origin_kind",
    "origin_id",
    "user_id",
    "at",
)
_PRICES = Into(prices, "product_id", "sale_price", "purchase_price", "user_id", "at")


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
        self._note([product])

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
        (rows,) = await self._session.ask(those_held(product_ids))
        return products_of(rows)

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
            self._session.collect(Moves(moved[start : start + BALANCES_AT_ONCE]))
        for product in changed:
            if product.card_changed:
                await self._save_card(product)
        self._note(changed)

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

    def _note(self, changed: Sequence[Product]) -> None:
        """Write the ledger and the price history, and hand over what the products recorded."""
        ledger = [_movement_row(p.id, movement) for p in changed for movement in p.movements]
        history = [_price_row(p.id, price) for p in changed for price in p.prices]
        if ledger:
            self._session.collect(Insert(_MOVEMENTS, ledger))
        if history:
            self._session.collect(Insert(_PRICES, history))
        for product in changed:
            self._session.touched_products.add(product.id)
            self._session.events += product.take_events()
            product.forget_changes()


def those_held(product_ids: Collection[ProductId]) -> Question:
    """Return what holds those of the products that exist, in rising order."""
    wanted = sorted(set(product_ids))
    return Question("product", listing(_HELD, wanted), wanted, _KINDS, FOR_UPDATE)


def products_of(rows: Sequence[Record]) -> dict[ProductId, Product]:
    """Return the products that were found by `those_held`."""
    found: dict[ProductId, Product] = {}
    for number, name, supplier, unit, buying, selling, cost, minimum, balance, active, ver in rows:
        found[number] = Product(
            id=number,
            name=name,
            supplier=supplier,
            unit=_UNITS[unit],
            purchase_price=buying,
            sale_price=selling,
            average_cost=cost,
            minimum=minimum,
            balance=balance,
            active=active,
            version=ver,
        )
    return found


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


def _movement_row(product_id: ProductId, movement: Movement) -> Record:
    origin = movement.origin
    return (
        product_id,
        movement.reason,
        movement.quantity,
        movement.balance_before,
        movement.balance_after,
        movement.note,
        None if origin is None else origin.kind,
        None if origin is None else origin.id,
        movement.user_id,
        movement.at,
    )


def _price_row(product_id: ProductId, price: PriceChange) -> Record:
    return (product_id, price.sale_price, price.purchase_price, price.user_id, price.at)
