"""A product: its card and its balance."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType, Self

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money, UnitCost
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.shared.text import clean
from cashhaven_domain.stock.errors import (
    BalanceBelowZero,
    InsufficientStock,
    ProductNotFound,
    Shortage,
)
from cashhaven_domain.stock.events import CardChange, ProductChanged
from cashhaven_domain.stock.movement import Movement, Origin, OriginKind, PriceChange, Reason

ProductId = NewType("ProductId", int)

_PRICE_PROBLEM = "deve ser um preço de 0,01 a 9.999.999,99"


@dataclass(slots=True, eq=False, kw_only=True)
class Product(Aggregate):
    """Something that the shop keeps and sells.

    `version` counts changes of the card, not of the balance: a sale makes no open form stale.
    `average_cost` is the moving weighted average of what its units cost; it goes with the balance.
    """

    id: ProductId
    name: str
    supplier: str
    unit: Unit
    purchase_price: Money
    sale_price: Money
    average_cost: UnitCost
    minimum: Quantity | None
    balance: Quantity
    active: bool = True
    card_changed: bool = field(default=False, init=False)
    _movements: list[Movement] = field(default_factory=list, init=False, repr=False)
    _prices: list[PriceChange] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def add(
        cls,
        *,
        id: ProductId,
        name: str,
        supplier: str,
        unit: Unit,
        purchase_price: Money,
        sale_price: Money,
        minimum: Quantity | None,
        balance: Quantity,
        by: UserId,
        at: datetime,
    ) -> Self:
        """Put a new product on the shelf, with an opening balance.

        Raises:
            InvalidInput: a name is no name, a price is no price, or a quantity is below zero.
        """
        problems: list[str] = []
        name = _cleaned(name, "produto", problems)
        supplier = _cleaned(supplier, "fornecedor", problems)
        problems += [
            f"{field}: {_PRICE_PROBLEM}"
            for field, price in (("compra", purchase_price), ("venda", sale_price))
            if not price.is_price
        ]
        if balance.is_negative:
            problems.append("saldo: não pode ser negativo")
        problems += _minimum_problems(minimum)
        if problems:
            raise InvalidInput(*problems)
        product = cls(
            id=id,
            name=name,
            supplier=supplier,
            unit=unit,
            purchase_price=purchase_price,
            sale_price=sale_price,
            average_cost=UnitCost.of_price(purchase_price),
            minimum=minimum,
            balance=Quantity.zero(),
        )
        product._move(Reason.OPENING, balance, by=by, at=at)
        product._note_prices(by, at)
        product._tell(CardChange.ADDED, at)
        return product

    def receive(
        self,
        quantity: Quantity,
        *,
        purchase_price: Money | None = None,
        note: str | None = None,
        by: UserId,
        at: datetime,
    ) -> None:
        """Take delivered goods in; without a price they cost what the last ones cost.

        Raises:
            InvalidInput: not a positive quantity, not a price, or more than can be kept.
        """
        _require_positive(quantity, "saldo")
        price = purchase_price or self.purchase_price
        if not price.is_price:
            raise InvalidInput(f"compra: {_PRICE_PROBLEM}")
        cost = self.average_cost.after_purchase(self.balance, quantity, price)
        self._move(Reason.DELIVERY, quantity, note=note, by=by, at=at)
        self.average_cost = cost
        if price != self.purchase_price:
            self.purchase_price = price
            self._note_prices(by, at)
            self._tell(CardChange.CHANGED, at)

    def withdraw(
        self,
        quantity: Quantity,
        *,
        lost: bool = False,
        note: str | None = None,
        by: UserId,
        at: datetime,
    ) -> None:
        """Take goods away by hand: used up elsewhere, or lost.

        Raises:
            InvalidInput: not a positive quantity.
            BalanceBelowZero: there is less.
        """
        _require_positive(quantity, "saldo")
        if quantity > self.balance:
            raise BalanceBelowZero(self.balance)
        reason = Reason.LOSS if lost else Reason.WITHDRAWAL
        self._move(reason, -quantity, note=note, by=by, at=at)

    def count(
        self, counted: Quantity, *, note: str | None = None, by: UserId, at: datetime
    ) -> None:
        """Set the balance to what was counted on the shelf.

        Raises:
            InvalidInput: counted less than nothing.
        """
        if counted.is_negative:
            raise InvalidInput("saldo: não pode ser negativo")
        self._move(Reason.COUNT, counted - self.balance, note=note, by=by, at=at)

    def sell(self, quantity: Quantity, *, origin: Origin, by: UserId, at: datetime) -> None:
        """Hand goods over to a client.

        Raises:
            InvalidInput: not a positive quantity.
            ProductNotFound: it was removed.
            InsufficientStock: there is less.
        """
        _require_positive(quantity, "quantidade")
        self.require_active()
        if quantity.thousandths > self.balance.thousandths:
            raise InsufficientStock([self.shortage()])
        reason = Reason.SALE if origin.kind is OriginKind.SALE else Reason.ORDER
        self._move(reason, -quantity, origin=origin, by=by, at=at)

    def put_back(
        self,
        quantity: Quantity,
        *,
        lost: bool = False,
        origin: Origin,
        note: str | None = None,
        by: UserId,
        at: datetime,
    ) -> None:
        """Take back what a cancelled sale or order took; `lost` goods are booked as a loss."""
        self._move(Reason.CANCELLATION, quantity, origin=origin, note=note, by=by, at=at)
        if lost:
            self._move(Reason.LOSS, -quantity, origin=origin, note=note, by=by, at=at)

    def change_prices(self, sale_price: Money, *, by: UserId, at: datetime) -> None:
        """Sell at another price from now on.

        Raises:
            InvalidInput: it is no price.
        """
        if not sale_price.is_price:
            raise InvalidInput(f"venda: {_PRICE_PROBLEM}")
        if sale_price == self.sale_price:
            return
        self.sale_price = sale_price
        self._note_prices(by, at)
        self._tell(CardChange.CHANGED, at)

    def relabel(self, *, name: str, supplier: str, minimum: Quantity | None, at: datetime) -> None:
        """Correct what stands on the card; what is already there is no change.

        Raises:
            InvalidInput: a name is no name, or a minimum is below zero.
        """
        problems: list[str] = []
        name = _cleaned(name, "nome", problems)
        supplier = _cleaned(supplier, "fornecedor", problems)
        problems += _minimum_problems(minimum)
        if problems:
            raise InvalidInput(*problems)
        if (name, supplier, minimum) == (self.name, self.supplier, self.minimum):
            return
        self.name, self.supplier, self.minimum = name, supplier, minimum
        self._tell(CardChange.CHANGED, at)

    def require_active(self) -> None:
        """Go on only if it was not removed.

        Raises:
            ProductNotFound: it was.
        """
        if not self.active:
            raise ProductNotFound(self.id)

    def remove(self, *, at: datetime) -> None:
        """Take it off the lists; its history stays."""
        self.active = False
        self._tell(CardChange.REMOVED, at)

    def minimum_in(self, shop_minimum: Quantity) -> Quantity:
        """Return its own minimum, else that of the shop."""
        return shop_minimum if self.minimum is None else self.minimum

    def shortage(self) -> Shortage:
        """Return what there is, to say that it is not enough."""
        return Shortage(self.id, self.name, self.balance, self.unit)

    @property
    def movements(self) -> tuple[Movement, ...]:
        """The ledger rows made since it was loaded; storages write them when they save."""
        return tuple(self._movements)

    @property
    def prices(self) -> tuple[PriceChange, ...]:
        """The prices that were set since it was loaded; storages write them when they save."""
        return tuple(self._prices)

    @property
    def balance_before(self) -> Quantity:
        """The balance as it was loaded."""
        return self._movements[0].balance_before if self._movements else self.balance

    @property
    def difference(self) -> Quantity:
        """By how much the balance changed since it was loaded: what storages add, guarded."""
        if not self._movements:
            return Quantity.zero()
        return self.balance - self._movements[0].balance_before

    def forget_changes(self) -> None:
        """Start anew after the changes were stored; storages call it when they have saved."""
        self._movements.clear()
        self._prices.clear()
        self.card_changed = False

    def _move(
        self,
        reason: Reason,
        quantity: Quantity,
        *,
        note: str | None = None,
        origin: Origin | None = None,
        by: UserId,
        at: datetime,
    ) -> None:
        before = self.balance
        try:
            self.balance = before + quantity
        except InvalidInput as error:
            raise InvalidInput(f"saldo: {error}") from None
        assert self.balance.thousandths >= 0
        self._movements.append(
            Movement(
                reason=reason,
                quantity=quantity,
                balance_before=before,
                balance_after=self.balance,
                note=note,
                origin=origin,
                user_id=by,
                at=at,
            )
        )

    def _note_prices(self, by: UserId, at: datetime) -> None:
        self._prices.append(
            PriceChange(
                sale_price=self.sale_price,
                purchase_price=self.purchase_price,
                user_id=by,
                at=at,
            )
        )

    def _tell(self, change: CardChange, at: datetime) -> None:
        """Record the card as it is now, in place of what was recorded of it since it was loaded."""
        self._events[:] = [e for e in self._events if not isinstance(e, ProductChanged)]
        self.card_changed = change is not CardChange.ADDED
        self.record(
            ProductChanged(
                occurred_at=at,
                product_id=self.id,
                change=change,
                product_name=self.name,
                supplier=self.supplier,
                sale_price=self.sale_price,
                minimum=self.minimum,
                unit=self.unit,
                balance=self.balance,
                version=self.version + (1 if self.card_changed else 0),
            )
        )


def _require_positive(quantity: Quantity, field: str) -> None:
    if quantity.thousandths <= 0:
        raise InvalidInput(f"{field}: deve ser maior que zero")


def _cleaned(text: str, field: str, problems: list[str]) -> str:
    try:
        return clean(text, field=field)
    except InvalidInput as problem:
        problems += problem.sentences
        return text


def _minimum_problems(minimum: Quantity | None) -> list[str]:
    if minimum is not None and minimum.is_negative:
        return ["minimo: não pode ser negativo"]
    return []
