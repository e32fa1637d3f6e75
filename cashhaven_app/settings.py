"""What whoever runs a shop decides before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from cashhaven_adapters.jwt_tokens import SHORTEST_SECRET, UnfitSecretError, check_secret
from cashhaven_adapters.litestar.settings import SocketSettings
from cashhaven_app.database_url import database_url
from cashhaven_app.environment import Environment, read_dotenv
from cashhaven_app.secret import KEY_FILE, Secret, kept_secret
from cashhaven_app.socket_settings import read_socket_settings

Storage = Literal["memory", "sql"]
MOST_PROCESSES = 64


class SettingsError(Exception):
    """Settings are wrong or missing; `sentences` holds one for each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked. What each means stands in `.env.example`."""

    jwt_secret: Secret
    jwt_secret_previous: Secret | None = None
    database_url: Secret
    data_dir: Path = field(default_factory=lambda: Path("var"))
    production: bool = False
    host: str = "127.0.0.1"
    port: int = 5238
    processes: int = 1
    allowed_origins: tuple[str, ...] = ()
    behind_tls: bool = False
    trusted_proxies: tuple[str, ...] = ()
    migrate_on_start: bool = False
    log_level: str = "INFO"
    log_format: str = "auto"
    sqlite_synchronous: str = "FULL"
    pool_size: int = 10
    pool_overflow: int = 5
    pool_wait_seconds: float = 2.0
    slow_query_seconds: float = 0.2
    catalogue_max_age_seconds: float = 1.0
    redis_url: Secret | None = None
    stream_kept_seconds: int = 3_900
    stream_kept_events: int = 100_000
    password_memory_kib: int = 19_456
    password_passes: int = 2
    body_limit: int = 1_048_576
    header_limit: int = 16_384
    header_seconds: float = 10.0
    handling_seconds: float = 10.0
    requests_in_flight: int = 200
    api_docs: bool = True
    drain_seconds: float = 0.0
    sockets: SocketSettings = field(default_factory=SocketSettings)
    ping_seconds: float = 25.0
    pong_seconds: float = 8.0
    closing_seconds: float = 5.0

    @property
    def storage(self) -> Storage:
        """Which set of adapters keeps the shop's books."""
        return "memory" if self.database_url.reveal() == "memory:" else "sql"

    @property
    def is_embedded(self) -> bool:
        """Whether the database is a file of ours, or memory, rather than somebody's server."""
        return not self.database_url.reveal().startswith(("mysql", "mariadb"))

    @property
    def stream_poll_seconds(self) -> float:
        """How often to look for events that nobody told of: so that no request waits for it."""
        return min(1.0, self.catalogue_max_age_seconds / 2 or 1.0)

    @property
    def database_place(self) -> str:
        """Where the books are, as people may read it: without user and password."""
        address = self.database_url.reveal()
        if address.startswith("sqlite"):
            return address.partition(":///")[2].partition("?")[0]
        return address.rpartition("@")[2].partition("?")[0]

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], dotenv_path: Path = Path(".env")) -> Self:
        """Return the settings of the environment, completed by the `.env` file.

        Raises:
            SettingsError: names everything that is wrong or missing at once.
        """
        try:
            env = Environment({**read_dotenv(dotenv_path), **environ})
        except (OSError, ValueError) as error:
            raise SettingsError([str(error)]) from None
        production = env.choice("CASHHAVEN_ENV", ("development", "production"), "development")
        settings = cls._read(env, production == "production")
        if env.mistakes:
            raise SettingsError(env.mistakes)
        return settings

    @classmethod
    def names(cls) -> frozenset[str]:
        """Return the names of all variables that are read."""
        env = Environment({})
        cls._read(env, production=True)
        return frozenset(env.known | {"CASHHAVEN_ENV"})

    @classmethod
    def _read(cls, env: Environment, production: bool) -> Self:
        data_dir = Path(env.text("CASHHAVEN_DATA_DIR", "var"))
        previous = _jwt_secret(env, "JWT_SECRET_PREVIOUS")
        return cls(
            database_url=database_url(env, data_dir, production=production),
            jwt_secret=_present_secret(env, data_dir, production),
            jwt_secret_previous=previous,
            data_dir=data_dir,
            production=production,
            host=env.text("HOST", "127.0.0.1"),
            port=env.integer("PORT", 5238, 0, 65_535),
            processes=env.integer("PROCESSES", 1, 1, MOST_PROCESSES),
            allowed_origins=_origins(env, production),
            behind_tls=env.flag("BEHIND_TLS", default=False),
            trusted_proxies=env.listed("TRUSTED_PROXIES"),
            migrate_on_start=env.flag("MIGRATE_ON_START", default=False),
            log_level=env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
            log_format=env.choice("LOG_FORMAT", ("auto", "json", "text"), "auto"),
            sqlite_synchronous=env.choice("SQLITE_SYNCHRONOUS", ("FULL", "NORMAL"), "FULL"),
            pool_size=env.integer("DB_POOL_SIZE", 10, 1, 1_000),
            pool_overflow=env.integer("DB_POOL_OVERFLOW", 5, 0, 1_000),
            pool_wait_seconds=env.number("DB_POOL_WAIT_SECONDS", 2.0, 0.1, 60.0),
            slow_query_seconds=env.integer("SLOW_QUERY_MS", 200, 1, 60_000) / 1_000,
            catalogue_max_age_seconds=env.number("CATALOGUE_MAX_AGE_SECONDS", 1.0, 0.0, 60.0),
            redis_url=_redis_url(env),
            stream_kept_seconds=env.integer("STREAM_KEPT_SECONDS", 3_900, 60, 2_592_000),
            stream_kept_events=env.integer("STREAM_KEPT_EVENTS", 100_000, 1_000, 10_000_000),
            password_memory_kib=env.integer("PASSWORD_MEMORY_KIB", 19_456, 19_456, 1_048_576),
            password_passes=env.integer("PASSWORD_PASSES", 2, 2, 20),
            body_limit=env.integer("BODY_LIMIT", 1_048_576, 1_024, 67_108_864),
            header_limit=env.integer("HEADER_LIMIT", 16_384, 1_024, 65_536),
            header_seconds=env.number("HEADER_SECONDS", 10.0, 0.1, 600.0),
            handling_seconds=env.number("HANDLING_SECONDS", 10.0, 0.1, 600.0),
            requests_in_flight=env.integer("REQUESTS_IN_FLIGHT", 200, 1, 100_000),
            api_docs=env.flag("API_DOCS", default=not production),
            drain_seconds=env.number("DRAIN_SECONDS", 0.0, 0.0, 60.0),
            sockets=read_socket_settings(env, limited=_rates_are_limited(env, production)),
            ping_seconds=env.number("SOCKET_PING_SECONDS", 25.0, 0.1, 600.0),
            pong_seconds=env.number("SOCKET_PONG_SECONDS", 8.0, 0.1, 600.0),
            closing_seconds=env.number("SOCKET_CLOSING_SECONDS", 5.0, 0.0, 15.0),
        )


def _rates_are_limited(env: Environment, production: bool) -> bool:
    limited = env.choice("RATE_LIMITS", ("on", "off"), "on") == "on"
    if production and not limited:
        env.mistakes.append("RATE_LIMITS: off não é permitido em produção")
    return limited


def _present_secret(env: Environment, data_dir: Path, production: bool) -> Secret:
    given = _jwt_secret(env, "JWT_SECRET")
    if given is not None:
        return given
    if env.is_set("JWT_SECRET"):
        return Secret("")
    if production:
        env.mistakes.append("JWT_SECRET: é obrigatória em produção")
        return Secret("")
    try:
        kept = kept_secret(data_dir)
    except OSError as error:
        env.mistakes.append(f"CASHHAVEN_DATA_DIR: não é possível gravar ali ({error.strerror})")
        return Secret("")
    if len(kept.reveal()) < SHORTEST_SECRET:
        env.mistakes.append(
            f"JWT_SECRET: o arquivo {KEY_FILE} da pasta de dados está danificado; apague-o"
        )
    return kept


def _jwt_secret(env: Environment, name: str) -> Secret | None:
    text = env.text(name)
    if not text:
        return None
    try:
        check_secret(text, name)
    except UnfitSecretError as error:
        env.mistakes.append(str(error))
        return None
    return Secret(text)


def _redis_url(env: Environment) -> Secret | None:
    text = env.text("REDIS_URL")
    if not text:
        return None
    if urlsplit(text).scheme not in {"redis", "rediss", "unix"}:
        env.mistakes.append("REDIS_URL: deve ser como redis://usuario:senha@maquina:6379/0")
        return None
    return Secret(text)


def _origins(env: Environment, production: bool) -> tuple[str, ...]:
    origins = env.listed("ALLOWED_ORIGINS")
    for origin in origins:
        if origin == "*":
            if production:
                env.mistakes.append("ALLOWED_ORIGINS: * não é permitido em produção")
            continue
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}":
            env.mistakes.append(f"ALLOWED_ORIGINS: {origin} deve ser como https://loja.example")
    return origins
