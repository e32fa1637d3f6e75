"""What the wire says about parameters."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cashhaven_adapters.litestar.fields import Bit, Flag, Id, Version, bit
from cashhaven_adapters.litestar.json_text import Data
from cashhaven_adapters.litestar.readers import Reads, exact
from cashhaven_adapters.litestar.wire import Body, View
from cashhaven_domain.parameters.parameter import Kind, ParameterId, Setting, Value
from cashhaven_domain.parameters.queries import ParameterView
from cashhaven_domain.shared.changes import UNCHANGED
from cashhaven_domain.shared.errors import InvalidInput


def _number_or_text(value: Data) -> Decimal | str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidInput("deve ser um número ou um texto")
    return exact(value)


SettingValue = Annotated[
    Decimal | str,
    Reads(_number_or_text, {"type": ["number", "string"]}, literal=True),
    Meta(examples=[5]),
]


class SettingIn(Body, kw_only=True, frozen=True):
    """What a parameter shall be; `null` brings its default back."""

    EXAMPLE: ClassVar = {"id": 2, "valor": 5, "versao": 1}

    id: Id
    valor: SettingValue | UnsetType | None = UNSET
    bit: Flag | UnsetType | None = UNSET
    versao: Version | None = None

    def to_setting(self) -> Setting:
        """Return what is asked for."""
        return Setting(
            parameter_id=ParameterId(self.id),
            value=UNCHANGED if isinstance(self.valor, UnsetType) else self.valor,
            bit=UNCHANGED if isinstance(self.bit, UnsetType) else self.bit,
            version=self.versao,
        )


class ParameterOut(View, kw_only=True, frozen=True):
    """A parameter: its value stands in `bit` for those of that kind, for all others in `valor`."""

    id: Annotated[int, Meta(examples=[2])]
    name: Annotated[str, Meta(examples=["estoque_minimo"])] = msgspec.field(name="parametro")
    value: int | Decimal | str | None = msgspec.field(name="valor")
    bit: Bit | None
    description: str = msgspec.field(name="descricao")
    kind: Kind = msgspec.field(name="tipo")
    default: int | Decimal | str = msgspec.field(name="padrao")
    version: Annotated[int, Meta(examples=[1])] = msgspec.field(name="versao")

    @classmethod
    def of(cls, view: object) -> Self:
        """Return what the wire shows."""
        assert isinstance(view, ParameterView)
        is_bit = isinstance(view.value, bool)
        return cls(
            id=view.id,
            name=view.name,
            value=None if is_bit else view.value,
            bit=bit(view.value) if isinstance(view.value, bool) else None,
            description=view.description,
            kind=view.kind,
            default=_plain(view.default),
            version=view.version,
        )


def _plain(value: Value) -> int | Decimal | str:
    return bit(value) if isinstance(value, bool) else value
