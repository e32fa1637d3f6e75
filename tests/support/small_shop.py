"""A shop behind a real server that can be sold in at once: an administrator and an açaí."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

USERNAME = "ana"
PASSWORD = "goiabada com queijo"
_SALE = {
    "id": 1,
    "venda": 12.00,
    "inicio": "2024-01-15T10:00:00Z",
    "fim": "2024-01-15T10:05:00Z",
    "pagamento": "pix",
}


class SmallShop:
    """Whoever is signed in at the server."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.token = ""

    async def open(self) -> None:
        """Register the administrator and put the açaí on the shelf."""
        person = {"nome": "Ana Souza", "nome_usuario": USERNAME, "senha": PASSWORD, "cargo": "Dona"}
        await self.post("auth/register", person)
        await self.sign_in()
        await self.post(
            "stock/insert",
            {"produto": "Açaí 500ml", "compra": 5.5, "venda": 12, "saldo": 100, "fornecedor": "F"},
        )

    async def sign_in(self) -> str:
        """Take a new token."""
        answer = await self.post("auth/login", {"usuario": USERNAME, "senha": PASSWORD})
        self.token = answer["token"]
        return self.token

    async def sell(self) -> int:
        """Sell one açaí; return the number of the sale."""
        sale: int = (await self.post("sale/forsale", _SALE))["data"]["id"]
        return sale

    async def post(self, path: str, body: object) -> Any:
        """Return the answer to a request that must succeed."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        reply = await self._http.post(f"/api/{path}", json=body, headers=headers)
        assert reply.is_success, reply.text
        return reply.json()


@asynccontextmanager
async def small_shop(url: str) -> AsyncIterator[SmallShop]:
    """Open a shop at a server that has none yet."""
    async with httpx.AsyncClient(base_url=url, timeout=20) as http:
        shop = SmallShop(http)
        await shop.open()
        yield shop
