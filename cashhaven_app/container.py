"""Where names meet classes: adapters chosen by settings, and the use cases that stand on them."""

from dependency_injector import containers, providers

from cashhaven_adapters.memory.numbers import MemoryNumbers
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_adapters.memory.unit_of_work import MemoryUnitOfWork
from cashhaven_adapters.system_clock import SystemClock
from cashhaven_app.observation import Observer
from cashhaven_app.settings import Settings
from cashhaven_app.use_cases import UseCases
from cashhaven_domain.shared.ports import Clock


class Adapters(containers.DeclarativeContainer):
    """Everything driven. A port with two adapters is a selector over the kind of storage."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    setup_code: providers.Dependency[str | None] = providers.Dependency()

    storage = settings.provided.storage

    store = providers.Singleton(MemoryStore)
    uow = providers.Selector(storage, memory=providers.Factory(MemoryUnitOfWork, store))

    # Numbers
    user_numbers = providers.Selector(
        storage, memory=providers.Singleton(MemoryNumbers, store, "user")
    )
    client_numbers = providers.Selector(
        storage, memory=providers.Singleton(MemoryNumbers, store, "client")
    )
    product_numbers = providers.Selector(
        storage, memory=providers.Singleton(MemoryNumbers, store, "product")
    )
    sale_numbers = providers.Selector(
        storage, memory=providers.Singleton(MemoryNumbers, store, "sale")
    )
    order_numbers = providers.Selector(
        storage, memory=providers.Singleton(MemoryNumbers, store, "order")
    )
    fiscal_document_numbers = providers.Selector(
        storage, memory=providers.Singleton(MemoryNumbers, store, "fiscal_document")
    )

    # Parameters

    # Users

    # Clients

    # Stock

    # Sales and orders


class Container(containers.DeclarativeContainer):
    """The application. `Container(settings=…)` is all of it; tests also give it a clock.

    Every use case is one object for the whole process: it holds no state.
    """

    settings: providers.Dependency[Settings] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency(
        default=providers.Singleton(SystemClock)
    )
    setup_code: providers.Dependency[str | None] = providers.Dependency(
        default=providers.Object(None)
    )

    observer = providers.Singleton(Observer)
    adapters = providers.Container(Adapters, settings=settings, clock=clock, setup_code=setup_code)
    use_cases = providers.Container(UseCases, adapters=adapters, observer=observer)
