"""Values come out of the database as they went in, on every engine."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import Column, MetaData, Table, func, insert, select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.metadata import STORED
from cashhaven_adapters.sql.types import (
    Binary,
    CostColumn,
    Flag,
    Id,
    Key,
    MoneyColumn,
    Note,
    QuantityColumn,
    Word,
)
from cashhaven_domain.shared.money import HIGHEST_AMOUNT, Money, UnitCost
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY, Quantity

samples = Table(
    "sample",
    MetaData(),
    Column("id", Id(), primary_key=True, autoincrement=False),
    Column("money", MoneyColumn()),
    Column("quantity", QuantityColumn()),
    Column("cost", CostColumn()),
    Column("flag", Flag()),
    Column("word", Word(120)),
    Column("code", Key(40)),
    Column("note", Note()),
    Column("digest", Binary(4)),
    prefixes=["TEMPORARY"],
    **STORED,
)
ROWS = [
    {
        "id": 2**62,
        "money": Money(HIGHEST_AMOUNT),
        "quantity": Quantity(HIGHEST_QUANTITY),
        "cost": UnitCost(Decimal("9999999.9999")),
        "flag": True,
        "word": 'Açaí 🍇 do João\'s \\ "casa" %s :x',
        "code": "~!'\\%",
        "note": "linha\n\tdois",
        "digest": b"\x00'\\\xff",
    },
    {
        "id": 1,
        "money": Money.of("-0.01"),
        "quantity": Quantity.of("-0.001"),
        "cost": UnitCost(Decimal("0.0001")),
        "flag": False,
        "word": "",
        "code": "",
        "note": "",
        "digest": bytes(4),
    },
    {"id": 2} | dict.fromkeys(["money", "quantity", "cost", "flag"]),
]


async def keep(session: SqlSession) -> None:
    await session.call(lambda connection: samples.create(connection))
    for row in ROWS:
        _ = await session.run(insert(samples), row)


async def test_values_come_back_equal(database: Database) -> None:
    async with database.reading() as session:
        await keep(session)
        for row in ROWS:
            found = await session.first(select(samples).where(samples.c.id == row["id"]))
            assert found is not None
            assert {name: found._mapping[name] for name in row} == row
        await session.call(lambda connection: samples.drop(connection))


async def test_many_rows_at_once_come_back_equal(database: Database) -> None:
    async with database.reading() as session:
        await session.call(lambda connection: samples.create(connection))
        _ = await session.run(insert(samples), ROWS[:2])
        rows = await session.rows(select(samples).order_by(samples.c.id.desc()))
        assert [dict(row._mapping) for row in rows] == ROWS[:2]
        await session.call(lambda connection: samples.drop(connection))


async def test_sums_and_comparisons_are_exact(database: Database) -> None:
    async with database.reading() as session:
        await keep(session)
        total = func.sum(samples.c.money)
        assert await session.scalar(select(total)) == Money(HIGHEST_AMOUNT - Decimal("0.01"))
        dear = samples.c.money > Money.of("9999999999.98")
        assert await session.scalar(select(samples.c.id).where(dear)) == 2**62
        more = samples.c.quantity + Quantity.of("0.001")
        nothing = select(more).where(samples.c.id == 1)
        assert await session.scalar(nothing) == Quantity.zero()
        await session.call(lambda connection: samples.drop(connection))


async def test_a_finer_number_than_the_column_holds_is_a_bug(database: Database) -> None:
    if not database.dialect.one_writer:
        pytest.skip("servers round, which is why the value objects refuse it")
    fine = SimpleNamespace(amount=Decimal("0.00001"))
    async with database.reading() as session:
        with pytest.raises(Exception, match="AssertionError"):
            _ = await session.scalar(select(samples.c.id).where(samples.c.cost == fine))
