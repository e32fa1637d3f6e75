"""What can be refused about clients. The sentences name no personal data: they may be kept."""

from cashhaven_domain.shared.errors import Conflict, NotFound


class ClientNotFound(NotFound):
    """There is no such client, or only an anonymous one where a person is needed."""

    code = "CLIENT_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("Cliente não encontrado")


class DuplicateCpf(Conflict):
    """Another client has this CPF."""

    code = "DUPLICATE_CPF"

    def __init__(self) -> None:
        super().__init__("cpf: já existe um cliente com este CPF")
