"""How many connections there are: of this instance, of each address, of each user."""

from collections import Counter
from typing import TypeVar

from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_adapters.litestar.websocket.rates import Allowance
from cashhaven_domain.shared.access import UserId

K = TypeVar("K")


class Census:
    """Counts who comes and goes, and knows when it is enough."""

    def __init__(self, settings: SocketSettings, now: float) -> None:
        self._settings = settings
        rate = settings.openings_per_second if settings.limited else 0
        self._openings = Allowance(rate, rate, now)
        self._addresses: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._users: Counter[UserId] = Counter()

    def may_open(self, now: float) -> bool:
        """Whether one more may be opened at this moment, wherever it comes from."""
        if not self._settings.limited:
            return True
        return self._openings.take(now) and (
            self._addresses.total() < self._settings.most_connections
        )

    def is_full(self, address: str, *, unknown: bool) -> bool:
        """Whether there are enough of this address; `unknown` when the next brings no token."""
        settings = self._settings
        if not settings.limited:
            return False
        if self._addresses[address] >= settings.most_per_address:
            return True
        return unknown and (
            self._unknown.total() >= settings.most_unknown
            or self._unknown[address] >= settings.most_unknown_per_address
        )

    def is_full_of(self, user_id: UserId) -> bool:
        """Whether the user has enough of them."""
        return self._settings.limited and self._users[user_id] >= self._settings.most_per_user

    def come(self, address: str, *, unknown: bool) -> None:
        """Count a connection; with `unknown`, as one of those that have not signed in."""
        self._addresses[address] += 1
        if unknown:
            self._unknown[address] += 1

    def go(self, address: str) -> None:
        """Count a connection no more."""
        _lower(self._addresses, address)

    def know(self, address: str) -> None:
        """Count a connection no more among those that have not signed in."""
        _lower(self._unknown, address)

    def enter(self, user_id: UserId) -> None:
        """Count a connection of the user."""
        self._users[user_id] += 1

    def leave(self, user_id: UserId) -> None:
        """Count it no more."""
        _lower(self._users, user_id)


def _lower(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
