"""The description of the conversation (AsyncAPI 3.0), made of the structs of its frames."""

from collections.abc import Iterator, Mapping
from typing import Any

from cashhaven_adapters.litestar.annotations import Kind
from cashhaven_adapters.litestar.json_schema import REFERENCE, Schema, Schemas
from cashhaven_adapters.litestar.schemas.events import WIRE_EVENTS, WireEvent
from cashhaven_adapters.litestar.schemas.notifications import NotifiedOut
from cashhaven_adapters.litestar.schemas.orders import OrderOut
from cashhaven_adapters.litestar.schemas.sales import SaleOut
from cashhaven_adapters.litestar.schemas.stock import PricedProductOut, ProductOut
from cashhaven_adapters.litestar.websocket import frames
from cashhaven_adapters.litestar.websocket.closing import CloseCode
from cashhaven_adapters.litestar.websocket.described_examples import EXAMPLES
from cashhaven_adapters.litestar.websocket.requests import ACTIONS
from cashhaven_adapters.litestar.websocket.resuming import Reason
from cashhaven_adapters.litestar.websocket.topics import Topic
from cashhaven_domain.stream.events import ClientKind

ABOUT = """\
Tudo o que acontece numa loja, na hora e numa só ordem.

Entrar: `Authorization: Bearer <token>`; num navegador, os subprotocolos `cashhaven.v1` e
`bearer.<token>`; ou uma primeira mensagem `auth` em até 5 segundos. Nunca no endereço.

`offset` é a ordem de todos; `prev` é o evento anterior desta conexão: se não for o último recebido,
algo se perdeu, e `subscribe` com `since` traz o que falta.

Códigos de encerramento:

"""

_CHANNEL = "#/channels/ws"
_MESSAGES = "#/components/messages/"
_SUMMARIES: Mapping[type[Any], str] = {
    frames.Auth: "Entra, como primeira mensagem; depois, põe outro token no lugar do que acaba",
    frames.Subscribe: "Pede o que acontece de agora em diante, ou desde um ponto",
    frames.Unsubscribe: "Não quer mais estes assuntos",
    frames.Request: "Pede que algo seja feito",
    frames.Ping: "Pede um `pong`",
    frames.Welcome: "Entrou; `topics` são os assuntos que pode pedir",
    frames.Event: "Algo aconteceu",
    frames.Subscribed: "Todos os assuntos em vigor, e o ponto a partir do qual os eventos chegam",
    frames.Resumed: "O que se perdeu veio antes disto, em ordem: tudo, ou nada",
    frames.Heartbeat: "A conexão vive; `offset` é o do último evento desta conexão",
    frames.TokenExpiring: "O token acaba nesse momento; `auth` com outro continua",
    frames.Response: "A resposta a um pedido",
    frames.Pong: "A resposta a `ping`",
    frames.Error: "Algo não foi feito; a conexão continua",
}
_GIVES: Mapping[str, Kind] = {
    "stock.search": list[ProductOut | PricedProductOut],
    "order.set_status": OrderOut,
    "sale.register": SaleOut,
    "notify": NotifiedOut,
}
"""What each action brings."""
_REPLIES = {
    frames.Auth: ("welcome", "error"),
    frames.Subscribe: ("subscribed", "resumed", "error"),
    frames.Unsubscribe: ("subscribed",),
    frames.Ping: ("pong",),
}
_FAILED = "response.failed"
_TOPICS: Schema = {
    "type": "array",
    "items": {"type": "string", "enum": [topic.value for topic in Topic]},
}
_KNOWN: Mapping[type[Any], Mapping[str, Schema]] = {
    frames.Welcome: {
        "epoch": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "heartbeat_s": {"type": "number", "exclusiveMinimum": 0},
        "topics": _TOPICS,
    },
    frames.Subscribed: {"topics": _TOPICS},
    frames.Resumed: {"reason": {"type": "string", "enum": [reason.value for reason in Reason]}},
}
"""What is known of fields beyond the types of the structs."""


def describe_conversation() -> Schema:
    """Return the document."""
    schemas = Schemas()
    received = dict(_received(schemas))
    sent = dict(_sent(schemas))
    messages = {**received, **sent}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "CashHaven", "version": "1", "description": ABOUT + _closing_codes()},
        "defaultContentType": "application/json",
        "servers": {"shop": _server()},
        "channels": {
            "ws": {
                "address": "/ws",
                "messages": {name: {"$ref": _MESSAGES + name} for name in messages},
                "bindings": {"ws": {"method": "GET", "query": _query(), "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            **{f"receive.{name}": _operation("receive", name) for name in received},
            **{f"send.{name}": _operation("send", name) for name in sent},
        },
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "messages": messages,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "O `token` que `POST /api/auth/login` devolve",
                }
            },
        },
    }


def _received(schemas: Schemas) -> Iterator[tuple[str, Schema]]:
    """Return what clients send, by the message's name."""
    for kind in frames.FROM_CLIENT:
        if kind is not frames.Request:
            yield _tag(kind), _message(schemas, kind, _tag(kind))
    for name, action in ACTIONS.items():
        fields = {"action": {"const": name}, "data": schemas.of(action.takes)}
        yield f"request.{name}", _message(schemas, frames.Request, f"request.{name}", fields)


def _sent(schemas: Schemas) -> Iterator[tuple[str, Schema]]:
    """Return what the server sends, by the message's name."""
    for kind in frames.FROM_SERVER:
        if kind not in {frames.Event, frames.Response}:
            yield _tag(kind), _message(schemas, kind, _tag(kind))
    for event in WIRE_EVENTS:
        yield f"event.{event.event.name}", _event(schemas, event)
    for action, gives in _GIVES.items():
        yield f"response.{action}", _response(schemas, action, gives)
    yield _FAILED, _failed_response(schemas)


def _event(schemas: Schemas, wire: WireEvent) -> Schema:
    name, topic = wire.event.name, wire.event.topic
    fields: dict[str, Schema] = {
        "topic": {"const": topic},
        "event": {"const": name},
        "offset": {"type": "integer", "minimum": 1, "examples": [1041]},
        "prev": {"type": "integer", "minimum": 0, "examples": [1038]},
        "data": schemas.of(wire.view),
    }
    message = _message(schemas, frames.Event, f"event.{name}", fields)
    return {**message, "tags": [{"name": topic}]}


def _response(schemas: Schemas, action: str, gives: Kind) -> Schema:
    fields: dict[str, Schema] = {"ok": {"const": True}, "data": schemas.of(gives)}
    absent = ("errors", "code", "detalhes", "request_id")
    name = f"response.{action}"
    return _message(schemas, frames.Response, name, fields, absent=absent, required=("data",))


def _failed_response(schemas: Schemas) -> Schema:
    fields: dict[str, Schema] = {"ok": {"const": False}}
    absent = ("data", "message", "proximo", "replayed")
    required = ("errors", "code", "request_id")
    return _message(schemas, frames.Response, _FAILED, fields, absent=absent, required=required)


def _message(
    schemas: Schemas,
    kind: type[Any],
    name: str,
    fields: Mapping[str, Schema] | None = None,
    *,
    absent: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
) -> Schema:
    """Return a message, whose `fields` are known better than the struct knows them."""
    reference = schemas.of(kind)["$ref"]
    shape = schemas.components[reference.removeprefix(REFERENCE)]
    known = {key: value for key, value in shape["properties"].items() if key not in absent}
    known_better = fields or _KNOWN.get(kind, {})
    payload: Schema = {
        "type": "object",
        "properties": {"type": {"const": _tag(kind)}, **known, **known_better},
        "required": ["type", *shape.get("required", ()), *required],
        "additionalProperties": False,
    }
    schemas.components[name] = payload
    return {
        "name": name,
        "title": name,
        "summary": _SUMMARIES[kind],
        "payload": {"$ref": REFERENCE + name},
        "examples": [{"payload": EXAMPLES.get(name) or schemas.example(payload)}],
    }


def _operation(action: str, name: str) -> Schema:
    operation: Schema = {
        "action": action,
        "channel": {"$ref": _CHANNEL},
        "messages": [{"$ref": f"{_CHANNEL}/messages/{name}"}],
    }
    replies = _replies_to(name) if action == "receive" else ()
    if replies:
        operation["reply"] = {
            "channel": {"$ref": _CHANNEL},
            "messages": [{"$ref": f"{_CHANNEL}/messages/{reply}"} for reply in replies],
        }
    return operation


def _replies_to(name: str) -> tuple[str, ...]:
    if name.startswith("request."):
        return (f"response.{name.removeprefix('request.')}", _FAILED)
    return next(replies for kind, replies in _REPLIES.items() if _tag(kind) == name)


def _server() -> Schema:
    return {
        "host": "{endereco}",
        "protocol": "wss",
        "description": "Onde a loja atende; `ws` onde não há TLS",
        "variables": {"endereco": {"default": "127.0.0.1:5238"}},
        "security": [{"$ref": "#/components/securitySchemes/token"}],
    }


def _query() -> Schema:
    kinds = [kind.value for kind in ClientKind]
    about = "O que está do outro lado, para os recados que são só para um tipo"
    return {
        "type": "object",
        "properties": {"cliente": {"type": "string", "enum": kinds, "description": about}},
    }


def _closing_codes() -> str:
    return "\n".join(f"- {code.value}: {code.sentence}" for code in CloseCode)


def _tag(kind: type[Any]) -> str:
    return str(kind.__struct_config__.tag)
