"""What a server answers, put together from chunks however they are cut."""

import pytest

from cashhaven_adapters.sql.answers import Answers, ProtocolError

AUTOCOMMIT, IN_TRANSACTION, MORE = 2, 1, 8


def packets(*bodies: bytes, first: int = 1) -> bytes:
    """Return the bodies as packets."""
    return b"".join(
        len(body).to_bytes(3, "little") + bytes([number & 0xFF]) + body
        for number, body in enumerate(bodies, first)
    )


def ok(status: int, affected: int = 0, insert_id: bytes = b"\0") -> bytes:
    return b"\0" + bytes([affected]) + insert_id + status.to_bytes(2, "little") + b"\0\0"


def end(status: int) -> bytes:
    return b"\xfe\0\0" + status.to_bytes(2, "little")


def column(name: bytes) -> bytes:
    return b"\x03def" + bytes([len(name)]) + name


def refused(number: int, words: bytes) -> bytes:
    return b"\xff" + number.to_bytes(2, "little") + b"#HY000" + words


WHOLE = packets(
    ok(AUTOCOMMIT | IN_TRANSACTION | MORE),
    b"\x02",
    column(b"id"),
    column(b"name"),
    end(IN_TRANSACTION),
    b"\x0212\xfb",
    b"\x013\xfc\x2c\x01" + b"x" * 300,
    b"\0\0",
    end(IN_TRANSACTION | MORE),
    ok(AUTOCOMMIT, 3, b"\xfd\x01\x02\x03"),
)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 10_000])
def test_an_answer_is_the_same_however_it_is_cut(size: int) -> None:
    answers = Answers()
    for start in range(0, len(WHOLE), size):
        assert not answers.complete
        answers.feed(WHOLE[start : start + size])
    assert answers.complete
    assert [answer.rows for answer in answers.done] == [
        [],
        [[b"12", None], [b"3", b"x" * 300], [b"", b""]],
        [],
    ]
    assert [answer.affected for answer in answers.done] == [0, 3, 3]
    assert answers.done[2].insert_id == 0x030201
    assert answers.status == AUTOCOMMIT
    assert answers.failure is None


def test_after_a_refusal_nothing_comes_any_more() -> None:
    answers = Answers()
    answers.feed(packets(ok(IN_TRANSACTION | MORE), refused(1213, "Impasse é".encode())))
    assert answers.complete
    assert len(answers.done) == 1
    assert answers.status == IN_TRANSACTION | MORE
    assert answers.failure is not None
    assert answers.failure.args == (1213, "Impasse é")


def test_rows_may_be_broken_off_by_a_refusal() -> None:
    answers = Answers()
    answers.feed(packets(b"\x01", column(b"id"), end(0), b"\x011", refused(1317, b"interrupted")))
    assert answers.done == []
    assert answers.failure is not None
    assert answers.failure.args[0] == 1317


def test_sequence_numbers_begin_anew_after_255() -> None:
    rows = [b"\x011"] * 600
    answers = Answers()
    answers.feed(packets(b"\x01", column(b"id"), end(0), *rows, end(AUTOCOMMIT)))
    assert answers.complete
    assert len(answers.done[0].rows) == 600


@pytest.mark.parametrize(
    "nonsense",
    [
        packets(ok(0), first=2),
        packets(refused(1053, b"shutting down"), first=0),
        packets(ok(0), ok(0)),
        packets(ok(0)) + b"\x01",
        packets(b""),
        packets(b"\xfbfile"),
        b"\xff\xff\xff\x01" + b"x" * 100,
    ],
)
def test_what_is_no_answer_is_refused(nonsense: bytes) -> None:
    with pytest.raises(ProtocolError):
        Answers().feed(nonsense)
