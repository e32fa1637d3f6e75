"""What the wire shows of each event: enough for a screen to show it without asking again."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cashhaven_adapters.litestar.fields import Bit
from cashhaven_adapters.litestar.wire import View

One = Annotated[int, Meta(examples=[1])]
ProductName = Annotated[str, Meta(examples=["Açaí 500ml"])]
Price = Annotated[Decimal, Meta(extra_json_schema={"examples": [12.0]})]
Total = Annotated[Decimal, Meta(extra_json_schema={"examples": [24.0]})]
Two = Annotated[Decimal, Meta(extra_json_schema={"examples": [2]})]
Left = Annotated[Decimal, Meta(extra_json_schema={"examples": [4]})]
Least = Annotated[Decimal, Meta(extra_json_schema={"examples": [5]})]
Unit = Annotated[str, Meta(examples=["un"])]
Method = Annotated[str, Meta(examples=["pix"])]
Status = Annotated[str, Meta(examples=["recebido"])]
Change = Literal["incluido", "alterado", "removido"]


class BalanceNowOut(View, kw_only=True, frozen=True):
    """How much there is of a product."""

    product_id: One = msgspec.field(name="produto_id")
    balance: Left = msgspec.field(name="saldo")
    low: bool = msgspec.field(name="estoque_baixo")


class BalancesChangedOut(View, kw_only=True, frozen=True):
    """All balances that changed together."""

    balances: list[BalanceNowOut] = msgspec.field(name="itens")


class StockLowOut(View, kw_only=True, frozen=True):
    """A balance fell to its minimum or below it."""

    product_id: One = msgspec.field(name="produto_id")
    product_name: ProductName = msgspec.field(name="produto")
    balance: Left = msgspec.field(name="saldo")
    minimum: Least = msgspec.field(name="minimo")
    unit: Unit = msgspec.field(name="unidade")


class ProductChangedOut(View, kw_only=True, frozen=True):
    """A product's card as it is now; `estoque_baixo` only where the minimum is its own."""

    mudanca: Change
    product_id: One = msgspec.field(name="id")
    product_name: ProductName = msgspec.field(name="produto")
    sale_price: Price = msgspec.field(name="venda")
    balance: Left = msgspec.field(name="saldo")
    supplier: Annotated[str, Meta(examples=["Fornecedor ABC"])] = msgspec.field(name="fornecedor")
    estoque_baixo: bool | UnsetType = UNSET
    minimum: Least | None = msgspec.field(name="minimo")
    unit: Unit = msgspec.field(name="unidade")
    version: One = msgspec.field(name="versao")


class SaleRegisteredOut(View, kw_only=True, frozen=True):
    """A sale as the list of sales shows it, with the name of the product."""

    sale_id: One = msgspec.field(name="id")
    product_id: One = msgspec.field(name="produto_id")
    product_name: ProductName | None = msgspec.field(name="produto")
    quantity: Two = msgspec.field(name="quantidade")
    unit_price: Price = msgspec.field(name="preco_unitario")
    total: Total
    began_at: datetime | None = msgspec.field(name="inicio")
    ended_at: datetime | None = msgspec.field(name="fim")
    duracao_segundos: Annotated[int, Meta(examples=[300])] | None
    operator_id: One = msgspec.field(name="operador_id")
    client_id: One | None = msgspec.field(name="cliente_id")
    payment: Method | None = msgspec.field(name="pagamento")
    occurred_at: datetime = msgspec.field(name="criado_em")
    cancelada: None = None


class CancellationOut(View, kw_only=True, frozen=True):
    """How a sale was taken back."""

    occurred_at: datetime = msgspec.field(name="em")
    user_id: One = msgspec.field(name="usuario_id")
    reason: Annotated[str, Meta(examples=["Cliente desistiu"])] | None = msgspec.field(
        name="motivo"
    )


class SaleCancelledOut(View, kw_only=True, frozen=True):
    """Which sale was taken back, and how."""

    sale_id: One = msgspec.field(name="id")
    product_id: One = msgspec.field(name="produto_id")
    product_name: ProductName | None = msgspec.field(name="produto")
    quantity: Two = msgspec.field(name="quantidade")
    total: Total
    stock_returned: bool = msgspec.field(name="estoque_devolvido")
    cancelada: CancellationOut


class OrderedItemOut(View, kw_only=True, frozen=True):
    """An item of an order."""

    product_id: One = msgspec.field(name="produto_id")
    product_name: ProductName | None = msgspec.field(name="produto")
    quantity: Two = msgspec.field(name="quantidade")
    unit_price: Price = msgspec.field(name="preco_unitario")
    total: Total | None


class DeliveryKindOut(View, kw_only=True, frozen=True):
    """How the client gets the goods; where to is not told."""

    kind: Annotated[str, Meta(examples=["retirada"])] = msgspec.field(name="tipo")


class OrderCreatedOut(View, kw_only=True, frozen=True):
    """A new order, as the list of orders shows it, without payments and address."""

    order_id: One = msgspec.field(name="id")
    pedido: One
    status: Status
    client_id: One | None = msgspec.field(name="cliente_id")
    items: list[OrderedItemOut]
    total: Total
    notes: Annotated[str, Meta(examples=["Sem açúcar"])] | None = msgspec.field(name="observacoes")
    entrega: DeliveryKindOut | None
    expected_at: datetime | None = msgspec.field(name="previsao")
    operator_id: One = msgspec.field(name="operador_id")
    occurred_at: datetime = msgspec.field(name="criado_em")
    version: One = msgspec.field(name="versao", default=1)


class OrderStatusChangedOut(View, kw_only=True, frozen=True):
    """The state that an order came to; `estoque_devolvido` is known of cancelled ones."""

    order_id: One = msgspec.field(name="id")
    pedido: One
    before: Status = msgspec.field(name="anterior")
    status: Annotated[str, Meta(examples=["em_preparo"])]
    stock_returned: bool | None = msgspec.field(name="estoque_devolvido")
    user_id: One = msgspec.field(name="usuario_id")
    occurred_at: datetime = msgspec.field(name="em")
    version: Annotated[int, Meta(examples=[2])] | None = msgspec.field(name="versao")


class OrderFiscalUpdatedOut(View, kw_only=True, frozen=True):
    """A fiscal document as the panel shows it."""

    order_id: One = msgspec.field(name="pedido")
    uuid: Annotated[str, Meta(examples=["f3a1c5d2-7f0e-4c57-9d5e-2b8a0e6c1d34"])]
    status: Annotated[str, Meta(examples=["aprovado"])]
    reason: Annotated[str, Meta(examples=["Autorizado o uso da NF-e"])] | None = msgspec.field(
        name="motivo"
    )
    number: Annotated[str, Meta(examples=["123"])] | None = msgspec.field(name="nfe")
    series: Annotated[str, Meta(examples=["1"])] | None = msgspec.field(name="serie")
    model: Annotated[str, Meta(examples=["65"])] | None = msgspec.field(name="modelo")
    receipt: Annotated[str, Meta(examples=["135260000000001"])] | None = msgspec.field(
        name="recibo"
    )
    access_key: (
        Annotated[str, Meta(examples=["35261112ABC34501DE35650010000001231123456780"])] | None
    ) = msgspec.field(name="chave")
    created_at: datetime | None = msgspec.field(name="criado_em")
    occurred_at: datetime = msgspec.field(name="atualizado_em")


class ParameterChangedOut(View, kw_only=True, frozen=True):
    """What a parameter is now: in `bit` for those of that kind, for all others in `valor`."""

    parameter_id: Annotated[int, Meta(examples=[2])] = msgspec.field(name="id")
    parameter: Annotated[str, Meta(examples=["estoque_minimo"])] = msgspec.field(name="parametro")
    valor: Decimal | str | None
    bit: Bit | None
    changed_by: One = msgspec.field(name="usuario_id")
    version: Annotated[int, Meta(examples=[2])] | None = msgspec.field(name="versao")


class SystemAlertOut(View, kw_only=True, frozen=True):
    """What is wrong with the system."""

    code: Annotated[str, Meta(examples=["RELAY_LAG"])] = msgspec.field(name="codigo")
    sentence: Annotated[str, Meta(examples=["Os eventos estão atrasados"])] = msgspec.field(
        name="mensagem"
    )
    level: Annotated[str, Meta(examples=["urgente"])] = msgspec.field(name="nivel")


class SenderOut(View, kw_only=True, frozen=True):
    """Who says it."""

    id: One
    name: Annotated[str, Meta(examples=["Ana Souza"])] = msgspec.field(name="nome")


class TargetOut(View, kw_only=True, frozen=True):
    """Whom it is for."""

    user_id: One | None = msgspec.field(name="usuario_id")
    client_kind: Annotated[str, Meta(examples=["cozinha"])] | None = msgspec.field(name="cliente")
    todos: bool


class NotificationOut(View, kw_only=True, frozen=True):
    """What somebody says."""

    text: Annotated[str, Meta(examples=["Falta açaí na câmara"])] = msgspec.field(name="texto")
    title: Annotated[str, Meta(examples=["Câmara fria"])] | None = msgspec.field(name="titulo")
    level: Annotated[str, Meta(examples=["aviso"])] = msgspec.field(name="nivel")
    de: SenderOut
    target: TargetOut = msgspec.field(name="para")
