"""The conversation with a shop, from the first connection until somebody ends it."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from cashhaven_app.commands.errors import CommandError, ExitStatus
from cashhaven_app.watching.returning import ABNORMAL, SignInFirst, StayAway, answer_to
from cashhaven_app.watching.sentences import TOPICS, Narrator
from cashhaven_app.watching.shop_address import ShopAddress
from cashhaven_app.watching.shop_api import ShopApi, ShopAwayError
from cashhaven_app.watching.thread import Ask, Back, Frame, Lost, Shown, Thread

OPENING_SECONDS = 10.0
LARGEST_FRAME = 4 * 1024 * 1024
_REASONS = {
    "epoch": "o servidor começou outra contagem",
    "too_old": "foi tempo demais",
    "too_many": "foram eventos demais",
    "gap": "faltaram eventos no caminho",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who signs in."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Says sentences about events, frames as they came, and remarks about the connection."""

    event: Callable[[str], None]
    frame: Callable[[str], None]
    remark: Callable[[str], None]


@final
class Watcher:
    """Follows a shop and says what happens; it comes back by itself when it is cut off.

    `topics` are those asked for; none means all that the user may hear. `pause` waits for so many
    seconds.
    """

    def __init__(
        self,
        address: ShopAddress,
        account: Account,
        voice: Voice,
        *,
        topics: tuple[str, ...] = (),
        kind: str | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._address = address
        self._account = account
        self._voice = voice
        self._asked = topics
        self._kind = kind
        self._pause = pause
        self._api = ShopApi(address)
        self._narrator = Narrator()
        self._thread: Thread | None = None
        self._token = ""
        self._session = ""
        self._epoch = ""
        self._is_returning = False
        self._attempt = 0
        self._refusals = 0

    async def run(self) -> None:
        """Watch for ever.

        Raises:
            CommandError: the shop does not let this user in, or nobody answers at the start.
        """
        try:
            await self._sign_in()
        except ShopAwayError as error:
            raise CommandError(str(error), status=ExitStatus.UNAVAILABLE) from error
        while True:
            try:
                code, reason = await self._converse()
                await self._come_back(code, reason)
            except ShopAwayError as error:
                await self._come_back(ABNORMAL, str(error))

    async def _sign_in(self) -> None:
        self._token = await self._api.sign_in(self._account.username, self._account.password)

    async def _converse(self) -> tuple[int, str]:
        """Talk until the connection ends; return its code and the reason."""
        try:
            async with connect(
                self._address.socket(self._kind),
                additional_headers={"Authorization": f"Bearer {self._token}"},
                compression=None,
                max_size=LARGEST_FRAME,
                open_timeout=OPENING_SECONDS,
                proxy=None,
            ) as socket:
                while True:
                    await self._take(socket, str(await socket.recv()))
        except ConnectionClosed as error:
            told = error.rcvd
            if told is None:
                return ABNORMAL, "a rede falhou"
            return told.code, told.reason.partition(";")[0] or "sem motivo dado"
        except (OSError, InvalidHandshake, InvalidMessage):
            return ABNORMAL, f"{self._address.http} não responde"

    async def _come_back(self, code: int, reason: str) -> None:
        match answer_to(code, self._attempt):
            case StayAway():
                raise CommandError(f"o servidor encerrou a conexão: {reason} ({code})")
            case SignInFirst():
                self._refusals += 1
                if self._refusals > 1:
                    raise CommandError(f"o servidor recusa a entrada: {reason} ({code})")
                self._voice.remark("a sessão terminou; entrando de novo")
                await self._sign_in()
            case wait:
                self._attempt += 1
                seconds = random.uniform(wait.shortest, wait.longest)  # noqa: S311  (no secret)
                self._voice.remark(f"sem conexão: {reason}; nova tentativa em {seconds:.0f} s")
                await self._pause(seconds)

    # --- frames

    async def _take(self, socket: ClientConnection, text: str) -> None:
        self._voice.frame(text)
        frame: Frame = json.loads(text, parse_float=Decimal)
        match frame["type"]:
            case "welcome":
                await self._welcomed(socket, frame)
            case "token_expiring":
                await self._sign_in()
                await _send(socket, {"type": "auth", "token": self._token})
            case "error":
                self._voice.remark(f"recusado: {frame['message']}")
            case _ if self._thread is not None:
                await self._follow(socket, self._thread, frame)

    async def _welcomed(self, socket: ClientConnection, welcome: Frame) -> None:
        if welcome["session"] == self._session:
            return  # it was a new token for the same connection
        self._session, self._epoch = welcome["session"], welcome["epoch"]
        self._attempt = self._refusals = 0
        if self._thread is None:
            topics = list(self._asked or welcome["topics"])
            self._thread = Thread(topics)
            names = ", ".join(TOPICS.get(topic, topic) for topic in topics)
            where, who = self._address.http, self._account.username
            self._voice.remark(f"ouvindo {where} como {who}: {names}")
        elif self._thread.position is None:
            self._voice.remark("de volta")
        if self._thread.position is None:
            await self._load(socket, self._thread)
        else:
            self._is_returning = True
            await _send(socket, self._thread.resume())

    async def _load(self, socket: ClientConnection, thread: Thread) -> None:
        """Fetch what the products are called, and go on from the position of that."""
        catalogue = await self._api.catalogue(self._token)
        self._narrator.know(catalogue.products)
        await _send(socket, thread.start(catalogue.position, self._epoch))

    async def _follow(self, socket: ClientConnection, thread: Thread, frame: Frame) -> None:
        match thread.take(frame):
            case Shown(event):
                self._voice.event(self._narrator.line(event))
            case Ask(question):
                await _send(socket, question)
            case Lost(reason):
                self._is_returning = False
                told = _REASONS.get(reason, reason)
                self._voice.remark(f"recomeçou: peça os dados de novo ({told})")
                thread.forget()
                await self._load(socket, thread)
            case Back(count) if self._is_returning:
                self._is_returning = False
                missed = "1 evento recuperado" if count == 1 else f"{count} eventos recuperados"
                self._voice.remark(f"de volta, sem perder nada: {missed}")


async def _send(socket: ClientConnection, frame: Frame) -> None:
    await socket.send(json.dumps(frame))
