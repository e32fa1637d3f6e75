"""Replies that a client may keep."""

import pytest

from cashhaven_adapters.litestar.caching import matches
from tests.adapters.litestar.support import Web


async def test_a_reply_that_may_be_kept_says_how(web: Web):
    answer = await web.operator.get("/probe/cached")
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Vary"] == "Authorization"


async def test_who_has_it_already_gets_304_without_a_body(web: Web):
    tag = (await web.operator.get("/probe/cached")).headers["ETag"]
    answer = await web.operator.get("/probe/cached", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["ETag"] == tag
    assert answer.headers["Vary"] == "Authorization"
    assert answer.headers["X-Request-ID"]


async def test_operators_and_administrators_have_different_tags(web: Web):
    operator = (await web.operator.get("/probe/cached")).headers["ETag"]
    administrator = (await web.administrator.get("/probe/cached")).headers["ETag"]
    assert operator != administrator


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ('"x",W/"abc" ,"y"', True),
        ("*", True),
        (' * ', True),
        ('"ABC"', False),
        ('"a,b", "abcd"', False),
        ("abc", False),
        ("", False),
        ('"', False),
    ],
)  # fmt: skip
def test_tags_are_compared_weakly_and_whole(asked, found):
    assert matches(asked, "abc") is found
