"""Which products an event of the stream is about."""

from collections.abc import Iterator

from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.record import load
from cashhaven_domain.stream.stored_event import StoredEvent

TOPIC = "stock"
_ONLY_BALANCES = "stock.balance_changed"


def products_of(event: StoredEvent) -> Iterator[tuple[int, Quantity | None]]:
    """Yield the products that are different since; with the balance, if nothing else is.

    Other topics touch none. One event tells many balances, or, as they were once told, a single
    one.
    """
    if event.topic != TOPIC:
        return
    told = load(event.payload)
    for product in told.get("balances", (told,)):
        number = product.get("product_id")
        if number is not None:
            yield number, _balance_of(product.get("balance"), event.name)


def _balance_of(text: str | None, name: str) -> Quantity | None:
    return Quantity.from_text(text) if text is not None and name == _ONLY_BALANCES else None
