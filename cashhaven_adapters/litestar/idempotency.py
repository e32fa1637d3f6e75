"""The header that names an operation, so that it is done once."""

import re

from litestar.di import NamedDependency
from litestar.params import SkipValidation

from cashhaven_adapters.litestar.asgi import Scope, sent
from cashhaven_adapters.litestar.random_texts import rising_text
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.operations import OperationKey, OwnKey

IdempotencyKey = NamedDependency[SkipValidation[OperationKey]]
"""The request's operation key; the parameter is called `operation_key`."""

HEADER = "Idempotency-Key"
_HEADER = HEADER.lower().encode("ascii")

_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")


class InvalidIdempotencyKey(InvalidInput):
    """The header holds what no key may hold."""

    code = "IDEMPOTENCY_KEY_INVALID"

    def __init__(self) -> None:
        super().__init__("Idempotency-Key: deve ter de 1 a 255 caracteres visíveis")


def read_operation_key(scope: Scope) -> OperationKey:
    """Return the operation key that the request names, bare or quoted; else one that nobody has.

    Raises:
        InvalidIdempotencyKey: the header is there and holds no key, or stands twice.
    """
    values = sent(scope, _HEADER)
    if len(values) > 1:
        raise InvalidIdempotencyKey()
    return operation_key_of(values[0] if values else None)


def operation_key_of(text: str | None) -> OperationKey:
    """Return the operation key that a client wrote, bare or quoted; without one, one of our own.

    Raises:
        InvalidIdempotencyKey: what it wrote is no key.
    """
    if text is None:
        return OperationKey(OwnKey(rising_text()))
    key = text.strip(" \t")
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if _VISIBLE.fullmatch(key) is None:
        raise InvalidIdempotencyKey()
    return OperationKey(key)
