"""Questions to the stock."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol, Self

from cashhaven_domain.shared.access import Actor, Permission, UserId
from cashhaven_domain.shared.exact import half_up, number_of
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.paging import Cursor, Page, PageRequest
from cashhaven_domain.shared.period import Period
from cashhaven_domain.shared.quantity import Quantity, Unit
from cashhaven_domain.stock.movement import Movement, Origin, PriceChange, Reason
from cashhaven_domain.stock.product import Product, ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """A product as everyone in the shop sees it."""

    id: ProductId
    name: str
    supplier: str
    unit: Unit
    sale_price: Money
    minimum: Quantity | None
    balance: Quantity
    low: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedProductView(ProductView):
    """A product as those see it who may know what it is bought for; `margin` is in percent."""

    purchase_price: Money
    margin: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProduct:
    """What the storage knows of a product; never shown as it is."""

    id: ProductId
    name: str
    supplier: str
    unit: Unit
    purchase_price: Money
    sale_price: Money
    minimum: Quantity | None
    balance: Quantity
    version: int

    @classmethod
    def of(cls, product: Product) -> Self:
        """Return what there is to know of the product."""
        return cls(
            id=product.id,
            name=product.name,
            supplier=product.supplier,
            unit=product.unit,
            purchase_price=product.purchase_price,
            sale_price=product.sale_price,
            minimum=product.minimum,
            balance=product.balance,
            version=product.version,
        )

    def is_low(self, shop_minimum: Quantity) -> bool:
        """Whether there is no more than the minimum: its own, else that of the shop."""
        minimum = shop_minimum if self.minimum is None else self.minimum
        return self.balance.thousandths <= minimum.thousandths

    def plain(self, shop_minimum: Quantity) -> ProductView:
        """Return what everyone may see."""
        return ProductView(
            id=self.id,
            name=self.name,
            supplier=self.supplier,
            unit=self.unit,
            sale_price=self.sale_price,
            minimum=self.minimum,
            balance=self.balance,
            low=self.is_low(shop_minimum),
            version=self.version,
        )

    def priced(self, shop_minimum: Quantity) -> PricedProductView:
        """Return all of it."""
        return PricedProductView(
            id=self.id,
            name=self.name,
            supplier=self.supplier,
            unit=self.unit,
            sale_price=self.sale_price,
            minimum=self.minimum,
            balance=self.balance,
            low=self.is_low(shop_minimum),
            version=self.version,
            purchase_price=self.purchase_price,
            margin=margin_of(self.purchase_price, self.sale_price),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ShownProducts:
    """A list of products as one level of access sees it; views are made when somebody looks.

    A storage may give the same `found`, and the same products in it, while nothing changes, and
    nobody changes them: what was made of one, for one level and one minimum, stays true of it.
    """

    found: Page[StoredProduct]
    priced: bool
    """Whether purchase prices are shown."""
    shop_minimum: Quantity

    @classmethod
    def to(cls, actor: Actor, found: Page[StoredProduct], shop_minimum: Quantity) -> Self:
        """Return the products as the actor may see them."""
        return cls(found, actor.may(Permission.SEE_PURCHASE_PRICES), shop_minimum)

    def same_as(self, other: Self) -> bool:
        """Whether the other shows the very same products in the same way."""
        return (
            self.found is other.found
            and self.priced is other.priced
            and self.shop_minimum == other.shop_minimum
        )

    @property
    def items(self) -> tuple[ProductView, ...]:
        """What is seen of each."""
        return tuple(map(self.view, self.found.items))

    @property
    def next(self) -> Cursor | None:
        """Where to go on when more products exist."""
        return self.found.next

    def view(self, product: StoredProduct) -> ProductView:
        """Return what is seen of the product: another type where it is more."""
        if self.priced:
            return product.priced(self.shop_minimum)
        return product.plain(self.shop_minimum)


def margin_of(purchase_price: Money, sale_price: Money) -> Decimal:
    """Return what is left of the sale price, in percent of it, with two decimals (half up)."""
    left = sale_price.cents - purchase_price.cents
    return number_of(half_up(10_000 * left, sale_price.cents), places=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementView:
    """One row of the ledger."""

    id: int
    product_id: ProductId
    reason: Reason
    quantity: Quantity
    balance_before: Quantity
    balance_after: Quantity
    note: str | None
    origin: Origin | None
    user_id: UserId
    at: datetime

    @classmethod
    def of(cls, number: int, product_id: ProductId, movement: Movement) -> Self:
        """Return the movement as the row of this number."""
        return cls(
            id=number,
            product_id=product_id,
            reason=movement.reason,
            quantity=movement.quantity,
            balance_before=movement.balance_before,
            balance_after=movement.balance_after,
            note=movement.note,
            origin=movement.origin,
            user_id=movement.user_id,
            at=movement.at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """What a product was sold and bought for, from a moment on."""

    id: int
    product_id: ProductId
    sale_price: Money
    purchase_price: Money
    user_id: UserId
    at: datetime

    @classmethod
    def of(cls, number: int, product_id: ProductId, price: PriceChange) -> Self:
        """Return the change of prices as the row of this number."""
        return cls(
            id=number,
            product_id=product_id,
            sale_price=price.sale_price,
            purchase_price=price.purchase_price,
            user_id=price.user_id,
            at=price.at,
        )


class ProductQueries(Protocol):
    """Answers questions about products; removed ones are only known to those about the past.

    Every method may raise `Unavailable`, and `InvalidInput` for a cursor of another list.
    """

    async def list_products(self, page: PageRequest) -> Page[StoredProduct]:
        """Return the products, sorted by id."""
        ...

    async def list_low(self, shop_minimum: Quantity, page: PageRequest) -> Page[StoredProduct]:
        """Return those of which there is no more than their minimum, sorted by id."""
        ...

    async def find(self, product_id: ProductId) -> StoredProduct | None:
        """Return the product, if there is one."""
        ...

    async def search(self, part: str, page: PageRequest) -> Page[StoredProduct]:
        """Return the products whose folded name holds the folded part, best match first.

        Exactly the name, then its beginning, then the beginning of a word, then anywhere; equals
        by folded name and id. No character stands for another. Of more than `WHOLE_LIST`
        matches, those that hold the part late in their names may be left out.
        """
        ...

    async def has_existed(self, product_id: ProductId) -> bool:
        """Whether there is, or was, such a product."""
        ...

    async def list_movements(
        self, product_id: ProductId | None, period: Period, page: PageRequest
    ) -> Page[MovementView]:
        """Return the ledger of one product, or of all, newest first by moment and id."""
        ...

    async def list_prices(self, product_id: ProductId, page: PageRequest) -> Page[PriceView]:
        """Return the price history of a product, sorted by id."""
        ...
