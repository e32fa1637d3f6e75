"""Parameters in SQL."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from cashhaven_adapters.sql.session import SqlSession
from cashhaven_adapters.sql.tables.parameters import parameters
from cashhaven_domain.parameters.catalogue import all_parameters
from cashhaven_domain.parameters.parameter import Parameter, ParameterId
from cashhaven_domain.parameters.ports import ParameterRepository
from cashhaven_domain.shared.errors import StaleAggregate, StorageConflict


class SqlParameters(ParameterRepository):
    """The parameters that one transaction sees; those that nobody set are not stored."""

    def __init__(self, session: SqlSession) -> None:
        self._session = session

    async def get_all_for_update(self) -> Sequence[Parameter]:
        """See the port."""
        rows = await self._session.rows(
            select(parameters).order_by(parameters.c.id).with_for_update()
        )
        return all_parameters({ParameterId(row.id): (row.value, row.version) for row in rows})

    async def save(self, parameter: Parameter) -> None:
        """See the port."""
        row = {
            "id": parameter.definition.id,
            "value": parameter.definition.write(parameter.value),
            "version": parameter.version + 1,
        }
        if parameter.version == 1:
            # Two who set it for the first time meet here; the later one starts anew, and sees it.
            _ = await self._session.run(
                insert(parameters), row, refusals={"pk_parameter": StorageConflict}
            )
        else:
            changed = await self._session.run(
                update(parameters)
                .where(parameters.c.id == row["id"], parameters.c.version == parameter.version)
                .values(**row)
            )
            if changed != 1:
                raise StaleAggregate()
        parameter.version += 1
        self._session.events += parameter.take_events()
