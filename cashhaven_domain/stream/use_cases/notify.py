"""Telling people something."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import final

from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.operations import Operation, OperationKey, Settled
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.shared.settling import settle_once
from cashhaven_domain.shared.text import NOTE_LENGTH, clean
from cashhaven_domain.stream.events import ClientKind, Level, Notification, Target
from cashhaven_domain.stream.ports import StreamUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyCommand:
    """What to say, and to whom: a user, all clients of a kind, or everybody.

    Raises:
        InvalidInput: a text is empty or too long, or it is for nobody, or for several at once.
    """

    text: str = field(repr=False)
    title: str | None = field(default=None, repr=False)
    level: Level = Level.INFO
    user_id: UserId | None = None
    client_kind: ClientKind | None = None
    everybody: bool = False
    operation_key: OperationKey | None = None

    def __post_init__(self) -> None:
        targets = (self.user_id is not None, self.client_kind is not None, self.everybody)
        if sum(targets) != 1:
            raise InvalidInput("para: diga usuario_id, cliente ou todos, e só um deles")
        text = clean(self.text, field="texto", limit=NOTE_LENGTH, note=True)
        object.__setattr__(self, "text", text)
        if self.title is not None:
            object.__setattr__(self, "title", clean(self.title, field="titulo"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """When it was told; whoever is connected then or soon after hears it."""

    at: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell people something, on the screens that they have in front of them.

    Raises:
        AccessDenied: the actor may not, or may not tell everybody.
        UserNotFound: there is no such user.
        KeyReused: the key was used for something else.
        OperationInUse: the key is at work elsewhere.
    """

    new_uow: Callable[[], StreamUnitOfWork]
    clock: Clock

    async def __call__(self, actor: Actor, command: NotifyCommand) -> Settled[Notified]:
        actor.require(Permission.NOTIFY)
        if command.everybody:
            actor.require(Permission.NOTIFY_EVERYBODY)
        operation = Operation.of(actor, "notify", command)
        now = self.clock.now()
        async with self.new_uow() as uow:

            async def tell() -> Notified:
                if command.user_id is not None:
                    _ = await uow.users.get_for_update(command.user_id)
                uow.notices.tell(
                    Notification(
                        occurred_at=now,
                        text=command.text,
                        title=command.title,
                        level=command.level,
                        sender_id=actor.user_id,
                        sender_name=actor.name,
                        target=Target(user_id=command.user_id, client_kind=command.client_kind),
                    )
                )
                return Notified(at=now)

            return await settle_once(uow, operation, now, Notified, tell)
