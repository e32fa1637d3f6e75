"""Clients of the real server: tills that sell and take orders, and repeat what got no answer."""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.books import books_in_sql
from tests.support.databases import opened
from tests.support.history import Books, Deed, History
from tests.support.server_process import ServerProcess

ADMINISTRATOR = {"usuario": "dona.ana", "senha": "Quitanda-do-Bairro-77"}
PRICE = 12
PAGE = 1000


async def open_for_business(url: str, *, products: int, balance: int) -> tuple[str, list[int]]:
    """Register the first administrator, put products on the shelf, and return a token and ids."""
    async with httpx.AsyncClient(base_url=url, timeout=20) as client:
        person = {"nome": "Ana Souza", "nome_usuario": ADMINISTRATOR["usuario"], "cargo": "Dona"}
        reply = await client.post(
            "/api/auth/register", json={**person, "senha": ADMINISTRATOR["senha"]}
        )
        assert reply.status_code == 201, reply.text
        token = await sign_in(client)
        ids = []
        for number in range(products):
            card = {"produto": f"Açaí {number}", "compra": 5.5, "venda": PRICE, "saldo": balance}
            reply = await client.post(
                "/api/stock/insert",
                json={**card, "fornecedor": "Fornecedor ABC"},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert reply.status_code == 201, reply.text
            ids.append(reply.json()["data"]["id"])
    return token, ids


async def sign_in(client: httpx.AsyncClient) -> str:
    """Return a token of the administrator."""
    reply = await client.post("/api/auth/login", json=ADMINISTRATOR)
    assert reply.status_code == 200, reply.text
    token: str = reply.json()["token"]
    return token


@dataclass(slots=True, kw_only=True)
class Till:
    """A client that works until it is told to stop; with keys it repeats under the same one."""

    number: int
    url: str
    token: str
    products: list[int]
    history: History
    keys: bool = True
    orders_only: bool = False
    pace_s: float = 0.0

    async def work(self, stop: asyncio.Event, deeds: int | None = None) -> None:
        """Do deed after deed, each until it is answered."""
        chance = random.Random(self.number)
        count = 0
        async with httpx.AsyncClient(base_url=self.url, timeout=10) as client:
            while not stop.is_set() and (deeds is None or count < deeds):
                count += 1
                kind = "order" if self.orders_only or chance.random() < 0.5 else "sale"
                mark = f"till {self.number} deed {count}"
                await self._insist(client, Deed(mark, kind, 1), chance)
                await asyncio.sleep(self.pace_s)

    async def _insist(self, client: httpx.AsyncClient, deed: Deed, chance: random.Random) -> None:
        path, body = self._request(deed, chance)
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.keys:
            headers["Idempotency-Key"] = deed.mark.replace(" ", "-")
        for _ in range(60):
            self.history.begin(deed)
            try:
                reply = await client.post(path, json=body, headers=headers)
            except httpx.TransportError:
                self.history.end(deed, "unknown", None)
                await asyncio.sleep(chance.uniform(0.1, 0.5))
                continue
            if reply.status_code == 201:
                self.history.end(deed, "ok", reply.json()["data"])
                return
            answer = reply.json()
            if reply.status_code < 500 and answer["code"] != "IDEMPOTENCY_KEY_IN_USE":
                self.history.end(deed, "refused", answer)
                return
            self.history.end(deed, "unknown", answer)
            await asyncio.sleep(chance.uniform(0.05, 0.3))

    def _request(self, deed: Deed, chance: random.Random) -> tuple[str, dict[str, Any]]:
        now = datetime.now(UTC)
        if deed.kind == "sale":
            times = {"inicio": (now - timedelta(minutes=1)).isoformat(), "fim": now.isoformat()}
            return "/api/sale/forsale", {
                "id": chance.choice(self.products),
                "venda": PRICE,
                **times,
            }
        chosen = chance.sample(self.products, k=min(3, len(self.products)))
        items = [
            {"produto_id": product, "quantidade": 1, "preco_unitario": PRICE} for product in chosen
        ]
        return "/api/order/create", {
            "items": items,
            "total": PRICE * len(items),
            "observacoes": deed.mark,
        }


async def read_books(server: ServerProcess) -> Books:
    """Read everything back through the contract, page by page, and look into the database."""
    async with opened(server.database_url) as database:
        mistakes = (await books_in_sql(database)).mistakes()
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        headers = {"Authorization": f"Bearer {await sign_in(client)}"}

        async def whole(path: str) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = []
            cursor = None
            while True:
                wanted = {"limit": PAGE} | ({"depois": cursor} if cursor else {})
                reply = await client.get(path, params=wanted, headers=headers)
                assert reply.status_code == 200, reply.text
                rows += reply.json()["data"]
                cursor = reply.json().get("proximo")
                if cursor is None:
                    return rows

        return Books(
            orders=await whole("/api/order/all"),
            sales=await whole("/api/sale/all"),
            products=await whole("/api/stock/all"),
            movements=await whole("/api/stock/movements"),
            mistakes=mistakes,
        )
