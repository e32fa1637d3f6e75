"""What the parameters need from the outside, and what others need from them."""

from collections.abc import Sequence
from typing import Protocol

from cashhaven_domain.parameters.parameter import Parameter
from cashhaven_domain.parameters.shop_rules import ShopRules
from cashhaven_domain.shared.ports import UnitOfWork


class ShopRulesReader(Protocol):
    """Tells the rules that hold now."""

    async def read(self) -> ShopRules:
        """Return the rules as the last committed change of parameters left them.

        Call it outside of a unit of work: it reads by itself.

        Raises:
            Unavailable: the storage is away.
        """
        ...


class ShopRulesMemory(Protocol):
    """Remembers the rules for a moment, so that not every sale has to read them."""

    def forget(self) -> None:
        """Let the next reading in this process see what is stored now."""
        ...


class ParameterRepository(Protocol):
    """Keeps the values that the shop gave to parameters; part of the transaction."""

    async def get_all_for_update(self) -> Sequence[Parameter]:
        """Return every parameter, sorted by id, and keep others from changing them.

        One that was never set has its default and version 1.
        """
        ...

    async def save(self, parameter: Parameter) -> None:
        """Keep the value and raise the version by one.

        Raises:
            StaleAggregate: it was changed since it was read.
            StorageConflict: the same, by someone who was the first ever to set it.
        """
        ...


class ParametersUnitOfWork(UnitOfWork, Protocol):
    """A transaction that changes parameters."""

    parameters: ParameterRepository
