"""The watcher at a shop in memory: tokens that end, topics that are refused, doors that close."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from cashhaven_app.commands.errors import CommandError
from cashhaven_app.watching.shop_address import ShopAddress
from cashhaven_app.watching.watcher import Account, Voice, Watcher
from cashhaven_domain.users.session import SESSION_LENGTH
from tests.support.served_shop import ServedShop, served_shop
from tests.support.users import GOOD, hire

WITHIN_S = 15.0


class Heard:
    """What a watcher said, while it watches."""

    def __init__(self, watching: "asyncio.Task[None]", said: list[str]) -> None:
        self.watching = watching
        self.said = said

    async def until(self, part: str, times: int = 1) -> None:
        """Wait until so many lines contain the part."""
        async with asyncio.timeout(WITHIN_S):
            while sum(part in line for line in self.said) < times:
                assert not self.watching.done(), self.said
                await asyncio.sleep(0.005)

    async def end(self) -> str:
        """Return what it gave up with."""
        async with asyncio.timeout(WITHIN_S):
            with pytest.raises(CommandError) as ended:
                await self.watching
        return "; ".join(ended.value.sentences)


@asynccontextmanager
async def watching(served: ServedShop, *topics: str, password: str = GOOD) -> AsyncIterator[Heard]:
    said: list[str] = []

    def note(text: str) -> None:
        said.append(text)

    def note_kind(text: str) -> None:
        frame: dict[str, Any] = json.loads(text)
        said.append(f"<{frame['type']}>")

    async def no_pause(_: float) -> None:
        await asyncio.sleep(0)

    watcher = Watcher(
        ShopAddress.of(f"127.0.0.1:{served.port}"),
        Account(username="maria", password=password),
        Voice(event=note, frame=note_kind, remark=note),
        topics=topics,
        pause=no_pause,
    )
    task = asyncio.create_task(watcher.run())
    try:
        yield Heard(task, said)
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_token_is_renewed_before_it_ends_and_nothing_is_interrupted():
    async with served_shop(recheck=0.1) as served:
        maria = await hire(served.shop, "maria")
        async with watching(served, "stock") as heard:
            await heard.until("<subscribed>")
            served.shop.clock.advance(SESSION_LENGTH - timedelta(seconds=30))
            await heard.until("<token_expiring>")
            await heard.until("<welcome>", times=2)
            served.shop.clock.advance(timedelta(minutes=5))
            await asyncio.sleep(0.3)

            await served.add_products(["Granola"])
            await heard.until("produto incluído: Granola")
            assert not [line for line in heard.said if "sessão" in line or "conexão" in line]
            assert maria.user_id


async def test_a_session_that_was_ended_is_begun_anew_and_nothing_is_lost():
    async with served_shop(recheck=0.1) as served:
        maria = await hire(served.shop, "maria")
        async with watching(served, "stock") as heard:
            await heard.until("<subscribed>")
            await served.shop.end_sessions(served.shop.administrator, maria.user_id)
            await served.add_products(["Granola", "Paçoca"])

            await heard.until("a sessão terminou; entrando de novo")
            await heard.until("produto incluído: Paçoca")
            products = [line[21:] for line in heard.said if "incluído" in line]
            assert len(products) == len(set(products)) == 2


async def test_whoever_was_removed_is_not_let_in_again():
    async with served_shop(recheck=0.1) as served:
        maria = await hire(served.shop, "maria")
        async with watching(served) as heard:
            await heard.until("<subscribed>")
            await served.shop.remove_user(served.shop.administrator, maria.user_id)

            assert "senha" in await heard.end()


async def test_a_topic_that_is_refused_is_named():
    async with served_shop() as served:
        await hire(served.shop, "maria")
        async with watching(served, "stock", "system") as heard:
            await heard.until("recusado: ")
            await served.add_products(["Granola"])
            await heard.until("produto incluído: Granola")


async def test_a_password_that_must_be_changed_lets_nobody_watch():
    async with served_shop() as served:
        await hire(served.shop, "maria", one_time_password=True)
        async with watching(served) as heard:
            assert "esta senha só serve para ser trocada" in await heard.end()


async def test_a_door_that_is_closed_for_good_is_not_tried_again():
    async with served_shop(largest_frame=1) as served:
        await hire(served.shop, "maria")
        async with watching(served) as heard:
            assert "(4413)" in await heard.end()


async def test_a_server_that_is_no_shop_is_named():
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")  # the end of the body
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\noi")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = ShopAddress.of(f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
        account = Account(username="maria", password=GOOD)
        voice = Voice(event=print, frame=print, remark=print)

        with pytest.raises(CommandError, match="não é um servidor CashHaven"):
            await Watcher(address, account, voice).run()
