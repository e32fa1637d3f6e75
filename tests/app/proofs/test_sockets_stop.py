"""The server is told to stop under load: sockets are sent away in turn, nothing at work is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.app.proofs.test_screens import looking
from tests.support.screen import Screen
from tests.support.server_process import ServerProcess
from tests.support.till import open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(240)]

STOPS = 4
SCREENS = 20
SPREAD_S = 2.0
LONGEST_S = 25.0
WHEN = "2024-01-15T10:00:00Z"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """The server, for many clients of one address and user."""
    settings = {"RATE_LIMITS": "off", "SOCKET_CLOSING_SECONDS": str(SPREAD_S)}
    async with ServerProcess(tmp_path, settings) as process:
        yield process


@dataclass(slots=True, kw_only=True)
class SocketTill:
    """Sells over a socket, one sale after the other, each under a key of its own."""

    number: int
    url: str
    token: str
    product: int
    sold: int = 0
    unanswered: list[str] = field(default_factory=list)

    async def work(self, round_: int) -> int:
        """Sell until the server closes; return the code."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with connect(self.url, additional_headers=headers) as connection:
            _ = await connection.recv()
            while True:
                key = f"till-{self.number}-{round_}-{self.sold}"
                try:
                    await connection.send(self._request(key))
                    answer = json.loads(await connection.recv())
                    while answer["type"] != "response":
                        answer = json.loads(await connection.recv())
                except ConnectionClosed as end:
                    self.unanswered.append(key)
                    return 1006 if end.rcvd is None else end.rcvd.code
                if answer["ok"]:
                    self.sold += 1
                else:
                    assert answer["code"] == "UNAVAILABLE", answer

    async def was_done(self, key: str) -> bool:
        """Whether the sale that got no answer was made."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with connect(self.url, additional_headers=headers) as connection:
            _ = await connection.recv()
            await connection.send(self._request(key))
            answer = json.loads(await connection.recv())
            assert answer["ok"], answer
            return "replayed" in answer

    def _request(self, key: str) -> str:
        sale = {"id": self.product, "venda": 12, "inicio": WHEN, "fim": WHEN}
        return json.dumps(
            {
                "type": "request",
                "id": key,
                "action": "sale.register",
                "data": sale,
                "idempotency_key": key,
            }
        )


async def test_everybody_is_told_and_nothing_begun_is_lost(server: ServerProcess) -> None:
    token, products = await open_for_business(server.url, products=4, balance=50_000)
    url = server.url.replace("http", "ws") + "/ws"
    screens = [
        Screen(url=url, token=token, topics=("stock", "sales"), seed=n) for n in range(SCREENS)
    ]
    tills = [
        SocketTill(number=n, url=url, token=token, product=product)
        for n, product in enumerate(products)
    ]
    now = asyncio.get_running_loop().time
    async with looking(screens):
        for round_ in range(STOPS):
            for screen in screens:
                _ = await asyncio.wait_for(screen.ready.wait(), 20)
            at_work = [asyncio.create_task(till.work(round_)) for till in tills]
            await asyncio.sleep(1.5)
            began = now()

            status = await server.stop(LONGEST_S)

            assert status == 0
            assert now() - began < LONGEST_S
            assert await asyncio.gather(*at_work) == [1012] * len(tills)
            moments = sorted(screen.left_at - began for screen in screens)
            assert moments[0] < SPREAD_S / 2
            assert moments[-1] - moments[0] == pytest.approx(SPREAD_S, abs=SPREAD_S / 2)
            await server.start()

        for screen in screens:
            assert screen.closed == {1012: STOPS}
            assert screen.broken == []
        assert all(till.sold for till in tills)
        lost = [key for till in tills for key in till.unanswered if await till.was_done(key)]
        assert lost == []
