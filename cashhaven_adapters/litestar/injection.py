"""How handlers ask for use cases: by name, without validation."""

from typing import TypeVar

from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

T = TypeVar("T")

Injected = NamedDependency[SkipValidation[T]]
"""A use case; the parameter bears the name of its provider, and a missing one fails at start-up."""


def promised() -> Provide:
    """Return what tells the framework that a name has a provider; it is never asked for it."""
    return Provide(lambda: None, sync_to_thread=False)
