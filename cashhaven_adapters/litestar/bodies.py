"""Request bodies: JSON only, decoded straight from their bytes."""

from typing import Any

from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from cashhaven_adapters.litestar.asgi import Receive, Scope, sent
from cashhaven_adapters.litestar.decoding import reader_of
from cashhaven_adapters.litestar.json_text import Unreadable, parse
from cashhaven_adapters.litestar.quick_reading import DOUBT, quick_reader_of


class MissingBody(Unreadable):
    """There is no body, and there must be one."""

    def __init__(self) -> None:
        super().__init__("corpo: é obrigatório")


class Bodies:
    """The bodies of one route: exact decimals, every mistake at once, nothing not asked for."""

    def __init__(self, handler: HTTPRouteHandler) -> None:
        field = handler.parsed_data_field
        self.are_read = field is not None
        if field is not None:
            self._may_be_missing = field.has_default
            self._read = reader_of(field.annotation)
            self._read_quickly = quick_reader_of(field.annotation)

    async def put_into(self, arguments: dict[str, Any], scope: Scope, receive: Receive) -> None:
        """Read the body as the route's struct, for `data`; none at all may leave it out.

        Raises:
            MissingBody: there is none, and there must be one.
            HTTPException: it is of another media type, or did not arrive.
            InvalidInput: it is not what the route takes.
        """
        body = await _received(receive)
        if body:
            types = sent(scope, b"content-type")
            _require_json(types[0] if types else "")
            value = self._read_quickly(body)
            arguments["data"] = self._read(parse(body)) if value is DOUBT else value
        elif not self._may_be_missing:
            raise MissingBody()


async def _received(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return body
    pieces = [body]
    while message.get("more_body", False):
        message = await receive()
        pieces.append(message.get("body", b""))
    return b"".join(pieces)


def _require_json(content_type: str) -> None:
    if content_type == "application/json":
        return
    media_type, _, parameters = content_type.partition(";")
    charset = "utf-8"
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "charset":
            charset = value.strip('"').lower()
    if media_type.strip().lower() != "application/json" or charset not in {"utf-8", "utf8"}:
        raise HTTPException(
            status_code=415, detail="Content-Type: deve ser application/json em UTF-8"
        )
