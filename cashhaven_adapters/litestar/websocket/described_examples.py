"""What frames look like that are no events: as a server and its clients sent them."""

from collections.abc import Mapping
from typing import Any

_EPOCH = "e50852aaac795c42912cf1fb922efe9b"
_ORDER = {
    "id": 12,
    "pedido": 12,
    "status": "em_preparo",
    "cliente_id": None,
    "items": [
        {
            "produto_id": 1,
            "produto": "Açaí 500ml",
            "quantidade": 2,
            "preco_unitario": 12.0,
            "total": 24.0,
        }
    ],
    "total": 24.0,
    "observacoes": "Sem açúcar",
    "pagamentos": [],
    "entrega": None,
    "previsao": None,
    "operador_id": 1,
    "criado_em": "2024-01-15T10:00:00Z",
    "historico": [
        {"status": "recebido", "em": "2024-01-15T10:00:00Z", "usuario_id": 1},
        {"status": "em_preparo", "em": "2024-01-15T10:02:00Z", "usuario_id": 1},
    ],
    "fiscal": [],
    "versao": 2,
}
_SALE = {
    "id": 17,
    "produto_id": 1,
    "quantidade": 1,
    "preco_unitario": 12.0,
    "total": 12.0,
    "saldo": 99,
    "inicio": "2024-01-15T10:00:00Z",
    "fim": "2024-01-15T10:05:00Z",
    "duracao_segundos": 300,
    "operador_id": 1,
}
_PRODUCT = {
    "id": 1,
    "produto": "Açaí 500ml",
    "venda": 12.0,
    "saldo": 99,
    "fornecedor": "Fornecedor ABC",
    "estoque_baixo": False,
    "minimo": None,
    "unidade": "un",
    "versao": 1,
}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "auth": {"type": "auth", "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln"},
    "subscribe": {
        "type": "subscribe",
        "topics": ["stock", "sales"],
        "since": {"epoch": _EPOCH, "offset": 1038},
    },
    "unsubscribe": {"type": "unsubscribe", "topics": ["sales"]},
    "ping": {"type": "ping"},
    "request.stock.search": {
        "type": "request",
        "id": "1",
        "action": "stock.search",
        "data": {"nome": "acai"},
    },
    "request.order.set_status": {
        "type": "request",
        "id": "2",
        "action": "order.set_status",
        "data": {"id": 12, "status": "em_preparo", "versao": 1},
    },
    "request.sale.register": {
        "type": "request",
        "id": "3",
        "action": "sale.register",
        "data": {
            "id": 1,
            "venda": 12.0,
            "inicio": "2024-01-15T10:00:00Z",
            "fim": "2024-01-15T10:05:00Z",
        },
        "idempotency_key": "caixa-1-0001",
    },
    "request.notify": {
        "type": "request",
        "id": "4",
        "action": "notify",
        "data": {"texto": "Falta açaí na câmara", "nivel": "aviso", "cliente": "cozinha"},
    },
    "welcome": {
        "type": "welcome",
        "session": "5f219576d918e2b7e0e40056106afc55",
        "epoch": _EPOCH,
        "offset": 1041,
        "heartbeat_s": 25,
        "topics": ["stock", "sales", "orders", "whatsapp", "params", "user"],
    },
    "subscribed": {"type": "subscribed", "topics": ["stock", "sales"], "offset": 1041},
    "resumed": {"type": "resumed", "recovered": True, "count": 3},
    "heartbeat": {"type": "heartbeat", "offset": 1041},
    "token_expiring": {"type": "token_expiring", "exp": "2024-01-15T22:00:00Z"},
    "pong": {"type": "pong"},
    "error": {
        "type": "error",
        "code": "RATE_LIMITED",
        "message": "Mensagens demais; aguarde um pouco",
    },
    "response.stock.search": {"type": "response", "id": "1", "ok": True, "data": [_PRODUCT]},
    "response.order.set_status": {
        "type": "response",
        "id": "2",
        "ok": True,
        "data": _ORDER,
        "message": "Pedido atualizado",
    },
    "response.sale.register": {
        "type": "response",
        "id": "3",
        "ok": True,
        "data": _SALE,
        "message": "Venda registrada",
    },
    "response.notify": {
        "type": "response",
        "id": "4",
        "ok": True,
        "data": {"em": "2024-01-15T10:00:00Z"},
        "message": "Aviso enviado",
    },
    "response.failed": {
        "type": "response",
        "id": "3",
        "ok": False,
        "errors": ["Estoque insuficiente de Açaí 500ml: há 0 un"],
        "code": "INSUFFICIENT_STOCK",
        "detalhes": {"itens": [{"produto_id": 1, "saldo": 0}]},
        "request_id": "24a21e6f38246488b6f1990638c5186e",
    },
}
