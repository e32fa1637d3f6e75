"""Every frame of the conversation: JSON objects whose `type` says what they are.

Frames from clients are read as strictly as request bodies are; frames from the server are written
as replies are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from cashhaven_adapters.litestar.fields import HIGHEST_INTEGER
from cashhaven_adapters.litestar.json_text import Data
from cashhaven_adapters.litestar.readers import Reads, whole
from cashhaven_adapters.litestar.wire import Body
from cashhaven_domain.shared.errors import InvalidInput

LONGEST_ID = 64
"""Characters of the id that a client gives a request."""
LONGEST_TOPIC = 64
LONGEST_TOKEN = 4_096
LONGEST_KEY = 1_000
"""Characters of what is read as an idempotency key; what a key may be is decided as over HTTP."""
MOST_NAMES = 100
"""Topics in one frame, before anybody asks what they are."""


def is_unicode(text: str) -> bool:
    """Whether the text can be sent: JSON may spell halves of characters, and UTF-8 cannot."""
    try:
        _ = text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _id(value: Data) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidInput("deve ser um texto ou um número inteiro")
    if not 1 <= len(str(value)) <= LONGEST_ID:
        raise InvalidInput(f"deve ter de 1 a {LONGEST_ID} caracteres")
    if isinstance(value, str) and not is_unicode(value):
        # The answer could not bear it, and whoever asked would wait for ever.
        raise InvalidInput("contém caracteres que não são permitidos")
    return value


def _text(longest: int, *, shortest: int = 1) -> Reads:
    def read(value: Data) -> str:
        if not isinstance(value, str):
            raise InvalidInput("deve ser um texto")
        if not shortest <= len(value) <= longest:
            raise InvalidInput(f"deve ter de {shortest} a {longest} caracteres")
        return value

    return Reads(read, {"type": "string", "minLength": shortest, "maxLength": longest})


def _object(value: Data) -> dict[str, Data]:
    if not isinstance(value, dict):
        raise InvalidInput("deve ser um objeto")
    return value


RequestId = Annotated[
    str | int,
    Reads(
        _id,
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": LONGEST_ID},
                {"type": "integer"},
            ],
            "examples": ["7"],
        },
    ),
]
Offset = Annotated[
    int,
    Reads(
        whole(0, HIGHEST_INTEGER),
        {"type": "integer", "minimum": 0, "maximum": HIGHEST_INTEGER, "examples": [1041]},
    ),
]
TopicNames = Annotated[
    list[Annotated[str, _text(LONGEST_TOPIC), Meta(examples=["stock"])]],
    Meta(min_length=1, max_length=MOST_NAMES),
]
Anything = Annotated[Any, Reads(_object, {"type": "object"})]


# --- from the client


class Auth(Body, kw_only=True, frozen=True, tag_field="type", tag="auth"):
    """Signs in, as the first frame; later it takes the place of a token that runs out."""

    token: Annotated[str, _text(LONGEST_TOKEN)]


class Since(Body, kw_only=True, frozen=True):
    """The place up to which the client knows everything."""

    epoch: Annotated[str, _text(64)]
    offset: Offset


class Subscribe(Body, kw_only=True, frozen=True, tag_field="type", tag="subscribe"):
    """Asks for what happens from now on, or since a place; topics add to those in force."""

    topics: TopicNames
    since: Since | None = None


class Unsubscribe(Body, kw_only=True, frozen=True, tag_field="type", tag="unsubscribe"):
    """Asks for no more of these topics; the answer is `subscribed`, with those still in force."""

    topics: TopicNames


class Request(Body, kw_only=True, frozen=True, tag_field="type", tag="request"):
    """Asks for something to be done; `id` comes back with the answer."""

    id: RequestId
    action: Annotated[str, _text(LONGEST_TOPIC), Meta(examples=["stock.search"])]
    data: Anything
    idempotency_key: Annotated[str, _text(LONGEST_KEY, shortest=0)] | None = None


class Ping(Body, kw_only=True, frozen=True, tag_field="type", tag="ping"):
    """Asks for a `pong`."""


FROM_CLIENT: tuple[type[Body], ...] = (Auth, Subscribe, Unsubscribe, Request, Ping)


# --- from the server


class Frame(Struct, kw_only=True, frozen=True, tag_field="type"):
    """The base of what the server sends."""


class Welcome(Frame, kw_only=True, frozen=True, tag="welcome"):
    """Signed in: `topics` are those that may be subscribed to."""

    session: Annotated[str, Meta(description="Esta conexão, nos registros do servidor")]
    epoch: str
    offset: int
    heartbeat_s: Annotated[int | float, Meta(examples=[25])]
    topics: Sequence[str]


class Event(Frame, kw_only=True, frozen=True, tag="event"):
    """Something happened. `prev` is the offset before this one, as this connection knows it."""

    topic: str
    event: str
    offset: int
    prev: int
    at: datetime
    data: Any


class Subscribed(Frame, kw_only=True, frozen=True, tag="subscribed"):
    """All topics in force, and the offset after which live events follow.

    It comes as an answer; and without being asked for when an administrator's right to a topic
    ended, or when nothing was to be told for minutes: the offset is a place to resume from.
    """

    topics: Sequence[str]
    offset: int


class Resumed(Frame, kw_only=True, frozen=True, tag="resumed"):
    """What was missed came before this, in order: all of it, or nothing at all."""

    recovered: bool
    count: int
    reason: Annotated[str, Meta(description="`epoch`, `too_old` ou `too_many`")] | UnsetType = UNSET


class Heartbeat(Frame, kw_only=True, frozen=True, tag="heartbeat"):
    """The connection lives; `offset` is that of the last event that it was sent."""

    offset: int


class TokenExpiring(Frame, kw_only=True, frozen=True, tag="token_expiring"):
    """The token ends then: an `auth` with another of the same user goes on."""

    exp: datetime


class Response(Frame, kw_only=True, frozen=True, tag="response"):
    """The answer to a `request`: `data`, or `errors` and `code` as in every failure."""

    id: str | int
    ok: bool
    data: Any | UnsetType = UNSET
    message: str | UnsetType = UNSET
    proximo: str | UnsetType = UNSET
    replayed: (
        Annotated[bool, Meta(description="A resposta de antes, à mesma `idempotency_key`")]
        | UnsetType
    ) = UNSET
    errors: list[str] | UnsetType = UNSET
    code: str | UnsetType = UNSET
    detalhes: dict[str, Any] | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class Pong(Frame, kw_only=True, frozen=True, tag="pong"):
    """The answer to a `ping`."""


class Error(Frame, kw_only=True, frozen=True, tag="error"):
    """Something was not done; the connection goes on."""

    code: str
    message: str


FROM_SERVER: tuple[type[Frame], ...] = (
    Welcome,
    Event,
    Subscribed,
    Resumed,
    Heartbeat,
    TokenExpiring,
    Response,
    Pong,
    Error,
)
