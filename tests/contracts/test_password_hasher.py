import pytest

from cashhaven_adapters.argon2_passwords import Argon2Cost, Argon2Passwords
from cashhaven_adapters.memory.passwords import MemoryPasswords
from cashhaven_domain.users.password import Password

CHEAP = Argon2Cost(memory_kib=64, passes=1)


@pytest.fixture(params=["argon2", "memory"])
def hasher(request):
    if request.param == "memory":
        yield MemoryPasswords()
        return
    passwords = Argon2Passwords(CHEAP, threads=2)
    yield passwords
    passwords.close()


@pytest.mark.parametrize("text", ["trem azul 47", "ç" * 256, "🐴" * 256, " ", "a\x00b"])
async def test_a_password_matches_its_hash(hasher, text):
    hashed = await hasher.hash(Password(text))
    assert await hasher.verify(Password(text), hashed)
    assert not hasher.is_outdated(hashed)


@pytest.mark.parametrize("text", ["trem azul 48", "Trem azul 47", "trem azul 47 ", "", "trem azul"])
async def test_no_other_password_does(hasher, text):
    hashed = await hasher.hash(Password("trem azul 47"))
    assert not await hasher.verify(Password(text), hashed)


async def test_long_passwords_are_not_cut(hasher):
    hashed = await hasher.hash(Password("x" * 255 + "y"))
    assert not await hasher.verify(Password("x" * 256), hashed)


async def test_both_spellings_of_a_letter_match(hasher):
    hashed = await hasher.hash(Password("coração 47"))
    assert await hasher.verify(Password("corac\u0327a\u0303o 47"), hashed)


async def test_two_hashes_of_a_password_differ(hasher):
    password = Password("trem azul 47")
    assert await hasher.hash(password) != await hasher.hash(password)


async def test_a_hash_does_not_show_the_password(hasher):
    assert "trem" not in await hasher.hash(Password("trem azul 47"))


@pytest.mark.parametrize("text", ["trem azul 47", ""])
async def test_without_a_hash_nothing_matches(hasher, text):
    assert not await hasher.verify(Password(text), None)


@pytest.mark.parametrize("hashed", ["", "rubbish", "$argon2id$v=19$", "$2b$10$short", "$2b$", ":"])
async def test_what_is_no_hash_matches_nothing(hasher, hashed):
    assert not await hasher.verify(Password("trem azul 47"), hashed)
