"""What a client orders: items, payments and delivery, as agreed at the counter."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from cashhaven_domain.clients.client import ClientId
from cashhaven_domain.orders.errors import PaymentsMismatch, TotalMismatch
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.payment import PaymentMethod
from cashhaven_domain.shared.quantity import Quantity
from cashhaven_domain.shared.text import NOTE_LENGTH, clean
from cashhaven_domain.stock.product import ProductId

OrderId = NewType("OrderId", int)

MOST_ITEMS = 200
MOST_PAYMENTS = 50
LONGEST_ESTIMATE = 10_080
"""A week, in minutes."""


class DeliveryKind(StrEnum):
    """Where the client gets the goods."""

    ON_SITE = "local"
    PICK_UP = "retirada"
    DOOR = "entrega"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """So much of a product at a price."""

    product_id: ProductId
    quantity: Quantity
    unit_price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A part of the total, and what it is paid with."""

    method: PaymentMethod
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the client gets the goods, and in how many minutes they were promised."""

    kind: DeliveryKind
    address: str | None = None
    minutes: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", _note(self.address, "entrega.endereco"))
        if self.minutes is not None and not 0 <= self.minutes <= LONGEST_ESTIMATE:
            raise InvalidInput(f"entrega.previsao_minutos: deve ser de 0 a {LONGEST_ESTIMATE}")

    def __repr__(self) -> str:
        return f"Delivery(kind={self.kind!r}, …)"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTerms:
    """What is ordered, by whom, and what it costs in all.

    `number` is one that was handed out before. The list of items stays as it was said, even if a
    product is in it twice.

    Raises:
        InvalidInput: too few or too many items, no quantity, no price, or too large an amount.
        TotalMismatch: the total is not the sum of the items.
        PaymentsMismatch: payments were named and do not add up to the total.
    """

    items: tuple[OrderLine, ...]
    total: Money
    client_id: ClientId | None = None
    notes: str | None = None
    number: OrderId | None = None
    payments: tuple[Payment, ...] | None = None
    delivery: Delivery | None = None

    def __post_init__(self) -> None:
        problems = self._problems()
        if problems:
            raise InvalidInput(*problems)
        object.__setattr__(self, "notes", _note(self.notes, "observacoes"))
        right = _sum_of(self.items)
        if self.total != right:
            raise TotalMismatch(right)
        if self.payments is not None:
            paid = _paid(self.payments)
            if paid != self.total:
                raise PaymentsMismatch(paid, self.total)

    def _problems(self) -> list[str]:
        problems = []
        if not 1 <= len(self.items) <= MOST_ITEMS:
            problems.append(f"items: deve ter de 1 a {MOST_ITEMS} itens")
        for index, line in enumerate(self.items):
            if line.quantity.thousandths <= 0:
                problems.append(f"items.{index}.quantidade: deve ser maior que zero")
            if not line.unit_price.is_price:
                problems.append(
                    f"items.{index}.preco_unitario: deve ser um preço de 0,01 a 9.999.999,99"
                )
        payments = self.payments or ()
        if len(payments) > MOST_PAYMENTS:
            problems.append(f"pagamentos: deve ter no máximo {MOST_PAYMENTS}")
        for index, payment in enumerate(payments):
            if payment.amount.cents <= 0:
                problems.append(f"pagamentos.{index}.valor: deve ser maior que zero")
        return problems


def _sum_of(items: tuple[OrderLine, ...]) -> Money:
    try:
        return Money.of_cents(sum([line.unit_price.cents_for(line.quantity) for line in items]))
    except InvalidInput as error:
        raise InvalidInput(f"items: {error}") from None


def _paid(payments: tuple[Payment, ...]) -> Money:
    try:
        return Money.total(payment.amount for payment in payments)
    except InvalidInput as error:
        raise InvalidInput(f"pagamentos: {error}") from None


def _note(text: str | None, field: str) -> str | None:
    if text is None or not text.strip():
        return None
    return clean(text, field=field, limit=NOTE_LENGTH, note=True)
