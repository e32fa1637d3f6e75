"""Annotations, taken apart: what a field holds, and the marks on it."""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

Kind = Any
"""A type, as annotations say it."""


def origin_of(kind: Kind) -> Kind:
    """Return what a generic kind is made of; any other kind is itself."""
    origin: Kind = get_origin(kind)
    return origin or kind


def unwrapped(kind: Kind) -> tuple[Any, tuple[Any, ...]]:
    """Return the kind without its annotations, and them."""
    if origin_of(kind) is Annotated:
        inner, *marks = get_args(kind)
        return inner, tuple(marks)
    return kind, ()


def choices_of(kind: Kind) -> tuple[Any, ...]:
    """Return what a kind is one of."""
    inner, _ = unwrapped(kind)
    return get_args(inner) if origin_of(inner) in {Union, UnionType} else (inner,)


def marks_of(kind: Kind) -> list[Any]:
    """Return every mark on a kind, wherever it stands."""
    marks = list(unwrapped(kind)[1])
    for choice in choices_of(kind):
        marks.extend(unwrapped(choice)[1])
    return marks
