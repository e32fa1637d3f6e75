"""What happened to clients: who and to whom, never what is known of the person."""

from dataclasses import dataclass
from typing import ClassVar

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientEvent(DomainEvent):
    """Something that happened to a client, by somebody's hand."""

    topic: ClassVar[str] = "clients"

    client_id: int
    user_id: UserId

    @property
    def aggregate_id(self) -> int:
        """The client's id."""
        return self.client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRegistered(ClientEvent):
    """The shop came to know a client."""

    name: ClassVar[str] = "client.registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChanged(ClientEvent):
    """What is known of a client was corrected."""

    name: ClassVar[str] = "client.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRemoved(ClientEvent):
    """A client who never bought anything was removed."""

    name: ClassVar[str] = "client.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAnonymised(ClientEvent):
    """A client was forgotten as a person; the history stayed."""

    name: ClassVar[str] = "client.anonymised"
