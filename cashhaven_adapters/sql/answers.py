"""What a server of the MySQL family answers to a text, read in whole chunks.

One text may hold several statements; each is answered by an OK packet, by a result of rows, or by
an ERR packet, after which nothing of the text is done any more. A packet is a length of three bytes
(little endian), a sequence number and a body.
"""

from dataclasses import dataclass, field

Fields = list[bytes | None]
"""One row, as text; `None` is NULL."""

_OK, _EOF, _ERR, _FILE = 0x00, 0xFE, 0xFF, 0xFB
_NULL = 0xFB
_TWO_BYTES, _THREE_BYTES = 0xFC, 0xFD
_HEAD = 4
_SPLIT = 0xFFFFFF
"""A packet of this length is continued by the next one."""
_EOF_LENGTH = 9
_MORE = 0x0008
"""In the status: another statement of the same text was done, and its answer follows."""


class ProtocolError(OSError):
    """The server said what nobody understands; the connection is of no use any more."""


class ServerError(Exception):
    """What the server refused a statement with: its number, and its words, which quote values."""

    def __init__(self, number: int, words: str) -> None:
        super().__init__(number, words)


@dataclass(slots=True)
class Answer:
    """What one statement brought."""

    rows: list[Fields] = field(default_factory=list)
    affected: int = 0
    insert_id: int = 0


class Answers:
    """Takes the chunks of an answer as they come and puts them together."""

    def __init__(self) -> None:
        self.done: list[Answer] = []
        self.failure: ServerError | None = None
        """Why the statement after the done ones was refused."""
        self.status: int | None = None
        """What the server last said about its session; an ERR packet says nothing about it."""
        self.complete = False
        self._rest = b""
        self._sequence = 1
        self._columns = 0
        self._rows: list[Fields] | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk.

        Raises:
            ProtocolError: that is no answer, or one that is too large.
        """
        data = self._rest + chunk if self._rest else chunk
        at, end = 0, len(data)
        while end - at >= _HEAD:
            length = data[at] | data[at + 1] << 8 | data[at + 2] << 16
            if length == _SPLIT:
                raise ProtocolError("a packet of 16 MiB or more")
            start = at + _HEAD
            if start + length > end:
                break
            if self.complete or not length or data[at + 3] != self._sequence:
                raise ProtocolError("a packet out of turn")
            self._sequence = (self._sequence + 1) & 0xFF
            at = start + length
            self._take(data, start, at)
        self._rest = data[at:]
        if self.complete and self._rest:
            raise ProtocolError("a packet out of turn")

    def _take(self, data: bytes, start: int, end: int) -> None:
        first = data[start]
        if first == _ERR:
            self._fail(data[start:end])
        elif self._columns:
            # Descriptions of columns: whoever asked knows them.
            self._columns -= 1
        elif self._rows is not None:
            if first == _EOF and end - start < _EOF_LENGTH:
                self._end_of_rows(data, start)
            else:
                self._rows.append(_fields(data, start, end))
        elif first == _OK:
            affected, at = _number(data, start + 1)
            insert_id, at = _number(data, at)
            self._finish(Answer([], affected, insert_id), data, at)
        elif first == _FILE:
            raise ProtocolError("the server wants a file of ours")
        else:
            count, _ = _number(data, start)
            # Their end is marked like that of the rows.
            self._columns = count + 1
            self._rows = []

    def _end_of_rows(self, data: bytes, start: int) -> None:
        assert self._rows is not None
        rows, self._rows = self._rows, None
        self._finish(Answer(rows, len(rows)), data, start + 3)

    def _finish(self, answer: Answer, data: bytes, status_at: int) -> None:
        self.status = data[status_at] | data[status_at + 1] << 8
        self.complete = not self.status & _MORE
        self.done.append(answer)

    def _fail(self, packet: bytes) -> None:
        number = int.from_bytes(packet[1:3], "little")
        words = packet[9:] if packet[3:4] == b"#" else packet[3:]
        self.failure = ServerError(number, words.decode("utf-8", "replace"))
        self.complete = True


def _fields(data: bytes, at: int, end: int) -> Fields:
    fields: Fields = []
    while at < end:
        length = data[at]
        at += 1
        if length >= _NULL:
            if length == _NULL:
                fields.append(None)
                continue
            length, at = _number(data, at - 1)
        fields.append(data[at : at + length])
        at += length
    return fields


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return the number of one, two, three or eight bytes that begins here, and where it ends."""
    first = data[at]
    at += 1
    if first < _NULL:
        return first, at
    size = 2 if first == _TWO_BYTES else 3 if first == _THREE_BYTES else 8
    return int.from_bytes(data[at : at + size], "little"), at + size
