"""Whether this instance is alive, and whether it should be given work."""

import asyncio
import ipaddress
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from litestar import Controller, Response, get
from msgspec import UNSET, Struct, UnsetType
from msgspec import field as named

from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.routes import AnyRequest, Level, declared
from cashhaven_adapters.litestar.wire import WireResponse

MEDIA_TYPE = "application/health+json"
KEPT_SECONDS = 1.0
"""How long a check's answer is given again, so that many who ask do not wear out the database."""
LONGEST_CHECK = 1.0

_FORWARDING = ("forwarded", "x-forwarded-for", "x-real-ip")


class Status(StrEnum):
    """How something is; `WARN` does not keep work away."""

    PASS = "pass"  # noqa: S105  # the word of the health format
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found; `component` is a word of the health format, as `datastore`."""

    status: Status
    component: str = "component"
    value: int | float | str | None = None
    unit: str | None = None


Check = Callable[[], Awaitable[Checked]]


@dataclass(slots=True)
class Health:
    """The checks of this instance. `draining` is set when it is about to stop."""

    checks: Mapping[str, Check]
    draining: bool = False
    _found: dict[str, tuple[Checked, datetime]] = field(default_factory=dict, init=False)
    _until: float = field(default=0.0, init=False)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def look(self) -> dict[str, tuple[Checked, datetime]]:
        """Return what every check found a second ago at most; one looks, the others wait for it."""
        async with self._looking:
            if time.monotonic() >= self._until:
                await self._look_anew()
        if not self.draining:
            return self._found
        stopping = Checked(status=Status.FAIL, component="system", value="draining")
        return {**self._found, "lifecycle": (stopping, datetime.now(UTC))}

    async def _look_anew(self) -> None:
        found = await asyncio.gather(*(_ask(check) for check in self.checks.values()))
        now = datetime.now(UTC)
        self._found = {name: (each, now) for name, each in zip(self.checks, found, strict=True)}
        self._until = time.monotonic() + KEPT_SECONDS


async def _ask(check: Check) -> Checked:
    try:
        async with asyncio.timeout(LONGEST_CHECK):
            return await check()
    except Exception:
        # Whatever a check dies of, the answer to "is it well?" is no.
        return Checked(status=Status.FAIL)


class CheckView(Struct, kw_only=True, frozen=True):
    """One check in the health format."""

    status: Status
    component_type: str = named(name="componentType")
    observed_value: int | float | str | UnsetType = named(name="observedValue", default=UNSET)
    observed_unit: str | UnsetType = named(name="observedUnit", default=UNSET)
    time: datetime


class HealthView(Struct, kw_only=True, frozen=True):
    """The health format."""

    status: Status
    checks: dict[str, list[CheckView]] | UnsetType = UNSET


def is_local(request: AnyRequest) -> bool:
    """Whether the request comes from this machine itself, and not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in _FORWARDING):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class HealthController(Controller):
    """How this instance is."""

    path = "/health"
    tags = ("Operação",)

    @get(
        "/live",
        operation_id="see_life",
        summary="Diz que o processo responde",
        opt=declared(Level.PUBLIC),
        media_type=MEDIA_TYPE,
    )
    async def live(self) -> HealthView:
        """Não consulta mais nada: uma falha do banco não deve reiniciar o processo."""
        return HealthView(status=Status.PASS)

    @get(
        "/ready",
        operation_id="see_readiness",
        summary="Diz se a instância pode receber trabalho",
        opt=declared(Level.PUBLIC, also={503: "A instância não pode receber trabalho"}),
        media_type=MEDIA_TYPE,
    )
    async def ready(self, request: AnyRequest, health: Injected[Health]) -> Response[HealthView]:
        """Responde 503 enquanto não pode; os detalhes só para quem pergunta da própria máquina."""
        found = await health.look()
        states = {each.status for each, _ in found.values()}
        worst = next((s for s in (Status.FAIL, Status.WARN) if s in states), Status.PASS)
        checks = {
            name: [
                CheckView(
                    status=each.status,
                    component_type=each.component,
                    observed_value=UNSET if each.value is None else each.value,
                    observed_unit=UNSET if each.unit is None else each.unit,
                    time=at,
                )
            ]
            for name, (each, at) in found.items()
        }
        return WireResponse(
            HealthView(status=worst, checks=checks if is_local(request) else UNSET),
            status_code=503 if worst is Status.FAIL else 200,
            media_type=MEDIA_TYPE,
        )
