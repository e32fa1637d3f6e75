"""Correcting what is known of a client."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import final

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.clients.person import Address, Email, Person
from cashhaven_domain.clients.ports import ClientsUnitOfWork
from cashhaven_domain.clients.queries import ClientCard
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.brazil import Cpf, Phone
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged, changed
from cashhaven_domain.shared.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateClientCommand:
    """What to put right; `None` clears what a client need not tell."""

    client_id: ClientId
    name: str | Unchanged = UNCHANGED
    cpf: Cpf | Unchanged = UNCHANGED
    phone: Phone | Unchanged = UNCHANGED
    email: Email | Unchanged | None = UNCHANGED
    birth_date: date | Unchanged | None = UNCHANGED
    address: Address | Unchanged | None = UNCHANGED
    accepts_marketing: bool | Unchanged | None = UNCHANGED
    version: int | None = None

    def applied_to(self, person: Person) -> Person:
        """Return the person as the command says they are."""
        return replace(
            person,
            name=changed(self.name, person.name),
            cpf=changed(self.cpf, person.cpf),
            phone=changed(self.phone, person.phone),
            email=changed(self.email, person.email),
            birth_date=changed(self.birth_date, person.birth_date),
            address=changed(self.address, person.address),
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateClient:
    """Correct what is known of a client.

    Raises:
        AccessDenied: the actor may not keep clients.
        ClientNotFound: no such client, or an anonymous one.
        StaleAggregate: the correction was based on an older version.
        InvalidInput: the shop does not believe what was said of the person.
        DuplicateCpf: another client has this CPF.
    """

    new_uow: Callable[[], ClientsUnitOfWork]
    rules: ShopRulesReader
    clock: Clock

    async def __call__(self, actor: Actor, command: UpdateClientCommand) -> ClientCard:
        actor.require(Permission.KEEP_CLIENTS)
        rules = await self.rules.read()
        async with self.new_uow() as uow:
            client = await uow.clients.get_for_update(command.client_id)
            person = client.known_person()
            client.expect_version(command.version)
            is_changed = client.correct(
                command.applied_to(person),
                accepts_marketing=bool(
                    changed(command.accepts_marketing, client.accepts_marketing)
                ),
                rules=rules,
                by=actor.user_id,
                at=self.clock.now(),
            )
            if is_changed:
                await uow.clients.save(client)
                await uow.commit()
        return ClientCard.of(client)
