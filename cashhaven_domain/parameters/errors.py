"""What the parameters refuse."""

from collections.abc import Sequence

from cashhaven_domain.shared.errors import InvalidInput, StaleAggregate


class InvalidParameters(InvalidInput):
    """Some of the new values cannot be; one sentence each."""

    code = "INVALID_PARAMETERS"


class StaleParameters(StaleAggregate):
    """Someone else changed some of the parameters first."""

    code = "STALE_PARAMETERS"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"versao: {', '.join(names)} foi alterado por outra pessoa; carregue-o de novo"
        )
        self.names = tuple(names)
