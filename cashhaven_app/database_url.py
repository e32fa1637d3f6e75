"""Where the books are kept: one address out of the names that people use for it."""

from pathlib import Path
from urllib.parse import quote, urlsplit

from cashhaven_app.environment import Environment
from cashhaven_app.secret import Secret

MEMORY = "memory:"
DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "mysql": "mysql+aiomysql",
    "mysql+aiomysql": "mysql+aiomysql",
    "mariadb": "mariadb+aiomysql",
    "mariadb+aiomysql": "mariadb+aiomysql",
}


def database_url(env: Environment, data_dir: Path, *, production: bool) -> Secret:
    """Return the address of the database: `DATABASE_URL`, else `DB_*`, else a file of ours."""
    parts = _parts(env)
    given = env.text("DATABASE_URL")
    if given:
        return Secret(_with_driver(env, given, production))
    if parts is not None:
        return Secret(parts)
    file = (data_dir / "cashhaven.db").absolute().as_posix()
    return Secret(f"sqlite+aiosqlite:///{file}")


def _with_driver(env: Environment, given: str, production: bool) -> str:
    if given == MEMORY:
        if production:
            env.mistakes.append("DATABASE_URL: memory: não é permitido em produção")
        return given
    scheme, colon, rest = given.partition(":")
    driver = DRIVERS.get(scheme.casefold())
    if driver is None or not rest.startswith("//"):
        env.mistakes.append(
            "DATABASE_URL: deve começar com mysql://, mariadb:// ou sqlite:///, ou ser memory:"
        )
        return given
    try:
        address = urlsplit(f"x:{rest}")
        in_range = address.port is None or address.port > 0
        complete = in_range and bool(address.hostname and address.path.strip("/"))
    except ValueError:
        complete = False
    if not driver.startswith("sqlite") and not complete:
        env.mistakes.append("DATABASE_URL: deve ser como mysql://usuario:senha@servidor:3306/banco")
    return f"{driver}{colon}{rest}"


def _parts(env: Environment) -> str | None:
    host, user, name = env.text("DB_HOST"), env.text("DB_USER"), env.text("DB_NAME")
    password = env.text("DB_PASSWORD")
    port = env.integer("DB_PORT", 3306, 1, 65_535)
    if not (host or user or name or password):
        return None
    if env.is_set("DATABASE_URL"):
        return None
    for key, value in (("DB_HOST", host), ("DB_USER", user), ("DB_NAME", name)):
        if not value:
            env.mistakes.append(f"{key}: falta, já que outra variável DB_* foi informada")
    if ":" in host:
        host = f"[{host}]"
    credentials = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"mysql+aiomysql://{credentials}@{host}:{port}/{quote(name, safe='')}"
