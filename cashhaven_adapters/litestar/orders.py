"""The routes of orders."""

from litestar import Controller, Response, get, post, put, route
from litestar.params import JSONBody

from cashhaven_adapters.litestar.authentication import CurrentActor
from cashhaven_adapters.litestar.idempotency import IdempotencyKey
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.queries import Query
from cashhaven_adapters.litestar.routes import Level, PathId, declared
from cashhaven_adapters.litestar.schemas.fiscal import (
    FiscalAnswerIn,
    FiscalDocumentOut,
    FiscalListQuery,
)
from cashhaven_adapters.litestar.schemas.orders import (
    OrderIn,
    OrderListQuery,
    OrderNumberOut,
    OrderOut,
    OrderStatusIn,
)
from cashhaven_adapters.litestar.stream_positions import ReadPosition, position_header
from cashhaven_adapters.litestar.wire import Reply, WireResponse, listed, reply, settled
from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.orders.errors import (
    FiscalDocumentOfAnotherOrder,
    OrderNotFound,
    OrderNumberNotAvailable,
    PaymentsMismatch,
    TotalMismatch,
    WrongOrderStatus,
)
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatus
from cashhaven_domain.orders.use_cases.find_order import FindOrder
from cashhaven_domain.orders.use_cases.list_fiscal_documents import ListFiscalDocuments
from cashhaven_domain.orders.use_cases.list_orders import ListOrders
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrders
from cashhaven_domain.orders.use_cases.record_fiscal_answer import RecordFiscalAnswer
from cashhaven_domain.orders.use_cases.reserve_order_number import ReserveOrderNumber
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.shared.settling import the_only
from cashhaven_domain.stock.errors import InsufficientStock, PriceChanged, ProductNotFound


class OrderController(Controller):
    """Pedidos."""

    path = "/api/order"
    tags = ("Pedidos",)

    @route(
        "/new",
        http_method=["GET", "POST"],
        status_code=200,
        operation_id="reserve_order_number",
        summary="Reserva um número de pedido",
        opt=declared(Level.USER, errors=[]),
    )
    async def reserve_number(
        self, actor: CurrentActor, reserve_order_number: Injected[ReserveOrderNumber]
    ) -> Reply[OrderNumberOut]:
        """Um número que ninguém mais recebe; pode haver pequenos saltos."""
        return reply(OrderNumberOut(pedido=await reserve_order_number(actor)))

    @post(
        "/create",
        operation_id="place_order",
        summary="Cria um pedido",
        opt=declared(
            Level.USER,
            errors=[
                TotalMismatch,
                PaymentsMismatch,
                ProductNotFound,
                ClientNotFound,
                OrderNumberNotAvailable,
                PriceChanged,
                InsufficientStock,
            ],
            keyed=True,
        ),
    )
    async def place(
        self,
        actor: CurrentActor,
        data: JSONBody[OrderIn],
        operation_key: IdempotencyKey,
        place_orders: Injected[PlaceOrders],
    ) -> Response[Reply[OrderOut]]:
        """Baixa o estoque de todos os itens e registra o pedido: tudo, ou nada."""
        answers = await place_orders([(actor, data.to_command(operation_key))])
        return settled(the_only(answers), OrderOut.of_order, message="Pedido criado")

    @get(
        "/{order_id:int}",
        operation_id="find_order",
        summary="Busca um pedido pelo número",
        opt=declared(Level.USER, errors=[OrderNotFound]),
    )
    async def find(
        self, order_id: PathId, actor: CurrentActor, find_order: Injected[FindOrder]
    ) -> Reply[OrderOut]:
        """Com seus itens, pagamentos, histórico e documentos fiscais."""
        return reply(OrderOut.of_order(await find_order(actor, OrderId(order_id))))

    @get(
        "/all",
        operation_id="list_orders",
        summary="Lista os pedidos",
        opt=declared(Level.USER, errors=[], positioned=True),
    )
    async def list_orders(
        self,
        actor: CurrentActor,
        filters: Query[OrderListQuery],
        list_orders: Injected[ListOrders],
        stream_position: Injected[ReadPosition],
    ) -> Response[Reply[list[OrderOut]]]:
        """Do mais novo ao mais antigo."""
        header = position_header(await stream_position())
        page = await list_orders(actor, filters.to_query())
        return WireResponse(listed(page, OrderOut.of_order), headers=header)

    @put(
        "/status",
        operation_id="change_order_status",
        summary="Muda o status de um pedido",
        opt=declared(Level.USER, errors=[OrderNotFound, WrongOrderStatus, StaleAggregate]),
    )
    async def change_status(
        self,
        actor: CurrentActor,
        data: JSONBody[OrderStatusIn],
        change_order_status: Injected[ChangeOrderStatus],
    ) -> Reply[OrderOut]:
        """`recebido`, `em_preparo`, `pronto`, `entregue`, nesta ordem; ou `cancelado`."""
        order = await change_order_status(actor, data.to_command())
        return reply(OrderOut.of_order(order), message="Pedido atualizado")

    @post(
        "/panel",
        operation_id="record_fiscal_answer",
        summary="Registra a resposta do emissor fiscal",
        opt=declared(
            Level.USER,
            errors=[OrderNotFound, FiscalDocumentOfAnotherOrder],
            also={200: "A resposta chegou tarde: nada mudou"},
        ),
    )
    async def record_fiscal_answer(
        self,
        actor: CurrentActor,
        data: JSONBody[FiscalAnswerIn],
        record_fiscal_answer: Injected[RecordFiscalAnswer],
    ) -> Response[Reply[FiscalDocumentOut]]:
        """O mesmo `uuid` atualiza o documento; uma resposta atrasada não muda nada (200)."""
        recorded = await record_fiscal_answer(actor, data.to_answer())
        return WireResponse(
            reply(FiscalDocumentOut.of_document(recorded.document)),
            status_code=201 if recorded.counted else 200,
        )

    @get(
        "/panel",
        operation_id="list_fiscal_documents",
        summary="Lista os documentos fiscais",
        opt=declared(Level.USER, errors=[]),
    )
    async def list_fiscal_documents(
        self,
        actor: CurrentActor,
        filters: Query[FiscalListQuery],
        list_fiscal_documents: Injected[ListFiscalDocuments],
    ) -> Reply[list[FiscalDocumentOut]]:
        """Do mais novo ao mais antigo."""
        page = await list_fiscal_documents(actor, filters.to_query())
        return listed(page, FiscalDocumentOut.of_document)
