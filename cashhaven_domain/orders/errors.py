"""What is refused about orders."""

from collections.abc import Mapping

from cashhaven_domain.shared.errors import Conflict, Detail, InvalidInput, NotFound
from cashhaven_domain.shared.money import Money


class OrderNotFound(NotFound):
    """There is no such order."""

    code = "ORDER_NOT_FOUND"

    def __init__(self, order_id: int) -> None:
        super().__init__(f"Pedido {order_id} não encontrado")


class TotalMismatch(InvalidInput):
    """The total is not the sum of the items."""

    code = "TOTAL_MISMATCH"

    def __init__(self, right: Money) -> None:
        super().__init__(f"total: a soma dos itens é {right}")
        self.right = right

    @property
    def details(self) -> Mapping[str, Detail]:
        """Tell the right sum."""
        return {"total": self.right.amount}


class PaymentsMismatch(InvalidInput):
    """The payments do not add up to the total."""

    code = "PAYMENTS_MISMATCH"

    def __init__(self, paid: Money, total: Money) -> None:
        super().__init__(f"pagamentos: somam {paid}, e o total é {total}")


class OrderNumberNotAvailable(Conflict):
    """Nobody was handed this number, or an order has it already."""

    code = "ORDER_NUMBER_NOT_AVAILABLE"

    def __init__(self, number: int) -> None:
        super().__init__(f"pedido: o número {number} não foi reservado ou já foi usado")


class WrongOrderStatus(Conflict):
    """An order does not go from the one state to the other."""

    code = "WRONG_ORDER_STATUS"

    def __init__(self, present: str, wanted: str) -> None:
        super().__init__(f"status: o pedido não pode passar de {present} para {wanted}")


class FiscalDocumentOfAnotherOrder(Conflict):
    """The issuer's document belongs to another order."""

    code = "FISCAL_DOCUMENT_OF_ANOTHER_ORDER"

    def __init__(self) -> None:
        super().__init__("uuid: este documento fiscal é de outro pedido")
