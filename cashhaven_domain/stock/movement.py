"""The ledger: every change of a balance, with its reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity


class Reason(StrEnum):
    """Why a balance changed; the values are the words of the ledger."""

    OPENING = "abertura"
    DELIVERY = "entrada"
    WITHDRAWAL = "saida"
    LOSS = "perda"
    COUNT = "ajuste"
    SALE = "venda"
    ORDER = "pedido"
    CANCELLATION = "cancelamento"


class OriginKind(StrEnum):
    """What a movement belongs to, when it was not made by hand."""

    SALE = "venda"
    ORDER = "pedido"


@dataclass(frozen=True, slots=True)
class Origin:
    """The sale or order that moved the stock."""

    kind: OriginKind
    id: int

    def as_text(self) -> str:
        """Return the origin as people and programs read it: `venda:12`."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One row of the ledger; `quantity` is signed: a product's rows add up to its balance."""

    reason: Reason
    quantity: Quantity
    balance_before: Quantity
    balance_after: Quantity
    note: str | None
    origin: Origin | None
    user_id: UserId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """What a product was sold and bought for, from a moment on."""

    sale_price: Money
    purchase_price: Money
    user_id: UserId
    at: datetime
