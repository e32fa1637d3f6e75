"""What a request carries through the application: its id, and who asks."""

import re
from collections.abc import Callable
from contextvars import ContextVar, Token
from types import EllipsisType

import structlog
from structlog.contextvars import STRUCTLOG_KEY_PREFIX

from cashhaven_adapters.litestar.asgi import Scope
from cashhaven_adapters.litestar.random_texts import random_text

NO_REQUEST = "-"
"""Stands for the id where no request is at work."""

_SANE = re.compile(rb"[A-Za-z0-9\-_.]{1,64}", re.ASCII)

# Variables that are called so stand in every line of the log; those that hold `...` do not.
_request_id: ContextVar[str] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}request_id")
_user_id: ContextVar[int | EllipsisType] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}user_id")

_log = structlog.get_logger("cashhaven.http")

Tell = Callable[..., None]
"""Takes the event, the request's id, and what is to be told of it."""
Context = tuple[Token[str], Token[int | EllipsisType]]


def current_request_id() -> str:
    """Return the id of the request at work."""
    return _request_id.get(NO_REQUEST)


def begin_request(request_id: str) -> Context:
    """Put the id into every log line, and let nobody in particular be who asks."""
    return _request_id.set(request_id), _user_id.set(...)


def end_request(before: Context) -> None:
    """Put back what there was before the request."""
    _request_id.reset(before[0])
    _user_id.reset(before[1])


def remember_user(scope: Scope, user_id: int) -> None:
    """Put the signed-in user into every further log line of this request."""
    scope["user_id"] = user_id
    _ = _user_id.set(user_id)


def write_line(event: str, request_id: str, **values: object) -> None:
    """Write a line into the log as it is set up by then."""
    _log.info(event, **values)


def id_of(scope: Scope) -> str:
    """Return the id that the request brings, if it is fit to be shown; else one that is new."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE.fullmatch(value):
            return str(value, "ascii")
    return random_text()
