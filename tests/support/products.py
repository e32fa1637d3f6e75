"""Builders of products."""

from datetime import UTC, datetime
from typing import Any

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.use_cases.add_product import AddProductCommand

ADDED = datetime(2024, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)
KEEPER = UserId(7)


def _usual() -> dict[str, Any]:
    return {
        "name": "Açaí 500ml",
        "supplier": "Fornecedor ABC",
        "purchase_price": Money.of("5.50"),
        "sale_price": Money.of("12.00"),
        "minimum": None,
        "unit": Unit.PIECE,
        "balance": Quantity.of(100),
    }


def a_product(number: int = 1, **parts: Any) -> Product:
    """Return a product that was just added; each number but the first has a name of its own."""
    name = {"name": f"Produto {number}"} if number != 1 else {}
    return Product.add(
        **_usual() | name | {"id": ProductId(number), "by": KEEPER, "at": ADDED} | parts
    )


def adding(**parts: Any) -> AddProductCommand:
    """Return what adds the usual product, or another in these parts."""
    return AddProductCommand(**_usual() | parts)
