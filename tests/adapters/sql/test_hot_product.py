"""Many want the last pieces of one product: exactly as many go as there were."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.stock import products
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_app.testing import Shop
from cashhaven_domain.sales.use_cases.register_sales import RegisterSaleCommand
from cashhaven_domain.shared.errors import DomainError, StorageConflict
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.movement import Origin, OriginKind
from cashhaven_domain.stock.product import Product, ProductId
from cashhaven_domain.stock.use_cases.move_stock import Handling, MoveStockCommand
from tests.support.books import books_in_sql
from tests.support.databases import empty, make_tables, opened
from tests.support.products import ADDED, KEEPER, a_product, adding
from tests.support.shops import shop_on, storage_of

PIECES = 1_000
CLIENTS = 32
SALES_AT_ONCE = 8
ONE = Quantity.of(1)


@asynccontextmanager
async def shops_on(url: str, count: int) -> AsyncIterator[Sequence[Shop]]:
    """Give several shops on the same books, each like a process of its own."""
    shops = [shop_on(url) for _ in range(count)]
    try:
        yield shops
    finally:
        database = storage_of(shops[0])
        assert isinstance(database, Database)
        await empty(database)
        for shop in shops:
            storage = storage_of(shop)
            assert isinstance(storage, Database)
            await storage.dispose()


async def withdraw(shop: Shop, number: ProductId) -> list[str]:
    """Take one piece by hand."""
    command = MoveStockCommand(product_id=number, quantity=ONE, handling=Handling.WITHDRAWAL)
    try:
        await shop.move_stock(shop.administrator, command)
    except DomainError as refusal:
        return [refusal.code]
    return ["taken"]


async def sell(shop: Shop, number: ProductId) -> list[str]:
    """Sell one piece, several times over."""
    sale = RegisterSaleCommand(
        product_id=number,
        unit_price=adding().sale_price,
        began_at=shop.clock.now() - timedelta(minutes=1),
        ended_at=shop.clock.now(),
    )
    answers = await shop.register_sales([(shop.operator, sale)] * SALES_AT_ONCE)
    return [answer.code if isinstance(answer, DomainError) else "taken" for answer in answers]


async def storm(shops: Sequence[Shop], attempts: int) -> Counter[str]:
    """Let everybody ask for the same product, by hand and over the counter."""
    added = await shops[0].add_product(shops[0].administrator, adding(balance=Quantity.of(PIECES)))
    outcomes: Counter[str] = Counter()

    async def client(turn: int) -> None:
        shop = shops[turn % len(shops)]
        while outcomes.total() < attempts:
            for take in (withdraw, sell) if turn % 2 else (sell, withdraw):
                outcomes.update(await take(shop, added.receipt.id))

    async with asyncio.TaskGroup() as group:
        for turn in range(CLIENTS):
            group.create_task(client(turn))
    return outcomes


async def sell_out(url: str, attempts: int) -> None:
    """Ask for much more than there is and look at what became of it."""
    async with shops_on(url, 4) as shops:
        outcomes = await storm(shops, attempts)
        database = storage_of(shops[0])
        assert isinstance(database, Database)
        books = await books_in_sql(database)
    assert outcomes.total() >= attempts
    assert outcomes["taken"] == PIECES
    assert set(outcomes) == {"taken", "INSUFFICIENT_STOCK", "BALANCE_BELOW_ZERO"}
    assert list(books.balances.values()) == [0]
    assert books.mistakes() == []
    assert len(books.ledger) == 1 + PIECES


@pytest.mark.heavy
@pytest.mark.timeout(600)
async def test_exactly_what_there_is_goes(database_url):
    await sell_out(database_url, 20_000)


@pytest.fixture(params=["OFF", "ON"])
def books_under_snapshot_isolation(own_mariadb_server, request):
    """Books on a server with `innodb_snapshot_isolation` off or on, where it knows that."""
    server = own_mariadb_server.server
    if not server.execute("SHOW GLOBAL VARIABLES LIKE 'innodb_snapshot_isolation'"):
        pytest.skip("this MariaDB has no innodb_snapshot_isolation")
    server.execute(f"SET GLOBAL innodb_snapshot_isolation = {request.param}")
    url = server.create_database()
    make_tables(url)
    return url


@pytest.mark.mariadb
@pytest.mark.heavy
@pytest.mark.timeout(600)
async def test_exactly_what_there_is_goes_whatever_the_snapshots(books_under_snapshot_isolation):
    await sell_out(books_under_snapshot_isolation, 5_000)


@pytest.mark.slow
async def test_reading_and_then_writing_a_balance_sells_what_is_not_there(server_engine, books):
    """The pattern that the guarded statement is there to avoid, to show that it is needed."""
    pieces, sold = 40, 0
    async with opened(books) as database:
        await add(database, a_product(balance=Quantity.of(pieces)))

        async def take() -> None:
            nonlocal sold
            for _ in range(8):
                async with database.writing() as session:
                    balance = await session.scalar(select(products.c.balance))
                    assert balance is not None
                    if balance < ONE:
                        return
                    await asyncio.sleep(0.002)
                    _ = await session.run(update(products).values(balance=balance - ONE))
                    await session.commit()
                sold += 1

        async with asyncio.TaskGroup() as group:
            for _ in range(16):
                group.create_task(take())
        left = await remaining(database)
        await empty(database)
    assert sold + left > pieces


@pytest.mark.slow
async def test_locks_in_one_order_never_wait_for_each_other(server_engine, books):
    conflicts, sold = await order_storm(books, lambda numbers: [sorted(numbers)])
    assert conflicts == 0
    assert sold == 16 * 12


@pytest.mark.slow
async def test_locks_in_any_order_do(server_engine, books):
    """The control arm of the test before: the same storm, each product held by itself."""
    conflicts, _ = await order_storm(books, lambda numbers: [[number] for number in numbers])
    assert conflicts > 0


async def order_storm(
    books: str, portions: Callable[[list[int]], list[list[int]]]
) -> tuple[int, int]:
    """Let 16 clients take 5 of 20 products each, 12 times; return the conflicts and the takings."""
    chance = random.Random(7)
    conflicts = sold = 0
    async with opened(books) as database:
        await add(database, *(a_product(number) for number in range(1, 21)))

        async def take(numbers: list[int]) -> None:
            nonlocal conflicts, sold
            try:
                async with SqlUnitOfWork(database) as uow:
                    held: dict[ProductId, Product] = {}
                    for portion in portions(numbers):
                        held |= await uow.products.get_many_for_update(
                            [ProductId(number) for number in portion]
                        )
                    origin = Origin(OriginKind.ORDER, 1)
                    for product in held.values():
                        product.sell(Quantity.of("0.1"), origin=origin, by=KEEPER, at=ADDED)
                    await uow.products.save_many(held.values())
                    await uow.commit()
                sold += 1
            except StorageConflict:
                conflicts += 1

        async def client(orders: list[list[int]]) -> None:
            for numbers in orders:
                await take(numbers)

        async with asyncio.TaskGroup() as group:
            for _ in range(16):
                group.create_task(client([chance.sample(range(1, 21), 5) for _ in range(12)]))
        assert list((await books_in_sql(database)).wrong_balances()) == []
        await empty(database)
    return conflicts, sold


@pytest.fixture
def books(server_engine, request):
    """A database of this test alone on each server."""
    server = request.getfixturevalue(f"{server_engine}_server")
    url = server.create_database()
    make_tables(url)
    yield url
    server.drop_database(url)


async def add(database, *wanted):
    async with SqlUnitOfWork(database) as uow:
        for product in wanted:
            await uow.products.add(product)
        await uow.commit()


async def remaining(database):
    async with database.reading() as session:
        balance = await session.scalar(select(products.c.balance))
    return int(balance.amount)
