"""A whole shop in memory, in one line and a few milliseconds: for tests, tutorials and trying out.

    shop = open_shop()
    await shop.register_client(shop.operator, RegisterClientCommand(...))

Documented surface: `open_shop`, `Shop` and what they show.
"""

from datetime import UTC, datetime

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_app.container import Container
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_app.use_cases import use_case_providers
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.events import DomainEvent

OPENING = datetime(2024, 1, 15, 10, 0, tzinfo=UTC)


class Shop:
    """A shop of its own: empty books, a clock that stands still, two people at work.

    Every use case is an attribute, under its name in `cashhaven_app.use_cases`.
    """

    # Users and parameters

    # Clients

    # Stock

    # Sales and orders

    def __init__(self, container: Container, clock: SettableClock) -> None:
        self.container = container
        self.clock = clock
        self.administrator = Actor(user_id=UserId(9001), name="Dona da loja", administrator=True)
        self.operator = Actor(user_id=UserId(9002), name="Operadora")
        for name, provider in use_case_providers(container.use_cases):
            setattr(self, name, provider())

    @property
    def events(self) -> tuple[DomainEvent, ...]:
        """What has happened so far, in order."""
        return tuple(self.container.adapters.store().events)


def open_shop(*, now: datetime = OPENING) -> Shop:
    """Return a new shop on memory adapters."""
    clock = SettableClock(now)
    settings = Settings(
        jwt_secret=Secret("a secret that is good enough for tests only"),
        database_url=Secret("memory:"),
    )
    return Shop(Container(settings=settings, clock=clock), clock)
