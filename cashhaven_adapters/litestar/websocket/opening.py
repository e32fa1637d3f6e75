"""Putting the WebSocket together."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cashhaven_adapters.litestar.schemas.events import wire_data
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_adapters.litestar.websocket.connection import Shared
from cashhaven_adapters.litestar.websocket.endpoint import Endpoint
from cashhaven_adapters.litestar.websocket.events import WireData
from cashhaven_adapters.litestar.websocket.fan_out import FanOut, Feed
from cashhaven_adapters.litestar.websocket.keeper import Keeper
from cashhaven_adapters.litestar.websocket.requests import Requests
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.session import SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketSources:
    """What the WebSocket needs beside use cases."""

    feed: Feed
    forget_session: Callable[[UserId], None]
    """Lets the next look at a user's session see what is stored by now."""
    now: Callable[[], datetime]
    wire_data: WireData = wire_data
    monotonic: Callable[[], float] = time.monotonic


def create_endpoint(
    settings: WebSettings, use_cases: Mapping[str, Callable[[], Any]], sources: SocketSources
) -> Endpoint:
    """Return the door at `/ws`; from now on it hears what the feed publishes."""
    provider = use_cases["authenticate"]

    async def authenticate(token: str) -> SignedIn:
        session: SignedIn = await provider()(token)
        return session

    fan_out = FanOut(sources.feed, sources.wire_data)
    keeper = Keeper(settings.sockets, authenticate, sources.forget_session, sources.monotonic)
    fan_out.watchers.append(keeper.hear)
    sources.feed.listeners.append(fan_out.publish)
    sources.feed.reset_listeners.append(fan_out.reset)
    shared = Shared(
        settings=settings.sockets,
        fan_out=fan_out,
        requests=Requests(use_cases, settings.handling_time),
        authenticate=authenticate,
        now=sources.now,
        monotonic=sources.monotonic,
    )
    return Endpoint(shared, keeper, settings)
