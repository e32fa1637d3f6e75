import base64
from contextlib import suppress
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.paging import LARGEST_PAGE, WHOLE_LIST, Cursor, PageRequest

ids = st.integers(1, 2**63 - 1)
moments = st.datetimes(timezones=st.just(UTC))


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@given(ids, st.none() | moments)
def test_a_cursor_comes_back_as_it_was_written(row_id, moment):
    cursor = Cursor(row_id, moment)
    assert Cursor.decode(cursor.encode()) == cursor


@given(ids, moments)
def test_a_cursor_can_stand_in_an_address_as_it_is(row_id, moment):
    text = Cursor(row_id, moment).encode()
    assert text.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=40))
def test_any_text_is_a_cursor_or_refused(text):
    with suppress(InvalidInput):
        assert Cursor.decode(text).id >= 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "a",
        encoded("0"),
        encoded("-1"),
        encoded(str(2**63)),
        encoded("x"),
        encoded("1.x"),
        encoded("1.99999999999999999999999"),
        encoded("²"),
        encoded("1e5"),
    ],
)
def test_a_cursor_that_nobody_wrote_is_refused(text):
    with pytest.raises(InvalidInput, match=r"^depois: cursor inválido$"):
        Cursor.decode(text)


def test_a_page_without_a_limit_is_the_whole_list():
    assert PageRequest().size == WHOLE_LIST


@pytest.mark.parametrize("limit", [1, LARGEST_PAGE])
def test_a_page_may_be_as_large_as_the_largest(limit):
    assert PageRequest(limit).size == limit


@pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1])
def test_a_page_of_another_size_is_refused(limit):
    with pytest.raises(InvalidInput, match=r"^limit: "):
        PageRequest(limit)
