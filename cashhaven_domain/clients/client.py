"""A client of the shop."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType, Self

from cashhaven_domain.clients.errors import ClientNotFound
from cashhaven_domain.clients.events import (
    ClientAnonymised,
    ClientChanged,
    ClientRegistered,
    ClientRemoved,
)
from cashhaven_domain.clients.person import Person
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.aggregate import Aggregate

ClientId = NewType("ClientId", int)


@dataclass(slots=True, eq=False, kw_only=True)
class Client(Aggregate):
    """Someone who buys here: a person or, once made anonymous, an id that the history names."""

    id: ClientId
    person: Person | None = field(repr=False)
    accepts_marketing: bool
    created_at: datetime
    updated_at: datetime
    anonymised_at: datetime | None = None

    def __post_init__(self) -> None:
        assert (self.person is None) == (self.anonymised_at is not None)

    @classmethod
    def register(
        cls,
        client_id: ClientId,
        person: Person,
        *,
        accepts_marketing: bool,
        rules: ShopRules,
        by: UserId,
        at: datetime,
    ) -> Self:
        """Come to know a client.

        Raises:
            InvalidInput: the shop does not believe what was said of the person.
        """
        person.require_plausible(
            today=at.astimezone(rules.time_zone).date(), strict_cpf=rules.strict_cpf
        )
        client = cls(
            id=client_id,
            person=person,
            accepts_marketing=accepts_marketing,
            created_at=at,
            updated_at=at,
        )
        client.record(ClientRegistered(client_id=client_id, user_id=by, occurred_at=at))
        return client

    def known_person(self) -> Person:
        """Return who the client is.

        Raises:
            ClientNotFound: the client was made anonymous.
        """
        if self.person is None:
            raise ClientNotFound()
        return self.person

    def correct(
        self,
        person: Person,
        *,
        accepts_marketing: bool,
        rules: ShopRules,
        by: UserId,
        at: datetime,
    ) -> bool:
        """Put right what is known of the client; return whether anything changed.

        Raises:
            ClientNotFound: the client was made anonymous.
            InvalidInput: the shop does not believe what was said of the person.
        """
        before = self.known_person()
        if (before, self.accepts_marketing) == (person, accepts_marketing):
            return False
        today = at.astimezone(rules.time_zone).date()
        person.require_plausible(today=today, strict_cpf=rules.strict_cpf, before=before)
        self.person = person
        self.accepts_marketing = accepts_marketing
        self.updated_at = at
        self.record(ClientChanged(client_id=self.id, user_id=by, occurred_at=at))
        return True

    def leave(self, *, by: UserId, at: datetime) -> None:
        """Be removed, as one who never bought anything.

        Raises:
            ClientNotFound: the client was made anonymous.
        """
        self.known_person()
        self.record(ClientRemoved(client_id=self.id, user_id=by, occurred_at=at))

    def become_anonymous(self, *, by: UserId, at: datetime) -> None:
        """Forget the person for good.

        Raises:
            ClientNotFound: the client was made anonymous before.
        """
        self.known_person()
        self.person = None
        self.accepts_marketing = False
        self.updated_at = at
        self.anonymised_at = at
        self.record(ClientAnonymised(client_id=self.id, user_id=by, occurred_at=at))
