"""From the text of a frame to the frame, or to a sentence for everything that is wrong with it."""

from collections.abc import Callable, Mapping
from typing import Any

from cashhaven_adapters.litestar.decoding import reader_of
from cashhaven_adapters.litestar.json_text import Data, parse, printable
from cashhaven_adapters.litestar.websocket.errors import UnreadableFrame
from cashhaven_adapters.litestar.websocket.frames import (
    FROM_CLIENT,
    LONGEST_ID,
    Request,
    is_unicode,
)
from cashhaven_adapters.litestar.wire import Body
from cashhaven_domain.shared.errors import InvalidInput


def _tag(kind: type[Body]) -> str:
    return str(kind.__struct_config__.tag)


_READERS: Mapping[str, Callable[..., Any]] = {_tag(kind): reader_of(kind) for kind in FROM_CLIENT}


class UnreadableRequest(InvalidInput):
    """What came is a request with an id to answer to; what it asks for cannot be read."""

    def __init__(self, request_id: str | int, *sentences: str) -> None:
        super().__init__(*sentences)
        self.request_id = request_id


def read_frame(text: bytes, *, deepest: int) -> Body:
    """Return the frame that a client sent.

    Raises:
        UnreadableRequest: it is a request that bears an id, and the rest is wrong.
        InvalidInput: it is no frame of the contract.
    """
    data = parse(text, deepest=deepest)
    if not isinstance(data, dict):
        raise UnreadableFrame("deve ser um objeto")
    kind = data.pop("type", None)
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        shown = printable(kind) if isinstance(kind, str) else "-"
        raise UnreadableFrame(f"type: {shown} não existe; use um de: {', '.join(_READERS)}")
    try:
        frame: Body = reader(data)
    except InvalidInput as error:
        name: Data = data.get("id")
        if kind == _tag(Request) and _is_id(name):
            raise UnreadableRequest(name, *error.sentences) from None
        raise
    return frame


def _is_id(name: Data) -> bool:
    return type(name) in {str, int} and 1 <= len(str(name)) <= LONGEST_ID and is_unicode(str(name))
