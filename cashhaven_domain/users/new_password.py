"""Making the hash of a new password, once it is good enough."""

from collections.abc import Iterable

from cashhaven_domain.parameters.ports import ShopRulesReader
from cashhaven_domain.users.password import Password, check_password
from cashhaven_domain.users.ports import CommonPasswords, PasswordHasher


async def hash_new_password(
    password: Password,
    *,
    administrator: bool,
    about: Iterable[str],
    rules: ShopRulesReader,
    common: CommonPasswords,
    hasher: PasswordHasher,
) -> str:
    """Return the hash of a password that the shop's rules allow; not inside of a unit of work.

    Raises:
        WeakPassword: it would be guessed.
        Unavailable: too many passwords are being hashed.
    """
    now = await rules.read()
    check_password(
        password,
        shortest=now.shortest_password_of(administrator=administrator),
        is_common=common.hold,
        about=(*about, now.shop_name),
    )
    return await hasher.hash(password)
