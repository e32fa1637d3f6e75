"""What is refused of a conversation itself; the rest is refused as over HTTP."""

from cashhaven_adapters.litestar.json_text import printable
from cashhaven_domain.shared.errors import InvalidInput, LimitExceeded, NotFound, Unavailable


class UnreadableFrame(InvalidInput):
    """What came is no frame of the contract."""

    code = "UNREADABLE_FRAME"


class UnknownTopic(NotFound):
    """There is no such topic."""

    code = "UNKNOWN_TOPIC"

    def __init__(self, name: str) -> None:
        super().__init__(f"{printable(name)}: este assunto não existe")


class UnknownAction(NotFound):
    """There is no such action."""

    code = "UNKNOWN_ACTION"

    def __init__(self, name: str) -> None:
        super().__init__(f"{printable(name)}: esta ação não existe")


class TooManyTopics(LimitExceeded):
    """One connection hears only so many topics."""

    code = "TOO_MANY_TOPICS"

    def __init__(self, most: int) -> None:
        super().__init__(f"topics: no máximo {most} por conexão")


class TooManyRequests(LimitExceeded):
    """One connection has only so many requests at work."""

    code = "TOO_MANY_REQUESTS"

    def __init__(self, most: int) -> None:
        super().__init__(f"No máximo {most} pedidos ao mesmo tempo; espere pelas respostas")


class RateLimited(LimitExceeded):
    """Frames come faster than they are taken; this one was not."""

    code = "RATE_LIMITED"

    def __init__(self) -> None:
        super().__init__("Mensagens demais; aguarde um pouco")


class Deadline(Unavailable):
    """A request took too long and was interrupted; it may be done all the same."""

    code = "DEADLINE"
    sentence = "A operação demorou demais e foi interrompida; confira antes de repetir"
