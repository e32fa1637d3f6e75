"""What must hold when several people change accounts at the same moment, on every storage."""

import asyncio
from typing import Any

import pytest

from cashhaven_adapters.memory.clock import SettableClock
from cashhaven_adapters.memory.passwords import MemoryPasswords
from cashhaven_adapters.memory.tokens import MemoryTokens
from cashhaven_adapters.recent_reads import RecentSessions
from cashhaven_adapters.zxcvbn_common_passwords import ZxcvbnCommonPasswords
from cashhaven_app.observation import ObservedUseCase, Observer
from cashhaven_domain.shared.access import Actor
from cashhaven_domain.shared.errors import NotSignedIn
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.users.errors import InvalidToken, LastAdministrator
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.use_cases.authenticate import Authenticate
from cashhaven_domain.users.use_cases.register_user import RegisterUser
from cashhaven_domain.users.use_cases.remove_user import RemoveUser
from cashhaven_domain.users.use_cases.sign_in import SignIn, SignInCommand
from cashhaven_domain.users.use_cases.update_user import UpdateUser, UpdateUserCommand
from tests.support.users import GOOD, OPENED, registration


class Accounts:
    """One server process over the storage: its use cases, observed as they are in the shop."""

    def __init__(self, storage: Any, tokens: MemoryTokens) -> None:
        queries = storage.user_queries
        clock, passwords = SettableClock(OPENED), MemoryPasswords()
        self.seconds = 0.0
        sessions = RecentSessions(queries, monotonic=lambda: self.seconds)
        about_passwords = {
            "accounts": queries,
            "passwords": passwords,
            "common_passwords": ZxcvbnCommonPasswords(),
            "rules": storage.shop_rules,
        }
        changing = {"new_uow": storage.new_uow, "clock": clock}
        observer = Observer()

        def observed(use_case: Any) -> ObservedUseCase:
            return ObservedUseCase(observer, use_case)

        self.register: Any = observed(
            RegisterUser(
                **changing, **about_passwords, numbers=storage.numbers("user"), setup_code=None
            )
        )
        self.remove = observed(RemoveUser(**changing, sessions=sessions))
        self.update = observed(UpdateUser(**changing, **about_passwords, sessions=sessions))
        self.sign_in: Any = observed(
            SignIn(**changing, accounts=queries, passwords=passwords, tokens=tokens)
        )
        self.authenticate: Any = observed(
            Authenticate(clock=clock, tokens=tokens, sessions=sessions)
        )


@pytest.fixture
def accounts(storage):
    return Accounts(storage, MemoryTokens())


async def administrators(storage):
    page = await storage.user_queries.list_page(PageRequest())
    return [user for user in page.items if user.administrator]


async def hire_administrators(accounts, count):
    return [
        Actor(
            user_id=await accounts.register(
                Actor.system(), registration(username=f"chefe{n}", administrator=True)
            ),
            name=f"Chefe {n}",
            administrator=True,
        )
        for n in range(count)
    ]


async def test_of_many_first_registrations_exactly_one_succeeds(storage, accounts):
    outcomes = await asyncio.gather(
        *(accounts.register(None, registration(username=f"maria{n}")) for n in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, NotSignedIn) for outcome in outcomes) == 9
    assert len(await administrators(storage)) == 1
    assert len((await storage.user_queries.list_page(PageRequest())).items) == 1


async def test_administrators_who_all_remove_one_another_leave_one(storage, accounts):
    chiefs = await hire_administrators(accounts, 4)
    outcomes = await asyncio.gather(
        *(
            accounts.remove(chief, other.user_id)
            for chief in chiefs
            for other in chiefs
            if chief is not other
        ),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 3
    assert len(await administrators(storage)) == 1


async def test_administrators_who_all_step_down_leave_one(storage, accounts):
    chiefs = await hire_administrators(accounts, 4)
    outcomes = await asyncio.gather(
        *(
            accounts.update(chief, UpdateUserCommand(user_id=chief.user_id, administrator=False))
            for chief in chiefs
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, LastAdministrator) for outcome in outcomes) == 1
    assert len(await administrators(storage)) == 1


async def test_a_new_password_counts_at_once_here_and_within_five_seconds_elsewhere(storage):
    tokens = MemoryTokens()
    accounts, elsewhere = Accounts(storage, tokens), Accounts(storage, tokens)
    (chief,) = await hire_administrators(accounts, 1)
    user_id = await accounts.register(chief, registration())
    welcome = await accounts.sign_in(SignInCommand(username="maria", password=Password(GOOD)))
    for place in (accounts, elsewhere):
        session = await place.authenticate(welcome.token.text)
        assert session.actor.user_id == user_id
    command = UpdateUserCommand(user_id=user_id, password=Password("pato verde 58"))
    await accounts.update(chief, command)
    with pytest.raises(InvalidToken):
        await accounts.authenticate(welcome.token.text)
    elsewhere.seconds = 5.0
    with pytest.raises(InvalidToken):
        await elsewhere.authenticate(welcome.token.text)
