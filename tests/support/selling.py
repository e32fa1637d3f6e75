"""Builders of sales and orders, and short ways to make them in a shop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cashhaven_app.testing import Shop, open_shop
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.use_cases.register_client import RegisterClientCommand
from cashhaven_domain.orders.order import Order
from cashhaven_domain.orders.queries import OrderView
from cashhaven_domain.orders.terms import OrderId, OrderLine
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrderCommand
from cashhaven_domain.parameters.parameter import ParameterId, Setting
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParametersCommand
from cashhaven_domain.sales.sale import Sale, SaleId
from cashhaven_domain.sales.use_cases.register_sales import RegisterSaleCommand, SaleReceipt
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import Settled
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.settling import the_only
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.use_cases.list_movements import ListMovementsQuery
from tests.support.books import books_in_memory
from tests.support.clients import a_person
from tests.support.products import adding

BEGAN = datetime(2024, 1, 15, 9, 50, tzinfo=UTC)
ENDED = datetime(2024, 1, 15, 9, 55, tzinfo=UTC)
PRICE = Money.of("12.00")


@asynccontextmanager
async def honest_shop() -> AsyncIterator[Shop]:
    """Give a shop in memory, and look at the end whether its books add up."""
    shop = open_shop()
    yield shop
    assert books_in_memory(shop.container.adapters.store()).mistakes() == []


async def stocked(
    shop: Shop, balance: str | int = 100, price: Money = PRICE, **parts: Any
) -> ProductId:
    """Put a product on the shelf."""
    count = len((await shop.list_products(shop.administrator, PageRequest())).items)
    named = {"name": f"Produto {count + 1}"} | parts
    command = adding(balance=Quantity.of(balance), sale_price=price, **named)
    return (await shop.add_product(shop.administrator, command)).receipt.id


async def known_client(shop: Shop) -> ClientId:
    """Register a client."""
    command = RegisterClientCommand(person=a_person())
    return (await shop.register_client(shop.operator, command)).receipt.id


async def balance_of(shop: Shop, product_id: ProductId) -> Quantity:
    """Return how much there is of the product."""
    return (await shop.find_product(shop.administrator, product_id)).balance


async def set_parameter(shop: Shop, number: int, **value: Any) -> None:
    """Set a parameter of the shop."""
    setting = Setting(parameter_id=ParameterId(number), **value)
    await shop.update_parameters(shop.administrator, UpdateParametersCommand(settings=(setting,)))


async def prices_are_free(shop: Shop) -> None:
    """Let operators choose prices."""
    await set_parameter(shop, 4, bit=True)


def selling(product_id: int = 1, **parts: Any) -> RegisterSaleCommand:
    """Return the usual sale, or another in these parts."""
    usual: dict[str, Any] = {"unit_price": PRICE, "began_at": BEGAN, "ended_at": ENDED}
    return RegisterSaleCommand(product_id=ProductId(product_id), **usual | parts)


async def sell(
    shop: Shop, product_id: int, actor: Actor | None = None, **parts: Any
) -> Settled[SaleReceipt]:
    """Sell over the counter, alone."""
    request = (actor or shop.operator, selling(product_id, **parts))
    return the_only(await shop.register_sales([request]))


async def sold(shop: Shop, product_id: int, **parts: Any) -> SaleId:
    """Sell over the counter and return the sale's number."""
    return (await sell(shop, product_id, **parts)).receipt.id


def line(product_id: int, quantity: str | int = 1, price: Money = PRICE) -> OrderLine:
    """Return an item to order."""
    return OrderLine(
        product_id=ProductId(product_id), quantity=Quantity.of(quantity), unit_price=price
    )


def ordering(*items: OrderLine, **parts: Any) -> PlaceOrderCommand:
    """Return an order of these items with the right total, unless another is given."""
    if "total" not in parts:
        parts["total"] = Money.total(item.unit_price.times(item.quantity) for item in items)
    return PlaceOrderCommand(items=items, **parts)


async def order(
    shop: Shop, *items: OrderLine, actor: Actor | None = None, **parts: Any
) -> Settled[OrderView]:
    """Place an order, alone."""
    request = (actor or shop.operator, ordering(*items, **parts))
    return the_only(await shop.place_orders([request]))


async def ordered(shop: Shop, *items: OrderLine, **parts: Any) -> OrderId:
    """Place an order and return its number."""
    return (await order(shop, *items, **parts)).receipt.id


async def ledger_of(shop: Shop, product_id: ProductId) -> list[tuple[str, Decimal]]:
    """Return the ledger of a product, the oldest row first: reasons and signed quantities."""
    page = await shop.list_movements(
        shop.administrator, ListMovementsQuery(product_id=product_id, page=PageRequest())
    )
    rows = sorted(page.items, key=lambda row: row.id)
    return [(row.reason.value, row.quantity.plain) for row in rows]


SELLER = UserId(8)
REGISTERED = datetime(2024, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)


def a_sale(number: int, product: Product, **parts: Any) -> Sale:
    """Return a sale that was just made of the product; terms and circumstances may be given."""
    given = {"operation_key": f"8:sale-{number}", "by": SELLER, "at": REGISTERED}
    circumstances = {name: parts.pop(name, usual) for name, usual in given.items()}
    terms = selling(product.id, **{"unit_price": product.sale_price} | parts)
    return Sale.register(SaleId(number), terms, product, **circumstances)


def an_order(number: int, *products: Product, **parts: Any) -> Order:
    """Return an order that was just placed of one of each product."""
    given = {"operation_key": f"8:order-{number}", "by": SELLER, "at": REGISTERED}
    circumstances = {name: parts.pop(name, usual) for name, usual in given.items()}
    items = [line(product.id, 1, product.sale_price) for product in products]
    terms = ordering(*items, **parts)
    shelf = {product.id: product for product in products}
    return Order.place(OrderId(number), terms, shelf, **circumstances)
