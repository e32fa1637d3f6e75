"""The books are right when they add up: asked after every test that writes.

For every product the ledger adds up to the balance, row after row; for every sale and order the
items add up to the total, to the cent, and the ledger took as much as was sold.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from cashhaven_adapters.memory.repositories.orders import ORDERS
from cashhaven_adapters.memory.repositories.products import MOVEMENTS, PRODUCTS
from cashhaven_adapters.memory.repositories.sales import SALES
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.orders import order_items, orders
from cashhaven_adapters.sql.tables.sales import sales
from cashhaven_adapters.sql.tables.stock import movements, products

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ledger, by the number that the storage gave it."""

    number: int
    product_id: int
    before: Decimal
    quantity: Decimal
    after: Decimal
    origin: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """So much of a product, sold at a price."""

    product_id: int
    quantity: Decimal
    price: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale or an order: what it says it was worth, and its lines."""

    total: Decimal
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Books:
    """What a storage says, in plain numbers."""

    balances: Mapping[int, Decimal]
    ledger: tuple[Row, ...]
    sold: Mapping[str, Sold]

    def mistakes(self) -> list[str]:
        """Return everything that does not add up."""
        return [*self.wrong_balances(), *self._wrong_totals(), *self._wrong_takings()]

    def wrong_balances(self) -> Iterable[str]:
        """Return where the ledger does not add up, whatever it was written for."""
        present: dict[int, Decimal] = defaultdict(Decimal)
        for row in sorted(self.ledger, key=lambda row: row.number):
            if row.before != present[row.product_id]:
                yield f"row {row.number} begins with {row.before}, not {present[row.product_id]}"
            if row.before + row.quantity != row.after:
                yield f"row {row.number}: {row.before} and {row.quantity} are not {row.after}"
            present[row.product_id] += row.quantity
            if present[row.product_id] < 0:
                yield f"row {row.number} takes what was not there"
        for product_id in self.balances.keys() | present.keys():
            balance = self.balances.get(product_id)
            if balance is None or balance != present[product_id]:
                yield f"product {product_id} has {balance}, its ledger {present[product_id]}"

    def _wrong_totals(self) -> Iterable[str]:
        for name, sold in self.sold.items():
            for line in sold.lines:
                exact = (line.price * line.quantity).quantize(CENT, rounding=ROUND_HALF_UP)
                if line.total != exact:
                    yield f"{name}: {line.quantity} for {line.price} is not {line.total}"
            if sold.total != sum(line.total for line in sold.lines):
                yield f"{name}: its items do not add up to {sold.total}"

    def _wrong_takings(self) -> Iterable[str]:
        taken: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        for row in self.ledger:
            if row.origin is not None:
                taken[row.origin, row.product_id] -= row.quantity
        for name, sold in self.sold.items():
            wanted: dict[int, Decimal] = defaultdict(Decimal)
            for line in sold.lines:
                wanted[line.product_id] += line.quantity
            for product_id, quantity in wanted.items():
                # A cancelled one took nothing in the end, unless its goods were lost.
                if taken.pop((name, product_id), None) not in {Decimal(0), quantity}:
                    yield f"{name}: the ledger took another quantity of product {product_id}"
        yield from (f"the ledger took for {name}, which is not there" for name, _ in taken)


async def books_of(storage: MemoryStore | Database) -> Books:
    """Read the books of a storage of either kind."""
    if isinstance(storage, MemoryStore):
        return books_in_memory(storage)
    return await books_in_sql(storage)


def books_in_memory(store: MemoryStore) -> Books:
    """Read the books of a storage in memory."""
    return Books(
        {key: product.balance.amount for key, product in store.rows(PRODUCTS).items()},
        tuple(
            Row(
                number,
                product_id,
                row.balance_before.amount,
                row.quantity.amount,
                row.balance_after.amount,
                None if row.origin is None else row.origin.as_text(),
            )
            for number, (product_id, row) in store.rows(MOVEMENTS).items()
        ),
        {
            f"venda:{sale.id}": _sale(
                sale.product_id, sale.quantity.amount, sale.unit_price.amount, sale.total.amount
            )
            for sale in store.rows(SALES).values()
        }
        | {
            f"pedido:{order.id}": Sold(
                order.total.amount,
                tuple(
                    Line(
                        item.product_id,
                        item.quantity.amount,
                        item.unit_price.amount,
                        item.total.amount,
                    )
                    for item in order.items
                ),
            )
            for order in store.rows(ORDERS).values()
        },
    )


async def books_in_sql(database: Database) -> Books:
    """Read the books of a database, all at one moment."""
    async with database.reading(snapshot=True) as session:
        balances = await session.rows(select(products.c.id, products.c.balance))
        ledger = await session.rows(select(movements))
        sale_rows = await session.rows(select(sales))
        item_rows = await session.rows(select(order_items))
        order_rows = await session.rows(select(orders.c.id, orders.c.total))
    lines: dict[int, list[Line]] = defaultdict(list)
    for item in item_rows:
        lines[item.order_id].append(
            Line(item.product_id, item.quantity.amount, item.unit_price.amount, item.total.amount)
        )
    return Books(
        {row.id: row.balance.amount for row in balances},
        tuple(
            Row(
                row.id,
                row.product_id,
                row.balance_before.amount,
                row.quantity.amount,
                row.balance_after.amount,
                None if row.origin_kind is None else f"{row.origin_kind}:{row.origin_id}",
            )
            for row in ledger
        ),
        {
            f"venda:{row.id}": _sale(
                row.product_id, row.quantity.amount, row.unit_price.amount, row.total.amount
            )
            for row in sale_rows
        }
        | {f"pedido:{row.id}": Sold(row.total.amount, tuple(lines[row.id])) for row in order_rows},
    )


def _sale(product_id: int, quantity: Decimal, price: Decimal, total: Decimal) -> Sold:
    return Sold(total, (Line(product_id, quantity, price, total),))
