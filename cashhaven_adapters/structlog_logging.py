"""One stream of log lines: ours, the server's and the libraries', redacted and encoded.

JSON, an object per line, for machines; aligned text for a person at a terminal. Both hold the same.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_NAMES = (
    "senha",
    "password",
    "token",
    "secret",
    "authorization",
    "cookie",
    "sec-websocket-protocol",
    "sec_websocket_protocol",
)
REDACTED = "[…]"
LONGEST_VALUE = 2_000
"""A value's characters; a traceback may be ten times as long."""

# A CPF with or without punctuation; a telephone with or without country code and punctuation.
_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])"
    r"(?:[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}"
    r"|(?:\+?55[ ]?)?\(?[0-9]{2}\)?[ ]?9?[0-9]{4}[- ]?[0-9]{4})"
    r"(?![0-9A-Za-z])",
    re.ASCII,
)
_FIRST = ("ts", "level", "event", "request_id", "user_id", "route", "status", "duration_ms")
_PLAIN = re.compile(r"[\w.:/+{}*@…-]+")
# What these say at lower levels is said better by our own lines, or is of no use to a shop.
_QUIET = {"aiosqlite": logging.INFO, "alembic": logging.WARNING, "uvicorn": logging.WARNING}


def configure_logging(
    *, level: str = "INFO", style: str = "auto", stream: TextIO | None = None
) -> None:
    """Send everything that is logged in this process to the stream, standard output by default.

    `style` is `json`, `text`, or `auto`: text when the stream is a terminal.
    """
    target = sys.stdout if stream is None else stream
    text = style == "text" or (style == "auto" and target.isatty())
    render: Processor = _as_text if text else _as_json
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _stamp,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, redact, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), _name_logger],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                render,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, lowest in _QUIET.items():
        logging.getLogger(name).setLevel(max(lowest, root.level))


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the line without secrets and personal numbers, all its values plain data."""
    return {str(name): _clean(str(name), value) for name, value in event.items()}


def _clean(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value if not _is_secret(name) or isinstance(value, bool | None) else REDACTED
    if _is_secret(name):
        return REDACTED
    if isinstance(value, Mapping):
        return {str(key): _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [_clean(name, item) for item in value]
    limit = LONGEST_VALUE * 10 if name == "exception" else LONGEST_VALUE
    text = str(value)
    return _PERSONAL.sub(REDACTED, text[:limit]) + ("…" if len(text) > limit else "")


def _is_secret(name: str) -> bool:
    folded = name.casefold()
    return any(part in folded for part in SECRET_NAMES)


def _stamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["ts"] = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return event


def _name_logger(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    if record is not None:
        event["logger"] = record.name
    return event


def _ordered(event: MutableMapping[str, Any]) -> dict[str, Any]:
    first = {name: event[name] for name in _FIRST if name in event}
    return first | dict(event)


def _as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return json.dumps(_ordered(event), separators=(",", ":"))


def _as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
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
