"""What happens when a server starts and stops."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cashhaven_adapters.jwt_tokens import UnfitSecretError
from cashhaven_app.container import Container
from cashhaven_app.lifespan import serving
from cashhaven_app.preparation import prepare
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_app.workers import Housekeeping
from cashhaven_domain.parameters.catalogue import CATALOGUE
from cashhaven_domain.parameters.parameter import Setting
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParametersCommand
from cashhaven_domain.shared.access import Actor

IDS = {definition.name: definition.id for definition in CATALOGUE}


def a_container(folder: Path, secret: str = "a secret that is good enough for tests") -> Container:
    url = f"sqlite+aiosqlite:///{(folder / 'shop.db').as_posix()}"
    settings = Settings(jwt_secret=Secret(secret), database_url=Secret(url), data_dir=folder)
    return Container(settings=settings)


async def events_of_a_start(container):
    with capture_logs() as lines:
        async with serving(container):
            pass
    return [line["event"] for line in lines]


async def test_a_secret_that_others_may_know_stops_the_start(tmp_path):
    container = a_container(tmp_path, "sua_chave_secreta_jwt_muito_segura")
    await prepare(container)
    with pytest.raises(UnfitSecretError):
        await events_of_a_start(container)


async def test_the_start_hints_at_short_passwords_until_longer_ones_are_asked_for(tmp_path):
    container = a_container(tmp_path)
    await prepare(container)
    assert "short_passwords_allowed" in await events_of_a_start(container)
    container = a_container(tmp_path)
    command = UpdateParametersCommand(
        settings=(Setting(parameter_id=IDS["senha_admin_forte"], bit=True),)
    )
    await container.use_cases.update_parameters()(Actor.system(), command)
    assert "short_passwords_allowed" not in await events_of_a_start(container)


async def test_a_database_that_is_away_does_not_stop_the_start(tmp_path):
    (tmp_path / "shop.db").mkdir()
    first, *between, last = await events_of_a_start(a_container(tmp_path))
    assert (first, last) == ("started", "stopped")
    assert set(between) <= {"stream_not_relayed", "stream_not_followed", "stream_not_pruned"}


@pytest.mark.parametrize("keeps_house", [True, False])
async def test_of_several_processes_one_keeps_house(keeps_house, tmp_path, monkeypatch):
    begun: list[Housekeeping] = []

    async def run(self: Housekeeping) -> None:
        begun.append(self)

    monkeypatch.setattr(Housekeeping, "run", run)
    container = a_container(tmp_path)
    await prepare(container)
    async with serving(container, keeps_house=keeps_house):
        await asyncio.sleep(0)
    assert len(begun) == keeps_house
