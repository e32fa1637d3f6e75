"""What never appears in the log: secrets, and the numbers of persons."""

import re
from collections.abc import Mapping, Sequence

from structlog.typing import EventDict, WrappedLogger

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


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the line without secrets and personal numbers, all its values plain data."""
    return {str(name): clean(str(name), value) for name, value in event.items()}


def clean(name: str, value: object) -> object:
    """Return the value that this name stands for, as it may be shown."""
    if value is None or isinstance(value, bool | int | float):
        return value if not is_secret(name) or isinstance(value, bool | None) else REDACTED
    if is_secret(name):
        return REDACTED
    if isinstance(value, Mapping):
        return {str(key): clean(str(key), item) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [clean(name, item) for item in value]
    limit = LONGEST_VALUE * 10 if name == "exception" else LONGEST_VALUE
    text = str(value)
    return _PERSONAL.sub(REDACTED, text[:limit]) + ("…" if len(text) > limit else "")


def is_secret(name: str) -> bool:
    """Whether what is called so is never shown."""
    folded = name.casefold()
    return any(part in folded for part in SECRET_NAMES)
