"""A place in the stream."""

from dataclasses import dataclass
from typing import Self

from cashhaven_domain.shared.errors import InvalidInput

_EPOCH_LETTERS = 32
_LARGEST_OFFSET = 2**63 - 1


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """The place after the event of this offset; offsets of another epoch name other events.

    `epoch` is 128 random bits as 32 hexadecimal digits, made anew with every restore of the books.
    `offset` is 0 before the first event.
    """

    epoch: str
    offset: int

    @property
    def text(self) -> str:
        """The position as it stands in a header: `<epoch>;<offset>`."""
        return f"{self.epoch};{self.offset}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the position that `text` wrote.

        Raises:
            InvalidInput: it is none.
        """
        epoch, _, offset = text.partition(";")
        if len(epoch) != _EPOCH_LETTERS or not (offset.isascii() and offset.isdigit()):
            raise InvalidInput("posição do fluxo: deve ser <epoch>;<offset>")
        if len(offset) > len(str(_LARGEST_OFFSET)) or int(offset) > _LARGEST_OFFSET:
            raise InvalidInput("posição do fluxo: deve ser <epoch>;<offset>")
        return cls(epoch, int(offset))
