"""The header that names an operation."""

import asyncio

import pytest

from cashhaven_adapters.litestar.random_texts import random_text, rising_text
from tests.adapters.litestar.support import Web


async def ask(web: Web, *values: str | bytes):
    headers = [(b"Idempotency-Key", v.encode() if isinstance(v, str) else v) for v in values]
    return await web.operator.post("/probe/once", headers=headers)


@pytest.mark.parametrize("value", ["abc", '"abc"', ' "abc" ', "abc\t"])
async def test_bare_and_quoted_are_the_same_key(web: Web, value):
    assert (await ask(web, value)).json()["data"] == "abc"


async def test_all_visible_characters_make_a_key(web: Web):
    key = "".join(map(chr, range(0x21, 0x7F)))
    assert (await ask(web, key)).json()["data"] == key
    assert (await ask(web, "k" * 255)).json()["data"] == "k" * 255


@pytest.mark.parametrize("value", ["", '""', " ", "k" * 256, "a b", b"caf\xc3\xa9", b"a\x7f"])
async def test_what_is_no_key_is_refused(web: Web, value):
    answer = await ask(web, value)
    assert answer.status_code == 400
    assert answer.json()["code"] == "IDEMPOTENCY_KEY_INVALID"


async def test_two_keys_are_none(web: Web):
    assert (await ask(web, "a", "b")).json()["code"] == "IDEMPOTENCY_KEY_INVALID"


async def test_without_the_header_a_key_is_made_that_nobody_has(web: Web):
    keys = {(await ask(web)).json()["data"] for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) == 32 for key in keys)


async def test_keys_made_later_sort_behind_earlier_ones(web: Web):
    keys = []
    for _ in range(3):
        keys.append((await ask(web)).json()["data"])
        await asyncio.sleep(0.002)
    assert keys == sorted(keys)


def test_no_text_is_made_twice():
    texts = [random_text() for _ in range(1_000)] + [rising_text() for _ in range(1_000)]
    assert len({text[-20:] for text in texts}) == 2_000
    assert all(len(text) == 32 for text in texts)


async def test_an_answer_given_before_says_so(web: Web):
    assert (await ask(web, "abc")).headers["Idempotent-Replayed"] == "true"
