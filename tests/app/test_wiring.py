"""The container gives every use case what its fields ask for; mypy cannot see this."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import pytest
from dependency_injector import providers

from cashhaven_app.container import Container
from cashhaven_app.grouping import GroupedUseCase
from cashhaven_app.observation import ObservedUseCase
from cashhaven_app.secret import Secret
from cashhaven_app.settings import Settings
from cashhaven_app.use_cases import UseCases, use_case_providers
from cashhaven_domain.users.password import Password

NAMES = sorted(
    name
    for name, provider in UseCases.providers.items()
    if isinstance(provider, providers.Singleton)
)


def a_container(storage: str, folder: Path) -> Container:
    file = (folder / "shop.db").as_posix()
    url = "memory:" if storage == "memory" else f"sqlite+aiosqlite:///{file}"
    return Container(
        settings=Settings(
            jwt_secret=Secret("a secret that is good enough for tests"),
            database_url=Secret(url),
            data_dir=folder,
        )
    )


def mismatches(use_case: object) -> list[str]:
    """Return the fields whose object is not of the declared class, or does not declare the port."""
    wrong = []
    for name, hint in get_type_hints(type(use_case)).items():
        value = getattr(use_case, name)
        if get_origin(hint) is Callable:
            hint, value = get_args(hint)[1], value()
        choices = get_args(hint) or (hint,)
        if not any(getattr(kind, "__origin__", kind) in type(value).__mro__ for kind in choices):
            wrong.append(f"{name}: {type(value).__name__} is no {hint}")
    return wrong


@pytest.mark.parametrize("storage", ["memory", "sql"])
@pytest.mark.parametrize("name", NAMES)
def test_each_field_receives_an_object_that_declares_its_port(storage, name, tmp_path):
    container = a_container(storage, tmp_path)

    observed = getattr(container.use_cases, name)()

    assert isinstance(observed, ObservedUseCase | GroupedUseCase)
    assert mismatches(observed.use_case) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_has_the_name_of_its_use_case(name, tmp_path):
    observed = getattr(a_container("memory", tmp_path).use_cases, name)()

    assert name.replace("_", "").casefold() == observed.name.casefold()


async def test_the_settings_say_how_dear_a_password_is(tmp_path):
    container = a_container("sql", tmp_path)
    settings = replace(container.settings(), password_memory_kib=19_464, password_passes=3)
    passwords = Container(settings=settings).adapters.passwords()

    assert "$m=19464,t=3,p=1$" in await passwords.hash(Password("trem azul 47"))
    passwords.close()


def test_one_object_serves_the_whole_process(tmp_path):
    container = a_container("memory", tmp_path)

    for _, provider in use_case_providers(container.use_cases):
        assert provider() is provider()


def test_every_use_case_of_the_domain_has_a_provider(tmp_path):
    modules = (Path(__file__).parents[2] / "cashhaven_domain").glob("*/use_cases/*.py")
    written = {path.stem for path in modules if path.stem != "__init__"}
    container = a_container("memory", tmp_path)
    provided = {
        type(provider().use_case).__module__.rpartition(".")[2]
        for _, provider in use_case_providers(container.use_cases)
    }

    assert written == provided


def test_nothing_is_left_to_be_given(tmp_path):
    a_container("memory", tmp_path).check_dependencies()
