"""How handlers ask for use cases: by name, without validation."""

from collections.abc import Callable
from typing import TypeVar

from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

T = TypeVar("T")

Injected = NamedDependency[SkipValidation[T]]
"""A use case; the parameter bears the name of its provider, and a missing one fails at start-up."""


def provided_by(provider: Callable[[], object]) -> Provide:
    """Return the framework's form of a provider."""

    def resolve() -> object:
        return provider()

    return Provide(resolve, sync_to_thread=False)
