"""Questions about parameters, answered by SQL."""

from collections.abc import Sequence

from sqlalchemy import select

from cashhaven_adapters.sql.engine import Database
from cashhaven_adapters.sql.tables.parameters import parameters
from cashhaven_domain.parameters.catalogue import all_parameters
from cashhaven_domain.parameters.parameter import Parameter, ParameterId
from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.parameters.queries import ParameterQueries, ParameterView
from cashhaven_domain.parameters.shop_rules import ShopRules


class SqlParameterQueries(ParameterQueries):
    """Reads committed parameters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_all(self) -> Sequence[ParameterView]:
        """See the port."""
        return [ParameterView.of(item) for item in await _read_all(self._database)]


class SqlShopRules(ShopRulesReader):
    """Reads the rules that the committed parameters make."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> ShopRules:
        """See the port."""
        return ShopRules.of(await _read_all(self._database))


async def _read_all(database: Database) -> list[Parameter]:
    async with database.reading() as session:
        rows = await session.rows(select(parameters))
    return all_parameters({ParameterId(row.id): (row.value, row.version) for row in rows})
