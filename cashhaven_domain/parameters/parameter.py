"""A parameter: something that the shop may set, within what it may be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType, Self

from cashhaven_domain.parameters.events import ParameterChanged
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.aggregate import Aggregate
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.exact import places_of
from cashhaven_domain.shared.text import clean

ParameterId = NewType("ParameterId", int)
Value = bool | int | Decimal | str

TEXT_LENGTH = 200
DECIMAL_PLACES = 3


class Kind(StrEnum):
    """What sort of value a parameter holds."""

    BIT = "bit"
    INTEGER = "inteiro"
    DECIMAL = "decimal"
    TEXT = "texto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a parameter is: its permanent number and name, its default, and what it may be set to.

    `check` has the last word over a text: it returns the form to keep, or raises `InvalidInput`.
    """

    id: ParameterId
    name: str
    kind: Kind
    default: Value
    description: str
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(0)
    check: Callable[[str], str] = str

    def accept(self, value: Value) -> Value:
        """Return the value in the form that is kept.

        Raises:
            InvalidInput: it is of another kind, or not one that this parameter may have.
        """
        match self.kind:
            case Kind.BIT:
                return self._bit(value)
            case Kind.INTEGER:
                return int(self._number(value, places=0))
            case Kind.DECIMAL:
                return self._number(value, places=DECIMAL_PLACES)
        return self._text(value)

    def _bit(self, value: Value) -> bool:
        if not isinstance(value, bool):
            raise self.refusal("deve ser 0 ou 1, em bit")
        return value

    def _number(self, value: Value, *, places: int) -> Decimal:
        if isinstance(value, bool | str):
            raise self.refusal("deve ser um número, em valor")
        number = Decimal(value)
        if not number.is_finite():
            raise self.refusal("deve ser um número finito")
        if not self.lowest <= number <= self.highest:
            raise self.refusal(f"deve ser de {_said(self.lowest)} a {_said(self.highest)}")
        if places_of(number) > places:
            raise self.refusal(
                f"deve ter no máximo {places} casas decimais"
                if places
                else "deve ser um número inteiro"
            )
        return Decimal(f"{number.normalize():f}")

    def _text(self, value: Value) -> str:
        if not isinstance(value, str):
            raise self.refusal("deve ser um texto, em valor")
        if value.strip():
            value = clean(value, field=self.name, limit=TEXT_LENGTH)
        try:
            return self.check(value.strip())
        except InvalidInput as refusal:
            raise self.refusal(str(refusal)) from None

    def refusal(self, sentence: str) -> InvalidInput:
        """Return the refusal that names this parameter."""
        return InvalidInput(f"{self.name}: {sentence}")

    def read(self, text: str) -> Value:
        """Return the value that `write` wrote."""
        match self.kind:
            case Kind.BIT:
                return text == "1"
            case Kind.INTEGER:
                return int(text)
            case Kind.DECIMAL:
                return Decimal(text)
        return text

    def write(self, value: Value) -> str:
        """Return the value as text, to be stored."""
        if isinstance(value, bool):
            return "1" if value else "0"
        return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _said(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a parameter shall be: `bit` for those of kind bit, `value` for all others.

    `None` in the one that counts brings the default back; in the other it says nothing.
    """

    parameter_id: ParameterId
    value: int | Decimal | str | Unchanged | None = UNCHANGED
    bit: bool | Unchanged | None = UNCHANGED
    version: int | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Parameter(Aggregate):
    """A parameter of this shop and the value it has now; version 1 is the shipped default."""

    definition: Definition
    value: Value

    @classmethod
    def shipped(cls, definition: Definition) -> Self:
        """Return the parameter as it is before anyone has set it."""
        return cls(definition=definition, value=definition.default)

    def set(self, setting: Setting) -> bool:
        """Give it another value and return whether it is another one.

        Raises:
            InvalidInput: this parameter may not be that.
        """
        wanted: Value | Unchanged | None
        if self.definition.kind is Kind.BIT:
            wanted, other, here, there = setting.bit, setting.value, "bit", "valor"
        else:
            wanted, other, here, there = setting.value, setting.bit, "valor", "bit"
        if other is not None and other is not UNCHANGED:
            raise self.definition.refusal(f"deve vir em {here}, e não em {there}")
        if isinstance(wanted, Unchanged):
            raise self.definition.refusal(f"falta {here}")
        before = self.value
        self.value = self.definition.default if wanted is None else self.definition.accept(wanted)
        return self.value != before

    def note_change(self, *, by: UserId, at: datetime) -> None:
        """Remember who set it."""
        self.record(
            ParameterChanged(
                occurred_at=at,
                parameter_id=self.definition.id,
                parameter=self.definition.name,
                value=self.definition.write(self.value),
                changed_by=by,
                version=self.version_when_saved,
            )
        )
