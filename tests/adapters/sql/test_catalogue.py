"""Products in memory: as new as they must be, read no more often than that needs."""

import asyncio
import random

import pytest
from sqlalchemy import event, update

from cashhaven_adapters.sql.catalogue import catalogue as catalogue_module
from cashhaven_adapters.sql.catalogue.names import Names
from cashhaven_adapters.sql.catalogue.queries import CatalogueProductQueries
from cashhaven_adapters.sql.catalogue.rows import AT_ONCE, read_these
from cashhaven_adapters.sql.catalogue.touched import products_of
from cashhaven_adapters.sql.queries.products import SqlProductQueries
from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.stream import SqlEventStream
from cashhaven_adapters.sql.tables.stock import products
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_app.stream.following import Follower
from cashhaven_domain.shared.errors import OutcomeUnknown, Unavailable
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.movement import Origin, OriginKind
from cashhaven_domain.stock.naming import place_in_search
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.telling import tell_balances
from cashhaven_domain.stream.stored_event import StoredEvent
from tests.support.databases import opened
from tests.support.products import ADDED, KEEPER, a_product
from tests.support.seconds import Seconds

WHOLE = PageRequest()
MAX_AGE = 1.0


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
async def stream(database, seconds):
    """What tells of commits; nothing runs here, so it reads when it is asked."""
    follower = Follower(SqlEventStream(database), SqlRelay(database), monotonic=seconds)
    yield follower
    await follower.close()


@pytest.fixture
async def catalogue(database, stream):
    queries = CatalogueProductQueries(database, stream, max_age=MAX_AGE)
    yield queries
    await queries.close()


@pytest.fixture
async def other_process(database, database_url):
    async with opened(database_url) as other:
        yield other


@pytest.fixture
def statements(database):
    """The statements that read or change products, as they are sent."""
    sent = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if "FROM product" in statement:
            sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def add(database, *added):
    async with SqlUnitOfWork(database) as uow:
        for product in added:
            await uow.products.add(product)
        await uow.commit()
    _ = await SqlRelay(database).advance()


async def change(database, verb, number=1):
    async with SqlUnitOfWork(database) as uow:
        product = await uow.products.get_for_update(ProductId(number))
        verb(product)
        tell_balances([product], Quantity.zero(), ADDED)
        await uow.products.save(product)
        await uow.commit()
    _ = await SqlRelay(database).advance()


def sell(product):
    product.sell(Quantity.of(1), origin=Origin(OriginKind.SALE, 1), by=KEEPER, at=ADDED)


def take_back(product):
    product.put_back(
        Quantity.of(1), origin=Origin(OriginKind.SALE, 1), note="troca", by=KEEPER, at=ADDED
    )


def rename(product):
    product.relabel(name="Mel", supplier=product.supplier, minimum=None, at=ADDED)


def remove(product):
    product.remove(at=ADDED)


async def balances(queries):
    page = await queries.list_products(WHOLE)
    return {view.id: view.balance.thousandths // 1000 for view in page.items}


async def found(queries, part):
    return [view.id for view in (await queries.search(part, WHOLE)).items]


async def test_what_this_process_commits_shows_at_once(database, catalogue):
    await add(database, a_product(1), a_product(2))
    assert await balances(catalogue) == {1: 100, 2: 100}
    await change(database, sell)
    assert await balances(catalogue) == {1: 99, 2: 100}
    assert await found(catalogue, "mel") == []
    await change(database, rename)
    assert await found(catalogue, "mel") == [1]
    await change(database, lambda p: p.change_prices(Money.of(13), by=KEEPER, at=ADDED))
    assert (await catalogue.find(ProductId(1))).sale_price == Money.of(13)
    await add(database, a_product(3))
    assert await balances(catalogue) == {1: 99, 2: 100, 3: 100}
    await change(database, remove)
    assert await balances(catalogue) == {2: 100, 3: 100}
    assert await found(catalogue, "mel") == []


async def test_a_commit_that_failed_shows_nothing(database, catalogue):
    await add(database, a_product(1))
    before = await catalogue.list_products(WHOLE)
    async with SqlUnitOfWork(database) as uow:
        product = await uow.products.get_for_update(ProductId(1))
        sell(product)
        await uow.products.save(product)
    assert await catalogue.list_products(WHOLE) is before


async def test_after_an_unknown_outcome_the_products_are_read_again(
    database, catalogue, monkeypatch
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    commit = SqlSession.commit

    async def commit_and_lose(self):
        await commit(self)
        raise OutcomeUnknown()

    with monkeypatch.context() as patched:
        patched.setattr(SqlSession, "commit", commit_and_lose)
        with pytest.raises(OutcomeUnknown):
            await change(database, sell)
    assert await balances(catalogue) == {1: 99}


@pytest.mark.parametrize("verb", [sell, rename, remove])
async def test_what_others_commit_shows_when_the_bound_has_passed_and_not_later(
    database, other_process, catalogue, seconds, verb
):
    await add(database, a_product(1), a_product(2))
    before = await catalogue.list_products(WHOLE)
    await change(other_process, verb)
    seconds.now += MAX_AGE / 2
    assert await catalogue.list_products(WHOLE) is before
    seconds.now += MAX_AGE / 2 + 0.001
    fresh = await catalogue.list_products(WHOLE)
    assert fresh == await SqlProductQueries(database).list_products(WHOLE)
    assert fresh != before


async def test_what_nobody_gave_a_place_to_shows_when_the_bound_has_passed(
    database, other_process, catalogue, seconds
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    async with SqlUnitOfWork(other_process) as uow:
        await uow.products.add(a_product(2))
        await uow.commit()
    seconds.now += MAX_AGE + 0.001
    assert await balances(catalogue) == {1: 100, 2: 100}


async def test_what_others_add_shows_when_the_bound_has_passed(
    database, other_process, catalogue, seconds
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    await add(other_process, a_product(2), a_product(300, name="Mel"))
    seconds.now += MAX_AGE + 0.001
    assert await balances(catalogue) == {1: 100, 2: 100, 300: 100}
    assert await found(catalogue, "mel") == [300]


async def test_what_the_stream_has_told_shows_before_the_bound(
    database, other_process, catalogue, stream
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    await change(other_process, sell)
    await stream.catch_up()
    assert await balances(catalogue) == {1: 99}


async def test_an_age_of_nothing_asks_each_time(database, other_process, stream):
    catalogue = CatalogueProductQueries(database, stream, max_age=0)
    await add(database, a_product(1))
    for left in (99, 98, 97):
        await change(other_process, sell)
        assert await balances(catalogue) == {1: left}
    await catalogue.close()


async def test_while_nothing_changes_answers_are_the_same_objects(database, catalogue, seconds):
    await add(database, a_product(1), a_product(2))
    page, hits = await catalogue.list_products(WHOLE), await catalogue.search("produto", WHOLE)
    seconds.now += MAX_AGE * 2
    assert await catalogue.list_products(WHOLE) is page
    assert await catalogue.search("produto", WHOLE) is hits
    await change(database, sell)
    after = await catalogue.list_products(WHOLE)
    assert after is not page
    assert after.items[1] is page.items[1]


async def test_nothing_is_asked_while_nothing_happens(database, catalogue, statements):
    await add(database, *(a_product(number) for number in range(1, 20)))
    _ = await catalogue.list_products(WHOLE)
    statements.clear()
    for number in range(1, 20):
        _ = await catalogue.find(ProductId(number))
        _ = await catalogue.search("produto", PageRequest(number))
        _ = await catalogue.list_low(Quantity.of(number), WHOLE)
    assert statements == []


async def test_many_who_ask_at_once_share_one_reading(database, catalogue, statements):
    await add(database, a_product(1), a_product(2))
    seen = await asyncio.gather(*(balances(catalogue) for _ in range(50)))
    assert seen == [{1: 100, 2: 100}] * 50
    assert len(statements) == 2  # The second finds nothing more.
    for number in (1, 2):
        await change(database, sell, number)
    statements.clear()
    seen = await asyncio.gather(*(balances(catalogue) for _ in range(50)))
    assert seen == [{1: 99, 2: 99}] * 50
    assert len(statements) == 1


async def test_whoever_leaves_does_not_take_the_reading_with_him(database, catalogue):
    await add(database, a_product(1))
    first = asyncio.create_task(balances(catalogue))
    others = [asyncio.create_task(balances(catalogue)) for _ in range(3)]
    await asyncio.sleep(0)
    assert first.cancel()
    assert await asyncio.gather(*others) == [{1: 100}] * 3
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_change_during_a_reading_is_read_after_it(database, catalogue, monkeypatch):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    has_read, may_go_on = asyncio.Event(), asyncio.Event()

    async def read_slowly(session, ids):
        rows = await read_these(session, ids)
        has_read.set()
        await may_go_on.wait()
        return rows

    monkeypatch.setattr(catalogue_module, "read_these", read_slowly)
    await change(database, sell)
    before = asyncio.create_task(balances(catalogue))
    await has_read.wait()
    await change(database, sell)
    after = asyncio.create_task(balances(catalogue))
    await asyncio.sleep(0)
    may_go_on.set()
    assert await before == {1: 99}
    assert await after == {1: 98}


async def test_only_what_was_changed_is_read_again(database, catalogue, monkeypatch):
    await add(database, *(a_product(number) for number in (1, 2, 3)))
    assert len(await balances(catalogue)) == 3
    read = []

    async def read_and_tell(session, ids):
        read.append(set(ids))
        return await read_these(session, ids)

    monkeypatch.setattr(catalogue_module, "read_these", read_and_tell)
    for number in (1, 2):
        await change(database, sell, number)
        _ = await balances(catalogue)
    assert read == [{1}, {2}]


async def test_without_the_database_it_answers_until_the_bound_and_not_longer(
    database, catalogue, seconds, monkeypatch
):
    await add(database, a_product(1))
    before = await catalogue.list_products(WHOLE)

    def away(**_):
        raise Unavailable()

    with monkeypatch.context() as patched:
        patched.setattr(database, "reading", away)
        seconds.now += MAX_AGE
        assert await catalogue.list_products(WHOLE) is before
        await asyncio.sleep(0)
        seconds.now += 0.001
        for _ in range(2):
            with pytest.raises(Unavailable):
                await catalogue.list_products(WHOLE)
    assert await catalogue.list_products(WHOLE) is before


async def test_without_the_database_an_own_change_is_not_passed_over(
    database, catalogue, monkeypatch
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    await change(database, sell)

    def away(**_):
        raise Unavailable()

    with monkeypatch.context() as patched:
        patched.setattr(database, "reading", away)
        with pytest.raises(Unavailable):
            await catalogue.list_products(WHOLE)
    assert await balances(catalogue) == {1: 99}


async def test_a_large_shelf_is_read_in_parts(database, catalogue, other_process, seconds):
    many = 2 * AT_ONCE + 7
    await add(database, *(a_product(number, name=f"Mel {number}") for number in range(1, many)))
    assert list(await balances(catalogue)) == list(range(1, many))
    assert len(await found(catalogue, "mel")) == many - 1
    async with SqlUnitOfWork(other_process) as uow:
        shelf = await uow.products.get_many_for_update(
            [ProductId(number) for number in range(1, many)]
        )
        for product in shelf.values():
            sell(product)
        tell_balances(shelf.values(), Quantity.zero(), ADDED)
        await uow.products.save_many(shelf.values())
        await uow.commit()
    while await SqlRelay(database).advance():
        pass
    seconds.now += MAX_AGE + 1
    assert set((await balances(catalogue)).values()) == {99}


async def test_when_events_went_by_unread_everything_is_read_again(
    database, catalogue, stream, other_process
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    async with other_process.writing() as session:
        _ = await session.run(update(products).values(balance=Quantity.of(5)))
        await session.commit()
    assert await balances(catalogue) == {1: 100}
    _ = await SqlRelay(other_process).begin_epoch()
    await stream.catch_up()
    assert await balances(catalogue) == {1: 5}


async def test_everything_is_read_again_although_a_reading_was_under_way(
    database, catalogue, stream, other_process, monkeypatch
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    has_read, may_go_on = asyncio.Event(), asyncio.Event()

    async def read_slowly(session, ids):
        rows = await read_these(session, ids)
        has_read.set()
        await may_go_on.wait()
        return rows

    monkeypatch.setattr(catalogue_module, "read_these", read_slowly)
    await change(database, sell)
    before = asyncio.create_task(balances(catalogue))
    await has_read.wait()
    async with other_process.writing() as session:
        _ = await session.run(update(products).values(balance=Quantity.of(5)))
        await session.commit()
    _ = await SqlRelay(other_process).begin_epoch()
    await stream.catch_up()
    after = asyncio.create_task(balances(catalogue))
    await asyncio.sleep(0)
    may_go_on.set()
    assert await before == {1: 99}
    assert await after == {1: 5}


async def test_what_is_told_and_known_already_is_not_read_again(
    database, catalogue, stream, statements
):
    await add(database, a_product(1), a_product(2))
    _ = await balances(catalogue)
    await change(database, sell)
    assert await balances(catalogue) == {1: 99, 2: 100}
    statements.clear()
    await stream.catch_up()
    assert await balances(catalogue) == {1: 99, 2: 100}
    assert statements == []


async def test_what_is_told_during_a_reading_is_read_again_though_it_was_known(
    database, catalogue, stream, other_process, monkeypatch
):
    await add(database, a_product(1))
    assert await balances(catalogue) == {1: 100}
    await change(other_process, sell)
    has_read, may_go_on = asyncio.Event(), asyncio.Event()

    async def read_slowly(session, ids):
        rows = await read_these(session, ids)
        has_read.set()
        await may_go_on.wait()
        return rows

    monkeypatch.setattr(catalogue_module, "read_these", read_slowly)
    await stream.catch_up()
    reading = asyncio.create_task(balances(catalogue))
    await has_read.wait()
    await change(other_process, take_back)
    await stream.catch_up()
    may_go_on.set()
    assert await reading == {1: 99}
    assert await balances(catalogue) == {1: 100}


@pytest.mark.parametrize(
    ("topic", "name", "payload", "found"),
    [
        ("sales", "sale.registered", '{"product_id":1}', []),
        (
            "stock",
            "stock.balance_changed",
            '{"balances":[{"balance":"5","low":true,"product_id":1},'
            '{"balance":"0.125","low":true,"product_id":2}]}',
            [(1, Quantity.of(5)), (2, Quantity.of("0.125"))],
        ),
        ("stock", "stock.balance_changed", '{"balance":"5","product_id":1}', [(1, Quantity.of(5))]),
        ("stock", "stock.product_changed", '{"balance":"5","product_id":7}', [(7, None)]),
        ("stock", "stock.counted", "{}", []),
    ],
)
def test_events_say_which_products_they_touch(topic, name, payload, found):
    event = StoredEvent(
        offset=1, event_id="", topic=topic, name=name, aggregate_id=9, payload=payload, at=ADDED
    )
    assert list(products_of(event)) == found


async def test_a_search_finds_what_a_plain_look_at_every_name_finds():
    rnd = random.Random(11)
    words = ["a", "aa", "ab", "ba", "b", "a-b", "a(b", "ab\U0010ffff", "é"]
    names = sorted(
        {(" ".join(rnd.choices(words, k=rnd.randint(1, 3))), number) for number in range(300)}
    )
    index = Names(names)
    for part in ["a", "b", "ab", "a b", "aa a", "-", "b\U0010ffff", "zz", " ", "é"]:
        expected = sorted(
            (name for name in names if part in name[0]),
            key=lambda name: place_in_search(name[0], name[1], part),
        )
        assert list(await index.search(part)) == expected
        for place in range(0, len(expected), 37):
            after = await index.search_after(part, expected[place])
            assert list(after) == expected[place + 1 :]


async def test_names_that_come_and_go_leave_no_trace():
    index = Names(sorted([("mel", 1), ("acai", 2), ("mel", 3)]))
    index = index.having([("suco", 4)], without=[("mel", 1)])
    assert list(await index.search("")) == [("acai", 2), ("mel", 3), ("suco", 4)]
    assert list(await index.search("mel")) == [("mel", 3)]
