"""Whatever is sent, the answer is ours: an envelope, and never a fault."""

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from cashhaven_adapters.litestar.decoding import reader_of
from cashhaven_adapters.litestar.json_text import parse
from cashhaven_domain.shared.errors import InvalidInput
from tests.adapters.litestar.conftest import Deed
from tests.adapters.litestar.probe import EverythingIn, FindQuery, ProbeController
from tests.adapters.litestar.support import web_shop

NAMES = [*EverythingIn.__struct_fields__, "name", "produto_id", "quantidade", "preco", "x"]
TRICKY = st.sampled_from(
    [
        "", " ", "\0", "\ud800", "\u202e", "9" * 400, "1e400", "2024-01-15", "2024-01-15T10:00:00Z",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "123.456.789-09",
        "+5511999999999",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "a\u0301" * 200, "' OR 1=1 --", "{{7*7}}", "=1+1", "NaN", "null",
    ]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, 1, -1, 2**63 - 1, 2**63, 10**40])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | TRICKY
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)
BODIES = st.dictionaries(st.sampled_from(NAMES), DOCUMENTS, max_size=12) | DOCUMENTS

JSON = {"Content-Type": "application/json"}

read_body = reader_of(EverythingIn)
read_query = reader_of(FindQuery)


def outcome_of(read: Callable[[], object]) -> object:
    """Return what was read, or the sentences why not; they must be fit to be sent."""
    try:
        return read()
    except InvalidInput as error:
        sentences = error.sentences
    assert sentences
    assert "\n".join(sentences).encode()
    return sentences


@given(BODIES)
@settings(max_examples=300, deadline=None)
def test_any_document_is_read_or_refused_with_sentences(document):
    outcome = outcome_of(lambda: read_body(parse(json.dumps(document).encode())))
    if isinstance(outcome, tuple):
        assert all(": " in sentence for sentence in outcome)
    else:
        assert isinstance(outcome, EverythingIn)


TEXTS = st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200) | TEXTS)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(body):
    outcome_of(lambda: parse(body))


@given(
    st.dictionaries(
        st.sampled_from([*FindQuery.__struct_fields__, "uid", "x"]),
        st.text(max_size=20) | TRICKY | st.floats().map(str) | st.integers().map(str),
        max_size=8,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_query_is_read_or_refused_with_sentences(parameters):
    outcome = outcome_of(lambda: read_query(parameters, as_text=True))
    assert isinstance(outcome, FindQuery | tuple)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**8, places=3))
@settings(max_examples=200, deadline=None)
def test_money_is_exactly_what_was_written_or_refused(number):
    body = f'{{"nome": "a", "venda": {number:f}}}'.encode()
    outcome = outcome_of(lambda: read_body(parse(body)))
    if number == round(number, 2) and 0 < number <= Decimal("9999999.99"):
        assert isinstance(outcome, EverythingIn)
        assert outcome.venda.amount == number
    else:
        assert isinstance(outcome, tuple)


def test_any_request_is_answered_with_the_envelope():
    served = web_shop(controllers=[ProbeController], use_cases={"act": lambda: Deed()})
    with asyncio.Runner() as loop:
        web = loop.run(served.__aenter__())

        @given(
            st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]),
            st.sampled_from(["everything", "change", "many", "serach", "once", "7/shown"]),
            st.text(max_size=20),
            BODIES.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=50),
        )
        @settings(max_examples=150, deadline=None)
        def ask(method, path, query, body):
            url = f"/probe/{path}?{quote(query.encode('utf-8', 'replace'), safe='&=')}"
            answer = loop.run(web.operator.request(method, url, content=body, headers=JSON))
            assert answer.status_code < 500
            assert answer.headers["X-Request-ID"]
            if answer.status_code >= 400:
                told = answer.json()
                assert told["success"] is False
                assert told["errors"]
                assert told["code"]

        ask()
        loop.run(served.__aexit__(None, None, None))
