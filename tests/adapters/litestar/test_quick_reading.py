"""The quick way through a body: it agrees with the walk, or leaves the body to it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_adapters.litestar.decoding import reader_of
from cashhaven_adapters.litestar.json_text import parse
from cashhaven_adapters.litestar.quick_reading import DOUBT, quick_reader_of
from cashhaven_adapters.litestar.schemas.clients import ClientIn
from cashhaven_adapters.litestar.schemas.orders import OrderIn, OrderStatusIn
from cashhaven_adapters.litestar.schemas.parameters import SettingIn
from cashhaven_adapters.litestar.schemas.sales import SaleIn
from cashhaven_domain.shared.errors import InvalidInput

ORDER = (
    '{"cliente_id":7,"items":[{"produto_id":1,"quantidade":0.350,"preco_unitario":10.5},'
    '{"produto_id":2,"quantidade":1,"preco_unitario":3}],"total":6.68,'
    '"observacoes":" sem açúcar ","pedido":null,"entrega":{"tipo":"retirada"},'
    '"pagamentos":[{"tipo":"pix","valor":6.68}]}'
)
STATUS = '{"id":5,"status":"pronto","devolver_estoque":false,"versao":2}'

NUMBERS = st.one_of(
    st.integers(-3, 3).map(str),
    st.integers().map(str),
    st.from_regex(r"\A-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?\Z"),
)
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["pix", "dinheiro", "retirada", "pronto", "1", "\u0000", "e\u0301", "\t", "\\"]
    ),
)
NAMES = st.sampled_from(
    [
        *("id", "status", "devolver_estoque", "versao", "outro"),
        *("cliente_id", "items", "total", "observacoes", "pedido", "pagamentos", "entrega"),
        *("produto_id", "quantidade", "preco_unitario", "valor", "tipo", "endereco"),
    ]
)


def _object(pairs: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in pairs) + "}"


def _text(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


DOCUMENTS = st.recursive(
    st.one_of(NUMBERS, WORDS.map(_text), WORDS.map(json.dumps), st.sampled_from(["null", "true"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]"),
        st.lists(st.tuples(NAMES, inner), max_size=5).map(_object),
    ),
    max_leaves=12,
)


def assert_never_otherwise(kind: Any, body: bytes) -> None:
    quick = quick_reader_of(kind)(body)
    if quick is not DOUBT:
        slow = reader_of(kind)(parse(body))
        assert quick == slow
        assert repr(quick) == repr(slow)


@given(DOCUMENTS)
def test_whatever_is_sent_is_read_as_the_walk_reads_it(document):
    for kind in (OrderIn, OrderStatusIn, list[SettingIn]):
        assert_never_otherwise(kind, document.encode("utf-8", "surrogatepass"))


@given(st.sampled_from([ORDER, STATUS]), st.integers(0, 400), st.integers(0, 12), DOCUMENTS)
def test_so_is_a_good_body_with_something_else_in_one_place(body, at, length, piece):
    begin = at % len(body)
    spoilt = (body[:begin] + piece + body[begin + length :]).encode("utf-8", "surrogatepass")
    for kind in (OrderIn, OrderStatusIn):
        assert_never_otherwise(kind, spoilt)


@given(st.sampled_from([ORDER, STATUS]), st.integers(0, 400), st.binary(max_size=3))
def test_so_is_one_with_other_bytes(body, at, piece):
    text = body.encode()
    begin = at % len(text)
    for kind in (OrderIn, OrderStatusIn):
        assert_never_otherwise(kind, text[:begin] + piece + text[begin + len(piece) :])


@given(
    st.fixed_dictionaries(
        {
            "total": st.integers(0, 10**9).map(lambda cents: cents / 100),
            "observacoes": st.text(st.characters(min_codepoint=32, max_codepoint=383)),
        },
        optional={"cliente_id": st.integers(1, 2**63 - 1)},
    )
)
def test_good_bodies_go_the_quick_way(order):
    items = [{"produto_id": 1, "quantidade": 0.5, "preco_unitario": 12.34}]
    body = json.dumps({**order, "items": items}, ensure_ascii=False).encode()
    assert_never_otherwise(OrderIn, body)
    if b"\\" not in body and order["observacoes"].isalnum() and len(order["observacoes"]) < 500:
        assert quick_reader_of(OrderIn)(body) is not DOUBT


@pytest.mark.parametrize(
    "body",
    [
        STATUS.replace("{", '{"id":6,', 1),
        STATUS.replace('"id":5', '"id":5,"id":5'),
        STATUS.replace('"versao":2', '"versao":2,"\\u0069d":6'),
        STATUS.replace('"versao":2', '"vers\\u0061o":2'),
        STATUS.replace("5", "NaN"),
        STATUS.replace("5", "5.5"),
        STATUS.replace("5", '"5"'),
        STATUS.replace("pronto", "pront\to"),
        STATUS + " x",
        "\ufeff" + STATUS,
        STATUS.replace("false", "0"),
        STATUS.replace('"status":"pronto",', ""),
        "",
        "[" * 40,
    ],
)
def test_what_is_wrong_or_doubtful_is_left_to_the_walk(body):
    assert quick_reader_of(OrderStatusIn)(body.encode()) is DOUBT


@pytest.mark.parametrize("body", ['{"id":1e400,"status":"pronto"}', '{"id":' + "9" * 5000 + "}"])
def test_numbers_that_nobody_writes_are_left_to_the_walk(body):
    assert quick_reader_of(OrderStatusIn)(body.encode()) is DOUBT


def test_bytes_that_are_no_text_are_left_to_the_walk():
    assert quick_reader_of(OrderStatusIn)(b'{"id":1,"status":"\xc3"}') is DOUBT


def test_exact_numbers_stay_exact():
    body = b'{"items":[{"produto_id":1,"quantidade":1,"preco_unitario":0.10}],"total":0.10}'
    order = quick_reader_of(OrderIn)(body)
    assert (order.total.cents, order.items[0].preco_unitario.cents) == (10, 10)
    with pytest.raises(InvalidInput, match="no máximo 2 casas"):
        reader_of(OrderIn)(parse(body.replace(b"0.10", b"0.1000000000000000000001")))
    finer = body.replace(b"0.10", b"0.1000000000000000000001")
    assert quick_reader_of(OrderIn)(finer) is DOUBT


def test_fields_with_two_names_always_go_the_other_way():
    assert quick_reader_of(ClientIn)(b"{}") is DOUBT


def test_a_sale_goes_the_quick_way():
    example = {**(SaleIn.EXAMPLE or {})}
    assert quick_reader_of(SaleIn)(json.dumps(example, ensure_ascii=False).encode()) is not DOUBT
