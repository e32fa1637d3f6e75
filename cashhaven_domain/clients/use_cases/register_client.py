"""Getting to know a client."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import final

from cashhaven_domain.clients.client import Client, ClientId
from cashhaven_domain.clients.person import Person
from cashhaven_domain.clients.ports import ClientsUnitOfWork
from cashhaven_domain.clients.queries import ClientCard
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.operations import Operation, OperationKey, Settled
from cashhaven_domain.shared.ports import Clock, NumberSequence
from cashhaven_domain.shared.settling import settle_once

OPERATION = "client.register"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterClientCommand:
    """A client to get to know."""

    person: Person
    accepts_marketing: bool = False
    operation_key: OperationKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What is kept of the answer: no personal data, for a repetition brings them along."""

    id: ClientId
    at: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterClient:
    """Get to know a client.

    A repetition has the same content, so the first answer is told again from it and from what was
    kept, whatever became of the client since.

    Raises:
        AccessDenied: the actor may not keep clients.
        InvalidInput: the shop does not believe what was said of the person.
        DuplicateCpf: another client has this CPF.
        KeyReused: the same key came with another content.
        OperationInUse: the same key is at work elsewhere.
    """

    new_uow: Callable[[], ClientsUnitOfWork]
    numbers: NumberSequence
    rules: ShopRulesReader
    clock: Clock

    async def __call__(self, actor: Actor, command: RegisterClientCommand) -> Settled[ClientCard]:
        actor.require(Permission.KEEP_CLIENTS)
        rules = await self.rules.read()
        (number,) = await self.numbers.take()
        now = self.clock.now()

        async with self.new_uow() as uow:

            async def register() -> Registration:
                client = Client.register(
                    ClientId(number),
                    command.person,
                    accepts_marketing=command.accepts_marketing,
                    rules=rules,
                    by=actor.user_id,
                    at=now,
                )
                await uow.clients.add(client)
                return Registration(id=client.id, at=now)

            operation = Operation.of(actor, OPERATION, command)
            settled = await settle_once(uow, operation, now, Registration, register)
        return Settled(_card(command, settled.receipt), replayed=settled.replayed)


def _card(command: RegisterClientCommand, registration: Registration) -> ClientCard:
    client = Client(
        id=registration.id,
        person=command.person,
        accepts_marketing=command.accepts_marketing,
        created_at=registration.at,
        updated_at=registration.at,
    )
    return ClientCard.of(client)
