"""What attackers send instead of a token."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cashhaven_adapters.jwt_tokens import JwtTokens, UnfitSecretError
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.users.errors import InvalidToken
from tests.contracts.test_tokens import MARIA, NOW

SECRET = "zT4q-9sV.pX2w" * 3
OTHER = "uG7m-1bN.kL5e" * 3
TOKENS = JwtTokens(SECRET)
GOOD = TOKENS.issue(MARIA, NOW).text
ABSENT = object()


def in_base64(data):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def part(text, position):
    raw = text.split(".")[position]
    return json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))


def signed(header, claims, secret=SECRET):
    """Sign by hand what no library would sign."""
    content = in_base64(header) + b"." + in_base64(claims)
    mac = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return (content + b"." + in_base64(mac)).decode()


def changed(parts, changes):
    return {name: value for name, value in (parts | changes).items() if value is not ABSENT}


def forged(*, header=None, secret=SECRET, **claims):
    return signed(changed(part(GOOD, 0), header or {}), changed(part(GOOD, 1), claims), secret)


def assert_refused(text, *, tokens=TOKENS, at=NOW):
    with pytest.raises(InvalidToken):
        tokens.read(text, at)


def test_what_is_forged_here_would_be_taken_if_nothing_were_wrong_with_it():
    assert TOKENS.read(forged(), NOW) == TOKENS.read(GOOD, NOW)


def test_a_token_has_the_claims_and_the_header_of_the_contract():
    header, claims = part(GOOD, 0), part(GOOD, 1)
    assert (header["alg"], header["typ"]) == ("HS256", "at+jwt")
    assert header["kid"]
    issued = int(NOW.timestamp())
    assert claims == {
        "sub": "7",
        "usuario": "maria",
        "adm": 1,
        "jti": claims["jti"],
        "iat": issued,
        "exp": issued + 12 * 3600,
        "iss": "cashhaven",
        "aud": "cashhaven-api",
        "ver": 3,
    }


def test_the_name_of_the_key_is_not_the_key():
    assert part(GOOD, 0)["kid"] not in SECRET
    assert SECRET not in GOOD


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", ["", "x"])
def test_unsigned_tokens_are_refused(algorithm, signature):
    header = in_base64(part(GOOD, 0) | {"alg": algorithm})
    assert_refused(f"{header.decode()}.{GOOD.split('.')[1]}.{signature}")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "RS256", "ES256", "", None, 1, ["HS256"]])
def test_no_header_chooses_the_algorithm(algorithm):
    assert_refused(forged(header={"alg": algorithm}))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_other_algorithms_with_the_right_secret_are_refused(algorithm):
    header = {"typ": "at+jwt", "kid": part(GOOD, 0)["kid"]}
    assert_refused(jwt.encode(part(GOOD, 1), SECRET * 2, algorithm, headers=header))
    tokens = JwtTokens(SECRET * 2)
    header["kid"] = part(tokens.issue(MARIA, NOW).text, 0)["kid"]
    text = jwt.encode(part(GOOD, 1), SECRET * 2, algorithm, headers=header)
    assert_refused(text, tokens=tokens)


def test_an_rsa_signature_is_refused():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    header = {"typ": "at+jwt", "kid": part(GOOD, 0)["kid"]}
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    assert_refused(jwt.encode(part(GOOD, 1), pem, "RS256", headers=header))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": ABSENT},
        {"typ": "jwt+at"},
        {"typ": 7},
        {"kid": ABSENT},
        {"kid": "other"},
        {"kid": 7},
        {"kid": ["a"]},
        {"kid": None},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
    ],
)
def test_other_headers_are_refused(header):
    assert_refused(forged(header=header))


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_keys_that_a_token_brings_along_are_not_used(name):
    value = (
        {"kty": "oct", "k": in_base64(OTHER.encode()).decode()}
        if name == "jwk"
        else "https://x.example"
    )
    assert_refused(forged(header={name: value}, secret=OTHER))


@pytest.mark.parametrize("name", ["sub", "jti", "iat", "exp", "iss", "aud", "ver"])
def test_every_claim_of_the_contract_is_needed(name):
    assert_refused(forged(**{name: ABSENT}))
    assert_refused(forged(**{name: None}))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": []},
        {"sub": 7},
        {"sub": ""},
        {"sub": "-7"},
        {"sub": "0"},
        {"sub": "07"},
        {"sub": "seven"},
        {"sub": "٧"},
        {"sub": "7\n"},
        {"sub": "9" * 40},
        {"jti": 7},
        {"ver": "3"},
        {"ver": 3.0},
        {"ver": True},
        {"iat": "now"},
        {"iat": True},
        {"exp": 1e300},
        {"exp": 10**30},
        {"exp": -(10**30)},
        {"exp": str(2**31)},
    ],
)
def test_claims_of_another_kind_are_refused(claims):
    assert_refused(forged(**claims))


@pytest.mark.parametrize("payload", [[], "text", 7, None, b"\xff", b"{", b'{"sub": NaN}'])
def test_what_are_no_claims_is_refused(payload):
    assert_refused(signed(part(GOOD, 0), payload))


@pytest.mark.parametrize("header", [[], "text", None, b"\xff", b"{"])
def test_what_is_no_header_is_refused(header):
    assert_refused(signed(header, part(GOOD, 1)))


def test_a_token_from_the_future_is_refused_but_for_what_clocks_differ():
    issued = part(GOOD, 1)["iat"]
    assert TOKENS.read(forged(iat=issued + 30, exp=issued + 3600), NOW).user_id == MARIA.id
    assert_refused(forged(iat=issued + 31, exp=issued + 3600))


def test_a_token_that_ran_out_is_refused():
    issued = part(GOOD, 1)["iat"]
    assert_refused(forged(iat=issued - 3600, exp=issued - 31))


def test_no_token_holds_longer_than_twelve_hours():
    assert_refused(forged(exp=part(GOOD, 1)["exp"] + 1))
    assert_refused(forged(iat=0))


def test_what_is_too_long_for_a_token_of_ours_is_not_even_read():
    assert TOKENS.read(forged(usuario="x" * 2000), NOW).user_id == MARIA.id
    assert_refused(forged(usuario="x" * 4000))


def test_a_token_signed_with_another_secret_is_refused():
    assert_refused(JwtTokens(OTHER).issue(MARIA, NOW).text)
    assert_refused(forged(secret=OTHER))


def test_the_previous_secret_knows_its_tokens_and_signs_none():
    rotated = JwtTokens(OTHER, previous=SECRET)
    assert rotated.read(GOOD, NOW).user_id == MARIA.id
    fresh = rotated.issue(MARIA, NOW).text
    assert_refused(fresh)
    assert JwtTokens(OTHER).read(fresh, NOW).user_id == MARIA.id


def test_one_secret_under_the_name_of_the_other_is_refused():
    rotated = JwtTokens(OTHER, previous=SECRET)
    kid = part(rotated.issue(MARIA, NOW).text, 0)["kid"]
    assert_refused(forged(header={"kid": kid}), tokens=rotated)


def test_the_secret_before_the_previous_one_is_forgotten():
    assert_refused(GOOD, tokens=JwtTokens("third-secret-of-32-bytes-or-more!", previous=OTHER))


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "pelo menos 32 bytes"),
        ("k" * 31, "pelo menos 32 bytes"),
        ("sua_chave_secreta_jwt_muito_segura", "exemplo conhecido"),
        ("SUA-CHAVE-SECRETA-JWT-MUITO-SEGURA", "exemplo conhecido"),
        ("your-256-bit-secret-your-256-bit-secret", "exemplo conhecido"),
        ("abcabcabc" * 5, "simples demais"),
    ],
)
@pytest.mark.parametrize("name", ["secret", "previous"])
def test_secrets_that_others_may_know_are_refused_at_the_start(secret, reason, name):
    with pytest.raises(UnfitSecretError, match=reason):
        JwtTokens(**({"secret": SECRET} | {name: secret}))


def test_moments_between_seconds_do_not_lengthen_a_token():
    at = datetime(2024, 1, 15, 10, 0, 0, 999_999, tzinfo=UTC)
    token = TOKENS.issue(MARIA, at)
    assert token.expires_at == NOW + timedelta(hours=12)
    assert TOKENS.read(token.text, at).user_id == UserId(7)


def test_a_remembered_token_still_runs_out():
    issuer = JwtTokens(SECRET)
    token = issuer.issue(MARIA, NOW)
    for _ in range(2):
        assert issuer.read(token.text, NOW).user_id == MARIA.id
    with pytest.raises(InvalidToken):
        issuer.read(token.text, token.expires_at + timedelta(minutes=1))
    with pytest.raises(InvalidToken):
        issuer.read(token.text, NOW - timedelta(hours=1))


def test_only_good_tokens_are_remembered_and_not_too_many(monkeypatch):
    monkeypatch.setattr("cashhaven_adapters.jwt_tokens.MOST_VERIFIED", 3)
    issuer = JwtTokens(SECRET)
    texts = [issuer.issue(MARIA, NOW).text for _ in range(5)]
    for text in texts:
        _ = issuer.read(text, NOW)
    with pytest.raises(InvalidToken):
        issuer.read(texts[0][:-2] + "xx", NOW)
    assert list(issuer._verified) == texts[2:]
    assert issuer.read(texts[0], NOW).user_id == MARIA.id
