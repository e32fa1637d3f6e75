"""The contracts of ParameterRepository, ParameterQueries and ShopRulesReader."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from cashhaven_domain.parameters.catalogue import CATALOGUE
from cashhaven_domain.parameters.parameter import Setting
from cashhaven_domain.parameters.queries import ParameterView
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.errors import StaleAggregate, StorageConflict
from tests.support.users import OPENED

IDS = {definition.name: definition.id for definition in CATALOGUE}
VALUES: dict[str, dict[str, Any]] = {
    "whatsapp": {"bit": True},
    "estoque_minimo": {"value": Decimal("0.125")},
    "fuso_horario": {"value": "America/Noronha"},
    "loja_nome": {"value": "Açaí 🍇 da Praça"},
    "senha_minima": {"value": 12},
}


def loaded(parameters):
    return {parameter.definition.name: parameter for parameter in parameters}


async def load(storage):
    async with storage.new_uow() as uow:
        return loaded(await uow.parameters.get_all_for_update())


async def save(storage, parameter, name, **value):
    parameter.set(Setting(parameter_id=IDS[name], **value))
    parameter.note_change(by=UserId(7), at=OPENED)
    async with storage.new_uow() as uow:
        await uow.parameters.save(parameter)
        await uow.commit()


async def test_every_parameter_is_there_from_the_start(storage):
    parameters = (await load(storage)).values()
    assert [item.definition for item in parameters] == list(CATALOGUE)
    assert all(item.version == 1 for item in parameters)
    assert all(item.value == item.definition.default for item in parameters)


@pytest.mark.parametrize("name", VALUES)
async def test_what_was_set_comes_back_equal(storage, name):
    parameter = (await load(storage))[name]
    await save(storage, parameter, name, **VALUES[name])
    assert parameter.version == 2
    again = (await load(storage))[name]
    assert (again.value, again.version) == (parameter.value, 2)
    assert type(again.value) is type(parameter.definition.default)


async def test_set_again_it_has_the_next_version(storage):
    for text in ("Um", "Dois", "Três"):
        await save(storage, (await load(storage))["loja_nome"], "loja_nome", value=text)
    again = (await load(storage))["loja_nome"]
    assert (again.value, again.version) == ("Três", 4)


async def test_nothing_survives_without_a_commit(storage):
    async with storage.new_uow() as uow:
        parameter = loaded(await uow.parameters.get_all_for_update())["whatsapp"]
        parameter.set(Setting(parameter_id=IDS["whatsapp"], bit=True))
        await uow.parameters.save(parameter)
    assert (await load(storage))["whatsapp"].value is False
    assert await storage.told() == []


async def test_a_loaded_parameter_is_detached(storage):
    async with storage.new_uow() as uow:
        parameter = loaded(await uow.parameters.get_all_for_update())["whatsapp"]
        parameter.set(Setting(parameter_id=IDS["whatsapp"], bit=True))
        await uow.commit()
    assert (await load(storage))["whatsapp"].value is False


@pytest.mark.parametrize("times", [1, 2])
async def test_an_old_version_is_refused(storage, times):
    for _ in range(times - 1):
        await save(storage, (await load(storage))["whatsapp"], "whatsapp", bit=True)
    old = (await load(storage))["whatsapp"]
    await save(storage, (await load(storage))["whatsapp"], "whatsapp", bit=True)
    with pytest.raises((StaleAggregate, StorageConflict)):
        await save(storage, old, "whatsapp", bit=False)
    assert (await load(storage))["whatsapp"].value is True


async def test_two_who_change_at_once_do_it_one_after_the_other(storage):
    async def add(number):
        async with storage.new_uow() as uow:
            parameter = loaded(await uow.parameters.get_all_for_update())["senha_minima"]
            wanted = int(parameter.value) + number
            parameter.set(Setting(parameter_id=IDS["senha_minima"], value=wanted))
            await uow.parameters.save(parameter)
            await uow.commit()

    await add(1)
    await asyncio.gather(add(2), add(4))
    again = (await load(storage))["senha_minima"]
    assert (again.value, again.version) == (15, 4)


async def test_changes_are_told_in_order(storage):
    await save(storage, (await load(storage))["whatsapp"], "whatsapp", bit=True)
    await save(storage, (await load(storage))["loja_nome"], "loja_nome", value="Açaí")
    told = await storage.told()
    assert [(topic, name, number) for topic, name, number, _ in told] == [
        ("params", "param.changed", 1),
        ("params", "param.changed", 6),
    ]
    assert [data["value"] for *_, data in told] == ["1", "Açaí"]


async def test_the_list_shows_what_is_committed(storage):
    await save(storage, (await load(storage))["loja_nome"], "loja_nome", value="Açaí")
    views = await storage.parameter_queries.list_all()
    assert [view.id for view in views] == [definition.id for definition in CATALOGUE]
    definition = CATALOGUE[5]
    assert views[5] == ParameterView(
        id=definition.id,
        name="loja_nome",
        kind=definition.kind,
        value="Açaí",
        default="",
        description=definition.description,
        version=2,
    )


async def test_the_rules_follow_what_is_committed(storage):
    assert await storage.shop_rules.read() == ShopRules.of([])
    for name, value in VALUES.items():
        await save(storage, (await load(storage))[name], name, **value)
    parameters = await load(storage)
    assert await storage.shop_rules.read() == ShopRules.of(parameters.values())
    assert (await storage.shop_rules.read()).shortest_password == 12
