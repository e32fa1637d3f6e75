"""What can be asked for over a connection: the same use cases as over HTTP, by the same rules."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from msgspec import UNSET, Raw, Struct, UnsetType

from cashhaven_adapters.litestar.decoding import reader_of
from cashhaven_adapters.litestar.failures import UNSERVED
from cashhaven_adapters.litestar.idempotency import operation_key_of
from cashhaven_adapters.litestar.product_lists import ProductLists
from cashhaven_adapters.litestar.request_context import current_request_id
from cashhaven_adapters.litestar.schemas.notifications import NotificationIn, NotifiedOut
from cashhaven_adapters.litestar.schemas.orders import OrderOut, OrderStatusIn
from cashhaven_adapters.litestar.schemas.sales import SaleIn, SaleOut
from cashhaven_adapters.litestar.schemas.stock import ProductSearchQuery
from cashhaven_adapters.litestar.websocket.errors import Deadline, UnknownAction
from cashhaven_adapters.litestar.websocket.frames import Request, Response
from cashhaven_adapters.litestar.wire import Body
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import DomainError
from cashhaven_domain.shared.settling import the_only

_log = structlog.get_logger("cashhaven.socket")

Ask = Callable[[str], Any]
"""Returns the use case of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an action brought."""

    data: Any
    message: str | UnsetType = UNSET
    replayed: bool = False
    proximo: str | UnsetType = UNSET


Run = Callable[[Ask, Actor, Any, str | None], Awaitable[Answered]]
"""Takes who asks, the data, and the idempotency key as it was written."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be asked for: what it takes, and how it is done."""

    takes: type[Body]
    run: Run
    keyed: bool = False
    """Whether an idempotency key counts; elsewhere it has no effect."""


class _WrittenList(Struct):
    data: Raw
    proximo: str | UnsetType = UNSET


_list_decoder = msgspec.json.Decoder(_WrittenList)


async def _search_stock(
    ask: Ask, actor: Actor, data: ProductSearchQuery, _: str | None
) -> Answered:
    found = await ask("search_products")(actor, data.to_query())
    lists: ProductLists = ask("product_lists")
    written = _list_decoder.decode((await lists.reply(found)).body)
    return Answered(data=written.data, proximo=written.proximo)


async def _set_order_status(ask: Ask, actor: Actor, data: OrderStatusIn, _: str | None) -> Answered:
    order = await ask("change_order_status")(actor, data.to_command())
    return Answered(data=OrderOut.of_order(order), message="Pedido atualizado")


async def _register_sale(ask: Ask, actor: Actor, data: SaleIn, key: str | None) -> Answered:
    command = data.to_command(operation_key_of(key))
    settled = the_only(await ask("register_sales")([(actor, command)]))
    return Answered(
        data=SaleOut.of(settled.receipt), message="Venda registrada", replayed=settled.replayed
    )


async def _notify(ask: Ask, actor: Actor, data: NotificationIn, key: str | None) -> Answered:
    settled = await ask("notify")(actor, data.to_command(operation_key_of(key)))
    return Answered(
        data=NotifiedOut.of(settled.receipt), message="Aviso enviado", replayed=settled.replayed
    )


ACTIONS: Mapping[str, Action] = {
    "stock.search": Action(ProductSearchQuery, _search_stock),
    "order.set_status": Action(OrderStatusIn, _set_order_status),
    "sale.register": Action(SaleIn, _register_sale, keyed=True),
    "notify": Action(NotificationIn, _notify, keyed=True),
}

_READERS = {name: reader_of(action.takes) for name, action in ACTIONS.items()}


class Requests:
    """Answers requests. Every one gets an answer, whatever becomes of it."""

    def __init__(self, use_cases: Mapping[str, Callable[[], Any]], longest: float) -> None:
        self._use_cases = use_cases
        self._longest = longest

    async def answer(self, actor: Actor, request: Request) -> Response:
        """Do what is asked for, and return what became of it."""
        try:
            async with asyncio.timeout(self._longest):
                done = await self._run(actor, request)
        except TimeoutError:
            return refused(request.id, Deadline())
        except DomainError as error:
            return refused(request.id, error)
        except Exception as error:
            _log.error("unexpected_error", exc_info=error)
            code, sentence = UNSERVED[500]
            return Response(
                id=request.id,
                ok=False,
                errors=[sentence],
                code=code,
                request_id=current_request_id(),
            )
        return Response(
            id=request.id,
            ok=True,
            data=done.data,
            message=done.message,
            proximo=done.proximo,
            replayed=True if done.replayed else UNSET,
        )

    async def _run(self, actor: Actor, request: Request) -> Answered:
        action = ACTIONS.get(request.action)
        if action is None:
            raise UnknownAction(request.action)
        data = _READERS[request.action](request.data)
        return await action.run(self._ask, actor, data, request.idempotency_key)

    def _ask(self, name: str) -> Any:  # noqa: ANN401  # use cases have no common kind
        return self._use_cases[name]()


def refused(request_id: str | int, error: DomainError) -> Response:
    """Return the answer to a request that was refused."""
    return Response(
        id=request_id,
        ok=False,
        errors=list(error.sentences),
        code=error.code,
        detalhes=dict(error.details) or UNSET,
        replayed=True if error.replayed else UNSET,
        request_id=current_request_id(),
    )
