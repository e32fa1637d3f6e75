"""What bodies are taken, what of them, and what is said about the others."""

import json

import pytest

from tests.adapters.litestar.support import Web

OFFSET_MISSING = "em: deve ser data e hora com fuso, como 2024-01-15T10:00:00-03:00"
LEAST = {"nome": "Açaí", "venda": 18.5}


async def refused(web: Web, **fields: object) -> list[str]:
    answer = await web.nobody.post("/probe/everything", json={**LEAST, **fields})
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["success"] is False
    assert body["code"] == "INVALID_INPUT"
    return body["errors"]


async def taken(web: Web, **fields: object) -> dict:
    answer = await web.nobody.post("/probe/everything", json={**LEAST, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["data"]


async def raw(web: Web, content: bytes, media_type: str = "application/json"):
    return await web.nobody.post(
        "/probe/everything", content=content, headers={"Content-Type": media_type}
    )


async def test_every_mistake_is_named_at_once(web: Web):
    answer = await web.nobody.post(
        "/probe/everything",
        json={
            "x": 1,
            "venda": -1,
            "cpf": "12",
            "items": [{"produto_id": 1, "preco": 1}, {"quantidade": 1.2345, "y": 2}],
        },
    )
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        "x: campo desconhecido",
        "nome: é obrigatório",
        "venda: deve ser maior que zero",
        "cpf: deve ter 11 dígitos",
        "items.1.y: campo desconhecido",
        "items.1.produto_id: é obrigatório",
        "items.1.quantidade: deve ter no máximo 3 casas decimais",
        "items.1.preco: é obrigatório",
    ]


async def test_many_mistakes_are_counted_and_not_all_told(web: Web):
    errors = await refused(web, **{f"campo_{i}": 1 for i in range(500)})
    assert len(errors) == 101
    assert errors[-1] == "corpo: e mais 400 erros"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (0, "venda: deve ser maior que zero"),
        (-0.01, "venda: deve ser maior que zero"),
        (1.999, "venda: deve ter no máximo 2 casas decimais"),
        (10000000, "venda: deve ser no máximo 9999999,99"),
        ("18.50", "venda: deve ser um número"),
        (True, "venda: deve ser um número"),
        (None, "venda: não pode ser nulo"),
        ([], "venda: deve ser um número"),
    ],
)
async def test_money_that_cannot_be_is_refused(web: Web, value, sentence):
    assert await refused(web, venda=value) == [sentence]


@pytest.mark.parametrize(
    "literal",
    ["1e10", "1e-10", "1e999999", "1E+400000000", "0." + "1" * 400, "1." + "0" * 40],
)
async def test_numbers_that_nobody_writes_are_refused_by_the_field(web: Web, literal):
    answer = await raw(web, b'{"nome": "a", "venda": ' + literal.encode() + b"}")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        "venda: deve ser um número com menos algarismos, sem expoente"
    ]


async def test_decimals_are_compared_exactly(web: Web):
    answer = await raw(web, b'{"nome": "a", "venda": 0.1000000000000000000000001}')
    assert answer.json()["errors"] == ["venda: deve ter no máximo 2 casas decimais"]
    answer = await raw(web, b'{"nome": "a", "venda": 1.2500}')
    assert answer.json()["data"]["venda"] == 1.25
    answer = await raw(web, b'{"nome": "a", "venda": 125e-2}')
    assert answer.json()["data"]["venda"] == 1.25


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"nome": "  "}, "nome: não pode ficar vazio"),
        ({"nome": "a" * 121}, "nome: deve ter no máximo 120 caracteres"),
        ({"nome": "a\x00b"}, "nome: contém caracteres que não são permitidos"),
        ({"nome": "a\x85b"}, "nome: contém caracteres que não são permitidos"),
        ({"nome": "a\nb"}, "nome: contém caracteres que não são permitidos"),
        ({"nome": 1}, "nome: deve ser um texto"),
        ({"nome": {}}, "nome: deve ser um texto"),
        ({"nome": None}, "nome: não pode ser nulo"),
        ({"nota": "a" * 501}, "nota: deve ter no máximo 500 caracteres"),
        ({"nota": "a\x0bb"}, "nota: contém caracteres que não são permitidos"),
        ({"adm": 2}, "adm: deve ser 0 ou 1"),
        ({"adm": "1"}, "adm: deve ser 0 ou 1"),
        ({"adm": 1.5}, "adm: deve ser 0 ou 1"),
        ({"sim": 1}, "sim: deve ser true ou false"),
        ({"tel": "123"}, "tel: deve ser um telefone com DDD, como (11) 99999-9999"),
        ({"tel": 11999999999}, "tel: deve ser um texto"),
        ({"cep": "1"}, "cep: deve ter 8 dígitos"),
        ({"em": "2024-01-15T10:00:00"}, OFFSET_MISSING),
        ({"em": "0001-01-01T00:00:00+10:00"}, OFFSET_MISSING),
        ({"em": 5}, OFFSET_MISSING),
        ({"dia": "2024-02-30"}, "dia: deve ser um dia, como 2024-01-15"),
        ({"tamanho": "m"}, "tamanho: deve ser um de: p, g"),
        ({"tamanho": ["p"]}, "tamanho: deve ser um de: p, g"),
        ({"serie": 1.5}, "serie: deve ser um texto"),
        ({"senha": ""}, "senha: não pode ficar vazio"),
        ({"senha": "a" * 257}, "senha: deve ter no máximo 256 caracteres"),
        ({"items": {}}, "items: deve ser uma lista"),
        ({"items": [1]}, "items.0: deve ser um objeto"),
        ({"items": [{}] * 4}, "items: deve ter no máximo 3 itens"),
        ({"items": [{"produto_id": 0, "preco": 1}]}, "items.0.produto_id: deve ser no mínimo 1"),
        (
            {"items": [{"produto_id": 2**63, "preco": 1}]},
            "items.0.produto_id: deve ser no máximo 9223372036854775807",
        ),
        (
            {"items": [{"produto_id": 1.5, "preco": 1}]},
            "items.0.produto_id: deve ser um número inteiro",
        ),
        ({"name": "b"}, "nome, name: envie só um dos dois"),
    ],
)  # fmt: skip
async def test_what_a_field_cannot_hold_is_said(web: Web, fields, sentence):
    assert await refused(web, **fields) == [sentence]


async def test_unpaired_surrogates_are_refused_in_values_and_shown_safely_in_names(web: Web):
    answer = await raw(web, b'{"nome": "a\\ud800", "venda": 1, "\\ud800\\u0000": 1}')
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        "��: campo desconhecido",
        "nome: contém caracteres que não são permitidos",
    ]


async def test_texts_are_trimmed_and_composed(web: Web):
    data = await taken(web, nome="  Ac\u0327ai\u0301 ", nota=" a\r\n\tb ")
    assert data["nome"] == "Açaí"
    assert data["nota"] == "a\n\tb"


async def test_values_come_back_as_the_contract_writes_them(web: Web):
    data = await taken(
        web,
        saldo=100.0,
        total=12,
        cpf="123.456.789-09",
        tel="+55 11 99999-9999",
        cep="01310100",
        em="2024-01-15T07:00:00-03:00",
        dia="2024-01-15",
        adm=1,
        serie=7,
    )
    assert data["saldo"] == 100
    assert data["cpf"] == "123.456.789-09"
    assert data["tel"] == "(11) 99999-9999"
    assert data["cep"] == "01310-100"
    assert data["em"] == "2024-01-15T10:00:00Z"
    assert data["dia"] == "2024-01-15"
    assert data["adm"] is True
    assert data["serie"] == "7"


async def test_money_is_written_with_two_decimals_and_quantities_without_trailing_zeros(web: Web):
    answer = await web.nobody.post("/probe/everything", json={**LEAST, "saldo": 0.350, "total": 3})
    assert '"venda":18.50' in answer.text
    assert '"saldo":0.35,' in answer.text
    assert '"total":3.00' in answer.text


async def test_whole_numbers_are_whole_however_they_are_written(web: Web):
    assert (await web.nobody.put("/probe/change", json={"id": 2.0})).json()["data"][0] == "id=2"


@pytest.mark.parametrize("sent", [0, False, 0.0])
async def test_flags_take_numbers_and_booleans(web: Web, sent):
    assert (await taken(web, adm=sent))["adm"] is False


async def test_null_means_absent_in_optional_fields_of_a_creation(web: Web):
    data = await taken(web, saldo=None, nota=None, tamanho=None, items=None)
    assert (data["saldo"], data["nota"], data["tamanho"]) == (0, None, "p")


async def test_null_clears_an_optional_field_of_an_update_and_absence_keeps_it(web: Web):
    answer = await web.nobody.put("/probe/change", json={"id": 1, "minimo": None})
    assert answer.json()["data"] == ["id=1", "minimo=None", "versao=None"]
    answer = await web.nobody.put("/probe/change", json={"id": 1})
    assert answer.json()["data"] == ["id=1", "versao=None"]


async def test_null_cannot_clear_what_must_be_there(web: Web):
    answer = await web.nobody.put("/probe/change", json={"id": 1, "nome": None})
    assert answer.status_code == 400
    assert answer.json()["errors"] == ["nome: não pode ser nulo"]


async def test_a_field_may_have_a_second_name(web: Web):
    answer = await web.nobody.post("/probe/everything", json={"name": "Açaí", "venda": 1})
    assert answer.json()["data"]["nome"] == "Açaí"


async def test_a_body_may_be_a_list(web: Web):
    answer = await web.nobody.put("/probe/many", json=[{"id": 1}, {"id": 2}])
    assert answer.json()["data"] == 2
    answer = await web.nobody.put("/probe/many", json=[{"id": 1}, {"id": 0}, 3])
    assert answer.json()["errors"] == ["1.id: deve ser no mínimo 1", "2: deve ser um objeto"]
    answer = await web.nobody.put("/probe/many", json={"id": 1})
    assert answer.json()["errors"] == ["corpo: deve ser uma lista"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "corpo: não é JSON válido (posição 1)"),
        (b'{"nome": "a", "venda"', "corpo: não é JSON válido (posição 21)"),
        (b"nome=a", "corpo: não é JSON válido (posição 0)"),
        (b'{"nome": NaN}', "corpo: NaN não é um número"),
        (b'{"nome": -Infinity}', "corpo: -Infinity não é um número"),
        (b'{"nome": ' + b"9" * 5000 + b"}", "corpo: um número tem algarismos demais"),
        (b'{"nome": "\xff"}', "corpo: deve estar em UTF-8"),
        ('{"nome": "a"}'.encode("utf-16"), "corpo: deve estar em UTF-8"),
        (b'{"nome": "a", "nome": "b"}', "nome: campo repetido"),
        (b'{"a": [{"x": 1, "x": 1}]}', "x: campo repetido"),
        (b"[" * 33 + b"]" * 33, "corpo: deve ter no máximo 32 níveis"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "corpo: deve ter no máximo 32 níveis"),
        (b"[" * 100_000 + b"]" * 100_000, "corpo: deve ter no máximo 32 níveis"),
        (b"[" * 100_000, "corpo: deve ter no máximo 32 níveis"),
    ],
)
async def test_what_cannot_be_read_is_400(web: Web, content, sentence):
    answer = await raw(web, content)
    assert answer.status_code == 400
    assert answer.json()["code"] == "UNREADABLE_BODY"
    assert answer.json()["errors"] == [sentence]


@pytest.mark.timeout(10)
async def test_a_name_that_stands_twice_is_found_at_once_among_very_many(web: Web):
    names = [f'"{number}": 0' for number in range(60_000)]
    answer = await raw(web, f"{{{', '.join([*names, names[-1]])}}}".encode())
    assert answer.json()["errors"] == ["59999: campo repetido"]


async def test_thirty_two_levels_are_readable(web: Web):
    answer = await raw(web, b"[" * 32 + b"]" * 32)
    assert answer.json()["errors"] == ["corpo: deve ser um objeto"]
    wide = json.dumps({"nome": "a", "venda": 1, "z": [[1], [2]] * 40}).encode()
    assert (await raw(web, wide)).json()["errors"] == ["z: campo desconhecido"]


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/jsonp",
        "",
    ],
)
async def test_other_media_types_are_415(web: Web, media_type):
    answer = await raw(web, json.dumps(LEAST).encode(), media_type)
    assert answer.status_code == 415
    assert answer.json()["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"', "application/json"],
)
async def test_json_in_utf_8_is_taken(web: Web, media_type):
    assert (await raw(web, json.dumps(LEAST).encode(), media_type)).status_code == 201


async def test_a_body_that_is_not_there_is_missed(web: Web):
    answer = await web.nobody.post("/probe/everything")
    assert answer.status_code == 400
    assert answer.json()["code"] == "UNREADABLE_BODY"
    assert answer.json()["errors"] == ["corpo: é obrigatório"]
