"""Questions about parameters, answered from memory."""

from collections.abc import Sequence

from cashhaven_adapters.memory.repositories.parameters import PARAMETERS
from cashhaven_adapters.memory.store import MemoryStore
from cashhaven_domain.parameters.catalogue import all_parameters
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.parameters.queries import ParameterQueries, ParameterView
from cashhaven_domain.parameters.shop_rules import ShopRules


class MemoryParameterQueries(ParameterQueries):
    """Reads committed parameters."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def list_all(self) -> Sequence[ParameterView]:
        """See the port."""
        parameters = all_parameters(self._store.rows(PARAMETERS))
        return [ParameterView.of(parameter) for parameter in parameters]


class MemoryShopRules(ShopRulesReader):
    """Reads the rules that the committed parameters make."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def read(self) -> ShopRules:
        """See the port."""
        return ShopRules.of(all_parameters(self._store.rows(PARAMETERS)))
