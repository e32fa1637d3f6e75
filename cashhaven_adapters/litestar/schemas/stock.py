"""What the wire says about the stock."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cashhaven_adapters.litestar.fields import (
    Balance,
    DayOrMoment,
    Id,
    Name,
    Note,
    Price,
    Search,
    Version,
)
from cashhaven_adapters.litestar.wire import Body, PageQuery, View
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.movement import Reason
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.queries import MovementView, PricedProductView, ProductView
from cashhaven_domain.stock.use_cases.add_product import AddProductCommand
from cashhaven_domain.stock.use_cases.list_movements import ListMovementsQuery
from cashhaven_domain.stock.use_cases.list_prices import ListPricesQuery
from cashhaven_domain.stock.use_cases.move_stock import Handling, MoveStockCommand
from cashhaven_domain.stock.use_cases.search_products import SearchProductsQuery
from cashhaven_domain.stock.use_cases.update_product import UpdateProductCommand

T = TypeVar("T")

ProductName = Annotated[Name, Meta(examples=["Açaí 500ml"])]
Supplier = Annotated[Name, Meta(examples=["Fornecedor ABC"])]
PurchasePrice = Annotated[Price, Meta(extra_json_schema={"examples": [5.5]})]
SalePrice = Annotated[Price, Meta(extra_json_schema={"examples": [12.0]})]
ShopUnit = Annotated[Unit, Meta(description="Só para mostrar", examples=["un"])]


class ProductIn(Body, kw_only=True, frozen=True):
    """A new product."""

    produto: ProductName
    compra: PurchasePrice
    venda: SalePrice
    saldo: Balance
    fornecedor: Supplier
    minimo: Annotated[Balance, Meta(extra_json_schema={"examples": [10]})] | None = None
    unidade: ShopUnit = Unit.PIECE

    def to_command(self, operation_key: OperationKey | None) -> AddProductCommand:
        """Return what is asked for."""
        return AddProductCommand(
            name=self.produto,
            supplier=self.fornecedor,
            purchase_price=self.compra,
            sale_price=self.venda,
            balance=self.saldo,
            minimum=self.minimo,
            unit=self.unidade,
            operation_key=operation_key,
        )


class MovementIn(Body, kw_only=True, frozen=True):
    """Goods that came, went or were counted."""

    id: Id
    saldo: Annotated[
        Balance,
        Meta(
            description="Quanto entra ou sai; no ajuste, quanto foi contado",
            extra_json_schema={"examples": [50]},
        ),
    ]
    tipo: Annotated[Handling, Meta(examples=["entrada"])] = Handling.DELIVERY
    fornecedor: Supplier | None = None
    compra: PurchasePrice | None = None
    motivo: Annotated[Note, Meta(examples=["Nota 1234"])] | None = None

    def to_command(self, operation_key: OperationKey | None) -> MoveStockCommand:
        """Return what is asked for."""
        return MoveStockCommand(
            product_id=ProductId(self.id),
            quantity=self.saldo,
            handling=self.tipo,
            supplier=self.fornecedor,
            purchase_price=self.compra,
            note=self.motivo,
            operation_key=operation_key,
        )


class ProductChangeIn(Body, kw_only=True, frozen=True):
    """Changes of a product: only what is sent changes; without `minimo`, the shop's holds."""

    id: Id
    nome: ProductName | UnsetType = UNSET
    venda: SalePrice | UnsetType = UNSET
    minimo: Balance | UnsetType | None = UNSET
    fornecedor: Supplier | UnsetType = UNSET
    versao: Version | None = None

    def to_command(self) -> UpdateProductCommand:
        """Return what is asked for."""
        return UpdateProductCommand(
            product_id=ProductId(self.id),
            name=_sent(self.nome),
            sale_price=_sent(self.venda),
            minimum=_sent(self.minimo),
            supplier=_sent(self.fornecedor),
            version=self.versao,
        )


def _sent(value: T | UnsetType) -> T | Unchanged:
    return UNCHANGED if isinstance(value, UnsetType) else value


class ProductIdQuery(Body, kw_only=True, frozen=True):
    """Which product is wanted."""

    id: Id


class ProductSearchQuery(PageQuery, kw_only=True, frozen=True):
    """Part of a name, and which part of the result is wanted."""

    nome: Search

    def to_query(self) -> SearchProductsQuery:
        """Return what is asked for."""
        return SearchProductsQuery(name=self.nome, page=self.page())


class MovementListQuery(PageQuery, kw_only=True, frozen=True):
    """Of which product, from and until when."""

    id: Id | None = None
    desde: DayOrMoment | None = None
    ate: DayOrMoment | None = None

    def to_query(self) -> ListMovementsQuery:
        """Return what is asked for."""
        return ListMovementsQuery(
            product_id=None if self.id is None else ProductId(self.id),
            since=self.desde,
            until=self.ate,
            page=self.page(),
        )


class PriceListQuery(PageQuery, kw_only=True, frozen=True):
    """Of which product."""

    id: Id

    def to_query(self) -> ListPricesQuery:
        """Return what is asked for."""
        return ListPricesQuery(product_id=ProductId(self.id), page=self.page())


class ProductOut(View, kw_only=True, frozen=True):
    """A product as everyone in the shop sees it."""

    id: Annotated[int, Meta(examples=[1])]
    name: Annotated[str, Meta(examples=["Açaí 500ml"])] = msgspec.field(name="produto")
    sale_price: Annotated[Money, Meta(extra_json_schema={"examples": [12.0]})] = msgspec.field(
        name="venda"
    )
    balance: Annotated[Quantity, Meta(extra_json_schema={"examples": [100]})] = msgspec.field(
        name="saldo"
    )
    supplier: Annotated[str, Meta(examples=["Fornecedor ABC"])] = msgspec.field(name="fornecedor")
    low: Annotated[bool, Meta(examples=[False])] = msgspec.field(name="estoque_baixo")
    minimum: Annotated[Quantity, Meta(extra_json_schema={"examples": [10]})] | None = msgspec.field(
        name="minimo"
    )
    unit: Unit = msgspec.field(name="unidade")
    version: Annotated[int, Meta(examples=[1])] = msgspec.field(name="versao")


class PricedProductOut(ProductOut, kw_only=True, frozen=True):
    """A product as administrators see it: with what it is bought for, and the margin."""

    purchase_price: Annotated[Money, Meta(extra_json_schema={"examples": [5.5]})] = msgspec.field(
        name="compra"
    )
    margin: Annotated[Decimal, Meta(extra_json_schema={"examples": [54.17]})] = msgspec.field(
        name="margem"
    )


ShownProduct = PricedProductOut | ProductOut


def shown(view: ProductView) -> ShownProduct:
    """Return what the wire shows of this view; the use case chose the view by who asks."""
    if isinstance(view, PricedProductView):
        return PricedProductOut.of(view)
    return ProductOut.of(view)


class StockMovedOut(View, kw_only=True, frozen=True):
    """What there was of a product, and what there is now."""

    id: Annotated[int, Meta(examples=[1])]
    balance_before: Annotated[Quantity, Meta(extra_json_schema={"examples": [100]})] = (
        msgspec.field(name="saldo_antes")
    )
    balance: Annotated[Quantity, Meta(extra_json_schema={"examples": [150]})] = msgspec.field(
        name="saldo"
    )


class MovementOut(View, kw_only=True, frozen=True):
    """One row of the ledger."""

    id: Annotated[int, Meta(examples=[1])]
    product_id: Annotated[int, Meta(examples=[1])] = msgspec.field(name="produto_id")
    reason: Annotated[Reason, Meta(examples=["venda"])] = msgspec.field(name="tipo")
    quantity: Annotated[Quantity, Meta(extra_json_schema={"examples": [-2]})] = msgspec.field(
        name="quantidade"
    )
    balance_before: Annotated[Quantity, Meta(extra_json_schema={"examples": [100]})] = (
        msgspec.field(name="saldo_antes")
    )
    balance_after: Annotated[Quantity, Meta(extra_json_schema={"examples": [98]})] = msgspec.field(
        name="saldo_depois"
    )
    note: Annotated[str, Meta(examples=["Balcão"])] | None = msgspec.field(name="motivo")
    origin: Annotated[str, Meta(examples=["venda:1"])] | None = msgspec.field(name="origem")
    user_id: Annotated[int, Meta(examples=[1])] = msgspec.field(name="usuario_id")
    at: datetime = msgspec.field(name="em")

    @classmethod
    def of_movement(cls, view: MovementView) -> Self:
        """Return what the wire shows of this row."""
        return cls(
            id=view.id,
            product_id=view.product_id,
            reason=view.reason,
            quantity=view.quantity,
            balance_before=view.balance_before,
            balance_after=view.balance_after,
            note=view.note,
            origin=None if view.origin is None else view.origin.as_text(),
            user_id=view.user_id,
            at=view.at,
        )


class PriceOut(View, kw_only=True, frozen=True):
    """What a product was sold and bought for, from a moment on."""

    id: Annotated[int, Meta(examples=[1])]
    product_id: Annotated[int, Meta(examples=[1])] = msgspec.field(name="produto_id")
    sale_price: Annotated[Money, Meta(extra_json_schema={"examples": [12.0]})] = msgspec.field(
        name="venda"
    )
    purchase_price: Annotated[Money, Meta(extra_json_schema={"examples": [5.5]})] = msgspec.field(
        name="compra"
    )
    user_id: Annotated[int, Meta(examples=[1])] = msgspec.field(name="usuario_id")
    at: datetime = msgspec.field(name="em")
