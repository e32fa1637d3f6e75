"""Whole shops on any storage: what `open_shop` is for memory."""

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_adapters.sql.engine import Database
from cashhaven_app.container import Container
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_app.testing import OPENING, Shop, open_shop


def shop_on(url: str) -> Shop:
    """Return a shop on the database at the address; on memory when there is none."""
    if not url:
        return open_shop()
    clock = SettableClock(OPENING)
    settings = Settings(
        jwt_secret=Secret("a secret that is good enough for tests only"),
        database_url=Secret(url),
        pool_size=20,
    )
    return Shop(Container(settings=settings, clock=clock), clock)


def storage_of(shop: Shop) -> MemoryStore | Database:
    """Return what the shop keeps its books in."""
    adapters = shop.container.adapters
    kept: MemoryStore | Database = (
        adapters.store() if adapters.storage() == "memory" else adapters.database()
    )
    return kept
