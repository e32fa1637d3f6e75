"""What is remembered here is forgotten as soon as the stream tells that somebody changed it."""

from collections.abc import Sequence

from cashhaven_adapters.recent_reads import RecentSessions, RecentShopRules
from cashhaven_app.stream.following import Follower
from cashhaven_domain.parameters.events import ParameterChanged
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.stream.stored_event import StoredEvent

_ACCOUNTS = "user"


class Forgetting:
    """Listens for the sessions and the shop's rules."""

    def __init__(
        self, follower: Follower, sessions: RecentSessions, rules: RecentShopRules
    ) -> None:
        self._sessions = sessions
        self._rules = rules
        follower.listeners.append(self.hear)
        follower.reset_listeners.append(self.reset)

    def hear(self, events: Sequence[StoredEvent]) -> None:
        """Forget what these events changed."""
        for event in events:
            if event.topic == _ACCOUNTS:
                self._sessions.forget(UserId(event.aggregate_id))
            elif event.name == ParameterChanged.name:
                self._rules.forget()

    def reset(self) -> None:
        """Forget everything: something may have changed that nobody told of."""
        self._sessions.forget_all()
        self._rules.forget()
