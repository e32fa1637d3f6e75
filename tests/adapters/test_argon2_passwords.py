import asyncio
import threading

import bcrypt
import pytest

from cashhaven_adapters.argon2_passwords import Argon2Cost, Argon2Passwords
from cashhaven_domain.shared.errors import Unavailable
from cashhaven_domain.users.password import Password

CHEAP = Argon2Cost(memory_kib=64, passes=1)
PASSWORD = Password("trem azul 47")


@pytest.fixture
def passwords():
    passwords = Argon2Passwords(CHEAP, threads=1, most_waiting=2, patience_seconds=0.2)
    yield passwords
    passwords.close()


def former(text, cost=4):
    """Return a hash as the former system made it: of the first 72 bytes."""
    return bcrypt.hashpw(text.encode()[:72], bcrypt.gensalt(cost)).decode()


async def test_hashes_are_made_at_the_cost_that_was_decided():
    passwords = Argon2Passwords(threads=1)
    hashed = await passwords.hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    _, _, _, _, salt, digest = hashed.split("$")
    assert (len(salt), len(digest)) == (22, 43)
    passwords.close()


async def test_half_of_the_cores_hash_and_one_at_least(monkeypatch):
    for cores, threads in ((1, 1), (2, 1), (3, 1), (8, 4)):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, n=cores: set(range(n)), raising=False)
        passwords = Argon2Passwords(CHEAP)
        assert passwords._pool._max_workers == threads
        passwords.close()
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    passwords = Argon2Passwords(CHEAP)
    assert passwords._pool._max_workers == 3
    passwords.close()


async def test_hashes_of_another_cost_match_and_are_outdated(passwords):
    dearer = Argon2Passwords(Argon2Cost(memory_kib=128, passes=1), threads=1)
    hashed = await dearer.hash(PASSWORD)
    assert await passwords.verify(PASSWORD, hashed)
    assert passwords.is_outdated(hashed)
    assert not dearer.is_outdated(hashed)
    dearer.close()


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2y$"])
async def test_hashes_of_the_former_system_match_and_are_outdated(passwords, prefix):
    hashed = prefix + former("trem azul 47")[4:]
    assert await passwords.verify(PASSWORD, hashed)
    assert not await passwords.verify(Password("trem azul 48"), hashed)
    assert passwords.is_outdated(hashed)


@pytest.mark.parametrize("text", ["x" * 73, "ç" * 36 + "x", "x" * 71 + "ção"])
async def test_the_former_system_looked_at_72_bytes_only(passwords, text):
    hashed = former(text)
    assert await passwords.verify(Password(text), hashed)
    assert await passwords.verify(Password(text + "y"), hashed)
    assert not await passwords.verify(Password("y" + text), hashed)


async def test_what_is_unreadable_is_outdated(passwords):
    assert passwords.is_outdated("rubbish")


async def test_nobodys_password_costs_what_everybodys_does(passwords, monkeypatch):
    checked = []
    real = passwords._matches

    def matches(text, hashed):
        checked.append(hashed)
        return real(text, hashed)

    monkeypatch.setattr(passwords, "_matches", matches)
    assert not await passwords.verify(PASSWORD, None)
    (nobodys,) = checked
    assert not passwords.is_outdated(nobodys)


class Held:
    """Work that lasts until it is let go."""

    def __init__(self):
        self.let_go = threading.Event()
        self.begun = 0

    def __call__(self):
        self.begun += 1
        assert self.let_go.wait(10)
        return True


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - threads set no events of a loop
            await asyncio.sleep(0.005)


async def test_work_never_runs_on_the_event_loop(passwords):
    names = await asyncio.gather(
        *(passwords._work(lambda: threading.current_thread().name) for _ in range(2))
    )
    assert all(name.startswith("passwords") for name in names)


async def test_who_waits_too_long_is_sent_away(passwords):
    held = Held()
    working = asyncio.create_task(passwords._work(held))
    await until(lambda: held.begun)
    with pytest.raises(Unavailable) as refused:
        await passwords.hash(PASSWORD)
    assert refused.value.retry_after == 1
    held.let_go.set()
    assert await working
    assert await passwords.hash(PASSWORD)


async def test_when_too_many_wait_the_next_is_sent_away_at_once(passwords):
    held = Held()
    working = asyncio.create_task(passwords._work(held))
    await until(lambda: held.begun)
    waiting = [asyncio.create_task(passwords.hash(PASSWORD)) for _ in range(2)]
    await asyncio.sleep(0.01)
    began = asyncio.get_running_loop().time()
    with pytest.raises(Unavailable):
        await passwords.hash(PASSWORD)
    assert asyncio.get_running_loop().time() - began < 0.1
    held.let_go.set()
    await asyncio.gather(working, *waiting)


async def test_who_leaves_keeps_the_place_until_the_work_is_done(passwords):
    held = Held()
    working = asyncio.create_task(passwords._work(held))
    await until(lambda: held.begun)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    with pytest.raises(Unavailable):
        await passwords.hash(PASSWORD)
    held.let_go.set()
    await until(lambda: not passwords._places.locked())
    assert await passwords.hash(PASSWORD)


async def test_who_leaves_while_waiting_takes_no_place(passwords):
    held = Held()
    working = asyncio.create_task(passwords._work(held))
    await until(lambda: held.begun)
    waiting = asyncio.create_task(passwords.hash(PASSWORD))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    held.let_go.set()
    assert await working
    assert await passwords.hash(PASSWORD)
