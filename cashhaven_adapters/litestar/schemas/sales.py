"""What the wire says about sales."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from cashhaven_adapters.litestar.fields import DayOrMoment, Id, Moment, Note, Portion, Price
from cashhaven_adapters.litestar.wire import Body, PageQuery, View
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.sales.sale import ONE, SaleId
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.sales.use_cases.list_sales import ListSalesQuery
from cashhaven_domain.sales.use_cases.register_sales import RegisterSaleCommand
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.product import ProductId

One = Annotated[int, Meta(examples=[1])]
Charged = Annotated[Money, Meta(extra_json_schema={"examples": [12.0]})]
Pieces = Annotated[Quantity, Meta(extra_json_schema={"examples": [1]})]
Method = Annotated[PaymentMethod, Meta(examples=["pix"])]
Began = Annotated[datetime, Meta(examples=["2024-01-15T10:00:00Z"])]
Ended = Annotated[datetime, Meta(examples=["2024-01-15T10:05:00Z"])]


class SaleIn(Body, kw_only=True, frozen=True):
    """A sale over the counter."""

    EXAMPLE: ClassVar = {
        "id": 1,
        "venda": 12.0,
        "inicio": "2024-01-15T10:00:00Z",
        "fim": "2024-01-15T10:05:00Z",
    }

    id: Annotated[Id, Meta(description="O produto")]
    venda: Annotated[
        Price,
        Meta(description="O preço unitário cobrado", extra_json_schema={"examples": [12.0]}),
    ]
    inicio: Annotated[Moment, Meta(examples=["2024-01-15T10:00:00Z"])]
    fim: Annotated[Moment, Meta(examples=["2024-01-15T10:05:00Z"])]
    quantidade: Annotated[Portion, Meta(extra_json_schema={"examples": [1]})] = ONE
    cliente_id: Id | None = None
    pagamento: Method | None = None

    def to_command(self, operation_key: OperationKey | None) -> RegisterSaleCommand:
        """Return what is asked for."""
        return RegisterSaleCommand(
            product_id=ProductId(self.id),
            unit_price=self.venda,
            began_at=self.inicio,
            ended_at=self.fim,
            quantity=self.quantidade,
            client_id=None if self.cliente_id is None else ClientId(self.cliente_id),
            payment=self.pagamento,
            operation_key=operation_key,
        )


class SaleCancellationIn(Body, kw_only=True, frozen=True):
    """Which sale is taken back, and why."""

    id: Id
    motivo: Annotated[Note, Meta(examples=["Cliente desistiu"])]
    devolver_estoque: Annotated[
        bool, Meta(description="Sem isso, a mercadoria é lançada como perda")
    ] = True

    def to_command(self) -> CancelSaleCommand:
        """Return what is asked for."""
        return CancelSaleCommand(
            sale_id=SaleId(self.id), reason=self.motivo, return_stock=self.devolver_estoque
        )


class SaleListQuery(PageQuery, kw_only=True, frozen=True):
    """Which sales are wanted."""

    desde: DayOrMoment | None = None
    ate: DayOrMoment | None = None
    produto_id: Id | None = None
    operador_id: Id | None = None

    def to_query(self) -> ListSalesQuery:
        """Return what is asked for."""
        return ListSalesQuery(
            since=self.desde,
            until=self.ate,
            product_id=None if self.produto_id is None else ProductId(self.produto_id),
            operator_id=None if self.operador_id is None else UserId(self.operador_id),
            page=self.page(),
        )


class SaleOut(View, kw_only=True, frozen=True):
    """A sale as it was made, and what is left of the product."""

    id: One
    product_id: One = msgspec.field(name="produto_id")
    quantity: Pieces = msgspec.field(name="quantidade")
    unit_price: Charged = msgspec.field(name="preco_unitario")
    total: Charged
    balance: Annotated[Quantity, Meta(extra_json_schema={"examples": [99]})] = msgspec.field(
        name="saldo"
    )
    began_at: Began = msgspec.field(name="inicio")
    ended_at: Ended = msgspec.field(name="fim")
    duration_seconds: Annotated[int, Meta(examples=[300])] = msgspec.field(name="duracao_segundos")
    operator_id: One = msgspec.field(name="operador_id")


class SaleCancellationOut(View, kw_only=True, frozen=True):
    """How a sale was taken back."""

    at: datetime = msgspec.field(name="em")
    by: One = msgspec.field(name="usuario_id")
    reason: Annotated[str, Meta(examples=["Cliente desistiu"])] = msgspec.field(name="motivo")


class SaleLineOut(View, kw_only=True, frozen=True):
    """A sale as it stands."""

    id: One
    product_id: One = msgspec.field(name="produto_id")
    quantity: Pieces = msgspec.field(name="quantidade")
    unit_price: Charged = msgspec.field(name="preco_unitario")
    total: Charged
    began_at: Began = msgspec.field(name="inicio")
    ended_at: Ended = msgspec.field(name="fim")
    duration_seconds: Annotated[int, Meta(examples=[300])] = msgspec.field(name="duracao_segundos")
    operator_id: One = msgspec.field(name="operador_id")
    client_id: One | None = msgspec.field(name="cliente_id")
    payment: Method | None = msgspec.field(name="pagamento")
    registered_at: datetime = msgspec.field(name="criado_em")
    cancellation: SaleCancellationOut | None = msgspec.field(name="cancelada")
