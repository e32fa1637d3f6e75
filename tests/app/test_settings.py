"""Settings are read once, judged at once, and never shown."""

import os
import stat
from pathlib import Path

import pytest

from cashhaven_app.settings import Settings, SettingsError

SECRET = "trinta e um caracteres no meio ç"


def read(folder: Path, dotenv: str = "", **environ: str) -> Settings:
    (folder / ".env").write_text(dotenv, encoding="utf-8")
    environ.setdefault("CASHHAVEN_DATA_DIR", str(folder / "data"))
    return Settings.from_environment(environ, folder / ".env")


def mistakes(folder: Path, dotenv: str = "", **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read(folder, dotenv, **environ)
    return caught.value.sentences


def test_nothing_said_means_a_file_in_the_data_folder_for_development(tmp_path):
    settings = read(tmp_path)

    assert settings.database_url.reveal() == (
        f"sqlite+aiosqlite:///{(tmp_path / 'data' / 'cashhaven.db').as_posix()}"
    )
    assert settings.storage == "sql"
    assert settings.is_embedded
    assert not settings.production
    assert settings.port == 5238


def test_a_missing_secret_is_made_once_and_kept_for_its_owner(tmp_path):
    first = read(tmp_path).jwt_secret.reveal()

    assert len(first) >= 32
    assert read(tmp_path).jwt_secret.reveal() == first
    if os.name == "posix":
        mode = (tmp_path / "data" / "jwt-secret").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["jwt-secret"]


def test_a_kept_secret_that_was_cut_off_is_not_used(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "jwt-secret").write_text("short")

    assert mistakes(tmp_path) == (
        "JWT_SECRET: o arquivo jwt-secret da pasta de dados está danificado; apague-o",
    )


def test_everything_wrong_is_named_at_once(tmp_path):
    told = mistakes(
        tmp_path,
        CASHHAVEN_ENV="production",
        PORT="http",
        ALLOWED_ORIGINS="*, ftp://loja.example, https://loja.example/",
        DB_HOST="db",
        DB_PORT="70000",
        LOG_LEVEL="loud",
        MIGRATE_ON_START="perhaps",
        JWT_SECRET_PREVIOUS="short",
    )

    assert {sentence.split(":")[0] for sentence in told} == {
        "PORT",
        "ALLOWED_ORIGINS",
        "DB_USER",
        "DB_NAME",
        "DB_PORT",
        "LOG_LEVEL",
        "MIGRATE_ON_START",
        "JWT_SECRET",
        "JWT_SECRET_PREVIOUS",
    }
    assert len([sentence for sentence in told if sentence.startswith("ALLOWED_ORIGINS")]) == 3


def test_production_needs_a_secret_of_its_own(tmp_path):
    assert mistakes(tmp_path, CASHHAVEN_ENV="production") == (
        "JWT_SECRET: é obrigatória em produção",
    )


@pytest.mark.parametrize("given", ["short", "sua_chave_secreta_jwt_muito_segura"])
def test_a_weak_or_printed_secret_is_refused_and_not_repeated(tmp_path, given):
    (sentence,) = mistakes(tmp_path, JWT_SECRET=given)

    assert sentence.startswith("JWT_SECRET: ")
    assert given not in sentence


def test_the_parts_make_a_database_address(tmp_path):
    settings = read(
        tmp_path,
        "DB_HOST=127.0.0.1\nDB_USER=caixa\nDB_PASSWORD='p@ss/ #1'\n"
        "DB_NAME=loja\nDB_PORT=3307 # ours\n",
        JWT_SECRET=SECRET,
    )

    assert settings.database_url.reveal() == (
        "mysql+aiomysql://caixa:p%40ss%2F%20%231@127.0.0.1:3307/loja"
    )
    assert not settings.is_embedded


def test_the_whole_address_wins_over_its_parts(tmp_path):
    settings = read(
        tmp_path, DATABASE_URL="mariadb://u:p@db:3306/loja", DB_HOST="elsewhere", JWT_SECRET=SECRET
    )

    assert settings.database_url.reveal() == "mariadb+aiomysql://u:p@db:3306/loja"


@pytest.mark.parametrize("given", ["postgres://db/loja", "mysql://", "mysql://db", "loja.db"])
def test_an_address_nobody_can_open_is_refused(tmp_path, given):
    (sentence,) = mistakes(tmp_path, DATABASE_URL=given, JWT_SECRET=SECRET)

    assert sentence.startswith("DATABASE_URL: ")


def test_memory_is_for_trying_out_only(tmp_path):
    assert read(tmp_path, DATABASE_URL="memory:").storage == "memory"
    assert mistakes(
        tmp_path, DATABASE_URL="memory:", CASHHAVEN_ENV="production", JWT_SECRET=SECRET
    ) == ("DATABASE_URL: memory: não é permitido em produção",)


def test_the_environment_wins_over_the_file(tmp_path):
    dotenv = '# comment\n\nexport PORT="8080"\nHOST=0.0.0.0\nLOG_LEVEL=\n'

    settings = read(tmp_path, dotenv, PORT="9090")

    assert (settings.host, settings.port, settings.log_level) == ("0.0.0.0", 9090, "INFO")


def test_a_line_of_the_file_that_cannot_be_read_is_named_but_not_shown(tmp_path):
    assert mistakes(tmp_path, "PORT=1\nsecret words\n") == (".env, linha 2: deve ser NOME=valor",)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    (tmp_path / ".env").write_bytes("DB_NAME=açaí".encode("utf-16"))

    with pytest.raises(SettingsError, match="deve estar em UTF-8"):
        Settings.from_environment({}, tmp_path / ".env")


@pytest.mark.parametrize("given", ["localhost:6379", "http://:hidden-word@redis", "hidden-word"])
def test_an_address_that_is_no_redis_is_refused_and_not_repeated(tmp_path, given):
    (sentence,) = mistakes(tmp_path, REDIS_URL=given)

    assert sentence.startswith("REDIS_URL: ")
    assert "hidden-word" not in sentence


def test_numbers_of_the_newer_internet_are_bracketed(tmp_path):
    settings = read(tmp_path, DB_HOST="::1", DB_USER="u", DB_NAME="loja", JWT_SECRET=SECRET)

    assert settings.database_url.reveal() == "mysql+aiomysql://u@[::1]:3306/loja"
    assert settings.database_place == "[::1]:3306/loja"


def test_an_impossible_port_in_an_address_is_refused(tmp_path):
    (sentence,) = mistakes(tmp_path, DATABASE_URL="mysql://u@db:99999/loja", JWT_SECRET=SECRET)

    assert sentence.startswith("DATABASE_URL: deve ser como")


def test_a_secret_is_kept_where_files_cannot_be_linked(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("pathlib.Path.hardlink_to", refuse)

    assert read(tmp_path).jwt_secret == read(tmp_path).jwt_secret
    assert str(read(tmp_path).jwt_secret) == "…"


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    (sentence,) = mistakes(tmp_path, CASHHAVEN_DATA_DIR=str(tmp_path / "file" / "data"))

    assert sentence.startswith("CASHHAVEN_DATA_DIR: ")


def test_secrets_are_in_no_representation(tmp_path):
    settings = read(
        tmp_path,
        JWT_SECRET=SECRET,
        JWT_SECRET_PREVIOUS="o segredo que valia antes deste, longo",
        DATABASE_URL="mysql://u:hidden-word@db:3306/loja",
        REDIS_URL="redis://:hidden-word@redis",
    )

    shown = f"{settings!r} {settings}"
    assert SECRET not in shown
    assert "valia antes" not in shown
    assert "hidden-word" not in shown


def test_every_name_is_documented_in_the_example_file(tmp_path):
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    documented = {
        line.removeprefix("#").partition("=")[0].strip()
        for line in example.splitlines()
        if line.startswith("#") and "=" in line and line[1:2].isupper()
    }

    assert documented == Settings.names()
    assert all(line.startswith("#") or not line for line in example.splitlines())
