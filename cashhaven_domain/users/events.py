"""What happens to accounts."""

from dataclasses import dataclass
from typing import ClassVar

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class _AccountEvent(DomainEvent):
    topic: ClassVar[str] = "user"

    user_id: UserId
    by: UserId
    """Who did it; 0 is the system."""

    @property
    def aggregate_id(self) -> int:
        """The id of the user to whom it happened."""
        return self.user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered(_AccountEvent):
    """There is a new user."""

    name: ClassVar[str] = "user.registered"

    administrator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged(_AccountEvent):
    """An account is different now; `fields` names what changed, as the wire does."""

    name: ClassVar[str] = "user.changed"

    fields: tuple[str, ...]
    administrator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEnded(_AccountEvent):
    """One token of the user is worthless now; `token_id` is the name that it carries."""

    name: ClassVar[str] = "user.token_ended"

    token_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(_AccountEvent):
    """Every token of the user is worthless now."""

    name: ClassVar[str] = "user.sessions_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRemoved(_AccountEvent):
    """An account is gone."""

    name: ClassVar[str] = "user.removed"
