"""What the wire says about orders."""

from datetime import datetime
from typing import Annotated, ClassVar, Self

import msgspec
from msgspec import Meta

from cashhaven_adapters.litestar.fields import (
    Amount,
    DayOrMoment,
    Id,
    Note,
    Paid,
    Portion,
    Price,
    Version,
)
from cashhaven_adapters.litestar.readers import Reads, whole
from cashhaven_adapters.litestar.schemas.fiscal import FiscalDocumentOut
from cashhaven_adapters.litestar.wire import Body, PageQuery, View
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.queries import OrderView
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import (
    LONGEST_ESTIMATE,
    MOST_ITEMS,
    MOST_PAYMENTS,
    Delivery,
    DeliveryKind,
    OrderId,
    OrderLine,
    Payment,
)
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.orders.use_cases.list_orders import ListOrdersQuery
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrderCommand
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId

One = Annotated[int, Meta(examples=[1])]
UnitPrice = Annotated[Money, Meta(extra_json_schema={"examples": [12.0]})]
Total = Annotated[Money, Meta(extra_json_schema={"examples": [24.0]})]
Two = Annotated[Quantity, Meta(extra_json_schema={"examples": [2]})]
Method = Annotated[PaymentMethod, Meta(examples=["pix"])]
Kind = Annotated[DeliveryKind, Meta(examples=["retirada"])]
Notes = Annotated[str, Meta(examples=["Sem açúcar"])]
Minutes = Annotated[
    int,
    Reads(
        whole(0, LONGEST_ESTIMATE),
        {"type": "integer", "minimum": 0, "maximum": LONGEST_ESTIMATE, "examples": [30]},
    ),
]


class OrderItemIn(Body, kw_only=True, frozen=True):
    """So much of a product at a price."""

    produto_id: Id
    quantidade: Annotated[Portion, Meta(extra_json_schema={"examples": [2]})]
    preco_unitario: Annotated[Price, Meta(extra_json_schema={"examples": [12.0]})]

    def to_line(self) -> OrderLine:
        """Return the line that is ordered."""
        return OrderLine(
            product_id=ProductId(self.produto_id),
            quantity=self.quantidade,
            unit_price=self.preco_unitario,
        )


class PaymentIn(Body, kw_only=True, frozen=True):
    """A part of the total, and what it is paid with."""

    tipo: Method
    valor: Annotated[Paid, Meta(extra_json_schema={"examples": [24.0]})]

    def to_payment(self) -> Payment:
        """Return the payment."""
        return Payment(method=self.tipo, amount=self.valor)


class DeliveryIn(Body, kw_only=True, frozen=True):
    """How the client gets the goods."""

    tipo: Kind
    endereco: Annotated[Note, Meta(examples=["Rua das Flores, 100"])] | None = None
    previsao_minutos: Minutes | None = None

    def to_delivery(self) -> Delivery:
        """Return the delivery."""
        return Delivery(kind=self.tipo, address=self.endereco, minutes=self.previsao_minutos)


class OrderIn(Body, kw_only=True, frozen=True):
    """A new order."""

    EXAMPLE: ClassVar = {
        "cliente_id": 1,
        "items": [{"produto_id": 1, "quantidade": 2, "preco_unitario": 12.0}],
        "total": 24.0,
        "observacoes": "Sem açúcar",
    }

    cliente_id: Id | None = None
    items: Annotated[list[OrderItemIn], Meta(min_length=1, max_length=MOST_ITEMS)]
    total: Annotated[
        Amount, Meta(description="A soma dos itens", extra_json_schema={"examples": [24.0]})
    ]
    observacoes: Annotated[Note, Meta(examples=["Sem açúcar"])] | None = None
    pedido: Annotated[Id, Meta(description="Um número reservado e ainda não usado")] | None = None
    pagamentos: Annotated[list[PaymentIn], Meta(max_length=MOST_PAYMENTS)] | None = None
    entrega: DeliveryIn | None = None

    def to_command(self, operation_key: OperationKey | None) -> PlaceOrderCommand:
        """Return what is asked for."""
        payments = self.pagamentos
        return PlaceOrderCommand(
            items=tuple(item.to_line() for item in self.items),
            total=self.total,
            client_id=None if self.cliente_id is None else ClientId(self.cliente_id),
            notes=self.observacoes,
            number=None if self.pedido is None else OrderId(self.pedido),
            payments=None if payments is None else tuple(part.to_payment() for part in payments),
            delivery=None if self.entrega is None else self.entrega.to_delivery(),
            operation_key=operation_key,
        )


class OrderStatusIn(Body, kw_only=True, frozen=True):
    """Which order goes to which state."""

    id: Id
    status: Annotated[OrderStatus, Meta(examples=["em_preparo"])]
    devolver_estoque: Annotated[
        bool, Meta(description="Ao cancelar um pedido já preparado: a mercadoria está inteira")
    ] = False
    versao: Version | None = None

    def to_command(self) -> ChangeOrderStatusCommand:
        """Return what is asked for."""
        return ChangeOrderStatusCommand(
            order_id=OrderId(self.id),
            status=self.status,
            goods_are_whole=self.devolver_estoque,
            version=self.versao,
        )


class OrderListQuery(PageQuery, kw_only=True, frozen=True):
    """Which orders are wanted."""

    status: OrderStatus | None = None
    cliente_id: Id | None = None
    desde: DayOrMoment | None = None
    ate: DayOrMoment | None = None

    def to_query(self) -> ListOrdersQuery:
        """Return what is asked for."""
        return ListOrdersQuery(
            since=self.desde,
            until=self.ate,
            status=self.status,
            client_id=None if self.cliente_id is None else ClientId(self.cliente_id),
            page=self.page(),
        )


class OrderNumberOut(View, kw_only=True, frozen=True):
    """A number that nobody else will ever get."""

    pedido: One


class OrderItemOut(View, kw_only=True, frozen=True):
    """An item of an order; the product is called what it was called then."""

    product_id: One = msgspec.field(name="produto_id")
    product_name: Annotated[str, Meta(examples=["Açaí 500ml"])] = msgspec.field(name="produto")
    quantity: Two = msgspec.field(name="quantidade")
    unit_price: UnitPrice = msgspec.field(name="preco_unitario")
    total: Total


class PaymentOut(View, kw_only=True, frozen=True):
    """A part of the total, and what it was paid with."""

    method: Method = msgspec.field(name="tipo")
    amount: Total = msgspec.field(name="valor")


class DeliveryOut(View, kw_only=True, frozen=True):
    """How the client gets the goods."""

    kind: Kind = msgspec.field(name="tipo")
    address: Annotated[str, Meta(examples=["Rua das Flores, 100"])] | None = msgspec.field(
        name="endereco"
    )
    minutes: Annotated[int, Meta(examples=[30])] | None = msgspec.field(name="previsao_minutos")


class OrderStepOut(View, kw_only=True, frozen=True):
    """A state that an order came to."""

    status: Annotated[OrderStatus, Meta(examples=["recebido"])]
    at: datetime = msgspec.field(name="em")
    user_id: One = msgspec.field(name="usuario_id")


class OrderOut(View, kw_only=True, frozen=True):
    """An order as it stands; `id` and `pedido` are the same number."""

    id: One
    pedido: One
    status: Annotated[OrderStatus, Meta(examples=["recebido"])]
    client_id: One | None = msgspec.field(name="cliente_id")
    items: list[OrderItemOut]
    total: Total
    notes: Notes | None = msgspec.field(name="observacoes")
    payments: list[PaymentOut] = msgspec.field(name="pagamentos")
    delivery: DeliveryOut | None = msgspec.field(name="entrega")
    expected_at: datetime | None = msgspec.field(name="previsao")
    operator_id: One = msgspec.field(name="operador_id")
    created_at: datetime = msgspec.field(name="criado_em")
    history: list[OrderStepOut] = msgspec.field(name="historico")
    fiscal: list[FiscalDocumentOut]
    version: One = msgspec.field(name="versao")

    @classmethod
    def of_order(cls, view: OrderView) -> Self:
        """Return what the wire shows of this order."""
        return cls(
            id=view.id,
            pedido=view.id,
            status=view.status,
            client_id=view.client_id,
            items=[OrderItemOut.of(item) for item in view.items],
            total=view.total,
            notes=view.notes,
            payments=[PaymentOut.of(payment) for payment in view.payments],
            delivery=None if view.delivery is None else DeliveryOut.of(view.delivery),
            expected_at=view.expected_at,
            operator_id=view.operator_id,
            created_at=view.created_at,
            history=[OrderStepOut.of(step) for step in view.history],
            fiscal=[FiscalDocumentOut.of_document(document) for document in view.fiscal],
            version=view.version,
        )
