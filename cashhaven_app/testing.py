"""A whole shop in memory, in one line and a few milliseconds: for tests, tutorials and trying out.

    shop = open_shop()
    await shop.register_client(shop.operator, RegisterClientCommand(...))

Documented surface: `open_shop`, `Shop` and what they show; and, so that a first try needs one
import, the words for putting something on the shelf and selling it.
"""

from datetime import UTC, datetime

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_app.container import Container
from cashhaven_app.observation import Observer, write_nothing
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_app.use_cases import use_case_providers
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
from cashhaven_domain.orders.use_cases.place_orders import PlaceOrders
from cashhaven_domain.orders.use_cases.record_fiscal_answer import RecordFiscalAnswer
from cashhaven_domain.orders.use_cases.reserve_order_number import ReserveOrderNumber
from cashhaven_domain.parameters.use_cases.list_parameters import ListParameters
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParameters
from cashhaven_domain.sales.use_cases.cancel_sale import CancelSale
from cashhaven_domain.sales.use_cases.list_sales import ListSales
from cashhaven_domain.sales.use_cases.register_sales import RegisterSaleCommand, RegisterSales
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.events import DomainEvent
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.stock.use_cases.add_product import AddProduct, AddProductCommand
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

__all__ = ["open_shop", "Shop", "AddProductCommand", "RegisterSaleCommand", "Money", "Quantity"]

OPENING = datetime(2024, 1, 15, 10, 0, tzinfo=UTC)


class Shop:
    """A shop of its own: empty books, a clock that stands still, two people at work.

    Every use case is an attribute, under its name in `cashhaven_app.use_cases`.
    """

    # Users and parameters
    list_parameters: ListParameters
    update_parameters: UpdateParameters
    authenticate: Authenticate
    end_sessions: EndSessions
    get_own_account: GetOwnAccount
    list_users: ListUsers
    register_user: RegisterUser
    remove_user: RemoveUser
    set_password: SetPassword
    sign_in: SignIn
    sign_out: SignOut
    update_user: UpdateUser

    # Clients
    register_client: RegisterClient
    update_client: UpdateClient
    remove_client: RemoveClient
    list_clients: ListClients
    search_clients: SearchClients
    find_client: FindClient
    find_client_by_cpf: FindClientByCpf
    get_client_history: GetClientHistory

    # Stock
    add_product: AddProduct
    move_stock: MoveStock
    update_product: UpdateProduct
    remove_product: RemoveProduct
    list_products: ListProducts
    find_product: FindProduct
    search_products: SearchProducts
    list_low_stock: ListLowStock
    list_movements: ListMovements
    list_prices: ListPrices

    # Sales and orders
    register_sales: RegisterSales
    cancel_sale: CancelSale
    list_sales: ListSales
    place_orders: PlaceOrders
    reserve_order_number: ReserveOrderNumber
    change_order_status: ChangeOrderStatus
    find_order: FindOrder
    list_orders: ListOrders
    record_fiscal_answer: RecordFiscalAnswer
    list_fiscal_documents: ListFiscalDocuments

    # Stream
    notify: Notify
    raise_alert: RaiseAlert

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


def open_shop(*, now: datetime = OPENING, setup_code: str | None = None) -> Shop:
    """Return a new shop on memory adapters."""
    clock = SettableClock(now)
    settings = Settings(
        jwt_secret=Secret("a secret that is good enough for tests only"),
        database_url=Secret("memory:"),
    )
    container = Container(
        settings=settings, clock=clock, setup_code=setup_code, observer=Observer(log=write_nothing)
    )
    return Shop(container, clock)
