"""Events as the wire has them, straight from the text that is stored of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
import structlog

from cashhaven_adapters.litestar.schemas import event_views as views
from cashhaven_adapters.litestar.schemas import stored_events as stored
from cashhaven_adapters.litestar.wire import View
from cashhaven_domain.orders.events import OrderCreated, OrderFiscalUpdated, OrderStatusChanged
from cashhaven_domain.parameters.events import ParameterChanged
from cashhaven_domain.sales.events import SaleCancelled, SaleRegistered
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.stock.events import BalancesChanged, ProductChanged, StockLow
from cashhaven_domain.stream.events import Notification, SystemAlert
from cashhaven_domain.stream.stored_event import StoredEvent

_log = structlog.get_logger("cashhaven.stream")


@dataclass(frozen=True, slots=True)
class WireEvent:
    """An event that the wire shows: what is stored of it, and what is shown."""

    event: type[DomainEvent]
    stored: type[stored.Stored]
    view: type[View]


WIRE_EVENTS: tuple[WireEvent, ...] = (
    WireEvent(BalancesChanged, stored.StoredBalances, views.BalancesChangedOut),
    WireEvent(StockLow, stored.StoredStockLow, views.StockLowOut),
    WireEvent(ProductChanged, stored.StoredProduct, views.ProductChangedOut),
    WireEvent(SaleRegistered, stored.StoredSale, views.SaleRegisteredOut),
    WireEvent(SaleCancelled, stored.StoredSaleCancellation, views.SaleCancelledOut),
    WireEvent(OrderCreated, stored.StoredOrder, views.OrderCreatedOut),
    WireEvent(OrderStatusChanged, stored.StoredOrderStep, views.OrderStatusChangedOut),
    WireEvent(OrderFiscalUpdated, stored.StoredFiscalDocument, views.OrderFiscalUpdatedOut),
    WireEvent(ParameterChanged, stored.StoredParameter, views.ParameterChangedOut),
    WireEvent(SystemAlert, stored.StoredAlert, views.SystemAlertOut),
    WireEvent(Notification, stored.StoredNotification, views.NotificationOut),
)
"""All others are for nobody outside: those about clients and accounts serve the servers alone."""


def wire_data(event: StoredEvent) -> View | None:
    """Return what the wire shows of the event; `None` when it is for nobody outside."""
    read = _READERS.get((event.topic, event.name))
    if read is None:
        return None
    try:
        return read(event.payload)
    except (msgspec.MsgspecError, ArithmeticError, KeyError):
        # One event that cannot be read must not keep the others from anybody.
        _log.error("event_not_readable", name=event.name, offset=event.offset)
        return None


def _reader(kind: WireEvent) -> Callable[[str], View]:
    decode = msgspec.json.Decoder(kind.stored).decode
    view = kind.view

    def read(payload: str) -> View:
        return view.of(decode(payload))

    return read


_READERS: Mapping[tuple[str, str], Callable[[str], View]] = {
    (kind.event.topic, kind.event.name): _reader(kind) for kind in WIRE_EVENTS
}
