"""Orders, the numbers that wait for them (`OrderNumbers`), and their `FiscalDocumentRepository`."""

import asyncio
from datetime import timedelta

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.access_key import AccessKey
from cashhaven_domain.orders.errors import OrderNotFound
from cashhaven_domain.orders.fiscal_document import (
    FiscalAnswer,
    FiscalDocument,
    FiscalDocumentId,
    FiscalStatus,
)
from cashhaven_domain.orders.ports import OrderNeeds
from cashhaven_domain.orders.status import OrderStatus
from cashhaven_domain.orders.terms import Delivery, DeliveryKind, OrderId, Payment
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import StaleAggregate, StorageConflict
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from tests.support.clients import a_client
from tests.support.products import a_product
from tests.support.selling import REGISTERED, SELLER, an_order

ONE, TWO = OrderId(1), OrderId(2)
SELLER_HERSELF = Actor(user_id=SELLER, name="Operadora")
KEY = AccessKey("35261112ABC34501DE35650010000001231123456780")
LATER = REGISTERED + timedelta(minutes=5)


def content(aggregate):
    hidden = {"_events", "_new_steps"}
    return {
        name: getattr(aggregate, name)
        for name in aggregate.__dataclass_fields__
        if name not in hidden
    }


def needing(keys=(), numbers=(), clients=(), products=()):
    return OrderNeeds(
        keys=frozenset(keys),
        numbers=frozenset(numbers),
        clients=frozenset(clients),
        products=frozenset(products),
    )


@pytest.fixture
async def shelf(storage):
    """A storage with three products and a client."""
    async with storage.new_uow() as uow:
        await uow.clients.add(a_client(1))
        for number in (1, 2, 3):
            await uow.products.add(a_product(number))
        await uow.commit()
    return storage


async def place(storage, *numbers, product_ids=(1, 2), **parts):
    async with storage.new_uow() as uow:
        shelf = await uow.products.get_many_for_update(product_ids)
        products = [shelf[number] for number in product_ids]
        orders = [an_order(number, *products, **parts) for number in numbers]
        await uow.orders.add_many(orders)
        await uow.products.save_many(shelf.values())
        await uow.commit()
    return orders


async def load(storage, order_id=ONE):
    async with storage.new_uow() as uow:
        return await uow.orders.get_for_update(order_id)


async def save(storage, repository, aggregate):
    async with storage.new_uow() as uow:
        await getattr(uow, repository).save(aggregate)
        await uow.commit()


async def go_on(storage, status, order_id=ONE):
    async with storage.new_uow() as uow:
        order = await uow.orders.get_for_update(order_id)
        order.move_to(status, actor=SELLER_HERSELF, at=LATER)
        await uow.orders.save(order)
        await uow.commit()
    return order


async def test_an_order_comes_back_equal_with_all_its_parts(shelf):
    (order,) = await place(
        shelf,
        1,
        product_ids=(3, 1, 2),
        client_id=ClientId(1),
        notes="Sem açúcar\n🥝 à parte",
        payments=(
            Payment(method=PaymentMethod.PIX, amount=Money.of("30.00")),
            Payment(method=PaymentMethod.CASH, amount=Money.of("6.00")),
        ),
        delivery=Delivery(kind=DeliveryKind.DOOR, address="Rua A, 1\nFundos", minutes=40),
    )
    found = await load(shelf)
    assert content(found) == content(order)
    assert [item.product_id for item in found.items] == [3, 1, 2]
    assert found.new_steps == ()


async def test_a_plain_order_comes_back_equal(shelf):
    (order,) = await place(shelf, 1, operation_key=None)
    assert content(await load(shelf)) == content(order)


async def test_nothing_survives_without_commit(shelf):
    async with shelf.new_uow() as uow:
        products = await uow.products.get_many_for_update([1])
        await uow.orders.add_many([an_order(1, *products.values())])
        await uow.products.save_many(products.values())
    with pytest.raises(OrderNotFound):
        await load(shelf)


async def test_many_orders_are_kept_at_once_and_told_once_in_order(shelf):
    before = len(await shelf.told())
    await place(shelf, *range(1, 41))
    told = [event for event in (await shelf.told())[before:] if event[1] == "order.created"]
    assert [event[2] for event in told] == list(range(1, 41))
    assert [len((await load(shelf, OrderId(number))).items) for number in (1, 40)] == [2, 2]


async def test_as_many_orders_as_a_group_may_hold_come_back_equal(shelf):
    hostile = "'; COMMIT; -- \\ \\' \" ` % %s ? \n 🥝"
    async with shelf.new_uow() as uow:
        for number in (11, 12, 13):
            await uow.products.add(a_product(number, balance=Quantity.of(128)))
        await uow.commit()
    placed = await place(shelf, *range(1, 129), product_ids=(11, 12, 13), notes=hostile)
    assert len(placed) == 128
    for order in placed:
        assert content(await load(shelf, order.id)) == content(order)


async def test_no_orders_are_kept_at_once_too(shelf):
    async with shelf.new_uow() as uow:
        await uow.orders.add_many([])
        await uow.commit()


async def test_steps_are_kept_in_order_and_raise_the_version(shelf):
    await place(shelf, 1)
    await go_on(shelf, OrderStatus.PREPARING)
    order = await go_on(shelf, OrderStatus.READY)
    assert order.version == 3
    found = await load(shelf)
    assert content(found) == content(order)
    assert [step.status for step in found.history] == ["recebido", "em_preparo", "pronto"]
    told = [event[3] for event in await shelf.told() if event[1] == "order.status_changed"]
    assert [(event["before"], event["status"]) for event in told] == [
        ("recebido", "em_preparo"),
        ("em_preparo", "pronto"),
    ]


async def test_an_order_that_did_not_move_has_no_new_step(shelf):
    await place(shelf, 1)
    await save(shelf, "orders", await load(shelf))
    found = await load(shelf)
    assert (found.version, len(found.history)) == (2, 1)


async def test_a_loaded_order_is_detached(shelf):
    await place(shelf, 1)
    order = await load(shelf)
    order.move_to(OrderStatus.PREPARING, actor=SELLER_HERSELF, at=LATER)
    found = await load(shelf)
    assert (found.status, len(found.history)) == (OrderStatus.RECEIVED, 1)


async def test_an_old_version_is_refused(shelf):
    await place(shelf, 1)
    old = await load(shelf)
    await go_on(shelf, OrderStatus.PREPARING)
    old.move_to(OrderStatus.PREPARING, actor=SELLER_HERSELF, at=LATER)
    with pytest.raises(StaleAggregate):
        await save(shelf, "orders", old)
    assert len((await load(shelf)).history) == 2


async def test_what_was_ordered_can_be_asked_without_holding_the_order(shelf):
    await place(shelf, 1, product_ids=(3, 1, 3))
    async with shelf.new_uow() as uow:
        assert await uow.orders.get_product_ids(ONE) == {1, 3}


async def test_an_unknown_order_is_not_found(shelf):
    async with shelf.new_uow() as uow:
        for ask in (uow.orders.get_product_ids, uow.orders.hold, uow.orders.get_for_update):
            with pytest.raises(OrderNotFound):
                await ask(ONE)


async def test_used_keys_are_found_exactly(shelf):
    await place(shelf, 1, operation_key="8:Key")
    async with shelf.new_uow() as uow:
        held = await uow.hold_for_orders(needing(keys={"8:Key", "8:key", "9:Key"}))
        order = await uow.orders.get_by_key("8:Key")
    assert held.used_keys == {"8:Key"}
    assert content(order) == content(await load(shelf))


async def test_a_key_places_one_order_for_ever(shelf):
    await place(shelf, 1, operation_key="8:Key")
    with pytest.raises(StorageConflict):
        await place(shelf, 2, operation_key="8:Key")
    with pytest.raises(OrderNotFound):
        await load(shelf, TWO)


async def test_of_two_who_go_on_at_once_one_comes_late(shelf):
    await place(shelf, 1)

    async def try_to_go_on():
        try:
            await go_on(shelf, OrderStatus.PREPARING)
        except Exception as error:
            return type(error).__name__
        return "done"

    outcomes = await asyncio.gather(*(try_to_go_on() for _ in range(4)))
    assert sorted(outcomes) == ["WrongOrderStatus"] * 3 + ["done"]


async def hand_out(storage, *numbers):
    async with storage.new_uow() as uow:
        for number in numbers:
            await uow.order_numbers.hand_out(OrderId(number), by=SELLER, at=REGISTERED)
        await uow.commit()


async def waiting(storage, *numbers):
    async with storage.new_uow() as uow:
        return await uow.order_numbers.hold_waiting(set(numbers))


async def test_numbers_wait_until_they_are_used(storage):
    await hand_out(storage, 1, 2, 3)
    assert await waiting(storage, 3, 1, 9) == {1, 3}
    async with storage.new_uow() as uow:
        held = await uow.order_numbers.hold_waiting({1, 3})
        await uow.order_numbers.use(held)
        await uow.commit()
    assert await waiting(storage, 1, 2, 3) == {2}


async def test_a_number_that_was_not_used_after_all_waits_again(storage):
    await hand_out(storage, 1)
    async with storage.new_uow() as uow:
        await uow.order_numbers.use(await uow.order_numbers.hold_waiting({1}))
    assert await waiting(storage, 1) == {1}


async def test_no_numbers_are_held_and_used(storage):
    async with storage.new_uow() as uow:
        assert await uow.order_numbers.hold_waiting(set()) == frozenset()
        await uow.order_numbers.use(set())
        await uow.commit()


async def test_a_number_that_two_want_is_had_by_one(storage):
    await hand_out(storage, 1)

    async def use():
        async with storage.new_uow() as uow:
            held = await uow.order_numbers.hold_waiting({1})
            await asyncio.sleep(0.01)
            await uow.order_numbers.use(held)
            await uow.commit()
        return len(held)

    assert sorted(await asyncio.gather(use(), use(), use())) == [0, 0, 1]


def a_document(document_id=1, order_id=ONE, **parts):
    usual = {
        "order_id": order_id,
        "uuid": f"uuid-{document_id}",
        "status": FiscalStatus.PROCESSING,
    }
    answer = FiscalAnswer(**usual | parts)
    return FiscalDocument.open(FiscalDocumentId(document_id), answer, at=REGISTERED)


async def add_documents(storage, *documents):
    async with storage.new_uow() as uow:
        for document in documents:
            await uow.fiscal_documents.add(document)
        await uow.commit()


async def find(storage, uuid):
    async with storage.new_uow() as uow:
        return await uow.fiscal_documents.find_for_update(uuid)


async def test_a_fiscal_document_comes_back_equal(shelf):
    await place(shelf, 1)
    document = a_document(
        status=FiscalStatus.APPROVED,
        reason="Autorizado",
        number="123",
        series="1",
        model="65",
        receipt="9",
        access_key=KEY,
    )
    await add_documents(shelf, document)
    assert content(await find(shelf, "uuid-1")) == content(document)


async def test_a_fiscal_document_is_found_by_its_exact_name(shelf):
    await place(shelf, 1)
    await add_documents(shelf, a_document(uuid="Ab-1"))
    assert await find(shelf, "ab-1") is None
    assert await find(shelf, "Áb-1") is None
    assert (await find(shelf, "Ab-1")).id == 1


async def test_what_an_order_has_of_documents_comes_oldest_first(shelf):
    await place(shelf, 1, 2, product_ids=(1,))
    await add_documents(shelf, a_document(2), a_document(1), a_document(3, TWO))
    async with shelf.new_uow() as uow:
        assert [d.id for d in await uow.fiscal_documents.find_all_of(ONE)] == [1, 2]
        assert await uow.fiscal_documents.find_all_of(OrderId(9)) == []


async def test_a_further_answer_is_kept_and_raises_the_version(shelf):
    await place(shelf, 1)
    await add_documents(shelf, a_document())
    answer = FiscalAnswer(order_id=ONE, uuid="uuid-1", status=FiscalStatus.APPROVED, access_key=KEY)
    async with shelf.new_uow() as uow:
        document = await uow.fiscal_documents.find_for_update("uuid-1")
        assert document.learn(answer, at=LATER)
        await uow.fiscal_documents.save(document)
        await uow.commit()
    assert document.version == 2
    assert content(await find(shelf, "uuid-1")) == content(document)
    told = [event for event in await shelf.told() if event[1] == "order.fiscal_updated"]
    assert [event[3]["status"] for event in told] == ["processando", "aprovado"]


async def test_an_old_version_of_a_document_is_refused(shelf):
    await place(shelf, 1)
    await add_documents(shelf, a_document())
    old = await find(shelf, "uuid-1")
    async with shelf.new_uow() as uow:
        await uow.fiscal_documents.save(await uow.fiscal_documents.find_for_update("uuid-1"))
        await uow.commit()
    with pytest.raises(StaleAggregate):
        await save(shelf, "fiscal_documents", old)


async def test_a_document_of_a_name_that_came_just_now_is_a_conflict(shelf):
    await place(shelf, 1)
    await add_documents(shelf, a_document(1, uuid="a-1"))
    with pytest.raises(StorageConflict):
        await add_documents(shelf, a_document(2, uuid="a-1"))


async def test_who_holds_an_order_holds_up_others(shelf):
    await place(shelf, 1)
    order_of_events = []

    async def hold(name, seconds):
        async with shelf.new_uow() as uow:
            await uow.orders.hold(ONE)
            order_of_events.append(f"{name} has it")
            await asyncio.sleep(seconds)
            order_of_events.append(f"{name} lets go")
            await uow.commit()

    await asyncio.gather(hold("first", 0.05), hold("second", 0))
    assert [words.split()[1] for words in order_of_events] == ["has", "lets", "has", "lets"]


async def test_what_orders_need_is_held_and_what_is_missing_left_out(shelf):
    async with shelf.new_uow() as uow:
        await uow.order_numbers.hand_out(OrderId(5), by=SELLER, at=REGISTERED)
        await uow.commit()
    async with shelf.new_uow() as uow:
        held = await uow.hold_for_orders(
            needing(numbers={5, 6}, clients={1, 7}, products={3, 1, 9})
        )
    assert (held.numbers, held.clients) == ({5}, {1})
    assert list(held.products) == [1, 3]
    assert held.used_keys == frozenset()


async def test_orders_may_need_nothing(shelf):
    async with shelf.new_uow() as uow:
        held = await uow.hold_for_orders(needing())
    assert (held.numbers, held.clients, dict(held.products)) == (frozenset(), frozenset(), {})
