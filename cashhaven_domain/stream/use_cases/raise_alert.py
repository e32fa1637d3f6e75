"""Telling administrators that something is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.ports import Clock
from cashhaven_domain.stream.events import Level, SystemAlert
from cashhaven_domain.stream.ports import StreamUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlertCommand:
    """What is wrong: a permanent code in capitals, and a sentence for whoever reads it."""

    code: str
    sentence: str
    level: Level = Level.WARNING


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlert:
    """Tell all administrators that something is wrong with the system itself.

    Raises:
        AccessDenied: the actor is neither the system nor an administrator.
    """

    new_uow: Callable[[], StreamUnitOfWork]
    clock: Clock

    async def __call__(self, actor: Actor, command: RaiseAlertCommand) -> None:
        actor.require(Permission.RAISE_ALERTS)
        async with self.new_uow() as uow:
            uow.notices.tell(
                SystemAlert(
                    occurred_at=self.clock.now(),
                    code=command.code,
                    sentence=command.sentence,
                    level=command.level,
                )
            )
            await uow.commit()
