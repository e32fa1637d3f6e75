"""Changing how the shop is set up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from cashhaven_domain.parameters.errors import InvalidParameters, StaleParameters
from cashhaven_domain.parameters.parameter import Parameter, ParameterId, Setting
from cashhaven_domain.parameters.ports import ParametersUnitOfWork, ShopRulesMemory
from cashhaven_domain.shared.access import Actor, Permission
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateParametersCommand:
    """What to set, and which version of it each setting was based on."""

    settings: tuple[Setting, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateParameters:
    """Set parameters of the shop: all of them, or none."""

    new_uow: Callable[[], ParametersUnitOfWork]
    clock: Clock
    rules: ShopRulesMemory

    async def __call__(self, actor: Actor, command: UpdateParametersCommand) -> None:
        """Set them; they count at once.

        Raises:
            AccessDenied: the actor may not change parameters.
            InvalidParameters: some cannot be set so; every one is named.
            StaleParameters: some were changed since they were read.
        """
        actor.require(Permission.CHANGE_PARAMETERS)
        try:
            async with self.new_uow() as uow:
                parameters = {
                    item.definition.id: item for item in await uow.parameters.get_all_for_update()
                }
                changed = _apply(command.settings, parameters)
                for parameter in changed:
                    parameter.note_change(by=actor.user_id, at=self.clock.now())
                    await uow.parameters.save(parameter)
                await uow.commit()
        finally:
            self.rules.forget()


def _apply(
    settings: Sequence[Setting], parameters: Mapping[ParameterId, Parameter]
) -> list[Parameter]:
    """Set every parameter and return those that are different now."""
    wrong: list[str] = []
    stale: list[str] = []
    changed: dict[ParameterId, Parameter] = {}
    seen: set[ParameterId] = set()
    for setting in settings:
        parameter = parameters.get(setting.parameter_id)
        if parameter is None:
            wrong.append(f"id: o parâmetro {setting.parameter_id} não existe")
            continue
        if setting.parameter_id in seen:
            wrong.append(f"{parameter.definition.name}: aparece mais de uma vez")
            continue
        seen.add(setting.parameter_id)
        if setting.version is not None and setting.version != parameter.version:
            stale.append(parameter.definition.name)
        try:
            if parameter.set(setting):
                changed[setting.parameter_id] = parameter
        except InvalidInput as refusal:
            wrong.extend(refusal.sentences)
    if wrong:
        raise InvalidParameters(*wrong)
    if stale:
        raise StaleParameters(stale)
    return list(changed.values())
