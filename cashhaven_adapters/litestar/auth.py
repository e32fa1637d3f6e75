"""The routes for signing in and out."""

from litestar import Controller, get, post
from litestar.params import JSONBody

from cashhaven_adapters.litestar.authentication import (
    CurrentActor,
    CurrentSession,
    OptionalActor,
)
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.routes import AnyRequest, Level, declared
from cashhaven_adapters.litestar.schemas.users import (
    SignInBody,
    SignOutBody,
    UserIn,
    UserOut,
    WelcomeOut,
)
from cashhaven_adapters.litestar.wire import Done, Reply, done, reply
from cashhaven_domain.shared.errors import NotSignedIn
from cashhaven_domain.users.errors import (
    SetupCodeRequired,
    UsernameTaken,
    UserNotFound,
    WeakPassword,
    WrongCredentials,
)
from cashhaven_domain.users.use_cases.get_own_account import GetOwnAccount
from cashhaven_domain.users.use_cases.register_user import RegisterUser
from cashhaven_domain.users.use_cases.sign_in import SignIn
from cashhaven_domain.users.use_cases.sign_out import SignOut

SETUP_CODE = "X-Setup-Code"
ONLY_THIS_SESSION = SignOutBody()


class AuthController(Controller):
    """Autenticação."""

    path = "/api/auth"
    tags = ("Autenticação",)

    @post(
        "/login",
        status_code=200,
        operation_id="sign_in",
        summary="Entra no sistema",
        opt=declared(Level.PUBLIC, errors=[WrongCredentials]),
    )
    async def sign_in(self, data: JSONBody[SignInBody], sign_in: Injected[SignIn]) -> WelcomeOut:
        """O token vale por 12 horas, no cabeçalho `Authorization: Bearer …`."""
        return WelcomeOut.of(await sign_in(data.to_command()))

    @post(
        "/register",
        operation_id="register_user",
        summary="Cadastra um usuário",
        opt=declared(
            Level.OPTIONAL,
            errors=[NotSignedIn, WeakPassword, UsernameTaken, SetupCodeRequired],
            headers={SETUP_CODE: "O código mostrado ao iniciar; só para o primeiro usuário"},
        ),
    )
    async def register(
        self,
        request: AnyRequest,
        actor: OptionalActor,
        data: JSONBody[UserIn],
        register_user: Injected[RegisterUser],
    ) -> Done:
        """O primeiro usuário vira administrador e é cadastrado sem token.

        Em produção esse primeiro cadastro pede, em `X-Setup-Code`, o código mostrado pelo servidor.
        """
        _ = await register_user(actor, data.to_command(request.headers.get(SETUP_CODE)))
        return done("Usuário cadastrado com sucesso")

    @post(
        "/logout",
        status_code=200,
        operation_id="sign_out",
        summary="Sai do sistema",
        opt=declared(Level.USER, errors=[UserNotFound]),
    )
    async def sign_out(
        self,
        session: CurrentSession,
        sign_out: Injected[SignOut],
        data: JSONBody[SignOutBody] = ONLY_THIS_SESSION,
    ) -> Done:
        """Encerra este token; com `todas`, todos os deste usuário."""
        await sign_out(session.actor, data.to_command(session))
        return done("Sessão encerrada")

    @get(
        "/me",
        operation_id="get_own_account",
        summary="Mostra o próprio usuário",
        opt=declared(Level.USER, errors=[UserNotFound]),
    )
    async def me(
        self, actor: CurrentActor, get_own_account: Injected[GetOwnAccount]
    ) -> Reply[UserOut]:
        """Responde também a quem ainda precisa trocar a senha provisória."""
        return reply(UserOut.of(await get_own_account(actor)))
