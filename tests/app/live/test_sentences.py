"""What `cashhaven watch` says of each event."""

import json
from decimal import Decimal
from typing import Any

import pytest

from cashhaven_adapters.litestar.schemas.events import WIRE_EVENTS, wire_data
from cashhaven_adapters.litestar.wire import encode
from cashhaven_app.testing import open_shop
from cashhaven_app.watching.sentences import Narrator
from cashhaven_app.watching.shop_api import Product
from tests.support.eventful_day import as_stored, live_through_a_day


async def told_events() -> list[dict[str, Any]]:
    """Return the events of a day as a client reads them."""
    shop = open_shop()
    await live_through_a_day(shop)
    found = []
    for happened in shop.events:
        event = as_stored(happened)
        data = wire_data(event)
        if data is not None:
            read = json.loads(encode(data), parse_float=Decimal)
            found.append({"event": event.name, "topic": event.topic, "data": read})
    return found


async def test_every_event_of_a_day_has_its_sentence():
    narrator = Narrator()
    events = await told_events()

    said = [narrator.sentence(event) for event in events]

    assert {event["event"] for event in events} == {kind.event.name for kind in WIRE_EVENTS}
    assert not [sentence for sentence in said if "{" in sentence]
    assert said == [
        "produto incluído: Açaí 500ml, R$ 12,00, 9 un",
        "produto alterado: Açaí 500ml, R$ 12,00, 9,5 un",
        "saldo: Açaí 500ml 9,5 un",
        "produto alterado: Açaí 500ml, R$ 12,50, 9,5 un",
        "produto incluído: Granola, R$ 12,00, 3 un",
        "produto removido: Granola",
        "venda 1: 1 × Açaí 500ml, R$ 12,50, pix",
        "saldo: Açaí 500ml 8,5 un",
        "venda 1 cancelada: 1 × Açaí 500ml, R$ 12,50, de volta ao estoque (Cliente desistiu)",
        "saldo: Açaí 500ml 9,5 un",
        "pedido 1: 5 × Açaí 500ml, R$ 62,50, entrega, “Sem açúcar”",
        "estoque baixo: Açaí 500ml, 4,5 un (mínimo 5)",
        "saldo: Açaí 500ml 4,5 un (baixo)",
        "pedido 1: recebido → em preparo",
        "pedido 1: documento fiscal aprovado, NF-e 123 (Autorizado o uso da NF-e)",
        "parâmetro whatsapp: ligado",
        "parâmetro estoque_minimo: 3",
        "parâmetro loja_nome: Açaí da Praça",
        "Operadora: Câmara fria: Falta açaí na câmara",
        "Operadora para a cozinha: Falta açaí na câmara",
        "Dona da loja: Fechamos às dez",
        "alerta (urgente): Os eventos estão atrasados",
    ]


def test_a_sale_reads_as_the_counter_says_it():
    sale = {
        "id": 17,
        "produto_id": 1,
        "produto": "Açaí 500ml",
        "quantidade": 2,
        "total": Decimal("37.00"),
        "pagamento": None,
    }

    said = Narrator().sentence({"event": "sale.registered", "data": sale})

    assert said == "venda 17: 2 × Açaí 500ml, R$ 37,00"


def test_a_balance_bears_the_name_that_the_catalogue_gives():
    narrator = Narrator()
    item = {"produto_id": 3, "saldo": Decimal("0.35"), "estoque_baixo": True}
    event = {"event": "stock.balance_changed", "data": {"itens": [item]}}
    assert narrator.sentence(event) == "saldo: produto 3 0,35 (baixo)"

    narrator.know({3: Product("Granola", "kg")})

    assert narrator.sentence(event) == "saldo: Granola 0,35 kg (baixo)"


def test_an_event_of_a_later_version_is_shown_as_it_came():
    event = {"event": "order.sung", "data": {"verso": "lá"}}

    assert Narrator().sentence(event) == 'order.sung {"verso": "lá"}'


@pytest.mark.parametrize("trick", ["\x1b[2J", "\r", "\n", "\u202e"])
def test_nobody_moves_the_cursor_of_who_watches(trick):
    data = {
        "nivel": "aviso",
        "codigo": "X",
        "mensagem": f"oi{trick}tchau",
    }
    at = "2024-01-15T10:00:00Z"

    line = Narrator().line({"event": "system.alert", "topic": "system", "at": at, "data": data})

    assert line.isprintable()
    assert "alerta (aviso): oi\ufffd" in line
