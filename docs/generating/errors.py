"""The catalogue of errors: those of the shop, and those of the web adapter."""

from collections import defaultdict

from cashhaven_adapters.litestar.described_failures import OVERLOAD
from cashhaven_adapters.litestar.failures import UNSERVED, status_of
from cashhaven_domain.shared.errors import FAMILIES, DomainError
from generating.code import classes_of, first_line, modules_of, table

_PLACES = ("cashhaven_domain", "cashhaven_adapters.litestar")


def page() -> str:
    """Return the page's text."""
    refusals = _refusals()
    return "\n".join(
        [
            "# Error catalogue",
            "",
            "Every refusal has a code that never changes.",
            "The family of the error decides the status; the sentences are for people,"
            " in Portuguese.",
            "A code may be raised as several classes, when programs need not tell them apart.",
            "",
            "## What the shop refuses",
            "",
            *table(
                ["code", "status", "family", "raised as", "meaning"],
                [_row(code, kinds) for code, kinds in sorted(refusals.items())],
            ),
            "## What is refused before the shop hears of it",
            "",
            "The web adapter's own codes, and the sentences that go with them.",
            "`NOT_SIGNED_IN`, `ACCESS_DENIED`, `NOT_FOUND`, `LIMIT_EXCEEDED` and `UNAVAILABLE` are"
            " the same codes as above.",
            "",
            *table(["code", "status", "sentence"], _of_the_web()),
        ]
    )


def _refusals() -> dict[str, list[type[DomainError]]]:
    found: dict[str, list[type[DomainError]]] = defaultdict(list)
    for place in _PLACES:
        for kind in classes_of(modules_of(place)):
            if issubclass(kind, DomainError) and kind is not DomainError:
                found[kind.code].append(kind)
    return found


def _row(code: str, kinds: list[type[DomainError]]) -> list[str]:
    (status,) = {status_of(kind) for kind in kinds}
    names = ", ".join(f"`{kind.__name__}` ({_area(kind)})" for kind in kinds)
    # What is raised in an area says more than the family it belongs to.
    telling = [kind for kind in kinds if kind not in FAMILIES.values()] or kinds
    meaning = " ".join(first_line(kind) for kind in telling)
    return [f"`{code}`", str(status), _family(kinds[0]), names, meaning]


def _family(kind: type[DomainError]) -> str:
    return next(base.__name__ for base in kind.__mro__ if base in FAMILIES.values())


def _area(kind: type[DomainError]) -> str:
    return kind.__module__.split(".")[1]


def _of_the_web() -> list[list[str]]:
    told = [(code, status, sentence) for status, (code, sentence) in UNSERVED.items()]
    told += [(code, 503, sentence) for code, sentence in OVERLOAD.items()]
    told.sort(key=lambda line: (line[1], line[0]))
    return [[f"`{code}`", str(status), sentence] for code, status, sentence in told]
