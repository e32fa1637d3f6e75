"""The probe, served."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from cashhaven_adapters.litestar.health import HealthController
from tests.adapters.litestar.probe import ProbeController
from tests.adapters.litestar.support import Web, web_shop


async def _nothing() -> None:
    pass


@dataclass(slots=True)
class Deed:
    """What `/probe/act` does; tests put in what they want to see happen."""

    do: Callable[[], Awaitable[None]] = _nothing

    async def __call__(self) -> None:
        """Do it."""
        await self.do()

    def raises(self, error: BaseException) -> None:
        """Fail with this from now on."""

        async def fail() -> None:
            raise error

        self.do = fail


@pytest.fixture
def deed() -> Deed:
    """What `/probe/act` does."""
    return Deed()


@pytest.fixture
async def web(deed: Deed) -> AsyncIterator[Web]:
    """The probe and the health routes, served with every setting as it comes."""
    controllers = [HealthController, ProbeController]
    async with web_shop(controllers=controllers, use_cases={"act": lambda: deed}) as served:
        yield served
