import asyncio
from datetime import timedelta

import pytest

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.errors import ClientNotFound, DuplicateCpf
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StaleAggregate
from tests.support.clients import REGISTERED, a_client, a_person, a_well_known_person, cpf_number

ONE, TWO = ClientId(1), ClientId(2)
LATER = REGISTERED + timedelta(days=1)


def content(client):
    return (
        client.id,
        client.person,
        client.accepts_marketing,
        client.created_at,
        client.updated_at,
        client.anonymised_at,
        client.version,
    )


def rename(client, name):
    person = a_person(name=name, cpf=client.known_person().cpf)
    return client.correct(
        person, accepts_marketing=True, rules=ShopRules.of({}), by=UserId(8), at=LATER
    )


async def add(storage, *clients):
    async with storage.new_uow() as uow:
        for client in clients:
            await uow.clients.add(client)
        await uow.commit()


async def load(storage, client_id=ONE):
    async with storage.new_uow() as uow:
        return await uow.clients.get_for_update(client_id)


async def save(storage, client):
    async with storage.new_uow() as uow:
        await uow.clients.save(client)
        await uow.commit()


async def remove(storage, client):
    async with storage.new_uow() as uow:
        await uow.clients.remove(client)
        await uow.commit()


@pytest.mark.parametrize("person", [a_person(), a_well_known_person()])
async def test_a_client_comes_back_equal(storage, person):
    client = a_client(person=person, accepts_marketing=True)
    await add(storage, client)
    assert content(await load(storage)) == content(client)


async def test_a_name_of_any_letters_and_any_length_comes_back(storage):
    person = a_person(name="\ufdfa😀" * 60)
    await add(storage, a_client(person=person))
    assert (await load(storage)).person == person


async def test_nothing_survives_without_a_commit(storage):
    async with storage.new_uow() as uow:
        await uow.clients.add(a_client())
    with pytest.raises(ClientNotFound):
        await load(storage)
    assert await storage.told() == []


async def test_nothing_survives_an_exception(storage):
    await add(storage, a_client())

    async def fail_after_saving():
        async with storage.new_uow() as uow:
            client = await uow.clients.get_for_update(ONE)
            rename(client, "Maria Silva")
            await uow.clients.save(client)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_saving()
    assert (await load(storage)).known_person().name == "Maria Santos"


async def test_a_loaded_client_is_detached(storage):
    await add(storage, a_client())
    async with storage.new_uow() as uow:
        rename(await uow.clients.get_for_update(ONE), "Maria Silva")
        await uow.commit()
    assert (await load(storage)).known_person().name == "Maria Santos"


async def test_a_change_is_kept_and_raises_the_version(storage):
    await add(storage, a_client())
    client = await load(storage)
    rename(client, "Maria Silva")
    await save(storage, client)
    assert client.version == 2
    assert content(await load(storage)) == content(client)


async def test_a_change_based_on_an_old_version_is_refused(storage):
    await add(storage, a_client())
    old, new = await load(storage), await load(storage)
    rename(new, "Maria Silva")
    await save(storage, new)
    rename(old, "Maria Souza")
    with pytest.raises(StaleAggregate):
        await save(storage, old)
    assert (await load(storage)).known_person().name == "Maria Silva"


async def test_a_change_of_a_client_that_is_gone_is_refused(storage):
    await add(storage, a_client())
    client = await load(storage)
    await remove(storage, await load(storage))
    rename(client, "Maria Silva")
    with pytest.raises(StaleAggregate):
        await save(storage, client)


async def test_a_number_that_nobody_has_is_not_found(storage):
    with pytest.raises(ClientNotFound):
        await load(storage)


async def test_two_clients_cannot_have_the_same_cpf(storage):
    await add(storage, a_client(1, a_person()))
    with pytest.raises(DuplicateCpf):
        await add(storage, a_client(2, a_person(name="Outra")))
    with pytest.raises(ClientNotFound):
        await load(storage, TWO)


async def test_a_client_cannot_take_the_cpf_of_another(storage):
    await add(storage, a_client(1), a_client(2))
    client = await load(storage, TWO)
    client.correct(
        a_person(cpf=cpf_number(1)),
        accepts_marketing=False,
        rules=ShopRules.of({}),
        by=UserId(8),
        at=LATER,
    )
    with pytest.raises(DuplicateCpf):
        await save(storage, client)
    assert (await load(storage, TWO)).known_person().cpf == cpf_number(2)


async def test_of_parallel_registrations_with_one_cpf_one_is_kept(storage):
    results = await asyncio.gather(
        *(add(storage, a_client(number, a_person())) for number in range(1, 5)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == [
        "DuplicateCpf",
        "DuplicateCpf",
        "DuplicateCpf",
        "NoneType",
    ]


async def test_a_removed_client_is_gone_and_the_cpf_free(storage):
    await add(storage, a_client(1, a_person()))
    await remove(storage, await load(storage))
    with pytest.raises(ClientNotFound):
        await load(storage)
    await add(storage, a_client(2, a_person()))


async def test_a_client_that_was_changed_meanwhile_is_not_removed(storage):
    await add(storage, a_client())
    old, new = await load(storage), await load(storage)
    rename(new, "Maria Silva")
    await save(storage, new)
    with pytest.raises(StaleAggregate):
        await remove(storage, old)


async def test_an_anonymous_client_stays_and_the_cpf_is_free(storage):
    await add(storage, a_client(1, a_well_known_person()))
    client = await load(storage)
    client.become_anonymous(by=UserId(9), at=LATER)
    await save(storage, client)
    assert content(await load(storage)) == content(client)
    await add(storage, a_client(2, a_well_known_person()))


async def test_several_clients_may_be_anonymous(storage):
    for number in (1, 2):
        await add(storage, a_client(number))
        client = await load(storage, ClientId(number))
        client.become_anonymous(by=UserId(9), at=LATER)
        await save(storage, client)
    assert (await load(storage, TWO)).person is None


async def test_parallel_changes_of_one_client_follow_one_another(storage):
    await add(storage, a_client())

    async def change(number):
        async with storage.new_uow() as uow:
            client = await uow.clients.get_for_update(ONE)
            rename(client, f"Maria {number}")
            await uow.clients.save(client)
            await uow.commit()

    await asyncio.gather(*(change(number) for number in range(5)))
    assert (await load(storage)).version == 6


async def test_events_are_told_once_and_in_order(storage):
    client = a_client(1, a_person())
    await add(storage, client)
    rename(client, "Maria Silva")
    await save(storage, client)
    client.leave(by=UserId(9), at=LATER)
    await remove(storage, client)
    told = await storage.told()
    assert [(topic, name, client_id) for topic, name, client_id, _ in told] == [
        ("clients", "client.registered", 1),
        ("clients", "client.changed", 1),
        ("clients", "client.removed", 1),
    ]


async def test_what_is_told_holds_no_personal_data(storage):
    await add(storage, a_client(1, a_well_known_person()))
    told = str(await storage.told())
    for secret in ("Maria", "12345678900", "99999", "exemplo", "Paulista"):
        assert secret not in told


async def test_known_clients_are_those_that_exist_and_are_not_anonymous(storage):
    await add(storage, a_client(1), a_client(2))
    client = await load(storage, TWO)
    client.become_anonymous(by=UserId(9), at=LATER)
    await save(storage, client)
    async with storage.new_uow() as uow:
        assert await uow.clients.hold_known([ClientId(3), TWO, ONE, ONE]) == {ONE}
    async with storage.new_uow() as uow:
        assert await uow.clients.hold_known([]) == frozenset()


async def test_a_held_client_is_not_removed_before_the_holder_is_done(storage):
    await add(storage, a_client())
    steps = []
    held = asyncio.Event()

    async def hold():
        async with storage.new_uow() as uow:
            await uow.clients.hold_known([ONE])
            held.set()
            await asyncio.sleep(0.2)
            steps.append("held")
            await uow.commit()

    async def take():
        await held.wait()
        client = await load(storage)
        steps.append("taken")
        await remove(storage, client)

    await asyncio.gather(hold(), take())
    assert steps == ["held", "taken"]


async def test_a_client_that_is_being_removed_is_known_no_more(storage):
    await add(storage, a_client())
    taken = asyncio.Event()

    async def remove_slowly():
        async with storage.new_uow() as uow:
            client = await uow.clients.get_for_update(ONE)
            taken.set()
            await uow.clients.remove(client)
            await asyncio.sleep(0.2)
            await uow.commit()

    async def ask_meanwhile():
        await taken.wait()
        async with storage.new_uow() as uow:
            return await uow.clients.hold_known([ONE])

    _, known = await asyncio.gather(remove_slowly(), ask_meanwhile())
    assert known == frozenset()


async def test_a_client_without_sales_and_orders_has_no_history(storage):
    await add(storage, a_client())
    async with storage.new_uow() as uow:
        assert not await uow.clients.has_history(ONE)
