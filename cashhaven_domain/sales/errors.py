"""What is refused about sales."""

from cashhaven_domain.shared.errors import AccessDenied, Conflict, NotFound


class SaleNotFound(NotFound):
    """There is no such sale."""

    code = "SALE_NOT_FOUND"

    def __init__(self, sale_id: int) -> None:
        super().__init__(f"Venda {sale_id} não encontrada")


class SaleAlreadyCancelled(Conflict):
    """A sale is cancelled once."""

    code = "SALE_ALREADY_CANCELLED"

    def __init__(self) -> None:
        super().__init__("Esta venda já foi cancelada")


class CancellationTooLate(AccessDenied):
    """An operator takes back an own sale within some minutes; after that an administrator must."""

    code = "CANCELLATION_TOO_LATE"

    def __init__(self) -> None:
        super().__init__("O prazo para cancelar a própria venda passou; chame um administrador")
