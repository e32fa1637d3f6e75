"""What an application refuses to be built of."""

import pytest
from litestar import Controller, get
from litestar.exceptions import ImproperlyConfiguredException

from cashhaven_adapters.litestar.application import create_application
from cashhaven_adapters.litestar.authentication import CurrentActor
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.routes import Level, declared
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_adapters.litestar.wire import Done, done


class Undeclared(Controller):
    """Its route says nothing of itself."""

    @get("/x", operation_id="x")
    async def x(self) -> Done:
        return done("Feito")


class AsksNobody(Controller):
    """It is for users, and does not ask who they are."""

    @get("/x", operation_id="x", opt=declared(Level.USER))
    async def x(self) -> Done:
        return done("Feito")


class AsksEverybody(Controller):
    """It is for everybody, and asks who they are."""

    @get("/x", operation_id="x", opt=declared(Level.PUBLIC))
    async def x(self, actor: CurrentActor) -> Done:
        return done(actor.name)


class Greedy(Controller):
    """It needs a use case that nobody gives."""

    @get("/x", operation_id="x", opt=declared(Level.PUBLIC))
    async def x(self, sell_the_shop: Injected[object]) -> Done:
        return done(str(sell_the_shop))


@pytest.mark.parametrize("controller", [Undeclared, AsksNobody, AsksEverybody, Greedy])
def test_a_route_that_does_not_fit_is_found_when_the_application_is_built(controller):
    with pytest.raises(ImproperlyConfiguredException):
        create_application(WebSettings(), {"authenticate": lambda: None}, controllers=[controller])
