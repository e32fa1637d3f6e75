"""The little that a listener asks of the API: a token, and the names of the products."""

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.watching.shop_address import ShopAddress
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.stream.position import StreamPosition

PATIENCE_SECONDS = 10
_POSITION_HEADER = "X-Stream-Position"


class ShopAwayError(Exception):
    """The server cannot be reached, or cannot answer now."""


@dataclass(frozen=True, slots=True)
class Product:
    """What is said of a product when something happens to it."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products, and the position up to which that is complete."""

    products: Mapping[int, Product]
    position: StreamPosition | None


class ShopApi:
    """Asks a server; proxies of the environment are not asked to help."""

    def __init__(self, address: ShopAddress) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    async def sign_in(self, username: str, password: str) -> str:
        """Return a token.

        Raises:
            CommandError: user and password do not fit, or the password must be changed first.
            ShopAwayError: nobody answers.
        """
        body = {"usuario": username, "senha": password}
        answer, _ = await self._ask("/api/auth/login", body=body)
        if answer.get("trocar_senha"):
            raise CommandError("esta senha só serve para ser trocada; troque-a antes")
        return str(answer["token"])

    async def catalogue(self, token: str) -> Catalogue:
        """Return the products.

        Raises:
            CommandError: the server refuses.
            ShopAwayError: nobody answers.
        """
        answer, headers = await self._ask("/api/stock/all", token=token)
        products = {
            row["id"]: Product(name=row["produto"], unit=row["unidade"]) for row in answer["data"]
        }
        try:
            position = StreamPosition.from_text(headers.get(_POSITION_HEADER) or "")
        except InvalidInput:
            position = None
        return Catalogue(products, position)

    async def _ask(
        self, path: str, *, body: object = None, token: str | None = None
    ) -> tuple[dict[str, Any], Mapping[str, str]]:
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(  # noqa: S310  (the address is of http or https)
            self._address.http + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
        )
        return await asyncio.to_thread(self._answer, request)

    def _answer(self, request: urllib.request.Request) -> tuple[dict[str, Any], Mapping[str, str]]:
        try:
            with self._opener.open(request, timeout=PATIENCE_SECONDS) as reply:
                return json.load(reply), reply.headers
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise ShopAwayError(f"{self._address.http} não responde") from error
        except ValueError:
            raise CommandError(f"{self._address.http} não é um servidor CashHaven") from None


def _refusal(error: urllib.error.HTTPError) -> Exception:
    try:
        sentences = [str(sentence) for sentence in json.load(error)["errors"]]
    except (ValueError, KeyError, TypeError, OSError):
        sentences = [f"{error.url}: {error.code} {error.reason}"]
    if error.code in {408, 429} or error.code >= 500:
        return ShopAwayError("; ".join(sentences))
    return CommandError(*sentences, status=ExitStatus.REFUSED)
