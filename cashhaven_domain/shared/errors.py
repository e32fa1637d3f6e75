"""Refusals and their families.

Each concrete error lives in its area, inherits exactly one family and has a code that never
changes.
What a family becomes outside (a status, an exit code, a reply) is decided by each adapter, once.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

_Plain = None | bool | int | str | Decimal
Detail = _Plain | Sequence["Detail"] | Mapping[str, "Detail"]


class DomainError(Exception):
    """Something that the shop refuses, with one Portuguese sentence per reason."""

    code: str = "DOMAIN_ERROR"
    replayed: bool = False
    """Whether this refusal was given before, to the same operation key."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences: tuple[str, ...] = sentences
        self.recalled_details: Mapping[str, Detail] = {}
        """What was told to programs when this refusal was given before."""

    def __str__(self) -> str:
        return "; ".join(self.sentences)

    @property
    def details(self) -> Mapping[str, Detail]:
        """What the sentences say, for programs; the names are those of the wire."""
        return self.recalled_details


class InvalidInput(DomainError):
    """This cannot be: a value that may not exist, or fields that contradict each other."""

    code = "INVALID_INPUT"


class NotSignedIn(DomainError):
    """Nobody is signed in, or the credentials offered at sign-in are wrong."""

    code = "NOT_SIGNED_IN"


class AccessDenied(DomainError):
    """A bad or ended token; or we know you, and no."""

    code = "ACCESS_DENIED"

    def __init__(self, sentence: str = "Você não tem permissão para isto") -> None:
        super().__init__(sentence)


class NotFound(DomainError):
    """No such thing, or none that you may see."""

    code = "NOT_FOUND"


class Conflict(DomainError):
    """True elsewhere, not now: a duplicate, a wrong state, not enough stock."""

    code = "CONFLICT"


class StaleAggregate(Conflict):
    """Someone was faster: the version that the change was based on is no longer the present one."""

    code = "STALE_VERSION"

    def __init__(
        self, sentence: str = "versao: o registro foi alterado por outra pessoa; carregue-o de novo"
    ) -> None:
        super().__init__(sentence)


class KeyReused(DomainError):
    """The same operation key with another content."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__("Idempotency-Key: esta chave já foi usada com outro conteúdo")


class LimitExceeded(DomainError):
    """Too much or too often; `retry_after` is in seconds."""

    code = "LIMIT_EXCEEDED"

    def __init__(self, sentence: str, *, retry_after: int = 1) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A driven side is away; raised by adapters only. `retry_after` is in seconds."""

    code = "UNAVAILABLE"
    sentence: ClassVar[str] = "O serviço está indisponível no momento; tente de novo"

    def __init__(self, sentence: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(sentence or self.sentence)
        self.retry_after = retry_after


class OperationInUse(Conflict):
    """Another request with the same operation key is still running; `retry_after` is in seconds."""

    code = "IDEMPOTENCY_KEY_IN_USE"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("Idempotency-Key: uma requisição com esta chave ainda está em andamento")


class OperationExpired(Conflict):
    """The key made a sale or an order long ago; its answer is no longer kept."""

    code = "IDEMPOTENCY_KEY_EXPIRED"

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key: esta chave já foi usada e a resposta não é mais guardada"
        )


class StorageConflict(Unavailable):
    """The storage undid the transaction in favour of another one: run the whole use case again."""

    code = "DATABASE_CONFLICT"
    sentence = "O banco de dados está ocupado; tente de novo"


class StorageBusy(Unavailable):
    """No connection was free in time; nothing was begun."""

    code = "DATABASE_BUSY"
    sentence = "O banco de dados está ocupado; tente de novo"


class StorageLost(Unavailable):
    """The connection broke before COMMIT was sent: nothing of the transaction will stay."""

    code = "DATABASE_UNAVAILABLE"
    sentence = "O banco de dados está indisponível no momento; tente de novo"


class StorageFull(Unavailable):
    """The storage has no space left; nothing was written."""

    code = "STORAGE_FULL"
    sentence = "Não há espaço para gravar; avise o administrador"

    def __init__(self) -> None:
        super().__init__(retry_after=30)


class OutcomeUnknown(Unavailable):
    """The connection broke while COMMIT was on its way: it happened or it did not."""

    code = "OUTCOME_UNKNOWN"
    sentence = "Não foi possível confirmar se a operação foi gravada; confira antes de repetir"


FAMILIES: Mapping[str, type[DomainError]] = {
    family.__name__: family
    for family in (
        InvalidInput,
        NotSignedIn,
        AccessDenied,
        NotFound,
        Conflict,
        StaleAggregate,
        KeyReused,
        LimitExceeded,
        Unavailable,
    )
}


def family_of(error: DomainError) -> type[DomainError]:
    """Return the family that the error belongs to."""
    return next(family for family in type(error).__mro__ if family in FAMILIES.values())
