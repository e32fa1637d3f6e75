"""One provider per use case, and nothing else. Their names are what handlers and tests ask for."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from dependency_injector import containers, providers

from cashhaven_app.observation import ObservedUseCase, Observer


def observed(
    observer: providers.Provider[Observer],
    use_case: Callable[..., Callable[..., Awaitable[Any]]],
    **ports: object,
) -> providers.Singleton[ObservedUseCase]:
    """Return the provider of a use case with these ports, wrapped in observation."""
    return providers.Singleton(ObservedUseCase, observer, providers.Singleton(use_case, **ports))


def use_case_providers(
    container: "providers.Container[UseCases]",
) -> Iterator[tuple[str, providers.Provider[ObservedUseCase]]]:
    """Return the providers of all use cases of a container of `UseCases`, by name."""
    for name, provider in UseCases.providers.items():
        if isinstance(provider, providers.Singleton):
            yield name, getattr(container, name)


class UseCases(containers.DeclarativeContainer):
    """Everything that somebody can ask the shop to do."""

    adapters = providers.DependenciesContainer()
    observer: providers.Dependency[Observer] = providers.Dependency()
