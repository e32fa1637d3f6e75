"""The routes of accounts."""

from litestar import Controller, delete, get, post, put
from litestar.params import JSONBody

from cashhaven_adapters.litestar.authentication import CurrentActor
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.queries import Query
from cashhaven_adapters.litestar.routes import Level, PathId, declared
from cashhaven_adapters.litestar.schemas.users import UserChangeIn, UserOut
from cashhaven_adapters.litestar.wire import Done, PageQuery, Reply, done, listed
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.users.errors import (
    LastAdministrator,
    OwnAccountRemoval,
    UsernameTaken,
    UserNotFound,
    WeakPassword,
    WrongPassword,
)
from cashhaven_domain.users.use_cases.end_sessions import EndSessions
from cashhaven_domain.users.use_cases.list_users import ListUsers
from cashhaven_domain.users.use_cases.remove_user import RemoveUser
from cashhaven_domain.users.use_cases.update_user import UpdateUser


class UserController(Controller):
    """Usuários."""

    path = "/api/user"
    tags = ("Usuários",)

    @get(
        "/all",
        operation_id="list_users",
        summary="Lista os usuários",
        opt=declared(Level.ADMINISTRATOR),
    )
    async def list_users(
        self, actor: CurrentActor, filters: Query[PageQuery], list_users: Injected[ListUsers]
    ) -> Reply[list[UserOut]]:
        """Usuários removidos não aparecem."""
        return listed(await list_users(actor, filters.page()), UserOut.of)

    @delete(
        "/del/{user_id:int}",
        status_code=200,
        operation_id="remove_user",
        summary="Remove um usuário",
        opt=declared(
            Level.ADMINISTRATOR, errors=[UserNotFound, OwnAccountRemoval, LastAdministrator]
        ),
    )
    async def remove(
        self, user_id: PathId, actor: CurrentActor, remove_user: Injected[RemoveUser]
    ) -> Done:
        """O histórico guarda quem fez o quê; o nome de usuário fica livre."""
        await remove_user(actor, UserId(user_id))
        return done("Usuário removido com sucesso")

    @put(
        "/update",
        operation_id="update_user",
        summary="Altera um usuário",
        opt=declared(
            Level.USER,
            errors=[
                UserNotFound,
                WrongPassword,
                WeakPassword,
                UsernameTaken,
                LastAdministrator,
                StaleAggregate,
            ],
        ),
    )
    async def update(
        self, actor: CurrentActor, data: JSONBody[UserChangeIn], update_user: Injected[UpdateUser]
    ) -> Done:
        """Cada um altera o próprio nome e a própria senha; administradores, tudo de todos."""
        await update_user(actor, data.to_command())
        return done("Usuário atualizado com sucesso")

    @post(
        "/{user_id:int}/logout",
        status_code=200,
        operation_id="end_sessions",
        summary="Encerra as sessões de um usuário",
        opt=declared(Level.ADMINISTRATOR, errors=[UserNotFound]),
    )
    async def end_sessions(
        self, user_id: PathId, actor: CurrentActor, end_sessions: Injected[EndSessions]
    ) -> Done:
        """Todos os tokens desse usuário deixam de valer."""
        await end_sessions(actor, UserId(user_id))
        return done("Sessões encerradas")
