"""The contracts of TokenIssuer and TokenVerifier."""

from datetime import UTC, datetime, timedelta

import pytest

from cashhaven_adapters.jwt_tokens import JwtTokens
from cashhaven_adapters.memory.tokens import MemoryTokens
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.errors import InvalidToken
from cashhaven_domain.users.ports import Account
from cashhaven_domain.users.session import CLOCK_TOLERANCE, SESSION_LENGTH, Claims

NOW = datetime(2024, 1, 15, 10, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MARIA = Account(
    id=UserId(7),
    name="Maria",
    username="maria",
    role="Caixa",
    administrator=True,
    must_change_password=False,
    session_version=3,
    password_hash="",
)


@pytest.fixture(params=["jwt", "memory"])
def tokens(request):
    return MemoryTokens() if request.param == "memory" else JwtTokens("zT4q-9sV.pX2w" * 3)


def test_a_token_says_whose_it_is_and_how_long_it_holds(tokens):
    token = tokens.issue(MARIA, NOW)
    claims = tokens.read(token.text, NOW)
    assert claims == Claims(
        user_id=UserId(7),
        token_id=claims.token_id,
        session_version=3,
        issued_at=NOW,
        expires_at=NOW + SESSION_LENGTH,
    )
    assert token.expires_at == claims.expires_at


def test_no_two_tokens_are_alike(tokens):
    issued = [tokens.issue(MARIA, NOW) for _ in range(100)]
    assert len({token.text for token in issued}) == 100
    assert len({tokens.read(token.text, NOW).token_id for token in issued}) == 100


def test_a_token_holds_twelve_hours_by_clocks_that_differ_a_little(tokens):
    text = tokens.issue(MARIA, NOW).text
    end = NOW + SESSION_LENGTH + CLOCK_TOLERANCE
    for moment in (NOW - CLOCK_TOLERANCE, NOW, NOW + SESSION_LENGTH, end - TICK):
        assert tokens.read(text, moment).user_id == 7
    for moment in (NOW - CLOCK_TOLERANCE - TICK, end, end + timedelta(days=9)):
        with pytest.raises(InvalidToken):
            tokens.read(text, moment)


@pytest.mark.parametrize("text", ["", "garbage", "a.b.c", "..", "é", "\x00", "x" * 100_000])
def test_what_is_no_token_is_refused(tokens, text):
    with pytest.raises(InvalidToken):
        tokens.read(text, NOW)


def test_an_altered_token_is_refused(tokens):
    text = tokens.issue(MARIA, NOW).text
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "Q"
        altered = text[:place] + other + text[place + 1 :]
        with pytest.raises(InvalidToken):
            tokens.read(altered, NOW)


def test_a_token_is_not_shown(tokens):
    token = tokens.issue(MARIA, NOW)
    assert token.text not in repr(token)
