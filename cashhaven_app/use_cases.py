"""One provider per use case, and nothing else. Their names are what handlers and tests ask for."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from dependency_injector import containers, providers

from cashhaven_app.grouping import GroupedUseCase, one_line
from cashhaven_app.observation import ObservedUseCase, Observer
from cashhaven_domain.clients.use_cases.find_client import FindClient
from cashhaven_domain.clients.use_cases.find_client_by_cpf import FindClientByCpf
from cashhaven_domain.clients.use_cases.get_client_history import GetClientHistory
from cashhaven_domain.clients.use_cases.list_clients import ListClients
from cashhaven_domain.clients.use_cases.register_client import RegisterClient
from cashhaven_domain.clients.use_cases.remove_client import RemoveClient
from cashhaven_domain.clients.use_cases.search_clients import SearchClients
from cashhaven_domain.clients.use_cases.update_client import UpdateClient
from cashhaven_domain.orders.use_cases.change_order_status import ChangeOrderStatus
from cashhaven_domain.orders.use_cases.find_order import FindOrder
from cashhaven_domain.orders.use_cases.list_fiscal_documents import ListFiscalDocuments
from cashhaven_domain.orders.use_cases.list_orders import ListOrders
from cashhaven_domain.orders.use_cases.place_orders import OrderRequest, PlaceOrders
from cashhaven_domain.orders.use_cases.record_fiscal_answer import RecordFiscalAnswer
from cashhaven_domain.orders.use_cases.reserve_order_number import ReserveOrderNumber
from cashhaven_domain.parameters.use_cases.list_parameters import ListParameters
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParameters
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSale
from cashhaven_domain.sales.use_cases.list_sales import ListSales
from cashhaven_domain.sales.use_cases.register_sales import RegisterSales
from cashhaven_domain.stock.use_cases.add_product import AddProduct
from cashhaven_domain.stock.use_cases.find_product import FindProduct
from cashhaven_domain.stock.use_cases.list_low_stock import ListLowStock
from cashhaven_domain.stock.use_cases.list_movements import ListMovements
from cashhaven_domain.stock.use_cases.list_prices import ListPrices
from cashhaven_domain.stock.use_cases.list_products import ListProducts
from cashhaven_domain.stock.use_cases.move_stock import MoveStock
from cashhaven_domain.stock.use_cases.remove_product import RemoveProduct
from cashhaven_domain.stock.use_cases.search_products import SearchProducts
from cashhaven_domain.stock.use_cases.update_product import UpdateProduct
from cashhaven_domain.stream.use_cases.notify import Notify
from cashhaven_domain.stream.use_cases.raise_alert import RaiseAlert
from cashhaven_domain.users.use_cases.authenticate import Authenticate
from cashhaven_domain.users.use_cases.end_sessions import EndSessions
from cashhaven_domain.users.use_cases.get_own_account import GetOwnAccount
from cashhaven_domain.users.use_cases.list_users import ListUsers
from cashhaven_domain.users.use_cases.register_user import RegisterUser
from cashhaven_domain.users.use_cases.remove_user import RemoveUser
from cashhaven_domain.users.use_cases.set_password import SetPassword
from cashhaven_domain.users.use_cases.sign_in import SignIn
from cashhaven_domain.users.use_cases.sign_out import SignOut
from cashhaven_domain.users.use_cases.update_user import UpdateUser


def observed(
    observer: providers.Provider[Observer],
    use_case: Callable[..., Callable[..., Awaitable[Any]]],
    **ports: object,
) -> providers.Singleton[ObservedUseCase]:
    """Return the provider of a use case with these ports, wrapped in observation."""
    return providers.Singleton(ObservedUseCase, observer, providers.Singleton(use_case, **ports))


def grouped(
    observer: providers.Provider[Observer],
    use_case: Callable[..., Callable[..., Awaitable[Any]]],
    weigh: Callable[[Any], int] = one_line,
    **ports: object,
) -> providers.Singleton[GroupedUseCase[Any, Any]]:
    """Return the provider of a use case that takes lists, with a queue before it."""
    return providers.Singleton(
        GroupedUseCase,
        observed(observer, use_case, **ports),
        weigh=providers.Object(weigh),
    )


def lines_of(request: OrderRequest) -> int:
    """Return how many items the order has."""
    return len(request[1].items)


def use_case_providers(
    container: "providers.Container[UseCases]",
) -> Iterator[tuple[str, providers.Provider[Any]]]:
    """Return the providers of all use cases of a container of `UseCases`, by name."""
    for name, provider in UseCases.providers.items():
        if isinstance(provider, providers.Singleton):
            yield name, getattr(container, name)


class UseCases(containers.DeclarativeContainer):
    """Everything that somebody can ask the shop to do."""

    adapters = providers.DependenciesContainer()
    observer: providers.Dependency[Observer] = providers.Dependency()

    # Parameters
    list_parameters = observed(observer, ListParameters, queries=adapters.parameter_queries)
    update_parameters = observed(
        observer,
        UpdateParameters,
        new_uow=adapters.uow.provider,
        clock=adapters.clock,
        rules=adapters.shop_rules,
    )

    # Users
    authenticate = observed(
        observer,
        Authenticate,
        clock=adapters.clock,
        tokens=adapters.tokens,
        sessions=adapters.sessions,
    )
    end_sessions = observed(
        observer,
        EndSessions,
        new_uow=adapters.uow.provider,
        clock=adapters.clock,
        sessions=adapters.sessions,
    )
    get_own_account = observed(observer, GetOwnAccount, queries=adapters.user_queries)
    list_users = observed(observer, ListUsers, queries=adapters.user_queries)
    register_user = observed(
        observer,
        RegisterUser,
        new_uow=adapters.uow.provider,
        numbers=adapters.user_numbers,
        clock=adapters.clock,
        accounts=adapters.user_queries,
        passwords=adapters.passwords,
        common_passwords=adapters.common_passwords,
        rules=adapters.shop_rules,
        setup_code=adapters.setup_code,
    )
    remove_user = observed(
        observer,
        RemoveUser,
        new_uow=adapters.uow.provider,
        clock=adapters.clock,
        sessions=adapters.sessions,
    )
    set_password = observed(
        observer,
        SetPassword,
        new_uow=adapters.uow.provider,
        clock=adapters.clock,
        accounts=adapters.user_queries,
        passwords=adapters.passwords,
        common_passwords=adapters.common_passwords,
        rules=adapters.shop_rules,
        sessions=adapters.sessions,
    )
    sign_in = observed(
        observer,
        SignIn,
        new_uow=adapters.uow.provider,
        clock=adapters.clock,
        accounts=adapters.user_queries,
        passwords=adapters.passwords,
        tokens=adapters.tokens,
    )
    sign_out = observed(
        observer,
        SignOut,
        new_uow=adapters.uow.provider,
        clock=adapters.clock,
        sessions=adapters.sessions,
    )
    update_user = observed(
        observer,
        UpdateUser,
        new_uow=adapters.uow.provider,
        clock=adapters.clock,
        accounts=adapters.user_queries,
        passwords=adapters.passwords,
        common_passwords=adapters.common_passwords,
        rules=adapters.shop_rules,
        sessions=adapters.sessions,
    )

    # Clients
    register_client = observed(
        observer,
        RegisterClient,
        new_uow=adapters.uow.provider,
        numbers=adapters.client_numbers,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    update_client = observed(
        observer,
        UpdateClient,
        new_uow=adapters.uow.provider,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    remove_client = observed(
        observer, RemoveClient, new_uow=adapters.uow.provider, clock=adapters.clock
    )
    list_clients = observed(observer, ListClients, queries=adapters.client_queries)
    search_clients = observed(observer, SearchClients, queries=adapters.client_queries)
    find_client = observed(observer, FindClient, queries=adapters.client_queries)
    find_client_by_cpf = observed(observer, FindClientByCpf, queries=adapters.client_queries)
    get_client_history = observed(observer, GetClientHistory, queries=adapters.client_queries)

    # Stock
    add_product = observed(
        observer,
        AddProduct,
        new_uow=adapters.uow.provider,
        numbers=adapters.product_numbers,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    move_stock = observed(
        observer,
        MoveStock,
        new_uow=adapters.uow.provider,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    update_product = observed(
        observer,
        UpdateProduct,
        new_uow=adapters.uow.provider,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    remove_product = observed(
        observer, RemoveProduct, new_uow=adapters.uow.provider, clock=adapters.clock
    )
    list_products = observed(
        observer, ListProducts, queries=adapters.product_queries, rules=adapters.shop_rules
    )
    find_product = observed(
        observer, FindProduct, queries=adapters.product_queries, rules=adapters.shop_rules
    )
    search_products = observed(
        observer, SearchProducts, queries=adapters.product_queries, rules=adapters.shop_rules
    )
    list_low_stock = observed(
        observer, ListLowStock, queries=adapters.product_queries, rules=adapters.shop_rules
    )
    list_movements = observed(
        observer, ListMovements, queries=adapters.product_queries, rules=adapters.shop_rules
    )
    list_prices = observed(observer, ListPrices, queries=adapters.product_queries)

    # Sales
    register_sales = grouped(
        observer,
        RegisterSales,
        new_uow=adapters.uow.provider,
        numbers=adapters.sale_numbers,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    cancel_sale = observed(
        observer,
        CancelSale,
        new_uow=adapters.uow.provider,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    list_sales = observed(
        observer, ListSales, queries=adapters.sale_queries, rules=adapters.shop_rules
    )

    # Orders
    place_orders = grouped(
        observer,
        PlaceOrders,
        lines_of,
        new_uow=adapters.uow.provider,
        numbers=adapters.order_numbers,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    reserve_order_number = observed(
        observer,
        ReserveOrderNumber,
        new_uow=adapters.uow.provider,
        numbers=adapters.order_numbers,
        clock=adapters.clock,
    )
    change_order_status = observed(
        observer,
        ChangeOrderStatus,
        new_uow=adapters.uow.provider,
        rules=adapters.shop_rules,
        clock=adapters.clock,
    )
    find_order = observed(observer, FindOrder, queries=adapters.order_queries)
    list_orders = observed(
        observer, ListOrders, queries=adapters.order_queries, rules=adapters.shop_rules
    )
    record_fiscal_answer = observed(
        observer,
        RecordFiscalAnswer,
        new_uow=adapters.uow.provider,
        numbers=adapters.fiscal_document_numbers,
        clock=adapters.clock,
    )
    list_fiscal_documents = observed(
        observer, ListFiscalDocuments, queries=adapters.order_queries, rules=adapters.shop_rules
    )

    # Stream
    notify = observed(observer, Notify, new_uow=adapters.uow.provider, clock=adapters.clock)
    raise_alert = observed(
        observer, RaiseAlert, new_uow=adapters.uow.provider, clock=adapters.clock
    )
