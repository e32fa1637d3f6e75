"""Why a connection is closed: the codes that clients act on, and a sentence for people."""

from enum import IntEnum


class CloseCode(IntEnum):
    """The codes of the contract, beside those that the protocol itself has (1009 and others)."""

    FAULT = 1011
    RESTARTING = 1012
    OVERLOADED = 1013
    NOT_UNDERSTOOD = 4400
    NOT_SIGNED_IN = 4401
    NOT_ALLOWED = 4403
    NO_PONG = 4408
    TOO_SLOW = 4409
    FRAME_TOO_LARGE = 4413
    TOO_MANY_FRAMES = 4429

    @property
    def sentence(self) -> str:
        """What it means, for whoever reads the client's log; at most 123 bytes."""
        return _SENTENCES[self]


_SENTENCES = {
    CloseCode.FAULT: "Ocorreu um erro inesperado; conecte de novo",
    CloseCode.RESTARTING: "O servidor está reiniciando; conecte de novo",
    CloseCode.OVERLOADED: "Conexões demais; conecte de novo mais tarde",
    CloseCode.NOT_UNDERSTOOD: "O que foi enviado não pôde ser entendido",
    CloseCode.NOT_SIGNED_IN: "Entre no sistema para continuar",
    CloseCode.NOT_ALLOWED: "Você não tem permissão para isto",
    CloseCode.NO_PONG: "A conexão não respondeu ao ping",
    CloseCode.TOO_SLOW: "A conexão lê devagar demais",
    CloseCode.FRAME_TOO_LARGE: "O que foi enviado é grande demais",
    CloseCode.TOO_MANY_FRAMES: "Mensagens demais; aguarde um pouco",
}
