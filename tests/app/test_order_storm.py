"""Many take many products at once, in any order: held in one order, nobody waits in a circle."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import ExceptionContext

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.orders import orders
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_app.lifespan import close
from cashhaven_app.testing import Shop
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import OrderId
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatusCommand
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSaleCommand
from cashhaven_domain.shared.errors import DomainError, StorageConflict
from cashhaven_domain.shared.operations import OperationKey
from tests.support.books import books_in_sql
from tests.support.database_urls import database_with_tables
from tests.support.databases import empty
from tests.support.selling import line, ordering, selling, stocked
from tests.support.sent import show_refusals
from tests.support.shops import shop_on, storage_of

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]

CLIENTS = 16
PRODUCTS = 20
ITEMS = 5
ROUNDS = 8
PROCESSES = 4
DEADLOCK, WAITED_TOO_LONG = 1213, 1205


@pytest.fixture(scope="module")
def url(
    sql_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with tables, on each chosen engine in turn."""
    with database_with_tables(sql_engine, request, tmp_path_factory) as url:
        yield url


@asynccontextmanager
async def shops_on(url: str) -> AsyncIterator[Sequence[Shop]]:
    """Give shops on the same books, each like a process of its own, with products on the shelf.

    SQLite is for one process: its writers would only wait for one another.
    """
    shops = [shop_on(url) for _ in range(1 if url.startswith("sqlite") else PROCESSES)]
    async with AsyncExitStack() as stack:
        for shop in shops:
            stack.push_async_callback(close, shop.container)
        stack.push_async_callback(empty, database_of(shops[0]))
        for _ in range(PRODUCTS):
            _ = await stocked(shops[0], 1_000)
        yield shops


def database_of(shop: Shop) -> Database:
    """Return what the shop keeps its books in."""
    database = storage_of(shop)
    assert isinstance(database, Database)
    return database


class Storm:
    """Clients that order, sell, prepare and cancel; what they were answered is counted."""

    def __init__(self, shops: Sequence[Shop], *, sell_and_cancel: bool) -> None:
        self.shops = shops
        self.sell_and_cancel = sell_and_cancel
        self.refused: Counter[str] = Counter()
        self.placed: list[OrderId] = []

    async def rage(self) -> None:
        """Let everybody work until all are done."""
        async with asyncio.TaskGroup() as group:
            for number in range(CLIENTS):
                group.create_task(self._client(number))

    async def _client(self, number: int) -> None:
        shop, chance = self.shops[number % len(self.shops)], random.Random(number)
        for turn in range(ROUNDS):
            mark = f"{number}/{turn}"
            await self._order(shop, chance, mark)
            if self.sell_and_cancel:
                await self._sell_and_cancel(shop, chance, mark)
                if chance.random() < 0.5:
                    await self._cancel_an_order(shop, chance)

    async def _order(self, shop: Shop, chance: random.Random, mark: str) -> None:
        chosen = chance.sample(range(1, PRODUCTS + 1), ITEMS)
        wish = ordering(*map(line, chosen), operation_key=OperationKey(f"order {mark}"))
        for answer in await self._answers(shop.place_orders([(shop.operator, wish)])):
            self.placed.append(answer.receipt.id)

    async def _sell_and_cancel(self, shop: Shop, chance: random.Random, mark: str) -> None:
        wishes = [
            selling(number, operation_key=OperationKey(f"sale {mark} {number}"))
            for number in chance.sample(range(1, PRODUCTS + 1), 3)
        ]
        requests = [(shop.operator, wish) for wish in wishes]
        for answer in await self._answers(shop.register_sales(requests)):
            command = CancelSaleCommand(sale_id=answer.receipt.id, reason="Engano")
            _ = await self._answers(shop.cancel_sale(shop.administrator, command))

    async def _cancel_an_order(self, shop: Shop, chance: random.Random) -> None:
        command = ChangeOrderStatusCommand(
            order_id=chance.choice(self.placed), status=OrderStatus.CANCELLED
        )
        _ = await self._answers(shop.change_order_status(shop.administrator, command))

    async def _answers(self, work):
        try:
            answers = await work
        except DomainError as refusal:
            self.refused[refusal.code] += 1
            return []
        listed = answers if isinstance(answers, list) else [answers]
        self.refused.update(answer.code for answer in listed if isinstance(answer, DomainError))
        return [answer for answer in listed if not isinstance(answer, DomainError)]


def watched(shops: Sequence[Shop]) -> Counter[int]:
    """Return what counts, by number, the errors that the databases answer from now on."""
    numbers: Counter[int] = Counter()

    def note(error: BaseException) -> None:
        numbers[error.args[0]] += 1

    def note_context(context: ExceptionContext) -> None:
        note(context.original_exception)

    for shop in shops:
        event.listen(database_of(shop).engine.sync_engine, "handle_error", note_context)
        show_refusals(database_of(shop), note)
    return numbers


@pytest.mark.parametrize("sell_and_cancel", [False, True])
async def test_nobody_waits_in_a_circle(url, sell_and_cancel):
    async with shops_on(url) as shops:
        errors = watched(shops)
        storm = Storm(shops, sell_and_cancel=sell_and_cancel)
        await storm.rage()
        assert errors[DEADLOCK] == 0
        # On a slow machine the queue before a product may be longer than anybody waits.
        given_up = storm.refused.pop(StorageConflict.code, 0)
        assert given_up == 0 or errors[WAITED_TOO_LONG] > 0
        assert set(storm.refused) <= {"WRONG_ORDER_STATUS"}
        assert len(set(storm.placed)) == len(storm.placed) >= CLIENTS * ROUNDS - given_up
        assert (await books_in_sql(database_of(shops[0]))).mistakes() == []


async def test_held_in_any_order_they_are(url, sql_engine, monkeypatch):
    """The control arm: the same storm, each order's products held one by one as they were said."""
    if sql_engine == "sqlite":
        pytest.skip("whoever is alone waits for no lock")
    held = SqlUnitOfWork.hold_for_orders

    async def one_by_one(self, needs):
        numbers = list(needs.products)
        random.shuffle(numbers)
        for number in numbers:
            await self.products.get_many_for_update([number])
        return await held(self, needs)

    monkeypatch.setattr(SqlUnitOfWork, "hold_for_orders", one_by_one)
    async with shops_on(url) as shops:
        errors = watched(shops)
        storm = Storm(shops, sell_and_cancel=False)
        await storm.rage()
        assert errors[DEADLOCK] > 0
        books = await books_in_sql(database_of(shops[0]))
        assert books.mistakes() == []
        assert len(await kept(database_of(shops[0]))) == len(storm.placed)


async def kept(database: Database) -> list[int]:
    """Return the numbers of all orders."""
    async with database.reading() as session:
        return [row.id for row in await session.rows(select(orders.c.id))]
