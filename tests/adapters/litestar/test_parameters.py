"""Parameters on the wire."""

import pytest

from tests.adapters.litestar.support import web_shop


@pytest.fixture
async def web():
    async with web_shop() as web:
        yield web


async def update(web, *settings):
    return await web.administrator.put("/api/param/update", json=list(settings))


async def shown(web):
    reply = (await web.operator.get("/api/param/all")).json()
    return {item["parametro"]: item for item in reply["data"]}


async def test_parameters_are_sent_as_the_contract_says(web):
    all_shown = await shown(web)
    assert [item["id"] for item in all_shown.values()] == list(range(1, 11))
    assert all_shown["whatsapp"] == {
        "id": 1,
        "parametro": "whatsapp",
        "valor": None,
        "bit": 0,
        "descricao": "Envia mensagens pelo WhatsApp",
        "tipo": "bit",
        "padrao": 0,
        "versao": 1,
    }
    kinds = {"estoque_minimo": "decimal", "fuso_horario": "texto", "senha_minima": "inteiro"}
    values = {"estoque_minimo": 5, "fuso_horario": "America/Sao_Paulo", "senha_minima": 8}
    for name, kind in kinds.items():
        item = all_shown[name]
        assert (item["tipo"], item["bit"]) == (kind, None)
        assert item["valor"] == item["padrao"] == values[name]


async def test_what_was_read_can_be_sent_back(web):
    items = (await web.operator.get("/api/param/all")).json()["data"]
    back = [{name: item[name] for name in ("id", "valor", "bit", "versao")} for item in items]
    answer = await update(web, *back)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"success": True, "message": "Parâmetros atualizados com sucesso"}
    assert {item["versao"] for item in (await shown(web)).values()} == {1}


async def test_what_is_set_is_shown_exactly(web):
    answer = await update(
        web,
        {"id": 1, "bit": True},
        {"id": 2, "valor": 2.125},
        {"id": 6, "valor": "  Açaí da Praça "},
        {"id": 7, "valor": "011 99999-9999", "versao": 1},
        {"id": 9, "valor": 12},
    )
    assert answer.status_code == 200, answer.text
    text = (await web.operator.get("/api/param/all")).text
    assert '"parametro":"estoque_minimo","valor":2.125,' in text
    all_shown = await shown(web)
    assert (all_shown["whatsapp"]["bit"], all_shown["whatsapp"]["versao"]) == (1, 2)
    assert all_shown["loja_nome"]["valor"] == "Açaí da Praça"
    assert all_shown["loja_telefone"]["valor"] == "(11) 99999-9999"
    assert all_shown["senha_minima"]["valor"] == 12


async def test_null_brings_the_default_back(web):
    await update(web, {"id": 2, "valor": 9}, {"id": 1, "bit": 1})
    await update(web, {"id": 2, "valor": None}, {"id": 1, "bit": None})
    all_shown = await shown(web)
    assert (all_shown["estoque_minimo"]["valor"], all_shown["whatsapp"]["bit"]) == (5, 0)


async def test_it_is_all_or_nothing_and_everything_wrong_is_named(web):
    answer = await update(
        web,
        {"id": 1, "bit": 1},
        {"id": 2, "valor": "muito"},
        {"id": 5, "valor": "Marte/Base"},
        {"id": 99, "bit": 1},
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_PARAMETERS"
    assert answer.json()["errors"] == [
        "estoque_minimo: deve ser um número, em valor",
        "fuso_horario: deve ser um fuso horário existente, como America/Sao_Paulo",
        "id: o parâmetro 99 não existe",
    ]
    assert (await shown(web))["whatsapp"]["bit"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        [{}],
        [{"id": 1}],
        [{"id": 1, "bit": 2}],
        [{"id": 1, "bit": "1"}],
        [{"id": 2, "valor": True}],
        [{"id": 2, "valor": [1]}],
        [{"id": 2, "valor": {"a": 1}}],
        [{"id": "2", "valor": 1}],
        [{"id": 2, "valor": 1, "parametro": "x"}],
        [{"id": 1, "bit": 1}] * 201,
    ],
)
async def test_what_makes_no_sense_is_refused(web, body):
    answer = await web.administrator.put("/api/param/update", json=body)
    assert answer.status_code == 400, answer.text
    assert (await shown(web))["whatsapp"]["versao"] == 1


async def test_nothing_to_set_is_nothing_done(web):
    assert (await update(web)).status_code == 200
    assert {item["versao"] for item in (await shown(web)).values()} == {1}


async def test_an_old_version_changes_nothing(web):
    await update(web, {"id": 6, "valor": "Um", "versao": 1})
    answer = await update(web, {"id": 1, "bit": 1}, {"id": 6, "valor": "Dois", "versao": 1})
    assert answer.status_code == 409
    assert answer.json()["code"] == "STALE_PARAMETERS"
    all_shown = await shown(web)
    assert (all_shown["loja_nome"]["valor"], all_shown["whatsapp"]["bit"]) == ("Um", 0)


async def test_operators_change_nothing(web):
    answer = await web.operator.put("/api/param/update", json=[{"id": 1, "bit": 1}])
    assert answer.status_code == 403
