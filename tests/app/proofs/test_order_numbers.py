"""Numbers are called out in the shop: nobody gets one twice, also when the server is killed."""

import asyncio

import httpx
import pytest

from tests.support.server_process import ServerProcess
from tests.support.till import open_for_business

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

CLIENTS = 60
RESTARTS = 3
LARGEST_GAP = 40
"""Some dozens: what a restart may skip at most."""


async def numbers_of_sixty(url: str, token: str) -> list[int]:
    """Let sixty clients ask for a number at once, each on a connection of its own."""

    async def ask() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=20) as client:
            reply = await client.get("/api/order/new")
        assert reply.status_code == 200, reply.text
        number: int = reply.json()["data"]["pedido"]
        return number

    return list(await asyncio.gather(*(ask() for _ in range(CLIENTS))))


async def test_sixty_who_ask_at_once_get_sixty_numbers_and_no_restart_brings_one_back(
    server: ServerProcess,
) -> None:
    token, _ = await open_for_business(server.url, products=1, balance=1)
    numbers: list[int] = []
    for _ in range(RESTARTS):
        before = max(numbers, default=0)
        fresh = await numbers_of_sixty(server.url, token)
        assert min(fresh) > before
        assert min(fresh) - before <= LARGEST_GAP
        numbers += fresh
        server.kill()
        await server.start()
    assert len(set(numbers)) == len(numbers) == CLIENTS * RESTARTS
