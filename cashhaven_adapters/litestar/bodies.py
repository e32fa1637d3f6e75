"""Request bodies: JSON only, decoded straight from their bytes."""

from collections.abc import Callable, Generator
from typing import Any, ClassVar, cast

from litestar.dto import AbstractDTO
from litestar.dto.data_structures import DTOFieldDefinition
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.typing import FieldDefinition

from cashhaven_adapters.litestar.annotations import Kind
from cashhaven_adapters.litestar.decoding import reader_of
from cashhaven_adapters.litestar.json_text import Data, Unreadable, parse
from cashhaven_adapters.litestar.routes import AnyRequest


class MissingBody(Unreadable):
    """There is no body, and there must be one."""

    def __init__(self) -> None:
        super().__init__("corpo: é obrigatório")


class JsonBodies(AbstractDTO[Any]):
    """Decodes bodies: exact decimals, every mistake at once, nothing that is not asked for."""

    _readers: ClassVar[dict[str, Callable[..., Any]]] = {}

    @classmethod
    def is_supported_model_type_field(cls, field_definition: FieldDefinition) -> bool:
        """Take every kind of body."""
        return True

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Kind = None
    ) -> None:
        """Prepare the reader of a route's body."""
        cls._readers[handler_id] = reader_of(field_definition.annotation)

    def decode_bytes(self, value: bytes) -> Data:
        """Return the body as the route's struct."""
        _require_json(self.asgi_connection.headers.get("content-type", ""))
        handler = self.asgi_connection.scope["route_handler"]
        return self._readers[handler.handler_id](parse(value))

    def decode_builtins(self, value: dict[str, Data]) -> Data:
        """Refuse: only bytes come here."""
        raise NotImplementedError

    @classmethod
    def generate_field_definitions(
        cls, model_type: type[Any]
    ) -> Generator[DTOFieldDefinition, None, None]:
        """Refuse: the structs speak for themselves."""
        raise NotImplementedError

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        """Say no: the structs speak for themselves."""
        return False


async def refuse_missing_body(request: AnyRequest) -> None:
    """Refuse no body at all where a route needs one; the framework hands none to the decoder."""
    handler = cast("HTTPRouteHandler", request.scope["route_handler"])
    field = handler.parsed_data_field
    if field is not None and not field.has_default and not await request.body():
        raise MissingBody()


def _require_json(content_type: str) -> None:
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
