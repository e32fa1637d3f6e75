"""What can be asked about the shop's parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from cashhaven_domain.parameters.parameter import Kind, Parameter, ParameterId, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterView:
    """A parameter as a settings screen shows it."""

    id: ParameterId
    name: str
    kind: Kind
    value: Value
    default: Value
    description: str
    version: int

    @classmethod
    def of(cls, parameter: Parameter) -> Self:
        """Return the view of a parameter."""
        definition = parameter.definition
        return cls(
            id=definition.id,
            name=definition.name,
            kind=definition.kind,
            value=parameter.value,
            default=definition.default,
            description=definition.description,
            version=parameter.version,
        )


class ParameterQueries(Protocol):
    """Reads parameters."""

    async def list_all(self) -> Sequence[ParameterView]:
        """Return every parameter, sorted by id.

        Raises:
            Unavailable: the storage is away.
        """
        ...
