"""Where names meet classes: adapters chosen by settings, and the use cases that stand on them."""

from dependency_injector import containers, providers

from cashhaven_adapters.argon2_passwords import Argon2Cost, Argon2Passwords
from cashhaven_adapters.jwt_tokens import JwtTokens
from cashhaven_adapters.memory.numbers import MemoryNumbers
from cashhaven_adapters.memory.operations import MemoryKeptAnswers
from cashhaven_adapters.memory.passwords import MemoryPasswords
from cashhaven_adapters.memory.queries.clients import MemoryClientQueries
from cashhaven_adapters.memory.queries.orders import MemoryOrderQueries
from cashhaven_adapters.memory.queries.parameters import MemoryParameterQueries, MemoryShopRules
from cashhaven_adapters.memory.queries.products import MemoryProductQueries
from cashhaven_adapters.memory.queries.sales import MemorySaleQueries
from cashhaven_adapters.memory.queries.users import MemoryUserQueries
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_adapters.memory.stream import MemoryEventStream, MemoryRelay
from cashhaven_adapters.memory.tokens import MemoryTokens
from cashhaven_adapters.memory.unit_of_work import MemoryUnitOfWork
from cashhaven_adapters.recent_reads import RecentSessions, RecentShopRules
from cashhaven_adapters.sql.catalogue.queries import CatalogueProductQueries
from cashhaven_adapters.sql.engine import Database, create_engine
from cashhaven_adapters.sql.kept_answers import SqlKeptAnswers
from cashhaven_adapters.sql.numbers import SqlNumbers
from cashhaven_adapters.sql.queries.clients import SqlClientQueries
from cashhaven_adapters.sql.queries.orders import SqlOrderQueries
from cashhaven_adapters.sql.queries.parameters import SqlParameterQueries, SqlShopRules
from cashhaven_adapters.sql.queries.sales import SqlSaleQueries
from cashhaven_adapters.sql.queries.users import SqlUserQueries
from cashhaven_adapters.sql.relay import SqlRelay
from cashhaven_adapters.sql.stream import SqlEventStream
from cashhaven_adapters.sql.unit_of_work import SqlUnitOfWork
from cashhaven_adapters.system_clock import SystemClock
from cashhaven_adapters.zxcvbn_common_passwords import ZxcvbnCommonPasswords
from cashhaven_app.observation import Observer
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_app.stream.alerts import Alerts
from cashhaven_app.stream.following import Follower
from cashhaven_app.stream.relaying import Relaying
from cashhaven_app.use_cases import UseCases
from cashhaven_domain.shared.ports import Clock


def _numbers(
    storage: providers.Provider[str],
    store: providers.Provider[MemoryStore],
    database: providers.Provider[Database],
    name: str,
    *,
    block: int,
    largest: int = 0,
) -> providers.Selector:
    return providers.Selector(
        storage,
        memory=providers.Singleton(MemoryNumbers, store, name),
        sql=providers.Singleton(SqlNumbers, database, name, block=block, largest=largest),
    )


def _revealed(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()


class Adapters(containers.DeclarativeContainer):
    """Everything driven. A port with two adapters is a selector over the kind of storage."""

    settings: providers.Dependency[Settings] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    setup_code: providers.Dependency[str | None] = providers.Dependency()

    storage = settings.provided.storage

    store = providers.Singleton(MemoryStore)
    database = providers.Singleton(
        create_engine,
        settings.provided.database_url.reveal.call(),
        pool_size=settings.provided.pool_size,
        pool_overflow=settings.provided.pool_overflow,
        pool_wait_seconds=settings.provided.pool_wait_seconds,
        sqlite_synchronous=settings.provided.sqlite_synchronous,
        slow_seconds=settings.provided.slow_query_seconds,
    )
    uow = providers.Selector(
        storage,
        memory=providers.Factory(MemoryUnitOfWork, store),
        sql=providers.Factory(SqlUnitOfWork, database),
    )

    # Numbers: gaps are as large as a block, and those of orders are called out in the shop.
    user_numbers = _numbers(storage, store, database, "user", block=1)
    client_numbers = _numbers(storage, store, database, "client", block=20)
    product_numbers = _numbers(storage, store, database, "product", block=20)
    sale_numbers = _numbers(storage, store, database, "sale", block=100, largest=1024)
    order_numbers = _numbers(storage, store, database, "order", block=20, largest=128)
    fiscal_document_numbers = _numbers(storage, store, database, "fiscal_document", block=20)

    # Operations
    kept_answers = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryKeptAnswers, store),
        sql=providers.Singleton(SqlKeptAnswers, database),
    )

    # The stream
    event_stream = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryEventStream, store),
        sql=providers.Singleton(SqlEventStream, database),
    )
    relay = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryRelay, store),
        sql=providers.Singleton(SqlRelay, database),
    )
    follower = providers.Singleton(
        Follower, event_stream, relay, poll_seconds=settings.provided.stream_poll_seconds
    )
    relaying = providers.Singleton(Relaying, relay, clock)

    # Parameters
    parameter_queries = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryParameterQueries, store),
        sql=providers.Singleton(SqlParameterQueries, database),
    )
    shop_rules = providers.Singleton(
        RecentShopRules,
        providers.Selector(
            storage,
            memory=providers.Singleton(MemoryShopRules, store),
            sql=providers.Singleton(SqlShopRules, database),
        ),
    )

    # Users
    user_queries = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryUserQueries, store),
        sql=providers.Singleton(SqlUserQueries, database),
    )
    sessions = providers.Singleton(RecentSessions, user_queries)
    passwords = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryPasswords),
        sql=providers.Singleton(
            Argon2Passwords,
            providers.Factory(
                Argon2Cost,
                memory_kib=settings.provided.password_memory_kib,
                passes=settings.provided.password_passes,
            ),
        ),
    )
    common_passwords = providers.Singleton(ZxcvbnCommonPasswords)
    tokens = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryTokens),
        sql=providers.Singleton(
            JwtTokens,
            settings.provided.jwt_secret.reveal.call(),
            providers.Callable(_revealed, settings.provided.jwt_secret_previous),
        ),
    )

    # Clients
    client_queries = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryClientQueries, store),
        sql=providers.Singleton(SqlClientQueries, database),
    )

    # Stock
    product_queries = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryProductQueries, store),
        sql=providers.Singleton(
            CatalogueProductQueries,
            database,
            follower,
            max_age=settings.provided.catalogue_max_age_seconds,
        ),
    )

    # Sales and orders
    sale_queries = providers.Selector(
        storage,
        memory=providers.Singleton(MemorySaleQueries, store),
        sql=providers.Singleton(SqlSaleQueries, database),
    )
    order_queries = providers.Selector(
        storage,
        memory=providers.Singleton(MemoryOrderQueries, store),
        sql=providers.Singleton(SqlOrderQueries, database),
    )


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
    alerts = providers.Singleton(Alerts, use_cases.raise_alert)
