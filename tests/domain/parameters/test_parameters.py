from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cashhaven_app.testing import open_shop
from cashhaven_domain.parameters.catalogue import CATALOGUE
from cashhaven_domain.parameters.errors import InvalidParameters, StaleParameters
from cashhaven_domain.parameters.events import ParameterChanged
from cashhaven_domain.parameters.parameter import Definition, Kind, ParameterId, Setting
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParametersCommand
from cashhaven_domain.shared.errors import AccessDenied, InvalidInput
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.users.errors import WeakPassword
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.use_cases.update_user import UpdateUserCommand
from tests.support.users import registration

IDS = {definition.name: definition.id for definition in CATALOGUE}


def setting(name, **parts):
    return Setting(parameter_id=IDS[name], **parts)


async def update(shop, *settings, actor=None):
    command = UpdateParametersCommand(settings=settings)
    await shop.update_parameters(actor or shop.administrator, command)


async def views(shop):
    return {view.name: view for view in await shop.list_parameters(shop.operator)}


async def rules_of(shop):
    return await shop.container.adapters.shop_rules().read()


def test_numbers_and_names_of_parameters_are_their_own_for_ever():
    assert [(item.id, item.name) for item in CATALOGUE] == [
        (1, "whatsapp"),
        (2, "estoque_minimo"),
        (3, "cpf_estrito"),
        (4, "preco_livre"),
        (5, "fuso_horario"),
        (6, "loja_nome"),
        (7, "loja_telefone"),
        (8, "cancelamento_minutos"),
        (9, "senha_minima"),
        (10, "senha_admin_forte"),
    ]


@pytest.mark.parametrize("definition", CATALOGUE, ids=lambda item: item.name)
def test_every_default_is_a_value_that_could_be_set(definition: Definition):
    assert definition.accept(definition.default) == definition.default
    assert definition.read(definition.write(definition.default)) == definition.default


@pytest.mark.parametrize("value", [1, "1", Decimal(1)])
def test_a_bit_is_no_number_and_no_text(value):
    with pytest.raises(InvalidInput, match="whatsapp: deve ser 0 ou 1, em bit"):
        CATALOGUE[0].accept(value)


async def test_a_new_shop_has_the_shipped_values():
    shop = open_shop()
    all_views = await shop.list_parameters(shop.operator)
    assert [view.id for view in all_views] == [item.id for item in CATALOGUE]
    assert all(view.value == view.default and view.version == 1 for view in all_views)
    assert await rules_of(shop) == ShopRules(
        minimum_stock=Quantity.of(5),
        strict_cpf=False,
        free_price=False,
        time_zone=ZoneInfo("America/Sao_Paulo"),
        shop_name="",
        shop_phone="",
        own_cancellation=timedelta(minutes=10),
        shortest_password=8,
        strong_administrator_password=False,
    )


async def test_what_is_set_counts_at_once():
    shop = open_shop()
    await rules_of(shop)
    await update(
        shop,
        setting("estoque_minimo", value=Decimal("2.500")),
        setting("cpf_estrito", bit=True),
        setting("preco_livre", bit=True),
        setting("fuso_horario", value="America/Manaus"),
        setting("loja_nome", value="  Açaí da Praça "),
        setting("loja_telefone", value="11 3333 4444"),
        setting("cancelamento_minutos", value=Decimal(30)),
        setting("senha_minima", value=12),
        setting("senha_admin_forte", bit=True),
    )
    assert await rules_of(shop) == ShopRules(
        minimum_stock=Quantity.of("2.5"),
        strict_cpf=True,
        free_price=True,
        time_zone=ZoneInfo("America/Manaus"),
        shop_name="Açaí da Praça",
        shop_phone="(11) 3333-4444",
        own_cancellation=timedelta(minutes=30),
        shortest_password=12,
        strong_administrator_password=True,
    )
    all_views = await views(shop)
    assert all_views["estoque_minimo"].value == Decimal("2.5")
    assert str(all_views["estoque_minimo"].value) == "2.5"
    assert all_views["estoque_minimo"].version == 2
    assert all_views["whatsapp"].version == 1


async def test_each_change_is_told_once():
    shop = open_shop()
    await update(shop, setting("whatsapp", bit=True), setting("senha_minima", value=8))
    assert shop.events == (
        ParameterChanged(
            occurred_at=shop.clock.now(),
            parameter_id=1,
            parameter="whatsapp",
            value="1",
            changed_by=shop.administrator.user_id,
            version=2,
        ),
    )
    assert [event.aggregate_id for event in shop.events] == [1]
    assert (await views(shop))["senha_minima"].version == 1


@pytest.mark.parametrize("name", ["cpf_estrito", "estoque_minimo", "loja_nome", "senha_minima"])
async def test_nothing_brings_the_default_back(name):
    shop = open_shop()
    before = (await views(shop))[name]
    if before.kind is Kind.BIT:
        await update(shop, setting(name, bit=True))
        await update(shop, setting(name, bit=None, value=None))
    else:
        await update(shop, setting(name, value="x" if before.kind is Kind.TEXT else 20))
        await update(shop, setting(name, value=None, bit=None))
    after = (await views(shop))[name]
    assert (after.value, after.version) == (before.default, 3)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (setting("whatsapp", value=1), "whatsapp: deve vir em bit, e não em valor"),
        (setting("whatsapp", value=None), "whatsapp: falta bit"),
        (setting("senha_minima", bit=True), "senha_minima: deve vir em valor, e não em bit"),
        (setting("senha_minima"), "senha_minima: falta valor"),
        (setting("senha_minima", value="oito"), "senha_minima: deve ser um número, em valor"),
        (setting("senha_minima", value=7), "senha_minima: deve ser de 8 a 64"),
        (setting("senha_minima", value=65), "senha_minima: deve ser de 8 a 64"),
        (setting("senha_minima", value=Decimal("8.5")), "senha_minima: deve ser um número inteiro"),
        (setting("senha_minima", value=Decimal("NaN")), "senha_minima: deve ser um número finito"),
        (setting("cancelamento_minutos", value=-1), "cancelamento_minutos: deve ser de 0 a 1440"),
        (setting("estoque_minimo", value=-1), "estoque_minimo: deve ser de 0 a 99999,999"),
        (
            setting("estoque_minimo", value=Decimal("0.0001")),
            "estoque_minimo: deve ter no máximo 3 casas decimais",
        ),
        (setting("loja_nome", value=5), "loja_nome: deve ser um texto, em valor"),
        (setting("loja_nome", value="x" * 201), "loja_nome: deve ter no máximo 200 caracteres"),
        (
            setting("loja_nome", value="a\x00b"),
            "loja_nome: contém caracteres que não são permitidos",
        ),
        (
            setting("loja_telefone", value="123"),
            "loja_telefone: deve ser um telefone com DDD, como (11) 99999-9999",
        ),
        (Setting(parameter_id=ParameterId(99), bit=True), "id: o parâmetro 99 não existe"),
    ],
)
async def test_what_a_parameter_may_not_be_is_refused(wrong, sentence):
    shop = open_shop()
    with pytest.raises(InvalidParameters) as refused:
        await update(shop, wrong)
    assert refused.value.sentences == (sentence,)


@pytest.mark.parametrize(
    "name", ["", "Marte/Base", "../../etc/passwd", "/etc/localtime", "America", "x" * 150, "a b"]
)
async def test_a_time_zone_is_one_that_exists(name):
    shop = open_shop()
    with pytest.raises(InvalidParameters, match="fuso horário existente"):
        await update(shop, setting("fuso_horario", value=name))


async def test_it_is_all_or_nothing_and_everything_wrong_is_named():
    shop = open_shop()
    with pytest.raises(InvalidParameters) as refused:
        await update(
            shop,
            setting("whatsapp", bit=True),
            setting("senha_minima", value=1),
            setting("fuso_horario", value="Marte"),
            setting("whatsapp", bit=False),
        )
    assert [sentence.partition(":")[0] for sentence in refused.value.sentences] == [
        "senha_minima",
        "fuso_horario",
        "whatsapp",
    ]
    assert (await views(shop))["whatsapp"].value is False
    assert shop.events == ()


async def test_a_change_based_on_an_old_version_changes_nothing():
    shop = open_shop()
    await update(shop, setting("loja_nome", value="Um", version=1))
    with pytest.raises(StaleParameters) as refused:
        await update(
            shop,
            setting("whatsapp", bit=True, version=1),
            setting("loja_nome", value="Dois", version=1),
        )
    assert refused.value.names == ("loja_nome",)
    all_views = await views(shop)
    assert (all_views["loja_nome"].value, all_views["whatsapp"].value) == ("Um", False)
    await update(shop, setting("loja_nome", value="Dois"))


async def test_operators_see_and_administrators_change():
    shop = open_shop()
    with pytest.raises(AccessDenied):
        await update(shop, setting("whatsapp", bit=True), actor=shop.operator)
    assert (await views(shop))["whatsapp"].value is False


async def test_passwords_follow_the_shops_rules():
    shop = open_shop()
    await update(
        shop,
        setting("senha_minima", value=10),
        setting("senha_admin_forte", bit=True),
        setting("loja_nome", value="Mercado Bandeira"),
    )
    with pytest.raises(WeakPassword):
        await shop.register_user(None, registration(password=Password("trem azul 47")))
    first = registration(username="dona", password=Password("trem azul 47 xk"))
    dona = await shop.register_user(None, first)
    for text, administrator in [
        ("xk3#qp9zw", False),
        ("trem azul 47", True),
        ("uma bandeira 47", False),
    ]:
        command = registration(password=Password(text), administrator=administrator)
        with pytest.raises(WeakPassword):
            await shop.register_user(shop.administrator, command)
    good = registration(password=Password("trem azul 47"))
    maria = await shop.register_user(shop.administrator, good)
    short = Password("pato verde 58")
    for change in (
        UpdateUserCommand(user_id=dona, password=short),
        UpdateUserCommand(user_id=maria, password=short, administrator=True),
    ):
        with pytest.raises(WeakPassword):
            await shop.update_user(shop.administrator, change)
    await shop.update_user(shop.administrator, UpdateUserCommand(user_id=maria, password=short))
