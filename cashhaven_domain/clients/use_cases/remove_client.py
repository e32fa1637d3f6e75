"""Forgetting a client."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import final

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.ports import ClientsUnitOfWork
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock


class Removal(Enum):
    """How a client went."""

    REMOVED = auto()
    MADE_ANONYMOUS = auto()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveClient:
    """Forget a client: gone without a trace, or anonymous when sales or orders name them.

    Holding the client before looking for a history keeps new sales from naming them in between.

    Raises:
        AccessDenied: the actor may not remove clients.
        ClientNotFound: no such client, or an anonymous one.
    """

    new_uow: Callable[[], ClientsUnitOfWork]
    clock: Clock

    async def __call__(self, actor: Actor, client_id: ClientId) -> Removal:
        actor.require(Permission.REMOVE_CLIENTS)
        now = self.clock.now()
        async with self.new_uow() as uow:
            client = await uow.clients.get_for_update(client_id)
            if await uow.clients.has_history(client.id):
                client.become_anonymous(by=actor.user_id, at=now)
                await uow.clients.save(client)
                removal = Removal.MADE_ANONYMOUS
            else:
                client.leave(by=actor.user_id, at=now)
                await uow.clients.remove(client)
                removal = Removal.REMOVED
            await uow.commit()
        return removal
