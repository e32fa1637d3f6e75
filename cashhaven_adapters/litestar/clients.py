"""The routes of clients."""

from litestar import Controller, Response, delete, get, post, put
from litestar.params import JSONBody

from cashhaven_adapters.litestar.authentication import CurrentActor
from cashhaven_adapters.litestar.idempotency import IdempotencyKey
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.queries import Query
from cashhaven_adapters.litestar.routes import Level, PathId, both, declared
from cashhaven_adapters.litestar.schemas.client_history import ClientHistoryOut
from cashhaven_adapters.litestar.schemas.clients import (
    ClientChangeIn,
    ClientIdQuery,
    ClientIn,
    ClientLineOut,
    ClientOut,
    ClientSearchQuery,
    CpfQuery,
)
from cashhaven_adapters.litestar.wire import Done, PageQuery, Reply, done, listed, reply, settled
from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound, DuplicateCpf
from cashhaven_domain.clients.use_cases.find_client import FindClient
from cashhaven_domain.clients.use_cases.find_client_by_cpf import FindClientByCpf
from cashhaven_domain.clients.use_cases.get_client_history import GetClientHistory
from cashhaven_domain.clients.use_cases.list_clients import ListClients
from cashhaven_domain.clients.use_cases.register_client import RegisterClient
from cashhaven_domain.clients.use_cases.remove_client import Removal, RemoveClient
from cashhaven_domain.clients.use_cases.search_clients import SearchClients
from cashhaven_domain.clients.use_cases.update_client import UpdateClient
from cashhaven_domain.shared.errors import StaleAggregate

_REMOVED = {
    Removal.REMOVED: "Cliente removido",
    Removal.MADE_ANONYMOUS: "Cliente anonimizado; o histórico foi mantido",
}


class ClientController(Controller):
    """Clientes."""

    path = "/api/client"
    tags = ("Clientes",)

    @get(
        "/all",
        operation_id="list_clients",
        summary="Lista os clientes",
        opt=declared(Level.USER, errors=[]),
    )
    async def list_clients(
        self, actor: CurrentActor, filters: Query[PageQuery], list_clients: Injected[ListClients]
    ) -> Reply[list[ClientLineOut]]:
        """Por ordem de cadastro; clientes anonimizados não aparecem."""
        return listed(await list_clients(actor, filters.page()), ClientLineOut.of)

    @get(
        both("/serach"),
        operation_id="find_client_by_cpf",
        summary="Busca um cliente pelo CPF",
        opt=declared(Level.USER, errors=[ClientNotFound]),
    )
    async def find_by_cpf(
        self,
        actor: CurrentActor,
        filters: Query[CpfQuery],
        find_client_by_cpf: Injected[FindClientByCpf],
    ) -> Reply[ClientOut]:
        """O CPF é aceito com ou sem pontuação."""
        return reply(ClientOut.of_card(await find_client_by_cpf(actor, filters.cpf)))

    @get(
        both("/serachuid"),
        operation_id="find_client",
        summary="Busca um cliente pelo número",
        opt=declared(Level.USER, errors=[ClientNotFound]),
    )
    async def find(
        self, actor: CurrentActor, filters: Query[ClientIdQuery], find_client: Injected[FindClient]
    ) -> Reply[ClientOut]:
        """De um cliente anonimizado, restam o número e as datas."""
        return reply(ClientOut.of_card(await find_client(actor, ClientId(filters.id))))

    @get(
        "/find",
        operation_id="search_clients",
        summary="Procura clientes",
        opt=declared(Level.USER, errors=[]),
    )
    async def search(
        self,
        actor: CurrentActor,
        filters: Query[ClientSearchQuery],
        search_clients: Injected[SearchClients],
    ) -> Reply[list[ClientLineOut]]:
        """Por parte do nome, sem distinguir maiúsculas e acentos, ou por telefone ou CPF."""
        return listed(await search_clients(actor, filters.to_command()), ClientLineOut.of)

    @post(
        "/create",
        operation_id="register_client",
        summary="Cadastra um cliente",
        opt=declared(Level.USER, errors=[DuplicateCpf], keyed=True),
    )
    async def register(
        self,
        actor: CurrentActor,
        data: JSONBody[ClientIn],
        operation_key: IdempotencyKey,
        register_client: Injected[RegisterClient],
    ) -> Response[Reply[ClientOut]]:
        """`name` pode se chamar `nome`, e `tel`, `telefone`; os dois ao mesmo tempo não."""
        return settled(
            await register_client(actor, data.to_command(operation_key)), ClientOut.of_card
        )

    @put(
        "/update",
        operation_id="update_client",
        summary="Altera um cliente",
        opt=declared(Level.USER, errors=[ClientNotFound, DuplicateCpf, StaleAggregate]),
    )
    async def update(
        self,
        actor: CurrentActor,
        data: JSONBody[ClientChangeIn],
        update_client: Injected[UpdateClient],
    ) -> Reply[ClientOut]:
        """Muda só o que for enviado; `null` apaga um dado opcional."""
        card = await update_client(actor, data.to_command())
        return reply(ClientOut.of_card(card), message="Cliente atualizado")

    @delete(
        "/delete/{client_id:int}",
        status_code=200,
        operation_id="remove_client",
        summary="Remove ou anonimiza um cliente",
        opt=declared(Level.ADMINISTRATOR, errors=[ClientNotFound]),
    )
    async def remove(
        self, client_id: PathId, actor: CurrentActor, remove_client: Injected[RemoveClient]
    ) -> Done:
        """Sem histórico, é removido; com vendas ou pedidos, é anonimizado, e o histórico fica."""
        return done(_REMOVED[await remove_client(actor, ClientId(client_id))])

    @get(
        "/{client_id:int}/history",
        operation_id="get_client_history",
        summary="Mostra o histórico de um cliente",
        opt=declared(Level.USER, errors=[ClientNotFound]),
    )
    async def history(
        self,
        client_id: PathId,
        actor: CurrentActor,
        get_client_history: Injected[GetClientHistory],
    ) -> Reply[ClientHistoryOut]:
        """Vendas e pedidos, do mais novo ao mais antigo; as somas não contam os cancelados."""
        history = await get_client_history(actor, ClientId(client_id))
        return reply(ClientHistoryOut.of_history(history))
