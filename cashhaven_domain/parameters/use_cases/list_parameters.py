"""Seeing how the shop is set up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.queries import ParameterQueries, ParameterView
from cashhaven_domain.shared.access import Actor, Permission


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListParameters:
    """Show every parameter, what it is set to and what it may be set to."""

    queries: ParameterQueries

    async def __call__(self, actor: Actor) -> Sequence[ParameterView]:
        """Return all parameters, sorted by id.

        Raises:
            AccessDenied: the actor may not see them.
        """
        actor.require(Permission.SEE_PARAMETERS)
        return await self.queries.list_all()
