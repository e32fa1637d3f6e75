"""Builders of users, and what people do at the door."""

from datetime import UTC, datetime
from typing import Any

from cashhaven_app.testing import Shop
from cashhaven_domain.shared.access import Actor, UserId
from cashhaven_domain.shared.paging import PageRequest
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.session import SignedIn
from cashhaven_domain.users.use_cases.register_user import RegisterUserCommand
from cashhaven_domain.users.use_cases.sign_in import SignInCommand, Welcome
from cashhaven_domain.users.user import User
from cashhaven_domain.users.username import Username

OPENED = datetime(2024, 1, 15, 10, 0, 0, 123456, tzinfo=UTC)
GOOD = "trem azul 47"
BETTER = "pato verde 58"


def a_user(number: int = 1, **parts: Any) -> User:
    """Return a user who was just registered, each number under a name of its own."""
    usual: dict[str, Any] = {
        "id": UserId(number),
        "name": "Maria Silva",
        "username": Username(f"maria{number}"),
        "role": "Caixa",
        "administrator": False,
        "password_hash": "salt:hash",
        "one_time_password": False,
        "by": UserId(7),
        "at": OPENED,
    }
    return User.register(**usual | parts)


def registration(**parts: Any) -> RegisterUserCommand:
    """Return the command that registers somebody."""
    usual: dict[str, Any] = {
        "name": "Maria Silva",
        "username": "maria",
        "password": Password(GOOD),
        "role": "Caixa",
    }
    return RegisterUserCommand(**usual | parts)


async def hire(shop: Shop, username: str, **parts: Any) -> Actor:
    """Register somebody and return who that is when at work."""
    command = registration(username=username, name=f"Funcionário {username}", **parts)
    user_id = await shop.register_user(Actor.system(), command)
    users = {user.id: user for user in await all_users(shop)}
    user = users[user_id]
    return Actor(user_id=user_id, name=user.name, administrator=user.administrator)


async def all_users(shop: Shop) -> Any:
    """Return everybody who has an account."""
    return (await shop.list_users(shop.administrator, PageRequest())).items


async def enter(shop: Shop, username: str, password: str = GOOD) -> Welcome:
    """Sign somebody in."""
    return await shop.sign_in(SignInCommand(username=username, password=Password(password)))


async def session_of(shop: Shop, welcome: Welcome) -> SignedIn:
    """Show the token."""
    return await shop.authenticate(welcome.token.text)
