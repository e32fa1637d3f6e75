"""What the table of orders holds beside the order itself."""

from sqlalchemy import select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.orders import orders
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_domain.orders.terms import Delivery, DeliveryKind
from tests.support.products import a_product
from tests.support.selling import an_order


async def test_a_row_with_an_address_has_a_random_name_of_its_own(database: Database) -> None:
    product = a_product()
    at_home = Delivery(kind=DeliveryKind.DOOR, address="Rua A, 1")
    new = [an_order(number, product, delivery=at_home) for number in (1, 2)]
    new.append(an_order(3, product, delivery=Delivery(kind=DeliveryKind.PICK_UP)))
    async with SqlUnitOfWork(database) as uow:
        await uow.products.add(product)
        await uow.orders.add_many(new)
        await uow.commit()
    async with database.reading() as session:
        rows = await session.rows(select(orders.c.crypt_id).order_by(orders.c.id))
    first, second, third = (row.crypt_id for row in rows)
    assert len(first) == len(second) == 16
    assert first != second
    assert third is None
