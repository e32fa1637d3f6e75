"""A sale over the counter."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType, Self

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.sales.errors import CancellationTooLate, SaleAlreadyCancelled
from cashhaven_domain.sales.events import SaleCancelled, SaleRegistered
from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import NOTE_LENGTH, clean
from cashhaven_domain.stock.movement import Origin, OriginKind
from cashhaven_domain.stock.product import Product, ProductId

SaleId = NewType("SaleId", int)

ONE = Quantity.of(1)
CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much a till's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleTerms:
    """What is sold, for how much, to whom, and when the operator began and finished.

    Raises:
        InvalidInput: no quantity, no price, too large an amount, or an end before the beginning.
    """

    product_id: ProductId
    unit_price: Money
    began_at: datetime
    ended_at: datetime
    quantity: Quantity = ONE
    client_id: ClientId | None = None
    payment: PaymentMethod | None = None

    def __post_init__(self) -> None:
        problems = []
        if not self.unit_price.is_price:
            problems.append("venda: deve ser um preço de 0,01 a 9.999.999,99")
        if self.quantity.thousandths <= 0:
            problems.append("quantidade: deve ser maior que zero")
        if self.ended_at < self.began_at:
            problems.append("fim: não pode ser antes de inicio")
        if problems:
            raise InvalidInput(*problems)
        try:
            self.unit_price.cents_for(self.quantity)
        except InvalidInput as error:
            raise InvalidInput(f"quantidade: {error}") from None

    def require_past(self, now: datetime) -> None:
        """Refuse what has not happened yet.

        Raises:
            InvalidInput: it began or ended in the future.
        """
        problems = [
            f"{field}: não pode estar no futuro"
            for field, moment in (("inicio", self.began_at), ("fim", self.ended_at))
            if moment > now + CLOCKS_DIFFER
        ]
        if problems:
            raise InvalidInput(*problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """Who took a sale back, when and why; goods that did not return are lost."""

    at: datetime
    by: UserId
    reason: str
    stock_returned: bool


@dataclass(slots=True, eq=False, kw_only=True)
class Sale(Aggregate):
    """So much of one product, handed over the counter at a price.

    `list_price` and `average_cost` are what the product was sold for and had cost at that moment.
    """

    id: SaleId
    product_id: ProductId
    quantity: Quantity
    unit_price: Money
    list_price: Money
    total: Money
    average_cost: UnitCost
    began_at: datetime
    ended_at: datetime
    operator_id: UserId
    client_id: ClientId | None
    payment: PaymentMethod | None
    operation_key: str | None
    registered_at: datetime
    cancellation: Cancellation | None = None

    @classmethod
    def register(
        cls,
        sale_id: SaleId,
        terms: SaleTerms,
        product: Product,
        *,
        operation_key: str | None,
        by: UserId,
        at: datetime,
    ) -> Self:
        """Hand the product over. Whatever is refused has changed nothing.

        Raises:
            InvalidInput: it has not happened yet.
            ProductNotFound: the product was removed.
            InsufficientStock: there is less of it.
        """
        terms.require_past(at)
        product.sell(terms.quantity, origin=Origin(OriginKind.SALE, sale_id), by=by, at=at)
        sale = cls(
            id=sale_id,
            product_id=product.id,
            quantity=terms.quantity,
            unit_price=terms.unit_price,
            list_price=product.sale_price,
            total=terms.unit_price.times(terms.quantity),
            average_cost=product.average_cost,
            began_at=terms.began_at,
            ended_at=terms.ended_at,
            operator_id=by,
            client_id=terms.client_id,
            payment=terms.payment,
            operation_key=operation_key,
            registered_at=at,
        )
        sale.record(
            SaleRegistered(
                occurred_at=at,
                sale_id=sale.id,
                product_id=sale.product_id,
                quantity=sale.quantity,
                unit_price=sale.unit_price,
                list_price=sale.list_price,
                total=sale.total,
                payment=sale.payment,
                client_id=sale.client_id,
                operator_id=by,
                product_name=product.name,
                began_at=sale.began_at,
                ended_at=sale.ended_at,
            )
        )
        return sale

    @property
    def origin(self) -> Origin:
        """How the ledger names the sale."""
        return Origin(OriginKind.SALE, self.id)

    def cancel(
        self,
        product: Product,
        *,
        reason: str,
        return_stock: bool,
        within: timedelta,
        actor: Actor,
        at: datetime,
    ) -> None:
        """Take the sale back; the goods return to the shelf, or are booked as lost.

        Raises:
            AccessDenied: it is somebody else's sale.
            CancellationTooLate: it is an own one, but not of the last minutes.
            SaleAlreadyCancelled: it was taken back before.
            InvalidInput: no reason.
        """
        assert product.id == self.product_id
        self._require_allowed(actor, within, at)
        if self.cancellation is not None:
            raise SaleAlreadyCancelled()
        reason = clean(reason, field="motivo", limit=NOTE_LENGTH, note=True)
        product.put_back(
            self.quantity,
            lost=not return_stock,
            origin=self.origin,
            note=reason,
            by=actor.user_id,
            at=at,
        )
        self.cancellation = Cancellation(
            at=at, by=actor.user_id, reason=reason, stock_returned=return_stock
        )
        self.record(
            SaleCancelled(
                occurred_at=at,
                sale_id=self.id,
                product_id=self.product_id,
                quantity=self.quantity,
                total=self.total,
                stock_returned=return_stock,
                user_id=actor.user_id,
                product_name=product.name,
                reason=reason,
            )
        )

    def _require_allowed(self, actor: Actor, within: timedelta, at: datetime) -> None:
        if actor.may(Permission.CANCEL_ANY_SALE):
            return
        if self.operator_id != actor.user_id:
            actor.require(Permission.CANCEL_ANY_SALE)
        if at - self.registered_at > within:
            raise CancellationTooLate()
