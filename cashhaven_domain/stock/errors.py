"""What the stock refuses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cashhaven_domain.shared.errors import Conflict, Detail, NotFound
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity, Unit


class ProductNotFound(NotFound):
    """There is no such product, or it was removed."""

    code = "PRODUCT_NOT_FOUND"

    def __init__(self, *product_ids: int) -> None:
        super().__init__(*(f"Produto {number} não encontrado" for number in product_ids))
        self.product_ids = product_ids


class DuplicateProduct(Conflict):
    """Another active product has the same name from the same supplier."""

    code = "DUPLICATE_PRODUCT"

    def __init__(self) -> None:
        super().__init__("produto: já existe um produto com este nome deste fornecedor")


@dataclass(frozen=True, slots=True)
class Shortage:
    """A product of which there is less than asked for."""

    product_id: int
    name: str
    balance: Quantity
    unit: Unit


class InsufficientStock(Conflict):
    """There is not enough of one product or of several."""

    code = "INSUFFICIENT_STOCK"

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(
            *(
                f"Estoque insuficiente de {short.name}: há {short.balance} {short.unit}"
                for short in shortages
            )
        )
        self.shortages = tuple(shortages)

    @property
    def details(self) -> Mapping[str, Detail]:
        """Name every product that is short, with what there is."""
        return {
            "itens": [
                {"produto_id": short.product_id, "saldo": short.balance.plain}
                for short in self.shortages
            ]
        }


class BalanceBelowZero(Conflict):
    """A movement by hand would take more than there is."""

    code = "BALANCE_BELOW_ZERO"

    def __init__(self, balance: Quantity) -> None:
        super().__init__(f"saldo: não pode ficar negativo; há {balance}")
        self.balance = balance

    @property
    def details(self) -> Mapping[str, Detail]:
        """Tell the balance there is."""
        return {"saldo": self.balance.plain}


@dataclass(frozen=True, slots=True)
class PresentPrice:
    """What a product is sold for now."""

    product_id: int
    name: str
    price: Money


class PriceChanged(Conflict):
    """Another price was asked than the products have now, by someone who may not choose prices."""

    code = "PRICE_CHANGED"

    def __init__(self, prices: Sequence[PresentPrice]) -> None:
        super().__init__(
            *(f"O preço de {present.name} mudou: agora é {present.price}" for present in prices)
        )
        self.prices = tuple(prices)

    @property
    def details(self) -> Mapping[str, Detail]:
        """Name every product whose price is another, with that price."""
        return {
            "itens": [
                {"produto_id": present.product_id, "preco": present.price.amount}
                for present in self.prices
            ]
        }
