"""What the wire says when people tell one another something."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from cashhaven_adapters.litestar.fields import Id, Name, Note
from cashhaven_adapters.litestar.wire import Body, View
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.operations import OperationKey
from cashhaven_domain.stream.events import ClientKind, Level
from cashhaven_domain.stream.use_cases.notify import NotifyCommand


class NotificationIn(Body, kw_only=True, frozen=True):
    """What to say, and to whom: exactly one of `usuario_id`, `cliente` and `todos`."""

    texto: Annotated[Note, Meta(examples=["O pedido 12 está pronto"])]
    titulo: Annotated[Name, Meta(examples=["Cozinha"])] | None = None
    nivel: Annotated[Level, Meta(examples=["info"])] = Level.INFO
    usuario_id: Id | None = None
    cliente: Annotated[ClientKind, Meta(examples=["pdv"])] | None = None
    todos: bool = False

    def to_command(self, operation_key: OperationKey | None) -> NotifyCommand:
        """Return what is asked for."""
        return NotifyCommand(
            text=self.texto,
            title=self.titulo,
            level=self.nivel,
            user_id=None if self.usuario_id is None else UserId(self.usuario_id),
            client_kind=self.cliente,
            everybody=self.todos,
            operation_key=operation_key,
        )


class NotifiedOut(View, kw_only=True, frozen=True):
    """When it was told."""

    at: datetime = msgspec.field(name="em")
