from datetime import timedelta

import pytest
from sqlalchemy import select, update

from cashhaven_adapters.sql.errors import StorageDefectError
from cashhaven_adapters.sql.repositories.products import BALANCES_AT_ONCE
from cashhaven_adapters.sql.tables.stock import products
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import fold
from cashhaven_domain.stock.product import ProductId
from tests.support.products import ADDED, KEEPER, a_product
from tests.support.sent import texts_of, watched

LATER = ADDED + timedelta(hours=1)


async def add(database, *wanted):
    async with SqlUnitOfWork(database) as uow:
        for product in wanted:
            await uow.products.add(product)
        await uow.commit()


async def change(database, *verbs):
    async with SqlUnitOfWork(database) as uow:
        product = await uow.products.get_for_update(ProductId(1))
        for verb in verbs:
            verb(product)
        await uow.products.save(product)
        await uow.commit()


async def counters(database):
    async with database.reading() as session:
        return tuple(await session.first(select(products.c.changes, products.c.version)))


def receive(product):
    product.receive(Quantity.of(1), by=KEEPER, at=LATER)


def count_the_same(product):
    product.count(product.balance, by=KEEPER, at=LATER)


def charge_more(product):
    product.change_prices(product.sale_price + Money.of(1), by=KEEPER, at=LATER)


async def test_changes_of_the_balance_and_of_the_card_are_counted_apart(database):
    await add(database, a_product())
    assert await counters(database) == (1, 1)
    await change(database, receive, receive)
    assert await counters(database) == (3, 1)
    await change(database, charge_more)
    assert await counters(database) == (3, 2)
    await change(database, count_the_same)
    assert await counters(database) == (4, 2)


async def test_a_removed_product_has_nothing_that_another_could_collide_with(database):
    await add(database, a_product())
    await change(database, lambda product: product.remove(at=LATER))
    async with database.reading() as session:
        assert await session.scalar(select(products.c.likeness)) is None


async def test_a_product_is_found_by_its_folded_name(database):
    await add(database, a_product())
    await change(
        database,
        lambda product: product.relabel(name="Pão", supplier="ABC", minimum=None, at=LATER),
    )
    async with database.reading() as session:
        assert await session.scalar(select(products.c.name_folded)) == fold("Pão")


async def test_the_last_wall_stands(database):
    await add(database, a_product())
    below = update(products).values(balance=Quantity.of(-1))
    async with database.writing() as session:
        with pytest.raises(StorageDefectError, match="ck_product_balance"):
            await session.run(below)


async def test_two_products_never_share_an_id(database):
    await add(database, a_product())
    async with SqlUnitOfWork(database) as uow:
        with pytest.raises(StorageDefectError):
            await uow.products.add(a_product(1, name="Outro"))


async def test_one_statement_changes_many_balances(database):
    numbers = [ProductId(number) for number in range(1, BALANCES_AT_ONCE + 2)]
    await add(database, *(a_product(number) for number in numbers))
    statements: list[list[str]] = []

    def look(sent):
        pieces = [text for statement in sent for text, _ in texts_of(database, statement)]
        statements.extend(text.split()[:2] for text in pieces)
        return sent

    with watched(database, look):
        async with SqlUnitOfWork(database) as uow:
            loaded = await uow.products.get_many_for_update(numbers)
            for product in loaded.values():
                receive(product)
            statements.clear()
            await uow.products.save_many(loaded.values())
            await uow.commit()
    changed = [["UPDATE", "product"], ["UPDATE", "product"]]
    assert statements == [*changed, ["INSERT", "INTO"]]
