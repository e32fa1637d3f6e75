"""Parameters in memory."""

from collections.abc import Mapping, Sequence

from cashhaven_adapters.memory.staging import Staging
from cashhaven_adapters.memory.store import Table
from cashhaven_domain.parameters.catalogue import all_parameters
from cashhaven_domain.parameters.parameter import Parameter, ParameterId
from cashhaven_domain.parameters.ports import ParameterRepository
from cashhaven_domain.shared.errors import StaleAggregate

Stored = tuple[str, int]
"""What a parameter was set to, as text, and its version."""

PARAMETERS = Table[ParameterId, Stored]("parameter")


class MemoryParameters(ParameterRepository):
    """The parameters that one transaction sees; those that nobody set are not stored."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._parameters = staging.table(PARAMETERS)

    async def get_all_for_update(self) -> Sequence[Parameter]:
        """See the port."""
        await self._parameters.lock("all", of="table")
        stored: Mapping[ParameterId, Stored] = self._parameters.all()
        return all_parameters(stored)

    async def save(self, parameter: Parameter) -> None:
        """See the port."""
        key = parameter.definition.id
        stored = await self._parameters.find_for_update(key)
        if parameter.version != (1 if stored is None else stored[1]):
            raise StaleAggregate()
        parameter.version += 1
        text = parameter.definition.write(parameter.value)
        await self._parameters.put(key, (text, parameter.version))
        self._staging.events += parameter.take_events()
