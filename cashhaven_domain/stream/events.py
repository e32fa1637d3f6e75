"""What is told to people, not because something changed in the books."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.events import DomainEvent


class ClientKind(StrEnum):
    """What people have in front of them, as it says itself when it connects."""

    TILL = "pdv"
    KITCHEN = "cozinha"
    DASHBOARD = "painel"
    APP = "app"


class Level(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "aviso"
    URGENT = "urgente"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom something is meant for: a user, all clients of a kind, or everybody when none is named.

    When both are named it is meant for that user at clients of that kind.
    """

    user_id: UserId | None = None
    client_kind: ClientKind | None = None

    def is_met_by(self, user_id: UserId, client_kind: ClientKind | None) -> bool:
        """Whether this user, at this kind of client, is meant."""
        return self.user_id in {None, user_id} and self.client_kind in {None, client_kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(DomainEvent):
    """Somebody says something to one user, to all clients of a kind, or to everybody."""

    topic: ClassVar[str] = "user"
    name: ClassVar[str] = "notification"

    text: str = field(repr=False)
    title: str | None = field(default=None, repr=False)
    level: Level = Level.INFO
    sender_id: UserId
    sender_name: str
    target: Target

    @property
    def aggregate_id(self) -> int:
        """The user whom it is for; 0 when it is for more than one."""
        return self.target.user_id or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAlert(DomainEvent):
    """Something is wrong with the system itself; `code` is for programs, `sentence` for people."""

    topic: ClassVar[str] = "system"
    name: ClassVar[str] = "system.alert"

    code: str
    sentence: str
    level: Level = Level.WARNING

    @property
    def aggregate_id(self) -> int:
        """0: it happened to nothing in the books."""
        return 0
