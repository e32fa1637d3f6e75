"""The web side in the test's own event loop, with ready clients."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from litestar import Controller

from cashhaven_adapters.litestar.application import (
    CONTROLLERS,
    WebApplication,
    create_application,
)
from cashhaven_adapters.litestar.health import Check
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_adapters.litestar.stream_positions import ReadPosition
from cashhaven_app.testing import Shop, open_shop
from cashhaven_app.use_cases import use_case_providers
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import AccessDenied
from cashhaven_domain.users.session import SignedIn, TokenId

END_OF_TOKENS = datetime(2124, 1, 15, 22, 0, tzinfo=UTC)


@dataclass(slots=True)
class KnownTokens:
    """Signs in by tokens that the test hands out."""

    actors: dict[str, Actor] = field(default_factory=dict)

    async def __call__(self, token: str) -> SignedIn:
        """Return whose token it is."""
        if token not in self.actors:
            raise AccessDenied("Sessão inválida ou encerrada; entre de novo")
        return SignedIn(actor=self.actors[token], token_id=TokenId(token), expires_at=END_OF_TOKENS)


@dataclass(slots=True)
class Web:
    """A served application and people who use it."""

    application: WebApplication
    shop: Shop
    tokens: KnownTokens
    _stack: AsyncExitStack
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def nobody(self) -> httpx.AsyncClient:
        """A client without a token."""
        return self._client("")

    @property
    def administrator(self) -> httpx.AsyncClient:
        """A client of the shop's administrator."""
        return self.as_actor(self.shop.administrator)

    @property
    def operator(self) -> httpx.AsyncClient:
        """A client of the shop's operator."""
        return self.as_actor(self.shop.operator)

    def as_actor(self, actor: Actor) -> httpx.AsyncClient:
        """Return a client of this actor."""
        token = f"token-of-{actor.user_id}-{actor.administrator}-{actor.must_change_password}"
        self.tokens.actors[token] = actor
        return self._client(token)

    def with_token(self, token: str) -> httpx.AsyncClient:
        """Return a client that shows this token."""
        return self._client(token)

    def _client(self, token: str) -> httpx.AsyncClient:
        if token not in self._clients:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            self._clients[token] = httpx.AsyncClient(
                transport=httpx.ASGITransport(self.application, raise_app_exceptions=False),
                base_url="http://testserver",
                headers=headers,
            )
            self._stack.push_async_callback(self._clients[token].aclose)
        return self._clients[token]


@asynccontextmanager
async def _served(application: WebApplication) -> AsyncIterator[None]:
    """Keep the lifespan in a task of its own: fixtures begin and end in different ones."""
    begun, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with application.lifespan():
            begun.set()
            await over.wait()

    life = asyncio.create_task(live())
    beginning = asyncio.create_task(begun.wait())
    await asyncio.wait({life, beginning}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if life.done():
            await life
        yield
    finally:
        over.set()
        beginning.cancel()
        await life


def read_position(shop: Shop) -> ReadPosition:
    """Return what reads how far the stream of the shop has come."""
    return functools.partial(shop.container.adapters.follower().known_position, within=0)


@asynccontextmanager
async def web_shop(
    *,
    shop: Shop | None = None,
    settings: WebSettings | None = None,
    controllers: Sequence[type[Controller]] = CONTROLLERS,
    use_cases: Mapping[str, Callable[[], Any]] | None = None,
    checks: Mapping[str, Check] | None = None,
    real_sign_in: bool = False,
) -> AsyncIterator[Web]:
    """Serve the application on a shop of its own.

    Unless `real_sign_in`, tokens are the test's own and need no user behind them.
    """
    shop = shop or open_shop()
    tokens = KnownTokens()
    providers: dict[str, Callable[[], Any]] = dict(use_case_providers(shop.container.use_cases))
    providers["stream_position"] = lambda: read_position(shop)
    if not real_sign_in:
        providers["authenticate"] = lambda: tokens
    providers.update(use_cases or {})
    application = create_application(
        settings or WebSettings(), providers, checks=checks, controllers=controllers
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_served(application))
        yield Web(application, shop, tokens, stack)
