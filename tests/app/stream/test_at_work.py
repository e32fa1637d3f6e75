"""The stream in a serving process: commits are heard of, and what was remembered is forgotten."""

import asyncio

import pytest

from cashhaven_app.container import Container
from cashhaven_app.lifespan import close, serving
from cashhaven_app.preparation import prepare
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_domain.parameters.catalogue import CATALOGUE
from cashhaven_domain.parameters.parameter import Setting
from cashhaven_domain.parameters.use_cases.update_parameters import UpdateParametersCommand
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.use_cases.register_user import RegisterUserCommand
from tests.support.seconds import until

A_SECRET = "a secret that is good enough for tests"
STRONG = next(definition.id for definition in CATALOGUE if definition.name == "senha_admin_forte")


@pytest.fixture
async def a_container():
    """Makes containers, and closes them at the end."""
    made: list[Container] = []

    def make(url: str, **others) -> Container:
        settings = Settings(jwt_secret=Secret(A_SECRET), database_url=Secret(url), **others)
        made.append(Container(settings=settings))
        return made[-1]

    yield make
    for container in made:
        await close(container)


@pytest.fixture
async def url(tmp_path, a_container):
    url = f"sqlite+aiosqlite:///{(tmp_path / 'shop.db').as_posix()}"
    await prepare(a_container(url))
    return url


async def change_parameter(container, *, bit=True):
    command = UpdateParametersCommand(settings=(Setting(parameter_id=STRONG, bit=bit),))
    await container.use_cases.update_parameters()(Actor.system(), command)


async def register(container):
    command = RegisterUserCommand(
        name="Ana", username="ana", password=Password("uma senha bem comprida"), role="caixa"
    )
    return await container.use_cases.register_user()(Actor.system(), command)


@pytest.mark.parametrize("storage", ["memory", "sqlite"])
async def test_a_commit_is_followed_at_once(storage, url, a_container):
    container = a_container("memory:" if storage == "memory" else url)
    follower = container.adapters.follower()
    heard: list[str] = []
    follower.listeners.append(lambda events: heard.extend(event.name for event in events))
    async with serving(container):
        await until(lambda: follower.position)
        # One commit after the other: who finds them by looking needs a second for each.
        async with asyncio.timeout(3):
            for number in range(1, 6):
                await change_parameter(container, bit=number % 2 == 1)
                await until(lambda: follower.position.offset == number)  # noqa: B023  # called here
    assert heard == ["param.changed"] * 5


async def test_others_are_told_when_there_are_new_events(url, a_container):
    container = a_container(url)
    told = []
    async with serving(container, tell_others=lambda: told.append(True)):
        await change_parameter(container)
        await until(lambda: told)


async def test_rules_and_sessions_that_another_process_changed_are_read_anew(url, a_container):
    here, elsewhere = a_container(url), a_container(url)
    rules, sessions = here.adapters.shop_rules(), here.adapters.sessions()
    async with serving(here):
        await until(lambda: here.adapters.follower().position)
        assert (await rules.read()).shortest_password_of(administrator=True) == 8
        assert await sessions.look_up(UserId(1)) is None
        await change_parameter(elsewhere)
        number = await register(elsewhere)
        await until(lambda: here.adapters.follower().position.offset >= 2)
        assert (await rules.read()).shortest_password_of(administrator=True) == 15
        assert await sessions.look_up(number) is not None


async def test_when_events_went_by_unread_everything_is_read_anew(url, a_container):
    here, elsewhere = a_container(url), a_container(url)
    rules, follower = here.adapters.shop_rules(), here.adapters.follower()
    async with serving(here):
        await until(lambda: follower.position)
        assert (await rules.read()).shortest_password_of(administrator=True) == 8
        await change_parameter(elsewhere)
        epoch = follower.position.epoch
        _ = await elsewhere.adapters.relay().begin_epoch()
        follower.wake()
        await until(lambda: follower.position.epoch != epoch)
        assert (await rules.read()).shortest_password_of(administrator=True) == 15


@pytest.mark.parametrize("keeps_house", [True, False])
async def test_whoever_keeps_house_forgets_old_events(url, keeps_house, a_container):
    container = a_container(url, stream_kept_seconds=0)
    await change_parameter(container)
    assert await container.adapters.relay().advance() == 1
    stream = container.adapters.event_stream()
    async with serving(container, keeps_house=keeps_house):
        await until(lambda: container.adapters.follower().position)
        async with asyncio.timeout(5):
            while keeps_house and not await stream.floor():  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.01)
        assert await stream.floor() == keeps_house
