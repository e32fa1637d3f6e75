"""What a key promises, line by line, over HTTP and on real databases."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.operations import idempotency
from cashhaven_adapters.sql.tables.sales import sales
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_app.lifespan import close
from cashhaven_domain.shared.operations import Operation, OperationKey
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.use_cases.move_stock import MoveStockCommand
from tests.adapters.litestar.support import Web, web_shop
from tests.support.books import books_in_sql
from tests.support.database_urls import database_with_tables
from tests.support.databases import empty
from tests.support.selling import a_sale, balance_of, selling, stocked
from tests.support.shops import shop_on, storage_of

ACAI = ProductId(1)
SALE = {
    "id": 1,
    "venda": 12.00,
    "inicio": "2024-01-15T10:00:00Z",
    "fim": "2024-01-15T10:05:00Z",
}
ORDER = {
    "items": [{"produto_id": 1, "quantidade": 1, "preco_unitario": 12.00}],
    "total": 12.00,
}
PAIRS = 32


@pytest.fixture(scope="module")
def url(
    sql_engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with tables, on each chosen engine in turn."""
    with database_with_tables(sql_engine, request, tmp_path_factory) as url:
        yield url


@pytest.fixture
async def web(url: str) -> AsyncIterator[Web]:
    """A served shop on that database, with one product, whose books must add up in the end."""
    shop = shop_on(url)
    try:
        async with web_shop(shop=shop) as web:
            assert await stocked(shop, 100) == ACAI
            yield web
            wrong = (await books_in_sql(database_of(web))).mistakes()
            await empty(database_of(web))
            assert wrong == []
    finally:
        await close(shop.container)


def database_of(web: Web) -> Database:
    """Return what the shop keeps its books in."""
    database = storage_of(web.shop)
    assert isinstance(database, Database)
    return database


async def number_of_sales(web):
    async with database_of(web).reading() as session:
        return await session.scalar(select(func.count()).select_from(sales))


async def number_of_keys(web):
    async with database_of(web).reading() as session:
        return await session.scalar(select(func.count()).select_from(idempotency))


async def sell(web, key, client=None, **parts):
    return await (client or web.operator).post(
        "/api/sale/forsale", json=SALE | parts, headers={"Idempotency-Key": key}
    )


async def order(web, key, **parts):
    return await web.operator.post(
        "/api/order/create", json=ORDER | parts, headers={"Idempotency-Key": key}
    )


@pytest.mark.parametrize("ask", [sell, order])
async def test_the_same_key_and_body_bring_the_same_reply(web, ask):
    first, again = await ask(web, "k"), await ask(web, "k")
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert [reply.headers.get("Idempotent-Replayed") for reply in (first, again)] == [None, "true"]
    assert (await balance_of(web.shop, ACAI)).as_text() == "99"


async def test_spacing_and_order_of_a_body_do_not_matter(web):
    first = await sell(web, "k")
    text = '{ "fim":"2024-01-15T07:05:00-03:00", "venda":12, "id":1,'
    text += ' "inicio":"2024-01-15T10:00:00.000Z", "quantidade": 1.0, "cliente_id": null }'
    again = await web.operator.post(
        "/api/sale/forsale",
        content=text,
        headers={"Idempotency-Key": '"k"', "Content-Type": "application/json"},
    )
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_another_body_is_refused(web):
    await sell(web, "k")
    for parts in ({"quantidade": 2}, {"venda": 12.01}, {"pagamento": "pix"}):
        answer = await sell(web, "k", **parts)
        assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert await number_of_sales(web) == 1


async def test_another_user_has_keys_of_his_own(web):
    first, other = await sell(web, "k"), await sell(web, "k", client=web.administrator)
    assert "Idempotent-Replayed" not in other.headers
    assert first.json()["data"]["id"] != other.json()["data"]["id"]


async def test_another_route_is_refused(web):
    await sell(web, "k")
    answer = await order(web, "k")
    assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


async def test_of_two_at_once_one_sells_and_the_other_gets_its_reply(web):
    keys = [f"pair-{n}" for n in range(PAIRS)]
    answers = await asyncio.gather(*(sell(web, key) for key in keys for _ in range(2)))
    assert Counter(answer.status_code for answer in answers) == {201: 2 * PAIRS}
    for first, second in zip(answers[::2], answers[1::2], strict=True):
        assert first.content == second.content
        replayed = {answer.headers.get("Idempotent-Replayed") for answer in (first, second)}
        assert replayed == {None, "true"}
    assert await number_of_sales(web) == PAIRS
    assert (await balance_of(web.shop, ACAI)).as_text() == str(100 - PAIRS)


async def test_what_was_refused_stays_refused_after_restocking(web):
    first = await sell(web, "k", quantidade=101)
    restock = MoveStockCommand(product_id=ACAI, quantity=selling().quantity)
    await web.shop.move_stock(web.shop.administrator, restock)
    again = await sell(web, "k", quantidade=101)
    assert (first.status_code, first.json()["code"]) == (409, "INSUFFICIENT_STOCK")
    assert again.status_code == 409
    assert again.headers["Idempotent-Replayed"] == "true"
    for part in ("errors", "code", "detalhes"):
        assert again.json()[part] == first.json()[part]
    assert await number_of_sales(web) == 0


@pytest.mark.parametrize(
    ("parts", "status"), [({"id": 99}, 404), ({"cliente_id": 99}, 404), ({"venda": 11}, 409)]
)
async def test_refusals_by_a_rule_are_kept(web, parts, status):
    answers = [await sell(web, "k", **parts) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status] * 2
    assert answers[1].headers["Idempotent-Replayed"] == "true"


async def test_a_request_that_made_no_sense_leaves_its_key_free(web):
    for parts in ({"venda": 0}, {"fim": "2024-01-15T09:00:00Z"}, {"fim": "2024-01-15T11:00:00Z"}):
        assert (await sell(web, "k", **parts)).status_code == 400
    assert await number_of_keys(web) == await keys_of_stocking(web)
    assert (await sell(web, "k")).status_code == 201


async def keys_of_stocking(web):
    """Return how many keys there are that no sale asked for."""
    async with database_of(web).reading() as session:
        query = select(func.count()).where(idempotency.c.operation != "sale.register")
        return await session.scalar(query)


@pytest.mark.parametrize("ask", [sell, order])
async def test_after_a_day_the_key_is_known_but_its_answer_is_not(web, ask):
    assert (await ask(web, "k")).status_code == 201
    web.shop.clock.advance(timedelta(hours=23, minutes=59))
    assert (await ask(web, "k")).headers["Idempotent-Replayed"] == "true"
    web.shop.clock.advance(timedelta(minutes=1))
    for _ in range(2):
        answer = await ask(web, "k")
        assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_EXPIRED")
    assert (await balance_of(web.shop, ACAI)).as_text() == "99"


async def test_a_transaction_that_died_leaves_its_key_free(web):
    actor = web.shop.operator
    operation = Operation.of(actor, "sale.register", selling(operation_key=OperationKey("k")))
    assert operation is not None
    async with SqlUnitOfWork(database_of(web)) as uow:
        assert list(await uow.operations.claim([operation], web.shop.clock.now())) == [None]
        product = await uow.products.get_for_update(ACAI)
        await uow.sales.add_many([a_sale(77, product, operation_key=operation.permanent_key)])
        await uow.products.save(product)
    answer = await sell(web, "k")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert (await balance_of(web.shop, ACAI)).as_text() == "99"


async def test_who_hangs_up_anywhere_and_asks_again_sells_once(web):
    hung_up = 0
    for n in range(90):
        request = asyncio.create_task(sell(web, f"k{n}"))
        await asyncio.sleep((n % 45) * 0.0005)
        hung_up += request.cancel()
        _ = await asyncio.gather(request, return_exceptions=True)
        again = await sell(web, f"k{n}")
        assert again.status_code == 201
    assert hung_up, "nobody hung up, so nothing was proved"
    assert await number_of_sales(web) == 90
    assert (await balance_of(web.shop, ACAI)).as_text() == "10"


async def test_a_request_without_a_key_is_a_request_of_its_own(web):
    for _ in range(2):
        assert (await web.operator.post("/api/sale/forsale", json=SALE)).status_code == 201
    assert await number_of_sales(web) == 2
