"""What is told of balances that changed."""

from collections.abc import Iterable
from datetime import datetime

from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.events import BalanceNow, BalancesChanged, StockLow
from cashhaven_domain.stock.product import Product

_AT_ONCE = 200
"""How many balances one event tells at most: what screens get stays small."""


def tell_balances(products: Iterable[Product], shop_minimum: Quantity, at: datetime) -> None:
    """Record which balances are others than before, for all together, and which fell low.

    Call it once in a transaction, before the products are saved; what moved and came back is no
    news. `shop_minimum` counts for products without one of their own.
    """
    balances: list[BalanceNow] = []
    first: Product | None = None
    for product in products:
        before, now = product.balance_before.thousandths, product.balance.thousandths
        if before == now:
            continue
        minimum = product.minimum_in(shop_minimum)
        low = now <= minimum.thousandths
        balances.append(BalanceNow(product_id=product.id, balance=product.balance, low=low))
        first = first or product
        if low and before > minimum.thousandths:
            product.record(
                StockLow(
                    occurred_at=at,
                    product_id=product.id,
                    product_name=product.name,
                    balance=product.balance,
                    minimum=minimum,
                    unit=product.unit,
                )
            )
    if first is None:
        return
    for start in range(0, len(balances), _AT_ONCE):
        part = tuple(balances[start : start + _AT_ONCE])
        first.record(BalancesChanged(occurred_at=at, balances=part))
