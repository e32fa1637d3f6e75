"""Positions are written into headers and read from there, whatever stands in them."""

import pytest

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.stream.position import StreamPosition

EPOCH = "0123456789abcdef" * 2


@pytest.mark.parametrize("offset", [0, 1, 184_467, 2**63 - 1])
def test_a_position_is_read_as_it_was_written(offset: int) -> None:
    position = StreamPosition(EPOCH, offset)
    assert position.text == f"{EPOCH};{offset}"
    assert StreamPosition.from_text(position.text) == position


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        EPOCH,
        f"{EPOCH};",
        f"{EPOCH};-1",
        f"{EPOCH};+1",
        f"{EPOCH}; 1",
        f"{EPOCH};1.0",
        f"{EPOCH};1;1",
        f"{EPOCH};٣",
        f"{EPOCH};²",
        f"{EPOCH[:-1]};1",
        f"{EPOCH}0;1",
        f"{EPOCH};{2**63}",
        f"{EPOCH};{'9' * 5_000}",
        ";1",
    ],
)
def test_anything_else_is_no_position(text: str) -> None:
    with pytest.raises(InvalidInput):
        _ = StreamPosition.from_text(text)


def test_positions_of_different_epochs_are_different() -> None:
    assert StreamPosition(EPOCH, 1) != StreamPosition(EPOCH[::-1], 1)
