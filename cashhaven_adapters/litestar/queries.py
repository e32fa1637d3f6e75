"""Query parameters, as strictly as bodies."""

import re
from typing import TypeVar
from urllib.parse import parse_qsl

from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import SkipValidation

from cashhaven_adapters.litestar.annotations import Kind
from cashhaven_adapters.litestar.asgi import Scope
from cashhaven_adapters.litestar.decoding import Findings, reader_of
from cashhaven_adapters.litestar.json_text import Data, printable
from cashhaven_domain.shared.errors import InvalidInput

T = TypeVar("T")

Query = NamedDependency[SkipValidation[T]]
"""The query of a request, read as this struct; the parameter is called `filters`."""

MOST_PARAMETERS = 50


def query_kind(handler: HTTPRouteHandler) -> Kind:
    """Return the struct that a route reads its query as, or `None` when it takes no query."""
    parameter = handler.parsed_fn_signature.parameters.get("filters")
    return None if parameter is None else parameter.annotation


class Queries:
    """The queries of one route."""

    def __init__(self, handler: HTTPRouteHandler) -> None:
        kind = query_kind(handler)
        self.are_read = kind is not None
        if kind is not None:
            self._read = reader_of(kind)

    def read(self, scope: Scope) -> Data:
        """Return the query of the request, as the struct that the route names."""
        return self._read(parameters_of(scope["query_string"]), as_text=True)

    def refuse_needless(self, scope: Scope) -> None:
        """Refuse parameters where the route takes none."""
        query_string = scope["query_string"]
        if query_string and not self.are_read:
            findings = Findings()
            for name in parameters_of(query_string):
                findings.add(printable(name), "campo desconhecido")
            findings.raise_if_any()


_ONE_PLAIN = re.compile(rb"(\w+)=([\w.,:()@-]*)", re.ASCII)
"""One parameter that is what it says: most queries are no more."""


def parameters_of(query_string: bytes) -> dict[str, str]:
    """Return the parameters of an address.

    Raises:
        InvalidInput: one stands twice, there are too many, or a value holds what no text may.
    """
    plain = _ONE_PLAIN.fullmatch(query_string)
    if plain is not None:
        return {str(plain[1], "ascii"): str(plain[2], "ascii")}
    findings = Findings()
    parameters: dict[str, str] = {}
    try:
        pairs = parse_qsl(
            query_string.decode("latin-1"),
            keep_blank_values=True,
            max_num_fields=MOST_PARAMETERS,
        )
    except ValueError:
        raise InvalidInput(f"endereço: deve ter no máximo {MOST_PARAMETERS} parâmetros") from None
    for name, value in pairs:
        if name in parameters:
            findings.add(printable(name), "parâmetro repetido")
        elif "\0" in value or "\ufffd" in value:
            findings.add(printable(name), "contém caracteres que não são permitidos")
        parameters[name] = value
    findings.raise_if_any()
    return parameters
