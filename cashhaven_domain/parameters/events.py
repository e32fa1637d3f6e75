"""What happens to the shop's parameters."""

from dataclasses import dataclass
from typing import ClassVar

from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterChanged(DomainEvent):
    """Someone gave a parameter another value; `value` is the text that is stored of it.

    `version` is that of the parameter from now on.
    """

    topic: ClassVar[str] = "params"
    name: ClassVar[str] = "param.changed"

    parameter_id: int
    parameter: str
    value: str
    changed_by: UserId
    version: int | None = None

    @property
    def aggregate_id(self) -> int:
        """The id of the parameter."""
        return self.parameter_id
