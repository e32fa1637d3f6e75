"""The routes of sales."""

from litestar import Controller, Response, get, post
from litestar.params import JSONBody

from cashhaven_adapters.litestar.authentication import CurrentActor
from cashhaven_adapters.litestar.idempotency import IdempotencyKey
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.queries import Query
from cashhaven_adapters.litestar.routes import Level, declared
from cashhaven_adapters.litestar.schemas.sales import (
    SaleCancellationIn,
    SaleIn,
    SaleLineOut,
    SaleListQuery,
    SaleOut,
)
from cashhaven_adapters.litestar.wire import Reply, listed, reply, settled
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.sales.errors import CancellationTooLate, SaleAlreadyCancelled, SaleNotFound
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSale
from cashhaven_domain.sales.use_cases.list_sales import ListSales
from cashhaven_domain.sales.use_cases.register_sales import RegisterSales
from cashhaven_domain.shared.settling import the_only
from cashhaven_domain.stock.errors import InsufficientStock, PriceChanged, ProductNotFound


class SaleController(Controller):
    """Vendas."""

    path = "/api/sale"
    tags = ("Vendas",)

    @post(
        "/forsale",
        operation_id="register_sale",
        summary="Registra uma venda de balcão",
        opt=declared(
            Level.USER,
            errors=[ProductNotFound, ClientNotFound, PriceChanged, InsufficientStock],
            keyed=True,
        ),
    )
    async def register(
        self,
        actor: CurrentActor,
        data: JSONBody[SaleIn],
        operation_key: IdempotencyKey,
        register_sales: Injected[RegisterSales],
    ) -> Response[Reply[SaleOut]]:
        """Baixa o estoque e registra a venda de uma vez; `venda` é conferida com o cadastro."""
        answers = await register_sales([(actor, data.to_command(operation_key))])
        return settled(the_only(answers), SaleOut.of, message="Venda registrada")

    @post(
        "/cancel",
        status_code=200,
        operation_id="cancel_sale",
        summary="Cancela uma venda",
        opt=declared(Level.USER, errors=[SaleNotFound, CancellationTooLate, SaleAlreadyCancelled]),
    )
    async def cancel(
        self,
        actor: CurrentActor,
        data: JSONBody[SaleCancellationIn],
        cancel_sale: Injected[CancelSale],
    ) -> Reply[SaleLineOut]:
        """Operadores cancelam as próprias vendas por alguns minutos; administradores, todas."""
        sale = await cancel_sale(actor, data.to_command())
        return reply(SaleLineOut.of(sale), message="Venda cancelada")

    @get(
        "/all",
        operation_id="list_sales",
        summary="Lista as vendas",
        opt=declared(Level.USER, errors=[]),
    )
    async def list_sales(
        self,
        actor: CurrentActor,
        filters: Query[SaleListQuery],
        list_sales: Injected[ListSales],
    ) -> Reply[list[SaleLineOut]]:
        """Da mais nova à mais antiga."""
        return listed(await list_sales(actor, filters.to_query()), SaleLineOut.of)
