"""A controller that shows what arrived, to try the web's own rules with."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from litestar import Controller, Response, delete, get, post, put, route
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType

from cashhaven_adapters.litestar.authentication import (
    CurrentActor,
    CurrentSession,
    OptionalActor,
)
from cashhaven_adapters.litestar.caching import cached
from cashhaven_adapters.litestar.fields import (
    Also,
    Amount,
    Balance,
    DayOrMoment,
    Flag,
    Id,
    Moment,
    Name,
    Note,
    NumberText,
    Portion,
    Price,
    Secret,
    Version,
)
from cashhaven_adapters.litestar.idempotency import IdempotencyKey
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.queries import Query
from cashhaven_adapters.litestar.routes import AnyRequest, Level, PathId, both, declared
from cashhaven_adapters.litestar.wire import (
    Body,
    Done,
    PageQuery,
    Reply,
    View,
    done,
    reply,
    settled,
)
from cashhaven_domain.shared.brazil import Cep, Cpf, Phone
from cashhaven_domain.shared.errors import Conflict
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.operations import Settled
from cashhaven_domain.shared.quantity import Quantity


class Size(StrEnum):
    """A small choice."""

    SMALL = "p"
    LARGE = "g"


class ItemIn(Body, kw_only=True, frozen=True):
    """Part of a list."""

    produto_id: Id
    quantidade: Portion = Quantity.of(1)
    preco: Price


class EverythingIn(Body, kw_only=True, frozen=True):
    """One field of every kind."""

    nome: Annotated[Name, Also("name")]
    venda: Price
    saldo: Balance = Quantity.of(0)
    total: Amount | None = None
    nota: Note | None = None
    adm: Flag = False
    sim: bool = False
    cpf: Cpf | None = None
    tel: Phone | None = None
    cep: Cep | None = None
    em: Moment | None = None
    dia: date | None = None
    tamanho: Size = Size.SMALL
    serie: NumberText | None = None
    senha: Secret | None = None
    items: Annotated[tuple[ItemIn, ...], Meta(max_length=3)] = ()


class EverythingOut(View, kw_only=True, frozen=True):
    """The same, as it is sent."""

    nome: str
    venda: Money
    saldo: Quantity
    total: Money | None
    nota: str | None
    adm: bool
    sim: bool
    cpf: Cpf | None
    tel: Phone | None
    cep: Cep | None
    em: datetime | None
    dia: date | None
    tamanho: Size
    serie: str | None


class ChangeIn(Body, kw_only=True, frozen=True):
    """A change: what is not sent stays."""

    id: Id
    nome: Name | UnsetType = UNSET
    minimo: Balance | UnsetType | None = UNSET
    versao: Version | None = None


class FindQuery(PageQuery, kw_only=True, frozen=True):
    """A query of every kind."""

    id: Annotated[Id | None, Also("uid")] = None
    nome: Name | None = None
    preco: Price | None = None
    desde: DayOrMoment | None = None
    adm: Flag | None = None
    sim: bool | None = None


class Clash(Conflict):
    """A refusal with something to say for programs."""

    code = "CLASH"

    @property
    def details(self):
        return {"itens": [{"produto_id": 1, "saldo": Quantity.of("0.5").plain}]}


class ProbeController(Controller):
    """The web's own rules."""

    path = "/probe"
    tags = ("Sonda",)

    @post("/everything", operation_id="send_everything", opt=declared(Level.PUBLIC))
    async def everything(self, data: JSONBody[EverythingIn]) -> Reply[EverythingOut]:
        return reply(EverythingOut.of(data))

    @put("/change", operation_id="change", opt=declared(Level.PUBLIC))
    async def change(self, data: JSONBody[ChangeIn]) -> Reply[list[str]]:
        sent = {name: getattr(data, name) for name in data.__struct_fields__}
        return reply([f"{name}={value}" for name, value in sent.items() if value is not UNSET])

    @put("/many", operation_id="change_many", opt=declared(Level.PUBLIC))
    async def many(self, data: JSONBody[list[ChangeIn]]) -> Reply[int]:
        return reply(len(data))

    @get(both("/serach"), operation_id="find", opt=declared(Level.USER))
    async def find(self, actor: CurrentActor, filters: Query[FindQuery]) -> Reply[list[str]]:
        return reply(
            [
                f"{name}={value}"
                for name in filters.__struct_fields__
                if (value := getattr(filters, name)) is not None
            ]
        )

    @get("/{number:int}/shown", operation_id="show", opt=declared(Level.PUBLIC))
    async def show(self, number: PathId) -> Reply[int]:
        return reply(number)

    @get("/me", operation_id="see_me", opt=declared(Level.USER))
    async def me(self, session: CurrentSession) -> Reply[str]:
        return reply(session.actor.name)

    @get("/perhaps", operation_id="see_perhaps", opt=declared(Level.OPTIONAL))
    async def perhaps(self, actor: OptionalActor) -> Reply[str]:
        return reply("nobody" if actor is None else actor.name)

    @post(
        "/once",
        operation_id="do_once",
        opt=declared(Level.USER, keyed=True, errors=[Clash]),
    )
    async def once(
        self, actor: CurrentActor, operation_key: IdempotencyKey
    ) -> Response[Reply[str]]:
        return settled(Settled(str(operation_key), replayed=True), str)

    @get("/cached", operation_id="see_cached", opt=declared(Level.USER, cached=True))
    async def kept(self, request: AnyRequest, actor: CurrentActor) -> Response[Reply[str]]:
        return cached(request, reply("always the same"), actor)

    @route(
        "/act",
        http_method=["POST", "PUT"],
        status_code=200,
        operation_id="act",
        opt=declared(Level.PUBLIC, errors=[Clash]),
    )
    async def act(self, act: Injected[Any]) -> Done:
        await act()
        return done("Feito")

    @get("/shared", operation_id="get_shared", opt=declared(Level.PUBLIC))
    async def get_shared(self) -> Done:
        return done("Feito")

    @put("/shared", operation_id="put_shared", opt=declared(Level.PUBLIC))
    async def put_shared(self) -> Done:
        return done("Feito")

    @delete("/shared", status_code=200, operation_id="delete_shared", opt=declared(Level.PUBLIC))
    async def delete_shared(self) -> Done:
        return done("Feito")
