"""JSON as bytes into plain data: exactly, and never more than one reading of a text."""

import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cashhaven_domain.shared.errors import InvalidInput

Data = Any
"""Whatever JSON can say."""

DEEPEST = 32
"""How many lists and objects may lie within one another."""

_LONGEST_NUMBER = 28
_HIGHEST_EXPONENT = 10
_UNREADABLE_NUMBER = Decimal("NaN")


class Unreadable(InvalidInput):
    """The body is no JSON text that we take."""

    code = "UNREADABLE_BODY"


def parse(body: bytes, *, deepest: int = DEEPEST) -> Data:
    """Return the data that the text says; fractions as exact decimals.

    Numbers that nobody writes (hundreds of digits, large exponents) become a decimal NaN, for the
    field that holds them to refuse.

    Raises:
        Unreadable: no JSON, not UTF-8, nested too deeply, NaN, or a name twice in one object.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("corpo: deve estar em UTF-8") from None
    try:
        data = json.loads(
            text,
            parse_float=exact_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise _too_deep(deepest) from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"corpo: não é JSON válido (posição {error.pos})") from None
    except ValueError:
        raise Unreadable("corpo: um número tem algarismos demais") from None
    if body.count(b"[") + body.count(b"{") > deepest:
        _measure(data, deepest)
    return data


def exact_number(text: str) -> int | Decimal:
    """Return the number that a JSON text or a query writes, without loss."""
    if len(text) <= _LONGEST_NUMBER and text.isascii() and "e" not in text and "E" not in text:
        return Decimal(text) if "." in text else int(text)
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > _LONGEST_NUMBER or len(exponent) > 3:
        return _UNREADABLE_NUMBER
    if exponent:
        if abs(int(exponent)) >= _HIGHEST_EXPONENT:
            return _UNREADABLE_NUMBER
        return Decimal(text)
    return Decimal(text) if "." in digits else int(digits)


def _too_deep(deepest: int) -> Unreadable:
    return Unreadable(f"corpo: deve ter no máximo {deepest} níveis")


def _refuse_constant(name: str) -> Data:
    raise Unreadable(f"corpo: {name} não é um número")


def _object(pairs: list[tuple[str, Data]]) -> dict[str, Data]:
    content = dict(pairs)
    if len(content) != len(pairs):
        # Counted in one pass: a body full of names must not keep the process busy.
        times = Counter(name for name, _ in pairs)
        twice = next(name for name, count in times.items() if count > 1)
        raise Unreadable(f"{printable(twice)}: campo repetido")
    return content


def _measure(data: Data, deepest: int) -> None:
    level = [data]
    for _ in range(deepest):
        level = [inner for outer in level for inner in _content(outer)]
    if any(isinstance(inner, dict | list) for inner in level):
        raise _too_deep(deepest)


def _content(data: Data) -> Iterable[Data]:
    if isinstance(data, dict):
        return data.values()
    return data if isinstance(data, list) else ()


def printable(name: str) -> str:
    """Return a name that a stranger chose, fit to be shown in a sentence."""
    shown = "".join(c if c.isprintable() else "�" for c in name[:60])
    return shown if len(name) <= 60 else f"{shown}…"
