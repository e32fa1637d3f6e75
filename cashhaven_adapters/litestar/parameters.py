"""The routes of parameters."""

from litestar import Controller, get, put
from litestar.params import JSONBody

from cashhaven_adapters.litestar.authentication import CurrentActor
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.routes import Level, declared
from cashhaven_adapters.litestar.schemas.parameters import ParameterOut, SettingIn
from cashhaven_adapters.litestar.wire import Done, Reply, all_of, done
from cashhaven_domain.parameters.errors import InvalidParameters, StaleParameters
from cashhaven_domain.parameters.use_cases.list_parameters import ListParameters
from cashhaven_domain.parameters.use_cases.update_parameters import (
    UpdateParameters,
    UpdateParametersCommand,
)


class ParameterController(Controller):
    """Parâmetros."""

    path = "/api/param"
    tags = ("Parâmetros",)

    @get(
        "/all",
        operation_id="list_parameters",
        summary="Lista os parâmetros",
        opt=declared(Level.USER),
    )
    async def list_parameters(
        self, actor: CurrentActor, list_parameters: Injected[ListParameters]
    ) -> Reply[list[ParameterOut]]:
        """`padrao` é o valor de fábrica."""
        return all_of(await list_parameters(actor), ParameterOut.of)

    @put(
        "/update",
        operation_id="update_parameters",
        summary="Altera parâmetros, todos ou nenhum",
        opt=declared(Level.ADMINISTRATOR, errors=[InvalidParameters, StaleParameters]),
    )
    async def update_parameters(
        self,
        actor: CurrentActor,
        data: JSONBody[list[SettingIn]],
        update_parameters: Injected[UpdateParameters],
    ) -> Done:
        """Vale na hora, sem reiniciar o servidor."""
        settings = tuple(item.to_setting() for item in data)
        await update_parameters(actor, UpdateParametersCommand(settings=settings))
        return done("Parâmetros atualizados com sucesso")
