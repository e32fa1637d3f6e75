"""Events as they are stored, by the names of the domain's fields.

Fields that a former version did not write have defaults. Words stay words: a newer version may
know more of them. Properties are what the wire shows otherwise than it is stored.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import UNSET, Struct, UnsetType

from cashhaven_adapters.litestar.fields import Bit, bit
from cashhaven_adapters.litestar.schemas.event_views import (
    CancellationOut,
    Change,
    DeliveryKindOut,
    SenderOut,
)
from cashhaven_domain.parameters.catalogue import CATALOGUE
from cashhaven_domain.parameters.parameter import Kind
from cashhaven_domain.stock.events import CardChange

_CHANGES: Mapping[str, Change] = {
    CardChange.ADDED.value: "incluido",
    CardChange.CHANGED.value: "alterado",
    CardChange.REMOVED.value: "removido",
}
_KINDS: Mapping[int, Kind] = {definition.id: definition.kind for definition in CATALOGUE}


class Stored(Struct, kw_only=True):
    """The base of what is stored."""

    occurred_at: datetime


class StoredBalance(Struct, kw_only=True):
    """A balance that changed with others."""

    product_id: int
    balance: Decimal
    low: bool


class StoredBalances(Stored, kw_only=True):
    """`stock.balance_changed`."""

    balances: list[StoredBalance]


class StoredStockLow(Stored, kw_only=True):
    """`stock.low`."""

    product_id: int
    product_name: str
    balance: Decimal
    minimum: Decimal
    unit: str


class StoredProduct(Stored, kw_only=True):
    """`stock.product_changed`."""

    product_id: int
    change: str
    product_name: str
    supplier: str
    sale_price: Decimal
    minimum: Decimal | None
    unit: str
    balance: Decimal
    version: int

    @property
    def mudanca(self) -> Change:
        """What became of the card."""
        return _CHANGES[self.change]

    @property
    def estoque_baixo(self) -> bool | UnsetType:
        """Whether the balance is low; nothing where the shop's minimum decides."""
        return UNSET if self.minimum is None else self.balance <= self.minimum


class StoredSale(Stored, kw_only=True):
    """`sale.registered`."""

    cancelada: ClassVar[None] = None

    sale_id: int
    product_id: int
    product_name: str | None = None
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    began_at: datetime | None = None
    ended_at: datetime | None = None
    payment: str | None
    client_id: int | None
    operator_id: int

    @property
    def duracao_segundos(self) -> int | None:
        """How long the operator was busy with it."""
        if self.began_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.began_at).total_seconds())


class StoredSaleCancellation(Stored, kw_only=True):
    """`sale.cancelled`."""

    sale_id: int
    product_id: int
    product_name: str | None = None
    quantity: Decimal
    total: Decimal
    stock_returned: bool
    user_id: int
    reason: str | None = None

    @property
    def cancelada(self) -> CancellationOut:
        """How it was taken back, as the list of sales shows it."""
        return CancellationOut(
            occurred_at=self.occurred_at, user_id=self.user_id, reason=self.reason
        )


class StoredItem(Struct, kw_only=True):
    """An item of a new order."""

    product_id: int
    product_name: str | None = None
    quantity: Decimal
    unit_price: Decimal
    total: Decimal | None = None


class _OfAnOrder(Stored, kw_only=True):
    order_id: int

    @property
    def pedido(self) -> int:
        """The number that is called out, which is the id."""
        return self.order_id


class StoredOrder(_OfAnOrder, kw_only=True):
    """`order.created`."""

    status: str
    client_id: int | None
    items: list[StoredItem]
    total: Decimal
    notes: str | None = None
    delivery: str | None
    expected_at: datetime | None = None
    operator_id: int

    @property
    def entrega(self) -> DeliveryKindOut | None:
        """How the client gets the goods."""
        return None if self.delivery is None else DeliveryKindOut(kind=self.delivery)


class StoredOrderStep(_OfAnOrder, kw_only=True):
    """`order.status_changed`."""

    before: str
    status: str
    stock_returned: bool | None
    user_id: int
    version: int | None = None


class StoredFiscalDocument(_OfAnOrder, kw_only=True):
    """`order.fiscal_updated`."""

    uuid: str
    status: str
    reason: str | None = None
    number: str | None = None
    series: str | None = None
    model: str | None = None
    receipt: str | None = None
    access_key: str | None = None
    created_at: datetime | None = None


class StoredParameter(Stored, kw_only=True):
    """`param.changed`."""

    parameter_id: int
    parameter: str
    value: str
    changed_by: int
    version: int | None = None

    @property
    def bit(self) -> Bit | None:
        """The value of a parameter of that kind."""
        return bit(self.value == "1") if self._kind is Kind.BIT else None

    @property
    def valor(self) -> Decimal | str | None:
        """The value of a parameter of another kind; as text when only newer versions know it."""
        match self._kind:
            case Kind.BIT:
                return None
            case Kind.INTEGER | Kind.DECIMAL:
                return Decimal(self.value)
        return self.value

    @property
    def _kind(self) -> Kind | None:
        return _KINDS.get(self.parameter_id)


class StoredAlert(Stored, kw_only=True):
    """`system.alert`."""

    code: str
    sentence: str
    level: str


class StoredTarget(Struct, kw_only=True):
    """Whom a notification is for."""

    user_id: int | None
    client_kind: str | None

    @property
    def todos(self) -> bool:
        """Whether it is for everybody."""
        return self.user_id is None and self.client_kind is None


class StoredNotification(Stored, kw_only=True):
    """`notification`."""

    text: str
    title: str | None
    level: str
    sender_id: int
    sender_name: str
    target: StoredTarget

    @property
    def de(self) -> SenderOut:
        """Who says it."""
        return SenderOut(id=self.sender_id, name=self.sender_name)
