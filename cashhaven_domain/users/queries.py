"""What can be asked about accounts."""

from dataclasses import dataclass
from typing import Protocol

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.paging import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """An account as lists show it."""

    id: UserId
    name: str
    username: str
    role: str
    administrator: bool
    version: int


class UserQueries(Protocol):
    """Reads accounts. Removed ones are not there."""

    async def list_page(self, request: PageRequest) -> Page[UserView]:
        """Return a page of all users, sorted by id.

        Raises:
            Unavailable: the storage is away.
        """
        ...

    async def get(self, user_id: UserId) -> UserView:
        """Return one user.

        Raises:
            UserNotFound: there is none.
            Unavailable: the storage is away.
        """
        ...
