"""How a line is written: as an object for machines, or as aligned text for a person."""

import json
import re
from collections.abc import MutableMapping
from typing import Any

from structlog.typing import EventDict, WrappedLogger

_FIRST = ("ts", "level", "event", "request_id", "user_id", "route", "status", "duration_ms")
_PLAIN = re.compile(r"[\w.:/+{}*@…-]+")


def _ordered(event: MutableMapping[str, Any]) -> dict[str, Any]:
    first = {name: event[name] for name in _FIRST if name in event}
    return first | dict(event)


def as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return the line as an object."""
    return json.dumps(_ordered(event), separators=(",", ":"))


def as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return the line as text."""
    values = _ordered(event)
    trace = values.pop("exception", None)
    ts, level, what = values.pop("ts"), values.pop("level"), values.pop("event", "")
    pairs = " ".join(f"{name}={_quoted(value)}" for name, value in values.items())
    line = f"{ts[11:23]} {level:<8}{_quoted(what, sentence=True)} {pairs}".rstrip()
    return line if trace is None else f"{line}\n{trace}"


def _quoted(value: object, *, sentence: bool = False) -> str:
    if isinstance(value, str) and (_PLAIN.fullmatch(value) or (sentence and value.isprintable())):
        return value
    return json.dumps(value, ensure_ascii=False)
