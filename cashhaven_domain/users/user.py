"""A user: someone with an account, who signs in under a name with a password."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged, changed
from cashhaven_domain.users.errors import LastAdministrator, OwnAccountRemoval
from cashhaven_domain.users.events import (
    SessionsEnded,
    UserChanged,
    UserRegistered,
    UserRemoved,
)
from cashhaven_domain.users.username import Username

ROLE_LENGTH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """What shall be different about an account."""

    name: str | Unchanged = UNCHANGED
    username: Username | Unchanged = UNCHANGED
    role: str | Unchanged = UNCHANGED
    administrator: bool | Unchanged = UNCHANGED
    password_hash: str | Unchanged = field(default=UNCHANGED, repr=False)
    one_time_password: bool = False


@dataclass(slots=True, eq=False, kw_only=True)
class User(Aggregate):
    """An account. `role` is the shop's own word for it and gives no rights; `administrator` does.

    `session_version` is the number that tokens must carry: raising it ends them all.
    """

    id: UserId
    name: str
    username: Username
    role: str
    administrator: bool
    password_hash: str = field(repr=False)
    must_change_password: bool = False
    session_version: int = 1
    removed_at: datetime | None = None

    @classmethod
    def register(
        cls,
        *,
        id: UserId,
        name: str,
        username: Username,
        role: str,
        administrator: bool,
        password_hash: str,
        one_time_password: bool,
        by: UserId,
        at: datetime,
    ) -> Self:
        """Open an account."""
        user = cls(
            id=id,
            name=name,
            username=username,
            role=role,
            administrator=administrator,
            password_hash=password_hash,
            must_change_password=one_time_password,
        )
        user.record(UserRegistered(occurred_at=at, user_id=id, by=by, administrator=administrator))
        return user

    def change(
        self, change: AccountChange, *, other_administrators: int, by: UserId, at: datetime
    ) -> None:
        """Change what is to be different; a new password ends every session.

        Raises:
            LastAdministrator: nobody else would be administrator.
        """
        if self.administrator and change.administrator is False and not other_administrators:
            raise LastAdministrator()
        before = (self.name, self.username, self.role, self.administrator)
        self.name = changed(change.name, self.name)
        self.username = changed(change.username, self.username)
        self.role = changed(change.role, self.role)
        self.administrator = changed(change.administrator, self.administrator)
        after = (self.name, self.username, self.role, self.administrator)
        names = ("nome", "usuario", "cargo", "adm")
        fields = [n for n, old, new in zip(names, before, after, strict=True) if old != new]
        if not isinstance(change.password_hash, Unchanged):
            self.password_hash = change.password_hash
            self.must_change_password = change.one_time_password
            self.session_version += 1
            fields.append("senha")
        if fields:
            self.record(
                UserChanged(
                    occurred_at=at,
                    user_id=self.id,
                    by=by,
                    fields=tuple(fields),
                    administrator=self.administrator,
                )
            )

    def end_sessions(self, *, by: UserId, at: datetime) -> None:
        """Make every token of this user worthless."""
        self.session_version += 1
        self.record(SessionsEnded(occurred_at=at, user_id=self.id, by=by))

    def remove(self, *, other_administrators: int, by: UserId, at: datetime) -> None:
        """Close the account; its name is free again, and history keeps who did what.

        Raises:
            OwnAccountRemoval: it is the account of whoever asks.
            LastAdministrator: nobody else is administrator.
        """
        if by == self.id:
            raise OwnAccountRemoval()
        if self.administrator and not other_administrators:
            raise LastAdministrator()
        self.removed_at = at
        self.session_version += 1
        self.record(UserRemoved(occurred_at=at, user_id=self.id, by=by))
