"""What addresses are taken: their parameters and the numbers in their paths."""

import pytest

from tests.adapters.litestar.support import Web


async def refused(web: Web, query: str, path: str = "/probe/serach") -> list[str]:
    answer = await web.operator.get(f"{path}?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "INVALID_INPUT"
    return answer.json()["errors"]


async def test_values_are_read_from_text(web: Web):
    answer = await web.operator.get(
        "/probe/serach?id=7&nome=a%C3%A7ai&preco=12.50&adm=1&sim=false&limit=3&desde=2024-01-15"
    )
    assert answer.status_code == 200
    assert answer.json()["data"] == [
        "limit=3",
        "id=7",
        "nome=açai",
        "preco=R$ 12,50",
        "desde=2024-01-15",
        "adm=True",
        "sim=False",
    ]


@pytest.mark.parametrize("offset", ["%2B03:00", "+03:00", "Z", "-03:00"])
async def test_an_instant_may_stand_in_the_address(web: Web, offset):
    answer = await web.operator.get(f"/probe/serach?desde=2024-01-15T10:00:00{offset}")
    assert answer.status_code == 200
    (shown,) = answer.json()["data"]
    assert shown.endswith("+00:00")


async def test_every_mistake_is_named_at_once(web: Web):
    assert await refused(web, "id=0&nome=%20&preco=1.234&limit=1001&depois=%21&x=1&sim=1") == [
        "x: campo desconhecido",
        "limit: deve ser no máximo 1000",
        "depois: cursor inválido",
        "id: deve ser no mínimo 1",
        "nome: não pode ficar vazio",
        "preco: deve ter no máximo 2 casas decimais",
        "sim: deve ser true ou false",
    ]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("id=1&id=1", "id: parâmetro repetido"),
        ("id=1&uid=1", "id, uid: envie só um dos dois"),
        ("nome=a%00b", "nome: contém caracteres que não são permitidos"),
        ("nome=%ff", "nome: contém caracteres que não são permitidos"),
        ("id=", "id: deve ser um número inteiro"),
        ("id=abc", "id: deve ser um número inteiro"),
        ("id=%D9%A1", "id: deve ser um número inteiro"),
        ("id=1.5", "id: deve ser um número inteiro"),
        ("id=" + "9" * 23, "id: deve ser no máximo 9223372036854775807"),
        ("preco=1e1", "preco: deve ser um número"),
        ("preco=NaN", "preco: deve ser um número"),
        ("desde=2024-13-01", "desde: deve ser um dia (2024-01-15) ou data e hora com fuso"),
        ("desde=2024-01-15T10:00", "desde: deve ser um dia (2024-01-15) ou data e hora com fuso"),
    ],
)
async def test_what_a_parameter_cannot_hold_is_said(web: Web, query, sentence):
    assert await refused(web, query) == [sentence]


async def test_routes_without_parameters_take_none(web: Web):
    assert await refused(web, "a=1&b=2", "/probe/me") == [
        "a: campo desconhecido",
        "b: campo desconhecido",
    ]


async def test_a_flood_of_parameters_is_refused(web: Web):
    query = "&".join(f"p{i}=1" for i in range(200))
    assert await refused(web, query) == ["endereço: deve ter no máximo 50 parâmetros"]


async def test_the_right_spelling_of_a_path_answers_too(web: Web):
    for path in ("/probe/serach", "/probe/search"):
        assert (await web.operator.get(f"{path}?id=1")).status_code == 200


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-1",
        "9223372036854775808",
        "9" * 23,
        "x",
        "1.5",
        "%00",
        "1%20",
        "+1",
        "1_0",
        "01",
        "%D9%A1",
    ],
)
async def test_a_number_in_a_path_that_cannot_be_is_not_found(web: Web, number):
    answer = await web.nobody.get(f"/probe/{number}/shown")
    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"


async def test_the_highest_number_may_stand_in_a_path(web: Web):
    answer = await web.nobody.get("/probe/9223372036854775807/shown")
    assert answer.json()["data"] == 2**63 - 1
