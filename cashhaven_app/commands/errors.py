"""How commands fail."""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the program ends with."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    SETTINGS = 3
    UNAVAILABLE = 4
    BUG = 70
    INTERRUPTED = 130


class CommandError(Exception):
    """A command cannot be done; its sentences are all that a person needs to hear."""

    def __init__(self, *sentences: str, status: ExitStatus = ExitStatus.REFUSED) -> None:
        super().__init__(*sentences)
        self.sentences = sentences
        self.status = status
