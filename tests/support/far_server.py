"""A second server on the same books, in the test's own process: it notes when it hears of sales."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from cashhaven_app.container import Container
from cashhaven_app.lifespan import serving
from cashhaven_app.preparation import prepare
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_domain.stream.stored_event import StoredEvent
from tests.support.seconds import until
from tests.support.till import PRICE

A_SECRET = "a secret that is good enough for tests"
TIMES = {"inicio": "2024-01-15T10:00:00Z", "fim": "2024-01-15T10:05:00Z"}


@dataclass(slots=True)
class FarServer:
    """What it heard, and when."""

    container: Container
    offsets: list[int] = field(default_factory=list)
    sales: dict[int, float] = field(default_factory=dict)
    """When it heard of each sale, by its number."""

    def hear(self, events: Sequence[StoredEvent]) -> None:
        """Note the events of a batch."""
        now = time.monotonic()
        for event in events:
            self.offsets.append(event.offset)
            if event.name == "sale.registered":
                assert event.aggregate_id not in self.sales
                self.sales[event.aggregate_id] = now


@asynccontextmanager
async def far_server(
    database_url: str, *, redis_url: str | None = None
) -> AsyncIterator[FarServer]:
    """Run one; it hears of other servers as one on another machine does."""
    settings = Settings(
        jwt_secret=Secret(A_SECRET),
        database_url=Secret(database_url),
        redis_url=None if redis_url is None else Secret(redis_url),
    )
    container = Container(settings=settings)
    await prepare(container)
    far = FarServer(container)
    follower = container.adapters.follower()
    follower.listeners.append(far.hear)
    async with serving(container, keeps_house=False):
        await until(lambda: follower.position is not None)
        yield far


@dataclass(slots=True)
class Sold:
    """Sales through the other server: when each was answered, and what was not."""

    answered: dict[int, float] = field(default_factory=dict)
    """By the number of the sale."""
    failed: list[str] = field(default_factory=list)

    async def sell(self, url: str, token: str, product: int, *, pace: float) -> None:
        """Sell one piece after the other until cancelled."""
        headers = {"Authorization": f"Bearer {token}"}
        sale = {"id": product, "venda": PRICE, **TIMES}
        async with httpx.AsyncClient(base_url=url, timeout=20, headers=headers) as client:
            while True:
                try:
                    reply = await client.post("/api/sale/forsale", json=sale)
                except httpx.TransportError as error:
                    self.failed.append(type(error).__name__)
                    await asyncio.sleep(pace)
                    continue
                if reply.status_code == 201:
                    self.answered[reply.json()["data"]["id"]] = time.monotonic()
                else:
                    self.failed.append(reply.text)
                await asyncio.sleep(pace)

    async def all_delays(self, far: FarServer, since: float = 0.0) -> list[float]:
        """Return how much later than the answer the other server heard of each sale, in order."""
        answered = {number: at for number, at in self.answered.items() if at >= since}
        await until(lambda: answered.keys() <= far.sales.keys())
        return [max(0.0, far.sales[number] - at) for number, at in answered.items()]
